"""Rules kept as data: conditions that tie attributes of one element to each other, read from ``schemas/rules/*.json``.

What a condition may say is described by ``schemas/rules/attribute-conditions.schema.json``; what terms mean, in
``attribute_terms``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from idmxml.checks.attribute_terms import Term, Test, given_names, parse_term, test_of, triggers
from idmxml.checks.attribute_values import expected, fits_of
from idmxml.checks.finding import Finding
from idmxml.checks.rule import CODE, NAME, Page, Rule
from idmxml.diagnostics import Severity
from idmxml.facts.files import schemas_folder
from idmxml.facts.language import CONSOLIDATION, Kind
from idmxml.facts.load import language
from idmxml.phrases import listed
from idmxml.source.entry import Entry

Data = Mapping[str, Any]
Found = Iterator[tuple[str | None, str, Mapping[str, str]]]
Check = Callable[[Entry], Found]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as stored, ready for entries of one kind: ``holds`` are the tests of *when*, ``check`` what it demands."""

    data: Data
    kind: Kind
    holds: tuple[Test, ...]
    check: Check
    circumstance: str
    severity: Severity | None

    def findings(self, entry: Entry) -> Iterator[Finding]:
        """What is wrong with an entry."""
        if not all(test(entry) for test in self.holds):
            return
        for attribute, message, more in self.check(entry):
            holes = {"tag": entry.tag, "identifier": entry.get("Identifier") or "", "when": self.circumstance, **more}
            text = self.data.get("message", message)
            hint = self.data.get("hint")
            yield Finding(
                entry,
                _filled(text, holes),
                attribute,
                hint=_filled(hint, holes) if hint else None,
                severity=self.severity,
            )


def _filled(text: str, holes: Mapping[str, str]) -> str:
    for name, value in holes.items():
        text = text.replace("{" + name + "}", value)
    return " ".join(text.split())


def condition_of(data: Data, kind: Kind) -> Condition:
    """The condition for entries of a kind; ValueError when the data is not what its schema asks for."""
    when = [parse_term(each) for each in data.get("when", ())]
    verb = next((each for each in VERBS if each in data), None)
    if verb is None:
        raise ValueError(f"a condition has one of {', '.join(VERBS)}: {data}")
    holds = [test_of(each, kind) for each in when]
    if verb in NOT_IN_PARTS:
        holds.append(_is_whole)
    severity = Severity.from_label(data["severity"]) if "severity" in data else None
    circumstance = " and ".join(each.phrase for each in when)
    return Condition(data, kind, tuple(holds), VERBS[verb](data, kind, when), circumstance, severity)


def _is_whole(entry: Entry) -> bool:
    """Whether the entry holds all its attributes, rather than some to be merged into another of its identity."""
    return CONSOLIDATION not in entry.attributes


def _terms(texts: Iterable[str], kind: Kind) -> list[tuple[Term, Test]]:
    return [(term, test_of(term, kind)) for term in map(parse_term, texts)]


def _blamed(terms: Iterable[Term], entry: Entry) -> str | None:
    """The first attribute that makes a circumstance hold: the place of a demand that is not met."""
    names = (name for term in terms if not term.negated for name in given_names(term, entry))
    return next(names, None)


def _require(data: Data, kind: Kind, when: list[Term]) -> Check:
    """Every term must hold."""
    wanted = _terms(data["require"], kind)

    def check(entry: Entry) -> Found:
        for term, holds in wanted:
            if not holds(entry):
                yield _blamed(when, entry), "<{tag}> {when} needs {attribute}", {"attribute": term.words}

    return check


