"""Values in one spelling, references in the case of their target, and what is left as it is."""

import pytest

from idmxml.expansion.item import Item
from idmxml.expansion.read import read_bytes
from idmxml.facts.language import NAMESPACE
from idmxml.writer.normal_form import NormalForm
from idmxml.writer.spelling import Speller, Targets
from idmxml.writer.xml_text import element_text

DECLARED = '<Agent Identifier="London"/><Connection Identifier="HR"/><Profile Identifier="a"/><Profile Identifier="A"/>'


def items(content: str) -> tuple[Item, ...]:
    text = f'<ConfigurationFile xmlns="{NAMESPACE}">{content}</ConfigurationFile>'
    return read_bytes("a.xml", text.encode()).items


def told(content: str, *, explicit: bool = False) -> str:
    targets = Targets(items(DECLARED))
    (spelled,) = Speller(targets).all(items(content))
    return element_text(NormalForm(explicit).of(spelled)).strip()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('<Connector Identifier="x" Agent="LONDON"/>', '<Connector Identifier="x" Agent="London" />'),
        ('<Connector Identifier="x" Agent="paris"/>', '<Connector Identifier="x" Agent="paris" />'),
        ('<ProfileRule Profile="A"/>', '<ProfileRule Profile="A" />'),
        (
            '<Connector Identifier="x" MaximumDeletedLines=" +010 "/>',
            '<Connector Identifier="x" MaximumDeletedLines="10" />',
        ),
        (
            '<Connector Identifier="x" MaximumDeletedLines="ten"/>',
            '<Connector Identifier="x" MaximumDeletedLines="ten" />',
        ),
        ('<Connector Nothing="1" Identifier="x"/>', '<Connector Identifier="x" Nothing="1" />'),
        ('<Strange B="2" A="1"/>', '<Strange B="2" A="1" />'),
        (
            '<LDAPResourceTypeMapping Identifier="x"/>',
            '<LdapResourceTypeMapping Identifier="x" />',
        ),
    ],
)
def test_one_spelling(written: str, expected: str) -> None:
    assert told(written) == expected


def test_types_and_defaults() -> None:
    text = '<EntityType Identifier="E"><Property Identifier="P" Type="0" IsKey="0" TargetColumnIndex="4"/></EntityType>'
    assert '<Property Identifier="P" TargetColumnIndex="4" />' in told(text)
    assert 'IsKey="false"' in told(text, explicit=True)
    assert 'Type="String"' in told(text, explicit=True)


def test_defaults_of_what_changes_something_stay() -> None:
    text = '<EntityType Identifier="E" ConsolidationMode="Update"><Property Identifier="P" IsKey="0"/></EntityType>'
    assert '<Property Identifier="P" IsKey="false" />' in told(text)


def test_parts_without_an_order_are_sorted() -> None:
    text = '<AccessControlRule Identifier="R"><Entry Permission="/b"/><Entry Permission="/a"/></AccessControlRule>'
    assert told(text).index("/a") < told(text).index("/b")
