"""Faults that every directory driver has to tell apart, whatever server it looks at."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from certificates import Certificates
from faulty_proxy import FaultyProxy, refusing_port

from idmxml.drivers.settings import Settings
from idmxml.stages import Failure, Mode
from idmxml.testing.driver_suite import FailingCase

At = Callable[[str], Settings]
"""The settings with the server at an address, encrypted."""
COMPLETE = frozenset({Mode.COMPLETE})


def faults_of_networks(
    at: At, setting: str, server: tuple[str, int], certificates: Certificates, stack: ExitStack
) -> Iterator[FailingCase]:
    """A server that is not there, not willing, not itself, or breaks off.

    ``server`` is host and port of its TLS; ``stack`` ends the proxies.
    """

    def proxied(**how: object) -> str:
        proxy = stack.enter_context(FaultyProxy(server, **how))  # type: ignore[arg-type]
        return f"localhost:{proxy.port}"

    def case(name: str, address: str, failure: Failure) -> FailingCase:
        return FailingCase(name, at(address), failure, setting if failure is not Failure.CUT_OFF else None, COMPLETE)

    yield case("unknown name", "no-such-host.invalid", Failure.NAME_UNKNOWN)
    yield case("refused", f"localhost:{refusing_port()}", Failure.REFUSED)
    yield case("silent", proxied(kind="silent"), Failure.TIMEOUT)
    yield case("expired", proxied(tls=certificates.context("expired")), Failure.CERTIFICATE)
    yield case("foreign", proxied(tls=certificates.context("foreign")), Failure.CERTIFICATE)
    yield case("other name", proxied(tls=certificates.context("other-name")), Failure.CERTIFICATE)
    yield case("cut in the handshake", proxied(kind="cut", cut_after=100), Failure.TLS_FAILED)
    yield case("cut in the middle", proxied(kind="cut", cut_after=20_000), Failure.CUT_OFF)
    yield case("no port", "localhost:0", Failure.SETTING_WRONG)
    yield case("no address", "two words", Failure.SETTING_WRONG)
