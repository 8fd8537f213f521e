"""The language as the checks see it."""

import pytest

from idmxml.facts.language import ROOT, Attribute, Kind, Reference, ValueType
from idmxml.facts.load import builtins, language

STATES = ValueType("State", values=("Offline", "Online", "0", "1"))
OPEN = ValueType("Mode", values=("Disabled", "0"), open=True)
INDEX = ValueType("Index", "int", minimum=-1, maximum=152)
CODE = ValueType("Code", pattern="[A-Z]{2}")


@pytest.mark.parametrize(
    ("kind", "value", "allowed"),
    [
        (STATES, "Online", True),
        (STATES, "1", True),
        (STATES, "online", False),
        (STATES, "", False),
        (OPEN, "Anything", True),
        (INDEX, "-1", True),
        (INDEX, " 152\n", True),
        (INDEX, "+5", True),
        (INDEX, "153", False),
        (INDEX, "-2", False),
        (INDEX, "1.0", False),
        (INDEX, "", False),
        (INDEX, "\u0661", False),
        (INDEX, "9" * 31, False),
        (CODE, "AB", True),
        (CODE, "ABC", False),
        (ValueType("string"), "", True),
        (ValueType("int", "int"), "2147483647", True),
        (ValueType("int", "int"), "2147483648", False),
        (ValueType("long", "long"), "-9223372036854775808", True),
        (ValueType("long", "long"), "9223372036854775808", False),
        (ValueType("byte", "byte"), "255", True),
        (ValueType("byte", "byte"), "256", False),
        (ValueType("double", "double"), "-1.5e3", True),
        (ValueType("double", "double"), ".5", True),
        (ValueType("double", "double"), "NaN", True),
        (ValueType("double", "double"), "-INF", True),
        (ValueType("double", "double"), "1,5", False),
        (ValueType("double", "double"), "nan", False),
    ],
)
def test_values(kind: ValueType, value: str, allowed: bool) -> None:
    assert kind.allows(value) is allowed


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (STATES, "one of Offline, Online"),
        (ValueType("Hour", values=("1", "2")), "one of 1, 2"),
        (ValueType("Boolean", values=("true", "false")), "true or false"),
        (INDEX, "a whole number from -1 to 152"),
        (CODE, "text of the form [A-Z]{2}"),
        (ValueType("int", "int"), "a whole number"),
        (ValueType("byte", "byte"), "a whole number from 0 to 255"),
        (ValueType("double", "double"), "a number, with a point before the decimals"),
    ],
)
def test_what_to_write(kind: ValueType, expected: str) -> None:
    assert kind.expected == expected


def test_a_kind() -> None:
    agent = language().kind("Agent")
    assert (agent.tag, agent.role, agent.family, agent.identity, agent.scope) == (
        "Agent",
        "element",
        "Connectors",
        ("Identifier",),
        "global",
    )
    assert agent.required == ("DisplayName_L1", "Identifier")
    assert "DisplayName_L16" in agent.attributes
    assert "DisplayName_L17" not in agent.attributes
    assert "ConsolidationMode" in agent.attributes


def test_references_of_a_kind() -> None:
    connection = language().kind("Connection")
    assert [(each.name, each.reference) for each in connection.references] == [("Connector", Reference("Connector"))]


def test_kinds_of_one_tag_in_several_places() -> None:
    facts = language()
    assert facts.children("EntityType")["Property"] == "EntityType.Property"
    assert facts.children("EntityTypeMapping")["Property"] == "EntityTypeMapping.Property"
    assert facts.tag("EntityTypeMapping.Property") == "Property"
    assert facts.children(ROOT)["Agent"] == "Agent"
    assert {"EntityType", "EntityTypeMapping"} <= set(facts.parents["Property"])
    assert "Connection" in facts.attribute_owners["Package"]


def test_kinds_are_made_once_and_unknown_ones_never() -> None:
    facts = language()
    assert facts.kind("Agent") is facts.kind("Agent")
    assert facts.knows("Agent")
    assert not facts.knows("Nothing")
    with pytest.raises(KeyError):
        facts.kind("Nothing")


def test_tasks_are_what_a_job_holds() -> None:
    tasks = language().tasks
    assert {"SynchronizeTask", "FulfillTask", "ExportTask"} <= tasks
    assert not {"Step", "Job", "SynchronizeTaskOverride"} & tasks


def test_every_kind_is_consistent() -> None:
    facts = language()
    kinds = list(facts)
    assert len(kinds) >= 300
    for kind in kinds:
        assert _problems(kind) == [], kind.id


def test_an_identity_that_no_attribute_carries_is_none() -> None:
    assert language().kind("Binding").identity == ()


def _problems(kind: Kind) -> list[str]:
    facts = language()
    found = [f"identity {name}" for name in kind.identity if name not in kind.attributes]
    found += [f"child {child}" for child in kind.children.values() if not facts.knows(child)]
    found += [f"need {tag}" for tag in (*kind.required_children, *kind.single_children) if tag not in kind.children]
    found += [f"default of {each.name}" for each in kind.attributes.values() if not _default_fits(each)]
    return found


def _default_fits(attribute: Attribute) -> bool:
    return attribute.default is None or attribute.type.allows(attribute.default)


def test_objects_of_the_product() -> None:
    assert builtins()["agents"] == ("Local", "Default")
    assert builtins()["implicit_properties"] == ("Id", "InternalDisplayName")
    assert "/" in builtins()["permissions"][0]
