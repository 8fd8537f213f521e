"""The driver of databases against SQLite itself, and against what SQL Server, Oracle and ODBC answer as recorded."""

import datetime as dt
import decimal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.types import TypeEngine

from idmxml.drivers.driver import ALL, Column, Driver, Settings, Table, Wanted
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.sql_columns import (
    DescribedError,
    bare_query,
    columns_of,
    described_by_odbc,
    described_by_oracle,
    described_by_sql_server,
    faults_of,
)
from idmxml.drivers.sql_described import Described
from idmxml.drivers.sql_driver import SqlDriver
from idmxml.drivers.sql_failures import database_failure
from idmxml.drivers.sql_server_entitlements_driver import VIEWS, SqlServerEntitlementsDriver, query_of, readable
from idmxml.drivers.sql_tables import type_text
from idmxml.drivers.sql_types import typed
from idmxml.snapshots.snapshot import KeyKind, ValueType
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

mssql, mysql, oracle, postgresql = (
    import_module(f"sqlalchemy.dialects.{each}") for each in ("mssql", "mysql", "oracle", "postgresql")
)
NEVER_TOLD = "Zoë-never-told"
SQLITE = "Microsoft.Data.Sqlite.SqliteFactory"
SCRIPT = f"""
CREATE TABLE site (code VARCHAR(10) PRIMARY KEY, label TEXT UNIQUE);
CREATE TABLE person (id BIGINT PRIMARY KEY, name NVARCHAR(50), site VARCHAR(10) REFERENCES site (code), photo BLOB, born DATE);
CREATE VIEW people AS SELECT id, name FROM person;
INSERT INTO person VALUES (1, '{NEVER_TOLD}', NULL, NULL, '2000-01-01');
"""  # noqa: S608  data of the tests


def sqlite(folder: Path, **values: object) -> Settings:
    file = folder / "hr.db"
    if not file.exists():
        with closing(sqlite3.connect(file)) as database:
            database.executescript(SCRIPT)
        (folder / "query.sql").write_text("-- all\nSELECT * FROM people -- end\n;", "utf-8")
        (folder / "empty.db").write_bytes(b"")
        (folder / "text.db").write_text("no database " * 100)
        (folder / "latin.sql").write_bytes("SELECT 'é'".encode("latin-1"))
    given = {"ConnectionString": "Data Source=C:/agent/hr.db", "ProviderClassFullName": SQLITE, "SqlFile": "C:/agent/query.sql"}
    values = {key: value for key, value in {**given, **values}.items() if value is not None}
    return Settings("HR", "Usercube.SQL@0000001", values, paths=LocalPaths(folder, {"C:/agent": "."}))


PEOPLE = Table("HR", (Column("id", ValueType.INT64), Column("name", length=50)))


def case_of(folder: Path) -> DriverCase:
    def failing(name: str, failure: Failure, setting: str = "ConnectionString", **values: object) -> FailingCase:
        return FailingCase(name, sqlite(folder, **values), failure, setting)

    return DriverCase(
        "sqlite",
        SqlDriver(),
        sqlite(folder),
        (PEOPLE,),
        secrets=(NEVER_TOLD,),
        failing=(
            failing("missing", Failure.FILE_MISSING, ConnectionString="Data Source=C:/agent/none.db"),
            failing("elsewhere", Failure.FILE_MISSING, ConnectionString="Data Source=D:/none.db"),
            failing("empty", Failure.FILE_EMPTY, ConnectionString="Data Source=C:/agent/empty.db"),
            failing("nothing", Failure.SETTING_WRONG, ConnectionString="Mode=Memory"),
            failing("no file", Failure.FILE_MISSING, "SqlFile", SqlFile="C:/agent/none.sql"),
            failing("encoding", Failure.FILE_ENCODING, "CsvEncoding", SqlFile="C:/agent/latin.sql"),
            failing("no table", Failure.NOT_FOUND, "SqlCommand", SqlCommand="SELECT * FROM nowhere"),
            failing("writes", Failure.SETTING_WRONG, "SqlCommand", SqlCommand="DELETE FROM person"),
            failing("two", Failure.SETTING_WRONG, "SqlCommand", SqlCommand="SELECT 1; SELECT 2"),
        ),
    )


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_sqlite_keeps_the_contract(tmp_path: Path, requirement: Callable[[DriverCase], None]) -> None:
    requirement(case_of(tmp_path))


def test_tables_of_sqlite_are_read_when_there_is_no_query(tmp_path: Path) -> None:
    given = sqlite(tmp_path, SqlFile=None)
    tables = {each.identifier: each for each in SqlDriver().discover(given, ALL)}
    assert tables["HR_site"] == Table(
        "HR_site", (Column("code", length=10, key=KeyKind.PRIMARY), Column("label", key=KeyKind.UNIQUE))
    )
    assert tables["HR_person"].columns == (
        Column("id", ValueType.INT64, key=KeyKind.PRIMARY),
        Column("name", length=50),
        Column("site", length=10, foreign_column="HR_site:code"),
        Column("photo", ValueType.BINARY),
        Column("born", ValueType.DATE_TIME),
    )
    assert tables["HR_people"].columns == PEOPLE.columns
    assert SqlDriver().discover(given, Wanted(frozenset({"HR_Person"}))) == (tables["HR_person"],)
    assert ordered(Mode.COMPLETE, SqlDriver().check(given, Mode.COMPLETE)).status == "passed"


