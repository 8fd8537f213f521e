"""Recorded schemas as JSON objects, described by ``schemas/schema-*.schema.json``."""

from collections.abc import Sequence
from typing import Any

from idmxml.snapshots.blame import Blame
from idmxml.snapshots.compare import Change
from idmxml.snapshots.events import RefreshEvent
from idmxml.snapshots.snapshot import Column, Snapshot

VERSION = 1


def show_object(root: str, snapshot: Snapshot, event: RefreshEvent | None) -> dict[str, Any]:
    """A schema with all its columns."""
    return {
        "format": "idmxml-schema",
        "version": VERSION,
        "root": root,
        "connection": snapshot.connection,
        "refresh": None if event is None else event_object(event),
        "sample": snapshot.sample or None,
        "tables": [
            {"identifier": each.identifier, "columns": [column_object(column) for column in each.columns]}
            for each in snapshot.tables
        ],
    }


def column_object(column: Column) -> dict[str, Any]:
    """One column."""
    return {
        "identifier": column.identifier,
        "type": column.value_type.value,
        "length": column.length or None,
        "key": column.key.word,
        "multivalued": column.is_multivalued,
        "foreign_column": column.foreign_column or None,
        "group": column.group or None,
    }


def event_object(event: RefreshEvent) -> dict[str, Any]:
    """One refresh."""
    reason = event.reason
    return {
        "at": event.at or None,
        "outcome": event.outcome,
        "schema": event.schema,
        "sample": event.sample or None,
        "failure": None if reason is None else {"stage": reason.stage, "code": reason.code, "message": reason.message},
    }


def log_object(root: str, connection: str, events: Sequence[RefreshEvent]) -> dict[str, Any]:
    """Every refresh, the last one first."""
    return {
        "format": "idmxml-schema-log",
        "version": VERSION,
        "root": root,
        "connection": connection,
        "refreshes": [event_object(each) for each in reversed(events)],
    }


def diff_object(root: str, connection: str, old: str, new: str, changes: Sequence[Change]) -> dict[str, Any]:
    """What changed between two schemas, each told by a name."""
    return {
        "format": "idmxml-schema-diff",
        "version": VERSION,
        "root": root,
        "connection": connection,
        "old": old,
        "new": new,
        "changes": [change_object(each) for each in changes],
    }


def change_object(change: Change) -> dict[str, Any]:
    """One change."""
    return {
        "kind": change.kind,
        "table": change.table,
        "column": change.column or None,
        "attribute": change.attribute or None,
        "old": change.old or None,
        "new": change.new or None,
        "likely_renamed_to": change.likely or None,
    }


def blame_object(root: str, connection: str, found: Sequence[Blame]) -> dict[str, Any]:
    """Since when each column is there, changed or gone."""
    return {
        "format": "idmxml-schema-blame",
        "version": VERSION,
        "root": root,
        "connection": connection,
        "columns": [
            {
                "table": each.table,
                "column": each.column,
                "since": event_object(each.since),
                "oldest": each.is_oldest,
                "changed": None if each.changed is None else event_object(each.changed),
                "gone": None if each.gone is None else event_object(each.gone),
            }
            for each in found
        ],
    }
