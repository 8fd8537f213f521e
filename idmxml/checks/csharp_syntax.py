"""C# in expressions: whether it can be read, returns something, and uses its parameter."""

import re
from collections.abc import Iterator
from typing import Final

from idmxml.checks.expression_uses import Subject
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.csharp import is_expression

NOTHING: Final = re.compile(r"\b(?:null|default)\b")


@rule("IDM5120", "csharp-syntax")
def csharp_syntax(subject: Subject, _context: Context) -> Iterator[Finding]:
    """The C# code of an expression has a syntax error.

    Why: the product compiles the code; what can't be read can't be compiled. Only the first error is told, since others
    often follow from it.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return (person?.Name;"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return (person?.Name);"/>
    """
    fault = subject.body.fault
    if fault is not None and subject.body.comment is None and not _lacks_only_return(subject):
        yield subject.finding(fault.message, fault.hint, subject.in_code(fault.start, fault.end))


def _lacks_only_return(subject: Subject) -> bool:
    return not subject.body.returns and bool(subject.code.text.strip()) and is_expression(subject.code.text)


@rule("IDM5121", "csharp-without-return")
def csharp_without_return(subject: Subject, _context: Context) -> Iterator[Finding]:
    """The C# code of an expression has no return statement.

    Why: an expression hands back a value, and C# code does so with ``return``.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:person?.Name"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return person?.Name;"/>
    """
    body, code = subject.body, subject.code
    if body.returns or body.comment is not None:
        return
    alone = _lacks_only_return(subject)
    if body.fault is None or alone:
        text = code.text.strip()
        start = code.start + code.text.find(text)
        near = f"return {text.rstrip(';').rstrip()};" if alone else None
        hint = "write return … ;" if near is None else f"write {near}" if "\n" not in near else "write return before it"
        yield subject.finding("the C# code returns nothing", hint, (start, start + len(text)) if text else None, near)


@rule("IDM5122", "code-in-comment", Severity.WARNING)
def code_in_comment(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A ``//`` comment runs to the end of the C# code and takes the rest of it along.

    Why: an XML reader turns a line break inside an attribute into a space, so that the whole code stands in one line. Only
    ``&#xA;`` is kept as a line break.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:
          // the name is enough
          return person?.Name;"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:
          /* the name is enough */
          return person?.Name;"/>
    """
    comment = subject.body.comment
    if comment is not None:
        message = "this comment runs to the end of the code: line breaks inside an attribute become spaces"
        hint = "write it as /* … */, or end it with &#xA;"
        yield subject.finding(message, hint, subject.in_code(comment, comment + 2))


@rule("IDM5123", "csharp-without-parameter", Severity.WARNING)
def csharp_without_parameter(subject: Subject, _context: Context) -> Iterator[Finding]:
    """The prefix of a C# expression does not name the parameter.

    Why: every expression is given a value, which the code uses by the name between the two colons, as in ``C#:user:``. It is a
    warning, since one documented example leaves the name out.

    Bad:
        <RoleReviewNotification Identifier="Reviews" OwnerEntityType="HR_Person" TitleExpression="C#:return &quot;Roles wait for you&quot;;"/>

    Good:
        <RoleReviewNotification Identifier="Reviews" OwnerEntityType="HR_Person" TitleExpression="C#:person:return &quot;Roles wait for you&quot;;"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    if subject.expression.name is None:
        yield subject.finding("the C# expression names no parameter", "write C#:parameter:code", (0, subject.code.start))


@rule("IDM5124", "unused-parameter", Severity.INFO)
def unused_parameter(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A C# expression does not use its parameter although a literal could stand there.

    Why: what depends on nothing is easier to read, and quicker, as ``Literal:value``.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Kind" TargetColumnIndex="5"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Kind" EntityType="HR_Person" Property="Kind" Expression="C#:person:return &quot;Employee&quot;;"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Kind" TargetColumnIndex="5"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Kind" EntityType="HR_Person" Property="Kind" Expression="Literal:Employee"/>
    """
    name = subject.expression.name
    constant = _unused(subject) and not subject.body.names and not NOTHING.search(subject.code.text)
    if name is not None and subject.use.facts.literal and constant:
        yield subject.finding(f"the code does not use '{name.text}'", "a constant can be written as Literal:value", name.span)


@rule("IDM5125", "target-without-property")
def target_without_property(subject: Subject, _context: Context) -> Iterator[Finding]:
    """The target expression of a query rule uses no property of the target.

    Why: the rule looks for the resource whose value is that of the source. A value that does not depend on the resource
    fits all of them or none.

    Bad:
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" Category="AD" SourceEntityType="HR_Person" TargetEntityType="AD_Entry">
          <QueryRule Policy="Default" Property="manager" SourceBinding="HR_Person:Login" TargetExpression="C#:entry:return &quot;CN=Boss&quot;;"/>
        </ResourceType>

    Good:
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" Category="AD" SourceEntityType="HR_Person" TargetEntityType="AD_Entry">
          <QueryRule Policy="Default" Property="manager" SourceBinding="HR_Person:Login" TargetExpression="C#:entry:return entry?.dn?.ToLower();"/>
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
    name = subject.expression.name
    if name is not None and subject.use.facts.literal is False and _unused(subject):
        message = f"the code does not use '{name.text}', the resource it is to find"
        yield subject.finding(message, "compare with a property of the target", name.span)


def _unused(subject: Subject) -> bool:
    """Whether code that can be read does not hold the name of its parameter."""
    name, body = subject.expression.name, subject.body
    readable = body.fault is None and body.comment is None and body.returns
    return name is not None and readable and name.text.lstrip("@") not in {each.lstrip("@") for each in body.names}


CSHARP: Final = (
    csharp_syntax,
    csharp_without_return,
    code_in_comment,
    csharp_without_parameter,
    unused_parameter,
    target_without_property,
)
