"""Compares one value with its shape: type, listed values, limits, and the form of its text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key
from idmxml.settings.names import quoted, suggestion
from idmxml.settings.pages import Page, Shape
from idmxml.settings.problems import Fault, Problem, severity_of
from idmxml.settings.resolve import Given
from idmxml.settings.texts import FORMATS, is_address, is_placeholder, is_whole_number
from idmxml.settings.view import View, holds

HIGHEST = 2147483647
POINTED_AT = ("anyOf", "$ref", "items", "pattern", "minimum", "minLength", "maxLength", "type")
ADDRESSES = {
    "absolute": "absolute address",
    "http": "address with http or https",
    "https": "address with https",
}


class Judge(Protocol):
    """Who judges: the settings, the page they are compared with, and how a setting is called in messages."""

    @property
    def view(self) -> View:
        """The settings under judgement."""

    @property
    def page(self) -> Page:
        """What they are compared with."""

    def name(self, key: Key) -> str:
        """The setting at ``key`` as people read it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that can be read, and what it should look like."""

    judge: Judge
    key: Key
    given: Given
    shape: Shape

    @property
    def name(self) -> str:
        """The setting as people read it."""
        return self.judge.name(self.key)

    @property
    def shown(self) -> str:
        """The value in quotes, or other words for a secret one."""
        if self.given.is_secret:
            return f"the value of '{self.name}'"
        return f"'{self.given.plain()}'" if self.given.kind == "string" else self.given.plain()

    def problem(
        self, fault: Fault, message: str, hint: str, keyword: str = "", otherwise: Severity = Severity.ERROR
    ) -> Problem:
        """A problem of this value, as grave as the rule behind ``keyword`` says."""
        rules = self.judge.page
        rule = rules.rule_of_keyword.get((keyword, self.shape.dotted)) if keyword else self._rule
        return Problem(fault, self.key, self.given, message, hint, severity_of(rule, self.shape, otherwise))

    @property
    def _rule(self) -> dict[str, str] | None:
        at = (f"{self.shape.pointer}/{way}" for way in POINTED_AT)
        found = next((self.judge.page.rule_at[each] for each in at if each in self.judge.page.rule_at), None)
        return dict(found) if found else None


def value_problems(judge: Judge, key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    """The problems of the value at ``key``; none when it is encrypted, in a vault, or a placeholder."""
    from idmxml.settings.path_judging import path_problems

    if not given.is_known or holds(given, is_placeholder):
        return
    value = Value(judge, key, given, shape)
    if judge.view.conforms(key, shape.schema, judge.page) is False:
        yield _not_conforming(value)
    elif given.kind == "string":
        yield from _address(value)
        yield from _format(value)
        yield from path_problems(value)


def _not_conforming(value: Value) -> Problem:
    """The listed value, the limit or the type that a value misses."""
    given, shape, form = value.given, value.shape, _wanted_form(value.shape)
    if shape.listed and given.kind == "string":
        near = None if given.is_secret else suggestion(given.plain(), shape.listed)
        message = f"{value.shown} is none that '{value.name}' can have"
        return value.problem(Fault.VALUE, message, near or f"it is {form}")
    if _is_right_type(value):
        why = "is out of range for" if shape.is_number else "does not fit"
        return value.problem(Fault.VALUE, f"{value.shown} {why} '{value.name}'", f"it has to be {form}")
    shown = "has a value of the wrong type" if given.is_secret else f"is {value.shown}"
    return value.problem(Fault.TYPE, f"'{value.name}' {shown}", f"it has to be {form}")


def _is_right_type(value: Value) -> bool:
    """Whether a value that does not conform is of the right type at least, and so out of some limit."""
    if value.shape.is_number:
        return value.given.kind in {"string", "number"} and holds(value.given, is_whole_number)
    return value.given.kind == "string" and not value.shape.is_boolean


def _wanted_form(shape: Shape) -> str:
    """In words, what a value has to be."""
    if shape.listed:
        return f"one of {quoted(shape.listed, 'or')}"
    if shape.is_boolean:
        return "true or false"
    if shape.is_number:
        return _wanted_number(shape)
    if shape.schema.get("maxLength") == 1:
        return "a text of one character"
    return "a text of at least one character" if shape.schema.get("minLength") else "a text between double quotes"


def _wanted_number(shape: Shape) -> str:
    ways = (shape.schema, *shape.schema.get("anyOf", ()))
    low, high = next((way.get("minimum"), way.get("maximum")) for way in ways if way.get("type") == "integer")
    if low is None or low < 0:
        return "a whole number"
    return f"a whole number of {low} or more" if high == HIGHEST else f"a whole number from {low} to {high}"


def _address(value: Value) -> Iterator[Problem]:
    kind = value.shape.schema.get("x-idmxml-url")
    if kind and holds(value.given, lambda text: bool(text) and not is_address(text, kind)):
        hint = "write the whole address, such as https://host/path"
        yield value.problem(Fault.ADDRESS, f"{value.shown} is no {ADDRESSES[kind]}", hint, "x-idmxml-url")


def _format(value: Value) -> Iterator[Problem]:
    name = value.shape.schema.get("x-idmxml-format")
    if name is None:
        return
    fits, words = FORMATS[name]
    if holds(value.given, lambda text: bool(text.strip()) and not fits(text)):
        message = f"{value.shown} has not the right form for '{value.name}'"
        if value.given.is_secret:
            message = f"{value.shown} has not the right form"
        yield value.problem(Fault.FORMAT, message, f"it has to be {words}", "x-idmxml-format", Severity.WARNING)
