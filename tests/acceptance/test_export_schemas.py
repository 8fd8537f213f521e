"""``idmxml export-schemas``: what editors need, and that its schemas are no laxer than ``check``."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_run import MakeRepository, Run
from jsonschema import Draft202012Validator
from lxml import etree

from idmxml.facts.packages import packages
from idmxml.settings.jsonc import Object, parse
from idmxml.settings.pages import page_of

ROOT = Path(__file__).parents[2]
SECTIONS: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "tests/unit/settings/minimal_sections.json").read_text(encoding="utf-8")
)
SYNTAX = {"Usercube.SCIM.Salesforce@0000001": "Salesforce", "Usercube.SCIM.CyberArk@0000001": "CyberArk"}
XML = (
    '<Agent Identifier="A" DisplayName_L1="A"/><Connector Identifier="HR" DisplayName_L1="HR" Agent="A"/>'
    '<Connection Identifier="C1" DisplayName_L1="C1" Connector="HR" Package="{package}"/>'
)


def _with_settings() -> list[str]:
    found = []
    for identifier in packages():
        page = page_of(identifier)
        if page is not None and page.section == "required":
            found.append(identifier)
    return found


def _section(package: str) -> dict[str, Any]:
    page = page_of(package)
    assert page is not None
    section = copy.deepcopy(SECTIONS[page.name])
    return section | ({"ScimSyntax": SYNTAX[package]} if package in SYNTAX else {})


def _file(section: object) -> dict[str, Any]:
    return {"SourcesRootPaths": ["C:/", "D:/", "/data", "/srv"], "Connections": {"C1": section}}


def _export(run: Run, root: Path) -> Path:
    outcome = run("export-schemas", root / "editor", root)
    assert outcome.code == 0, outcome.err
    return root / "editor"


def _validator(folder: Path, name: str = "appsettings.agent.schema.json") -> Draft202012Validator:
    schema = json.loads((folder / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_everything_is_written_and_named(contoso: Path, run: Run) -> None:
    folder = contoso / "editor"
    outcome = run("export-schemas", folder, contoso)
    written = sorted(str(each) for each in folder.rglob("*") if each.is_file())
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == written
    published = {each.relative_to(ROOT / "schemas").as_posix() for each in (ROOT / "schemas").rglob("*.schema.json")}
    exported = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert exported == published | {
        "usercube-configuration.xsd",
        "appsettings.agent.schema.json",
        "appsettings.agent.overlay.schema.json",
        ".vscode/settings.json",
    }
    etree.XMLSchema(etree.parse(folder / "usercube-configuration.xsd"))


def test_the_sample_is_accepted(contoso: Path, run: Run) -> None:
    folder = _export(run, contoso)
    main = json.loads((contoso / "appsettings.agent.json").read_text(encoding="utf-8"))
    assert [each.message for each in _validator(folder).iter_errors(main)] == []
    overlay = json.loads((contoso / "appsettings.agent.Production.json").read_text(encoding="utf-8"))
    validator = _validator(folder, "appsettings.agent.overlay.schema.json")
    assert [each.message for each in validator.iter_errors(overlay)] == []


def test_sections_are_the_connections_with_the_words_of_their_package(contoso: Path, run: Run) -> None:
    schema = _validator(_export(run, contoso)).schema
    sections = schema["properties"]["Connections"]["properties"]  # type: ignore[index]
    assert {"ADExport", "HREmployees", "ServiceNowITSM", "Databases"} <= set(sections)
    encoding = sections["HREmployees"]["properties"]["Encoding"]
    assert (encoding["default"], encoding["type"]) == ("UTF-8", "string")
    assert encoding["description"].startswith("Encoding of the file")
    assert sections["ADExport"]["properties"]["AuthType"]["anyOf"][0]["enum"] == ["Anonymous", "Basic", "Negotiate"]
    assert sections["ADExport"]["properties"]["EnableSSL"]["description"].startswith("Encrypts")
    assert "x-idmxml" not in json.dumps(schema)


def test_what_other_layers_give_is_not_required(contoso: Path, run: Run) -> None:
    schema = _validator(_export(run, contoso)).schema
    sections = schema["properties"]["Connections"]["properties"]  # type: ignore[index]
    assert sections["EntraIDGraph"]["required"] == ["TenantId"]
    assert "required" not in sections["ExpensesAccounts"]


def test_the_same_repository_gives_the_same_bytes(contoso: Path, run: Run) -> None:
    first = {each: each.read_bytes() for each in _export(run, contoso).rglob("*.json")}
    assert {each: each.read_bytes() for each in _export(run, contoso).rglob("*.json")} == first


@pytest.mark.parametrize("package", _with_settings())
def test_no_laxer_than_check(package: str, repository: MakeRepository, run: Run) -> None:
    """A file that the schema accepts is accepted by ``check``: a right section, and many that differ in one place."""
    root = repository({"idmxml.toml": "", "a.xml": XML.format(package=package)})
    settings = root / "appsettings.agent.json"
    settings.write_text(json.dumps(_file(_section(package))), encoding="utf-8")
    validator = _validator(_export(run, root))
    assert [each.message for each in validator.iter_errors(_file(_section(package)))] == []
    for variant in _variants(_section(package)):
        content = _file(variant)
        settings.write_text(json.dumps(content), encoding="utf-8")
        report = json.loads(run("check", root, "--select", "IDM80", "--format", "json").out)["diagnostics"]
        errors = [each["message"] for each in report if each["severity"] == "error"]
        assert not (errors and validator.is_valid(content)), (variant, errors)


def _variants(section: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The section with each key removed, renamed and given values of every kind."""
    for steps in _keys(section):
        for change in (None, "renamed", 5, -1, True, [], {}, "", "x", [5], {"x": 1}):
            variant = copy.deepcopy(section)
            owner: Any = variant
            for step in steps[:-1]:
                owner = owner[step]
            value = owner.pop(steps[-1])
            if change == "renamed":
                owner[f"{steps[-1]}s"] = value
            elif change is not None:
                owner[steps[-1]] = change
            yield variant


