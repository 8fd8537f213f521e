"""Which of several objects is declared first, so that a fault they share is told once, at those that come later."""

from collections.abc import Iterable

from idmxml.checks.finding import Elsewhere
from idmxml.model.context import Context
from idmxml.model.projection import RowView, Subject

UNCHECKED = -1


def declared_before(entry: Subject, named: str, others: Iterable[str], context: Context) -> str | None:
    """The first of the ``others`` that is declared before ``entry``, by the order of files and of their elements; None for none.

    ``named`` is the attribute that names objects of this kind. Files that are not checked come before those that are. Of
    a row the order within its file is not known: then any other in the same file may come before it.
    """
    kind, own = entry.kind or "", entry.get(named) or ""
    places = {each: _place(kind, each, context) for each in others}
    here = _place(kind, own, context)
    within = _siblings_before(entry, named)
    before = [
        (place, within.index(each) if each in within else 0, each)
        for each, place in places.items()
        if place is not None and here is not None and (place < here or (place == here and (not within or each in within[:-1])))
    ]
    return min(before)[2] if before else None


def _place(kind: str, name: str, context: Context) -> int | None:
    position = context.names(kind).get(name)
    return position if position is None or position < len(context.files) else UNCHECKED


def _siblings_before(entry: Subject, named: str) -> list[str]:
    """The names of the objects of this kind from the first in the file to the entry; empty for a row."""
    if isinstance(entry, RowView) or entry.parent is None:
        return []
    siblings = entry.parent.of_kind(entry.kind or "")
    return [each.get(named) or "" for each in siblings if each.ordinal <= entry.ordinal]


def declared_there(kind: str, name: str, message: str, context: Context) -> tuple[Elsewhere, ...]:
    """The place of an object that a finding about another one speaks of."""
    position = context.names(kind).get(name)
    return (Elsewhere(position, kind, name, message),) if position is not None else ()
