"""Files and folders of a configuration: where the documentation recommends that things stand."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.filefacts import FileFacts
from idmxml.model.projection import Row, RowView
from idmxml.source.entry import Entry

# The endings of the files that things stand in besides the file of their connector; the kinds are those told apart by name.
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "Jobs.xml": ("Job",),
    "Role Model.xml": ("Policy", "Category", "CompositeRole", "SingleRole", "ResourceType"),
    "UI.xml": ("DisplayTable", "Form", "Tile"),
    "Workflows.xml": ("Workflow",),
}


@rule("IDM4170", "connector-file-name", Severity.INFO, on="Connector", reads=("Identifier",))
def connector_file_name(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """A connector does not stand in the file named after it: Name/Name Connector.xml.

    Why: the product exports a connector into this file, and one folder a connector is recommended; elsewhere the next export
    makes a second copy. Nothing is said while there is one connector alone.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    name = entry.get("Identifier")
    position = context.names("Connector").get(name or "")
    if not name or position is None or position >= len(context.files) or len(context.names("Connector")) == 1:
        return
    path = context.files[position].path
    right = f"{name}/{name} Connector.xml"
    if not _is_at(path, name):
        yield Finding(entry, f"connector '{name}' stands in {path}", "Identifier", hint=f"the usual place is {right}")


def _is_at(path: str, name: str) -> bool:
    """Whether a path is that of the connector's file; a file checked alone tells nothing about its folder."""
    found = PurePosixPath(path)
    if found.name.casefold() != f"{name} connector.xml".casefold():
        return False
    return found.parent == PurePosixPath() or found.parent.name.casefold() == name.casefold()


@lru_cache(maxsize=1)
def _ending_of() -> Mapping[str, str]:
    return {kind: ending for ending, kinds in ENDINGS.items() for kind in kinds}


def _mixed(context: Context) -> frozenset[tuple[str, str]]:
    """The kinds, and the first names of each, in files that hold a connector's model as well."""
    return context.derived(_collect_mixed)


def _collect_mixed(context: Context) -> frozenset[tuple[str, str]]:
    return frozenset(pair for each in context.files if "Connector" in each.declared for pair in _firsts(each))


def _firsts(file: FileFacts) -> Iterator[tuple[str, str]]:
    for kinds in ENDINGS.values():
        for kind in kinds:
            first = next((key for key in file.declared.get(kind, ()) if isinstance(key, str)), None)
            if first is not None:
                yield kind, first
                break


def _rows_mixed(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    return rows & frozenset(name for _, name in _mixed(context))


@rule(
    "IDM4171",
    "mixed-families",
    Severity.INFO,
    on=tuple(kind for kinds in ENDINGS.values() for kind in kinds),
    reads=("Identifier",),
    screen=_rows_mixed,
)
def mixed_families(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """Jobs, screens, workflows or roles stand in the file of a connector.

    Why: files of their own are recommended, and exports make them: Name Jobs.xml, Name UI.xml, Name Workflows.xml and Name
    Role Model.xml. It is told at the first of them in the file.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
    """
    kind, name = entry.kind or "", entry.get("Identifier")
    if name and (kind, name) in _mixed(context):
        ending = _ending_of()[kind]
        message = f"{entry.tag if isinstance(entry, Entry) else kind} '{name}' stands in the file of a connector"
        yield Finding(entry, message, "Identifier", hint=f"the usual place is a file of its own, ending in {ending}")
