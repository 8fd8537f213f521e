"""The driver of Microsoft Entra ID against services that answer as Microsoft Graph and its authority do."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from http_service import Asked, Authorities, Told, refused_address, service
from jsonschema import Draft202012Validator
from microsoft_service import (
    APPLICATION,
    COLLECTIONS,
    EXTENSION,
    EXTENSIONS,
    GRAPH,
    KEY,
    METADATA,
    NEVER_TOLD,
    TENANT,
    TOKEN,
    Authority,
    Graph,
    graph_error,
    refused,
    told,
)
from service_faults import PAGE, connection_faults, run

from idmxml.drivers.driver import ALL, Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.entra_id_driver import EntraIdDriver
from idmxml.facts.files import read_stored
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH = frozenset(Mode)
INCREMENTAL = frozenset({Mode.INCREMENTAL})
OBJECTS = "AAD_directoryobjects"
DENIED = graph_error("Authorization_RequestDenied", 403)
UNTOLD = "the attributes that the tenant adds are not told to the application; those that mappings name are taken as they are"
OWN = Table(
    OBJECTS,
    (
        Column("Command"),
        Column("@odata.type"),
        Column("id", key=KeyKind.PRIMARY),
        Column("deletedDateTime", ValueType.DATE_TIME),
        Column("accountEnabled", ValueType.BOOL, group="user"),
        Column("assignedLicenses", is_multivalued=True, group="user"),
        Column("assignedLicenses:disabledPlans", ValueType.GUID, is_multivalued=True, group="user"),
        Column("assignedLicenses:skuId", ValueType.GUID, is_multivalued=True, group="user"),
        Column("displayName"),
        Column("employeeOrgData", group="user"),
        Column("employeeOrgData:costCenter", group="user"),
        Column("employeeOrgData:division", group="user"),
        Column("consent", group="user"),
        Column("status"),
        Column("proxyAddresses", is_multivalued=True, group="group"),
    ),
)
ADDED = (Column(EXTENSION.replace("skypeId", "badge"), ValueType.INT32, is_multivalued=True), Column(EXTENSION))


def link(name: str, entity: str) -> Table:
    foreign = f"{OBJECTS}:id"
    ends = (Column(f"{entity}Id", foreign_column=foreign), Column("id", foreign_column=foreign))
    return Table(f"AAD_{name}_{entity}", (Column("Command"), *ends))


LINKS = (link("members", "group"), link("owners", "group"), link("members", "administrativeUnit"))
TABLES = (replace(OWN, columns=(*OWN.columns, *ADDED)), *LINKS)


def settings(address: str, **values: object) -> Settings:
    given = {
        "ApplicationId": Secret(APPLICATION),
        "ApplicationKey": Secret(KEY),
        "TenantId": TENANT,
        "MicrosoftGraphPathApi": f"{address}/v1.0/",
        "MicrosoftGraphPath": GRAPH,
        **values,
    }
    return Settings("AAD", "Usercube.AzureAD@0000001", given, deadline=time.monotonic() + 30)


@pytest.fixture(scope="module")
def driver(stack: ExitStack) -> EntraIdDriver:
    return EntraIdDriver(stack.enter_context(service(Authority(GRAPH))))


def login_faults(address: str, stack: ExitStack) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(address, **values), failure, setting, BOTH)

    def authority(answer: Told) -> dict[str, object]:
        return {"MicrosoftAuthorityPath": f"{stack.enter_context(service(Authority(GRAPH, answer)))}/{{0}}"}

    pattern = "MicrosoftAuthorityPath"
    yield case("wrong secret", Failure.LOGIN_REFUSED, "ApplicationKey", ApplicationKey=Secret("wrong"))
    yield case("wrong application", Failure.LOGIN_REFUSED, "ApplicationId", ApplicationId=Secret("wrong"))
    yield case("wrong tenant", Failure.LOGIN_REFUSED, "TenantId", TenantId="wrong")
    yield case("wrong scope", Failure.LOGIN_REFUSED, "MicrosoftGraphPath", MicrosoftGraphPath="wrong")
    yield case("no secret", Failure.SETTING_MISSING, "ApplicationKey", ApplicationKey=Secret(" "))
    yield case("no tenant", Failure.SETTING_MISSING, "TenantId", TenantId="")
    yield case("no address", Failure.SETTING_WRONG, "MicrosoftGraphPathApi", MicrosoftGraphPathApi="graph")
    yield case("authority refused", Failure.REFUSED, pattern, MicrosoftAuthorityPath=f"{refused_address()}/{{0}}")
    yield case("new error", Failure.LOGIN_REFUSED, "ApplicationId", **authority(refused("invalid_grant", 1)))
    yield case("odd error", Failure.LOGIN_REFUSED, "ApplicationId", **authority(Told(400, b"[")))
    yield case("authority throttled", Failure.THROTTLED, pattern, **authority(Told(429)))
    yield case("authority failing", Failure.CUT_OFF, pattern, **authority(Told(503)))
    yield case("authority odd", Failure.MALFORMED_ANSWER, pattern, **authority(PAGE))
    yield case("no token", Failure.MALFORMED_ANSWER, pattern, **authority(told({"token_type": "Bearer"})))


def answer_faults(stack: ExitStack) -> Iterator[FailingCase]:
    graph, application = "MicrosoftGraphPathApi", "ApplicationId"

    def case(name: str, failure: Failure, setting: str, path: str, answer: Told) -> FailingCase:
        given = settings(stack.enter_context(service(Graph({path: answer}))))
        return FailingCase(name, given, failure, setting, BOTH, stops_discovery=path != "/users")

    def everywhere(name: str, failure: Failure, setting: str, answer: Told, ending: str = "") -> FailingCase:
        given = settings(stack.enter_context(service(Graph({f"/{each}{ending}": answer for each in COLLECTIONS}))))
        return FailingCase(name, given, failure, setting, INCREMENTAL if ending else BOTH, stops_discovery=False)

    yield case("metadata denied", Failure.NO_RIGHT, application, "/$metadata", DENIED)
    yield case("metadata absent", Failure.NOT_FOUND, graph, "/$metadata", Told(404))
    yield case("metadata is a page", Failure.MALFORMED_ANSWER, graph, "/$metadata", PAGE)
    yield case("metadata cut", Failure.MALFORMED_ANSWER, graph, "/$metadata", Told(200, METADATA.encode()[:-20]))
    yield case("other metadata", Failure.SCHEMA_FAILED, graph, "/$metadata", Told(200, b'<Edmx Version="4.0"/>'))
    yield case("throttled", Failure.THROTTLED, graph, "/users", Told(429, headers={"Retry-After": "7"}))
    yield case("failing", Failure.CUT_OFF, graph, "/users", Told(503))
    yield case("no JSON", Failure.MALFORMED_ANSWER, graph, "/users", Told(200, b'{"value": ['))
    yield case("login page", Failure.MALFORMED_ANSWER, graph, "/users", PAGE)
    extensions = "/directoryObjects/getAvailableExtensionProperties"
    yield case("extensions throttled", Failure.THROTTLED, graph, extensions, Told(429))
    yield everywhere("token not accepted", Failure.LOGIN_REFUSED, application, graph_error("InvalidAuthenticationToken", 401))
    yield everywhere("no right", Failure.NO_RIGHT, application, DENIED)
    yield everywhere("absent", Failure.NOT_FOUND, graph, Told(404))
    yield everywhere("wrong version", Failure.MALFORMED_ANSWER, graph, graph_error("BadRequest", 400))
    yield everywhere("no delta", Failure.MODE_FAILED, graph, graph_error("Request_UnsupportedQuery", 400), "/delta")
    yield everywhere("delta denied", Failure.NO_RIGHT, application, DENIED, "/delta")
    yield everywhere("delta throttled", Failure.THROTTLED, graph, Told(429), "/delta")
    yield everywhere("delta without link", Failure.MALFORMED_ANSWER, graph, told({"value": []}), "/delta")


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities, driver: EntraIdDriver) -> dict[str, DriverCase]:
    address = stack.enter_context(service(Graph()))
    encrypted = stack.enter_context(service(Graph(), authorities.own()))
    authority = stack.enter_context(service(Authority(GRAPH), authorities.own()))
    secrets = (NEVER_TOLD, TOKEN, KEY, APPLICATION)
    connection = tuple(connection_faults(settings, Graph(), stack, authorities, "MicrosoftGraphPathApi"))
    found = (
        DriverCase("connection", driver, settings(address), TABLES, BOTH, connection, secrets),
        DriverCase("login", driver, settings(address), TABLES, BOTH, tuple(login_faults(address, stack)), secrets),
        DriverCase("answers", driver, settings(address), TABLES, BOTH, tuple(answer_faults(stack)), secrets),
        DriverCase(
            "own authority", driver, settings(encrypted, MicrosoftAuthorityPath=f"{authority}/{{0}}"), TABLES, BOTH, (), secrets
        ),
    )
    return {str(each): each for each in found}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["connection", "login", "answers", "own authority"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def test_stages_of_a_service_that_works(driver: EntraIdDriver) -> None:
    with service(Graph()) as address:
        found = {mode: ordered(mode, driver.check(settings(address), mode)) for mode in Mode}
    details = {mode: [each.detail for each in result.stages[-4:]] for mode, result in found.items()}
    readable, entities = "user, group, directoryRole, servicePrincipal readable", "user, group, directoryRole, servicePrincipal"
    common = ["a token was given and accepted", readable, "4 tables, 26 columns"]
    assert details == {
        Mode.COMPLETE: [*common, readable],
        Mode.INCREMENTAL: [*common, f"changes of {entities} can be asked for"],
    }


def test_authority_of_unknown_form_leaves_the_login_untried(driver: EntraIdDriver) -> None:
    with service(Graph()) as address:
        given = settings(address, MicrosoftAuthorityPath="common/{0}")
        found = {mode: ordered(mode, driver.check(given, mode)) for mode in Mode}
        tables = driver.discover(given, Wanted(None, {OBJECTS: frozenset({EXTENSION, "displayName"})}))
    for result in found.values():
        statuses = [each.status for each in result.stages]
        assert statuses == ["skipped", "skipped", "passed", "skipped", "skipped", "skipped", "passed", "skipped"]
        assert "its form is not documented" in result.stages[4].detail
    assert tables == (replace(OWN, columns=(*OWN.columns, Column(EXTENSION))), *LINKS)


@pytest.mark.parametrize("ending", ["", "/", "/{0}", f"/{TENANT}"])
def test_authority_is_taken_with_and_without_the_tenant(ending: str, driver: EntraIdDriver) -> None:
    with service(Graph()) as address, service(Authority(GRAPH)) as authority:
        given = settings(address, MicrosoftAuthorityPath=f"{authority}{ending}")
        assert driver.discover(given, ALL) == TABLES


def test_what_only_some_entities_lack_is_a_warning(driver: EntraIdDriver) -> None:
    lacking = {"/directoryRoles": DENIED, "/servicePrincipals/delta": Told(404)}
    lacking["/directoryObjects/getAvailableExtensionProperties"] = DENIED
    with service(Graph(lacking)) as address:
        result = ordered(Mode.INCREMENTAL, driver.check(settings(address), Mode.INCREMENTAL))
    warnings = {each.stage: each.warnings for each in result.stages if each.stage in set(Stage) - {Stage.LOGIN}}
    assert result.failure is None
    assert {stage: texts for stage, texts in warnings.items() if texts} == {
        Stage.READ: ("'directoryRole' can't be read: status 403; mappings that name no entities in C0 need it",),
        Stage.SCHEMA: (UNTOLD,),
        Stage.INCREMENTAL: ("changes of 'servicePrincipal' can't be asked for: status 404",),
    }


def test_refusal_tells_what_to_do_and_nothing_that_was_sent(driver: EntraIdDriver) -> None:
    with service(Graph()) as address, pytest.raises(StageFailure) as failure:
        driver.discover(settings(address, ApplicationKey=Secret("wrong")), ALL)
    found = failure.value
    assert (found.message, found.stage) == ("the client secret is wrong", Stage.LOGIN)
    assert found.hint == "give the value of the client secret, not its identifier"
    assert APPLICATION not in repr(found.result)


def test_error_of_unknown_meaning_is_told_by_its_number(driver: EntraIdDriver) -> None:
    refusing = Authority(GRAPH, refused("invalid_grant", 50105))
    with service(Graph()) as address, service(refusing) as authority, pytest.raises(StageFailure) as failure:
        driver.discover(settings(address, MicrosoftAuthorityPath=authority), ALL)
    assert failure.value.message == "the service that gives tokens refuses the application by error AADSTS50105"


def test_discovery_reads_no_directory_objects(driver: EntraIdDriver) -> None:
    asked: list[str] = []

    def answering(request: Asked) -> Told:
        asked.append(request.path)
        return Graph()(request)

    with service(answering) as address:
        driver.discover(settings(address), ALL)
        driver.discover(settings(address), Wanted(frozenset({"AAD_members_group"})))
    metadata, extensions = "/v1.0/$metadata", "/v1.0/directoryObjects/getAvailableExtensionProperties"
    assert asked == [metadata, extensions, metadata]


def test_extensions_of_which_a_page_is_told_are_not_taken_for_all(driver: EntraIdDriver) -> None:
    page = told({"value": list(EXTENSIONS[1:]), "@odata.nextLink": "https://elsewhere.invalid/?$skiptoken=x"})
    with service(Graph({"/directoryObjects/getAvailableExtensionProperties": page})) as address:
        found = driver.discover(settings(address), Wanted(frozenset({OBJECTS}), {OBJECTS: frozenset({EXTENSION})}))
    assert found == (replace(OWN, columns=(*OWN.columns, Column(EXTENSION))),)


def test_names_that_the_documentation_leaves_open_are_those_of_mappings(driver: EntraIdDriver) -> None:
    parts = frozenset({"employeeOrgData.costCenter", "employeeOrgData/division", "employeeOrgData:x", "displayname", "state.x"})
    mapped = {OBJECTS: parts, "aad_Members_group": frozenset({"GroupId", "Id", "member"})}
    with service(Graph()) as address:
        found = driver.discover(settings(address), Wanted(frozenset({OBJECTS, "AAD_members_group"}), mapped))
    more = Column("employeeOrgData.costCenter"), Column("employeeOrgData/division")
    assert found == (
        replace(TABLES[0], columns=(*TABLES[0].columns, *more)),
        replace(LINKS[0], columns=(*LINKS[0].columns, Column("GroupId"), Column("Id"))),
    )


@pytest.mark.parametrize("name", ["microsoft-graph", "microsoft-login"])
def test_data_follows_its_schema(name: str) -> None:
    validator = Draft202012Validator(read_stored(f"{name}.schema.json"))
    assert [each.message for each in validator.iter_errors(read_stored(f"{name}.json"))] == []
