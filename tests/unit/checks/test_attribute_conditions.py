import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idmxml.checks.attribute_conditions import ConditionRule, condition_of, condition_rules
from idmxml.checks.attribute_terms import given_names, parse_term, triggers
from idmxml.checks.attribute_terms import test_of as reading_of
from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language
from idmxml.source.entry import Entry

FOLDER = schemas_folder() / "rules"
FILES = sorted(each for each in FOLDER.glob("*.json") if not each.name.endswith(".schema.json"))
SCHEMA = json.loads((FOLDER / "attribute-conditions.schema.json").read_text(encoding="utf-8"))
CONDITIONS = [
    pytest.param(rule["code"], condition, id=f"{rule['code']}-{number}")
    for file in FILES
    for rule in json.loads(file.read_text(encoding="utf-8"))["rules"]
    for number, condition in enumerate(rule["conditions"], start=1)
]


def entry(kind: str, *children: str, **attributes: str) -> Entry:
    tag = language().tag(kind)
    made = Entry(kind, tag, attributes, None, 1)
    for child in children:
        found = language().children(kind)[child]
        made.children.append(Entry(found, child, {}, made, 2))
    return made


def found(condition: dict[str, Any], subject: Entry) -> list[tuple[str | None, str]]:
    kind = language().kind(subject.kind or "")
    return [(each.attribute, each.message) for each in condition_of(condition, kind).findings(subject)]


@pytest.mark.parametrize("file", [pytest.param(each, id=each.stem) for each in FILES])
def test_data_follows_its_schema(file: Path) -> None:
    problems = Draft202012Validator(SCHEMA).iter_errors(json.loads(file.read_text(encoding="utf-8")))
    assert [f"{each.json_path}: {each.message}" for each in problems] == []


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("code", "condition"), CONDITIONS)
def test_conditions_name_what_the_language_has(code: str, condition: dict[str, Any]) -> None:
    rule = ConditionRule({"code": code, "conditions": [condition]})
    kinds = [language().kind(each) for each in rule.kinds()]
    verbs = ("require", "exclude", "idle", "some", "one", "at_most_one", "together", "value")
    texts = [text for key in ("when", "unless", *verbs) for text in condition.get(key, ())]
    unknown = {
        f"{text} on {kind.id}"
        for text in texts
        for term in [parse_term(text)]
        for kind in kinds
        if not term.level and not _is_known(term.name, kind.children if term.child else kind.attributes)
    }
    missed = {each for each in unknown if not _is_known_somewhere(each.partition(" on ")[0], kinds)}
    assert missed == set()


def _is_known(name: str, names: Any) -> bool:
    return "*" in name or name in names


def _is_known_somewhere(text: str, kinds: Any) -> bool:
    term = parse_term(text)
    return any(_is_known(term.name, kind.children if term.child else kind.attributes) for kind in kinds)


def test_every_rule_of_every_file_is_made() -> None:
    stored = [rule["code"] for file in FILES for rule in json.loads(file.read_text(encoding="utf-8"))["rules"]]
    assert [each.code for each in condition_rules()] == stored


@pytest.mark.parametrize(
    ("term", "attributes", "holds"),
    [
        ("Column", {"Column": "a"}, True),
        ("Column", {"Column": " "}, False),
        ("Column", {}, False),
        ("!Column", {}, True),
        ("Column?", {"Column": ""}, True),
        ("Type=ConcatColumns|WhereValue", {"Type": "WhereValue"}, True),
        ("Type=ConcatColumns|WhereValue", {"Type": "TransformDate"}, False),
        ("!Type=ConcatColumns", {}, True),
        ("RemoveEmpty=true", {"RemoveEmpty": "1"}, True),
        ("RemoveEmpty=true", {"RemoveEmpty": "false"}, False),
        ("InputColumn*", {"InputColumn4": "a"}, True),
        ("InputColumn*", {"Column": "a"}, False),
        ("!InputColumn*", {"InputColumn4": " "}, True),
    ],
)
def test_terms_on_attributes(term: str, attributes: dict[str, str], holds: bool) -> None:
    assert reading_of(parse_term(term), language().kind("Transformation"))(entry("Transformation", **attributes)) is holds


