"""The drivers of SCIM 2 against services that answer as RFC 7643 and RFC 7644 say."""

import base64
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from http_service import Authorities, Told, port_that, refused_address, service, watched
from scim_service import CONTAINER, ENTERPRISE, KEY, NEVER_TOLD, PAGE, PASSWORD, SCHEMAS, TOKEN, TYPES, Scim, told

from idmxml.drivers.driver import ALL, Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.scim_driver import Scim2Driver, ScimDriver
from idmxml.errors import EnvironmentFault
from idmxml.settings.secret import MASK, Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH = frozenset(Mode)
COMPLETE = frozenset({Mode.COMPLETE})
INCREMENTAL = frozenset({Mode.INCREMENTAL})
COMMON = (
    Column("id", key=KeyKind.PRIMARY),
    Column("externalId"),
    Column("meta:resourceType"),
    Column("meta:created", ValueType.DATE_TIME),
    Column("meta:lastModified", ValueType.DATE_TIME),
    Column("meta:location"),
    Column("meta:version"),
)


def users(mark: str) -> Table:
    """The table of users; ``mark`` stands before attributes of the extension."""
    return Table(
        "HR_Users",
        (
            *COMMON,
            Column("userName", key=KeyKind.UNIQUE),
            Column("name:familyName"),
            Column("name:givenName"),
            Column("active", ValueType.BOOL),
            Column("emails:value", is_multivalued=True),
            Column("emails:primary", ValueType.BOOL, is_multivalued=True),
            Column("entitlements:value", is_multivalued=True),
            Column(f"{mark}employeeNumber", group=ENTERPRISE),
            Column(f"{mark}level", ValueType.INT32, group=ENTERPRISE),
            Column(f"{mark}manager:value", group=ENTERPRISE),
        ),
    )


GROUPS = Table(
    "HR_Groups",
    (
        *COMMON,
        Column("displayName"),
        Column("members:value", is_multivalued=True),
        Column("members:$ref", is_multivalued=True),
    ),
)
MEMBERS = Table(
    "HR_members_Groups",
    (Column("value", foreign_column="HR_Groups:id"), Column("MemberId", foreign_column="HR_Users:id")),
)
FIRST = (users(""), GROUPS, MEMBERS)
SECOND = (users(f"{ENTERPRISE}\u00a4"), Table("HR_entitlements_Users"), GROUPS, Table("HR_members_Groups"))


def first(address: str, **values: object) -> Settings:
    given = {"Server": Secret(f"{address}/scim"), "Login": "reader", "Password": Secret(PASSWORD), **values}
    return Settings("HR", "Usercube.SCIM@0000001", given, deadline=time.monotonic() + 20)


def second(address: str, **values: object) -> Settings:
    given = {"Server": Secret(f"{address}/scim/v2"), "OAuthToken": Secret(TOKEN), **values}
    return Settings("HR", "Usercube.SCIM@0000002", given, deadline=time.monotonic() + 20)


def by_client(address: str, **values: object) -> dict[str, object]:
    client = {"ApplicationId": "app", "ApplicationKey": Secret(KEY)}
    return {"OAuth2Url": f"{address}/token", **client, "OAuthToken": "", **values}


Make = Callable[..., Settings]


