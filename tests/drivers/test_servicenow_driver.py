"""The driver of ServiceNow against a service that answers as its Table API is documented."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

import pytest
from http_service import Asked, Authorities, Told, service
from service_faults import Service, faults, run
from servicenow_service import API, KEY, NEVER_TOLD, PASSWORD, RECORDS, TOKEN, ServiceNow, told

from idmxml.drivers.driver import ALL, Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.servicenow_driver import ServiceNowDriver
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH = frozenset(Mode)


def key(label: str = "Sys Id") -> Column:
    return Column("sys_id", ValueType.GUID, 32, KeyKind.PRIMARY, display_name=label)


TASK = (
    Column("language", length=32, foreign_column="SN_sys_language:id", display_name="Language"),
    Column("priority", ValueType.INT32, display_name="Priority"),
    key(),
)
TABLES = (
    Table(
        "SN_incident",
        (
            *TASK,
            Column("cost", ValueType.DOUBLE, display_name="Cost"),
            Column("severity", ValueType.INT32, display_name="Severity"),
        ),
        "Incident",
    ),
    Table(
        "SN_sys_user",
        (
            Column("active", ValueType.BOOL, display_name="Active"),
            Column("failed_attempts", ValueType.INT32, display_name="Failed Attempts"),
            Column("last_login_time", ValueType.DATE_TIME, display_name="Last Login Time"),
            Column("manager", ValueType.GUID, 32, foreign_column="SN_sys_user:sys_id", display_name="Manager"),
            key(),
            Column("user_name", length=40, key=KeyKind.UNIQUE, display_name="User Name"),
        ),
        "User",
    ),
    Table(
        "SN_sys_user_grmember",
        (
            Column("group", ValueType.GUID, 32, foreign_column="SN_sys_user_group:sys_id", display_name="Group"),
            key(),
            Column("user", ValueType.GUID, 32, foreign_column="SN_sys_user:sys_id", display_name="User"),
        ),
        "Group Member",
    ),
    Table(
        "SN_sys_user_group",
        (
            Column("name", length=80, display_name="Name"),
            key(),
            Column("type", is_multivalued=True, foreign_column="SN_sys_user_group_type:sys_id", display_name="Type"),
        ),
        "Group",
    ),
    Table("SN_task", TASK, "Task"),
)


def settings(address: str, **values: object) -> Settings:
    given = {"Server": Secret(f"{address}{API}"), "Login": "reader", "Password": Secret(PASSWORD), **values}
    return Settings("SN", "Usercube.ServiceNow@0000001", given)


def by_client(address: str, **values: object) -> dict[str, object]:
    return {"ClientId": "app", "ClientSecret": Secret(KEY), "OAuth2Url": f"{address}/oauth_token.do", **values}


def failing_cases(address: str, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, settings(address, **values), failure, setting, BOTH)

    def instead(name: str, answers: Mapping[str, Told], failure: Failure, setting: str) -> FailingCase:
        at = stack.enter_context(service(ServiceNow(answers)))
        return FailingCase(name, settings(at), failure, setting, BOTH)

    denied = told({"error": {"message": "User Not Authorized"}}, 403)
    unreadable = {f"{API}/{each}": denied for each in ("sys_db_object", "sys_user", "sys_user_group")}
    nothing = told({"error": {"message": "No Record found"}}, 404)
    yield from faults(Service(settings, ServiceNow, f"{API}/sys_db_object", "Login"), stack, authorities)
    yield case("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong"))
    yield case("no password", Failure.SETTING_MISSING, "Password", Password="")
    yield case("half a client", Failure.SETTING_MISSING, "ClientSecret", ClientId="app")
    yield case("wrong client", Failure.LOGIN_REFUSED, "Login", **by_client(address, ClientSecret=Secret("no")))
    yield case("no page", Failure.SETTING_WRONG, "ResponseSizeLimit", ResponseSizeLimit="0")
    yield case("page in words", Failure.SETTING_WRONG, "ResponseSizeLimit", ResponseSizeLimit="many")
    yield replace(case("no API", Failure.NOT_FOUND, "Server", Server=address), stops_discovery=False)
    yield instead("nothing readable", unreadable, Failure.NO_RIGHT, "Login")
    yield instead("closed dictionary", {f"{API}/sys_dictionary": denied}, Failure.NO_RIGHT, "Login")
    yield instead("empty dictionary", {f"{API}/sys_dictionary": told({"result": []})}, Failure.SCHEMA_FAILED, "Login")
    yield instead("older empty dictionary", {f"{API}/sys_dictionary": nothing}, Failure.SCHEMA_FAILED, "Login")
    wrong = settings(address, Filter="sys_users#active=true")
    yield FailingCase("filter", wrong, Failure.MODE_FAILED, "Filter", stops_discovery=False)


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    address = stack.enter_context(service(ServiceNow()))
    encrypted = stack.enter_context(service(ServiceNow(), authorities.own()))
    secrets = (NEVER_TOLD, PASSWORD, KEY, TOKEN, address.rpartition("/")[2], encrypted.rpartition("/")[2])
    failing = tuple(failing_cases(address, stack, authorities))
    filtered = settings(address, Filter="sys_user#active=true", ResponseSizeLimit="5000")
    account = DriverCase("account", ServiceNowDriver(), filtered, TABLES, BOTH, failing, secrets)
    client = settings(encrypted, **by_client(encrypted, ResponseSizeLimit=Secret("3")))
    return {each.name: each for each in (account, DriverCase("client", ServiceNowDriver(), client, TABLES, BOTH, (), secrets))}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["account", "client"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def test_only_what_is_wanted_is_asked_for() -> None:
    asked: list[Asked] = []

    def answering(request: Asked) -> Told:
        asked.append(request)
        return ServiceNow()(request)

    with service(answering) as address:
        found = ServiceNowDriver().discover(settings(address), Wanted(frozenset({"SN_incident"})))
    assert found == TABLES[:1]
    assert [each.query["sysparm_query"] for each in asked] == [
        "nameINincident^ORDERBYname",
        "nameINtask^ORDERBYname",
        "nameINincident,task^active=true^elementISNOTEMPTY^ORDERBYname^ORDERBYelement",
    ]


def test_pages_that_are_short_as_rows_are_hidden_do_not_end_it() -> None:
    with service(ServiceNow(hides_first_of="sys_db_object")) as address:
        assert ServiceNowDriver().discover(settings(address, ResponseSizeLimit="2"), ALL) == TABLES[1:]


def test_dictionary_that_hides_columns_is_not_taken_for_the_whole() -> None:
    with service(ServiceNow(hides_first_of="sys_dictionary")) as address, pytest.raises(StageFailure) as failure:
        ServiceNowDriver().discover(settings(address), Wanted(frozenset({"SN_sys_user"})))
    assert (failure.value.failure, failure.value.setting) == (Failure.SCHEMA_FAILED, "Login")
    assert failure.value.message == "the dictionary of the service shows this account not all columns"


def test_pages_without_a_total_go_on_while_they_are_full() -> None:
    with service(ServiceNow(tells_total=False)) as address:
        assert ServiceNowDriver().discover(settings(address, ResponseSizeLimit="2"), ALL) == TABLES


def test_view_is_a_table_whose_columns_are_not_known() -> None:
    wanted = Wanted(frozenset({"SN_u_view", "SN_sys_user_group", "SN_absent", "SN_no name"}))
    with service(ServiceNow()) as address:
        found = ServiceNowDriver().discover(settings(address), wanted)
    assert found == (TABLES[3], Table("SN_u_view"))


def test_table_whose_base_is_hidden_has_no_known_columns() -> None:
    hidden = tuple(each for each in RECORDS["sys_db_object"] if each["name"] != "task")
    with service(ServiceNow(records={**RECORDS, "sys_db_object": hidden})) as address:
        found = ServiceNowDriver().discover(settings(address), Wanted(frozenset({"SN_incident"})))
    assert found == (Table("SN_incident", (), "Incident"),)


@pytest.mark.parametrize("tables", [frozenset({"SN_sys_user"}), None])
def test_fields_of_referenced_records_are_those_of_mappings(tables: frozenset[str] | None) -> None:
    mapped = frozenset({"manager.user_name", "manager.manager.email", "user_name.x", "manager.", "boss.email", "manager"})
    with service(ServiceNow()) as address:
        found = ServiceNowDriver().discover(settings(address), Wanted(tables, {"sn_Sys_user": mapped}))
    own = next(each for each in TABLES if each.identifier == "SN_sys_user")
    walks = Column("manager.manager.email"), Column("manager.user_name")
    assert next(each for each in found if each.identifier == "SN_sys_user") == replace(own, columns=(*own.columns, *walks))


def test_refused_client_may_be_at_fault_itself() -> None:
    with service(ServiceNow()) as address, pytest.raises(StageFailure) as failure:
        ServiceNowDriver().discover(settings(address, **by_client(address, ClientSecret=Secret("no"))), ALL)
    assert (failure.value.failure, failure.value.stage) == (Failure.LOGIN_REFUSED, Stage.LOGIN)
    assert failure.value.hint == (
        "check Login and Password, and ClientId and ClientSecret: the service does not say which is wrong"
    )


def test_mapped_tables_that_are_all_absent_are_told() -> None:
    with service(ServiceNow()) as address, pytest.raises(StageFailure) as failure:
        ServiceNowDriver().discover(settings(address), Wanted(frozenset({"SN_sys_group"})))
    assert (failure.value.failure, failure.value.stage) == (Failure.NOT_FOUND, Stage.SCHEMA)
    assert failure.value.message == "the service has no table 'SN_sys_group'"


@pytest.mark.parametrize("text", ["active=true", "sys_user#a#b", "Some table#active=true"])
def test_filter_of_another_form_is_not_judged(text: str) -> None:
    with service(ServiceNow()) as address:
        result = ordered(Mode.COMPLETE, ServiceNowDriver().check(settings(address, Filter=text), Mode.COMPLETE))
    assert result.failure is None
    assert result.stages[-1].warnings == ("'Filter' is not <table>#<query>, so it was not tried",)


def test_account_that_reads_other_tables_only_is_not_refused() -> None:
    denied = told({"error": {"message": "User Not Authorized"}}, 403)
    answers = {f"{API}/sys_user": denied, f"{API}/sys_user_group": denied}
    with service(ServiceNow(answers)) as address:
        result = ordered(Mode.INCREMENTAL, ServiceNowDriver().check(settings(address), Mode.INCREMENTAL))
    read = next(each for each in result.stages if each.stage is Stage.READ)
    assert (result.failure, read.detail) == (None, "sys_db_object readable")


def test_references_beside_their_addresses_are_read() -> None:
    rows = tuple({**each, "internal_type": {"value": each["internal_type"]}} for each in RECORDS["sys_dictionary"])
    with service(ServiceNow(records={**RECORDS, "sys_dictionary": rows})) as address:  # type: ignore[dict-item]
        assert ServiceNowDriver().discover(settings(address), ALL) == TABLES


def test_dictionary_that_runs_in_circles_ends() -> None:
    rows = ({"name": "task", "label": "Task", "super_class.name": "incident"}, RECORDS["sys_db_object"][4])
    with service(ServiceNow(records={**RECORDS, "sys_db_object": rows})) as address:
        found = ServiceNowDriver().discover(settings(address), Wanted(frozenset({"SN_incident"})))
    assert found == (Table("SN_incident", (), "Incident"),)
