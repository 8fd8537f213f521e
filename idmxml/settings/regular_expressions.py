"""Regular expressions of .NET to what is certainly wrong in them: what no reading of their syntax can save.

The syntax is not that of Python, so nothing is compiled here; only brackets, quantifiers and ranges are looked at.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Signs outside of classes, longest reading first. A backslash takes the next sign with it.
TOKEN = re.compile(
    r"""(?P<escape>\\.)
    |(?P<lone>\\$)
    |(?P<options>\(\?[a-zA-Z-]+\))
    |(?P<open>\((?:\?(?:<?[=!]|[:>]|<[\w-]+>|'[\w-]+'|[a-zA-Z-]+:|(?=\()))?)
    |(?P<close>\))
    |(?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})\??)
    |(?P<nothing>\|)
    |(?P<anchor>\^)
    |(?P<plain>.)""",
    re.VERBOSE | re.DOTALL,
)
COUNTS = re.compile(r"\{(\d+),(\d+)\}")
ATOM = re.compile(r"(\\.|.)(?:-(?!\[|$)(\\.|.))?", re.DOTALL)
ESCAPES = frozenset("abtrvfne0xcudDwWsSpPABGZzk")
LONG_ESCAPE = re.compile(r"\\[xucpP0-9]")


class Fault(NamedTuple):
    """What is wrong, and the characters at fault."""

    message: str
    start: int
    length: int = 1


class Token(NamedTuple):
    """A sign, or a class, of a pattern; ``sort`` is the name of the group in ``TOKEN``, ``class`` or ``unclosed``."""

    sort: str
    start: int
    text: str


def certain_fault(pattern: str) -> Fault | None:
    """The first thing in a pattern that .NET surely refuses; None when there is none that is sure."""
    if re.search(r"\(\?[a-zA-Z]*x", pattern) or "(?#" in pattern:
        return None  # white space and comments are read in another way
    tokens = list(_tokens(pattern))
    judges = (_lone_signs, _idle_escapes, _unbalanced, _idle_repeats, _backward_ranges)
    faults = [fault for find in judges for fault in find(tokens)]
    return min(faults, key=lambda each: each.start, default=None)


def _tokens(pattern: str) -> Iterator[Token]:
    position = 0
    while position < len(pattern):
        if pattern[position] == "[":
            end = _class_end(pattern, position)
            yield Token("class" if end else "unclosed", position, pattern[position : end or len(pattern)])
            position = end or len(pattern)
        elif match := TOKEN.match(pattern, position):
            yield Token(match.lastgroup or "plain", position, match[0])
            position = match.end()


def _class_end(pattern: str, start: int) -> int | None:
    """Behind the class that opens at ``start``; classes may be subtracted from it inside. None when it never closes."""
    position = start + 1 + (pattern[start + 1 : start + 2] == "^")
    position += pattern[position : position + 1] == "]"
    while position < len(pattern):
        if pattern.startswith("-[", position):
            inner = _class_end(pattern, position + 1)
            if inner is None:
                return None
            position = inner
        elif pattern[position] == "]":
            return position + 1
        else:
            position += 2 if pattern[position] == "\\" else 1
    return None


def _lone_signs(tokens: Sequence[Token]) -> Iterator[Fault]:
    for each in tokens:
        if each.sort == "lone":
            yield Fault("it ends with a lone backslash", each.start)
        elif each.sort == "unclosed":
            yield Fault("the [ is never closed", each.start)


def _idle_escapes(tokens: Sequence[Token]) -> Iterator[Fault]:
    for each in tokens:
        for match in re.finditer(r"\\(.)", each.text, re.DOTALL) if each.sort in {"escape", "class"} else ():
            if match[1].isascii() and match[1].isalpha() and match[1] not in ESCAPES:
                yield Fault(f"{match[0]} means nothing", each.start + match.start(), len(match[0]))


def _unbalanced(tokens: Sequence[Token]) -> Iterator[Fault]:
    opened: list[int] = []
    for each in tokens:
        if each.sort == "open":
            opened.append(each.start)
        elif each.sort == "close" and not opened:
            yield Fault("the ) was never opened", each.start)
        elif each.sort == "close":
            opened.pop()
    yield from (Fault("the ( is never closed", start) for start in opened)


def _idle_repeats(tokens: Sequence[Token]) -> Iterator[Fault]:
    before = "nothing"
    for each in tokens:
        if each.sort == "repeat" and before in {"nothing", "open", "repeat"}:
            yield Fault(f"{each.text} repeats nothing", each.start, len(each.text))
        counts = COUNTS.match(each.text) if each.sort == "repeat" else None
        low, high = (each.lstrip("0") for each in counts.groups()) if counts is not None else ("", "")
        if (len(low), low) > (len(high), high):  # numbers of any length
            yield Fault("the least number of repetitions is above the greatest", each.start, len(each.text))
        before = each.sort


def _backward_ranges(tokens: Sequence[Token]) -> Iterator[Fault]:
    for each in tokens:
        if each.sort != "class" or LONG_ESCAPE.search(each.text) or "-[" in each.text:
            continue
        first = 2 if each.text.startswith("[^") else 1
        for match in ATOM.finditer(each.text[first:-1]):
            low, high = match[1], match[2]
            if high is not None and len(low) == len(high) == 1 and low > high:
                yield Fault(f"the range {match[0]} runs backwards", each.start + first + match.start(), len(match[0]))
