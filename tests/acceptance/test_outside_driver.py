"""A driver of somebody else: found by its entry point, kept to its time, and no danger to what is recorded."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_run import MakeRepository

DRIVER = """
import time
from idmxml.drivers.driver import Column, Mode, Settings, Stage, Table, passed

class Outside:
    def check(self, settings, mode):
        yield passed(Stage.REACH, "outside")
        yield passed(mode.stage)

    def discover(self, settings, wanted):
        time.sleep(settings.number("NumberOfLinesToSkip", 0))
        return (Table(settings.table(), (Column("from outside"),)),)

class Broken:
    pass
"""
FILES = {
    "Conf/HR.xml": '<Connector Identifier="HR" DisplayName_L1="HR"/>'
    '<Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>',
    "idmxml.toml": "",
}
SECTION = '{{"Connections": {{"HRExport": {{"Path": "C:/x.csv", "NumberOfLinesToSkip": {}}}}}}}'


def distribution(folder: Path, name: str, entry: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[idmxml.drivers]\n{entry}\n", encoding="utf-8")
    (folder / "outside_driver.py").write_text(DRIVER, encoding="utf-8")


def start(root: Path, packages: Path, *words: str) -> "subprocess.Popen[str]":
    call = [sys.executable, "-m", "idmxml", "connection", *words, "HRExport", f"{root}/"]
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    return subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    distribution(tmp_path / "packages", "outside", "csv = outside_driver:Outside")
    return tmp_path / "packages"


def schema(root: Path) -> bytes:
    return (root / ".idmxml/schemas/HRExport.xml").read_bytes()


def test_its_entry_point_comes_before_ours(repository: MakeRepository, packages: Path) -> None:
    root = repository({**FILES, "appsettings.agent.json": SECTION.format(0)})
    assert ended(start(root, packages, "refresh"))[0] == 0
    assert b'"from outside"' in schema(root)
    code, told = ended(start(root, packages, "check"))
    assert (code, "name and port      ok       outside" in told) == (0, True)


def test_hanging_one_is_given_up_and_can_be_stopped(repository: MakeRepository, packages: Path) -> None:
    root = repository({**FILES, "appsettings.agent.json": SECTION.format(0)})
    ended(start(root, packages, "refresh"))
    before = schema(root)
    (root / "appsettings.agent.json").write_text(SECTION.format(50), encoding="utf-8")
    started = time.monotonic()
    code, told = ended(start(root, packages, "refresh", "--timeout", "0.5"))
    assert time.monotonic() - started < 30
    assert (code, "failed[timeout]: HRExport" in told) == (1, True)
    assert schema(root) == before
    if os.name != "nt" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as it is where tests run in the background
        process = start(root, packages, "refresh")
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        assert ended(process)[0] == 2  # given up: nothing was found or failed
        assert schema(root) == before


def test_one_that_is_none_is_told(repository: MakeRepository, tmp_path: Path) -> None:
    distribution(tmp_path / "packages", "outside", "csv = outside_driver:Broken")
    root = repository({**FILES, "appsettings.agent.json": SECTION.format(0)})
    code, told = ended(start(root, tmp_path / "packages", "check"))
    assert (code, "'outside_driver:Broken' is no driver" in told) == (3, True)


def test_two_for_the_same_are_told(repository: MakeRepository, packages: Path) -> None:
    distribution(packages, "second", "csv = outside_driver:Outside")
    root = repository({**FILES, "appsettings.agent.json": SECTION.format(0)})
    code, told = ended(start(root, packages, "refresh"))
    assert (code, "outside and second both bring a driver for 'csv'" in told) == (3, True)
