"""Connectors and connections: what their packages can do, and what is missing."""

from collections.abc import Iterator

from idmxml.checks.connection_facts import SWITCHES
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.packages import Package, packages
from idmxml.model.context import Context
from idmxml.model.names import closest
from idmxml.model.projection import Projection
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

CONNECTORS_OF_CONNECTIONS = Projection("Connection", ("Connector",))


@rule(
    "IDM3101",
    "connector-without-connection",
    Severity.WARNING,
    on="Connector",
    reads=("Identifier",),
    needs=(CONNECTORS_OF_CONNECTIONS,),
)
def connector_without_connection(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector has no connection.

    Why: it reaches no system, so nothing is synchronized or provisioned for it.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    name = entry.get("Identifier")
    if name is None or name in context.rows(CONNECTORS_OF_CONNECTIONS) or context.may_exist(name):
        return
    if not context.generated.has("Connection", name):
        hint = f'declare <Connection Identifier="{name}Export" Connector="{name}" …/>'
        yield Finding(entry, f"connector '{name}' has no connection", "Identifier", hint)


@rule("IDM3103", "unknown-package", on=("Connection", "ConnectorMappings"))
def unknown_package(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A connection names a package that does not exist.

    Why: the package decides which programs export and fulfill; a wrong name shows up only when the first job fails.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CVS@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    value = entry.get("Package")
    if value is None or _same(value) is not None:
        return
    near = closest(value, packages())
    yield Finding(
        entry,
        f"unknown package '{value}'",
        "Package",
        hint=did_you_mean(near) or "name a package of the product, such as Usercube.CSV@0000001",
        replacement=near,
    )


def _same(value: str) -> str | None:
    """The package of this name, whatever the case."""
    if value in packages():
        return value
    return next((each for each in packages() if each.casefold() == value.casefold()), None)


CASE_OF_PACKAGES = "write it as the product does: in another case it is no package"


@rule("IDM3104", "package-case", on=("Connection", "ConnectorMappings"))
def package_case(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A connection names a package in other upper and lower case than the product.

    Why: the product compares the names of packages with regard to case.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.Csv@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    value = entry.get("Package")
    same = _same(value) if value is not None else None
    if value is not None and same is not None and same != value:
        yield Finding(entry, f"package '{value}' is written '{same}'", "Package", CASE_OF_PACKAGES, replacement=same)


@rule("IDM3105", "retired-package", Severity.WARNING, on=("Connection", "ConnectorMappings"))
def retired_package(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A connection uses a package that the product has replaced by another.

    Why: a coming version will not have it any more.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV.Complete@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    value = entry.get("Package")
    package = packages().get(value or "")
    if package is not None and package.status == "retired":
        successor = package.replaced_by
        hint = f"use '{successor}'" if successor else "see the product's list of packages for a successor"
        yield Finding(entry, f"package '{value}' is retired", "Package", hint, replacement=successor)


@rule("IDM3106", "needless-deactivation", Severity.WARNING, on="Connection")
def needless_deactivation(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A connection switches off a half that its package does not have.

    Why: it has no effect, so what its author wanted to stop still runs.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001" DeactivationExportFulfill="Fulfill"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    package, half = _halves(entry)
    if package is not None and half is not None and half not in _abilities(package):
        does = " and ".join(_abilities(package)) or "do neither"
        hint = f"this package can only {does}; remove the attribute"
        yield Finding(entry, f"package '{package.identifier}' has no {half} to switch off", "DeactivationExportFulfill", hint)


@rule("IDM3107", "dead-connection", Severity.WARNING, on="Connection")
def dead_connection(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A connection switches off the only thing that its package can do.

    Why: nothing is left for the connection to do. To stop a whole system for a while, deactivate its connector.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001" DeactivationExportFulfill="Export"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" IsDeactivated="true"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    package, half = _halves(entry)
    if package is not None and half is not None and _abilities(package) == (half,):
        hint = f"remove the attribute, or set IsDeactivated on the connector {entry.get('Connector') or ''}".rstrip()
        message = f"nothing is left active: package '{package.identifier}' can only {half}"
        yield Finding(entry, message, "DeactivationExportFulfill", hint)


def _halves(entry: Entry) -> tuple[Package | None, str | None]:
    """The package of a connection, and the half it switches off."""
    return packages().get(entry.get("Package") or ""), SWITCHES.get(entry.get("DeactivationExportFulfill") or "")


def _abilities(package: Package) -> tuple[str, ...]:
    return tuple(word for word, does in (("export", package.exports), ("fulfill", package.fulfills)) if does)