def _none_of(key: str, message: str) -> Callable[[Data, Kind, list[Term]], Check]:
    """No term may hold, unless everything of *unless* does; the place is each attribute that makes one hold.

    An attribute at its default, or a false one without default, is not idle unless the term asks for this very value: it
    says what would be without it.
    """

    def make(data: Data, kind: Kind, _when: list[Term]) -> Check:
        refused = _terms(data[key], kind)
        excuses = _terms(data.get("unless", ()), kind)
        contrary = " and ".join(f"without {term.words}" for term, _ in excuses)

        def check(entry: Entry) -> Found:
            if excuses and all(holds(entry) for _, holds in excuses):
                return
            for term in (each for each, holds in refused if holds(entry)):
                given = given_names(term, entry)
                unmeant = key == "idle" and term.values is None
                places = [name for name in given if not (unmeant and _is_at_rest(name, entry, kind))]
                for name in places if given else [None]:
                    value = entry.get(name) if name else None
                    holes = {"attribute": name or term.words, "unless": contrary, "value": value or ""}
                    yield name, message, holes

        return check

    return make


def _is_at_rest(name: str, entry: Entry, kind: Kind) -> bool:
    """Whether an attribute says what would be without it."""
    attribute = kind.attributes.get(name)
    if attribute is None:
        return False
    default = attribute.default or ("false" if attribute.type.name == "Boolean" else None)
    return default is not None and test_of(parse_term(f"{name}={default}"), kind)(entry)


def _some(data: Data, kind: Kind, when: list[Term]) -> Check:
    """At least one term must hold."""
    wanted = _terms(data["some"], kind)
    words = listed((term.words for term, _ in wanted), "or")

    def check(entry: Entry) -> Found:
        if not any(holds(entry) for _, holds in wanted):
            yield _blamed(when, entry), "<{tag}> {when} needs {attribute}", {"attribute": words}

    return check


def _at_most_one(data: Data, kind: Kind, _when: list[Term]) -> Check:
    """Not two terms may hold; the place is the second."""
    return _alternatives(data["at_most_one"], kind)


def _one(data: Data, kind: Kind, when: list[Term]) -> Check:
    """Exactly one term must hold."""
    missing = _some({"some": data["one"]}, kind, when)
    double = _alternatives(data["one"], kind)

    def check(entry: Entry) -> Found:
        yield from missing(entry)
        yield from double(entry)

    return check


def _alternatives(texts: Iterable[str], kind: Kind) -> Check:
    wanted = _terms(texts, kind)

    def check(entry: Entry) -> Found:
        held = [term for term, holds in wanted if holds(entry)]
        for each in held[1:]:
            name = next(iter(given_names(each, entry)), None) or _blamed(held, entry)
            yield name, "{other} and {attribute} exclude each other", {"attribute": each.words, "other": held[0].words}

    return check


def _together(data: Data, kind: Kind, _when: list[Term]) -> Check:
    """All terms hold or none does; the place is the first that does."""
    wanted = _terms(data["together"], kind)

    def check(entry: Entry) -> Found:
        held = [term for term, holds in wanted if holds(entry)]
        lacking = [term.words for term, _ in wanted if term not in held]
        if held and lacking:
            holes = {"attribute": listed(lacking, "and"), "other": listed((each.words for each in held), "and")}
            yield (
                _blamed(held, entry),
                "{other} {verb} {attribute} as well",
                holes | {"verb": "needs" if len(held) == 1 else "need"},
            )

    return check


def _value(data: Data, kind: Kind, _when: list[Term]) -> Check:
    """Each of the named attributes that is given must be as *must* says."""
    fits, wanted = fits_of(data["must"], kind), expected(data["must"])
    names = [parse_term(each) for each in data["value"]]

    def check(entry: Entry) -> Found:
        for term in names:
            for name in given_names(term, entry):
                value = entry.attributes[name]
                if not fits(entry, name, value):
                    holes = {"attribute": name, "value": value, "expected": wanted}
                    yield name, "{attribute} {when} is '{value}', which is not {expected}", holes

    return check


