"""The XSD itself: valid for both validators and in agreement with them, documented throughout, tables current."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest
import xmlschema
from lxml import etree
from xsd_view import GROUPS, SCHEMA, SIMPLE, TYPES, XS, XSD, Element

from idmxml.facts import build
from idmxml.facts.files import TABLES, xsd_file

ROOT = XSD.parents[1]
SHARED = ROOT.parent / "shared"
SAMPLES = sorted((ROOT / "samples" / "contoso").rglob("*.xml"))
NAMESPACE = "urn:schemas-usercube-com:configuration"
LONGEST = 300
RUN = 12
CAMEL = r"(?<![\w/{}.:#-])[A-Z][a-z]+[A-Z]\w*(?![\w/{}…:-])"
LITTLE = set(re.findall(r"\w+", "a an the of in is it this its name names whether switch by true false to identifier"))
OUTSIDE = {  # words of the product, its settings and other systems that no element, attribute or value is called
    "AssignedResourceType",
    "AssignedSingleRole",
    "CharsCount",
    "EasyVista",
    "EmailSubject",
    "EntityProperty",
    "FirstName",
    "InitializationJob",
    "InternalDisplayName",
    "InternalResources",
    "MapPin",
    "OpenID",
    "OpenIdClients",
    "PowerShell",
    "ServiceNow",
    "SharePoint",
    "ToUpper",
    "UserMenu",
}

RIGHT = {
    "nothing": "",
    "a scaffolding": '<ViewTemplate EntityType="Person" Profile="Manager"/>',
    "a name of an enumeration": '<Agent Identifier="A" DisplayName_L1="A" State="Online"/>',
    "a number of an enumeration": '<Agent Identifier="A" DisplayName_L1="A" State="1"/>',
    "an unlisted value of an open enumeration": (
        '<Risk Identifier="R" DisplayName_L1="R" Policy="P" EntityType="E" RiskType="High"/>'
    ),
    "a number where names are known without theirs": (
        '<Workflow Identifier="W" DisplayName_L1="W" VariablesType="T">'
        '<Activity Identifier="A" DisplayName_L1="A" Template="3"/></Workflow>'
    ),
    "Boolean values as examples write them": (
        '<EntityType Identifier="E"><Property Identifier="A" IsKey="1"/><Property Identifier="B" IsKey="True"/></EntityType>'
    ),
    "the last language and the last dimension": (
        '<SingleRole Identifier="R" DisplayName_L1="R" DisplayName_L16="R" Policy="P" EntityType="E" D3V="k" R3V="true"/>'
    ),
    "any order of children": (
        '<Job Identifier="J" DisplayName_L1="J"><Step Task="B"/><ExportTaskOverride Identifier="A"/><Step Task="C"/></Job>'
    ),
    "consolidation of an element": '<Profile Identifier="P" ConsolidationMode="Merge"/>',
    "another spelling of an element": '<LDAPResourceTypeMapping Identifier="R" Connection="C"/>',
    "the least and the greatest number": (
        '<EntityType Identifier="E">'
        '<Property Identifier="A" TargetColumnIndex="-1"/><Property Identifier="B" TargetColumnIndex="152"/></EntityType>'
    ),
}
BROKEN = {
    "an unknown element": "<Connektor/>",
    "a known element in another case": '<profile Identifier="P"/>',
    "a known element in the wrong place": '<Property Identifier="P"/>',
    "an element below the wrong one": '<Profile Identifier="P"><Entry Permission="/"/></Profile>',
    "an unknown attribute": '<Profile Identifier="P" Colour="red"/>',
    "an attribute in another case": '<Profile identifier="P"/>',
    "a missing attribute": "<Profile/>",
    "a missing child": '<EntityType Identifier="E"/>',
    "a child that may stand once, twice": (
        '<WorkflowCreateEntityForm Identifier="F" EntityType="E"><MainControl/><MainControl/></WorkflowCreateEntityForm>'
    ),
    "a word that is no Boolean": '<Profile Identifier="P" IsComponent="yes"/>',
    "a word that is no number": '<Job Identifier="J" DisplayName_L1="J"><Step Task="T" Level="first"/></Job>',
    "a number too large for its type": '<Job Identifier="J" DisplayName_L1="J"><Step Task="T" Level="3000000000"/></Job>',
    "a number above its limit": '<EntityType Identifier="E"><Property Identifier="P" TargetColumnIndex="153"/></EntityType>',
    "a fraction where whole numbers are needed": (
        '<EntityType Identifier="E"><Property Identifier="P" TargetColumnIndex="1.5"/></EntityType>'
    ),
    "an unlisted value of a closed enumeration": '<Agent Identifier="A" DisplayName_L1="A" State="Asleep"/>',
    "an unlisted number of a closed enumeration": '<Agent Identifier="A" DisplayName_L1="A" State="3"/>',
    "an address without its slash": '<CustomLink1Setting Path_L1="a.html" Url="a"/>',
    "an unknown consolidation": '<Profile Identifier="P" ConsolidationMode="Replace"/>',
    "a language beyond the sixteenth": '<Profile Identifier="P" DisplayName_L17="P"/>',
    "a dimension beyond the last": '<Policy Identifier="P" DisplayName_L1="P" D40="k"/>',
    "a dimension with decimal digits": '<Policy Identifier="P" DisplayName_L1="P" D127="k"/>',
    "text between elements": "words",
}


@pytest.fixture(scope="module")
def by_lxml() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD))


@pytest.fixture(scope="module")
def by_xmlschema() -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(str(XSD), validation="strict")


def document(content: str) -> Element:
    return etree.fromstring(f'<ConfigurationFile xmlns="{NAMESPACE}">{content}</ConfigurationFile>')


def documentation(node: Element) -> str:
    return " ".join((node.findtext(f"{XS}annotation/{XS}documentation") or "").split())


@cache
def texts() -> dict[str, str]:
    """The hover text of every element and attribute, by its place."""
    found = {name: documentation(node) for name, node in TYPES.items()}
    for holder, node in (*TYPES.items(), *GROUPS.items()):
        found |= {f"{holder}/@{each.get('name')}": documentation(each) for each in node.findall(f"{XS}attribute")}
    return found


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """The runs of so many words in a text that sharing one with another text is no accident."""
    found = words(text)
    yield from (tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1))


def test_schema_is_valid_for_libxml2(by_lxml: etree.XMLSchema) -> None:
    assert by_lxml.validate(document(""))


def test_schema_is_valid_for_xmlschema(by_xmlschema: xmlschema.XMLSchema10) -> None:
    assert by_xmlschema.validity == "valid"
    assert set(by_xmlschema.elements) == {"ConfigurationFile"}


def test_samples_are_valid_for_both(by_lxml: etree.XMLSchema, by_xmlschema: xmlschema.XMLSchema10) -> None:
    assert len(SAMPLES) >= 20
    for file in SAMPLES:
        tree = etree.parse(file)
        by_lxml.assertValid(tree)
        by_xmlschema.validate(tree)


@pytest.mark.parametrize("name", [*RIGHT, *BROKEN])
def test_both_validators_judge_alike(name: str, by_lxml: etree.XMLSchema, by_xmlschema: xmlschema.XMLSchema10) -> None:
    tree = document(RIGHT.get(name, BROKEN.get(name, "")))
    assert [by_lxml.validate(tree), by_xmlschema.is_valid(tree)] == [name in RIGHT] * 2


def test_xmllint_takes_the_schema_unchanged() -> None:
    xmllint = shutil.which("xmllint")
    if xmllint is None:
        pytest.skip("xmllint is not installed")
    done = subprocess.run([xmllint, "--noout", "--schema", XSD, *SAMPLES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_element_and_attribute_is_documented() -> None:
    assert [place for place, text in texts().items() if not text] == []


def test_texts_are_sentences_of_readable_length() -> None:
    prose = {
        place: text for place, text in texts().items() if place not in {"ConfigurationFile", "Consolidation/@ConsolidationMode"}
    }
    assert [place for place, text in prose.items() if len(text) > LONGEST] == []
    assert [place for place, text in prose.items() if not re.match(r"[A-Z0-9]", text) or not re.search(r"[.…]$", text)] == []


def test_attribute_texts_say_more_than_their_names() -> None:
    """A text made of the words of attribute and element alone, such as "Level of the step.", tells nobody anything."""
    weak = []
    for place, text in texts().items():
        named = set(words(re.sub(r"([a-z])([A-Z])", r"\1 \2", place.replace("/@", " ").replace(".", " ").replace("_", " "))))
        said = set(words(re.sub(r"Default: .*", "", text))) - LITTLE
        if "@" in place and said <= named | {f"{word}s" for word in named}:
            weak.append(f"{place}: {text}")
    assert weak == []


def test_no_text_is_copied_from_reference_or_examples() -> None:
    if not SHARED.is_dir():
        pytest.skip("the reference folder is not beside the repository")
    files = [*(SHARED / "reference").rglob("*.yaml"), *(SHARED / "corpus").rglob("*.xml"), *(SHARED / "corpus").rglob("*.md")]
    theirs = {run for file in files for run in runs(file.read_text(encoding="utf-8"))}
    assert [place for place, text in texts().items() if not theirs.isdisjoint(runs(text))] == []


def test_texts_name_no_attribute_that_is_not_there() -> None:
    """A text that sends the reader to another attribute or element must find it."""
    names = {
        each.get("name", "") for holder in (*TYPES.values(), *GROUPS.values()) for each in holder.findall(f"{XS}attribute")
    }
    names |= {each.get("name", "") for node in TYPES.values() for each in node.iter(f"{XS}element")}
    names |= {each.get("value", "") for simple in SIMPLE.values() for each in simple.iter(f"{XS}enumeration")}
    unknown = {
        f"{place}: {word}"
        for place, text in texts().items()
        for word in re.findall(CAMEL, re.sub(r"Default: .*", "", text))
        if word not in names | OUTSIDE
    }
    assert unknown == set()


def test_stored_tables_are_current() -> None:
    assert xsd_file() == XSD
    assert TABLES.read_text(encoding="utf-8") == build.text(build.build()), "run python -m idmxml.facts.build"


def test_file_is_written_plainly() -> None:
    content = XSD.read_bytes()
    assert content.endswith(b"</xs:schema>\n")
    assert b"\r" not in content
    assert SCHEMA.get("targetNamespace") == NAMESPACE
