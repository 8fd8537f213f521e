"""The outcome of Refresh Schema as text for people and as JSON: what changed, what breaks, and what depends on it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from idmxml.live.check_report import failure_head, failure_lines, nothing_object, stage_object
from idmxml.live.impact import Impact
from idmxml.live.refreshing import FAILED, SKIPPED, ConnectionRefresh
from idmxml.phrases import counted, listed
from idmxml.reports.as_json import diagnostic_object
from idmxml.reports.as_text import DEFAULT_WIDTH, block, plain
from idmxml.reports.schema_json import change_object
from idmxml.reports.schema_text import change_lines
from idmxml.reports.table_text import table
from idmxml.reports.visible_text import visible
from idmxml.snapshots.snapshot import count_words

FORMAT = "idmxml-connection-refresh"
VERSION = 1
OUTCOMES = ("recorded", "changed", "unchanged", FAILED, SKIPPED)


def refresh_object(root: str, refreshes: Sequence[ConnectionRefresh], impact: Impact, notes: Sequence[str]) -> dict[str, Any]:
    """All refreshes, as ``schemas/connection-refresh.schema.json`` describes them."""
    counts = Counter(each.outcome for each in refreshes)
    return {
        "format": FORMAT,
        "version": VERSION,
        "root": root,
        "summary": {outcome: counts[outcome] for outcome in OUTCOMES},
        "connections": [_connection(each) for each in refreshes],
        "impact": {
            "broken": [diagnostic_object(each) for each in impact.broken],
            "mended": [diagnostic_object(each) for each in impact.mended],
        },
        "notes": list(notes),
    }


def _connection(refresh: ConnectionRefresh) -> dict[str, Any]:
    snapshot = refresh.snapshot
    return {
        "identifier": refresh.plan.identifier,
        "package": refresh.plan.section.connection.package,
        "outcome": refresh.outcome,
        "at": refresh.event.at if refresh.event else None,
        "schema": refresh.event.schema if refresh.event else None,
        "sample": snapshot.sample or None if snapshot else None,
        "tables": None if snapshot is None else len(snapshot.tables),
        "columns": None if snapshot is None else sum(len(each.columns) for each in snapshot.tables),
        "changes": [change_object(each) for each in refresh.changes],
        "failure": None if refresh.failure is None else stage_object(refresh.plan, refresh.failure),
        "skipped": nothing_object(refresh.nothing),
    }


def refresh_text(refreshes: Sequence[ConnectionRefresh], impact: Impact) -> str:
    """A line for each connection, then failures, changes and what they break."""
    if not refreshes:
        return "No connection to refresh.\n"
    parts = [table(("CONNECTION", "SCHEMA", "NOW"), [_row(each) for each in refreshes])]
    for each in refreshes:
        lines = list(_lines(each))
        if lines:
            parts.append("".join(f"{line}\n" for line in lines))
    parts += ["\n".join(block(each, plain, DEFAULT_WIDTH)) + "\n" for each in impact.broken]
    return "\n".join([*parts, _summary(refreshes, impact)])


def _row(refresh: ConnectionRefresh) -> tuple[str, str, str]:
    if refresh.nothing is not None:
        return refresh.plan.identifier, SKIPPED, refresh.nothing.message
    now = "none" if refresh.snapshot is None else count_words(refresh.snapshot.tables)
    sample = ", from a sample" if refresh.snapshot is not None and refresh.snapshot.is_sample else ""
    kept = ", as it was" if refresh.outcome == FAILED and refresh.snapshot is not None else ""
    return refresh.plan.identifier, refresh.outcome, f"{now}{sample}{kept}"


def _lines(refresh: ConnectionRefresh) -> Iterator[str]:
    if refresh.failure is not None:
        yield failure_head(refresh.plan.identifier, refresh.failure)
        yield from failure_lines(refresh.plan, refresh.failure)
    if refresh.changes:
        yield f"changed: {visible(refresh.plan.identifier)}"
        yield from (f"  {line}" for line in change_lines(refresh.changes))


def _summary(refreshes: Sequence[ConnectionRefresh], impact: Impact) -> str:
    counts = Counter(each.outcome for each in refreshes)
    told = listed([f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]])
    lines = [f"{counted(len(refreshes), 'connection')}: {told}."]
    if impact.broken:
        lines.append(f"The changes break {counted(len(impact.broken), 'place')} of the configuration, shown above.")
    if impact.mended:
        lines.append(f"They mend {counted(len(impact.mended), 'place')} that did not fit before.")
    return "".join(f"{line}\n" for line in lines)
