"""Elements to members of JSON objects: the same text that the json library makes of the same data, whatever the values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.expansion.item import Item, Origin
from idmxml.reports.json_members import Members, array, flag, mapping, tag, value, value_or_default
from idmxml.reports.json_text import dump, in_lines, safe, sections_in_lines

HERE = Origin("a.xml", 1, 1)
PROPERTY = Members(
    value("identifier", "Identifier", absent='""'),
    mapping("names", lambda name: name.removeprefix("DisplayName_L") if name.startswith("DisplayName_L") else None),
    tag("kind"),
    value_or_default("type", "Type"),
    flag("key", "IsKey"),
    value("100%", "TargetColumnIndex", lambda given: str(int(given))),
)


def item(**attributes: str) -> Item:
    return Item.made("EntityType.Property", "Property", attributes, (), HERE)


def expected(of: Item) -> dict[str, object]:
    column = of.get("TargetColumnIndex")
    return {
        "identifier": of.text("Identifier"),
        "names": {name[-1]: text for name, text in of.attributes.items() if name.startswith("DisplayName_L")},
        "kind": "Property",
        "type": of.get("Type") or "String",
        "key": of.get("IsKey") == "1",
        "100%": int(column) if column is not None else None,
    }


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"Identifier": "P"},
        {"DisplayName_L2": "é", "DisplayName_L1": 'a"b\\c\n'},
        {"Identifier": "%s %d %%", "Type": "Int32", "IsKey": "1", "TargetColumnIndex": "007"},
        {"IsKey": "0", "Identifier": "\u202e\x7f\x85\udc80"},
    ],
    ids=str,
)
def test_members_are_those_of_the_data(attributes: dict[str, str]) -> None:
    found = item(**attributes)
    assert safe(f"{{{PROPERTY.of(found)}}}") == dump(expected(found))


@given(st.text(alphabet=st.characters()), st.text(alphabet='%s"\\{}'), st.booleans())
def test_any_text_is_kept(one: str, other: str, is_given: bool) -> None:
    found = item(Identifier=one, **({"DisplayName_L1": other} if is_given else {}))
    text = safe(f"{{{PROPERTY.of(found)}}}")
    assert json.loads(text) == expected(found)
    assert text == dump(expected(found))


def test_elements_of_one_shape_are_told_apart() -> None:
    members = Members(value("a", "Identifier"))
    assert [members.of(item(Identifier=each)) for each in "xy"] == ['"a":"x"', '"a":"y"']
    assert array(members.of(item(Identifier=each)) for each in "xy") == '[{"a":"x"},{"a":"y"}]'
    assert array([]) == "[]"
    assert Members().of(item(Identifier="x")) == ""


def test_sections_are_lines_of_json() -> None:
    lines = sections_in_lines(
        {"format": ['"x"'], "none": in_lines([]), "some": in_lines(['{"a":1}', "2"]), "last": in_lines(["3"])}
    )
    assert "\n".join(lines) == '{\n"format": "x",\n"none": [],\n"some": [\n{"a":1},\n2\n],\n"last": [\n3\n]\n}\n'
    assert json.loads("\n".join(lines)) == {"format": "x", "none": [], "some": [{"a": 1}, 2], "last": [3]}
    assert json.loads("\n".join(sections_in_lines({"a": in_lines([])}))) == {"a": []}
