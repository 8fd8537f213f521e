import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_run import MakeRepository, Run
from jsonschema import Draft202012Validator

from idmxml.facts.files import schemas_folder

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
FILES = (
    "BadgesWorkbook",
    "ExpensesAccounts",
    "ExpensesGrants",
    "ExpensesProfiles",
    "HRCategories",
    "HREmployees",
    "HROrganizations",
    "HRPositions",
    "HRSites",
    "HRTitles",
    "PhoneBookLdif",
)
DATABASE = {
    f"Connections__{each}__ConnectionString": "Data Source=C:/identitymanagerContoso/Sources/Expenses/expenses.db"
    for each in FILES
    if each.startswith("Expenses")
}
SECRET = "Tr0ub4dor&3-canary"  # noqa: S105  invented
CONNECTION = """
<Connector Identifier="HR" DisplayName_L1="HR"/>
<Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="{}"/>
"""


def stored(text: str, name: str) -> Any:
    schema = json.loads((schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    found = json.loads(text)
    Draft202012Validator(schema).validate(found)
    return found


@pytest.fixture
def contoso(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "contoso", ignore=shutil.ignore_patterns("cache", "state")))


def schemas(root: Path) -> dict[str, bytes]:
    return {each.stem: each.read_bytes() for each in (root / ".idmxml/schemas").glob("*.xml")}


def test_sample_files_give_the_recorded_schemas(contoso: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DATABASE.items():
        monkeypatch.setenv(name, value)
    before = schemas(contoso)
    outcome = run("connection", "refresh", *FILES, contoso, "--format", "json")
    found = stored(outcome.out, "connection-refresh")
    assert (outcome.code, outcome.err) == (0, "")
    assert [(each["identifier"], each["outcome"]) for each in found["connections"]] == [(each, "unchanged") for each in FILES]
    assert schemas(contoso) == before
    for name in FILES:
        (contoso / ".idmxml/schemas" / f"{name}.xml").unlink()
    assert run("connection", "refresh", *FILES, contoso).code == 0
    assert schemas(contoso) == before


def test_renamed_column_is_found_at_its_mapping(contoso: Path, run: Run) -> None:
    file = contoso / "Sources/HR/employees.csv"
    assert run("connection", "refresh", "--connector", "Directory", contoso).code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("email", "mail", 1), encoding="utf-8")
    text = run("connection", "refresh", "--connector", "Directory", contoso)
    assert text.code == 0
    assert "- column HREmployees:email, likely renamed to mail" in text.out
    assert "Conf/Directory/Directory Connector.xml:179:34" in text.out
    assert "Directory_User:Email is used by" in text.out
    assert text.out.endswith("The changes break 1 place of the configuration, shown above.\n")
    checked = json.loads(run("check", contoso, "--format", "json").out)
    assert [(each["code"], each["object"]) for each in checked["diagnostics"]] == [
        ("IDM3004", "EntityTypeMapping[Directory_User]/Property[Email]/@ConnectionColumn")
    ]
    file.write_text(file.read_text(encoding="utf-8").replace("mail", "email", 1), encoding="utf-8")
    back = stored(run("connection", "refresh", "HREmployees", contoso, "--format", "json").out, "connection-refresh")
    impact = back["impact"]
    assert (impact["broken"], [each["code"] for each in impact["mended"]]) == ([], ["IDM3004"])
    assert run("check", contoso).code == 0


def test_the_readme_tells_how_a_refresh_of_the_sample_ends(contoso: Path, run: Run) -> None:
    readme = (SAMPLE.parents[1] / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^17 connections: .*$", readme, re.MULTILINE)
    assert told == [run("connection", "refresh", "--all", contoso).out.splitlines()[-1]]


def test_words_for_versions_and_tables_that_are_not_there(contoso: Path, run: Run) -> None:
    run("connection", "refresh", "HRSites", contoso)
    for words, told in (
        (("diff", "HRSites"), "'HRSites' has 1 recorded version, so there is no '~1'"),
        (("show", "HRSites", "--at", "~9"), "'HRSites' has 1 recorded version, so there is no '~9'"),
        (("blame", "HRSites", "--table", "Sites"), "no table 'Sites' was recorded of 'HRSites'; there are HRSites"),
    ):
        outcome = run("schema", *words, contoso)
        assert (outcome.code, outcome.out, outcome.err) == (2, "", f"idmxml: {told}\n")
    assert run("schema", "blame", "HRSites", "--table", "hrsites", contoso).code == 0


def test_a_recorded_schema_that_is_none_says_what_to_do(contoso: Path, run: Run) -> None:
    file = contoso / ".idmxml/schemas/HRSites.xml"
    file.write_text("<a/>", encoding="utf-8")
    outcome = run("schema", "show", "HRSites", contoso)
    root = "its root element is not <ConfigurationFile> of the namespace urn:schemas-usercube-com:configuration"
    anew = "delete it, and record it anew with 'idmxml connection refresh'"
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"idmxml: {file} is no recorded schema: {root}; {anew}\n"
    assert run("connection", "refresh", "HRSites", contoso).code == 0
    assert run("schema", "show", "HRSites", contoso).code == 0


def test_history_of_a_schema(contoso: Path, run: Run) -> None:
    file = contoso / "Sources/HR/sites.csv"
    run("connection", "refresh", "HRSites", contoso)
    file.write_text("code,label,city,country\n", encoding="utf-8")
    run("connection", "refresh", "HRSites", contoso)
    file.unlink()
    run("connection", "refresh", "HRSites", contoso)
    log = stored(run("schema", "log", "hrsites", contoso, "--format", "json").out, "schema-log")
    assert [each["outcome"] for each in log["refreshes"]] == ["failed", "changed", "unchanged", "found"]
    diff = stored(run("schema", "diff", "HRSites", contoso, "--format", "json").out, "schema-diff")
    assert [(each["kind"], each["column"], each["likely_renamed_to"]) for each in diff["changes"]] == [
        ("added", "label", None),
        ("removed", "name", "label"),
    ]
    blame = stored(run("schema", "blame", "HRSites", contoso, "--format", "json").out, "schema-blame")
    gone = {each["column"]: each["gone"] is not None for each in blame["columns"]}
    assert gone == {"city": False, "code": False, "country": False, "label": False, "name": True}
    shown = stored(run("schema", "show", "HRSites", contoso, "--at", "~1", "--format", "json").out, "schema-show")
    assert [each["identifier"] for each in shown["tables"][0]["columns"]] == ["code", "name", "city", "country"]
    assert "failed: 'Path' leads to Sources/HR/sites.csv, which is not there" in run("connection", "list", contoso).out
    for word in ("~9", "ffff", "1999-01-01", "nonsense"):
        assert run("schema", "show", "HRSites", contoso, "--at", word).code == 2
    assert "did you mean 'HRSites'?" in run("schema", "show", "HRSite", contoso).err
    stored((contoso / ".idmxml/state/HRSites.json").read_text(encoding="utf-8"), "connection-state")
    text = run("schema", "log", "HRSites", contoso).out
    assert "file-missing: 'Path' leads to Sources/HR/sites.csv" in text


def test_failure_keeps_the_last_schema(contoso: Path, run: Run) -> None:
    before = schemas(contoso)["HRTitles"]
    (contoso / "Sources/HR/titles.csv").write_text("", encoding="utf-8")
    outcome = run("connection", "refresh", "HRTitles", "HRSites", contoso)
    assert outcome.code == 1
    assert "failed[file-empty]: HRTitles, schema: titles.csv is empty\n  --> appsettings.agent.json:" in outcome.out
    assert "2 connections: 1 unchanged and 1 failed." in outcome.out
    assert schemas(contoso)["HRTitles"] == before


def test_check_tells_stages_and_places(contoso: Path, run: Run) -> None:
    (contoso / "Sources/HR/employees.csv").write_bytes("id;pr\u00e9nom\n".encode("latin-1"))
    outcome = run("connection", "check", "HREmployees", "HRSites", contoso, "--format", "json")
    assert outcome.code == 1
    found = stored(outcome.out, "connection-check")
    assert found["summary"] == {"passed": 1, "failed": 1, "skipped": 0}
    first = found["connections"][0]
    complete, incremental = first["modes"]
    assert (complete["status"], incremental["status"]) == ("failed", "skipped")
    assert [each["code"] for each in complete["stages"]] == [
        *("ok", "not-applicable", "not-applicable", "not-applicable", "not-applicable", "ok"),
        *("file-encoding", "earlier-failure"),
    ]
    assert complete["stages"][6]["setting"]["name"] == "Encoding"
    assert complete["stages"][6]["setting"]["path"] == "appsettings.agent.json"
    assert "Windows-1252" in complete["stages"][6]["hint"]
    assert {each["code"] for each in incremental["stages"]} == {"not-configured"}
    text = run("connection", "check", "HREmployees", contoso)
    assert "incremental mode: skipped, lacks 'PathIncremental', and no task exports so" in text.out


def test_connections_without_export_have_no_schema(contoso: Path, run: Run) -> None:
    for verb in ("check", "refresh"):
        outcome = run("connection", verb, "BadgesTickets", "ADFulfillment", contoso)
        assert outcome.code == 0
        assert "There is no schema for this connection" in outcome.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "none of them is given"),
        (("HRSites", "--all"), "more than one of them is given"),
        (("HRSite",), "did you mean 'HRSites'?"),
        (("--connector", "Directorry"), "did you mean 'Directory'?"),
        (("--all", "--from-sample", "x.csv"), "name it by its ID"),
        (("HRSites", "--from-sample", "x.csv"), "no sample file"),
        (("HRSites", "./", "../"), "one repository at a time"),
    ],
)
def test_wrong_calls(contoso: Path, run: Run, words: tuple[str, ...], told: str) -> None:
    outcome = run("connection", "refresh", *words, cwd=contoso)
    assert outcome.code == 2
    assert told in outcome.err


