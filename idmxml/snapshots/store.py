"""The recorded schemas of a repository and their history: read, and written so that no reader ever finds half a file."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from idmxml.errors import EnvironmentFault
from idmxml.snapshots.canonical import NotASchema, address_of, canonical, fingerprint, read_snapshot
from idmxml.snapshots.events import (
    CHANGED,
    FAILED,
    FOUND,
    RECORDED,
    UNCHANGED,
    CheckEvent,
    ConnectionState,
    NotAState,
    Reason,
    RefreshEvent,
    from_object,
    to_object,
)
from idmxml.snapshots.files import OWN, file_stem, replace_file
from idmxml.snapshots.snapshot import Snapshot, Table

SCHEMAS: Final = (OWN, "schemas")
STATE: Final = (OWN, "state")
HISTORY: Final = (*STATE, "history")
ADDRESS: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Store:
    """The folder ``.idmxml`` of the repository at ``root``.

    ``schemas/<connection>.xml`` is the recorded schema, ``state/<connection>.json`` what happened to it, and
    ``state/history`` holds every schema there ever was, by its content address.
    """

    root: Path

    def schema_file(self, connection: str) -> Path:
        """Where the schema of a connection lies; a file that differs in case alone is the same."""
        return _in_any_case(self.root.joinpath(*SCHEMAS), f"{file_stem(connection)}.xml")

    def state_file(self, connection: str) -> Path:
        """Where the state of a connection lies."""
        return _in_any_case(self.root.joinpath(*STATE), f"{file_stem(connection)}.json")

    def spelling(self, connection: str) -> str:
        """The identifier as it is recorded, whatever case it is asked for in."""
        file = self.schema_file(connection)
        return unquote(file.stem) if file.is_file() else self.state(connection).connection

    def current(self, connection: str) -> Snapshot | None:
        """The recorded schema; None when there is none. NotASchema when the file is none, EnvironmentFault when unreadable."""
        data = _bytes_of(self.schema_file(connection))
        return None if data is None else read_snapshot(data, connection)

    def state(self, connection: str) -> ConnectionState:
        """What is remembered of a connection, nothing for one never looked at; EnvironmentFault when the file is damaged."""
        file = self.state_file(connection)
        data = _bytes_of(file)
        if data is None:
            return ConnectionState(connection)
        try:
            return from_object(json.loads(data))
        except (NotAState, ValueError) as error:
            raise EnvironmentFault(f"{file} can't be used: {error}; mend it, or delete it to start anew") from None

    def read_on(self, connection: str) -> date | None:
        """The day on which the schema of a connection was last read; None when nothing remembers it."""
        try:
            last = self.state(connection).last_good
            return None if last is None else datetime.fromisoformat(last.at).date()
        except (EnvironmentFault, ValueError):
            return None

    def version(self, connection: str, address: str) -> Snapshot | None:
        """The schema of a content address, with the order its columns had; None when the history does not hold it whole."""
        data = _bytes_of(self._object(address)) if ADDRESS.fullmatch(address) else None
        if data is None or address_of(data.replace(b"\r\n", b"\n")) != address:
            return None
        snapshot = read_snapshot(data, connection)
        event = self.state(connection).last_with(address)
        return _in_order(snapshot, event.order if event is not None else {})

    def in_order(self, connection: str, snapshot: Snapshot) -> Snapshot:
        """The recorded schema of a connection, with the order its columns had in the system where the history knows it."""
        return self.version(connection, fingerprint(snapshot)) or snapshot

    def record(self, snapshot: Snapshot, at: str) -> RefreshEvent:
        """Write a snapshot just taken, and remember it. The history comes first, then the schema, then the state."""
        connection = snapshot.connection
        data = canonical(snapshot)
        address = address_of(data)
        state = self.adopt(connection, at)
        before = state.last_schema
        there = self.schema_file(connection)
        outcome = RECORDED if before is None or not there.is_file() else UNCHANGED if before.schema == address else CHANGED
        order = {table: names for table, names in snapshot.order.items() if list(names) != sorted(names)}
        event = RefreshEvent(at, outcome, address, snapshot.sample, order=order)
        self._keep(address, data)
        if _bytes_of(there) != data:
            replace_file(self.root, there, data)
        self._write_state(state.with_refresh(event))
        return event

    def adopt(self, connection: str, at: str) -> ConnectionState:
        """The state, with the file that lies there now in its history when something else than a refresh wrote it."""
        state = self.state(connection)
        try:
            current = self.current(connection)
        except NotASchema:
            return state
        if current is None:
            return state
        data, last = canonical(current), state.last_schema
        address = address_of(data)
        if last is not None and last.schema == address:
            return state
        self._keep(address, data)
        return state.with_refresh(RefreshEvent(at, FOUND, address, current.sample))

    def record_failure(self, connection: str, reason: Reason, at: str) -> RefreshEvent:
        """Remember that a refresh failed; the schema stays what it is."""
        event = RefreshEvent(at, FAILED, reason=reason)
        self._write_state(self.state(connection).with_refresh(event))
        return event

    def record_checks(self, connection: str, events: Iterable[CheckEvent]) -> None:
        """Remember how a check ended."""
        self._write_state(self.state(connection).with_checks(events))

    def _write_state(self, state: ConnectionState) -> None:
        text = json.dumps(to_object(state), ensure_ascii=True, indent=1) + "\n"
        replace_file(self.root, self.state_file(state.connection), text.encode("ascii"))

    def _keep(self, address: str, data: bytes) -> None:
        file = self._object(address)
        if not file.is_file():
            replace_file(self.root, file, data)

    def _object(self, address: str) -> Path:
        return self.root.joinpath(*HISTORY, address[:2], f"{address[2:]}.xml")


def _in_any_case(folder: Path, name: str) -> Path:
    """The file of this name, whatever its case, as the identifiers of connections differ without regard to it."""
    exact = folder / name
    if exact.exists() or not folder.is_dir():
        return exact
    return next((each for each in sorted(folder.iterdir()) if each.name.casefold() == name.casefold()), exact)


def _bytes_of(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(f"{file} can't be read: {error.strerror or type(error).__name__}") from None


def _in_order(snapshot: Snapshot, order: Mapping[str, tuple[str, ...]]) -> Snapshot:
    places = {table: {name: place for place, name in enumerate(names)} for table, names in order.items()}
    tables = (_sorted_as(each, places.get(each.identifier, {})) for each in snapshot.tables)
    return replace(snapshot, tables=tuple(tables))


def _sorted_as(table: Table, places: dict[str, int]) -> Table:
    return replace(table, columns=tuple(sorted(table.columns, key=lambda each: places.get(each.identifier, len(places)))))
