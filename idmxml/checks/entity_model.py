"""Entity types, their properties and associations: keys, storage columns, both sides of an association."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.model.context import Context
from idmxml.model.entity_model import type_name
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import Entry

ASSOCIATIONS = Projection("EntityAssociation", ("Identifier", "Property1", "Property2"))
TYPES = Projection("EntityType.Property", ("../Identifier", "Identifier", "Type"))
PLACES = Projection("EntityType.Property", ("../Identifier", "Identifier", "TargetColumnIndex", "IsKey"))
NAVIGATION, LONG_INTEGER, BINARY, OPTION = "ForeignKey", "Int64", "Binary", "Option"
NAVIGATION_COLUMNS = range(128, 153)
NAVIGATION_TYPES = frozenset({"ForeignKey", "12"})
SCALAR_COLUMNS = range(128)


def type_of(value: str | None) -> str:
    """A property's type by name; it may be written as a number, and String is the default."""
    return "String" if value is None else type_name(value)


@lru_cache(maxsize=1024)
def _number(value: str | None) -> int:
    try:
        return int(value or -1)
    except ValueError:
        return -1


def number_of_column(entry: Entry) -> int:
    """The TargetColumnIndex of a property; -1 when it has none, or none that is a number."""
    return _number(entry.attributes.get("TargetColumnIndex"))


def _properties(entry: Entry) -> list[Entry]:
    return list(entry.of_kind("EntityType.Property"))


