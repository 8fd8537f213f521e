"""Findings and the comments that silence them: what is left, and which comments silenced nothing."""

from collections.abc import Iterable, Iterator, Sequence

from idmxml.checks import reading
from idmxml.checks.examine import FileResult
from idmxml.checks.registry import known
from idmxml.checks.rule import rule_of
from idmxml.diagnostics import Diagnostic
from idmxml.source.suppressions import Suppression


def suppress(found: Iterable[Diagnostic], results: Sequence[FileResult], active: frozenset[str]) -> Iterator[Diagnostic]:
    """The findings that no comment silences, and findings about comments that are unclear or silence nothing."""
    comments = {each.facts.path: each.suppressions for each in results if each.suppressions}
    used: set[tuple[str, int, str]] = set()
    for each in found:
        silenced = False
        for position, comment in enumerate(comments.get(each.span.path, ())):
            if each.code in comment.codes and comment.covers(each.span):
                used.add((each.span.path, position, each.code))
                silenced = True
        if not silenced:
            yield each
    for path, suppressions in sorted(comments.items()):
        for position, comment in enumerate(suppressions):
            yield from _about(comment, {code for where, at, code in used if (where, at) == (path, position)}, active)


def _about(comment: Suppression, used: set[str], active: frozenset[str]) -> Iterator[Diagnostic]:
    unknown = [code for code in comment.codes if code not in known()]
    if not comment.codes or unknown:
        message = f"no rule {unknown[0]}" if unknown else "this comment silences nothing"
        hint = "write <!-- idmxml: ignore CODE reason -->, with a code that 'idmxml explain' lists"
        yield from _made(reading.unclear_suppression, comment, message, hint, active)
    for code in comment.codes:
        if code in active and code not in used:
            message = f"{code} finds nothing in the element after this comment"
            yield from _made(reading.unused_suppression, comment, message, "remove the comment", active)


def _made(function: object, comment: Suppression, message: str, hint: str, active: frozenset[str]) -> Iterator[Diagnostic]:
    rule = rule_of(function)
    if rule.code in active:
        yield Diagnostic(rule.code, rule.name, rule.severity, message, comment.span, hint, source=comment.source)
