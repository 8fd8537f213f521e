"""Files of a configuration to items with their exact places; what can't be read is told, and the rest goes on."""

import re
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple

from lxml import etree

from idmxml.expansion.item import Item, Origin, Shape, shape_of
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.facts.load import language
from idmxml.source.content import Unread, content_of
from idmxml.source.document import read_document
from idmxml.source.encoding import EncodingFault, decode
from idmxml.source.entry import Entry
from idmxml.source.fast import ROOT_TAG, KindTable, entries_of, make_parser
from idmxml.source.lines import LineStarts
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
    offsets = [match.start() for match in MARKUP.finditer(text) if match.end() == match.start() + 1]
    return ReadFile(path, _Tree(FilePlaces(path, array("L", offsets), LineStarts(text))).items(root))


class FilePlaces:
    """Where the elements of a file stand: ``offsets`` has the beginning of each, in document order, the root first."""

    __slots__ = ("_lines", "_offsets", "_path")

    def __init__(self, path: str, offsets: Sequence[int], lines: LineStarts) -> None:
        self._path = path
        self._offsets = offsets
        self._lines = lines

    def at(self, ordinal: int) -> Origin:
        """The place of the element with this number."""
        return Origin(self._path, *self._lines.place(self._offsets[ordinal]))


class _Tree:
    """The elements of one parsed file. Values that occur again are kept once."""

    def __init__(self, places: FilePlaces) -> None:
        self._places = places
        self._ordinals = count(1)  # the root is 0
        self._share = dict[str, str]().setdefault

    def items(self, parent: etree._Element, kind: str | None = ROOT) -> tuple[Item, ...]:
        """The elements in ``parent``, whose kind is ``kind``."""
        forms, places = _forms(kind), self._places
        share: Any = self._share  # lxml gives text for text
        found = []
        tag: Any = None
        names: Any = None
        for child in parent:
            ordinal = next(self._ordinals)
            if names != child.keys() or tag != child.tag:  # else it is written as the one before
                tag, names = child.tag, child.keys()
                written = (tag, *names)
                form = forms.get(written) or forms.setdefault(written, _form(kind, *written))
                shape = form.shape
            if shape is None:
                for _ in child.iterdescendants():
                    next(self._ordinals)
                continue
            given = child.values()
            values = tuple(map(share, given, given))
            if form.kept is not None:
                values = tuple([values[place] for place in form.kept])
            children = self.items(child, shape.kind) if len(child) else ()
            found.append(Item(shape, values, children, places, ordinal))
        return tuple(found)


class _Written(NamedTuple):
    """How an element is written: its shape, None for one of another namespace, which is no part of a configuration.

    ``kept`` are the places of the attributes that have no namespace; None for all.
    """

    shape: Shape | None
    kept: tuple[int, ...] | None


@cache
def _forms(_kind: str | None) -> dict[tuple[str, ...], _Written]:
    """The forms known so far of the elements in a kind, by qualified tag and names of attributes."""
    return {}


def _form(parent: str | None, qualified: str, *names: str) -> _Written:
    kind = _table().children(parent).get(qualified) if parent is not None else None
    tag = qualified.rpartition("}")[2]
    if kind is None and _is_foreign(parent, tag):
        return _Written(None, None)
    kept = tuple(place for place, name in enumerate(names) if not name.startswith(NAMESPACED))
    own = tuple(sys.intern(names[place]) for place in kept)
    return _Written(shape_of(kind, tag, own), kept if len(kept) < len(names) else None)


def _is_foreign(parent: str | None, tag: str) -> bool:
    """Whether an element that is not known would be known where it stands, were it not of another namespace."""
    return parent is not None and tag in language().children(parent)


def _thoroughly(path: str, text: str) -> ReadFile:
    """The elements before the fault of a file that has one."""
    document = read_document(path, text, language())
    fault = None
    if document.fault is not None:
        line, _ = document.lines.place(document.fault.start)
        fault = f"line {line}: {document.fault.message}"
    if not document.is_ours:
        return ReadFile(path, (), fault)
    places = FilePlaces(path, document.offsets, document.lines)
    return ReadFile(path, _items(document.entries[0].children, places), fault)


def _items(entries: Iterable[Entry], places: FilePlaces, kind: str | None = ROOT) -> tuple[Item, ...]:
    """The elements in one of a kind, and their attributes, that are in the language's own namespace."""
    return tuple([_item(each, places) for each in entries if each.kind is not None or not _is_foreign(kind, each.tag)])


def _item(entry: Entry, places: FilePlaces) -> Item:
    children = _items(entry.children, places, entry.kind) if entry.children else ()
    given = {name: value for name, value in entry.attributes.items() if not name.startswith(NAMESPACED)}
    return Item.made(entry.kind, entry.tag, given, children, places, ordinal=entry.ordinal)


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
    return Item.made(entry.kind, entry.tag, kept, tuple(_generated(each, origin) for each in entry.children), origin)
