"""``idmxml new entity-type``: what is written from a recorded schema is right, and what is there stays."""

import json
import re
import shutil
from pathlib import Path

import pytest
from command_run import MakeRepository, Run

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
DECLARED = """
<Agent Identifier="Local" DisplayName_L1="Local" URI="https://agent.example.com"/>
<Connector Identifier="{0}" DisplayName_L1="{0}" Agent="Local"/>
<Connection Identifier="{1}" DisplayName_L1="{1}" Connector="{0}" Package="{2}"/>
"""
DDL = """
CREATE TABLE Account (Id int PRIMARY KEY, Login nvarchar(80) UNIQUE, Boss int REFERENCES Account (Id), Photo varbinary(max),
  Enabled bit, Changed datetime2, dept_id int REFERENCES Department(Id), Note nvarchar(2000));
CREATE TABLE Department (Id int PRIMARY KEY, [Name] varchar(20), [class] varchar(3));
CREATE TABLE Role (Code varchar(20) PRIMARY KEY);
CREATE TABLE Grants (Account int REFERENCES Account(Id), Role varchar(20) REFERENCES Role(Code), PRIMARY KEY(Account, Role));
CREATE TABLE Odd (A int, B int, PRIMARY KEY(A, B));
"""


def made(repository: MakeRepository, connector: str, connection: str, package: str) -> Path:
    files = {"Conf/System.xml": DECLARED.format(connector, connection, package), "idmxml.toml": ""}
    return repository(files)


def serious(run: Run, root: Path) -> list[str]:
    found = json.loads(run("check", root, "--format", "json").out)["diagnostics"]
    return [f"{each['code']} {each['message']}" for each in found if each["severity"] != "info"]


def test_tables_of_a_database(repository: MakeRepository, run: Run) -> None:
    root = made(repository, "Pay", "PayDB", "Usercube.SQL.SQLServer@0000001")
    sample = root / "tables.sql"
    sample.write_text(DDL, encoding="utf-8")
    assert run("connection", "refresh", "PayDB", root, "--from-sample", sample).code == 0
    outcome = run("new", "entity-type", "--from", "PayDB", root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "Conf/System.xml: entity type Pay_Account, 6 columns",
        "Conf/System.xml: entity type Pay_Department, 3 columns",
        "Conf/System.xml: entity type Pay_Role, 1 column",
        "Conf/System.xml: association Pay_Account_Boss",
        "Conf/System.xml: association Pay_Account_Dept",
        "Conf/System.xml: association Pay_Account_Roles",
        "PayDB_Odd is left out: its key is made of several columns; name one with --key",
    ]
    assert serious(run, root) == []
    text = (root / "Conf/System.xml").read_text(encoding="utf-8")
    places = dict(re.findall(r'Identifier="(\w+)" DisplayName_L1="[^"]*"(?: IsKey="true")? TargetColumnIndex="(\d+)"', text))
    expected = {"Identifier": "4", "Login": "5", "Enabled": "6", "Changed": "7", "Note": "0", "Boss": "128", "Dept": "129"}
    assert {name: places[name] for name in expected} == expected
    assert '<Property Identifier="Login" ConnectionColumn="Login" IsUniqueKey="true" />' in text
    again = run("new", "entity-type", "--from", "PayDB", root)
    assert again.code == 2
    assert (root / "Conf/System.xml").read_text(encoding="utf-8") == text
    odd = run("new", "entity-type", "--from", "PayDB.Odd", "--key", "B", "--identifier", "Pay_Special", root)
    assert (odd.code, odd.out) == (0, "Conf/System.xml: entity type Pay_Special, 2 columns\n")
    assert serious(run, root) == []


def test_entries_of_a_directory(repository: MakeRepository, run: Run) -> None:
    root = made(repository, "Dir", "ADExport", "Usercube.AD@0000001")
    (root / ".idmxml/schemas").mkdir(parents=True)
    shutil.copy(SAMPLE / ".idmxml/schemas/ADExport.xml", root / ".idmxml/schemas/ADExport.xml")
    outcome = run("new", "entity-type", "--from", "adexport.entries", root)
    assert outcome.code == 0, outcome.err
    assert serious(run, root) == []
    text = (root / "Conf/System.xml").read_text(encoding="utf-8")
    assert 'ConnectionColumn="objectGUID" Format="Guid" IsPrimaryKey="true"' in text
    assert 'ConnectionColumn="proxyAddresses" Format="MultivaluedText"' in text
    assert 'ConnectionColumn="whenCreated" Format="DateTime"' in text


