"""The samples: a correct repository gives nothing, and is as large as an integrator's."""

import json
from pathlib import Path

from command_run import Run

import idmxml

SAMPLES = Path(__file__).parents[2] / "samples"


def test_contoso_is_clean(run: Run) -> None:
    outcome = run("check", SAMPLES / "contoso", "--fail-on", "info", "--format", "json")
    report = json.loads(outcome.out)
    assert report["diagnostics"] == []
    assert (outcome.code, outcome.err) == (0, "")
    assert report["summary"]["files"] >= 20
    assert report["summary"]["objects"] >= 500


def test_contoso_in_a_script() -> None:
    report = idmxml.check(SAMPLES / "contoso", jobs=1)
    assert report.diagnostics == ()
    assert report.command == "check"
    assert report.tool_version == idmxml.__version__
