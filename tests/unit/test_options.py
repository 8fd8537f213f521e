"""``idmxml.toml``: what it may say, and what is answered when it says something else."""

from pathlib import Path

import pytest

from idmxml.diagnostics import Severity
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.options import KNOWN, FileOptions, read_file_options, repository_options


def options(folder: Path, text: str) -> FileOptions:
    file = folder / "idmxml.toml"
    file.write_text(text, encoding="utf-8")
    return read_file_options(file)


def test_nothing_said(tmp_path: Path) -> None:
    assert options(tmp_path, "") == FileOptions()


def test_everything_said(tmp_path: Path) -> None:
    text = """\ufeff
select = ["IDM3", "unknown-package"]
ignore = ["IDM2004"]
exclude = ["Old/*"]
fail-on = "warning"
max-file-size = 0.5

[severity]
IDM2004 = "error"
IDM3101 = "off"

[paths]
"C:/Data" = "Sources"
"""
    assert options(tmp_path, text) == FileOptions(
        select=("IDM3", "unknown-package"),
        ignore=("IDM2004",),
        exclude=("Old/*",),
        severity={"IDM2004": Severity.ERROR, "IDM3101": None},
        fail_on="warning",
        max_file_size=0.5,
        paths={"C:/Data": "Sources"},
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "unknown option 'selct'; did you mean 'select'?"),
        (
            "colour = true",
            f"unknown option 'colour'; there are {', '.join(KNOWN[:-1])} and approve",
        ),
        ('select = "IDM3"', "'select' must be a list of texts"),
        ("ignore = [1]", "'ignore' must be a list of texts"),
        ("exclude = true", "'exclude' must be a list of texts"),
        ('severity = "error"', "'severity' must be a table of codes, such as IDM2004 = \"error\""),
        (
            '[severity]\nIDM2004 = "fatal"',
            "severity of IDM2004: 'fatal' is not one of error, warning, info, off",
        ),
        ("[severity]\nIDM2004 = 3", "severity of IDM2004: '3' is not one of error, warning, info, off"),
        ('fail-on = "always"', "'fail-on' must be error, warning, info or never"),
        ("fail-on = true", "'fail-on' must be error, warning, info or never"),
        ("max-file-size = 0", "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        ("max-file-size = true", "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        ('max-file-size = "64"', "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        ("max-file-size = nan", "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        ("max-file-size = 1e308", "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        (f"max-file-size = 1{'0' * 400}", "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        ("max-file-size = inf", "'max-file-size' must be a number of megabytes above 0, and at most 1000000"),
        ('paths = ["a"]', "'paths' must map folders of the agent to local folders"),
        ("[paths]\na = 1", "'paths' must map folders of the agent to local folders"),
    ],
)
def test_what_does_not_exist(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        options(tmp_path, text)
    assert str(raised.value) == f"{tmp_path / 'idmxml.toml'}: {message}"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"select = [", "is no TOML: Invalid value (at end of document)"),
        (b"\xff\xfe", "is not in UTF-8; save it in that encoding"),
        ("ignore = []  # für später".encode("cp1252"), "is not in UTF-8; save it in that encoding"),
    ],
)
def test_no_toml(tmp_path: Path, data: bytes, told: str) -> None:
    file = tmp_path / "idmxml.toml"
    file.write_bytes(data)
    with pytest.raises(UsageError) as raised:
        read_file_options(file)
    assert str(raised.value) == f"{file} {told}"


@pytest.mark.parametrize("name", ["idmxml.toml", "idmxml-approvals.toml"])
def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(EnvironmentFault, match=rf"{name} can't be read: "):
        repository_options(tmp_path)


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"idmxml\.toml can't be read: "):
        read_file_options(tmp_path / "idmxml.toml")
