"""Compares the section of a connection with the settings page of its package."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from idmxml.diagnostics import Severity
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import Key, fold, fold_path, is_note, spell
from idmxml.settings.names import quoted, suggestion
from idmxml.settings.pages import Page, Shape, pages
from idmxml.settings.problems import Fault, Problem, severity_of
from idmxml.settings.resolve import Given
from idmxml.settings.value_judging import value_problems
from idmxml.settings.view import View, negated

KINDS = {
    "object": "an object between { and }",
    "array": "an array between [ and ]",
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


@dataclass(frozen=True)
class SectionJudge:
    """Judges one section."""

    section: ConnectionSettings
    view: View

    @cached_property
    def page(self) -> Page:
        """The page of the package; only connections that have one are judged."""
        page = self.section.page
        if page is None:
            raise ValueError(f"connection '{self.section.connection.identifier}' has no settings page")
        return page

    def problems(self) -> Iterator[Problem]:
        """Every problem of the section, that of the page's own demands excepted."""
        if self.section.is_given and self.page.section != "superfluous":
            yield from self._node(self.section.key, self.page.root)

    def place(self, key: Key) -> Given | None:
        """What stands at ``key`` in a file; for the section itself, where a person would add to it."""
        if key == self.section.key:
            return self.section.section
        setting = self.view.settings.resolved.get(key)
        if setting is None:
            return self.section.section
        return next((each for each in setting.all if each.layer.path), self.section.section)

    def name(self, key: Key, shape: Shape | None = None) -> str:
        """A setting as people read it, inside its section: ``Servers[0] > Login``."""
        given = self.view.given(key)
        if given is not None:
            return spell(given.path[len(self.section.key) :] or given.path)
        return (shape.dotted if shape else "") or spell(key[len(self.section.key) :])

    def _node(self, key: Key, shape: Shape) -> Iterator[Problem]:
        given = self.view.given(key)
        if given is not None and not self._is_of_kind(given, shape):
            yield self._wrong_kind(key, given, shape)
        elif shape.kind == "object":
            yield from self._object(key, shape)
        elif shape.kind == "array":
            yield from self._array(key, shape)
        elif given is not None:
            yield from value_problems(self, key, given, shape)

    def _is_of_kind(self, given: Given, shape: Shape) -> bool:
        if shape.kind == "scalar":
            return not given.is_container
        if not given.is_known and not given.is_container:
            return True
        below = self.view.below(fold_path(given.path))
        return given.kind == shape.kind or (given.is_container and bool(below) and all(key[-1].isdecimal() for key in below))

    def _wrong_kind(self, key: Key, given: Given, shape: Shape) -> Problem:
        wanted = KINDS.get(shape.kind, "a single value")
        severity = severity_of(None, shape)
        return Problem(Fault.TYPE, key, given, f"'{self.name(key)}' is {KINDS[given.kind]}", f"it has to be {wanted}", severity)

    def _object(self, key: Key, shape: Shape) -> Iterator[Problem]:
        for below in self.view.below(key):
            child = shape.below(below[-1])
            if child is not None:
                yield from self._spelling(below, shape)
                yield from self._node(below, child)
            elif shape.is_closed and not self.page.is_open and not is_note(below[-1]):
                yield self._unknown(below, shape)
        yield from self._missing(key, shape)
        yield from self._conditions(key, shape)

    def _array(self, key: Key, shape: Shape) -> Iterator[Problem]:
        below = self.view.below(key)
        for word in ("minItems", "contains"):
            if word in shape.schema and self.view.conforms(key, {word: shape.schema[word]}, self.page) is False:
                rule = self.page.rule_at.get(f"{shape.pointer}/{word}")
                message = f"'{self.name(key)}' is empty" if not below else f"'{self.name(key)}' lacks an element it needs"
                hint = f"the rule: {rule['text'].rstrip('.')}" if rule else "add an element"
                yield Problem(Fault.VALUE, key, self.place(key), message, hint, severity_of(rule, shape))
        for each in below:
            if shape.items is not None:
                yield from self._node(each, shape.items)

    def _spelling(self, key: Key, shape: Shape) -> Iterator[Problem]:
        """A name in other case than documented works, and reads badly."""
        known, given = shape.children.get(key[-1]), self.place(key)
        if known is None or given is None or given.path[-1] == known[0] or len(given.path) != len(key):
            return
        message = f"'{given.path[-1]}' is documented as '{known[0]}'"
        yield Problem(Fault.SPELLING, key, given, message, f"write '{known[0]}'", Severity.INFO, on_value=False)

    def _unknown(self, key: Key, shape: Shape) -> Problem:
        given = self.view.given(key)
        name = given.path[-1] if given else key[-1]
        given = given or self.place(key)
        severity, package = Severity.WARNING, self.section.connection.package
        elsewhere = self._home_of(key[-1], shape)
        if elsewhere:
            message = f"'{name}' has no meaning here for package '{package}'"
            return Problem(Fault.MISPLACED, key, given, message, elsewhere, severity, on_value=False)
        hint = suggestion(name, (known for known, _shape in shape.children.values()))
        message = f"package '{package}' has no setting '{name}'"
        return Problem(Fault.UNKNOWN, key, given, message, hint or self._known_names(shape), severity, on_value=False)

    @staticmethod
    def _known_names(shape: Shape) -> str | None:
        names = sorted(name for name, child in shape.children.values() if not child.schema.get("deprecated"))
        return f"it knows {quoted(names)}" if 0 < len(names) <= 12 else None

    def _home_of(self, folded: str, shape: Shape) -> str | None:
        """Where a key belongs that has no place here: to another place of this page, or to another page."""
        for rule in self.page.rules if shape is self.page.root or not shape.pointer else ():
            check = rule["check"] or {}
            for name, target in check.get("moved", {}).items():
                if fold(name) == folded:
                    return f"it belongs to '{target}'"
            for name, page in check.get("foreign", {}).items():
                if fold(name) == folded:
                    return f"it is a setting of {pages()[page].schema['title']}; remove it"
        places = [
            each.dotted for each in self.page.root.every() if fold(each.pointer.rpartition("/")[2]) == folded and each.dotted
        ]
        if len(places) != 1 or "<" in places[0]:
            return None
        return f"it belongs to '{places[0]}'" if "." in places[0] else "it stands directly in the section"

    def _missing(self, key: Key, shape: Shape) -> Iterator[Problem]:
        rule = self.page.rule_at.get(f"{shape.pointer}/required")
        for name in shape.schema.get("required", ()):
            child = shape.children[fold(name)][1]
            if self.view.has((*key, fold(name))) is False:
                yield self._absent(key, name, child, severity_of(rule, child))
        for name, child in shape.children.values():
            for half in child.schema.get("x-idmxml-required-for", ()):
                does = self.section.connection.does(half)
                if does is not False and self.view.has((*key, fold(name))) is False:
                    rule = self.page.rule_of_keyword.get(("x-idmxml-required-for", child.dotted))
                    severity = severity_of(rule, child)
                    yield self._absent(key, name, child, severity if does else min(severity, Severity.WARNING), half)

    def _absent(self, key: Key, name: str, child: Shape, severity: Severity, half: str = "") -> Problem:
        where = f"'{self.name(key)}' of " if key != self.section.key else ""
        why = {"": "", "export": " for its export", "fulfill": " for its fulfilment"}[half]
        message = f"{where}connection '{self.section.connection.identifier}' lacks the setting '{name}'{why}"
        hint = f"add '{name}': {_lower_first(str(child.schema.get('description', '')).rstrip('.'))}"
        if child.schema.get("x-idmxml-credential") in {"value", "part"}:
            hint += ", in the encrypted file or a vault"
        return Problem(Fault.MISSING, (*key, name), self.place(key), message, hint, severity, on_value=False, lacks=f"'{name}'")

    def _conditions(self, key: Key, shape: Shape) -> Iterator[Problem]:
        """What is required beside something else. Alternatives of one rule are one problem."""
        found: dict[str, tuple[Mapping[str, Any] | None, list[str]]] = {}
        for pointer, wanted in self._demanded(key, shape):
            rule = self.page.rule_at.get(shape.pointer + pointer)
            found.setdefault(rule["id"] if rule else pointer, (rule, []))[1].append(wanted)
        for rule, wanted_names in found.values():
            where = f"'{self.name(key)}' of " if key != self.section.key else ""
            wanted = " or ".join(dict.fromkeys(wanted_names))
            message = f"{where}connection '{self.section.connection.identifier}' lacks {wanted}"
            hint = f"the rule: {rule['text'].rstrip('.')}" if rule else "add what is missing"
            place = self.place(key)
            yield Problem(Fault.INCOMPLETE, key, place, message, hint, severity_of(rule), on_value=False, lacks=wanted)

    def _demanded(self, key: Key, shape: Shape) -> Iterator[tuple[str, str]]:
        for name, needed in shape.schema.get("dependentRequired", {}).items():
            if self.view.has((*key, fold(name))):
                pointer = f"/dependentRequired/{name}"
                pointer = pointer if shape.pointer + pointer in self.page.rule_at else "/dependentRequired"
                yield from ((pointer, text) for text in self._lacking(key, {"required": needed}))
        for index, each in enumerate(shape.schema.get("allOf", ())):
            if "if" not in each:
                yield from ((f"/allOf/{index}", text) for text in self._lacking(key, each))
            elif self.view.conforms(key, each["if"], self.page):
                yield from ((f"/allOf/{index}", text) for text in self._lacking(key, each["then"]))

    def _lacking(self, key: Key, schema: Mapping[str, Any]) -> Iterator[str]:
        """What is surely missing for ``schema``, in words."""
        if negated(self.view.conforms(key, schema, self.page)) is not True:
            return
        if "anyOf" in schema:
            yield " or ".join(quoted(each["required"]) for each in schema["anyOf"])
        else:
            yield quoted(name for name in schema["required"] if self.view.has((*key, fold(name))) is False)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
