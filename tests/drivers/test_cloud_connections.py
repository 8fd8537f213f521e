"""Connections of cloud services through the commands: what is recorded, what is checked, and what mappings then lack."""

import json

import pytest
from command_run import MakeRepository, Run
from http_service import Asked, Told, service
from recorded_connection import checked, make, modes, recorded
from servicenow_service import API, PASSWORD, ServiceNow
from test_okta_driver import TOKEN, Okta
from test_workday_driver import BASE, UNITS, WORKERS
from workday_service import LOGIN, Workday
from workday_service import PASSWORD as WORKDAY_PASSWORD

pytestmark = pytest.mark.live


def test_servicenow_mapping_is_judged_by_the_dictionary(repository: MakeRepository, run: Run) -> None:
    asked: list[Asked] = []

    def answering(request: Asked) -> Told:
        asked.append(request)
        return ServiceNow()(request)

    names = {"package": "Usercube.ServiceNow@0000001", "table": "sys_user", "key": "sys_id", "other": "mail"}
    with service(answering) as address:
        settings = {"Server": f"{address}{API}", "Login": "reader", "Password": PASSWORD}
        root = make(repository, settings, names)
        assert run("connection", "refresh", "X", root).code == 0
        assert checked(run, root) == [("IDM3004", "the recorded table X_sys_user has no column 'mail'")]
        assert {each.path.rpartition("/")[2] for each in asked} == {"sys_db_object", "sys_dictionary"}
        assert {each.query["sysparm_query"].partition("^")[0] for each in asked} == {"nameINsys_user"}
        found = modes(run, root)
    assert {name: each["code"] for name, each in found.items()} == {"complete": "ok", "incremental": "ok"}


def test_servicenow_is_not_asked_for_every_table_when_one_is_missing(repository: MakeRepository, run: Run) -> None:
    more = {
        "Conf/More.xml": '<EntityType Identifier="Cloud_Group"><Property Identifier="Key" TargetColumnIndex="4" IsKey="true"/>'
        '</EntityType><EntityTypeMapping Identifier="Cloud_Group" Connector="Cloud" ConnectionTable="X_sys_group">'
        '<Property Identifier="Key" ConnectionColumn="sys_id" IsPrimaryKey="true"/></EntityTypeMapping>'
    }
    names = {"package": "Usercube.ServiceNow@0000001", "table": "sys_user", "key": "sys_id", "other": "user_name"}
    with service(ServiceNow()) as address:
        settings = {"Server": f"{address}{API}", "Login": "reader", "Password": PASSWORD}
        root = make(repository, settings, names, more)
        assert run("connection", "refresh", "X", root).code == 0
        assert 'Identifier="X_incident"' not in recorded(root)
        assert checked(run, root) == [("IDM3007", "the recorded schema of X has no table 'X_sys_group'")]
        assert run("connection", "refresh", "X", root, "--all-tables").code == 0
    assert 'Identifier="X_incident"' in recorded(root)


@pytest.mark.parametrize("words", [(), ("--all-tables",)])
def test_okta_keeps_mapped_columns_of_applications(repository: MakeRepository, run: Run, words: tuple[str, ...]) -> None:
    names = {"package": "Usercube.Okta@0000001", "table": "apps", "key": "id", "other": "settings.app.url"}
    with service(Okta()) as address:
        root = make(repository, {"Server": address, "ApiKey": TOKEN}, names)
        assert run("connection", "refresh", "X", root, *words).code == 0
        found = modes(run, root)
    assert checked(run, root) == []
    assert {name: each["code"] for name, each in found.items()} == {"complete": "ok", "incremental": "not-tried"}


def test_workday_is_tried_in_the_mode_that_is_disputed(repository: MakeRepository, run: Run) -> None:
    names = {"package": "Usercube.Workday@0000001", "table": "workers", "key": "bsvc:Worker_ID", "other": "bsvc:User_ID"}
    requests = {"requests.json": json.dumps({"Requests": [WORKERS, UNITS]})}
    with service(Workday()) as address:
        account = {"Login": LOGIN, "Password": WORKDAY_PASSWORD}
        settings = {"InputFilePath": "C:/agent/requests.json", "Server": f"{address}{BASE}", **account}
        root = make(repository, settings, names, requests)
        assert run("connection", "refresh", "X", root).code == 0
        found = modes(run, root)
    assert checked(run, root) == []
    assert {name: (each["first"], each["code"]) for name, each in found.items()} == {
        "complete": ("ok", "ok"),
        "incremental": ("ok", "ok"),
    }
