"""The value of an attribute to an expression: a predefined function, a literal, or C#; and what is known of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from idmxml.facts.files import read_stored
from idmxml.model.part import Part

CSHARP: Final = re.compile(r"\s*C#\s*:(?:\s*(?P<parameter>@?[^\W\d]\w*)\s*:(?!:))?(?P<code>.*)", re.DOTALL | re.IGNORECASE)
LITERAL: Final = re.compile(r"\s*Literal\s*:(?P<literal>.*)", re.DOTALL | re.IGNORECASE)
FUNCTION: Final = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*(?::(?P<arguments>.*))?", re.DOTALL)


class Form(Enum):
    """How an expression is written; UNKNOWN is none of the three."""

    FUNCTION = "predefined function"
    LITERAL = "literal"
    CSHARP = "C#"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as it is written.

    ``name`` is the function's name or the parameter of the C#, None without one. ``arguments`` are those of the function
    that follow the colon; ``body`` is the literal's value or the C# code.
    """

    form: Form
    name: Part | None = None
    arguments: tuple[Part, ...] = ()
    body: Part | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A predefined function.

    ``arguments`` are the kinds of those after the first, which the product passes itself: ``time-zone``, ``date-format`` or
    ``minutes``. A ``doubtful`` one is documented in a way that contradicts itself.
    """

    name: str
    arguments: tuple[str, ...]
    returns: str
    doubtful: bool = False


@lru_cache(maxsize=16384)
def parse_expression(value: str) -> Expression:
    """The expression that a value is; it must not be empty."""
    match = CSHARP.fullmatch(value)
    if match is not None:
        return Expression(Form.CSHARP, _part(match, "parameter"), body=_part(match, "code"))
    match = LITERAL.fullmatch(value)
    if match is not None:
        return Expression(Form.LITERAL, body=_part(match, "literal"))
    match = FUNCTION.fullmatch(value)
    if match is not None:
        return Expression(Form.FUNCTION, _part(match, "name"), _arguments(match))
    return Expression(Form.UNKNOWN)


def _part(match: re.Match[str], group: str) -> Part | None:
    return Part(match[group], match.start(group), match.end(group)) if match[group] is not None else None


def _arguments(match: re.Match[str]) -> tuple[Part, ...]:
    if match["arguments"] is None:
        return ()
    found = []
    start = match.start("arguments")
    for text in match["arguments"].split("|"):
        found.append(Part(text, start, start + len(text)))
        start += len(text) + 1
    return tuple(found)


@lru_cache(maxsize=1)
def expression_facts() -> Mapping[str, Any]:
    """What ``schemas/expressions.json`` says of functions, of C# and of literals; read when first needed."""
    found: Mapping[str, Any] = read_stored("expressions.json")
    return found


@lru_cache(maxsize=1)
def functions() -> Mapping[str, Function]:
    """The predefined functions by name."""
    return {
        each["name"]: Function(each["name"], tuple(each["arguments"]), each["returns"], each.get("doubtful", False))
        for each in expression_facts()["functions"]
    }


@lru_cache(maxsize=16)
def names_of(key: str) -> frozenset[str]:
    """A list of names in the facts, as a set."""
    return frozenset(expression_facts()[key])
