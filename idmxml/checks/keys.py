"""Keys of entity types and of their mappings: scalar, stable, written by one hand, and what single systems ask of them."""

from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.declared_before import declared_there
from idmxml.checks.entity_model import PLACES, type_of
from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.mapped_properties import COLUMNS, CONNECTIONS, MAPPED, package_of, property_names, technology_of
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import NAVIGATION, NEEDS, PROPERTY_TYPES, entity_model, type_name
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import TRUE, Entry

EXPRESSIONS: Final = Projection("EntityPropertyExpression", ("Identifier", "EntityType", "Property"))
DIRECTORY: Final = "activedirectory"
SALESFORCE: Final = "Usercube.SCIM.Salesforce@0000001"


def _primary(rows: frozenset[Row], _context: Context) -> frozenset[Row]:
    return frozenset(row for row in rows if row[4] in TRUE)


def _owner(entry: Entry) -> str:
    return (entry.parent.get("Identifier") if entry.parent is not None else None) or ""


def key_properties(context: Context) -> frozenset[tuple[str, str]]:
    """The properties with IsKey, by entity type and name."""
    return context.derived(_collect_keys)


def _collect_keys(context: Context) -> frozenset[tuple[str, str]]:
    return frozenset((row[0] or "", row[1] or "") for row in context.tuples(PLACES) if row[3] in TRUE)


@rule("IDM4019", "mapping-key-without-key", Severity.WARNING, on=MAPPED.kind, reads=COLUMNS, needs=(PLACES,), screen=_primary)
def mapping_key_without_key(entry: Entry, context: Context) -> Iterator[Finding]:
    """The primary key of a mapping is a property without IsKey.

    Why: the mapping key is unique and never changes, so it is the best name for a resource in the configuration too; with
    IsKey, rules and dimensions can name resources by it.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Number" TargetColumnIndex="4"/>
          <Property Identifier="Login" TargetColumnIndex="5" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Number" ConnectionColumn="number" IsPrimaryKey="true"/>
          <Property Identifier="Login" ConnectionColumn="login"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Login" TargetColumnIndex="5" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Number" ConnectionColumn="number" IsPrimaryKey="true"/>
          <Property Identifier="Login" ConnectionColumn="login"/>
        </EntityTypeMapping>
    """
    owner, name = _owner(entry), entry.get("Identifier") or ""
    if not entry.flag("IsPrimaryKey") or name not in context.properties.get(owner, ()):
        return
    if context.generated.has("EntityType", owner) or context.may_exist(owner):
        return
    if (owner, name) not in key_properties(context):
        hint = f'give {name} IsKey="true" in <EntityType Identifier="{owner}">'
        yield Finding(entry, f"the mapping key {owner}:{name} is not a key of its entity type", "IsPrimaryKey", hint)


@rule("IDM4020", "changing-mapping-key", Severity.INFO, on=MAPPED.kind, reads=COLUMNS, screen=_primary)
def changing_mapping_key(entry: Entry, _context: Context) -> Iterator[Finding]:
    """The primary key of a mapping is a name for people, such as a display name or a title.

    Why: when the name changes, the synchronization deletes the resource and creates another, and all that hung on it is
    lost. A number or a technical identifier does not change.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="DisplayName" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="DisplayName" ConnectionColumn="name" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="EmployeeId" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="EmployeeId" ConnectionColumn="employee_id" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    name = entry.get("Identifier") or ""
    if entry.flag("IsPrimaryKey") and name.casefold() in property_names()["display"]:
        hint = "choose a property that is unique and never changed, such as an identifier given by the system"
        yield Finding(entry, f"{name} is a name that may change, and the key of this mapping", "IsPrimaryKey", hint)


def _navigations(context: Context) -> frozenset[tuple[str, str]]:
    return frozenset(
        (row[0] or "", row[1] or "")
        for row in context.tuples(PROPERTY_TYPES)
        if row[2] is not None and type_name(row[2]) == NAVIGATION
    )


def _of_navigations(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    navigations = context.derived(_navigations)
    return frozenset(row for row in rows if (row[0], row[1]) in navigations)


@rule("IDM4021", "mapped-navigation", on=MAPPED.kind, reads=COLUMNS, needs=NEEDS, screen=_of_navigations)
def mapped_navigation(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entity type mapping maps a navigation property to a column.

    Why: a navigation property holds links to other resources, which an EntityAssociationMapping loads from two columns. The
    keys of a mapping are scalar for the same reason.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Manager" ConnectionColumn="manager"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Manager" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="manager"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Login"/>
    """
    owner, name = _owner(entry), entry.get("Identifier") or ""
    facts = entity_model(context).property(owner, name)
    if facts is None or facts.type != NAVIGATION:
        return
    association = facts.association
    hint = f'use <EntityAssociationMapping Identifier="{association or "…"}" …/>'
    # The list of formats allows Int64 for navigation properties, against the text.
    contradicted = (entry.get("Format") or "").casefold() == "int64"
    message = f"{owner}:{name} is a navigation property, and mapped to a column like a scalar"
    yield Finding(entry, message, "Identifier", hint, severity=Severity.WARNING if contradicted else None)


