"""Which files are layers, in which order they win, and where each value came from."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.diagnostics import Span
from idmxml.settings.connections import ConnectionSettings, DeclaredConnection
from idmxml.settings.json_faults import Fault
from idmxml.settings.jsonc import Object, parse
from idmxml.settings.layers import FileName, Layer, RepositorySettings, Source
from idmxml.settings.read import NO_FILES, SettingsRequest, read_settings
from idmxml.settings.redaction import Redactor
from idmxml.settings.resolve import Resolved, flatten, merge, merge_all
from idmxml.settings.secret import MASK, Secret

XML = Span("Conf/Connectors.xml", 3, 5, 3, 9)
AD = "Usercube.AD@0000001"


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("appsettings.json", FileName(Source.APPLICATION, None)),
        ("AppSettings.Agent.JSON", FileName(Source.AGENT, None)),
        ("appsettings.Production.json", FileName(Source.APPLICATION, "Production")),
        ("appsettings.agent.QA.json", FileName(Source.AGENT, "QA")),
        ("appsettings.encrypted.json", FileName(Source.ENCRYPTED, None)),
        ("appsettings.encrypted.agent.json", FileName(Source.ENCRYPTED_AGENT, None)),
        ("appsettings.encrypted.agent.Staging.json", FileName(Source.ENCRYPTED_AGENT, "Staging")),
        ("appsettings.cyberArk.agent.json", FileName(Source.CYBERARK, None)),
        ("appsettings.cyberark.agent.json", FileName(Source.CYBERARK, None)),
        ("appsettings.connection.json", FileName(Source.CONNECTION, None)),
        ("appsettings.agent.encrypted.json", None),
        ("appsettings..json", None),
        ("appsettings", None),
        ("appsettings.agent.json.bak", None),
        ("settings.json", None),
        ("packages.json", None),
    ],
)
def test_names_of_files(name: str, read: FileName | None) -> None:
    assert FileName.read(name) == read


def _write(folder: Path, files: dict[str, object]) -> None:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")


def _read(folder: Path, files: dict[str, object], **words: object) -> RepositorySettings:
    _write(folder, files)
    return read_settings(SettingsRequest(folder, (folder,), **words))  # type: ignore[arg-type]


EVERY_LAYER: dict[str, object] = {
    "appsettings.json": {"K": "1"},
    "appsettings.QA.json": {"K": "2"},
    "appsettings.encrypted.json": {"K": "3"},
    "appsettings.agent.json": {"K": "4"},
    "appsettings.agent.QA.json": {"K": "5"},
    "appsettings.encrypted.agent.json": {"K": "6"},
    "appsettings.cyberArk.agent.json": {"K": "7"},
    "appsettings.connection.json": {"K": "8"},
}


def test_order_of_all_layers(tmp_path: Path) -> None:
    settings = _read(
        tmp_path,
        EVERY_LAYER | {"appsettings.agent.Other.json": {"K": "no"}},
        environment="qa",
        variables={"K__A": "9"},
        vault_names=["K--B"],
    )
    assert [layer.name for layer in settings.layers] == [
        "appsettings.json",
        "appsettings.QA.json",
        "appsettings.encrypted.json",
        "appsettings.agent.json",
        "appsettings.agent.QA.json",
        "appsettings.encrypted.agent.json",
        "Azure Key Vault",
        "appsettings.cyberArk.agent.json",
        "appsettings.connection.json",
        "environment variables",
    ]
    assert [layer.name for layer in settings.overlays] == ["appsettings.agent.Other.json"]
    setting = settings.resolved["K",]
    names = [each.layer.name for each in setting.all]
    assert names == [layer.name for layer in reversed(settings.layers) if layer.path]
    shown = [each.text for each in setting.all]
    assert [str(each) for each in shown] == [MASK, MASK, MASK, "5", "4", MASK, "2", "1"]
    assert settings.resolved.winner("k", "a") is not None


def test_values_keep_where_they_stand(tmp_path: Path) -> None:
    text = '{\n  "Connections": {"hr": {"Path": "C:/a.csv"}}\n}'
    settings = _read(tmp_path, {"appsettings.agent.json": text}, packages={"HR": "Usercube.CSV@0000001"})
    given = settings.resolved.winner("Connections", "HR", "path")
    assert given is not None
    assert (given.path, given.text, given.key_span, given.span) == (
        ("Connections", "hr", "Path"),
        "C:/a.csv",
        Span("appsettings.agent.json", 2, 26, 2, 32),
        Span("appsettings.agent.json", 2, 34, 2, 44),
    )


def test_arrays_are_merged_by_position(tmp_path: Path) -> None:
    servers = [{"Server": "a", "BaseDN": "x"}, {"Server": "b", "BaseDN": "y"}]
    settings = _read(
        tmp_path,
        {
            "appsettings.agent.json": {"Connections": {"AD": {"Servers": servers}}},
            "appsettings.agent.QA.json": {"Connections": {"AD": {"Servers": [{}, {"BaseDN": "z"}]}}},
        },
        environment="QA",
        variables={
            "Connections__AD__Servers__0__BaseDN": "w",
            "Connections__AD__AuthType": "Basic",
            "PATH": "no",
            "Other__A": "no",
        },
        packages={"AD": AD},
    )
    section = ConnectionSettings(DeclaredConnection("AD", "AD", AD, XML), settings)
    assert section.values() == {
        "Servers": [{"Server": Secret("a"), "BaseDN": "w"}, {"Server": Secret("b"), "BaseDN": "z"}],
        "AuthType": "Basic",
    }
    assert len(settings.resolved.below(("CONNECTIONS", "AD", "SERVERS"))) == 2


def test_more_than_ten_elements_stay_in_order(tmp_path: Path) -> None:
    names = [f"C:/{number}" for number in range(12)]
    settings = _read(tmp_path, {"appsettings.agent.json": {"SourcesRootPaths": names}})
    assert [settings.resolved[key].winner.text for key in settings.resolved.below(("SOURCESROOTPATHS",))] == names


def test_a_colon_is_one_level_more(tmp_path: Path) -> None:
    settings = _read(tmp_path, {"appsettings.agent.json": {"Connections:HR": {"Path": "C:/a.csv"}}})
    assert settings.resolved.text("Connections", "HR", "Path") == "C:/a.csv"


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    (tmp_path / "Conf").mkdir()
    _write(tmp_path / "Conf", {"appsettings.agent.json": {}})
    request = SettingsRequest(tmp_path, (tmp_path, tmp_path / "missing", tmp_path / "Conf"))
    settings = read_settings(request)
    assert (settings.folder, [each.path for each in settings.files]) == ("Conf", ["Conf/appsettings.agent.json"])


def test_a_folder_outside_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    _write(tmp_path, {"appsettings.json": {}})
    settings = read_settings(SettingsRequest(tmp_path / "root", (tmp_path,)))
    assert [each.path for each in settings.files] == ["../appsettings.json"]


def test_no_files(tmp_path: Path) -> None:
    settings = read_settings(SettingsRequest(tmp_path, (tmp_path,), variables={"Connections__A__Path": "x"}))
    assert settings == RepositorySettings("", notes=(NO_FILES,))
    assert not settings.any_files


def test_unknown_environment_is_noted(tmp_path: Path) -> None:
    settings = _read(tmp_path, {"appsettings.json": {}, "appsettings.QA.json": {}}, environment="QB")
    assert settings.notes == ("No settings file is an overlay for the environment 'QB'.",)


def test_broken_files_are_layers_with_a_fault(tmp_path: Path) -> None:
    settings = _read(tmp_path, {"appsettings.json": "{", "appsettings.agent.json": "[]", "appsettings.QA.json": {}})
    faults = {each.path: each.fault for each in settings.files}
    assert faults == {
        "appsettings.json": Fault(
            Span("appsettings.json", 1, 2, 1, 2), "the file ends, yet '{' of line 1 is not closed", "add '}'"
        ),
        "appsettings.QA.json": None,
        "appsettings.agent.json": Fault(
            Span("appsettings.agent.json", 1, 1, 1, 3),
            "the file holds no object",
            "a settings file starts with { and ends with }",
        ),
    }


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be read here")
def test_a_file_without_permission_is_a_layer_with_a_fault(tmp_path: Path) -> None:
    _write(tmp_path, {"appsettings.json": {}})
    (tmp_path / "appsettings.json").chmod(0)
    (layer,) = read_settings(SettingsRequest(tmp_path, (tmp_path,))).files
    assert layer.unreadable == Fault(Span("appsettings.json", 1, 1, 1, 1), "the file can't be read: permission denied")


def test_secrets_are_sealed_as_they_are_read(tmp_path: Path) -> None:
    clear = {
        "Connections": {
            "AD": {
                "Servers": [{"Server": "dc1-sealed", "BaseDN": "DC=open"}],
                "Password": "one-sealed",
                "AuthType": "Basic",
                "Filter": "(open)",
            },
            "Gone": {"ApiToken": "two-sealed", "Colour": "open"},
        },
        "Databases": {"A": "three-sealed"},
        "OpenId": {"OpenIdClients": {"Job": "four-sealed"}, "AgentIdentifier": "open"},
        "Notes": {"My_Password": "five-sealed", "Text": "open"},
        "PasswordResetSettings": {
            "EncryptionCertificate": {"CertificateAzureKeyVault": "open", "Key-Password": "eight-sealed"}
        },
    }
    files = {"appsettings.agent.json": clear, "appsettings.encrypted.agent.json": {"Any": {"Thing": "six-sealed"}}}
    variables = {"Connections__AD__Login": "seven-sealed", "Connections__AD__Filter": "(open)"}
    settings = _read(tmp_path, files, packages={"AD": AD}, variables=variables)
    kept = [each for layer in settings.layers for each in settings.flat(layer).givens() if not each.is_container]
    assert {each.text.reveal() if isinstance(each.text, Secret) else each.text for each in kept} >= {"one-sealed", "open"}
    assert all(("sealed" in each.text.reveal()) for each in kept if isinstance(each.text, Secret))
    assert all("sealed" not in each.text for each in kept if isinstance(each.text, str))
    assert "sealed" not in repr(settings)
    assert "sealed" not in "".join(line for layer in settings.layers for line in layer.lines)
    assert len(set(settings.secrets())) == 9


@pytest.mark.parametrize(
    ("package", "section"),
    [
        ("Usercube.TSS@0000001", {"Target": "Server=tss;User=reader;Password='sealed'"}),
        ("Usercube.TSS@0000001", {"Target": "ftp://reader:sealed@tss.contoso.com/out"}),
        ("Usercube.TSS@0000001", {"Header": "Authorization: Basic c2VhbGVkOnNlYWxlZA"}),
        ("Usercube.TSS@0000001", {"Pass": "sealed", "Key": "sealed", "PIN": "sealed", "SharedKey": "sealed"}),
        ("Usercube.SCIM@0000001", {"OAuth2Url": "https://reader:sealed@contoso.com/token"}),
        ("Usercube.OData@0000001", {"AuthenticationUrl": "https://contoso.com/token?client_secret=sealed&x=1"}),
        ("Usercube.CSV@0000001", {"Path": "https://contoso.com/hr.csv?sv=1&sig=sealed"}),
        ("Usercube.Unknown@1", {"Target": "Data Source=a;pwd=sealed"}),
    ],
)
def test_passwords_in_odd_places_are_sealed(package: str, section: dict[str, str], tmp_path: Path) -> None:
    settings = _read(tmp_path, {"appsettings.agent.json": {"Connections": {"C1": section}}}, packages={"C1": package})
    assert all(each.is_secret for each in settings.resolved.givens() if not each.is_container)
    assert "c2VhbGVk" not in repr(settings) + "".join(settings.layers[0].lines)
    assert "sealed" not in repr(settings) + "".join(settings.layers[0].lines)


@pytest.mark.parametrize(
    ("package", "section"),
    [
        ("Usercube.SCIM@0000001", {"OAuth2Url": "https://contoso.com/token?scope=a", "Filter": "Users|?filter=token eq 1"}),
        ("Usercube.AD@0000001", {"Filter": "(&(objectClass=user)(password=*))", "AuthType": "Basic"}),
        ("Usercube.AzureAD@0000001", {"ResponseUri": "http://localhost:5000/", "MicrosoftGraphPathApi": "https://a/v1.0/"}),
        ("Usercube.CSV@0000001", {"Path": "C:/Passwords/token.csv", "Separator": ";"}),
        ("Usercube.TSS@0000001", {"How": "Basic authentication", "Keys": "three"}),
    ],
)
def test_what_holds_no_password_is_shown(package: str, section: dict[str, str], tmp_path: Path) -> None:
    settings = _read(tmp_path, {"appsettings.agent.json": {"Connections": {"C1": section}}}, packages={"C1": package})
    assert list(settings.secrets()) == []


def test_words_of_the_documentation_are_not_taken_out_of_texts(tmp_path: Path) -> None:
    section = {"CsvEncoding": "UTF-8", "ConnectionString": "Server=sealed-server"}
    exchange = {"Options": {"AuthType": "Kerberos"}}
    files: dict[str, object] = {"appsettings.agent.json": {"Connections": {"C1": section, "C2": exchange}}}
    settings = _read(tmp_path, files, packages={"C1": "Usercube.SQL@0000001", "C2": "Usercube.MicrosoftExchange@0000001"})
    shown = Redactor(settings.secrets()).redact("UTF-8, Kerberos, Server=sealed-server")
    assert shown == "UTF-8, Kerberos, ••••"


def test_lines_are_cut_before_a_secret(tmp_path: Path) -> None:
    text = '{"Connections": {"AD": {\n  "Filter": "(a=b)", "Password": "sealed", "AuthType": "Basic"\n}}}'
    settings = _read(tmp_path, {"appsettings.agent.json": text}, packages={"AD": AD})
    (layer,) = settings.layers
    assert layer.lines == ('{"Connections": {"AD": {', '  "Filter": "(a=b)", "Password": ', "}}}")
    assert layer.line_of(Span(layer.path, 2, 22, 2, 32)) == '  "Filter": "(a=b)", "Password": '
    assert layer.line_of(Span(layer.path, 2, 44, 2, 54)) == ""
    assert layer.line_of(Span("another.json", 2, 1, 2, 2)) == ""


def test_production_is_seen_whatever_was_asked_for(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "appsettings.json": {"A": "1"},
        "appsettings.Production.json": {"A": "2"},
        "appsettings.QA.json": {"A": "3"},
    }
    settings = _read(tmp_path, files, environment="QA")
    assert settings.resolved.text("A") == "3"
    assert settings.environments == ("Production", "QA")
    assert settings.seen_in("production").resolved.text("A") == "2"


KEYS = st.sampled_from(["a", "A", "b", "c:d"])
LEAVES = st.text(max_size=3)
BRANCHES: st.SearchStrategy[object] = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(KEYS, LEAVES, max_size=3)
VALUES: st.SearchStrategy[object] = LEAVES | st.lists(BRANCHES, max_size=3) | st.dictionaries(KEYS, BRANCHES, max_size=3)
TREES = st.dictionaries(st.sampled_from(["a", "A", "b", "B", "c"]), VALUES, max_size=4)


def _flat(tree: object, number: int) -> Resolved:
    layer = Layer(f"layer {number}", Source.AGENT, path=f"{number}.json")
    made = parse(json.dumps(tree), layer.path)
    assert isinstance(made, Object)
    return flatten(made, layer)


@given(TREES, TREES, TREES)
def test_merging_is_associative_and_the_last_wins(one: object, two: object, three: object) -> None:
    a, b, c = (_flat(tree, number) for number, tree in enumerate((one, two, three)))
    left, right = merge(merge(a, b), c), merge(a, merge(b, c))
    assert left == right == merge_all([a, b, c])
    assert set(left) == set(a) | set(b) | set(c)
    for key, setting in left.items():
        given_by = next(each for each in (c, b, a) if key in each)
        assert setting.winner == given_by[key].winner
        assert len(setting.all) == sum(len(each[key].all) for each in (a, b, c) if key in each)


@given(TREES)
def test_merging_with_nothing_changes_nothing(tree: object) -> None:
    flat, empty = _flat(tree, 0), Resolved({})
    assert merge(flat, empty) == flat == merge(empty, flat)
