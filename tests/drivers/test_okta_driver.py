"""The driver of Okta against a service that answers as its management API is documented."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from http_service import Asked, Authorities, Told, service, watched
from service_faults import Service, faults, run

from idmxml.drivers.driver import ALL, Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.okta_driver import OktaDriver
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
NEVER_TOLD = "Zo\u00eb-never-told"
TOKEN = "00token-never-told"  # noqa: S105  no token
BOTH = frozenset(Mode)
TYPE = {"id": "otyDefault", "default": True, "_links": {"schema": {"href": "https://x.okta.com/api/v1/meta/schemas/user/osc1"}}}
OTHER_TYPE = {
    "id": "oty2",
    "default": False,
    "_links": {"schema": {"href": "https://x.okta.com/api/v1/meta/schemas/user/osc2"}},
}


def schema(base: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "definitions": {
            "base": {"id": "#base", "type": "object", "properties": base, "required": ["login"]},
            "custom": {"id": "#custom", "type": "object", "properties": custom},
        },
        "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
    }


BASE = {
    "login": {"title": "Username", "type": "string", "required": True, "minLength": 5, "maxLength": 100},
    "city": {"title": "City", "type": "string", "maxLength": 128},
}
CUSTOM = {
    "badge": {"title": "Badge", "type": "string", "unique": "UNIQUE_VALIDATED"},
    "level": {"title": "Level", "type": "integer"},
    "rate": {"title": "Rate", "type": "number"},
    "external": {"title": "External", "type": "boolean"},
    "hired": {"title": "Hired", "type": "string", "format": "date-time"},
    "sites": {"title": "Sites", "type": "array", "items": {"type": "string", "maxLength": 20}},
}
SCHEMAS = {
    "user/default": schema(BASE, CUSTOM),
    "user/osc2": schema(BASE, {"firm": {"title": "Firm", "type": "string"}}),
    "group/default": schema(
        {
            "name": {"title": "Name", "type": "string", "maxLength": 255},
            "description": {"title": "Description", "type": "string", "maxLength": 1024},
        },
        {"owner": {"title": "Owner", "type": "string"}},
    ),
}
FIXED = fixed_tables(Settings("OK", ""), "okta")
PROFILE = (
    Column("profile.login", length=100, display_name="Username"),
    Column("profile.city", length=128, display_name="City"),
    Column("profile.badge", key=KeyKind.UNIQUE, display_name="Badge"),
    Column("profile.level", ValueType.INT64, display_name="Level"),
    Column("profile.rate", ValueType.DOUBLE, display_name="Rate"),
    Column("profile.external", ValueType.BOOL, display_name="External"),
    Column("profile.hired", ValueType.DATE_TIME, display_name="Hired"),
    Column("profile.sites", length=20, is_multivalued=True, display_name="Sites"),
)
GROUP = {
    "profile.name": Column("profile.name", length=255, display_name="Name"),
    "profile.description": Column("profile.description", length=1024, display_name="Description"),
}
TABLES = (
    replace(FIXED[0], columns=(*FIXED[0].columns, *PROFILE, Column("profile.firm", display_name="Firm"))),
    replace(
        FIXED[1],
        columns=(
            *(GROUP.get(each.identifier, each) for each in FIXED[1].columns),
            Column("profile.owner", display_name="Owner"),
        ),
    ),
    *FIXED[2:],
)


@dataclass(frozen=True)
class Okta:
    """A service. ``instead`` are answers given in place of the right ones, by path."""

    instead: Mapping[str, Told] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        if asked.path in self.instead:
            return self.instead[asked.path]
        if asked.headers.get("Authorization") != f"SSWS {TOKEN}":
            return told({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}, 401)
        path = asked.path.removeprefix("/api/v1/")
        if path in {"users", "groups", "apps"}:
            assert asked.query == {"limit": "1"}
            return told([{"id": "1", "profile": {"login": NEVER_TOLD}}])
        if path == "meta/types/user":
            return told([TYPE, OTHER_TYPE])
        name = path.removeprefix("meta/schemas/")
        return told(SCHEMAS[name]) if name in SCHEMAS else told({"errorCode": "E0000007"}, 404)


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode())


DENIED = told({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)


def settings(address: str, **values: object) -> Settings:
    return Settings("OK", "Usercube.Okta@0000001", {"Server": Secret(f"{address}/"), "ApiKey": Secret(TOKEN), **values})


def failing_cases(address: str, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(address, **values), failure, setting, BOTH)

    def instead(name: str, paths: tuple[str, ...], answer: Told, failure: Failure, setting: str = "Server") -> FailingCase:
        at = stack.enter_context(service(Okta({f"/api/v1/{each}": answer for each in paths})))
        return FailingCase(name, settings(at), failure, setting, BOTH)

    lists = ("users", "groups", "apps")
    user, group = ("meta/schemas/user/default",), ("meta/schemas/group/default",)
    yield from faults(Service(settings, Okta, f"/api/v1/{group[0]}", "ApiKey"), stack, authorities)
    yield case("wrong token", Failure.LOGIN_REFUSED, "ApiKey", ApiKey=Secret("wrong"))
    yield case("no token", Failure.SETTING_MISSING, "ApiKey", ApiKey="")
    yield case("token that can't be sent", Failure.SETTING_WRONG, "ApiKey", ApiKey=Secret("a\nb"))
    yield replace(instead("nothing readable", lists, DENIED, Failure.NO_RIGHT, "ApiKey"), stops_discovery=False)
    yield replace(instead("throttled list", lists[1:2], told({}, 429), Failure.THROTTLED), stops_discovery=False)
    yield replace(instead("no list", lists[:1], told({}), Failure.MALFORMED_ANSWER), stops_discovery=False)
    yield instead("closed schemas", user, DENIED, Failure.NO_RIGHT, "ApiKey")
    yield instead("no schema", group, told({"definitions": []}), Failure.MALFORMED_ANSWER)


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    address = stack.enter_context(service(Okta()))
    encrypted = stack.enter_context(service(Okta(), authorities.own()))
    secrets = (NEVER_TOLD, TOKEN, address.rpartition("/")[2], encrypted.rpartition("/")[2])
    failing = tuple(failing_cases(address, stack, authorities))
    blank = settings(encrypted, Server=Secret(f" {encrypted}"), ApiKey=Secret(f"SSWS {TOKEN}"))  # as an example prints it
    return {
        "plain": DriverCase("plain", OktaDriver(), settings(address), TABLES, BOTH, failing, secrets),
        "encrypted": DriverCase("encrypted", OktaDriver(), blank, TABLES, BOTH, (), secrets),
    }


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["plain", "encrypted"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def test_incremental_mode_is_not_judged_as_its_way_is_not_documented() -> None:
    with service(Okta()) as address:
        result = ordered(Mode.INCREMENTAL, OktaDriver().check(settings(address), Mode.INCREMENTAL))
    last = result.stages[-1]
    assert (last.stage, last.status, last.code) == (Stage.INCREMENTAL, "skipped", "not-tried")


def test_lists_that_cannot_be_read_are_told() -> None:
    with service(Okta({"/api/v1/apps": DENIED})) as address:
        result = ordered(Mode.COMPLETE, OktaDriver().check(settings(address), Mode.COMPLETE))
    read = next(each for each in result.stages if each.stage is Stage.READ)
    assert (read.detail, read.warnings) == ("users, groups readable", ("'apps' can't be read: status 403",))


@pytest.mark.parametrize("answer", [DENIED, told({}, 404), told({}), told([{"_links": {"schema": {"href": 5}}}])])
def test_default_schema_alone_counts_where_types_are_not_told(answer: Told) -> None:
    mapped = frozenset({"profile.login", "profile.firm", "statu"})
    with service(Okta({"/api/v1/meta/types/user": answer})) as address:
        found = OktaDriver().discover(settings(address), Wanted(frozenset({"OK_users"}), {"OK_users": mapped}))
    assert found == (replace(TABLES[0], columns=(*TABLES[0].columns[:-1], Column("profile.firm"))),)


@pytest.mark.parametrize(
    ("table", "column"),
    [(TABLES[0], "credentials.emails"), (TABLES[1], "profile.dn2"), (TABLES[2], "settings.app.url")],
    ids=["users", "groups", "apps"],
)
def test_columns_that_only_some_rows_have_are_those_of_the_mapping(table: Table, column: str) -> None:
    name = table.identifier
    with service(Okta()) as address:
        found = OktaDriver().discover(settings(address), Wanted(frozenset({name}), {name: frozenset({column, "id"})}))
    assert found == (replace(table, columns=(*table.columns, Column(column))),)


def test_columns_of_users_are_those_of_the_service_alone() -> None:
    wanted = Wanted(frozenset({"OK_users"}), {"OK_users": frozenset({"profile.town", "statu"})})
    with service(Okta()) as address:
        assert OktaDriver().discover(settings(address), wanted) == TABLES[:1]


def test_tables_of_links_have_no_known_columns() -> None:
    assert TABLES[3:] == (Table("OK_groupsapps"), Table("OK_groupsusers"))


def test_token_goes_to_no_other_service() -> None:
    with watched(told({}, 401)) as (other, asked):
        moved = Told(302, headers={"Location": f"{other}/users"})
        with service(Okta({"/api/v1/meta/schemas/user/default": moved})) as address, pytest.raises(StageFailure):
            OktaDriver().discover(settings(address), ALL)
    assert asked
    assert all("Authorization" not in each.headers for each in asked)
