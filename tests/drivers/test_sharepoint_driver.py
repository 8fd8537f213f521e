"""The driver of SharePoint against sites that answer as its REST service does."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from http_service import Authorities, Told, service
from jsonschema import Draft202012Validator
from service_faults import PAGE, connection_faults, run
from sharepoint_service import (
    ACCOUNT,
    BASIC,
    DOMAIN,
    LOGIN,
    NEVER_TOLD,
    NTLM,
    ONLINE,
    PARTS,
    PASSWORD,
    Site,
    bindings_of,
    told,
)
from spnego.channel_bindings import GssChannelBindings

from idmxml.drivers.driver import ALL, Settings
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.sharepoint_driver import SharePointDriver
from idmxml.errors import EnvironmentFault
from idmxml.facts.files import read_stored
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Skip, Stage, StageFailure, StageResult, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH, COMPLETE = frozenset(Mode), frozenset({Mode.COMPLETE})
WORDS = ["the site", "its users", "its groups", "its roles", "its role assignments", "its sub-sites", "its lists"]


def settings(address: str, **values: object) -> Settings:
    given = {"Login": Secret(LOGIN), "Password": Secret(PASSWORD), "Domain": DOMAIN, "Server": Secret(address), **values}
    return Settings("SP", "Usercube.SharePoint@0000001", given, deadline=time.monotonic() + 30)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The accounts that sites know for NTLM."""
    file = tmp_path_factory.mktemp("accounts") / "accounts"
    file.write_text(f"{DOMAIN}:{LOGIN}:{PASSWORD}\n:{LOGIN}:{PASSWORD}\n", encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _known_accounts(accounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))


def setting_faults(address: str, folder: Path) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(address, **values), failure, setting, BOTH, stops_discovery=setting != "CsvUrls")

    def sites(name: str, failure: Failure, file: str, text: str = "", column: str = "URL") -> FailingCase:
        path = folder / file
        if text or file == "empty.csv":
            path.write_text(text, encoding="utf-8")
        return case(name, failure, "CsvUrls", CsvUrls=Secret(f"{path}\u00a4{column}\u00a4,"))

    yield case("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong"))
    yield case("wrong domain", Failure.LOGIN_REFUSED, "Login", Domain="FABRIKAM")
    yield case("no login", Failure.SETTING_MISSING, "Login", Login=" ")
    yield case("no password", Failure.SETTING_MISSING, "Password", Password=Secret(""))
    yield case("no address", Failure.SETTING_WRONG, "Server", Server=Secret("two words"))
    yield case("level", Failure.SETTING_WRONG, "Scanlevel", Scanlevel="Page")
    yield case("time-out", Failure.SETTING_WRONG, "TimeOut", TimeOut="long")
    yield case("form of the sites", Failure.SETTING_WRONG, "CsvUrls", CsvUrls=Secret("sites.csv,URL"))
    yield sites("no file", Failure.FILE_MISSING, "none.csv")
    yield sites("empty file", Failure.FILE_EMPTY, "empty.csv")
    yield sites("no column", Failure.FILE_HEADER, "sites.csv", "Name,Address\nx,y\n")


