"""Judges the paths in settings: absolute by their own form, below a root the agent may read, and with the right ending."""

from collections.abc import Callable, Iterator, Mapping

from idmxml.diagnostics import Severity
from idmxml.settings.keys import fold
from idmxml.settings.problems import Fault, Problem
from idmxml.settings.texts import is_absolute_path, is_below, regex_fault
from idmxml.settings.value_judging import Value
from idmxml.settings.view import Answer, every, holds, is_like

CONTROL = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\b": r"\b", "\f": r"\f"}
ROOTS = ("SOURCESROOTPATHS",)


def path_problems(value: Value) -> Iterator[Problem]:
    """The problems of a value that is a path, or the regular expression for one; none for others."""
    schema = value.shape.schema
    if "x-idmxml-path" not in schema or not holds(value.given, bool):
        return
    is_expression = _is_expression(value, schema["x-idmxml-regex"]["when"]) if "x-idmxml-regex" in schema else False
    if is_expression is None:
        return
    if is_expression:
        yield from _expression(value)
        return
    yield from _form(value)
    extension = schema.get("x-idmxml-extension")
    if extension and not holds(value.given, lambda text: text.strip().casefold().endswith(extension)):
        message = f"the file of '{value.name}' does not end with {extension}"
        yield value.problem(Fault.EXTENSION, message, f"name a file that ends with {extension}", "x-idmxml-extension")


def _form(value: Value) -> Iterator[Problem]:
    path = f"the path of '{value.name}'" if value.given.is_secret else f"the path {value.shown}"
    control = next((shown for character, shown in CONTROL.items() if holds(value.given, _has(character))), None)
    if control:
        hint = r"in JSON a backslash is written twice: C:\\temp; or write C:/temp"
        yield value.problem(
            Fault.PATH, f"the path of '{value.name}' holds the character {control}", hint, "x-idmxml-path", Severity.WARNING
        )
    elif not holds(value.given, is_absolute_path):
        hint = "write it in full, from its drive or its first slash on"
        yield value.problem(Fault.PATH, f"{path} is not absolute", hint, "x-idmxml-path", Severity.WARNING)
    elif value.shape.schema.get("x-idmxml-source-root"):
        yield from _outside(value, path)


def _has(character: str) -> Callable[[str], bool]:
    return lambda text: character in text


def _is_expression(value: Value, when: Mapping[str, object]) -> Answer:
    """Whether the switches beside a path make it a regular expression; unknown when one of them can't be read."""
    view = value.judge.view
    beside = {(*value.key[:-1], fold(name)): wanted for name, wanted in when.items()}
    return every(view.has(key) and view.test(key, is_like(wanted)) for key, wanted in beside.items())


def _expression(value: Value) -> Iterator[Problem]:
    fault = None if value.given.is_secret else regex_fault(value.given.plain())
    if fault:
        hint = "mend the expression, or set IsFileNameRegex to false"
        yield value.problem(Fault.EXPRESSION, f"'{value.name}' is no regular expression: {fault}", hint, "x-idmxml-regex")


def _outside(value: Value, path: str) -> Iterator[Problem]:
    """A path that no folder of ``SourcesRootPaths`` covers; silent when these are not given here, or can't all be read."""
    roots = _roots(value)
    if roots is None or any(holds(value.given, _is_below(root)) for root in roots):
        return
    near = next((root for root in roots if holds(value.given, _is_below(root, fold))), None)
    hint = "add its folder to 'SourcesRootPaths', or move the file"
    if near:
        hint = f"'{near}' differs in case alone, and case counts"
    yield value.problem(
        Fault.OUTSIDE, f"{path} lies outside of every folder in 'SourcesRootPaths'", hint, "x-idmxml-source-root"
    )


def _is_below(root: str, made: Callable[[str], str] = str) -> Callable[[str], bool]:
    return lambda text: is_below(made(text), made(root))


def _roots(value: Value) -> list[str] | None:
    """The folders of ``SourcesRootPaths``; None when they are not known."""
    view = value.judge.view
    if ROOTS not in view.settings.resolved or view.settings.elsewhere.has(ROOTS):
        return None
    found = [view.given(each) for each in view.below(ROOTS)]
    readable = [each.plain() for each in found if each and each.is_known and not each.is_secret and not each.is_container]
    return readable if len(readable) == len(found) else None
