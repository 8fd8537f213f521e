"""The context of a whole repository to findings: rules are judged on distinct rows, then placed in the few files concerned."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from idmxml.checks.examine import diagnosis, run_safely
from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.judging import find_offenders
from idmxml.checks.plan import Plan
from idmxml.checks.rule import Rule
from idmxml.diagnostics import Diagnostic, Related
from idmxml.model.context import Context
from idmxml.model.filefacts import comparable, identity_of
from idmxml.source.document import Document
from idmxml.source.entry import Entry

Suspects = Mapping[int, tuple[tuple[Rule, str], ...]]
ReadDocument = Callable[[int], Document | None]


def judge(plan: Plan, context: Context, jobs: int = 1) -> Suspects:
    """By position of the file, the rules (with the kind) that have something to say about some object in it."""
    found: dict[int, dict[tuple[Rule, str], None]] = defaultdict(dict)
    for at, offenders in find_offenders(plan.whole, context, jobs).items():
        rule, projection = plan.whole[at]
        for position in context.holders(projection):
            if not context.rows_of(position, projection).isdisjoint(offenders):
                found[position][rule, projection.kind] = None
    return {position: tuple(rules) for position, rules in sorted(found.items())}


def place(
    rules: tuple[tuple[Rule, str], ...], document: Document, context: Context, read: ReadDocument
) -> Iterator[Diagnostic]:
    """The diagnostics of the given rules in a document."""
    for rule, kind in rules:
        for entry in document.entries:
            if entry.kind == kind:
                told = (each for each in run_safely(rule, entry, context) if each.not_in != document.path)
                for finding in told:
                    yield with_elsewhere(rule, finding, document, context, read)


def with_elsewhere(rule: Rule, finding: Finding, document: Document, context: Context, read: ReadDocument) -> Diagnostic:
    """The diagnostic of a finding, with the places in other files that explain it."""
    made = diagnosis(rule, finding, document, context.language)
    found = [_locate(each, context, read) for each in finding.elsewhere]
    extra = tuple(each for each in found if each is not None and each.span != made.span)
    if not extra:
        return made
    from dataclasses import replace

    return replace(made, related=made.related + extra)


def _locate(place_of: Elsewhere, context: Context, read: ReadDocument) -> Related | None:
    document = read(place_of.file)
    if document is None:
        return None
    kind = context.language.kind(place_of.kind)
    wanted = comparable(kind, place_of.key)
    left = place_of.skip
    for entry in document.entries:
        if entry.kind == place_of.kind and _matches(entry, wanted, context):
            if not left:
                return Related(document.name_span(entry), place_of.message)
            left -= 1
    return None


def _matches(entry: Entry, wanted: object, context: Context) -> bool:
    kind = context.language.kind(entry.kind or "")
    key = identity_of(kind, entry)
    return key is not None and (comparable(kind, key) == wanted or (isinstance(key, tuple) and wanted in key))
