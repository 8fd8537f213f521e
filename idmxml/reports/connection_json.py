"""Connections as JSON objects, described by ``schemas/connection-*.schema.json``."""

from collections.abc import Sequence
from typing import Any

from idmxml.settings.details import Comparison, Detail, Origin
from idmxml.settings.overview import Overview

VERSION = 1


def list_object(root: str, overviews: Sequence[Overview], notes: Sequence[str]) -> dict[str, Any]:
    """All connections at a glance."""
    return {
        "format": "idmxml-connections",
        "version": VERSION,
        "root": root,
        "connections": [overview_object(each) for each in overviews],
        "notes": list(notes),
    }


def overview_object(of: Overview) -> dict[str, Any]:
    """One connection at a glance."""
    connection = of.connection
    span = connection.span
    return {
        "identifier": connection.identifier,
        "display_name": of.display_name,
        "connector": {"identifier": connection.connector, "display_name": of.connector_name},
        "package": {"identifier": connection.package, "display_name": of.package_name},
        "export": of.export,
        "fulfill": of.fulfill,
        "modes": list(of.modes),
        "ways": [
            {
                "way": way.completeness.way,
                "used": way.is_used,
                "complete": way.completeness.is_complete,
                "section": way.completeness.has_section,
                "lacks": list(way.completeness.lacks),
            }
            for way in of.ways
        ],
        "placeholders": list(of.placeholders),
        "schema": {
            "possible": of.schema.is_possible,
            "tables": of.schema.tables,
            "refreshed": of.schema.refreshed,
            "failure": of.schema.failure,
        },
        "declared": {"path": span.path, "line": span.line, "column": span.column} if span.path else None,
    }


def show_object(
    root: str, of: Overview, environment: str | None, settings: Sequence[Detail], notes: Sequence[str]
) -> dict[str, Any]:
    """One connection with all its settings."""
    return {
        "format": "idmxml-connection",
        "version": VERSION,
        "root": root,
        "environment": environment,
        "connection": overview_object(of),
        "settings": [detail_object(each) for each in settings],
        "notes": list(notes),
    }


def detail_object(each: Detail) -> dict[str, Any]:
    """One setting."""
    return {
        "name": each.name,
        "status": each.status,
        "value": each.text,
        "secret": each.is_secret,
        "readable": each.is_readable,
        "clear": each.is_clear,
        "known": each.is_known,
        "origin": origin_object(each.origin) if each.origin else None,
        "beaten": [origin_object(other) for other in each.beaten],
        "default": each.default,
        "elsewhere": list(each.elsewhere),
        "description": each.description,
    }


def origin_object(origin: Origin) -> dict[str, Any]:
    """Where a value stands, and the value."""
    return {
        "layer": origin.layer,
        "source": origin.source,
        "path": origin.path,
        "line": origin.line,
        "column": origin.column,
        "entry": origin.entry,
        "value": origin.text,
    }


def compare_object(
    root: str, of: Overview, environments: Sequence[str], comparisons: Sequence[Comparison], notes: Sequence[str]
) -> dict[str, Any]:
    """One connection in several environments."""
    return {
        "format": "idmxml-connection-environments",
        "version": VERSION,
        "root": root,
        "environments": list(environments),
        "connection": overview_object(of),
        "settings": [
            {
                "name": each.name,
                "state": each.state,
                "clear": each.is_clear,
                "values": [detail_object(value) if value else None for value in each.values],
            }
            for each in comparisons
        ],
        "notes": list(notes),
    }
