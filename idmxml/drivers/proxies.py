"""The proxy through which the agent sends encrypted requests: ``HTTPS_PROXY``, but for the hosts of ``NO_PROXY``."""

import base64
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote

from idmxml.drivers.network_addresses import LONGEST_WAIT, UNKNOWN_HOST, is_host, is_port
from idmxml.stages import Failure, StageFailure

HTTPS_PROXY: Final = "HTTPS_PROXY"
NO_PROXY: Final = "NO_PROXY"
PORT: Final = 80
MOST_LETTERS: Final = 64  # fewer than these are between two dots of a name
PROXY_HINT: Final = f"check {HTTPS_PROXY}, or name the host in {NO_PROXY}"
LOGIN_HINT: Final = f"write {HTTPS_PROXY} as http://user:password@host:port, what is special in them percent-encoded"
NO_WAY: Final = "the proxy of this machine does not let it through"
WANTS_LOGIN: Final = re.compile(r"Tunnel connection failed: 407\b")
FORM: Final = re.compile(
    r"(?:http://(?:(?P<user>[^\s:@/]+):(?P<password>[^\s@/]*)@)?)?"
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s\0/:@\[\]?#]+))(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII,
)
NUMBERS: Final = re.compile(r"[0-9.]+")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, the account it wants (None for none), and the hosts that are asked without it, as ``folded`` tells names.

    A host that begins with a dot stands for the domain and all hosts in it.
    """

    host: str = field(repr=False)
    port: int
    account: tuple[str, str] | None = field(default=None, repr=False)
    spared: tuple[str, ...] = field(default=(), repr=False)

    def is_for(self, host: str) -> bool:
        """Whether a host is asked through the proxy."""
        name = folded(host)
        return not any(name == each.removeprefix(".") or (each[0] == "." and name.endswith(each)) for each in self.spared)

    @property
    def authorization(self) -> str:
        """The value of ``Proxy-Authorization``; empty without account."""
        return f"Basic {base64.b64encode(':'.join(self.account).encode()).decode()}" if self.account is not None else ""

    @property
    def url(self) -> str:
        """The whole address, without the account."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def tunnel(proxy: Proxy, host: str, port: int, seconds: float, setting: str) -> socket.socket:
    """A connection to a port through the proxy; StageFailure that tells why there is none, without any name of a host.

    ``setting`` is the full name of the one that gives the address.
    """
    from http.client import HTTPConnection, HTTPException  # few connections have a proxy

    name = folded(host)
    if not _is_usable(name):
        raise StageFailure(Failure.NAME_UNKNOWN, UNKNOWN_HOST, setting=setting)
    way = HTTPConnection(proxy.host, proxy.port, timeout=min(seconds, LONGEST_WAIT))
    try:
        account = {"Proxy-Authorization": proxy.authorization} if proxy.account is not None else None
        way.set_tunnel(f"[{name}]" if ":" in name else name, port, account)
        way.connect()
    except (OSError, HTTPException, ValueError) as error:
        way.close()
        raise _failure(error) from None
    return way.sock


def _failure(error: Exception) -> StageFailure:
    """The failure for what came out of a tunnel, without its text, which may hold the address."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return StageFailure(Failure.NAME_UNKNOWN, "the name of the proxy is not known here", hint=PROXY_HINT)
    if isinstance(error, ConnectionRefusedError):
        return StageFailure(Failure.REFUSED, "the proxy of this machine refuses connections", hint=PROXY_HINT)
    if isinstance(error, TimeoutError):
        return StageFailure(Failure.TIMEOUT, "the proxy of this machine does not answer in time", hint=PROXY_HINT)
    if WANTS_LOGIN.search(str(error)):
        return StageFailure(Failure.UNREACHABLE, "the proxy of this machine wants another login", hint=LOGIN_HINT)
    return StageFailure(Failure.UNREACHABLE, NO_WAY, hint=PROXY_HINT)


def passed_over(variables: Mapping[str, str]) -> str | None:
    """A note on a proxy that is named in a form that is not read; None when it is read, or none is named."""
    if proxy_of(variables) is not None or not any(
        value.strip() for name, value in variables.items() if name.upper() == HTTPS_PROXY
    ):
        return None
    return f"{HTTPS_PROXY} is passed over, as the agent does with all but host:port and http://user:password@host:port."


def proxy_of(variables: Mapping[str, str]) -> Proxy | None:
    """The proxy that environment variables name; None when they name none, or something else, which the agent passes over.

    It is written as ``host``, ``host:port`` or ``http://user:password@host:port``, with nothing behind.
    """
    given = {name.upper(): value for name, value in sorted(variables.items())}
    match = FORM.fullmatch(given.get(HTTPS_PROXY, "").strip())
    if match is None:
        return None
    host, port = folded(match["bracketed"] or match["host"]), int(match["port"] or PORT)
    if not _is_usable(host) or not is_port(port):
        return None
    user = match["user"]
    account = (unquote(user), unquote(match["password"])) if user is not None else None
    if account is not None and not all(map(_is_text, account)):
        return None
    spared = map(folded, given.get(NO_PROXY, "").split(","))
    return Proxy(host, port, account, tuple(each for each in spared if each.strip(".")))


def folded(name: str) -> str:
    """The name of a host as it is compared: in lower case, in ASCII where that can be, without brackets and dot at its end."""
    told = name.strip().strip("[]").rstrip(".").lower()
    try:
        return told if told.isascii() else told.encode("idna").decode("ascii")
    except UnicodeError:
        return told


def _is_usable(host: str) -> bool:
    """Whether a host can be asked: a name in ASCII, or an address as it has to be written."""
    if not is_host(host) or not host.isascii() or not host.isprintable():
        return False
    if ":" not in host and not NUMBERS.fullmatch(host):
        return all(0 < len(label) < MOST_LETTERS for label in host.split("."))
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeError:
        return False
    return True