def answer_faults(stack: ExitStack) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, path: str, answer: Told) -> FailingCase:
        given = settings(stack.enter_context(service(Site("" if name.startswith("open") else NTLM, {path: answer}))))
        return FailingCase(name, given, failure, setting, BOTH, stops_discovery=False)

    yield case("denied", Failure.NO_RIGHT, "Login", "/_api/web", Told(403))
    yield case("denied to the account", Failure.NO_RIGHT, "Login", "/_api/web/roleassignments", told({}, 403))
    yield case("throttled", Failure.THROTTLED, "Server", "/_api/web/lists", Told(429, headers={"Retry-After": "7"}))
    yield case("failing", Failure.CUT_OFF, "Server", "/_api/web/webs", Told(503))
    yield case("no site", Failure.NOT_FOUND, "Server", ACCOUNT, Told(404))
    yield case("page", Failure.MALFORMED_ANSWER, "Server", ACCOUNT, PAGE)
    yield case("cut short", Failure.MALFORMED_ANSWER, "Server", "/_api/web", Told(200, b'{"d": '))
    yield case("other JSON", Failure.MALFORMED_ANSWER, "Server", "/_api/web", told([]))
    yield case("open and throttled", Failure.THROTTLED, "Server", ACCOUNT, Told(429))
    yield case("open and absent", Failure.NOT_FOUND, "Server", ACCOUNT, Told(404))


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities, tmp_path_factory: pytest.TempPathFactory) -> dict[str, DriverCase]:
    plain = settings(stack.enter_context(service(Site())))
    encrypted = settings(stack.enter_context(service(Site(BASIC), authorities.own())))
    connection = tuple(connection_faults(settings, Site(), stack, authorities))
    own = tuple(setting_faults(plain.text("Server"), tmp_path_factory.mktemp("sites")))
    tables, secrets, driver = fixed_tables(plain, "sharepoint"), (NEVER_TOLD, PASSWORD, LOGIN), SharePointDriver()
    found = (
        DriverCase("connection", driver, encrypted, tables, BOTH, connection, secrets),
        DriverCase("settings", driver, plain, tables, BOTH, own, secrets),
        DriverCase("answers", driver, plain, tables, BOTH, tuple(answer_faults(stack)), secrets),
    )
    return {str(each): each for each in found}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["connection", "settings", "answers"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


@pytest.mark.parametrize("values", [{}, {"Domain": ""}, {"Domain": "", "Login": f"{DOMAIN}\\{LOGIN}"}])
@pytest.mark.parametrize("demand", [NTLM, f"{NTLM}, Negotiate", BASIC, f"Negotiate, {BASIC}"])
def test_stages_of_a_site_on_premises(demand: str, values: dict[str, object]) -> None:
    with service(Site(demand)) as address:
        found = {mode: ordered(mode, SharePointDriver().check(settings(address, **values), mode)) for mode in Mode}
    details = {mode: [(each.status, each.detail) for each in result.stages[4:]] for mode, result in found.items()}
    common = [
        ("passed", "the password was accepted"),
        ("passed", f"{', '.join(WORDS)} readable"),
        ("passed", "8 tables, 54 columns"),
    ]
    assert details == {
        Mode.COMPLETE: [*common, ("passed", "")],
        Mode.INCREMENTAL: [*common, ("skipped", "how the export finds changes is not documented")],
    }


@pytest.mark.parametrize(
    "answer",
    [
        Told(401, headers={"WWW-Authenticate": ONLINE}),
        Told(401, headers={"WWW-Authenticate": "Negotiate"}),
        Told(401),
        Told(403, b"Access denied"),
        PAGE,
        Told(304),
    ],
    ids=["online", "Kerberos", "nothing", "forbidden", "page", "elsewhere"],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_login_that_is_not_documented_is_not_tried(answer: Told, mode: Mode) -> None:
    site = Site("", {ACCOUNT: answer})
    with service(site) as address:
        result = ordered(mode, SharePointDriver().check(settings(address), mode))
        assert SharePointDriver().discover(settings(address), ALL) == fixed_tables(settings(address), "sharepoint")
    statuses = {each.stage: each.reason for each in result.stages if each.stage not in {Stage.REACH, Stage.SCHEMA}}
    nothing, untried = Skip.NOT_APPLICABLE, Skip.NOT_TRIED
    assert statuses == {
        **dict.fromkeys([Stage.SETTINGS, Stage.SECRET, Stage.TLS], nothing),
        **dict.fromkeys([Stage.LOGIN, Stage.READ, mode.stage], untried),
    }
    assert "is not documented" in next(each.detail for each in result.stages if each.stage is Stage.LOGIN)
    assert set(site.asked) == {ACCOUNT}


def test_login_is_bound_to_the_certificate(authorities: Authorities) -> None:
    site, failures = Site(), []
    with service(site, authorities.own()) as address:
        for bindings in (bindings_of(address), GssChannelBindings(application_data=b"another certificate")):
            site.bindings = bindings
            result = ordered(Mode.COMPLETE, results_of(settings(address)))
            failures.append(result.failure.reason if result.failure else None)
    assert failures == [None, Failure.LOGIN_REFUSED]


def results_of(settings: Settings) -> Iterator[StageResult]:
    try:
        yield from SharePointDriver().check(settings, Mode.COMPLETE)
    except StageFailure as failure:
        yield failure.result


@pytest.mark.parametrize("challenge", ["NTLM ====", "NTLM AAAA", "NTLM TlRMTVNTUAACAAAA"])
def test_challenge_that_is_none_is_told(challenge: str) -> None:
    demand = Told(401, headers={"WWW-Authenticate": f"NTLM, {challenge}"})
    with service(lambda _asked: demand) as address, pytest.raises(StageFailure) as raised:
        SharePointDriver().discover(settings(address), ALL)
    assert (raised.value.failure, raised.value.stage) == (Failure.MALFORMED_ANSWER, Stage.LOGIN)


def test_basic_login_without_encryption_is_told() -> None:
    with service(Site(BASIC)) as address:
        found = list(SharePointDriver().check(settings(address), Mode.COMPLETE))
    assert next(each.warnings for each in found if each.stage is Stage.LOGIN) == (
        "the login went over the network unencrypted",
    )


def test_site_that_is_open_leaves_the_login_untried() -> None:
    with service(Site("")) as address:
        result = ordered(Mode.COMPLETE, SharePointDriver().check(settings(address), Mode.COMPLETE))
    assert (result.stages[4].reason, result.stages[4].detail) == (Skip.NOT_TRIED, "the site answers without a login")
    assert [each.status for each in result.stages[5:]] == ["passed"] * 3


@pytest.mark.parametrize(("level", "last"), [("site", 6), ("List", 7), ("LISTITEM", 7), ("", 7)])
def test_level_tells_what_is_read(level: str, last: int) -> None:
    site = Site()
    with service(site) as address:
        list(SharePointDriver().check(settings(address, Scanlevel=level), Mode.COMPLETE))
    assert list(dict.fromkeys(site.asked)) == [ACCOUNT, *PARTS[:last]]


def test_time_out_of_the_settings_counts() -> None:
    def slow(_asked: object) -> Told:
        time.sleep(1)
        return Told(200)

    with service(slow) as address, pytest.raises(StageFailure) as raised:
        SharePointDriver().discover(settings(address, TimeOut="200"), ALL)
    assert (raised.value.failure, raised.value.stage) == (Failure.TIMEOUT, Stage.LOGIN)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize(("text", "separator"), [("Pr\u00e9nom;Url\n", ";"), ('a||"url"||b\n', "||")])
def test_list_of_sites_is_looked_at(text: str, separator: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(text, encoding)
    given = f"C:/Sites/sites.csv\u00a4URL\u00a4{separator}"
    with service(Site()) as address:
        here = replace(settings(address, CsvUrls=Secret(given)), paths=LocalPaths(tmp_path, {"C:/Sites": "."}))
        elsewhere = replace(here, paths=LocalPaths(tmp_path))
        warnings = {
            each.name: [text for stage in SharePointDriver().check(own, Mode.COMPLETE) for text in stage.warnings]
            for each, own in ((tmp_path / "here", here), (tmp_path / "elsewhere", elsewhere))
        }
    told = "'CsvUrls' leads to a path of another machine, so the list of further sites is not looked at"
    assert warnings == {"here": [], "elsewhere": [told]}


def test_library_that_is_missing_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spnego", None)
    with service(Site()) as address, pytest.raises(EnvironmentFault, match=re.escape("pip install 'idmxml[sharepoint]'")):
        SharePointDriver().discover(settings(address), ALL)


def test_data_follows_its_schema() -> None:
    validator = Draft202012Validator(read_stored("sharepoint-requests.schema.json"))
    assert [each.message for each in validator.iter_errors(read_stored("sharepoint-requests.json"))] == []
