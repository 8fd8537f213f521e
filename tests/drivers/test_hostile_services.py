"""Services that lead elsewhere, do not end, or swell: what a session with them sends, keeps and waits for."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import httpx
import pytest
from http_service import HOST, Asked, Authorities, Told, service

from idmxml.drivers import http_requests
from idmxml.drivers.driver import Settings
from idmxml.drivers.http_login import Login, by_account, read_http_address
from idmxml.drivers.http_session import Session
from idmxml.drivers.ntlm_login import NtlmExchange
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Stage, StageFailure

pytestmark = pytest.mark.live
PASSWORD = "password-never-told"  # noqa: S105  no password
ELSEWHERE = "the service sends on to another host, which wants a login, and gets none as it is another one"
LARGE = "the answer is larger than a schema can be"
PACKED = "the answer is packed in a way that was not asked for"
DRIP = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def settings(address: str, seconds: float = 30) -> Settings:
    values = {"Server": Secret(address), "Login": Secret("reader"), "Password": Secret(PASSWORD)}
    return Settings("X", "", values, deadline=time.monotonic() + seconds)


def ask(address: str, login: Login | None = None, longest: float = 20, seconds: float = 30) -> object:
    given = settings(address, seconds)
    with Session(given, read_http_address(given, "Server"), login or by_account(given), longest) as session:
        return session.fetch_json("/things", "application/json", Stage.SCHEMA)


def failure(address: str, login: Login | None = None, longest: float = 20) -> tuple[Failure, str, str, Stage]:
    with pytest.raises(StageFailure) as raised:
        ask(address, login, longest)
    assert PASSWORD not in raised.value.message
    return raised.value.failure, raised.value.message, raised.value.setting, raised.value.stage


def leading(to: str, body: bytes = b"") -> Callable[[Asked], Told]:
    return lambda _asked: Told(302, body, headers={"Location": to})


def by_ntlm(address: str) -> Login:
    login = by_account(settings(address))
    return replace(login, header="", exchange=NtlmExchange("reader", PASSWORD, "localhost"))


@contextmanager
def dripping() -> Iterator[str]:
    """A port whose answer goes on for ever, a byte at a time."""
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                threading.Thread(target=drip, args=(client,), daemon=True).start()

    def drip(client: socket.socket) -> None:
        with suppress(OSError), client:
            if client.recv(1 << 16):
                client.sendall(DRIP)
                while True:
                    client.sendall(b"1\r\n \r\n")
                    time.sleep(0.02)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A body that is larger than answers may be here."""
    monkeypatch.setattr(http_requests, "LARGEST", 1000)
    return b" " * 2000


@pytest.mark.parametrize("way", [None, by_ntlm], ids=["by password", "by NTLM"])
def test_login_goes_to_no_other_host(way: Callable[[str], Login] | None) -> None:
    seen: list[Asked] = []

    def other(asked: Asked) -> Told:
        seen.append(asked)
        return Told(401, headers={"WWW-Authenticate": "NTLM"})

    with service(other) as elsewhere, service(leading(f"{elsewhere}/things")) as address:
        login = None if way is None else way(address)
        assert failure(address, login) == (Failure.LOGIN_REFUSED, ELSEWHERE, "Server", Stage.LOGIN)
    assert [each.headers.get("Authorization") for each in seen] == [None]


def test_login_goes_on_to_the_same_host() -> None:
    def answering(asked: Asked) -> Told:
        if asked.path == "/things":
            return Told(307, headers={"Location": "/moved"})
        return Told(200 if asked.headers.get("Authorization") else 401, b"[7]")

    with service(answering) as address:
        assert ask(address) == [7]


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("http://sites.test:80/other", True),
        ("https://sites.test/", True),
        ("https://sites.test:8443/", False),
        ("https://other.test/", False),
        ("http://sites.test:8080/", False),
    ],
)
def test_login_goes_on_to_tls_at_the_usual_port(address: str, is_own: bool) -> None:
    first = httpx.Request("GET", "http://Sites.test/")
    assert http_requests.is_own_host(httpx.Request("GET", address), first) is is_own


def test_login_does_not_go_on_from_tls() -> None:
    first = httpx.Request("GET", "https://sites.test/")
    assert not http_requests.is_own_host(httpx.Request("GET", "http://sites.test/"), first)


