"""A file of tests/golden/expansion that begins with a scaffolding in a comment holds what that is to generate.

They are written by hand from the documented results, with the names of base.xml put in; nothing rewrites them.
"""

from pathlib import Path

import pytest
from lxml import etree

from idmxml.expansion.expand import EXPANDED, PARTIAL, Expansion, Result, expand
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import parse_fragment, read_bytes
from idmxml.facts.files import xsd_file

HERE = Path(__file__).parent
GOLDEN = HERE.parents[1] / "golden/expansion"
NOWHERE = Origin("golden.xml", 1, 1)
FILES = sorted(file for file in GOLDEN.glob("*.xml") if "\n<!-- <" in file.read_text(encoding="utf-8"))
NAMES = [file.stem for file in FILES]


def calls_in(file: Path) -> tuple[Item, ...]:
    """The scaffolding of a golden file, and further elements that it is expanded with."""
    comment = etree.parse(file).getroot().getprevious()
    assert isinstance(comment, etree._Comment)
    return parse_fragment(comment.text or "", NOWHERE)


def expected(file: Path) -> tuple[Item, ...]:
    return read_bytes(file.name, file.read_bytes()).items


def expanded(file: Path) -> tuple[Expansion, Result]:
    base = read_bytes("base.xml", (HERE / "base.xml").read_bytes()).items
    found = expand([*base, *calls_in(file)])
    tag = file.stem.partition(".")[0]
    return found, next(each for each in found.results if each.scaffolding.kind == tag and not each.scaffolding.origin.chain)


def shown(items: list[Item]) -> list[str]:
    return [line for item in items for line in _lines(item, 0)]


def _lines(item: Item, depth: int) -> list[str]:
    own = f"{'  ' * depth}{item.tag} {sorted(item.attributes.items())}"
    return [own, *(line for child in item.children for line in _lines(child, depth + 1))]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_scaffolding_generates_what_is_documented(file: Path) -> None:
    expansion, result = expanded(file)
    called = [each.scaffolding for each in expansion.results if each.chain[:-1] == result.chain]
    wanted = expected(file)
    assert shown(list(result.items)) == shown([each for each in wanted if not each.is_scaffolding])
    assert shown(called) == shown([each for each in wanted if each.is_scaffolding])
    assert result.status in {EXPANDED, PARTIAL}


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_golden_file_of_a_full_expansion_is_valid(file: Path) -> None:
    _, result = expanded(file)
    if result.status == EXPANDED:
        schema = etree.XMLSchema(etree.parse(xsd_file()))
        assert schema.validate(etree.parse(file)), str(schema.error_log)


def test_there_are_golden_files_of_many_scaffoldings() -> None:
    assert len({name.partition(".")[0] for name in NAMES}) >= 50
    assert len(FILES) == len(list(GOLDEN.glob("*.xml")))
