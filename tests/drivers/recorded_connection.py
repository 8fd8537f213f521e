"""A repository with one connection of a cloud service and a mapping of it, and what the commands tell of both."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from command_run import MakeRepository, Run

CONNECTION = """
<Connector Identifier="Cloud" DisplayName_L1="Cloud"/>
<Connection Identifier="X" DisplayName_L1="Cloud" Connector="Cloud" Package="{package}"/>
<EntityType Identifier="Cloud_Thing">
  <Property Identifier="Key" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Other" TargetColumnIndex="5"/>
</EntityType>
<EntityTypeMapping Identifier="Cloud_Thing" Connector="Cloud" ConnectionTable="X_{table}">
  <Property Identifier="Key" ConnectionColumn="{key}" IsPrimaryKey="true"/>
  <Property Identifier="Other" ConnectionColumn="{other}"/>
</EntityTypeMapping>
"""


def make(
    repository: MakeRepository, settings: Mapping[str, object], names: Mapping[str, str], more: Mapping[str, str] | None = None
) -> Path:
    files = {
        "Conf/Cloud.xml": CONNECTION.format(**names),
        "appsettings.agent.json": json.dumps({"Connections": {"X": settings}}),
        "idmxml.toml": '[paths]\n"C:/agent" = "."\n',
    }
    return repository({**files, **(more or {})})


def recorded(root: Path) -> str:
    return (root / ".idmxml/schemas/X.xml").read_text(encoding="utf-8")


def checked(run: Run, root: Path) -> list[tuple[str, str]]:
    found = json.loads(run("check", root, "--format", "json", "--select", "IDM3004,IDM3007").out)
    return [(each["code"], each["message"]) for each in found["diagnostics"]]


def modes(run: Run, root: Path) -> dict[str, dict[str, Any]]:
    outcome = run("connection", "check", "X", root, "--format", "json")
    assert outcome.code == 0, outcome.out
    found = json.loads(outcome.out)["connections"][0]["modes"]
    return {each["mode"]: {"first": each["stages"][0]["code"], **each["stages"][-1]} for each in found}
