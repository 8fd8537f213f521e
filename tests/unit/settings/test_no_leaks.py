"""Whatever is wrong with the settings, no diagnostic tells a secret."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from idmxml.checks.settings_checks import RULES, check_settings
from idmxml.diagnostics import Span
from idmxml.settings.connections import DeclaredConnection
from idmxml.settings.pages import Shape, agent_page, page_of, pages
from idmxml.settings.read import SettingsRequest, read_settings
from idmxml.settings.redaction import Redactor

CANARIES = (
    "canary <bird>",
    "<canary>",
    "C:\\canary\tbird",
    "canary/bird",
    "http://canary.bird/v2",
    "kxABAcanary=",
    " canary ",
    "((canary",
)
CODES = frozenset(rule.code for rule in RULES)
XML = Span("Conf/Connectors.xml", 3, 5, 3, 9)
PACKAGES = [page.schema["x-idmxml-packages"][0] for page in pages().values() if page.schema["x-idmxml-packages"]]


def _filled(shape: Shape, text: str, *, secret: bool) -> Any:
    """A value for every setting of a shape; ``text`` where it is secret, and something else elsewhere."""
    secret = secret or shape.is_secret
    if shape.kind == "object":
        filled = {name: _filled(child, text, secret=secret) for name, child in shape.children.values()}
        if shape.free is not None:
            is_leaf = shape.free.kind == "scalar"
            filled["MyPassword" if is_leaf else "Entry"] = _filled(shape.free, text, secret=secret or is_leaf)
        return filled
    if shape.kind == "array":
        return [_filled(shape.items, text, secret=secret)] * 2 if shape.items else []
    return text if secret else "something"


def _told(folder: Path, files: Mapping[str, object], package: str) -> str:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        (folder / name).write_text(text, encoding="utf-8")
    settings = read_settings(
        SettingsRequest(folder, (folder,), {"C1": package}, variables={"Connections__C1__Password": "canary"})
    )
    connection = DeclaredConnection(
        "C1", "Connector", package, XML, exported=True, fulfilled=True, modes=frozenset({"complete"})
    )
    diagnostics = check_settings(settings, [connection], CODES)
    assert diagnostics
    assert "canary" not in repr(settings)
    assert "canary" not in Redactor(settings.secrets()).redact(f"server said canary {CANARIES}")
    return "\n".join(f"{each!r} {each.source}" for each in diagnostics)


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("text", CANARIES)
def test_secrets_of_connections(package: str, text: str, tmp_path: Path) -> None:
    page = page_of(package)
    assert page is not None
    section = _filled(page.root, text, secret=False) | {"UnknownSecret": text, "password": text}
    whole = {"Connections": {"C1": section, "Orphan": {"Password": text}}}
    for name in (
        "appsettings.agent.json",
        "appsettings.encrypted.agent.json",
        "appsettings.cyberArk.agent.json",
        "appsettings.agent.QA.json",
    ):
        assert "canary" not in _told(tmp_path, {name: whole, "appsettings.json": {"Jobs": {"MaxTaskBatchSize": "x"}}}, package)


@pytest.mark.parametrize("text", CANARIES)
def test_secrets_of_agent_and_server(text: str, tmp_path: Path) -> None:
    whole = _filled(agent_page().root, text, secret=False)
    whole["Authentication"]["OpenId"]["One"] = {"ClientSecret": text, "AuthenticationScheme": "x"}
    whole["Authentication"]["OpenId"]["Two"] = {"ClientSecret": text, "AuthenticationScheme": "x"}
    assert "canary" not in _told(tmp_path, {"appsettings.json": whole, "appsettings.agent.json": whole}, "Usercube.CSV@0000001")


@pytest.mark.parametrize(
    "broken",
    [
        '{"Connections": {"C1": {"Password": "canary',
        '{"Connections": {"C1": {"Password": "C:\\canary"}}}',
        '{"Connections": {"C1": {"Password": \'canary\'}}}',
        '{"Connections": {"C1": {"Password": canary}}}',
        '{"Connections": {"C1": {"Password": "a" canary}}}',
        '{"Password": "a"canary;"}',
        '["canary"]',
    ],
)
def test_broken_files(broken: str, tmp_path: Path) -> None:
    files = {"appsettings.agent.json": broken, "appsettings.json": {"Password": "canary"}}
    (tmp_path / "appsettings.agent.json").write_text(broken, encoding="utf-8")
    assert "canary" not in _told(tmp_path, files, "Usercube.CSV@0000001")