def faults(make: Make, address: str, login: str, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    """What every service has to be told apart from."""

    def of(answering: Scim | None = None, tls: Any = None) -> str:
        return stack.enter_context(service(answering or Scim(), tls))

    def case(name: str, settings: Settings, failure: Failure, setting: str | None = "Server") -> FailingCase:
        return FailingCase(name, settings, failure, setting, COMPLETE)

    def instead(name: str, path: str, answer: Told, failure: Failure, setting: str = "Server") -> FailingCase:
        return case(name, make(of(Scim({path: answer}))), failure, setting)

    silent = make(stack.enter_context(port_that(None)))
    yield case("silent", silent, Failure.TIMEOUT, None)
    yield case("unknown name", make("https://no-such-host.invalid"), Failure.NAME_UNKNOWN)
    yield case("refused", make(refused_address()), Failure.REFUSED)
    yield case("foreign", make(of(tls=authorities.foreign())), Failure.CERTIFICATE)
    yield case("other name", make(of(tls=authorities.other_name())), Failure.CERTIFICATE)
    yield case("no TLS", make(address.replace("http:", "https:")), Failure.TLS_FAILED)
    yield case("cut", make(stack.enter_context(port_that(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"))), Failure.CUT_OFF)
    yield case("gone", make(stack.enter_context(port_that(b""))), Failure.CUT_OFF)
    yield case("garbled", make(stack.enter_context(port_that(b"\0\1\2\r\n\r\n"))), Failure.MALFORMED_ANSWER)
    yield case("no address", make("two words"), Failure.SETTING_WRONG)
    yield instead("denied", "/Schemas", told({}, 403), Failure.NO_RIGHT, login)
    yield instead("no schemas", "/Schemas", told({}, 404), Failure.NOT_FOUND)
    yield instead("throttled", "/Schemas", Told(429, headers={"Retry-After": "7"}), Failure.THROTTLED)
    yield instead("failing", "/ResourceTypes", Told(503), Failure.CUT_OFF)
    yield instead("no JSON", "/Schemas", Told(200, b'{"Resources": ['), Failure.MALFORMED_ANSWER)
    yield instead("deep JSON", "/Schemas", Told(200, b"[" * 200_000), Failure.MALFORMED_ANSWER)
    yield instead("web page", "/ResourceTypes", PAGE, Failure.MALFORMED_ANSWER)
    yield instead("round", "/Schemas", Told(302, headers={"Location": "/scim/v2/Schemas"}), Failure.MALFORMED_ANSWER)


def first_case(stack: ExitStack, authorities: Authorities) -> DriverCase:
    address = stack.enter_context(service(Scim()))
    denied = stack.enter_context(service(Scim({"/Users": told({}, 403), "/Groups": told({}, 403)})))

    def failing(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, first(address, **values), failure, setting, BOTH)

    no_right = FailingCase("no right", first(denied), Failure.NO_RIGHT, "Login", BOTH, stops_discovery=False)
    return DriverCase(
        "scim",
        ScimDriver(),
        first(address, Filter='Users|?filter=userName%20sw%20"a"'),
        FIRST,
        BOTH,
        (
            *faults(first, address, "Login", stack, authorities),
            failing("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong")),
            failing("no login", Failure.LOGIN_REFUSED, "OAuthToken", Login="", Password=""),
            failing("no password", Failure.SETTING_MISSING, "Password", Password=""),
            failing("version", Failure.SETTING_WRONG, "Server", Server=f"{address}/scim/v2/"),
            failing("dialect", Failure.SETTING_WRONG, "ScimSyntax", ScimSyntax="Own"),
            failing("no token address", Failure.SETTING_MISSING, "OAuth2Url", Login="", Password="", ApplicationId="app"),
            failing("wrong key", Failure.LOGIN_REFUSED, "Login", **by_client(address, ApplicationKey=Secret("no"))),
            no_right,
            FailingCase(
                "filter", first(address, Filter="Users|?filter=!"), Failure.MODE_FAILED, "Filter", stops_discovery=False
            ),
        ),
        (NEVER_TOLD, PASSWORD, TOKEN, KEY, address.rpartition("/")[2]),
    )


def second_case(stack: ExitStack, authorities: Authorities) -> DriverCase:
    address = stack.enter_context(service(Scim(), authorities.own()))
    plain = stack.enter_context(service(Scim()))
    no_filters = stack.enter_context(service(Scim(filters=False)))

    def failing(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, second(address, **values), failure, setting, BOTH)

    return DriverCase(
        "scim-v2.0",
        Scim2Driver(),
        second(address, Filter='Users|userName eq "a"', **by_client(address, Scope="read")),
        SECOND,
        BOTH,
        (
            *faults(second, plain, "OAuthToken", stack, authorities),
            failing("wrong token", Failure.LOGIN_REFUSED, "OAuthToken", OAuthToken=Secret("wrong")),
            failing("token that can't be sent", Failure.SETTING_WRONG, "OAuthToken", OAuthToken=Secret("a\nb")),
            failing("no version", Failure.SETTING_WRONG, "Server", Server=f"{address}/scim"),
            failing("no filter", Failure.SETTING_WRONG, "Filter", Filter="userName"),
            failing("no client", Failure.SETTING_MISSING, "ApplicationKey", **by_client(address, ApplicationKey="")),
            failing("token elsewhere", Failure.REFUSED, "OAuth2Url", **by_client(refused_address())),
            failing("no token", Failure.MALFORMED_ANSWER, "OAuth2Url", **by_client(address, OAuth2Url=f"{nothing(stack)}/x")),
            FailingCase("no filters", second(no_filters), Failure.MODE_FAILED, "Server", INCREMENTAL, stops_discovery=False),
        ),
        (NEVER_TOLD, PASSWORD, TOKEN, KEY, address.rpartition("/")[2]),
    )


def nothing(stack: ExitStack) -> str:
    return stack.enter_context(service(lambda _asked: told({"token_type": "Bearer"})))


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    return {str(each): each for each in (first_case(stack, authorities), second_case(stack, authorities))}


def timely(case: DriverCase) -> DriverCase:
    """The case with limits of time that begin now."""

    def renewed(name: str, settings: Settings) -> Settings:
        return replace(settings, deadline=time.monotonic() + (0.6 if name == "silent" else 30))

    failing = tuple(replace(each, settings=renewed(each.name, each.settings)) for each in case.failing)
    return replace(case, settings=renewed("", case.settings), failing=failing)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["scim", "scim-v2.0"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    case = timely(cases[name])
    if requirement.__name__ != "tells_faults":
        requirement(case)
        return
    for each in case.failing:  # each with a limit of time of its own
        requirement(timely(replace(case, failing=(each,))))


@pytest.mark.parametrize(
    "values",
    [
        {"OAuthToken": Secret(f"Bearer {TOKEN}"), "Login": "", "Password": ""},
        {"ApplicationId": "app", "ApplicationKey": Secret(KEY), "Login": "", "Password": "", "OAuth2Url": "token"},
        {"ApplicationId": "app", "ApplicationKey": Secret(KEY), "OAuth2Url": "token"},
    ],
    ids=["token", "client", "password of an account"],
)
def test_each_way_to_log_in_is_taken(values: dict[str, object]) -> None:
    with service(Scim()) as address:
        if "OAuth2Url" in values:
            values = {**values, "OAuth2Url": f"{address}/token"}
        result = ordered(Mode.COMPLETE, ScimDriver().check(first(address, **values), Mode.COMPLETE))
    login = next(each for each in result.stages if each.stage is Stage.LOGIN)
    assert result.failure is None
    assert login.warnings == ("the login went over the network unencrypted",)


@pytest.mark.parametrize(
    ("words", "foreign"),
    [(["User", "Group"], "HR_Users:id"), (["Group"], ""), (7, "HR_Users:id")],
    ids=["users too", "groups alone", "nonsense"],
)
def test_members_lead_to_users_where_they_may(words: object, foreign: str) -> None:
    schemas: Any = json.loads(json.dumps(SCHEMAS))
    schemas[1]["attributes"][1]["subAttributes"][1]["referenceTypes"] = words
    with service(Scim({"/Schemas": told({"Resources": schemas})})) as address:
        found = ScimDriver().discover(first(address), ALL)
    assert found[-1].by_name["MemberId"].foreign_column == foreign


def test_resource_types_come_from_schemas_where_none_are_told() -> None:
    with service(Scim({"/ResourceTypes": told({}, 404)})) as address:
        found = ScimDriver().discover(first(address), ALL)
    assert [each.identifier for each in found] == ["HR_Users", "HR_Groups", "HR_members_Groups"]
    assert found[0].by_name["employeeNumber"].group == ENTERPRISE


def test_cyberark_has_a_table_of_containers_and_exports_complete_only() -> None:
    with service(Scim(types=(*TYPES, CONTAINER))) as address:
        settings = replace(first(address, ScimSyntax="cyberark"), package="Usercube.SCIM.CyberArk@0000001")
        found = ScimDriver().discover(settings, ALL)
        incremental = ordered(Mode.INCREMENTAL, ScimDriver().check(settings, Mode.INCREMENTAL))
        schema = next(each for each in ScimDriver().check(settings, Mode.COMPLETE) if each.stage is Stage.SCHEMA)
    assert found[3:] == (Table("HR_Containers"), Table("HR_privilegedData_Containers"))
    assert incremental.status == "skipped"
    assert "'urn:ietf:params:scim:schemas:pam:1.0:Container'" in schema.warnings[0]


def test_first_revision_only_warns_where_changes_cannot_be_filtered() -> None:
    with service(Scim(filters=False)) as address:
        result = ordered(Mode.INCREMENTAL, ScimDriver().check(first(address), Mode.INCREMENTAL))
    assert result.failure is None
    assert "meta.lastModified" in result.stages[-1].warnings[0]


def test_types_that_cannot_be_read_are_told() -> None:
    with service(Scim({"/Groups": told({}, 403)})) as address:
        found = list(ScimDriver().check(first(address, Filter="Nobody|?filter=a"), Mode.COMPLETE))
    warnings = [text for each in found for text in each.warnings]
    assert "'Groups' can't be read: status 403" in warnings
    assert "'Filter' names 'Nobody', which the service does not have" in warnings


def test_a_filter_that_is_a_secret_is_not_shown() -> None:
    with service(Scim()) as address:
        found = list(ScimDriver().check(first(address, Filter=Secret("Nobody|?filter=a")), Mode.COMPLETE))
    assert found[-1].warnings == (f"'Filter' names '{MASK}', which the service does not have",)


def test_columns_of_associations_are_those_of_the_mapping() -> None:
    wanted = Wanted(frozenset({"HR_members_Groups"}), {"HR_members_Groups": frozenset({"user", "group", "Command"})})
    with service(Scim()) as address:
        found = Scim2Driver().discover(second(address), wanted)
    assert found == (Table("HR_members_Groups", (Column("group"), Column("user"))),)


def test_form_with_secrets_follows_no_redirection() -> None:
    with watched(told({"access_token": TOKEN})) as (other, asked):
        moved = Told(307, headers={"Location": other})
        with service(Scim({"/token": moved})) as address, pytest.raises(StageFailure) as failure:
            Scim2Driver().discover(second(address, **by_client(address)), ALL)
    assert failure.value.failure is Failure.MALFORMED_ANSWER
    assert not asked


def test_token_goes_to_no_other_service() -> None:
    with watched(told({}, 401)) as (other, asked):
        moved = Told(302, headers={"Location": f"{other}/Schemas"})
        with service(Scim({"/Schemas": moved})) as address, pytest.raises(StageFailure):
            Scim2Driver().discover(second(address), ALL)
    assert asked
    assert all("Authorization" not in each.headers for each in asked)


def test_throttling_tells_how_long_to_wait() -> None:
    throttled = Told(429, headers={"Retry-After": "7"})
    with service(Scim({"/Schemas": throttled})) as address, pytest.raises(StageFailure, match="asks to wait 7 seconds"):
        ScimDriver().discover(first(address), ALL)


@pytest.mark.parametrize("body", [b"[]", b"7", b'{"Resources": [7, {"id": 5}, {"attributes": []}]}', b"null"])
def test_answers_of_other_shapes_are_told(body: bytes) -> None:
    instead = {"/Schemas": Told(200, body), "/ResourceTypes": Told(200, body)}
    with service(Scim(instead)) as address, pytest.raises(StageFailure) as failure:
        ScimDriver().discover(first(address), ALL)
    assert failure.value.failure is Failure.SCHEMA_FAILED


def test_silence_is_told_at_the_stage_that_met_it() -> None:
    with port_that(None) as address:
        settings = replace(first(address), deadline=time.monotonic() + 0.5)
        result = ordered(Mode.COMPLETE, results_of(settings))
    assert result.failure is not None
    assert (result.failure.stage, result.failure.reason) == (Stage.LOGIN, Failure.TIMEOUT)
    assert result.failure.setting == "Server"


def results_of(settings: Settings) -> Iterator[Any]:
    try:
        yield from ScimDriver().check(settings, Mode.COMPLETE)
    except StageFailure as failure:
        yield failure.result


def test_library_that_is_missing_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(EnvironmentFault, match=re.escape("pip install 'idmxml[http]'")):
        ScimDriver().discover(first("http://localhost:1"), ALL)


def test_addresses_and_logins_are_hidden_when_shown(tmp_path: Path) -> None:
    from idmxml.drivers.http_login import by_account, read_http_address

    settings = first(f"http://hidden.test/{tmp_path.name}")
    shown = repr((read_http_address(settings, "Server"), by_account(settings)))
    assert "hidden.test" not in shown
    assert base64.b64encode(f"reader:{PASSWORD}".encode()).decode() not in shown
