"""The report as GitLab reads it for Code Quality: a list of issues in the format of Code Climate."""

from typing import Any

from idmxml.diagnostics import Diagnostic, Report, Severity
from idmxml.reports.json_text import dump
from idmxml.reports.unique_fingerprints import unique_fingerprints
from idmxml.reports.wording import message_and_hint

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """The diagnostics as a JSON list; an empty list when there are none."""
    found = zip(report.diagnostics, unique_fingerprints(report.diagnostics), strict=True)
    return dump([issue(diagnostic, fingerprint) for diagnostic, fingerprint in found], indent=1) + "\n"


def issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    """One diagnostic. Readers drop issues whose fingerprints are equal."""
    return {
        "type": "issue",
        "check_name": diagnostic.code,
        "description": f"{diagnostic.code}: {message_and_hint(diagnostic)}",
        "categories": ["Bug Risk"],
        "severity": SEVERITIES[diagnostic.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": diagnostic.span.path,
            "lines": {"begin": max(1, diagnostic.span.line), "end": max(1, diagnostic.span.end_line)},
        },
    }
