"""Universes: associations and filters against the entity types of their instances."""

from collections.abc import Iterator, Mapping

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import ASSOCIATION_ENDS, NEEDS, entity_model
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

INSTANCES = Projection("EntityInstance", ("../Identifier", "Identifier", "EntityType"))
BOTH_WAYS = frozenset({None, "Both", "0"})
# What FilterProperty leads to, by the attribute that says what it is compared with.
FILTERS = {"FilterEntityProperty": "EntityProperty", "FilterEntityType": "EntityType", "FilterResourceType": "ResourceType"}
WANTED = {
    "EntityProperty": "a property (the built-in EntityProperty)",
    "EntityType": "an entity type (the built-in EntityType)",
    "ResourceType": "a resource type (the built-in ResourceType)",
}


@rule(
    "IDM7265",
    "association-of-other-types",
    Severity.WARNING,
    on="AssociationInstance",
    reads=("Association", "Instance1", "Instance2", "Direction", "../Identifier"),
    needs=(INSTANCES, ASSOCIATION_ENDS),
)
def association_of_other_types(entry: Entry, context: Context) -> Iterator[Finding]:
    """An association stands between two instances of a universe whose entity types it does not link, or in their wrong order.

    Why: Direction must match the direction between the entity types of both instances; an association links those of its
    two properties. Exchanged instances are told as info, and only when Direction is one-way.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" DisplayName_L1="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" DisplayName_L1="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <Universe Identifier="Staff">
          <EntityInstance Identifier="Person" EntityType="HR_Person"/>
          <EntityInstance Identifier="Manager" EntityType="HR_Person"/>
          <AssociationInstance Association="HR_Site" Instance1="Person" Instance2="Manager"/>
        </Universe>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" DisplayName_L1="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" DisplayName_L1="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <Universe Identifier="Staff">
          <EntityInstance Identifier="Person" EntityType="HR_Person"/>
          <EntityInstance Identifier="Site" EntityType="HR_Site"/>
          <AssociationInstance Association="HR_Site" Instance1="Person" Instance2="Site" Direction="From1To2"/>
        </Universe>
    """
    universe = entry.parent.get("Identifier") if entry.parent is not None else None
    association = entry.get("Association") or ""
    linked = context.derived(_linked_types).get(association)
    types = context.derived(_instance_types)
    first = types.get((universe or "", entry.get("Instance1") or ""))
    second = types.get((universe or "", entry.get("Instance2") or ""))
    if linked is None or first is None or second is None:
        return
    words = f"{association} links {linked[0]} and {linked[1]}"
    if sorted((first, second)) != sorted(linked):
        hint = "name another association, or instances of these entity types"
        yield Finding(entry, f"{words}, and the instances are of {first} and {second}", "Association", hint)
    elif (first, second) != linked and entry.get("Direction") not in BOTH_WAYS:
        hint = "exchange Instance1 and Instance2, and mind Direction"
        message = f"{words}, in this order, and the instances stand the other way round"
        yield Finding(entry, message, "Direction", hint, severity=Severity.INFO)


def _linked_types(context: Context) -> Mapping[str, tuple[str, str]]:
    """The entity types of both properties of each association."""
    found = {}
    for row in context.rows(ASSOCIATION_ENDS):
        if row[0] and row[1] and row[2] and ":" in row[1] and ":" in row[2]:
            found[row[0]] = (row[1].partition(":")[0], row[2].partition(":")[0])
    return found


def _instance_types(context: Context) -> Mapping[tuple[str, str], str]:
    """The entity type of each instance, by universe and instance."""
    return {(row[0], row[1]): row[2] for row in context.rows(INSTANCES) if row[0] and row[1] and row[2]}


@rule(
    "IDM7266",
    "filter-property-of-another-kind",
    Severity.WARNING,
    on="EntityInstance",
    reads=("FilterProperty", "EntityType", *FILTERS),
    needs=NEEDS,
)
def filter_property_of_another_kind(entry: Entry, context: Context) -> Iterator[Finding]:
    """FilterProperty of an entity instance does not lead to what it is compared with.

    Why: with FilterEntityType it leads to an entity type, with FilterEntityProperty to a property, with FilterResourceType to
    a resource type.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Universe Identifier="People">
          <EntityInstance Identifier="Person" EntityType="HR_Person" FilterProperty="Login" FilterEntityType="HR_Person"/>
        </Universe>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Universe Identifier="People">
          <EntityInstance Identifier="Person" EntityType="HR_Person" FilterProperty="Login" FilterValue="guest"/>
        </Universe>
    """
    owner, _, name = (entry.get("FilterProperty") or "").rpartition(":")
    entity_type = owner or entry.get("EntityType")
    found = entity_model(context).property(entity_type, name) if entity_type and name else None
    for attribute, target in FILTERS.items():
        if not entry.get(attribute) or found is None:
            continue
        if found.is_scalar or (found.target is not None and found.target != target):
            leads = f"leads to {found.target}" if found.target else f"is of type {found.type}"
            wanted = WANTED[target]
            hint = "name such a property in FilterProperty, or compare with FilterValue"
            message = f"'{found.name}' must lead to {wanted} for {attribute}, and {leads}"
            yield Finding(entry, message, attribute, hint)
