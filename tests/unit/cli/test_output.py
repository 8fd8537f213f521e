"""What is printed and written, and what happens when that is not possible."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idmxml.cli.output import parse_outputs, print_text, wants_color, write_atomically
from idmxml.errors import EnvironmentFault, UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "expected"),
    [
        ("always", False, {}, True),
        ("never", True, {}, False),
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", True, {"NO_COLOR": "1"}, True),
    ],
)
def test_colour(
    choice: str, terminal: bool, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal() if terminal else io.StringIO())
    assert wants_color(choice) is expected


def test_outputs() -> None:
    assert parse_outputs(("json=a.json", "sarif=b=c/d.sarif")) == [("json", Path("a.json")), ("sarif", Path("b=c/d.sarif"))]
    with pytest.raises(UsageError, match="--output takes FORMAT=FILE, not 'json'"):
        parse_outputs(("json",))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("json=-",), "--output json=- is for a file; what goes to standard output, --format says"),
        (("json=a", "sarif=b", "html=./a"), "two outputs go to './a'; give each a file of its own"),
    ],
)
def test_outputs_that_can_not_be(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_outputs(words)
    assert str(raised.value) == told


def test_a_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "a/b.txt"
    write_atomically(file, "é\r\n\udcff")
    assert file.read_bytes() == "é\r\n".encode() + b"\xff"
    write_atomically(file, "new")
    assert file.read_bytes() == b"new"
    assert [each.name for each in file.parent.iterdir()] == ["b.txt"]


def test_a_file_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="can't be written: "):
        write_atomically(tmp_path / "file/inside.txt", "text")
    (tmp_path / "folder").mkdir()
    with pytest.raises(EnvironmentFault, match="folder can't be written: "):
        write_atomically(tmp_path / "folder", "text")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


def test_text_is_printed_in_utf_8_whatever_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii"))
    print_text("Société → 姓\n")
    assert raw.getvalue() == "Société → 姓\n".encode()


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_that_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "idmxml", "explain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