@rule("IDM4004", "entity-type-without-key", on="EntityType")
def entity_type_without_key(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """No property of an entity type has IsKey.

    Why: other elements name a resource by the value of a key property; without one nothing can refer to it. An entity type
    that has only navigation properties, as those of workflows, can have no key and needs none.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    properties = _properties(entry)
    scalars = [each for each in properties if each.get("Type") not in NAVIGATION_TYPES]
    if scalars and CONSOLIDATION not in entry.attributes and not any(each.flag("IsKey") for each in properties):
        name = entry.get("Identifier") or ""
        yield Finding(
            entry, f"entity type {name} has no key", "Identifier", hint='give IsKey="true" to a property that identifies it'
        )


@rule("IDM4005", "storage-column", on="EntityType")
def storage_column(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The TargetColumnIndex of a property is not one that its type may have.

    Why: scalars are stored in columns 0 to 127 (0 to 3 for more than 443 characters), mono-valued navigations in 128 to 152,
    and below 128 only when those are all taken; binaries and collections have none. In another column the product can't
    store the values.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="130" IsKey="true"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    taken = {number_of_column(each) for each in _properties(entry)}
    crowded = all(column in taken for column in NAVIGATION_COLUMNS)
    for each in _properties(entry):
        column, kind = number_of_column(each), type_of(each.get("Type"))
        name = each.get("Identifier") or ""
        if column < 0 or kind == OPTION or column not in range(153):
            continue
        if kind == BINARY:
            yield _misplaced(each, f"the binary property {name} can't have a storage column", "remove TargetColumnIndex")
        elif kind == NAVIGATION and column in SCALAR_COLUMNS and not crowded:
            free = next((index for index in NAVIGATION_COLUMNS if index not in taken), None)
            message = f"column {column} is for scalars, and {name} is a navigation property"
            yield _misplaced(each, message, f"use 128 to 152, such as {free}; leave it out for a collection")
        elif kind not in {NAVIGATION, LONG_INTEGER} and column in NAVIGATION_COLUMNS:
            free = next((index for index in range(4, 128) if index not in taken), None)
            message = f"column {column} is for navigation properties, and {name} is of type {kind}"
            yield _misplaced(each, message, f"use 4 to 127, such as {free}; 0 to 3 for long texts")


def _misplaced(entry: Entry, message: str, hint: str) -> Finding:
    return Finding(entry, message, "TargetColumnIndex", hint)


@rule("IDM4006", "shared-storage-column", Severity.WARNING, on="EntityType")
def shared_storage_column(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """Two properties of an entity type have the same TargetColumnIndex.

    Why: both are stored in one column of the database, and overwrite each other.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="4"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
    """
    first: dict[int, Entry] = {}
    properties = _properties(entry)
    taken = {number_of_column(each) for each in properties}
    for each in properties:
        column = number_of_column(each)
        if column < 0:
            continue
        other = first.setdefault(column, each)
        if other is not each:
            space = NAVIGATION_COLUMNS if column in NAVIGATION_COLUMNS else range(4, 128)
            free = next((index for index in space if index not in taken), None)
            yield Finding(
                each,
                f"{each.get('Identifier')} and {other.get('Identifier')} share the storage column {column}",
                "TargetColumnIndex",
                hint=f"{free} is free" if free is not None else "no column is free",
                related=((other, "also stored here"),),
            )


def _navigations(rows: frozenset[Row], _context: Context) -> frozenset[Row]:
    return frozenset(row for row in rows if row[2] is not None and type_of(row[2]) == NAVIGATION)


@rule(
    "IDM4007",
    "navigation-without-association",
    on="EntityType.Property",
    reads=("../Identifier", "Identifier", "Type"),
    needs=(ASSOCIATIONS,),
    screen=_navigations,
)
def navigation_without_association(entry: Entry, context: Context) -> Iterator[Finding]:
    """A property of type ForeignKey stands in no entity association.

    Why: the association says which entity type the property leads to, and which property leads back. Without one the
    deployment fails.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>
    """
    full = _full_name(entry) if type_of(entry.get("Type")) == NAVIGATION else None
    if full is None or context.may_exist(full) or _generated(full, context):
        return
    if full not in _associations(context):
        hint = f'declare <EntityAssociation Property1="{full}" …/>, or give it a scalar type'
        yield Finding(entry, f"no association holds the navigation property {full}", "Identifier", hint)


@rule(
    "IDM4008",
    "navigation-in-several-associations",
    on="EntityType.Property",
    reads=("../Identifier", "Identifier", "Type"),
    needs=(ASSOCIATIONS,),
    screen=_navigations,
)
def navigation_in_several_associations(entry: Entry, context: Context) -> Iterator[Finding]:
    """A property of type ForeignKey stands in more than one entity association.

    Why: it can lead to one entity type only.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
          <Property Identifier="Assistants" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>
        <EntityAssociation Identifier="HR_Assistant" Property1="HR_Person:Assistants" Property2="HR_Person:Manager" IsProperty1Collection="true"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>
    """
    full = _full_name(entry) if type_of(entry.get("Type")) == NAVIGATION else None
    names = sorted(_associations(context).get(full or "", ()))
    if full is not None and len(names) > 1:
        message = f"{full} stands in {len(names)} associations: {', '.join(names[:4])}"
        yield Finding(entry, message, "Identifier", hint="give each association a navigation property of its own")


def _full_name(entry: Entry) -> str | None:
    owner = entry.parent.get("Identifier") if entry.parent is not None else None
    name = entry.get("Identifier")
    return f"{owner}:{name}" if owner and name else None


def _generated(full: str, context: Context) -> bool:
    """Whether a scaffolding makes the property, or the type, and may make the association."""
    owner, _, name = full.partition(":")
    return context.generated.has("EntityType", owner) or context.generated.has_owned("EntityType.Property", owner, name)


def _associations(context: Context) -> Mapping[str, set[str]]:
    """For each property in an association, written EntityType:Property, the associations that hold it."""
    return context.derived(_collect_associations)


def _collect_associations(context: Context) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for identifier, *sides in context.tuples(ASSOCIATIONS):
        for side in sides:
            if side:
                found.setdefault(side, set()).add(identifier or "")
    return found


def property_types(context: Context) -> Mapping[str, str]:
    """The type of each declared property, by EntityType:Property."""
    return context.derived(_collect_types)


def _collect_types(context: Context) -> Mapping[str, str]:
    return {f"{owner}:{name}": type_of(kind) for owner, name, kind in context.tuples(TYPES)}


def _collect_columns(context: Context) -> Mapping[str, str]:
    return {f"{owner}:{name}": column or "-1" for owner, name, column, _ in context.tuples(PLACES)}


@rule("IDM4009", "association-of-scalar", on="EntityAssociation", reads=("Property1", "Property2"), needs=(TYPES,))
def association_of_scalar(entry: Entry, context: Context) -> Iterator[Finding]:
    """A side of an entity association is a property that is not a navigation property.

    Why: only properties of type ForeignKey can lead to another resource (older configurations use Int64).

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" TargetColumnIndex="5"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>
    """
    for name in ("Property1", "Property2"):
        value = entry.get(name)
        kind = property_types(context).get(value or "")
        if kind is not None and kind not in {NAVIGATION, LONG_INTEGER, OPTION}:
            hint = 'give the property Type="ForeignKey"'
            yield Finding(entry, f"{value} is of type {kind}, not a navigation property", name, hint)


@rule(
    "IDM4010",
    "collection-with-column",
    on="EntityAssociation",
    reads=("Property1", "Property2", "IsProperty1Collection", "IsProperty2Collection"),
    needs=(PLACES,),
)
def collection_with_column(entry: Entry, context: Context) -> Iterator[Finding]:
    """The multi-valued side of an association is a property with a TargetColumnIndex.

    Why: a storage column holds one link; a collection is kept in a table of its own.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey" TargetColumnIndex="129"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>
    """
    columns = context.derived(_collect_columns)
    for side in ("1", "2"):
        value = entry.get(f"Property{side}")
        column = columns.get(value or "", "-1")
        if entry.flag(f"IsProperty{side}Collection") and column.strip() != "-1":
            message = f"{value} is a collection here, and has the storage column {column}"
            hint = f"remove its TargetColumnIndex, or IsProperty{side}Collection"
            yield Finding(entry, message, f"IsProperty{side}Collection", hint)
