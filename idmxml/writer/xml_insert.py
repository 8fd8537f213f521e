"""Puts an element into a configuration file: comments, layout, line ends and encoding of what is there stay as they are."""

import codecs
import re
from collections.abc import Mapping
from typing import Final

from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.source.document import Document
from idmxml.source.encoding import declared_encoding
from idmxml.source.entry import Entry

EMPTY: Final = f"""<?xml version="1.0" encoding="utf-8"?>
<{ROOT} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{NAMESPACE}">

</{ROOT}>
"""
UNSAFE: Final = re.compile(r'[&<>"\x00-\x1f\x7f-\x9f]')
NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
REST_OF_LINE: Final = re.compile(r"[ \t]*(?:<!--[^\r\n]*?-->[ \t]*)*(?=\r?\n|\Z)")


def element(tag: str, attributes: Mapping[str, str]) -> str:
    """An element without content, its attributes in their order."""
    told = "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
    return f"<{tag}{told} />"


def escaped(value: str) -> str:
    """A value as it is written between double quotes."""
    return UNSAFE.sub(lambda match: NAMED.get(match[0]) or f"&#x{ord(match[0]):X};", value)


def prefix_of(document: Document) -> str:
    """The prefix of our elements in a document, with its colon; empty when they have none."""
    tag = document.tag(document.entries[0])
    prefix, colon, _name = document.text[tag.start + 1 : tag.name_end].rpartition(":")
    return prefix + colon


def insert_after(document: Document, entry: Entry, written: str) -> str:
    """The text of a document with an element on a line of its own behind ``entry``, indented like it."""
    text = document.text
    start = document.offsets[entry.ordinal]
    end = _end(document, entry)
    rest = REST_OF_LINE.match(text, end)
    place = rest.end() if rest else end
    line = text.rfind("\n", 0, start) + 1
    indent = text[line:start] if not text[line:start].strip() else "  "
    return f"{text[:place]}{_newline(text)}{indent}{written}{text[place:]}"


def insert_at_end(document: Document, written: str) -> str:
    """The text of a document with an element as the last one of its root, after an empty line."""
    text, root = document.text, document.entries[0]
    newline = _newline(text)
    tag = document.tag(root)
    if text[tag.end - 2 : tag.end] == "/>":
        name = text[tag.start + 1 : tag.name_end]
        return f"{text[: tag.end - 2].rstrip()}>{newline}{newline}  {written}{newline}{newline}</{name}>{text[tag.end :]}"
    end = document.ends[root.ordinal]
    before = text[:end].rstrip()
    gap = text[len(before) : end]
    after = gap if gap.count("\n") else newline
    return f"{before}{newline}{newline}  {written}{after}{text[end:]}"


def encoded(text: str, data: bytes) -> bytes:
    """A text in the encoding of the file it comes from, with its byte order mark; what it can't hold becomes references."""
    name, mark = declared_encoding(data)
    return data[:mark] + text.encode(codecs.lookup(name).name, "xmlcharrefreplace")


def _end(document: Document, entry: Entry) -> int:
    """The offset behind an element."""
    tag = document.tag(entry)
    if document.text[tag.end - 2 : tag.end] == "/>":
        return tag.end
    return document.text.index(">", document.ends[entry.ordinal]) + 1


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
