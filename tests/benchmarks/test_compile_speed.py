"""Time and memory of a compilation and of formatting, beside a check of the same repository.

Run with ``pytest tests/benchmarks/test_compile_speed.py -m benchmark --benchmark-connectors 1000``.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from generated_repository import write_repository
from measuring import Cost, command, measured

pytestmark = pytest.mark.benchmark
TIMES_A_CHECK, MOST_MEGABYTES = 2.0, 1500.0
Tell = Callable[[str], None]


@pytest.fixture(scope="module")
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    write_repository(root, int(request.config.getoption("--benchmark-connectors")))
    return root


def best(*words: str | Path) -> Cost:
    return min((measured([*command(), *words]) for _ in range(2)), key=lambda each: each.seconds)


def test_compile_beside_check(large: Path, tell: Tell, tmp_path: Path) -> None:
    checked = best("check", large, "--fail-on", "warning")
    compiled = best("compile", large, "-o", tmp_path / "out")
    tell(f"check {checked}, compile {compiled}: {compiled.seconds / checked.seconds:.2f} times")
    assert compiled.code == 0
    assert compiled.seconds <= TIMES_A_CHECK * checked.seconds
    assert compiled.megabytes <= MOST_MEGABYTES


def test_formatting_beside_check(large: Path, tell: Tell) -> None:
    checked = best("check", large, "--fail-on", "warning")
    looked_at = best("fmt", "--check", large)
    tell(f"check {checked}, fmt --check {looked_at}: {looked_at.seconds / checked.seconds:.2f} times")
    assert looked_at.code == 1
    assert looked_at.seconds <= checked.seconds
