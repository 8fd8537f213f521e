"""Expat's error codes to words that say what is wrong and what to do."""

import re
from xml.parsers.expat import errors

from idmxml.source.document import SyntaxFault

END_TAG = re.compile(rb"</([^\s>]*)")
LONE_AMPERSAND = re.compile(rb"&[\w#.:-]{0,60}\Z")
UNDEFINED = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);|#)[^\s;&<>\"']+;")
NO_CHARACTER = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|[0-9]{7,});|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]|[0-9a-fA-F]{7,});)"
)
CDATA = b"<![CDATA["
SOUGHT = {
    errors.XML_ERROR_UNDEFINED_ENTITY: UNDEFINED,
    errors.XML_ERROR_BAD_CHAR_REF: NO_CHARACTER,
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: re.compile(rb"[^\s=/>]+"),
}
CODES: dict[str, tuple[str, str]] = {
    errors.XML_ERROR_NO_ELEMENTS: ("the file is empty", "write a <ConfigurationFile> element, or delete the file"),
    errors.XML_ERROR_INVALID_TOKEN: (
        "a character that is not allowed here",
        "inside a value write < as &lt; and & as &amp;; check for a missing quote before this place",
    ),
    errors.XML_ERROR_UNCLOSED_TOKEN: ("the file ends inside a tag or a comment", "close it"),
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("the same attribute stands twice in this tag", "remove one of the two"),
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: (
        "there is more after the end of the root element",
        "a file has one root element; move what follows into it",
    ),
    errors.XML_ERROR_UNDEFINED_ENTITY: (
        "an entity that is not defined",
        "XML knows &lt; &gt; &amp; &quot; and &apos;; write other characters as they are, or as &#x…;",
    ),
    errors.XML_ERROR_BAD_CHAR_REF: ("a character reference to no character", "write the character itself"),
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION: ("a CDATA section is not closed", "close it with ]]>"),
    errors.XML_ERROR_MISPLACED_XML_PI: (
        "the XML declaration is not at the very beginning",
        "remove whatever stands before <?xml",
    ),
    errors.XML_ERROR_PARTIAL_CHAR: ("the file ends in the middle of a character", "save the file again as utf-8"),
    errors.XML_ERROR_UNBOUND_PREFIX: ("a prefix that is not declared", "declare it with xmlns:…, or remove it"),
    errors.XML_ERROR_UNKNOWN_ENCODING: ("an unknown encoding", "declare and save the file as utf-8"),
    errors.XML_ERROR_SYNTAX: ("text where an element is expected", "check the characters before this place"),
    errors.XML_ERROR_XML_DECL: ("the XML declaration is malformed", 'write <?xml version="1.0" encoding="utf-8"?>'),
}


def explain(code: int, data: bytes, offset: int, opened: str | None, opened_at: int | None) -> SyntaxFault:
    """The fault for an error of expat at ``offset`` (bytes), inside the element ``opened`` whose tag is at ``opened_at``."""
    text = errors.messages[code]
    other = (opened_at, f"<{opened}> is opened here") if opened is not None and opened_at is not None else None
    if text == errors.XML_ERROR_TAG_MISMATCH:
        return _mismatch(data, offset, opened, other)
    if text == errors.XML_ERROR_NO_ELEMENTS and opened is not None:
        message, hint = f"<{opened}> is not closed before the file ends", f"add </{opened}>"
        return SyntaxFault("syntax", message, hint, offset, offset, other)
    message, hint = CODES.get(text, (text, "check the characters before this place"))
    if text == errors.XML_ERROR_NO_ELEMENTS:
        return SyntaxFault("syntax", message, hint, 0, 0)
    if text == errors.XML_ERROR_INVALID_TOKEN:
        alone = LONE_AMPERSAND.search(data, max(offset - 61, 0), offset)
        if alone is not None:
            return SyntaxFault("syntax", "'&' stands alone here", "write &amp;", alone.start(), alone.start() + 1)
        message = _token_message(data, offset)
    start, end = _exact(text, data, offset)
    return SyntaxFault("syntax", message, hint, start, end)


def _exact(text: str, data: bytes, offset: int) -> tuple[int, int]:
    """The bytes at fault; for references in a value expat gives the start of the tag, and they are looked for behind it."""
    if text == errors.XML_ERROR_UNCLOSED_CDATA_SECTION:
        start = max(data.rfind(CDATA, 0, offset), 0)
        return start, start + len(CDATA)
    form = SOUGHT.get(text)
    found = form.search(data, offset) if form is not None else None
    if found is not None:
        return found.span()
    return offset, offset + 1 if offset < len(data) else offset


def _mismatch(data: bytes, offset: int, opened: str | None, other: tuple[int, str] | None) -> SyntaxFault:
    start = data.rfind(b"</", 0, offset + 2)
    found = END_TAG.match(data, start) if start >= 0 else None
    name = found[1].decode("utf-8", "replace") if found else "…"
    message = f"</{name}> closes <{opened}>"
    hint = f"write </{opened}>, or close <{opened}> with /> before this place"
    end = found.end() if found else offset + 1
    return SyntaxFault("syntax", message, hint, max(start, 0), end, other)


def _token_message(data: bytes, offset: int) -> str:
    character = data[offset : offset + 4].decode("utf-8", "ignore")[:1]
    if character and character.isprintable():
        return f"'{character}' is not allowed here"
    return f"the character U+{ord(character):04X} is not allowed here" if character else "a character is not allowed here"
