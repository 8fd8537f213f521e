"""Connectors and connections that lack what would make use of them: mappings, resource types, tasks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.connection_facts import NEEDS, ConnectionFacts, connection_named, connection_of_table, connections_of
from idmxml.checks.finding import Finding
from idmxml.checks.packages_in_use import mapping_kinds
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

TYPE_MAPPINGS: Final = Projection("EntityTypeMapping", ("Identifier", "Connector", "ConnectionTable"))
LINK_MAPPINGS: Final = Projection("EntityAssociationMapping", ("Connector", "ConnectionTable"))
SCAFFOLDED: Final = Projection("ConnectorMappings", ("Connector", "EntityType"))
RESOURCE_TYPES: Final = Projection("ResourceType", ("Identifier", "TargetEntityType"))
RESOURCE_MAPPINGS: Final = tuple(Projection(kind, ("Connection",)) for kind in mapping_kinds())
EXPORTS: Final = Projection("ExportTask", ("Connection", "Connector"))
FULFILLMENTS: Final = Projection("FulfillTask", ("Connection", "Connector"))
ORDERS: Final = Projection("GenerateProvisioningOrdersTask", ("Connector",))
# Scaffoldings that make tasks for connectors that they do not name.
JOBS_OF_ALL: Final = (
    "CreateConnectorsJobs",
    "CreateAgentSynchroComplete",
    "CreateAgentSynchroIncremental",
    "CreateInitializationJob",
)
JOBS_OF_ONE: Final = tuple(
    Projection(kind, ("Connector",)) for kind in ("CreateConnectorSynchroComplete", "CreateConnectorSynchroIncremental")
)


@rule(
    "IDM3130",
    "connector-without-mapping",
    Severity.WARNING,
    on="Connector",
    reads=("Identifier",),
    needs=(*NEEDS, TYPE_MAPPINGS, LINK_MAPPINGS, SCAFFOLDED),
)
def connector_without_mapping(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector has a connection that exports, but no entity type mapping reads what it exports.

    Why: exported files are loaded by mappings alone, so nothing of the system reaches the database.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    name = entry.get("Identifier")
    exporting = [each for each in connections_of(name, context) if each.package and each.can_export]
    if not name or not exporting or not context.is_whole or name in context.derived(_mapped_types):
        return
    hint = f'declare <EntityTypeMapping Connector="{name}" ConnectionTable="{exporting[0].identifier}…" …>'
    yield Finding(entry, f"nothing maps what connector {name} exports", "Identifier", hint)


def _mapped_types(context: Context) -> Mapping[str, frozenset[str]]:
    """The entity types that each connector maps; a connector with mappings of associations alone has an empty set."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in context.rows(TYPE_MAPPINGS):
        owner = _owner(row[1], row[2], context)
        if owner and row[0]:
            found[owner].add(row[0])
    for row in context.rows(LINK_MAPPINGS):
        owner = _owner(row[0], row[1], context)
        if owner:
            found.setdefault(owner, set())
    for row in context.rows(SCAFFOLDED):
        if row[0] and row[1]:
            found[row[0]].add(row[1])
    if "WorkforceModule" in context.used_scaffoldings:
        found.setdefault("Directory", set())
    return {connector: frozenset(types) for connector, types in found.items()}


def _owner(connector: str | None, table: str | None, context: Context) -> str | None:
    if connector or not table:
        return connector
    connection = connection_of_table(table, context)
    return connection.connector if connection is not None else None


@rule(
    "IDM3131",
    "connector-without-resource-type",
    Severity.WARNING,
    on="Connector",
    reads=("Identifier",),
    needs=(*NEEDS, TYPE_MAPPINGS, LINK_MAPPINGS, SCAFFOLDED, RESOURCE_TYPES, *RESOURCE_MAPPINGS, FULFILLMENTS, ORDERS),
)
def connector_without_resource_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector is there to provision, but no resource type is for it.

    Why: provisioning orders are made for resource types. For a connector that also exports, and that no task provisions, the
    finding is an information.

    Bad:
        <Connector Identifier="Tickets" DisplayName_L1="Tickets"/>
        <Connection Identifier="SnowTickets" DisplayName_L1="Tickets" Connector="Tickets" Package="Usercube.SnowTicket@0000001"/>

    Good:
        <Connector Identifier="Tickets" DisplayName_L1="Tickets"/>
        <Connection Identifier="SnowTickets" DisplayName_L1="Tickets" Connector="Tickets" Package="Usercube.SnowTicket@0000001"/>
        <EntityType Identifier="Badge"><Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Badge" DisplayName_L1="Badge" Policy="Default" SourceEntityType="Person" TargetEntityType="Badge"/>
        <ServiceNowResourceTypeMapping Identifier="Badge" Connection="SnowTickets" TicketCallerId="Login"/>
    """
    name = entry.get("Identifier")
    own = [each for each in connections_of(name, context) if each.package and each.can_fulfill]
    if not name or not own or not context.is_whole or _is_provisioned(name, own, context):
        return
    meant = any(not each.can_export for each in own) or _has_provisioning_task(name, own, context)
    hint = "declare a ResourceType and its mapping" + ("" if meant else ", or switch the fulfillment of its connection off")
    message = f"connector {name} can provision, but no resource type is for it"
    yield Finding(entry, message, "Identifier", hint, severity=None if meant else Severity.INFO)


def _is_provisioned(connector: str, own: list[ConnectionFacts], context: Context) -> bool:
    """Whether a resource type mapping names one of the connections, or a resource type targets what the connector maps."""
    if context.generated.names("ResourceType") or any(_mapped_connection(each, context) for each in own):
        return True
    types = context.derived(_mapped_types).get(connector, frozenset())
    return any(row[1] in types for row in context.rows(RESOURCE_TYPES))


def _mapped_connection(connection: ConnectionFacts, context: Context) -> bool:
    return connection.identifier.casefold() in context.derived(_connections_of_mappings)


def _connections_of_mappings(context: Context) -> frozenset[str]:
    return frozenset(str(row).casefold() for each in RESOURCE_MAPPINGS for row in context.rows(each))


def _has_provisioning_task(connector: str, own: list[ConnectionFacts], context: Context) -> bool:
    names = {each.identifier.casefold() for each in own}
    rows = context.rows(FULFILLMENTS)
    named = any(row[1] == connector or (row[0] and row[0].casefold() in names) for row in rows)
    return named or connector in context.rows(ORDERS)


@rule(
    "IDM3132",
    "unused-connection",
    Severity.INFO,
    on="Connection",
    reads=("Identifier",),
    needs=(*NEEDS, TYPE_MAPPINGS, LINK_MAPPINGS, *RESOURCE_MAPPINGS, EXPORTS, FULFILLMENTS, *JOBS_OF_ONE),
)
def unused_connection(entry: Entry, context: Context) -> Iterator[Finding]:
    """No task, no mapping and no resource type mapping uses a connection.

    Why: nothing is read or written through it; its settings, secrets among them, are kept for nothing.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    facts = connection_named(entry.get("Identifier"), context)
    if facts is None or not context.is_whole or context.uses(JOBS_OF_ALL):
        return
    name = facts.identifier.casefold()
    if name not in context.derived(_used_connections) and facts.connector not in context.derived(_busy_connectors):
        message = f"nothing uses connection {facts.identifier}"
        yield Finding(entry, message, "Identifier", hint="remove it, or add the task or mapping that it is for")


