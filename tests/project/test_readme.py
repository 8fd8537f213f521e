"""The README's tables are what the program has; ``pytest tests/project/test_readme.py --update-golden`` rewrites them."""

import re
from pathlib import Path

import pytest
from readme_tables import TABLES, table

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("name", TABLES)
def test_table_is_current(name: str, request: pytest.FixtureRequest) -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"(?<=<!-- {name} -->\n)(.*?)(?=<!-- /{name} -->)", text, re.DOTALL)
    assert found is not None, f"the README has no place for the table of {name}"
    wanted = f"{table(name)}\n"
    if request.config.getoption("--update-golden"):
        README.write_text(text[: found.start()] + wanted + text[found.end() :], encoding="utf-8")
    else:
        assert found[0] == wanted
