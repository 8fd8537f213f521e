"""What waits for what in the role model: resource types for others and for their owners, categories within each other."""

from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.declared_before import declared_before, declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import Entry

PARENT: Final = {"ResourceType": "DependsOn", "Category": "Parent"}
CHAINS: Final = {kind: Projection(kind, ("Identifier", name)) for kind, name in PARENT.items()}


def _linked(rows: frozenset[Row], _context: Context) -> frozenset[Row]:
    return frozenset(row for row in rows if row[1])


def _resource_type_chain(context: Context) -> Mapping[str, str]:
    return _chain("ResourceType", context)


def _category_chain(context: Context) -> Mapping[str, str]:
    return _chain("Category", context)


def _chain(kind: str, context: Context) -> Mapping[str, str]:
    return {row[0]: row[1] for row in sorted(context.tuples(CHAINS[kind]), key=str) if row[0] and row[1]}


MAKERS: Final = {"ResourceType": _resource_type_chain, "Category": _category_chain}


def _circle(start: str, following: Mapping[str, str]) -> list[str] | None:
    """The names from ``start`` back to it, None when the chain does not come back."""
    path = [start]
    while (name := following.get(path[-1])) is not None:
        path.append(name)
        if name == start:
            return path
        if name in path[:-1]:
            return None
    return None


@rule(
    "IDM5220",
    "circular-dependency",
    on="ResourceType",
    reads=("Identifier", "DependsOn"),
    needs=tuple(CHAINS.values()),
    screen=_linked,
)
def circular_dependency(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource type depends on itself, directly or through others.

    Why: an owner must have the other resource first, so that neither is ever provisioned.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person" DependsOn="HR_Account"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person"/>
        <ResourceType Identifier="HR_Mailbox" DisplayName_L1="Mailbox" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person" DependsOn="HR_Account"/>
    """
    yield from _circular(entry, context, "depends on itself")


@rule(
    "IDM5221",
    "circular-category",
    Severity.WARNING,
    on="Category",
    reads=("Identifier", "Parent"),
    needs=tuple(CHAINS.values()),
    screen=_linked,
)
def circular_category(entry: Entry, context: Context) -> Iterator[Finding]:
    """A category is its own parent, directly or through others.

    Why: the categories of such a circle hang on no top category, and can't be shown in the tree.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="Mail" DisplayName_L1="Mail" Policy="Default" Parent="Services"/>
        <Category Identifier="Services" DisplayName_L1="Services" Policy="Default" Parent="Mail"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="Mail" DisplayName_L1="Mail" Policy="Default" Parent="Services"/>
        <Category Identifier="Services" DisplayName_L1="Services" Policy="Default"/>
    """
    yield from _circular(entry, context, "is its own parent")


def _circular(entry: Entry, context: Context, offence: str) -> Iterator[Finding]:
    kind = entry.kind or ""
    identifier, attribute = entry.get("Identifier") or "", PARENT[kind]
    path = _circle(identifier, context.derived(MAKERS[kind])) if entry.get(attribute) else None
    if path is None:
        return
    others = path[1:-1]
    if isinstance(entry, Entry) and declared_before(entry, "Identifier", others, context) is not None:
        return  # it is told at the first
    direct = not others
    message = f"'{identifier}' {offence}" + ("" if direct else f": {' → '.join(path)}")
    # The documentation forbids the direct case alone; the longer one follows from it.
    severity = None if direct else Severity.WARNING
    hint = "leave the attribute out, or name another"
    there = tuple(place for each in others for place in declared_there(kind, each, "also in the circle", context))
    yield Finding(entry, message, attribute, hint, severity=severity, elsewhere=there)


@rule(
    "IDM5222",
    "dependence-on-other-owner",
    on="ResourceType",
    reads=("DependsOnOwnerProperty", "SourceEntityType"),
    needs=NEEDS,
    screen=lambda rows, _context: frozenset(row for row in rows if row[0]),
)
def dependence_on_other_owner(entry: Entry, context: Context) -> Iterator[Finding]:
    """The DependsOnOwnerProperty of a resource type is no scalar property of its SourceEntityType.

    Why: provisioning waits until the owner's property is filled; the owner is of the source entity type, and only a scalar
    can be filled. One documented example names a property of another entity type, which is a warning therefore.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="AD_Entry"
            DependsOnOwnerProperty="AD_Entry:dn"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="AD_Entry"
            DependsOnOwnerProperty="HR_Person:Login"/>
    """
    value, source = entry.get("DependsOnOwnerProperty") or "", entry.get("SourceEntityType") or ""
    owner, colon, name = value.rpartition(":")
    if not value or not source:
        return
    if colon and owner != source:
        message = f"{value} is no property of {source}, the source entity type"
        hint = f"name a property of {source}, written {source}:Property"
        yield Finding(entry, message, "DependsOnOwnerProperty", hint, severity=Severity.WARNING)
        return
    facts = entity_model(context).property(source, name)
    if facts is not None and facts.is_navigation:
        message = f"{source}:{name} is a navigation property"
        yield Finding(entry, message, "DependsOnOwnerProperty", hint="name a scalar property")
