"""Every fact about settings has a rule that judges it, or a reason why none does."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from idmxml.checks.settings_checks import RULES
from idmxml.settings.demands import VERBS
from idmxml.settings.pages import pages

HERE = Path(__file__).parent
REFERENCE = HERE.parents[3] / "shared" / "reference"
TABLE: dict[str, dict[str, Any]] = tomllib.loads((HERE / "fact_table.toml").read_text(encoding="utf-8"))
CODES = {rule.code for rule in RULES}
KEYWORDS = set(Draft202012Validator.VALIDATORS)
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference is not here")


def _answers() -> Iterator[str]:
    for section in ("agent", "connections", "verbs", "keywords"):
        yield from TABLE[section].values()


def _open_statements() -> set[str]:
    return {f"{name}/{rule['id']}" for name, page in pages().items() for rule in page.rules if rule["check"] is None}


def test_codes_in_the_table_exist() -> None:
    assert {answer for answer in _answers() if answer.startswith("IDM")} <= CODES


def test_reasons_are_sentences() -> None:
    reasons = [answer for answer in _answers() if not answer.startswith("IDM")]
    assert all(len(reason.split()) >= 4 for reason in [*reasons, *TABLE["reasons"]])


def test_every_statement_without_check_has_one_reason() -> None:
    listed = [each for names in TABLE["reasons"].values() for each in names]
    assert sorted(listed) == sorted(_open_statements())


def test_every_verb_has_an_answer() -> None:
    used = {word for page in pages().values() for rule in page.rules for word in rule["check"] or {}}
    modifiers = {"schema", "keyword", "settings", "when", "each", "except", "not_empty"}
    assert used - modifiers <= set(TABLE["verbs"])
    judged = {verb for verb, answer in TABLE["verbs"].items() if answer in {"IDM8024", "IDM8025", "IDM8026", "IDM8038"}}
    assert judged == set(VERBS)


def test_every_keyword_has_an_answer() -> None:
    checks = [rule["check"] for page in pages().values() for rule in page.rules if rule["check"]]
    pointers = [pointer.split("/") for check in checks for pointer in check.get("schema", ())]
    words = {next(word for word in reversed(steps) if word in KEYWORDS) for steps in pointers}
    words |= {check["keyword"] for check in checks if "keyword" in check}
    assert words <= set(TABLE["keywords"])


@needs_reference
def test_every_fact_of_agent_settings_has_an_answer() -> None:
    facts = yaml.safe_load((REFERENCE / "agent-settings.yaml").read_text(encoding="utf-8"))
    assert set(TABLE["agent"]) == {rule["id"] for rule in facts["checkable_rules"]}


@needs_reference
def test_no_rule_is_graver_than_its_facts() -> None:
    facts = yaml.safe_load((REFERENCE / "agent-settings.yaml").read_text(encoding="utf-8"))
    severities = {rule.code: rule.severity.label for rule in RULES}
    guessed = [rule["id"] for rule in facts["checkable_rules"] if rule["source"] == "inferred"]
    assert [each for each in guessed if severities.get(TABLE["agent"][each]) == "error"] == []


@needs_reference
def test_every_rule_of_connections_has_an_answer() -> None:
    facts = yaml.safe_load((REFERENCE / "packages" / "connections.yaml").read_text(encoding="utf-8"))
    assert set(TABLE["connections"]) == set(facts["rules"])
