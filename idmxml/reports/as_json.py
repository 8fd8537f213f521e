"""The report as one JSON object, described by ``schemas/report.schema.json``."""

from typing import Any

from idmxml.diagnostics import Diagnostic, Related, Report, Severity
from idmxml.reports.json_text import dump

FORMAT = "idmxml-report"
VERSION = 1


def render(report: Report) -> str:
    """The whole report as JSON."""
    described = {
        **run_object(report),
        "diagnostics": [diagnostic_object(each) for each in report.diagnostics],
        "notes": list(report.notes),
    }
    return dump(described, indent=2) + "\n"


def run_object(report: Report) -> dict[str, Any]:
    """What the report says about the run as a whole."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "tool": {"name": "idmxml", "version": report.tool_version},
        "root": report.root,
        "command": report.command,
        "summary": {
            "files": report.summary.files,
            "objects": report.summary.objects,
            "error": report.count(Severity.ERROR),
            "warning": report.count(Severity.WARNING),
            "info": report.count(Severity.INFO),
        },
    }


def diagnostic_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.label,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "object": diagnostic.object,
        "related": [related_object(each) for each in diagnostic.related],
        "fingerprint": diagnostic.fingerprint,
    }


def related_object(related: Related) -> dict[str, Any]:
    """One related place."""
    span = related.span
    return {"path": span.path, "line": span.line, "column": span.column, "message": related.message}
