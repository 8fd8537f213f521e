"""Scaffoldings to the names of what they generate: exact where an attribute decides, a pattern where the model does."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from idmxml.facts.files import schemas_folder

HOLE = re.compile(r"\{(\w+)\}")
Arguments = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GeneratedName:
    """A name a scaffolding generates: ``pattern`` may hold ``*``; ``owner`` is the pattern of the parent of a scoped one."""

    kind: str
    pattern: str
    owner: str | None = None


class GeneratedNames:
    """What all scaffoldings of a repository generate, asked by kind and name."""

    def __init__(self, names: Iterable[GeneratedName]) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._patterns: dict[str, set[str]] = defaultdict(set)
        self._owned: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._open_owners: set[str] = set()
        for each in names:
            if each.owner is not None:
                self._owned[each.kind, each.owner].add(each.pattern)
            elif "*" in each.pattern:
                self._patterns[each.kind].add(each.pattern)
            else:
                self._exact[each.kind].add(each.pattern)

    def names(self, kind: str) -> set[str]:
        """The names that are known exactly."""
        return self._exact.get(kind, set())

    def has(self, kind: str, name: str) -> bool:
        """Whether a scaffolding generates an object of this kind and name, as far as one can tell without expanding it."""
        return name in self._exact.get(kind, ()) or any(_regex(each).fullmatch(name) for each in self._patterns.get(kind, ()))

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
    table = _identities()
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
                found.add(GeneratedName(each["kind"], _fill(each["identifier"], arguments), owner))
    return found


def scaffolding_arguments() -> Mapping[str, tuple[str, ...]]:
    """For each scaffolding that generates names, the attributes they are made of, sorted."""
    return {
        tag: tuple(sorted({hole for each in content for hole in HOLE.findall(json.dumps(each))}))
        for tag, content in _identities().items()
    }


def _fill(pattern: str, arguments: Arguments) -> str:
    return re.sub(r"\*+", "*", HOLE.sub(lambda match: arguments.get(match[1], "*"), pattern))


@lru_cache(maxsize=4096)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in pattern.split("*")))


@lru_cache(maxsize=1)
def _identities() -> Mapping[str, list[dict[str, Any]]]:
    stored = json.loads((schemas_folder() / "scaffoldings" / "identities.json").read_text(encoding="utf-8"))
    table: Mapping[str, list[dict[str, Any]]] = stored["scaffoldings"]
    return table
