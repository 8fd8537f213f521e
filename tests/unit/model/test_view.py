"""The public model of a configuration."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from command_run import Golden, MakeRepository

import idmxml
from idmxml.model.objects import Place
from idmxml.model.view import load_model

CONTOSO = Path(__file__).parents[3] / "samples" / "contoso"
PEOPLE = """
  <EntityType Identifier="Person" DisplayName_L1="Person" DisplayName_L2="Personne">
    <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
    <Property Identifier="Site" Type="12" TargetColumnIndex="128"/>
  </EntityType>
"""
SITES = """
  <EntityType Identifier="Site">
    <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
    <Property Identifier="People" Type="ForeignKey"/>
  </EntityType>
  <EntityAssociation Identifier="Person_Site" Property1="Person:Site" Property2="Site:People" IsProperty2Collection="true"/>
"""


def as_data(value: Any) -> Any:
    if isinstance(value, Place):
        return f"{value.path}:{value.line}:{value.column}"
    if is_dataclass(value):
        told = ((each.name, getattr(value, each.name)) for each in fields(value) if each.name not in {"root", "attributes"})
        return {name: as_data(each) for name, each in told if each is not None and each not in ((), {})}
    if isinstance(value, tuple):
        return [as_data(each) for each in value]
    return {str(key): each for key, each in value.items()} if hasattr(value, "items") else value


def test_the_model_of_contoso(golden: Golden) -> None:
    model = idmxml.load_model(CONTOSO)
    assert model.root == CONTOSO
    golden("model/contoso.json", json.dumps(as_data(model), indent=1, ensure_ascii=False) + "\n")


def test_properties_know_where_they_lead(repository: MakeRepository) -> None:
    model = load_model(repository({"People.xml": PEOPLE, "Sites.xml": SITES}))
    person = model.entity_type("Person")
    assert person is not None
    assert dict(person.names) == {1: "Person", 2: "Personne"}
    site = person.property("Site")
    assert site is not None
    assert (site.type, site.target, site.is_collection, site.association) == ("ForeignKey", "Site", False, "Person_Site")
    assert (site.place, site.column) == (Place("People.xml", 6, 6), 128)
    assert person.property("Nothing") is None
    assert model.entity_type("Nothing") is None


def test_a_generated_association_leads_on(repository: MakeRepository) -> None:
    own = '<EntityType Identifier="Workflow_Person" ConsolidationMode="Merge"><Property Identifier="Person"/></EntityType>'
    model = load_model(repository({"People.xml": PEOPLE + '<WorkflowEntityType EntityType="Person"/>' + own}))
    variables = model.entity_type("Workflow_Person")
    assert variables is not None
    assert variables.consolidation == "Merge"
    assert [(each.type, each.target) for each in variables.properties] == [("ForeignKey", "Person")]


def test_a_broken_file_gives_what_stands_before_the_fault(repository: MakeRepository) -> None:
    broken = f'<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">{PEOPLE}<EntityType'
    model = load_model(repository({"a.xml": broken.encode(), "b.xml": SITES, "other.xml": b"<project/>"}))
    assert model.incomplete == ("a.xml",)
    assert [each.identifier for each in model.entity_types] == ["Person", "Site"]


def test_recorded_schemas_are_tables(repository: MakeRepository) -> None:
    table = '<ConnectionTable Identifier="HR" Connection="HRExport"><Column Identifier="id"/></ConnectionTable>'
    model = load_model(repository({".idmxml/schemas/HRExport.xml": table, "Sites.xml": SITES}))
    assert [(each.identifier, each.connection, each.is_recorded) for each in model.tables] == [("HR", "HRExport", True)]
    assert [each.identifier for each in model.tables[0].columns] == ["id"]


def test_excluded_files_are_left_out(repository: MakeRepository) -> None:
    model = load_model(repository({"idmxml.toml": 'exclude = ["Old"]\n', "Old/Sites.xml": SITES, "People.xml": PEOPLE}))
    assert [each.identifier for each in model.entity_types] == ["Person"]


def test_steps_of_a_job_name_their_task(repository: MakeRepository) -> None:
    job = '<Job Identifier="All" CronTabExpression="0 1 * * *"><Step Task="Read"/><ExportTask Identifier="Now"/></Job>'
    found = load_model(repository({"Jobs.xml": job})).jobs[0]
    assert found.schedule == "0 1 * * *"
    assert [(each.kind, each.identifier, each.task) for each in found.tasks] == [
        ("Step", "", "Read"),
        ("ExportTask", "Now", None),
    ]


def test_objects_are_frozen_and_hashable(repository: MakeRepository) -> None:
    found = load_model(repository({"People.xml": PEOPLE})).entity_types[0]
    with pytest.raises(FrozenInstanceError):
        found.identifier = "Other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        found.names[1] = "Other"  # type: ignore[index]
    assert len({found, found}) == 1


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(idmxml.UsageError, match="there is no file or folder"):
        load_model(tmp_path / "nothing")
