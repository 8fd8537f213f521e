import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from idmxml.drivers.driver import Settings
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.facts.files import read_stored, schemas_folder
from idmxml.facts.packages import packages
from idmxml.facts.table_names import table_names

SCHEMA = read_stored("fixed-tables.schema.json")
FILES = sorted((schemas_folder() / "fixed-tables").glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_file_follows_its_schema(file: Path) -> None:
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert [each.message for each in Draft202012Validator(SCHEMA).iter_errors(stored)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_tables_are_those_of_the_package(file: Path) -> None:
    page = file.stem
    (package, *_others) = [each for each in packages().values() if each.settings == f"{page}.schema.json"]
    names = table_names(package)
    tables = fixed_tables(Settings("X", ""), page)
    suffixes = [each.identifier.removeprefix("X_") if each.identifier != "X" else None for each in tables]
    assert names is not None
    assert set(names.suffixes) <= set(suffixes)
    assert all(names.allows(each) for each in suffixes)
    for table in tables:
        assert len(table.by_name) == len(table.columns)


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_foreign_columns_lead_to_columns(file: Path) -> None:
    tables = fixed_tables(Settings("X", ""), file.stem)
    columns = {f"{table.identifier}:{column.identifier}" for table in tables for column in table.columns}
    assert {each.foreign_column for table in tables for each in table.columns if each.foreign_column} <= columns
