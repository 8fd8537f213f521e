"""Metadata of Microsoft Graph to the tables of an export: one of all directory objects, and one for each kind of link.

What is exported lies in ``schemas/microsoft-graph.json``. Columns of complex types are given whole, and by their parts, as the
documentation does not say which of both an export writes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from idmxml.drivers.driver import Column, KeyKind, Settings, Table, ValueType
from idmxml.drivers.odata_metadata import Metadata
from idmxml.drivers.odata_tables import Known, type_columns
from idmxml.facts.files import read_stored

OBJECTS: Final = "directoryobjects"
COMMAND: Final = Column("Command")
KIND: Final = Column("@odata.type")
KEY: Final = "id"
OTHER_PART: Final = re.compile(r"[./_].*", re.DOTALL)
MORE: Final = "@odata.nextLink"


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity that is exported when a mapping names none: the path of its collection, and a query for few of them."""

    name: str
    collection: str
    query: str


@dataclass(frozen=True, slots=True)
class Exported:
    """How exports get at directory objects. ``extension_types`` are the types of attributes that a tenant adds."""

    root: str
    entities: tuple[Entity, ...]
    links: tuple[str, ...]
    extensions_path: str
    extension_pattern: re.Pattern[str]
    extension_types: Mapping[str, ValueType]


@lru_cache(maxsize=1)
def exported() -> Exported:
    """What ``schemas/microsoft-graph.json`` says."""
    stored = read_stored("microsoft-graph.json")
    extensions = stored["extensions"]
    return Exported(
        stored["root"],
        tuple(Entity(each["entity"], each["collection"], each["query"]) for each in stored["default"]),
        tuple(stored["links"]),
        extensions["path"],
        re.compile(extensions["pattern"]),
        {name: ValueType(kind) for name, kind in extensions["types"].items()},
    )


def entities_of(metadata: Metadata) -> tuple[str, ...]:
    """The names of all directory objects: those that are exported by default first, then the others by name."""
    space = exported().root.rpartition(".")[0]
    found = {
        name.removeprefix(f"{space}.")
        for name in metadata.types
        if name.startswith(f"{space}.") and name != exported().root and _is_object(metadata, name)
    }
    first = [each.name for each in exported().entities if each.name in found]
    return (*first, *sorted(found - set(first)))


def _is_object(metadata: Metadata, name: str) -> bool:
    seen: set[str] = set()
    while name in metadata.types and name not in seen:
        if name == exported().root:
            return True
        seen.add(name)
        name = metadata.types[name].base
    return False


def graph_tables(settings: Settings, metadata: Metadata, extensions: Sequence[Column]) -> Iterator[Table]:
    """The tables, for a connection of which the tenant adds ``extensions`` to the attributes of directory objects."""
    space = exported().root.rpartition(".")[0]
    entities = entities_of(metadata)
    objects = settings.table(OBJECTS)
    own = {each.identifier: each for each in (COMMAND, KIND, *_merged(metadata, space, entities))}
    yield Table(objects, (*own.values(), *(each for each in extensions if each.identifier not in own)))
    for entity in entities:
        ways = {each.name for each in metadata.navigations(f"{space}.{entity}")}
        for link in exported().links:
            if link in ways:
                foreign = f"{objects}:{KEY}"
                ends = (Column(f"{entity}Id", foreign_column=foreign), Column(KEY, foreign_column=foreign))
                yield Table(settings.table(f"{link}_{entity}"), (COMMAND, *ends))


def with_mapped(table: Table, mapped: frozenset[str]) -> Table:
    """The table with what mappings read under names that the documentation leaves open.

    These are columns of links in another case, as it prints both ``groupId`` and ``GroupId``, and parts of complex values
    behind another mark than the colon, as it tells none.
    """
    own = {each.identifier.casefold() for each in table.columns if KIND not in table.columns}
    whole = {each.identifier.partition(":")[0] for each in table.columns if ":" in each.identifier}
    unknown = sorted(mapped - set(table.by_name))
    more = (each for each in unknown if each.casefold() in own or OTHER_PART.sub("", each) in whole)
    return replace(table, columns=(*table.columns, *map(Column, more)))


def extension_columns(stored: Any) -> tuple[Column, ...]:
    """The columns of the attributes that a tenant adds, from the answer of Graph that lists them, by name."""
    listed = stored.get("value") if isinstance(stored, Mapping) else None
    found: dict[str, Column] = {}
    for each in listed if isinstance(listed, list) else ():
        name = each.get("name") if isinstance(each, Mapping) else None
        if isinstance(name, str) and name and name.isprintable():
            kind = exported().extension_types.get(str(each.get("dataType")), ValueType.STRING)
            found[name] = Column(name, kind, is_multivalued=each.get("isMultiValued") is True)
    return tuple(found[name] for name in sorted(found))


def are_all_told(stored: Any) -> bool:
    """Whether an answer of Graph that lists things has no further page."""
    return isinstance(stored, Mapping) and MORE not in stored


def extensions_of_mappings(names: frozenset[str]) -> tuple[Column, ...]:
    """Those among the columns of mappings that have the form of an attribute that a tenant adds."""
    return tuple(Column(each) for each in sorted(names) if exported().extension_pattern.fullmatch(each))


def _merged(metadata: Metadata, space: str, entities: Sequence[str]) -> Iterator[Column]:
    """The columns of all entities, each once; of kinds that differ as text. Those of one entity tell its name."""
    known: Known = {}
    found: dict[str, Column] = {}
    for entity in entities:
        for each in _entity_columns(metadata, f"{space}.{entity}", known):
            before = found.get(each.identifier)
            found[each.identifier] = replace(each, group=entity) if before is None else _joined(before, each)
    yield from found.values()


def _joined(first: Column, second: Column) -> Column:
    kind = first.value_type if first.value_type is second.value_type else ValueType.STRING
    is_many = first.is_multivalued or second.is_multivalued
    key = KeyKind(max(first.key, second.key))
    return replace(first, value_type=kind, is_multivalued=is_many, key=key, group="")


def _entity_columns(metadata: Metadata, type_name: str, known: Known) -> Iterator[Column]:
    """The columns of an entity in the order of the metadata, each complex one before its parts."""
    parts: dict[str, list[Column]] = {}
    for name, column in type_columns(metadata, type_name, known).items():
        parts.setdefault(name.partition(":")[0], []).append(column)
    for declared in metadata.chain(type_name):
        for each in declared.properties:
            columns = parts.pop(each.name, [])
            if each.name and [column.identifier for column in columns] != [each.name]:
                yield Column(each.name, is_multivalued=each.is_many)
            yield from columns
