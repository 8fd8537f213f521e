"""Folders without rights: every command says which one, and that the machine is at fault."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
SETPRIV = shutil.which("setpriv")
IS_ROOT = os.name != "nt" and os.geteuid() == 0
OVERRIDES = "-dac_override,-dac_read_search"
WITHOUT_OVERRIDES = (
    (SETPRIV or "", f"--bounding-set={OVERRIDES}", f"--inh-caps={OVERRIDES}") if IS_ROOT else ()
)  # root is then held to rights like anybody else

pytestmark = pytest.mark.skipif(os.name == "nt" or (IS_ROOT and SETPRIV is None), reason="this user may read everything")


def run(*words: str, cwd: Path) -> tuple[int, str, str]:
    call = [*WITHOUT_OVERRIDES, sys.executable, "-m", "idmxml", *words]
    done = subprocess.run(call, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def closed(root: Path, path: str) -> Path:
    """The sample in ``root``, with a folder of it that nobody may look into."""
    shutil.copytree(SAMPLE, root / "contoso")
    folder = root / "contoso" / path
    folder.mkdir(exist_ok=True)
    folder.chmod(0)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("check", "contoso"),
        ("expand", "contoso"),
        ("fmt", "contoso"),
        ("compile", "contoso", "-o", "out"),
        ("connection", "list", "contoso"),
        ("connection", "refresh", "HRSites", "contoso"),
        ("schema", "show", "HRSites", "contoso"),
        ("diff", "contoso", "contoso"),
        ("new", "connector", "A", "--name", "A", "contoso"),
    ],
)
def test_a_repository_that_can_not_be_looked_into(words: tuple[str, ...], tmp_path: Path) -> None:
    folder = closed(tmp_path, "")
    try:
        code, out, err = run(*words, cwd=tmp_path)
    finally:
        folder.chmod(0o755)
    assert (code, out) == (3, "")
    assert err.endswith("contoso/idmxml.toml can't be reached: Permission denied; check its rights\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("path", [".idmxml", ".idmxml/schemas"])
@pytest.mark.parametrize(
    "words", [("check",), ("connection", "list"), ("connection", "refresh", "HRSites"), ("schema", "log", "HRSites")]
)
def test_schemas_that_can_not_be_read_are_not_taken_for_none(path: str, words: tuple[str, ...], tmp_path: Path) -> None:
    folder = closed(tmp_path, path)
    try:
        code, out, err = run(*words, "contoso", cwd=tmp_path)
    finally:
        folder.chmod(0o755)
    assert (code, out) == (3, "")
    assert err.startswith(f"idmxml: {tmp_path}/contoso/.idmxml/schemas")
    assert err.endswith(" can't be reached: Permission denied; check its rights\n")


def test_an_output_is_told_by_its_own_name(tmp_path: Path) -> None:
    folder = closed(tmp_path, "Output")
    folder.chmod(0o555)
    told = f"idmxml: {folder}/compiled can't be written: Permission denied\n"
    assert run("compile", "contoso", "-o", "contoso/Output/compiled", cwd=tmp_path) == (3, "", told)
