"""C# in expressions against the entity model: members of resources, methods on collections, types that are queried."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.csharp_types import QUERIES, Types
from idmxml.checks.expression_uses import Subject
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.csharp_values import Member, Parameter, Value
from idmxml.model.entity_model import EntityModel, entity_model
from idmxml.model.expressions import names_of
from idmxml.model.names import closest
from idmxml.phrases import did_you_mean, some_of

SHOWN: Final = 8
OF_COLLECTIONS: Final = frozenset({"Capacity", "Count", "Length"})
# Types whose values have members even when they are null.
NULLABLE_TYPES: Final = frozenset({"Bool", "Byte", "DateTime", "Double", "Guid", "Int16", "Int32", "Int64"})


@rule("IDM5130", "unknown-member", Severity.WARNING)
def unknown_member(subject: Subject, context: Context) -> Iterator[Finding]:
    """C# code uses a property that the entity type does not have.

    Why: the code is compiled against the entity types; a property that does not exist breaks it when it is run. Followed are
    the parameter, variables, loops, lambdas and the usual methods on collections.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="LastName" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return person?.Lastname;"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="LastName" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return person?.LastName;"/>
    """
    types = Types(entity_model(context), subject.parameter_type(context))
    for member in subject.body.members:
        owner = types.of(member.receiver) if not member.called else None
        if owner is None:
            continue
        place = subject.in_code(member.start, member.end)
        if owner.many:
            if member.name not in OF_COLLECTIONS and types.model.property(owner.type, member.name) is not None:
                message = f"'{member.name}' belongs to each {owner.type}, and this is a collection of them"
                yield subject.finding(message, "choose one with FirstOrDefault(), or use Select(…)", place)
        elif not _may_have(owner.type, member.name, types.model):
            near = closest(member.name, types.model.properties(owner.type))
            hint = did_you_mean(near) or _listing(owner.type, types.model)
            yield subject.finding(f"entity type {owner.type} has no property '{member.name}'", hint, place, near)


def _may_have(entity_type: str, name: str, model: EntityModel) -> bool:
    """Whether a member is a property, or may be the key of one that leads to a resource, or the product's own."""
    bare = name.removeprefix("@")
    if bare in names_of("resource_members") or model.may_have(entity_type, bare):
        return True
    found = model.property(entity_type, bare.removesuffix("Id").removesuffix("_")) if bare.endswith("Id") else None
    return found is not None and found.is_navigation


def _listing(entity_type: str, model: EntityModel) -> str:
    return f"it has {some_of(list(model.properties(entity_type)), SHOWN)}"


@rule("IDM5131", "unknown-queried-type")
def unknown_queried_type(subject: Subject, context: Context) -> Iterator[Finding]:
    """C# code queries an entity type that does not exist.

    Why: the type argument of ``queryHandler.Select`` names the entity type whose resources are returned. It is a warning for a
    single word that resembles none of them, since the product has entity types of its own that no page lists.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Count" TargetColumnIndex="5" Type="Int32"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Count" EntityType="HR_Person" Property="Count" Expression="C#:person:return queryHandler.Select&lt;HR_Persn&gt;(&quot;select Id&quot;).Count();"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Count" TargetColumnIndex="5" Type="Int32"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Count" EntityType="HR_Person" Property="Count" Expression="C#:person:return queryHandler.Select&lt;HR_Person&gt;(&quot;select Id&quot;).Count();"/>
    """
    model = entity_model(context)
    for use in subject.body.uses:
        if use.name == f"{QUERIES}.Select" and len(use.type_arguments) == 1 and not use.declared:
            name, _, end = use.type_arguments[0]
            bare = name.rpartition(".")[2]
            if bare.isidentifier() and not model.knows(bare):
                near = closest(bare, model.types)
                hint = did_you_mean(near) or "declare <EntityType> with this identifier, or correct the name"
                place = subject.in_code(end - len(bare), end)
                severity = None if near or "_" in bare else Severity.WARNING
                yield subject.finding(f"no entity type named '{bare}'", hint, place, near, severity)


