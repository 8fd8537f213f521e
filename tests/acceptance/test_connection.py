"""``idmxml connection list`` and ``show``: tables and settings, as text and as JSON."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_run import Golden, MakeRepository, Outcome, Run
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
CONTOSO = ROOT / "samples/contoso"
VARIABLE = {"Connections__HREmployees__Separator": "|"}
CONNECTION = (
    '<Connector Identifier="HR" DisplayName_L1="Human Resources"/>'
    '<Connection Identifier="HRExport" DisplayName_L1="HR files" Connector="HR" Package="Usercube.CSV@0000001"/>'
)


def schema(name: str) -> Draft202012Validator:
    stored = json.loads((ROOT / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(stored)
    return Draft202012Validator(stored)


def read(outcome: Outcome, name: str) -> Any:
    assert outcome.code == 0, outcome.err
    stored = json.loads(outcome.out)
    schema(name).validate(stored)
    return stored


def portable(text: str) -> str:
    return text.replace(json.dumps(str(CONTOSO))[1:-1], "<root>")


def setting(stored: Any, name: str) -> Any:
    return next(each for each in stored["settings"] if each["name"] == name)


def test_list_of_the_sample(run: Run, golden: Golden) -> None:
    golden("connection/list.txt", run("connection", "list", CONTOSO).out)
    outcome = run("connection", "list", CONTOSO, "--format", "json")
    read(outcome, "connection-list")
    golden("connection/list.json", portable(outcome.out))


@pytest.mark.parametrize(
    ("name", "words", "variables"),
    [
        ("variable", ("HREmployees",), VARIABLE),
        ("overlay", ("ADExport", "--environment", "Production"), {}),
        ("vault", ("EntraIDGraph",), {}),
        ("cyberark", ("ADFulfillment",), {}),
        ("encrypted", ("ServiceNowITSM", "--environment", "Production"), {}),
        ("no-settings", ("BadgesTickets",), {}),
    ],
)
def test_settings_of_the_sample(name: str, words: tuple[str, ...], variables: dict[str, str], run: Run, golden: Golden) -> None:
    golden(f"connection/show-{name}.txt", run("connection", "show", *words, CONTOSO, environment=variables).out)
    outcome = run("connection", "show", *words, CONTOSO, "--format", "json", environment=variables)
    read(outcome, "connection-show")
    golden(f"connection/show-{name}.json", portable(outcome.out))


def test_a_value_of_an_overlay_beats_the_file(run: Run) -> None:
    stored = read(
        run("connection", "show", "ADExport", CONTOSO, "--environment", "Production", "--format", "json"), "connection-show"
    )
    found = setting(stored, "RequestTimeout")
    assert (found["value"], found["origin"]["path"], found["origin"]["line"]) == ("900", "appsettings.agent.Production.json", 4)
    assert [(each["value"], each["path"]) for each in found["beaten"]] == [("300", "appsettings.agent.json")]


def test_a_value_of_an_environment_variable_beats_the_file(run: Run) -> None:
    words = ("connection", "show", "hremployees", CONTOSO, "--format", "json")
    found = setting(read(run(*words, environment=VARIABLE), "connection-show"), "Separator")
    assert (found["value"], found["origin"]["entry"]) == ("|", "Connections__HREmployees__Separator")
    assert found["origin"]["path"] is None
    assert [(each["value"], each["line"]) for each in found["beaten"]] == [(";", 82)]


def test_values_nobody_can_read_are_known_to_exist(run: Run) -> None:
    stored = read(run("connection", "show", "EntraIDGraph", CONTOSO, "--format", "json"), "connection-show")
    vault, encrypted = setting(stored, "ApplicationKey"), setting(stored, "ApplicationId")
    assert (vault["value"], vault["readable"], vault["origin"]["source"]) == ("••••", False, "key-vault")
    assert vault["origin"]["entry"] == "Connections--EntraIDGraph--ApplicationKey"
    assert (encrypted["value"], encrypted["readable"], encrypted["origin"]["source"]) == ("••••", False, "encrypted")
    assert stored["connection"]["ways"][0]["complete"]


def test_environments_side_by_side(run: Run, golden: Golden) -> None:
    words = ("connection", "show", "ADExport", CONTOSO, "--environment", "Production", "--environment", "Staging")
    outcome = run(*words)
    assert outcome.err == "note: No settings file is an overlay for the environment 'Staging'.\n"
    golden("connection/environments.txt", outcome.out)
    stored = read(run(*words, "--format", "json"), "connection-environments")
    states = {each["name"]: each["state"] for each in stored["settings"]}
    assert states["RequestTimeout"] == "different"
    assert set(states.values()) == {"same", "different"}


def test_what_an_environment_lacks_and_shows_in_clear(repository: MakeRepository, run: Run) -> None:
    section = '{"Connections": {"App": {"Server": "https://%s.contoso.com"%s}}}'
    root = repository(
        {
            "a.xml": CONNECTION.replace("Usercube.CSV", "Usercube.SAP").replace("HRExport", "App"),
            "appsettings.agent.Production.json": section % ("live", ', "Password": "Winter-in-Lyon"'),
            "appsettings.agent.Test.json": section % ("test", ""),
            "appsettings.agent.json": "{}",
        }
    )
    words = ("connection", "show", "App", root, "--environment", "Production", "--environment", "Test")
    stored = read(run(*words, "--format", "json"), "connection-environments")
    states = {each["name"]: (each["state"], each["clear"]) for each in stored["settings"]}
    assert states["Server"] == ("different", False)
    assert states["Password"] == ("missing", True)
    assert "secret in clear text" in run(*words).out


def test_what_is_missing_is_said(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": '{"Connections": {"HRExport": {"Separator": ";"}}}'})
    assert "lacks 'Path' for the complete export" in run("connection", "list", root).out
    (each,) = read(run("connection", "list", root, "--format", "json"), "connection-list")["connections"]
    assert [(way["way"], way["used"], way["complete"]) for way in each["ways"]] == [
        ("complete", True, False),
        ("incremental", False, False),
    ]


def test_a_connection_without_a_section(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": "{}"})
    assert "no section" in run("connection", "list", root).out
    assert "settings   no section" in run("connection", "show", "HRExport", root).out


def test_required_settings_are_missing_where_they_stand(repository: MakeRepository, run: Run) -> None:
    xml = CONNECTION.replace("Usercube.CSV", "Usercube.AD")
    root = repository(
        {"a.xml": xml, "appsettings.agent.json": '{"Connections": {"HRExport": {"Servers": [{"Server": "dc"}]}}}'}
    )
    stored = read(run("connection", "show", "HRExport", root, "--format", "json"), "connection-show")
    assert setting(stored, "Servers[0] > BaseDN")["status"] == "missing"
    assert setting(stored, "Filter")["status"] == "missing"


def test_an_unknown_setting_and_a_secret_in_the_open(repository: MakeRepository, run: Run) -> None:
    section = '{"Connections": {"HRExport": {"Path": "/a.csv", "ApiKey": "Winter-in-Lyon"}}}'
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": section})
    outcome = run("connection", "show", "HRExport", root)
    assert "ApiKey = ••••  (a secret in clear text, unknown to the package)" in outcome.out
    assert "Winter" not in outcome.out


def test_a_package_without_export_has_no_schema(run: Run) -> None:
    stored = read(run("connection", "list", CONTOSO, "--format", "json"), "connection-list")
    schemas = {each["identifier"]: each["schema"] for each in stored["connections"]}
    assert schemas["BadgesTickets"]["possible"] is False
    assert (schemas["ADExport"]["possible"], schemas["ADExport"]["tables"]) == (True, 2)
    assert "There is no schema for this connection" in run("connection", "list", CONTOSO).out


def test_an_unknown_connection_offers_the_nearest(run: Run) -> None:
    outcome = run("connection", "show", "ADExprt", CONTOSO)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"idmxml: no connection 'ADExprt' in {CONTOSO}; did you mean 'ADExport'?\n"


@pytest.mark.parametrize(
    "words",
    [
        ("connection", "list", "nowhere"),
        ("connection", "list", ".", "--format", "sarif"),
        ("connection", "list", ".", "--settings", "nowhere"),
        ("connection", "list", ".", "--config", "nowhere"),
        ("connection", "lst"),
        ("connection", "show"),
        ("connection", "list", "--output", "json"),
    ],
)
def test_wrong_calls(words: tuple[str, ...], run: Run) -> None:
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err


def test_several_outputs_in_one_run(run: Run, tmp_path: Path) -> None:
    outcome = run("connection", "list", CONTOSO, "--output", f"json={tmp_path / 'list.json'}", "-q")
    assert outcome.out.startswith("CONNECTOR ")
    schema("connection-list").validate(json.loads((tmp_path / "list.json").read_text(encoding="utf-8")))


def test_no_connection_at_all(repository: MakeRepository, run: Run) -> None:
    outcome = run("connection", "list", repository({"a.xml": ""}))
    assert (outcome.code, outcome.out) == (0, "No connection is declared.\n")


def test_a_broken_file_is_noted(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION, "b.xml": "<ConfigurationFile><Connec", "appsettings.agent.json": "{"})
    err = run("connection", "list", root).err
    assert "'b.xml' can't be read in full" in err
    assert "'appsettings.agent.json' can't be read" in err
    assert not run("connection", "list", root, "--quiet").err
    assert "read 2 files and 1 settings file in" in run("connection", "list", root, "-v").err


def test_the_repository_is_found_from_below(run: Run, tmp_path: Path) -> None:
    shutil.copytree(CONTOSO, tmp_path / "contoso")
    below = tmp_path / "contoso/Conf/AD"
    assert run("connection", "list", cwd=below).out == run("connection", "list", CONTOSO).out


def test_the_connection_of_a_scaffolding(repository: MakeRepository, run: Run) -> None:
    xml = (
        '<Connector Identifier="HR" DisplayName_L1="HR"/><EntityType Identifier="HR_Person" DisplayName_L1="P"/>'
        '<ConnectorMappings Connector="HR" EntityType="HR_Person" Package="Usercube.CSV@0000001"/>'
    )
    stored = read(run("connection", "list", repository({"a.xml": xml}), "--format", "json"), "connection-list")
    (each,) = stored["connections"]
    assert (each["identifier"], each["package"]["identifier"]) == ("HR", "Usercube.CSV@0000001")


def test_the_last_refresh_and_how_it_ended(repository: MakeRepository, run: Run) -> None:
    refreshes = [{"at": "2026-05-01T07:30:00Z", "outcome": "recorded", "schema": "0" * 64}]
    failed = {
        "at": "2026-05-02T07:30:00Z",
        "outcome": "failed",
        "schema": None,
        "reason": {"stage": "reach", "code": "unreachable", "message": "no such file"},
    }
    head = {"format": "idmxml-connection-state", "version": 1, "connection": "HRExport", "checks": []}
    state = ".idmxml/state/HRExport.json"
    files: dict[str, str | bytes] = {"idmxml.toml": "", "a.xml": CONNECTION}
    root = repository(files | {state: json.dumps(head | {"refreshes": refreshes})})
    assert "2026-05-01T07:30:00Z" in run("connection", "list", root).out
    root = repository(files | {state: json.dumps(head | {"refreshes": [*refreshes, failed]})})
    (each,) = read(run("connection", "list", root, "--format", "json"), "connection-list")["connections"]
    assert each["schema"] == {
        "possible": True,
        "tables": None,
        "refreshed": "2026-05-01T07:30:00Z",
        "failure": "no such file",
    }
    assert "failed: no such file" in run("connection", "list", root).out
    root = repository(files | {state: "{"})
    assert "can't be used" in run("connection", "list", root).out


def test_a_new_connection_is_not_complete(repository: MakeRepository, run: Run) -> None:
    agent = {"Connections": {"HRExport": {"Path": "<Path>", "PathIncremental": "C:/a.csv"}}}
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": json.dumps(agent)})
    (listed,) = read(run("connection", "list", root, "--format", "json"), "connection-list")["connections"]
    assert (listed["placeholders"], [each["lacks"] for each in listed["ways"]]) == (["Path"], [[], []])
    assert "  settings   'Path' is a placeholder\n" in run("connection", "show", "HRExport", root).out
    (root / "appsettings.agent.json").write_text("{", encoding="utf-8")
    shown = run("connection", "show", "HRExport", root).out
    assert "  settings   unknown, as a settings file can't be read\n" in shown