def test_file_without_known_key(repository: MakeRepository, run: Run) -> None:
    root = made(repository, "HR", "HREmployees", "Usercube.CSV@0000001")
    sample = root / "any.csv"
    sample.write_text("last name,pr\u00e9nom,employee_id,1st,class\n", encoding="utf-8")
    run("connection", "refresh", "HREmployees", root, "--from-sample", sample)
    outcome = run("new", "entity-type", "--from", "HREmployees", root)
    assert outcome.out.splitlines()[1:] == ["nothing says which column of HREmployees is its key: employee_id is taken"]
    assert serious(run, root) == []
    text = (root / "Conf/System.xml").read_text(encoding="utf-8")
    assert re.findall(r'<Property Identifier="(\w+)" ConnectionColumn="([^"]*)"', text) == [
        ("EmployeeId", "employee_id"),
        ("LastName", "last name"),
        ("Prenom", "pr\u00e9nom"),
        ("Column1St", "1st"),
        ("ClassValue", "class"),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "BadgesWorkbook.2"), "it is mapped already"),
        (("--from", "BadgesWorkbok"), "did you mean 'BadgesWorkbook'?"),
        (("--from", "BadgesWorkbook.7"), "no table '7'"),
        (("--from", "BadgesTickets"), "no schema of 'BadgesTickets' is recorded"),
        (("--from", "BadgesWorkbook", "--key", "x"), "are for one table"),
        (("--from", "BadgesWorkbook.3", "--key", "zon"), "did you mean 'zone'?"),
        (("--from", "BadgesWorkbook.3", "--identifier", "Badges_Card"), "exists already"),
    ],
)
def test_wrong_calls_write_nothing(tmp_path: Path, run: Run, words: tuple[str, ...], told: str) -> None:
    root = Path(shutil.copytree(SAMPLE, tmp_path / "contoso"))
    before = {each: each.read_bytes() for each in root.rglob("*.xml")}
    outcome = run("new", "entity-type", *words, root)
    assert outcome.code == 2
    assert told in outcome.err
    assert {each: each.read_bytes() for each in root.rglob("*.xml")} == before


def test_names_are_told_on_one_line(repository: MakeRepository, run: Run) -> None:
    root = made(repository, "HR", "HRExport", "Usercube.CSV@0000001")
    sample = root / "people.csv"
    sample.write_bytes(b'"a\nb",c\n1,2\n')
    assert run("connection", "refresh", "HRExport", root, "--from-sample", sample).code == 0
    outcome = run("new", "entity-type", "--from", "HRExport", root)
    assert outcome.out.splitlines()[1:] == [r"nothing says which column of HRExport is its key: a\nb is taken"]


def test_sheets_are_called_by_their_connection(tmp_path: Path, run: Run) -> None:
    root = Path(shutil.copytree(SAMPLE, tmp_path / "contoso"))
    shutil.copy(root / ".idmxml/schemas/BadgesWorkbook.xml", root / ".idmxml/schemas/HRSites.xml")
    file = root / ".idmxml/schemas/HRSites.xml"
    file.write_text(file.read_text(encoding="utf-8").replace("BadgesWorkbook", "HRSites"), encoding="utf-8")
    outcome = run("new", "entity-type", "--from", "HRSites", root)
    assert [line for line in outcome.out.splitlines() if "entity type" in line] == [
        "Conf/Directory/Directory Connector.xml: entity type Directory_HRSites1, 3 columns",
        "Conf/Directory/Directory Connector.xml: entity type Directory_HRSites2, 5 columns",
        "Conf/Directory/Directory Connector.xml: entity type Directory_HRSites3, 2 columns",
    ]


def test_fmt_changes_nothing_of_what_is_written(repository: MakeRepository, run: Run) -> None:
    root = made(repository, "Pay", "PayDB", "Usercube.SQL.SQLServer@0000001")
    run("fmt", root)
    sample = root / "tables.sql"
    sample.write_text(DDL, encoding="utf-8")
    run("connection", "refresh", "PayDB", root, "--from-sample", sample)
    assert run("new", "entity-type", "--from", "PayDB", root).code == 0
    outcome = run("fmt", "--diff", root)
    assert (outcome.code, outcome.out) == (0, "")


def test_links_of_plural_tables_have_no_second_plural(repository: MakeRepository, run: Run) -> None:
    root = made(repository, "Pay", "PayDB", "Usercube.SQL.SQLServer@0000001")
    sample = root / "tables.sql"
    sample.write_text(
        "CREATE TABLE users (id int PRIMARY KEY, boss int REFERENCES users (id)); CREATE TABLE roles (id int PRIMARY KEY);"
        "CREATE TABLE grants (u int REFERENCES users (id), r int REFERENCES roles (id), PRIMARY KEY (u, r));",
        encoding="utf-8",
    )
    assert run("connection", "refresh", "PayDB", root, "--from-sample", sample).code == 0
    assert run("new", "entity-type", "--from", "PayDB", root).code == 0
    text = (root / "Conf/System.xml").read_text(encoding="utf-8")
    assert re.findall(r'Property1="([^"]*)"[^>]* Property2="([^"]*)"', text) == [
        ("Pay_Users:Boss", "Pay_Users:UsersByBoss"),
        ("Pay_Users:Roles", "Pay_Roles:Users"),
    ]
    assert serious(run, root) == []
