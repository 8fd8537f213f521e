"""Generated jobs: which task an argument means, and what is provisioned through a connector."""

from pathlib import Path

import pytest

from idmxml.expansion.expand import expand
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import parse_fragment, read_bytes

BASE = read_bytes("base.xml", (Path(__file__).parent / "base.xml").read_bytes()).items
NOWHERE = Origin("a.xml", 1, 1)


def job(arguments: str, others: str = "", connector: str = "AD") -> tuple[Item, str | None]:
    tag = "CreateConnectorSynchroIncremental"
    call = f'<{tag} Connector="{connector}" JobIdentifier="J">{arguments}</{tag}>'
    scaffolding, *more = parse_fragment(call + others, NOWHERE)
    (result,) = expand([*BASE, scaffolding, *more]).results
    (found,) = result.items
    return found, result.reason


@pytest.mark.parametrize(
    ("compared", "before"),
    [
        ("J_Export_AD_Incremental_ADExport", "J_PrepareSynchronizationActiveDirectory_AD_Incremental"),
        ("Export_AD_Incremental_ADExport", "J_PrepareSynchronizationActiveDirectory_AD_Incremental"),
        ("AD_Incremental_ADExport", "J_PrepareSynchronizationActiveDirectory_AD_Incremental"),
        ("Export", "J_PrepareSynchronizationActiveDirectory_AD_Incremental"),
        ("GenerateProvisioningOrders", "J_Fulfill1"),
    ],
)
def test_a_task_is_added_after_one_that_is_named_in_short(compared: str, before: str) -> None:
    found, fault = job(f'<AddTask Task="Mine" TaskToCompareWith="{compared}" After="true"/>')
    names = [each["Identifier"] for each in found.children]
    assert fault is None
    assert names[names.index("Mine") + 1] == before


def test_a_task_that_is_not_there_is_told() -> None:
    found, fault = job('<AddTask Task="Mine" TaskToCompareWith="Fulfil"/>')
    assert fault == "AddTask: the job has no task 'Fulfil'"
    assert "Mine" not in [each["Identifier"] for each in found.children]


OTHERS = (
    '<ResourceType Identifier="AD_Entry_Unmapped" SourceEntityType="HR_Person" TargetEntityType="AD_Entry"/>'
    '<ResourceType Identifier="AD_Entry_Other" SourceEntityType="HR_Person" TargetEntityType="AD_Entry"/>'
    '<ManualProvisioningResourceTypeMapping Identifier="AD_Entry_Other" Connection="HRTickets"/>'
    '<LdapResourceTypeMapping Identifier="AD_Entry_Unknown" Connection="ADFulfill"/>'
    '<Connection Identifier="HRTickets" Connector="HR" Package="Usercube.Ticket@0000001"/>'
)


def test_what_is_mapped_to_a_connection_is_provisioned_through_its_connector() -> None:
    found, _ = job("", OTHERS)
    (fulfill,) = found.of("FulfillTask")
    assert [each["ResourceType"] for each in fulfill.of("TaskResourceType")] == ["AD_Entry_User"]


def test_nothing_is_provisioned_through_a_connection_that_is_switched_off() -> None:
    mapped = '<ResourceType Identifier="R" TargetEntityType="AD_Entry"/>'
    mapping = f'{mapped}<LdapResourceTypeMapping Identifier="R" Connection="ADExport"/>'
    found, _ = job("", mapping)
    assert [each["ResourceType"] for each in found.of("FulfillTask")[0].of("TaskResourceType")] == ["AD_Entry_User"]


def test_nothing_is_provisioned_through_a_connector_without_mappings() -> None:
    found, _ = job("", connector="HR")
    assert not found.of("FulfillTask")
    assert not found.of("GenerateProvisioningOrdersTask")
