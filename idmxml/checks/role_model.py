"""The role model: whose properties are meant, what dimensions give, and policies that role mining rewrites."""

from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.formats import bare
from idmxml.checks.keys import EXPRESSIONS, expressions
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, EntityModel, entity_model
from idmxml.model.only_values import OnlyValues
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

TARGETS: Final = Projection("ResourceType", ("Identifier", "TargetEntityType"))
TARGET_BY_TYPE: Final = OnlyValues(TARGETS)
DIMENSIONS: Final = Projection("Dimension", ("Identifier", "EntityType"))
ROLE_RULES: Final = Projection("SingleRoleRule", ("Policy",))


def targets(context: Context) -> Mapping[str, str]:
    """The target entity type of each resource type that has one alone."""
    return context.derived(TARGET_BY_TYPE)


OF_RESOURCE_TYPES: Final = ("RoleMapping", "IndirectResourceRule", "Risk.Rule.Item")


@rule(
    "IDM5223",
    "property-of-other-type",
    Severity.WARNING,
    on=OF_RESOURCE_TYPES,
    reads=("Property", "ResourceType"),
    needs=(TARGETS,),
)
def property_of_other_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """The Property next to a ResourceType belongs to another entity type than the resource type's target.

    Why: what is looked at are the resources of the resource type, which have the properties of its TargetEntityType.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="AD_Entry"/>
        <Risk Identifier="Doubt" DisplayName_L1="Doubt" EntityType="HR_Person" Policy="Default">
          <Rule>
            <Item ResourceType="AD_Account" Property="HR_Person:Login"/>
            <Item ResourceType="AD_Account" Property="AD_Entry:dn"/>
          </Rule>
        </Risk>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="mail" TargetColumnIndex="4"/>
        </EntityType>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="AD_Entry"/>
        <Risk Identifier="Doubt" DisplayName_L1="Doubt" EntityType="HR_Person" Policy="Default">
          <Rule>
            <Item ResourceType="AD_Account" Property="AD_Entry:mail"/>
            <Item ResourceType="AD_Account" Property="AD_Entry:dn"/>
          </Rule>
        </Risk>
    """
    value = entry.get("Property") or ""
    owner, colon, _ = value.rpartition(":")
    target = targets(context).get(entry.get("ResourceType") or "")
    if colon and target is not None and owner != target:
        message = f"{value} is no property of {target}, the target of {entry.get('ResourceType')}"
        yield Finding(entry, message, "Property", hint=f"name a property of {target}", part=(0, len(owner)))


@rule(
    "IDM5224",
    "role-mapping-of-scalar",
    Severity.WARNING,
    on="RoleMapping",
    reads=("Property", "ResourceType"),
    needs=(TARGETS, *NEEDS),
)
def role_mapping_of_scalar(entry: Entry, context: Context) -> Iterator[Finding]:
    """The Property of a role mapping is no navigation property.

    Why: a navigation rule is generated along with each role, and such a rule fills navigation properties alone.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="AD_Entry" TargetEntityType="AD_Entry"/>
        <RoleMapping Identifier="AD_Roles" Policy="Default" ResourceType="AD_Account" Property="AD_Entry:dn"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="members" Type="ForeignKey"/>
          <Property Identifier="memberOf" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="AD_Members" Property1="AD_Entry:members" IsProperty1Collection="true"
            Property2="AD_Entry:memberOf" IsProperty2Collection="true"/>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="AD_Entry" TargetEntityType="AD_Entry"/>
        <RoleMapping Identifier="AD_Roles" Policy="Default" ResourceType="AD_Account" Property="AD_Entry:memberOf"/>
    """
    value = entry.get("Property") or ""
    owner = value.rpartition(":")[0] or targets(context).get(entry.get("ResourceType") or "") or ""
    facts = entity_model(context).property(owner, bare(value))
    if facts is not None and facts.is_scalar and facts.type != "Int64":
        message = f"{owner}:{facts.name} is of type {facts.type}, and roles give links"
        yield Finding(entry, message, "Property", hint="name the navigation property that holds the memberships")


@rule(
    "IDM5225",
    "dimension-of-other-type",
    on="NavigationRule",
    reads=("ResourceFromDimension", "Property", "../TargetEntityType"),
    needs=(DIMENSIONS, *NEEDS),
    screen=lambda rows, _context: frozenset(row for row in rows if row[0]),
)
def dimension_of_other_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """A navigation rule takes its resource from a dimension of another entity type than its property leads to.

    Why: the property can only hold resources of the entity type that it leads to.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <Dimension Identifier="Person" DisplayName_L1="Person" EntityType="HR_Person" ColumnMapping="0"/>
        <SingleRole Identifier="Local" DisplayName_L1="Local" EntityType="HR_Person" Policy="Default"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person">
          <NavigationRule Policy="Default" Property="Site" ResourceFromDimension="Person" SingleRole="Local"/>
        </ResourceType>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
    """
    dimension = entry.get("ResourceFromDimension") or ""
    owner = (entry.parent.get("TargetEntityType") if entry.parent is not None else None) or ""
    facts = entity_model(context).property(owner, bare(entry.get("Property")))
    held = {row[1] for row in context.tuples(DIMENSIONS) if row[0] == dimension}
    if facts is None or facts.target is None or len(held) != 1:
        return
    of = next(iter(held))
    if of is not None and of != facts.target:
        message = f"dimension {dimension} holds {of}, and {owner}:{facts.name} leads to {facts.target}"
        yield Finding(entry, message, "ResourceFromDimension", hint=f"name a dimension of {facts.target}")


