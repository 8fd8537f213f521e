"""Risks: how many items their rules need, and what an item may say."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.formats import bare
from idmxml.checks.role_model import TARGETS, targets
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Row
from idmxml.source.entry import Entry

SEPARATION: Final = frozenset({"SoD", "0"})


@rule("IDM5240", "lone-risk-item", on="Risk")
def lone_risk_item(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A rule of a risk of segregation of duties has one item alone.

    Why: such a risk is about entitlements that nobody may hold together, so each of its rules needs two at least. A single
    dangerous entitlement is a risk of high privileges.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person"/>
        <Risk Identifier="Doubt" DisplayName_L1="Doubt" EntityType="HR_Person" Policy="Default" RiskType="SoD">
          <Rule>
            <Item ResourceType="HR_Account" Property="HR_Person:Login"/>
          </Rule>
        </Risk>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person"/>
        <Risk Identifier="Doubt" DisplayName_L1="Doubt" EntityType="HR_Person" Policy="Default" RiskType="SoD">
          <Rule>
            <Item ResourceType="HR_Account" Property="HR_Person:Login"/>
            <Item ResourceType="HR_Account" Property="HR_Person:Mail"/>
          </Rule>
        </Risk>
    """
    if (entry.get("RiskType") or "SoD") not in SEPARATION:
        return
    for each in entry.of_kind("Risk.Rule"):
        if len(list(each.of_kind("Risk.Rule.Item"))) == 1:
            hint = "add the other entitlement, or set RiskType to high privileges"
            name = entry.get("Identifier") or ""
            yield Finding(each, f"a rule of the risk {name} has one item; segregation of duties needs two", hint=hint)


def _with_resource(rows: frozenset[Row], _context: Context) -> frozenset[Row]:
    return frozenset(row for row in rows if row[1])


@rule(
    "IDM5241",
    "resource-of-scalar",
    Severity.WARNING,
    on="Risk.Rule.Item",
    reads=("Property", "Resource", "ResourceType"),
    needs=(TARGETS, *NEEDS),
    screen=_with_resource,
)
def resource_of_scalar(entry: Entry, context: Context) -> Iterator[Finding]:
    """An item of a risk names a Resource, and its Property is a scalar.

    Why: Resource is what a navigation property leads to; with a scalar it means nothing.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person"/>
        <Risk Identifier="Doubt" DisplayName_L1="Doubt" EntityType="HR_Person" Policy="Default">
          <Rule>
            <Item ResourceType="HR_Account" Property="HR_Person:Login" Resource="admin"/>
            <Item ResourceType="HR_Account" Property="HR_Person:Mail"/>
          </Rule>
        </Risk>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Groups" Type="ForeignKey"/>
          <Property Identifier="Members" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Members" Property1="HR_Person:Groups" IsProperty1Collection="true"
            Property2="HR_Person:Members" IsProperty2Collection="true"/>
        <ResourceType Identifier="HR_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="HR_Person" TargetEntityType="HR_Person"/>
        <Risk Identifier="Doubt" DisplayName_L1="Doubt" EntityType="HR_Person" Policy="Default">
          <Rule>
            <Item ResourceType="HR_Account" Property="HR_Person:Groups" Resource="payers"/>
            <Item ResourceType="HR_Account" Property="HR_Person:Groups" Resource="approvers"/>
          </Rule>
        </Risk>
    """
    value = entry.get("Property") or ""
    owner = value.rpartition(":")[0] or targets(context).get(entry.get("ResourceType") or "") or ""
    facts = entity_model(context).property(owner, bare(value))
    if entry.get("Resource") and facts is not None and facts.is_scalar and facts.type != "Int64":
        message = f"{owner}:{facts.name} is of type {facts.type}, and leads to no resource"
        yield Finding(entry, message, "Resource", hint="remove it, or name a navigation property in Property")
