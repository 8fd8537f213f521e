"""Hand-written elements against generated ones of the same identity: what stays of both, as their ConsolidationMode says.

Absent: the hand-written element replaces the generated one, children included. Merge: generated attributes and children
stay, hand-written ones are added. Update: hand-written attributes replace generated ones, generated children stay. Delete:
the generated element and its children are removed. A *generated* element with the mode Merge completes what is there,
written by hand or generated, and stands alone where nothing is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from idmxml.expansion.item import Item, Origin
from idmxml.facts.language import CONSOLIDATION

MERGE: Final = "Merge"
UPDATE: Final = "Update"
DELETE: Final = "Delete"
Clash = Callable[[Item, Item], Item | None]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A hand-written element that met a generated one: what was generated, what was written, and what is left (None: nothing).

    ``mode`` is the ConsolidationMode of the hand-written one, None for none; ``completed`` tells that the generated one only
    completes it.
    """

    mode: str | None
    generated: Item
    written: Item
    result: Item | None
    completed: bool = False


def settle(written: Item | None, made: Sequence[Item]) -> Item | None:
    """What is left of everything that has one identity; None when it is deleted. ``made`` are generated, in their order."""
    if not made:
        return written
    whole = [each for each in made if each.mode != MERGE]
    more = [each for each in made if each.mode == MERGE]
    if written is not None and written.mode is None:
        return reduce(complete, more, written)
    base, *rest = (*whole, *more)
    generated = reduce(complete, rest, _plain(base))
    return generated if written is None else meet(generated, written)


def meet(generated: Item, written: Item) -> Item | None:
    """What is left of a generated element and a hand-written one of the same identity."""
    if written.mode == DELETE:
        return None
    if written.mode == MERGE:
        found = _merged(generated, written, _clash_of_written)
    elif written.mode == UPDATE:
        found = generated.changed(attributes=generated.attributes | _attributes(written))
    else:
        return written
    place = written.origin
    origin = Origin(place.path, place.line, place.column, generated.origin.chain)
    return Item(found.kind, found.tag, found.attributes, found.children, origin)


def complete(base: Item, addition: Item) -> Item:
    """The base with the attributes and children that only the generated addition has."""
    return _merged(base, addition, _clash_of_generated)


def _merged(base: Item, addition: Item, clash: Clash) -> Item:
    attributes = base.attributes | {name: value for name, value in _attributes(addition).items() if name not in base.attributes}
    children: list[Item | None] = list(base.children)
    places = {(child.kind, child.key): place for place, child in enumerate(base.children) if child.key is not None}
    for child in addition.children:
        place = places.get((child.kind, child.key)) if child.key is not None else None
        if place is None or children[place] is None:
            if child.key is not None or not any(each is not None and each.same_as(child) for each in children):
                children.append(child if child.mode != DELETE else None)
        else:
            children[place] = clash(children[place] or child, child)
    return base.changed(attributes, tuple(each for each in children if each is not None))


def _clash_of_written(generated: Item, written: Item) -> Item | None:
    """A child written by hand and generated; one with a global identity is settled on its own."""
    return written if written.has_global_identity else meet(generated, written)


def _clash_of_generated(base: Item, addition: Item) -> Item | None:
    return base if base.has_global_identity else complete(base, addition)


def _attributes(item: Item) -> dict[str, str]:
    return {name: value for name, value in item.attributes.items() if name != CONSOLIDATION}


def _plain(item: Item) -> Item:
    return item.changed(attributes=_attributes(item)) if CONSOLIDATION in item.attributes else item