@rule("IDM5226", "mined-policy-with-rules", Severity.WARNING, on="MiningRule", reads=("RulePolicy",), needs=(ROLE_RULES,))
def mined_policy_with_rules(entry: Entry, context: Context) -> Iterator[Finding]:
    """The RulePolicy of a mining rule is a policy that has single role rules of its own.

    Why: role mining replaces all single role rules of this policy with those it finds, so the written ones are lost.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="HR_Person" Policy="Default"/>
        <SingleRoleRule Role="Mail" Policy="Default"/>
        <MiningRule Policy="Default" EntityType="HR_Person" RulePolicy="Default"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Policy Identifier="Mined" DisplayName_L1="Mined"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="HR_Person" Policy="Default"/>
        <SingleRoleRule Role="Mail" Policy="Default"/>
        <MiningRule Policy="Default" EntityType="HR_Person" RulePolicy="Mined"/>
    """
    policy = entry.get("RulePolicy")
    if policy and policy in context.rows(ROLE_RULES):
        places = declared_there("Policy", policy, "the policy", context)
        message = f"the single role rules written for policy {policy} are replaced by role mining"
        yield Finding(entry, message, "RulePolicy", hint="name a policy used for mining alone", elsewhere=places)


@rule(
    "IDM5227",
    "computed-modification-date",
    on="AccessCertificationOwnerFilter",
    reads=("OwnerLastModificationDateBinding",),
    needs=(EXPRESSIONS, *NEEDS),
)
def computed_modification_date(entry: Entry, context: Context) -> Iterator[Finding]:
    """The date by which a certification campaign chooses owners is computed by an EntityPropertyExpression.

    Why: the product keeps no date of the last change for properties it computes itself.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Mail" EntityType="HR_Person" Property="Mail" Binding="HR_Person:Login"/>
        <AccessCertificationOwnerFilter Campaign="Spring" OwnerLastModificationDate="2026-01-01" OwnerLastModificationDateBinding="HR_Person:Mail"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    value = entry.get("OwnerLastModificationDateBinding") or ""
    owner, name = _end_of(value, entity_model(context))
    identifier = expressions(context).get((owner, name))
    if identifier is None:
        return
    message = f"{owner}:{name} is computed by the expression {identifier}"
    hint = "name a property that is loaded or entered"
    yield Finding(entry, message, "OwnerLastModificationDateBinding", hint)


def _end_of(binding: str, model: EntityModel) -> tuple[str, str]:
    """The entity type and the name of the last property of a binding; empty when the way there isn't known."""
    owner, colon, path = binding.partition(":")
    if not colon or ":" in path:
        return "", ""
    *steps, last = path.split(".")
    for step in steps:
        facts = model.property(owner, step)
        if facts is None or facts.target is None:
            return "", ""
        owner = facts.target
    return owner, last


DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
SUFFIXES: Final = tuple(first + second for first in ("", "1", "2", "3") for second in DIGITS)
BENEATH: Final = {f"L{suffix}": f"D{suffix}" for suffix in SUFFIXES}
INHERITING: Final = (
    "AccessCertificationOwnerFilter",
    "AutomationRule",
    "CategoryAutomationRule",
    "CompositeRoleAutomationRule",
    "CompositeRoleRule",
    "NavigationRule",
    "PolicyAutomationRule",
    "ResourceTypeAutomationRule",
    "SingleRoleAutomationRule",
    "SingleRoleRule",
    "TypeRule",
)


@rule("IDM5228", "inheritance-without-value", Severity.WARNING, on=INHERITING, touch=frozenset(BENEATH))
def inheritance_without_value(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An L attribute stands without the D attribute of the same suffix.

    Why: it extends the condition to what lies beneath the value in D, so without a value it has no effect.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="HR_Person" Policy="Default"/>
        <SingleRoleRule Role="Mail" Policy="Default" L0="true"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="HR_Person" Policy="Default"/>
        <SingleRoleRule Role="Mail" Policy="Default" D0="IT" L0="true"/>
    """
    for name in entry.attributes:
        value = BENEATH.get(name)
        if value is not None and value not in entry.attributes and entry.flag(name):
            message = f"{name} has no effect without {value}"
            yield Finding(entry, message, name, hint=f"give {value}, or remove {name}")
