"""Databases: the result of a query as one table, or the tables that mappings read when the settings have no query.

PostgreSQL, MariaDB and SQLite are tested against the databases themselves. SQL Server, Oracle and SAP ASE can't be run by the
tests, which hold them to recorded answers and to the dialects of SQLAlchemy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.driver import (
    ALL,
    COMPLETE_ONLY,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
)
from idmxml.drivers.found_files import find_file
from idmxml.drivers.sql_columns import bare_query, columns_of, describe, faults_of
from idmxml.drivers.sql_described import Described
from idmxml.drivers.sql_failures import CONNECTION_STRING
from idmxml.drivers.sql_session import SqlSession, connect, connected
from idmxml.drivers.sql_tables import odbc_tables, places, read_tables
from idmxml.drivers.sql_targets import SqlTarget, kind_of, target_of
from idmxml.drivers.text_files import TextFile
from idmxml.phrases import counted
from idmxml.settings.connection_strings import ConnectionString, NotAConnectionStringError, read_connection_string
from idmxml.snapshots.snapshot import count_words
from idmxml.stages import Failure

COMMAND, FILE, LEVEL, PROVIDER = "SqlCommand", "SqlFile", "IsolationLevel", "ProviderClassFullName"
LEVELS: Final = frozenset({"", "readuncommitted", "readcommitted"})


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and the setting it comes from. ``is_told`` allows to quote it."""

    text: str
    setting: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class SqlDriver:
    """Asks the database for the columns of the query, or for the definitions of tables; no row is fetched."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Connect, and have the database look at the query as the export runs it."""
        settings.remaining()
        target = _target(settings)
        level = _level(settings)
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        has_query = _has_query(settings)
        session = yield from connect(settings, target)
        with session:
            yield from _query_stages(session, settings) if has_query else _table_stages(session, settings)
        if target.kind == "oracle" and level == "readuncommitted":
            hint = f"set '{LEVEL}' to ReadCommitted"
            message = "Oracle knows no transactions of the level ReadUncommitted"
            raise StageFailure(Failure.MODE_FAILED, message, setting=LEVEL, hint=hint)
        yield passed(mode.stage, "the query can be run" if has_query else "every mapped table is read")

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The one table of the query, or those of the database that are wanted."""
        settings.remaining()
        target = _target(settings)
        _level(settings)
        has_query = _has_query(settings)
        if (has_query and not wanted.wants(settings.table())) or wanted.is_nothing:
            return ()
        with connected(settings, target) as session:
            if has_query:
                return (Table(settings.table(), columns_of(_described(session, _query(settings)))),)
            return _tables(session, settings, wanted)


def _target(settings: Settings) -> SqlTarget:
    kind = kind_of(settings.text(PROVIDER, ""), settings.package)
    if kind is None:
        message = f"no driver here reads databases as the provider of '{PROVIDER}' does"
        hint = "use a provider of SQL Server, PostgreSQL, MySQL, Oracle, SAP ASE, ODBC or SQLite, or refresh from a sample"
        raise StageFailure(Failure.SETTING_WRONG, message, setting=settings.full_name(PROVIDER), hint=hint)
    return target_of(kind, connection_string(settings))


def connection_string(settings: Settings) -> ConnectionString:
    """The pairs of the connection string; StageFailure when it is none."""
    text = settings.text(CONNECTION_STRING)
    if not text.strip():
        raise settings.missing(CONNECTION_STRING)
    if "\0" in text:
        raise settings.wrong(CONNECTION_STRING, "holds a character that no connection string can hold")
    try:
        return read_connection_string(text)
    except NotAConnectionStringError as error:
        hint = "write pairs of key and value with semicolons between them"
        raise settings.wrong(CONNECTION_STRING, str(error), hint) from None


def _level(settings: Settings) -> str:
    if LEVEL in settings.values and settings.values[LEVEL] is None:
        return ""
    level = settings.text(LEVEL, "").strip().casefold()
    if level not in LEVELS:
        raise settings.wrong(LEVEL, "is neither ReadUncommitted nor ReadCommitted")
    return level


def _has_query(settings: Settings) -> bool:
    """Whether a query is set; a wrong kind of value is told before anything is connected to."""
    return any(settings.has(name) and settings.text(name).strip() for name in (COMMAND, FILE))


def _query(settings: Settings) -> Query:
    """The query of ``SqlCommand``, else of ``SqlFile``."""
    if settings.has(COMMAND) and settings.text(COMMAND).strip():
        text, name = settings.text(COMMAND), COMMAND
    else:
        name = FILE
        beginning = TextFile(settings, FILE, find_file(settings, FILE), "CsvEncoding").beginning()
        if not beginning.is_whole:
            raise StageFailure(Failure.FILE_FORMAT, "the file is too long for a query", setting=settings.full_name(FILE))
        text = beginning.text
    query = bare_query(text)
    if not query or "\0" in query:
        raise settings.wrong(name, "holds no query")
    return Query(query, settings.full_name(name), not settings.is_sealed(name))


def _described(session: SqlSession, query: Query) -> tuple[Described, ...]:
    found: tuple[Described, ...] = session.guarded(
        Stage.READ,
        lambda: describe(session.target.kind, session.raw, query.text, session.statement_seconds()),
        query.setting,
        tells=query.is_told,
    )
    return found


def _query_stages(session: SqlSession, settings: Settings) -> Iterator[StageResult]:
    described = _described(session, _query(settings))
    yield passed(Stage.READ, "the database accepts the query")
    yield passed(Stage.SCHEMA, counted(len(columns_of(described)), "column"), *faults_of(described))


def _table_stages(session: SqlSession, settings: Settings) -> Iterator[StageResult]:
    tables = _tables(session, settings, ALL)
    if not tables:
        message = "the database shows this account no table or view"
        raise StageFailure(Failure.NO_RIGHT, message, setting=CONNECTION_STRING)
    yield passed(Stage.READ, "tables are readable")
    yield passed(Stage.SCHEMA, count_words(tables))


def _tables(session: SqlSession, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
    def read() -> tuple[Table, ...]:
        if session.connection is None:
            return tuple(odbc_tables(session.raw, wanted, settings))
        from sqlalchemy import inspect

        inspector = inspect(session.connection)
        seconds = session.statement_seconds()

        def described(query: str) -> tuple[Described, ...]:
            return describe(session.target.kind, session.raw, query, seconds)

        return tuple(read_tables(inspector, places(inspector, wanted, settings), settings, described))

    found: tuple[Table, ...] = session.guarded(Stage.SCHEMA, read, CONNECTION_STRING)
    return found
