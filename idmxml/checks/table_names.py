"""Names of connection tables: they begin with their connection, and end as its package calls them."""

from collections.abc import Iterator
from dataclasses import replace

from idmxml.checks.connection_facts import (
    NEEDS,
    ConnectionFacts,
    connection_named,
    connection_of_table,
    connections_of,
    declared_at,
)
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.table_names import TableNames, table_names
from idmxml.model.context import Context
from idmxml.model.names import closest
from idmxml.source.entry import Entry

MAPPINGS = ("EntityTypeMapping", "EntityAssociationMapping")
EXTENSION = ".csv"


def _bare(table: str) -> str:
    """The name without the extension that it should not have."""
    return table[: -len(EXTENSION)] if table.casefold().endswith(EXTENSION) else table


def _names(connection: ConnectionFacts) -> TableNames | None:
    return table_names(connection.package) if connection.package is not None else None


def _is_free(connection: ConnectionFacts) -> bool:
    names = _names(connection)
    return connection.package is None or (names is not None and names.is_free)


def _begins_with(table: str, connection: str) -> bool:
    name, start = table.casefold(), connection.casefold()
    return name == start or name.startswith(f"{start}_")


@rule("IDM3121", "foreign-table", Severity.WARNING, on=MAPPINGS, reads=("Connector", "ConnectionTable"), needs=NEEDS)
def foreign_table(entry: Entry, context: Context) -> Iterator[Finding]:
    """A mapping reads a table that begins with no connection of its connector.

    Why: an export writes files that begin with the identifier of its connection, so no export of this connector writes the
    file that the mapping waits for.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.Excel@0000001"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="Staff_0">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.Excel@0000001"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport_0">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    table = entry.get("ConnectionTable")
    every = connections_of(entry.get("Connector"), context)
    own = [each for each in every if each.can_export]
    if not table or not own or any(map(_is_free, own)) or any(_begins_with(table, each.identifier) for each in every):
        return
    if _is_recorded(table, own, context) or context.may_exist(table):
        return
    other = connection_of_table(table, context)
    begins = " or ".join(f"'{each.identifier}'" for each in own[:4]) + (" …" if len(own) > 4 else "")
    hint = f"begin it with {begins}"
    if other is not None and other.connector not in {None, entry.get("Connector")}:
        hint = f"it is a table of connection {other.identifier} of connector {other.connector}; {hint}"
    message = f"table '{table}' begins with no connection of connector '{entry.get('Connector')}'"
    yield Finding(entry, message, "ConnectionTable", hint)


def _is_recorded(table: str, own: list[ConnectionFacts], context: Context) -> bool:
    """Whether a recorded schema of one of the connections has the table."""
    return any(table in context.tables_of.get(each.identifier.casefold(), ()) for each in own)


@rule("IDM3122", "unknown-table-suffix", on=MAPPINGS, reads=("Connector", "ConnectionTable"), needs=NEEDS)
def unknown_table_suffix(entry: Entry, context: Context) -> Iterator[Finding]:
    """A mapping reads a table that a connection of this package does not have.

    Why: the package decides which files its export writes and what they are called; for another name nothing is loaded.

    Bad:
        <Connector Identifier="Host" DisplayName_L1="Mainframe"/>
        <Connection Identifier="HostExport" DisplayName_L1="RACF" Connector="Host" Package="Usercube.RACF@0000001"/>
        <EntityType Identifier="Host_User">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="Host_User" Connector="Host" ConnectionTable="HostExport_0201">
          <Property Identifier="Login" ConnectionColumn="USBD_NAME" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="Host" DisplayName_L1="Mainframe"/>
        <Connection Identifier="HostExport" DisplayName_L1="RACF" Connector="Host" Package="Usercube.RACF@0000001"/>
        <EntityType Identifier="Host_User">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="Host_User" Connector="Host" ConnectionTable="HostExport_0200">
          <Property Identifier="Login" ConnectionColumn="USBD_NAME" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    given = entry.get("ConnectionTable")
    table = _bare(given or "")
    connection = connection_of_table(table, context)
    names = _names(connection) if connection is not None else None
    if given is None or connection is None or names is None or given in context.columns or context.may_exist(given):
        return
    if not connection.can_export or entry.get("Connector") not in {None, connection.connector}:
        return
    suffix = table[len(connection.identifier) + 1 :] or None
    if not names.allows(suffix):
        place = declared_at(connection, context)
        yield replace(_wrong_suffix(entry, given, suffix, connection, names), elsewhere=place)


