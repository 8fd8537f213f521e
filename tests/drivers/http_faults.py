"""What every driver of an HTTP service has to tell apart, and how its cases are run: each fault with a time of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from http_service import Answering, Authorities, Told, port_that, refused_address, service

from idmxml.drivers.driver import Settings
from idmxml.stages import Failure
from idmxml.testing.driver_suite import DriverCase, FailingCase

PAGE = Told(200, b"<html>Log in</html>", "text/html")
SILENT = "silent"
Requirement = Callable[[DriverCase], None]


def connection_faults(
    make: Callable[[str], Settings], setting: str, answering: Answering, stack: ExitStack, authorities: Authorities
) -> Iterator[FailingCase]:
    """Faults on the way to the service at the address that ``make`` gets, of which ``setting`` is told."""

    def case(name: str, address: str, failure: Failure) -> FailingCase:
        return FailingCase(name, make(address), failure, setting)

    def port(says: bytes) -> str:
        return stack.enter_context(port_that(says))

    plain = stack.enter_context(service(answering))
    yield FailingCase(SILENT, make(stack.enter_context(port_that(None))), Failure.TIMEOUT)
    yield case("unknown name", "https://no-such-host.invalid", Failure.NAME_UNKNOWN)
    yield case("refused", refused_address(), Failure.REFUSED)
    yield case("foreign", stack.enter_context(service(answering, authorities.foreign())), Failure.CERTIFICATE)
    yield case("other name", stack.enter_context(service(answering, authorities.other_name())), Failure.CERTIFICATE)
    yield case("no TLS", plain.replace("http:", "https:"), Failure.TLS_FAILED)
    yield case("cut", port(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), Failure.CUT_OFF)
    yield case("gone", port(b""), Failure.CUT_OFF)
    yield case("garbled", port(b"\0\1\2\r\n\r\n"), Failure.MALFORMED_ANSWER)


def timely(case: DriverCase) -> DriverCase:
    """The case with limits of time that begin now."""

    def renewed(name: str, settings: Settings) -> Settings:
        return replace(settings, deadline=time.monotonic() + (0.6 if name == SILENT else 30))

    failing = tuple(replace(each, settings=renewed(each.name, each.settings)) for each in case.failing)
    return replace(case, settings=renewed("", case.settings), failing=failing)


def hold(case: DriverCase, requirement: Requirement) -> None:
    """AssertionError when the driver does not keep a requirement."""
    if requirement.__name__ != "tells_faults":
        requirement(timely(case))
        return
    for each in case.failing:
        requirement(timely(replace(case, failing=(each,))))
