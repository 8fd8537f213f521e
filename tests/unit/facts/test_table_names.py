import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idmxml.facts.files import schemas_folder
from idmxml.facts.packages import packages
from idmxml.facts.table_names import table_names

STORED = json.loads((schemas_folder() / "connection-tables.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((schemas_folder() / "connection-tables.schema.json").read_text(encoding="utf-8"))
SETTINGS = schemas_folder() / "settings"


def documented_tables(page: str) -> list[str] | None:
    """The suffixes that the settings schema of the page lists, None when it lists none."""
    schema = json.loads((SETTINGS / f"{page}.schema.json").read_text(encoding="utf-8"))
    found = [each["check"]["tables"] for each in schema["x-idmxml-rules"] if "tables" in (each.get("check") or {})]
    return found[0] if found else None


def test_data_follows_its_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [each.message for each in Draft202012Validator(SCHEMA).iter_errors(STORED)] == []


@pytest.mark.parametrize("page", STORED["pages"])
def test_every_page_is_that_of_a_package_with_tables(page: str) -> None:
    users = [each for each in packages().values() if each.settings == f"{page}.schema.json"]
    assert users != []
    assert all(each.exports and each.implements_entity_type_mapping is not False for each in users)


@pytest.mark.parametrize("page", [each for each in STORED["pages"] if documented_tables(each)])
def test_pages_agree_with_the_settings(page: str) -> None:
    stored: dict[str, Any] = STORED["pages"][page]
    listed = documented_tables(page) or []
    plain = [each for each in listed if "<" not in each]
    assert stored["suffixes"] == plain
    assert stored["level"] == "error" or stored["open"]


@pytest.mark.parametrize(
    ("package", "allowed", "refused"),
    [
        ("Usercube.CSV@0000001", [None], ["persons"]),
        ("Usercube.Excel@0000001", ["0", "12"], [None, "Persons"]),
        ("Usercube.RACF@0000001", ["0200"], [None, "0201"]),
        ("Usercube.AzureAD@0000001", ["directoryobjects", "owners_group"], [None, "users", "members_"]),
        ("Usercube.OpenLDAP@0000001", ["entry", "member"], [None, "entries"]),
        ("Usercube.AD@0000001", ["entries", "member", "anything"], [None]),
    ],
)
def test_suffixes(package: str, allowed: list[str | None], refused: list[str | None]) -> None:
    names = table_names(packages()[package])
    assert names is not None
    assert [each for each in (*allowed, *refused) if names.allows(each)] == allowed


def test_of_some_packages_nothing_is_known() -> None:
    assert table_names(packages()["Usercube.SQL@0000001"]) is None
    assert table_names(packages()["Usercube.Custom@0000001"]) is None
