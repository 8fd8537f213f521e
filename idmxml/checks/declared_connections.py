"""The merged configuration to what rules about settings ask of it: its connections, and the other names settings use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from idmxml.diagnostics import Span
from idmxml.facts.load import builtins
from idmxml.model.context import Context
from idmxml.model.projection import Projection, sortable
from idmxml.settings.connections import DeclaredConnection, DeclaredNames
from idmxml.source.document import Document
from idmxml.source.entry import TRUE

CONNECTIONS: Final = Projection(
    "Connection", ("Identifier", "Connector", "Package", "DeactivationExportFulfill", "ConsolidationMode", "DisplayName_L1")
)
CONNECTOR_MAPPINGS: Final = Projection("ConnectorMappings", ("Connector", "Package"))
CONNECTORS: Final = Projection("Connector", ("Identifier", "Agent", "IsDeactivated", "DisplayName_L1"))
EXPORT_TASKS: Final = tuple(
    Projection(kind, ("../Identifier", "../IsIncremental", "Connection", "IgnoreCookieFile"))
    for kind in ("ExportTask", "ExportTaskOverride")
)
PREPARATIONS: Final = Projection("PrepareSynchronizationTask", ("../Identifier", "SynchronizationMode"))
FULFILL_TASKS: Final = tuple(Projection(kind, ("Connection",)) for kind in ("FulfillTask", "FulfillTaskOverride"))
MAPPED_TABLES: Final = tuple(
    Projection(kind, ("ConnectionTable",)) for kind in ("EntityTypeMapping", "EntityAssociationMapping")
)
RESETTING: Final = tuple(
    Projection(f"{kind}ResourceTypeMapping", ("Connection", "PasswordResetSetting"))
    for kind in ("AzureAD", "Ldap", "MicrosoftEntraID", "Okta", "Sap", "ServiceNow")
)
NOT_RESETTING: Final = tuple(
    Projection(f"{kind}ResourceTypeMapping", ("Connection",))
    for kind in ("", "EasyVista", "ManualProvisioning", "Scim", "SharePoint")
)
CLIENT_USES: Final = tuple(
    Projection(kind, ("Agent", "OpenIdClient"))
    for kind in (
        "ActivityInstanceActorTask",
        "CreateDatabaseViewsTask",
        "ExportTask",
        "FulfillTask",
        "InvokeApiTask",
        "InvokeAspectsTask",
        "InvokeExpressionTask",
        "InvokeSqlCommandTask",
        "PrepareSynchronizationTask",
    )
)
DATABASE_USES: Final = Projection("InvokeSqlCommandTask", ("Agent", "DatabaseIdentifier"))
RESETS: Final = Projection("PasswordResetSettings", ("Mode",))
PROJECTIONS: Final = (
    *(CONNECTIONS, CONNECTOR_MAPPINGS, CONNECTORS, PREPARATIONS, DATABASE_USES, RESETS),
    *(*EXPORT_TASKS, *FULFILL_TASKS, *MAPPED_TABLES, *RESETTING, *NOT_RESETTING, *CLIENT_USES),
)
"""What files have to tell for this module."""

NOWHERE: Final = Span("", 1, 1, 1, 1)
TWO_WAY: Final = frozenset({"Two-Way", "2"})
MODES: Final = {"Initial": "complete", "0": "complete", "Complete": "complete", "1": "complete"} | dict.fromkeys(
    ("Incremental", "2"), "incremental"
)
ReadDocument = Callable[[int], Document | None]


@dataclass(frozen=True)
class Declared:
    """The connections of a repository, and the names beside them. ``read`` gives the document at a position of the context."""

    context: Context
    read: ReadDocument

    @cached_property
    def connections(self) -> tuple[DeclaredConnection, ...]:
        """Every declared connection, those of the scaffolding for mappings included, sorted by identifier."""
        found: dict[str, DeclaredConnection] = {}
        for values in sorted(self.context.tuples(CONNECTIONS), key=sortable):
            identifier, connector, package, deactivation, mode, _name = values
            if identifier is None or mode == "Delete":
                continue
            known = found.get(identifier.casefold())
            if known is None or (not known.package and package):
                found[identifier.casefold()] = self._connection(identifier, connector or "", package or "", deactivation or "")
        for connector, package in sorted(self.context.tuples(CONNECTOR_MAPPINGS), key=sortable):
            if connector is not None and connector.casefold() not in found:
                found[connector.casefold()] = self._connection(connector, connector, package or "", "")
        return tuple(found[key] for key in sorted(found))

    def _connection(self, identifier: str, connector: str, package: str, deactivation: str) -> DeclaredConnection:
        key = identifier.casefold()
        return DeclaredConnection(
            identifier,
            connector,
            package,
            partial(self._span_of, identifier),
            deactivation,
            exported=key in self._modes or key in self._exported_tables,
            fulfilled=key in self._fulfilled,
            modes=frozenset(self._modes.get(key, ())),
            password_reset=key in self._resetting,
        )

    def _span_of(self, identifier: str) -> Span:
        position = self.context.names("Connection").get(identifier)
        if position is None:
            return self._span(CONNECTOR_MAPPINGS, "Connector", (identifier,)) or NOWHERE
        return self._place(position, "Connection", "Identifier", identifier) or NOWHERE

    @cached_property
    def display_names(self) -> Mapping[str, str]:
        """The English name of each connection, by identifier in lower case."""
        rows = sorted(self.context.tuples(CONNECTIONS), key=sortable)
        return {values[0].casefold(): values[5] for values in rows if values[0] is not None and values[5] is not None}

    @cached_property
    def connectors(self) -> Mapping[str, tuple[str | None, bool, str]]:
        """For each connector: its agent, whether it is deactivated, and its English name."""
        rows = sorted(self.context.tuples(CONNECTORS), key=sortable)
        return {
            identifier: (agent, deactivated in TRUE, name or "")
            for identifier, agent, deactivated, name in rows
            if identifier is not None
        }

    @cached_property
    def _modes(self) -> Mapping[str, set[str]]:
        """By connection in lower case, the modes its export tasks run in; empty when a task does not tell."""
        prepared: dict[str, set[str]] = {}
        for job, mode in self.context.tuples(PREPARATIONS):
            if job is not None and mode in MODES:
                prepared.setdefault(job, set()).add(MODES[mode])
        found: dict[str, set[str]] = {}
        for projection in EXPORT_TASKS:
            for job, incremental, connection, ignoring in self.context.tuples(projection):
                if connection is None:
                    continue
                modes = {"incremental"} if incremental in TRUE else prepared.get(job or "", set())
                found.setdefault(connection.casefold(), set()).update({"complete"} if ignoring in TRUE else modes)
        return found

    @cached_property
    def _exported_tables(self) -> frozenset[str]:
        """The possible connections, in lower case, of the tables that mappings read: each beginning up to an underscore."""
        found: set[str] = set()
        for projection in MAPPED_TABLES:
            for row in self.context.rows(projection):
                parts = str(row).casefold().split("_")
                found.update("_".join(parts[:length]) for length in range(1, len(parts) + 1))
        return frozenset(found)

    @cached_property
    def _fulfilled(self) -> frozenset[str]:
        alone = (str(row) for projection in (*FULFILL_TASKS, *NOT_RESETTING) for row in self.context.rows(projection))
        beside = (values[0] for projection in RESETTING for values in self.context.tuples(projection))
        return frozenset(each.casefold() for each in (*alone, *beside) if each)

    @cached_property
    def _resetting(self) -> frozenset[str]:
        rows = (values for projection in RESETTING for values in self.context.tuples(projection))
        return frozenset(connection.casefold() for connection, reset in rows if connection and reset)

    def names(self, agent: str | None) -> DeclaredNames:
        """The names beside connections, for the settings of ``agent``; None when the settings do not say whose they are."""
        if not self.context.is_whole:
            return DeclaredNames()
        agents = frozenset(self.context.names("Agent"))
        mine = {agent} if agent else agents if len(agents) == 1 else set()
        return DeclaredNames(
            agents=agents | frozenset(builtins()["agents"]) if agents else None,
            openid_clients=frozenset(self.context.names("OpenIdClient")) or None,
            sql_tasks=frozenset(self.context.names("InvokeSqlCommandTask")) or None,
            clients_in_use=self._uses(CLIENT_USES, "OpenIdClient", mine),
            databases_in_use=self._uses((DATABASE_USES,), "DatabaseIdentifier", mine),
            two_way_reset=self._span(RESETS, "Mode", TWO_WAY),
        )

    def _uses(
        self, projections: tuple[Projection, ...], attribute: str, agents: frozenset[str] | set[str]
    ) -> Mapping[str, Span]:
        """Where each value of ``attribute`` first stands in a checked file, in a task of one of the agents."""
        folded = {each.casefold() for each in agents}
        found: dict[str, Span] = {}
        for projection in projections:
            for agent, name in sorted(self.context.tuples(projection), key=sortable):
                if agent is not None and name and name not in found and agent.casefold() in folded:
                    span = self._span(projection, attribute, (name,))
                    if span is not None:
                        found[name] = span
        return found

    def _span(self, projection: Projection, attribute: str, values: "frozenset[str] | tuple[str, ...]") -> Span | None:
        """Where ``attribute`` has one of ``values`` in a checked file; None when it has not."""
        index = projection.columns.index(attribute)
        for position in self.context.holders(projection):
            rows = self.context.rows_of(position, projection)
            for row in rows:
                value = row if isinstance(row, str) else row[index]
                if value in values:
                    return self._place(position, projection.kind, attribute, str(value))
        return None

    def _place(self, position: int, kind: str, attribute: str, value: str) -> Span | None:
        document = self.read(position)
        entries = document.entries if document else ()
        entry = next((each for each in entries if each.kind == kind and each.get(attribute) == value), None)
        return document.attribute_span(entry, attribute) if document and entry else None
