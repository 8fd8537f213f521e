"""Servers that live tests share: each is started when a test first asks for it, and ended after the last one."""

from collections.abc import Iterator
from typing import cast

import pytest
from certificates import Certificates
from database_servers import DatabaseServer, mariadb_server, postgresql_server
from samba_server import SambaServer, samba_server
from server_processes import persistent
from slapd_server import SlapdServer, slapd_server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _trust(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process trusts the authority of the tests, as a machine does that an administrator set up."""
    authority = request.getfixturevalue("certificates")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trusted))


@pytest.fixture(scope="session")
def samba(certificates: Certificates) -> Iterator[SambaServer]:
    with persistent(lambda: samba_server(certificates)) as server:
        yield cast("SambaServer", server)


@pytest.fixture(scope="session")
def slapd(certificates: Certificates) -> Iterator[SlapdServer]:
    with persistent(lambda: slapd_server(certificates)) as server:
        yield cast("SlapdServer", server)


@pytest.fixture(scope="session")
def postgresql(certificates: Certificates) -> Iterator[DatabaseServer]:
    with persistent(lambda: postgresql_server(certificates)) as server:
        yield cast("DatabaseServer", server)


@pytest.fixture(scope="session")
def mariadb(certificates: Certificates) -> Iterator[DatabaseServer]:
    with persistent(lambda: mariadb_server(certificates)) as server:
        yield cast("DatabaseServer", server)
