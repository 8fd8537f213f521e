"""Files of a configuration to items with their exact places; what can't be read is told, and the rest goes on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from idmxml.expansion.item import Item, Origin
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.facts.load import language
from idmxml.source.content import Unread, content_of
from idmxml.source.document import read_document
from idmxml.source.encoding import EncodingFault, decode
from idmxml.source.entry import Entry
from idmxml.source.fast import ROOT_TAG, KindTable, entries_of, make_parser
from idmxml.source.lines import Lines
from idmxml.source.repository import SourceFile

NAMESPACED = "{"
# In well-formed XML without a DTD a "<" stands nowhere but here.
MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?=[^/])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The elements of one file, and why they may not be all: None for a file that was read in full."""

    path: str
    items: tuple[Item, ...]
    fault: str | None = None


def read_files(files: Sequence[SourceFile], max_bytes: int) -> list[ReadFile]:
    """The elements of each file, in the given order. Files that hold no configuration have none."""
    return [read_file(each, max_bytes) for each in files]


def read_file(file: SourceFile, max_bytes: int) -> ReadFile:
    """The elements of one file, none when it is larger than ``max_bytes``."""
    return read_content(file.path, content_of(file, max_bytes))


def read_content(path: str, content: bytes | Unread) -> ReadFile:
    """The elements of a file called ``path``, none when its content can't be had."""
    return ReadFile(path, (), content.reason) if isinstance(content, Unread) else read_bytes(path, content)


def read_bytes(path: str, data: bytes) -> ReadFile:
    """The elements of a file with this content, called ``path``."""
    text = decode(data)
    if isinstance(text, EncodingFault):
        return ReadFile(path, (), text.message)
    quick = _quickly(path, text)
    return _thoroughly(path, text) if quick is None else quick


def _quickly(path: str, text: str) -> ReadFile | None:
    """The elements of a file without a fault; None for any other."""
    if "<!DOCTYPE" in text:
        return None
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), _parser())
    except etree.XMLSyntaxError:
        return None
    if root.tag != ROOT_TAG:
        return None
    entries = entries_of(root, _table())
    offsets = [match.start() for match in MARKUP.finditer(text) if match.end() == match.start() + 1]
    found = ReadFile(path, _items(entries[0].children, Lines(text), offsets, path))
    for each in entries:
        each.children = ()  # type: ignore[assignment]  # breaks the cycles with parents, so that memory is freed at once
    return found


def _thoroughly(path: str, text: str) -> ReadFile:
    """The elements before the fault of a file that has one."""
    document = read_document(path, text, language())
    fault = None
    if document.fault is not None:
        line, _ = document.lines.place(document.fault.start)
        fault = f"line {line}: {document.fault.message}"
    if not document.is_ours:
        return ReadFile(path, (), fault)
    return ReadFile(path, _items(document.entries[0].children, document.lines, document.offsets, path), fault)


def _items(entries: Iterable[Entry], lines: Lines, offsets: Sequence[int], path: str) -> tuple[Item, ...]:
    """The elements and attributes of the language's own namespace; what is of another one is no part of a configuration."""
    return tuple([_item(each, lines, offsets, path) for each in entries if each.kind is not None or not _is_foreign(each)])


def _item(entry: Entry, lines: Lines, offsets: Sequence[int], path: str) -> Item:
    children = _items(entry.children, lines, offsets, path) if entry.children else ()
    line, column = lines.place(offsets[entry.ordinal])
    attributes = entry.attributes
    if NAMESPACED in "".join(attributes):
        attributes = {name: value for name, value in attributes.items() if not name.startswith(NAMESPACED)}
    return Item(entry.kind, entry.tag, attributes, children, Origin(path, line, column))


def _is_foreign(entry: Entry) -> bool:
    """Whether an element would be known where it stands, were it not of another namespace."""
    parent = entry.parent.kind if entry.parent is not None else None
    return parent is not None and entry.tag in language().children(parent)


@lru_cache(maxsize=1)
def _parser() -> etree.XMLParser:
    return make_parser("utf-8")


@lru_cache(maxsize=1)
def _table() -> KindTable:
    return KindTable(language())


def parse_fragment(text: str, origin: Origin) -> tuple[Item, ...]:
    """The elements of a text without root element, all of one origin; etree.XMLSyntaxError when it is not well-formed."""
    root = etree.fromstring(f'<{ROOT} xmlns="{NAMESPACE}">{text}</{ROOT}>'.encode(), _parser())
    entries = entries_of(root, _table())
    return tuple(_generated(each, origin) for each in entries[0].children)


def _generated(entry: Entry, origin: Origin) -> Item:
    attributes: Mapping[str, str] = entry.attributes
    kept = {name: value for name, value in attributes.items() if value != ""}
    return Item(entry.kind, entry.tag, kept, tuple(_generated(each, origin) for each in entry.children), origin)
