"""The rules that say what a change does: kept as data in ``schemas/changes``, one of them for every possible change."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from idmxml.diff.change import RENAMED, ChangeClass, Difference
from idmxml.diff.conditions import USED, holds
from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language

FOLDER: Final = "changes"
STEPS: Final = "steps.json"
FAMILY: Final = "family:"
ANY: Final = "*"
SETTINGS: Final = "Settings"


@dataclass(frozen=True)
class ChangeRule:
    """One rule.

    ``on`` names kinds of elements, families (``family:Jobs``) or any (``*``); ``kinds`` the kinds of change. ``attributes``
    are patterns (``*`` any text, ``#`` a number), none for the whole object and every attribute. ``when`` are conditions that
    hold together, see ``idmxml.diff.conditions``. ``run`` names steps to take after deployment. ``before`` and ``after`` are
    an example, empty for settings; ``mirror`` is the name of the rule for the way back.
    """

    code: str
    name: str
    klass: ChangeClass
    on: tuple[str, ...]
    kinds: tuple[str, ...]
    attributes: tuple[str, ...]
    when: tuple[str, ...]
    summary: str
    why: str
    todo: str
    run: tuple[str, ...]
    before: str
    after: str
    mirror: str

    @property
    def rank(self) -> tuple[int, int, bool, bool, str]:
        """How closely the rule fits: the first that fits counts, in ascending order."""
        widths = [0 if not each.startswith((FAMILY, ANY)) else 1 if each != ANY else 2 for each in self.on]
        width = max(2 if any(each == SETTINGS for each in self.on) else 0, *widths)
        precise = any(not {ANY, "#"} & set(each) for each in self.attributes)
        return (0 if self.attributes else 1, width, not self.when, not precise, self.code)

    def fits(self, difference: Difference) -> bool:
        """Whether the rule is for a difference, conditions aside."""
        return difference.kind in self.kinds and self._is_for(difference) and self._is_on(difference.subject)

    def _is_for(self, difference: Difference) -> bool:
        if not self.attributes:
            return True
        name = difference.attribute
        return name is not None and difference.kind != RENAMED and any(_pattern(each)(name) for each in self.attributes)

    def _is_on(self, subject: str) -> bool:
        return any(each in {ANY, subject, _family(subject)} for each in self.on)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do after deployment: its name, what it is in a sentence, and the kinds of the tasks that do it."""

    name: str
    text: str
    tasks: tuple[str, ...]


def _family(subject: str) -> str:
    if subject.startswith(SETTINGS):
        return SETTINGS
    return f"{FAMILY}{language().kind(subject).family}" if language().knows(subject) else ""


@lru_cache(maxsize=512)
def _pattern(text: str) -> Callable[[str], object]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\#", r"\d+")).fullmatch


@lru_cache(maxsize=1)
def change_rules() -> Mapping[str, ChangeRule]:
    """Every rule by code, in the order of the codes."""
    found: dict[str, ChangeRule] = {}
    for file in sorted((schemas_folder() / FOLDER).glob("*.json")):
        if file.name != STEPS:
            for stored in json.loads(file.read_text(encoding="utf-8"))["rules"]:
                rule = _rule(stored)
                if rule.code in found:
                    raise ValueError(f"change rule {rule.code} is declared twice")
                found[rule.code] = rule
    return dict(sorted(found.items()))


@lru_cache(maxsize=1)
def words_of_rules() -> frozenset[str]:
    """The codes and names of all rules."""
    return frozenset(word for rule in change_rules().values() for word in (rule.code, rule.name))


def _rule(stored: Mapping[str, Any]) -> ChangeRule:
    lists = ("on", "kinds", "attributes", "when", "run")
    told = {"attributes": (), "when": (), "run": (), "before": "", "after": ""} | {
        key: tuple(value) if key in lists else value for key, value in stored.items() if key != "class"
    }
    return ChangeRule(klass=ChangeClass.from_label(stored["class"]), **told)


@lru_cache(maxsize=1)
def steps() -> Mapping[str, Step]:
    """The steps after deployment by name, in the order in which they are taken."""
    stored = json.loads((schemas_folder() / FOLDER / STEPS).read_text(encoding="utf-8"))
    return {each["name"]: Step(each["name"], each["text"], tuple(each["tasks"])) for each in stored["steps"]}


@lru_cache(maxsize=4096)
def _fitting(subject: str, kind: str, attribute: str | None) -> tuple[ChangeRule, ...]:
    """The rules for such a difference, the closest first."""
    bare = Difference(kind, subject, "", attribute)
    return tuple(sorted((each for each in change_rules().values() if each.fits(bare)), key=lambda each: each.rank))


def rule_for(difference: Difference, is_used: Callable[[], bool]) -> ChangeRule:
    """The rule of a difference; ``is_used`` is asked only by rules that want to know."""
    for each in _fitting(difference.subject, difference.kind, difference.attribute):
        used = USED in each.when and is_used()
        if all(holds(condition, difference, is_used=used) for condition in each.when):
            return each
    raise LookupError(f"no rule for {difference.kind} {difference.subject} {difference.attribute}")  # the tests try them all


def page_text(rule: ChangeRule) -> str:
    """The page of a rule as Markdown, the text that ``idmxml explain`` prints."""
    lines = [f"# {rule.code} {rule.name} ({rule.klass.label})", "", rule.summary, "", "## Why", "", rule.why]
    lines += ["", "## What to do", "", rule.todo]
    if rule.run:
        lines += ["", "After deployment:", "", *(f"- {steps()[name].text}" for name in rule.run)]
    if rule.before or rule.after:
        nothing = "<!-- nothing -->"
        lines += ["", "## Before", "", "```xml", rule.before or nothing, "```"]
        lines += ["", "## After", "", "```xml", rule.after or nothing, "```"]
    approve = f'[[approve]]\ncode = "{rule.code}"\nobject = "…"\nreason = "…"\nauthor = "…"\nexpires = 2030-01-31'
    lines += ["", "Approve one such change in `idmxml.toml`:", "", "```toml", approve, "```", ""]
    return "\n".join(lines)
