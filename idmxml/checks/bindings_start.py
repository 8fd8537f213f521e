"""The entity type a binding starts from where that is implied: the words of ``within`` in the language, resolved."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.within import LEVELS, Within, read_within
from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import language
from idmxml.model.bindings import Binding, Walk, parse_binding, walk
from idmxml.model.context import Context
from idmxml.model.entity_model import entity_model
from idmxml.model.projection import RowView, Subject, column_of
from idmxml.source.entry import Entry

WORKFLOW: Final = "Workflow_"


class Walks:
    """Walks along bindings in one context, each made once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._model = entity_model(context)
        self._found: dict[tuple[str, str | None], Walk | None] = {}

    def along(self, value: str, base: str | None) -> Walk | None:
        """The walk along a binding; None when its text is malformed."""
        key = (value, base)
        if key not in self._found:
            parsed = parse_binding(value)
            self._found[key] = walk(parsed, base, self._model) if isinstance(parsed, Binding) else None
        return self._found[key]

    def start(self, start: Within | None, entry: Subject, kind: Kind) -> str | None:
        """The implied entity type of an entry's binding; None when it can't be told."""
        if start is None:
            return None
        if start.around is not None:
            return _around(start, entry)
        value = column_of(entry, start.column)
        if not value:
            return None
        if start.needs:
            return start.behind(value, self._context)
        attribute = kind.attributes.get(start.column)
        return self._led_to(value, attribute, entry, kind) if attribute is not None else value

    def _led_to(self, value: str, attribute: Attribute, entry: Subject, kind: Kind) -> str | None:
        """The entity type that an attribute names: itself, or as what a property or binding leads to."""
        reference = attribute.reference
        if reference is None or reference.to == "EntityType":
            return value
        if reference.to not in {"EntityType.Property", "Binding"}:
            return None
        return self._target(value, self.start(read_within(reference.within), entry, kind))

    def _target(self, value: str, base: str | None) -> str | None:
        found = self.along(value, base)
        return found.target if found is not None and found.problem is None else None


def walks(context: Context) -> Walks:
    """The walks of a context."""
    return context.derived(Walks)


def _around(start: Within, entry: Subject) -> str | None:
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


def all_starts() -> Iterator[tuple[Kind, Attribute, Within | None]]:
    """Every attribute that holds a binding, with its implied start."""
    for kind in language():
        for attribute in kind.references:
            if attribute.reference is not None and attribute.reference.to == "Binding":
                yield kind, attribute, read_within(attribute.reference.within)
