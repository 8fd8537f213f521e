"""Files to items: the exact place of every element, encodings, and files that break off."""

from pathlib import Path

import pytest

from idmxml.expansion.item import Item
from idmxml.expansion.read import read_bytes, read_file
from idmxml.source.repository import SourceFile

START = '<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">'


def places(items: tuple[Item, ...]) -> list[tuple[str, int, int]]:
    return [(each.tag, each.origin.line, each.origin.column) for item in items for each in item.walk()]


def test_places_are_those_of_the_tags() -> None:
    text = (
        '<?xml version="1.0"?>\n<!-- <Agent/> -->\n'
        f"{START}\n  <!-- > <Job> -->\n  <EntityType\n     Identifier='é'\n  >\n    <Property Identifier='a>b'/><Property\n"
        "    Identifier='<![CDATA['/></EntityType><?x <Agent/> ?>\n</ConfigurationFile>"
    ).replace("'<![CDATA['", "'c'")
    found = read_bytes("a.xml", text.encode())
    assert found.fault is None
    assert places(found.items) == [("EntityType", 5, 3), ("Property", 8, 5), ("Property", 8, 33)]


def test_sections_of_characters_hold_no_elements() -> None:
    found = read_bytes("a.xml", f"{START}<![CDATA[<Agent/>]]>\n<Agent Identifier='A'/></ConfigurationFile>".encode())
    assert places(found.items) == [("Agent", 2, 1)]


def test_other_encodings() -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>\n{START}<Agent Identifier="é"/></ConfigurationFile>'
    found = read_bytes("a.xml", text.encode("utf-16"))
    assert [each["Identifier"] for each in found.items] == ["é"]


@pytest.mark.parametrize("end", ["</ConfigurationFile>", "<Broken"])
def test_what_is_of_another_namespace_is_no_part_of_it(end: str) -> None:
    """With both readers: the quick one, and the one for files with a fault."""
    text = (
        f"{START}<p:Agent xmlns:p='urn:p' Identifier='A'/><Agent xmlns:q='urn:q' q:Code='x' Identifier='B'/>"
        "<Tile Identifier='T'><Item xmlns='' Binding='a'/><Item Binding='b'/></Tile>"
        "<Other><p:Part xmlns:p='urn:p'/></Other>"
    )
    found = read_bytes("a.xml", (text + end).encode())
    assert [(each.tag, each.attributes) for item in found.items for each in item.walk()][:5] == [
        ("Agent", {"Identifier": "B"}),
        ("Tile", {"Identifier": "T"}),
        ("Item", {"Binding": "b"}),
        ("Other", {}),
        ("Part", {}),
    ]


@pytest.mark.parametrize("end", ["</ConfigurationFile>", "<Broken"])
def test_places_behind_what_is_of_another_namespace(end: str) -> None:
    text = f"{START}\n<p:Agent xmlns:p='urn:p'><p:A><p:B/></p:A><Agent/></p:Agent>\n<Agent Identifier='A'/>{end}"
    assert places(read_bytes("a.xml", text.encode()).items) == [("Agent", 3, 1)]


def test_what_stands_before_a_fault_is_read() -> None:
    found = read_bytes("a.xml", f"{START}\n<Agent Identifier='A'/>\n<Agent Identifier='B'>\n</ConfigurationFile>".encode())
    assert [each["Identifier"] for each in found.items] == ["A", "B"]
    assert found.fault is not None
    assert found.fault.startswith("line 4: ")


def test_a_document_type_is_a_fault() -> None:
    found = read_bytes("a.xml", f"<!DOCTYPE a>{START}</ConfigurationFile>".encode())
    assert (found.items, found.fault) == ((), "line 1: a document type declaration is not allowed in a configuration")


def test_bytes_that_are_no_text_are_a_fault() -> None:
    found = read_bytes("a.xml", START.encode() + b"\xff</ConfigurationFile>")
    assert found.items == ()
    assert found.fault is not None
    assert "byte 0xFF" in found.fault


def test_other_xml_holds_nothing_and_is_no_fault() -> None:
    assert read_bytes("a.xml", b"<project><Agent/></project>").items == ()
    assert read_bytes("a.xml", b"<project/>").fault is None


def test_a_file_that_is_gone_or_too_large_is_a_fault(tmp_path: Path) -> None:
    gone = read_file(SourceFile(tmp_path / "a.xml", "a.xml", 1), 10)
    large = read_file(SourceFile(tmp_path / "a.xml", "a.xml", 11_000_000), 10_000_000)
    assert gone.fault == "it can't be read: No such file or directory"
    assert large.fault == "it is larger than 10 MB"
