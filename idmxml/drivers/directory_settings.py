"""The settings that drivers of directories share: addresses, ways to log in, filters, scopes, and times."""

import re
from typing import Final

from idmxml.drivers.directory_requests import ANONYMOUS, BASE, BASIC, NEGOTIATE, ONE_LEVEL, SUBTREE, Access, Account, Times
from idmxml.drivers.driver import Settings
from idmxml.drivers.network_addresses import Address, read_address

SCOPES: Final = {"base": BASE, "onelevel": ONE_LEVEL, "subtree": SUBTREE}
WAYS: Final = (ANONYMOUS, BASIC, NEGOTIATE)
SSL_SETTING: Final = "EnableSSL"
SCHEMES: Final = frozenset({"", "ldap", "ldaps"})
CONTROL_CHARACTER: Final = re.compile(r"[\x00-\x1f]")


def directory_address(settings: Settings, name: str = "Server") -> Address:
    """The address of a server."""
    address = read_address(settings, name)
    if address.scheme not in SCHEMES:
        raise settings.wrong(name, "has a scheme that is not ldap or ldaps")
    return address


def way_to_log_in(settings: Settings) -> str:
    """What ``AuthType`` says: ``anonymous``, ``basic`` or ``negotiate``."""
    way = settings.text("AuthType", NEGOTIATE).strip().casefold()
    if way not in WAYS:
        raise settings.wrong("AuthType", "is none of Anonymous, Basic and Negotiate")
    return way


def account(settings: Settings, way: str) -> Account:
    """Login and password, empty when the way to log in needs none."""
    if way != BASIC:
        return Account()
    login, password = settings.text("Login"), settings.text("Password")
    for name, value in (("Login", login), ("Password", password)):
        if not value.strip():
            raise settings.missing(name)
    return Account(login, password)


def seconds(settings: Settings, name: str, factor: float = 1.0) -> float | None:
    """A time in seconds; None when it is not given, or is not above zero. ``factor`` is what one of its units is."""
    number = settings.number(name, 0)
    return number * factor if number > 0 else None


def scope(settings: Settings) -> str:
    """What ``Scope`` says; the whole tree when it is not given."""
    text = settings.text("Scope", "Subtree").strip().casefold()
    if text not in SCOPES:
        raise settings.wrong("Scope", "is none of Base, OneLevel and Subtree")
    return SCOPES[text]


def distinguished_name(settings: Settings, name: str) -> str:
    """A distinguished name; StageFailure when it can't be one."""
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.dn import parse_dn

    text = settings.text(name).strip()
    if not text:
        raise settings.missing(name)
    try:
        parse_dn(text)
        is_name = not CONTROL_CHARACTER.search(text)
    except (LDAPException, IndexError, ValueError):
        is_name = False
    if not is_name:
        raise settings.wrong(name, "is not a distinguished name", "write it as DC=contoso,DC=com")
    return text


def ldap_filter(settings: Settings, name: str = "Filter") -> str:
    """A filter; StageFailure when it is not well-formed."""
    from ldap3.core.exceptions import LDAPException
    from ldap3.operation.search import parse_filter

    text = settings.text(name).strip()
    if not text:
        raise settings.missing(name)
    text = text if text.startswith("(") else f"({text})"
    try:
        parse_filter(text, None, None, None, None, check_names=False)  # type: ignore[no-untyped-call]
    except (LDAPException, IndexError, ValueError, TypeError, AttributeError):
        hint = "each condition stands in parentheses, as in (&(objectClass=user)(mail=*))"
        raise settings.wrong(name, "is not a well-formed LDAP filter", hint) from None
    return text


def access_of(whole: Settings, server: Settings, times: Times) -> Access:
    """The access to the server of one element of ``Servers``. ``whole`` or ``server`` holds the account, whichever has any."""
    of_server = server if any(server.has(name) for name in ("AuthType", "Login")) else whole
    way = way_to_log_in(of_server)
    ssl = server if server.has(SSL_SETTING) else whole
    address = directory_address(server)
    return Access(
        whole,
        address,
        server.full_name("Server"),
        ssl.full_name(SSL_SETTING),
        of_server.full_name("Login") if way == BASIC else of_server.full_name("AuthType"),
        ssl.flag(SSL_SETTING) or address.scheme == "ldaps",
        way,
        account(of_server, way),
        times,
    )
