"""Expressions that are literals: where they may stand, and whether they fit the property."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from idmxml.checks.expression_uses import Subject
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import INTEGER
from idmxml.model.context import Context
from idmxml.model.expressions import expression_facts
from idmxml.model.value_spelling import whole_number


@rule("IDM5110", "misplaced-literal")
def misplaced_literal(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A literal stands in an attribute that takes none.

    Why: literals are documented for the expressions of scalar rules, of the source of query rules and of entity properties,
    and for the names that role mappings make. The target of a query rule must use a property of the target. Elsewhere it is
    a warning, since the documentation gives the list in several versions.

    Bad:
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" Category="AD" SourceEntityType="HR_Person" TargetEntityType="AD_Entry">
          <QueryRule Policy="Default" Property="manager" SourceExpression="Literal:CN=Boss" TargetExpression="Literal:CN=Boss"/>
        </ResourceType>

    Good:
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" Category="AD" SourceEntityType="HR_Person" TargetEntityType="AD_Entry">
          <QueryRule Policy="Default" Property="manager" SourceExpression="Literal:CN=Boss" TargetBinding="AD_Entry:dn"/>
        </ResourceType>
        <Policy Identifier="Default" DisplayName_L1="Default" IsProvisioningEnabled="true"/>
        <Category Identifier="AD" DisplayName_L1="Directory" Policy="Default"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="AD_Manager" Property1="AD_Entry:manager" Property2="AD_Entry:reports" IsProperty2Collection="true"/>
    """
    allowed = subject.use.facts.literal
    if allowed:
        return
    tag = subject.entry.kind
    if allowed is False:
        message = f"a {subject.use.attribute} here must use a property of the target, and a literal uses none"
        yield subject.finding(message, "compare with a property: write C#:parameter:code, or name it in a binding")
    else:
        hint = "write C#:parameter:return …; with the value in quotes"
        message = f"{subject.use.attribute} of {tag} is not among the attributes that take a literal"
        yield subject.finding(message, hint, severity=Severity.WARNING)


@rule("IDM5111", "wrong-literal")
def wrong_literal(subject: Subject, context: Context) -> Iterator[Finding]:
    """A literal does not fit the type of the property it fills.

    Why: the value is read as the property's type. Properties of type ``DateTime`` and ``Binary`` take no literal at all.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="IsExternal" TargetColumnIndex="5" Type="Bool"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_IsExternal" EntityType="HR_Person" Property="IsExternal" Expression="Literal:no"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="IsExternal" TargetColumnIndex="5" Type="Bool"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_IsExternal" EntityType="HR_Person" Property="IsExternal" Expression="Literal:false"/>
    """
    target = subject.target(context)
    facts = expression_facts()["literals"].get(target.type) if target is not None else None
    body = subject.expression.body
    if target is None or facts is None or body is None:
        return
    full = f"{target.owner}:{target.name}"
    if facts.get("forbidden"):
        message = f"{full} is of type {target.type}, which takes no literal"
        yield subject.finding(message, "write C#:parameter:return …;")
    elif body.text.strip() and not _fits(body.text.strip(), facts):
        message = f"'{body.text}' does not fit {full}, which is of type {target.type}"
        yield subject.finding(message, f"write {_expected(facts)}", body.span)


def _fits(text: str, facts: Mapping[str, Any]) -> bool:
    if "pattern" in facts:
        return re.fullmatch(facts["pattern"], text) is not None
    number = whole_number(text) if INTEGER.fullmatch(text) else None
    return number is not None and facts["minimum"] <= number <= facts["maximum"]


def _expected(facts: Mapping[str, Any]) -> str:
    if "expected" in facts:
        return str(facts["expected"])
    return f"a whole number from {facts['minimum']} to {facts['maximum']}"


LITERALS: Final = (misplaced_literal, wrong_literal)
