"""Bindings of workflow aspects: the value to change, and the object its expressions see."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.bindings_start import walks
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.bindings import Binding, parse_binding
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS
from idmxml.source.entry import Entry

ASPECTS: Final = ("AddChangeAspect", "AssertValueAspect", "AssertValueRequiredAspect", "BuildUniqueValueAspect")
# For AssertValueRequiredAspect generated configurations leave ExpressionBinding out, against the text.
WITH_OWNERS: Final = ("AddChangeAspect", "AssertValueAspect", "BuildUniqueValueAspect")


@rule("IDM5008", "expression-binding-apart", on=ASPECTS)
def expression_binding_apart(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The ExpressionBinding of an aspect is no beginning of its Binding.

    Why: the expressions are about an object on the way to the value; ExpressionBinding says which, so it is where Binding
    starts, or the first steps of it.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AddChangeAspect Identifier="Login" Binding="Workflow_HR_Person:HR_Person.Login"
            ExpressionBinding="Workflow_HR_Person:HR_Person.Id" Expression="C#:person:return person?.Login;"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AddChangeAspect Identifier="Login" Binding="Workflow_HR_Person:HR_Person.Login"
            ExpressionBinding="Workflow_HR_Person:HR_Person" Expression="C#:person:return person?.Login;"/>
    """
    whole, begin = _parsed(entry, "Binding"), _parsed(entry, "ExpressionBinding")
    if whole is not None and begin is not None and not whole.begins_with(begin):
        message = f"the binding {entry.get('Binding')} does not begin with {entry.get('ExpressionBinding')}"
        hint = f"write the steps of Binding up to the object that expressions are about, such as {_object_of(whole)}"
        yield Finding(entry, message, "ExpressionBinding", hint)


@rule(
    "IDM5009",
    "aspect-of-many",
    Severity.WARNING,
    on=WITH_OWNERS,
    reads=("Binding", "ExpressionBinding"),
    needs=NEEDS,
)
def aspect_of_many(entry: Entry, context: Context) -> Iterator[Finding]:
    """The Binding of an aspect leads to many objects, and no ExpressionBinding says which of them its expressions see.

    Why: for a property of records the expressions have to be run once for each record; ExpressionBinding must lead to them.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Records" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Record">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Records" Property1="HR_Record:Person" Property2="HR_Person:Records" IsProperty2Collection="true"/>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AddChangeAspect Identifier="Number" Binding="Workflow_HR_Person:HR_Person.Records.Number" Expression="C#:record:return record?.Number;"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Records" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Record">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Records" Property1="HR_Record:Person" Property2="HR_Person:Records" IsProperty2Collection="true"/>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AddChangeAspect Identifier="Number" Binding="Workflow_HR_Person:HR_Person.Records.Number"
            ExpressionBinding="Workflow_HR_Person:HR_Person.Records" Expression="C#:record:return record?.Number;"/>
    """
    value = entry.get("Binding")
    if not value or entry.get("ExpressionBinding"):
        return
    found = walks(context).along(value, None)
    if found is None or found.problem is not None or found.many is None:
        return
    name, facts = found.many
    if name.end == len(value):
        return
    message = f"{facts.owner}:{facts.name} leads to many, and ExpressionBinding does not say that expressions are about each"
    hint = f'add ExpressionBinding="{value[: name.end]}"'
    yield Finding(entry, message, "Binding", hint, part=name.span)


def _parsed(entry: Entry, name: str) -> Binding | None:
    value = entry.get(name)
    found = parse_binding(value) if value else None
    return found if isinstance(found, Binding) else None


def _object_of(binding: Binding) -> str:
    """The binding without its last step; of a single step, its start."""
    start = f"{binding.start.text}:" if binding.start is not None else ""
    steps = binding.segments[:-1] or binding.segments
    return start + ".".join((f"{each.cast.text}:" if each.cast else "") + each.name.text for each in steps)
