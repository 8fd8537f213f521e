"""Addresses and logins of HTTP services as settings give them: a token, an account, or a client that gets a token first."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from idmxml.drivers.driver import Settings, StageFailure
from idmxml.drivers.http_answers import Answer
from idmxml.drivers.network_addresses import is_host

if TYPE_CHECKING:
    from httpx import Auth

PORTS: Final = {"http": 80, "https": 443}
BEARER: Final = "Bearer"
ACCEPTED: Final = "a token was given and accepted"
ADDRESS_HINT: Final = "write it whole, as in https://host/path"


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """Where a service is. ``setting`` is the full name of the one that gives it; ``path`` has no slash at its end."""

    setting: str
    scheme: str
    host: str = field(repr=False)
    port: int
    path: str = field(default="", repr=False)

    @property
    def is_encrypted(self) -> bool:
        """Whether it is spoken to by TLS."""
        return self.scheme == "https"

    @property
    def url(self) -> str:
        """The whole address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def read_http_address(settings: Settings, name: str) -> HttpAddress:
    """The address that the setting ``name`` gives; StageFailure when it is none. An account inside it is passed over."""
    text = settings.text(name).strip()
    if not text:
        raise settings.missing(name)
    return http_address(settings, name, text)


def http_address(settings: Settings, name: str, text: str) -> HttpAddress:
    """The address in a text that the setting ``name`` gives, or has a part in."""
    wrong = settings.wrong(name, "is not the address of an HTTP service", ADDRESS_HINT)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.hostname or ""
    if parts.scheme not in PORTS or port == 0 or not is_host(host) or not text.isprintable() or " " in text:
        raise wrong
    return HttpAddress(settings.full_name(name), parts.scheme, host, port or PORTS[parts.scheme], parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """The request that gets a token: where it is sent, and its form.

    ``refusal`` makes the failure that an answer tells of; None when it tells nothing in particular.
    """

    address: HttpAddress
    form: Mapping[str, str] = field(repr=False)
    refusal: Callable[[Answer], StageFailure | None] = field(default=lambda _answer: None, repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """How requests are authenticated. ``setting`` is the full name of the one to correct when the login is refused.

    ``header`` is the value of ``Authorization``, empty for none. ``request`` gets a token that makes one. ``hint`` says
    what to do beyond the usual advice when it is refused. ``is_in_body`` when what is posted holds the login, as with SOAP.
    ``exchange`` answers what a service demands of each connection, as with NTLM.
    """

    setting: str
    words: str
    header: str = field(default="", repr=False)
    request: TokenRequest | None = None
    hint: str = ""
    is_in_body: bool = False
    exchange: "Auth | None" = field(default=None, repr=False)


def anonymous(settings: Settings, name: str, hint: str) -> Login:
    """No login; ``name`` is the setting that would give one."""
    return Login(settings.full_name(name), "no login, as the settings give none", hint=hint)


def by_token(settings: Settings, name: str, kind: str = BEARER) -> Login:
    """By a token that the setting ``name`` gives, of a kind of HTTP authentication."""
    return Login(settings.full_name(name), "the token was accepted", token_header(settings, name, settings.text(name), kind))


def is_token(text: str) -> bool:
    """Whether a token can be sent in a header."""
    return text.isascii() and text.isprintable() and " " not in text


def token_header(settings: Settings, name: str, token: str, kind: str = BEARER) -> str:
    """The header for a token, which may be written with its kind before it."""
    token = token.strip()
    token = token[len(kind) :].strip() if token.casefold().startswith(f"{kind} ".casefold()) else token
    if not is_token(token):
        raise settings.wrong(name, "is not a token that can be sent")
    return f"{kind} {token}"


def by_account(settings: Settings) -> Login:
    """By HTTP Basic authentication."""
    name, secret = given(settings, "Login"), given(settings, "Password")
    if ":" in name:
        raise settings.wrong("Login", "holds a colon, which HTTP Basic authentication does not allow")
    pair = base64.b64encode(f"{name}:{secret}".encode()).decode("ascii")
    return Login(settings.full_name("Login"), "the password was accepted", f"Basic {pair}")


def by_request(settings: Settings, address: str, setting: str, form: Mapping[str, str]) -> Login:
    """By a token that the service at the setting ``address`` gives for ``form``; ``setting`` names the account in it."""
    request = TokenRequest(read_http_address(settings, address), form)
    return Login(settings.full_name(setting), ACCEPTED, request=request)


def is_given(settings: Settings, name: str) -> bool:
    """Whether the setting holds a text that is not blank."""
    return settings.has(name) and bool(settings.text(name).strip())


def given(settings: Settings, name: str) -> str:
    """The text of a setting; StageFailure when it is missing or blank."""
    if not is_given(settings, name):
        raise settings.missing(name)
    return settings.text(name)
