"""Answers questions about resolved settings with yes, no or unknown: what lies encrypted or in a vault can't be judged."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from idmxml.settings.keys import Key, fold, keys_at
from idmxml.settings.layers import RepositorySettings
from idmxml.settings.pages import Page
from idmxml.settings.resolve import Given
from idmxml.settings.secret import Secret

Answer = bool | None
INTEGER = re.compile(r"-?\d+(?:\.0+)?")


@dataclass(frozen=True)
class View:
    """The settings under judgement."""

    settings: RepositorySettings

    def given(self, key: Key) -> Given | None:
        """The value that won at ``key``."""
        setting = self.settings.resolved.get(key)
        return setting.winner if setting else None

    def below(self, key: Key) -> tuple[Key, ...]:
        """The keys one level below ``key``."""
        return self.settings.resolved.below(key)

    def has(self, key: Key) -> Answer:
        """Whether something is given at ``key``; unknown when it may come from where nobody can look."""
        if self.settings.resolved.has(key):
            return True
        return None if self.settings.elsewhere.has(key) or self.settings.may_hold_more else False

    def test(self, key: Key, condition: Callable[[str], bool]) -> Answer:
        """Whether ``condition`` holds of the text at ``key``; unknown when there is none, or it can't be read."""
        given = self.given(key)
        if given is None or given.is_container or not given.is_known:
            return None
        return holds(given, condition)

    def expand(self, base: Key, dotted: str) -> list[Key]:
        """The keys that ``dotted`` means below ``base``, as ``keys_at`` gives them."""
        return keys_at(base, dotted, self.below)

    def conforms(self, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
        """Whether what stands at ``key`` is as ``schema`` wants it; unknown when it can't be read."""
        schema = page.shape(schema, "").schema
        answers = (CHECKS[word](self, key, schema, page) for word in schema if word in CHECKS)
        return every(answers)


def holds(given: Given, condition: Callable[[str], bool]) -> bool:
    """Whether ``condition`` holds of a value, sealed or not."""
    return given.text.holds(condition) if isinstance(given.text, Secret) else condition(given.text)


def is_like(value: object) -> Callable[[str], bool]:
    """Whether a text is ``value``, in any case and between blanks."""
    wanted = str(value).casefold()
    return lambda text: text.strip().casefold() == wanted


def every(answers: Iterator[Answer]) -> Answer:
    """No when one is no, else unknown when one is unknown, else yes."""
    result: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def some(answers: Iterator[Answer]) -> Answer:
    """Yes when one is yes, else unknown when one is unknown, else no."""
    return negated(every(negated(answer) for answer in answers))


def negated(answer: Answer) -> Answer:
    """The opposite; unknown stays unknown."""
    return None if answer is None else not answer


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the schemas, compiled once."""
    return re.compile(pattern)


def _type(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    given = view.given(key)
    if given is None:
        return True if view.below(key) else None
    if not given.is_known and not given.is_container:
        return None
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if given.kind in wanted:
        return True
    return "integer" in wanted and given.kind == "number" and holds(given, lambda text: bool(INTEGER.fullmatch(text)))


def _range(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    return view.test(key, lambda text: bool(INTEGER.fullmatch(text)) and low <= float(text) <= high)


def _enum(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    given = view.given(key)
    if given is not None and given.kind == "null":
        return None in schema["enum"]
    return view.test(key, lambda text: text in schema["enum"])


def _pattern(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    given = view.given(key)
    return (
        True
        if given is not None and given.kind != "string"
        else view.test(key, lambda text: bool(compiled(schema["pattern"]).search(text)))
    )


def _length(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    return view.test(key, lambda text: schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)))


def _required(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    return every(view.has((*key, fold(name))) for name in schema["required"])


def _properties(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    there = ((*key, fold(name)) for name in schema["properties"])
    schemas = {fold(name): each for name, each in schema["properties"].items()}
    return every(view.conforms(each, schemas[each[-1]], page) for each in there if view.settings.resolved.has(each))


def _contains(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    if view.has(key) is None:
        return None
    return some(view.conforms(each, schema["contains"], page) for each in view.below(key))


def _min_items(view: View, key: Key, schema: Mapping[str, Any], page: Page) -> Answer:
    del page
    if len(view.below(key)) >= schema["minItems"]:
        return True
    return None if view.settings.elsewhere.has(key) else False


CHECKS: Mapping[str, Callable[[View, Key, Mapping[str, Any], Page], Answer]] = {
    "type": _type,
    "minimum": _range,
    "enum": _enum,
    "pattern": _pattern,
    "minLength": _length,
    "required": _required,
    "properties": _properties,
    "contains": _contains,
    "minItems": _min_items,
    "not": lambda view, key, schema, page: negated(view.conforms(key, schema["not"], page)),
    "anyOf": lambda view, key, schema, page: some(view.conforms(key, each, page) for each in schema["anyOf"]),
    "allOf": lambda view, key, schema, page: every(view.conforms(key, each, page) for each in schema["allOf"]),
}
