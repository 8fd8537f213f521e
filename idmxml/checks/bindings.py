"""Bindings: paths through the entity model, checked in every attribute that holds one."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from idmxml.checks.bindings_judging import judged_kinds
from idmxml.checks.rule import Rule, rule
from idmxml.diagnostics import Severity


@rule("IDM5001", "malformed-binding")
def malformed_binding() -> None:
    """The value of an attribute for bindings is not written as one.

    Why: a binding is EntityType:Navigation.Navigation.Property, without the entity type where it is implied. The product
    refuses anything else at deployment.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="HR_Person::Login"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="HR_Person:Login"/>
        </DisplayTable>
    """


@rule("IDM5002", "unknown-binding-type")
def unknown_binding_type() -> None:
    """A binding starts from an entity type, or casts to one, that does not exist.

    Why: the product refuses the configuration at deployment. Where the name may be one of the product's own that we do not
    know of, the finding is a warning.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Persn:Login"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Person:Login"/>
    """


@rule("IDM5003", "unknown-binding-property")
def unknown_binding_property() -> None:
    """A step of a binding is no property of the entity type reached so far.

    Why: the product refuses the configuration at deployment. ``Id`` and ``InternalDisplayName`` exist on every entity type;
    nothing is said of entity types whose properties are not all known, such as the product's own.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Person_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Person:Site.Cod"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Person_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Person:Site.Code"/>
    """


@rule("IDM5004", "binding-through-scalar")
def binding_through_scalar() -> None:
    """A binding goes on behind a scalar property.

    Why: only a navigation property leads on to another resource, so every step but the last must be one.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Person:Login.Id"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Person:Login"/>
    """


@rule("IDM5005", "binding-to-many", Severity.WARNING)
def binding_to_many() -> None:
    """A binding that should give one value passes through a property that leads to many resources.

    Why: which of the many values is taken is not defined.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Person_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityPropertyExpression Identifier="HR_Site_Name" EntityType="HR_Site" Property="InternalDisplayName" Binding="HR_Site:People.Login"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Person_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityPropertyExpression Identifier="HR_Site_Name" EntityType="HR_Site" Property="InternalDisplayName" Binding="HR_Site:Code"/>
    """


@rule("IDM5006", "foreign-binding")
def foreign_binding() -> None:
    """A binding starts from another entity type than the one its element is about.

    Why: its value is looked for in resources that don't have it. Where the documentation shows other starts too, or is not explicit, it is
    a warning.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Site_Name" EntityType="HR_Site" Property="InternalDisplayName" Binding="HR_Person:Login"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Site_Name" EntityType="HR_Site" Property="InternalDisplayName" Binding="HR_Site:Code"/>
    """


@rule("IDM5007", "binding-end")
def binding_end() -> None:
    """A binding ends on another sort of property than the attribute takes.

    Why: a column or a line of a tile shows a scalar, and the levels of an organization chart are single resources.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Person_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Site"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Person_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Site.Code"/>
        </DisplayTable>
    """


PAGES = (
    malformed_binding,
    unknown_binding_type,
    unknown_binding_property,
    binding_through_scalar,
    binding_to_many,
    foreign_binding,
    binding_end,
)


def binding_rules() -> Iterator[Rule]:
    """The rules, once for each kind of element with bindings."""
    kinds = judged_kinds()
    for page in PAGES:
        base: Rule = page.rule  # type: ignore[attr-defined]
        for each in kinds:
            run, screen = partial(each.findings, base.code), partial(each.screen, base.code)
            yield replace(base, on=(each.kind.id,), reads=each.columns, needs=each.needs, run=run, screen=screen)
