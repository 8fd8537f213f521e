"""What the XML tells rules about settings: connections with what is done with them, and the names beside them."""

from pathlib import Path

import pytest
from command_run import MakeRepository

from idmxml.checks.declared_connections import CLIENT_USES, NOT_RESETTING, PROJECTIONS, RESETTING, Declared
from idmxml.facts.load import language
from idmxml.inventory import take_inventory
from idmxml.options import CheckOptions
from idmxml.settings.connections import DeclaredConnection

CONNECTION = '<Connection Identifier="C1" DisplayName_L1="C1" Connector="K" Package="Usercube.AD@0000001" {more}/>'
JOB = (
    '<Job Identifier="J" DisplayName_L1="J" {job}><ExportTask Identifier="T" DisplayName_L1="T" Connection="c1" {task}/>'
    '<PrepareSynchronizationTask Identifier="P" DisplayName_L1="P" Connector="K" {mode}/></Job>'
)


def declared(root: Path) -> Declared:
    return take_inventory(root, CheckOptions(jobs=1)).look.declared


def one(repository: MakeRepository, xml: str, more: str = "") -> DeclaredConnection:
    (found,) = declared(repository({"idmxml.toml": "", "a.xml": CONNECTION.format(more=more) + xml})).connections
    return found


def test_projections_name_what_the_language_has() -> None:
    for projection in PROJECTIONS:
        kind = language().kind(projection.kind)
        assert {each for each in projection.columns if not each.startswith("../")} <= set(kind.attributes)


def test_every_mapping_and_task_is_looked_at() -> None:
    mappings = {kind.id for kind in language() if kind.id.endswith("ResourceTypeMapping") and "Connection" in kind.attributes}
    resetting = {kind for kind in mappings if "PasswordResetSetting" in language().kind(kind).attributes}
    assert {each.kind for each in RESETTING} == resetting
    assert {each.kind for each in NOT_RESETTING} == mappings - resetting
    tasks = {kind.id for kind in language() if {"Agent", "OpenIdClient"} <= set(kind.attributes) and kind.role == "element"}
    assert {each.kind for each in CLIENT_USES} == tasks


def test_a_connection_and_its_place(repository: MakeRepository) -> None:
    found = one(repository, "", 'DeactivationExportFulfill="Export"')
    assert (found.identifier, found.connector, found.package, found.deactivation) == (
        "C1",
        "K",
        "Usercube.AD@0000001",
        "Export",
    )
    assert (found.span.path, found.exported, found.fulfilled, found.modes) == ("a.xml", False, False, frozenset())
    assert found.span.end_column - found.span.column == len('Identifier="C1"')


@pytest.mark.parametrize(
    ("job", "task", "mode", "expected"),
    [
        ("", "", "", set()),
        ("", 'IgnoreCookieFile="true"', "", {"complete"}),
        ("", "", 'SynchronizationMode="Complete"', {"complete"}),
        ("", "", 'SynchronizationMode="Initial"', {"complete"}),
        ("", "", 'SynchronizationMode="2"', {"incremental"}),
        ('IsIncremental="true"', "", "", {"incremental"}),
        ("", 'IgnoreCookieFile="1"', 'SynchronizationMode="Incremental"', {"complete"}),
    ],
)
def test_modes_of_export_tasks(job: str, task: str, mode: str, expected: set[str], repository: MakeRepository) -> None:
    found = one(repository, JOB.format(job=job, task=task, mode=mode))
    assert found.exported
    assert found.modes == expected


@pytest.mark.parametrize(
    ("xml", "exported", "fulfilled", "reset"),
    [
        ('<EntityTypeMapping Identifier="E" Connector="K" ConnectionTable="C1_entries"/>', True, False, False),
        ('<EntityTypeMapping Identifier="E" Connector="K" ConnectionTable="C1"/>', True, False, False),
        ('<EntityTypeMapping Identifier="E" Connector="K" ConnectionTable="C10_entries"/>', False, False, False),
        ('<FulfillTask Identifier="F" DisplayName_L1="F" Connection="C1"/>', False, True, False),
        ('<LdapResourceTypeMapping Identifier="R" Connection="C1"/>', False, True, False),
        ('<LdapResourceTypeMapping Identifier="R" Connection="C1" PasswordResetSetting="S"/>', False, True, True),
        ('<ScimResourceTypeMapping Identifier="R" Connection="C1"/>', False, True, False),
    ],
)
def test_what_uses_a_connection(xml: str, *, exported: bool, fulfilled: bool, reset: bool, repository: MakeRepository) -> None:
    found = one(repository, xml)
    assert (found.exported, found.fulfilled, found.password_reset) == (exported, fulfilled, reset)


def test_merged_and_deleted_connections(repository: MakeRepository) -> None:
    merged = '<Connection Identifier="C1" ConsolidationMode="Merge" DisplayName_L1="x"/>'
    deleted = '<Connection Identifier="C2" ConsolidationMode="Delete"/>'
    found = declared(repository({"idmxml.toml": "", "a.xml": merged + deleted, "b.xml": CONNECTION.format(more="")}))
    assert [(each.identifier, each.package) for each in found.connections] == [("C1", "Usercube.AD@0000001")]


def test_names_beside_connections(repository: MakeRepository) -> None:
    xml = (
        '<Agent Identifier="A" DisplayName_L1="A"/><Agent Identifier="B" DisplayName_L1="B"/>'
        '<OpenIdClient Identifier="Job" DisplayName_L1="Job" HashedSecret="x" Profile="P"/>'
        '<InvokeSqlCommandTask Identifier="Q" DisplayName_L1="Q" Agent="a" OpenIdClient="Job" DatabaseIdentifier="Db"/>'
        '<InvokeSqlCommandTask Identifier="R" DisplayName_L1="R" Agent="B" OpenIdClient="Other" DatabaseIdentifier="Db2"/>'
        '<PasswordResetSettings Identifier="S" Mode="Two-Way"/>'
    )
    found = declared(repository({"idmxml.toml": "", "a.xml": xml}))
    names = found.names("A")
    assert names.agents is not None
    assert {"A", "B", "Local"} <= names.agents
    assert names.openid_clients == frozenset({"Job"})
    assert names.sql_tasks == frozenset({"Q", "R"})
    assert (set(names.clients_in_use), set(names.databases_in_use)) == ({"Job"}, {"Db"})
    assert names.two_way_reset is not None
    assert set(found.names(None).clients_in_use) == set()


def test_nothing_is_known_for_sure_beside_a_broken_file(repository: MakeRepository) -> None:
    files: dict[str, str | bytes] = {"idmxml.toml": "", "a.xml": '<Agent Identifier="A" DisplayName_L1="A"/>'}
    assert declared(repository(files)).names("A").agents is not None
    broken = declared(repository(files | {"b.xml": '<ConfigurationFile><Agent Identifier="B"'}))
    assert not broken.context.is_whole
    assert broken.names("A").agents is None
