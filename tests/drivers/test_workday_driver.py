"""The driver of Workday against a service that answers as its web services are documented."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from http_service import Asked, Authorities, Told, service, watched
from lxml import etree
from service_faults import Service, faults, run
from workday_service import LOGIN, NEVER_TOLD, PASSWORD, REFUSED, SERVICE, UNAUTHORIZED, Workday, invalid

from idmxml.drivers.driver import Settings, Table, Wanted
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.workday_driver import WorkdayDriver
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH = frozenset(Mode)
AGENT = "C:/agent/Sources"
BASE = "/ccx/service/contoso"
HUMAN = f"{BASE}/Human_Resources/v34.2"


def body(request: str, inner: str = "") -> str:
    return f'<soapenv:Body><bsvc:{request} bsvc:version="v34.2">{inner}</bsvc:{request}></soapenv:Body>'


GROUP = "<bsvc:Response_Group><bsvc:Include_Personal_Information>true</bsvc:Include_Personal_Information></bsvc:Response_Group>"
FILTERED = f"<bsvc:Response_Filter><bsvc:Count>999</bsvc:Count></bsvc:Response_Filter>{GROUP}"
WORKERS = {
    "XmlBody": body("Get_Workers_Request", GROUP),
    "EntityName": "workers",
    "WebService": "Human_Resources/v34.2",
    "IncrementalTag": "bsvc:Transaction_Log_Criteria_Data",
}
UNITS = {"XmlBody": body("Get_Organizations_Request", FILTERED), "EntityName": "units", "WebService": "Human_Resources/v34.2"}
SETTINGS = {"XmlBody": body("Get_Settings_Request"), "EntityName": "settings", "WebService": "Settings/v40.0"}
TABLES = (Table("WD_workers"), Table("WD_units"), Table("WD_settings"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("requests")


def write(folder: Path, name: str, content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / name).write_bytes(raw)
    return f"{AGENT}/{name}"


def settings(folder: Path, address: str, **values: object) -> Settings:
    account = {"Login": Secret(LOGIN), "Password": Secret(PASSWORD)}
    given = {"InputFilePath": f"{AGENT}/all.json", "Server": Secret(f"{address}{BASE}"), **account, **values}
    return Settings("WD", "Usercube.Workday@0000001", given, paths=LocalPaths(folder, {AGENT: "."}))


def file_faults(folder: Path, address: str) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, content: object) -> FailingCase:
        path = write(folder, f"{name}.json", content)
        return FailingCase(name, settings(folder, address, InputFilePath=path), failure, "InputFilePath", BOTH)

    def request(name: str, **values: Any) -> FailingCase:
        return case(name, Failure.FILE_FORMAT, {"Requests": [UNITS, {**WORKERS, **values}]})

    absent = settings(folder, address, InputFilePath=f"{AGENT}/absent.json")
    yield FailingCase("absent", absent, Failure.FILE_MISSING, "InputFilePath", BOTH)
    elsewhere = settings(folder, address, InputFilePath=Secret("D:/other/all.json"))
    yield FailingCase("elsewhere", elsewhere, Failure.FILE_MISSING, "InputFilePath", BOTH)
    yield case("empty", Failure.FILE_EMPTY, b" \n")
    yield case("encoding", Failure.FILE_ENCODING, b'{"Requests": "\xe9"}')
    yield case("no JSON", Failure.FILE_FORMAT, b'{"Requests": [')
    yield case("no requests", Failure.FILE_FORMAT, {"requests": [WORKERS]})
    yield case("empty list", Failure.FILE_FORMAT, {"Requests": []})
    yield case("no object", Failure.FILE_FORMAT, {"Requests": ["workers"]})
    yield request("no entity", EntityName=None)
    yield request("no service", WebService="Human_Resources")
    yield request("no frame", XmlBody="<bsvc:Get_Workers_Request/>")
    open_body, no_body = body("Get_Workers_Request", "<bsvc:Open>"), "<soapenv:Body></soapenv:Body>"
    other = "<soapenv:Body><Get_Workers_Request/></soapenv:Body>"
    for name, text in (("open", open_body), ("nothing", no_body), ("no prefix", other)):
        yield replace(request(name, XmlBody=text), stops_discovery=False)


def failing_cases(folder: Path, address: str, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    def make(at: str) -> Settings:
        return settings(folder, at)

    def case(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(folder, address, **values), failure, setting, BOTH)

    def instead(name: str, answers: Mapping[str, Told], failure: Failure, setting: str) -> FailingCase:
        at = stack.enter_context(service(Workday(answers)))
        return FailingCase(name, make(at), failure, setting, BOTH, stops_discovery=False)

    yield from faults(Service(make, Workday, HUMAN, "Login", is_discovered=False), stack, authorities)
    yield from file_faults(folder, address)
    yield replace(case("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong")), stops_discovery=False)
    yield case("no password", Failure.SETTING_MISSING, "Password", Password="")
    odd = case("password that can't be sent", Failure.SETTING_WRONG, "Password", Password=Secret("a\0b"))
    yield replace(odd, stops_discovery=False)
    yield instead("refused", {HUMAN: REFUSED}, Failure.LOGIN_REFUSED, "Login")
    yield instead("unauthorized", {"Get_Organizations_Request": UNAUTHORIZED}, Failure.NO_RIGHT, "Login")
    yield instead("invalid", {"Get_Workers_Request": invalid("'x'")}, Failure.FILE_FORMAT, "InputFilePath")
    yield instead("no envelope", {HUMAN: Told(200, b"<a/>", "text/xml")}, Failure.MALFORMED_ANSWER, "Server")
    yield instead("absent service", {HUMAN: Told(404)}, Failure.NOT_FOUND, "Server")


@pytest.fixture(scope="module", autouse=True)
def _files(folder: Path) -> None:
    write(folder, "all.json", {"Requests": [WORKERS, UNITS, SETTINGS, {**WORKERS, "EntityName": "Workers"}]})


@pytest.fixture(scope="module")
def cases(folder: Path, stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    address = stack.enter_context(service(Workday()))
    encrypted = stack.enter_context(service(Workday(), authorities.own()))
    secrets = (NEVER_TOLD, PASSWORD, LOGIN, "p&lt;", address.rpartition("/")[2], encrypted.rpartition("/")[2])
    failing = tuple(failing_cases(folder, address, stack, authorities))
    return {
        "plain": DriverCase("plain", WorkdayDriver(), settings(folder, address), TABLES, BOTH, failing, secrets),
        "encrypted": DriverCase("encrypted", WorkdayDriver(), settings(folder, encrypted), TABLES, BOTH, (), secrets),
    }


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["plain", "encrypted"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def shown(request: etree._Element) -> str:
    """The elements of a request without namespaces and attributes."""
    inner = "".join(map(shown, request)) or request.text or ""
    name = etree.QName(request).localname
    return f"<{name}>{inner}</{name}>"


def checked(folder: Path, mode: Mode, content: object, answers: Mapping[str, Told] | None = None) -> tuple[Any, Workday]:
    answering = Workday(answers or {})
    with service(answering) as address:
        given = settings(folder, address, InputFilePath=write(folder, "some.json", content))
        return ordered(mode, WorkdayDriver().check(given, mode)), answering


def test_each_request_asks_for_one_object(folder: Path) -> None:
    result, answering = checked(folder, Mode.COMPLETE, {"Requests": [WORKERS, UNITS, SETTINGS]})
    limit = "<Response_Filter><Page>1</Page><Count>1</Count></Response_Filter>"
    limit_in_place = "<Response_Filter><Count>1</Count><Page>1</Page></Response_Filter>"
    group = "<Response_Group><Include_Personal_Information>true</Include_Personal_Information></Response_Group>"
    assert [shown(each) for each in answering.asked] == [
        f"<Get_Workers_Request>{limit}{group}</Get_Workers_Request>",
        f"<Get_Organizations_Request>{limit_in_place}{group}</Get_Organizations_Request>",
        f"<Get_Settings_Request>{limit}</Get_Settings_Request>",
        "<Get_Settings_Request></Get_Settings_Request>",  # as it is, where the service takes no limit
    ]
    login = next(each for each in result.stages if each.stage is Stage.LOGIN)
    assert (result.failure, login.warnings) == (None, ("the login went over the network unencrypted",))


def test_incremental_mode_limits_requests_with_a_tag_to_changes(folder: Path) -> None:
    result, answering = checked(folder, Mode.INCREMENTAL, {"Requests": [WORKERS, UNITS]})
    criteria = answering.asked[-1].find(f"{{{SERVICE}}}Request_Criteria")
    assert criteria is not None
    assert shown(criteria) == (
        "<Request_Criteria><Transaction_Log_Criteria_Data><Transaction_Date_Range_Data>"
        "<Updated_From>2000-01-01T00:00:00Z</Updated_From><Updated_Through>2000-01-01T00:00:01Z</Updated_Through>"
        "</Transaction_Date_Range_Data></Transaction_Log_Criteria_Data></Request_Criteria>"
    )
    assert result.stages[-1].detail == "workers can be limited to changes"


def test_incremental_mode_is_not_judged_where_the_criteria_may_stand_elsewhere(folder: Path) -> None:
    content = {"Requests": [{**SETTINGS, "IncrementalTag": "Other_Criteria"}]}
    answering = Workday()

    def strict(asked: Asked) -> Told:
        return invalid("'Other_Criteria'") if "Other_Criteria" in asked.body else answering(asked)

    with service(strict) as address:
        given = settings(folder, address, InputFilePath=write(folder, "some.json", content))
        result = ordered(Mode.INCREMENTAL, WorkdayDriver().check(given, Mode.INCREMENTAL))
    assert (result.failure, result.stages[-1].code) == (None, "not-tried")


@pytest.mark.parametrize(("tag", "code"), [("", "not-applicable"), ("a/b", "not-tried")])
def test_incremental_mode_needs_a_tag_that_names_an_element(folder: Path, tag: str, code: str) -> None:
    result, _answering = checked(folder, Mode.INCREMENTAL, {"Requests": [{**WORKERS, "IncrementalTag": tag}]})
    assert (result.failure, result.stages[-1].code) == (None, code)


def test_comments_in_the_file_are_passed_over(folder: Path) -> None:
    content = b'\xef\xbb\xbf{ // all\n"Requests": [' + json.dumps(WORKERS).encode() + b",] }"
    result, _answering = checked(folder, Mode.COMPLETE, content)
    assert result.failure is None


def test_no_request_is_posted_to_another_place(folder: Path) -> None:
    with watched(Told(200)) as (other, asked), service(Workday({HUMAN: Told(307, headers={"Location": other})})) as address:
        case = DriverCase("moved", WorkdayDriver(), settings(folder, address))
        last = case.results(case.settings, Mode.COMPLETE)[-1]
    assert last.reason is Failure.MALFORMED_ANSWER
    assert not asked


def test_discovery_reaches_no_service(folder: Path) -> None:
    found = WorkdayDriver().discover(settings(folder, "https://no-such-host.invalid"), Wanted())
    assert found == TABLES
