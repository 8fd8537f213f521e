"""For every package: a right section is right; a key taken away, misspelt or of a wrong type is found where it stands."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idmxml.checks.settings_checks import RULES, check_settings
from idmxml.diagnostics import Diagnostic, Severity, Span
from idmxml.facts.packages import packages
from idmxml.settings.connections import DeclaredConnection
from idmxml.settings.pages import Page, agent_page, page_of, pages
from idmxml.settings.read import SettingsRequest, read_settings

SECTIONS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "minimal_sections.json").read_text(encoding="utf-8"))
CODES = frozenset(rule.code for rule in RULES) - {"IDM8040"}
SYNTAX = {"Usercube.SCIM.Salesforce@0000001": "Salesforce", "Usercube.SCIM.CyberArk@0000001": "CyberArk"}
XML = Span("Conf/Connectors.xml", 3, 5, 3, 9)
Steps = tuple[str | int, ...]


def _page(package: str) -> Page:
    page = page_of(package)
    assert page is not None
    return page


def _section(package: str) -> dict[str, Any]:
    section = copy.deepcopy(SECTIONS[_page(package).name])
    if package in SYNTAX:
        section["ScimSyntax"] = SYNTAX[package]
    return section


WITH_SECTION = [name for name, each in sorted(packages().items()) if each.settings and _page(name).section != "superfluous"]
CLOSED = [name for name in WITH_SECTION if not _page(name).is_open]


def _check(package: str, section: object, folder: Path, codes: frozenset[str] = CODES) -> tuple[list[Diagnostic], list[str]]:
    """The diagnostics of a section, and the lines of the file it was written to."""
    text = json.dumps({"Connections": {"C1": section}}, indent=1)
    (folder / "appsettings.agent.json").write_text(text, encoding="utf-8")
    settings = read_settings(SettingsRequest(folder, (folder,), {"C1": package}))
    connection = DeclaredConnection("C1", "Connector", package, XML)
    return check_settings(settings, [connection], codes), text.splitlines()


def _scalars(value: object, steps: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _scalars(each, (*steps, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _scalars(each, (*steps, index))
    else:
        yield steps


def _keys(value: object, steps: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*steps, key)
            yield from _keys(each, (*steps, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _keys(each, (*steps, index))


def _owner(section: object, steps: Steps) -> Any:
    for step in steps[:-1]:
        section = section[step]  # type: ignore[index]
    return section


def test_every_page_with_settings_has_a_minimal_section() -> None:
    named = {_page(each).name for each in WITH_SECTION}
    assert set(SECTIONS) == named


@pytest.mark.parametrize("package", WITH_SECTION)
def test_minimal_section_is_right(package: str, tmp_path: Path) -> None:
    section = _section(package)
    assert list(Draft202012Validator(dict(_page(package).schema)).iter_errors(section)) == []
    assert _check(package, section, tmp_path)[0] == []


@pytest.mark.parametrize("package", CLOSED)
def test_required_key_taken_away(package: str, tmp_path: Path) -> None:
    optional = {("SqlCommand",), ("ScimSyntax",)}
    for steps in _keys(_section(package)):
        if steps in optional:
            continue
        section = _section(package)
        del _owner(section, steps)[steps[-1]]
        diagnostics, lines = _check(package, section, tmp_path)
        absences = [each for each in diagnostics if each.code in {"IDM8023", "IDM8024"}]
        assert absences, (package, steps)
        assert all(str(steps[-1]) in each.message for each in absences), [each.message for each in absences]
        assert {each.span.path for each in absences} == {"appsettings.agent.json"}
        start = lines[absences[0].span.line - 1][absences[0].span.column - 1 :]
        assert start.startswith('"C1"' if len(steps) == 1 else "{"), (steps, start)


@pytest.mark.parametrize("package", CLOSED)
def test_unknown_key(package: str, tmp_path: Path) -> None:
    section = {**_section(package), "Zyxwvut": 1}
    diagnostics, lines = _check(package, section, tmp_path)
    assert [(each.code, each.severity) for each in diagnostics] == [("IDM8020", Severity.WARNING)]
    span = diagnostics[0].span
    assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == '"Zyxwvut"'


@pytest.mark.parametrize("package", CLOSED)
def test_wrong_type(package: str, tmp_path: Path) -> None:
    for steps in _scalars(_section(package)):
        section = _section(package)
        _owner(section, steps)[steps[-1]] = {"an": "object"}
        diagnostics, lines = _check(package, section, tmp_path)
        wrong = [each for each in diagnostics if each.code == "IDM8030"]
        assert len(wrong) == 1, (package, steps, diagnostics)
        start = lines[wrong[0].span.line - 1].lstrip()
        assert start.startswith(f'"{steps[-1]}"' if isinstance(steps[-1], str) else "{")
        assert list(Draft202012Validator(dict(_page(package).schema)).iter_errors(section)) != []


@pytest.mark.parametrize("package", WITH_SECTION)
def test_missing_section(package: str, tmp_path: Path) -> None:
    settings_text = '{"Connections": {}}'
    (tmp_path / "appsettings.agent.json").write_text(settings_text, encoding="utf-8")
    settings = read_settings(SettingsRequest(tmp_path, (tmp_path,), {"C1": package}))
    diagnostics = check_settings(settings, [DeclaredConnection("C1", "Connector", package, XML)], CODES)
    expected = [("IDM8010", Severity.ERROR, XML)] if _page(package).section == "required" else []
    assert [(each.code, each.severity, each.span) for each in diagnostics] == expected


def test_misspelt_required_key_names_the_right_one(tmp_path: Path) -> None:
    diagnostics, _lines = _check("Usercube.RACF@0000001", {"Paht": "C:/Sources/racf.txt"}, tmp_path)
    assert [(each.code, each.hint) for each in diagnostics if each.code == "IDM8020"] == [("IDM8020", "did you mean 'Path'?")]


def test_a_path_is_not_judged_when_nobody_knows_whether_it_is_an_expression(tmp_path: Path) -> None:
    switch = {"EncryptionCertificate": {"UseEncryptedAppsettings": True}}
    (tmp_path / "appsettings.json").write_text(json.dumps(switch), encoding="utf-8")
    share = {"Path": "\\\\server\\share\\in\\hr.csv"}
    assert "IDM8033" not in {each.code for each in _check("Usercube.CSV@0000001", share, tmp_path)[0]}
    sure = {**share, "IsFileNameRegex": "true"}
    assert "IDM8033" in {each.code for each in _check("Usercube.CSV@0000001", sure, tmp_path)[0]}


def test_a_password_in_an_address_is_in_the_open(tmp_path: Path) -> None:
    package, codes = "Usercube.OData@0000001", frozenset({"IDM8040"})
    found = _check(package, {"Server": "https://reader:Winter-in-Lyon@contoso.com/data"}, tmp_path, codes)[0]
    assert [each.message for each in found] == ["the secret 'Server' stands in clear text"]
    assert _check(package, {"Server": "https://reader:${PASSWORD}@contoso.com/data"}, tmp_path, codes)[0] == []
    assert _check(package, {"Server": "https://contoso.com/data?token={token}"}, tmp_path, codes)[0] == []


def test_a_provider_is_the_file_or_the_package_that_brings_it(tmp_path: Path) -> None:
    for name in ("Oracle.ManagedDataAccess.dll", "Oracle.ManagedDataAccess.Core", "oracle.manageddataaccess.core.dll"):
        section = {**_section("Usercube.SQL.Oracle@0000001"), "ProviderDllName": name}
        section["ProviderClassFullName"] = "Oracle.ManagedDataAccess.Client.OracleClientFactory"
        assert _check("Usercube.SQL.Oracle@0000001", section, tmp_path)[0] == []


def test_a_section_that_is_no_object_is_named(tmp_path: Path) -> None:
    (found,) = _check("Usercube.CSV@0000001", "C:/hr.csv", tmp_path)[0]
    assert (found.code, found.message) == ("IDM8030", "'Connections > C1' is a text")


@pytest.mark.parametrize(("text", "kind"), [('"hr"', "a text"), ("[{}]", "an array between [ and ]")])
def test_connections_that_are_no_object_are_told(text: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "appsettings.agent.json").write_text(f'{{"Connections": {text}}}', encoding="utf-8")
    found = check_settings(read_settings(SettingsRequest(tmp_path, (tmp_path,))), [], CODES)
    assert [(each.code, each.message) for each in found] == [("IDM8030", f"'Connections' is {kind}")]


def test_schemas_are_valid() -> None:
    for page in (*pages().values(), agent_page()):
        Draft202012Validator.check_schema(dict(page.schema))
