"""Elements in canonical form: attributes in order, defaults left out or written, parts whose order means nothing sorted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice
from operator import attrgetter, is_, lt
from typing import NamedTuple

from idmxml.expansion.item import Item, Shape, picker, shape_of
from idmxml.facts.language import CONSOLIDATION
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
    open_keys: frozenset[tuple[str | None, tuple[str, ...] | None]] = frozenset()

    def of(self, item: Item) -> Item:
        """An element in canonical form."""
        return self._of(item, untouched=False)

    def _of(self, item: Item, *, untouched: bool) -> Item:
        shape, values = item.shape, item.values
        plan = _plan(shape)
        untouched = untouched or plan.has_mode or (bool(self.open_keys) and self._is_open(item))
        form = plan.form
        if not untouched:
            if self.explicit:
                form = _ordered(shape, explicit=True)
            elif left_out := [place for place, default in plan.defaults if values[place] == default]:
                form = _ordered(shape, tuple(left_out))
        if form.pick is not None:
            values = form.pick(values + form.added)
        children = item.children
        if children:
            children = _sorted(tuple([self._of(each, untouched=untouched) for each in children]))
            if all(map(is_, children, item.children)):
                children = item.children
        if form.shape is shape and children is item.children:
            return item
        return Item(form.shape, values, children, item.origins, item.ordinal)

    def _is_open(self, item: Item) -> bool:
        return (item.kind, item.key) in self.open_keys


class _Canonical(NamedTuple):
    """Elements of one shape in canonical form: their shape, and what picks the values from theirs and then ``added``.

    ``pick`` is None when the values stay as they are.
    """

    shape: Shape
    pick: Callable[[tuple[str, ...]], tuple[str, ...]] | None
    added: tuple[str, ...] = ()


class _Plan(NamedTuple):
    """What is known of elements of one shape: their form with all values, and the defaults that may be left out, by place."""

    form: _Canonical
    defaults: tuple[tuple[int, str], ...]
    has_mode: bool


@cache
def _plan(shape: Shape) -> _Plan:
    defaults = _defaults(shape.kind) if shape.kind is not None else {}
    places = tuple((place, defaults[name]) for place, name in enumerate(shape.names) if name in defaults)
    return _Plan(_ordered(shape), places, CONSOLIDATION in shape.index)


@cache
def _ordered(shape: Shape, left_out: tuple[int, ...] = (), *, explicit: bool = False) -> _Canonical:
    """The form of elements of a shape without the values at some places; ``explicit`` adds the defaults that are not given."""
    defaults = _defaults(shape.kind) if explicit and shape.kind is not None else {}
    names = [*shape.names, *(each for each in defaults if each not in shape.index)]
    places = {name: place for place, name in enumerate(names) if place not in left_out}
    found = ordered_names(shape.kind, tuple(places))
    if found == shape.names:
        return _Canonical(shape, None)
    added = tuple(defaults[each] for each in names[len(shape.names) :])
    return _Canonical(shape_of(shape.kind, shape.tag, found), picker([places[name] for name in found]), added)


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


def in_order(items: Iterable[Item]) -> list[Item]:
    """Elements by kind, identity and content, so that it does not matter in which order they were read."""
    ranks = kind_ranks()
    by_tag: dict[tuple[int, str], list[Item]] = {}
    by_shape: dict[Shape, list[Item]] = {}
    for item in items:
        shape = item.shape
        found = by_shape.get(shape)
        if found is None:
            found = by_shape[shape] = by_tag.setdefault((ranks.get(shape.kind or "", len(ranks)), shape.tag), [])
        found.append(item)
    return [item for tag in sorted(by_tag) for item in _by_identity(by_tag[tag])]


def _by_identity(items: list[Item]) -> Iterable[Item]:
    """Elements with the same tag by identity, those with the same one by content."""
    keys = [item.key or () for item in items]
    if all(map(lt, keys, islice(keys, 1, None))):
        return items
    groups: dict[tuple[str, ...], list[Item]] = {}
    for key, item in zip(keys, items, strict=True):
        groups.setdefault(key, []).append(item)
    return chain.from_iterable(_by_content(groups[key]) for key in sorted(groups))


def _by_content(items: list[Item]) -> list[Item]:
    return items if len(items) == 1 else sorted(items, key=element_text)
