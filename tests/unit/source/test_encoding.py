"""Bytes to text: marks, declarations, and what is told when the bytes are not what they claim."""

import codecs

import pytest

from idmxml.source.encoding import EncodingFault, declared_encoding, decode, is_utf8

TEXT = '<?xml version="1.0"?>\r\n<a b="Société 姓名 😀"/>\n'


def declared(name: str) -> str:
    return f'<?xml version="1.0" encoding="{name}"?><a b="Société"/>'


@pytest.mark.parametrize(
    ("data", "name", "mark"),
    [
        (TEXT.encode(), "utf-8", 0),
        (b"", "utf-8", 0),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", 3),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", 2),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", 2),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le", 4),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32-be", 4),
        (TEXT.encode("utf-16-le"), "utf-16-le", 0),
        (TEXT.encode("utf-16-be"), "utf-16-be", 0),
        (declared("ISO-8859-1").encode("latin-1"), "iso-8859-1", 0),
        (declared("windows-1252").replace('"', "'").encode("cp1252"), "windows-1252", 0),
        (b'\n <?xml version="1.0"   encoding = "utf-8"?><a/>', "utf-8", 0),
        (b'<a><?xml version="1.0" encoding="latin-1"?></a>', "utf-8", 0),
    ],
)
def test_announced_encoding(data: bytes, name: str, mark: int) -> None:
    assert declared_encoding(data) == (name, mark)


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_comes_back_without_its_mark(name: str) -> None:
    assert decode(TEXT.encode(name)) == TEXT


@pytest.mark.parametrize("name", ["iso-8859-1", "windows-1252", "iso-8859-15", "macintosh", "utf-8", "US-ASCII"])
def test_declared_encodings(name: str) -> None:
    text = declared(name).replace("Société", "Societe" if name == "US-ASCII" else "Société")
    assert decode(text.encode(name)) == text


def test_latin_1_that_claims_utf_8() -> None:
    assert decode(declared("utf-8").encode("latin-1")) == EncodingFault(
        "byte 0xE9 is not valid utf-8, the encoding this file claims",
        "save the file in the encoding that its first line declares; utf-8 is the usual one",
        48,
        '<?xml version="1.0" encoding="utf-8"?><a b="Soci',
    )


def test_a_mark_counts_for_the_place_and_not_for_the_text() -> None:
    fault = decode(codecs.BOM_UTF8 + b"<a>\xff</a>")
    assert isinstance(fault, EncodingFault)
    assert (fault.offset, fault.readable) == (6, "<a>")


def test_utf_16_that_ends_within_a_character() -> None:
    fault = decode(codecs.BOM_UTF16_LE + "<a/>".encode("utf-16-le") + b"\n")
    assert isinstance(fault, EncodingFault)
    assert fault.readable == "<a/>"


@pytest.mark.parametrize("name", ["klingon", "x-unknown.1"])
def test_unknown_encoding(name: str) -> None:
    assert decode(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode()) == EncodingFault(
        f"unknown encoding '{name}'", "declare and save the file as utf-8", 0, ""
    )


@pytest.mark.parametrize("name", ["base64", "hex", "rot13", "undefined", "idna", "punycode", "bz2"])
def test_codecs_that_are_none_for_xml(name: str) -> None:
    found = decode(f'<?xml version="1.0" encoding="{name}"?><a b="é"/>'.encode())
    assert isinstance(found, EncodingFault)


def test_utf_7_is_read_as_declared() -> None:
    text = '<?xml version="1.0" encoding="utf-7"?><a b="Soci+AOk-t+AOk-"/>'
    assert decode(text.encode("ascii")) == '<?xml version="1.0" encoding="utf-7"?><a b="Société"/>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<a/>", True),
        (codecs.BOM_UTF8 + b"<a/>", True),
        (declared("US-ASCII").encode("ascii", "ignore"), True),
        (declared("UTF8").encode(), True),
        (declared("latin-1").encode("latin-1"), False),
        (declared("klingon").encode(), False),
        (TEXT.encode("utf-16"), False),
    ],
)
def test_what_needs_no_decoding(data: bytes, expected: bool) -> None:
    assert is_utf8(data) is expected
