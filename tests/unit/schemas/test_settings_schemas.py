"""The JSON Schemas of connection settings: valid, and right about sections made from them."""

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from settings_pages import names_in, node_at

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = ROOT / "schemas"
Json = Any
Place = tuple[str | int, ...]

PAGES: dict[str, Json] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((SCHEMAS / "settings").glob("*.schema.json"))
}
VOCABULARY: Json = json.loads((SCHEMAS / "settings" / "vocabulary" / "page.schema.json").read_text(encoding="utf-8"))
PACKAGES: list[Json] = json.loads((SCHEMAS / "packages.json").read_text(encoding="utf-8"))["packages"]
CLOSED = [name for name, page in PAGES.items() if not page.get("x-idmxml-open")]


@cache
def effective(page_name: str, halves: tuple[str, ...]) -> Json:
    """Return the schema of a section while these halves are active: what one of them requires is required."""

    def tighten(node: Json) -> None:
        for key, child in node.get("properties", {}).items():
            if {*child.get("x-idmxml-required-for", [])} & {*halves}:
                node["required"] = [*node.get("required", []), key]
            tighten(child.get("items", child))

    schema = copy.deepcopy(PAGES[page_name])
    tighten(schema)
    return schema


def standalone(page: Json, node: Json) -> Draft202012Validator:
    return Draft202012Validator({"$defs": page.get("$defs", {}), **node})


def literal(pattern: str) -> str:
    """Return a text for one of the any-case patterns of the schemas, such as ^(?:[Bb][Aa][Ss][Ii][Cc])$."""
    text = re.sub(r"\[(.)[^\]]*\]", r"\1", pattern.removeprefix("^(?:").removesuffix(")$")).partition("|")[0]
    return text if re.search(pattern, text) else "5"


def sample(page: Json, node: Json) -> Json:
    """Return a small right value for a schema, which may still lack what conditions ask for."""
    node = page["$defs"][node["$ref"].removeprefix("#/$defs/")] if "$ref" in node else node
    node = node["anyOf"][0] if "anyOf" in node else node
    if "enum" in node:
        return node["enum"][0]
    kinds = node.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return {key: sample(page, node["properties"][key]) for key in node.get("required", [])}
    if kind == "array":
        item = sample(page, node["items"])
        contained = node.get("contains", {}).get("properties", {})
        return [{**item, **{key: literal(child["pattern"]) for key, child in contained.items()}} if contained else item]
    if kind == "string":
        return literal(node["pattern"]) if "pattern" in node else "x"
    return True if kind == "boolean" else node.get("minimum", 1)


def missing_keys(error: ValidationError) -> list[str]:
    """Return the keys a failed `required` asks for, or those of the first alternative of a failed `anyOf`."""
    asked: Json = error.validator_value
    return list(asked if error.validator == "required" else asked[0]["required"])


def minimal(page_name: str, halves: tuple[str, ...]) -> Json:
    """Return a smallest right section: what is required, then what validation says is missing."""
    schema = effective(page_name, halves)
    section = sample(schema, schema)
    for _ in range(10):
        errors = list(Draft202012Validator(schema).iter_errors(section))
        if not errors:
            return section
        missing = [key for error in errors for key in missing_keys(error)]
        section |= {key: sample(schema, schema["properties"][key]) for key in missing}
    raise AssertionError([error.message for error in errors])


def objects(schema: Json, value: Json, place: Place = ()) -> Iterator[tuple[Json, Place]]:
    """Yield each object of a section that has a schema of named keys, with its place."""
    if not isinstance(value, dict) or "properties" not in schema:
        return
    yield schema, place
    for key, child in value.items():
        node = schema["properties"].get(key, {})
        if isinstance(child, list):
            for index, item in enumerate(child):
                yield from objects(node.get("items", {}), item, (*place, key, index))
        else:
            yield from objects(node, child, (*place, key))


def inside(section: Json, place: Place) -> Json:
    for step in place:
        section = section[step]
    return section


def full(page_name: str, halves: tuple[str, ...]) -> Json:
    """Return a right section in which every list and object with named keys stands."""
    schema = effective(page_name, halves)
    section = minimal(page_name, halves)
    for key, node in schema["properties"].items():
        if key not in section and not node.get("deprecated") and "properties" in node.get("items", node):
            section[key] = sample(schema, node)
    return section


def wrong_for(node: Json) -> Json:
    return "wrong" if node.get("type") in {"array", "object"} else {"wrong": ["wrong"]}


