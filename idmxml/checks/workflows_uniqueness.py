"""Aspects that build unique values: their checks, and the name their expressions keep for the counter of attempts."""

import re
from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

CHECKS = Projection("UnicityCheck", ("Aspect", "../Identifier"))
RESERVED = "iteration"
PARAMETER = re.compile(r"\s*[Cc]#:\s*(\w+)\s*:")
DECLARED = re.compile(rf"\b(?:var|int|long|string|bool|double|decimal|object|char|byte)\s+({RESERVED})\s*[=;,]")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@rule(
    "IDM7164",
    "uniqueness-check-beside-sql",
    on="BuildUniqueValueAspect",
    reads=("Identifier", "SqlCheckExpression", CONSOLIDATION),
    needs=(CHECKS,),
)
def uniqueness_check_beside_sql(entry: Entry, context: Context) -> Iterator[Finding]:
    """An aspect that builds unique values has a SqlCheckExpression and a UnicityCheck.

    Why: SqlCheckExpression must be absent when a UnicityCheck is linked to the aspect.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login"
            SqlBuildExpression="SELECT 'x'" SqlCheckExpression="SELECT 0">
          <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>
        </BuildUniqueValueAspect>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlBuildExpression="SELECT 'x'">
          <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>
        </BuildUniqueValueAspect>
    """
    if entry.get("SqlCheckExpression") and entry.get("Identifier") in context.derived(checked_aspects):
        hint = "remove SqlCheckExpression, or the UnicityChecks of the aspect"
        yield Finding(entry, "the aspect has a UnicityCheck, beside which SQL can't check", "SqlCheckExpression", hint)


@rule(
    "IDM7165",
    "missing-uniqueness-check",
    on="BuildUniqueValueAspect",
    reads=("Identifier", "SqlCheckExpression", CONSOLIDATION),
    needs=(CHECKS,),
)
def missing_uniqueness_check(entry: Entry, context: Context) -> Iterator[Finding]:
    """An aspect that builds unique values has neither a SqlCheckExpression nor a UnicityCheck.

    Why: nothing tells whether a value is taken. SqlCheckExpression is required when no UnicityCheck is linked to the aspect.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlBuildExpression="SELECT 'x'"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlBuildExpression="SELECT 'x'">
          <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>
        </BuildUniqueValueAspect>
    """
    name = entry.get("Identifier")
    if entry.get("SqlCheckExpression") or entry.get(CONSOLIDATION) or not name or not context.complete:
        return
    if name not in context.derived(checked_aspects) and not context.mentioned:
        yield Finding(entry, "nothing checks whether a built value is unique", "Identifier", "add a <UnicityCheck>")


def checked_aspects(context: Context) -> frozenset[str]:
    """The aspects with a UnicityCheck, inside them or beside them."""
    return frozenset(name for row in context.rows(CHECKS) for name in row if name)


@rule("IDM7166", "reserved-variable", on="BuildUniqueValueAspect")
def reserved_variable(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An expression of an aspect that builds unique values has a variable of its own called ``iteration``.

    Why: the name is that of the counter of attempts, which the expression could then no longer read.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlCheckExpression="SELECT 0"
            ExpressionBinding="Workflow_HR_Person:HR_Person" Expression="C#:person:var iteration = 1; return person?.Login + iteration;"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlCheckExpression="SELECT 0"
            ExpressionBinding="Workflow_HR_Person:HR_Person" Expression="C#:person:return person?.Login + iteration;"/>
    """
    for name in ("Expression", "SimulationExpression"):
        value = entry.get(name) or ""
        parameter = PARAMETER.match(value)
        if parameter is None:
            continue
        code = STRING.sub(lambda text: " " * len(text[0]), value)
        part = parameter.span(1) if parameter[1] == RESERVED else None
        declared = DECLARED.search(code, parameter.end())
        part = part or (declared.span(1) if declared else None)
        if part is not None:
            message = f"'{RESERVED}' is the counter of attempts, and can't be a variable of your own"
            yield Finding(entry, message, name, "give the variable another name", part=part)


@rule("IDM7167", "check-without-aspect", Severity.WARNING, on="UnicityCheck")
def check_without_aspect(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A UnicityCheck stands in no aspect and names none, or names another than it stands in.

    Why: the check belongs to the aspect that it stands in, or that Aspect names when it stands by itself.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlBuildExpression="SELECT 'x'"/>
        <UnicityCheck Aspect="HR_Login" TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>
    """
    aspect, parent = entry.get("Aspect"), entry.parent
    owner = parent.get("Identifier") if parent is not None and parent.kind == "BuildUniqueValueAspect" else None
    if owner is None and not aspect and (parent is None or parent.kind != "BuildUniqueValueAspect"):
        yield Finding(entry, "the check belongs to no aspect", hint="name the aspect in Aspect, or put the check inside it")
    elif owner is not None and aspect and aspect != owner:
        message = f"the check stands in aspect {owner} and names aspect {aspect}"
        yield Finding(entry, message, "Aspect", "remove Aspect, or move the check out of the aspect")


@rule("IDM7173", "repeated-uniqueness-check", on="BuildUniqueValueAspect")
def repeated_uniqueness_check(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An aspect has two UnicityChecks into one entity type.

    Why: an aspect has one check for each target entity type at most.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlBuildExpression="SELECT 'x'">
          <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>
          <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:InternalDisplayName"/>
        </BuildUniqueValueAspect>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <BuildUniqueValueAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" SqlBuildExpression="SELECT 'x'">
          <UnicityCheck TargetEntityType="HR_Person" TargetBinding="HR_Person:Login"/>
        </BuildUniqueValueAspect>
    """
    seen: dict[str, Entry] = {}
    for each in entry.of_kind("UnicityCheck"):
        target = each.get("TargetEntityType")
        if target and target in seen:
            message = f"a second check into {target}"
            yield Finding(each, message, "TargetEntityType", "join them in one check", related=((seen[target], "the first"),))
        elif target:
            seen[target] = each
