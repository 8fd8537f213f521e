"""Fixtures of the tests of vaults: a machine without any login, authorities, a driver, and repositories."""

from pathlib import Path

import pytest
from command_run import MakeRepository, Run
from http_service import Authorities, refused_address
from vault_place import Asking, Place
from vault_services import LOGIN

from idmxml.drivers import registry


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch, authorities: Authorities, tmp_path: Path) -> None:
    """A machine without any login to Azure, which trusts the authority of the tests."""
    for name in (*LOGIN, "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "AZURE_AUTHORITY_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", refused_address())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("NO_PROXY", "localhost,.invalid,.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.trusted))


@pytest.fixture
def authorities(tmp_path: Path) -> Authorities:
    return Authorities(tmp_path)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Asking:
    made = Asking()
    monkeypatch.setattr(registry, "driver_named", lambda _name: made)
    return made


@pytest.fixture
def place(repository: MakeRepository, run: Run) -> Place:
    return Place(repository, run)
