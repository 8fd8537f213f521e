"""Hand-written elements against generated ones: every mode, nested elements, completions, scaffoldings themselves."""

from pathlib import Path

import pytest

from idmxml.expansion.expand import DELETED, KEPT, REPLACED, Expansion, expand
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import parse_fragment, read_bytes

HERE = Path(__file__).parent
NOWHERE = Origin("a.xml", 1, 1)
SEARCH = '<EntityTypeSearchBar EntityType="HR_Team"/>'
TABLE = '<EntityTypeDisplayTable EntityType="HR_Team"/>'


def expanded(text: str, *, with_base: bool = True) -> Expansion:
    base = read_bytes("base.xml", (HERE / "base.xml").read_bytes()).items if with_base else ()
    return expand([*base, *parse_fragment(text, NOWHERE)])


def left(text: str, tag: str, identity: str) -> list[Item]:
    """The elements of this identity in the expanded configuration, nested ones included."""
    found = (each for item in expanded(text).items() for each in item.walk())
    return [each for each in found if each.tag == tag and each.identity == identity]


def bindings(item: Item) -> list[str]:
    return [each["DisplayBinding"] for each in item.of("Column")]


def test_without_a_mode_it_replaces() -> None:
    written = '<DisplayTable Identifier="HR_Team" DisplayTableDesignElement="list" EntityType="HR_Team"/>'
    (found,) = left(TABLE + written, "DisplayTable", "HR_Team")
    assert found.attributes == {"Identifier": "HR_Team", "DisplayTableDesignElement": "list", "EntityType": "HR_Team"}
    assert not found.children


def test_merge_adds_what_is_written() -> None:
    written = (
        '<DisplayTable Identifier="HR_Team" DisplayTableDesignElement="list" ParentProperty="x" ConsolidationMode="Merge">'
        '<Column DisplayBinding="Members"/></DisplayTable>'
    )
    (found,) = left(TABLE + written, "DisplayTable", "HR_Team")
    assert found.attributes == {
        "Identifier": "HR_Team",
        "DisplayTableDesignElement": "table",
        "EntityType": "HR_Team",
        "IsEntityTypeDefault": "true",
        "ParentProperty": "x",
    }
    assert bindings(found) == ["Code", "Name", "Members"]


def test_update_changes_attributes_alone() -> None:
    written = (
        '<DisplayTable Identifier="HR_Team" DisplayTableDesignElement="list" ConsolidationMode="Update">'
        '<Column DisplayBinding="Members"/></DisplayTable>'
    )
    (found,) = left(TABLE + written, "DisplayTable", "HR_Team")
    assert found["DisplayTableDesignElement"] == "list"
    assert found["IsEntityTypeDefault"] == "true"
    assert "ConsolidationMode" not in found.attributes
    assert bindings(found) == ["Code", "Name"]


def test_delete_removes_both() -> None:
    assert left(f'{TABLE}<DisplayTable Identifier="HR_Team" ConsolidationMode="Delete"/>', "DisplayTable", "HR_Team") == []


def test_a_mode_without_a_generated_element_stays_as_it_is() -> None:
    (found,) = left('<DisplayTable Identifier="HR_Team" ConsolidationMode="Delete"/>', "DisplayTable", "HR_Team")
    assert found["ConsolidationMode"] == "Delete"


def test_a_child_written_in_a_merge_replaces_the_generated_one() -> None:
    written = (
        '<AccessControlRule Identifier="Support_ReportQuery" ConsolidationMode="Merge">'
        '<Entry Permission="/Report/GenerateReportFileFromReportQuery/Query"/><Entry Permission="/Other"/></AccessControlRule>'
    )
    (found,) = left('<ReportAccessControlRules Profile="Support"/>' + written, "AccessControlRule", "Support_ReportQuery")
    assert [dict(each.attributes) for each in found.children] == [
        {"Permission": "/Report/GenerateReportFileFromReportQuery/Query"},
        {"Permission": "/Other"},
    ]


