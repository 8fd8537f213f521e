"""JSON and JSON Lines: the published schema, the order of keys, nothing lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from hostile_reports import CLEAN, EMPTY, HOSTILE, large
from jsonschema import Draft202012Validator

from idmxml.diagnostics import Report
from idmxml.reports import as_json, as_jsonl

SCHEMA = json.loads(Path(__file__).parents[3].joinpath("schemas", "report.schema.json").read_text(encoding="utf-8"))


def errors(value: Any, definition: str = "") -> list[str]:
    schema = {"$ref": f"{SCHEMA['$id']}#{definition}", "$defs": {"report": SCHEMA}} if definition else SCHEMA
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_key_is_described() -> None:
    def undescribed(schema: Any) -> list[str]:
        own = [
            name
            for name, part in schema.get("properties", {}).items()
            if "description" not in part and "description" not in SCHEMA["$defs"].get(part.get("$ref", "")[8:], {})
        ]
        parts = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
        return own + [name for part in parts for name in undescribed(part)]

    assert undescribed(SCHEMA) == []


@pytest.mark.parametrize("report", [HOSTILE, CLEAN, EMPTY, large(500)])
def test_reports_follow_the_schema(report: Report) -> None:
    assert errors(json.loads(as_json.render(report))) == []


def test_the_schema_refuses_what_is_not_a_report() -> None:
    made = json.loads(as_json.render(HOSTILE))
    made["diagnostics"][0]["line"] = 0
    made["summary"]["more"] = 1
    del made["root"]
    assert len(errors(made)) == 3


def test_keys_come_in_the_documented_order() -> None:
    made = json.loads(as_json.render(HOSTILE))
    assert list(made) == ["format", "version", "tool", "root", "command", "summary", "diagnostics", "notes"]
    assert list(made["summary"]) == ["files", "objects", "error", "warning", "info"]
    assert made["summary"] == {"files": 37, "objects": 1211, "error": 6, "warning": 3, "info": 2}
    assert made["diagnostics"][1] == {
        "code": "IDM3103",
        "name": "unknown-package",
        "severity": "error",
        "message": "unknown package 'Usercube.CVS@0000001'",
        "hint": "did you mean 'Usercube.CSV@0000001'?",
        "path": "Conf/HR/HR Connector.xml",
        "line": 12,
        "column": 40,
        "end_line": 12,
        "end_column": 60,
        "object": "Connection[HR]/@Package",
        "related": [{"path": "Conf/HR/First (1).xml", "line": 1, "column": 1, "message": "first declared here"}],
        "fingerprint": HOSTILE.diagnostics[1].fingerprint,
    }
    assert list(made["diagnostics"][1]) == list(SCHEMA["$defs"]["diagnostic"]["properties"])


def test_every_text_comes_back_as_it_was() -> None:
    made = json.loads(as_json.render(HOSTILE))
    assert [each["message"] for each in made["diagnostics"]] == [each.message for each in HOSTILE.diagnostics]
    assert [each["path"] for each in made["diagnostics"]] == [each.span.path for each in HOSTILE.diagnostics]
    assert made["notes"] == list(HOSTILE.notes)
    assert made["root"] == HOSTILE.root


def test_json_lines_are_the_diagnostics_and_the_run() -> None:
    text = as_jsonl.render(HOSTILE)
    *found, run = [json.loads(line) for line in text.split("\n")[:-1]]
    whole = json.loads(as_json.render(HOSTILE))
    assert found == whole.pop("diagnostics")
    assert run == whole
    assert errors(run, "/$defs/run") == []
    assert [error for each in found for error in errors(each, "/$defs/diagnostic")] == []
