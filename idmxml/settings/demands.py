"""Judges a section by the demands its page makes beyond its schema, such as settings that are useless beside another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from idmxml.diagnostics import Severity
from idmxml.settings.judging import SectionJudge
from idmxml.settings.keys import Key
from idmxml.settings.names import quoted
from idmxml.settings.pages import Shape
from idmxml.settings.problems import Fault, Problem, severity_of
from idmxml.settings.resolve import Given
from idmxml.settings.texts import is_placeholder
from idmxml.settings.view import Answer, compiled, every, holds, is_like, negated, some

Check = Mapping[str, Any]


@dataclass(frozen=True)
class Demand:
    """One rule of a page, to be judged at ``base``: the section, or one element of the list the rule is for."""

    judge: SectionJudge
    rule: Mapping[str, Any]
    base: Key
    prefix: str = ""
    severity: Severity = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "severity", severity_of(self.rule, otherwise=Severity.INFO))

    @property
    def check(self) -> Check:
        """The verb of the rule and its modifiers."""
        check: Check = self.rule["check"]
        return check

    @property
    def owner(self) -> str:
        """The connection, for messages."""
        return f"connection '{self.judge.section.connection.identifier}'"

    def keys(self, dotted: str) -> tuple[Key, ...]:
        """The keys a setting in dotted form means here."""
        return tuple(self.judge.view.expand(self.base, dotted))

    def has(self, dotted: str) -> Answer:
        """Whether the setting is given, once at least."""
        return some(self.judge.view.has(key) for key in self.keys(dotted))

    def shape(self, dotted: str) -> Shape | None:
        """The documented shape of a setting."""
        wanted = self.prefix + dotted if dotted.startswith("[]") or not self.prefix else f"{self.prefix}.{dotted}"
        return next((each for each in self.judge.page.root.every() if each.dotted == wanted), None)

    def equals(self, dotted: str, value: object) -> Answer:
        """Whether a setting has ``value``, in any case; an absent one has its default, a truth value without one is false."""
        return some(self._key_equals(key, dotted, value) for key in self.keys(dotted))

    def _key_equals(self, key: Key, dotted: str, value: object) -> Answer:
        if self.judge.view.given(key) is not None:
            return self.judge.view.test(key, is_like(value))
        if self.judge.view.has(key) is not False:
            return None
        shape = self.shape(dotted)
        default = self.judge.section.default(dotted, shape)
        if default is None and shape is not None and shape.is_boolean:
            default = "false"
        return default is not None and default.casefold() == str(value).casefold()

    def holds(self) -> Answer:
        """Whether the rule's condition is met."""
        return every(self._condition(name, wanted) for name, wanted in self.check.get("when", {}).items())

    def _condition(self, name: str, wanted: object) -> Answer:
        if name.startswith("@"):
            return self._circumstance(name, wanted)
        if not isinstance(wanted, dict):
            return self.equals(name, wanted)
        if "set" in wanted:
            return self.has(name) if wanted["set"] else negated(self.has(name))
        if "not" in wanted:
            return negated(self.equals(name, wanted["not"]))
        return some(self._contains(key, str(wanted["contains"])) for key in self.keys(name))

    def _circumstance(self, name: str, wanted: object) -> Answer:
        connection = self.judge.section.connection
        if name == "@package":
            return connection.package == wanted
        if name == "@half":
            return connection.does(str(wanted))
        if name == "@mode":
            return wanted in connection.modes
        return connection.password_reset == wanted

    def _contains(self, key: Key, value: str) -> Answer:
        view = self.judge.view
        return some(view.test(each, is_like(value)) for each in view.below(key))

    def contains(self, dotted: str, value: str) -> Answer:
        """Whether a list has an element ``value``."""
        return some(self._contains(key, value) for key in self.keys(dotted))

    def present(self, names: Iterator[str] | list[str]) -> Iterator[tuple[str, Key, Given]]:
        """The given settings among ``names``, where a file has them."""
        for name in names:
            for key in self.keys(name):
                given = self.judge.view.given(key)
                if given is not None and given.kind != "null":
                    yield name, key, given

    def incomplete(self, lacks: str, because: str = "") -> Problem:
        """The problem that the section, or the element, lacks something."""
        problem = self.problem(Fault.INCOMPLETE, self.base, f"{self.owner} {because}lacks {lacks}", on_value=False)
        return replace(problem, lacks=lacks)

    def problem(self, fault: Fault, key: Key, message: str, *, on_value: bool = True) -> Problem:
        """The problem of this rule at ``key``, with the rule's words as the thing to do."""
        hint = f"the rule: {str(self.rule['text']).rstrip('.')}"
        return Problem(fault, key, self.judge.place(key), message, hint, self.severity, on_value=on_value)


