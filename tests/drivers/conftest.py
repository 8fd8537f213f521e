"""Fixtures of the tests of drivers: what is open during the tests of a file, and authorities that this process trusts."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from http_service import Authorities


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    return Authorities(tmp_path_factory.mktemp("authorities"))


@pytest.fixture(autouse=True)
def _trust(authorities: Authorities, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.trusted))
