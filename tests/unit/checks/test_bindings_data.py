"""The stored facts about bindings and scaffoldings name what the language has."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from idmxml.checks.bindings_start import all_starts
from idmxml.checks.language_rules import translation_fault
from idmxml.checks.within import read_within
from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language
from idmxml.model.entity_model import PropertyFacts
from idmxml.model.projection import RowView, column_of
from idmxml.source.companions import Companions

BINDINGS = {(kind.id, attribute.name) for kind, attribute, _ in all_starts()}


def stored(*path: str) -> Any:
    return json.loads(schemas_folder().joinpath(*path).read_text(encoding="utf-8"))


def test_demands_are_about_attributes_for_bindings() -> None:
    for each in stored("bindings.json")["attributes"]:
        for name in each["names"]:
            assert any(kind == each["kind"] and fnmatchcase(attribute, name) for kind, attribute in BINDINGS), each
        others = {*each.get("when", {}), *([each["unless"]] if "unless" in each else [])}
        assert others <= set(language().kind(each["kind"]).attributes), each


def test_every_start_of_the_language_is_understood() -> None:
    for kind, attribute, start in all_starts():
        within = attribute.reference.within if attribute.reference else None
        assert (start is None) == (within is None), (kind.id, attribute.name)
        if start is not None and start.around is None and not start.column.startswith("../"):
            assert start.column in kind.attributes
        if start is not None and start.kind is not None:
            assert start.attribute in language().kind(start.kind).attributes


def test_an_unknown_start_is_none() -> None:
    assert read_within("somewhere") is None


def test_a_column_of_a_missing_parent_is_none() -> None:
    assert column_of(RowView("Kind", {"../A": "x"}), "../A") == "x"


def test_generated_associations_are_those_of_the_scaffoldings() -> None:
    identities = [each for content in stored("scaffoldings", "identities.json")["scaffoldings"].values() for each in content]
    names = {each["identifier"] for each in identities if each.get("kind") == "EntityAssociation"}
    types = {each["identifier"] for each in identities if each.get("kind") == "EntityType"}
    model = stored("scaffoldings", "entity_model.json")
    assert {each["identifier"] for each in model["associations"]} == {name for name in names if "*" not in name}
    assert set(model["complete_types"]) <= types
    properties = {f"{each['parent']}:{each['identifier']}" for each in identities if each.get("kind") == "EntityType.Property"}
    ends = {each[side] for each in model["associations"] for side in ("property1", "property2")}
    assert ends <= properties


def test_scaffoldings_demand_what_the_language_has() -> None:
    for each in stored("scaffoldings", "demands.json")["demands"]:
        assert language().role(each["scaffolding"]) == "scaffolding"
        assert "about" not in each or each["about"] in language().kind(each["kind"]).attributes


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"A": "a"}', None),
        (b"{}", None),
        (b'\xef\xbb\xbf{"A": ""}', None),
        (b'{"A": 1}', ("gives 'A' a value that is no text", "write a text between quotes for each key")),
        (b"1", ("holds no JSON object", 'write {"key": "text", …}')),
        (b"", ("is no JSON: Expecting value in line 1, column 1", "mend it")),
        (b"\xff", ("is not written in UTF-8", "save it as UTF-8")),
        (b"[" * 100_000, ("is nested too deep", "write one object of texts")),
    ],
)
def test_the_content_of_translation_files(data: bytes, fault: tuple[str, str] | None) -> None:
    assert translation_fault(data) == fault


def test_companions_are_found_from_any_folder(tmp_path: Any) -> None:
    for name in ("Conf/Texts/a.json", "Conf/b.json", "Conf/x.xml", ".git/a.json", ".hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    found = Companions(tmp_path)
    assert found.paths == ("Conf/Texts/a.json", "Conf/b.json")
    assert found.named("texts\\A.json") == ["Conf/Texts/a.json"]
    assert found.named("./Conf/b.json") == ["Conf/b.json"]
    assert found.named("onf/b.json") == []
    assert found.called("Elsewhere/b.json") == ["Conf/b.json"]
    assert found.read("Conf/b.json") == b"Conf/b.json"
    assert found.read("Conf/nothing.json") is None


def test_a_property_may_be_neither_scalar_nor_navigation() -> None:
    unknown = PropertyFacts("Person", "Thing", None)
    assert (unknown.is_scalar, unknown.is_navigation) == (False, False)