@rule("IDM5132", "unauthorized-linq", Severity.WARNING)
def unauthorized_linq(subject: Subject, context: Context) -> Iterator[Finding]:
    """C# code calls a LINQ method on resources that the product does not authorize there.

    Why: on collections of resources only some methods may be called; others are refused with a message that ends in "used
    are not authorized". On values taken from them, such as texts, all may be called.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Kind" TargetColumnIndex="5"/>
          <Property Identifier="First" TargetColumnIndex="6" Type="Int64"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_First" EntityType="HR_Person" Property="First" Expression="C#:person:return queryHandler.Select&lt;HR_Person&gt;(&quot;select Id, Kind&quot;).GroupBy(each =&gt; each?.Kind).Count();"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Kind" TargetColumnIndex="5"/>
          <Property Identifier="First" TargetColumnIndex="6" Type="Int64"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_First" EntityType="HR_Person" Property="First" Expression="C#:person:return queryHandler.Select&lt;HR_Person&gt;(&quot;select Id, Kind&quot;).Select(each =&gt; each?.Kind).Distinct().Count();"/>
    """
    types = Types(entity_model(context), subject.parameter_type(context))
    refused = names_of("linq") - names_of("linq_on_entities")
    for member in subject.body.members:
        owner = types.of(member.receiver) if member.called and member.name in refused else None
        if owner is not None and owner.many:
            message = f"{member.name} is not among the methods authorized on resources ({owner.type})"
            hint = "authorized are " + ", ".join(sorted(names_of("linq_on_entities")))
            yield subject.finding(message, hint, subject.in_code(member.start, member.end))


@rule("IDM5133", "access-without-null-check", Severity.INFO)
def access_without_null_check(subject: Subject, context: Context) -> Iterator[Finding]:
    """C# code goes on from a value that may be null without ``?.``.

    Why: a property without a value is null, and going on from null fails. With ``?.`` the whole is null instead. Code that
    compares the value with null is left alone, and of each expression only the first place is told.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="LastName" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return person.LastName.ToUpper();"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="LastName" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return person?.LastName?.ToUpper();"/>
    """
    name, body = subject.expression.name, subject.body
    types = Types(entity_model(context), subject.parameter_type(context))
    if name is None or types.parameter is None:
        return
    bare = [each for each in body.members if _is_bare(each, name.text, body.checked) and not _is_nullable(each.receiver, types)]
    if bare:
        first = min(bare, key=lambda each: each.start)
        before = ".".join(_path(first.receiver, name.text) or ())
        more = f", and {len(bare) - 1} more" if len(bare) > 1 else ""
        message = f"'{before}' may be null where '{first.name}' is taken from it{more}"
        place = subject.in_code(first.start, first.end)
        yield subject.finding(message, f"write {before}?.{first.name}", place)


NULLABLE: Final = frozenset({"HasValue", "Value", "GetValueOrDefault"})


def _is_bare(member: Member, parameter: str, checked: frozenset[str]) -> bool:
    if member.conditional or member.forced or member.name in NULLABLE:
        return False
    path = _path(member.receiver, parameter)
    return path is not None and not any(each == ".".join(path) or _ends(each, ".".join(path)) for each in checked)


def _is_nullable(value: Value, types: Types) -> bool:
    """Whether a value is a property whose type has members even without a value, such as a date."""
    owner = types.of(value.receiver) if isinstance(value, Member) and not value.called else None
    found = types.model.property(owner.type, value.name) if isinstance(value, Member) and owner is not None else None
    return found is not None and found.type in NULLABLE_TYPES and not found.is_navigation


def _ends(text: str, path: str) -> bool:
    """Whether a text ends in a path that does not go on before."""
    before = text[: -len(path)]
    return text.endswith(path) and not (before[-1].isalnum() or before[-1] in "._@")


def _path(value: Value, parameter: str) -> tuple[str, ...] | None:
    """The names that lead from the parameter to a value; None when it does not start there, or a method is called."""
    if isinstance(value, Parameter):
        return (parameter,)
    if isinstance(value, Member) and not value.called:
        before = _path(value.receiver, parameter)
        return (*before, value.name) if before is not None else None
    return None


CSHARP: Final = (unknown_member, unknown_queried_type, unauthorized_linq, access_without_null_check)
