"""The tables of a database by their definitions: columns, keys and what they point to, as SQLAlchemy reads them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from idmxml.drivers.driver import Settings, Wanted
from idmxml.drivers.sql_columns import columns_of
from idmxml.drivers.sql_described import Described
from idmxml.drivers.sql_types import typed
from idmxml.snapshots.snapshot import Column, KeyKind, Table

Definitions = Mapping[tuple[str | None, str], Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A table or view of a database; ``schema`` is None for the default one."""

    schema: str | None
    name: str
    is_view: bool = False

    @property
    def suffix(self) -> str:
        """How a table of the connection is called after it."""
        return self.name if self.schema is None else f"{self.schema}.{self.name}"


def places(inspector: Any, wanted: Wanted, settings: Settings) -> tuple[Place, ...]:
    """The tables and views that are wanted: those of the default schema, and of others when they are asked for by name."""
    found = list(_places(inspector, None))
    asked = {each.casefold() for each in wanted.tables or ()}
    if any("." in each for each in asked):
        others = (each for each in inspector.get_schema_names() if each != inspector.default_schema_name)
        found += [each for schema in sorted(others) for each in _places(inspector, schema)]
    return tuple(each for each in found if wanted.wants(settings.table(each.suffix)))


def _places(inspector: Any, schema: str | None) -> Iterator[Place]:
    yield from (Place(schema, name) for name in sorted(inspector.get_table_names(schema=schema)))
    yield from (Place(schema, name, is_view=True) for name in sorted(inspector.get_view_names(schema=schema)))


def read_tables(
    inspector: Any, listed: Iterable[Place], settings: Settings, described: Callable[[str], Iterable[Described]]
) -> Iterator[Table]:
    """The tables by their definitions, then the views, whose definitions an account that reads them may often not see.

    ``described`` gives the columns of a query.
    """
    by_schema: dict[str | None, list[str]] = {}
    views = []
    for each in listed:
        if each.is_view:
            views.append(each)
        else:
            by_schema.setdefault(each.schema, []).append(each.name)
    for schema, names in by_schema.items():
        yield from _of_schema(inspector, schema, names, settings)
    quote = inspector.bind.dialect.identifier_preparer.quote_identifier
    for each in views:
        name = ".".join(quote(part) for part in (each.schema, each.name) if part is not None)
        query = f"SELECT * FROM {name}"  # noqa: S608  names of the database itself, quoted
        yield Table(settings.table(each.suffix), columns_of(described(query)))


def _of_schema(inspector: Any, schema: str | None, names: list[str], settings: Settings) -> Iterator[Table]:
    how = {"schema": schema, "filter_names": names}
    columns: Definitions = inspector.get_multi_columns(**how)
    primary: Definitions = inspector.get_multi_pk_constraint(**how)
    unique: Definitions = inspector.get_multi_unique_constraints(**how)
    foreign: Definitions = inspector.get_multi_foreign_keys(**how)
    for name in names:
        key = (schema, name)
        primary_columns = tuple((primary.get(key) or {}).get("constrained_columns") or ())
        unique_columns = {each["column_names"][0] for each in unique.get(key) or () if len(each["column_names"]) == 1}
        pointed = dict(_pointed(foreign.get(key) or (), settings))
        read = []
        for each in columns.get(key) or ():
            value_type, length = typed(type_text(each["type"], inspector.bind.dialect))
            kind = KeyKind.PRIMARY if each["name"] in primary_columns else KeyKind.NONE
            kind = KeyKind.UNIQUE if kind is KeyKind.NONE and each["name"] in unique_columns else kind
            read.append(Column(each["name"], value_type, length, kind, foreign_column=pointed.get(each["name"], "")))
        yield Table(settings.table(Place(schema, name).suffix), tuple(read))


def _pointed(keys: Iterable[Any], settings: Settings) -> Iterator[tuple[str, str]]:
    for each in keys:
        if len(each["constrained_columns"]) == 1 and each["referred_columns"]:
            table = settings.table(Place(each.get("referred_schema"), each["referred_table"]).suffix)
            yield each["constrained_columns"][0], f"{table}:{each['referred_columns'][0]}"


def type_text(type_: Any, dialect: Any) -> str:
    """The type as the database names it; empty for one that SQLAlchemy does not know."""
    from sqlalchemy.exc import CompileError, UnsupportedCompilationError

    try:
        return str(type_.compile(dialect=dialect))
    except (CompileError, UnsupportedCompilationError):
        return ""


def odbc_tables(raw: Any, wanted: Wanted, settings: Settings) -> Iterator[Table]:
    """The tables and views by the catalogue functions of ODBC."""
    cursor = raw.cursor()
    try:
        names = sorted({str(row[2]) for row in cursor.tables() if str(row[3]).upper() in {"TABLE", "VIEW"}})
        for name in (each for each in names if wanted.wants(settings.table(each))):
            keys = {str(row[3]) for row in _primary_keys(cursor, name)}
            rows = sorted(cursor.columns(table=name).fetchall(), key=lambda row: row[16] or 0)
            yield Table(settings.table(name), tuple(_odbc_column(row, keys) for row in rows if str(row[2]) == name))
    finally:
        cursor.close()


def _primary_keys(cursor: Any, table: str) -> list[Any]:
    try:
        return list(cursor.primaryKeys(table=table).fetchall())
    except Exception:  # noqa: BLE001  many drivers can't tell, each in its own way
        return []


def _odbc_column(row: Any, keys: set[str]) -> Column:
    name, size, digits = str(row[5]), int(row[6] or 0), int(row[8] or 0)
    value_type, length = typed(f"{name}({size},{digits})")
    return Column(str(row[3]), value_type, length, KeyKind.PRIMARY if str(row[3]) in keys else KeyKind.NONE)