def errors_of(schema: Json, section: Json) -> list[tuple[str, Place, str]]:
    found = Draft202012Validator(schema).iter_errors(section)
    return [(str(error.validator), tuple(error.absolute_path), error.message) for error in found]


def halves_cases(package: Json) -> list[tuple[str, ...]]:
    halves = tuple(half for half, has in (("export", package["exports"]), ("fulfill", package["fulfills"])) if has)
    return [halves] if len(halves) < 2 else [halves, ("export",), ("fulfill",)]


def page_of(package: Json) -> str:
    return str(package["settings"]).removesuffix(".schema.json")


SECTIONS = [
    pytest.param(page_of(package), halves, id=f"{package['identifier'] or package['display_name']}-{'+'.join(halves)}")
    for package in PACKAGES
    if package["settings"]
    for halves in halves_cases(package)
]


@pytest.mark.parametrize(("page", "halves"), SECTIONS)
def test_minimal_section_passes(page: str, halves: tuple[str, ...]) -> None:
    for section in (minimal(page, halves), full(page, halves)):
        assert errors_of(effective(page, halves), section) == []


@pytest.mark.parametrize(("page", "halves"), SECTIONS)
def test_missing_key_is_found_where_it_is_missing(page: str, halves: tuple[str, ...]) -> None:
    schema, section = effective(page, halves), full(page, halves)
    for node, place in objects(schema, section):
        for key in node.get("required", []):
            broken = copy.deepcopy(section)
            del inside(broken, place)[key]
            assert ("required", place, f"'{key}' is a required property") in errors_of(schema, broken)


@pytest.mark.parametrize(("page", "halves"), SECTIONS)
def test_unknown_key_is_found_on_documented_pages_alone(page: str, halves: tuple[str, ...]) -> None:
    schema, section = effective(page, halves), full(page, halves)
    for _, place in objects(schema, section):
        broken = copy.deepcopy(section)
        inside(broken, place)["Unknwon"] = "x"
        found = [(validator, where) for validator, where, _ in errors_of(schema, broken)]
        is_open = page not in CLOSED or "Options" in place
        assert found == ([] if is_open else [("additionalProperties", place)])


@pytest.mark.parametrize(("page", "halves"), SECTIONS)
def test_wrong_type_is_found_at_the_value(page: str, halves: tuple[str, ...]) -> None:
    schema, section = effective(page, halves), full(page, halves)
    for node, place in objects(schema, section):
        for key, child in node["properties"].items():
            broken = copy.deepcopy(section)
            inside(broken, place)[key] = wrong_for(child)
            assert (*place, key) in [where for _, where, _ in errors_of(schema, broken)]


SERVER = {"Server": "s", "BaseDN": "dc=x"}
BASIC = {"Server": "s", "AuthType": "Basic", "Password": "x"}
ENTRIES = {"BaseDN": "dc=x", "Table": "entries"}
REMOTE = {"Mode": "Remote", "ServerUrl": "https://x", "ClientId": "x"}
SNOW = {"Server": "https://x", "Login": "x", "Password": "x"}
CONDITIONS = [
    ("activedirectory", {"Servers": [SERVER], "AuthType": "basic", "Login": "x"}, (), "Password"),
    ("activedirectory", {"Servers": [SERVER], "AuthType": "Negotiate"}, (), None),
    ("csv", {}, (), "Path"),
    ("csv", {"PathIncremental": "C:/x.csv"}, (), None),
    ("excel", {"SheetOptions": [{"SheetIgnored": "false"}]}, (), "PathIncremental"),
    ("homefolder", {"InputDirectories": ["C:/x"], "Login": "x@y"}, (), "Password"),
    ("ldap", {"Servers": [BASIC], "Tables": [ENTRIES]}, ("Servers", 0), "Login"),
    ("ldap", {"Servers": [{"Server": "s"}], "Tables": [ENTRIES]}, (), None),
    ("nimprofile", REMOTE, (), "ClientSecret"),
    ("nimprofile", {"Mode": "Local"}, (), None),
    ("sharedfolder", {"InputDirectories": ["//x/y"], "Password": "x"}, (), "Login"),
    ("sql", {"ConnectionString": "x", "ProviderDllName": "x.dll"}, (), "ProviderClassFullName"),
    ("sql", {"ConnectionString": "x", "IsolationLevel": None, "Timeout": "30"}, (), None),
    ("scim-v2.0", {"Server": "https://x/v2", "Login": "x"}, (), "Password"),
    ("scim-v2.0", {"Server": "https://x/v2", "OAuthToken": "x"}, (), None),
    ("servicenowentitymanagement", {**SNOW, "OAuth2Url": "https://x"}, (), "ClientSecret"),
    ("servicenowticket", {**SNOW, "ClientId": "x", "OAuth2Url": "https://x"}, (), "ClientSecret"),
    ("openldap", {"Server": "s:389", "DistinguishedName": "dc=x", "Login": "x", "Password": 7, "Scope": "SubTree"}, (), None),
]


