"""A report with its paths as services read them that show findings in the files of a checkout: relative to its top."""

import posixpath
from dataclasses import replace

from idmxml.diagnostics import Diagnostic, Report, Span


def from_checkout(report: Report) -> Report:
    """The report with every path relative to the top of the checkout that its root lies in; itself when there is no other."""
    if report.checkout is None:
        return report
    folder = report.checkout.path
    return replace(report, root=report.checkout.top, diagnostics=tuple(_moved(each, folder) for each in report.diagnostics))


def _moved(diagnostic: Diagnostic, folder: str) -> Diagnostic:
    edit = diagnostic.edit
    return replace(
        diagnostic,
        span=_below(diagnostic.span, folder),
        related=tuple(replace(each, span=_below(each.span, folder)) for each in diagnostic.related),
        edit=replace(edit, span=_below(edit.span, folder)) if edit else None,
    )


def _below(span: Span, folder: str) -> Span:
    """The span with the path from the top; one that is of no file, or of one on another drive, stays."""
    if not span.path or span.path.startswith("/") or ":/" in span.path:
        return span
    return replace(span, path=posixpath.normpath(f"{folder}/{span.path}"))
