"""A session with an HTTP service through httpx: reached, encrypted, logged in, and asked with limits of time and size.

Certificates are always verified: no setting of these services says otherwise. Accounts that this machine is set up with are
not used, and of its proxies the one that the agent uses alone. No text tells an address, as settings may keep it secret, nor
anything of an answer.
"""

import json
import logging
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, Self

from idmxml.drivers.driver import Failure, Settings, Skip, Stage, StageFailure, StageResult, passed, require, skipped
from idmxml.drivers.http_answers import PACKINGS, Answer, status_failure
from idmxml.drivers.http_login import HttpAddress, Login, token_header
from idmxml.drivers.http_requests import Request, answer_to
from idmxml.drivers.network_addresses import reach
from idmxml.drivers.proxies import Proxy, tunnel
from idmxml.drivers.tls_verification import tls_failure, verifying_context
from idmxml.stages import without_telling

if TYPE_CHECKING:
    from httpx import BaseTransport, Client

EXTRA: Final = "http"
JSON: Final = "application/json"
"""What ``accept`` is for most services."""
LONGEST_REQUEST: Final = 100.0
"""Seconds that a request may take, as with the HTTP client of .NET, which the agent uses."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted, such as an envelope of SOAP, and the headers that tell of it; their names are in any case."""

    content: bytes = field(repr=False)
    headers: Mapping[str, str]


@contextmanager
def connected(settings: Settings, address: HttpAddress, login: Login) -> Iterator["Session"]:
    """A session that is reached, encrypted and has its token, without telling the stages."""
    with Session(settings, address, login) as session:
        without_telling(session.connect())
        yield session