@pytest.mark.parametrize(("page", "section", "place", "missing"), CONDITIONS)
def test_condition_asks_for_its_setting(page: str, section: Json, place: Place, missing: str | None) -> None:
    found = errors_of(PAGES[page], section)
    if missing is None:
        assert found == []
    else:
        assert any(where == place and repr(missing) in message for _, where, message in found)


def test_scim_without_any_way_to_sign_in_is_wrong() -> None:
    assert [where for _, where, _ in errors_of(PAGES["scim-v2.0"], {"Server": "https://x/v2"})] == [()]
    token_address = {"Server": "https://x/v2", "OAuthToken": "x", "OAuth2Url": "https://x"}
    assert [where for _, where, _ in errors_of(PAGES["scim-v2.0"], token_address)] == [()]


def test_directory_without_entries_table_is_wrong() -> None:
    section = {"Servers": [{"Server": "s"}], "Tables": [{"BaseDN": "dc=x", "Table": "member"}]}
    assert [(v, where) for v, where, _ in errors_of(PAGES["ldap"], section)] == [("contains", ("Tables",))]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_valid_json_schema_with_known_extensions(name: str) -> None:
    page = PAGES[name]
    Draft202012Validator.check_schema(VOCABULARY)
    Draft202012Validator.check_schema(page)
    assert [f"{error.json_path}: {error.message}" for error in Draft202012Validator(VOCABULARY).iter_errors(page)] == []
    assert (page["$id"], page["x-idmxml-page"]) == (f"urn:idmxml:settings:{name}", name)


@pytest.mark.parametrize("name", PAGES)
def test_every_setting_is_described(name: str) -> None:
    for setting in names_in(PAGES[name]):
        assert node_at(PAGES[name], setting)["description"].endswith((".", "…}."))


@pytest.mark.parametrize("name", PAGES)
def test_default_is_a_right_value(name: str) -> None:
    for setting in names_in(PAGES[name]):
        node = node_at(PAGES[name], setting)
        assert "default" not in node or standalone(PAGES[name], node).is_valid(node["default"])


def pointed_at(page: Json, pointer: str) -> bool:
    for step in pointer.removeprefix("/").split("/"):
        page = page[int(step)] if isinstance(page, list) else page.get(step)
        if page is None:
            return False
    return True


def settings_named(check: Json) -> set[str]:
    """Return the settings a check speaks of, those of other pages left out."""
    lists = ("requires", "together", "differ", "useless", "deprecated", "package_default", "settings")
    maps = ("equals", "differs", "matches", "lacks", "contains", "not_all", "when")
    named = {name for verb in lists + maps for name in check.get(verb, ())}
    named |= {name for group in [*check.get("any_of", []), *check.get("modes", {}).values()] for name in group}
    named |= {check[verb].removesuffix("[]") for verb in ("unique", "table_from", "column_from") if verb in check}
    named |= {*check.get("moved", {}).values()}
    return {f"{check['each']}.{name}" if "each" in check else name for name in named if not name.startswith("@")}


@pytest.mark.parametrize("name", PAGES)
def test_rules_name_what_exists(name: str) -> None:
    page = PAGES[name]
    rules = page["x-idmxml-rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for check in (rule["check"] for rule in rules if rule["check"]):
        assert all(pointed_at(page, pointer) for pointer in check.get("schema", []))
        for setting in settings_named(check):
            assert node_at(page, setting)
        for setting in check.get("settings", []):
            node = node_at(page, setting)
            assert check["keyword"] in {**node.get("items", {}), **node}
        assert not {*check.get("foreign", {})} & {*page["properties"]}
        assert {*check.get("foreign", {}).values()} <= {*PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_patterns_of_rules_compile(name: str) -> None:
    for check in (rule["check"] for rule in PAGES[name]["x-idmxml-rules"] if rule["check"]):
        for pattern in [*check.get("matches", {}).values(), *check.get("lacks", {}).values()]:
            re.compile(pattern)
