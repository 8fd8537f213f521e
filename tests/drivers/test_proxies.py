"""The proxy of the machine: how it is named, which requests it gets, and what is told when it leads nowhere."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from command_run import MakeRepository, Run
from http_service import HOST, Authorities, port_that, refused_address, service
from recorded_connection import make, recorded
from test_okta_driver import TABLES, TOKEN, Okta, settings

from idmxml.drivers.driver import ALL
from idmxml.drivers.okta_driver import OktaDriver
from idmxml.drivers.proxies import LOGIN_HINT, PROXY_HINT, Proxy, passed_over, proxy_of
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered

MUNICH = "M\u00fcnchen.example"
ACCOUNT = ("reader", "never told/@1")
WRITTEN = "reader:never%20told%2F%401"


@contextmanager
def proxy_server(folder: Path, *words: str) -> Iterator[int]:
    """The port of a real proxy that wants a login; ``words`` are more options of it."""
    file = folder / "port"
    command = [sys.executable, "-m", "proxy", "--hostname", HOST, "--port", "0", "--port-file", str(file)]
    more = ["--num-workers", "1", "--num-acceptors", "1", "--basic-auth", ":".join(ACCOUNT), *words]
    with subprocess.Popen([*command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as running:
        try:
            ends = time.monotonic() + 30
            while not (file.exists() and file.read_text().strip()) and time.monotonic() < ends:
                time.sleep(0.05)
            yield int(file.read_text())
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with proxy_server(tmp_path_factory.mktemp("proxy")) as port:
        yield port


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("proxy.contoso.com", Proxy("proxy.contoso.com", 80)),
        ("proxy.contoso.com:8080", Proxy("proxy.contoso.com", 8080)),
        (" http://proxy:8080 ", Proxy("proxy", 8080)),
        (f"http://{WRITTEN}@proxy:8080", Proxy("proxy", 8080, ACCOUNT)),
        ("http://reader:@proxy", Proxy("proxy", 80, ("reader", ""))),
        ("M\u00dcNCHEN.example.", Proxy("xn--mnchen-3ya.example", 80)),
        ("http://reader@proxy", None),
        ("http://@proxy", None),
        ("http://proxy:8080/", None),
        ("300.1.1.1:8080", None),
        ("http://[:::::]:80", None),
        ("\u2603.example:80", Proxy("xn--n3h.example", 80)),
        ("pro\x01xy:80", None),
        (f"{'a' * 64}.example", None),
        ("http://u:p\udce9s@proxy:80", None),
        ("http://[::1]:3128", Proxy("::1", 3128)),
        ("https://proxy:8080", None),
        ("socks5://proxy:8080", None),
        ("http://proxy:8080/path", None),
        ("http://proxy:8080?a=b", None),
        ("reader:secret@proxy", None),
        ("proxy:0", None),
        ("proxy:70000", None),
        ("two words", None),
        ("", None),
    ],
)
def test_how_a_proxy_is_written(written: str, expected: Proxy | None) -> None:
    assert proxy_of({"https_proxy": written, "HTTP_PROXY": "other:1", "ALL_PROXY": "other:2"}) == expected


def test_another_form_is_told() -> None:
    note = "HTTPS_PROXY is passed over, as the agent does with all but host:port and http://user:password@host:port."
    wrong = {"https_proxy": "https://reader:never-told@proxy"}
    assert [passed_over(each) for each in (wrong, {"HTTPS_PROXY": "proxy"}, {"HTTPS_PROXY": " "}, {})] == [
        note,
        None,
        None,
        None,
    ]


def test_hosts_that_are_spared() -> None:
    proxy = proxy_of({"HTTPS_PROXY": "p", "NO_PROXY": f" login.contoso.com. ,.Fabrikam.com,, . ,*.never.com,{MUNICH},[::1]"})
    assert proxy == Proxy("p", 80, None, ("login.contoso.com", ".fabrikam.com", "*.never.com", "xn--mnchen-3ya.example", "::1"))
    hosts = {
        "login.contoso.com": False,
        "LOGIN.contoso.com.": False,
        "a.login.contoso.com": True,
        "fabrikam.com": False,
        "a.b.fabrikam.com": False,
        "notfabrikam.com": True,
        "a.never.com": True,
        "m\u00fcnchen.example": False,
        "xn--mnchen-3ya.example": False,
        "::1": False,
    }
    assert {host: proxy.is_for(host) for host in hosts} == hosts
    assert "p" not in repr(proxy).replace("Proxy(port=80", "")


def passing(address: str, proxy: Proxy | None) -> dict[Stage, str]:
    """What is told of each stage of a complete export."""
    asked = replace(settings(address), proxy=proxy, deadline=time.monotonic() + 20)
    result = ordered(Mode.COMPLETE, OktaDriver().check(asked, Mode.COMPLETE))
    assert result.status == "passed"
    return {each.stage: each.detail for each in result.stages}


@pytest.mark.live
def test_encrypted_requests_go_through_it(authorities: Authorities, port: int) -> None:
    proxy = Proxy("localhost", port, ACCOUNT)
    with service(Okta(), authorities.own()) as address:
        assert passing(address, proxy)[Stage.REACH] == f"the proxy of this machine leads to port {address.rpartition(':')[2]}"
        assert OktaDriver().discover(replace(settings(address), proxy=proxy), ALL) == TABLES


@pytest.mark.live
def test_what_it_is_not_for_goes_straight(authorities: Authorities) -> None:
    refusing = int(refused_address().rpartition(":")[2])
    with service(Okta()) as plain, service(Okta(), authorities.own()) as encrypted:
        one = passing(plain, Proxy("localhost", refusing))
        other = passing(encrypted, Proxy("localhost", refusing, None, ("localhost",)))
    assert [one[Stage.REACH], other[Stage.REACH]] == [f"port {each.rpartition(':')[2]} answers" for each in (plain, encrypted)]


@pytest.mark.live
@pytest.mark.parametrize(
    ("case", "failure", "message"),
    [
        ("wrong login", Failure.UNREACHABLE, "the proxy of this machine wants another login"),
        ("nothing behind", Failure.UNREACHABLE, "the proxy of this machine does not let it through"),
        ("refused", Failure.REFUSED, "the proxy of this machine refuses connections"),
        ("unknown", Failure.NAME_UNKNOWN, "the name of the proxy is not known here"),
        ("silent", Failure.TIMEOUT, "the proxy of this machine does not answer in time"),
        ("other name", Failure.UNREACHABLE, "the proxy of this machine does not let it through"),
        ("other address", Failure.UNREACHABLE, "the proxy of this machine does not let it through"),
        ("no proxy", Failure.UNREACHABLE, "the proxy of this machine does not let it through"),
    ],
)
def test_what_is_told_when_it_leads_nowhere(
    case: str, failure: Failure, message: str, authorities: Authorities, port: int
) -> None:
    with service(Okta(), authorities.own()) as address, port_that(None) as silent, port_that(b"no HTTP\r\n\r\n") as strange:
        proxies = {
            "wrong login": Proxy("localhost", port, ("reader", "never told")),
            "nothing behind": Proxy("localhost", port, ACCOUNT),
            "other name": Proxy("localhost", port, ACCOUNT),
            "other address": Proxy("localhost", port, ACCOUNT),
            "refused": Proxy("localhost", int(refused_address().rpartition(":")[2])),
            "unknown": Proxy("no-such-host.invalid", 80),
            "silent": Proxy("localhost", int(silent.rpartition(":")[2])),
            "no proxy": Proxy("localhost", int(strange.rpartition(":")[2])),
        }
        wanted = {
            "nothing behind": refused_address().replace("http:", "https:"),
            "other name": f"https://{MUNICH}",
            "other address": "https://[::1]:1",
        }.get(case, address)
        ends = time.monotonic() + (1 if case == "silent" else 20)
        asked = replace(settings(wanted), proxy=proxies[case], deadline=ends)
        with pytest.raises(StageFailure) as told:
            list(OktaDriver().check(asked, Mode.COMPLETE))
    hint = LOGIN_HINT if case == "wrong login" else PROXY_HINT
    found = told.value
    assert (found.failure, found.stage, found.message, found.hint) == (failure, Stage.REACH, message, hint)


@pytest.mark.live
def test_commands_use_the_one_of_the_environment(
    repository: MakeRepository, run: Run, authorities: Authorities, port: int
) -> None:
    names = {"package": "Usercube.Okta@0000001", "table": "users", "key": "id", "other": "status"}
    with service(Okta(), authorities.own()) as address:
        root = make(repository, {"Server": address, "ApiKey": TOKEN}, names)
        environment = {"HTTPS_PROXY": f"http://{WRITTEN}@localhost:{port}", "NO_PROXY": ""}
        outcome = run("connection", "refresh", "X", root, environment=environment)
        assert outcome.code == 0, outcome
        assert 'Identifier="X_users"' in recorded(root)
        refusing = {**environment, "HTTPS_PROXY": refused_address().removeprefix("http://")}
        told = run("connection", "check", "X", root, environment=refusing)
        spared = run("connection", "check", "X", root, environment={**refusing, "NO_PROXY": "localhost"})
        other = run("connection", "check", "X", root, environment={"HTTPS_PROXY": "https://reader:never-told@proxy:8080"})
    assert (told.code, spared.code, other.code) == (1, 0, 0)
    assert "HTTPS_PROXY is passed over" in other.err
    assert "the proxy of this machine refuses connections" in told.out
    assert "never" not in told.out + told.err + spared.out + spared.err + other.out + other.err
