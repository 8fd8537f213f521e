"""Values to expressions."""

import json

import pytest

from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language
from idmxml.model.expressions import Expression, Form, expression_facts, functions, parse_expression
from idmxml.model.part import Part

PARSED = {
    "ToUpper": Expression(Form.FUNCTION, Part("ToUpper", 0, 7)),
    " Trim ": Expression(Form.FUNCTION, Part("Trim", 1, 5)),
    "ParseLocalDate:UTC|HH:mm": Expression(
        Form.FUNCTION, Part("ParseLocalDate", 0, 14), (Part("UTC", 15, 18), Part("HH:mm", 19, 24))
    ),
    "ToUpper:": Expression(Form.FUNCTION, Part("ToUpper", 0, 7), (Part("", 8, 8),)),
    "Literal:": Expression(Form.LITERAL, body=Part("", 8, 8)),
    "Literal: C#:x:y": Expression(Form.LITERAL, body=Part(" C#:x:y", 8, 15)),
    "C#:user:return 1;": Expression(Form.CSHARP, Part("user", 3, 7), body=Part("return 1;", 8, 17)),
    "c#: user : return 1;": Expression(Form.CSHARP, Part("user", 4, 8), body=Part(" return 1;", 10, 20)),
    "C#:return 1;": Expression(Form.CSHARP, body=Part("return 1;", 3, 12)),
    "C#:a::b": Expression(Form.CSHARP, body=Part("a::b", 3, 7)),
    "C#:u:\nreturn\n1;": Expression(Form.CSHARP, Part("u", 3, 4), body=Part("\nreturn\n1;", 5, 15)),
    "user.Name": Expression(Form.UNKNOWN),
    "The name": Expression(Form.UNKNOWN),
    "12": Expression(Form.UNKNOWN),
}


@pytest.mark.parametrize("value", PARSED)
def test_a_value_is_read_as_the_form_it_has(value: str) -> None:
    assert parse_expression(value) == PARSED[value]


def test_parts_are_the_text_where_they_say_they_are() -> None:
    for value in PARSED:
        found = parse_expression(value)
        for part in (found.name, found.body, *found.arguments):
            assert part is None or value[slice(*part.span)] == part.text


def test_functions_take_arguments_of_known_kinds() -> None:
    kinds = {kind for each in functions().values() for kind in each.arguments}
    assert kinds == {"time-zone", "date-format", "minutes"}
    assert {each.returns for each in functions().values()} == {"String", "DateTime"}


def test_literals_are_judged_for_types_that_exist() -> None:
    types = set((language().kind("EntityType.Property").attributes["Type"].type.numbers or {}).keys())
    assert set(expression_facts()["literals"]) <= types


def test_the_facts_are_written_without_doubles() -> None:
    stored = json.loads((schemas_folder() / "expressions.json").read_text(encoding="utf-8"))
    lists = {key: value for key, value in stored.items() if isinstance(value, list) and value and isinstance(value[0], str)}
    assert {key for key, value in lists.items() if len(set(value)) != len(value)} == set()
    assert set(stored["linq_on_entities"]) <= set(stored["linq"])


def test_every_place_named_by_an_expression_is_an_attribute() -> None:
    wrong = [
        f"{kind.id}/{attribute.name}: {place}"
        for kind in language()
        for attribute in kind.attributes.values()
        if (use := attribute.expression) is not None
        for place in (use.through, use.along, use.binding, use.target, *use.source)
        if place and not place.startswith("../") and place.partition("/")[0].removeprefix("@") not in kind.attributes
    ]
    assert wrong == []


def test_attributes_named_for_expressions_hold_them() -> None:
    others = {"CronTabExpression", "ExpressionBinding", "SqlBuildExpression", "SqlCheckExpression"}
    missing = {
        f"{kind.id}/{name}"
        for kind in language()
        for name, attribute in kind.attributes.items()
        if "Expression" in name and name not in others and attribute.expression is None
    }
    assert missing == set()
