"""Elements in canonical form: attributes in order, defaults left out or written, parts whose order means nothing sorted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter, is_
from typing import NamedTuple

from idmxml.expansion.item import Item, Shape, shape_of
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
        shape, values = item.shape, item.values
        untouched = untouched or item.mode is not None or (bool(self.open_keys) and self._is_open(item))
        if untouched:
            form = _ordered(shape, (), with_defaults=False)
        elif self.explicit:
            form = _ordered(shape, (), with_defaults=True)
        else:
            left_out = tuple([place for place, default in _defaults_of(shape) if values[place] == default])
            form = _ordered(shape, left_out, with_defaults=False)
        if form.places is not None:
            given = (*values, *form.added)
            values = tuple([given[place] for place in form.places])
        children = item.children
        if children:
            children = _sorted(tuple([self._of(each, untouched=untouched) for each in children]))
            if all(map(is_, children, item.children)):
                children = item.children
        if form.shape is shape and children is item.children:
            return item
        return Item(form.shape, values, children, item.origins, item.ordinal)

    def _is_open(self, item: Item) -> bool:
        return item.kind is not None and item.key is not None and (item.kind, item.key) in self.open_keys


class _Form(NamedTuple):
    """Elements of one shape in canonical form: their shape, and which of their values and then of ``added`` stand where.

    ``places`` is None when the values stay as they are.
    """

    shape: Shape
    places: tuple[int, ...] | None
    added: tuple[str, ...]


@lru_cache(maxsize=None)
def _ordered(shape: Shape, left_out: tuple[int, ...], *, with_defaults: bool) -> _Form:
    """The canonical form of elements of a shape without the values at some places; ``with_defaults`` adds those not given."""
    defaults = _defaults(shape.kind) if with_defaults and shape.kind is not None else {}
    names = [*shape.names, *(each for each in defaults if each not in shape.index)]
    places = {name: place for place, name in enumerate(names) if place not in left_out}
    found = ordered_names(shape.kind, tuple(places))
    if found == shape.names:
        return _Form(shape, None, ())
    added = tuple(defaults[each] for each in names[len(shape.names) :])
    return _Form(shape_of(shape.kind, shape.tag, found), tuple(places[name] for name in found), added)


@lru_cache(maxsize=None)
def _defaults_of(shape: Shape) -> tuple[tuple[int, str], ...]:
    """The defaults of the attributes of a shape that may be left out, by place."""
    defaults = _defaults(shape.kind) if shape.kind is not None else {}
    return tuple((place, defaults[name]) for place, name in enumerate(shape.names) if name in defaults)


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
    if len(children) == 1:
        return children
    shapes = {each.shape for each in children}
    unordered = unordered_kinds()
    if any(each.kind not in unordered for each in shapes):
        return children
    if len(shapes) == 1 and not any(each.children for each in children):
        return tuple(sorted(children, key=attrgetter("values")))
    return tuple(sorted(children, key=_part_order))


def _part_order(item: Item) -> tuple[str, tuple[tuple[str, str], ...], str]:
    return item.tag, tuple(item.attributes.items()), element_text(item) if item.children else ""


@lru_cache(maxsize=None)
def _rank(shape: Shape) -> tuple[int, str]:
    ranks: Mapping[str, int] = kind_ranks()
    return ranks.get(shape.kind or "", len(ranks)), shape.tag


def in_order(items: Iterable[Item]) -> list[Item]:
    """Elements by kind, identity and content, so that it does not matter in which order they were read."""
    groups: dict[tuple[int, str, tuple[str, ...]], list[Item]] = {}
    for item in items:
        groups.setdefault((*_rank(item.shape), item.key or ()), []).append(item)
    found = []
    for key in sorted(groups):
        same = groups[key]
        found += same if len(same) == 1 else sorted(same, key=element_text)
    return found
