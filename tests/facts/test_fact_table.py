"""Every constraint that the reference facts state is judged by a rule, or has a reason why none does.

The tables beside this test hold one entry for each constraint: where it stands, its text, and the rules or the reason. Facts
about settings have a table of their own, with the tests of settings.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from idmxml.checks.registry import rules

HERE = Path(__file__).parent
REFERENCE = HERE.parents[2] / "shared" / "reference"
TABLES = sorted(HERE.glob("*.toml"))
TOPICS = ("toolkit.yaml", "user-guide.yaml", "packages/how-to-facts.yaml")
SOURCES = sorted(
    {
        *(f"elements/{each.name}" for each in (REFERENCE / "elements").glob("*.yaml")),
        *TOPICS,
        "packages/connections.yaml",
        "executables.yaml",
    }
)
# Files of the reference whose constraints are not all in the tables yet.
PENDING: frozenset[str] = frozenset()
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference is not here")
Place = tuple[str, str]


@cache
def entries() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every entry of the tables, with the name of its table."""
    found = []
    for file in TABLES:
        stored = tomllib.loads(file.read_text(encoding="utf-8"))
        assert set(stored) <= {"fact"}, f"{file.name} holds more than facts"
        found += [(file.name, each) for each in stored.get("fact", ())]
    return tuple(found)


def told(source: str) -> Counter[Place]:
    """What the tables hold of a file of the reference."""
    return Counter((each["source"], each["text"]) for _, each in entries() if each["source"].partition("#")[0] == source)


def stated(source: str) -> Counter[Place]:
    """The constraints that a file of the reference states."""
    stored = yaml.safe_load((REFERENCE / source).read_text(encoding="utf-8"))
    return Counter((f"{source}#{topic}", text) for topic, text in _constraints(source, stored))


def _constraints(source: str, stored: Any) -> Iterator[Place]:
    if source.startswith("elements/"):
        yield from ((each["element"], text) for each in stored for text in each.get("rules") or ())
    elif source in TOPICS:
        yield from ((each["topic"], _text(rule)) for each in stored for rule in each.get("checkable_rules") or ())
    elif source == "executables.yaml":
        yield from (("checkable_rules", _text(rule)) for rule in stored["checkable_rules"])
        files = ((each, part) for each in stored["executables"] for part in each.values() if isinstance(part, dict))
        yield from ((each["name"], text) for each, part in files for text in part.get("rules", ()))
    else:
        yield from (("rules", text) for text in stored["rules"])


def _text(rule: Any) -> str:
    """The constraint, which stands alone or beside its severity and evidence."""
    return str(rule["check"]) if isinstance(rule, dict) else str(rule)


@needs_reference
@pytest.mark.parametrize("source", [each for each in SOURCES if each not in PENDING])
def test_every_constraint_has_one_entry_and_every_entry_a_constraint(source: str) -> None:
    wanted, found = stated(source), told(source)
    assert sorted((wanted - found).elements()) == []
    assert sorted((found - wanted).elements()) == []


@needs_reference
def test_what_is_pending_is_incomplete() -> None:
    assert [source for source in PENDING if stated(source) == told(source)] == []


def test_sources_exist() -> None:
    if SOURCES and REFERENCE.is_dir():
        assert sorted({each["source"].partition("#")[0] for _, each in entries()} - set(SOURCES)) == []


@pytest.mark.parametrize("file", TABLES, ids=lambda each: each.stem)
def test_an_entry_has_rules_that_exist_or_a_reason(file: Path) -> None:
    wrong = []
    for name, each in entries():
        if name == file.name:
            has_rules, has_reason = bool(each.get("rules")), len(each.get("reason", "").split()) >= 3
            unknown = [code for code in each.get("rules", ()) if code not in rules()]
            if has_rules == has_reason or unknown or set(each) - {"source", "text", "rules", "reason"}:
                wrong.append(each)
    assert wrong == []
