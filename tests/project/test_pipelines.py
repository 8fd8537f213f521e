"""The GitHub action and the GitLab job: their steps run in bash as the services run them, with the README's examples."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from readme_examples import example

from idmxml.reports.formats import FORMATS

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
JOB_FILE = ".gitlab/idmxml.gitlab-ci.yml"
JOB = yaml.safe_load((ROOT / JOB_FILE).read_text(encoding="utf-8"))["idmxml"]
BASH = shutil.which("bash")
STEPS = {each["name"]: each for each in ACTION["runs"]["steps"] if "name" in each}
# pip builds with what the tests have and fetches nothing; the value 0 is how pip spells "no isolation".
OFFLINE = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PYTHONPATH": sysconfig.get_path("purelib")}
pytestmark = [
    pytest.mark.skipif(os.name == "nt" or BASH is None, reason="needs bash"),
    pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="needs hatchling to build without a network"),
]


@dataclass(frozen=True)
class Place:
    """A folder of a runner, with the program that the action's own step installed."""

    temporary: Path
    program: str


def bash(script: str, cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as both services do: stop at the first fault, also one inside a pipe."""
    assert BASH is not None
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env={**os.environ, **OFFLINE, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("runner with a space")
    told = folder / "environment"
    python = f"{sysconfig.get_path('scripts')}/python"
    given = {"PYTHON": python, "SOURCE": str(ROOT), "RUNNER_TEMP": str(folder), "GITHUB_ENV": str(told)}
    assert set(STEPS["Install idmxml"]["env"]) == {"PYTHON", "SOURCE"}
    done = bash(STEPS["Install idmxml"]["run"], folder, given)
    assert done.returncode == 0, done.stdout + done.stderr
    name, program = told.read_text(encoding="utf-8").removesuffix("\n").split("=", 1)
    assert name == "IDMXML"
    assert Path(program).is_file()
    return Place(folder, program)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "samples" / "contoso", tmp_path / "checkout"))


def _break(checkout: Path) -> str:
    """Name a package wrongly; the path of the file."""
    name = min(each for each in checkout.rglob("* Connector.xml") if b'Package="Usercube.' in each.read_bytes())
    name.write_bytes(name.read_bytes().replace(b'Package="Usercube.', b'Package="Usrcube.', 1))
    return name.relative_to(checkout).as_posix()


def _action(place: Place, checkout: Path, given: Mapping[str, str]) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the action's check with these inputs; what came of it, and the summary of the job."""
    inputs = {**{name: str(each["default"]) for name, each in ACTION["inputs"].items()}, **given}
    step = STEPS["Check"]
    words = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)
        for name, text in step["env"].items()
    }
    summary = checkout.parent / "summary"
    summary.write_text("before\n")
    runner = {"RUNNER_TEMP": str(place.temporary), "GITHUB_STEP_SUMMARY": str(summary), "IDMXML": place.program}
    (place.temporary / "idmxml-summary.md").unlink(missing_ok=True)
    return bash(step["run"], checkout, {**words, **runner}), summary.read_text(encoding="utf-8")


def test_action_is_a_composite_one() -> None:
    assert {"name", "description", "inputs", "outputs", "runs"} <= set(ACTION)
    assert ACTION["runs"]["using"] == "composite"
    assert set(ACTION["inputs"]) == {"path", "fail-on", "select", "ignore", "sarif"}
    for step in ACTION["runs"]["steps"]:
        assert ("uses" in step) != ("run" in step)
        assert step.get("shell") == ("bash" if "run" in step else None)
        assert "${{" not in step.get("run", ""), "an input could be read as a command"


def test_action_on_a_clean_repository(place: Place, checkout: Path) -> None:
    done, summary = _action(place, checkout, {})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert summary.startswith("before\n")
    assert "all clean" in summary
    assert json.loads((checkout / "idmxml.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []


def test_action_on_a_fault(place: Place, checkout: Path) -> None:
    file = _break(checkout)
    done, summary = _action(place, checkout, {"sarif": "a b.sarif"})
    assert (done.returncode, done.stderr) == (1, "")
    assert f"::error file={file}," in done.stdout
    assert "IDM3103" in summary
    results = json.loads((checkout / "a b.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert "IDM3103" in {each["ruleId"] for each in results}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"fail-on": "never"}, 0),
        ({"fail-on": "warning"}, 1),
        ({"select": "IDM0"}, 0),
        ({"select": "IDM3103"}, 1),
        ({"select": "IDM3103", "ignore": "IDM31"}, 0),
        ({"path": "Nowhere"}, 2),
        ({"path": "$(exit 0)"}, 2),
        ({"fail-on": "sometimes"}, 2),
    ],
    ids=str,
)
def test_inputs_of_the_action(place: Place, checkout: Path, given: dict[str, str], code: int) -> None:
    _break(checkout)
    done, _ = _action(place, checkout, given)
    assert done.returncode == code, done.stdout + done.stderr


def test_example_of_the_action(place: Place, checkout: Path) -> None:
    steps = example("jobs")["jobs"]["configuration"]["steps"]
    ours = next(each["with"] for each in steps if each["uses"].startswith("OWNER/idmxml@"))
    upload = next(each["with"] for each in steps if "upload-sarif" in each["uses"])
    assert set(ours) <= set(ACTION["inputs"])
    assert upload["sarif_file"] == ACTION["inputs"]["sarif"]["default"]
    assert _action(place, checkout, ours)[0].returncode == 0
    _break(checkout)
    assert _action(place, checkout, ours)[0].returncode == 1


def _job(place: Place, checkout: Path, given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of GitLab's job, in the environment into which the action has installed the program."""
    path = f"{Path(place.program).parent}{os.pathsep}{os.environ['PATH']}"
    return bash("\n".join(JOB["script"]), checkout, {**JOB["variables"], **given, "PATH": path})


def test_job_on_a_fault(place: Place, checkout: Path) -> None:
    file = _break(checkout)
    done = _job(place, checkout, {"IDMXML_SOURCE": str(ROOT)})
    assert done.returncode == 1, done.stderr
    assert "IDM3103" in done.stdout
    report = JOB["artifacts"]["reports"]["codequality"]
    assert JOB["artifacts"] == {"when": "always", "paths": [report], "reports": {"codequality": report}}
    found: list[Any] = json.loads((checkout / report).read_text(encoding="utf-8"))
    assert ("IDM3103", file) in {(each["check_name"], each["location"]["path"]) for each in found}


def test_example_of_the_job(place: Place, checkout: Path) -> None:
    shown = example("include")
    assert shown["include"][0]["file"] == f"/{JOB_FILE}"
    given = shown["idmxml"]["variables"]
    assert set(given) <= set(JOB["variables"])
    done = _job(place, checkout, {**given, "IDMXML_SOURCE": str(ROOT)})
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((checkout / "gl-code-quality-report.json").read_text(encoding="utf-8")) == []


def test_job_without_a_source(place: Place, checkout: Path) -> None:
    done = _job(place, checkout, {})
    assert (done.returncode, done.stdout) == (2, "Set IDMXML_SOURCE to what pip has to install.\n")


def test_formats_of_both_exist() -> None:
    asked = re.findall(r'--(?:format |output "?)([a-z]+)', STEPS["Check"]["run"] + JOB["script"][-1])
    assert asked == ["github", "sarif", "markdown", "gitlab"]
    assert set(asked) <= set(FORMATS)
