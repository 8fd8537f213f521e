"""The documents that findings are placed in: read again from their files, a few at a time."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from idmxml.checks import duplicates
from idmxml.checks.engine import with_elsewhere
from idmxml.checks.rule import rule_of
from idmxml.diagnostics import Diagnostic
from idmxml.facts.load import Language
from idmxml.model.context import Context
from idmxml.source.document import Document, read_document
from idmxml.source.encoding import decode
from idmxml.source.repository import SourceFile

KEPT = 16


class Located:
    """The documents of files, by position."""

    def __init__(self, files: Sequence[SourceFile], language: Language) -> None:
        self._files = files
        self._language = language
        self.read = lru_cache(maxsize=KEPT)(self._read)

    def _read(self, position: int) -> Document | None:
        """The document at a position; None when it can't be read any more, or was never readable."""
        if position >= len(self._files):
            return None
        each = self._files[position]
        try:
            text = decode(each.file.read_bytes())
        except OSError:
            return None
        return read_document(each.path, text, self._language) if isinstance(text, str) else None

    def duplicates(self, context: Context) -> Iterator[Diagnostic]:
        """The findings of objects that share an identity."""
        rule = rule_of(duplicates.duplicate_identity)
        for position in sorted(duplicates.duplicate_positions(context)):
            document = self.read(position)
            if document is not None:
                for finding in duplicates.duplicate_identity(document, position, context):
                    yield with_elsewhere(rule, finding, document, context, self.read)