def _used_connections(context: Context) -> frozenset[str]:
    tables = {row[2] for row in context.rows(TYPE_MAPPINGS)} | {row[1] for row in context.rows(LINK_MAPPINGS)}
    read = (connection_of_table(table, context) for table in tables if table)
    found = {each.identifier.casefold() for each in read if each is not None}
    tasks = (row[0] for projection in (EXPORTS, FULFILLMENTS) for row in context.rows(projection))
    return frozenset(found | context.derived(_connections_of_mappings) | {each.casefold() for each in tasks if each})


def _busy_connectors(context: Context) -> frozenset[str | None]:
    """The connectors that a task or a job scaffolding uses as a whole."""
    named = {row[1] for projection in (EXPORTS, FULFILLMENTS) for row in context.rows(projection)}
    generated = {str(row) for each in JOBS_OF_ONE for row in context.rows(each)}
    return frozenset((named | generated) - {None})


KINDS_OF_CHANGES: Final = {
    "deleted entities": ("MaximumDeletedLines", "MaxPercentageDeletedLines"),
    "inserted entities": ("MaximumInsertedLines", "MaxPercentageInsertedLines"),
    "updated entities": ("MaximumUpdatedLines", "MaxPercentageUpdatedLines"),
    "deleted links": ("MaximumLinkDeletedLines", "MaxLinkPercentageDeletedLines"),
    "inserted links": ("MaximumLinkInsertedLines", "MaxLinkPercentageInsertedLines"),
}
THRESHOLDS: Final = tuple(name for pair in KINDS_OF_CHANGES.values() for name in pair)
ENTITY_THRESHOLDS: Final = Projection("EntityTypeMapping", ("Connector", *THRESHOLDS[:6]))
LINK_THRESHOLDS: Final = Projection(
    "EntityAssociationMapping",
    ("Connector", "MaximumDeletedLines", "MaxPercentageDeletedLines", "MaximumInsertedLines", "MaxPercentageInsertedLines"),
)


@rule(
    "IDM3133",
    "change-without-threshold",
    Severity.WARNING,
    on="Connector",
    reads=("Identifier", *THRESHOLDS),
    needs=(ENTITY_THRESHOLDS, LINK_THRESHOLDS),
)
def change_without_threshold(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector switches off both thresholds for one kind of change, and no mapping has one of its own.

    Why: 0 is no limit. A faulty or empty export then changes or deletes everything without anybody being asked.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" MaximumDeletedLines="0" MaxPercentageDeletedLines="0"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" MaximumDeletedLines="0" MaxPercentageDeletedLines="5"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    for change, (lines, percentage) in KINDS_OF_CHANGES.items():
        is_off = _is_zero(entry.get(lines)) and _is_zero(entry.get(percentage))
        if is_off and change not in context.derived(_limited_by_mappings).get(entry.get("Identifier") or "", ()):
            message = f"nothing limits {change}: {lines} and {percentage} are both 0"
            yield Finding(entry, message, lines, hint="keep one of the two, or leave them out for the product's own limits")


def _is_zero(text: str | None) -> bool:
    return text is not None and text.strip().lstrip("+-").strip("0") == "" and "0" in text


def _limited_by_mappings(context: Context) -> Mapping[str, frozenset[str]]:
    """The kinds of changes that a mapping of each connector limits itself."""
    found: dict[str, set[str]] = defaultdict(set)
    sources = (
        (ENTITY_THRESHOLDS, ("deleted entities", "inserted entities", "updated entities")),
        (LINK_THRESHOLDS, ("deleted links", "inserted links")),
    )
    for projection, changes in sources:
        for connector, *limits in map(tuple, context.rows(projection)):
            for change, pair in zip(changes, zip(limits[::2], limits[1::2], strict=True), strict=True):
                if connector and any(limit is not None and not _is_zero(limit) for limit in pair):
                    found[connector].add(change)
    return {connector: frozenset(each) for connector, each in found.items()}
