"""What happened to a connection: each refresh and check, when it ran and how it ended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

FORMAT: Final = "idmxml-connection-state"
VERSION: Final = 1
MOST_QUIET: Final = 100

RECORDED: Final = "recorded"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
FAILED: Final = "failed"
FOUND: Final = "found"
"""A file that something else wrote: an editor, or version control."""
WITH_SCHEMA: Final = frozenset({RECORDED, CHANGED, UNCHANGED, FOUND})


class NotAState(Exception):
    """A file that is no state of a connection; the message says why."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something failed: the stage, the code of the failure, and the sentence."""

    stage: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RefreshEvent:
    """One refresh. ``at`` is UTC as ``2026-05-01T07:30:00Z``, empty for a file that nothing remembers.

    ``schema`` is the content address of the recorded file after it, if any.

    ``outcome`` is recorded (the first one), changed, unchanged, failed or found. ``sample`` names the sample it was made
    from. ``order`` gives the columns of each table in the order of the system, when it is not that of the file.
    """

    at: str
    outcome: str
    schema: str | None = None
    sample: str = ""
    reason: Reason | None = None
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckEvent:
    """One check of a mode: passed, failed or skipped."""

    at: str
    mode: str
    outcome: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """Everything that is remembered of a connection, the oldest first."""

    connection: str
    refreshes: tuple[RefreshEvent, ...] = ()
    checks: tuple[CheckEvent, ...] = ()

    @property
    def last(self) -> RefreshEvent | None:
        """The last refresh, whatever became of it."""
        return self.refreshes[-1] if self.refreshes else None

    @property
    def last_good(self) -> RefreshEvent | None:
        """The last refresh that read the system, or a sample."""
        return next((each for each in reversed(self.refreshes) if each.outcome in WITH_SCHEMA - {FOUND}), None)

    @property
    def last_schema(self) -> RefreshEvent | None:
        """The last event that left a schema behind."""
        return next((each for each in reversed(self.refreshes) if each.schema is not None), None)

    def last_with(self, schema: str) -> RefreshEvent | None:
        """The last event that left the schema of a content address behind."""
        return next((each for each in reversed(self.refreshes) if each.schema == schema), None)

    @property
    def versions(self) -> tuple[RefreshEvent, ...]:
        """The events that brought another schema than the one before, the oldest first."""
        found: list[RefreshEvent] = []
        for each in self.refreshes:
            if each.schema is not None and (not found or found[-1].schema != each.schema):
                found.append(each)
        return tuple(found)

    def with_refresh(self, event: RefreshEvent) -> "ConnectionState":
        """The state after a refresh. Of refreshes that changed nothing only the last hundred are kept."""
        return ConnectionState(self.connection, tuple(_thinned((*self.refreshes, event))), self.checks)

    def with_checks(self, events: Iterable[CheckEvent]) -> "ConnectionState":
        """The state after a check; the last hundred are kept."""
        return ConnectionState(self.connection, self.refreshes, (*self.checks, *events)[-MOST_QUIET:])


def _thinned(events: tuple[RefreshEvent, ...]) -> Iterator[RefreshEvent]:
    quiet = [place for place, each in enumerate(events) if each.outcome in {UNCHANGED, FAILED}]
    dropped = frozenset(quiet[:-MOST_QUIET])
    return (each for place, each in enumerate(events) if place not in dropped)


def to_object(state: ConnectionState) -> dict[str, Any]:
    """The state as JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "connection": state.connection,
        "refreshes": [_refresh(each) for each in state.refreshes],
        "checks": [{"at": each.at, "mode": each.mode, "outcome": each.outcome} | _reason(each.reason) for each in state.checks],
    }


def _refresh(event: RefreshEvent) -> dict[str, Any]:
    stored: dict[str, Any] = {"at": event.at, "outcome": event.outcome, "schema": event.schema}
    if event.sample:
        stored["sample"] = event.sample
    if event.order:
        stored["order"] = {table: list(columns) for table, columns in sorted(event.order.items())}
    return stored | _reason(event.reason)


def _reason(reason: Reason | None) -> dict[str, Any]:
    if reason is None:
        return {}
    return {"reason": {"stage": reason.stage, "code": reason.code, "message": reason.message}}


def from_object(stored: object) -> ConnectionState:
    """The state of a JSON value; NotAState when it is none."""
    try:
        if not isinstance(stored, dict) or stored["format"] != FORMAT:
            raise NotAState("it is no state of a connection")
        if stored["version"] != VERSION:
            raise NotAState(f"it is of version {stored['version']}, which this version of idmxml does not know")
        return ConnectionState(
            str(stored["connection"]),
            tuple(_refresh_of(each) for each in stored["refreshes"]),
            tuple(
                CheckEvent(str(each["at"]), str(each["mode"]), str(each["outcome"]), _reason_of(each))
                for each in stored["checks"]
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise NotAState(f"it lacks {error}") from None


def _refresh_of(stored: Mapping[str, Any]) -> RefreshEvent:
    order = {str(table): tuple(map(str, columns)) for table, columns in stored.get("order", {}).items()}
    schema = stored["schema"]
    return RefreshEvent(
        str(stored["at"]),
        str(stored["outcome"]),
        None if schema is None else str(schema),
        str(stored.get("sample", "")),
        _reason_of(stored),
        order,
    )


def _reason_of(stored: Mapping[str, Any]) -> Reason | None:
    reason = stored.get("reason")
    return None if reason is None else Reason(str(reason["stage"]), str(reason["code"]), str(reason["message"]))
