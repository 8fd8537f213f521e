"""The history of a schema to what each column owes to which refresh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from idmxml.snapshots.events import RefreshEvent
from idmxml.snapshots.snapshot import Column, Snapshot


@dataclass(frozen=True, slots=True)
class Blame:
    """One column: since which refresh it is there, the last that changed it, and the one it vanished with, None for neither.

    ``is_oldest`` tells that it was there already when the history begins. A column that came back counts from then on.
    """

    table: str
    column: str
    since: RefreshEvent
    is_oldest: bool
    changed: RefreshEvent | None = None
    gone: RefreshEvent | None = None


def blame(versions: Sequence[tuple[RefreshEvent, Snapshot]]) -> tuple[Blame, ...]:
    """Every column there ever was, sorted by table and name. ``versions`` are the schemas, the oldest first."""
    found: dict[tuple[str, str], Blame] = {}
    before: dict[tuple[str, str], Column] = {}
    for number, (event, snapshot) in enumerate(versions):
        now = dict(_columns(snapshot))
        for key, column in now.items():
            known = found.get(key)
            if known is None or known.gone is not None:
                found[key] = Blame(*key, event, is_oldest=number == 0)
            elif before.get(key) != column:
                found[key] = replace(known, changed=event)
        for key in before.keys() - now.keys():
            found[key] = replace(found[key], gone=event)
        before = now
    return tuple(found[key] for key in sorted(found))


def _columns(snapshot: Snapshot) -> Iterable[tuple[tuple[str, str], Column]]:
    return (((table.identifier, each.identifier), each) for table in snapshot.tables for each in table.columns)
