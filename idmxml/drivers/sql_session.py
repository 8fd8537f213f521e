"""A connection to a database: reached, encrypted as its connection string says, logged in, with limits of time.

SQLAlchemy makes it for every database it knows; ODBC sources of any kind, and SAP ASE, are reached by ODBC itself.
"""

import math
import ssl
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

from idmxml.drivers.driver import Settings, dependency_failure, require
from idmxml.drivers.found_files import stat_of
from idmxml.drivers.network_addresses import LONGEST_WAIT, reach
from idmxml.drivers.sql_columns import DescribedError, NoColumnsError
from idmxml.drivers.sql_failures import CONNECTION_STRING, database_failure
from idmxml.drivers.sql_targets import SqlTarget, odbc_string
from idmxml.errors import EnvironmentFault
from idmxml.stages import Failure, Skip, Stage, StageFailure, StageResult, passed, skipped, without_telling

if TYPE_CHECKING:
    from sqlalchemy import Connection

CONNECT_SECONDS: Final = 15.0
"""How long providers wait for a connection where nothing else is said."""
SQL_SERVER_DRIVERS: Final = ("ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server")


def connect(settings: Settings, target: SqlTarget) -> Generator[StageResult, None, "SqlSession"]:
    """Reach, encrypt and log in, stage by stage; returns the session, which its owner closes."""
    session = SqlSession(settings, target)
    if target.kind == "sqlite":
        session.open()
        return session
    yield session.reach()
    try:
        session.open()
    except StageFailure as failure:
        if failure.stage is Stage.LOGIN and failure.failure is not Failure.DEPENDENCY_MISSING:
            yield session.tls()
        raise
    yield session.tls()
    yield passed(Stage.LOGIN, "the account was accepted")
    return session


def connected(settings: Settings, target: SqlTarget) -> "SqlSession":
    """The session, without telling its stages."""
    return without_telling(connect(settings, target))


