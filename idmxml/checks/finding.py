"""What a rule yields, and how it becomes a diagnostic once the document is at hand."""

from dataclasses import dataclass

from idmxml.checks.rule import Rule
from idmxml.diagnostics import Diagnostic, Edit, Related, Severity, Span
from idmxml.facts.load import Language
from idmxml.model.filefacts import Key
from idmxml.model.identity_path import identity_path
from idmxml.model.projection import Subject
from idmxml.source.document import Document
from idmxml.source.entry import Entry


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An object of another place that explains a finding: the file's position in the context, kind and identity.

    ``skip`` passes over that many objects of the same identity in the file.
    """

    file: int
    kind: str
    key: Key
    message: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of one entry.

    ``attribute`` is the one at fault, None for the element itself; ``part`` narrows it to characters (start, end) of the
    value. A rule that is judged on a row yields it in place of an entry, and is run again on the entries it stands for. ``replacement`` is the right text for the value, or for the part. ``severity`` lowers the rule's for this case. ``not_in`` is the path of a file in which it
    is not told, as it is about what comes after that file.
    """

    entry: Subject
    message: str
    attribute: str | None = None
    hint: str | None = None
    part: tuple[int, int] | None = None
    replacement: str | None = None
    severity: Severity | None = None
    related: tuple[tuple[Entry, str], ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    not_in: str | None = None


def diagnose(rule: Rule, finding: Finding, document: Document, language: Language) -> Diagnostic:
    """The diagnostic of a finding in the document that holds its entry."""
    entry = finding.entry
    assert isinstance(entry, Entry)  # noqa: S101  findings of rows are never placed
    span = _span(finding, entry, document)
    related = tuple(Related(document.name_span(entry), message) for entry, message in finding.related)
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=finding.severity or rule.severity,
        message=finding.message,
        span=span,
        hint=finding.hint,
        object=identity_path(entry, language, finding.attribute),
        related=related,
        edit=_edit(finding, entry, document),
        source=document.shown.text(span.line),
    )


def _span(finding: Finding, entry: Entry, document: Document) -> Span:
    if finding.attribute is None:
        return document.name_span(entry)
    if finding.part is not None:
        return document.value_span(entry, finding.attribute, finding.part)
    return document.attribute_span(entry, finding.attribute)


def _edit(finding: Finding, entry: Entry, document: Document) -> Edit | None:
    if finding.replacement is None or finding.attribute is None:
        return None
    text = finding.replacement.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&apos;")
    return Edit(document.value_span(entry, finding.attribute, finding.part), text)
