"""Mappings against the recorded schema of their connection: tables and columns that exist."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from idmxml.checks.dependants import dependant_projections, dependants_of
from idmxml.checks.entity_model import ASSOCIATIONS
from idmxml.checks.finding import Finding
from idmxml.checks.mapped_properties import MAPPED, table_connection
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.diagnostics import Severity
from idmxml.facts.formats import format_name
from idmxml.model.context import COLUMNS, Context
from idmxml.model.names import closest
from idmxml.model.projection import Row
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

# A property that is one bit of another has a column of any name.
BIT: Final = "bit"


@rule("IDM3007", "unknown-table", on=("EntityTypeMapping", "EntityAssociationMapping"), reads=("ConnectionTable",))
def unknown_table(entry: Entry, context: Context) -> Iterator[Finding]:
    """A mapping reads a table that the recorded schema of its connection does not have.

    Why: the synchronization finds no file of that name, and loads nothing. Nothing is said while no schema of the
    connection is recorded.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="login"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport_Persons">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="login"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    table = entry.get("ConnectionTable")
    if not table or table in context.columns or context.may_exist(table):
        return
    connection = table_connection(table, context)
    recorded = context.tables_of.get(connection.casefold(), frozenset()) if connection else frozenset()
    if recorded:
        near = closest(table, recorded)
        known = ", ".join(sorted(recorded)[:6]) + (" …" if len(recorded) > 6 else "")
        hint = did_you_mean(near) or f"its recorded tables are {known}; refresh its schema if it has changed"
        yield Finding(
            entry, f"the recorded schema of {connection} has no table '{table}'", "ConnectionTable", hint, replacement=near
        )


def _unrecorded(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    recorded = context.rows(COLUMNS)
    return frozenset(row for row in rows if row[2] and row[6] in context.columns and (row[6], row[2]) not in recorded)


@rule("IDM3004", "unknown-column", on=MAPPED.kind, reads=MAPPED.columns, screen=_unrecorded)
def unknown_column(entry: Entry, context: Context) -> Iterator[Finding]:
    """A property is mapped to a column that the recorded schema of the connection does not have.

    Why: the column has vanished from the system, or is misspelt. A key that is never filled stops the synchronization, so
    this is an error for keys; other properties stay empty, which is a warning. What uses the property is told with it:
    rules, bindings, expressions, display tables. Nothing is said while no schema is recorded.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="login"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="Logon" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="login"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    parent = entry.parent
    table = parent.get("ConnectionTable") if parent is not None else None
    if format_name(entry.get("Format") or "") == BIT:
        return
    is_key = entry.flag("IsPrimaryKey") or entry.flag("IsUniqueKey")
    severity = None if is_key else Severity.WARNING
    for finding in _missing_column(entry, "ConnectionColumn", table, context, severity):
        owner = parent.get("Identifier") if parent is not None else None
        yield _with_dependants(finding, [(owner or "", entry.get("Identifier") or "")], context)


def _with_dependants(finding: Finding, properties: Iterable[tuple[str, str]], context: Context) -> Finding:
    """The finding with all that uses the properties (entity type, name) which the column fills."""
    hint, places = finding.hint or "", finding.elsewhere
    for owner, name in properties:
        found = dependants_of(owner, name, context)
        if found.counts:
            hint += f"{'' if hint.endswith('?') else ';'} {owner}:{name} is used by {found.words}"
            places += found.places
    return replace(finding, hint=hint.lstrip("; "), elsewhere=places)


def column_rules() -> Iterator[Rule]:
    """The rules about columns of properties, with the rows in which they find what depends on them."""
    for function in (unknown_column, unknown_association_column):
        found = rule_of(function)
        needs = (*found.needs, *dependant_projections())
        yield from (replace(found, on=(kind,), needs=needs) for kind in found.kinds)


@rule(
    "IDM3008",
    "unknown-association-column",
    on="EntityAssociationMapping",
    reads=("Identifier", "Column1", "Column2", "ConnectionTable"),
    needs=(ASSOCIATIONS,),
)
def unknown_association_column(entry: Entry, context: Context) -> Iterator[Finding]:
    """An association is mapped to a column that the recorded schema of the connection does not have.

    Why: the column holds the key of one side; without it no link is loaded, and existing ones are deleted.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="login"/>
          <Column Identifier="manager"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityAssociationMapping Identifier="HR_Manager" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="boss"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Login"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport">
          <Column Identifier="login"/>
          <Column Identifier="manager"/>
        </ConnectionTable>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Reports" Type="ForeignKey"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Reports" IsProperty2Collection="true"/>
        <EntityAssociationMapping Identifier="HR_Manager" Connector="HR" ConnectionTable="HRExport" Column1="login" Column2="manager"
            EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Login"/>
    """
    for name in ("Column1", "Column2"):
        for finding in _missing_column(entry, name, entry.get("ConnectionTable"), context, None):
            yield _with_dependants(finding, _ends(entry.get("Identifier"), context), context)


def _ends(association: str | None, context: Context) -> list[tuple[str, str]]:
    """The navigation properties of an association, by entity type and name."""
    found = (row[1:] for row in sorted(context.tuples(ASSOCIATIONS), key=str) if row[0] == association)
    sides = [(end or "").partition(":") for ends in found for end in ends]
    return [(owner, name) for owner, colon, name in sides if colon]


def _missing_column(
    entry: Entry, attribute: str, table: str | None, context: Context, severity: Severity | None
) -> Iterator[Finding]:
    column = entry.get(attribute)
    known = context.columns.get(table or "")
    if not column or not known or column in known or context.may_exist(table or ""):
        return
    near = closest(column, known)
    yield Finding(
        entry,
        f"the recorded table {table} has no column '{column}'",
        attribute,
        did_you_mean(near) or "refresh the schema of the connection if the system has changed",
        replacement=near,
        severity=severity,
    )
