"""Attributes in one spelling: enumerations by name, truth values and numbers in one way, references as their targets."""

import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from idmxml.expansion.item import Item
from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import language
from idmxml.model.value_spelling import Spell, spelling

TASK: Final = "Task"


class Targets:
    """The identifiers of objects that references may name, by kind; ``nearest`` finds one written in another case."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._folded: dict[str, dict[str, set[str]]] = {}
        for item in items:
            for each in item.walk():
                identifier = each.attributes.get("Identifier")
                if identifier and each.kind is not None and each.kind in _named_kinds():
                    self._exact[each.kind].add(identifier)

    def nearest(self, kinds: tuple[str, ...], name: str) -> str:
        """The name as its only target is written; as it is when it has a target, none, or several."""
        for kind in kinds:
            if name in self._exact.get(kind, ()):
                return name
        folded = name.casefold()
        found = {each for kind in kinds for each in self._by_folded(kind).get(folded, ())}
        return found.pop() if len(found) == 1 else name

    def _by_folded(self, kind: str) -> Mapping[str, set[str]]:
        found = self._folded.get(kind)
        if found is None:
            found = self._folded[kind] = {}
            for name in self._exact.get(kind, ()):
                found.setdefault(name.casefold(), set()).add(name)
        return found


@lru_cache(maxsize=1)
def _named_kinds() -> frozenset[str]:
    """The kinds whose objects are named by their identifier alone, in the whole configuration."""
    return frozenset(each.id for each in language() if each.identity == ("Identifier",) and each.scope == "global")


@dataclass(frozen=True, slots=True)
class _Way:
    """What is done to an attribute: its usual name, the spelling of its values, and the kinds that they may name."""

    name: str
    spell: Spell | None
    kinds: tuple[str, ...]


def all_spelled(items: Sequence[Item]) -> list[Item]:
    """The elements in one spelling, references as those of them that they name."""
    targets = Targets(items)
    return [spelled(each, targets) for each in items]


def spelled(item: Item, targets: Targets) -> Item:
    """The element and everything in it in one spelling; the same object when it is that already."""
    attributes = _spelled_attributes(item, targets)
    children = tuple([spelled(each, targets) for each in item.children]) if item.children else item.children
    tag = language().tag(item.kind) if item.kind is not None else item.tag
    if attributes is item.attributes and tag == item.tag and all(map(operator.is_, children, item.children)):
        return item
    return Item(item.kind, tag, attributes, children, item.origin)


def _spelled_attributes(item: Item, targets: Targets) -> dict[str, str]:
    written = item.attributes
    ways = _ways(item.kind) if item.kind is not None else {}
    changed: dict[str, tuple[str, str]] = {}
    for name in written:
        way = ways.get(name)
        if way is not None:
            told = _told(way, name, written, targets)
            if told is not None:
                changed[name] = told
    if not changed:
        return written
    return dict(changed.get(name, (name, value)) for name, value in written.items())


def _told(way: _Way, name: str, written: Mapping[str, str], targets: Targets) -> tuple[str, str] | None:
    """The name and value of an attribute as they are written in the end; None when they are that already."""
    value = written[name]
    told = way.spell(value) if way.spell is not None else targets.nearest(way.kinds, value) if way.kinds else value
    usual = way.name if way.name not in written else name
    return None if told == value and usual == name else (usual, told)


@lru_cache(maxsize=1024)
def _ways(kind: str) -> Mapping[str, _Way]:
    """The attributes of a kind that may have to be changed."""
    known = language().kind(kind)
    found = {}
    for name, attribute in known.attributes.items():
        usual = known.attributes.get(attribute.alias_of or "", attribute)
        way = _Way(usual.name, spelling(usual.type), _named_by(usual, known))
        if way.spell is not None or way.kinds or way.name != name:
            found[name] = way
    return found


def _named_by(attribute: Attribute, kind: Kind) -> tuple[str, ...]:
    """The kinds that the values of an attribute may name; none for its own identifier and for names within others."""
    reference = attribute.reference
    if reference is None or (attribute.name in kind.identity and reference.to == kind.id):
        return ()
    kinds = tuple(sorted(language().tasks)) if reference.to == TASK else (reference.to,)
    return tuple(each for each in kinds if each in _named_kinds())
