"""``idmxml new connector`` and ``new connection``: what they write, and what they leave alone."""

import io
import json
import sys
from pathlib import Path

import pytest
from command_run import MakeRepository, Run, contents

from idmxml.cli import asking
from idmxml.facts.packages import packages
from idmxml.settings.jsonc import Object, parse

ROOT = Path(__file__).parents[2]
CURRENT = [identifier for identifier, each in packages().items() if each.status == "current"]
CONNECTOR = '<Connector Identifier="HR" DisplayName_L1="HR"/>'
CSV = ("--package", "Usercube.CSV@0000001", "--name", "HR files")


def test_a_connector_lies_beside_the_others(contoso: Path, run: Run) -> None:
    before = contents(contoso)
    outcome = run("new", "connector", "Payroll", "--name", 'Pay & "more"', cwd=contoso)
    assert (outcome.code, outcome.out, outcome.err) == (0, "Conf/Payroll/Payroll Connector.xml: connector Payroll\n", "")
    after = contents(contoso)
    assert after.pop("Conf/Payroll/Payroll Connector.xml").decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ConfigurationFile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns="urn:schemas-usercube-com:configuration">\n'
        "\n"
        '  <Connector Identifier="Payroll" DisplayName_L1="Pay &amp; &quot;more&quot;" Agent="Local" />\n'
        "\n"
        "</ConfigurationFile>\n"
    )
    assert after == before


def test_a_connection_stands_behind_those_of_its_connector(contoso: Path, run: Run) -> None:
    before = contents(contoso)
    words = ("--connector", "AD", "--package", "Usercube.AD@0000001", "--name", "Second forest")
    outcome = run("new", "connection", "ADSecond", *words, contoso)
    assert outcome.code == 0, outcome.err
    after = contents(contoso)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {"Conf/AD/AD Connector.xml", "appsettings.agent.json"}
    new = b'  <Connection Identifier="ADSecond" DisplayName_L1="Second forest" Connector="AD" Package="Usercube.AD@0000001" />'
    lines = after["Conf/AD/AD Connector.xml"].splitlines()
    assert lines.index(new) == 19
    assert [line for line in lines if line != new] == before["Conf/AD/AD Connector.xml"].splitlines()
    section = json.loads(after["appsettings.agent.json"])["Connections"].pop("ADSecond")
    assert section == {"Servers": [{"Server": "<Server>", "BaseDN": "<BaseDN>"}], "Filter": "<Filter>"}


@pytest.mark.parametrize("package", CURRENT)
def test_every_package_gets_all_it_requires(package: str, repository: MakeRepository, run: Run) -> None:
    switches = '{"EncryptionCertificate": {"UseEncryptedAppsettings": true, "File": "C:/agent.pfx", "Password": "a@b@c"}}'
    encrypted = {"appsettings.encrypted.agent.json": "{}", "appsettings.json": switches}
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, **encrypted})
    outcome = run("new", "connection", "C1", "--connector", "HR", "--package", package, "--name", "C1", root)
    assert outcome.code == 0, outcome.err
    stored = json.loads(run("connection", "list", root, "--format", "json").out)
    (each,) = stored["connections"]
    assert [way["lacks"] for way in each["ways"] if way["way"] != "incremental"] == [
        [] for way in each["ways"] if way["way"] != "incremental"
    ]
    report = json.loads(run("check", root, "--select", "IDM80", "--format", "json").out)["diagnostics"]
    assert {(each["code"], each["message"]) for each in report if each["code"] != "IDM8004"} == set()


def test_a_package_may_be_given_by_its_name(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": '<Connector Identifier="HR" DisplayName_L1="HR"/>', "idmxml.toml": ""})
    assert run("new", "connection", "HR1", "--connector", "HR", "--package", "file/excel", "--name", "x", root).code == 0
    (each,) = json.loads(run("connection", "list", root, "--format", "json").out)["connections"]
    assert each["package"]["identifier"] == "Usercube.Excel@0000001"


def test_secrets_go_into_the_encrypted_file(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR})
    words = ("--connector", "HR", "--package", "Usercube.SAP@0000001", "--name", "SAP")
    outcome = run("new", "connection", "Sap", *words, root)
    assert outcome.out == (
        "a.xml: connection Sap of HR\n"
        "appsettings.agent.json: section Connections > Sap\n"
        "appsettings.encrypted.agent.json: section Connections > Sap\n"
        "write the secrets into appsettings.encrypted.agent.json in the place of <…>, and encrypt them\n"
    )
    assert (root / "appsettings.agent.json").read_text(encoding="utf-8") == (
        "{\n"
        '  "Connections": {\n'
        '    "Sap": {\n'
        "      // Login: in appsettings.encrypted.agent.json\n"
        "      // Password: in appsettings.encrypted.agent.json\n"
        '      "Server": "<Server>"\n'
        "    }\n"
        "  }\n"
        "}\n"
    )
    encrypted = json.loads((root / "appsettings.encrypted.agent.json").read_text(encoding="utf-8"))
    assert encrypted == {"Connections": {"Sap": {"Login": "<Login>", "Password": "<Password>"}}}


