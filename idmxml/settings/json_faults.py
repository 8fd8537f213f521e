"""Says in plain words why a text is not JSON, and points at the character that is wrong."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idmxml.diagnostics import Span

if TYPE_CHECKING:
    from lark import Token

ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})')
WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
NOTHING = frozenset({"none", "nil", "undefined", "nan", "infinity", "null"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no settings file: where, in one sentence, and what to do about it."""

    span: Span
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Turns offsets in a text into lines and columns, both from 1, columns in characters."""

    path: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str, path: str) -> "Places":
        """The places of ``text``, whose lines end with CRLF, LF or CR."""
        starts = [0]
        starts.extend(i + 1 for i, c in enumerate(text) if c == "\n" or (c == "\r" and text[i + 1 : i + 2] != "\n"))
        return cls(path, tuple(starts))

    def span(self, start: int, end: int) -> Span:
        """The span from offset ``start`` to ``end``, exclusive."""
        line, end_line = bisect_right(self.starts, start), bisect_right(self.starts, end)
        return Span(self.path, line, start - self.starts[line - 1] + 1, end_line, end - self.starts[end_line - 1] + 1)


def too_deep(places: Places, token: "Token", deepest: int) -> Fault:
    """The fault of a text whose ``token`` opens one level too many."""
    return Fault(
        token_span(places, token),
        f"more than {deepest} objects and arrays stand in each other, which the product refuses to read",
        "look for a bracket that is never closed",
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the parser stopped: at ``token``, after ``last``, inside ``opened`` brackets, when it would take ``accepted``."""

    text: str
    places: Places
    token: "Token"
    last: "Token | None"
    opened: "Sequence[Token]"
    accepted: frozenset[str]

    @property
    def span(self) -> Span:
        """The span of the token that can't stand there."""
        return token_span(self.places, self.token)

    def line_of(self, token: "Token") -> int:
        """The line a token stands in."""
        return self.places.span(token.start_pos or 0, token.start_pos or 0).line


def explain(stop: Stop) -> Fault:
    """Why the text is no JSON, where the parser stopped."""
    kind = stop.token.type
    if kind == "$END":
        return _ended_early(stop)
    if kind == "BAD_STRING":
        return _bad_string(stop.text, stop.places, stop.token.start_pos or 0)
    if kind.startswith("BAD_"):
        found = _bad_word(stop)
        if found is not None:
            return found
    return _misplaced(stop)


def _ended_early(stop: Stop) -> Fault:
    if stop.last is None:
        return Fault(stop.places.span(0, 0), "the file is empty", "a settings file holds at least {}")
    end = (stop.last.start_pos or 0) + len(stop.last)
    if not stop.opened:
        return Fault(stop.places.span(end, end), "the file ends too early")
    opening = stop.opened[-1]
    message = f"the file ends, yet '{opening}' of line {stop.line_of(opening)} is not closed"
    return Fault(stop.places.span(end, max(end, len(stop.text.rstrip()))), message, f"add '{_closing(opening)}'")


def _closing(opening: str) -> str:
    return "}" if opening == "{" else "]"


def _bad_string(text: str, places: Places, start: int) -> Fault:
    """Why the string that starts at ``start`` is none: its first wrong escape or character, or no end."""
    at = start + 1
    while at < len(text) and text[at] not in '"\r\n':
        if text[at] == "\\":
            match = ESCAPE.match(text, at)
            if match is None:
                return _bad_escape(text, places, at)
            at = match.end()
        elif text[at] < " ":
            name = "a tab" if text[at] == "\t" else f"the control character U+{ord(text[at]):04X}"
            return Fault(places.span(at, at + 1), f"{name} stands in a string", "write it as an escape, such as \\t")
        else:
            at += 1
    return Fault(places.span(start, at), "the string is not closed on its line", 'add a double quote (")')


def _bad_escape(text: str, places: Places, at: int) -> Fault:
    """A backslash that starts no escape; what follows it is not quoted, as it may be part of a secret."""
    if text[at + 1 : at + 2] in {"\r", "\n", ""}:
        return Fault(places.span(at, at + 1), "a single backslash ends the line inside a string", r"write \\ for a backslash")
    return Fault(
        places.span(at, at + 2),
        "a single backslash stands in a string, where JSON wants it doubled",
        r"write \\ for a backslash",
    )


MISTAKES = {
    "'": ("a text stands in single quotes", 'JSON knows double quotes (") only'),
    "#": ("'#' starts no comment in JSON", "write // instead"),
    "/*": ("the comment is never closed", "add */"),
}


def _bad_word(stop: Stop) -> Fault | None:
    """What is wrong with a word or character that is no part of JSON at all."""
    if str(stop.token) in MISTAKES:
        return Fault(stop.span, *MISTAKES[str(stop.token)])
    if stop.token.type == "BAD_CHARACTER":
        return Fault(
            stop.span, "this character has no place here", "remove it, or put the text it belongs to between double quotes"
        )
    if "NUMBER" in stop.accepted:
        return _bad_value(stop.span, str(stop.token))
    if "STRING" in stop.accepted:
        return Fault(stop.span, "the key is not in double quotes", 'write it between double quotes (")')
    return None


def _bad_value(span: Span, word: str) -> Fault:
    lower = word.casefold()
    if lower in WORDS:
        return Fault(span, "the word is no JSON value", f"write {WORDS[lower]}, or put it between double quotes")
    if lower in NOTHING:
        return Fault(span, "the word is no JSON value", "write null, or leave the key out")
    if re.fullmatch(r"[+.-]?[0-9][0-9._eE+-]*", word):
        hint = "no leading zero, plus sign or bare point; or use quotes"
        return Fault(span, "the number is not written as JSON has it", hint)
    return Fault(span, "the text is not in double quotes", 'write it between double quotes (")')


def _misplaced(stop: Stop) -> Fault:
    """A part of JSON at a place where it can't stand."""
    if stop.accepted == {"$END"}:
        return Fault(stop.span, "something stands after the end of the settings", "a file holds one object; remove the rest")
    if "COLON" in stop.accepted:
        return Fault(stop.span, "a colon is missing between a key and its value", "write :")
    if stop.opened and stop.token in {"}", "]"} and stop.token != _closing(stop.opened[-1]):
        opening = stop.opened[-1]
        message = f"'{stop.token}' can't close '{opening}' of line {stop.line_of(opening)}"
        return Fault(stop.span, message, f"write '{_closing(opening)}'")
    return Fault(stop.span, *_missing_or_extra(stop))


def _missing_or_extra(stop: Stop) -> tuple[str, str]:
    if stop.token.type == "COMMA":
        return "a comma has no place here", "remove it"
    if stop.token.type == "COLON":
        return "a colon has no place here", "only a key is followed by a colon, in an object between { and }"
    if "COMMA" in stop.accepted:
        return "a comma is missing before this", "write a comma after what stands before it"
    if stop.last is not None and stop.last.type == "COLON":
        return "a value is missing after the colon", 'write the value, or "" for an empty text'
    if stop.opened:
        return "a key in double quotes is expected here", 'write "key": value'
    return "a settings file starts with {", "put everything between { and }"


def token_span(places: Places, token: "Token") -> Span:
    """Where a token stands."""
    start = token.start_pos or 0
    return places.span(start, start + len(token))
