"""Attributes in one spelling: enumerations by name, truth values and numbers in one way, references as their targets."""

import operator
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Final, NamedTuple

from idmxml.expansion.item import Item, Shape, picker, shape_of
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

    def exact(self, kind: str) -> Collection[str]:
        """The identifiers of the objects of a kind."""
        return self._exact[kind]

    def nearest(self, kinds: tuple[str, ...], name: str) -> str:
        """The name as its only target is written; as it is when it has a target, none, or several."""
        for kind in kinds:
            if name in self._exact[kind]:
                return name
        folded = name.casefold()
        found = {each for kind in kinds for each in self._by_folded(kind).get(folded, ())}
        return found.pop() if len(found) == 1 else name

    def _by_folded(self, kind: str) -> Mapping[str, set[str]]:
        found = self._folded.get(kind)
        if found is None:
            found = self._folded[kind] = {}
            for name in self._exact[kind]:
                found.setdefault(name.casefold(), set()).add(name)
        return found


@cache
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
    """What is done to the value at a place: it stays when it is one of ``usual``, else ``spell`` tells it."""

    place: int
    usual: Collection[str]
    spell: Spell


class _Way(NamedTuple):
    """What is done to elements of one shape: the shape in the end, the values that may change, and what picks those that stay.

    ``pick`` is None when all values stay where they are.
    """

    shape: Shape
    steps: tuple[_Step, ...]
    pick: Callable[[tuple[str, ...]], tuple[str, ...]] | None


def all_spelled(items: Sequence[Item]) -> list[Item]:
    """The elements in one spelling, references as those of them that they name."""
    return Speller(Targets(items)).all(items)


class Speller:
    """Spells elements in one way, references as the targets that they name."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._ways: dict[Shape, _Way] = {}

    def all(self, items: Iterable[Item]) -> list[Item]:
        """The elements and everything in them in one spelling; the same objects where they are that already."""
        return [self._spelled(each) for each in items]

    def _spelled(self, item: Item) -> Item:
        shape = item.shape
        way = self._ways.get(shape)
        if way is None:
            way = self._ways[shape] = self._way(shape)
        written = item.values
        values = _spelled_values(written, way)
        children = written_children = item.children
        if children:
            spelled = self.all(children)
            if not all(map(operator.is_, spelled, written_children)):
                children = tuple(spelled)
        if values is written and children is written_children and way.shape is shape:
            return item
        return Item(way.shape, values, children, item.origins, item.ordinal)

    def _way(self, shape: Shape) -> _Way:
        """What is done to elements of this shape."""
        if shape.kind is None:
            return _Way(shape, (), None)
        known = language().kind(shape.kind)
        steps = []
        place_of: dict[str, int] = {}  # of two attributes that mean the same, the last one counts, in the place of the first
        for place, name in enumerate(shape.names):
            attribute = known.attributes.get(name)
            usual = known.attributes.get(attribute.alias_of or "", attribute) if attribute is not None else None
            if usual is None:
                place_of[name] = place
                continue
            steps.append(self._step(place, usual, known))
            place_of[usual.name if usual.name not in shape.index else name] = place
        kept = list(place_of.values())
        own = shape_of(shape.kind, language().tag(shape.kind), tuple(place_of))
        return _Way(own, tuple(filter(None, steps)), None if kept == list(range(len(shape.names))) else picker(kept))

    def _step(self, place: int, attribute: Attribute, kind: Kind) -> _Step | None:
        """What is done to the value at a place; None for nothing."""
        spell = spelling(attribute.type)
        named = _named_by(attribute, kind)
        if spell is not None:
            return _Step(place, frozenset(each for each in attribute.type.values if spell(each) == each), spell)
        return _Step(place, self._targets.exact(named[0]), partial(self._targets.nearest, named)) if named else None


def _spelled_values(written: tuple[str, ...], way: _Way) -> tuple[str, ...]:
    """The values in one spelling; the same object when they are that already."""
    values = written
    for place, usual, spell in way.steps:
        value = written[place]
        if value not in usual:
            told = spell(value)
            if told != value:
                values = (*values[:place], told, *values[place + 1 :])
    return values if way.pick is None else way.pick(values)


def _named_by(attribute: Attribute, kind: Kind) -> tuple[str, ...]:
    """The kinds that the values of an attribute may name; none for its own identifier and for names within others."""
    reference = attribute.reference
    if reference is None or (attribute.name in kind.identity and reference.to == kind.id):
        return ()
    kinds = tuple(sorted(language().tasks)) if reference.to == TASK else (reference.to,)
    return tuple(each for each in kinds if each in _named_kinds())