def test_names_and_numbers_of_an_enumeration_are_one_value() -> None:
    kind = language().kind("PrepareSynchronizationTask")
    holds = reading_of(parse_term("SynchronizationMode=Incremental"), kind)
    assert [holds(entry(kind.id, SynchronizationMode=each)) for each in ("Incremental", "2", "1")] == [True, True, False]


def test_a_default_is_a_value() -> None:
    kind = language().kind("MicrosoftEntraIDResourceTypeMapping")
    term = parse_term("InvitationMode=None")
    assert reading_of(term, kind)(entry(kind.id)) is True
    assert triggers(term, kind) is None
    assert triggers(parse_term("InvitationMode=MicrosoftInvitation"), kind) == frozenset({"InvitationMode"})


def test_terms_on_parents_and_children() -> None:
    parent = entry("FulfillTask", "TaskResourceType", Connector="HR")
    child = parent.children[0]
    kind = language().kind("TaskResourceType")
    assert reading_of(parse_term("TaskResourceType/"), language().kind("FulfillTask"))(parent) is True
    assert reading_of(parse_term("!TaskDependsOnTask/"), language().kind("FulfillTask"))(parent) is True
    assert reading_of(parse_term("../Connector"), kind)(child) is True
    assert reading_of(parse_term("../Connector=AD"), kind)(child) is False
    assert reading_of(parse_term("../Dirty=false"), kind)(child) is False
    assert given_names(parse_term("../Connector"), child) == []


