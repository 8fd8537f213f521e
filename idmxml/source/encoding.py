"""The bytes of a file to text, by byte order mark or declaration, strictly; a fault is told with its exact place."""

import codecs
import re
from dataclasses import dataclass

DECLARATION = re.compile(rb"""\A\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UNMARKED = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
UTF8 = frozenset({"utf-8", "ascii"})


@dataclass(frozen=True, slots=True)
class EncodingFault:
    """Why bytes are no text: ``offset`` is the first byte that is wrong, ``readable`` the text before it."""

    message: str
    hint: str
    offset: int
    readable: str


def declared_encoding(data: bytes) -> tuple[str, int]:
    """The name of the encoding the bytes announce, lower case, and the length of their byte order mark."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name, len(mark)
    for start, name in UNMARKED:
        if data.startswith(start):
            return name, 0
    found = DECLARATION.match(data[:1024])
    return (found[1].decode("ascii").lower() if found else "utf-8"), 0


def is_utf8(data: bytes) -> bool:
    """Whether the bytes announce UTF-8 (or ASCII) without a byte order mark other than UTF-8's."""
    try:
        return codecs.lookup(declared_encoding(data)[0]).name in UTF8
    except LookupError:
        return False


def decode(data: bytes) -> str | EncodingFault:
    """The text of the bytes, without byte order mark, line ends untouched; or why there is none."""
    name, mark = declared_encoding(data)
    try:
        codec = codecs.lookup(name)
        text, _ = codec.decode(data[mark:], "strict")
    except LookupError:
        return EncodingFault(f"unknown encoding '{name}'", "declare and save the file as utf-8", 0, "")
    except UnicodeDecodeError as fault:
        return _fault(data, name, mark + fault.start)
    except Exception:  # noqa: BLE001  a codec that is none for text, or that fails in a way of its own
        return EncodingFault(f"'{name}' is no encoding for XML", "declare and save the file as utf-8", 0, "")
    if not isinstance(text, str):
        return EncodingFault(f"'{name}' is no encoding for XML", "declare and save the file as utf-8", 0, "")
    return text


def _fault(data: bytes, name: str, offset: int) -> EncodingFault:
    try:
        readable = data[:offset].decode(name).removeprefix("\ufeff")
    except UnicodeError:  # some codecs blame a byte in the middle of what they can't read at all
        readable = ""
    value = data[offset] if offset < len(data) else 0
    return EncodingFault(
        f"byte 0x{value:02X} is not valid {name}, the encoding this file claims",
        "save the file in the encoding that its first line declares; utf-8 is the usual one",
        offset,
        readable,
    )
