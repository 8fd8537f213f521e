"""Hand-written elements against generated ones of the same identity: what stays of both, as their ConsolidationMode says.

Absent: the hand-written element replaces the generated one, children included. Merge: generated attributes and children
stay, hand-written ones are added. Update: hand-written attributes replace generated ones, generated children stay. Delete:
the generated element and its children are removed. A *generated* element with the mode Merge completes what is there,
written by hand or generated, and stands alone where nothing is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.expansion.item import Item, Origin
from idmxml.facts.language import CONSOLIDATION

MERGE: Final = "Merge"
UPDATE: Final = "Update"
DELETE: Final = "Delete"
Mark = tuple[str | None, tuple[str, ...] | None]
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
        return complete(written, more)
    base, *rest = (*whole, *more)
    generated = complete(_plain(base), rest)
    return generated if written is None else meet(generated, written)


def meet(generated: Item, written: Item) -> Item | None:
    """What is left of a generated element and a hand-written one of the same identity."""
    if written.mode == DELETE:
        return None
    if written.mode == MERGE:
        found = _merged(generated, [written], _clash_of_written)
    elif written.mode == UPDATE:
        found = generated.changed(attributes=generated.attributes | _attributes(written))
    else:
        return written
    place = written.origin
    origin = Origin(place.path, place.line, place.column, generated.origin.chain)
    return found.from_origin(origin)


def complete(base: Item, additions: Sequence[Item]) -> Item:
    """The base with the attributes and children that only the generated additions have, one after the other."""
    return _merged(base, additions, _clash_of_generated) if additions else base


def _merged(base: Item, additions: Sequence[Item], clash: Clash) -> Item:
    attributes = base.attributes
    children: list[Item | None] = list(base.children)
    places: dict[Mark, int] = {
        (child.kind, child.key): place for place, child in enumerate(base.children) if child.key is not None
    }
    nameless = {child.content for child in base.children if child.key is None}
    for addition in additions:
        attributes |= {name: value for name, value in _attributes(addition).items() if name not in attributes}
        added: dict[Mark, int] = {}
        for child in addition.children:
            mark = (child.kind, child.key)
            place = places.get(mark)
            if place is not None and children[place] is not None:
                children[place] = clash(children[place] or child, child)
            elif child.mode == DELETE or (child.key is None and child.content in nameless):
                continue
            elif child.key is None:
                nameless.add(child.content)
                children.append(child)
            else:
                added[mark] = len(children)
                children.append(child)
        places |= added
    return base.changed(attributes, tuple(each for each in children if each is not None))


def _clash_of_written(generated: Item, written: Item) -> Item | None:
    """A child written by hand and generated; one with a global identity is settled on its own."""
    return written if written.has_global_identity else meet(generated, written)


def _clash_of_generated(base: Item, addition: Item) -> Item | None:
    return base if base.has_global_identity else complete(base, [addition])


def _attributes(item: Item) -> dict[str, str]:
    return {name: value for name, value in item.attributes.items() if name != CONSOLIDATION}


def _plain(item: Item) -> Item:
    return item.changed(attributes=_attributes(item)) if item.mode is not None else item
