"""Resource types and their rules: what each rule may compute, what excludes what, and what a resource type waits for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.formats import bare
from idmxml.checks.mapped_properties import CONNECTIONS
from idmxml.checks.packages_in_use import mapping_kinds
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.facts.packages import packages
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, PropertyFacts, entity_model
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

WANTED: Final = {
    "ScalarRule": ("a scalar rule", "a scalar property"),
    "NavigationRule": ("a navigation rule", "a navigation property"),
    "QueryRule": ("a query rule", "a navigation property"),
    "BinaryRule": ("a binary rule", "a binary property"),
}
BINARIES: Final = frozenset({"Binary", "Bytes"})
TAKES_ARGUMENTS: Final = frozenset({"activedirectory", "ldap", "openldap"})
WORKFLOW: Final = "Usercube.FulfillWorkflow@0000001"
PLAIN_TYPES: Final = frozenset({"String", "Int32", "DateTime", "Bool", "Guid", "Double", "Byte", "Int16"})


def fits(rule_kind: str, facts: PropertyFacts) -> bool:
    """Whether a rule of this kind may compute the property; true where it can't be told.

    Older configurations use Int64 for navigation properties, so that Int64 may be either.
    """
    if facts.type is None or facts.type == "Option":
        return True
    if rule_kind == "ScalarRule":
        return facts.type != "ForeignKey"
    if rule_kind == "BinaryRule":
        return facts.type in BINARIES
    return facts.association is not None or facts.type not in PLAIN_TYPES | BINARIES


@rule("IDM5201", "rule-for-other-property", on=tuple(WANTED), reads=("Property", "../TargetEntityType"), needs=NEEDS)
def rule_for_other_property(entry: Entry, context: Context) -> Iterator[Finding]:
    """A rule of a resource type computes a property of another sort: scalar, navigation or binary.

    Why: a scalar rule gives a value, navigation and query rules give links to resources, a binary rule gives a file. The
    rule can't fill a property of another sort.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <ScalarRule Policy="Default" Property="Manager" Binding="HR_Person:Login"/>
        </ResourceType>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <ScalarRule Policy="Default" Property="Login" Binding="HR_Person:Login"/>
          <QueryRule Policy="Default" Property="Manager" SourceBinding="HR_Person:Login" TargetBinding="HR_Person:Login"/>
        </ResourceType>
    """
    kind = entry.kind or ""
    owner = (entry.parent.get("TargetEntityType") if entry.parent is not None else None) or ""
    facts = entity_model(context).property(owner, bare(entry.get("Property")))
    if facts is None or fits(kind, facts):
        return
    subject, wanted = WANTED[kind]
    sort = "a navigation property" if facts.is_navigation else f"of type {facts.type}"
    hint = "use a navigation or query rule" if facts.is_navigation else f"use {_rule_for(facts)}"
    yield Finding(entry, f"{owner}:{facts.name} is {sort}, and {subject} fills {wanted}", "Property", hint)


def _rule_for(facts: PropertyFacts) -> str:
    return "a binary rule" if facts.type in BINARIES else "a scalar rule"


@rule("IDM5202", "navigation-and-query", on="ResourceType")
def navigation_and_query(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A resource type computes one navigation property by navigation rules and by query rules.

    Why: the two exclude each other, so one of them has no effect, or deployment refuses them.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <NavigationRule Policy="Default" Property="Manager" Resource="jdoe"/>
          <QueryRule Policy="Default" Property="Manager" SourceBinding="HR_Person:Login" TargetBinding="HR_Person:Login"/>
        </ResourceType>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <QueryRule Policy="Default" Property="Manager" SourceBinding="HR_Person:Login" TargetBinding="HR_Person:Login"/>
        </ResourceType>
    """
    queries = [each for each in entry.children if each.kind == "QueryRule"]
    if not queries:
        return
    first: dict[str, Entry] = {}
    for each in entry.children:
        if each.kind == "NavigationRule" and each.get("Property"):
            first.setdefault(bare(each.get("Property")), each)
    for each in queries:
        other = first.get(bare(each.get("Property")))
        if other is not None:
            message = f"{bare(each.get('Property'))} is filled by a navigation rule as well"
            hint = "keep the query rules or the navigation rules of this property"
            yield Finding(each, message, "Property", hint, related=((other, "a navigation rule for the same property"),))


CRITERIA: Final = ("SingleRole", "TimeOffsetReference", "TimeOffsetBeforeReference", "TimeOffsetAfterReference")
SOURCES: Final = ("Binding", "Expression")


@lru_cache(maxsize=64)
def _reference(value: str | None) -> str:
    numbers = language().kind("ScalarRule").attributes["TimeOffsetReference"].type.numbers or {}
    names = {str(number): name for name, number in numbers.items()}
    return "Default" if value is None else names.get(value, value)


def _criteria(entry: Entry) -> tuple[str | None, ...]:
    role, reference, before, after = (entry.get(name) for name in CRITERIA)
    policy = entry.get("Policy") or (entry.parent.get("Policy") if entry.parent is not None else None)
    return entry.kind, bare(entry.get("Property")), policy, role, _reference(reference), before or "0", after or "0"


