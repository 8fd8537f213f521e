"""The driver of Azure against services that answer as the Azure Resource Manager and its authority do."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from http_service import Asked, Authorities, Told, refused_address, service
from jsonschema import Draft202012Validator
from microsoft_service import APPLICATION, AZURE, KEY, NEVER_TOLD, TENANT, TOKEN, Authority, refused, told
from service_faults import PAGE, connection_faults, run

from idmxml.drivers.azure_driver import AzureDriver
from idmxml.drivers.driver import ALL, Settings
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.facts.files import read_stored
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
COMPLETE = frozenset({Mode.COMPLETE})
SUBSCRIPTION = "99999999-8888-7777-6666-555555555555"
BEFORE = f"/subscriptions/{SUBSCRIPTION}"
LISTS = {
    "RoleDefinition": f"{BEFORE}/providers/Microsoft.Authorization/roleDefinitions",
    "Resource": f"{BEFORE}/resources",
    "RoleAssignment": f"{BEFORE}/providers/Microsoft.Authorization/roleAssignments",
}
QUERIES = {
    LISTS["RoleDefinition"]: {"api-version": "2022-04-01", "$filter": "type eq 'CustomRole'"},
    LISTS["Resource"]: {"api-version": "2021-04-01", "$top": "1"},
    LISTS["RoleAssignment"]: {"api-version": "2022-04-01", "$filter": "atScope()"},
}


def azure_error(code: str, status: int) -> Told:
    return told({"error": {"code": code, "message": f"about {NEVER_TOLD}"}}, status)


@dataclass(frozen=True)
class Azure:
    """The Azure Resource Manager. ``instead`` are answers given in place of the right ones, by path."""

    instead: Mapping[str, Told] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        if asked.path in self.instead:
            return self.instead[asked.path]
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return azure_error("InvalidAuthenticationToken", 401)
        if asked.path in QUERIES:
            assert asked.query == QUERIES[asked.path]
            return told({"value": [{"id": "1", "name": NEVER_TOLD}]})
        if asked.path == BEFORE:
            assert asked.query == {"api-version": "2022-12-01"}
            return told({"id": BEFORE, "displayName": NEVER_TOLD, "state": "Enabled"})
        return azure_error("SubscriptionNotFound", 404)


def settings(address: str, **values: object) -> Settings:
    given = {
        "ApplicationId": Secret(APPLICATION),
        "ApplicationKey": Secret(KEY),
        "TenantId": TENANT,
        "SubscriptionId": SUBSCRIPTION,
        "AzurePath": AZURE,
        "AzurePathApi": address,
        **values,
    }
    return Settings("Cloud", "Usercube.Azure@0000001", given, deadline=time.monotonic() + 30)


def faults(address: str, stack: ExitStack) -> Iterator[FailingCase]:
    def setting(name: str, failure: Failure, fault: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(address, **values), failure, fault)

    def answer(name: str, failure: Failure, fault: str, path: str, told: Told) -> FailingCase:
        given = settings(stack.enter_context(service(Azure({path: told}))))
        return FailingCase(name, given, failure, fault, stops_discovery=path == BEFORE)

    yield setting("wrong secret", Failure.LOGIN_REFUSED, "ApplicationKey", ApplicationKey=Secret("wrong"))
    yield setting("wrong application", Failure.LOGIN_REFUSED, "ApplicationId", ApplicationId=Secret("wrong"))
    yield setting("wrong tenant", Failure.LOGIN_REFUSED, "TenantId", TenantId="../wrong")
    yield setting("wrong scope", Failure.LOGIN_REFUSED, "AzurePath", AzurePath="https://graph.microsoft.com/.default")
    yield setting("no secret", Failure.SETTING_MISSING, "ApplicationKey", ApplicationKey="")
    yield setting("no address", Failure.SETTING_WRONG, "AzurePathApi", AzurePathApi="management")
    yield setting("other subscription", Failure.NOT_FOUND, "SubscriptionId", SubscriptionId=TENANT)
    yield answer("no subscription", Failure.NOT_FOUND, "SubscriptionId", BEFORE, azure_error("InvalidSubscriptionId", 400))
    yield answer(
        "token refused", Failure.LOGIN_REFUSED, "ApplicationId", BEFORE, azure_error("InvalidAuthenticationToken", 401)
    )
    yield answer("denied", Failure.NO_RIGHT, "ApplicationId", BEFORE, azure_error("AuthorizationFailed", 403))
    yield answer("throttled", Failure.THROTTLED, "AzurePathApi", BEFORE, Told(429, headers={"Retry-After": "7"}))
    yield answer("failing", Failure.CUT_OFF, "AzurePathApi", BEFORE, Told(502))
    yield answer("page", Failure.MALFORMED_ANSWER, "AzurePathApi", BEFORE, PAGE)
    yield answer("no object", Failure.MALFORMED_ANSWER, "AzurePathApi", BEFORE, told([]))
    for name, path in LISTS.items():
        yield answer(f"{name} denied", Failure.NO_RIGHT, "ApplicationId", path, azure_error("AuthorizationFailed", 403))
        yield answer(f"{name} throttled", Failure.THROTTLED, "AzurePathApi", path, Told(429))
        yield answer(f"{name} odd", Failure.MALFORMED_ANSWER, "AzurePathApi", path, told({"value": 7}))


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    driver = AzureDriver(stack.enter_context(service(Authority(AZURE))))
    address = stack.enter_context(service(Azure()))
    encrypted = settings(stack.enter_context(service(Azure(), authorities.own())))
    tables, secrets = fixed_tables(encrypted, "azure"), (NEVER_TOLD, TOKEN, KEY, APPLICATION)
    connection = tuple(connection_faults(settings, Azure(), stack, authorities, "AzurePathApi"))
    found = (
        DriverCase("connection", driver, encrypted, tables, COMPLETE, connection, secrets),
        DriverCase("answers", driver, settings(address), tables, COMPLETE, tuple(faults(address, stack)), secrets),
    )
    return {str(each): each for each in found}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["connection", "answers"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def test_stages_of_a_service_that_works() -> None:
    with service(Azure()) as address, service(Authority(AZURE)) as authority:
        found = {mode: ordered(mode, AzureDriver(authority).check(settings(address), mode)) for mode in Mode}
    assert [each.detail for each in found[Mode.COMPLETE].stages[4:]] == [
        "a token was given and accepted",
        "RoleDefinition, Resource, RoleAssignment readable",
        "3 tables, 17 columns",
        "",
    ]
    assert found[Mode.INCREMENTAL].status == "skipped"


@pytest.mark.parametrize(
    ("answer", "failure", "setting"),
    [
        (refused("invalid_client", 7000222, 401), Failure.LOGIN_REFUSED, "ApplicationKey"),
        (refused("invalid_client", 7, 401), Failure.LOGIN_REFUSED, "ApplicationId"),
        (Told(429), Failure.THROTTLED, ""),
        (Told(404), Failure.NOT_FOUND, ""),
        (PAGE, Failure.MALFORMED_ANSWER, ""),
    ],
    ids=["secret has expired", "other error", "throttled", "absent", "page"],
)
def test_answers_of_the_authority_belong_to_the_login(answer: Told, failure: Failure, setting: str) -> None:
    with service(Authority(AZURE, answer)) as authority, service(Azure()) as address, pytest.raises(StageFailure) as raised:
        AzureDriver(authority).discover(settings(address), ALL)
    assert (raised.value.failure, raised.value.setting, raised.value.stage) == (failure, setting, Stage.LOGIN)


def test_authority_that_is_out_of_reach_is_told_of_the_login() -> None:
    with service(Azure()) as address, pytest.raises(StageFailure) as raised:
        AzureDriver(refused_address()).discover(settings(address), ALL)
    assert (raised.value.failure, raised.value.stage) == (Failure.REFUSED, Stage.LOGIN)


def test_data_follows_its_schema() -> None:
    validator = Draft202012Validator(read_stored("azure-management.schema.json"))
    stored = read_stored("azure-management.json")
    assert [each.message for each in validator.iter_errors(stored)] == []
    assert [*stored["lists"]] == [*read_stored("fixed-tables", "azure.json")["tables"]]