def test_secret_that_nothing_gives(repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    files = {
        "Conf/HR.xml": CONNECTION.format("Usercube.HomeFolder@0000001"),
        "appsettings.agent.json": json.dumps({"Connections": {"HRExport": {"InputDirectories": ["C:/homes"]}}}),
        "appsettings.encrypted.agent.json": json.dumps({"Connections": {"HRExport": {"Login": "x1", "Password": "kms:x2"}}}),
        "idmxml.toml": '[paths]\n"c:\\\\Homes" = "."\n',
    }
    root = repository(files)
    outcome = run("connection", "check", "HRExport", root)
    assert outcome.code == 1
    assert "'Login' and 'Password' in appsettings.encrypted.agent.json" in outcome.out
    assert "Connections__HRExport__Login, Connections__HRExport__Password" in outcome.out
    given = {"Connections__HRExport__Login": "reader", "Connections__HRExport__Password": SECRET}
    outcome = run("connection", "check", "HRExport", root, environment=given)
    assert outcome.code == 0, outcome.out
    assert SECRET not in outcome.out + "".join(each.read_text("utf-8") for each in (root / ".idmxml").rglob("*.json"))


def test_package_that_nothing_reads(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/HR.xml": CONNECTION.format("Usercube.TSS@0000001"), "appsettings.agent.json": "{}"})
    outcome = run("connection", "check", "HRExport", root)
    assert outcome.code == 1
    assert "nothing is documented of how package 'Usercube.TSS@0000001' reads its system" in outcome.out
    assert run("connection", "check", "--all", root).code == 0
    unknown = repository({"Conf/HR.xml": CONNECTION.format("Usercube.CVS@0000001"), "appsettings.agent.json": "{}"})
    outcome = run("connection", "refresh", "HRExport", unknown)
    assert outcome.code == 1
    assert "unknown-package" in outcome.out


def test_schema_from_a_sample_is_marked(contoso: Path, run: Run) -> None:
    sample = contoso / "person.json"
    sample.write_text(json.dumps({"value": [{"id": "x", "accountEnabled": True}]}), encoding="utf-8")
    outcome = run("connection", "refresh", "EntraIDGraph", contoso, "--from-sample", sample)
    assert outcome.code == 0
    assert "EntraIDGraph  changed  1 table, 2 columns, from a sample" in outcome.out
    assert b"<!-- Recorded from the sample person.json, not from the system itself. -->" in schemas(contoso)["EntraIDGraph"]
    assert "from the sample person.json" in run("schema", "show", "EntraIDGraph", contoso).out


@pytest.mark.parametrize("words", [(), ("--from-sample",)], ids=["file", "sample"])
def test_name_that_no_file_can_hold_is_told(repository: MakeRepository, run: Run, words: tuple[str, ...]) -> None:
    values = {"Connections": {"HRExport": {"Path": "C:/agent/a.csv"}}}
    files: dict[str, str | bytes] = {
        "Conf/HR.xml": CONNECTION.format("Usercube.CSV@0000001"),
        "appsettings.agent.json": json.dumps(values),
        "idmxml.toml": '[paths]\n"C:/agent" = "."\n',
        "a.csv": b"a,b\x01\n1,2\n",
    }
    root = repository(files)
    outcome = run("connection", "refresh", "HRExport", root, *words, *([root / "a.csv"] if words else []))
    assert outcome.code == 1
    assert (
        "failed[schema-failed]: HRExport, schema: the name 'b\\x01' holds a character that no XML file can hold" in outcome.out
    )
    assert "help: have it renamed in the system" in outcome.out
    assert not schemas(root)


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        (
            "Sources/a.csv",
            b"a\n",
            ("setting-wrong", "'Path' is 'Sources/a.csv', which is no whole path", "help: write it"),
        ),
        ("C:/agent/a.csv", b"a,b\0c\n", ("file-encoding", "it holds zero bytes", "help: have the file written anew, as text")),
        ("C:/agent/a.csv", "a,é\n".encode("cp1252"), ("file-encoding", "byte 0xE9", "help: it may be Windows-1252: set")),
    ],
    ids=["relative", "zero byte", "other encoding"],
)
def test_faults_of_a_file_say_what_to_do(
    repository: MakeRepository, run: Run, path: str, content: bytes, told: tuple[str, ...]
) -> None:
    values = {"Connections": {"HRExport": {"Path": path}}}
    files: dict[str, str | bytes] = {
        "Conf/HR.xml": CONNECTION.format("Usercube.CSV@0000001"),
        "appsettings.agent.json": json.dumps(values),
        "idmxml.toml": '[paths]\n"C:/agent" = "."\n',
        "a.csv": content,
    }
    outcome = run("connection", "refresh", "HRExport", repository(files))
    assert outcome.code == 1
    assert [each for each in told if each not in outcome.out] == []


def test_schema_whose_file_is_gone_is_told(contoso: Path, run: Run) -> None:
    assert run("connection", "refresh", "HRSites", contoso).code == 0
    (contoso / ".idmxml/schemas/HRSites.xml").unlink()
    line = next(each for each in run("connection", "list", contoso).out.splitlines() if " HRSites " in each)
    assert re.search(r"complete +no table, \d{4}-\d\d-\d\dT", line), line


def test_damaged_state_is_told(contoso: Path, run: Run) -> None:
    state = contoso / ".idmxml/state/HRSites.json"
    state.parent.mkdir()
    state.write_text("{", encoding="utf-8")
    outcome = run("connection", "refresh", "HRSites", "HRTitles", contoso)
    assert outcome.code == 3
    assert "failed[not-recorded]: HRSites" in outcome.out
    assert "HRTitles    unchanged" in outcome.out or "HRTitles  unchanged" in outcome.out
    assert "can't be used" in run("connection", "list", contoso).out
