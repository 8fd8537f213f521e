"""Two large repositories with a thousand changes are compared in at most 2.5 times the time of one check.

Run with ``pytest tests/diff -m benchmark --benchmark-connectors 1000``.
"""

import random
import re
import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from generated_repository import write_repository
from measuring import Cost, command, measured

pytestmark = pytest.mark.benchmark
MOST_TIMES = 2.5
CHANGES = 1_000
TELLING = re.compile(r'(ConnectionColumn|DisplayName_L1)="')


@pytest.fixture(scope="module")
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the folders ``old`` and ``new``, which differ in some lines of many files."""
    root = tmp_path_factory.mktemp("two")
    write_repository(root / "old", int(request.config.getoption("--benchmark-connectors")))
    shutil.copytree(root / "old", root / "new")
    files = sorted((root / "new").rglob("*.xml"))
    chance = random.Random(7)
    for number in range(min(CHANGES, len(files) - 1)):
        change(files[number], chance)
    return root


def change(file: Path, chance: random.Random) -> None:
    lines = file.read_text(encoding="utf-8").split("\n")
    place = chance.choice([number for number, line in enumerate(lines) if TELLING.search(line)] or [0])
    lines[place] = TELLING.sub(r'\1="x', lines[place], count=1)
    file.write_text("\n".join(lines), encoding="utf-8")


def test_a_thousand_changes(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = [measured([*command(), "check", two / "old"]) for _ in range(2)]
    diffs = [measured([*command(), "diff", two / "old", two / "new", "--format", "concise"]) for _ in range(2)]
    check, diff = min(map(_seconds, checks)), min(map(_seconds, diffs))
    with capsys.disabled():
        print(f"\n    check {check:.2f} s, diff {diff:.2f} s: {diff / check:.2f} times")  # noqa: T201  what a benchmark is for
    assert diff <= MOST_TIMES * check


def _seconds(cost: Cost) -> float:
    return cost.seconds
