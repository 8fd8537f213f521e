"""Comments that silence a rule for the element they stand before: ``<!-- idmxml: ignore CODE reason -->``."""

import re
from dataclasses import dataclass

from idmxml.diagnostics import Span
from idmxml.source.document import Comment, Document

MARK = b"idmxml:"
FORM = re.compile(r"\s*idmxml:\s*ignore\s+(?P<codes>IDM\d{4}(?:\s*,\s*IDM\d{4})*)(?:\s+(?P<reason>\S.*?))?\s*", re.DOTALL)
LIKE = re.compile(r"\s*idmxml:")


@dataclass(frozen=True, slots=True)
class Suppression:
    """Codes silenced from ``start`` to ``end`` (line and column, the end exclusive); ``span`` is the comment.

    A comment that begins with ``idmxml:`` and says nothing that is understood has no codes.
    """

    span: Span
    codes: tuple[str, ...]
    reason: str
    start: tuple[int, int]
    end: tuple[int, int]
    source: str

    def covers(self, span: Span) -> bool:
        """Whether a finding at ``span`` lies in the silenced element."""
        return self.start <= (span.line, span.column) < self.end


def suppressions_in(document: Document) -> tuple[Suppression, ...]:
    """The suppressions of a document, in order."""
    return tuple(_read(comment, document) for comment in document.comments if LIKE.match(comment.text))


def _read(comment: Comment, document: Document) -> Suppression:
    span = document.span(comment.start, comment.start + len("<!--") + len(comment.text) + len("-->"))
    match = FORM.fullmatch(comment.text)
    codes = tuple(re.split(r"\s*,\s*", match["codes"])) if match else ()
    start = end = (span.end_line, span.end_column)
    if comment.next_ordinal < len(document.entries):
        entry = document.entries[comment.next_ordinal]
        first = document.offsets[entry.ordinal]
        last = max(document.ends[entry.ordinal] + 1, document.tag(entry).end)
        start, end = document.lines.place(first), document.lines.place(last)
    return Suppression(span, codes, (match["reason"] or "") if match else "", start, end, document.shown.text(span.line))
