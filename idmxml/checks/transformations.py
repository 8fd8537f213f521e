"""Transformations of exported files: whose tables they change, and which packages they are for."""

from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.packages import packages
from idmxml.model.context import Context
from idmxml.source.entry import Entry


@rule("IDM3154", "foreign-transformation-table", Severity.WARNING, on="Transformation", touch=frozenset({"Table"}))
def foreign_transformation_table(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A transformation is for a table that does not begin with the connection it stands in.

    Why: tables are called like the connection, an underscore and the name of the data, and upper and lower case count; for
    another name nothing is transformed.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.Excel@0000001">
          <Transformation Type="TransformDate" Table="hrexport_0" Column="end" AddedDays="1"/>
        </Connection>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.Excel@0000001">
          <Transformation Type="TransformDate" Table="HRExport_0" Column="end" AddedDays="1"/>
        </Connection>
    """
    table = entry.get("Table")
    connection = entry.parent.get("Identifier") if entry.parent is not None else None
    if not table or not connection or table == connection or table.startswith(f"{connection}_"):
        return
    start = len(connection)
    differs_by_case = table[:start].casefold() == connection.casefold() and table[start : start + 1] in {"", "_"}
    right = connection + table[start:] if differs_by_case else None
    yield Finding(
        entry,
        f"table '{table}' does not begin with '{connection}_'",
        "Table",
        hint=f"write '{right}'" if right else f"call it '{connection}_…', as the connection's export does",
        replacement=right,
    )


@rule("IDM3155", "transformation-beyond-excel", Severity.INFO, on="Transformation")
def transformation_beyond_excel(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A transformation stands in a connection that does not export Excel files.

    Why: transformations are documented for the exports of Excel connections. That others take them is not known.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.LDIF@0000001">
          <Transformation Type="TransformDate" Table="HRExport" Column="end" AddedDays="1"/>
        </Connection>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.Excel@0000001">
          <Transformation Type="TransformDate" Table="HRExport_0" Column="end" AddedDays="1"/>
        </Connection>
    """
    package = packages().get((entry.parent.get("Package") if entry.parent is not None else None) or "")
    if package is not None and package.technology != "excel":
        message = f"a transformation in a connection of package '{package.identifier}', which exports no Excel file"
        yield Finding(
            entry,
            message,
            hint="look into an exported file whether it changed anything; if not, change the values before the export",
        )
