"""Servers of PostgreSQL and MariaDB with a small database, an account that may read it, and one that may read nothing."""

import getpass
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from certificates import Certificates
from required_programs import program
from server_processes import HOST, folder_for, free_port, run, running

PASSWORD = "pa;ss'w\"ord-never-told"  # noqa: S105  of servers that live as long as the tests
NEVER_TOLD = "Zoë-never-told"
OTHER_HOST = "127.0.0.2"
TABLES = f"""
CREATE TABLE department (code VARCHAR(10) NOT NULL PRIMARY KEY, label VARCHAR(200) NOT NULL UNIQUE);
CREATE TABLE person (
  id INTEGER NOT NULL PRIMARY KEY,
  login VARCHAR(50) NOT NULL UNIQUE,
  name VARCHAR(100),
  department VARCHAR(10) REFERENCES department (code),
  manager BIGINT,
  rate NUMERIC(10, 2),
  is_active BOOLEAN,
  born DATE,
  changed TIMESTAMP,
  FOREIGN KEY (department) REFERENCES department (code)
);
CREATE VIEW active AS SELECT id, login FROM person;
INSERT INTO department VALUES ('D1', 'Accounting');
INSERT INTO person VALUES (1, 'zoe', '{NEVER_TOLD}', 'D1', 7, 1.5, TRUE, '2000-01-01', '2024-01-01 10:00:00');
"""  # noqa: S608  data of the tests


@dataclass(frozen=True)
class DatabaseServer:
    """``reader`` may read the tables of ``database``, ``stranger`` none of them."""

    port: int
    reader: str = "reader"
    stranger: str = "stranger"
    database: str = "people"
    password: str = PASSWORD


def postgresql_server(certificates: Certificates) -> Iterator[DatabaseServer]:
    folders = [str(each / "bin") for each in sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True)]
    initdb, postgres, psql = (program(each, *folders) for each in ("initdb", "postgres", "psql"))
    user = "postgres" if os.geteuid() == 0 else None
    with folder_for(user, "postgresql") as folder:
        data = folder / "data"
        secret, script = _written(folder, "secret", PASSWORD + "\n", user), _postgresql_script()
        run(
            (initdb, "-D", data, "-U", "admin", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync", "-N"),
            user,
        )
        key, chain = (_copied(each, folder, user) for each in certificates.key_and_chain)
        server = DatabaseServer(free_port())
        command = (
            postgres,
            "-D",
            data,
            "-p",
            server.port,
            "-k",
            folder,
            "-c",
            f"listen_addresses={HOST},{OTHER_HOST}",
            "-c",
            "fsync=off",
        )
        tls = ("-c", "ssl=on", "-c", f"ssl_key_file={key}", "-c", f"ssl_cert_file={chain}")
        place = f"host={folder} port={server.port} user=admin dbname=postgres"

        def is_ready() -> bool:
            with suppress(Exception):
                return _psql(psql, place, "SELECT 1;")
            return False

        with running([str(each) for each in (*command, *tls)], is_ready, folder / "log", user=user):
            _psql(psql, place, "CREATE DATABASE people;")
            _psql(psql, place.replace("dbname=postgres", "dbname=people"), script)
            yield server


def _psql(psql: str, place: str, text: str) -> bool:
    os.environ["PGPASSWORD"] = PASSWORD
    try:
        run((psql, "-v", "ON_ERROR_STOP=1", "-q", "-d", place), text=text)
    finally:
        del os.environ["PGPASSWORD"]
    return True


def _postgresql_script() -> str:
    quoted = PASSWORD.replace("'", "''")
    return (
        TABLES
        + f"CREATE ROLE reader LOGIN PASSWORD '{quoted}'; CREATE ROLE stranger LOGIN PASSWORD '{quoted}';"
        + "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
        + "CREATE SCHEMA hr; CREATE TABLE hr.site (id UUID PRIMARY KEY, photo BYTEA);"
        + "GRANT USAGE ON SCHEMA hr TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA hr TO reader;"
    )


def mariadb_server(certificates: Certificates) -> Iterator[DatabaseServer]:
    install, mariadbd = program("mariadb-install-db"), program("mariadbd")
    with folder_for(None, "mariadb") as folder:
        data, user = folder / "data", getpass.getuser()
        run(
            (
                install,
                "--no-defaults",
                f"--datadir={data}",
                f"--user={user}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            )
        )
        begin = _written(folder, "begin.sql", _mariadb_script(), None)
        key, chain = certificates.key_and_chain
        server = DatabaseServer(free_port())
        command = (
            mariadbd,
            "--no-defaults",
            f"--datadir={data}",
            f"--user={user}",
            f"--port={server.port}",
            f"--bind-address={HOST},{OTHER_HOST}",
            f"--socket={folder}/socket",
            f"--pid-file={folder}/pid",
            f"--init-file={begin}",
            f"--ssl-key={key}",
            f"--ssl-cert={chain}",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=16M",
            "--performance-schema=OFF",
        )
        with running(command, lambda: _greets(server.port), folder / "log"):
            yield server


def _greets(port: int) -> bool:
    """Whether MariaDB greets, which it does once its first script is run."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1) as probe:
        return len(probe.recv(64)) > 4
    return False


def _mariadb_script() -> str:
    quoted = PASSWORD.replace("'", "''")
    lines = (
        "CREATE DATABASE people CHARACTER SET utf8mb4;",
        "USE people;",
        *(
            each.replace("\n", " ").replace("CREATE VIEW", "CREATE SQL SECURITY INVOKER VIEW") + ";"
            for each in TABLES.strip().rstrip(";").split(";\n")
        ),
        "CREATE TABLE photo (id BIGINT UNSIGNED PRIMARY KEY, content BLOB, note TEXT);",
        f"CREATE USER reader@'%' IDENTIFIED BY '{quoted}';",
        f"CREATE USER stranger@'%' IDENTIFIED BY '{quoted}';",
        "GRANT SELECT ON people.* TO reader@'%';",
        "GRANT SELECT ON people.photo TO stranger@'%';",
    )
    return "\n".join(lines) + "\n"


def _written(folder: Path, name: str, text: str, user: str | None) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    if user is not None:
        shutil.chown(file, user)
    return file


def _copied(file: Path, folder: Path, user: str | None) -> Path:
    copy = folder / file.name
    shutil.copy(file, copy)
    copy.chmod(0o600)
    if user is not None:
        shutil.chown(copy, user)
    return copy
