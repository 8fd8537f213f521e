"""A comparison as one JSON object, described by ``schemas/diff.schema.json``."""

from typing import Any

from idmxml.approvals import Approval
from idmxml.diff.change import Change, Location
from idmxml.diff.comparison import Comparison, Side
from idmxml.reports.diff_wording import GRAVEST_FIRST
from idmxml.reports.json_text import dump
from idmxml.version import __version__

FORMAT = "idmxml-diff"
VERSION = 1


def render(comparison: Comparison) -> str:
    """The whole comparison as JSON."""
    return dump(diff_object(comparison), indent=2) + "\n"


def render_lines(comparison: Comparison) -> str:
    """A line for each change, and a last line about the run, known by its key ``summary``."""
    run = {key: value for key, value in diff_object(comparison).items() if key != "changes"}
    return "".join(f"{dump(each)}\n" for each in (*map(change_object, comparison.changes), run))


def diff_object(comparison: Comparison) -> dict[str, Any]:
    """The comparison."""
    judged = comparison.verdict
    return {
        "format": FORMAT,
        "version": VERSION,
        "tool": {"name": "idmxml", "version": __version__},
        "command": "diff",
        "old": side_object(comparison.old),
        "new": side_object(comparison.new),
        "summary": {
            "changes": len(comparison.changes),
            **{each.label: comparison.count(each) for each in GRAVEST_FIRST},
            "approved": len(comparison.approved),
        },
        "verdict": judged and {"word": judged.word, "sentence": judged.sentence, "broken": list(judged.broken)},
        "changes": [change_object(each) for each in comparison.changes],
        "approved": [approved_object(*each) for each in comparison.approved],
        "tasks": [
            {"name": each.name, "text": each.text, "connectors": list(each.connectors), "jobs": list(each.jobs)}
            for each in comparison.tasks
        ],
        "connections": [
            {
                "id": each.identifier,
                "connector": each.connector or None,
                "package": each.package or None,
                "kind": each.kind,
                "tables": each.tables,
                "schema": each.schema,
            }
            for each in comparison.connections
        ],
        "incomplete": list(comparison.incomplete),
        "notes": list(comparison.notes),
    }


def side_object(side: Side) -> dict[str, Any]:
    """One version."""
    return {"name": side.name, "root": side.root, "files": side.files, "objects": side.objects}


def change_object(change: Change) -> dict[str, Any]:
    """One change."""
    return {
        "kind": change.kind,
        "object": change.object,
        "attribute": change.attribute,
        "old": change.old,
        "new": change.new,
        "class": change.klass.label,
        "code": change.code,
        "name": change.name,
        "why": change.why,
        "todo": change.todo,
        "old_location": location_object(change.old_location),
        "new_location": location_object(change.new_location),
        "impact": list(change.impact),
        "connector": change.connector or None,
        "fingerprint": change.fingerprint,
    }


def location_object(location: Location | None) -> dict[str, Any] | None:
    """One place; None for none."""
    if location is None:
        return None
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
        "generated_by": list(location.made_by),
    }


def approved_object(change: Change, approval: Approval) -> dict[str, Any]:
    """An approved change, with what approves it."""
    expires = approval.expires.isoformat() if approval.expires else None
    given = {"code": approval.code, "object": approval.object, "reason": approval.reason}
    return {**change_object(change), "approval": {**given, "author": approval.author or None, "expires": expires}}
