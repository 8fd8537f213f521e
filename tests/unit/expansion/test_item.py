"""Elements: their attributes, identity and content, and what a copy of them keeps."""

import pytest

from idmxml.expansion.item import Item, Maker, Origin, picker, shape_of
from idmxml.expansion.read import read_bytes
from idmxml.facts.language import NAMESPACE

PLACE = Origin("b.xml", 3, 5, (Maker("ViewTemplate", "V", "b.xml", 3),))


def read(content: str) -> Item:
    (found,) = read_bytes("a.xml", f'<ConfigurationFile xmlns="{NAMESPACE}">\n{content}</ConfigurationFile>'.encode()).items
    return found


def test_attributes_by_name() -> None:
    agent = read('<Agent URI="" Identifier="A"/>')
    assert agent.attributes == {"URI": "", "Identifier": "A"}
    names = ("Identifier", "URI", "DisplayName_L1", "Nothing")
    assert [agent.get(each) for each in names] == ["A", "", None, None]
    assert [agent.text(each) for each in names] == ["A", "", "", ""]
    assert [agent[each] for each in names[:3]] == ["A", "", ""]
    with pytest.raises(KeyError, match="Agent has no attribute Nothing"):
        agent["Nothing"]


def test_elements_that_are_written_alike_share_a_shape() -> None:
    one, other, third = (read(f"<Agent {each}/>") for each in ('Identifier="A"', 'Identifier="B"', 'URI="" Identifier="A"'))
    assert one.shape is other.shape is shape_of("Agent", "Agent", ("Identifier",))
    assert third.shape.names == ("URI", "Identifier")


def test_what_says_the_same_does_so_in_any_order_of_attributes() -> None:
    one, other = read('<Agent URI="u" Identifier="A"/>'), read('<Agent Identifier="A" URI="u"/>')
    assert one.same_as(other)
    assert one.content == other.content
    assert not one.same_as(read('<Agent Identifier="A" URI="v"/>'))
    assert not one.same_as(read('<Agent URI="v" Identifier="A"/>'))


def test_size_counts_all_that_is_walked() -> None:
    tile = read('<Tile Identifier="T"><Item Binding="a"><Other><More/></Other></Item><Item Binding="b"/></Tile>')
    assert tile.size == len(list(tile.walk())) == 5
    assert [each.tag for each in tile.walk()] == ["Tile", "Item", "Other", "More", "Item"]


def test_a_copy_keeps_what_is_not_changed() -> None:
    tile = read('<Tile Identifier="T"><Item Binding="a"/></Tile>')
    other = tile.changed({"Identifier": "U"})
    assert (other.attributes, other.children, other.origin) == ({"Identifier": "U"}, tile.children, tile.origin)
    bare = tile.changed(children=())
    assert (bare.attributes, bare.children, bare.origin) == (tile.attributes, (), Origin("a.xml", 2, 1))
    moved = tile.from_origin(PLACE)
    assert (moved.attributes, moved.children, moved.origin) == (tile.attributes, tile.children, PLACE)


@pytest.mark.parametrize(("places", "expected"), [([2, 0], ("c", "a")), ([1], ("b",)), ([], ())])
def test_picked_values(places: list[int], expected: tuple[str, ...]) -> None:
    assert picker(places)(("a", "b", "c")) == expected
