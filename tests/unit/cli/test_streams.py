"""Standard streams that are closed or can't be written, and what a machine refuses."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest

from idmxml.cli.streams import fault_of_machine
from idmxml.errors import EnvironmentFault, UsageError

FULL = Path("/dev/full")
AGENT = '<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration"/>\n'


def redirected(redirection: str, *words: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command under a redirection of the shell."""
    call = ["sh", "-c", f'exec "$0" -m idmxml "$@" {redirection}', sys.executable, *words]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="redirections of POSIX shells")
@pytest.mark.parametrize("command", [("check",), ("explain", "IDM0001"), ("connection", "list"), ("--help",)])
def test_closed_streams_are_no_fault(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(AGENT, encoding="utf-8")
    assert redirected(">&- 2>&- <&-", *command, folder=tmp_path) == (0, "", "")
    code, out, err = redirected("2>&-", *command, folder=tmp_path)
    assert (code, bool(out), err) == (0, True, "")


@pytest.mark.skipif(not FULL.exists(), reason="a device that is always full is needed")
@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("check",), "standard output can't be written: No space left on device"),
        (("explain",), "standard output can't be written: No space left on device"),
        (("--help",), "the machine has no more room or files for this: No space left on device"),
    ],
)
def test_a_full_disk_is_a_fault_of_the_machine(command: tuple[str, ...], told: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(AGENT, encoding="utf-8")
    assert redirected(f"> {FULL}", *command, folder=tmp_path) == (3, "", f"idmxml: {told}\n")


def test_what_a_machine_refuses_is_told_without_the_path() -> None:
    long = fault_of_machine(OSError(errno.ENAMETOOLONG, "File name too long", "a secret"))
    assert (type(long), str(long)) == (UsageError, "a path is longer than this machine allows; name a shorter one")
    full = fault_of_machine(OSError(errno.EMFILE, "Too many open files", "a secret"))
    assert (type(full), str(full)) == (EnvironmentFault, "the machine has no more room or files for this: Too many open files")
    assert fault_of_machine(OSError(errno.EINVAL, "Invalid argument")) is None
    assert fault_of_machine(ValueError("x")) is None


@pytest.mark.skipif(os.name == "nt", reason="long names are told otherwise there")
@pytest.mark.parametrize("command", [("check",), ("fmt",), ("expand",), ("graph",), ("baseline",), ("schema", "show", "A")])
def test_a_path_too_long_is_a_wrong_call(command: tuple[str, ...], tmp_path: Path) -> None:
    code, out, err = redirected("", *command, "x" * 300, folder=tmp_path)
    assert (code, out, err.splitlines()[1:]) == (2, "", [])
    assert err.startswith("idmxml: ")


def test_a_path_without_rights_is_told_unless_it_may_be_a_secret(tmp_path: Path) -> None:
    told = fault_of_machine(PermissionError(errno.EACCES, "Permission denied", "a"))
    assert (type(told), str(told)) == (EnvironmentFault, "a can't be reached: Permission denied; check its rights")
    file = tmp_path / "drivers/any.py"
    file.parent.mkdir()
    file.write_text("def read() -> None:\n    raise PermissionError(13, 'Permission denied', 'a secret')\n", encoding="utf-8")
    with pytest.raises(PermissionError) as raised:
        run_path(str(file))["read"]()
    assert str(fault_of_machine(raised.value)) == "a file or folder can't be reached: Permission denied; check its rights"
