"""The driver of databases against PostgreSQL and MariaDB."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import Certificates
from database_servers import NEVER_TOLD, OTHER_HOST, DatabaseServer
from faulty_proxy import FaultyProxy, refusing_port
from required_programs import unavailable
from server_processes import HOST

from idmxml.drivers.driver import ALL, Column, Settings, Table, Wanted
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.sql_driver import SqlDriver
from idmxml.settings.secret import Secret
from idmxml.snapshots.snapshot import KeyKind, ValueType
from idmxml.stages import Failure, Mode, Stage, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
QUERY = """SELECT p.id, p.login, p.name AS full_name, p.rate, p.is_active, p.born, d.label
  FROM person p JOIN department d ON d.code = p.department WHERE p.login LIKE 'z%' ORDER BY p.login"""
POSTGRESQL, MYSQL = "Usercube.SQL.PostgreSQL@0000001", "Usercube.SQL.MySQL@0000001"
ODBC_DRIVER = "PostgreSQL Unicode"
PROVIDERS = {POSTGRESQL: "Npgsql.NpgsqlFactory", MYSQL: "MySql.Data.MySqlClient.MySqlClientFactory"}
CUTS = {POSTGRESQL: 2800, MYSQL: 2200}
TLS_KEYS = {POSTGRESQL: "SSL Mode", MYSQL: "SslMode"}


def text_of(server: DatabaseServer, package: str, **pairs: object) -> str:
    quoted = '"' + server.password.replace('"', '""') + '"'
    given = {
        "Host": "localhost",
        "Port": server.port,
        "Database": server.database,
        "Username": server.reader,
        "Password": quoted,
        TLS_KEYS[package]: "VerifyFull",
        "Connect Timeout": 1,
    }
    return ";".join(f"{key}={value}" for key, value in {**given, **pairs}.items())


def of(server: DatabaseServer, package: str, *, pairs: dict[str, object] | None = None, **values: object) -> Settings:
    given = {
        "ConnectionString": Secret(text_of(server, package, **(pairs or {}))),
        "ProviderClassFullName": PROVIDERS[package],
        "SqlCommand": QUERY + "; ",
        "IsolationLevel": "ReadCommitted",
        "Timeout": 2,
    }
    return Settings("HR", package, {key: value for key, value in {**given, **values}.items() if value is not None})


def case_of(server: DatabaseServer, package: str, stack: ExitStack, expected: Table) -> DriverCase:
    string = "ConnectionString"

    def failing(name: str, failure: Failure, setting: str = string, **values: object) -> FailingCase:
        return FailingCase(name, of(server, package, **values), failure, setting)  # type: ignore[arg-type]

    def proxied(name: str, failure: Failure, **how: object) -> FailingCase:
        proxy = stack.enter_context(FaultyProxy(server.port, **how))  # type: ignore[arg-type]
        return replace(failing(name, failure, pairs={"Port": proxy.port}), setting=None)

    return DriverCase(
        package,
        SqlDriver(),
        of(server, package),
        (expected,),
        secrets=(server.password, NEVER_TOLD),
        failing=(
            failing("unknown host", Failure.NAME_UNKNOWN, pairs={"Host": "no-such-host.invalid"}),
            failing("refused", Failure.REFUSED, pairs={"Port": refusing_port()}),
            proxied("silent", Failure.TIMEOUT, kind="silent"),
            proxied("cut at login", Failure.CUT_OFF, kind="cut", cut_after=1700),
            proxied("cut in the middle", Failure.CUT_OFF, kind="cut", cut_after=CUTS[package]),
            failing("wrong password", Failure.LOGIN_REFUSED, pairs={"Password": "wrong"}),
            failing("wrong account", Failure.LOGIN_REFUSED, pairs={"Username": "nobody"}),
            failing("other name", Failure.CERTIFICATE, pairs={"Host": OTHER_HOST}),
            failing(
                "no database",
                Failure.NOT_FOUND if package == POSTGRESQL else Failure.NO_RIGHT,
                pairs={"Database": "elsewhere", "Username": server.reader},
            ),
            failing("no table", Failure.NOT_FOUND, "SqlCommand", SqlCommand="SELECT * FROM nothing"),
            failing("no query", Failure.SETTING_WRONG, "SqlCommand", SqlCommand="SELEKT 1"),
            failing("no columns", Failure.SETTING_WRONG, "SqlCommand", SqlCommand="-- nothing"),
            failing("no right", Failure.NO_RIGHT, "SqlCommand", pairs={"Username": server.stranger}),
            failing("no pairs", Failure.SETTING_WRONG, ConnectionString="nonsense"),
            failing("unknown provider", Failure.SETTING_WRONG, "ProviderClassFullName", ProviderClassFullName="X.Y"),
            failing("unknown level", Failure.SETTING_WRONG, "IsolationLevel", IsolationLevel="Chaos"),
        ),
    )


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


TABLE = Table(
    "HR",
    (
        Column("id", ValueType.INT32),
        Column("login", length=50),
        Column("full_name", length=100),
        Column("rate", ValueType.DOUBLE),
        Column("is_active", ValueType.BOOL),
        Column("born", ValueType.DATE_TIME),
        Column("label", length=200),
    ),
)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_postgresql_keeps_the_contract(
    postgresql: DatabaseServer, stack: ExitStack, requirement: Callable[[DriverCase], None]
) -> None:
    requirement(case_of(postgresql, POSTGRESQL, stack, TABLE))


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_mariadb_keeps_the_contract(
    mariadb: DatabaseServer, stack: ExitStack, requirement: Callable[[DriverCase], None]
) -> None:
    requirement(case_of(mariadb, MYSQL, stack, TABLE))


def person(dn: str) -> Table:
    return Table(
        "HR_person",
        (
            Column("id", ValueType.INT32, key=KeyKind.PRIMARY),
            Column("login", length=50, key=KeyKind.UNIQUE),
            Column("name", length=100),
            Column("department", length=10, foreign_column=dn),
            Column("manager", ValueType.INT64),
            Column("rate", ValueType.DOUBLE),
            Column("is_active", ValueType.BOOL),
            Column("born", ValueType.DATE_TIME),
            Column("changed", ValueType.DATE_TIME),
        ),
    )


def test_tables_of_postgresql_are_read_when_there_is_no_query(postgresql: DatabaseServer) -> None:
    given = of(postgresql, POSTGRESQL, SqlCommand=None)
    tables = {each.identifier: each for each in SqlDriver().discover(given, ALL)}
    assert set(tables) == {"HR_active", "HR_department", "HR_person"}
    assert tables["HR_person"] == person("HR_department:code")
    (site,) = SqlDriver().discover(given, Wanted(frozenset({"hr_HR.SITE"})))
    assert site == Table("HR_hr.site", (Column("id", ValueType.GUID, key=KeyKind.PRIMARY), Column("photo", ValueType.BINARY)))
    assert ordered(Mode.COMPLETE, SqlDriver().check(given, Mode.COMPLETE)).status == "passed"


def test_tables_of_mariadb_are_read_when_there_is_no_query(mariadb: DatabaseServer) -> None:
    tables = {each.identifier: each for each in SqlDriver().discover(of(mariadb, MYSQL, SqlCommand=None), ALL)}
    assert set(tables) == {"HR_active", "HR_department", "HR_person", "HR_photo"}
    assert tables["HR_person"] == person("HR_department:code")
    assert tables["HR_photo"].columns[:2] == (
        Column("id", ValueType.INT64, key=KeyKind.PRIMARY),
        Column("content", ValueType.BINARY),
    )


def test_types_of_mariadb(mariadb: DatabaseServer) -> None:
    query = "SELECT id, content, note, 1 AS one, 'x' AS text FROM photo"
    (table,) = SqlDriver().discover(of(mariadb, MYSQL, SqlCommand=query), ALL)
    assert [(each.identifier, each.value_type) for each in table.columns] == [
        ("id", ValueType.INT64),
        ("content", ValueType.BINARY),
        ("note", ValueType.STRING),
        ("one", ValueType.INT32),
        ("text", ValueType.STRING),
    ]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM department", "INSERT INTO department VALUES ('D2', 'x')", "DROP VIEW active"]
)
def test_a_statement_that_writes_writes_nothing(postgresql: DatabaseServer, mariadb: DatabaseServer, statement: str) -> None:
    for server, package in ((postgresql, POSTGRESQL), (mariadb, MYSQL)):
        case = DriverCase("", SqlDriver(), of(server, package, SqlCommand=statement))
        assert ordered(Mode.COMPLETE, case.results(case.settings, Mode.COMPLETE)).failure is not None
        intact = of(server, package, SqlCommand="SELECT * FROM active")
        assert len(SqlDriver().discover(intact, ALL)[0].columns) == 2


def test_a_query_that_would_take_long_is_not_run(postgresql: DatabaseServer, mariadb: DatabaseServer) -> None:
    slow = {POSTGRESQL: "SELECT pg_sleep(60)::text AS waited FROM person", MYSQL: "SELECT SLEEP(60) AS waited FROM person"}
    for server, package in ((postgresql, POSTGRESQL), (mariadb, MYSQL)):
        (table,) = SqlDriver().discover(of(server, package, SqlCommand=slow[package]), ALL)
        assert [each.identifier for each in table.columns] == ["waited"]


@pytest.mark.parametrize(
    ("mode", "words", "warns"),
    [
        ("VerifyCA", "certificate verified", False),
        ("VerifyFull", "certificate verified", False),
        ("Required", "encrypted, without a verified certificate", True),
        ("Preferred", "encrypted when the server offers it", True),
        ("None", "the connection string asks for no encryption", False),
    ],
)
def test_certificates_are_verified_as_far_as_the_connection_string_says(
    postgresql: DatabaseServer, mariadb: DatabaseServer, mode: str, words: str, *, warns: bool
) -> None:
    npgsql = {"Required": "Require", "Preferred": "Prefer", "None": "Disable"}
    for server, package, value in ((postgresql, POSTGRESQL, npgsql.get(mode, mode)), (mariadb, MYSQL, mode)):
        given = of(server, package, pairs={TLS_KEYS[package]: value})
        result = ordered(Mode.COMPLETE, SqlDriver().check(given, Mode.COMPLETE))
        tls = next(each for each in result.stages if each.stage is Stage.TLS)
        assert result.status == "passed"
        assert tls.detail == words
        assert bool(tls.warnings) is warns


def test_a_foreign_certificate_is_refused(
    postgresql: DatabaseServer, mariadb: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.trusted))
    for server, package in ((postgresql, POSTGRESQL), (mariadb, MYSQL)):
        case = DriverCase("", SqlDriver(), of(server, package))
        failure = ordered(Mode.COMPLETE, case.results(case.settings, Mode.COMPLETE)).failure
        assert failure is not None
        assert (failure.stage, failure.reason) == (Stage.TLS, Failure.CERTIFICATE)


def test_a_file_with_the_query_is_read_where_the_paths_lead(postgresql: DatabaseServer, tmp_path: Path) -> None:
    (tmp_path / "people.sql").write_text("\ufeff-- people\nSELECT login, login FROM person -- all\n;\n", "utf-8")
    given = of(postgresql, POSTGRESQL, SqlCommand=None, SqlFile="C:/agent/people.sql")
    given = replace(given, paths=LocalPaths(tmp_path, {"C:/agent": "."}))
    result = ordered(Mode.COMPLETE, SqlDriver().check(given, Mode.COMPLETE))
    assert result.status == "passed", result.failure
    assert "columns of the query have the same name: login; tell them apart with AS" in (
        warning for stage in result.stages for warning in stage.warnings
    )
    assert SqlDriver().discover(given, ALL) == (Table("HR", (Column("login", length=50),)),)


def test_odbc_by_the_driver_of_postgresql(postgresql: DatabaseServer) -> None:
    pyodbc = pytest.importorskip("pyodbc")
    if ODBC_DRIVER not in pyodbc.drivers():
        unavailable(f"the ODBC driver '{ODBC_DRIVER}' is not installed")
    password = "{" + postgresql.password.replace("}", "}}") + "}"
    pairs = {"Driver": f"{{{ODBC_DRIVER}}}", "Server": HOST, "Port": postgresql.port, "Database": "people", "Uid": "reader"}
    text = ";".join(f"{key}={value}" for key, value in {**pairs, "SSLmode": "require", "Pwd": password}.items())
    given = {"ConnectionString": Secret(text), "SqlCommand": QUERY, "Timeout": 5}
    settings = Settings("HR", "Usercube.SQL.ODBC@0000001", given)
    wrong = replace(settings, values={**given, "ConnectionString": Secret(text.replace(password, "wrong"))})
    case = DriverCase(
        "odbc",
        SqlDriver(),
        settings,
        secrets=(postgresql.password, NEVER_TOLD),
        failing=(
            FailingCase("wrong password", wrong, Failure.LOGIN_REFUSED, "ConnectionString"),
            FailingCase(
                "no table",
                replace(settings, values={**given, "SqlCommand": "SELECT * FROM nothing"}),
                Failure.NOT_FOUND,
                "SqlCommand",
            ),
        ),
    )
    for requirement in REQUIREMENTS:
        requirement(case)
    (table,) = SqlDriver().discover(settings, ALL)
    assert [each.identifier for each in table.columns] == [each.identifier for each in TABLE.columns]
    assert table.by_name["login"] == Column("login", length=50)
    tables = SqlDriver().discover(replace(settings, values={**given, "SqlCommand": None}), Wanted(frozenset({"hr_person"})))
    assert tables[0].by_name["id"] == Column("id", ValueType.INT32, key=KeyKind.PRIMARY)
    assert tables[0].by_name["born"].value_type is ValueType.DATE_TIME
