"""Demands on single values of attributes, as data gives them, to tests: of a list, of a form, in a range, beside another."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from idmxml.checks.attribute_terms import Term, spellings
from idmxml.facts.language import DOUBLE, Kind
from idmxml.source.entry import Entry

# Whether the value of an attribute of an entry is as it should be.
Fits = Callable[[Entry, str, str], bool]


def fits_of(demand: Mapping[str, Any], kind: Kind) -> Fits:
    """The test of a demand with one of the keys be, not_be, match, not_match, between, at_most, same_as, differ_from, url."""
    for name, make in MAKERS.items():
        if name in demand:
            return make(demand[name], kind)
    raise ValueError(f"a demand is one of {', '.join(MAKERS)}")


def expected(demand: Mapping[str, Any]) -> str:
    """What a value should be, in words: the demand's own, or made from it."""
    if "called" in demand:
        return str(demand["called"])
    name = next(each for each in MAKERS if each in demand)
    value = demand[name]
    if name == "between":
        return _between_words(*value)
    return WORDS[name].format(", ".join(value) if isinstance(value, list) else URLS.get(value, value))


def _between_words(low: float | None, high: float | None) -> str:
    if low is None:
        return f"a number up to {high}"
    return f"a number from {low} to {high}" if high is not None else f"a number from {low} up"


def _be(values: Iterable[str], kind: Kind) -> Fits:
    wanted = tuple(values)
    return lambda _entry, name, value: value in spellings(Term(name, values=wanted), kind)


def _not_be(values: Iterable[str], kind: Kind) -> Fits:
    refused = _be(values, kind)
    return lambda entry, name, value: not refused(entry, name, value)


def _match(pattern: str, _kind: Kind) -> Fits:
    form = re.compile(pattern)
    return lambda _entry, _name, value: form.fullmatch(value) is not None


def _not_match(pattern: str, _kind: Kind) -> Fits:
    form = re.compile(pattern)
    return lambda _entry, _name, value: form.search(value) is None


def _between(limits: tuple[float | None, float | None], _kind: Kind) -> Fits:
    low, high = limits

    def fits(_entry: Entry, _name: str, value: str) -> bool:
        number = _number(value)
        return number is None or ((low is None or number >= low) and (high is None or number <= high))

    return fits


def _at_most(other: str, kind: Kind) -> Fits:
    def fits(entry: Entry, _name: str, value: str) -> bool:
        number, limit = _number(value), _number(_effective(entry, other, kind))
        return number is None or limit is None or number <= limit

    return fits


def _same_as(other: str, kind: Kind) -> Fits:
    return lambda entry, _name, value: _effective(entry, other, kind) in {None, value}


def _differ_from(other: str, kind: Kind) -> Fits:
    return lambda entry, _name, value: _effective(entry, other, kind) != value


def _url(sort: str, _kind: Kind) -> Fits:
    def fits(_entry: Entry, _name: str, value: str) -> bool:
        try:
            parts = urlsplit(value.strip())
        except ValueError:
            return False
        absolute = bool(parts.scheme and parts.netloc)
        return absolute if sort == "absolute" else not parts.scheme and not parts.netloc

    return fits


def _effective(entry: Entry, name: str, kind: Kind) -> str | None:
    attribute = kind.attributes.get(name)
    return entry.attributes.get(name, attribute.default if attribute is not None else None)


def _number(value: str | None) -> float | None:
    text = (value or "").strip()
    return float(text) if DOUBLE.fullmatch(text) and text[-1].isdigit() else None


URLS = {"absolute": "an absolute URL, such as https://example.org/start", "relative": "a relative URL"}
WORDS = {
    "be": "one of {}",
    "not_be": "another value than {}",
    "match": "text of the form {}",
    "not_match": "text without {}",
    "at_most": "at most the value of {}",
    "same_as": "the value of {}",
    "differ_from": "another value than that of {}",
    "url": "{}",
}
MAKERS: Mapping[str, Callable[[Any, Kind], Fits]] = {
    "be": _be,
    "not_be": _not_be,
    "match": _match,
    "not_match": _not_match,
    "between": _between,
    "at_most": _at_most,
    "same_as": _same_as,
    "differ_from": _differ_from,
    "url": _url,
}
