"""What is asked of directory servers, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from idmxml.drivers.driver import Settings
from idmxml.drivers.network_addresses import Address

ANONYMOUS, BASIC, NEGOTIATE = "anonymous", "basic", "negotiate"
BASE, ONE_LEVEL, SUBTREE = "BASE", "LEVEL", "SUBTREE"
ANYTHING: Final = "(objectClass=*)"

Control = tuple[str, bool, bytes | None]


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in; both are empty when that takes no password."""

    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Times:
    """Limits in seconds, None for no other limit than that of the connection.

    ``retry_delay`` is the wait before a request that timed out is sent again, None when it is not.
    """

    connect: float | None = None
    request: float | None = None
    retry_delay: float | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How to get at a server. Names of settings are full ones; ``way`` is ``anonymous``, ``basic`` or ``negotiate``."""

    settings: Settings
    address: Address
    server_setting: str
    ssl_setting: str
    login_setting: str
    is_encrypted: bool
    way: str
    account: Account = field(default_factory=Account)
    times: Times = field(default_factory=Times)

    @property
    def port(self) -> int:
        """The port: the one written, else the usual one."""
        return self.address.port or (636 if self.is_encrypted and not self.starts_plain else 389)

    @property
    def starts_plain(self) -> bool:
        """Whether the address asks for a connection that begins without TLS."""
        return self.address.scheme == "ldap"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that a search found: its name, and the values by attribute in lower case, as bytes."""

    dn: str
    values: Mapping[str, tuple[bytes, ...]] = field(repr=False)

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of an attribute as texts."""
        return tuple(each.decode("utf-8", "replace") for each in self.values.get(name.lower(), ()))

    def text(self, name: str) -> str:
        """The first value of an attribute; empty when it has none."""
        return next(iter(self.texts(name)), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search came back with: the code, the entries, and the controls by their number."""

    code: int
    entries: tuple[Entry, ...] = ()
    controls: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: entries below ``base`` that ``filter`` selects, with ``attributes``, at most ``limit``; 0 for all."""

    base: str
    filter: str = ANYTHING
    scope: str = SUBTREE
    attributes: tuple[str, ...] = ("1.1",)
    limit: int = 0
    is_paged: bool = True
    controls: tuple[Control, ...] = ()