def test_columns_of_the_same_name_are_told(tmp_path: Path) -> None:
    given = sqlite(tmp_path, SqlCommand="SELECT id, id, name, name FROM person")
    stages = ordered(Mode.COMPLETE, SqlDriver().check(given, Mode.COMPLETE)).stages
    assert [warning for stage in stages for warning in stage.warnings] == [
        "columns of the query have the same name: id, name; tell them apart with AS"
    ]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    sqlite(tmp_path)
    case = case_of(tmp_path)
    found = case.results(sqlite(tmp_path, ConnectionString="Data Source=C:/agent/text.db"), Mode.COMPLETE)[-1]
    assert found.reason is Failure.FILE_FORMAT


@pytest.mark.parametrize(
    ("text", "bare"),
    [(" SELECT 1 ; ;\n", "SELECT 1"), ("-- a\n/* b */ ", ""), ("", ""), ("-- a\nSELECT ';'", "-- a\nSELECT ';'")],
)
def test_bare_queries(text: str, bare: str) -> None:
    assert bare_query(text) == bare


@pytest.mark.parametrize(
    ("text", "value_type", "length"),
    [
        ("character varying(50)", ValueType.STRING, 50),
        ("nvarchar(max)", ValueType.STRING, 0),
        ("numeric(10,2)", ValueType.DOUBLE, 0),
        ("decimal(9, 0)", ValueType.INT32, 0),
        ("NUMBER(18,0)", ValueType.INT64, 0),
        ("number", ValueType.DOUBLE, 0),
        ("tinyint(1)", ValueType.BOOL, 0),
        ("bit", ValueType.BOOL, 0),
        ("bit(8)", ValueType.BINARY, 0),
        ("timestamp(6) without time zone", ValueType.DATE_TIME, 0),
        ("BIGINT UNSIGNED", ValueType.INT64, 0),
        ("int unsigned", ValueType.INT64, 0),
        ("uniqueidentifier", ValueType.GUID, 0),
        ("varbinary(max)", ValueType.BINARY, 0),
        ("integer[]", ValueType.STRING, 0),
        ("", ValueType.STRING, 0),
    ],
)
def test_types(text: str, value_type: ValueType, length: int) -> None:
    assert typed(text) == (value_type, length)


@pytest.mark.parametrize(
    ("dialect", "type_", "expected"),
    [
        (mssql.dialect(), mssql.NVARCHAR(40), (ValueType.STRING, 40)),
        (mssql.dialect(), mssql.UNIQUEIDENTIFIER(), (ValueType.GUID, 0)),
        (mssql.dialect(), mssql.DATETIME2(7), (ValueType.DATE_TIME, 0)),
        (mssql.dialect(), mssql.BIT(), (ValueType.BOOL, 0)),
        (oracle.dialect(), oracle.NUMBER(9, 0), (ValueType.INT32, 0)),
        (oracle.dialect(), oracle.VARCHAR2(30), (ValueType.STRING, 30)),
        (oracle.dialect(), oracle.DATE(), (ValueType.DATE_TIME, 0)),
        (oracle.dialect(), oracle.RAW(16), (ValueType.BINARY, 0)),
        (mysql.dialect(), mysql.BIGINT(unsigned=True), (ValueType.INT64, 0)),
        (postgresql.dialect(), postgresql.UUID(), (ValueType.GUID, 0)),
    ],
)
def test_types_of_dialects(dialect: Any, type_: TypeEngine[Any], expected: tuple[ValueType, int]) -> None:
    assert typed(type_text(type_, dialect)) == expected


def test_what_sql_server_answers_about_a_query() -> None:
    rows = [("id", "int", False, None, None), ("name", "nvarchar(50)", False, None, None), ("key", "int", True, None, None)]
    described = described_by_sql_server(rows)
    assert columns_of(described) == (Column("id", ValueType.INT32), Column("name", length=50))
    with pytest.raises(DescribedError) as caught:
        described_by_sql_server([(None, None, False, "Invalid object name 'dbo.x'.", 208)])
    failure = database_failure("mssql", caught.value, Stage.READ, "SqlCommand", tells=True)
    assert (failure.failure, failure.setting) == (Failure.NOT_FOUND, "SqlCommand")
    syntax = database_failure("mssql", DescribedError(102, "Incorrect syntax near 'x'."), Stage.READ, "SqlCommand", tells=True)
    assert syntax.message == "the database can't run the query: Incorrect syntax near 'x'"
    sealed = database_failure("mssql", DescribedError(102, "Incorrect syntax near 'x'."), Stage.READ, "SqlCommand", tells=False)
    assert sealed.message == "the database can't run the query"