def _wrong_suffix(entry: Entry, given: str, suffix: str | None, connection: ConnectionFacts, names: TableNames) -> Finding:
    own = connection.identifier
    near = names.unlikely.get(suffix or "") or (closest(suffix, names.suffixes) if suffix else None)
    right = f"{own}_{near}" if near else own if names.alone else None
    told = names.told.replace("<connection>", own)
    return Finding(
        entry,
        f"connection '{own}' has no table '{given}'",
        "ConnectionTable",
        hint=f"did you mean '{right}'?"
        if right
        else f"with package '{connection.package.identifier if connection.package else ''}' its tables are {told}",
        replacement=right,
        severity=Severity.from_label(names.level),
    )


@rule("IDM3123", "table-without-export", on=MAPPINGS, reads=("Connector", "ConnectionTable"), needs=NEEDS)
def table_without_export(entry: Entry, context: Context) -> Iterator[Finding]:
    """A mapping reads a table of a connection that exports nothing.

    Why: the package provisions alone, so there is no file to load. Where the export is switched off by
    DeactivationExportFulfill it is a warning.

    Bad:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTickets" DisplayName_L1="Tickets" Connector="Snow" Package="Usercube.SnowTicket@0000001"/>
        <EntityType Identifier="Snow_User">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="Snow_User" Connector="Snow" ConnectionTable="SnowTickets_sys_user">
          <Property Identifier="Login" ConnectionColumn="sys_id" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTables" DisplayName_L1="Tables" Connector="Snow" Package="Usercube.ServiceNow@0000001"/>
        <EntityType Identifier="Snow_User">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="Snow_User" Connector="Snow" ConnectionTable="SnowTables_sys_user">
          <Property Identifier="Login" ConnectionColumn="sys_id" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    table = entry.get("ConnectionTable")
    connection = connection_of_table(_bare(table or ""), context)
    if connection is None or connection.package is None or entry.get("Connector") not in {None, connection.connector}:
        return
    package = connection.package
    if package.implements_entity_type_mapping is False:
        message = f"connection '{connection.identifier}' has no tables: package '{package.identifier}' exports nothing"
        hint = "name a table of a connection that exports"
        yield Finding(entry, message, "ConnectionTable", hint, elsewhere=declared_at(connection, context))
    elif package.exports and package.fulfills and connection.switched_off == "export":
        message = f"the export of connection '{connection.identifier}' is switched off by its DeactivationExportFulfill"
        hint = "name the table of a connection that exports, or let this one export"
        place = declared_at(connection, context)
        yield Finding(entry, message, "ConnectionTable", hint, severity=Severity.WARNING, elsewhere=place)


@rule(
    "IDM3124",
    "misnamed-connection-table",
    Severity.WARNING,
    on="ConnectionTable",
    reads=("Identifier", "Connection"),
    needs=NEEDS,
)
def misnamed_connection_table(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connection table does not begin with the identifier of its connection.

    Why: a table is a file that the export writes, and the export begins its name with the connection.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="Persons" Connection="HRExport"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <ConnectionTable Identifier="HRExport" Connection="HRExport"/>
    """
    table, connection = entry.get("Identifier"), connection_named(entry.get("Connection"), context)
    if table and connection is not None and not _is_free(connection) and not _begins_with(table, connection.identifier):
        message = f"table '{table}' does not begin with its connection '{connection.identifier}'"
        yield Finding(entry, message, "Identifier", hint=f"call it '{connection.identifier}', or '{connection.identifier}_…'")
