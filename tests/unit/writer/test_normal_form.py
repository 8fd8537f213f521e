"""Elements in canonical form and in order: what is so already stays, and it does not matter what was read first."""

import random

from idmxml.expansion.item import Item
from idmxml.expansion.read import read_bytes
from idmxml.facts.language import NAMESPACE
from idmxml.writer.normal_form import NormalForm, in_order
from idmxml.writer.xml_text import element_text


def read(content: str) -> list[Item]:
    return list(read_bytes("a.xml", f'<ConfigurationFile xmlns="{NAMESPACE}">{content}</ConfigurationFile>'.encode()).items)


CONTENT = (
    '<SingleRole Identifier="A"/><SingleRole Identifier="B" DisplayName_L1="b"/><SingleRole DisplayName_L1="c" Identifier="C"/>'
    '<SingleRole Identifier="D"/><SingleRole Identifier="D" DisplayName_L1="2"/><SingleRole Identifier="D" DisplayName_L1="1"/>'
    '<Agent Identifier="Z"/><Agent Identifier="Y"/><Strange/><Strange A="1"/><Connector Identifier="B"/>'
    '<SingleRole/><SingleRole DisplayName_L1="none"/>'
)


def test_order_does_not_depend_on_what_was_read_first() -> None:
    items = read(CONTENT)
    expected = [element_text(each) for each in in_order(items)]
    assert sorted(expected) == sorted(map(element_text, items))
    assert [element_text(each) for each in in_order(in_order(items))] == expected
    chance = random.Random(5)
    for _ in range(30):
        chance.shuffle(items)
        assert [element_text(each) for each in in_order(items)] == expected


def test_order_by_identity_then_content() -> None:
    roles = [each for each in in_order(read(CONTENT)) if each.tag == "SingleRole"]
    assert [(each.text("Identifier"), each.text("DisplayName_L1")) for each in roles] == [
        ("", ""),
        ("", "none"),
        ("A", ""),
        ("B", "b"),
        ("C", "c"),
        ("D", ""),
        ("D", "1"),
        ("D", "2"),
    ]


def test_what_is_canonical_is_the_same_object() -> None:
    (item,) = read('<EntityType Identifier="E"><Property Identifier="P" Type="Int32"/><Property Identifier="Q"/></EntityType>')
    assert NormalForm().of(item) is item
    assert NormalForm().of(NormalForm(explicit=True).of(item)).same_as(item)


def test_attributes_stand_in_order_with_and_without_defaults() -> None:
    (item,) = read('<EntityType Identifier="E"><Property Type="String" IsKey="true" Identifier="P"/></EntityType>')
    (short,) = NormalForm().of(item).children
    (full,) = NormalForm(explicit=True).of(item).children
    assert list(short.attributes.items()) == [("Identifier", "P"), ("IsKey", "true")]
    assert {"Type": "String", "IsKey": "true"}.items() <= full.attributes.items()
    assert [each for each in full.attributes if each in short.attributes] == ["Identifier", "IsKey"]
