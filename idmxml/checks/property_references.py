"""References to properties of entity types, mapped properties and activities: names within another object."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from idmxml.checks.finding import Finding
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.checks.within import read_within
from idmxml.diagnostics import Severity
from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import builtins, language
from idmxml.model.context import PROPERTIES, Context
from idmxml.model.entity_model import entity_model
from idmxml.model.names import closest
from idmxml.model.projection import Projection, Row, Subject, column_of
from idmxml.phrases import did_you_mean, some_of

FULL = re.compile(r"([^:.]+):([^:.]+)")
LOCALIZED = re.compile(r"InternalDisplayName_L([1-9]|1[0-6])")
MAPPED = Projection("EntityTypeMapping.Property", ("../Identifier", "Identifier"))
INSTANCES = Projection("EntityInstance", ("../Identifier", "Identifier"))

SHOWN = 8


@rule("IDM3003", "unknown-property")
def unknown_property() -> None:
    """An attribute names a property that its entity type does not have.

    Why: the product refuses the configuration at deployment. ``Id`` and ``InternalDisplayName`` exist on every entity type.

    Bad:
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayEntityType Identifier="HR_Site">
          <Property Identifier="Cod"/>
        </DisplayEntityType>

    Good:
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayEntityType Identifier="HR_Site">
          <Property Identifier="Code"/>
        </DisplayEntityType>
    """


@rule("IDM3005", "unknown-activity")
def unknown_activity() -> None:
    """An attribute names an activity that its workflow does not have, in the form Workflow:Activity.

    Why: the product refuses the configuration at deployment.

    Bad:
        <Workflow Identifier="Site_Create" DisplayName_L1="New site" VariablesType="HR_Site">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
        </Workflow>
        <AddChangeAspect Identifier="Stamp" Binding="HR_Site:Code">
          <PointCut Activity="Site_Create:Requst" ActivityState="Action-Executed"/>
        </AddChangeAspect>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <Workflow Identifier="Site_Create" DisplayName_L1="New site" VariablesType="HR_Site">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
        </Workflow>
        <AddChangeAspect Identifier="Stamp" Binding="HR_Site:Code">
          <PointCut Activity="Site_Create:Request" ActivityState="Action-Executed"/>
        </AddChangeAspect>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """


@rule("IDM3006", "unknown-instance")
def unknown_instance() -> None:
    """An association of a universe names an entity instance that the universe does not have.

    Why: the product refuses the configuration at deployment.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Parent" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Children" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site_Parent" Property1="HR_Site:Children" Property2="HR_Site:Parent" IsProperty1Collection="true"/>
        <Universe Identifier="Sites">
          <EntityInstance Identifier="Site" EntityType="HR_Site"/>
          <AssociationInstance Association="HR_Site_Parent" Instance1="Site" Instance2="Sit"/>
        </Universe>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Parent" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Children" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site_Parent" Property1="HR_Site:Children" Property2="HR_Site:Parent" IsProperty1Collection="true"/>
        <Universe Identifier="Sites">
          <EntityInstance Identifier="Site" EntityType="HR_Site"/>
          <EntityInstance Identifier="Parent" EntityType="HR_Site"/>
          <AssociationInstance Association="HR_Site_Parent" Instance1="Site" Instance2="Parent"/>
        </Universe>
    """


def properties_of(entity_type: str, context: Context) -> frozenset[str] | None:
    """The names of an entity type's properties; None when they can't all be known, or the type is unknown."""
    if entity_type not in context.names("EntityType"):
        return None
    if context.generated.has("EntityType", entity_type) and entity_model(context).is_open(entity_type):
        return None
    own = context.properties.get(entity_type, frozenset())
    return own | context.generated.owned("EntityType.Property", entity_type) | frozenset(builtins()["implicit_properties"])


def has_property(entity_type: str, name: str, context: Context) -> bool:
    """Whether the entity type has the property, or may have it for all that is known."""
    known = properties_of(entity_type, context)
    if known is None or name in known or LOCALIZED.fullmatch(name):
        return True
    return context.generated.has_owned("EntityType.Property", entity_type, name) or context.may_exist(entity_type)


class _PropertyReference:
    """An attribute that names a property: bare within an owner, or as EntityType:Property."""

    def __init__(self, attribute: Attribute) -> None:
        self.name = attribute.name
        self.owner = read_within(attribute.reference.within if attribute.reference else None)
        self.severity = Severity.WARNING if attribute.example_only else None

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.name, self.owner.column) if self.owner else (self.name,)

    def screen(self, rows: frozenset[Row], context: Context) -> frozenset[Row]:
        """Without the rows whose owner is an entity type that has the property; set against set."""
        if self.owner is None or self.owner.needs:
            return rows
        declared = context.rows(PROPERTIES)
        return frozenset(row for row in rows if row[0] and (row[1], row[0]) not in declared)

    def unknown(self, entry: Subject, context: Context) -> Iterator[Finding]:
        value = entry.get(self.name)
        split = self.split(value, entry, context) if value else None
        if value is None or split is None:
            return
        entity_type, name = split
        start = value.find(name, len(entity_type) + 1 if ":" in value else 0)
        part = (start, start + len(name)) if ":" in value else None
        if not has_property(entity_type, name, context) and not context.may_exist(name):
            near = closest(name, properties_of(entity_type, context) or ())
            yield Finding(
                entry,
                f"entity type {entity_type} has no property '{name}'",
                self.name,
                hint=did_you_mean(near) or _listing(properties_of(entity_type, context)),
                part=part,
                replacement=near,
                severity=self.severity,
            )
        elif ":" in value and not entity_model(context).knows(entity_type):
            near = closest(entity_type, context.entity_types)
            yield Finding(
                entry,
                f"no entity type named '{entity_type}'",
                self.name,
                hint=did_you_mean(near) or "declare <EntityType> with this identifier, or correct the name",
                part=(0, len(entity_type)),
                replacement=near,
                severity=self.severity,
            )

    def split(self, value: str, entry: Subject, context: Context) -> tuple[str, str] | None:
        full = FULL.fullmatch(value)
        if full:
            return full[1], full[2]
        if "." in value or ":" in value or self.owner is None:
            return None
        owner = self.owner.of(entry, context)
        return (owner, value) if owner else None


def _listing(names: frozenset[str] | None) -> str | None:
    return f"it has {some_of(sorted(names), SHOWN)}" if names else None


class _MappedReference(_PropertyReference):
    """An attribute that names a mapped property, as EntityType:Property."""

    def unknown(self, entry: Subject, context: Context) -> Iterator[Finding]:
        found = list(super().unknown(entry, context))
        if found:
            yield from found
            return
        value = entry.get(self.name) or ""
        full = FULL.fullmatch(value)
        if full is None or full[1] not in context.names("EntityTypeMapping"):
            return
        generated = context.generated.has_owned("EntityTypeMapping.Property", full[1], full[2])
        if full.groups() not in context.rows(MAPPED) and not generated and not context.may_exist(full[1]):
            yield Finding(
                entry,
                f"the mapping of {full[1]} does not map the property '{full[2]}'",
                self.name,
                hint=f'add <Property Identifier="{full[2]}" …/> to <EntityTypeMapping Identifier="{full[1]}">',
                part=(len(full[1]) + 1, len(value)),
            )


class _Activity:
    """An attribute that names an activity, as Workflow:Activity."""

    def __init__(self, attribute: Attribute) -> None:
        self.name = attribute.name
        self.severity = Severity.WARNING if attribute.example_only else None

    def unknown(self, entry: Subject, context: Context) -> Iterator[Finding]:
        value = entry.get(self.name)
        if not value:
            return
        workflow, colon, activity = value.partition(":")
        if not colon or context.may_exist(workflow):
            return
        if not context.has("Workflow", workflow):
            near = closest(workflow, context.names("Workflow"))
            yield self.finding(entry, f"no Workflow named '{workflow}'", (0, len(workflow)), near)
        elif workflow in context.names("Workflow") and not _has_activity(workflow, activity, context):
            near = closest(activity, context.activities.get(workflow, ()))
            part = (len(workflow) + 1, len(value))
            yield self.finding(entry, f"workflow {workflow} has no activity '{activity}'", part, near)

    def finding(self, entry: Subject, message: str, part: tuple[int, int], near: str | None) -> Finding:
        hint = did_you_mean(near) or "declare it, or correct the name"
        return Finding(entry, message, self.name, hint, part, near, self.severity)


def _has_activity(workflow: str, activity: str, context: Context) -> bool:
    declared = activity in context.activities.get(workflow, ())
    return declared or context.generated.has_owned("Workflow.Activity", workflow, activity)


class _Instance:
    """An attribute that names an entity instance of the same universe."""

    def __init__(self, attribute: Attribute) -> None:
        self.name = attribute.name

    def unknown(self, entry: Subject, context: Context) -> Iterator[Finding]:
        value, universe = entry.get(self.name), column_of(entry, "../Identifier")
        if not value or not universe or context.may_exist(value):
            return
        if (universe, value) not in context.rows(INSTANCES) and not context.generated.has("Universe.EntityInstance", value):
            near = closest(value, {row[1] for row in context.rows(INSTANCES) if row[0] == universe and row[1]})
            hint = did_you_mean(near) or "declare <EntityInstance> with this identifier, or correct the name"
            yield Finding(
                entry,
                f"universe {universe} has no entity instance '{value}'",
                self.name,
                hint,
                replacement=near,
            )


def property_rules() -> Iterator[Rule]:
    """The rules, once for each attribute that names a scoped object."""
    for kind in language():
        for attribute in kind.references:
            yield from _rules_for(kind, attribute)


def _rules_for(kind: Kind, attribute: Attribute) -> Iterator[Rule]:
    to = attribute.reference.to if attribute.reference else ""
    if to in {"EntityType.Property", "EntityTypeMapping.Property"}:
        check = _PropertyReference(attribute) if to == "EntityType.Property" else _MappedReference(attribute)
        needs = (*(check.owner.needs if check.owner else ()), *((MAPPED,) if to != "EntityType.Property" else ()))
        yield replace(_bound(unknown_property, kind, check.reads, check.unknown, needs), screen=check.screen)
    elif to == "Activity":
        yield _bound(unknown_activity, kind, (attribute.name,), _Activity(attribute).unknown, ())
    elif to == "EntityInstance":
        reads = (attribute.name, "../Identifier")
        yield _bound(unknown_instance, kind, reads, _Instance(attribute).unknown, (INSTANCES,))


def _bound(
    function: object, kind: Kind, reads: tuple[str, ...], run: Callable[..., Iterator[Finding]], needs: tuple[Projection, ...]
) -> Rule:
    base = rule_of(function)
    return replace(base, on=(kind.id,), reads=reads, run=run, needs=needs)
