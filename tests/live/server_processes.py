"""Starts the servers of live tests on loopback, and ends them whole: their processes by number, their folders with them."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE, STOPPING = 60.0, 10.0


class NotStartedError(Exception):
    """A server ended before it was ready, or never became ready."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, host: str = HOST) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


@contextmanager
def folder_for(user: str | None, name: str) -> Iterator[Path]:
    """A folder of the server's own, owned by ``user`` when that is not the one who runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix=f"idmxml-{name}-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str | Path], user: str | None = None, text: str = "") -> str:
    """What a program that ends by itself says; NotStartedError when it fails."""
    done = subprocess.run(  # noqa: PLW1510  its end is looked at
        [str(each) for each in command], input=text, capture_output=True, text=True, user=user, cwd="/", timeout=120
    )
    if done.returncode:
        raise NotStartedError(f"{command[0]} failed: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


@contextmanager
def running(
    command: Sequence[str | Path],
    is_ready: Callable[[], bool],
    log: Path,
    *,
    user: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """A server for as long as the block lasts."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*_bound_to_tests(), *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            user=user,
            cwd="/",
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        _wait(process, is_ready, log)
        yield
    finally:
        _stop(process)


def _bound_to_tests() -> tuple[str, ...]:
    """What makes a server end when the tests are killed, where the system can do that."""
    found = shutil.which("setpriv")
    return (found, "--pdeathsig", "TERM", "--") if found else ()


def _wait(process: "subprocess.Popen[bytes]", is_ready: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None or time.monotonic() > until:
            said = log.read_text("utf-8", "replace")[-2000:]
            raise NotStartedError(f"{process.args!r} did not start: {said}")
        time.sleep(0.05)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process and those it started, which share its session."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPPING)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPPING)


@contextmanager
def persistent(start: Callable[[], "Iterator[object]"], attempts: int = 3) -> Iterator[object]:
    """What ``start`` yields; started anew when another program took its port in between."""
    for attempt in range(1, attempts + 1):
        begun = start()
        try:
            server = next(begun)
        except NotStartedError:
            if attempt == attempts:
                raise
            continue
        try:
            yield server
        finally:
            next(begun, None)
        return
