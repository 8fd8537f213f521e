"""What every template makes is valid, comes from its scaffolding, and is the same each time."""

from pathlib import Path

import pytest
from lxml import etree

from idmxml.expansion.expand import EXPANDED, KEPT, PARTIAL, expand
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.queries import queries
from idmxml.expansion.read import read_bytes
from idmxml.expansion.templates import tags
from idmxml.facts.files import xsd_file
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.facts.load import language

HERE = Path(__file__).parent
TAGS = sorted(tags())
BASE = read_bytes("base.xml", (HERE / "base.xml").read_bytes()).items
NAMED = {
    "Agent": "Local",
    "Connector": "HR",
    "ConnectorIdentifier": "HR",
    "DisplayTableIdentifier": "HR_Person",
    "EntityType": "HR_Person",
    "JobIdentifier": "Nightly",
    "Package": "Usercube.CSV@0000001",
    "Profile": "Support",
    "UniverseIdentifier": "People",
    "Workflow": "HR_Person_Hire",
}
# Templates of scaffoldings whose result is told by its names alone.
NAMES_ALONE = frozenset({"EntityTypeMenuItem"})


def scaffolding(tag: str) -> Item:
    """A scaffolding with the attributes that name something of the base."""
    given = {name: value for name, value in NAMED.items() if name in language().kind(tag).attributes}
    required = [name for name, each in language().kind(tag).attributes.items() if each.required and name not in given]
    return Item.made(tag, tag, given | dict.fromkeys(required, "Given"), (), Origin("here.xml", 7, 3))


def as_xml(item: Item) -> etree._Element:
    made = etree.Element(f"{{{NAMESPACE}}}{item.tag}", item.attributes)
    made.extend(as_xml(each) for each in item.children)
    return made


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(xsd_file()))


@pytest.mark.parametrize("tag", TAGS)
def test_what_a_scaffolding_makes_is_valid_and_comes_from_it(tag: str, schema: etree.XMLSchema) -> None:
    found = expand([*BASE, scaffolding(tag)])
    first = found.results[0]
    made = [item for result in found.results for item in result.items]
    assert first.scaffolding.kind == tag
    assert (first.status, bool(made)) in ({(KEPT, False)} if tag in NAMES_ALONE else {(EXPANDED, True), (PARTIAL, True)})
    assert {(each.origin.chain[0].tag, each.origin.line) for each in made} <= {(tag, 7)}
    root = etree.Element(f"{{{NAMESPACE}}}{ROOT}")
    root.extend(as_xml(item) for result in found.results if result.status == EXPANDED for item in result.items)
    assert schema.validate(root), str(schema.error_log)


def test_order_of_the_scaffoldings_does_not_matter() -> None:
    def once(chosen: list[str]) -> list[str]:
        found = expand([*BASE, *(scaffolding(tag) for tag in chosen)])
        return sorted(etree.tostring(as_xml(each), encoding="unicode") for each in found.items())

    assert once(TAGS) == once(TAGS[::-1])


def test_every_query_says_what_it_tells() -> None:
    assert [name for name, function in queries().items() if not function.__doc__] == []
