"""The entity type a binding starts from where that is implied: the words of ``within`` in the language, resolved."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import language
from idmxml.model.bindings import Binding, Walk, parse_binding, walk
from idmxml.model.context import Context
from idmxml.model.entity_model import entity_model
from idmxml.model.projection import Projection, RowView, Subject, column_of
from idmxml.source.entry import Entry

WITHIN: Final = re.compile(
    r"(?:(?P<around>[\w.]+)//)?(?P<up>(?:\.\./)*)@(?P<name>\w+)(?:/(?P<kind>[\w.]+)/@(?P<attribute>\w+))?"
)
# An element inside another of a kind is looked for this many levels up; what stands deeper is not judged.
LEVELS: Final = 6
WORKFLOW: Final = "Workflow_"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the implied entity type is found.

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
        """The projections that lead on from the element."""
        return (Projection(self.kind, ("Identifier", self.attribute)),) if self.kind and self.attribute else ()


@lru_cache(maxsize=256)
def start_of(within: str | None) -> Start | None:
    """The start that the words of ``within`` describe; None without any."""
    match = WITHIN.fullmatch(within or "")
    if match is None:
        return None
    return Start(match["up"] + match["name"], match["kind"], match["attribute"], match["around"])


class Walks:
    """Walks along bindings in one context, each made once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._model = entity_model(context)
        self._found: dict[tuple[str, str | None], Walk | None] = {}
        self._tables: dict[Projection, Mapping[str, set[str | None]]] = {}

    def along(self, value: str, base: str | None) -> Walk | None:
        """The walk along a binding; None when its text is malformed."""
        key = (value, base)
        if key not in self._found:
            parsed = parse_binding(value)
            self._found[key] = walk(parsed, base, self._model) if isinstance(parsed, Binding) else None
        return self._found[key]

    def start(self, start: Start | None, entry: Subject, kind: Kind) -> str | None:
        """The implied entity type of an entry's binding; None when it can't be told."""
        if start is None:
            return None
        if start.around is not None:
            return _around(start, entry)
        value = column_of(entry, start.column)
        if not value:
            return None
        if start.needs:
            found = self._table(start.needs[0]).get(value, set())
            return next(iter(found)) if len(found) == 1 else None
        attribute = kind.attributes.get(start.column)
        return self._led_to(value, attribute, entry, kind) if attribute is not None else value

    def _led_to(self, value: str, attribute: Attribute, entry: Subject, kind: Kind) -> str | None:
        """The entity type that an attribute names: itself, or as what a property or binding leads to."""
        reference = attribute.reference
        if reference is None or reference.to == "EntityType":
            return value
        if reference.to not in {"EntityType.Property", "Binding"}:
            return None
        return self._target(value, self.start(start_of(reference.within), entry, kind))

    def _target(self, value: str, base: str | None) -> str | None:
        found = self.along(value, base)
        return found.target if found is not None and found.problem is None else None

    def _table(self, projection: Projection) -> Mapping[str, set[str | None]]:
        found = self._tables.get(projection)
        if found is None:
            table: dict[str, set[str | None]] = defaultdict(set)
            for row in self._context.rows(projection):
                if row[0] is not None:
                    table[row[0]].add(row[1])
            found = self._tables[projection] = table
        return found


def walks(context: Context) -> Walks:
    """The walks of a context."""
    return context.derived(Walks)


def _around(start: Start, entry: Subject) -> str | None:
    """The attribute of the enclosing element; of a row, whose ancestors are not known by kind, of the outermost that has it.

    Only elements of the entry's own kind may stand between, and only bare ones: another start may be meant inside others. The
    forms of workflows are about a property of their entity type, so nothing is told of them.
    """
    name = start.column
    if isinstance(entry, RowView):
        found = [value for value in (column_of(entry, each) for each in start.columns) if value]
        told = found[-1] if found else None
    else:
        told = next(_enclosing(entry, start.around or "", name), None)
    return None if told is None or told.startswith(WORKFLOW) else told


def _enclosing(entry: Entry, kind: str, name: str) -> Iterator[str | None]:
    current = entry.parent
    for _ in range(LEVELS):
        if current is None:
            return
        if current.kind == kind:
            plain = current.get("MainProperty") is None and current.get("RecordProperty") is None
            yield current.get(name) if plain else None
            return
        if current.kind != entry.kind or current.get("Binding") is not None or current.get(name) is not None:
            return
        current = current.parent


def all_starts() -> Iterator[tuple[Kind, Attribute, Start | None]]:
    """Every attribute that holds a binding, with its implied start."""
    for kind in language():
        for attribute in kind.references:
            if attribute.reference is not None and attribute.reference.to == "Binding":
                yield kind, attribute, start_of(attribute.reference.within)
