"""Questions to a configuration by what an attribute says: the same answers as from looking at every object."""

from itertools import product
from pathlib import Path

import pytest

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.consolidate import complete
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import parse_fragment, read_bytes

BASE = read_bytes("base.xml", (Path(__file__).parent / "base.xml").read_bytes()).items
NOWHERE = Origin("a.xml", 1, 1)
LATER = (
    '<DisplayTable Identifier="HR_Person" EntityType="HR_Team" ConsolidationMode="Merge"/>'
    '<DisplayTable Identifier="New" EntityType="HR_Team"/><DisplayTable Identifier="Gone" EntityType="HR_Team"/>'
    '<EntityAssociation Identifier="A" Property1="HR_Team:Site" Property2="HR_Person:Teams"/>'
    '<ResourceCorrelationRule ResourceType="AD_Entry_User" TargetBinding="AD_Entry:dn"/>'
    '<ResourceCorrelationRule ResourceType="AD_Entry_User" TargetBinding="AD_Entry:dn"/>'
)
CHANGES = (
    '<DisplayTable Identifier="New" EntityType="AD_Entry" ConsolidationMode="Update"/>'
    '<DisplayTable Identifier="Gone" ConsolidationMode="Delete"/>'
)
QUESTIONS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("DisplayTable", ("EntityType",), ""),
    ("EntityAssociation", ("Property1", "Property2"), ":"),
    ("ResourceCorrelationRule", ("ResourceType",), ""),
    ("ResourceType", ("SourceEntityType", "TargetEntityType"), ""),
    ("Connection", ("Connector",), ""),
)
VALUES = ("HR_Team", "HR_Person", "AD_Entry", "AD_Entry_User", "AD", "HR", "", "nowhere")


def fragment(text: str) -> tuple[Item, ...]:
    return parse_fragment(text, NOWHERE)


def looked_for(configuration: Configuration, kind: str, attributes: tuple[str, ...], before: str, value: str) -> list[Item]:
    def says(item: Item) -> set[str]:
        given = [item.attributes.get(name, "") for name in attributes]
        return {each.partition(before)[0] if before else each for each in given}

    return [each for each in configuration.all(kind) if value in says(each)]


@pytest.mark.parametrize("asked_before", [True, False])
def test_objects_that_have_a_value(asked_before: bool) -> None:
    configuration = Configuration((*BASE, *fragment(CHANGES)))
    if asked_before:
        for kind, attributes, before in QUESTIONS:
            configuration.having(kind, attributes, "nowhere", before)
    configuration.add_generated(fragment(LATER), firm=True)
    for (kind, attributes, before), value in product(QUESTIONS, VALUES):
        found = configuration.having(kind, attributes, value, before)
        expected = looked_for(configuration, kind, attributes, before, value)
        assert [each.content for each in found] == [each.content for each in expected], (kind, value)


def test_an_index_knows_what_is_changed_by_hand() -> None:
    configuration = Configuration((*BASE, *fragment(CHANGES)))
    configuration.add_generated(fragment(LATER), firm=True)
    names = {
        value: [each.identity for each in configuration.having("DisplayTable", ("EntityType",), value)] for value in VALUES
    }
    assert names["AD_Entry"] == ["AD_Entry", "New"]
    assert names["HR_Team"] == []
    assert names["HR_Person"] == ["HR_Person"]


def test_several_additions_are_added_one_after_the_other() -> None:
    base, *additions = fragment(
        '<Universe Identifier="U"><EntityInstance Identifier="A" EntityType="x"/></Universe>'
        '<Universe Identifier="U" DisplayName_L1="1"><EntityInstance Identifier="A" DisplayName_L1="a"/>'
        '<EntityInstance Identifier="B"/><AssociationInstance Association="q"/></Universe>'
        '<Universe Identifier="U" DisplayName_L1="2"><EntityInstance Identifier="B" EntityType="y"/>'
        '<AssociationInstance Association="q"/><AssociationInstance Association="r"/></Universe>'
    )
    once = complete(base, additions)
    assert once.content == complete(complete(base, additions[:1]), additions[1:]).content
    assert [(each.tag, each.attributes) for each in once.children] == [
        ("EntityInstance", {"Identifier": "A", "EntityType": "x", "DisplayName_L1": "a"}),
        ("EntityInstance", {"Identifier": "B", "EntityType": "y"}),
        ("AssociationInstance", {"Association": "q"}),
        ("AssociationInstance", {"Association": "r"}),
    ]
    assert once.attributes == {"Identifier": "U", "DisplayName_L1": "1"}
