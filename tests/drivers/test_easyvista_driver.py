"""The driver of EasyVista against a service that answers as its REST API is documented."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest
from http_service import Asked, Authorities, Told, service, watched
from service_faults import Service, faults, run

from idmxml.drivers.driver import Column, Settings, Table, Wanted
from idmxml.drivers.easyvista_driver import EasyVistaDriver
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
NEVER_TOLD = "Zo\u00eb-never-told"
PASSWORD, ACCOUNT = "password-never-told", "50004-never-told"
BOTH = frozenset(Mode)
API = f"/ev/api/v1/{ACCOUNT}"
GUIDS = "queryguid={A1}&filterguid={B2}&viewguid={C3}"
PROFILES = Table("EV_Profiles", (Column("NAME_EN"), Column("PROFILE_GUID"), Column("REMARK")))


@dataclass(frozen=True)
class EasyVista:
    """A service. ``instead`` are answers given in place of the right ones, by path; ``profiles`` what the view lists."""

    instead: Mapping[str, Told] = field(default_factory=dict)
    profiles: tuple[Mapping[str, str], ...] = (
        {"NAME_EN": NEVER_TOLD, "PROFILE_GUID": "{1}"},
        {"NAME_EN": "B", "PROFILE_GUID": "{2}", "REMARK": ""},
    )

    def __call__(self, asked: Asked) -> Told:
        if asked.path in self.instead:
            return self.instead[asked.path]
        account = base64.b64encode(f"reader:{PASSWORD}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {account}":
            return told({"error": "Authentication failed"}, 401)
        if asked.path == f"{API}/employees":
            assert asked.query == {"max_rows": "1"}
            return listed(({"EMPLOYEE_ID": "1", "LAST_NAME": NEVER_TOLD},))
        if asked.path == f"{API}/internalqueries":
            assert int(asked.query["max_rows"]) <= 20
            is_known = (asked.query["queryguid"], asked.query["filterguid"], asked.query["viewguid"]) == (
                "{A1}",
                "{B2}",
                "{C3}",
            )
            return listed(self.profiles) if is_known else told({"error": "Object not found"}, 404)
        return told({"error": "Unknown"}, 404)


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode())


def listed(records: tuple[Mapping[str, str], ...]) -> Told:
    return told({"HREF": "", "record_count": str(len(records)), "records": records})


def view(address: str, guids: str = GUIDS) -> str:
    return f"{address}{API}/internalqueries?{guids}"


def settings(address: str, **values: object) -> Settings:
    account = {"Account": Secret(ACCOUNT), "Login": Secret("reader"), "Password": Secret(PASSWORD)}
    options = {"ExportSettingsOptions": {"Profiles": view(address)}} if "://" in address else {}
    return Settings("EV", "Usercube.EasyVista@0000001", {"Server": Secret(f"{address}/ev/"), **account, **options, **values})


def failing_cases(address: str, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(address, **values), failure, setting, BOTH)

    def of_view(name: str, text: object, failure: Failure, setting: str = "ExportSettingsOptions.Roles") -> FailingCase:
        return case(name, failure, setting, ExportSettingsOptions={"Roles": text})

    def instead(name: str, path: str, answer: Told, failure: Failure, setting: str) -> FailingCase:
        at = stack.enter_context(service(EasyVista({f"{API}/{path}": answer})))
        return FailingCase(name, settings(at), failure, setting, BOTH)

    profiles = "ExportSettingsOptions.Profiles"
    yield from faults(Service(settings, EasyVista, f"{API}/employees", "Login"), stack, authorities)
    yield case("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong"))
    yield case("no password", Failure.SETTING_MISSING, "Password", Password="")
    yield case("no account", Failure.SETTING_MISSING, "Account", Account=" ")
    yield case("wrong account", Failure.NOT_FOUND, "Account", Account="no/such")
    yield case("options as a list", Failure.SETTING_WRONG, "ExportSettingsOptions", ExportSettingsOptions=["Profiles"])
    yield case("no name", Failure.SETTING_WRONG, "ExportSettingsOptions", ExportSettingsOptions={"": view(address)})
    yield of_view("no address", "internalqueries", Failure.SETTING_WRONG)
    yield of_view("no text", None, Failure.SETTING_MISSING)
    yield of_view("unknown view", view(address, "queryguid={X}&filterguid={B2}&viewguid={C3}"), Failure.NOT_FOUND)
    yield instead("denied view", "internalqueries", told({}, 403), Failure.NO_RIGHT, "Login")
    yield instead("odd view", "internalqueries", told({"records": {}}), Failure.MALFORMED_ANSWER, profiles)
    yield instead("throttled view", "internalqueries", told({}, 429), Failure.THROTTLED, "Server")


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    address = stack.enter_context(service(EasyVista()))
    encrypted = stack.enter_context(service(EasyVista(), authorities.own()))
    secrets = (NEVER_TOLD, PASSWORD, ACCOUNT)
    failing = tuple(failing_cases(address, stack, authorities))
    employees = settings(encrypted, ExportSettingsOptions={})
    expected = (Table("EV_Employees"),)
    return {
        "views": DriverCase("views", EasyVistaDriver(), settings(address), (*expected, PROFILES), BOTH, failing, secrets),
        "employees": DriverCase("employees", EasyVistaDriver(), employees, expected, BOTH, (), secrets),
    }


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["views", "employees"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def test_incremental_mode_is_not_judged_as_its_way_is_not_documented() -> None:
    with service(EasyVista()) as address:
        result = ordered(Mode.INCREMENTAL, EasyVistaDriver().check(settings(address), Mode.INCREMENTAL))
    last = result.stages[-1]
    assert (last.stage, last.status, last.code) == (Stage.INCREMENTAL, "skipped", "not-tried")


def test_password_goes_to_no_other_server() -> None:
    with watched(told({}, 401)) as (other, asked), service(EasyVista()) as address:
        given = settings(address, ExportSettingsOptions={"Far.away": view(other)})
        result = ordered(Mode.COMPLETE, EasyVistaDriver().check(given, Mode.COMPLETE))
        found = EasyVistaDriver().discover(given, Wanted(frozenset({"EV_Far.away"})))
    read = next(each for each in result.stages if each.stage is Stage.READ)
    assert not asked
    assert read.warnings == ("'ExportSettingsOptions.Far.away' leads to another server, so it was not tried",)
    assert found == (Table("EV_Far.away"),)


def test_view_without_records_has_no_known_columns() -> None:
    with service(EasyVista(profiles=())) as address:
        schema = next(each for each in EasyVistaDriver().check(settings(address), Mode.COMPLETE) if each.stage is Stage.SCHEMA)
    assert schema.warnings == ("the view 'Profiles' has no records, so its columns are not known",)


@pytest.mark.parametrize(
    ("records", "columns"),
    [
        (({"A": "1", "B": ""}, {"A": "2", "B": "3"}), ("A", "B")),
        (({"A": "1"}, {"A": "2", "B": "3"}), ("A", "B", "C")),
    ],
    ids=["whole records", "records that leave names out"],
)
def test_columns_that_other_records_may_have_are_those_of_the_mapping(
    records: tuple[dict[str, str], ...], columns: tuple[str, ...]
) -> None:
    wanted = Wanted(frozenset({"EV_Profiles"}), {"ev_Profiles": frozenset({"A", "C"})})
    with service(EasyVista(profiles=records)) as address:
        found = EasyVistaDriver().discover(settings(address), wanted)
    assert found == (Table("EV_Profiles", tuple(map(Column, columns))),)


def test_limit_of_a_view_is_kept() -> None:
    with service(EasyVista()) as address:
        given = settings(address, ExportSettingsOptions={"Profiles": view(address, f"{GUIDS}&max_rows=2")})
        assert EasyVistaDriver().discover(given, Wanted(frozenset({"EV_Profiles"}))) == (PROFILES,)


def test_entity_called_as_a_fixed_table_is_that_table() -> None:
    with service(EasyVista()) as address:
        given = settings(address, ExportSettingsOptions={"employees": view(address), "Profiles": view(address)})
        found = EasyVistaDriver().discover(replace(given, connection="EV"), Wanted())
    assert [each.identifier for each in found] == ["EV_Employees", "EV_Profiles"]
