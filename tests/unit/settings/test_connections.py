"""The section of a connection, with defaults, provenance and what it needs for its halves."""

import json
from pathlib import Path

import pytest

from idmxml.diagnostics import Span
from idmxml.facts.packages import packages
from idmxml.settings.completeness import Completeness, completeness
from idmxml.settings.connections import ConnectionSettings, DeclaredConnection, Unreadable
from idmxml.settings.pages import page_of, pages
from idmxml.settings.read import SettingsRequest, read_settings

XML = Span("Conf/Connectors.xml", 3, 5, 3, 9)
AD, CSV, ORACLE = "Usercube.AD@0000001", "Usercube.CSV@0000001", "Usercube.SQL.Oracle@0000001"


def _section(folder: Path, package: str, section: object, **more: object) -> ConnectionSettings:
    (folder / "appsettings.agent.json").write_text(json.dumps({"Connections": {"C1": section}}), encoding="utf-8")
    for name, content in more.items():
        (folder / f"appsettings.{name.replace('_', '.')}.json").write_text(json.dumps(content), encoding="utf-8")
    settings = read_settings(SettingsRequest(folder, (folder,), {"C1": package}))
    return ConnectionSettings(DeclaredConnection("C1", "Connector", package, XML), settings)


def test_views_show_what_is_given_and_what_would_count(tmp_path: Path) -> None:
    section = _section(tmp_path, ORACLE, {"SqlCommand": "select 1", "CsvEncoding": "utf-16"})
    shown = {view.name: (str(view.value), view.setting.winner.layer.name if view.setting else None) for view in section.views()}
    assert shown == {
        "ConnectionString": ("None", None),
        "Timeout": ("None", None),
        "SqlFile": ("None", None),
        "ProviderClassFullName": ("Oracle.ManagedDataAccess.Client.OracleClientFactory", None),
        "ProviderDllName": ("Oracle.ManagedDataAccess.Core", None),
        "IsolationLevel": ("ReadCommitted", None),
        "SqlCommand": ("••••", "appsettings.agent.json"),
        "CsvEncoding": ("••••", "appsettings.agent.json"),
    }


def test_the_section_is_shown_where_a_person_would_add_to_it(tmp_path: Path) -> None:
    section = _section(tmp_path, CSV, {"Path": "C:/a.csv"}, encrypted_agent={"Connections": {"C1": {"Separator": "kxABAAbc="}}})
    assert section.section is not None
    assert (section.section.layer.name, section.section.key_span.column) == ("appsettings.agent.json", 18)
    assert section.values() == {"Path": "C:/a.csv", "Separator": Unreadable("appsettings.encrypted.agent.json")}


def test_values_have_the_type_of_their_setting(tmp_path: Path) -> None:
    path = "C:/a.csv"
    section = _section(tmp_path, CSV, {"Path": path, "IsFileNameRegex": " TRUE ", "numberOfLinesToSkip": "2", "Encoding": None})
    assert section.values() == {"Path": path, "IsFileNameRegex": True, "NumberOfLinesToSkip": 2, "Encoding": None}
    section = _section(
        tmp_path, CSV, {"Path": 3, "IsFileNameRegex": "perhaps", "NumberOfLinesToSkip": "two", "ValuesToTrim": []}
    )
    assert section.values() == {"Path": "3", "IsFileNameRegex": "perhaps", "NumberOfLinesToSkip": "two", "ValuesToTrim": []}


@pytest.mark.parametrize(
    ("package", "section", "expected"),
    [
        (CSV, {"Path": "C:/a.csv"}, [("complete", ()), ("incremental", ("'PathIncremental'",))]),
        (
            CSV,
            {},
            [
                ("complete", ("'Path'",)),
                ("incremental", ("'PathIncremental'",)),
            ],
        ),
        (
            AD,
            {"Servers": [{"Server": "dc1"}], "AuthType": "Basic", "EnableSSL": True},
            [
                ("complete", ("'BaseDN'", "'Filter'", "'Login' and 'Password'")),
                ("incremental", ("'BaseDN'", "'Filter'", "'Login' and 'Password'")),
                ("fulfill", ("'BaseDN'", "'Login' and 'Password'")),
            ],
        ),
        ("Usercube.RACF@0000001", {"Path": "C:/a.txt"}, [("complete", ())]),
        ("Usercube.Manual@0000001", {}, []),
        ("Vendor.Unknown@1", {}, []),
    ],
)
def test_completeness_by_way(
    package: str, section: object, expected: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    found = completeness(_section(tmp_path, package, section))
    assert [(each.way, each.lacks) for each in found] == expected
    assert all(each.is_complete is (not each.lacks) for each in found)


def test_completeness_without_section(tmp_path: Path) -> None:
    section = _section(tmp_path, CSV, {})
    other = ConnectionSettings(DeclaredConnection("C2", "Connector", CSV, XML), section.settings)
    assert completeness(other) == (
        Completeness("complete", has_section=False, lacks=()),
        Completeness("incremental", has_section=False, lacks=()),
    )


def test_a_section_of_an_overlay_alone(tmp_path: Path) -> None:
    (tmp_path / "appsettings.agent.QA.json").write_text('{"Connections": {"C1": {"Path": "C:/a.csv"}}}', encoding="utf-8")
    settings = read_settings(SettingsRequest(tmp_path, (tmp_path,)))
    section = ConnectionSettings(DeclaredConnection("C1", "Connector", CSV, XML), settings)
    assert section.is_given
    assert section.section is not None
    assert section.values() == {}


def test_no_section(tmp_path: Path) -> None:
    section = _section(tmp_path, CSV, {})
    other = ConnectionSettings(DeclaredConnection("C2", "Connector", CSV, XML), section.settings)
    assert (other.is_given, other.section, other.values()) == (False, None, {})


@pytest.mark.parametrize(
    ("package", "words", "export", "fulfill"),
    [
        (AD, {}, None, None),
        (AD, {"exported": True}, True, False),
        (AD, {"fulfilled": True}, False, True),
        (AD, {"exported": True, "fulfilled": True}, True, True),
        (AD, {"deactivation": "Export"}, False, None),
        (AD, {"deactivation": "2"}, None, False),
        (AD, {"deactivation": "2", "exported": True}, True, False),
        (CSV, {}, True, False),
        ("Vendor.Unknown@1", {}, False, False),
    ],
)
def test_halves(package: str, words: dict[str, object], *, export: bool | None, fulfill: bool | None) -> None:
    connection = DeclaredConnection("C1", "Connector", package, XML, **words)  # type: ignore[arg-type]
    assert (connection.does("export"), connection.does("fulfill")) == (export, fulfill)


def test_every_package_finds_its_page() -> None:
    assert len(packages()) >= 50
    for identifier, package in packages().items():
        page = page_of(identifier)
        assert (page is None) is (package.settings is None)
        assert page is None or identifier in page.schema["x-idmxml-packages"]
    assert page_of("Vendor.Unknown@1") is None


def test_shapes_know_their_dotted_names() -> None:
    names = [shape.dotted for shape in pages()["ldap"].root.every()]
    assert names[:4] == ["", "Servers", "Servers[]", "Servers[].Server"]
    assert "Options.<name>" in [shape.dotted for shape in pages()["powershellprov"].root.every()]
