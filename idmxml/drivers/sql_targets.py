"""Connection strings of .NET providers to what the Python drivers of the same databases need. Nothing here connects.

Where a provider verifies certificates only when it is told to, as those of PostgreSQL and MySQL do by default, the connection
does the same, and the target warns of it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from idmxml.drivers.network_addresses import NO_PORT
from idmxml.model.value_spelling import whole_number
from idmxml.settings.connection_strings import ConnectionString, odbc_text

PROVIDERS: Final = {
    "npgsql.npgsqlfactory": "postgresql",
    "mysql.data.mysqlclient.mysqlclientfactory": "mysql",
    "mysqlconnector.mysqlconnectorfactory": "mysql",
    "oracle.manageddataaccess.client.oracleclientfactory": "oracle",
    "oracle.dataaccess.client.oracleclientfactory": "oracle",
    "adonetcore.aseclient.aseclientfactory": "ase",
    "sybase.data.aseclient.aseclientfactory": "ase",
    "system.data.odbc.odbcfactory": "odbc",
    "system.data.sqlclient.sqlclientfactory": "mssql",
    "microsoft.data.sqlclient.sqlclientfactory": "mssql",
    "microsoft.data.sqlite.sqlitefactory": "sqlite",
    "system.data.sqlite.sqlitefactory": "sqlite",
}
PACKAGES: Final = {
    "Usercube.SQL.MySQL": "mysql",
    "Usercube.SQL.ODBC": "odbc",
    "Usercube.SQL.Oracle": "oracle",
    "Usercube.SQL.PostgreSQL": "postgresql",
    "Usercube.SQL.SAPAse": "ase",
}
SERVER: Final = ("Server", "Host", "Data Source", "DataSource", "Address", "Addr", "Network Address", "Hostname")
USER: Final = ("User ID", "Username", "User Name", "UID", "User", "Login")
PASSWORD: Final = ("Password", "PWD", "PSW")
DATABASE: Final = ("Database", "Initial Catalog", "DB")
UNVERIFIED: Final = "the certificate of the server is not verified, as {key} says"
MAYBE_UNVERIFIED: Final = "nothing asks for a verified certificate; {key} would"
UNENCRYPTED: Final = "the connection is not encrypted, as {key} says"
TCP_SERVER: Final = re.compile(r"(?:tcp:)?(?P<host>[^,\\:/]+)(?:\\(?P<instance>[^,]+))?(?:,\s*(?P<port>\d+))?", re.IGNORECASE)
ORACLE_EASY: Final = re.compile(r"(?:(?:tcps?:)?//)?(?P<host>[\w.\-]+)(?::(?P<port>\d+))?(?:/.*)?", re.IGNORECASE)
ORACLE_PART: Final = re.compile(r"\(\s*(HOST|PORT)\s*=\s*([^)\s]+)\s*\)", re.IGNORECASE)
LOCAL: Final = frozenset({".", "(local)", ""})


@dataclass(frozen=True)
class SqlTarget:
    """A database to connect to.

    ``url`` holds the parts of an URL of SQLAlchemy, ``arguments`` what the driver is given beside it; ``odbc`` are the pairs of
    a connection string for ODBC, ``odbc_text`` one as it was given. ``module`` is the driver, ``extra`` installs it. ``host``
    is empty when it can't be known; ``connect_seconds`` is 0 when nothing is said. ``tls`` is ``verified``, ``unverified``,
    ``optional`` or ``none``.
    """

    kind: str
    module: str
    extra: str
    url: Mapping[str, Any] = field(default_factory=dict, repr=False)
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)
    odbc: Mapping[str, str] = field(default_factory=dict, repr=False)
    odbc_text: str = field(default="", repr=False)
    host: str = field(default="", repr=False)
    port: int = 0
    tls: str = "none"
    warnings: tuple[str, ...] = ()
    connect_seconds: int = 0
    root_certificate: str = field(default="", repr=False)
    """A file of trusted authorities, as a path of the agent."""


def kind_of(provider: str, package: str) -> str | None:
    """The kind of database of a provider class, or of a package when no provider is given; None when it is not known."""
    if provider.strip():
        return PROVIDERS.get(provider.strip().casefold())
    return PACKAGES.get(package.partition("@")[0], "mssql")


def target_of(kind: str, given: ConnectionString) -> SqlTarget:
    """The target of a connection string."""
    seconds = given.number("Connect Timeout", "Connection Timeout", "Timeout", "Login Timeout") or 0
    return replace(TARGETS[kind](given), connect_seconds=seconds)


def _postgresql(given: ConnectionString) -> SqlTarget:
    host, port = _host_and_port(given.text(*SERVER, default="localhost").split(",")[0], given.number("Port") or 5432)
    mode = given.text("SSL Mode", "SslMode", default="Prefer").casefold().replace("-", "")
    modes = {"disable": "disable", "allow": "allow", "prefer": "prefer", "require": "require", "verifyca": "verify-ca"}
    sslmode = modes.get(mode, "verify-full")
    arguments: dict[str, Any] = {"sslmode": sslmode, "client_encoding": "utf8", "application_name": "idmxml"}
    search_path = given.text("Search Path", "SearchPath")
    if search_path:
        arguments["options"] = f"-c search_path={search_path.replace(' ', '')}"
    tls, warnings = _tls(
        sslmode, "SSL Mode", {"disable": "none", "allow": "optional", "prefer": "optional", "require": "unverified"}
    )
    return SqlTarget(
        "postgresql",
        "psycopg",
        "postgresql",
        _url("postgresql+psycopg", given, host, port, given.text(*DATABASE) or given.text(*USER)),
        arguments,
        host=host,
        port=port,
        tls=tls,
        warnings=warnings,
        root_certificate=given.text("Root Certificate", "SSL CA", "SslRootCert"),
    )


def _mysql(given: ConnectionString) -> SqlTarget:
    host, port = _host_and_port(given.text(*SERVER, default="localhost").split(",")[0], given.number("Port") or 3306)
    mode = given.text("SslMode", "SSL Mode", default="Preferred").casefold()
    known = {"none": "none", "disabled": "none", "preferred": "optional", "prefered": "optional", "required": "unverified"}
    tls, warnings = _tls(mode, "SslMode", known)
    arguments: dict[str, Any] = {"charset": "utf8mb4"}
    if tls == "none":
        arguments["ssl_disabled"] = True
    return SqlTarget(
        "mysql",
        "pymysql",
        "mysql",
        _url("mysql+pymysql", given, host, port, given.text(*DATABASE)),
        {**arguments, "check_hostname": mode != "verifyca"},
        host=host,
        port=port,
        tls=tls,
        warnings=warnings,
        root_certificate=given.text("SslCa", "CACertificateFile", "CA Certificate File"),
    )


def _tls(mode: str, key: str, known: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    tls = known.get(mode, "verified")
    texts = {"none": UNENCRYPTED, "unverified": UNVERIFIED, "optional": MAYBE_UNVERIFIED}
    value = "VerifyFull" if tls == "optional" else mode
    return tls, (texts[tls].format(key=f"'{key}={value}'"),) if tls in texts else ()


def _url(name: str, given: ConnectionString, host: str, port: int, database: str) -> dict[str, Any]:
    return {
        "drivername": name,
        "username": given.text(*USER) or None,
        "password": given.text(*PASSWORD) or None,
        "host": host,
        "port": port,
        "database": database or None,
    }


def _host_and_port(text: str, port: int) -> tuple[str, int]:
    """A host that may carry a port of its own: ``tcp://db:5433`` and ``[::1]:5433`` as well."""
    bare = text.strip().rpartition("//")[2]
    match = re.fullmatch(r"\[(?P<six>[^\]]+)\](?::(?P<six_port>\d+))?|(?P<host>[^:]+):(?P<port>\d+)", bare)
    if match is None:
        return bare, port
    written = match["six_port"] or match["port"]
    return match["six"] or match["host"], _port(written) if written else port


