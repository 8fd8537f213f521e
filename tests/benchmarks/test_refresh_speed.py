"""Time and memory of reading schemas: a very large file, and many connections at once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from measuring import command, measured

pytestmark = pytest.mark.benchmark
GIGABYTES = 2
MANY = 50
DECLARED = '<Connection Identifier="C{0}" DisplayName_L1="C{0}" Connector="HR" Package="Usercube.CSV@0000001"/>'


def connections(root: Path, count: int) -> None:
    (root / "Conf").mkdir()
    declared = "".join(DECLARED.format(number) for number in range(count))
    (root / "Conf/HR.xml").write_text(
        '<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">'
        f'<Connector Identifier="HR" DisplayName_L1="HR"/>{declared}</ConfigurationFile>',
        encoding="utf-8",
    )
    sections = {f"C{number}": {"Path": f"C:/in/{number}.csv"} for number in range(count)}
    (root / "appsettings.agent.json").write_text(json.dumps({"Connections": sections}), encoding="utf-8")
    (root / "idmxml.toml").write_text('[paths]\n"C:/in" = "."\n', encoding="utf-8")


def test_very_large_file(tmp_path: Path, tell: Callable[[str], None]) -> None:
    connections(tmp_path, 1)
    with (tmp_path / "0.csv").open("wb") as file:
        file.write(b"id,name,mail\n" + b"".join(b"%d,name %d,mail%d@x\n" % (each, each, each) for each in range(200_000)))
        file.truncate(GIGABYTES << 30)
    cost = measured([*command(), "connection", "refresh", "--all", tmp_path])
    tell(f"{GIGABYTES} GB: {cost}")
    assert cost.code == 0
    assert cost.seconds < 1
    assert cost.megabytes < 100


def test_many_connections_at_once(tmp_path: Path, tell: Callable[[str], None]) -> None:
    connections(tmp_path, MANY)
    for number in range(MANY):
        (tmp_path / f"{number}.csv").write_text("id,name\n" + "1,x\n" * 20_000, encoding="utf-8")
    alone = measured([*command(), "connection", "refresh", "C0", f"{tmp_path}/"])
    together = measured([*command(), "connection", "refresh", "--all", tmp_path])
    tell(f"one: {alone}; {MANY}: {together}")
    assert together.code == 0
    assert together.seconds < alone.seconds + 2
