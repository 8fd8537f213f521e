"""Offsets in a text to lines and columns, both counted from 1, columns in characters."""

import re
from array import array
from bisect import bisect_right
from itertools import accumulate

LINE_END = re.compile(r"\r\n|\r|\n")


class LineStarts:
    """Where the lines of a text begin. LF, CRLF and a lone CR end a line, as in XML. The text itself is not kept."""

    __slots__ = ("_end", "_starts")

    def __init__(self, text: str) -> None:
        self._end = len(text)
        if "\r" in text:
            starts = [0, *(match.end() for match in LINE_END.finditer(text))]
        else:
            starts = [0, *accumulate([len(each) + 1 for each in text.split("\n")])][:-1]
        self._starts = array("L", starts)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of the character at ``offset``."""
        if not 0 <= offset <= self._end:
            offset = max(0, min(offset, self._end))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class Lines(LineStarts):
    """The lines of a text, with what stands in them."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._text = text

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
