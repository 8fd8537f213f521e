"""Style, types and layers: the tools find nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "ruff", "check", "--quiet", "--output-format", "concise"),
        ("-m", "ruff", "format", "--check", "--quiet"),
        ("-m", "mypy"),
        ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    ],
    ids=["ruff", "ruff format", "mypy", "import-linter"],
)
def test_nothing_is_found(words: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
