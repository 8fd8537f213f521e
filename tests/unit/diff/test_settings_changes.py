"""Settings are compared by connection and layer; of a secret nothing is told but that it changed."""

import json
from typing import Any

import pytest
from configurations import compared, told

from idmxml.reports.diff_formats import render
from idmxml.reports.formats import FORMATS

CONF = '<Connection Identifier="AD" Connector="AD" Package="Usercube.AD@0000001"/>'


def files(agent: dict[str, Any] | str, **more: dict[str, Any]) -> dict[str, str]:
    text = agent if isinstance(agent, str) else json.dumps(agent)
    return {"Conf.xml": CONF, "appsettings.agent.json": text} | {
        name.replace("_", "."): json.dumps(each) for name, each in more.items()
    }


def agent(**settings: Any) -> dict[str, Any]:
    return {"Connections": {"AD": settings}}


def test_a_setting_of_a_connection() -> None:
    found = compared(files(agent(Filters=[{"Filter": "a"}])), files(agent(Filters=[{"Filter": "b"}])))
    (change,) = found.changes
    assert told(found) == [("changed", "Connection[AD]/settings[appsettings.agent.json]", "Filters[0] > Filter", "a", "b")]
    assert change.name == "connection-setting-changed"
    assert change.new_location is not None
    assert (change.new_location.path, change.new_location.line) == ("appsettings.agent.json", 1)


def test_spelling_comments_and_order_are_no_change() -> None:
    old = '{"Connections": {"AD": {"AsAdLds": false, "Servers": []}}}'
    new = '// note\n{"connections": {"ad": {"SERVERS": [], /* x */ "AsAdLds": false,}}}'
    assert told(compared(files(old), files(new))) == []


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_secret_is_never_told(format_name: str) -> None:
    old = files(agent(Servers=[{"Server": "a", "Password": "tiger-old-42"}]))
    new = files(agent(Servers=[{"Server": "a", "Password": "tiger-new-43"}]))
    found = compared(old, new)
    assert [(each.name, each.attribute, each.old, each.new) for each in found.changes] == [
        ("connection-secret-changed", "Servers[0] > Password", "••••", "••••")
    ]
    assert "tiger" not in render(found, format_name)


def test_a_secret_that_also_stands_in_the_configuration_is_covered_there() -> None:
    secret = agent(Servers=[{"Server": "a", "Password": "tiger-old-42"}])
    old = files(secret) | {"Conf.xml": CONF + '<Profile Identifier="A" DisplayName_L1="x"/>'}
    new = files(secret) | {"Conf.xml": CONF + '<Profile Identifier="A" DisplayName_L1="tiger-old-42"/>'}
    (change,) = compared(old, new).changes
    assert change.new == "••••"
    assert "tiger" not in repr(change) + (change.new_location.source if change.new_location else "")


def test_a_connection_that_one_layer_has_alone() -> None:
    found = compared(files({"Connections": {}}), files(agent(Path="x")))
    assert told(found) == [("added", "Connection[AD]/settings[appsettings.agent.json]", None, None, None)]
    back = compared(files(agent(Path="x")), files({"Connections": {}}))
    assert [each.name for each in back.changes] == ["connection-settings-removed"]


def test_layers_are_apart() -> None:
    old = files(agent(Path="x"), appsettings_agent_Production_json=agent(Path="y"))
    new = files(agent(Path="x"), appsettings_agent_Production_json=agent(Path="z"))
    assert [each.object for each in compared(old, new).changes] == [
        "Connection[AD]/settings[appsettings.agent.Production.json]"
    ]


def test_settings_of_the_agent_itself() -> None:
    found = compared(files({"OpenId": {"AgentIdentifier": "A"}}), files({"OpenId": {"AgentIdentifier": "B"}}))
    assert told(found) == [("changed", "appsettings.agent.json", "OpenId > AgentIdentifier", "A", "B")]
    assert [each.name for each in found.tasks] == ["restart"]


def test_a_secret_of_the_agent() -> None:
    old, new = ({"OpenId": {"OpenIdClients": {"Job": each}}} for each in ("tiger-old-42", "tiger-new-43"))
    (change,) = compared(files(old), files(new)).changes
    assert (change.name, change.old, change.new) == ("other-secret-changed", "••••", "••••")


def test_a_file_that_is_no_json_is_a_note() -> None:
    found = compared(files(agent(Path="x")), files("{"))
    assert found.notes == ("'appsettings.agent.json' is no valid JSON, so its settings are not compared.",)
