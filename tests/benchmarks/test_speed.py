"""Time and memory of a check of a generated repository, beside xmllint over the same files.

Run with ``pytest tests/benchmarks -m benchmark --benchmark-connectors 1000``.
"""

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from generated_repository import write_repository
from lxml import etree
from measuring import Cost, command, measured, quick

from idmxml.checks.engine import judge
from idmxml.checks.examine import Examiner
from idmxml.checks.plan import Plan
from idmxml.checks.registry import rules, runnable
from idmxml.facts.files import xsd_file
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.filefacts import by_kind, facts_of
from idmxml.model.projection import Columns
from idmxml.source.fast import KindTable, entries_of, make_parser

pytestmark = pytest.mark.benchmark
Tell = Callable[[str], None]


@pytest.fixture(scope="session")
def connectors(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--benchmark-connectors"))


@pytest.fixture(scope="session")
def large(connectors: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    write_repository(root, connectors)
    return root


def check(root: Path, *words: str) -> Cost:
    cost = measured([*command(), "check", root, "--fail-on", "warning", *words])
    assert cost.code == 0, "the generated repository is correct"
    return cost


def xmllint(root: Path) -> Cost | None:
    """The same verdict on structure by the tool that comes with libxml2; None where there is none."""
    program = shutil.which("xmllint")
    if program is None:
        return None
    listing = root / "files.txt"
    listing.write_text("\n".join(f'"{each}"' for each in sorted(root.rglob("*.xml"))), encoding="utf-8")
    cost = measured(["xargs", "-n", "100000", "-a", listing, program, "--noout", "--schema", xsd_file()])
    assert cost.code == 0, "the generated repository is valid"
    return cost


def test_check_beside_xmllint(large: Path, tell: Tell) -> None:
    files = list(large.rglob("*.xml"))
    tell(f"{len(files):,} files, {sum(each.stat().st_size for each in files) / 1e6:.1f} MB")
    best = min((xmllint(large) for _ in range(2)), key=lambda each: each.seconds if each else 0)
    one = check(large, "--jobs", "1")
    every = check(large)
    tell(f"check, a process a core: {every}")
    tell(f"check, one process:      {one}")
    if best is not None:
        tell(f"xmllint:                 {best}")
        tell(f"check / xmllint:         {every.seconds / best.seconds:.2f} (one process {one.seconds / best.seconds:.2f})")


def test_ten_times_the_size(connectors: int, large: Path, tell: Tell, tmp_path: Path) -> None:
    write_repository(tmp_path, max(connectors // 10, 1))
    small, ten_times = check(tmp_path), check(large)
    start = quick([*command(), "check", tmp_path / "Conf/Common Role Model.xml"]) / 1000
    tell(f"a tenth {small}, the whole {ten_times}: {ten_times.seconds / small.seconds:.1f} times")
    growth = (ten_times.seconds - start) / max(small.seconds - start, 0.001)
    tell(f"without the {start:.2f} s of starting: {growth:.1f} times")


def test_small_things(tell: Tell, tmp_path: Path) -> None:
    write_repository(tmp_path, 0)
    tell(f"--version:          {quick([*command(), '--version']):.0f} ms")
    tell(f"one small file:     {quick([*command(), 'check', tmp_path]):.0f} ms")
    tell(f"explain IDM3103:    {quick([*command(), 'explain', 'IDM3103']):.0f} ms")


def test_cost_of_each_step(large: Path, tell: Tell) -> None:
    steps: dict[str, float] = {}
    files = {each.name: each.read_bytes() for each in sorted(large.rglob("*.xml"))}
    with _timed(steps, "rules, tables and XSD"):
        plan = Plan(runnable(frozenset(rules())))
        examiner = Examiner(plan)
        examiner.prepare()
    parser, table, facts = make_parser(), KindTable(language()), []
    gc.disable()
    for name, data in files.items():
        with _timed(steps, "parse"):
            root = etree.fromstring(data, parser)
        with _timed(steps, "entries"):
            entries = entries_of(root, table)
            grouped = {kind: Columns(each) for kind, each in by_kind(entries).items()}
        with _timed(steps, "identities and rows"):
            facts.append(facts_of(name, grouped, len(entries) - 1, plan.layout, language()))
        with _timed(steps, "rules of one file"):
            suspects = examiner._suspects(grouped)
        assert suspects == [] or all(rule.severity.label == "info" for rule, _ in suspects)
        with _timed(steps, "XSD"):
            assert examiner._schema.validate(root)
        for entry in entries:
            entry.children = []  # breaks cycles, as the program does
    with _timed(steps, "merge and rules of the whole"):
        judge(plan, Context(language(), plan.projections, facts))
    gc.enable()
    total = sum(steps.values())
    for step, seconds in steps.items():
        tell(f"{step:<30}{seconds:7.2f} s {100 * seconds / total:4.0f} %")


@contextmanager
def _timed(steps: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    steps[step] = steps.get(step, 0.0) + time.perf_counter() - started
