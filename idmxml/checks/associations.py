"""Association mappings against the mappings of both sides, and what may be computed of an association."""

from collections.abc import Iterator, Sequence

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.mapped_properties import MAPPED, MappedProperty, mapped_properties
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.source.entry import Entry

SIDES = ("1", "2")
READS = (
    "Identifier",
    "Connector",
    "ConnectionTable",
    "Column1",
    "Column2",
    "EntityPropertyMapping1",
    "EntityPropertyMapping2",
)


def _side(entry: Entry, side: str, context: Context) -> Sequence[MappedProperty]:
    """The mapped property that a side of an association mapping names, from each mapping that has it."""
    owner, colon, name = (entry.get(f"EntityPropertyMapping{side}") or "").partition(":")
    if not colon or context.may_exist(owner) or context.generated.has_owned("EntityTypeMapping.Property", owner, name):
        return ()
    return mapped_properties(context).get((owner, name), ())


@rule("IDM4050", "association-by-no-key", on="EntityAssociationMapping", reads=READS, needs=(MAPPED,))
def association_by_no_key(entry: Entry, context: Context) -> Iterator[Finding]:
    """A side of an association mapping is a property that is no key of its entity type mapping.

    Why: the column holds the value of this property for the resource that is meant. Only a primary or unique key is told
    from all others, and only keys are looked up.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Mail" ConnectionColumn="mail"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Manager" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="manager_mail"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Mail"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
          <Property Identifier="Mail" ConnectionColumn="mail" IsUniqueKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Manager" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="manager_mail"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Mail"/>
    """
    for side in SIDES:
        mapped = _side(entry, side, context)
        if mapped and not any(each.is_key for each in mapped):
            owner, name = mapped[0].entity_type, mapped[0].name
            hint = f'add IsUniqueKey="true" to {name} in the mapping of {owner}, or name a key of it'
            places = declared_there("EntityTypeMapping", owner, "its mapping", context)
            message = f"{owner}:{name} is no key of the mapping of {owner}"
            yield Finding(entry, message, f"EntityPropertyMapping{side}", hint, elsewhere=places)


@rule("IDM4051", "association-across-connectors", Severity.INFO, on="EntityAssociationMapping", reads=READS, needs=(MAPPED,))
def association_across_connectors(entry: Entry, context: Context) -> Iterator[Finding]:
    """A side of an association mapping is mapped by another connector than the association.

    Why: one page of the documentation asks that both sides are of the same connector, another one allows links across
    connectors. Links are loaded with this connector, when the other one may not have loaded its resources yet.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connector Identifier="Sites" DisplayName_L1="Sites"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="Sites_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="Sites_Site:People" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="Sites_Site" Connector="Sites" ConnectionTable="SitesExport">
          <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="site"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="Sites_Site:Code"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRSites">
          <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="site"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Site:Code"/>
    """
    connector = entry.get("Connector")
    for side in SIDES:
        mapped = _side(entry, side, context)
        others = sorted({each.connector for each in mapped if each.connector})
        if connector and others and connector not in others and len(others) == len({each.connector for each in mapped}):
            owner = mapped[0].entity_type
            message = f"{owner} is mapped by connector {others[0]}, and this association by {connector}"
            hint = f"see that {others[0]} is synchronized first"
            yield Finding(entry, message, f"EntityPropertyMapping{side}", hint)


@rule("IDM4052", "exchanged-association-columns", Severity.WARNING, on="EntityAssociationMapping", reads=READS, needs=(MAPPED,))
def exchanged_association_columns(entry: Entry, context: Context) -> Iterator[Finding]:
    """The columns of an association mapping stand on the wrong sides.

    Why: Column1 holds the key EntityPropertyMapping1 names, Column2 that of EntityPropertyMapping2. Where the association
    is read from the table of one side, the column that the mapping loads this key from belongs to that side.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRSites">
          <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRExport" Column1="site" Column2="login"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Site:Code"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="People" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Site" Property1="HR_Person:Site" Property2="HR_Site:People" IsProperty2Collection="true"/>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRSites">
          <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="HR_Site" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="site"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Site:Code"/>
    """
    table = entry.get("ConnectionTable")
    sides = [_side(entry, side, context) for side in SIDES]
    if not table or not all(sides) or sides[0][0].entity_type == sides[1][0].entity_type:
        return
    keys = [{each.column for each in mapped if each.table == table and each.column} for mapped in sides]
    for own, other in ((0, 1), (1, 0)):
        here, there = entry.get(f"Column{own + 1}"), entry.get(f"Column{other + 1}")
        if here and there and there in keys[own] and here not in keys[own] and there not in keys[other]:
            mapped = sides[own][0]
            message = f"column '{there}' holds {mapped.entity_type}:{mapped.name}, which is EntityPropertyMapping{own + 1}"
            yield Finding(entry, message, f"Column{other + 1}", hint="exchange Column1 and Column2")
            return


@rule("IDM4053", "computed-collection", on="EntityPropertyExpression", reads=("EntityType", "Property"), needs=NEEDS)
def computed_collection(entry: Entry, context: Context) -> Iterator[Finding]:
    """An EntityPropertyExpression computes a multi-valued navigation property.

    Why: an expression gives one value, the number of one resource; links to several can't be computed.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityPropertyExpression Identifier="HR_Reports" EntityType="HR_Person" Property="Reports" Binding="HR_Person:Id"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityPropertyExpression Identifier="HR_Boss" EntityType="HR_Person" Property="Manager" Binding="HR_Person:Id"/>
    """
    owner, name = entry.get("EntityType") or "", (entry.get("Property") or "").rpartition(":")[2]
    facts = entity_model(context).property(owner, name)
    if facts is not None and facts.is_collection:
        hint = f"map it by the association {facts.association}, or compute the other side"
        yield Finding(entry, f"{owner}:{name} is multi-valued, and can't be computed", "Property", hint)
