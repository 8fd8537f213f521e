"""The sentences that several formats share: the verdict, a place, a message with its hint."""

from idmxml.diagnostics import Diagnostic, Report, Severity, Span
from idmxml.phrases import counted, listed
from idmxml.reports.visible_text import visible

WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def tally(report: Report) -> str:
    """How many diagnostics of each severity there are, worst first; empty when there are none."""
    numbers = ((report.count(severity), severity.label) for severity in WORST_FIRST)
    return listed([counted(number, label) for number, label in numbers if number])


def verdict(report: Report) -> str:
    """The outcome in a sentence: what was found, and in how much."""
    files = counted(report.summary.files, "file")
    objects = counted(report.summary.objects, "object")
    if report.diagnostics:
        return f"Found {tally(report)} in {files} ({objects})."
    if not report.summary.files:
        return "Nothing to check: no file was read."
    return f"All clean: {files}, {objects}."


def place(span: Span) -> str:
    """Where the span starts, as ``path:line:column``, safe to show."""
    return f"{visible(span.path)}:{span.line}:{span.column}"


def message_and_hint(diagnostic: Diagnostic) -> str:
    """The message, and the hint in parentheses, on one line and safe to show."""
    hint = f" ({visible(diagnostic.hint)})" if diagnostic.hint else ""
    return visible(diagnostic.message) + hint
