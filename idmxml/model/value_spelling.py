"""Values in the one spelling of their type: enumerations by name, truth values and numbers in one way."""

from collections.abc import Callable
from typing import Final

from idmxml.facts.language import ValueType
from idmxml.source.entry import FALSE, TRUE

WHOLE_TO: Final = 1e15
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


def _integer(value: str) -> str:
    text = value.strip()
    digits = text[1:] if text[:1] in {"+", "-"} else text
    return str(int(text)) if digits.isascii() and digits.isdigit() and len(digits) < 31 else value


def _double(value: str) -> str:
    text = value.strip()
    try:
        number = float(text) if text.isascii() and "_" not in text else None
    except ValueError:
        return value
    if number is None or number - number != 0:  # INF and NaN stay
        return value
    return str(int(number)) if number == int(number) and abs(number) < WHOLE_TO else repr(number)
