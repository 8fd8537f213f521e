"""What every driver of an HTTP service has to tell apart, and how the requirements are run with limits of time."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from http_service import Answering, Asked, Authorities, Told, port_that, refused_address, service

from idmxml.drivers.driver import Settings
from idmxml.stages import Failure
from idmxml.testing.driver_suite import DriverCase, FailingCase

PAGE = Told(200, b"<html>Log in</html>", "text/html")
HASTY = frozenset({"silent", "slow"})
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
LONG = 1.2


@dataclass(frozen=True)
class Service:
    """A service that faults are put into: ``path`` is one that check and discovery both ask for.

    ``make`` gives the settings for an address, and ``answering`` a service with answers in place of the right ones.
    """

    make: Callable[[str], Settings]
    answering: Callable[[Mapping[str, Told]], Answering]
    path: str
    login: str
    is_discovered: bool = True


def connection_faults(
    make: Callable[[str], Settings], answering: Answering, stack: ExitStack, authorities: Authorities, setting: str = "Server"
) -> Iterator[FailingCase]:
    """The service at the address that ``make`` gets, out of reach, encrypted wrongly, slow, or ending too early.

    ``setting`` is the one that gives the address.
    """

    def case(name: str, address: str, failure: Failure, setting: str | None = setting) -> FailingCase:
        return FailingCase(name, make(address), failure, setting)

    def slow(asked: Asked) -> Told:
        time.sleep(LONG)
        return answering(asked)

    def port(says: bytes | None) -> str:
        return stack.enter_context(port_that(says))

    yield case("silent", port(None), Failure.TIMEOUT, None)
    yield case("slow", stack.enter_context(service(slow)), Failure.TIMEOUT, None)
    yield case("unknown name", "https://no-such-host.invalid", Failure.NAME_UNKNOWN)
    yield case("refused", refused_address(), Failure.REFUSED)
    yield case("foreign", stack.enter_context(service(answering, authorities.foreign())), Failure.CERTIFICATE)
    yield case("other name", stack.enter_context(service(answering, authorities.other_name())), Failure.CERTIFICATE)
    yield case("no TLS", stack.enter_context(service(answering)).replace("http:", "https:"), Failure.TLS_FAILED)
    yield case("cut", port(CUT), Failure.CUT_OFF)
    yield case("gone", port(b""), Failure.CUT_OFF)
    yield case("garbled", port(b"\0\1\2\r\n\r\n"), Failure.MALFORMED_ANSWER)


def faults(of: Service, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    """The faults of its connection, and the service refusing, and answering what it should not."""

    def case(name: str, address: str, failure: Failure, setting: str = "Server") -> FailingCase:
        return FailingCase(name, of.make(address), failure, setting, stops_discovery=of.is_discovered)

    def instead(name: str, answer: Told, failure: Failure, setting: str = "Server") -> FailingCase:
        return case(name, stack.enter_context(service(of.answering({of.path: answer}))), failure, setting)

    for each in connection_faults(of.make, of.answering({}), stack, authorities):
        yield replace(each, stops_discovery=of.is_discovered)
    yield replace(case("no address", "two words", Failure.SETTING_WRONG), stops_discovery=True)
    yield instead("denied", Told(403, b"{}"), Failure.NO_RIGHT, of.login)
    yield instead("throttled", Told(429, headers={"Retry-After": "7"}), Failure.THROTTLED)
    yield instead("failing", Told(503), Failure.CUT_OFF)
    yield instead("cut short", Told(200, b'{"result": ['), Failure.MALFORMED_ANSWER)
    yield instead("deep", Told(200, b"[" * 200_000), Failure.MALFORMED_ANSWER)
    yield instead("other", Told(200, b"7"), Failure.MALFORMED_ANSWER)
    yield instead("web page", PAGE, Failure.MALFORMED_ANSWER)
    yield instead("round", Told(302, headers={"Location": of.path}), Failure.MALFORMED_ANSWER)


def run(requirement: Callable[[DriverCase], None], case: DriverCase) -> None:
    """Run a requirement with limits of time that begin now: each fault with one of its own."""
    if requirement.__name__ != "tells_faults":
        requirement(_timely(case))
        return
    for each in case.failing:
        requirement(_timely(replace(case, failing=(each,))))


def _timely(case: DriverCase) -> DriverCase:
    failing = tuple(replace(each, settings=_until(each.settings, 0.6 if each.name in HASTY else 30)) for each in case.failing)
    return replace(case, settings=_until(case.settings, 30), failing=failing)


def _until(settings: Settings, seconds: float) -> Settings:
    return replace(settings, deadline=time.monotonic() + seconds)
