"""The words of ``within`` in the language: where the entity type that a value is read for is found."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from idmxml.model.context import Context
from idmxml.model.projection import Projection, Subject, column_of

WORDS: Final = re.compile(
    r"(?:(?P<around>[\w.]+)//)?(?P<up>(?:\.\./)*)@(?P<name>\w+)(?:/(?P<kind>[\w.]+)/@(?P<attribute>\w+))?"
)
# An element inside another of a kind is looked for this many levels up; what stands deeper is not judged.
LEVELS: Final = 6


@dataclass(frozen=True, slots=True)
class Within:
    """Where the entity type is found.

    ``column`` is an attribute of the element or its parent. With ``kind`` it names an object of that kind, whose attribute
    counts. With ``around`` it is an attribute of the enclosing element of that kind.
    """

    column: str
    kind: str | None = None
    attribute: str | None = None
    around: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the element's rows need."""
        if self.around is not None:
            return tuple("../" * level + self.column for level in range(1, LEVELS + 1))
        return (self.column,)

    @property
    def needs(self) -> tuple[Projection, ...]:
        """The projection that leads from the named object to its attribute."""
        return (Projection(self.kind, ("Identifier", self.attribute)),) if self.kind and self.attribute else ()

    def of(self, entry: Subject, context: Context) -> str | None:
        """The entity type of an element; None when it can't be told, as of a place that only ``Walks.start`` follows."""
        if self.around is not None:
            return None
        return self.behind(column_of(entry, self.column), context)

    def behind(self, value: str | None, context: Context) -> str | None:
        """The entity type behind the value of ``column``; None when it can't be told."""
        if value is None or not self.needs:
            return value
        found = context.derived(_Table(self.needs[0])).get(value, set())
        return next(iter(found)) if len(found) == 1 else None


@dataclass(frozen=True)
class _Table:
    """By identifier, the values of an attribute of the objects of a kind."""

    projection: Projection

    def __call__(self, context: Context) -> Mapping[str, set[str | None]]:
        found: dict[str, set[str | None]] = defaultdict(set)
        for name, value in context.tuples(self.projection):
            if name is not None:
                found[name].add(value)
        return found


@lru_cache(maxsize=256)
def read_within(words: str | None) -> Within | None:
    """What the words of ``within`` describe; None without any."""
    match = WORDS.fullmatch(words or "")
    return Within(match["up"] + match["name"], match["kind"], match["attribute"], match["around"]) if match else None
