"""Scaffoldings to the names of what they generate: exact where an attribute decides, a pattern where the model does."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from idmxml.facts.files import read_stored

HOLE = re.compile(r"\{(\w+)\}")
PIECE = re.compile(r"\{\w+\}|\*")
NUMBER = "number"
Arguments = Mapping[str, str]
Stars = tuple[str | None, ...]
Knows = Callable[[str, str], bool]
Made = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class GeneratedName:
    """A name a scaffolding generates: ``pattern`` may hold ``*``; ``owner`` is the pattern of the parent of a scoped one.

    ``stars`` tells for each ``*`` the kind whose names stand there, ``number`` for a number, None for any text; none of them
    is any text everywhere.
    """

    kind: str
    pattern: str
    owner: str | None = None
    stars: Stars = ()


class GeneratedNames:
    """What all scaffoldings of a repository generate, asked by kind and name.

    ``knows`` tells whether an object of a kind and name may exist; without it every name may. ``expanded`` gives what the
    scaffoldings generate once they are expanded, by kind and name with the scaffolding; it is asked only when ``made`` is.
    """

    def __init__(
        self,
        names: Iterable[GeneratedName],
        knows: Knows | None = None,
        expanded: Callable[[], Made] | None = None,
    ) -> None:
        self._knows = knows or (lambda _kind, _name: True)
        self._expanded = expanded
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._patterns: dict[str, set[tuple[str, Stars]]] = defaultdict(set)
        self._owned: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in names:
            if each.owner is not None:
                self._owned[each.kind, each.owner].add(each.pattern)
            elif "*" in each.pattern:
                self._patterns[each.kind].add((each.pattern, each.stars))
            else:
                self._exact[each.kind].add(each.pattern)

    def names(self, kind: str) -> set[str]:
        """The names that are known exactly."""
        return self._exact.get(kind, set())

    def has(self, kind: str, name: str) -> bool:
        """Whether a scaffolding may generate an object of this kind and name.

        It does not tell which objects the scaffolding picks, where the product's documentation shows that by an example alone:
        any that exists will do.
        """
        return name in self._exact.get(kind, ()) or any(self._fits(each, name) for each in self._patterns.get(kind, ()))

    def _fits(self, pattern: tuple[str, Stars], name: str) -> bool:
        text, stars = pattern
        if _regex(text).fullmatch(name) is None:
            return False
        return not any(stars) or self._fill_in(text.split("*"), stars, name)

    def _fill_in(self, parts: list[str], stars: Stars, name: str) -> bool:
        """Whether names that exist, in the places of the stars between the parts, give this name."""
        first, *rest = parts
        if not name.startswith(first):
            return False
        if not rest:
            return name == first
        left = name[len(first) :]
        after = rest[0]
        ends = [len(left)] if len(rest) == 1 and not after else _ends(left, after)
        return any(self._may_stand(stars[0], left[:end]) and self._fill_in(rest, stars[1:], left[end:]) for end in ends)

    def _may_stand(self, kind: str | None, name: str) -> bool:
        if kind == NUMBER:
            return name.isdecimal()
        return kind is None or self._knows(kind, name)

    @cached_property
    def made(self) -> Made:
        """What the scaffoldings generate as a whole once they are expanded, by kind and name, with the scaffolding.

        Empty where they can't be expanded.
        """
        return self._expanded() if self._expanded is not None else {}

    def kinds(self) -> frozenset[str]:
        """The kinds of which there may be generated objects."""
        return frozenset({*self._exact, *self._patterns})

    def has_any(self, kinds: Iterable[str], name: str) -> bool:
        """The same for any of several kinds."""
        return any(self.has(kind, name) for kind in kinds)

    def has_owned(self, kind: str, owner: str, name: str) -> bool:
        """Whether a scaffolding generates a scoped object ``name`` within the object ``owner``."""
        for (each, pattern), names in self._owned.items():
            if each == kind and _regex(pattern).fullmatch(owner) and any(_regex(one).fullmatch(name) for one in names):
                return True
        return False

    def owned(self, kind: str, owner: str) -> set[str]:
        """The exactly known names within an owner."""
        return {each for each in self._owned.get((kind, owner), ()) if "*" not in each}


def expand_names(scaffoldings: Iterable[tuple[str, Arguments]]) -> set[GeneratedName]:
    """The names that the given scaffoldings (tag and attributes) generate, the scaffoldings they call included."""
    table = identities()
    found: set[GeneratedName] = set()
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    waiting = [(tag, dict(arguments)) for tag, arguments in scaffoldings]
    while waiting:
        tag, arguments = waiting.pop()
        mark = (tag, tuple(sorted(arguments.items())))
        if mark in seen:
            continue
        seen.add(mark)
        for each in table.get(tag, ()):
            if "scaffolding" in each:
                passed = {name: _fill(value, arguments) for name, value in each["with"].items()}
                waiting.append((each["scaffolding"], passed))
            else:
                owner = _fill(each["parent"], arguments) if each.get("parent") else None
                pattern, stars = _filled(each["identifier"], tuple(each.get("stars", ())), arguments)
                found.add(GeneratedName(each["kind"], pattern, owner, stars))
    return found


@lru_cache(maxsize=1)
def scaffolding_arguments() -> Mapping[str, tuple[str, ...]]:
    """For each scaffolding that generates names, the attributes they are made of, sorted."""
    return {
        tag: tuple(sorted({hole for each in content for hole in HOLE.findall(json.dumps(each))}))
        for tag, content in identities().items()
    }


def _filled(pattern: str, stars: Stars, arguments: Arguments) -> tuple[str, Stars]:
    """The pattern with the arguments in its holes, and what stands for each star; a hole left open is a star for any text."""
    if not stars:
        return _fill(pattern, arguments), ()
    told = iter(stars)
    kept: list[str | None] = []

    def put(match: re.Match[str]) -> str:
        value = None if match[0] == "*" else arguments.get(match[0][1:-1])
        if value is None:
            kept.append(next(told) if match[0] == "*" else None)
        return "*" if value is None else value

    filled = PIECE.sub(put, pattern)
    return (filled, tuple(kept)) if "**" not in filled and filled.count("*") == len(kept) else (_fill(pattern, arguments), ())


def _ends(text: str, after: str) -> list[int]:
    """Where ``after`` stands in the text, not at its beginning; every place when it is empty."""
    if not after:
        return list(range(1, len(text) + 1))
    found, place = [], text.find(after, 1)
    while place >= 0:
        found.append(place)
        place = text.find(after, place + 1)
    return found


def _fill(pattern: str, arguments: Arguments) -> str:
    return re.sub(r"\*+", "*", HOLE.sub(lambda match: arguments.get(match[1], "*"), pattern))


@lru_cache(maxsize=4096)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in pattern.split("*")))


def is_of_a_connector_page(kind: str, attributes: Arguments) -> bool:
    """Whether an element is one of the tasks that CreateConnectorsJobs makes for the page of a connector."""
    suffix = _connector_page_tasks().get(kind)
    connector = attributes.get("Connector")
    return suffix is not None and bool(connector) and attributes.get("Identifier") == f"{connector}{suffix}"


@lru_cache(maxsize=1)
def _connector_page_tasks() -> Mapping[str, str]:
    """By kind, what follows the connector in the identifiers of these tasks."""
    made = identities()["CreateConnectorsJobs"]
    return {each["kind"]: each["identifier"].removeprefix("*") for each in made if each["kind"] != "Job"}


@lru_cache(maxsize=1)
def identities() -> Mapping[str, list[dict[str, Any]]]:
    """By scaffolding, what it declares and which others it holds, as stored in the table of identities."""
    table: Mapping[str, list[dict[str, Any]]] = read_stored("scaffoldings", "identities.json")["scaffoldings"]
    return table
