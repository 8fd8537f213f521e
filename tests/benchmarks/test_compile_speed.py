"""Time and memory of a compilation and of formatting, beside a check of the same repository.

Run with ``pytest tests/benchmarks/test_compile_speed.py -m benchmark --benchmark-connectors 1000``.
"""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from generated_repository import write_repository
from measuring import Cost, command, measured

from idmxml.expansion.expand import expand
from idmxml.expansion.item import Origin
from idmxml.expansion.read import parse_fragment

pytestmark = pytest.mark.benchmark
TIMES_A_CHECK, MOST_MEGABYTES = 2.0, 1500.0
TIMES_FOUR_TIMES_AS_MANY = 7.0
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


def test_many_scaffoldings_of_one_kind_cost_as_much_each(tell: Tell) -> None:
    few, many = (min(expansion_seconds(number) for _ in range(3)) for number in (250, 1000))
    tell(f"250 scaffoldings {few:.2f} s, 1,000 scaffoldings {many:.2f} s: {many / few:.1f} times")
    assert many <= TIMES_FOUR_TIMES_AS_MANY * few


def expansion_seconds(number: int) -> float:
    parts = (
        f'<EntityType Identifier="T{each}" DisplayName_L1="T"><Property Identifier="Next" Type="ForeignKey"/>'
        f'<Property Identifier="Former" Type="ForeignKey"/></EntityType>'
        f'<EntityAssociation Identifier="T{each}" Property1="T{each}:Next" Property2="T{(each + 1) % number}:Former"/>'
        f'<ReviewProvisioningAccessControlRules EntityType="T{each}" Profile="P"/>'
        f'<UniverseDataModel Universe="U" EntityType="T{each}"/>'
        for each in range(number)
    )
    items = parse_fragment("".join(parts), Origin("a.xml", 1, 1))
    start = process_time()
    expand(items).items()
    return process_time() - start
