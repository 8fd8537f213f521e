"""A proxy that stands before a server, and does what networks and servers do at their worst."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from server_processes import HOST, free_port

CHUNK = 1 << 14


class FaultyProxy:
    """Listens on ``port`` of loopback, before ``target``: a port of loopback, or host and port.

    ``silent`` accepts and says nothing; ``slow`` passes each part of an answer on after ``delay`` seconds; ``cut`` ends the
    connection after ``cut_after`` bytes of the answers, ``stall`` says no more then; ``garbled`` answers with bytes that mean
    nothing; with a ``tls`` context it presents that certificate. ``failures`` is how many connections are treated so; None
    for all.
    """

    def __init__(
        self,
        target: int | tuple[str, int] = 0,
        kind: str = "pass",
        *,
        delay: float = 0.0,
        cut_after: int = 0,
        tls: ssl.SSLContext | None = None,
        failures: int | None = None,
    ) -> None:
        self.target, self.kind, self.delay, self.cut_after, self.tls = target, kind, delay, cut_after, tls
        self.failures = failures
        self.connections = 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0), backlog=50)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self.connections += 1
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            kind = self.kind if self.failures is None or self.connections <= self.failures else "pass"
            if self.tls is not None:
                self.tls.wrap_socket(client, server_side=True).close()
            elif kind == "silent":
                while client.recv(CHUNK):
                    pass
            elif kind == "garbled":
                client.recv(CHUNK)
                client.sendall(b"\x30\x0c\x02\x01\x01HTTP/1.1 400 Bad Request\r\n\r\n" * 3)
                client.close()
            else:
                self._relay(client, kind)

    def _relay(self, client: socket.socket, kind: str) -> None:
        server = socket.create_connection(self.target if isinstance(self.target, tuple) else (HOST, self.target), timeout=10)
        server.settimeout(None)
        self._open.append(server)
        threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
        passed = 0
        while data := server.recv(CHUNK):
            if kind == "slow":
                time.sleep(self.delay)
            part = data[: max(self.cut_after - passed, 0)] if kind in {"cut", "stall"} else data
            client.sendall(part)
            passed += len(part)
            if kind == "cut" and passed >= self.cut_after:
                break
        for each in (client, server):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def refusing_port() -> int:
    """A port that nothing listens at."""
    return free_port()
