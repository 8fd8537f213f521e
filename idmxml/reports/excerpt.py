"""The part of a source line that a reader needs to see, with what is at fault in it set apart."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from idmxml.diagnostics import Span
from idmxml.reports.visible_text import visible

TAB = " " * 4
ELLIPSIS = "…"
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line as it is shown, in three parts: before the fault, the fault itself, after it.

    Tabs are spaces, unsafe characters are escaped, and an ellipsis stands where the line was cut.
    """

    before: str
    marked: str
    after: str


@cache
def character_width(character: str) -> int:
    """How many columns of a terminal a character takes: 2 for East Asian wide ones and emoji, 0 for combining ones."""
    if character in JOINERS or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """How many columns of a terminal a text without unsafe characters takes."""
    return len(text) if text.isascii() else sum(map(character_width, text))


def excerpt(source: str, span: Span, room: int) -> Excerpt:
    """What to show of ``source``, the first line of ``span``, in at most ``room`` columns (10 at least).

    A span of several lines is marked to the end of its first line.
    """
    first = min(span.column - 1, len(source))
    last = min(span.end_column - 1, len(source)) if span.end_line == span.line else len(source.rstrip())
    last = max(first, last)
    seen = min(last, first + room)
    before = cells(source[max(0, first - room) : first])
    context = max(1, min(total(before), room // 4))
    marked = head(cells(source[first:seen]), room - 1 - context, more=seen < last)
    after = cells(source[last : last + room]) if not marked.endswith(ELLIPSIS) else ()
    spare = room - width(marked)
    left_room = max(1, spare // 2, spare - total(after))
    left = tail(before, left_room, more=first > room)
    right = head(after, max(1, spare - width(left)), more=bool(after) and last + room < len(source))
    return Excerpt(left, marked, right)


def cells(text: str) -> Sequence[str]:
    """What is shown for each character of ``text``."""
    if text.isascii() and text.isprintable():
        return text
    return [TAB if character == "\t" else visible(character) for character in text]


def total(shown: Iterable[str]) -> int:
    """The width of some cells."""
    return sum(map(width, shown))


def head(shown: Sequence[str], room: int, *, more: bool) -> str:
    """The first cells that fit into ``room``, with an ellipsis when some are left out or ``more`` follow."""
    if not more and total(shown) <= room:
        return "".join(shown)
    return "".join(fitting(shown, room - 1)) + ELLIPSIS


def tail(shown: Sequence[str], room: int, *, more: bool) -> str:
    """The last cells that fit into ``room``, with an ellipsis when some are left out or ``more`` come before."""
    if not more and total(shown) <= room:
        return "".join(shown)
    return ELLIPSIS + "".join(reversed(fitting(shown[::-1], room - 1)))


def fitting(shown: Sequence[str], room: int) -> Sequence[str]:
    """The longest start of ``shown`` that is at most ``room`` wide."""
    for index, cell in enumerate(shown):
        room -= width(cell)
        if room < 0:
            return shown[:index]
    return shown
