"""A correct repository of any size: connectors with two entity types each, their mappings, roles and rules."""

from collections.abc import Iterator
from pathlib import Path

NAMESPACE = "urn:schemas-usercube-com:configuration"
PROPERTIES = 60
ROLES = 100
FILES_OF_A_CONNECTOR = 2


def write_repository(root: Path, connectors: int) -> None:
    """Write two files for each connector, and one for what they share."""
    _write(root / "Conf/Common Role Model.xml", _common())
    for number in range(connectors):
        name = f"S{number:04}"
        _write(root / f"Conf/{name}/{name} Connector.xml", _connector(name))
        _write(root / f"Conf/{name}/{name} Role Model.xml", _role_model(name))


def _write(file: Path, lines: Iterator[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(("<?xml version='1.0' encoding='utf-8'?>", f'<ConfigurationFile xmlns="{NAMESPACE}">', *lines))
    file.write_text(f"{text}\n</ConfigurationFile>\n", encoding="utf-8")


def _common() -> Iterator[str]:
    yield '<Language Code="en-US" IndicatorNumber="1" />'
    yield '<Agent Identifier="Main" DisplayName_L1="Main" URI="https://agent.example.com" />'
    yield '<Policy Identifier="Default" DisplayName_L1="Default" />'
    yield from _entity_type("HR_User")


def _connector(name: str) -> Iterator[str]:
    yield f'<Connector Identifier="{name}" DisplayName_L1="{name}" Agent="Main" />'
    for kind in ("Account", "Group"):
        table = f"{name}{kind}"
        package = "Usercube.CSV@0000001"
        yield f'<Connection Identifier="{table}" DisplayName_L1="{table}" Connector="{name}" Package="{package}" />'
        yield from _entity_type(f"{name}_{kind}")
        yield f'<EntityTypeMapping Identifier="{name}_{kind}" Connector="{name}" ConnectionTable="{table}">'
        for number in range(PROPERTIES):
            key = ' IsPrimaryKey="true"' if number == 0 else ""
            yield f'  <Property Identifier="P{number}" ConnectionColumn="column{number}"{key} />'
        yield "</EntityTypeMapping>"


def _entity_type(identifier: str) -> Iterator[str]:
    yield f'<EntityType Identifier="{identifier}" DisplayName_L1="{identifier}">'
    for number in range(PROPERTIES):
        key = ' IsKey="true"' if number == 0 else ""
        yield f'  <Property Identifier="P{number}" DisplayName_L1="P {number}" TargetColumnIndex="{number + 4}"{key} />'
    yield "</EntityType>"


def _role_model(name: str) -> Iterator[str]:
    yield f'<Category Identifier="{name}" DisplayName_L1="{name}" Policy="Default" />'
    yield (
        f'<ResourceType Identifier="{name}_Account" DisplayName_L1="{name}" Category="{name}" Policy="Default" '
        f'SourceEntityType="HR_User" TargetEntityType="{name}_Account">'
    )
    for number in range(1, PROPERTIES):
        yield f'  <ScalarRule Property="P{number}" Binding="P{number}" Policy="Default" />'
    for number in range(ROLES):
        yield f'  <TypeRule SingleRole="{name}_Role{number}" Policy="Default" />'
    yield "</ResourceType>"
    for number in range(ROLES):
        yield (
            f'<SingleRole Identifier="{name}_Role{number}" DisplayName_L1="Role {number}" Category="{name}" '
            'Policy="Default" EntityType="HR_User" />'
        )
