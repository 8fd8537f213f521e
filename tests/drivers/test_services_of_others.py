"""The drivers of SCIM and OData against servers that other projects wrote, complete and incremental."""

import time
from collections.abc import Callable, Iterator

import odatapy_partner
import pytest
import scim2_partner
from odatapy_partner import odatapy_partner as odata_server
from scim2_partner import ENTERPRISE
from scim2_partner import scim2_partner as scim_server

from idmxml.drivers.driver import Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.odata_driver import ODataDriver
from idmxml.drivers.scim_driver import Scim2Driver, ScimDriver
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH = frozenset(Mode)
COMPLETE = frozenset({Mode.COMPLETE})
PEOPLE = (
    Table(
        "OD_People",
        (
            Column("Id", ValueType.INT32, key=KeyKind.PRIMARY),
            Column("Name", length=80),
            Column("Mails", is_multivalued=True),
            Column("Home:City"),
            Column("Kind"),
            Column("Born", ValueType.DATE_TIME),
            Column("Weight", ValueType.DOUBLE),
            Column("DepartmentCode", length=8, foreign_column="OD_Departments:Code"),
        ),
    ),
    Table(
        "OD_People_Department",
        (
            Column("UsercubeNav_Department:Code", length=8, foreign_column="OD_Departments:Code"),
            Column("DepartmentOf:Id", ValueType.INT32, foreign_column="OD_People:Id"),
        ),
    ),
    Table("OD_Departments", (Column("Code", length=8, key=KeyKind.PRIMARY),)),
    Table(
        "OD_Departments_People",
        (
            Column("UsercubeNav_People:Id", ValueType.INT32, foreign_column="OD_People:Id"),
            Column("PeopleOf:Code", length=8, foreign_column="OD_Departments:Code"),
        ),
    ),
)


@pytest.fixture(scope="module")
def odata() -> Iterator[str]:
    with odata_server() as address:
        yield address


@pytest.fixture(scope="module")
def scim() -> Iterator[str]:
    with scim_server() as address:
        yield address


def odata_settings(address: str, password: str = odatapy_partner.PASSWORD) -> Settings:
    given = {"Server": Secret(address), "Login": odatapy_partner.LOGIN, "Password": Secret(password)}
    return Settings("OD", "Usercube.OData@0000001", given, deadline=time.monotonic() + 60)


def scim_settings(address: str, revision: int, **values: object) -> Settings:
    path = "/v2" if revision == 2 else ""
    given = {"Server": Secret(address + path), "OAuthToken": Secret(scim2_partner.TOKEN), **values}
    return Settings("HR", f"Usercube.SCIM@000000{revision}", given, deadline=time.monotonic() + 60)


def case(name: str, odata: str, scim: str) -> DriverCase:
    """A case with limits of time that begin now."""
    refused = FailingCase("wrong login", odata_settings(odata, "no"), Failure.LOGIN_REFUSED, "Login")
    token = {"OAuthToken": Secret("no")}
    told = (scim2_partner.NEVER_TOLD, scim2_partner.TOKEN, odatapy_partner.PASSWORD)
    if name == "odata":
        return DriverCase("odata", ODataDriver(), odata_settings(odata), PEOPLE, COMPLETE, (refused,), told)
    driver = ScimDriver() if name == "scim" else Scim2Driver()
    revision = 1 if name == "scim" else 2
    wrong = FailingCase("wrong token", scim_settings(scim, revision, **token), Failure.LOGIN_REFUSED, "OAuthToken", BOTH)
    filtered = {"Filter": 'Users|?filter=userName eq "a"' if name == "scim" else 'Users|userName eq "a"'}
    return DriverCase(name, driver, scim_settings(scim, revision, **filtered), None, BOTH, (wrong,), told)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["odata", "scim", "scim-v2.0"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], odata: str, scim: str) -> None:
    requirement(case(name, odata, scim))


@pytest.mark.parametrize("mode", list(Mode))
def test_stages_of_scim_pass(mode: Mode, scim: str) -> None:
    result = ordered(mode, ScimDriver().check(scim_settings(scim, 1), mode))
    found = {each.stage: each.detail for each in result.stages if each.status == "passed"}
    assert found == {
        Stage.REACH: f"port {scim.rpartition(':')[2]} answers",
        Stage.LOGIN: "the token was accepted",
        Stage.READ: "Users, Groups readable",
        Stage.SCHEMA: "3 tables, 86 columns",
        mode.stage: "" if mode is Mode.COMPLETE else "the service filters by the time of the last change",
    }


@pytest.mark.parametrize(("revision", "mark"), [(1, ""), (2, f"{ENTERPRISE}\u00a4")])
def test_tables_of_scim_are_those_of_its_resource_types(revision: int, mark: str, scim: str) -> None:
    driver = ScimDriver() if revision == 1 else Scim2Driver()
    wanted = Wanted(None, {"HR_members_Groups": frozenset({"Command", "id", "value"})})
    found = {each.identifier: each for each in driver.discover(scim_settings(scim, revision), wanted)}
    own = ["HR_Users", "HR_Groups", "HR_members_Groups"]
    assert list(found) == (own if revision == 1 else [own[0], "HR_entitlements_Users", "HR_roles_Users", *own[1:]])
    users = found["HR_Users"].by_name
    assert users["userName"] == Column("userName", key=KeyKind.UNIQUE)
    assert users["emails:value"] == Column("emails:value", is_multivalued=True)
    assert users[f"{mark}manager:value"] == Column(f"{mark}manager:value", group=ENTERPRISE)
    members = ["value", "MemberId"] if revision == 1 else ["id", "value"]
    assert [each.identifier for each in found["HR_members_Groups"].columns] == members


def test_filter_that_the_server_refuses_is_told(scim: str) -> None:
    settings = scim_settings(scim, 2, Filter="Users|userName is a")
    found = DriverCase("filter", Scim2Driver(), settings).results(settings, Mode.COMPLETE)
    failure = ordered(Mode.COMPLETE, found).failure
    assert failure is not None
    assert (failure.reason, failure.setting) == (Failure.MODE_FAILED, "Filter")
