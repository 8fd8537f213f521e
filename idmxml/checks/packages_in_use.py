"""What uses a connection against what its package can do: export, fulfill, and both in incremental mode."""

from collections.abc import Iterator

from idmxml.checks.connection_facts import NEEDS, ConnectionFacts, connection_named, connections_of, declared_at
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.source.entry import Entry


def mapping_kinds() -> tuple[str, ...]:
    """The kinds that map a resource type to a connection."""
    return language().resource_type_mappings


def fulfilling_kinds() -> tuple[str, ...]:
    """The kinds that provision by the connection they name."""
    return ("FulfillTask", *mapping_kinds())


def using_kinds() -> tuple[str, ...]:
    """The kinds that make a connection that they name export or fulfill."""
    return ("ExportTask", *fulfilling_kinds())


@rule("IDM3108", "impossible-export", on="ExportTask", reads=("Connection",), needs=NEEDS)
def impossible_export(entry: Entry, context: Context) -> Iterator[Finding]:
    """An export task names a connection whose package can't export.

    Why: there is no program to run, so the task fails each time. Such a package provisions alone.

    Bad:
        <Connector Identifier="Tickets" DisplayName_L1="Tickets"/>
        <Connection Identifier="SnowTickets" DisplayName_L1="Tickets" Connector="Tickets" Package="Usercube.SnowTicket@0000001"/>
        <ExportTask Identifier="Tickets_Export" DisplayName_L1="Export" Agent="Local" Connection="SnowTickets"/>

    Good:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTables" DisplayName_L1="Tables" Connector="Snow" Package="Usercube.ServiceNow@0000001"/>
        <ExportTask Identifier="Snow_Export" DisplayName_L1="Export" Agent="Local" Connection="SnowTables"/>
    """
    connection = connection_named(entry.get("Connection"), context)
    if connection is not None and connection.package is not None and not connection.package.exports:
        able = [each.identifier for each in connections_of(connection.connector, context) if each.package and each.can_export]
        yield Finding(
            entry,
            f"connection '{connection.identifier}' can't export: package '{connection.package.identifier}' has no export",
            "Connection",
            hint=_instead(able, "export", "remove the task, or give it a connection whose package exports"),
            elsewhere=declared_at(connection, context),
        )


@rule("IDM3109", "impossible-fulfillment", on=fulfilling_kinds, reads=("Connection",), needs=NEEDS)
def impossible_fulfillment(entry: Entry, context: Context) -> Iterator[Finding]:
    """A fulfill task or a resource type mapping names a connection whose package can't fulfill.

    Why: provisioning orders for it fail, because the package reads the system alone.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <FulfillTask Identifier="HR_Fulfill" DisplayName_L1="Fulfill" Agent="Local" Connection="HRExport"/>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <FulfillTask Identifier="AD_Fulfill" DisplayName_L1="Fulfill" Agent="Local" Connection="ADFulfillment"/>
    """
    connection = connection_named(entry.get("Connection"), context)
    if connection is not None and connection.package is not None and not connection.package.fulfills:
        able = [each.identifier for each in connections_of(connection.connector, context) if each.package and each.can_fulfill]
        yield Finding(
            entry,
            f"connection '{connection.identifier}' can't fulfill: package '{connection.package.identifier}' only reads",
            "Connection",
            hint=_instead(able, "fulfill", "name a connection whose package fulfills"),
            elsewhere=declared_at(connection, context),
        )


def _instead(able: list[str], does: str, otherwise: str) -> str:
    if not able:
        return otherwise
    names = " and ".join(f"'{each}'" for each in able)
    return f"of the same connector, {names} can {does}"


@rule("IDM3110", "use-of-deactivated-half", Severity.WARNING, on=using_kinds, reads=("Connection",), needs=NEEDS)
def use_of_deactivated_half(entry: Entry, context: Context) -> Iterator[Finding]:
    """A task or a resource type mapping uses the half of a connection that DeactivationExportFulfill switches off.

    Why: the connection does not do this any more, so the task has nothing to run.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001" DeactivationExportFulfill="Export"/>
        <ExportTask Identifier="AD_Export" DisplayName_L1="Export" Agent="Local" Connection="ADFulfillment"/>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001" DeactivationExportFulfill="Fulfill"/>
        <ExportTask Identifier="AD_Export" DisplayName_L1="Export" Agent="Local" Connection="ADExport"/>
    """
    connection = connection_named(entry.get("Connection"), context)
    half = "export" if entry.kind == "ExportTask" else "fulfill"
    if connection is None or connection.package is None or connection.switched_off != half:
        return
    if not (connection.package.exports and connection.package.fulfills):
        return
    able = [each.identifier for each in connections_of(connection.connector, context) if each.package and _can(each, half)]
    otherwise = f"remove DeactivationExportFulfill from connection '{connection.identifier}', or do without"
    message = f"the {half} of connection '{connection.identifier}' is switched off by its DeactivationExportFulfill"
    hint = _instead(able, half, otherwise)
    yield Finding(entry, message, "Connection", hint=hint, elsewhere=declared_at(connection, context))


def _can(connection: ConnectionFacts, half: str) -> bool:
    return connection.can_export if half == "export" else connection.can_fulfill


@rule(
    "IDM3111",
    "incremental-mode-of-complete-package",
    Severity.WARNING,
    on=("PrepareSynchronizationTask", "CreateConnectorSynchroIncremental"),
    reads=("Connector", "SynchronizationMode"),
    needs=NEEDS,
)
def incremental_mode_of_complete_package(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector is synchronized in incremental mode, but none of its packages can export changes alone.

    Why: its exports are complete each time. In incremental mode what is missing from them is never deleted, and the columns
    that an incremental export adds are not there.

    Bad:
        <Connector Identifier="Host" DisplayName_L1="Mainframe"/>
        <Connection Identifier="HostExport" DisplayName_L1="RACF" Connector="Host" Package="Usercube.RACF@0000001"/>
        <PrepareSynchronizationTask Identifier="Host_Prepare" DisplayName_L1="Prepare" Agent="Local"
            Connector="Host" SynchronizationMode="Incremental" Type="Changes"/>

    Good:
        <Connector Identifier="Host" DisplayName_L1="Mainframe"/>
        <Connection Identifier="HostExport" DisplayName_L1="RACF" Connector="Host" Package="Usercube.RACF@0000001"/>
        <PrepareSynchronizationTask Identifier="Host_Prepare" DisplayName_L1="Prepare" Agent="Local"
            Connector="Host" SynchronizationMode="Complete"/>
    """
    is_task = entry.kind == "PrepareSynchronizationTask"
    if is_task and entry.get("SynchronizationMode") not in {"Incremental", "2"}:
        return
    exporting = [each for each in connections_of(entry.get("Connector"), context) if each.can_export]
    if not exporting or not all(_is_complete_only(each) for each in exporting):
        return
    names = sorted({str(each.package.identifier) for each in exporting if each.package})
    word = "package" if len(names) == 1 else "packages"
    told = ", ".join(f"'{each}'" for each in names)
    yield Finding(
        entry,
        f"connector '{entry.get('Connector')}' can't be read in incremental mode: {word} {told} can only export everything",
        "SynchronizationMode" if is_task else "Connector",
        hint='write SynchronizationMode="Complete"' if is_task else "generate a job for complete synchronization alone",
    )


def _is_complete_only(connection: ConnectionFacts) -> bool:
    package = connection.package
    return package is not None and package.incremental is False and not package.incremental_disputed
