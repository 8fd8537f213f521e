"""A comparison as a report of findings, for the formats whose readers know nothing else, such as SARIF and JUnit."""

from collections.abc import Iterator, Mapping

from idmxml.diagnostics import Diagnostic, Related, Report, RuleFacts, Severity, Span, Summary
from idmxml.diff.change import RENAMED, Change, ChangeClass, Location
from idmxml.diff.comparison import Comparison
from idmxml.diff.rules import change_rules, page_text
from idmxml.reports.diff_wording import dependants, dependants_word, sentence
from idmxml.version import __version__

SEVERITIES = {
    ChangeClass.DATA_LOSS: Severity.ERROR,
    ChangeClass.SYNC_BREAK: Severity.ERROR,
    ChangeClass.RIGHTS: Severity.WARNING,
    ChangeClass.BEHAVIOUR: Severity.INFO,
    ChangeClass.COSMETIC: Severity.INFO,
}


class _Facts(Mapping[str, RuleFacts]):
    """What reports tell about the rules; a page is written when it is asked for."""

    def __getitem__(self, code: str) -> RuleFacts:
        rule = change_rules()[code]
        return RuleFacts(rule.code, rule.name, SEVERITIES[rule.klass], rule.summary, page_text(rule))

    def __iter__(self) -> Iterator[str]:
        return iter(change_rules())

    def __len__(self) -> int:
        return len(change_rules())


def report_of(comparison: Comparison) -> Report:
    """The report; data loss and synchronization breaks are errors, rights warnings, the rest is information."""
    new = comparison.new
    return Report(
        command="diff",
        root=new.folder,
        summary=Summary(new.files, new.objects),
        diagnostics=tuple(sorted(map(_diagnostic, comparison.changes), key=lambda each: each.sort_key)),
        notes=comparison.notes,
        rules=_Facts(),
        tool_version=__version__,
    )


def _diagnostic(change: Change) -> Diagnostic:
    where = change.location
    return Diagnostic(
        code=change.code,
        name=change.name,
        severity=SEVERITIES[change.klass],
        message=f"{change.klass.label}: {sentence(change)}. {change.why}",
        span=_span(where) if where is not None else Span("", 1, 1, 1, 1),
        hint=change.todo + (f" {dependants_word(change).capitalize()}: {dependants(change)}." if change.impact else ""),
        object=change.subject,
        related=tuple(_related(change)),
        source=where.source if where is not None else "",
    )


def _related(change: Change) -> Iterator[Related]:
    if change.old_location is not None and change.new_location is not None:
        word = "it had its old name here" if change.kind == RENAMED else "it stood here before"
        yield Related(_span(change.old_location), word)


def _span(location: Location) -> Span:
    return Span(location.path, location.line, location.column, location.end_line, location.end_column)
