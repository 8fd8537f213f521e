"""What the entity model tells of declared, generated and built-in entity types."""

import pytest

from idmxml.checks.examine import Examiner
from idmxml.checks.plan import Plan
from idmxml.checks.rule import Page, Rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, EntityModel, PropertyFacts, entity_model, type_name

NAMESPACE = "urn:schemas-usercube-com:configuration"
PAGE = Page("Needs the entity model.", "", "", "")
PLAN = Plan((Rule("IDM0000", "needs-the-model", Severity.INFO, PAGE, needs=NEEDS),))

PEOPLE = """
  <EntityType Identifier="Person">
    <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
    <Property Identifier="Born" TargetColumnIndex="5" Type="4"/>
    <Property Identifier="Photo" Type="Binary"/>
    <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
    <Property Identifier="Lost" Type="ForeignKey" TargetColumnIndex="129"/>
  </EntityType>
  <EntityType Identifier="Site">
    <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
    <Property Identifier="People" Type="ForeignKey"/>
  </EntityType>
  <EntityAssociation Identifier="Person_Site" Property1="Person:Site" Property2="Site:People" IsProperty2Collection="true"/>
"""


def model_of(*texts: str) -> EntityModel:
    look = Examiner(PLAN)
    facts = []
    for number, text in enumerate(texts):
        data = f'<ConfigurationFile xmlns="{NAMESPACE}">{text}</ConfigurationFile>'.encode()
        facts.append(look.examine_bytes(f"{number}.xml", data).facts)
    return entity_model(Context(language(), PLAN.projections, facts))


def test_declared_properties_have_their_types_and_targets() -> None:
    assert model_of(PEOPLE).properties("Person") == {
        "Born": PropertyFacts("Person", "Born", "DateTime"),
        "Id": PropertyFacts("Person", "Id", "Int64", is_implicit=True),
        "InternalDisplayName": PropertyFacts("Person", "InternalDisplayName", "String", is_implicit=True),
        "Login": PropertyFacts("Person", "Login", "String"),
        "Lost": PropertyFacts("Person", "Lost", "ForeignKey"),
        "Photo": PropertyFacts("Person", "Photo", "Binary"),
        "Site": PropertyFacts("Person", "Site", "ForeignKey", "Site", is_collection=False, association="Person_Site"),
    }
    assert model_of(PEOPLE).property("Site", "People") == PropertyFacts(
        "Site", "People", "ForeignKey", "Person", is_collection=True, association="Person_Site"
    )


def test_an_association_may_stand_in_another_file() -> None:
    types, _, association = PEOPLE.rpartition("  <EntityAssociation")
    found = model_of(types, f"<EntityAssociation{association}").property("Person", "Site")
    assert found == PropertyFacts("Person", "Site", "ForeignKey", "Site", is_collection=False, association="Person_Site")


def test_scalars_and_navigations_are_told_apart() -> None:
    model = model_of(PEOPLE)
    told = {name: (each.is_scalar, each.is_navigation) for name, each in model.properties("Person").items()}
    assert told == {
        "Born": (True, False),
        "Id": (True, False),
        "InternalDisplayName": (True, False),
        "Login": (True, False),
        "Lost": (False, True),
        "Photo": (False, False),
        "Site": (False, True),
    }


def test_a_property_of_two_associations_leads_nowhere_certain() -> None:
    other = '<EntityAssociation Identifier="Second" Property1="Person:Site" Property2="Person:Lost"/>'
    found = model_of(PEOPLE, other).property("Person", "Site")
    assert found is not None
    assert (found.target, found.is_navigation) == (None, True)


def test_localized_display_names_exist_on_every_type() -> None:
    model = model_of(PEOPLE)
    assert model.property("Site", "InternalDisplayName_L16") is not None
    assert model.property("Site", "InternalDisplayName_L17") is None


def test_a_declared_type_is_closed_and_a_built_in_one_is_open() -> None:
    model = model_of(PEOPLE)
    assert (model.is_open("Person"), model.may_have("Person", "Mail")) == (False, False)
    assert (model.is_open("AssignedResourceType"), model.may_have("AssignedResourceType", "Owner")) == (True, True)
    assert (model.knows("AssignedResourceType"), model.knows("Nobody")) == (True, False)


def test_a_type_changed_by_hand_only_is_open() -> None:
    model = model_of('<EntityType Identifier="Thing" ConsolidationMode="Merge"><Property Identifier="Size"/></EntityType>')
    assert model.is_open("Thing")


def test_a_workflow_entity_type_is_known_exactly() -> None:
    model = model_of(PEOPLE, '<WorkflowEntityType EntityType="Person"/>')
    assert model.property("Workflow_Person", "Person") == PropertyFacts(
        "Workflow_Person", "Person", "ForeignKey", "Person", is_collection=False, association="Workflow_Person_Person"
    )
    assert model.property("Person", "Workflows") == PropertyFacts(
        "Person", "Workflows", "ForeignKey", "Workflow_Person", is_collection=True, association="Workflow_Person_Person"
    )
    assert not model.is_open("Workflow_Person")
    assert not model.is_open("Person")


def test_a_template_calls_the_scaffolding_of_workflow_entity_types() -> None:
    model = model_of(PEOPLE, '<CreateUpdateDeleteTemplate EntityType="Site" Profile="P"/>')
    found = model.property("Workflow_Site", "Site")
    assert found is not None
    assert found.target == "Site"


def test_types_of_a_module_are_walkable_and_open() -> None:
    model = model_of("<WorkforceModule/>")
    found = model.property("Directory_User", "MainRecord")
    assert found is not None
    assert (found.type, found.target, found.is_collection) == ("ForeignKey", "Directory_UserRecord", False)
    assert model.is_open("Directory_User")
    assert model.is_open("Workflow_Directory_User")


def test_an_optimized_table_may_add_properties_of_its_pattern_only() -> None:
    model = model_of(PEOPLE, '<OptimizeDisplayTable DisplayTableIdentifier="Person"/>')
    assert model.may_have("Person", "Op_Site_Code")
    assert not model.may_have("Person", "Site_Code")


@pytest.mark.parametrize(("written", "name"), [("0", "String"), ("12", "ForeignKey"), ("Guid", "Guid")])
def test_types_are_written_by_name_or_number(written: str, name: str) -> None:
    assert type_name(written) == name