def test_open_service_of_another_host_is_read() -> None:
    with service(lambda _asked: Told(200, b"[7]")) as elsewhere, service(leading(f"{elsewhere}/things")) as address:
        assert ask(address) == [7]


def test_encrypted_service_leads_to_no_other(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    authorities, seen = Authorities(tmp_path_factory.mktemp("authorities")), []
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.trusted))

    def other(asked: Asked) -> Told:
        seen.append(asked)
        return Told(200, b"[7]")

    with service(other) as elsewhere, service(leading(f"{elsewhere}/things"), authorities.own()) as address:
        message = "the service sends on from an encrypted address to one that is not"
        assert failure(address) == (Failure.MALFORMED_ANSWER, message, "Server", Stage.SCHEMA)
    assert seen == []


def test_way_that_does_not_end_is_left() -> None:
    asked: list[str] = []

    def answering(request: Asked) -> Told:
        asked.append(request.path)
        return Told(302, headers={"Location": f"/{len(asked)}"})

    with service(answering) as address:
        message = "the service sends on from one address to the next without an end"
        assert failure(address) == (Failure.MALFORMED_ANSWER, message, "Server", Stage.SCHEMA)
    assert len(asked) == 6


@pytest.mark.parametrize("location", ["https://[never-told", "ftp://never-told/", "http://never-told.invalid/", ":::"])
def test_address_that_is_led_to_is_not_told(location: str) -> None:
    with service(leading(location)) as address:
        found, message, setting, _stage = failure(address)
    assert found in {Failure.MALFORMED_ANSWER, Failure.NAME_UNKNOWN, Failure.NOT_FOUND}
    assert "never-told" not in message
    assert setting == "Server"


def test_fault_of_another_host_is_told_as_its_own() -> None:
    with service(leading("http://never-told.invalid/")) as address, pytest.raises(StageFailure) as raised:
        ask(address)
    assert raised.value.message == "the service sends on to another host: the name of the host is not known here"
    assert raised.value.hint == "give the address that it sends on to, when that is the service that is meant"


def test_bodies_on_the_way_are_limited(small: bytes) -> None:
    with service(leading("/things", small)) as address:
        assert failure(address) == (Failure.MALFORMED_ANSWER, LARGE, "Server", Stage.SCHEMA)


def test_bodies_of_an_exchange_are_limited(small: bytes) -> None:
    with service(lambda _asked: Told(401, small, headers={"WWW-Authenticate": "NTLM"})) as address:
        assert failure(address, by_ntlm(address)) == (Failure.MALFORMED_ANSWER, LARGE, "Server", Stage.SCHEMA)


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd"])
def test_answer_is_packed_only_as_it_was_asked_for(packing: str) -> None:
    seen: list[str | None] = []

    def answering(asked: Asked) -> Told:
        seen.append(asked.headers.get("Accept-Encoding"))
        return Told(200, gzip.compress(gzip.compress(b"[7]")), headers={"Content-Encoding": packing})

    with service(answering) as address:
        assert failure(address) == (Failure.MALFORMED_ANSWER, PACKED, "Server", Stage.SCHEMA)
    assert seen == ["gzip, deflate"]


def test_packed_answer_is_unpacked_and_limited(small: bytes) -> None:
    def answering(content: bytes) -> Callable[[Asked], Told]:
        return lambda _asked: Told(200, gzip.compress(content), headers={"Content-Encoding": "gzip"})

    with service(answering(json.dumps([7]).encode())) as address:
        assert ask(address) == [7]
    with service(answering(small)) as address:
        assert failure(address) == (Failure.MALFORMED_ANSWER, LARGE, "Server", Stage.SCHEMA)


def test_answer_that_goes_on_for_ever_is_left() -> None:
    start = time.monotonic()
    with dripping() as address:
        message = "the answer of the service does not end in time"
        assert failure(address, longest=0.3) == (Failure.TIMEOUT, message, "Server", Stage.SCHEMA)
    assert time.monotonic() - start < 5


def test_time_that_is_over_is_told_at_the_stage_it_is_over_in() -> None:
    given = settings("http://localhost:1", 0)
    with (
        Session(given, read_http_address(given, "Server"), by_account(given)) as session,
        pytest.raises(StageFailure) as raised,
    ):
        session.fetch("/things", "application/json", Stage.SCHEMA)
    assert (raised.value.failure, raised.value.stage) == (Failure.TIMEOUT, Stage.SCHEMA)
