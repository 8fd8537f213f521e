"""Connection strings as .NET and ODBC write them: ``Key=value`` pairs with semicolons between them.

Keys are compared without regard to case and to spaces, as providers spell them in several ways (``User ID``, ``UserId``). A
value may stand in single or double quotes, doubled to mean themselves, and for ODBC in braces. The last of equal keys counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

QUOTES: Final = {'"': '"', "'": "'", "{": "}"}
YES: Final = frozenset({"true", "yes", "1", "sspi", "mandatory", "strict"})


class NotAConnectionStringError(ValueError):
    """A text that is no connection string; the message says why, without a word of the text."""


@dataclass(frozen=True)
class ConnectionString:
    """The pairs, by their keys in lower case without spaces, and the text itself. ``repr`` shows none of the values."""

    pairs: Mapping[str, str] = field(repr=False)
    source: str = field(default="", repr=False)

    def text(self, *keys: str, default: str = "") -> str:
        """The value of the first of several names for the same that is given, and not empty."""
        return next((value for key in keys if (value := self.pairs.get(folded(key), ""))), default)

    def flag(self, *keys: str, default: bool = False) -> bool:
        """Whether a switch is on."""
        text = self.text(*keys).casefold()
        return text in YES if text else default

    def number(self, *keys: str) -> int | None:
        """A whole number; None when none is given, or something else."""
        text = self.text(*keys).strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def folded(key: str) -> str:
    """A key as keys are compared."""
    return "".join(key.split()).casefold().replace("_", "")


def read_connection_string(text: str) -> ConnectionString:
    """The pairs of a text; NotAConnectionStringError when it has none, or they are not well-formed."""
    pairs = {folded(key): value for key, value in _pairs(text)}
    if not pairs:
        raise NotAConnectionStringError("holds no pair of key and value")
    return ConnectionString(pairs, text)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        key, place = _key(text, place)
        if not key:
            continue
        value, place = _value(text, place)
        yield key, value


def _key(text: str, place: int) -> tuple[str, int]:
    """The key that begins at ``place``, and the place behind its equals sign; an equals sign doubled is part of the key."""
    key = ""
    while place < len(text):
        character = text[place]
        if character == "=":
            if text[place + 1 : place + 2] != "=":
                if not key.strip():
                    raise NotAConnectionStringError("has a value without a key")
                return key.strip(), place + 1
            place += 1
        elif character == ";" and not key.strip():
            return "", place + 1
        elif character == ";":
            raise NotAConnectionStringError("has a part without an equals sign")
        key += character
        place += 1
    if key.strip():
        raise NotAConnectionStringError("has a part without an equals sign")
    return "", place


def _value(text: str, place: int) -> tuple[str, int]:
    """The value that begins at ``place``, and the place behind its semicolon."""
    while text[place : place + 1].isspace():
        place += 1
    closing = QUOTES.get(text[place : place + 1])
    if closing is None:
        end = text.find(";", place)
        end = len(text) if end < 0 else end
        return text[place:end].strip(), end + 1
    value, place = _quoted(text, place + 1, closing)
    rest = text.find(";", place)
    rest = len(text) if rest < 0 else rest
    if text[place:rest].strip():
        raise NotAConnectionStringError("has text behind the end of a quoted value")
    return value, rest + 1


def _quoted(text: str, place: int, closing: str) -> tuple[str, int]:
    value = ""
    while place < len(text):
        if text[place] == closing:
            if text[place + 1 : place + 2] != closing:
                return value, place + 1
            place += 1
        value += text[place]
        place += 1
    raise NotAConnectionStringError("has a quote that is not closed")


def odbc_text(pairs: Mapping[str, str]) -> str:
    """A connection string for ODBC; values with special characters stand in braces."""
    return ";".join(f"{key}={_in_braces(value)}" for key, value in pairs.items() if value)


def _in_braces(value: str) -> str:
    is_plain = not set(value) & set("[]{}(),;?*=!@") and value == value.strip()
    return value if is_plain else "{" + value.replace("}", "}}") + "}"
