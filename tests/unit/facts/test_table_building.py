"""XSD to tables: stored tables are what the XSD gives, one object a line."""

import json

import pytest

from idmxml.facts.build import build, main, text
from idmxml.facts.files import TABLES, schemas_folder, xsd_file


def test_stored_tables_are_current() -> None:
    assert TABLES.read_text(encoding="utf-8") == text(build()), "run python -m idmxml.facts.build"


def test_text_is_the_tables_one_object_a_line() -> None:
    tables = build()
    lines = text(tables).splitlines()
    assert json.loads(text(tables)) == tables
    assert sum(line.startswith('"Agent": ') for line in lines) == 1
    assert all(len(line) < 20_000 for line in lines)


def test_files_lie_together() -> None:
    assert xsd_file().parent == schemas_folder()
    assert (schemas_folder() / "builtins.json").is_file()


def test_the_command_changes_nothing_when_all_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    before = TABLES.read_bytes()
    main()
    assert TABLES.read_bytes() == before
    assert capsys.readouterr().out == f"{TABLES} is up to date with usercube-configuration.xsd\n"
