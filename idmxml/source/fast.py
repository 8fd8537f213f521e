"""The bytes of a file to entries by lxml: the quick reader for files that are well-formed, without places."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.facts.load import Language
from idmxml.source.entry import Entry

ROOT_TAG: Final = f"{{{NAMESPACE}}}{ROOT}"


def make_parser(encoding: str | None = None) -> etree.XMLParser:
    """A parser that resolves nothing and reads nothing but the bytes it is given, in ``encoding`` if told."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class KindTable:
    """The kinds of child elements by qualified tag, made once for each parent kind."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._tables: dict[str, Mapping[str, str]] = {}

    def children(self, kind: str) -> Mapping[str, str]:
        """The kinds that may stand in ``kind``, by ``{namespace}tag``."""
        found = self._tables.get(kind)
        if found is None:
            known = self._language.children(kind)
            found = self._tables[kind] = {f"{{{NAMESPACE}}}{tag}": name for tag, name in known.items()}
        return found


NOTHING: Final[Mapping[str, str]] = {}


def entries_of(root: etree._Element, table: KindTable) -> list[Entry]:
    """Every element of the tree in document order, the root first."""
    first = Entry(ROOT, ROOT, {}, None, 0)
    entries = [first]
    _add(root, ROOT, first, entries, table)
    return entries


def _add(element: etree._Element, kind: str | None, parent: Entry, entries: list[Entry], table: KindTable) -> None:
    known = table.children(kind) if kind is not None else NOTHING
    children = parent.children
    for child in element:
        tag = child.tag
        child_kind = known.get(tag)
        attributes: dict[str, str] = dict(child.items())  # type: ignore[arg-type]  # lxml gives text for text
        local = tag[len(NAMESPACE) + 2 :] if child_kind is not None else tag.rpartition("}")[2]
        entry = Entry(child_kind, local, attributes, parent, len(entries))
        entries.append(entry)
        children.append(entry)
        if len(child):
            _add(child, child_kind, entry, entries, table)
