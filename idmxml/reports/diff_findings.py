"""A comparison as a report of findings, for the formats whose readers know nothing else, such as SARIF and JUnit."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from idmxml.diagnostics import Diagnostic, Related, Report, RuleFacts, Severity, Span, Summary
from idmxml.diff.change import RENAMED, Change, ChangeClass, Location
from idmxml.diff.comparison import Comparison, Side
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
    new, old = comparison.new, _way(comparison.old, comparison.new)
    return Report(
        command="diff",
        root=new.folder,
        summary=Summary(new.files, new.objects),
        diagnostics=tuple(sorted((_diagnostic(each, old) for each in comparison.changes), key=lambda each: each.sort_key)),
        notes=comparison.notes,
        rules=_Facts(),
        tool_version=__version__,
        checkout=new.checkout,
    )


def _way(old: Side, new: Side) -> str | None:
    """The path from the root of the new version to that of the old one; None when they are not of one checkout."""
    tops = (side.checkout.top if side.checkout is not None else side.folder for side in (old, new))
    if len(set(tops)) > 1:
        return None
    one, other = (side.checkout.path if side.checkout is not None else "." for side in (old, new))
    return posixpath.relpath(one, other)


def _diagnostic(change: Change, way: str | None) -> Diagnostic:
    where = change.location
    return Diagnostic(
        code=change.code,
        name=change.name,
        severity=SEVERITIES[change.klass],
        message=f"{change.klass.label}: {sentence(change)}. {change.why}",
        span=_span(where) if where is not None else Span("", 1, 1, 1, 1),
        hint=change.todo + (f" {dependants_word(change).capitalize()}: {dependants(change)}." if change.impact else ""),
        object=change.subject,
        related=tuple(_related(change, way)),
        source=where.source if where is not None else "",
    )


def _related(change: Change, way: str | None) -> Iterator[Related]:
    old = change.old_location
    if old is not None and change.new_location is not None and way is not None:
        word = "it had its old name here" if change.kind == RENAMED else "it stood here before"
        yield Related(_span(replace(old, path=posixpath.normpath(f"{way}/{old.path}"))), word)


def _span(location: Location) -> Span:
    return Span(location.path, location.line, location.column, location.end_line, location.end_column)
