"""Completion in shells: the scripts, and what a real bash, fish and zsh make of their own; no PowerShell is asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_run import Run
from program_on_path import with_program
from required_programs import program
from zsh_in_terminal import zsh_terminal

from idmxml.cli.completion_command import SHELLS, VARIABLE
from idmxml.cli.main import COMMANDS

BASH = shutil.which("bash")
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="the program is a script of sh")
# What bash does when somebody presses the tab key after these words.
PRESS = """
eval "$(idmxml completion bash)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
compopt() { echo "asked for $2"; }
_idmxml_completion idmxml
printf '%s\\n' "${COMPREPLY[@]}"
"""

FISH = "idmxml completion fish | source; complete --do-complete $argv[1]"


def _pressed(folder: Path, *words: str) -> list[str]:
    assert BASH is not None
    done = subprocess.run(
        [BASH, "--norc", "-c", PRESS, "idmxml", "idmxml", *words],
        env=with_program(folder),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


@pytest.mark.skipif(BASH is None or os.name == "nt", reason="needs bash")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("",), sorted(COMMANDS)),
        (("comp",), ["compile", "completion"]),
        (("connection", "re"), ["refresh"]),
        (("check", "--fail-on", "w"), ["warning"]),
        (("check", "--sel"), ["--select"]),
        (("completion", ""), list(SHELLS)),
        (("check", "Con"), ["asked for default", ""]),
        (("nothing-like-it", "x"), [""]),
    ],
    ids=" ".join,
)
def test_bash_completes(tmp_path: Path, words: tuple[str, ...], found: list[str]) -> None:
    assert _pressed(tmp_path, *words) == found


@ON_POSIX
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("idmxml ", sorted(COMMANDS)),
        ("idmxml comp", ["compile", "completion"]),
        ("idmxml connection re", ["refresh"]),
        ("idmxml check --fail-on w", ["warning"]),
        ("idmxml check --sel", ["--select"]),
        ("idmxml check Co", ["Conf/"]),
        ("idmxml nothing-like-it x", []),
    ],
)
def test_fish_completes(tmp_path: Path, line: str, found: list[str]) -> None:
    (tmp_path / "Conf").mkdir()
    words = [program("fish"), "--no-config", "--command", FISH, line]
    environment = {**with_program(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [each.partition("\t")[0] for each in done.stdout.splitlines()] == found


@ON_POSIX
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("idmxml comp", ["idmxml compile", "idmxml completion"]),
        ("idmxml connection re", ["idmxml connection refresh "]),
        ("idmxml check --fail-on w", ["idmxml check --fail-on warning "]),
        ("idmxml check --sel", ["idmxml check --select "]),
        ("idmxml check Co", ["idmxml check Conf/"]),
        ("idmxml completion ", [f"idmxml completion {each}" for each in SHELLS]),
        ("idmxml nothing-like-it x", ["idmxml nothing-like-it x"]),
    ],
)
def test_zsh_completes(tmp_path: Path, line: str, found: list[str]) -> None:
    (tmp_path / "Conf").mkdir()
    with zsh_terminal(program("zsh"), tmp_path, with_program(tmp_path)) as terminal:
        assert [terminal.line_after(line + "\t" * (number + 1)) for number in range(len(found))] == found


@pytest.mark.parametrize("shell", SHELLS)
def test_script_asks_the_program(run: Run, shell: str) -> None:
    outcome = run("completion", shell)
    assert (outcome.code, outcome.err) == (0, "")
    assert VARIABLE in outcome.out
    assert f"{shell}_complete" in outcome.out
    assert "%(" not in outcome.out


@pytest.mark.parametrize("shell", SHELLS)
def test_program_answers_each_shell(shell: str) -> None:
    cursor = {"COMP_WORDS": "idmxml conn", "COMP_CWORD": "conn" if shell == "fish" else "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['idmxml']; from idmxml.cli.main import main; main()"],
        env={**os.environ, **cursor, VARIABLE: f"{shell}_complete"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "connection" in done.stdout
    assert "check" not in done.stdout.split()


def test_unknown_shell(run: Run) -> None:
    outcome = run("completion", "tcsh")
    assert outcome.code == 2
    assert "'tcsh' is not one of 'bash', 'fish', 'powershell', 'zsh'" in outcome.err
