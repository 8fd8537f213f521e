"""How objects are spread over files, and in which order they stand, changes nothing that is found."""

import random
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from mutations import borrow_value, drop_attribute, misspell_value

import idmxml
from idmxml.diagnostics import Severity
from idmxml.facts.language import NAMESPACE

SAMPLE = Path(__file__).parents[2] / "samples/contoso/Conf"
OPEN = f'<ConfigurationFile xmlns="{NAMESPACE}">'
# Told once a file. What is about files themselves is advice.
ABOUT_FILES = ["IDM4101"]


def elements(chance: random.Random) -> list[str]:
    """The objects of the sample, some of them spoilt."""
    found = []
    for file in sorted(SAMPLE.rglob("*.xml")):
        root = etree.parse(file).getroot()
        for _ in range(2):
            chance.choice((misspell_value, borrow_value, drop_attribute))(chance.choice(list(root.iter("*"))[1:]), chance)
        found += [etree.tostring(each, encoding="unicode", with_tail=False) for each in root.iterchildren("*")]
    return found


def written(found: list[str], folder: Path, count: int, chance: random.Random) -> Path:
    """The objects, shuffled, in a number of files of a new folder."""
    chance.shuffle(found)
    for number in range(count):
        file = folder / f"{chance.randrange(3)}" / f"{number}.xml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(OPEN + "\n".join(found[number::count]) + "</ConfigurationFile>", encoding="utf-8")
    return folder


def told(folder: Path) -> Counter[tuple[str, str, str, str]]:
    report = idmxml.check(folder, jobs=1, ignore=ABOUT_FILES)
    found = [each for each in report.diagnostics if each.severity is not Severity.INFO]
    return Counter((each.code, each.severity.label, each.object, each.message) for each in found)


@pytest.mark.parametrize("seed", range(8))
def test_spread_and_order(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    found = elements(chance)
    first = told(written(found, tmp_path / "first", 1, chance))
    assert sum(first.values()) > 20
    for count in (7, 100):
        assert told(written(found, tmp_path / str(count), count, chance)) == first
