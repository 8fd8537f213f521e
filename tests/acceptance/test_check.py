"""``idmxml check``: every option, every exit code, standard output and standard error."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_run import MakeRepository, Run
from jsonschema import Draft202012Validator

from idmxml.checks.registry import rules

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas/report.schema.json").read_text(encoding="utf-8")))
WRONG = '<Agent Identifier="A" DisplayName_L1="A" State="Onlin"/>'
NO_SETTINGS = "note: Settings were not checked: no appsettings*.json file was found.\n"
UNUSUAL = '<AppDisplaySetting PrimaryColor="blue"/>'
FOREIGN = "<?xml version='1.0'?>\n<project/>"
RIGHT = '<Agent Identifier="A" DisplayName_L1="A"/>'


OPTIONS = (
    *("--settings", "--environment", "--config", "--select", "--ignore", "--fail-on", "--format", "--output", "--xsd"),
    *("--no-cache", "--jobs", "--quiet", "--verbose", "--color"),
)


def report(text: str) -> Any:
    found = json.loads(text)
    SCHEMA.validate(found)
    return found


def codes(text: str) -> list[str]:
    return [each["code"] for each in report(text)["diagnostics"]]


def test_a_finding_as_people_see_it(repository: MakeRepository, run: Run) -> None:
    outcome = run("check", repository({"a.xml": WRONG}))
    assert outcome.out == (
        "error[IDM1005]: 'Onlin' is not a value of State\n"
        " --> a.xml:3:42\n"
        "  |\n"
        f"3 | {WRONG}\n"
        "  |                                          ^^^^^^^^^^^^^\n"
        "  = help: did you mean 'Online'? expected one of Unknown, Online, Offline\n"
        "\n"
        "Found 1 error in 1 file (1 object).\n" + NO_SETTINGS
    )
    assert (outcome.code, outcome.err) == (1, "")


def test_a_clean_repository(repository: MakeRepository, run: Run) -> None:
    outcome = run("check", repository({"a.xml": RIGHT}))
    assert (outcome.code, outcome.out, outcome.err) == (0, "All clean: 1 file, 1 object.\n" + NO_SETTINGS, "")


def test_the_path_defaults_to_the_current_folder(repository: MakeRepository, run: Run) -> None:
    root = repository({"a/b.xml": WRONG})
    outcome = run("check", "--format", "concise", cwd=root)
    assert outcome.out.splitlines()[0].startswith("a/b.xml:3:42: ")
    assert run("check", "--format", "concise", cwd=root / "a").out.startswith("b.xml:3:42: ")


def test_json_follows_its_schema(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": WRONG, "b.xml": UNUSUAL, "c.xml": FOREIGN, "d.xml": b"<a", "e.xml": WRONG})
    found = report(run("check", root, "--format", "json").out)
    assert found["root"] == str(root)
    assert found["summary"] == {"files": 5, "objects": 3, "error": 4, "warning": 1, "info": 1}
    double = next(each for each in found["diagnostics"] if each["code"] == "IDM2001")
    assert double | {"fingerprint": "…"} == {
        "code": "IDM2001",
        "name": "duplicate-identity",
        "severity": "error",
        "message": "a second Agent with the Identifier 'A'",
        "hint": "rename or remove one of the two; to adjust a generated object, give it a ConsolidationMode",
        "path": "e.xml",
        "line": 3,
        "column": 8,
        "end_line": 3,
        "end_column": 22,
        "object": "Agent[A]/@Identifier",
        "related": [{"path": "a.xml", "line": 3, "column": 2, "message": "first declared here"}],
        "fingerprint": "…",
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["IDM1005", "IDM1103", "IDM0006"]),
        (("--select", "IDM1103"), ["IDM1103"]),
        (("--select", "unusual-form"), ["IDM1103"]),
        (("--select", "IDM11"), ["IDM1103"]),
        (("--select", "IDM1103,IDM0006"), ["IDM1103", "IDM0006"]),
        (("--select", "IDM1103", "--select", "IDM10"), ["IDM1005", "IDM1103"]),
        (("--ignore", "IDM1103"), ["IDM1005", "IDM0006"]),
        (("--ignore", "IDM0,bad-value"), ["IDM1103"]),
        (("--select", "IDM11", "--ignore", "IDM1103"), []),
    ],
)
def test_select_and_ignore(words: tuple[str, ...], found: list[str], repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": WRONG, "b.xml": UNUSUAL, "c.xml": FOREIGN})
    assert codes(run("check", root, "--format", "json", *words).out) == found


@pytest.mark.parametrize(
    ("level", "codes_by_content"),
    [
        ("error", (1, 0, 0, 0)),
        ("warning", (1, 1, 0, 0)),
        ("info", (1, 1, 1, 0)),
        ("never", (0, 0, 0, 0)),
        (None, (1, 0, 0, 0)),
    ],
)
def test_fail_on(level: str | None, codes_by_content: tuple[int, ...], repository: MakeRepository, run: Run) -> None:
    words = ("--fail-on", level) if level else ()
    contents = (WRONG, UNUSUAL, FOREIGN, RIGHT)
    assert tuple(run("check", repository({"a.xml": xml}), *words).code for xml in contents) == codes_by_content


def test_options_of_the_file(repository: MakeRepository, run: Run) -> None:
    toml = """
    ignore = ["IDM0006"]
    exclude = ["Old"]
    fail-on = "warning"
    [severity]
    IDM1103 = "info"
    IDM1005 = "warning"
    """
    root = repository(
        {"idmxml.toml": toml, "a.xml": WRONG, "b.xml": UNUSUAL, "c.xml": FOREIGN, "Old/d.xml": WRONG, "Conf/Old/e.xml": b"<a"}
    )
    outcome = run("check", root, "--format", "json")
    found = [(each["code"], each["severity"], each["path"]) for each in report(outcome.out)["diagnostics"]]
    assert found == [("IDM0002", "error", "Conf/Old/e.xml"), ("IDM1005", "warning", "a.xml"), ("IDM1103", "info", "b.xml")]
    assert outcome.code == 1
    assert run("check", root / "a.xml").code == 1
    assert run("check", root / "b.xml").code == 0
    assert run("check", root / "a.xml", "--fail-on", "error").code == 0


def test_a_rule_that_is_switched_off(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": '[severity]\nbad-value = "off"', "a.xml": WRONG})
    assert run("check", root).code == 0


def test_another_configuration_file(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": 'select = ["IDM1103"]', "other/own.toml": 'ignore = ["IDM1005"]', "a.xml": WRONG})
    assert run("check", root).code == 0
    assert run("check", root, "--config", root / "other/own.toml").code == 0
    assert run("check", root, "--config", root / "nowhere.toml").code == 2


def test_part_of_a_repository_sees_what_the_rest_declares(repository: MakeRepository, run: Run) -> None:
    root = repository(
        {
            "idmxml.toml": "",
            "a/agents.xml": '<Agent Identifier="London" DisplayName_L1="L"/>',
            "b/hr.xml": '<Connector Identifier="HR" DisplayName_L1="HR" Agent="London"/>',
        }
    )
    outcome = run("check", root / "b", "--format", "json", "--select", "IDM3001")
    assert codes(outcome.out) == []
    assert report(outcome.out)["summary"]["files"] == 1


def test_several_paths_have_one_report(repository: MakeRepository, run: Run) -> None:
    root = repository({"one/a.xml": WRONG, "two/b.xml": WRONG, "three/c.xml": WRONG})
    outcome = run("check", root / "two", root / "one", "--format", "json", "--select", "IDM1")
    assert [each["path"] for each in report(outcome.out)["diagnostics"]] == ["one/a.xml", "two/b.xml"]


def test_several_outputs(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"a.xml": WRONG})
    folder = tmp_path / "made/here"
    words = [f"{name}={folder / name}" for name in ("json", "sarif", "junit", "html")]
    outcome = run("check", root, "--format", "concise", *(word for each in words for word in ("--output", each)))
    assert outcome.code == 1
    assert outcome.out.startswith("a.xml:3:42: ")
    assert sorted(each.name for each in folder.iterdir()) == ["html", "json", "junit", "sarif"]
    assert (folder / "json").read_text(encoding="utf-8") == run("check", root, "--format", "json").out
    assert json.loads((folder / "sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_an_output_replaces_an_older_one(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("old" * 100_000, encoding="utf-8")
    run("check", repository({"a.xml": RIGHT}), "--output", f"json={file}")
    assert report(file.read_text(encoding="utf-8"))["diagnostics"] == []


def test_an_output_that_can_not_be_written(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": RIGHT})
    outcome = run("check", root, "--output", f"json={root / 'a.xml' / 'inside.json'}")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith(f"idmxml: {root / 'a.xml' / 'inside.json'} can't be written: ")
    assert run("check", root, "--output", f"json={root}").code == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "idmxml: there is no file or folder 'nowhere'"),
        (("--select", "IDM9999"), "idmxml: no rule 'IDM9999'"),
        (("--ignore", "unknown-pakage"), "idmxml: no rule 'unknown-pakage'; did you mean 'unknown-package'?"),
        (("--format", "jsn"), "idmxml: this command gives no format 'jsn'; did you mean 'json'?"),
        (("--output", "report.json"), "idmxml: --output takes FORMAT=FILE, not 'report.json'"),
        (("--output", "sarf=a"), "idmxml: this command gives no format 'sarf'; did you mean 'sarif'?"),
        (("--output", "json=a", "--output", "html=a"), "idmxml: two outputs go to 'a'; give each a file of its own"),
        (("--output", "json="), "idmxml: --output takes FORMAT=FILE, not 'json='"),
        (("--xsd", "nowhere.xsd"), "idmxml: there is no XSD 'nowhere.xsd'"),
        (("--settings", "nowhere"), "idmxml: there is no folder of settings 'nowhere'"),
        (("--config", "nowhere.toml"), "idmxml: there is no configuration file 'nowhere.toml'"),
        (("--fail-on", "always"), "Error: Invalid value for '--fail-on'"),
        (("--jobs", "-1"), "Error: Invalid value for '--jobs'"),
        (("--jobs", "many"), "Error: Invalid value for '--jobs'"),
        (("--colour", "never"), "Error: No such option"),
        (("--color", "blue"), "Error: Invalid value for '--color'"),
    ],
)
def test_wrong_calls(words: tuple[str, ...], message: str, run: Run) -> None:
    outcome = run("check", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("selct = []", ": unknown option 'selct'; did you mean 'select'?"),
        ('select = ["IDM9999"]', ": no rule 'IDM9999'; 'idmxml explain' lists all rules"),
        ('ignore = ["unknown-pakage"]', ": no rule 'unknown-pakage'; did you mean 'unknown-package'?"),
        ('[severity]\nIDM9999 = "info"', ": no rule 'IDM9999'; 'idmxml explain' lists all rules"),
        ("= =", " is no TOML: Invalid statement (at line 1, column 1)"),
    ],
)
def test_a_wrong_configuration_file(repository: MakeRepository, run: Run, toml: str, told: str) -> None:
    root = repository({"idmxml.toml": toml, "a.xml": RIGHT})
    outcome = run("check", root)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"idmxml: {root / 'idmxml.toml'}{told}\n")


def test_an_xsd_that_is_none(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": RIGHT, "own.txt": "no XML", "other.txt": "<a/>"})
    for name in ("own.txt", "other.txt"):
        outcome = run("check", root, "--xsd", root / name)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("idmxml: ")
        assert "Traceback" not in outcome.err


def test_an_xsd_of_the_user(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": WRONG})
    own = (ROOT / "schemas/usercube-configuration.xsd").read_text(encoding="utf-8").replace('"Online"', '"Onlin"')
    (root / "own.xsd").write_text(own, encoding="utf-8")
    assert run("check", root, "--xsd", root / "own.xsd").code == 0
    right = repository({"a.xml": WRONG.replace("Onlin", "Online")})
    outcome = run("check", right, "--xsd", root / "own.xsd", "--format", "json")
    assert codes(outcome.out) == ["IDM1009"]


def test_quiet(repository: MakeRepository, run: Run) -> None:
    assert run("check", "-q", repository({"a.xml": RIGHT})).out == ""
    assert "IDM1005" in run("check", "--quiet", repository({"a.xml": WRONG})).out
    assert report(run("check", "-q", repository({"a.xml": RIGHT}), "--format", "json").out)["diagnostics"] == []


def test_quiet_still_writes_the_outputs(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    run("check", "-q", repository({"a.xml": RIGHT}), "--output", f"json={tmp_path / 'a.json'}")
    assert report((tmp_path / "a.json").read_text(encoding="utf-8"))["diagnostics"] == []


def test_verbose_speaks_on_standard_error(repository: MakeRepository, run: Run) -> None:
    outcome = run("check", "-v", repository({"a.xml": RIGHT}), "--format", "json")
    assert outcome.err.startswith("checked 1 file in ")
    assert report(outcome.out)["diagnostics"] == []


def test_colour(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": WRONG})
    assert "\x1b[" in run("check", root, "--color", "always").out
    for words in (("--color", "never"), ("--color", "auto"), ()):
        assert "\x1b[" not in run("check", root, *words).out


def test_no_cache_is_taken(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": RIGHT})
    assert run("check", root, "--no-cache").code == 0
    assert not (root / ".idmxml").exists()


def test_the_help_names_every_option_of_the_contract(run: Run) -> None:
    outcome = run("check", "--help")
    assert outcome.code == 0
    for option in OPTIONS:
        assert option in outcome.out


def test_a_misspelt_command(run: Run) -> None:
    outcome = run("chek")
    assert outcome.code == 2
    assert "Did you mean 'check'?" in outcome.err


def test_version_and_commands(run: Run) -> None:
    assert run("--version").out.startswith("idmxml 0.")
    assert "check" in run("--help").out


def test_rules_in_json_have_their_codes(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": WRONG})
    assert {each["name"] for each in report(run("check", root, "--format", "json").out)["diagnostics"]} <= {
        rule.name for rule in rules().values()
    }