@pytest.mark.parametrize("text", ["", "!", "A B", "A/B", "=x", "../"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no term"):
        parse_term(text)


def test_require() -> None:
    condition = {"when": ["Type=ConcatColumns"], "require": ["InputColumn", "RemoveEmpty=true"]}
    assert found(condition, entry("Transformation", Type="ConcatColumns")) == [
        ("Type", '<Transformation> with Type="ConcatColumns" needs InputColumn'),
        ("Type", '<Transformation> with Type="ConcatColumns" needs RemoveEmpty="true"'),
    ]
    assert found(condition, entry("Transformation", Type="ConcatColumns", InputColumn="a", RemoveEmpty="true")) == []
    assert found(condition, entry("Transformation", Type="WhereValue")) == []


def test_what_may_be_a_part_is_not_found_missing() -> None:
    part = entry("Transformation", Type="ConcatColumns", ConsolidationMode="Merge")
    assert found({"require": ["InputColumn"]}, part) == []
    assert found({"idle": ["Type"]}, part) == []
    assert found({"exclude": ["Type"]}, part) == [("Type", "Type is not allowed")]


def test_exclude_and_idle() -> None:
    both = entry("Transformation", Type="WhereValue", MinYear="1", MaxYear="2")
    assert found({"when": ["MaxYear"], "exclude": ["MinYear"]}, both) == [("MinYear", "MinYear is not allowed with MaxYear")]
    assert found({"idle": ["M*Year"], "unless": ["Type=TransformDate"]}, both) == [
        ("MinYear", 'MinYear has no effect without Type="TransformDate"'),
        ("MaxYear", 'MaxYear has no effect without Type="TransformDate"'),
    ]
    assert found({"idle": ["M*Year"], "unless": ["Type=WhereValue"]}, both) == []


def test_children_may_be_excluded() -> None:
    task = entry("FulfillTask", "TaskResourceType", Connection="C")
    expected = [(None, "<TaskResourceType> is not allowed with Connection")]
    assert found({"when": ["Connection"], "exclude": ["TaskResourceType/"]}, task) == expected


def test_some_one_and_at_most_one() -> None:
    none, one, two = (
        entry("InvokeSqlCommandTask", **each) for each in ({}, {"SQLCommand": "x"}, {"SQLCommand": "x", "SQLInputFile": "y"})
    )
    terms = ["SQLCommand", "SQLInputFile"]
    needs = [(None, "<InvokeSqlCommandTask> needs SQLCommand or SQLInputFile")]
    clash = [("SQLInputFile", "SQLCommand and SQLInputFile exclude each other")]
    assert [found({"some": terms}, each) for each in (none, one, two)] == [needs, [], []]
    assert [found({"one": terms}, each) for each in (none, one, two)] == [needs, [], clash]
    assert [found({"at_most_one": terms}, each) for each in (none, one, two)] == [[], [], clash]


def test_together() -> None:
    condition = {"together": ["Column", "WhereOperator", "WhereValue"]}
    lone = entry("Transformation", WhereValue="x")
    pair = entry("Transformation", WhereValue="x", Column="a")
    whole = entry("Transformation", WhereValue="x", Column="a", WhereOperator="Equals")
    assert found(condition, lone) == [("WhereValue", "WhereValue needs Column and WhereOperator as well")]
    assert found(condition, pair) == [("Column", "Column and WhereValue need WhereOperator as well")]
    assert found(condition, whole) == found(condition, entry("Transformation")) == []


@pytest.mark.parametrize(
    ("must", "good", "bad", "expected"),
    [
        ({"be": ["a", "b"]}, "a", "c", "one of a, b"),
        ({"not_be": ["a", "b"]}, "c", "a", "another value than a, b"),
        ({"match": "[a-z]+"}, "abc", "ab1", "text of the form [a-z]+"),
        ({"not_match": "[0-9]"}, "abc", "ab1", "text without [0-9]"),
        ({"between": [1, 5]}, "3", "6", "a number from 1 to 5"),
        ({"between": [None, 5]}, "-3", "6", "a number up to 5"),
        ({"between": [1, None]}, "7", "0.5", "a number from 1 up"),
        ({"between": [1, 5]}, "no number", "0", "a number from 1 to 5"),
        ({"at_most": "MaxYear"}, "10", "11", "at most the value of MaxYear"),
        ({"same_as": "InputColumn"}, "in", "out", "the value of InputColumn"),
        ({"differ_from": "InputColumn"}, "out", "in", "another value than that of InputColumn"),
        ({"url": "absolute"}, "https://a.example/b", "a.example/b", "an absolute URL, such as https://example.org/start"),
        ({"url": "absolute"}, "https://a.example", "http://[", "an absolute URL, such as https://example.org/start"),
        ({"url": "relative"}, "/b?c=d:e", "https://a.example/b", "a relative URL"),
        ({"match": "x", "called": "an x"}, "x", "y", "an x"),
    ],
)
def test_values(must: dict[str, Any], good: str, bad: str, expected: str) -> None:
    condition = {"value": ["Column"], "must": must}
    others = {"InputColumn": "in", "MaxYear": "10"}
    assert found(condition, entry("Transformation", Column=good, **others)) == []
    message = f"Column is '{bad}', which is not {expected}"
    assert found(condition, entry("Transformation", Column=bad, **others)) == [("Column", message)]
    assert found(condition, entry("Transformation", Column=" ", **others)) == []


def test_a_message_of_its_own() -> None:
    condition = {
        "value": ["Column"],
        "must": {"be": ["a"]},
        "message": "{tag} {identifier} has {attribute} {value}, not {expected}",
    }
    assert found(condition, entry("Transformation", Column="b")) == [("Column", "Transformation has Column b, not one of a")]


def test_a_condition_without_verb_and_one_on_no_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="a condition has one of"):
        condition_of({"when": ["Type"]}, language().kind("Transformation"))
    with pytest.raises(ValueError, match="which is no kind"):
        ConditionRule({"conditions": [{"on": ["Nothing"]}]}).kinds()


def test_rules_are_spared_kinds_without_the_attributes_they_are_about() -> None:
    rule = ConditionRule(
        {"conditions": [{"on": ["Transformation"], "idle": ["MinYear", "MaxYear"], "unless": ["Type=TransformDate"]}]}
    )
    assert rule.touch("Transformation") == frozenset({"MinYear", "MaxYear"})
    always = ConditionRule({"conditions": [{"on": ["ExportTask"], "some": ["Connection", "Connector"]}]})
    assert always.touch("ExportTask") is None
