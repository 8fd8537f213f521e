"""Connection strings of .NET, and what becomes of them for the drivers of Python."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.drivers.network_addresses import NO_PORT
from idmxml.drivers.sql_targets import SqlTarget, kind_of, odbc_string, target_of
from idmxml.settings.connection_strings import NotAConnectionStringError, odbc_text, read_connection_string


def target(kind: str, text: str) -> SqlTarget:
    return target_of(kind, read_connection_string(text))


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Server=a;Database=b", {"server": "a", "database": "b"}),
        (" Server = a ; ; User ID= u ;", {"server": "a", "userid": "u"}),
        ("Password=\"a;b\"\"c\";Pwd='x''y'", {"password": 'a;b"c', "pwd": "x'y"}),
        ("PWD={a;b}}c};UID=u", {"pwd": "a;b}c", "uid": "u"}),
        ("Server=first;SERVER=last", {"server": "last"}),
        ("Data Source=(DESCRIPTION=(ADDRESS=(HOST=h)))", {"datasource": "(DESCRIPTION=(ADDRESS=(HOST=h)))"}),
        ("a==b=c", {"a=b": "c"}),
        ("Password=", {"password": ""}),
    ],
)
def test_pairs(text: str, pairs: dict[str, str]) -> None:
    assert read_connection_string(text).pairs == pairs


@pytest.mark.parametrize("text", ["", ";;", "Server", "=a", "Server=a;b", 'Password="a', "Password='a'b;"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(NotAConnectionStringError):
        read_connection_string(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_connection_string(text)
    except NotAConnectionStringError:
        return
    assert text not in repr(found) or len(text) < 20


@given(st.dictionaries(st.sampled_from(["Server", "UID", "PWD"]), st.text(min_size=1, max_size=20), min_size=1))
def test_texts_for_odbc_read_back(pairs: dict[str, str]) -> None:
    written = {
        key: value for key, value in pairs.items() if value.strip() == value and "\0" not in value and value[0] not in "'\""
    }
    if written:
        assert read_connection_string(odbc_text(written)).pairs == {key.lower(): value for key, value in written.items()}


def test_kinds_by_provider_and_package() -> None:
    assert kind_of("npgsql.NpgsqlFactory", "Usercube.SQL@0000001") == "postgresql"
    assert kind_of("Microsoft.Data.Sqlite.SqliteFactory", "Usercube.SQL@0000001") == "sqlite"
    assert kind_of("", "Usercube.SQL.Oracle@0000001") == "oracle"
    assert kind_of("", "Usercube.SQL@0000001") == "mssql"
    assert kind_of("Foreign.Factory", "Usercube.SQL@0000001") is None


def test_postgresql() -> None:
    found = target("postgresql", "Host=db.contoso.com:5433;Username=u;Password=n3ver;Database=d;Search Path=a, b;Timeout=7")
    assert (found.host, found.port, found.connect_seconds, found.tls) == ("db.contoso.com", 5433, 7, "optional")
    assert found.url["username"] == "u"
    assert found.arguments["options"] == "-c search_path=a,b"
    assert found.warnings == ("nothing asks for a verified certificate; 'SSL Mode=VerifyFull' would",)
    assert "n3ver" not in repr(found)
    assert target("postgresql", "Host=h;SSL Mode=VerifyCA").arguments["sslmode"] == "verify-ca"
    assert target("postgresql", "Host=h;SslMode=Require").tls == "unverified"


def test_mysql() -> None:
    found = target("mysql", "Server=db,other;Port=3307;Uid=u;Pwd=p;Database=d;SslMode=None")
    assert (found.host, found.port, found.tls) == ("db", 3307, "none")
    assert found.arguments["ssl_disabled"] is True
    assert target("mysql", "Server=[::1];SslMode=VerifyCA").arguments["check_hostname"] is False
    assert target("mysql", "Server=[::1]").host == "::1"


@pytest.mark.parametrize(
    ("server", "host", "port"),
    [
        ("sql1", "sql1", 1433),
        ("tcp:sql1.contoso.com,1434", "sql1.contoso.com", 1434),
        ("sql1\\PAYROLL", "", 1433),
        ("sql1\\PAYROLL,1500", "sql1", 1500),
        (".", "localhost", 1433),
        ("(local)", "localhost", 1433),
        ("sql1,700000", "sql1", 700000),
        (f"sql1,{'9' * 5000}", "sql1", NO_PORT),
    ],
)
def test_servers_of_sql_server(server: str, host: str, port: int) -> None:
    found = target("mssql", f"Data Source={server};Initial Catalog=d;User ID=u;Password=p;TrustServerCertificate=True")
    assert (found.host, found.port, found.tls) == (host, port, "unverified")
    assert found.warnings == ("the certificate of the server is not verified, as 'TrustServerCertificate=True' says",)


def test_sql_server_as_odbc_writes_it() -> None:
    found = target("mssql", 'Server=.\\X;Database=d;User ID=u;Password="a;b";Application Name=x')
    assert odbc_string(found, DRIVER="D 18") == (
        "SERVER=localhost\\X;DATABASE=d;UID=u;PWD={a;b};Encrypt=yes;TrustServerCertificate=no;DRIVER=D 18"
    )
    assert "Trusted_Connection=yes" in odbc_string(target("mssql", "Server=s;Integrated Security=SSPI"))
    assert target("mssql", "Server=s;Encrypt=false").warnings == ("the connection is not encrypted, as 'Encrypt=False' says",)


@pytest.mark.parametrize(
    ("source", "host", "port", "tls"),
    [
        ("//ora1:1522/HR", "ora1", 1522, "none"),
        ("ora1/HR", "ora1", 1521, "none"),
        ("tcps://ora1:2484/HR", "ora1", 2484, "verified"),
        ("(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=ora2)(PORT=1523))(CONNECT_DATA=(SERVICE_NAME=HR)))", "ora2", 1523, "none"),
        ("PAYROLL", "", 1521, "none"),
    ],
)
def test_oracle(source: str, host: str, port: int, tls: str) -> None:
    found = target("oracle", f"Data Source={source};User Id=u;Password=p")
    assert (found.host, found.port, found.tls) == (host, port, tls)
    assert found.arguments == {"user": "u", "password": "p", "dsn": source}


def test_sap_ase_and_odbc() -> None:
    found = target("ase", "Data Source=ase1;Port=5001;Database=d;Uid=u;Pwd=p;")
    assert odbc_string(found).startswith("DRIVER=FreeTDS;SERVER=ase1;PORT=5001;TDS_Version=5.0;DATABASE=d;UID=u;PWD=p")
    text = "Driver={PostgreSQL Unicode};Server=h;Port=5432;Trusted_Connection=yes"
    given_as_is = target("odbc", text)
    assert (odbc_string(given_as_is), given_as_is.host, given_as_is.port) == (text, "h", 5432)
