"""Pieces are small: files of 400 lines, functions of 40 without their docstring, names that say what they hold."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(each for folder in ("idmxml", "tests") for each in (ROOT / folder).rglob("*.py"))
LINES, FUNCTION_LINES = 400, 40
VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools", "base"})
# What is larger, with the reason.
LARGE_FILES: dict[str, str] = {}
LARGE_FUNCTIONS: dict[str, str] = {
    "tests/unit/reports/test_as_sarif.py:test_one_result_in_full": "the whole value is the point",
}


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """The functions of a file, with their lines; the docstring of a rule is its page and counts for nothing."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if ast.get_docstring(node, clean=False) is not None:
                lines -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
            yield f"{name_of(file)}:{node.name}", lines


def test_files_are_small() -> None:
    large = {name_of(each) for each in FILES if len(each.read_text(encoding="utf-8").splitlines()) > LINES}
    assert large == set(LARGE_FILES)


def test_functions_are_small() -> None:
    large = {name for file in FILES for name, lines in functions(file) if lines > FUNCTION_LINES}
    assert large == set(LARGE_FUNCTIONS)


@pytest.mark.parametrize("file", [each for each in FILES if "idmxml" in each.relative_to(ROOT).parts[:1]], ids=name_of)
def test_names_say_what_they_hold(file: Path) -> None:
    assert file.stem not in VAGUE
    assert file.stem not in sys.stdlib_module_names
