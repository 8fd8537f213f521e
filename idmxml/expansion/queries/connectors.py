"""Connectors and connections: what can be exported and provisioned through them."""

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item
from idmxml.facts.packages import Package, packages

EXPORT_OFF = frozenset({"Export", "1"})
FULFILL_OFF = frozenset({"Fulfill", "2"})
ACTIVE_DIRECTORY = "activedirectory"


def all_connectors(configuration: Configuration) -> list[str]:
    """Every connector, sorted."""
    return [each["Identifier"] for each in configuration.all("Connector")]


def connector(configuration: Configuration, identifier: str) -> Item | None:
    """The connector of this name; None when it is not declared."""
    return configuration.find("Connector", identifier)


def connections(configuration: Configuration, connector: str) -> list[Item]:
    """The connections of a connector, sorted."""
    return configuration.having("Connection", ("Connector",), connector)


def exporting_connections(configuration: Configuration, connector: str) -> list[str]:
    """The connections of the connector whose package exports and is not switched off, sorted."""
    if _is_deactivated(configuration, connector):
        return []
    found = connections(configuration, connector)
    return [each["Identifier"] for each in found if _exports(each)]


def _exports(connection: Item) -> bool:
    package = _package(connection)
    return package is not None and package.exports and connection["DeactivationExportFulfill"] not in EXPORT_OFF


def exports_incrementally(configuration: Configuration, connector: str) -> bool:
    """Whether a package of the connector's exporting connections supports an incremental export."""
    found = (each for each in connections(configuration, connector) if _exports(each))
    return any(package is not None and bool(package.incremental) for package in map(_package, found))


def fulfilling_connections(configuration: Configuration, connector: str) -> list[str]:
    """The connections of the connector whose package provisions and is not switched off, sorted."""
    if _is_deactivated(configuration, connector):
        return []
    found = connections(configuration, connector)
    return [each["Identifier"] for each in found if _fulfills(each)]


def _fulfills(connection: Item) -> bool:
    package = _package(connection)
    return package is not None and package.fulfills and connection["DeactivationExportFulfill"] not in FULFILL_OFF


def is_active_directory(configuration: Configuration, connector: str) -> bool:
    """Whether the connector reads an Active Directory: its synchronization has a type of its own."""
    packages_used = map(_package, connections(configuration, connector))
    return any(package is not None and package.technology == ACTIVE_DIRECTORY for package in packages_used)


def agent_of(configuration: Configuration, connector: str) -> str:
    """The agent of a connector; empty when it names none."""
    found = configuration.find("Connector", connector)
    return found["Agent"] if found is not None else ""


def connector_entity_types(configuration: Configuration, connectors: list[str]) -> list[str]:
    """The entity types that these connectors feed, sorted."""
    found = (configuration.having("EntityTypeMapping", ("Connector",), each) for each in connectors)
    return sorted({each["Identifier"] for mappings in found for each in mappings})


def _package(connection: Item) -> Package | None:
    return packages().get(connection["Package"])


def _is_deactivated(configuration: Configuration, connector: str) -> bool:
    found = configuration.find("Connector", connector)
    return found is not None and found.flag("IsDeactivated")
