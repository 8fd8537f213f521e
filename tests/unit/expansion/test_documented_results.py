"""Templates that repeat a documented result as it stands, compared with the reference: every element, attribute and order.

The reference writes results as patterns; those that need nothing but names and lists are followed here. Jobs, models and
copies of tables are told in golden files.
"""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import read_bytes
from idmxml.expansion.templates import render, tags
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language

HERE = Path(__file__).parent
REFERENCE = HERE.parents[3] / "shared/reference/elements/configuration.yaml"
BASE = read_bytes("base.xml", (HERE / "base.xml").read_bytes()).items
GIVEN = {"EntityType": "HR_Person", "Profile": "Support"}
# What the lists of the reference hold in the base.
LISTS: dict[str, list[str]] = {
    "@all_resource_types": ["AD_Entry_User"],
    "@certification_entity_types": ["HR_Person", "HR_Team"],
    "@dimension_entity_types": ["HR_Team"],
    "@linked_entity_types": ["HR_Team", "Workflow_HR_Person"],
    "@target_entity_types": ["AD_Entry"],
}
NAMES = {
    "Support": ("Help Desk", "Assistance"),
    "HR_Person": ("Person", "Personne"),
    "HR_Team": ("Team", "Equipe"),
}
FIELD = re.compile(r"\{(\w+)(?:\.DisplayName_L([12]))?\}")
# Results that are told in part by words: further languages, names alone, expressions.
WITH_WORDS = frozenset({"EntityTypeMenuItem", "WorkflowEntityType", "WorkforceModule"})
Element = tuple[str, dict[str, str], list[Any]]


@cache
def plain() -> dict[str, list[dict[str, Any]]]:
    """The documented results that can be followed, by scaffolding."""
    if not REFERENCE.is_file():
        return {}
    entries = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    return {
        each["element"]: each["emits"]
        for each in entries
        if each.get("emits") and each["element"] not in WITH_WORDS and all(map(_is_plain, each["emits"]))
    }


def _is_plain(element: dict[str, Any]) -> bool:
    loops = element.get("foreach", {})
    texts = map(str, element.get("attributes", {}).values())
    fields = (field for text in texts for field in re.findall(r"\{[^}]*\}", text))
    return (
        "when" not in element
        and all(isinstance(each, list) or each in LISTS for each in loops.values())
        and all(FIELD.fullmatch(field) for field in fields)
        and all(map(_is_plain, element.get("children", ())))
    )


def documented(element: dict[str, Any], names: dict[str, str]) -> Iterator[Element]:
    loops = element.get("foreach", {})
    choices = [
        [(name, str(value)) for value in (LISTS[each] if isinstance(each, str) else each)] for name, each in loops.items()
    ]
    for chosen in itertools.product(*choices):
        known = names | dict(chosen)
        attributes = {name: _filled(value, known) for name, value in element.get("attributes", {}).items()}
        yield (
            element["element"],
            attributes,
            [each for child in element.get("children", ()) for each in documented(child, known)],
        )


def _filled(pattern: object, names: dict[str, str]) -> str:
    if isinstance(pattern, bool):
        return str(pattern).lower()

    def value(match: re.Match[str]) -> str:
        name = names[match[1]]
        return name if match[2] is None else NAMES.get(name, (name, name))[int(match[2]) - 1]

    return FIELD.sub(value, str(pattern))


def shown(item: Item) -> Element:
    attributes = {name: value for name, value in item.attributes.items() if name != CONSOLIDATION}
    return item.tag, attributes, [shown(child) for child in item.children]


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference is not here")
def test_most_results_can_be_followed() -> None:
    assert len(plain()) >= 65
    assert set(plain()) <= tags()


@pytest.mark.parametrize("tag", sorted(plain()))
def test_a_template_makes_what_is_documented(tag: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name in language().kind(tag).attributes}
    scaffolding = Item.made(tag, tag, given, (), Origin("here.xml", 1, 1))
    made = render(scaffolding, Configuration((*BASE, scaffolding)), scaffolding.origin)
    expected = [each for element in plain()[tag] for each in documented(element, given)]
    assert [shown(each) for each in made.items] == expected
