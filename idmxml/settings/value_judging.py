"""Compares one value with its shape: type, listed values, limits, and the form of its text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key
from idmxml.settings.names import listed, suggestion
from idmxml.settings.packages import Shape
from idmxml.settings.problems import Fault, Problem, severity_of
from idmxml.settings.resolve import Given
from idmxml.settings.texts import FORMATS, is_absolute_path, is_address, is_below, is_placeholder, regex_fault
from idmxml.settings.view import holds

if TYPE_CHECKING:
    from idmxml.settings.judging import SectionJudge

CONTROL = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\b": r"\b", "\f": r"\f"}


def value_problems(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    """The problems of the value at ``key``; none when it is encrypted, in a vault, or a placeholder."""
    if not given.is_known or holds(given, is_placeholder):
        return
    if judge.view.conforms(key, shape.schema, judge.page) is False:
        yield _not_conforming(judge, key, given, shape)
    elif given.kind == "string":
        yield from _address(judge, key, given, shape)
        yield from _format(judge, key, given, shape)
        yield from _path(judge, key, given, shape)


def quoted(given: Given) -> str:
    """The value in quotes, or a word for a secret one."""
    return "its value" if given.is_secret else f"'{given.plain()}'"


def _not_conforming(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Problem:
    name, severity = judge.name(key), severity_of(judge.page.rule_at.get(_pointer(judge, shape)), shape)
    if shape.listed and given.kind == "string":
        near = None if given.is_secret else suggestion(given.plain(), shape.listed)
        message = f"{quoted(given)} is no value of '{name}'" if not given.is_secret else f"the value of '{name}' is none of those known"
        return Problem(Fault.VALUE, key, given, message, near or f"it is one of {listed(shape.listed, 'or')}", severity)
    wanted = str(shape.schema.get("description", "")) if shape.reference else ""
    form = _wanted_form(shape)
    if given.kind in _kinds(shape) and (given.kind != "string" or shape.is_number is False and not shape.is_boolean):
        rule = judge.page.rule_at.get(_pointer(judge, shape))
        hint = rule["text"] if rule else wanted or f"it has to be {form}"
        return Problem(Fault.VALUE, key, given, f"{quoted(given)} is out of range for '{name}'", hint, severity)
    if shape.is_number and holds(given, lambda text: text.strip().lstrip("+-").isdecimal()):
        return Problem(Fault.VALUE, key, given, f"{quoted(given)} is out of range for '{name}'", f"it has to be {form}", severity)
    message = f"'{name}' is {quoted(given)}" if not given.is_secret else f"'{name}' has a value of the wrong type"
    return Problem(Fault.TYPE, key, given, message, f"it has to be {form}", severity)


def _pointer(judge: "SectionJudge", shape: Shape) -> str:
    ways = ("anyOf", "$ref", "items", "pattern", "minimum", "minLength", "maxLength", "type")
    return next((f"{shape.pointer}/{way}" for way in ways if f"{shape.pointer}/{way}" in judge.page.rule_at), "")


def _kinds(shape: Shape) -> set[str]:
    kinds: set[str] = set()
    for way in (shape.schema, *shape.schema.get("anyOf", ())):
        kind = way.get("type", ())
        kinds.update([kind] if isinstance(kind, str) else kind)
    return kinds | ({"number"} if "integer" in kinds else set())


def _wanted_form(shape: Shape) -> str:
    """In words, what a value has to be."""
    if shape.listed:
        return f"one of {listed(shape.listed, 'or')}"
    if shape.is_boolean:
        return "true or false"
    if shape.is_number:
        limits = next(way for way in shape.schema.get("anyOf", (shape.schema,)) if way.get("type") == "integer")
        low, high = limits.get("minimum"), limits.get("maximum")
        if low is not None and low >= 0:
            return f"a whole number of {low} or more" if high == 2147483647 else f"a whole number from {low} to {high}"
        return "a whole number"
    if shape.schema.get("maxLength") == 1:
        return "a text of one character"
    return "a text of at least one character" if shape.schema.get("minLength") else "a text between double quotes"


def _address(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    kind = shape.schema.get("x-idmxml-url")
    if kind is None or not holds(given, lambda text: bool(text) and not is_address(text, kind)):
        return
    example = {"absolute": "an absolute address", "http": "an address with http or https", "https": "an address with https"}[kind]
    rule = judge.page.rule_of_keyword.get(("x-idmxml-url", shape.dotted))
    message = f"{quoted(given)} of '{judge.name(key)}' is no such address" if given.is_secret else f"{quoted(given)} is no full address"
    yield Problem(Fault.ADDRESS, key, given, message, f"'{judge.name(key)}' has to be {example}", severity_of(rule, shape))


def _format(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    name = shape.schema.get("x-idmxml-format")
    if name is None:
        return
    fits, words = FORMATS[name]
    if holds(given, lambda text: bool(text.strip()) and not fits(text)):
        rule = judge.page.rule_of_keyword.get(("x-idmxml-format", shape.dotted))
        message = f"{quoted(given)} of '{judge.name(key)}' has not the right form"
        yield Problem(Fault.FORMAT, key, given, message, f"it has to be {words}", severity_of(rule, shape, Severity.WARNING))


def _path(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    if "x-idmxml-path" not in shape.schema or not holds(given, bool):
        return
    name = judge.name(key)
    expression = shape.schema.get("x-idmxml-regex")
    if expression is not None and _is_expression(judge, key, expression["when"]):
        yield from _regex(judge, key, given, shape)
        return
    control = next((CONTROL[c] for c in CONTROL if holds(given, lambda text, c=c: c in text)), None)  # type: ignore[misc]
    if control:
        message = f"the path of '{name}' holds the character {control}"
        hint = r"in JSON a backslash is written twice: C:\\temp, or use / instead"
        yield Problem(Fault.PATH, key, given, message, hint, severity_of(None, shape, Severity.WARNING))
    elif not holds(given, is_absolute_path):
        message = f"the path {quoted(given)} is not absolute" if not given.is_secret else f"the path of '{name}' is not absolute"
        hint = "write it in full, from its drive or its first slash on"
        yield Problem(Fault.PATH, key, given, message, hint, severity_of(None, shape, Severity.WARNING))
    elif shape.schema.get("x-idmxml-source-root"):
        yield from _outside(judge, key, given, shape)
    extension = shape.schema.get("x-idmxml-extension")
    if extension and not holds(given, lambda text: text.strip().casefold().endswith(extension)):
        rule = judge.page.rule_of_keyword.get(("x-idmxml-extension", shape.dotted))
        message = f"the file of '{name}' does not end with {extension}"
        yield Problem(Fault.EXTENSION, key, given, message, f"name a file that ends with {extension}", severity_of(rule, shape))


def _is_expression(judge: "SectionJudge", key: Key, when: dict[str, object]) -> bool:
    """Whether the switch beside a path makes it a regular expression; an unreadable switch counts, as then nothing is sure."""
    for name, value in when.items():
        answer = judge.view.test((*key[:-1], name.upper()), lambda text, value=value: text.strip().casefold() == str(value).casefold())  # type: ignore[misc]
        if answer is None and judge.view.has((*key[:-1], name.upper())) is not False:
            return True
        if not answer:
            return False
    return True


def _regex(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    fault = None if given.is_secret else regex_fault(given.plain())
    if fault:
        rule = judge.page.rule_of_keyword.get(("x-idmxml-regex", shape.dotted))
        message = f"'{judge.name(key)}' is no regular expression: {fault}"
        yield Problem(Fault.EXPRESSION, key, given, message, "mend the expression, or set IsFileNameRegex to false", severity_of(rule, shape))


def _outside(judge: "SectionJudge", key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
    """A path that no folder of ``SourcesRootPaths`` covers; silent when these are not given here, or can't all be read."""
    settings = judge.view.settings
    if ("SOURCESROOTPATHS",) not in settings.resolved or settings.elsewhere.has(("SOURCESROOTPATHS",)):
        return
    roots = [judge.view.given(each) for each in judge.view.below(("SOURCESROOTPATHS",))]
    if any(root is None or not root.is_known or root.is_secret or root.is_container for root in roots):
        return
    texts = [root.plain() for root in roots if root is not None]
    if any(holds(given, lambda text, root=root: is_below(text, root)) for root in texts):  # type: ignore[misc]
        return
    rule = judge.page.rule_of_keyword.get(("x-idmxml-source-root", shape.dotted))
    near = next((root for root in texts if holds(given, lambda text, root=root: is_below(text.casefold(), root.casefold()))), None)  # type: ignore[misc]
    hint = f"'{near}' differs in case alone, and case counts" if near else "add its folder to 'SourcesRootPaths', or move the file"
    shown = f" {quoted(given)}" if not given.is_secret else f" of '{judge.name(key)}'"
    message = f"the path{shown} lies outside of every folder in 'SourcesRootPaths'"
    yield Problem(Fault.OUTSIDE, key, given, message, hint, severity_of(rule, shape))
