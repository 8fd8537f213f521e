"""Attributes in one spelling: enumerations by name, truth values and numbers in one way, references as their targets."""

import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from idmxml.expansion.item import Item, Shape, shape_of
from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import language
from idmxml.model.value_spelling import Spell, spelling

TASK: Final = "Task"
IDENTIFIER: Final = "Identifier"


class Targets:
    """The identifiers of objects that references may name, by kind; ``nearest`` finds one written in another case."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._folded: dict[str, dict[str, set[str]]] = {}
        self._add(items)

    def _add(self, items: Iterable[Item]) -> None:
        for item in items:
            kind, place = _named(item.shape)
            if kind is not None and item.values[place]:
                self._exact[kind].add(item.values[place])
            if item.children:
                self._add(item.children)

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


@lru_cache(maxsize=None)
def _named(shape: Shape) -> tuple[str | None, int]:
    """The kind of elements that references may name, and the place of their identifier; None for others."""
    if shape.kind is None or shape.kind not in _named_kinds() or IDENTIFIER not in shape.index:
        return None, 0
    return shape.kind, shape.index[IDENTIFIER]


@lru_cache(maxsize=1)
def _named_kinds() -> frozenset[str]:
    """The kinds whose objects are named by their identifier alone, in the whole configuration."""
    return frozenset(each.id for each in language() if each.identity == (IDENTIFIER,) and each.scope == "global")


class _Step(NamedTuple):
    """What is done to a value: the spelling of its type, else the kinds that it may name."""

    place: int
    spell: Spell | None
    kinds: tuple[str, ...]


class _Way(NamedTuple):
    """What is done to elements of one shape: the shape in the end, the values that may change, and the places that stay.

    ``kept`` is None when all values stay where they are.
    """

    shape: Shape
    steps: tuple[_Step, ...]
    kept: tuple[int, ...] | None


def all_spelled(items: Sequence[Item]) -> list[Item]:
    """The elements in one spelling, references as those of them that they name."""
    targets = Targets(items)
    return [spelled(each, targets) for each in items]


def spelled(item: Item, targets: Targets) -> Item:
    """The element and everything in it in one spelling; the same object when it is that already."""
    way = _way(item.shape)
    written = values = item.values
    for place, spell, kinds in way.steps:
        value = written[place]
        told = spell(value) if spell is not None else targets.nearest(kinds, value)
        if told != value:
            values = (*values[:place], told, *values[place + 1 :])
    if way.kept is not None:
        values = tuple([values[place] for place in way.kept])
    children = written_children = item.children
    if children:
        children = tuple([spelled(each, targets) for each in children])
        if all(map(operator.is_, children, written_children)):
            children = written_children
    if values is written and children is written_children and way.shape is item.shape:
        return item
    return Item(way.shape, values, children, item.origins, item.ordinal)


@lru_cache(maxsize=None)
def _way(shape: Shape) -> _Way:
    """What is done to elements of this shape."""
    if shape.kind is None:
        return _Way(shape, (), None)
    known = language().kind(shape.kind)
    steps = []
    last: dict[str, int] = {}
    for place, name in enumerate(shape.names):
        attribute = known.attributes.get(name)
        usual = known.attributes.get(attribute.alias_of or "", attribute) if attribute is not None else None
        if usual is None:
            last[name] = place
            continue
        step = _Step(place, spelling(usual.type), _named_by(usual, known))
        if step.spell is not None or step.kinds:
            steps.append(step)
        last[usual.name if usual.name not in shape.index else name] = place
    kept = tuple(last.values())
    own = shape_of(shape.kind, language().tag(shape.kind), tuple(last))
    return _Way(own, tuple(steps), None if kept == tuple(range(len(shape.names))) else kept)


def _named_by(attribute: Attribute, kind: Kind) -> tuple[str, ...]:
    """The kinds that the values of an attribute may name; none for its own identifier and for names within others."""
    reference = attribute.reference
    if reference is None or (attribute.name in kind.identity and reference.to == kind.id):
        return ()
    kinds = tuple(sorted(language().tasks)) if reference.to == TASK else (reference.to,)
    return tuple(each for each in kinds if each in _named_kinds())
