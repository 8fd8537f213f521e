"""The table of rules about changes is whole: every change of every element and attribute ends in a class."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from idmxml.diff.change import ADDED, CHANGED, KINDS, REMOVED, RENAMED, ChangeClass, Difference
from idmxml.diff.conditions import CONDITIONS, USED
from idmxml.diff.rules import change_rules, page_text, rule_for, steps
from idmxml.diff.settings_changes import CONNECTION, OTHER, SECRET, SECRET_OF_CONNECTION
from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language

FILES = sorted(each for each in (schemas_folder() / "changes").glob("*.json") if each.name != "steps.json")
NAMES = {rule.name: rule for rule in change_rules().values()}


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_file_is_as_its_schema_says(file: object) -> None:
    schema = json.loads((schemas_folder() / "change-rules.schema.json").read_text(encoding="utf-8"))
    stored = json.loads(file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert [each.message for each in Draft202012Validator(schema).iter_errors(stored)] == []


def test_every_change_of_every_element_ends_in_a_class() -> None:
    for kind in language():
        for change in (ADDED, REMOVED, RENAMED):
            assert rule_for(Difference(change, kind.id, "x"), lambda: False).klass in ChangeClass
        for name in kind.attributes:
            for old, new in (("0", "1"), ("1", None), (None, "true"), ("true", "false")):
                found = rule_for(Difference(CHANGED, kind.id, "x", name, old, new), lambda: True)
                assert found.klass in ChangeClass
                assert found.name != "unknown-changed", f"{kind.id}/@{name} is judged by the rule for unknown elements"


@pytest.mark.parametrize("subject", ["<Novelty>", CONNECTION, SECRET_OF_CONNECTION, OTHER, SECRET])
def test_what_is_no_known_element_ends_in_a_class(subject: str) -> None:
    kinds = KINDS if subject.startswith("<") else [CHANGED]
    for kind in kinds:
        assert rule_for(Difference(kind, subject, "x", "a", "1", "2"), lambda: False)


def test_names_and_words_exist() -> None:
    known = {kind.id for kind in language()}
    families = {f"family:{kind.family}" for kind in language()}
    for rule in change_rules().values():
        assert set(rule.on) <= {*known, *families, "*", CONNECTION, SECRET_OF_CONNECTION, OTHER, SECRET}, rule.name
        assert set(rule.when) <= {*CONDITIONS, USED}
        assert set(rule.run) <= set(steps())
        assert rule.mirror in NAMES
    assert len(NAMES) == len(change_rules()) >= 60


def test_attributes_exist_on_the_elements_they_are_for() -> None:
    for rule in change_rules().values():
        kinds = [each for each in language() if each.id in rule.on or f"family:{each.family}" in rule.on or "*" in rule.on]
        for attribute in rule.attributes:
            pattern = re.compile(re.escape(attribute).replace(r"\*", ".*").replace(r"\#", r"\d+"))
            assert any(pattern.fullmatch(name) for each in kinds for name in each.attributes), (rule.name, attribute)


def test_every_class_has_rules_and_codes_tell_it() -> None:
    digits = {rule.klass: rule.code[3] for rule in change_rules().values()}
    assert sorted(digits.values()) == list("12345")
    assert all(rule.code[3] == digits[rule.klass] for rule in change_rules().values())


def test_mirrors_are_mutual_unless_the_way_back_depends_on_more() -> None:
    one_way = {rule.name for rule in NAMES.values() if NAMES[rule.mirror].mirror != rule.name}
    assert one_way == {"table-removed", "column-removed"}


@pytest.mark.parametrize("code", change_rules())
def test_page_says_all(code: str) -> None:
    page = page_text(change_rules()[code])
    rule = change_rules()[code]
    for text in (rule.code, rule.name, rule.summary, rule.why, rule.todo, rule.klass.label, "[[approve]]"):
        assert text in page


@pytest.mark.parametrize("kind", ["Connector", "EntityTypeMapping"])
def test_lifting_a_threshold_is_graver_than_moving_it(kind: str) -> None:
    def name(old: str | None, new: str | None) -> str:
        return rule_for(Difference(CHANGED, kind, "x", "MaximumDeletedLines", old, new), lambda: False).name

    assert name("10", "0") == "threshold-lifted"
    assert name("0", "10") == "threshold-set"
    assert name("10", "20") == "threshold-raised"
    assert name("20", "10") == "threshold-lowered"