@rule("IDM5203", "overlapping-rules", Severity.WARNING, on="ResourceType")
def overlapping_rules(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """Two scalar or binary rules compute one property from different sources, for the same people and the same time.

    Why: the value is that of whichever comes last. Rules of one property must differ in TimeOffsetReference, in their
    offsets, in the role they ask for, or in their policy.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="State" TargetColumnIndex="5"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <ScalarRule Policy="Default" Property="State" Expression="Literal:512"/>
          <ScalarRule Policy="Default" Property="State" Expression="Literal:514"/>
        </ResourceType>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="State" TargetColumnIndex="5"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <ScalarRule Policy="Default" Property="State" Expression="Literal:512"/>
          <ScalarRule Policy="Default" Property="State" Expression="Literal:514" TimeOffsetReference="After" TimeOffsetAfterReference="43200"/>
        </ResourceType>
    """
    first: dict[tuple[str | None, ...], Entry] = {}
    for each in entry.children:
        if each.kind not in {"ScalarRule", "BinaryRule"} or not each.get("Property") or each.get(CONSOLIDATION):
            continue
        other = first.setdefault(_criteria(each), each)
        if other is not each and [each.get(name) for name in SOURCES] != [other.get(name) for name in SOURCES]:
            message = f"another rule computes {bare(each.get('Property'))} for the same people and time"
            hint = "remove one, or set them apart by TimeOffsetReference and offsets"
            yield Finding(each, message, "Property", hint, related=((other, "the first rule of this property"),))


@rule("IDM5204", "undeclared-type-parameter", Severity.INFO, on="ResourceType")
def undeclared_type_parameter(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A type rule uses a dimension, and its resource type does not say so with the P attribute of the same suffix.

    Why: Pn marks the resource type as depending on dimension n, because one of its type rules does.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Site" TargetEntityType="HR_Site">
          <TypeRule Policy="Default" D0="PAR"/>
        </ResourceType>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Site" TargetEntityType="HR_Site" P0="true">
          <TypeRule Policy="Default" D0="PAR"/>
        </ResourceType>
    """
    told: set[str] = set()
    for each in entry.children:
        if each.kind != "TypeRule":
            continue
        for name in each.attributes:
            if name in _dimensions() and name not in told and not entry.flag(f"P{name[1:]}"):
                told.add(name)
                hint = f'add P{name[1:]}="true" to the resource type'
                message = f"{name} is used here, and {entry.get('Identifier') or 'the resource type'} has no P{name[1:]}"
                yield Finding(each, message, name, hint)


@lru_cache(maxsize=1)
def _dimensions() -> frozenset[str]:
    kind = language().kind("TypeRule")
    return frozenset(
        each.name for each in kind.references if each.reference and each.reference.to == "Resource" and each.name[0] == "D"
    )


MAPPED_TYPES: Final = tuple(Projection(kind, ("Identifier", "Connection")) for kind in mapping_kinds())


def connections_of(context: Context) -> Mapping[str, frozenset[str]]:
    """By resource type, the connections of its mappings, in lower case."""
    return context.derived(_collect_connections)


def _collect_connections(context: Context) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for projection in MAPPED_TYPES:
        for identifier, connection in context.tuples(projection):
            if identifier and connection:
                found[identifier].add(connection.casefold())
    return {identifier: frozenset(each) for identifier, each in found.items()}


def _packages_by_connection(context: Context) -> Mapping[str, str]:
    return {(row[0] or "").casefold(): row[2] or "" for row in sorted(context.tuples(CONNECTIONS), key=str)}


@rule(
    "IDM5205",
    "needless-arguments",
    Severity.WARNING,
    on="ResourceType",
    reads=("Identifier", "ArgumentsExpression"),
    needs=(*MAPPED_TYPES, CONNECTIONS),
    screen=lambda rows, _context: frozenset(row for row in rows if row[1]),
)
def needless_arguments(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource type has an ArgumentsExpression, and its connection's package does not take arguments.

    Why: only directories (LDAP, Active Directory) and workflows read them.

    Bad:
        <Connector Identifier="SN" DisplayName_L1="SN"/>
        <Connection Identifier="SNow" DisplayName_L1="SN" Connector="SN" Package="Usercube.ServiceNow@0000001"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="SN_User">
          <Property Identifier="SysId" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="SN_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="SN_User" TargetEntityType="SN_User"
            ArgumentsExpression="C#:resource:return null;"/>
        <ServiceNowResourceTypeMapping Identifier="SN_Account" Connection="SNow"/>

    Good:
        <Connector Identifier="SN" DisplayName_L1="SN"/>
        <Connection Identifier="SNow" DisplayName_L1="SN" Connector="SN" Package="Usercube.ServiceNow@0000001"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="SN_User">
          <Property Identifier="SysId" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="SN_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="SN_User" TargetEntityType="SN_User"/>
        <ServiceNowResourceTypeMapping Identifier="SN_Account" Connection="SNow"/>
    """
    identifier = entry.get("Identifier") or ""
    by_connection = context.derived(_packages_by_connection)
    names = {by_connection.get(each, "") for each in connections_of(context).get(identifier, ())}
    known = [packages()[name] for name in sorted(names) if name in packages()]
    if not entry.get("ArgumentsExpression") or not known or len(known) < len(names):
        return
    if all(each.identifier != WORKFLOW and each.technology not in TAKES_ARGUMENTS for each in known):
        message = f"package '{known[0].identifier}' takes no arguments"
        yield Finding(entry, message, "ArgumentsExpression", hint="remove the expression; it has no effect")
