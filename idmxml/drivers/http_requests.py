"""Requests over HTTP by httpx: where answers lead on to, messages of a login, and limits of size and time.

No text tells an address, as settings may keep it secret, nor anything of an answer.
"""

import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from idmxml.drivers.http_answers import LARGEST, Answer, is_unpackable
from idmxml.drivers.network_addresses import UNKNOWN_HOST
from idmxml.drivers.proxies import NO_WAY, PROXY_HINT
from idmxml.drivers.tls_verification import tls_failure
from idmxml.stages import Failure, Stage, StageFailure

if TYPE_CHECKING:
    from httpx import Auth, Client, Response
    from httpx import Request as HttpRequest

MOST_REDIRECTS: Final = 5
ELSEWHERE_HINT: Final = "give the address that it sends on to, when that is the service that is meant"
BROKEN_OFF: Final = ("disconnected", "peer closed")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: an address whose setting is told when it can't be reached, and a form or a body when it is posted."""

    url: str = field(repr=False)
    setting: str
    stage: Stage
    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)
    exchange: "Auth | None" = field(default=None, repr=False)

    @property
    def is_posted(self) -> bool:
        """Whether it holds something, which goes to no other address."""
        return self.form is not None or self.body is not None


def answer_to(request: Request, client: "Client", remaining: Callable[[], float]) -> Answer:
    """The answer of where a request leads to in the end; StageFailure when there is none. What is posted is not sent on.

    ``remaining`` gives the seconds that one request may take, or raises StageFailure.
    """
    import httpx

    started: list[HttpRequest] = []
    try:
        return _followed(request, client, remaining, started)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, OSError) as error:
        failure = request_failure(error, request)
    if started and not is_own_host(started[-1], started[0]):
        message = f"the service sends on to another host: {failure.message}"
        raise StageFailure(failure.failure, message, setting=failure.setting, hint=ELSEWHERE_HINT, stage=failure.stage)
    raise failure


def _followed(request: Request, client: "Client", remaining: Callable[[], float], started: "list[HttpRequest]") -> Answer:
    """The answer; ``started`` takes each request that is sent on the way."""
    asked = first = client.build_request(
        "POST" if request.is_posted else "GET",
        request.url,
        headers=dict(request.headers),
        data=None if request.form is None else dict(request.form),
        content=request.body,
    )
    for _step in range(MOST_REDIRECTS + 1):
        started.append(asked)
        is_own = is_own_host(asked, first)
        answer, following = _exchanged(_messages(asked, request.exchange if is_own else None), request, client, remaining)
        if following is None or request.is_posted:
            had_login = "Authorization" in first.headers or request.exchange is not None
            if answer.status == 401 and had_login and not is_own and "Authorization" not in asked.headers:
                message = "the service sends on to another host, which wants a login, and gets none as it is another one"
                raise StageFailure(Failure.LOGIN_REFUSED, message, setting=request.setting, hint=ELSEWHERE_HINT)
            return answer
        if asked.url.scheme == "https" != following.url.scheme:
            raise _malformed("the service sends on from an encrypted address to one that is not", request)
        asked = following
    raise _malformed("the service sends on from one address to the next without an end", request)


def is_own_host(asked: "HttpRequest", first: "HttpRequest") -> bool:
    """Whether a request goes where the first one went, at most to TLS at the usual port: then it may have the login."""
    one, other = ((each.url.scheme, each.url.host, each.url.port) for each in (asked, first))
    return one == other or (one, other) == (("https", first.url.host, None), ("http", first.url.host, None))


Messages = Generator["HttpRequest", "Response", None]


def _messages(asked: "HttpRequest", exchange: "Auth | None") -> Messages:
    """What is sent: one message, or those of an exchange, each after the answer to the one before."""
    if exchange is None:
        yield asked
    else:
        yield from exchange.auth_flow(asked)


def _exchanged(
    messages: Messages, request: Request, client: "Client", remaining: Callable[[], float]
) -> tuple[Answer, "HttpRequest | None"]:
    """The last answer, and the request that it sends on to, if any."""
    import httpx

    message = next(messages)
    while True:
        seconds = remaining()
        ends = time.monotonic() + seconds
        message.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
        with closing(client.send(message, stream=True, auth=None, follow_redirects=False)) as response:
            more = _next(messages, response)
            answer = Answer(response.status_code, dict(response.headers), _body(response, request, ends))
        if more is None:
            return answer, response.next_request
        message = more


def _next(messages: Messages, response: "Response") -> "HttpRequest | None":
    try:
        return messages.send(response)
    except StopIteration:
        return None


def _body(response: "Response", request: Request, ends: float) -> bytes:
    """The whole body; StageFailure when it is larger than a schema can be, or does not end in time."""
    if not is_unpackable(response.headers):
        raise _malformed("the answer is packed in a way that was not asked for", request)
    body = bytearray()
    for part in response.iter_bytes():
        if time.monotonic() > ends:
            message = "the answer of the service does not end in time"
            raise StageFailure(Failure.TIMEOUT, message, setting=request.setting, stage=request.stage)
        body += part
        if len(body) > LARGEST:
            raise _malformed("the answer is larger than a schema can be", request)
    return bytes(body)


def _malformed(message: str, request: Request) -> StageFailure:
    return StageFailure(Failure.MALFORMED_ANSWER, message, setting=request.setting, stage=request.stage)


def request_failure(error: Exception, request: Request) -> StageFailure:
    """The failure for what came out of a request, without any of its text, which may hold the address."""
    handshake = next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)
    if handshake is not None:
        return tls_failure(handshake, request.setting)
    if _is_of_proxy(error):
        return StageFailure(Failure.UNREACHABLE, NO_WAY, hint=PROXY_HINT, stage=request.stage)
    failure, message = _told(error)
    return StageFailure(failure, message, setting=request.setting, stage=request.stage)


def _is_of_proxy(error: Exception) -> bool:
    import httpx

    return isinstance(error, httpx.ProxyError)


def _told(error: Exception) -> tuple[Failure, str]:
    import httpx

    kinds = {type(each) for each in _causes(error)}
    if isinstance(error, httpx.TimeoutException):
        return Failure.TIMEOUT, "the service gave no answer in time"
    if socket.gaierror in kinds:
        return Failure.NAME_UNKNOWN, UNKNOWN_HOST
    if ConnectionRefusedError in kinds:
        return Failure.REFUSED, "the host refuses connections"
    if isinstance(error, httpx.ConnectError):
        return Failure.UNREACHABLE, "the host can't be reached"
    if isinstance(error, httpx.NetworkError) or any(each in str(error) for each in BROKEN_OFF):
        return Failure.CUT_OFF, "the connection broke before the service had answered"
    return Failure.MALFORMED_ANSWER, f"the answer of the service can't be understood ({type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _step in range(20):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
