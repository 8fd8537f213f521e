"""The quick reader gives the same entries as the thorough one, and reads nothing but its bytes."""

from pathlib import Path

import pytest
from lxml import etree

from idmxml.facts.load import language
from idmxml.source.document import read_document
from idmxml.source.entry import Entry
from idmxml.source.fast import KindTable, entries_of, make_parser
from idmxml.testing.rule_cases import as_document

SAMPLES = sorted(Path(__file__).parents[3].glob("samples/contoso/**/*.xml"))


def shape(entry: Entry) -> tuple[object, ...]:
    known = entry.kind is not None
    return (entry.ordinal, entry.kind, entry.tag if known else "", entry.attributes, [shape(each) for each in entry.children])


def both(text: str) -> tuple[object, object]:
    root = etree.fromstring(text.encode(), make_parser())
    quick = entries_of(root, KindTable(language()))
    return shape(quick[0]), shape(read_document("a.xml", text, language()).entries[0])


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_samples(file: Path) -> None:
    quick, thorough = both(file.read_text(encoding="utf-8"))
    assert quick == thorough


@pytest.mark.parametrize(
    "xml",
    [
        "<Agent><!-- c --><?pi x?><Agent/></Agent>",
        "<EntityType><Property><Property/></Property></EntityType>",
        '<Agent Identifier="a&amp;b&#10;c\n\td" xml:lang="de" xmlns:c="urn:c" c:A="x"/>',
        '<x:Agent xmlns:x="urn:other"/>',
        "<Property/><Nothing><Agent/></Nothing>",
    ],
)
def test_fragments(xml: str) -> None:
    quick, thorough = both(as_document(xml))
    assert quick == thorough


def test_samples_are_there() -> None:
    assert len(SAMPLES) >= 20


def test_entities_of_a_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    uri = (tmp_path / "secret.txt").as_uri()
    root = etree.fromstring(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{uri}">]><a>&b;</a>'.encode(), make_parser())
    assert "secret" not in etree.tostring(root, method="text", encoding="unicode")