def demand_problems(judge: SectionJudge) -> Iterator[Problem]:
    """What the section does against the demands of its page."""
    if not judge.section.is_given:
        return
    for rule in judge.page.rules:
        check = rule["check"] or {}
        verb = next((word for word in check if word in VERBS), None)
        if verb is None:
            continue
        each = check.get("each", "")
        for base in judge.view.expand(judge.section.key, each) if each else (judge.section.key,):
            demand = Demand(judge, rule, base, each)
            if demand.holds():
                yield from VERBS[verb](demand)


def _requires(demand: Demand) -> Iterator[Problem]:
    """Absent settings; advice alone is no reason to speak, as a right section may lack them."""
    missing = [name for name in demand.check["requires"] if demand.has(name) is False]
    if missing and demand.severity > Severity.INFO:
        yield demand.incomplete(quoted(missing))


def _any_of(demand: Demand) -> Iterator[Problem]:
    if some(every(demand.has(name) for name in names) for names in demand.check["any_of"]) is False:
        ways = " or ".join(quoted(names) for names in demand.check["any_of"])
        yield demand.incomplete(ways)


def _together(demand: Demand) -> Iterator[Problem]:
    names = demand.check["together"]
    missing = [name for name in names if demand.has(name) is False]
    if missing and any(demand.has(name) for name in names):
        yield demand.incomplete(quoted(missing))


def _modes(demand: Demand) -> Iterator[Problem]:
    for mode, names in demand.check["modes"].items():
        missing = [name for name in names if demand.has(name) is False]
        if missing and mode in demand.judge.section.connection.modes:
            yield demand.incomplete(quoted(missing), f"has a task for the {mode} export and ")


def _equals(demand: Demand) -> Iterator[Problem]:
    for name, value in demand.check["equals"].items():
        if demand.equals(name, value) is False:
            key = next(iter(demand.keys(name)))
            wanted = str(value).lower() if isinstance(value, bool) else value
            yield demand.problem(Fault.DEMAND, _seat(demand, key), f"'{name}' of {demand.owner} is not '{wanted}'")


def _differs(demand: Demand) -> Iterator[Problem]:
    for name, value in demand.check["differs"].items():
        for _name, key, given in demand.present([name]):
            if given.is_known and holds(given, is_like(value)):
                yield demand.problem(Fault.DEMAND, key, f"'{name}' of {demand.owner} is '{value}'")


def _matches(demand: Demand) -> Iterator[Problem]:
    yield from _by_pattern(demand, "matches", wanted=True)


def _lacks(demand: Demand) -> Iterator[Problem]:
    yield from _by_pattern(demand, "lacks", wanted=False)


def _by_pattern(demand: Demand, verb: str, *, wanted: bool) -> Iterator[Problem]:
    for name, pattern in demand.check[verb].items():
        for _name, key, _given in demand.present([name]):
            if demand.judge.view.test(key, _is_found(pattern, wanted=wanted)) is False:
                message = f"'{demand.judge.name(key)}' breaks a rule of package '{_package(demand)}'"
                yield replace(demand.problem(Fault.DEMAND, key, message), hint=str(demand.rule["text"]).rstrip("."))


def _is_found(pattern: str, *, wanted: bool) -> Callable[[str], bool]:
    return lambda text: not text or is_placeholder(text) or bool(compiled(pattern).search(text)) is wanted


def _contains(demand: Demand) -> Iterator[Problem]:
    for name, value in demand.check["contains"].items():
        if demand.contains(name, value) is False:
            key = next(iter(demand.keys(name)))
            yield demand.problem(Fault.DEMAND, _seat(demand, key), f"'{demand.judge.name(key)}' lacks '{value}'")