VERBS: Mapping[str, Callable[[Data, Kind, list[Term]], Check]] = {
    "require": _require,
    "exclude": _none_of("exclude", "{attribute} is not allowed {when} {unless}"),
    "idle": _none_of("idle", "{attribute} has no effect {when} {unless}"),
    "some": _some,
    "one": _one,
    "at_most_one": _at_most_one,
    "together": _together,
    "value": _value,
}
# An element with ConsolidationMode may hold a part of the attributes alone, so nothing is missing in it.
NOT_IN_PARTS = frozenset({"require", "some", "one", "together", "idle"})
NEEDS_ONE_OF_ITS_TERMS = frozenset({"exclude", "idle", "at_most_one", "together", "value"})


def _triggers(data: Data, kind: Kind) -> frozenset[str] | None:
    """The attributes without any of which the condition has nothing to say about a file; None when it always may."""
    options = [triggers(parse_term(each), kind) for each in data.get("when", ())]
    verb = next(each for each in VERBS if each in data)
    if verb in NEEDS_ONE_OF_ITS_TERMS:
        options.append(_any_of([triggers(parse_term(each), kind) for each in data[verb]]))
    known = [each for each in options if each is not None]
    return min(known, key=len) if known else None


def _any_of(found: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [each for each in found if each is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


class ConditionRule:
    """The conditions of one code; each is made ready for a kind when the first entry of that kind is looked at."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._ready: dict[str, tuple[Condition, ...]] = {}

    def kinds(self) -> tuple[str, ...]:
        """The kinds that the conditions are for."""
        return tuple(dict.fromkeys(kind for each in self._data["conditions"] for kind in _kinds(tuple(each["on"]))))

    def touch(self, kind: str) -> frozenset[str] | None:
        """The attributes of a kind without any of which no condition has something to say about it; None when one may."""
        facts = language().kind(kind)
        return _any_of([_triggers(each, facts) for each in self._conditions(kind)])

    def _conditions(self, kind: str) -> list[Data]:
        return [each for each in self._data["conditions"] if kind in _kinds(tuple(each["on"]))]

    def run(self, entry: Entry, _context: object) -> Iterator[Finding]:
        """What is wrong with an entry."""
        kind = entry.kind or ""
        ready = self._ready.get(kind)
        if ready is None:
            facts = language().kind(kind)
            ready = self._ready[kind] = tuple(condition_of(each, facts) for each in self._conditions(kind))
        for each in ready:
            yield from each.findings(entry)

    @property
    def rule(self) -> Rule:
        """The rule as the engine takes it."""
        code, name, stored = self._data["code"], self._data["name"], self._data["page"]
        if not CODE.fullmatch(code) or not NAME.fullmatch(name):
            raise ValueError(f"rule '{code}' '{name}': a code is IDM and four digits, a name is words joined by dashes")
        page = Page(stored["summary"], stored["why"], "\n".join(stored["bad"]), "\n".join(stored["good"]))
        severity = Severity.from_label(self._data["severity"])
        return Rule(code, name, severity, page, on=self.kinds, run=self.run, touch=self.touch)


@lru_cache(maxsize=1024)
def _kinds(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of these names; ``*`` in a name stands for any characters but a point."""
    found: dict[str, None] = {}
    for pattern in patterns:
        if "*" in pattern:
            names = (kind.id for kind in language() if kind.role == "element" and kind.id.count(".") == pattern.count("."))
            found.update(dict.fromkeys(name for name in names if fnmatchcase(name, pattern)))
        elif not language().knows(pattern):
            raise ValueError(f"a condition is on '{pattern}', which is no kind of element")
        else:
            found[pattern] = None
    return tuple(found)


@lru_cache(maxsize=1)
def condition_rules() -> tuple[Rule, ...]:
    """Every rule of the files ``schemas/rules/*.json``, in the order of file names and of the files."""
    files = sorted(each for each in (schemas_folder() / "rules").glob("*.json") if not each.name.endswith(".schema.json"))
    stored = [json.loads(each.read_text(encoding="utf-8")) for each in files]
    return tuple(ConditionRule(each).rule for file in stored for each in file["rules"])