def _keys(value: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*steps, key)
            yield from _keys(each, (*steps, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _keys(each, (*steps, index))


def test_the_wiring_of_visual_studio_code(contoso: Path, run: Run) -> None:
    stored = json.loads((_export(run, contoso) / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert stored["xml.fileAssociations"] == [{"pattern": "Conf/**/*.xml", "systemId": "./editor/usercube-configuration.xsd"}]
    assert [each["url"] for each in stored["json.schemas"]] == [
        "./editor/appsettings.agent.schema.json",
        "./editor/appsettings.agent.overlay.schema.json",
        "./editor/agent-settings.schema.json",
    ]
    assert stored["json.schemas"][1]["fileMatch"] == ["/appsettings.agent.Production.json"]


def test_the_wiring_is_merged_with_care(contoso: Path, run: Run) -> None:
    items = '"json.schemas": [\n        {"url": "./x.json", "fileMatch": ["/x"]},\n    ],'
    mine = f'{{\n    // mine\n    "editor.tabSize": 4,\n    {items}\n}}\n'
    file = contoso / ".vscode/settings.json"
    file.parent.mkdir()
    file.write_text(mine, encoding="utf-8")
    assert run("export-schemas", contoso / "editor", "--wire", contoso).code == 0
    merged = file.read_text(encoding="utf-8")
    assert all(line in merged.splitlines() for line in mine.splitlines()[:5])
    assert isinstance(parse(merged, ""), Object)
    assert merged.count("editor/appsettings.agent.schema.json") == 1
    assert run("export-schemas", contoso / "editor", "--wire", contoso).code == 0
    assert file.read_text(encoding="utf-8") == merged
    assert not (contoso / "editor/.vscode").exists()


def test_a_wiring_that_is_no_json_is_left_alone(contoso: Path, run: Run) -> None:
    file = contoso / ".vscode/settings.json"
    file.parent.mkdir()
    file.write_text("{", encoding="utf-8")
    outcome = run("export-schemas", contoso / "editor", "--wire", contoso)
    assert outcome.code == 2
    assert "can't be extended" in outcome.err
    assert not (contoso / "editor").exists()


def test_a_folder_elsewhere_is_wired_by_its_address(contoso: Path, run: Run, tmp_path: Path) -> None:
    outcome = run("export-schemas", tmp_path / "editor", contoso)
    assert outcome.code == 0
    stored = json.loads((tmp_path / "editor/.vscode/settings.json").read_text(encoding="utf-8"))
    assert stored["json.schemas"][0]["url"] == (tmp_path / "editor/appsettings.agent.schema.json").as_uri()


def test_wrong_calls(run: Run, tmp_path: Path) -> None:
    assert run("export-schemas").code == 2
    assert run("export-schemas", tmp_path / "editor", tmp_path / "nowhere").code == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run("export-schemas", tmp_path / "file", tmp_path).code == 2
