"""The context to what is known of each connection: its connector, its package, and the half that is switched off."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Elsewhere
from idmxml.facts.packages import Package, packages
from idmxml.model.context import Context
from idmxml.model.projection import Projection, sortable

DECLARED: Final = Projection("Connection", ("Identifier", "Connector", "Package", "DeactivationExportFulfill"))
GENERATED: Final = Projection("ConnectorMappings", ("Connector", "Package"))
NEEDS: Final = (DECLARED, GENERATED)
SWITCHES: Final = {"Export": "export", "1": "export", "Fulfill": "fulfill", "2": "fulfill"}


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """A connection. ``package`` is None when it isn't known; ``switched_off`` is ``export``, ``fulfill`` or None."""

    identifier: str
    connector: str | None
    package: Package | None
    switched_off: str | None = None

    @property
    def can_export(self) -> bool:
        """Whether it may export, for all that is known."""
        return self.package is None or (self.package.exports and self.switched_off != "export")

    @property
    def can_fulfill(self) -> bool:
        """Whether it may fulfill, for all that is known."""
        return self.package is None or (self.package.fulfills and self.switched_off != "fulfill")


def connection_named(name: str | None, context: Context) -> ConnectionFacts | None:
    """The connection of this name, whatever its case; None when it isn't declared exactly once."""
    return context.derived(_by_identifier).get(name.casefold()) if name else None


def declared_at(connection: ConnectionFacts, context: Context) -> tuple[Elsewhere, ...]:
    """The place where the connection is declared by hand, for a finding about what uses it."""
    package = f" with package '{connection.package.identifier}'" if connection.package is not None else ""
    told = f"{connection.identifier} is declared here{package}"
    return declared_there("Connection", connection.identifier, told, context)


def connections_of(connector: str | None, context: Context) -> tuple[ConnectionFacts, ...]:
    """The connections of a connector by identifier; none at all when some of them may be hidden in an unreadable file."""
    if not connector or context.may_exist(connector):
        return ()
    return context.derived(_by_connector).get(connector, ())


def connection_of_table(table: str, context: Context) -> ConnectionFacts | None:
    """The connection a table belongs to by its name: the longest identifier that it is, or begins with before ``_``."""
    known = context.derived(_by_identifier)
    name = table.casefold()
    while name:
        if name in known:
            return known[name]
        name = name.rpartition("_")[0]
    return None


def _by_identifier(context: Context) -> Mapping[str, ConnectionFacts]:
    found: dict[str, list[ConnectionFacts]] = defaultdict(list)
    for row in sorted(context.rows(DECLARED), key=sortable):
        facts = _declared(*row)
        if facts is not None:
            found[facts.identifier.casefold()].append(facts)
    for row in sorted(context.rows(GENERATED), key=sortable):
        connector = row[0]
        if connector:
            found[connector.casefold()].append(ConnectionFacts(connector, connector, packages().get(row[1] or "")))
    return {name: each[0] if len(each) == 1 else _blurred(each) for name, each in found.items()}


def _declared(identifier: str | None, connector: str | None, package: str | None, off: str | None) -> ConnectionFacts | None:
    if not identifier:
        return None
    return ConnectionFacts(identifier, connector, packages().get(package or ""), SWITCHES.get(off or ""))


def _blurred(several: list[ConnectionFacts]) -> ConnectionFacts:
    """What declarations of one connection, which may complete each other, agree on."""
    connectors = {each.connector for each in several if each.connector}
    known = {each.package.identifier: each.package for each in several if each.package}
    package = next(iter(known.values())) if len(known) == 1 and not any(each.switched_off for each in several) else None
    return ConnectionFacts(several[0].identifier, connectors.pop() if len(connectors) == 1 else None, package)


def _by_connector(context: Context) -> Mapping[str, tuple[ConnectionFacts, ...]]:
    found: dict[str, list[ConnectionFacts]] = defaultdict(list)
    for each in context.derived(_by_identifier).values():
        if each.connector:
            found[each.connector].append(each)
    return {connector: tuple(sorted(each, key=lambda facts: facts.identifier)) for connector, each in found.items()}
