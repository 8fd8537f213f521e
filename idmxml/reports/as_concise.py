"""The report with one line a diagnostic, for editors, searches and small screens."""

from collections.abc import Iterator

from idmxml.diagnostics import Diagnostic, Report
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import message_and_hint, place, verdict


def render(report: Report) -> str:
    """``path:line:column: code severity message (hint)`` for each diagnostic, then the verdict and the notes."""
    return "".join(f"{line}\n" for line in lines(report))


def lines(report: Report) -> Iterator[str]:
    """The lines of the report, without their ends."""
    yield from map(line_of, report.diagnostics)
    yield verdict(report)
    for note in report.notes:
        yield f"note: {visible(note)}"


def line_of(diagnostic: Diagnostic) -> str:
    """One diagnostic on one line."""
    head = f"{place(diagnostic.span)}: {visible(diagnostic.code)} {diagnostic.severity.label}"
    return f"{head} {message_and_hint(diagnostic)}"
