"""Tables of a recorded schema to entity types with associations between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from idmxml.modelling.naming import display_name, pascal, property_identifier
from idmxml.modelling.properties import NewProperty, Places, has_key_of_several, key_of, properties_of
from idmxml.snapshots.snapshot import Column, Table

ENDINGS: Final = ("Identifier", "Id", "Code", "Key", "Dn")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A navigation property to another entity type, or the same, with the way back, its association and its mapping.

    ``place`` is the TargetColumnIndex of the property, None when none is left. ``is_many`` tells that it leads to several.
    """

    identifier: str
    property: str
    back: str
    target: str
    name: str
    place: int | None
    table: str
    own_column: str
    own_key: str
    column: str
    target_key: str
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class NewEntityType:
    """An entity type with its mapping. ``links`` lead from it; ``backs`` are navigation properties that lead back to others."""

    identifier: str
    name: str
    connector: str
    table: str
    properties: tuple[NewProperty, ...]
    links: tuple[NewLink, ...] = ()
    backs: tuple[str, ...] = ()

    @property
    def key(self) -> NewProperty:
        """The property that is the primary key."""
        return next(each for each in self.properties if each.is_primary)

    @property
    def shown(self) -> NewProperty:
        """The property that names a resource: the first text with name in its name, else the key."""
        texts = [each for each in self.properties if each.type == "String"]
        return next((each for each in texts if "name" in each.identifier.casefold()), self.key)


