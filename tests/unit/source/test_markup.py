"""Where the parts of a start tag stand."""

import pytest

from idmxml.source.markup import AttributeMarkup, TagMarkup, read_tag, value_offsets


def test_tag_of_several_lines() -> None:
    text = "  <Agent\n    Identifier = 'A>B'\r\n\tc:Name=\"x\"/>"
    tag = read_tag(text, 2)
    assert tag == TagMarkup(2, 8, len(text), (AttributeMarkup("Identifier", 13, 27, 30), AttributeMarkup("c:Name", 34, 42, 43)))
    assert [text[each.start : each.end] for each in tag.attributes] == ["Identifier = 'A>B'", 'c:Name="x"']
    assert [text[each.value_start : each.value_end] for each in tag.attributes] == ["A>B", "x"]


@pytest.mark.parametrize(
    ("name", "found"), [("Identifier", "Identifier"), ("Name", "c:Name"), ("c:Name", "c:Name"), ("name", None)]
)
def test_attribute_by_name(name: str, found: str | None) -> None:
    attribute = read_tag('<A Identifier="" c:Name="">', 0).find(name)
    assert (attribute and attribute.name) == found


@pytest.mark.parametrize("text", ["", "<", "< a", "text", "</a>"])
def test_what_is_no_tag(text: str) -> None:
    assert read_tag(text, 0) == TagMarkup(0, 1, 1, ())


def test_tag_that_is_never_closed() -> None:
    assert read_tag("<a b='c'", 0).end == 8


@pytest.mark.parametrize(
    ("value", "read", "offsets"),
    [
        ("abc", "abc", [0, 1, 2, 3]),
        ("", "", [0]),
        ("a&amp;b", "a&b", [0, 1, 6, 7]),
        ("&#233;&#xE9;x", "ééx", [0, 6, 12, 13]),
        ("a\r\nb", "a b", [0, 1, 3, 4]),
        ("😀x", "😀x", [0, 1, 2]),
        ("&quot;&apos;&lt;&gt;", "\"'<>", [0, 6, 12, 16, 20]),
    ],
)
def test_characters_of_a_value(value: str, read: str, offsets: list[int]) -> None:
    text = f'<A B="{value}"/>'
    (attribute,) = read_tag(text, 0).attributes
    found = value_offsets(text, attribute)
    assert [each - attribute.value_start for each in found] == offsets
    assert len(found) == len(read) + 1
