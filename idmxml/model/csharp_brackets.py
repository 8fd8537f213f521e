"""Brackets, quotes and comments of C# code that are not closed, for code that is known to be wrong."""

import re
from typing import Final

from idmxml.model.csharp_values import Fault

PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
CLOSING: Final = frozenset(PAIRS.values())
SKIPPED: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"\"\"+|@\"(?:[^\"]|\"\")*\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.DOTALL
)
HOLED: Final = re.compile(r"(?P<verbatim>\$+@|@\$)\"(?!\"\")|\$+\"(?!\"\")")
RAW: Final = re.compile(r"\$*(\"\"\"+)")
TEXT: Final = "write text in double quotes, &quot; in the attribute"


def first_open_end(code: str) -> Fault | None:
    """The first bracket, quote or comment without its other end; None when all are closed."""
    scanner = _Scanner(code)
    scanner.scan(inside_string=False)
    if scanner.fault is None and scanner.open:
        position = scanner.open[-1]
        wanted = PAIRS[code[position]]
        return _fault(position, f"'{code[position]}' is never closed", f"write the '{wanted}' that belongs to it")
    return scanner.fault


def _fault(position: int, message: str, hint: str) -> Fault:
    return Fault(message, hint, position, position + 1)


class _Scanner:
    """Goes over the code once; ``open`` are the offsets of the brackets that wait for their end."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.at = 0
        self.open: list[int] = []
        self.fault: Fault | None = None

    def scan(self, *, inside_string: bool) -> None:
        """Over code, to its end or to the ``}`` that ends a hole of an interpolated string."""
        depth = len(self.open)
        while self.at < len(self.code) and self.fault is None:
            if inside_string and self.code[self.at] == "}" and len(self.open) == depth:
                return
            if not self._skip():
                self._bracket()
                self.at += 1

    def _skip(self) -> bool:
        """Over a string, a character or a comment."""
        raw = RAW.match(self.code, self.at)
        if raw is not None:
            return self._skip_to(raw[1], raw.end(), "the string")
        holed = HOLED.match(self.code, self.at)
        if holed is not None:
            self._interpolated(holed)
            return True
        match = SKIPPED.match(self.code, self.at)
        if match is not None:
            if match[0].startswith("'") and len(match[0]) > 3 and match[0][1] != "\\":
                self._long_character(match)
            self.at = match.end()
            return True
        return self._unclosed()

    def _skip_to(self, end: str, start: int, what: str) -> bool:
        found = self.code.find(end, start)
        if found < 0:
            self.fault = _fault(self.at, f"{what} that begins here is not closed", f"end it with {end}")
        self.at = found + len(end)
        return True

    def _unclosed(self) -> bool:
        if self.code.startswith("/*", self.at):
            return self._skip_to("*/", self.at + 2, "the comment")
        if self.code[self.at] == '"':
            hint = 'end it with a quote; a quote inside a string is written \\"'
            self.fault = _fault(self.at, "the string that begins here is not closed", hint)
        if self.code[self.at] == "'":
            self.fault = _fault(self.at, "the character that begins here is not closed", TEXT)
        return False

    def _long_character(self, match: re.Match[str]) -> None:
        self.fault = Fault(f"{match[0]} is more than one character", TEXT, match.start(), match.end())

    def _interpolated(self, match: re.Match[str]) -> None:
        start, self.at = self.at, match.end()
        verbatim = match["verbatim"] is not None
        while self.at < len(self.code) and self.fault is None:
            if self._over_escape(verbatim=verbatim):
                self.at += 2
            elif self.code[self.at] == '"':
                self.at += 1
                return
            elif self.code[self.at] == "{":
                self.at += 1
                self.scan(inside_string=True)
                self.at += 1
            else:
                self.at += 1
        if self.fault is None:
            self.fault = _fault(start, "the string that begins here is not closed", "end it with a quote")

    def _over_escape(self, *, verbatim: bool) -> bool:
        pair = self.code[self.at : self.at + 2]
        return pair in {"{{", "}}"} or (pair == '""' if verbatim else pair.startswith("\\"))

    def _bracket(self) -> None:
        character = self.code[self.at]
        if character in PAIRS:
            self.open.append(self.at)
        elif character in CLOSING:
            if self.open and PAIRS[self.code[self.open[-1]]] == character:
                self.open.pop()
            elif self.open:
                opened = self.open[-1]
                wanted = PAIRS[self.code[opened]]
                message = f"'{self.code[opened]}' is not closed before '{character}'"
                self.fault = _fault(opened, message, f"write the '{wanted}' that belongs to it")
            else:
                self.fault = _fault(self.at, f"'{character}' closes nothing", "remove it, or write what it should close")
