"""HTTP services on loopback for the tests of drivers: whole ones with or without TLS, and ports that misbehave."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import trustme

HOST = "127.0.0.1"
REFUSING: list[socket.socket] = []
"""Ports that are held and not listened at, so that no other test gets them."""


@dataclass(frozen=True)
class Asked:
    """A request as the service sees it. ``query`` and ``form`` are decoded; ``body`` is what is posted.

    ``connection`` tells the connections of one time apart.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    form: dict[str, str]
    body: str = ""
    connection: int = 0


@dataclass(frozen=True)
class Told:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Asked], Told]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def __init__(self, answering: Answering, tls: ssl.SSLContext | None) -> None:
        super().__init__((HOST, 0), Handler)
        self.answering = answering
        self.tls = tls

    def get_request(self) -> tuple[socket.socket, object]:
        client, address = super().get_request()
        if self.tls is None:
            return client, address
        # the handshake takes place at the first read, in the thread of the request
        return self.tls.wrap_socket(client, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_arguments: object) -> None:
        """Clients that refuse a certificate end their connections."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query, form = dict(parse_qsl(parts.query)), dict(parse_qsl(body))
        told = self.server.answering(
            Asked(self.command, parts.path, query, dict(self.headers), form, body, self.client_address[1])
        )
        self.send_response(told.status)
        headers = {"Content-Type": told.content_type, "Content-Length": str(len(told.body)), **told.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told.body)

    do_GET = do_POST = _answer  # noqa: N815  names that the library asks for

    def log_message(self, *_arguments: object) -> None:
        """Nothing is logged."""


@contextmanager
def service(answering: Answering, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a service that answers so, without a path."""
    server = Server(answering, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def watched(answer: Told) -> Iterator[tuple[str, list[Asked]]]:
    """The address of a service that always gives this answer, and what it was asked until now."""
    asked: list[Asked] = []

    def answering(request: Asked) -> Told:
        asked.append(request)
        return answer

    with service(answering) as address:
        yield address, asked


@contextmanager
def port_that(says: bytes | None) -> Iterator[str]:
    """The address of a port that answers every request with the same bytes and ends; None for one that is silent."""
    listener = socket.create_server((HOST, 0), backlog=50)
    clients: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                clients.append(client)
                if says is not None:
                    threading.Thread(target=reply, args=(client, says), daemon=True).start()

    def reply(client: socket.socket, text: bytes) -> None:
        with suppress(OSError):
            if client.recv(1 << 16):
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                client.recv(1 << 16)
            client.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        for each in (listener, *clients):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def refused_address() -> str:
    """An address that nothing listens at, nor will as long as the tests run."""
    probe = socket.socket()
    probe.bind((HOST, 0))
    REFUSING.append(probe)
    return f"http://localhost:{probe.getsockname()[1]}"


class Authorities:
    """An authority that the machine trusts, and a stranger."""

    def __init__(self, folder: Path) -> None:
        self._own = trustme.CA()
        self.trusted = folder / "trusted.pem"
        self._own.cert_pem.write_to_path(str(self.trusted))

    def own(self) -> ssl.SSLContext:
        return self._context(self._own, "localhost")

    def other_name(self) -> ssl.SSLContext:
        return self._context(self._own, "other.test")

    @classmethod
    def foreign(cls) -> ssl.SSLContext:
        return cls._context(trustme.CA(), "localhost")

    @staticmethod
    def _context(authority: trustme.CA, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        return context
