"""``idmxml check`` judges the settings of a repository against the connections of its XML."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_run import MakeRepository, Run

ROOT = Path(__file__).parents[2]
CONNECTION = (
    '<Connector Identifier="HR" DisplayName_L1="HR"/>'
    '<Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>'
)
GOOD = '{"SourcesRootPaths": ["C:/Sources"], "Connections": {"HRExport": {"Path": "C:/Sources/hr.csv"}}}'
MISSPELT = GOOD.replace('"Path"', '"Separater": ";", "Path"')
BEFORE = MISSPELT.index('"Separater"')
NOTE = "Settings were not checked: no appsettings*.json file was found."


def found(run: Run, *words: str | Path) -> list[dict[str, Any]]:
    outcome = run("check", *words, "--select", "IDM80", "--format", "json")
    report: list[dict[str, Any]] = json.loads(outcome.out)["diagnostics"]
    return report


def codes(run: Run, *words: str | Path) -> list[tuple[str, str, int]]:
    return [(each["code"], each["path"], each["line"]) for each in found(run, *words)]


def test_right_settings_give_nothing(repository: MakeRepository, run: Run) -> None:
    assert codes(run, repository({"a.xml": CONNECTION, "appsettings.agent.json": GOOD})) == []


def test_a_fault_of_settings_as_people_see_it(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": MISSPELT})
    outcome = run("check", root, "--select", "IDM80")
    assert outcome.out == (
        "warning[IDM8020]: package 'Usercube.CSV@0000001' has no setting 'Separater'\n"
        f" --> appsettings.agent.json:1:{BEFORE + 1}\n"
        "  |\n"
        f"1 | {MISSPELT}\n"
        f"  | {' ' * BEFORE}^^^^^^^^^^^\n"
        "  = help: did you mean 'Separator'?\n"
        "\n"
        "Found 1 warning in 1 file (2 objects).\n"
    )


def test_a_missing_section_is_shown_at_the_connection(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/a.xml": CONNECTION, "appsettings.agent.json": "{}"})
    (each,) = found(run, root)
    assert (each["code"], each["path"], each["object"]) == ("IDM8010", "Conf/a.xml", "Connection[HRExport]/settings")
    assert run("check", root, "--select", "IDM8010").out.count("Connection Identifier=") == 1


def test_without_settings_the_summary_says_so(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION})
    assert json.loads(run("check", root, "--format", "json").out)["notes"] == [NOTE]
    assert f"note: {NOTE}\n" in run("check", root).out


def test_rules_that_do_not_run_say_nothing_of_settings(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION})
    assert json.loads(run("check", root, "--ignore", "IDM80", "--format", "json").out)["notes"] == []


def test_paths_are_relative_to_the_base_of_several_repositories(repository: MakeRepository, run: Run) -> None:
    root = repository(
        {
            "one/idmxml.toml": "",
            "one/a.xml": CONNECTION,
            "one/appsettings.agent.json": MISSPELT,
            "two/idmxml.toml": "",
            "two/a.xml": CONNECTION,
            "two/appsettings.agent.json": GOOD,
        }
    )
    assert codes(run, root / "one", root / "two") == [("IDM8020", "one/appsettings.agent.json", 1)]


def test_settings_of_another_folder(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/a.xml": CONNECTION, "Agent/appsettings.agent.json": MISSPELT, "appsettings.agent.json": GOOD})
    assert codes(run, root) == []
    assert codes(run, root, "--settings", root / "Agent") == [("IDM8020", "Agent/appsettings.agent.json", 1)]
    assert run("check", root, "--settings", root / "Nowhere").code == 2


def test_settings_beside_the_asked_folder(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "Conf/a.xml": CONNECTION, "Conf/appsettings.agent.json": MISSPELT})
    assert codes(run, root / "Conf") == [("IDM8020", "Conf/appsettings.agent.json", 1)]


def test_the_overlay_of_an_environment_counts_when_asked_for(repository: MakeRepository, run: Run) -> None:
    files: dict[str, str | bytes] = {
        "a.xml": CONNECTION,
        "appsettings.agent.json": '{"Connections": {"HRExport": {}}}',
        "appsettings.agent.Production.json": '{"Connections": {"HRExport": {"Path": "C:/Sources/hr.csv"}}}',
    }
    root = repository(files)
    assert "IDM8024" not in {code for code, _path, _line in codes(run, root, "--environment", "Production")}
    note = "No settings file is an overlay for the environment 'Staging'."
    assert note in run("check", root, "--environment", "Staging").out


def test_environment_variables_do_not_count(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": MISSPELT})
    plain = run("check", root)
    assert run("check", root, environment={"Connections__HRExport__Seperator": ";"}) == plain


def test_a_rule_of_settings_is_silenced_like_others(repository: MakeRepository, run: Run) -> None:
    files: dict[str, str | bytes] = {"a.xml": CONNECTION, "appsettings.agent.json": MISSPELT}
    assert codes(run, repository(files | {"idmxml.toml": 'ignore = ["IDM8020"]'})) == []
    (raised,) = found(run, repository(files | {"idmxml.toml": '[severity]\nunknown-setting = "error"'}))
    assert raised["severity"] == "error"
    silenced = "<!-- idmxml: ignore IDM8010 it is configured on the agent -->"
    root = repository({"a.xml": CONNECTION.replace("<Connection ", f"{silenced}<Connection "), "appsettings.agent.json": "{}"})
    assert codes(run, root) == []


def test_a_connection_elsewhere_in_the_repository_is_no_orphan(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "A/a.xml": CONNECTION, "B/b.xml": "", "appsettings.agent.json": GOOD})
    assert codes(run, root / "B") == []
    (root / "idmxml.toml").unlink()
    (root / ".git").mkdir()
    assert codes(run, root / "B") == []


def test_an_orphan_section_is_told_when_all_is_known(repository: MakeRepository, run: Run) -> None:
    files: dict[str, str | bytes] = {"a.xml": CONNECTION, "appsettings.agent.json": GOOD.replace("}}}", '}, "Old": {}}}')}
    assert codes(run, repository(files)) == [("IDM8011", "appsettings.agent.json", 1)]
    assert codes(run, repository(files | {"broken.xml": '<ConfigurationFile><Connection Identifier="Old"'})) == []


@pytest.mark.parametrize(
    ("connector", "agent", "expected"),
    [
        ('Agent="A"', '"A"', ["IDM8010"]),
        ('Agent="B"', '"A"', []),
        ('Agent="A" IsDeactivated="true"', '"A"', []),
    ],
)
def test_which_connections_need_a_section(
    connector: str, agent: str, expected: list[str], repository: MakeRepository, run: Run
) -> None:
    agents = '<Agent Identifier="A" DisplayName_L1="A"/><Agent Identifier="B" DisplayName_L1="B"/>'
    xml = agents + CONNECTION.replace('DisplayName_L1="HR"/>', f'DisplayName_L1="HR" {connector}/>', 1)
    root = repository({"a.xml": xml, "appsettings.agent.json": f'{{"OpenId": {{"AgentIdentifier": {agent}}}}}'})
    assert [each[0] for each in codes(run, root) if each[0] == "IDM8010"] == expected


def test_the_task_of_a_mode_needs_its_setting(repository: MakeRepository, run: Run) -> None:
    job = (
        '<Agent Identifier="A" DisplayName_L1="A"/>'
        '<Job Identifier="J" DisplayName_L1="J"><ExportTask Identifier="T" DisplayName_L1="T" Agent="A" OpenIdClient="Job"'
        ' Connection="HRExport"/><PrepareSynchronizationTask Identifier="P" DisplayName_L1="P" Agent="A" OpenIdClient="Job"'
        ' Connector="HR" SynchronizationMode="Incremental"/></Job>'
    )
    root = repository({"a.xml": CONNECTION + job, "appsettings.agent.json": GOOD})
    (each,) = [each for each in found(run, root) if "PathIncremental" in each["message"]]
    assert each["severity"] == "error"


def test_a_settings_file_that_is_no_json_ends_nothing(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": CONNECTION, "appsettings.agent.json": '{"Connections": '})
    assert codes(run, root) == [("IDM8002", "appsettings.agent.json", 1)]
    assert run("check", root).code == 1


def test_a_vault_that_is_listed_gives_what_it_holds(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "contoso"
    shutil.copytree(ROOT / "samples/contoso", root)
    assert codes(run, root) == []
    (root / "idmxml.toml").write_text('key-vault-secrets = ["Connections--ADExport--Login"]', encoding="utf-8")
    assert any("ApplicationKey" in each["message"] for each in found(run, root))


def test_start_up_without_settings_needs_no_json_parser(repository: MakeRepository) -> None:
    import subprocess
    import sys

    program = (
        "import sys; from pathlib import Path; from idmxml.options import CheckOptions; from idmxml.pipeline import run_check;"
        "run_check([Path(sys.argv[1])], CheckOptions(jobs=1)); print('lark' in sys.modules)"
    )
    words = [sys.executable, "-c", program, str(repository({"a.xml": CONNECTION}))]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "False\n"


SECRET = "Hunter2LongSecretX"  # noqa: S105  what no output may tell
WITH_SECRET = json.dumps({"Connections": {"HRExport": {"Server": "s", "Login": "l", "Password": SECRET, "Filter": "*"}}})
DIRECTORY = CONNECTION.replace("Usercube.CSV@0000001", "Usercube.AD@0000001")


def test_a_comment_that_silences_tells_no_secret(repository: MakeRepository, run: Run) -> None:
    comments = f"<!-- idmxml: ignore IDM9999 {SECRET} --><!-- idmxml: ignore IDM3103 {SECRET} -->"
    root = repository({"a.xml": comments + DIRECTORY, "appsettings.agent.json": WITH_SECRET})
    outcome = run("check", root)
    assert ("IDM0008" in outcome.out, "IDM0009" in outcome.out, SECRET in outcome.out + outcome.err) == (True, True, False)


def test_a_secret_of_one_repository_is_told_of_no_other(repository: MakeRepository, run: Run) -> None:
    settings = {"idmxml.toml": "", "a.xml": DIRECTORY, "appsettings.agent.json": WITH_SECRET}
    other = {"idmxml.toml": "", "a.xml": f'<Connector Identifier="{SECRET}/" DisplayName_L1="HR"/>'}
    outcome = run("check", repository(settings), repository(other))
    assert ("IDM2003" in outcome.out, SECRET in outcome.out + outcome.err) == (True, False)
