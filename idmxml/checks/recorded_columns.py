"""Mapped properties against what a recorded schema tells of their columns: keys, and columns of several values."""

from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.mapped_properties import CONNECTIONS, MAPPED, technology_of
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.formats import format_name, formats
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import TRUE, Entry

KINDS: Final = Projection("ConnectionTable.Column", ("../Identifier", "Identifier", "KeyType", "IsMultivalued"))
SEVERAL: Final = "IsMultiValuedProperty"
NO_KEY: Final = frozenset({None, "0", ""})
Place = tuple[str | None, str | None]


def _keys(context: Context) -> Mapping[str, frozenset[str]]:
    """The columns that are keys, by table; tables without any are left out."""
    found: dict[str, set[str]] = {}
    for table, column, key, _ in context.tuples(KINDS):
        if table and column and key not in NO_KEY:
            found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def _multivalued(context: Context) -> frozenset[Place]:
    return frozenset((row[0], row[1]) for row in context.tuples(KINDS) if row[3] in TRUE)


def _of_plain_columns(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    keys = context.derived(_keys)
    return frozenset(row for row in rows if row[4] in TRUE and row[6] in keys and row[2] not in keys[row[6] or ""])


def _of_multivalued(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    many = context.derived(_multivalued)
    return frozenset(row for row in rows if (row[6], row[2]) in many) if many else frozenset()


def _table(entry: Entry) -> str:
    return (entry.parent.get("ConnectionTable") if entry.parent is not None else None) or ""


@rule(
    "IDM4040",
    "key-of-plain-column",
    Severity.INFO,
    on=MAPPED.kind,
    reads=MAPPED.columns,
    needs=(KINDS,),
    screen=_of_plain_columns,
)
def key_of_plain_column(entry: Entry, context: Context) -> Iterator[Finding]:
    """The primary key of a mapping is read from a column that is no key of the recorded table, which has keys.

    Why: the system itself says which columns tell its rows apart; another column may hold a value twice, or none.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.SQL@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="number" KeyType="1"/>
          <Column Identifier="login"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.SQL@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="number" KeyType="1"/>
          <Column Identifier="login"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Number" ConnectionColumn="number" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    table, column = _table(entry), entry.get("ConnectionColumn")
    keys = context.derived(_keys).get(table, frozenset())
    known = column in context.columns.get(table, frozenset())
    if entry.flag("IsPrimaryKey") and keys and known and column not in keys:
        message = f"column '{column}' is no key of the recorded table {table}"
        yield Finding(entry, message, "ConnectionColumn", hint=f"its keys are {', '.join(sorted(keys))}")


@rule(
    "IDM4041",
    "scalar-of-many-values",
    Severity.WARNING,
    on=MAPPED.kind,
    reads=(*MAPPED.columns, SEVERAL),
    needs=(KINDS, CONNECTIONS, *NEEDS),
    screen=_of_multivalued,
)
def scalar_of_many_values(entry: Entry, context: Context) -> Iterator[Finding]:
    """A scalar property is read from a column of several values, without a format that makes one of them.

    Why: one value alone fits. Links to other resources belong into an association mapping; texts of directories can be joined
    by the formats MultivaluedText and Concat. IsMultiValuedProperty says that the several values are meant. Nothing is said
    of systems for which neither is documented.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <ConnectionTable Identifier="ADExport_entries" Connection="ADExport">
          <Column Identifier="dn"/>
          <Column Identifier="proxyAddresses" IsMultivalued="true"/>
        </ConnectionTable>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="addresses" TargetColumnIndex="1"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="addresses" ConnectionColumn="proxyAddresses"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <ConnectionTable Identifier="ADExport_entries" Connection="ADExport">
          <Column Identifier="dn"/>
          <Column Identifier="proxyAddresses" IsMultivalued="true"/>
        </ConnectionTable>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="addresses" TargetColumnIndex="1"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="addresses" ConnectionColumn="proxyAddresses" Format="MultivaluedText"/>
        </EntityTypeMapping>
    """
    owner = (entry.parent.get("Identifier") if entry.parent is not None else None) or ""
    column = entry.get("ConnectionColumn")
    facts = entity_model(context).property(owner, entry.get("Identifier") or "")
    if facts is None or not facts.is_scalar or entry.flag(SEVERAL):
        return
    if format_name(entry.get("Format") or "") in formats().multivalued:
        return
    way = _way(entry, context)
    if way and (_table(entry), column) in context.derived(_multivalued):
        message = f"column '{column}' has several values, and {owner}:{facts.name} is a scalar"
        hint = f"add {way}, or map links by an EntityAssociationMapping"
        yield Finding(entry, message, "ConnectionColumn", hint)


def _way(entry: Entry, context: Context) -> str:
    """How a mapping says of several values what becomes of them, as documented for the system; empty where nothing is."""
    parent = entry.parent
    technology = technology_of(_table(entry), parent.get("Connector") if parent is not None else None, context)
    family = formats().family(technology)
    known = {name.casefold() for name in family.names} if family is not None else set()
    if known & formats().multivalued:
        return 'Format="MultivaluedText"'
    return f'{SEVERAL}="true"' if technology in formats().marked else ""
