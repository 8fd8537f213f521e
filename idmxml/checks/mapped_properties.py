"""Mapped properties as rows of the whole repository, and the system that each mapping reads from."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from idmxml.facts.files import read_stored
from idmxml.facts.packages import packages
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import TRUE

COLUMNS: Final = (
    "../Identifier",
    "Identifier",
    "ConnectionColumn",
    "Format",
    "IsPrimaryKey",
    "IsUniqueKey",
    "../ConnectionTable",
    "../Connector",
)
MAPPED: Final = Projection("EntityTypeMapping.Property", COLUMNS)
CONNECTIONS: Final = Projection("Connection", ("Identifier", "Connector", "Package"))


def table_connection(table: str, context: Context) -> str | None:
    """The connection a table belongs to by its name: the longest identifier that it is, or begins with before ``_``."""
    folded = table.casefold()
    names = context.names("Connection")
    fits = [name for name in names if folded == name.casefold() or folded.startswith(f"{name.casefold()}_")]
    return max(fits, key=len) if fits else None


@dataclass(frozen=True, slots=True)
class MappedProperty:
    """One mapped property. ``is_key`` is true for a primary or unique key; ``format`` is the Format as written."""

    entity_type: str
    name: str
    column: str | None
    format: str | None
    is_primary: bool
    is_key: bool
    table: str | None
    connector: str | None


def mapped_property(row: tuple[str | None, ...]) -> MappedProperty:
    """A row of ``MAPPED`` under names."""
    owner, name, column, form, primary, unique, table, connector = row
    is_primary = primary in TRUE
    return MappedProperty(owner or "", name or "", column, form, is_primary, is_primary or unique in TRUE, table, connector)


def mapped_properties(context: Context) -> Mapping[tuple[str, str], tuple[MappedProperty, ...]]:
    """The mapped properties by entity type and name; there are several where an entity type has several mappings."""
    return context.derived(_collect)


def _collect(context: Context) -> Mapping[tuple[str, str], tuple[MappedProperty, ...]]:
    found: dict[tuple[str, str], list[MappedProperty]] = defaultdict(list)
    for row in context.tuples(MAPPED):
        if row[0] and row[1]:
            found[row[0], row[1]].append(mapped_property(row))
    return {key: tuple(sorted(each, key=repr)) for key, each in found.items()}


def technology_of(table: str | None, connector: str | None, context: Context) -> str | None:
    """The technology of the system that a mapping reads: by its table's connection, else by the connector's only one."""
    by_connection, by_connector = context.derived(_technologies)
    connection = table_connection(table, context) if table else None
    if connection is not None:
        return by_connection.get(connection)
    found = by_connector.get(connector or "", frozenset())
    return next(iter(found)) if len(found) == 1 else None


def package_of(table: str | None, context: Context) -> str | None:
    """The package of the connection that a table belongs to, None when it isn't known."""
    connection = table_connection(table, context) if table else None
    return context.derived(_packages).get(connection or "")


def _packages(context: Context) -> Mapping[str, str]:
    return {row[0]: row[2] for row in sorted(context.tuples(CONNECTIONS), key=str) if row[0] and row[2]}


def _technologies(context: Context) -> tuple[Mapping[str, str], Mapping[str, frozenset[str]]]:
    by_connection: dict[str, str] = {}
    by_connector: dict[str, set[str]] = defaultdict(set)
    for identifier, connector, name in sorted(context.tuples(CONNECTIONS), key=str):
        package = packages().get(name or "")
        if package is not None and package.exports:
            by_connection[identifier or ""] = package.technology
            by_connector[connector or ""].add(package.technology)
    return by_connection, {connector: frozenset(each) for connector, each in by_connector.items()}


@lru_cache(maxsize=1)
def property_names() -> Mapping[str, frozenset[str]]:
    """Names of properties in lower case, by what they tell: ``display`` and ``volatile``."""
    stored: Mapping[str, Any] = read_stored("property-names.json")
    return {key: frozenset(value) for key, value in stored.items() if isinstance(value, list)}