class Session:
    """Requests to one service. Its methods raise ``StageFailure``, and no exception of httpx."""

    def __init__(self, settings: Settings, address: HttpAddress, login: Login, longest: float = LONGEST_REQUEST) -> None:
        require("httpx", EXTRA)
        self.settings = settings
        self.address = address
        self.login = login
        self.longest = longest
        self._authorization = login.header

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return verifying_context()

    @cached_property
    def _client(self) -> "Client":
        import httpx

        for name in ("httpx", "httpcore"):  # they log addresses, which may be secret, and headers
            logging.getLogger(name).setLevel(logging.WARNING)
        return httpx.Client(
            verify=self._context, transport=self._transport(), trust_env=False, headers={"Accept-Encoding": PACKINGS}
        )

    def _transport(self) -> "BaseTransport | None":
        """What leads through the proxy of this machine; None without one."""
        if self.settings.proxy is None:
            return None
        from idmxml.drivers.proxied_transport import ProxiedTransport

        return ProxiedTransport(self.settings.proxy, self._context)

    @cached_property
    def _proxy(self) -> Proxy | None:
        """The proxy through which the service itself is asked."""
        proxy, address = self.settings.proxy, self.address
        return proxy if proxy is not None and address.is_encrypted and proxy.is_for(address.host) else None

    def connect(self) -> Generator[StageResult, None, None]:
        """Reach the service, encrypt, and get a token when the login asks for one."""
        yield self._reach()
        yield self._encrypt()
        self._fetch_token()

    def _reach(self) -> StageResult:
        address, seconds = self.address, self.settings.remaining(self.longest)
        if self._proxy is not None:
            self._connection(seconds).close()
            return passed(Stage.REACH, f"the proxy of this machine leads to port {address.port}")
        reach(address.host, address.port, seconds, address.setting)
        return passed(Stage.REACH, f"port {address.port} answers")

    def _encrypt(self) -> StageResult:
        address = self.address
        if not address.is_encrypted:
            return skipped(Stage.TLS, Skip.NOT_APPLICABLE, "the address begins with http, so nothing is encrypted")
        seconds = self.settings.remaining(self.longest)
        try:
            with (
                self._connection(seconds) as plain,
                self._context.wrap_socket(plain, server_hostname=address.host),
            ):
                pass
        except TimeoutError:
            message = "the server does not answer when TLS is to begin"
            raise StageFailure(Failure.TIMEOUT, message, setting=address.setting, stage=Stage.TLS) from None
        except (OSError, ValueError) as error:
            raise tls_failure(error, address.setting) from None
        return passed(Stage.TLS, "certificate verified")

    def _connection(self, seconds: float) -> socket.socket:
        address = self.address
        if self._proxy is not None:
            return tunnel(self._proxy, address.host, address.port, seconds, address.setting)
        return socket.create_connection((address.host, address.port), timeout=seconds)

    def logged_in(self) -> StageResult:
        """The stage of the login, to be told once a request was answered."""
        addresses = [self.address, *([self.login.request.address] if self.login.request else [])]
        is_sent = bool(self._authorization) or self.login.is_in_body
        is_told = is_sent and not all(each.is_encrypted for each in addresses)
        return passed(Stage.LOGIN, self.login.words, *(("the login went over the network unencrypted",) if is_told else ()))

    def _fetch_token(self) -> None:
        wanted = self.login.request
        if wanted is None:
            return
        setting = wanted.address.setting
        request = Request(wanted.address.url, setting, Stage.LOGIN, {"Accept": "application/json"}, wanted.form)
        answer = self._send(request)
        if answer.status in {400, 401, 403}:
            raise wanted.refusal(answer) or self.refused("the service that gives tokens refuses the account")
        if not answer.is_success:
            raise status_failure(answer, Stage.LOGIN, setting)
        stored = read_json(answer, Stage.LOGIN, setting)
        token = stored.get("access_token") if isinstance(stored, Mapping) else None
        if not isinstance(token, str) or not token.strip():
            message = "the service that gives tokens answers without one"
            raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting, stage=Stage.LOGIN)
        try:
            self._authorization = token_header(self.settings, setting, token)
        except StageFailure:
            message = "the service that gives tokens gives one that can't be sent"
            raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting, stage=Stage.LOGIN) from None

    def refused(self, message: str) -> StageFailure:
        """The failure for an account that is not let in."""
        return StageFailure(Failure.LOGIN_REFUSED, message, setting=self.login.setting, hint=self.login.hint)

    def answer(self, path: str, accept: str, stage: Stage, body: Body | None = None) -> Answer:
        """The answer for what lies at ``path`` of the service, whatever its status, but for a login that is refused.

        A ``body`` is posted; then no redirection is followed.
        """
        answer = self.any_answer(path, accept, stage, body)
        if answer.status == 401:
            raise self.refused("the service refuses the login" if self.has_login else "the service wants a login")
        return answer

    def use(self, login: Login) -> None:
        """Log in so from now on."""
        self.login = login
        self._authorization = login.header

    @property
    def has_login(self) -> bool:
        """Whether requests tell an account or a token."""
        return bool(self._authorization) or self.login.is_in_body or self.login.exchange is not None

    def any_answer(self, path: str, accept: str, stage: Stage, body: Body | None = None) -> Answer:
        """The answer whatever its status."""
        headers = {"Accept": accept, **({"Authorization": self._authorization} if self._authorization else {})}
        content = None
        if body is not None:
            headers, content = {**headers, **body.headers}, body.content
        url, exchange = f"{self.address.url}{path}", self.login.exchange
        return self._send(Request(url, self.address.setting, stage, headers, body=content, exchange=exchange))

    def fetch(self, path: str, accept: str, stage: Stage) -> Answer:
        """The answer; StageFailure for any status that is no success."""
        answer = self.answer(path, accept, stage)
        if not answer.is_success:
            raise self.failed(answer, stage)
        return answer

    def fetch_json(self, path: str, accept: str, stage: Stage) -> Any:
        """The answer as JSON; StageFailure when it is none."""
        return self.read_json(self.fetch(path, accept, stage), stage)

    def read_json(self, answer: Answer, stage: Stage) -> Any:
        """An answer as JSON; StageFailure when it is none, or its status is no success."""
        if not answer.is_success:
            raise self.failed(answer, stage)
        return read_json(answer, stage, self.address.setting)

    def failed(self, answer: Answer, stage: Stage) -> StageFailure:
        """The failure for a status that is no success: of the account when it is denied, else of the address."""
        return status_failure(answer, stage, self.login.setting if answer.status == 403 else self.address.setting)

    def _send(self, request: Request) -> Answer:
        return answer_to(request, self._client, partial(self._remaining, request.stage))

    def _remaining(self, stage: Stage) -> float:
        try:
            return self.settings.remaining(self.longest)
        except StageFailure as failure:
            raise StageFailure(failure.failure, failure.message, stage=stage) from None


def read_json(answer: Answer, stage: Stage, setting: str) -> Any:
    """The body as JSON; StageFailure when it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        what = "a web page" if answer.is_page else "something else"
        message = f"the answer is no JSON but {what}" if answer.body else "the answer is empty"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting, stage=stage) from None