def test_what_oracle_describes() -> None:
    def of(name: str) -> SimpleNamespace:
        return SimpleNamespace(name=name)

    description = [
        ("ID", of("DB_TYPE_NUMBER"), 11, None, 10, 0, False),
        ("NAME", of("DB_TYPE_VARCHAR"), 50, 200, None, None, True),
        ("RATE", of("DB_TYPE_NUMBER"), 127, None, 0, -127, True),
        ("SEEN", of("DB_TYPE_TIMESTAMP_TZ"), 23, None, 0, 6, True),
    ]
    assert [(each.identifier, each.value_type) for each in columns_of(described_by_oracle(description))] == [
        ("ID", ValueType.INT64),
        ("NAME", ValueType.STRING),
        ("RATE", ValueType.DOUBLE),
        ("SEEN", ValueType.DATE_TIME),
    ]


def test_what_odbc_describes() -> None:
    description = [
        ("id", int, None, 10, 10, 0, False),
        ("name", str, None, 50, 50, 0, True),
        ("rate", decimal.Decimal, None, 10, 10, 2, True),
        ("seen", dt.datetime, None, 23, 23, 3, True),
        ("", str, None, 1, 1, 0, True),
    ]
    described = described_by_odbc(description)
    assert [typed(each.type_text) for each in described[:4]] == [
        (ValueType.INT64, 0),
        (ValueType.STRING, 50),
        (ValueType.DOUBLE, 0),
        (ValueType.DATE_TIME, 0),
    ]
    assert list(faults_of(described)) == ["a column of the query has no name; give it one with AS"]
    assert len(columns_of(described)) == 4
    assert columns_of([Described("a", "int"), Described("a", "text")]) == (Column("a", ValueType.INT32),)


@pytest.mark.parametrize(
    ("kind", "error", "failure", "stage"),
    [
        ("mssql", RuntimeError("28000", "[28000] Login failed for user 'x'. (18456)"), Failure.LOGIN_REFUSED, Stage.LOGIN),
        ("mssql", RuntimeError("42000", "Cannot open database (4060)"), Failure.NOT_FOUND, Stage.LOGIN),
        ("mssql", RuntimeError("42000", "permission denied (229)"), Failure.NO_RIGHT, Stage.READ),
        ("mssql", RuntimeError("08001", "SSL Provider: certificate verify failed (-1)"), Failure.CERTIFICATE, Stage.LOGIN),
        ("oracle", RuntimeError("ORA-01017: invalid username/password"), Failure.LOGIN_REFUSED, Stage.LOGIN),
        ("oracle", RuntimeError("ORA-00942: table or view does not exist"), Failure.NOT_FOUND, Stage.READ),
        ("oracle", RuntimeError("ORA-12514: listener does not know of service"), Failure.NOT_FOUND, Stage.LOGIN),
        ("ase", RuntimeError("ZZZZZ", "[FreeTDS] Login failed. (4002)"), Failure.LOGIN_REFUSED, Stage.LOGIN),
        ("odbc", RuntimeError("42S02", "relation does not exist"), Failure.NOT_FOUND, Stage.READ),
        ("odbc", RuntimeError("HYT00", "login timeout expired"), Failure.TIMEOUT, Stage.LOGIN),
    ],
)
def test_errors_as_recorded(kind: str, error: Exception, failure: Failure, stage: Stage) -> None:
    assert database_failure(kind, error, stage, "ConnectionString", tells=False).failure is failure


ENTITLEMENTS = Settings("ENT", "Usercube.SQL.SQLServerEntitlements@0000001", {"ConnectionString": "Server=s"})


def test_databases_of_sql_server_that_may_not_be_entered() -> None:
    rows: list[tuple[str, int | None]] = [("master", 1), ("HR", 1), ("Payroll", 0)]
    assert readable(rows, (), ENTITLEMENTS).warnings == ("the login may not enter these databases: Payroll",)
    assert readable(rows, ("hr",), ENTITLEMENTS).warnings == ()
    with pytest.raises(StageFailure) as closed:
        readable(rows, ("HR", "payroll"), ENTITLEMENTS)
    assert (closed.value.failure, closed.value.setting) == (Failure.NO_RIGHT, "Databases[1]")
    with pytest.raises(StageFailure) as unknown:
        readable(rows, ("Payrol",), ENTITLEMENTS)
    assert (unknown.value.failure, unknown.value.hint) == (Failure.NOT_FOUND, "did you mean 'Payroll'?")


def test_entitlements_without_a_server() -> None:
    driver = SqlServerEntitlementsDriver()
    assert isinstance(driver, Driver)
    assert driver.discover(ENTITLEMENTS, Wanted(frozenset())) == ()
    assert query_of(VIEWS["databasePrincipals"]) == "SELECT * FROM sys.database_principals"
    case = DriverCase("", driver, Settings("ENT", "", {"ConnectionString": "nonsense"}))
    assert case.results(case.settings, Mode.COMPLETE)[-1].reason is Failure.SETTING_WRONG
