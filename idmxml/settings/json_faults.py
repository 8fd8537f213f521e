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
VALUES = frozenset({"STRING", "NUMBER", "TRUE", "FALSE", "NULL", "LBRACE", "LSQB"})
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
        _span(places, token),
        f"more than {deepest} objects and arrays stand in each other, which the product refuses to read",
        "look for a bracket that is never closed",
    )


def explain(  # noqa: PLR0913 - the state of the parser when it stopped
    text: str, places: Places, token: "Token", last: "Token | None", opened: Sequence["Token"], accepted: frozenset[str]
) -> Fault:
    """The fault at ``token``, the first that can't stand after ``last``; ``opened`` are the open brackets."""
    if token.type == "$END":
        return _ended_early(text, places, last, opened)
    if token.type.startswith("BAD_"):
        found = _bad_string(text, places, token) if token.type == "BAD_STRING" else _bad_word(places, token, accepted)
        if found is not None:
            return found
    return _misplaced(places, token, last, opened, accepted)


def _ended_early(text: str, places: Places, last: "Token | None", opened: Sequence["Token"]) -> Fault:
    if last is None:
        return Fault(places.span(0, 0), "the file is empty", "a settings file holds at least {}")
    end = (last.start_pos or 0) + len(last)
    if not opened:
        return Fault(places.span(end, end), "the file ends too early")
    open_line = places.span(opened[-1].start_pos or 0, 0).line
    closing = "}" if opened[-1] == "{" else "]"
    return Fault(
        places.span(end, len(text.rstrip()) if len(text.rstrip()) > end else end),
        f"the file ends, yet '{opened[-1]}' of line {open_line} is not closed",
        f"add '{closing}'",
    )


def _bad_string(text: str, places: Places, token: "Token") -> Fault:
    """Why the string that starts at ``token`` is none: its first wrong escape or character, or no end."""
    start = token.start_pos or 0
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
        places.span(at, at + 2), "a single backslash stands in a string, where JSON wants it doubled", r"write \\ for a backslash"
    )


def _bad_word(places: Places, token: "Token", accepted: frozenset[str]) -> Fault | None:
    span = _span(places, token)
    if token.type == "BAD_COMMENT":
        return Fault(span, "the comment is never closed", "add */")
    if token == "'":
        return Fault(span, "a text stands in single quotes", 'JSON knows double quotes (") only')
    if token == "#":
        return Fault(span, "'#' starts no comment in JSON", "write // instead")
    if token.type == "BAD_CHARACTER":
        return Fault(span, "this character has no place here", "remove it, or put the text it belongs to between double quotes")
    if "STRING" in accepted and not accepted & {"NUMBER"}:
        return Fault(span, "the key is not in double quotes", 'write it between double quotes (")')
    return _bad_value(span, token) if accepted & {"NUMBER"} else None


def _bad_value(span: Span, word: str) -> Fault:
    lower = word.casefold()
    if lower in WORDS:
        return Fault(span, "the word is no JSON value", f"write {WORDS[lower]}, or put it between double quotes")
    if lower in NOTHING:
        return Fault(span, "the word is no JSON value", "write null, or leave the key out")
    if re.fullmatch(r"[+.-]?[0-9][0-9._eE+-]*", word):
        return Fault(span, "the number is not written as JSON has it", "no leading zero, plus sign or bare point; or use quotes")
    return Fault(span, "the text is not in double quotes", 'write it between double quotes (")')


def _misplaced(
    places: Places, token: "Token", last: "Token | None", opened: Sequence["Token"], accepted: frozenset[str]
) -> Fault:
    span = _span(places, token)
    if accepted == {"$END"}:
        return Fault(span, "something stands after the end of the settings", "a file holds one object; remove the rest")
    if "COLON" in accepted:
        return Fault(span, "a colon is missing between a key and its value", "write :")
    if token.type in {"RBRACE", "RSQB"} and opened and (token.type == "RBRACE") != (opened[-1] == "{"):
        line = places.span(opened[-1].start_pos or 0, 0).line
        return Fault(span, f"'{token}' can't close '{opened[-1]}' of line {line}", f"write '{'}' if opened[-1] == '{' else ']'}'")
    if token.type == "COMMA":
        return Fault(span, "a comma has no place here", "remove it")
    if token.type == "COLON":
        return Fault(span, "a colon has no place here", "only a key is followed by a colon, in an object between { and }")
    if "COMMA" in accepted:
        return Fault(span, "a comma is missing before this", "write a comma after what stands before it")
    if last is not None and last.type == "COLON":
        return Fault(span, "a value is missing after the colon", 'write the value, or "" for an empty text')
    return Fault(span, "a key in double quotes is expected here" if opened else "a settings file starts with {")


def _span(places: Places, token: "Token") -> Span:
    start = token.start_pos or 0
    return places.span(start, start + len(token))