@rule("IDM4022", "navigation-key", on="EntityType")
def navigation_key(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A key of an entity type is a navigation property or a binary.

    Why: a resource is named by the value of a key, which only a scalar has.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Holder" Type="ForeignKey" TargetColumnIndex="128" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Holder" Property1="HR_Post:Holder" Property2="HR_Person:Posts" IsProperty2Collection="true"/>

    Good:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Holder" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Holder" Property1="HR_Post:Holder" Property2="HR_Person:Posts" IsProperty2Collection="true"/>
    """
    for each in entry.children:
        if "IsKey" in each.attributes and each.flag("IsKey"):
            kind = type_of(each.get("Type"))
            if kind in {NAVIGATION, "Binary"}:
                word = "a navigation property" if kind == NAVIGATION else "a binary"
                message = f"the key {each.get('Identifier') or ''} is {word}"
                yield Finding(each, message, "IsKey", hint="give IsKey to a scalar property that identifies a resource")


@rule(
    "IDM4023",
    "distinguished-name-without-key",
    on=MAPPED.kind,
    reads=COLUMNS,
    needs=(PLACES, CONNECTIONS),
    screen=lambda rows, _context: frozenset(row for row in rows if (row[2] or "").casefold() == "dn"),
)
def distinguished_name_without_key(entry: Entry, context: Context) -> Iterator[Finding]:
    """The property of an Active Directory mapping that holds the dn is no key, neither of the mapping nor of its entity type.

    Why: entries of the directory name each other by their dn; the synchronization finds them by it.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0"/>
          <Property Identifier="guid" Type="Guid" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn"/>
          <Property Identifier="guid" ConnectionColumn="objectGUID" Format="Guid" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0"/>
          <Property Identifier="guid" Type="Guid" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsUniqueKey="true"/>
          <Property Identifier="guid" ConnectionColumn="objectGUID" Format="Guid" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    owner, name = _owner(entry), entry.get("Identifier") or ""
    is_key = entry.flag("IsUniqueKey") or entry.flag("IsPrimaryKey") or (owner, name) in key_properties(context)
    parent = entry.parent
    if is_key or (entry.get("ConnectionColumn") or "").casefold() != "dn" or parent is None or context.may_exist(owner):
        return
    generated = context.generated.has_owned("EntityType.Property", owner, name)
    if not generated and technology_of(parent.get("ConnectionTable"), parent.get("Connector"), context) == DIRECTORY:
        hint = f'add IsUniqueKey="true" here, or IsKey="true" to the property of {owner}'
        yield Finding(entry, f"{owner}:{name} holds the dn of Active Directory, and is no key", "ConnectionColumn", hint)


def expressions(context: Context) -> Mapping[tuple[str, str], str]:
    """The expressions that compute properties: their identifiers by entity type and property."""
    return context.derived(_collect_expressions)


def _collect_expressions(context: Context) -> Mapping[tuple[str, str], str]:
    return {
        (row[1], row[2].rpartition(":")[2]): row[0] or ""
        for row in sorted(context.tuples(EXPRESSIONS), key=str)
        if row[1] and row[2]
    }


def _computed(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    computed = expressions(context)
    return frozenset(row for row in rows if (row[0], row[1]) in computed) if computed else frozenset()


def _expression(owner: str, name: str, context: Context) -> tuple[str | None, tuple[Elsewhere, ...]]:
    """The expression that computes a property, and the place of it."""
    identifier = expressions(context).get((owner, name))
    if identifier is None:
        return None, ()
    return identifier, declared_there("EntityPropertyExpression", identifier, "it is computed here", context)


@rule(
    "IDM4024", "computed-mapping-key", Severity.WARNING, on=MAPPED.kind, reads=COLUMNS, needs=(EXPRESSIONS,), screen=_computed
)
def computed_mapping_key(entry: Entry, context: Context) -> Iterator[Finding]:
    """The primary key of a mapping is computed by an EntityPropertyExpression as well.

    Why: the expression changes what the synchronization has loaded, and the next one does not find the resource again.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Mail" ConnectionColumn="mail"/>
        </EntityTypeMapping>
        <EntityPropertyExpression Identifier="HR_Login" EntityType="HR_Person" Property="Login" Binding="HR_Person:Mail"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityPropertyExpression Identifier="HR_Mail" EntityType="HR_Person" Property="Mail" Binding="HR_Person:Login"/>
    """
    owner, name = _owner(entry), entry.get("Identifier") or ""
    identifier, places = _expression(owner, name, context)
    if identifier is not None and entry.flag("IsPrimaryKey"):
        message = f"the mapping key {owner}:{name} is computed by the expression {identifier} too"
        yield Finding(entry, message, "IsPrimaryKey", "remove the expression, or choose another key", elsewhere=places)


@rule("IDM4025", "mapped-and-computed", Severity.WARNING, on=MAPPED.kind, reads=COLUMNS, needs=(EXPRESSIONS,), screen=_computed)
def mapped_and_computed(entry: Entry, context: Context) -> Iterator[Finding]:
    """A property is both loaded from a column and computed by an EntityPropertyExpression.

    Why: each overwrites the other, so its value depends on which task ran last.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Mail" ConnectionColumn="mail"/>
        </EntityTypeMapping>
        <EntityPropertyExpression Identifier="HR_Mail" EntityType="HR_Person" Property="Mail" Binding="HR_Person:Login"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityPropertyExpression Identifier="HR_Mail" EntityType="HR_Person" Property="Mail" Binding="HR_Person:Login"/>
    """
    owner, name = _owner(entry), entry.get("Identifier") or ""
    identifier, places = _expression(owner, name, context)
    if identifier is not None and not entry.flag("IsPrimaryKey") and entry.get("ConnectionColumn"):
        message = f"{owner}:{name} is loaded from a column, and computed by the expression {identifier}"
        hint = "keep one of them; compute into a property of its own when both are needed"
        yield Finding(entry, message, "Identifier", hint, elsewhere=places)


@rule(
    "IDM4026",
    "entitlements-without-type",
    Severity.WARNING,
    on="EntityTypeMapping",
    reads=("Identifier", "ConnectionTable"),
    needs=(MAPPED, CONNECTIONS),
    screen=lambda rows, _context: frozenset(row for row in rows if _is_of_entitlements(row[1])),
)
def entitlements_without_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """The entitlements of Salesforce are mapped without a property named ``type`` from the column ``type``.

    Why: profiles and permission sets come in one table, and the provisioning tells them apart by this property.

    Bad:
        <Connector Identifier="SF" DisplayName_L1="SF"/>
        <Connection Identifier="SFScim" DisplayName_L1="SF" Connector="SF" Package="Usercube.SCIM.Salesforce@0000001"/>
        <EntityType Identifier="SF_Entitlement">
          <Property Identifier="key" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="SF_Entitlement" Connector="SF" ConnectionTable="SFScim_Entitlements">
          <Property Identifier="key" ConnectionColumn="id" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="SF" DisplayName_L1="SF"/>
        <Connection Identifier="SFScim" DisplayName_L1="SF" Connector="SF" Package="Usercube.SCIM.Salesforce@0000001"/>
        <EntityType Identifier="SF_Entitlement">
          <Property Identifier="key" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="type" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="SF_Entitlement" Connector="SF" ConnectionTable="SFScim_Entitlements">
          <Property Identifier="key" ConnectionColumn="id" IsPrimaryKey="true"/>
          <Property Identifier="type" ConnectionColumn="type"/>
        </EntityTypeMapping>
    """
    owner, table = entry.get("Identifier") or "", entry.get("ConnectionTable") or ""
    if not _is_of_entitlements(table) or package_of(table, context) != SALESFORCE or context.may_exist(owner):
        return
    mapped = {(row[1], row[2]) for row in context.tuples(MAPPED) if row[0] == owner}
    if mapped and ("type", "type") not in mapped:
        hint = 'add <Property Identifier="type" ConnectionColumn="type"/>, and the property to the entity type'
        yield Finding(entry, f"the mapping of {owner} does not load 'type' into a property of that name", "Identifier", hint)


def _is_of_entitlements(table: str | None) -> bool:
    return (table or "").casefold().endswith("_entitlements")
