"""What holds of every comparison: the same is no change, the way back is the mirror, and spread and order are nothing."""

import random
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from idmxml.diff.change import ADDED, REMOVED, RENAMED, Change, Location
from idmxml.diff.comparison import Comparison, compare_versions
from idmxml.diff.sources import version
from idmxml.facts.language import NAMESPACE

sys.path.append(str(Path(__file__).parents[1] / "properties"))
from mutations import borrow_value, drop_attribute, misspell_value

SAMPLE = Path(__file__).parents[2] / "samples/contoso/Conf"
OPEN = f'<ConfigurationFile xmlns="{NAMESPACE}">'
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "iso-8859-15")
MIRRORED = {ADDED: REMOVED, REMOVED: ADDED}
Mirror = tuple[str, str | None, str | None, str | None, Location | None, Location | None]


def elements(chance: random.Random, spoilt: int) -> list[str]:
    """The objects of the sample, ``spoilt`` attributes of them changed or gone, some objects gone as well."""
    roots = [etree.parse(file).getroot() for file in sorted(SAMPLE.rglob("*.xml"))]
    every = [each for root in roots for each in root.iter("*") if each is not root]
    for _ in range(spoilt):
        chance.choice((misspell_value, borrow_value, drop_attribute))(chance.choice(every), chance)
    for each in chance.sample(every, spoilt // 4):
        parent = each.getparent()
        if parent is not None:
            parent.remove(each)
    return [etree.tostring(each, encoding="unicode", with_tail=False) for root in roots for each in root.iterchildren("*")]


def written(found: list[str], folder: Path, count: int, chance: random.Random) -> Path:
    """The objects, shuffled, in a number of files of a new folder, each in some encoding."""
    shuffled = chance.sample(found, len(found))
    for number in range(count):
        encoding = chance.choice(ENCODINGS)
        file = folder / f"{chance.randrange(3)}" / f"{number}.xml"
        file.parent.mkdir(parents=True, exist_ok=True)
        declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        text = declared + OPEN + "\r\n<!-- x -->".join(shuffled[number::count]) + "</ConfigurationFile>"
        file.write_bytes(text.encode(encoding, "xmlcharrefreplace"))
    return folder


def compared(old: Path, new: Path) -> Comparison:
    return compare_versions(version(str(old), old), version(str(new), new))


def forward(change: Change) -> Mirror:
    return (change.kind, change.attribute, change.old, change.new, change.old_location, change.new_location)


def backward(change: Change) -> Mirror:
    kind = MIRRORED.get(change.kind, change.kind)
    return (kind, change.attribute, change.new, change.old, change.new_location, change.old_location)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_is_no_change_however_it_is_written(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    found = elements(chance, 40 * seed)
    first = written(found, tmp_path / "first", 1, chance)
    assert compared(first, first).changes == ()
    for count in (5, 90):
        other = compared(first, written(found, tmp_path / str(count), count, chance))
        assert [(each.kind, each.subject, each.old, each.new) for each in other.changes] == []
        assert other.incomplete == ()


@pytest.mark.parametrize("seed", range(12))
def test_the_way_back_is_the_mirror(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = written(elements(chance, 3 * seed), tmp_path / "old", 9, chance)
    new = written(elements(chance, 3 + 8 * seed), tmp_path / "new", 3, chance)
    there, back = compared(old, new), compared(new, old)
    assert there.changes
    assert Counter(map(forward, there.changes)) == Counter(map(backward, back.changes))


@pytest.mark.parametrize("seed", range(5))
def test_the_way_back_of_renames_is_the_mirror(seed: int, tmp_path: Path) -> None:
    """Names are exchanged everywhere, in objects and in what refers to them."""
    chance = random.Random(seed)
    found = elements(chance, 3 * seed)
    renamed = "\0".join(found)
    for name in chance.sample(sorted(set(re.findall(r' Identifier="(\w{5,})"', renamed))), 3 + seed):
        renamed = re.sub(rf"\b{name}\b", f"{name}_new", renamed)
    old = written(found, tmp_path / "old", 9, chance)
    new = written(renamed.split("\0"), tmp_path / "new", 3, chance)
    there, back = compared(old, new), compared(new, old)
    assert [each for each in there.changes if each.kind == RENAMED]
    assert Counter(map(forward, there.changes)) == Counter(map(backward, back.changes))


@pytest.mark.parametrize("seed", range(3))
def test_order_of_reports_is_that_of_class_and_path(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = written(elements(chance, 10), tmp_path / "old", 9, chance)
    new = written(elements(chance, 30), tmp_path / "new", 3, chance)
    found = compared(old, new).changes
    assert list(found) == sorted(found, key=lambda each: each.sort_key)
    assert [each.klass for each in found] == sorted((each.klass for each in found), reverse=True)
