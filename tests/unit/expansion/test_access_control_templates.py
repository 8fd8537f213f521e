"""Rights, workflows and what belongs to them where several scaffoldings or hand-written elements meet, and where facts end."""

from pathlib import Path

import pytest

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.expand import EXPANDED, KEPT, PARTIAL, Expansion, expand
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.queries.access_control import certification_entity_types, connector_of, profile_names
from idmxml.expansion.queries.workflows import binding_below, refinable_activities, state_when_done, variables_of
from idmxml.expansion.read import parse_fragment, read_bytes

BASE = read_bytes("base.xml", (Path(__file__).parent / "base.xml").read_bytes()).items
HERE = Origin("here.xml", 1, 1)


def expanded(text: str) -> Expansion:
    return expand([*BASE, *parse_fragment(text, HERE)])


def configuration(text: str = "") -> Configuration:
    return Configuration((*BASE, *parse_fragment(text, HERE)))


def one(expansion: Expansion, tag: str, identifier: str) -> Item:
    found = [each for each in expansion.items() if each.tag == tag and each["Identifier"] == identifier]
    assert len(found) == 1
    return found[0]


def permissions(rule: Item) -> list[str]:
    return [each["Permission"] for each in rule.of("Entry")]


def test_rules_of_the_same_identifier_have_the_entries_of_both() -> None:
    found = expanded(
        """
        <CreateUpdateDeleteAccessControlRules EntityType="HR_Person" Profile="Support"/>
        <UpdateResourcesAccessControlRules EntityType="HR_Person" Profile="Support"/>
        """
    )
    rule = one(found, "AccessControlRule", "Support_HR_Person_Custom_Workflows_HR_Person")
    assert permissions(rule) == [
        f"/Custom/Workflows/HR_Person_{each}/Request/ActionPending"
        for each in ("Create", "Delete", "Update", "UpdateResources")
    ]


def test_the_same_rule_of_two_scaffoldings_stands_once() -> None:
    found = expanded(
        """
        <WorkflowAccessControlRules EntityType="Workflow_HR_Person" Profile="Support"/>
        <WorkflowOverviewControlRules EntityType="HR_Person" Profile="Support"/>
        """
    )
    rule = one(found, "AccessControlRule", "Support_ActivityTemplateState")
    assert permissions(rule) == ["/Workflows/ActivityTemplateState/Query"]


def test_menus_complete_the_one_that_is_there() -> None:
    found = expanded(
        """
        <CreateUpdateDeleteMenus EntityType="HR_Person"/>
        <UpdateResourcesMenus EntityType="HR_Person"/>
        <MenuItem Identifier="Search_HR_Person" DisplayName_L1="Everybody"><MenuItem Identifier="Mine" URI="/mine"/></MenuItem>
        """
    )
    search = one(found, "MenuItem", "Search_HR_Person")
    assert search["DisplayName_L1"] == "Everybody"
    assert [each["Identifier"] for each in search.children] == ["Mine", "Search_HR_Person_Create"]
    view = one(found, "MenuItem", "View_HR_Person")
    assert [each["Identifier"] for each in view.children] == [
        f"View_HR_Person_{each}" for each in ("Update", "Delete", "UpdateResources")
    ]
    assert view.mode is None


def test_a_workflow_entity_type_completes_its_entity_type() -> None:
    found = expanded('<WorkflowEntityType EntityType="HR_Team"/>')
    names = [each["Identifier"] for each in one(found, "EntityType", "HR_Team").children]
    assert names == ["Code", "Name", "Name_enUS", "Name_frFR", "Members", "Workflows"]
    assert one(found, "DisplayEntityType", "Workflow_HR_Team").origin.chain[-1].tag == "WorkflowEntityTypeDisplayEntityType"


def test_tables_and_search_bars_that_are_generated_are_copied_too() -> None:
    found = expanded(
        """
        <WorkflowEntityTypeSearchBar EntityType="HR_Team"/>
        <EntityTypeSearchBar EntityType="HR_Team"/>
        """
    )
    bars = {each["EntityType"]: each["SearchBarDesignElement"] for each in found.items() if each.tag == "SearchBar"}
    assert bars == {"HR_Person": "Inline", "HR_Team": "Inline", "Workflow_HR_Team": "Inline"}


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ('<WorkflowEntityTypeDisplayTable EntityType="HR_Team"/>', KEPT, "the entity type has no DisplayTable"),
        ('<WorkflowEntityTypeDisplayTable EntityType="AD_Entry"/>', KEPT, "without a declared Tile"),
        ('<WorkflowEntityTypeDisplayTable EntityType="HR_Person"/>', EXPANDED, None),
        (
            """<WorkflowEntityTypeDisplayTable EntityType="HR_Team"/>
            <DisplayTable Identifier="T" EntityType="HR_Team" DisplayTableDesignElement="list">
              <Column Tile="HR_Person_Tile1" IsSortable="true"/><Column Tile="HR_Person_Tile1" IsResizable="true"/>
            </DisplayTable>""",
            PARTIAL,
            "what becomes of other attributes of columns is not documented",
        ),
        ('<WorkflowEntityTypeSearchBar EntityType="HR_Team"/>', KEPT, "the entity type has no SearchBar"),
        ('<WorkflowActorsNotification Workflow="Nothing"/>', KEPT, "an activity Request"),
        (
            """<WorkflowPerformerNotification Workflow="W"/>
            <Workflow Identifier="W" VariablesType="Workflow_HR_Person">
              <Activity Identifier="Request" Template="Persist"/>
            </Workflow>""",
            KEPT,
            "an activity Request",
        ),
        (
            """<WorkflowActorsNotification Workflow="W"/>
            <Workflow Identifier="W" VariablesType="HR_Person"><Activity Identifier="Request" Template="Action"/></Workflow>""",
            KEPT,
            "leads to one resource",
        ),
        ('<BulkRoleReconciliationAccessControlRules EntityType="HR_Person" Profile="Support"/>', PARTIAL, "its own rules"),
    ],
)
def test_where_facts_end_the_scaffolding_says_so(text: str, status: str, reason: str | None) -> None:
    result = expanded(text).results[0]
    assert result.status == status
    assert (reason or "") in (result.reason or "")
    assert (result.reason is None) is (reason is None)


