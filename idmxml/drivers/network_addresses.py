"""Addresses of servers as settings write them: a host, maybe with a port, a scheme or brackets around an IPv6 address."""

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from idmxml.stages import Failure, StageFailure

if TYPE_CHECKING:
    from idmxml.drivers.settings import Settings  # which knows of proxies, and these of addresses

ADDRESS: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:\[(?P<bracketed>[0-9A-Fa-f:.%]+)\]|(?P<host>[^\s\0/:\[\]]+))"
    r"(?::(?P<port>\d{1,5}))?/?"
)
NO_PORT: Final = 1 << 16
"""The first number that is no port."""
NO_SUCH_PORT: Final = "has a port that does not exist"
PORTS_HINT: Final = "ports go from 1 to 65535"
UNKNOWN_HOST: Final = "the name of the host is not known here"
LONGEST_NAME: Final = 253
LONGEST_WAIT: Final = 3600.0
"""Seconds that any wait for a network lasts at most, where neither settings nor the caller limit it."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port. ``scheme`` is in lower case, empty when none is written; so is ``port`` None."""

    host: str
    port: int | None = None
    scheme: str = ""


def read_address(settings: "Settings", name: str) -> Address:
    """The address that the setting ``name`` gives; StageFailure when it is none."""
    text = settings.text(name).strip()
    if not text:
        raise settings.missing(name)
    match = ADDRESS.fullmatch(text)
    if match is None:
        raise settings.wrong(name, "is not the address of a server", "write the name of a host, and a port after a colon")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not is_port(port):
        raise settings.wrong(name, NO_SUCH_PORT, PORTS_HINT)
    host = match["bracketed"] or match["host"]
    if not is_host(host):
        raise settings.wrong(name, "is not the name of a host")
    return Address(host, port, (match["scheme"] or "").lower())


def is_host(host: str) -> bool:
    """Whether a text can be the name of a host, or an address."""
    return 0 < len(host) <= LONGEST_NAME and all(host.rstrip(".").split("."))


def is_port(number: int) -> bool:
    """Whether there is a port of this number."""
    return 0 < number < NO_PORT


def reach(host: str, port: int, seconds: float, setting: str) -> None:
    """Open a connection to a port and close it again; StageFailure that tells why it can't be done.

    ``setting`` is the full name of the setting that gives the address. No text holds the name of the host, as settings may
    keep it secret.
    """
    if not is_port(port):
        raise StageFailure(Failure.SETTING_WRONG, f"'{setting}' {NO_SUCH_PORT}", setting=setting, hint=PORTS_HINT)
    seconds = min(seconds, LONGEST_WAIT)
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except (socket.gaierror, UnicodeError):
        raise StageFailure(Failure.NAME_UNKNOWN, UNKNOWN_HOST, setting=setting) from None
    except ConnectionRefusedError:
        raise StageFailure(Failure.REFUSED, f"the host refuses connections to port {port}", setting=setting) from None
    except TimeoutError:
        message = f"the host does not answer at port {port} within {seconds:.0f} seconds"
        raise StageFailure(Failure.UNREACHABLE, message, setting=setting) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        message = f"the host can't be reached at port {port}: {why.lower()}"
        raise StageFailure(Failure.UNREACHABLE, message, setting=setting) from None