def test_a_completing_element_adds_to_a_hand_written_one() -> None:
    (found,) = left('<UniverseDataModel Universe="People" EntityType="AD_Entry"/>', "Universe", "People")
    assert found["DisplayName_L1"] == "People"
    assert [each["Identifier"] for each in found.of("EntityInstance")] == ["AD_Entry"]


def test_a_completing_element_alone_is_one_of_its_own() -> None:
    (found,) = left('<UniverseDataModel Universe="New" EntityType="AD_Entry"/>', "Universe", "New")
    assert "ConsolidationMode" not in found.attributes


def test_two_scaffoldings_that_make_the_same_make_it_once() -> None:
    twice = '<ConnectorMappings Connector="AD" EntityType="{}" Package="Usercube.CSV@0000001"/>'
    assert len(left(twice.format("HR_Person") + twice.format("HR_Team"), "Connection", "AD")) == 1


JOB = '<CreateAccessCertificationJob JobIdentifier="C" DisplayName_L1="C"/>'
TASK = "C_ProcessAccessCertificationItems"


def test_a_task_written_at_the_top_takes_its_place_in_the_generated_job() -> None:
    written = f'<ProcessAccessCertificationItemsTask Identifier="{TASK}" DisplayName_L1="Mine" ConsolidationMode="Update"/>'
    (job,) = left(JOB + written, "Job", "C")
    assert job.children[-1]["DisplayName_L1"] == "Mine"
    assert job.children[-1]["Level"] == "3"
    assert len(left(JOB + written, "ProcessAccessCertificationItemsTask", TASK)) == 1


def test_a_deleted_job_takes_its_tasks_along() -> None:
    written = '<Job Identifier="C" ConsolidationMode="Delete"/>'
    assert left(JOB + written, "ProcessAccessCertificationItemsTask", TASK) == []


def test_a_task_written_beside_a_replaced_job_stays() -> None:
    written = (
        '<Job Identifier="C" DisplayName_L1="Own"/>'
        f'<ProcessAccessCertificationItemsTask Identifier="{TASK}" DisplayName_L1="Mine"/>'
    )
    (found,) = left(JOB + written, "ProcessAccessCertificationItemsTask", TASK)
    assert found["DisplayName_L1"] == "Mine"
    assert not left(JOB + written, "Job", "C")[0].children


def statuses(text: str) -> list[tuple[str, str]]:
    return [(each.maker.label, each.status) for each in expanded(text).results]


VIEW = '<ViewTemplate EntityType="HR_Team" Profile="Support"/>'


def test_a_called_scaffolding_yields_to_a_hand_written_one() -> None:
    written = '<EntityTypeDisplayName EntityType="HR_Team" Property="Code"/>'
    assert ("EntityTypeDisplayName[HR_Team]", REPLACED) in statuses(VIEW + written)
    (found,) = left(VIEW + written, "EntityPropertyExpression", "HR_Team_InternalDisplayName_L1")
    assert found["Binding"] == "HR_Team:Code"


def test_a_called_scaffolding_is_deleted() -> None:
    written = '<EntityTypeDisplayName EntityType="HR_Team" ConsolidationMode="Delete"/>'
    assert ("EntityTypeDisplayName[HR_Team]", DELETED) in statuses(VIEW + written)
    assert left(VIEW + written, "EntityPropertyExpression", "HR_Team_InternalDisplayName_L1") == []
    assert left(VIEW + written, "EntityTypeDisplayName", "HR_Team") == []


def test_a_called_scaffolding_is_updated() -> None:
    written = '<EntityTypeDisplayName EntityType="HR_Team" Property="Code" ConsolidationMode="Update"/>'
    (found,) = left(VIEW + written, "EntityPropertyExpression", "HR_Team_InternalDisplayName_L1")
    assert found["Binding"] == "HR_Team:Code"
    assert left(VIEW + written, "EntityTypeDisplayName", "HR_Team") == []


