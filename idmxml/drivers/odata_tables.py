"""Metadata of OData services to tables: one for each entity set, and for each way that leads on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from idmxml.drivers.driver import Column, KeyKind, Table, ValueType, Wanted
from idmxml.drivers.odata_metadata import EntitySet, Metadata, Navigation
from idmxml.drivers.table_naming import each_once, with_whole_names

TYPES: Final = {
    "Edm.Boolean": ValueType.BOOL,
    "Edm.Byte": ValueType.BYTE,
    "Edm.SByte": ValueType.INT16,
    "Edm.Int16": ValueType.INT16,
    "Edm.Int32": ValueType.INT32,
    "Edm.Int64": ValueType.INT64,
    "Edm.Single": ValueType.DOUBLE,
    "Edm.Double": ValueType.DOUBLE,
    "Edm.Decimal": ValueType.DOUBLE,
    "Edm.Date": ValueType.DATE_TIME,
    "Edm.DateTime": ValueType.DATE_TIME,
    "Edm.DateTimeOffset": ValueType.DATE_TIME,
    "Edm.Guid": ValueType.GUID,
    "Edm.Binary": ValueType.BINARY,
    "Edm.Stream": ValueType.BINARY,
}
DEEPEST: Final = 3
"""How deep the values of complex types are followed, which may hold themselves."""
Known = dict[str, Mapping[str, Column]]
"""The columns of entity types by their names, as far as they are made already."""


def tables_of(metadata: Metadata) -> Iterator[Table]:
    """The tables, without the name of the connection before theirs; foreign columns name tables in the same way.

    A table whose types are not all told, as those of other documents are not, comes without columns: they are not known.
    """
    known: Known = {}
    for each in metadata.sets:
        foreign = dict(_foreign(metadata, each))
        columns = type_columns(metadata, each.type_name, known)
        yield Table(each.name, tuple(replace(one, foreign_column=foreign.get(name, "")) for name, one in columns.items()))
        seen: set[str] = set()
        for way in metadata.navigations(each.type_name):
            if way.name and way.name not in seen:
                seen.add(way.name)
                yield _link(metadata, each, way, known)


def named_tables(metadata: Metadata, whole: Callable[[str], str], wanted: Wanted) -> Iterator[Table]:
    """The tables, each once whatever its case, with the names that ``whole`` makes, in foreign columns as well.

    An open type has the columns that mappings read beside those that are declared: nothing tells whether they are there.
    """
    open_sets = {each.name for each in metadata.sets if metadata.is_open(each.type_name)}
    for table in each_once(tables_of(metadata)):
        named = with_whole_names(table, whole)
        may_have_more = table.identifier in open_sets and bool(table.columns)
        undeclared = wanted.columns_of(named.identifier) - set(table.by_name) if may_have_more else ()
        yield replace(named, columns=(*named.columns, *map(Column, sorted(undeclared))))


def _foreign(metadata: Metadata, start: EntitySet) -> Iterator[tuple[str, str]]:
    for way in metadata.navigations(start.type_name):
        target = metadata.target_set(start, way)
        for own, other in way.pairs:
            if target and own and other:
                yield own, f"{target}:{other}"


def type_columns(metadata: Metadata, type_name: str, known: Known) -> Mapping[str, Column]:
    """The columns of an entity type by name, made once: large services lead from everything to everything."""
    if type_name not in known:
        key = metadata.key(type_name)
        listed = _inner_columns(metadata, type_name, "", is_many=False, depth=0)
        made = (replace(each, key=KeyKind.PRIMARY) if each.identifier in key else each for each in listed)
        found: dict[str, Column] = {}
        for each in made:
            found.setdefault(each.identifier, each)
        known[type_name] = found
    return known[type_name]


def _inner_columns(metadata: Metadata, type_name: str, before: str, *, is_many: bool, depth: int) -> Iterator[Column]:
    for each in metadata.properties(type_name):
        name, several = f"{before}{each.name}", is_many or each.is_many
        if each.name and each.type_name in metadata.types and depth < DEEPEST:
            yield from _inner_columns(metadata, each.type_name, f"{name}:", is_many=several, depth=depth + 1)
        elif each.name:
            plain = metadata.plain_types.get(each.type_name, each)
            kind = TYPES.get(plain.type_name, ValueType.STRING)
            length = each.length or plain.length if kind is ValueType.STRING else 0
            yield Column(name, kind, length, is_multivalued=several)


def _link(metadata: Metadata, start: EntitySet, way: Navigation, known: Known) -> Table:
    """The table of a way on: the key of where it leads first, then that of where it starts."""
    target = metadata.target_set(start, way)
    ends = (
        (f"UsercubeNav_{way.name}", way.type_name, target),
        (f"{way.name}Of", start.type_name, start.name),
    )
    columns: list[Column] = []
    for prefix, type_name, table in ends:
        told = type_columns(metadata, type_name, known)
        for key in metadata.key(type_name):
            like = told.get(key, Column(key))
            foreign = f"{table}:{key}" if table else ""
            columns.append(Column(f"{prefix}:{key}", like.value_type, like.length, foreign_column=foreign))
    has_both = all(metadata.key(type_name) for _prefix, type_name, _table in ends)
    return Table(f"{start.name}_{way.name}", tuple(columns) if has_both else ())
