"""Requests to vaults through httpx: certificates always verified, limits of time and size, no redirection followed.

No text tells an address, nor anything of an answer.
"""

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

from idmxml.drivers.driver import dependency_failure, require
from idmxml.drivers.http_answers import PACKINGS, Answer, is_unpackable, loose_object, status_failure
from idmxml.drivers.http_requests import Request, request_failure
from idmxml.errors import EnvironmentFault
from idmxml.stages import Failure, Stage, StageFailure

if TYPE_CHECKING:
    from httpx import Client, Response

LONGEST_REQUEST: Final = 100.0
PROXY_FORM_HINT: Final = "write HTTPS_PROXY as http://host:port, and hosts without a proxy in NO_PROXY, with commas between"
LARGEST: Final = 4 << 20
"""Bytes of an answer that are read at most: a page of names, or a secret."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom; ``service`` is its name in messages. A form is posted; ``seconds`` limits the whole request."""

    service: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    seconds: float = LONGEST_REQUEST


class VaultHttp:
    """Requests until ``deadline``, a time of ``time.monotonic``. All failures are those of the stage of secrets.

    ``extra`` is the one of this distribution that has the library; ``context`` makes the settings of TLS. ``by_proxy`` tells
    whether the proxy of the machine is used, such as that of ``HTTPS_PROXY``.
    """

    def __init__(self, extra: str, context: Callable[[], ssl.SSLContext], deadline: float, *, by_proxy: bool = False) -> None:
        self._extra = extra
        self._context = context
        self._by_proxy = by_proxy
        self.deadline = deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> "Client":
        httpx = library("httpx", self._extra)
        for name in ("httpx", "httpcore"):  # they log addresses and headers
            logging.getLogger(name).setLevel(logging.WARNING)
        context = self._context()
        try:
            client: Client = httpx.Client(
                verify=context,
                trust_env=self._by_proxy,
                mounts={"http://": None},  # that is Azure on this machine, which no proxy reaches, nor may know its secrets
                follow_redirects=False,
                headers={"Accept-Encoding": PACKINGS},
            )
        except (httpx.InvalidURL, ValueError, ImportError):  # ImportError: a proxy of SOCKS
            message = "the proxy that the environment of this machine names can't be used"
            raise StageFailure(Failure.SETTING_WRONG, message, hint=PROXY_FORM_HINT, stage=Stage.SECRET) from None
        return client

    def remaining(self, longest: float = LONGEST_REQUEST) -> float:
        """The seconds that are left, at most ``longest``; StageFailure when time is over."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise StageFailure(Failure.TIMEOUT, "the time given to the connection is over", stage=Stage.SECRET)
        return max(min(left, longest), 0.01)

    def answer(self, question: Question) -> Answer:
        """The answer, whatever its status; StageFailure when there is none."""
        client = self._client
        import httpx

        request = Request(question.url, "", Stage.SECRET, question.headers, question.form)
        seconds = self.remaining(question.seconds)
        ends = time.monotonic() + seconds
        try:
            with client.stream(
                "GET" if request.form is None else "POST",
                request.url,
                headers=dict(request.headers),
                data=None if request.form is None else dict(request.form),
                timeout=seconds,
            ) as response:
                return Answer(response.status_code, dict(response.headers), _body(response, ends))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, OSError) as error:
            cause = request_failure(error, request)
        except StageFailure as failure:
            cause = failure
        raise about(cause, f"{question.service} can't be asked: {cause.message}")


def _body(response: "Response", ends: float) -> bytes:
    if not is_unpackable(response.headers):
        message = "its answer is packed in a way that was not asked for"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, stage=Stage.SECRET)
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST:
            raise StageFailure(Failure.MALFORMED_ANSWER, "its answer is larger than a secret can be", stage=Stage.SECRET)
        if time.monotonic() > ends:
            raise StageFailure(Failure.TIMEOUT, "its answer does not end in time", stage=Stage.SECRET)
    return bytes(body)


def library(module: str, extra: str) -> Any:
    """The module of an optional library; StageFailure with the command that installs it when it is missing."""
    try:
        return require(module, extra)
    except EnvironmentFault as fault:
        raise dependency_failure(fault, stage=Stage.SECRET) from None


def about(cause: StageFailure, message: str) -> StageFailure:
    """The same failure in other words, as one of the stage of secrets."""
    return StageFailure(cause.failure, message, hint=cause.hint, stage=Stage.SECRET)


def unexpected(answer: Answer, service: str) -> StageFailure:
    """The failure for a status that is no success, and that nothing better is said of."""
    cause = status_failure(answer, Stage.SECRET, "")
    return about(cause, f"{service} can't be asked: {cause.message}")


def json_object(answer: Answer, service: str) -> Mapping[str, Any]:
    """The object in an answer; StageFailure when it is something else."""
    found = loose_object(answer)
    if found is None:
        what = "a web page" if answer.is_page else "something else" if answer.body else "nothing at all"
        raise StageFailure(
            Failure.MALFORMED_ANSWER, f"{service} answers with {what} in place of a JSON object", stage=Stage.SECRET
        )
    return found