class SqlSession:
    """One connection to one database. ``raw`` is that of its own driver, ``connection`` that of SQLAlchemy, None for ODBC."""

    def __init__(self, settings: Settings, target: SqlTarget) -> None:
        self.settings = settings
        self.target = target
        self.connection: Connection | None = None
        self.raw: Any = None
        self._engine: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, whatever its state."""
        connection, raw, engine = self.connection, self.raw, self._engine
        self.connection = self.raw = self._engine = None
        with suppress(Exception):
            if connection is not None:
                connection.invalidate()
                connection.close()
        with suppress(Exception):
            if raw is not None:
                raw.close()
        if engine is not None:
            engine.dispose()

    def reach(self) -> StageResult:
        """Whether the port answers, where the connection string tells it."""
        target = self.target
        if not target.host:
            return skipped(Stage.REACH, Skip.NOT_TRIED, "the connection string does not tell host and port")
        reach(target.host, target.port, self._connect_seconds(), CONNECTION_STRING)
        return passed(Stage.REACH, f"port {target.port} answers")

    def tls(self) -> StageResult:
        """How the connection is encrypted, by what its connection string says."""
        target = self.target
        if target.tls == "verified":
            return passed(Stage.TLS, "certificate verified", *target.warnings)
        if target.tls == "none":
            return skipped(Stage.TLS, Skip.NOT_APPLICABLE, "the connection string asks for no encryption")
        words = (
            "encrypted, without a verified certificate" if target.tls == "unverified" else "encrypted when the server offers it"
        )
        return passed(Stage.TLS, words, *target.warnings)

    def open(self) -> None:
        """Connect and log in; StageFailure that tells why not."""
        opening = OPENINGS.get(self.target.kind, SqlSession._open_network)
        self.guarded(Stage.LOGIN, lambda: opening(self), CONNECTION_STRING)

    def _open_network(self) -> None:
        if self.target.module != "pyodbc":
            self._require(self.target.module)
        self._connect_by_sqlalchemy(self._arguments(), None)

    def _require(self, module: str) -> Any:
        """The driver of the database, or a library it needs; StageFailure with what installs both when it is missing."""
        try:
            return require(module, self.target.extra)
        except EnvironmentFault as fault:
            raise dependency_failure(fault, stage=Stage.LOGIN) from None

    def _connect_by_sqlalchemy(self, arguments: dict[str, Any], creator: Callable[[], Any] | None) -> None:
        sqlalchemy = self._require("sqlalchemy")
        url = sqlalchemy.URL.create(**self.target.url) if creator is None else f"{self.target.url['drivername']}://"
        more = {"creator": creator} if creator is not None else {"connect_args": arguments}
        self._engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True, **more)
        self.connection = self._engine.connect()
        self.raw = self.connection.connection.driver_connection

    def _arguments(self) -> dict[str, Any]:
        given = dict(self.target.arguments)
        connect_seconds, seconds = self._connect_seconds(), self.statement_seconds()
        if self.target.kind == "postgresql":
            limit = f"-c statement_timeout={int(seconds * 1000)} -c default_transaction_read_only=on"
            given["options"] = " ".join(each for each in (given.get("options"), limit) if each)
            given["connect_timeout"] = max(math.ceil(connect_seconds), 1)
            if given["sslmode"].startswith("verify"):
                given["sslrootcert"] = self._authorities(given)
        elif self.target.kind == "mysql":
            given |= {"connect_timeout": max(int(connect_seconds), 1), "read_timeout": max(seconds, 1.0)}
            given |= self._mysql_tls(is_name_checked=given.pop("check_hostname"))
        elif self.target.kind == "oracle":
            given["tcp_connect_timeout"] = connect_seconds
        return given

    def _authorities(self, given: dict[str, Any]) -> str:
        if self.target.root_certificate:
            return str(self._root_certificate())
        default = ssl.get_default_verify_paths().cafile
        return "system" if given["sslmode"] == "verify-full" or default is None else default

    def _root_certificate(self) -> Path:
        path = self.settings.local(self.target.root_certificate, CONNECTION_STRING)
        stat_of(self.settings, CONNECTION_STRING, path)
        return path

    def _mysql_tls(self, *, is_name_checked: bool) -> dict[str, Any]:
        if self.target.tls in {"none", "optional"}:
            return {}
        context = ssl.create_default_context()
        if self.target.root_certificate:
            context.load_verify_locations(self._root_certificate())
        context.check_hostname = self.target.tls == "verified" and is_name_checked
        if self.target.tls == "unverified":
            context.verify_mode = ssl.CERT_NONE
        return {"ssl": context}

    def _open_sqlite(self) -> None:
        import sqlite3

        text = str(self.target.url.get("database") or "")
        if not text.strip() or "\0" in text:
            raise self.settings.wrong(CONNECTION_STRING, "names no file of a database")
        path = self.settings.local(text, CONNECTION_STRING)
        if stat_of(self.settings, CONNECTION_STRING, path).st_size == 0:
            raise StageFailure(
                Failure.FILE_EMPTY, f"{self.settings.shown_file(CONNECTION_STRING, path)} is empty", setting=CONNECTION_STRING
            )
        seconds = self.statement_seconds()
        self._connect_by_sqlalchemy({}, lambda: _sqlite_connection(sqlite3, path, seconds))

    def _open_odbc(self) -> None:
        pyodbc = self._require(self.target.module)
        more = {"DRIVER": self._sql_server_driver(pyodbc)} if self.target.kind == "mssql" else {}
        text = odbc_string(self.target, **more)
        seconds = max(int(self._connect_seconds()), 1)

        def opened() -> Any:
            connection = pyodbc.connect(text, timeout=seconds, autocommit=True, readonly=True)
            with suppress(pyodbc.Error):
                connection.timeout = max(int(self.statement_seconds()), 1)
            return connection

        if self.target.kind == "mssql":
            self._connect_by_sqlalchemy({}, opened)
        else:
            self.raw = opened()

    def _sql_server_driver(self, pyodbc: Any) -> str:
        installed = set(pyodbc.drivers())
        found = next((each for each in SQL_SERVER_DRIVERS if each in installed), None)
        if found is None:
            hint = f"install the '{SQL_SERVER_DRIVERS[0]}' of Microsoft, which pip can't"
            message = "no ODBC driver for SQL Server is installed"
            raise StageFailure(Failure.DEPENDENCY_MISSING, message, hint=hint, stage=Stage.LOGIN)
        return found

    def _connect_seconds(self) -> float:
        return self.settings.remaining(self.target.connect_seconds or CONNECT_SECONDS)

    def statement_seconds(self) -> float:
        """How long a request may take."""
        given = self.settings.number("Timeout", 0)
        return min(self.settings.remaining(float(given) if given > 0 else None), LONGEST_WAIT)

    def guarded(self, stage: Stage, action: Callable[[], Any], setting: str, *, tells: bool = False) -> Any:
        """The value of ``action``, with errors of databases turned into failures of ``stage``.

        ``setting`` is the full name of the one that is at fault when the database says so; ``tells`` allows to quote the
        database about the query.
        """
        try:
            return action()
        except NoColumnsError:
            message = "the query gives no columns"
            hint = "let it end in a SELECT"
            raise StageFailure(Failure.SETTING_WRONG, message, setting=setting, hint=hint, stage=stage) from None
        except UnicodeEncodeError:  # its words would tell a character of the password
            message = f"'{setting}' holds a character that the driver of the database can't send"
            raise StageFailure(Failure.SETTING_WRONG, message, setting=setting, stage=stage) from None
        except DescribedError as error:
            raise database_failure(self.target.kind, error, stage, setting, tells=tells) from None
        except Exception as error:
            if not _is_of_database(error):
                raise
            raise database_failure(self.target.kind, error, stage, setting, tells=tells) from None


def _sqlite_connection(sqlite3: Any, path: Path, seconds: float) -> Any:
    return sqlite3.connect(f"file:{quote(path.as_posix())}?mode=ro", uri=True, timeout=seconds, check_same_thread=False)


def _is_of_database(error: Exception) -> bool:
    """Whether it is one of those that drivers of databases raise, which share no class but only the module's name."""
    libraries = {"sqlalchemy", "psycopg", "pymysql", "sqlite3", "pyodbc", "oracledb"}
    named = (each.__module__.partition(".")[0] for each in type(error).__mro__)
    return isinstance(error, OSError) or not libraries.isdisjoint(named)


OPENINGS: Final[dict[str, Callable[[SqlSession], None]]] = {
    "sqlite": SqlSession._open_sqlite,  # noqa: SLF001  the ways to open are of this class
    "odbc": SqlSession._open_odbc,  # noqa: SLF001
    "ase": SqlSession._open_odbc,  # noqa: SLF001
    "mssql": SqlSession._open_odbc,  # noqa: SLF001
}
