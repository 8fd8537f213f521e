"""Offsets in a text to lines and columns, both counted from 1, columns in characters."""

import re
from bisect import bisect_right
from itertools import accumulate

LINE_END = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text. LF, CRLF and a lone CR end a line, as in XML."""

    def __init__(self, text: str) -> None:
        self._text = text
        if "\r" in text:
            self._starts = [0, *(match.end() for match in LINE_END.finditer(text))]
        else:
            self._starts = [0, *accumulate(len(each) + 1 for each in text.split("\n"))][:-1]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of the character at ``offset``."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def text(self, line: int) -> str:
        """A line without its end; empty when there is no such line."""
        if not 1 <= line <= len(self._starts):
            return ""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return self._text[start:end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, kept inside the text."""
        line = max(1, min(line, len(self._starts)))
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return max(0, min(self._starts[line - 1] + column - 1, end))