def test_what_is_known_in_part_stays() -> None:
    found = expanded('<WorkflowActorsNotification Workflow="HR_Person_Hire"/>')
    tags = [each.tag for each in found.items()]
    assert "WorkflowActorsNotification" in tags
    assert "NotificationAspect" not in tags


def test_the_administrator_has_rights_on_an_entity_type_when_one_is_given() -> None:
    bare = expanded("<CreateAdministratorProfile/>")
    given = expanded('<CreateAdministratorProfile EntityType="HR_Person"/>')
    assert one(bare, "Profile", "Administrator")["DisplayName_L1"] == "Administrator"

    def calls(expansion: Expansion) -> set[str]:
        return {each.scaffolding.tag for each in expansion.results}

    assert calls(given) - calls(bare) == {
        "AssignedRolesAccessControlRules",
        "ManageAccounts",
        "PerformManualProvisioningAccessControlRules",
        "ReconciliateResourcesAccessControlRules",
        "ReconciliateRolesAccessControlRules",
        "ResourceApiAdministration",
        "ReviewProvisioningAccessControlRules",
        "ReviewRolesAccessControlRules",
        "ViewHistoryResourceTemplate",
        "WorkflowOverviewControlRules",
    }
    kept = [each.scaffolding.tag for each in given.results if each.status == KEPT]
    assert kept == ["ManageSettingAccessControlRule"]


def test_rights_use_the_names_of_a_profile_that_is_generated() -> None:
    found = expanded(
        '<CreateAdministratorProfile><DisplayNameProfile Identifier="fr-FR" Value="Chefs"/></CreateAdministratorProfile>'
    )
    rule = one(found, "AccessControlRule", "Administrator_Job_RunJobRepair")
    assert (rule["DisplayName_L1"], rule["DisplayName_L2"]) == (
        "Administrator - Management for Task",
        "Chefs - Gestion des Task",
    )


def test_profile_names() -> None:
    (made,) = parse_fragment(
        """<CreateAdministratorProfile>
          <DisplayNameProfile Identifier="fr-FR" DisplayName="Chefs" Value="Autres"/>
          <DisplayNameProfile Identifier="de-DE" DisplayName="Chefs"/>
        </CreateAdministratorProfile>""",
        HERE,
    )
    assert profile_names(configuration(), made.of("DisplayNameProfile")) == {2: "Chefs"}


def test_entity_types_and_their_connectors() -> None:
    assert certification_entity_types(configuration()) == ["HR_Person", "HR_Team"]
    assert connector_of(configuration(), "AD_Entry") == "AD"
    assert connector_of(configuration(), "Nothing") == ""


def test_activities_and_their_states() -> None:
    text = """<Workflow Identifier="W" VariablesType="Workflow_HR_Person">
      <Activity Identifier="Z" Template="ActionWithRefine"/><Activity Identifier="Request" Template="Action"/>
      <Activity Identifier="A" Template="ReviewWithFeedback"/><Activity Identifier="End" Template="Persist"/></Workflow>"""
    found = configuration(text)
    assert refinable_activities(found, "W") == ["Z", "A"]
    assert refinable_activities(found, "Nothing") == []
    states = [state_when_done(found, "W", each) for each in ("Z", "Request", "A", "End", "Nothing")]
    assert states == ["ActionWithRefine-Executed", "Action-Executed", "", "", ""]


def test_the_main_property_of_a_workflow_entity_type() -> None:
    association = '<EntityAssociation Identifier="{0}" Property1="Workflow_HR_Team:{0}" Property2="HR_Team:{0}s"/>'
    workflow = '<Workflow Identifier="W" VariablesType="Workflow_HR_Team"/>'
    assert variables_of(configuration(), "HR_Person_Hire") == "Workflow_HR_Person:HR_Person"
    assert variables_of(configuration(workflow), "W") == ""
    assert variables_of(configuration(workflow + association.format("Team")), "W") == "Workflow_HR_Team:Team"
    both = association.format("Another") + association.format("HR_Team")
    assert variables_of(configuration(workflow + both), "W") == "Workflow_HR_Team:HR_Team"


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ("Name", "HR_Team.Name"),
        ("HR_Team:Members.FullName", "HR_Team.Members.FullName"),
        ("", ""),
    ],
)
def test_bindings_below(binding: str, expected: str) -> None:
    assert binding_below(configuration(), "HR_Team", binding) == expected
