"""Elements in canonical form: attributes in order, defaults left out or written, parts whose order means nothing sorted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import is_

from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.model.value_spelling import spelling
from idmxml.writer.order import kind_ranks, ordered_names, unordered_kinds
from idmxml.writer.xml_text import element_text

Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class NormalForm:
    """How elements are normalized.

    ``explicit`` writes the defaults. ``open_keys`` are the kinds and keys of elements that a scaffolding which stays changes:
    of those, and of elements with a ConsolidationMode, the defaults stay as they are written, since they change something.
    """

    explicit: bool = False
    open_keys: frozenset[Key] = frozenset()

    def of(self, item: Item) -> Item:
        """An element in canonical form."""
        return self._of(item, untouched=False)

    def _of(self, item: Item, *, untouched: bool) -> Item:
        untouched = untouched or item.mode is not None or (bool(self.open_keys) and self._is_open(item))
        attributes = item.attributes
        if not untouched and item.kind is not None:
            attributes = self._with_defaults(item.kind, attributes)
        given = tuple(attributes)
        names = ordered_names(item.kind, given)
        children = item.children
        if children:
            children = _sorted(tuple([self._of(each, untouched=untouched) for each in children]))
        if names != given:
            attributes = {name: attributes[name] for name in names}
        if attributes is item.attributes and all(map(is_, children, item.children)):
            return item
        return item.changed(attributes, children)

    def _is_open(self, item: Item) -> bool:
        return item.kind is not None and item.key is not None and (item.kind, item.key) in self.open_keys

    def _with_defaults(self, kind: str, attributes: dict[str, str]) -> dict[str, str]:
        defaults = _defaults(kind)
        if self.explicit:
            return defaults | attributes
        if not any(defaults.get(name) == value for name, value in attributes.items()):
            return attributes
        return {name: value for name, value in attributes.items() if defaults.get(name) != value}


@lru_cache(maxsize=1024)
def _defaults(kind: str) -> dict[str, str]:
    """The defaults of the attributes that may be left out, in one spelling; what identifies an element never is."""
    found = {}
    known = language().kind(kind)
    for attribute in known.attributes.values():
        is_needed = attribute.required or attribute.soft is not None or attribute.name in known.identity
        if attribute.default is None or is_needed or attribute.alias_of is not None:
            continue
        spell = spelling(attribute.type)
        found[attribute.name] = spell(attribute.default) if spell is not None else attribute.default
    return found


def _sorted(children: tuple[Item, ...]) -> tuple[Item, ...]:
    """The parts of an element; sorted when the order of none of them means anything."""
    unordered = unordered_kinds()
    if len(children) == 1 or any(each.kind not in unordered for each in children):
        return children
    return tuple(sorted(children, key=_part_order))


def _part_order(item: Item) -> tuple[str, tuple[tuple[str, str], ...], str]:
    return item.tag, tuple(item.attributes.items()), element_text(item) if item.children else ""


def in_order(items: Iterable[Item]) -> list[Item]:
    """Elements by kind, identity and content, so that it does not matter in which order they were read."""
    ranks: Mapping[str, int] = kind_ranks()
    last = len(ranks)
    groups: dict[tuple[int, str, tuple[str, ...]], list[Item]] = {}
    for item in items:
        groups.setdefault((ranks.get(item.kind or "", last), item.tag, item.key or ()), []).append(item)
    found = []
    for key in sorted(groups):
        same = groups[key]
        found += same if len(same) == 1 else sorted(same, key=element_text)
    return found
