"""The columns of a query, found by asking the database about it, without fetching a row.

PostgreSQL prepares and explains the query; SQL Server describes its first result; MySQL and MariaDB run it under a limit of no
rows; SQLite makes a temporary view of it; Oracle parses it; others are asked for it with a condition that no row fulfils.
PostgreSQL, MariaDB and SQLite are tested themselves; SQL Server, Oracle and SAP ASE only on recorded answers.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from idmxml.drivers.mysql_queries import described_by_mysql
from idmxml.drivers.postgresql_queries import described_by_postgresql
from idmxml.drivers.sql_described import Described
from idmxml.drivers.sql_types import typed
from idmxml.snapshots.snapshot import Column

PYTHON_TYPES: Final = {
    "str": "varchar",
    "int": "bigint",
    "float": "double",
    "Decimal": "numeric",
    "bool": "boolean",
    "bytes": "binary",
    "bytearray": "binary",
    "date": "date",
    "datetime": "datetime",
    "UUID": "uuid",
}
DESCRIBE_FIRST: Final = (
    "SELECT name, system_type_name, is_hidden, error_message, error_number"
    " FROM sys.dm_exec_describe_first_result_set(?, NULL, 0) ORDER BY column_ordinal"
)
VIEW: Final = "idmxml_described_query"


class NoColumnsError(Exception):
    """A statement that gives no columns."""


class DescribedError(Exception):
    """What SQL Server says of a query that it can't describe. Its arguments are the number and the text of the error."""


def describe(kind: str, raw: Any, query: str, seconds: float = 3600.0) -> tuple[Described, ...]:
    """The columns of a query. ``raw`` is a connection of the database's own driver; its errors come out as they are.

    ``seconds`` limit waits that the driver itself does not limit.
    """
    if kind == "postgresql":
        found = tuple(described_by_postgresql(raw, query, seconds))
    else:
        found = tuple(DESCRIBERS.get(kind, _by_condition)(raw, query))
    if not found:
        raise NoColumnsError
    return found


def columns_of(described: Iterable[Described]) -> tuple[Column, ...]:
    """The columns of a table of the export; the first one counts of those of the same name, and nameless ones are left out."""
    columns: dict[str, Column] = {}
    for each in described:
        value_type, length = typed(each.type_text)
        if each.name:
            columns.setdefault(each.name, Column(each.name, value_type, length))
    return tuple(columns.values())


def faults_of(described: Sequence[Described]) -> Iterable[str]:
    """Sentences about columns that a file can't hold: without a name, or with that of another."""
    names = [each.name for each in described]
    if not all(names):
        yield "a column of the query has no name; give it one with AS"
    double = sorted({each for each in names if each and names.count(each) > 1})
    if double:
        yield f"columns of the query have the same name: {', '.join(double)}; tell them apart with AS"


def _sqlite(raw: Any, query: str) -> Iterable[Described]:
    cursor = raw.cursor()
    try:
        cursor.execute(f"CREATE TEMP VIEW {VIEW} AS {query}")
        cursor.execute(f"PRAGMA temp.table_info({VIEW})")
        rows = cursor.fetchall()
        names = {str(row[1]) for row in rows}
        return [Described(_without_number(str(row[1]), names), str(row[2] or "")) for row in rows]
    finally:
        cursor.execute(f"DROP VIEW IF EXISTS temp.{VIEW}")
        cursor.close()


def _without_number(name: str, names: set[str]) -> str:
    """A name as the query gives it: views of SQLite number those that come again, as in ``login:1``."""
    first, _colon, number = name.rpartition(":")
    return first if number.isdecimal() and first in names else name


def _mssql(raw: Any, query: str) -> Iterable[Described]:
    cursor = raw.cursor()
    try:
        cursor.execute(DESCRIBE_FIRST, query)
        return described_by_sql_server(cursor.fetchall())
    finally:
        cursor.close()


def described_by_sql_server(rows: Iterable[Sequence[Any]]) -> list[Described]:
    """The columns in the answer of SQL Server to ``DESCRIBE_FIRST``; DescribedError when it says what is wrong."""
    listed = list(rows)
    fault = next((row for row in listed if row[3]), None)
    if fault is not None:
        raise DescribedError(int(fault[4] or 0), str(fault[3]))
    return [Described(str(row[0] or ""), str(row[1] or "")) for row in listed if not row[2]]


def _oracle(raw: Any, query: str) -> Iterable[Described]:
    cursor = raw.cursor()
    try:
        cursor.parse(query)
        if not cursor.description:
            cursor.execute(f"SELECT * FROM ({query}\n) WHERE 1 = 0")  # noqa: S608  the query of the settings is what is asked about
        return described_by_oracle(cursor.description or ())
    finally:
        cursor.close()


def described_by_oracle(description: Iterable[Sequence[Any]]) -> list[Described]:
    """The columns in the description of a cursor of Oracle."""
    return [Described(str(each[0]), _oracle_type(each)) for each in description]


def _oracle_type(each: Sequence[Any]) -> str:
    name = str(getattr(each[1], "name", each[1])).removeprefix("DB_TYPE_").lower().replace("_", " ")
    if name == "number":
        precision, scale = each[4] or 0, each[5] or 0
        return f"number({precision},{scale})" if precision else "number"
    size = each[3] or each[2]
    return f"{name}({size})" if size and "char" in name else name


def _by_condition(raw: Any, query: str) -> Iterable[Described]:
    """By a query that no row fulfils; where the query can't stand in another, by running it and fetching nothing."""
    cursor = raw.cursor()
    try:
        try:
            cursor.execute(f"SELECT * FROM ({query}\n) idmxml_query WHERE 1 = 0")  # noqa: S608  the same
        except Exception as first:  # noqa: BLE001  drivers of ODBC share no class of errors
            try:
                cursor.execute(query)
            except Exception:  # noqa: BLE001  the error about the query within a query may be about that alone
                raise first from None
        return described_by_odbc(cursor.description or ())
    finally:
        cursor.close()


def described_by_odbc(description: Iterable[Sequence[Any]]) -> list[Described]:
    """The columns in the description of a cursor of ODBC, which tells types of Python."""
    return [Described(str(each[0] or ""), _python_type(each)) for each in description]


def _python_type(each: Sequence[Any]) -> str:
    name = PYTHON_TYPES.get(getattr(each[1], "__name__", str(each[1])), "")
    if name == "numeric":
        return f"numeric({each[4] or 0},{each[5] or 0})"
    return f"varchar({each[4] or each[3] or 0})" if name == "varchar" else name


DESCRIBERS: Final[Mapping[str, Callable[[Any, str], Iterable[Described]]]] = {
    "mysql": described_by_mysql,
    "sqlite": _sqlite,
    "mssql": _mssql,
    "oracle": _oracle,
}
COMMENT: Final = re.compile(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)


def bare_query(text: str) -> str:
    """A query without what comes after it: semicolons, spaces. Empty when it holds comments alone."""
    query = text.strip().rstrip(";").rstrip()
    while query.endswith(";"):
        query = query.rstrip("; \t\r\n")
    return "" if COMMENT.fullmatch(query) else query