def _port(text: str) -> int:
    """The number of a port, ``NO_PORT`` for one with more digits than any."""
    number = whole_number(text)
    return number if number is not None else NO_PORT


def _mssql(given: ConnectionString) -> SqlTarget:
    server = given.text(*SERVER, default="localhost").strip()
    match = TCP_SERVER.fullmatch(server)
    host = match["host"].strip() if match else ""
    host = "localhost" if match and host.casefold() in LOCAL else host
    is_named = bool(match and match["instance"] and not match["port"])
    encrypt = given.flag("Encrypt", default=True)
    trusts = given.flag("TrustServerCertificate", "Trust Server Certificate")
    warnings: tuple[str, ...] = ()
    if not encrypt:
        warnings = (UNENCRYPTED.format(key="'Encrypt=False'"),)
    elif trusts:
        warnings = (UNVERIFIED.format(key="'TrustServerCertificate=True'"),)
    written = re.sub(r"^(?:\.|\(local\))(?=$|[\\,])", "localhost", server, flags=re.IGNORECASE)
    odbc = {
        "SERVER": written,
        "DATABASE": given.text(*DATABASE),
        **_windows_or_password(given),
        "Encrypt": "yes" if encrypt else "no",
        "TrustServerCertificate": "yes" if trusts else "no",
        "ApplicationIntent": given.text("ApplicationIntent", "Application Intent"),
    }
    return SqlTarget(
        "mssql",
        "pyodbc",
        "odbc",
        {"drivername": "mssql+pyodbc"},
        odbc=odbc,
        host="" if is_named else host,
        port=_port(match["port"]) if match and match["port"] else 1433,
        tls="none" if not encrypt else "unverified" if trusts else "verified",
        warnings=warnings,
    )


