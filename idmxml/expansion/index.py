"""Objects of one kind by what an attribute of theirs says, so that questions need not look at all of them."""

from collections import defaultdict
from collections.abc import Iterable

from idmxml.expansion.item import Item

Place = tuple[str, ...]


class Index:
    """The places of objects by the values of some attributes; an object that stands in several versions has those of all.

    With ``before``, of each value only what stands before that text counts.
    """

    __slots__ = ("_loose", "_places", "attributes", "before")

    def __init__(self, attributes: tuple[str, ...], before: str) -> None:
        self.attributes = attributes
        self.before = before
        self._places: dict[str, set[Place]] = defaultdict(set)
        self._loose: dict[str, list[Item]] = defaultdict(list)

    def add(self, item: Item, place: Place | None) -> None:
        """Note an object; one that nothing tells apart has no place."""
        for value in self.values(item):
            if place is not None:
                self._places[value].add(place)
            else:
                self._loose[value].append(item)

    def values(self, item: Item) -> set[str]:
        """What an object says in the attributes."""
        given = (item.text(name) for name in self.attributes)
        return {each.partition(self.before)[0] if self.before else each for each in given}

    def places(self, value: str) -> list[Place]:
        """The places of the objects that have this value in one of their versions, sorted."""
        return sorted(self._places.get(value, ()))

    def loose(self, value: str) -> Iterable[Item]:
        """The objects without a place that have this value."""
        return self._loose.get(value, ())
