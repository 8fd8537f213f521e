"""The catalogue of connection packages and their settings: shape and order, and every entry against the reference facts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from settings_pages import names_in, node_at

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = ROOT / "schemas"
REFERENCE = ROOT.parent / "shared" / "reference" / "packages"
CATALOGUE: dict[str, Any] = json.loads((SCHEMAS / "packages.json").read_text(encoding="utf-8"))
PACKAGES: list[dict[str, Any]] = CATALOGUE["packages"]
Json = Any
SAME = ("display_name", "exports", "fulfills", "provisioning")


def reference_packages() -> list[dict[str, Any]]:
    """Return the packages of the reference folder, none when the folder is absent."""
    source = REFERENCE / "packages.yaml"
    if not source.is_file():
        return []
    yaml = pytest.importorskip("yaml")
    loaded: list[dict[str, Any]] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return loaded


REFERENCE_PACKAGES = reference_packages()
with_reference = pytest.mark.skipif(not REFERENCE_PACKAGES, reason="the reference folder is not beside the repository")


def named(package: dict[str, Any]) -> str:
    return str(package["identifier"] or package["display_name"])


def known(value: object) -> object:
    return None if value == "unknown" else value


def documented_mapping(fact: dict[str, Any]) -> str | None:
    """Return the mapping element of the package, or of its connector page when only that one names a special element."""
    if fact.get("resource_type_mapping") or not (fact["fulfills"] and fact["connector_page"]):
        return fact.get("resource_type_mapping")
    yaml = pytest.importorskip("yaml")
    page = yaml.safe_load((REFERENCE / "connectors" / f"{fact['connector_page']}.yaml").read_text(encoding="utf-8"))
    mapping = page.get("resource_type_mapping")
    element = mapping.get("element") if isinstance(mapping, dict) else mapping
    return None if element == "ResourceTypeMapping" else element


def test_schema_is_valid_and_describes_the_catalogue() -> None:
    schema = json.loads((SCHEMAS / "packages.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(CATALOGUE)] == []


def test_catalogue_is_sorted_and_unique() -> None:
    identifiers = [package["identifier"] for package in PACKAGES]
    assert identifiers == sorted(identifiers, key=lambda identifier: (identifier is None, identifier or ""))
    assert len(set(identifiers)) == len(identifiers) == 53


def test_file_is_written_plainly() -> None:
    text = (SCHEMAS / "packages.json").read_bytes()
    assert text.endswith(b"\n")
    assert b"\r" not in text
    assert not text.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("package", PACKAGES, ids=named)
def test_package_agrees_with_itself(package: dict[str, Any]) -> None:
    assert package["settings"] is None or (SCHEMAS / "settings" / package["settings"]).is_file()
    assert (package["provisioning"] == "none") is not package["fulfills"]
    assert not (package["incremental"] and not package["exports"])
    assert not (package["schema"] and not package["exports"])
    assert (package["resource_type_mapping"] is None) == (package["resource_type_mapping_basis"] is None)


@pytest.mark.parametrize("package", [p for p in PACKAGES if p["status"] == "retired"], ids=named)
def test_retired_package_names_a_current_successor(package: dict[str, Any]) -> None:
    successor = next(other for other in PACKAGES if other["identifier"] == package["replaced_by"])
    assert (successor["status"], successor["technology"]) == ("current", package["technology"])


@pytest.mark.parametrize("package", [p for p in PACKAGES if p["settings"]], ids=named)
def test_settings_page_knows_its_package(package: dict[str, Any]) -> None:
    page = json.loads((SCHEMAS / "settings" / package["settings"]).read_text(encoding="utf-8"))
    listed = page["x-idmxml-packages"]
    assert package["identifier"] in listed or (package["identifier"] is None and not listed)
    halves = [half for half, has in (("export", package["exports"]), ("fulfill", package["fulfills"])) if has]
    assert page["x-idmxml-halves"] == halves


def test_every_settings_page_has_a_package() -> None:
    pages = {path.name for path in (SCHEMAS / "settings").glob("*.schema.json")}
    assert pages == {package["settings"] for package in PACKAGES if package["settings"]}


@with_reference
def test_catalogue_lists_the_reference_packages() -> None:
    assert {named(package) for package in PACKAGES} == {named(fact) for fact in REFERENCE_PACKAGES}


@with_reference
@pytest.mark.parametrize("fact", REFERENCE_PACKAGES, ids=named)
def test_package_is_that_of_the_reference(fact: dict[str, Any]) -> None:
    package = next(p for p in PACKAGES if p["identifier"] == fact["identifier"])
    expected = {key: fact[key] for key in SAME}
    expected |= {
        "incremental": known(fact["incremental"]),
        "schema": known(fact["schema"]),
        "settings": f"{fact['connector_page']}.schema.json" if fact["connector_page"] else None,
        "resource_type_mapping": documented_mapping(fact),
        "implements_entity_type_mapping": fact.get("implements_entity_type_mapping"),
        "implements_resource_type_mapping": fact.get("implements_resource_type_mapping"),
        "status": "retired" if fact["status"] == "retired" else "current",
        "replaced_by": fact.get("replaced_by"),
        "keywords": fact.get("keywords", []),
    }
    assert {key: package[key] for key in expected} == expected
    aliases = {*fact.get("display_name_aliases", []), fact.get("catalogue_display_name")} - {None, fact["display_name"]}
    assert set(package["other_names"]) == aliases


@with_reference
@pytest.mark.parametrize("fact", [f for f in REFERENCE_PACKAGES if f.get("resource_type_mapping_basis")], ids=named)
def test_mapping_keeps_the_basis_of_the_reference(fact: dict[str, Any]) -> None:
    package = next(p for p in PACKAGES if p["identifier"] == fact["identifier"])
    assert package["resource_type_mapping_basis"] == fact["resource_type_mapping_basis"]


PAGES: dict[str, Json] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((SCHEMAS / "settings").glob("*.schema.json"))
}

# What the reference calls required, though its own text contradicts that: page and setting, and the half that may go without.
DISPUTED_REQUIRED = {("openldap", "Filter"): "fulfill"}


def reference_pages() -> dict[str, Json]:
    """Return the connector pages of the reference folder, none when the folder is absent."""
    if not REFERENCE.is_dir():
        return {}
    yaml = pytest.importorskip("yaml")
    folder = REFERENCE / "connectors"
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}


FACTS = reference_pages()


def settings_of(fact: Json) -> list[tuple[str, str, Json]]:
    """Return half, name and description of every documented setting of a page."""
    return [(half, entry["name"], entry) for half in ("export", "fulfill") for entry in fact[half]]


def required_halves(page: Json, name: str) -> list[str]:
    parent, _, key = name.rpartition(".")
    if key in (node_at(page, parent) if parent else page).get("required", []):
        return list(page["x-idmxml-halves"])
    return list(node_at(page, name).get("x-idmxml-required-for", []))


ACCEPTED: dict[str, list[Json]] = {
    "Boolean": [True, "true", "False"],
    "Int32": [5, "5"],
    "String": ["x"],
    "String List": [["x"]],
}
REFUSED: dict[str, list[Json]] = {
    "Boolean": ["yes", 1, {}],
    "Int32": ["five", 1.5, True, []],
    "String": [{}, []],
    "String List": ["x", {}],
}


@with_reference
def test_pages_are_those_of_the_reference() -> None:
    assert {*PAGES} == {*FACTS}
    assert all(PAGES[name]["x-idmxml-packages"] == sorted(fact["packages"]) for name, fact in FACTS.items())
    assert {name for name, page in PAGES.items() if page.get("x-idmxml-open")} == {
        n for n, fact in FACTS.items() if not settings_of(fact)
    }


@with_reference
@pytest.mark.parametrize("name", FACTS)
def test_settings_have_the_documented_type(name: str) -> None:
    for _, setting, entry in settings_of(FACTS[name]):
        node = node_at(PAGES[name], setting)
        validator = Draft202012Validator({"$defs": PAGES[name].get("$defs", {}), **node})
        values = entry["enum"][:1] if entry["enum"] else []
        right = [[*values]] if entry["type"] == "String List" and values else values or ACCEPTED.get(entry["type"], [])
        # A list of single objects or of pairs is told by its nested settings.
        nested = [other for _, other, _ in settings_of(FACTS[name]) if other.startswith((f"{setting}[].", f"{setting}."))]
        assert all(validator.is_valid(value) for value in right), setting
        assert not any(validator.is_valid(value) for value in REFUSED.get(entry["type"], [])), setting
        assert not nested or node["type"] == ("array" if nested[0].startswith(f"{setting}[]") else "object")


@with_reference
@pytest.mark.parametrize("name", FACTS)
def test_settings_are_required_as_documented(name: str) -> None:
    documented: dict[str, list[str]] = {}
    for half, setting, entry in settings_of(FACTS[name]):
        documented.setdefault(setting, [])
        firm = entry["required"] and not entry.get("evidence") and DISPUTED_REQUIRED.get((name, setting)) != half
        documented[setting] += [half] if firm else []
    documented = {setting: halves for setting, halves in documented.items() if "<" not in setting}
    assert {setting: required_halves(PAGES[name], setting) for setting in documented} == documented


@with_reference
@pytest.mark.parametrize("name", FACTS)
def test_settings_have_the_documented_default_and_values(name: str) -> None:
    for _, setting, entry in settings_of(FACTS[name]):
        node = node_at(PAGES[name], setting)
        if entry["default"] is not None:
            assert node["default"] == entry["default"]
        if entry["enum"]:
            form = node.get("items", node)
            allowed = form["examples"] if "examples" in form else form["anyOf"][0]["enum"]
            assert allowed == entry["enum"] or {*entry["enum"]} <= {*allowed}


@with_reference
@pytest.mark.parametrize("name", FACTS)
def test_secrets_are_those_of_the_reference(name: str) -> None:
    page, fact = PAGES[name], FACTS[name]
    secured = {setting for _, setting, entry in settings_of(fact) if entry["secret"]} | {*fact["secured"]}
    assert all(node_at(page, setting).get("x-idmxml-secret") for setting in secured)
    documented = {setting for _, setting, _ in settings_of(fact)}
    assert not any(node_at(page, setting).get("x-idmxml-secret") for setting in documented - secured)
    credentials = {setting for setting in documented if "x-idmxml-credential" in node_at(page, setting)}
    assert credentials == {*fact.get("credentials", [])}
    vault = {setting for setting in names_in(page) if node_at(page, setting).get("x-idmxml-vault")}
    assert {setting for setting in fact.get("cyberark", []) if "<" not in setting} <= vault


@with_reference
@pytest.mark.parametrize("name", FACTS)
def test_settings_keep_mode_half_path_and_unit(name: str) -> None:
    for half, setting, entry in settings_of(FACTS[name]):
        node = node_at(PAGES[name], setting)
        assert node["x-idmxml-half"] in {half, "both"}
        assert node.get("x-idmxml-mode") == entry.get("mode")
        assert {**node.get("items", {}), **node}.get("x-idmxml-path") == node.get("x-idmxml-path", entry.get("path"))
        assert node.get("x-idmxml-unit") == entry.get("unit")


@with_reference
@pytest.mark.parametrize("name", FACTS)
def test_every_rule_of_the_page_stands_once(name: str) -> None:
    fact, rules = FACTS[name], PAGES[name]["x-idmxml-rules"]
    for basis, key in (("documented", "rules"), ("inferred", "inferred_rules")):
        told = fact.get(key, [])
        kept = [rule for rule in rules if rule["basis"] == basis]
        assert len(kept) == len(told)
        for sentence, rule in zip(told, kept, strict=True):
            words = {*re.findall(r"\w+", json.dumps(rule))}
            named = {s for s in names_in(PAGES[name]) if re.search(rf"\b{re.escape(s)}\b", sentence) and "[" not in s}
            assert named <= words, (sentence, rule["id"])
