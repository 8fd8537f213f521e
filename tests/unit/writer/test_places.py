"""The files that elements stand in: one for names that differ in case alone, and the owners that references lead to."""

import pytest

from idmxml.expansion.item import Item
from idmxml.expansion.read import read_bytes
from idmxml.facts.language import NAMESPACE
from idmxml.writer.places import Places


def read(content: str) -> tuple[Item, ...]:
    return read_bytes("a.xml", f'<ConfigurationFile xmlns="{NAMESPACE}">{content}</ConfigurationFile>'.encode()).items


def test_names_that_differ_in_case_alone_share_a_file() -> None:
    items = read(
        '<Connector Identifier="hr"/><Connector Identifier="HR"/><Connection Identifier="A" Connector="hr"/>'
        '<Connection Identifier="B" Connector="HR"/><Connection Identifier="C" Connector="hr"/><Connector Identifier="AD"/>'
    )
    found = Places(items).files(items)
    assert {path: [each["Identifier"] for each in those] for path, those in found.items()} == {
        "AD/AD Connector.xml": ["AD"],
        "HR/HR Connector.xml": ["hr", "HR", "A", "B", "C"],
    }


def test_elements_that_name_each_other_end() -> None:
    """The first one that is asked for is no step on the way to itself."""
    rule = '<ResourceType Identifier="{}" DependsOn="{}"><ScalarRule Property="{}:P"/></ResourceType>'
    items = read(
        '<Connector Identifier="X"/><Connector Identifier="Y"/><EntityType Identifier="X_E"/><EntityType Identifier="Y_E"/>'
        + rule.format("A", "B", "X_E")
        + rule.format("B", "A", "Y_E")
    )
    places = Places(items)
    assert [places.owner(each) for each in items[-2:]] == ["Y", "Y"]


DECLARED = (
    '<Connector Identifier="HR"/><Connector Identifier="AD"/><EntityType Identifier="HR_User"/>'
    '<EntityType Identifier="Person"/><EntityTypeMapping Identifier="Person" Connector="AD"/>'
    '<EntityType Identifier="AD_Group"/>'
)


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ('<Connector Identifier="X"/>', "X"),
        ('<EntityType Identifier="HR_User"/>', "HR"),
        ('<EntityType Identifier="Person"/>', "AD"),
        ('<EntityType Identifier="Other"/>', "Other"),
        ('<Connection Identifier="C" Connector="HR"/>', "HR"),
        ('<Connection Identifier="C" Connector="Nothing"/>', None),
        ('<Strange Connector="HR"/>', None),
        ('<Category Identifier="C" Parent="C"/>', None),
        (
            '<Universe Identifier="U"><EntityInstance EntityType="HR_User" Identifier="a"/></Universe>',
            "HR",
        ),
        (
            (
                '<Universe Identifier="U"><EntityInstance EntityType="HR_User" Identifier="a"/>'
                '<EntityInstance EntityType="AD_Group" Identifier="b"/></Universe>'
            ),
            None,
        ),
    ],
)
def test_owner(written: str, owner: str | None) -> None:
    items = read(DECLARED + written)
    assert Places(items).owner(items[-1]) == owner