def test_comments_and_layout_of_settings_are_kept(repository: MakeRepository, run: Run) -> None:
    settings = (
        '\ufeff// head\r\n{\r\n\t/* one */ "connections": {\r\n\t\t"Old": {}, // last\r\n\t\t// tail\r\n\t}, // end\r\n}\r\n'
    )
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, "appsettings.agent.json": settings})
    assert run("new", "connection", "HR1", "--connector", "HR", *CSV, root).code == 0
    assert (root / "appsettings.agent.json").read_bytes().decode() == (
        '\ufeff// head\r\n{\r\n\t/* one */ "connections": {\r\n\t\t"Old": {}, // last\r\n\t\t// tail'
        '\r\n\t\t"HR1": {\r\n\t\t\t"Path": "<Path>"\r\n\t\t}\r\n\t}, // end\r\n}\r\n'
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_encoding_of_settings_is_kept(encoding: str, repository: MakeRepository, run: Run) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    settings = (mark + '{"Notes": "é"}').encode(encoding)
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, "appsettings.agent.json": settings})
    assert run("new", "connection", "HR1", "--connector", "HR", *CSV, root).code == 0
    written = (root / "appsettings.agent.json").read_bytes().decode(encoding)
    assert json.loads(written.removeprefix(mark)) == {"Notes": "é", "Connections": {"HR1": {"Path": "<Path>"}}}
    assert written.startswith(mark)


PREFIXED = (
    '<?xml version="1.0" encoding="iso-8859-1"?>\r\n<u:ConfigurationFile xmlns:u="%s">\r\n'
    '\t<u:Connector Identifier="HR" DisplayName_L1="é"/> <!-- é -->\r\n</u:ConfigurationFile>'
)
ONE_LINE = '<ConfigurationFile xmlns="%s"><Connector Identifier="HR" DisplayName_L1="é"></Connector></ConfigurationFile>'


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(PREFIXED, "iso-8859-1"), (ONE_LINE, "utf-8"), (f'<?xml version="1.0"?>{ONE_LINE}', "utf-16")],
)
def test_encoding_and_layout_of_xml_are_kept(text: str, encoding: str, repository: MakeRepository, run: Run) -> None:
    text %= "urn:schemas-usercube-com:configuration"
    root = repository({"idmxml.toml": "", "a.xml": text.encode(encoding)})
    words = ("--connector", "HR", "--package", "Usercube.CSV@0000001", "--name", "日本 é")
    assert run("new", "connection", "HR1", *words, root).code == 0
    written = (root / "a.xml").read_bytes().decode(encoding)
    start = written.index("<u:Connection " if "<u:" in text else "<Connection ")
    end = written.index("/>", start) + 2
    before = written[:start].rstrip()
    assert (before + written[end:]) == text
    assert "Connections" not in run("check", root, "--select", "IDM00,IDM10").out
    assert run("check", root, "--select", "IDM00,IDM10").code == 0
    (each,) = json.loads(run("connection", "list", root, "--format", "json").out)["connections"]
    assert each["display_name"] == "日本 é"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("connection", "adexport", "--connector", "AD", *CSV), "connection 'ADExport' exists already"),
        (("connector", "ad", "--name", "x"), "connector 'AD' exists already"),
        (("connection", "AD_3", "--connector", "AD", *CSV), "'AD_3' can't identify a connection"),
        (("connector", "3AD", "--name", "x"), "'3AD' can't identify a connector"),
        (("connection", "AD3", "--connector", "ADD", *CSV), "did you mean 'AD'?"),
        (("connection", "AD3", "--connector", "Zebra", *CSV), "write it with 'idmxml new connector Zebra' first"),
        (
            ("connection", "AD3", "--connector", "AD", "--package", "Usercube.CVS@0000001", "--name", "x"),
            "did you mean 'Usercube.CSV@0000001'?",
        ),
        (
            ("connection", "AD3", "--connector", "AD", "--package", "Usercube.CSV.Complete@0000001", "--name", "x"),
            "use 'Usercube.CSV@0000001'",
        ),
        (
            ("connection", "AD3", "--connector", "AD", "--package", "Netwrix Identity Manager/NIM Profile", "--name", "x"),
            "'Netwrix Identity Manager/NIM Profile' has no identifier that is documented; see 'idmxml package list' for others",
        ),
        (("connector", "AD3", "--name", "x", "--agent", "Locale"), "did you mean 'Local'?"),
        (("connector", "AD3", "--name", "x\x01"), "can't hold the character U+0001"),
        (("connection", "AD3", "--connector", "AD", *CSV[:3], "two\nlines"), "can't hold the character U+000A"),
        (("connection", "AD3"), "--connector, --package, --name are missing"),
        (("connector",), "ID, --name are missing"),
        (("conector", "AD3"), "Did you mean 'connector'?"),
    ],
)
def test_what_can_not_be_written_changes_nothing(words: tuple[str, ...], told: str, contoso: Path, run: Run) -> None:
    before = contents(contoso)
    outcome = run("new", *words, cwd=contoso)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert contents(contoso) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [("appsettings.agent.json", '{"Connections": '), ("appsettings.agent.json", '{"Connections": []}')],
)
def test_files_that_can_not_be_extended_stay_as_they_are(name: str, content: str, repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, name: content})
    before = contents(root)
    outcome = run("new", "connection", "HR1", "--connector", "HR", *CSV, root)
    assert outcome.code == 2
    assert f"'{name}' can't be extended" in outcome.err
    assert contents(root) == before


