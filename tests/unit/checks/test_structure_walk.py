"""Our walk over an invalid file and the verdict of libxml2: what one refuses the other explains."""

import copy
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from idmxml.checks.examine import Examiner
from idmxml.checks.plan import Plan
from idmxml.checks.registry import runnable
from idmxml.checks.xsd_messages import plain_message
from idmxml.diagnostics import Diagnostic
from idmxml.facts.files import xsd_file
from idmxml.facts.language import CONSOLIDATION, NAMESPACE
from idmxml.testing.rule_cases import as_document

STRUCTURE = frozenset(f"IDM100{number}" for number in range(1, 10))
EXAMINER = Examiner(Plan(runnable(STRUCTURE)))
SCHEMA = etree.XMLSchema(etree.parse(xsd_file()))
SAMPLES = sorted(Path(__file__).parents[3].glob("samples/contoso/Conf/**/*.xml"))
Change = Callable[[etree._Element, random.Random], None]


def walk(data: bytes) -> list[Diagnostic]:
    return list(EXAMINER.examine_bytes("a.xml", data).diagnostics)


def rename(element: etree._Element, _chance: random.Random) -> None:
    element.tag = f"{{{NAMESPACE}}}{etree.QName(element).localname}x"


def drop_attribute(element: etree._Element, chance: random.Random) -> None:
    if element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]


def add_attribute(element: etree._Element, chance: random.Random) -> None:
    element.set(chance.choice(("Package", "Level", "Nothing", "{urn:c}Identifier")), "x")


def change_value(element: etree._Element, chance: random.Random) -> None:
    if element.attrib:
        element.set(chance.choice(sorted(element.attrib)), chance.choice(("", " ", "x", "-1", "true", "99999999999")))


def add_text(element: etree._Element, _chance: random.Random) -> None:
    element.text = (element.text or "") + "text"


def repeat(element: etree._Element, _chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.append(copy.deepcopy(element))


def move(element: etree._Element, chance: random.Random) -> None:
    others = [each for each in element.getroottree().iter("*") if element not in (each, *each.iterancestors())]
    if others and element.getparent() is not None:
        chance.choice(others).append(element)


def empty(element: etree._Element, _chance: random.Random) -> None:
    for child in list(element):
        element.remove(child)


CHANGES: tuple[Change, ...] = (rename, drop_attribute, add_attribute, change_value, add_text, repeat, move, empty)


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_libxml2_and_the_walk_agree(change: Change) -> None:
    chance = random.Random(change.__name__)
    for number in range(60):
        root = etree.parse(SAMPLES[number % len(SAMPLES)]).getroot()
        change(chance.choice(list(root.iter("*"))[1:]), chance)
        data = etree.tostring(root, encoding="utf-8")
        root = etree.fromstring(data)
        found = walk(data)
        if SCHEMA.validate(root):
            # XSD 1.0 can't limit one child to once where others repeat beside it
            assert [each for each in found if each.code != "IDM1006"] == []
        elif not any(CONSOLIDATION in each.attrib for each in root.iter("*")):
            assert found, data


def test_samples_are_valid() -> None:
    assert len(SAMPLES) >= 20
    for file in SAMPLES:
        assert SCHEMA.validate(etree.parse(file)), file


def test_all_faults_of_one_parent_are_told_at_their_places() -> None:
    agents = '<Agnet/>\n<Agent Identifier="A"\n  URI2="x" State="Onlin"/>'
    xml = as_document(f'{agents}\n<Property/>\ntext\n<Agent Identifier="B"/>')
    assert [(each.code, each.span.line, each.span.column, each.hint) for each in walk(xml.encode())] == [
        ("IDM1001", 3, 2, "did you mean <Agent>?"),
        ("IDM1003", 5, 3, "did you mean URI?"),
        ("IDM1004", 4, 2, 'add DisplayName_L1="…"'),
        ("IDM1005", 5, 12, "did you mean 'Online'? expected one of Unknown, Online, Offline"),
        ("IDM1002", 6, 2, PLACES),
        ("IDM1004", 8, 2, 'add DisplayName_L1="…"'),
        ("IDM1008", 7, 1, "remove it, or write it as a comment <!-- … -->"),
    ]


PLACES = (
    "<Property> may stand in "
    "<AccessControlEntityType>, <AzureADResourceTypeMapping>, <Binding>, <DisplayEntityType> and 13 more"
)


def test_beyond_line_65535() -> None:
    xml = as_document("\n" * 70_000 + '<Agent\nIdentifier="A"\n  DisplayName_L1="A" Stat="1"/>')
    assert [(each.code, each.span.line, each.span.column) for each in walk(xml.encode())] == [("IDM1003", 70_005, 22)]


def test_an_element_that_adjusts_another_is_excused_what_it_does_not_repeat() -> None:
    xml = as_document('<EntityType Identifier="A" ConsolidationMode="Merge"/>').encode()
    assert not SCHEMA.validate(etree.fromstring(xml))
    assert walk(xml) == []


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        (f"Element '{{{NAMESPACE}}}Agent': This element is not expected.", "<Agent> is not expected here"),
        (
            f"Element '{{{NAMESPACE}}}A': Missing child element(s). Expected is one of ( {{{NAMESPACE}}}B, {{{NAMESPACE}}}C ).",
            "<A> lacks a child element: <B> or <C>",
        ),
        (f"Element '{{{NAMESPACE}}}A': The attribute 'B' is required but missing.", "<A> lacks the attribute B"),
        (f"Element '{{{NAMESPACE}}}A', attribute 'B': The attribute 'B' is not allowed.", "<A> has no attribute B"),
        (f"Element '{{{NAMESPACE}}}A': The element is not 'nillable'.", "<A> can't be declared empty by xsi:nil"),
        (
            "Element 'A', attribute 'B': [facet 'enumeration'] The value 'x' is not an element of the set {'y'}.",
            "B of <A> is 'x', which is none of 'y'",
        ),
        ("Something else: {a}.", "Something else: {a}"),
        (
            f"Element '{{{NAMESPACE}}}A', attribute 'A': [facet 'pattern'] The value 'x' is not accepted by the pattern 'y'.",
            "A of <A> is 'x', which does not match y",
        ),
        (
            f"Element '{{{NAMESPACE}}}A', attribute 'B': 'x' is not a valid value of the atomic type '{{{NAMESPACE}}}T'.",
            "B of <A> is 'x', which is no value of the type T",
        ),
    ],
)
def test_messages_of_libxml2_in_plain_words(message: str, plain: str) -> None:
    assert plain_message(message) == plain


def test_a_schema_of_the_user(tmp_path: Path) -> None:
    xsd = tmp_path / "own.xsd"
    xsd.write_text(
        f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
        <xs:element name="ConfigurationFile"><xs:complexType><xs:sequence>
          <xs:element name="Agent" maxOccurs="unbounded"><xs:complexType><xs:attribute name="Identifier" type="xs:int"/>
          </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>""",
        encoding="utf-8",
    )
    examiner = Examiner(Plan(runnable(STRUCTURE), xsd=xsd))
    data = as_document('<Agent Identifier="1"/>\n<Agent\n  Identifier="A"/>\n<Connector/>').encode()
    assert [
        (each.code, each.span.line, each.span.column, each.message)
        for each in examiner.examine_bytes("a.xml", data).diagnostics
    ] == [
        ("IDM1009", 5, 3, "Identifier of <Agent> is 'A', which is no value of the type xs:int"),
        ("IDM1009", 6, 2, "<Connector> is not expected here; expected is <Agent>"),
    ]
