"""Values in the one spelling of their type: enumerations by name, truth values and numbers in one way."""

from collections.abc import Callable
from typing import Final

from idmxml.facts.language import ValueType
from idmxml.source.entry import FALSE, TRUE

WHOLE_TO: Final = 1e15
MOST_DIGITS: Final = 30
Spell = Callable[[str], str]


def spelling(type_: ValueType) -> Spell | None:
    """How values of a type are written in one way; None for texts."""
    if type_.name == "Boolean":
        return _boolean
    if type_.numbers:
        names = {str(number): name for name, number in reversed(tuple(type_.numbers.items()))}
        return lambda value: names.get(_integer(value), value)
    if type_.base in {"int", "long", "byte"}:
        return _integer
    return _double if type_.base == "double" else None


def _boolean(value: str) -> str:
    text = value.strip()
    return "true" if text in TRUE else "false" if text in FALSE else value


def whole_number(text: str) -> int | None:
    """The number that a text is, signed or not, between blanks or not; None when it is none, or longer than any of ours."""
    told = text.strip()
    digits = told[1:] if told[:1] in {"+", "-"} else told
    return int(told) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else None


def _integer(value: str) -> str:
    number = whole_number(value)
    return str(number) if number is not None else value


def _double(value: str) -> str:
    text = value.strip()
    try:
        number = float(text) if text.isascii() and "_" not in text else None
    except ValueError:
        return value
    if number is None or number - number != 0:  # INF and NaN stay
        return value
    return str(int(number)) if number == int(number) and abs(number) < WHOLE_TO else repr(number)