def test_an_identifier_that_a_broken_file_may_declare_is_not_taken(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, "b.xml": '<ConfigurationFile><Connection Identifier="HR1"'})
    outcome = run("new", "connection", "HR1", "--connector", "HR", *CSV, root)
    assert outcome.code == 2
    assert "may exist already" in outcome.err


def test_a_section_that_is_there_stays(repository: MakeRepository, run: Run) -> None:
    settings = '{"Connections": {"hr1": {"Path": "/a.csv"}}}'
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, "appsettings.agent.json": settings})
    outcome = run("new", "connection", "HR1", "--connector", "HR", *CSV, root)
    assert "the settings have a section HR1 already; it stays as it is" in outcome.out
    assert (root / "appsettings.agent.json").read_text(encoding="utf-8") == settings


def test_an_existing_file_of_a_connector_is_extended(repository: MakeRepository, run: Run) -> None:
    xml = "<ConfigurationFile xmlns='urn:schemas-usercube-com:configuration'>\n  <!-- soon -->\n</ConfigurationFile>\n"
    root = repository({"idmxml.toml": "", "HR/HR Connector.xml": xml})
    assert run("new", "connector", "HR", "--name", "HR", root).code == 0
    assert (root / "HR/HR Connector.xml").read_text(encoding="utf-8") == (
        "<ConfigurationFile xmlns='urn:schemas-usercube-com:configuration'>\n"
        "  <!-- soon -->\n"
        "\n"
        '  <Connector Identifier="HR" DisplayName_L1="HR" />\n'
        "</ConfigurationFile>\n"
    )


def test_folders_of_ones_own(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "Conf/x.xml": "", "Agent/appsettings.agent.json": "{}"})
    assert run("new", "connector", "A", "--name", "A", root).out.startswith("Conf/A/A Connector.xml:")
    assert run("new", "connector", "B", "--name", "B", "--folder", root / "Other", root).out.startswith("Other/B/")
    outcome = run("new", "connection", "A1", "--connector", "A", *CSV, "--settings", root / "Agent", root)
    assert "Agent/appsettings.agent.json: section Connections > A1" in outcome.out


def test_questions_on_a_terminal(repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR})
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("HR1\nHR\nFile/CSV\nFiles\n"))
    outcome = run("new", "connection", cwd=root)
    assert outcome.code == 0, outcome.err
    assert "Connector it belongs to" in outcome.err
    assert 'Package="Usercube.CSV@0000001"' in (root / "a.xml").read_text(encoding="utf-8")
    tree = parse((root / "appsettings.agent.json").read_text(encoding="utf-8"), "")
    assert isinstance(tree, Object)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept otherwise on Windows")
def test_a_file_without_rights_changes_nothing(repository: MakeRepository, run: Run) -> None:
    import os

    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, "appsettings.agent.json": "{}"})
    (root / "appsettings.agent.json").chmod(0o444)
    if os.access(root / "appsettings.agent.json", os.W_OK):
        pytest.skip("this user may write everything")
    before = contents(root)
    outcome = run("new", "connection", "HR1", "--connector", "HR", *CSV, root)
    assert outcome.code == 3
    assert contents(root) == before


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept otherwise on Windows")
def test_a_file_that_can_not_be_read_is_told(repository: MakeRepository, run: Run) -> None:
    import os

    root = repository({"idmxml.toml": "", "a.xml": CONNECTOR, "appsettings.agent.json": "{}"})
    (root / "appsettings.agent.json").chmod(0)
    if os.access(root / "appsettings.agent.json", os.R_OK):
        pytest.skip("this user may read everything")
    outcome = run("new", "connection", "HR1", "--connector", "HR", *CSV, root)
    assert (outcome.code, outcome.out) == (3, "")
    assert "can't be read" in outcome.err
    assert "HR1" not in (root / "a.xml").read_text(encoding="utf-8")
