"""Mappings of entity types and associations: keys, and the sides of an association."""

from collections.abc import Iterator, Mapping

from idmxml.checks.entity_model import ASSOCIATIONS
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.model.context import Context
from idmxml.source.entry import Entry

MOST_UNIQUE_KEYS = 3


def _mapped(entry: Entry) -> list[Entry]:
    return list(entry.of_kind("EntityTypeMapping.Property"))


@rule("IDM4001", "mapping-without-key", on="EntityTypeMapping")
def mapping_without_key(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """No property of an entity type mapping has IsPrimaryKey.

    Why: the synchronization tells rows apart by this key; without one it can't compare them with what it loaded before.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    properties = _mapped(entry)
    if properties and CONSOLIDATION not in entry.attributes and not any(each.flag("IsPrimaryKey") for each in properties):
        hint = 'give IsPrimaryKey="true" to the property that is unique, never empty and never changed'
        yield Finding(entry, f"the mapping of {entry.get('Identifier')} has no primary key", "Identifier", hint)


@rule("IDM4002", "several-primary-keys", on="EntityTypeMapping")
def several_primary_keys(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """More than one property of an entity type mapping has IsPrimaryKey.

    Why: a row is told apart by one property. Further keys are unique keys.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Mail" ConnectionColumn="mail" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Mail" ConnectionColumn="mail" IsUniqueKey="true"/>
        </EntityTypeMapping>
    """
    keys = [each for each in _mapped(entry) if each.flag("IsPrimaryKey")]
    for each in keys[1:]:
        yield Finding(
            each,
            f"a second primary key in the mapping of {entry.get('Identifier')}",
            "IsPrimaryKey",
            hint="keep one primary key; IsUniqueKey marks others",
            related=((keys[0], "the first one"),),
        )


@rule("IDM4003", "many-unique-keys", on="EntityTypeMapping")
def many_unique_keys(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """More than three properties of an entity type mapping have IsUniqueKey, besides the primary key.

    Why: the product keeps three of them at most.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="A" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="B" TargetColumnIndex="5"/>
          <Property Identifier="C" TargetColumnIndex="6"/>
          <Property Identifier="D" TargetColumnIndex="7"/>
          <Property Identifier="E" TargetColumnIndex="8"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="A" ConnectionColumn="a" IsPrimaryKey="true"/>
          <Property Identifier="B" ConnectionColumn="b" IsUniqueKey="true"/>
          <Property Identifier="C" ConnectionColumn="c" IsUniqueKey="true"/>
          <Property Identifier="D" ConnectionColumn="d" IsUniqueKey="true"/>
          <Property Identifier="E" ConnectionColumn="e" IsUniqueKey="true"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="A" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="B" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="A" ConnectionColumn="a" IsPrimaryKey="true"/>
          <Property Identifier="B" ConnectionColumn="b" IsUniqueKey="true"/>
        </EntityTypeMapping>
    """
    keys = [each for each in _mapped(entry) if each.flag("IsUniqueKey") and not each.flag("IsPrimaryKey")]
    for each in keys[MOST_UNIQUE_KEYS:]:
        message = f"the mapping of {entry.get('Identifier')} has {len(keys)} unique keys; {MOST_UNIQUE_KEYS} are possible"
        yield Finding(each, message, "IsUniqueKey", hint="keep those that associations use")


@rule(
    "IDM4011",
    "association-sides",
    Severity.WARNING,
    on="EntityAssociationMapping",
    reads=("Identifier", "EntityPropertyMapping1", "EntityPropertyMapping2"),
    needs=(ASSOCIATIONS,),
)
def association_sides(entry: Entry, context: Context) -> Iterator[Finding]:
    """A side of an association mapping belongs to another entity type than the same side of the association.

    Why: Column1 and EntityPropertyMapping1 feed Property1, and likewise for 2. With the sides exchanged the links are
    loaded the wrong way round, or not at all.

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
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="HR_Site" ConnectionTable="HRExport">
          <Property Identifier="Code" ConnectionColumn="site" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Person_Site" Connector="HR" Column1="site" Column2="login"
            EntityPropertyMapping1="HR_Site:Code" EntityPropertyMapping2="HR_Person:Login"/>
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

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
        <EntityTypeMapping Identifier="HR_Person" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="HR_Site" ConnectionTable="HRExport">
          <Property Identifier="Code" ConnectionColumn="site" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Person_Site" Connector="HR" Column1="login" Column2="site"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Site:Code"/>
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    sides = context.derived(_sides).get(entry.get("Identifier") or "")
    if sides is None:
        return
    for number, right in enumerate(sides, start=1):
        name = f"EntityPropertyMapping{number}"
        value = entry.get(name)
        if value and right and ":" in value and value.partition(":")[0] != right:
            message = f"{value} is no property of {right}, the entity type of Property{number} of the association"
            yield Finding(entry, message, name, hint=f"name a key of {right}, or exchange the two sides, columns included")


def _sides(context: Context) -> Mapping[str, tuple[str, str]]:
    """The entity types of both sides of each association."""
    return {
        identifier: ((first or "").partition(":")[0], (second or "").partition(":")[0])
        for identifier, first, second in context.tuples(ASSOCIATIONS)
        if identifier
    }