@dataclass(frozen=True, slots=True)
class Request:
    """What to make entity types of. ``identifiers`` gives that of each table; ``key`` the column asked for as the key."""

    connector: str
    technology: str
    tables: tuple[Table, ...]
    identifiers: Mapping[str, str]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The entity types, and what is to be looked at, in sentences."""

    entity_types: tuple[NewEntityType, ...]
    told: tuple[str, ...]


def identifier_of(table: str, connection: str, connector: str) -> str:
    """The identifier of the entity type for a table: ``<Connector>_<Name>``, as is the custom.

    Tables that have numbers alone, as the sheets of a workbook, are called by the connection and their number.
    """
    suffix = pascal(table[len(connection) :])
    bare = connection[len(connector) :] if connection.casefold().startswith(connector.casefold()) else connection
    own = pascal(bare) or pascal(connection)
    return f"{connector}_{f'{own}{suffix}' if suffix.isdigit() else suffix or own}"


def make(request: Request) -> Made:
    """The entity types of some tables; those that hold nothing but two keys become associations."""
    told: list[str] = []
    keys = {each.identifier: key_of(each, request.key) for each in request.tables}
    crossing = {each.identifier: ends for each in request.tables if (ends := _ends(each, keys))}
    unfit = {each.identifier for each in request.tables if has_key_of_several(each) and not request.key} - crossing.keys()
    told += [f"{name} is left out: its key is made of several columns; name one with --key" for name in sorted(unfit)]
    tables = [each for each in request.tables if each.identifier not in unfit | crossing.keys()]
    chosen = {each.identifier: keys[each.identifier][0] for each in tables}
    told += [
        f"nothing says which column of {name} is its key: {key} is taken" for name, key in chosen.items() if not keys[name][1]
    ]
    linker = _Linker(dict(_plain(request, tables, chosen, told)))
    for table in tables:
        for column, target in _linked(table, chosen):
            linker.link(table.identifier, column, target)
    for table in request.tables:
        ends = crossing.get(table.identifier)
        if ends is not None and all(target in linker.found for _column, target in ends):
            linker.cross(table, ends)
    return Made(tuple(linker.entity_types()), tuple(told))


def _plain(
    request: Request, tables: Sequence[Table], keys: Mapping[str, str], told: list[str]
) -> Iterator[tuple[str, tuple[NewEntityType, Places]]]:
    """The entity types before they lead anywhere, by table, with the storage columns that are left."""
    for table in tables:
        name, places = table.identifier, Places()
        linked = [column.identifier for column, _target in _linked(table, keys)]
        made, more = properties_of(table, keys[name], linked, request.technology, places)
        told += more
        identifier = request.identifiers[name]
        shown = table.display_name or display_name(identifier.partition("_")[2] or identifier)
        yield name, (NewEntityType(identifier, shown, request.connector, name, made), places)


def _ends(table: Table, keys: Mapping[str, tuple[str, bool]]) -> tuple[tuple[Column, str], ...] | None:
    """The two columns of a table that holds nothing but the keys of others, with those tables; None for any other table."""
    known = {name: key for name, (key, _is_sure) in keys.items() if name != table.identifier}
    pairs = tuple(_linked(table, known))
    return pairs if len(table.columns) == len(pairs) == 2 else None


def _linked(table: Table, keys: Mapping[str, str]) -> list[tuple[Column, str]]:
    """The columns that point to the key of a table that an entity type is made of, with that table."""
    pairs = []
    for column in table.columns:
        target, colon, key = column.foreign_column.rpartition(":")
        if colon and keys.get(target) == key and not column.is_multivalued:
            pairs.append((column, target))
    return pairs


class _Linker:
    """Gives the entity types their links; names and storage columns are given away one after the other."""

    def __init__(self, made: Mapping[str, tuple[NewEntityType, Places]]) -> None:
        self.found = {name: each for name, (each, _places) in made.items()}
        self.spaces = {name: places for name, (_each, places) in made.items()}
        self.taken = {name: [one.identifier for one in each.properties] for name, each in self.found.items()}
        self.links: dict[str, list[NewLink]] = {name: [] for name in made}
        self.backs: dict[str, list[str]] = {name: [] for name in made}

    def link(self, table: str, column: Column, target: str) -> None:
        """Lead from the entity type of a table to that of another."""
        own, other = self.found[table], self.found[target]
        name = self._name(table, _without_ending(pascal(column.identifier)))
        back = self._name(target, f"{_several(own)}By{name}")
        self.backs[target].append(back)
        made = NewLink(
            f"{own.identifier}_{name}",
            name,
            back,
            other.identifier,
            display_name(name),
            next(self.spaces[table].link, None),
            table,
            own.key.column,
            own.key.identifier,
            column.identifier,
            other.key.identifier,
        )
        self.links[table].append(made)

    def cross(self, table: Table, ends: tuple[tuple[Column, str], ...]) -> None:
        """Lead from one entity type to several of another and back, by a table that holds nothing but their keys."""
        (first, source), (second, target) = ends
        own, other = self.found[source], self.found[target]
        name = self._name(source, _several(other))
        back = self._name(target, _several(own))
        self.backs[target].append(back)
        made = NewLink(
            f"{own.identifier}_{name}",
            name,
            back,
            other.identifier,
            display_name(name),
            None,
            table.identifier,
            first.identifier,
            own.key.identifier,
            second.identifier,
            other.key.identifier,
            is_many=True,
        )
        self.links[source].append(made)

    def _name(self, table: str, wanted: str) -> str:
        name = property_identifier(wanted, self.taken[table])
        self.taken[table].append(name)
        return name

    def entity_types(self) -> Iterator[NewEntityType]:
        """The entity types with their links."""
        for name, each in self.found.items():
            yield replace(each, links=tuple(self.links[name]), backs=tuple(self.backs[name]))


def _several(of: NewEntityType) -> str:
    """What several resources of an entity type are called: ``Account`` as ``Accounts``, ``Users`` as it is."""
    name = of.identifier.rpartition("_")[2]
    return name if name.endswith("s") else f"{name}s"


def _without_ending(name: str) -> str:
    """``ManagerId`` as ``Manager``, since the property leads to the resource rather than holding its key."""
    ending = next((each for each in ENDINGS if name.endswith(each) and len(name) > len(each)), "")
    return name[: len(name) - len(ending)]
