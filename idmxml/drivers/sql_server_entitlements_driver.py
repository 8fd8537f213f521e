"""Entitlements of SQL Server: principals and members of roles, of the server and of its databases, in four fixed tables.

SQL Server can't be run by the tests, which hold the driver to recorded answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

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
from idmxml.drivers.sql_columns import columns_of, describe
from idmxml.drivers.sql_driver import connection_string
from idmxml.drivers.sql_failures import CONNECTION_STRING
from idmxml.drivers.sql_session import SqlSession, connect, connected
from idmxml.drivers.sql_targets import target_of
from idmxml.model.names import closest
from idmxml.phrases import did_you_mean
from idmxml.stages import Failure

VIEWS: Final = {
    "serverPrincipals": "sys.server_principals",
    "serverRoleMembers": "sys.server_role_members",
    "databasePrincipals": "sys.database_principals",
    "databaseRoleMembers": "sys.database_role_members",
}
DATABASES: Final = "SELECT name, HAS_DBACCESS(name) FROM sys.databases ORDER BY name"


@dataclass(frozen=True, slots=True)
class SqlServerEntitlementsDriver:
    """Asks the server for the columns of its own views; no row of them is fetched."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Connect, look whether each database may be entered, and have the server describe its views."""
        settings.remaining()
        target = target_of("mssql", connection_string(settings))
        databases = settings.texts("Databases", ())
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        session = yield from connect(settings, target)
        with session:
            rows = session.guarded(Stage.READ, lambda: _rows(session.raw, DATABASES), CONNECTION_STRING)
            yield readable(rows, databases, settings)
            tables = _tables(session, settings, ALL)
            yield passed(Stage.SCHEMA, f"{len(tables)} tables")
        yield passed(mode.stage)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The four tables, with the columns that this version of the server gives its views."""
        settings.remaining()
        target = target_of("mssql", connection_string(settings))
        settings.texts("Databases", ())
        if not any(wanted.wants(settings.table(each)) for each in VIEWS):
            return ()
        with connected(settings, target) as session:
            return _tables(session, settings, wanted)


def readable(rows: list[tuple[str, int | None]], databases: tuple[str, ...], settings: Settings) -> StageResult:
    """The stage of the right to read, from each database of the server with whether the account may enter it."""
    known = {name.casefold(): bool(may) for name, may in rows}
    for place, each in enumerate(databases):
        setting = settings.full_name(f"Databases[{place}]")
        if each.casefold() not in known:
            near = closest(each, (name for name, _may in rows))
            hint = did_you_mean(near) or ""
            raise StageFailure(Failure.NOT_FOUND, f"the server has no database '{each}'", setting=setting, hint=hint)
        if not known[each.casefold()]:
            hint = "make the login a user of the database, with a role such as db_securityadmin"
            raise StageFailure(Failure.NO_RIGHT, f"the login may not enter database '{each}'", setting=setting, hint=hint)
    closed = [name for name, may in rows if not may] if not databases else []
    warnings = (f"the login may not enter these databases: {', '.join(closed)}",) if closed else ()
    return passed(Stage.READ, f"{len(databases) or len(rows) - len(closed)} databases", *warnings)


def _rows(raw: Any, query: str) -> list[tuple[str, int | None]]:
    cursor = raw.cursor()
    try:
        cursor.execute(query)
        return [(str(row[0]), row[1]) for row in cursor.fetchall()]
    finally:
        cursor.close()


def query_of(view: str) -> str:
    """All of a view of the server."""
    return f"SELECT * FROM {view}"  # noqa: S608  one of the views above


def _tables(session: SqlSession, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
    def read() -> tuple[Table, ...]:
        return tuple(
            Table(settings.table(name), columns_of(describe("mssql", session.raw, query_of(view))))
            for name, view in VIEWS.items()
            if wanted.wants(settings.table(name))
        )

    found: tuple[Table, ...] = session.guarded(Stage.SCHEMA, read, CONNECTION_STRING)
    return found
