"""Recorded schemas as text for people: one, its history, what changed, and since when each column is there."""

from collections.abc import Iterable, Iterator, Sequence

from idmxml.reports.table_text import table
from idmxml.reports.visible_text import visible
from idmxml.snapshots.blame import Blame
from idmxml.snapshots.compare import ADDED, CHANGED, Change
from idmxml.snapshots.events import RefreshEvent
from idmxml.snapshots.snapshot import Column, KeyKind, Snapshot, count_words

SHORT = 12
KEYS = {KeyKind.NONE: "", KeyKind.PRIMARY: "primary", KeyKind.UNIQUE: "unique"}


def show_text(snapshot: Snapshot, event: RefreshEvent | None) -> str:
    """Every table with its columns."""
    sample = f", from the sample {visible(snapshot.sample)}" if snapshot.sample else ""
    read = f", {event.at}" if event is not None else ""
    parts = [f"{visible(snapshot.connection)}: {count_words(snapshot.tables)}{sample}{read}\n"]
    for each in snapshot.tables:
        head = f"{visible(each.identifier)}\n"
        rows = [_row(column) for column in each.columns]
        header = ("COLUMN", "TYPE", "LENGTH", "KEY", "VALUES", "POINTS TO")
        parts.append(head + (table(header, rows, "  ") if rows else "  its columns are not known\n"))
    return "\n".join(parts)


def _row(column: Column) -> tuple[str, ...]:
    return (
        column.identifier,
        column.value_type.value,
        str(column.length or ""),
        KEYS[column.key],
        "several" if column.is_multivalued else "",
        column.foreign_column,
    )


def log_text(connection: str, events: Sequence[RefreshEvent]) -> str:
    """Every refresh, the last one first."""
    if not events:
        return f"Nothing is remembered of {visible(connection)}: it was never refreshed here.\n"
    rows = [(each.at, each.outcome, (each.schema or "")[:SHORT], _remark(each)) for each in reversed(events)]
    return table(("WHEN", "OUTCOME", "SCHEMA", ""), rows)


def _remark(event: RefreshEvent) -> str:
    if event.reason is not None:
        return f"{event.reason.code}: {event.reason.message}"
    return f"from the sample {event.sample}" if event.sample else ""


def diff_text(old: str, new: str, changes: Sequence[Change]) -> str:
    """What changed between two schemas, each told by a name."""
    if not changes:
        return f"Nothing changed from {visible(old)} to {visible(new)}.\n"
    return f"From {visible(old)} to {visible(new)}:\n" + "".join(f"  {line}\n" for line in change_lines(changes))


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Each change on a line."""
    for each in changes:
        subject = f"column {each.table}:{each.column}" if each.column else f"table {each.table}"
        if each.kind == CHANGED:
            yield visible(f"~ {subject}: {each.attribute} {each.old or 'none'} → {each.new or 'none'}")
        elif each.kind == ADDED:
            yield visible(f"+ {subject}")
        else:
            yield visible(f"- {subject}" + (f", likely renamed to {each.likely}" if each.likely else ""))


def _when(event: RefreshEvent | None) -> str:
    return "" if event is None else event.at or "by hand"


def blame_text(connection: str, found: Sequence[Blame]) -> str:
    """Since when each column is there, changed or gone."""
    if not found:
        return f"Nothing is remembered of the columns of {visible(connection)}.\n"
    rows = [
        (
            each.table,
            each.column,
            _when(each.since) + (" or before" if each.is_oldest and each.since.at else ""),
            _when(each.changed),
            _when(each.gone),
        )
        for each in found
    ]
    return table(("TABLE", "COLUMN", "SINCE", "CHANGED", "GONE"), rows)