def test_an_updated_scaffolding_that_nothing_calls_expands_itself() -> None:
    written = '<EntityTypeDisplayName EntityType="HR_Team" Property="Code" ConsolidationMode="Update"/>'
    assert len(left(written, "EntityPropertyExpression", "HR_Team_InternalDisplayName_L1")) == 1


def test_what_is_not_documented_stays() -> None:
    text = '<CreateConnectorSynchroComplete Connector="AD"/>'
    assert statuses(text) == [("CreateConnectorSynchroComplete[AD,]", KEPT)]
    assert len(left(text, "CreateConnectorSynchroComplete", "AD,")) == 1


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("<ReportAccessControlRules/>", "it lacks Profile"),
        ('<WorkflowAccessControlRules Profile=""/>', "it lacks EntityType and Profile"),
        ('<ViewTemplate EntityType="HR_Team"/>', "the result without EntityType or without Profile is not documented"),
        (
            '<ViewHistoryResourceTemplate Profile="Support"/>',
            "the result without EntityType or without Profile is not documented",
        ),
    ],
)
def test_a_scaffolding_that_lacks_what_names_its_result_stays(call: str, reason: str) -> None:
    found = expanded(call)
    assert [(each.status, each.reason, each.items) for each in found.results] == [(KEPT, reason, ())]
    assert [each.tag for each in found.items() if each.is_scaffolding] == [found.results[0].scaffolding.tag]


def test_what_is_called_and_not_documented_stands_in_the_place_of_its_caller() -> None:
    text = '<CreateAdministratorProfile EntityType="HR_Person"/>'
    assert left(text, "CreateAdministratorProfile", "HR_Person") == []
    assert len(left(text, "ManageSettingAccessControlRule", "Administrator")) == 1


def test_what_is_known_in_part_is_shown_and_the_scaffolding_stays() -> None:
    text = '<OptimizeDisplayTable DisplayTableIdentifier="HR_Person"/>'
    expansion = expanded(text)
    assert expansion.results[0].items
    assert len(left(text, "OptimizeDisplayTable", "HR_Person")) == 1
    assert left(text, "EntityAssociation", "HR_Person_Op_Team") == []


def test_a_change_of_what_is_known_in_part_stays_as_it_is_written() -> None:
    text = (
        '<OptimizeDisplayTable DisplayTableIdentifier="HR_Person"/>'
        '<EntityAssociation Identifier="HR_Person_Op_Team" ConsolidationMode="Delete"/>'
    )
    (found,) = left(text, "EntityAssociation", "HR_Person_Op_Team")
    assert found["ConsolidationMode"] == "Delete"


def test_hand_written_elements_keep_their_order_and_generated_ones_follow() -> None:
    text = f'{TABLE}<Agent Identifier="B" DisplayName_L1="B"/>{SEARCH}<Agent Identifier="A" DisplayName_L1="A"/>'
    found = expanded(text, with_base=False).items()
    assert [f"{each.tag}[{each.identity}]" for each in found] == [
        "Agent[B]",
        "Agent[A]",
        "DisplayTable[HR_Team]",
        "SearchBar[HR_Team]",
    ]


def test_the_order_of_the_files_changes_nothing_that_is_generated() -> None:
    text = f'{VIEW}<CreateAgentSynchroComplete JobIdentifier="J" DisplayName_L1="J"/>'
    base = read_bytes("base.xml", (HERE / "base.xml").read_bytes()).items
    own = parse_fragment(text, NOWHERE)
    one, other = expand([*base, *own]), expand([*reversed(own), *reversed(base)])
    for left_one, right_one in zip(_generated(one), _generated(other), strict=True):
        assert left_one.same_as(right_one)


def _generated(expansion: Expansion) -> list[Item]:
    return sorted((item for each in expansion.results for item in each.items), key=lambda each: (each.tag, each.identity))