def _differ(demand: Demand) -> Iterator[Problem]:
    found = [(key, given) for _name, key, given in demand.present(demand.check["differ"]) if given.is_known]
    if len(found) == 2 and found[0][1].text == found[1][1].text:
        yield demand.problem(Fault.DEMAND, found[1][0], f"{quoted(demand.check['differ'])} have the same value")


def _unique(demand: Demand) -> Iterator[Problem]:
    keys = demand.keys(demand.check["unique"])
    seen: dict[object, Key] = {}
    for key in keys:
        given = demand.judge.view.given(key)
        if given is None or not given.is_known or given.is_container:
            continue
        text = given.text if given.is_secret else given.plain().casefold()
        if text in seen:
            first = demand.judge.name(seen[text])
            yield demand.problem(Fault.DEMAND, key, f"'{demand.judge.name(key)}' has the value of '{first}' again")
        seen.setdefault(text, key)
    if demand.check.get("not_empty"):
        yield from _empty_lists(demand)


def _empty_lists(demand: Demand) -> Iterator[Problem]:
    name = demand.check["unique"].partition("[]")[0]
    for _name, key, given in demand.present([name]):
        if given.kind == "array" and not demand.judge.view.below(key):
            yield demand.problem(Fault.DEMAND, key, f"'{name}' is empty")


def _not_all(demand: Demand) -> Iterator[Problem]:
    for name, value in demand.check["not_all"].items():
        keys = demand.keys(name)
        if keys and every(demand.judge.view.test(key, is_like(value)) for key in keys):
            yield demand.problem(Fault.DEMAND, keys[0], f"'{name}' is {str(value).lower()} in every element")


def _useless(demand: Demand) -> Iterator[Problem]:
    for _name, key, given in demand.present(demand.check["useless"]):
        if given.layer.path:
            yield demand.problem(Fault.USELESS, key, f"'{demand.judge.name(key)}' has no effect here", on_value=False)


def _deprecated(demand: Demand) -> Iterator[Problem]:
    for _name, key, _given in demand.present(demand.check["deprecated"]):
        message = f"package '{_package(demand)}' does not read '{demand.judge.name(key)}'"
        yield demand.problem(Fault.OUTDATED, key, message, on_value=False)


def _package_default(demand: Demand) -> Iterator[Problem]:
    defaults = demand.judge.page.schema.get("x-idmxml-package-defaults", {}).get(_package(demand), {})
    for name, key, given in demand.present(demand.check["package_default"]):
        wanted = defaults.get(name)
        if wanted and given.is_known and not holds(given, _is_provider(wanted)):
            message = f"'{name}' is not '{wanted}', which package '{_package(demand)}' goes with"
            yield demand.problem(Fault.DEMAND, key, message)


def _is_provider(wanted: str) -> Callable[[str], bool]:
    """Whether a text names the provider ``wanted``.

    The ending .dll may be left out, as the documentation does, and so may the .Core of a NuGet package: the file that the
    package Oracle.ManagedDataAccess.Core brings is Oracle.ManagedDataAccess.dll.
    """

    def bare(text: str) -> str:
        return text.strip().casefold().removesuffix(".dll").removesuffix(".core")

    return lambda text: bare(text) == bare(wanted)


def _package(demand: Demand) -> str:
    return demand.judge.section.connection.package


def _seat(demand: Demand, key: Key) -> Key:
    """The setting itself when given, else what a condition of the rule names, else where the rule is judged."""
    if demand.judge.view.given(key) is not None:
        return key
    named = (each for name in demand.check.get("when", {}) if not name.startswith("@") for each in demand.keys(name))
    return next((each for each in named if demand.judge.view.given(each) is not None), demand.base)


VERBS: Mapping[str, Callable[[Demand], Iterator[Problem]]] = {
    "requires": _requires,
    "any_of": _any_of,
    "together": _together,
    "modes": _modes,
    "equals": _equals,
    "differs": _differs,
    "matches": _matches,
    "lacks": _lacks,
    "contains": _contains,
    "differ": _differ,
    "unique": _unique,
    "not_all": _not_all,
    "useless": _useless,
    "deprecated": _deprecated,
    "package_default": _package_default,
}
