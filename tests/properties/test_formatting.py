"""Any layout of a file becomes the canonical one: formatting twice changes nothing more, and what the file says stays."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import ON_TREES

from idmxml.facts.language import NAMESPACE
from idmxml.facts.load import language
from idmxml.formatting import BROKEN, CHANGED, LEFT, UNCHANGED, Formatted, format_bytes
from idmxml.source.document import Document, read_document
from idmxml.source.encoding import decode

SAMPLE = Path(__file__).parents[2] / "samples/contoso/Conf"
FILES = sorted(SAMPLE.rglob("*.xml"))
SPACE = re.compile(r"(?<=[\"'])\s+(?=[\w/>])|(?<=>)\s+(?=<)")
GAPS = ("\n", " ", "\n\n\n", "\r\n", "\t", "\n \n", "\r")
ASIDES = ("<!-- note -->", "<!-- two\n     lines -->", "<?note x?>", "<!--é-->", "\n<!-- a -->\n\n<!-- b -->")


def shuffled(data: bytes, chance: random.Random) -> bytes:
    """The file with other white space, quotes and comments, spoilt in places as well."""
    for _ in range(chance.randrange(4)):
        data = chance.choice(ON_TREES)(data, chance)
    text = data.decode()
    text = SPACE.sub(lambda match: chance.choice(GAPS) if chance.random() < 0.3 else match[0], text)
    text = re.sub(r"><", lambda match: f">{chance.choice(ASIDES)}<" if chance.random() < 0.1 else match[0], text)
    text = re.sub(r'="([^"\'&]*)"', lambda match: f"='{match[1]}'" if chance.random() < 0.1 else match[0], text)
    return text.encode(chance.choice(("utf-8", "utf-8-sig")))


def told(document: Document) -> object:
    """All that a document says."""
    assert document.fault is None
    entries = [
        (each.kind, each.tag, each.attributes, each.parent.ordinal if each.parent else None) for each in document.entries
    ]
    comments = [(re.sub(r"\n[ \t]*", "\n", each.text), each.next_ordinal) for each in document.comments]
    return entries, comments


def after(data: bytes, found: Formatted) -> bytes:
    return found.data if found.status == CHANGED else data


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_layout_of_samples(file: Path) -> None:
    for number in range(25):
        data = shuffled(file.read_bytes(), random.Random(number))
        first = format_bytes("a.xml", file, data)
        if first.status == LEFT:
            assert "text stands between the elements" in first.reason or "no configuration" in first.reason
            continue
        once = after(data, first)
        before, since = decode(data), decode(once)
        assert isinstance(before, str)
        assert isinstance(since, str)
        assert told(read_document("a.xml", before, language())) == told(read_document("a.xml", since, language()))
        assert format_bytes("a.xml", file, once).status == UNCHANGED
        assert once.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")


PIECES = (
    *('<Agent Identifier="a"/>', "<Agent\nIdentifier='\"'></Agent>", '<Job Identifier="j">', "</Job>", "<!-- c -->"),
    *(
        "<!--c\n  d-->",
        "<?p q?>",
        " ",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\t",
        "text",
        "<![CDATA[x]]>",
        "\u00a0",
        '<Step B="&#10;"/>',
    ),
    *('<Property DisplayName_L1="x\ny" Identifier="z">', "</Property>", f'<x:Agent xmlns:x="{NAMESPACE}" Id="1" />'),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_pieces(pieces: list[str]) -> None:
    data = f'<ConfigurationFile xmlns="{NAMESPACE}">{"".join(pieces)}</ConfigurationFile>'.encode()
    first = format_bytes("a.xml", Path("a.xml"), data)
    if first.status in {BROKEN, LEFT}:
        assert first.data == b""
        return
    once = after(data, first)
    assert told(read_document("a.xml", data.decode(), language())) == told(read_document("a.xml", once.decode(), language()))
    assert format_bytes("a.xml", Path("a.xml"), once).status == UNCHANGED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_line_ends_stay(encoding: str, newline: str) -> None:
    named = encoding.replace("-sig", "")
    head = f'<?xml version="1.0" encoding="{named}"?>\n<ConfigurationFile xmlns="{NAMESPACE}">\n'
    text = f'{head}<Agent  Identifier="é"/>\n</ConfigurationFile>'
    data = text.replace("\n", newline).encode(encoding)
    found = format_bytes("a.xml", Path("a.xml"), data)
    expected = text.replace('<Agent  Identifier="é"/>', '  <Agent Identifier="é" />') + "\n"
    assert found.data == expected.replace("\n", newline).encode(encoding)