def _windows_or_password(given: ConnectionString) -> dict[str, str]:
    if given.flag("Integrated Security", "Trusted_Connection"):
        return {"Trusted_Connection": "yes"}
    return {"UID": given.text(*USER), "PWD": given.text(*PASSWORD)}


def _oracle(given: ConnectionString) -> SqlTarget:
    source = given.text(*SERVER)
    parts = {name.casefold(): value for name, value in ORACLE_PART.findall(source)}
    easy = ORACLE_EASY.fullmatch(source) if "/" in source or ":" in source else None
    host = parts.get("host") or (easy["host"] if easy else "")
    port = parts.get("port") or (easy["port"] if easy else None) or "1521"
    is_encrypted = "tcps" in source.casefold()
    return SqlTarget(
        "oracle",
        "oracledb",
        "oracle",
        {"drivername": "oracle+oracledb"},
        {"user": given.text(*USER), "password": given.text(*PASSWORD), "dsn": source},
        host=host,
        port=_port(port) if port.isdecimal() else 1521,
        tls="verified" if is_encrypted else "none",
    )


def _ase(given: ConnectionString) -> SqlTarget:
    host, port = _host_and_port(given.text(*SERVER, default="localhost"), given.number("Port") or 5000)
    odbc = {
        "DRIVER": "FreeTDS",
        "SERVER": host,
        "PORT": str(port),
        "TDS_Version": "5.0",
        "DATABASE": given.text(*DATABASE),
        "UID": given.text(*USER),
        "PWD": given.text(*PASSWORD),
        "ClientCharset": "UTF-8",
    }
    return SqlTarget("ase", "pyodbc", "odbc", odbc=odbc, host=host, port=port)


def _odbc(given: ConnectionString) -> SqlTarget:
    server = given.text("Server", "Servername", "Host", "Hostname")
    match = TCP_SERVER.fullmatch(server)
    port = given.number("Port") or (_port(match["port"]) if match and match["port"] else 0)
    host = match["host"] if match and port else ""
    return SqlTarget("odbc", "pyodbc", "odbc", odbc_text=given.source, host=host, port=port, tls="optional")


def _sqlite(given: ConnectionString) -> SqlTarget:
    path = given.text("Data Source", "DataSource", "Filename", "FullUri")
    return SqlTarget("sqlite", "sqlite3", "sql", {"drivername": "sqlite+pysqlite", "database": path})


TARGETS: Final[Mapping[str, Callable[[ConnectionString], SqlTarget]]] = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mssql": _mssql,
    "oracle": _oracle,
    "ase": _ase,
    "odbc": _odbc,
    "sqlite": _sqlite,
}


def odbc_string(target: SqlTarget, **more: str) -> str:
    """The connection string for ODBC."""
    return target.odbc_text or odbc_text({**target.odbc, **more})
