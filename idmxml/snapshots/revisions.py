"""The words that name one of the recorded schemas of a connection, and the schema they name."""

import re
from dataclasses import dataclass
from typing import Final

from idmxml.errors import UsageError
from idmxml.model.value_spelling import whole_number
from idmxml.phrases import counted
from idmxml.snapshots.canonical import NotASchema, fingerprint
from idmxml.snapshots.events import RefreshEvent
from idmxml.snapshots.snapshot import Snapshot
from idmxml.snapshots.store import Store

CURRENT: Final = "current"
WAYS: Final = "'current', '~1' for the version before, the beginning of its address, or a date such as 2026-05-01"
BACK: Final = re.compile(r"~(\d+)")
ADDRESS: Final = re.compile(r"[0-9a-f]{4,64}")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:]*Z?)?")
SHORT: Final = 12
ANEW: Final = "delete it, and record it anew with 'idmxml connection refresh'"


@dataclass(frozen=True, slots=True)
class Revision:
    """A recorded schema: what to call it, and the refresh that brought it, None when nothing remembers one."""

    name: str
    snapshot: Snapshot
    event: RefreshEvent | None = None


def current(store: Store, connection: str) -> Revision:
    """The schema that is recorded now; UsageError when there is none."""
    try:
        found = store.current(connection)
    except NotASchema as error:
        raise UsageError(f"{store.schema_file(connection)} is no recorded schema: {error}; {ANEW}") from None
    if found is None:
        raise UsageError(f"no schema of '{connection}' is recorded; see 'idmxml connection refresh'")
    address = fingerprint(found)
    return Revision(CURRENT, store.version(connection, address) or found, store.state(connection).last_with(address))


def versions(store: Store, connection: str) -> list[Revision]:
    """Every version that the history holds, the oldest first, and what lies there now when the history does not have it."""
    found = []
    for event in store.state(connection).versions:
        snapshot = store.version(connection, event.schema or "")
        if snapshot is not None:
            found.append(Revision(f"{event.at} ({(event.schema or '')[:SHORT]})", snapshot, event))
    if store.schema_file(connection).is_file():
        now = current(store, connection)
        if not found or found[-1].snapshot.sorted() != now.snapshot.sorted():
            found.append(now)
    return found


def revision(store: Store, connection: str, word: str) -> Revision:
    """The schema that ``word`` names; UsageError when there is none."""
    if word == CURRENT:
        return current(store, connection)
    known = versions(store, connection)
    back = BACK.fullmatch(word)
    steps = whole_number(back[1]) if back is not None else None
    if steps is not None and steps < len(known):
        return known[-1 - steps]
    if back is not None:
        raise UsageError(f"'{connection}' has {counted(len(known), 'recorded version')}, so there is no '{word}'")
    if DATE.fullmatch(word):
        return _at(known, connection, word)
    if ADDRESS.fullmatch(word):
        fitting = {each.event.schema: each for each in known if each.event and (each.event.schema or "").startswith(word)}
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        many = "more than one version" if fitting else "no version"
        raise UsageError(f"{many} of '{connection}' has an address that begins with '{word}'; see 'idmxml schema log'")
    raise UsageError(f"'{word}' names no version; write {WAYS}")


def _at(known: list[Revision], connection: str, word: str) -> Revision:
    """The version that was there at the end of a day, or at a time."""
    until = word + "~" if "T" not in word else word  # behind every time of the day
    before = [each for each in known if each.event is not None and each.event.at <= until]
    if not before:
        raise UsageError(f"nothing was recorded of '{connection}' until {word}")
    return before[-1]
