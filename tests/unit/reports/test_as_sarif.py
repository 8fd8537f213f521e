"""SARIF: the official schema, a third party's reader, the limits of GitHub."""

import gzip
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hostile_reports import CLEAN, EMPTY, HOSTILE, PAGE, large
from sarif.loader import load_sarif_file  # type: ignore[import-untyped]
from sarif_kit.validate import validation_errors  # type: ignore[import-untyped]

from idmxml.diagnostics import Diagnostic, Report, RuleFacts, Severity, Span, Summary
from idmxml.reports.as_sarif import prose, render
from idmxml.reports.uris import folder_uri, relative_uri


def run_of(report: Report) -> Any:
    return json.loads(render(report))["runs"][0]


@pytest.mark.parametrize("report", [HOSTILE, CLEAN, EMPTY, large(300)])
def test_the_official_schema_accepts_it(report: Report) -> None:
    assert validation_errors(json.loads(render(report))) == []


def test_the_official_schema_refuses_what_is_wrong() -> None:
    log = json.loads(render(HOSTILE))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = -1
    log["runs"][0]["columnKind"] = "bytes"
    assert len(validation_errors(log)) == 2


def test_a_third_party_reads_every_finding(tmp_path: Path) -> None:
    file = tmp_path / "report.sarif"
    file.write_text(render(HOSTILE), encoding="utf-8")
    read = load_sarif_file(str(file))
    assert read.get_distinct_tool_names() == ["idmxml"]
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    records = [(each["Severity"], each["Code"], each["Line"], each["Location"]) for each in read.get_records()]
    expected = [
        (levels[each.severity], each.code, each.span.line, relative_uri(each.span.path)) for each in HOSTILE.diagnostics
    ]
    assert records == expected


def test_one_result_in_full() -> None:
    result = run_of(HOSTILE)["results"][1]
    file = {"uri": "Conf/HR/HR%20Connector.xml", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 12, "startColumn": 40, "endLine": 12, "endColumn": 60}
    first = HOSTILE.diagnostics[1]
    assert result == {
        "ruleId": "IDM3103",
        "ruleIndex": 2,
        "level": "error",
        "message": {"text": "unknown package 'Usercube.CVS@0000001' (did you mean 'Usercube.CSV@0000001'?)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": file,
                    "region": region,
                    "contextRegion": {"startLine": 12, "snippet": {"text": first.source}},
                },
                "logicalLocations": [{"fullyQualifiedName": "Connection[HR]/@Package"}],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "Conf/HR/First%20%281%29.xml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6},
                },
                "message": {"text": "first declared here"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "did you mean 'Usercube.CSV@0000001'?"},
                "artifactChanges": [
                    {
                        "artifactLocation": file,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "Usercube.CSV@0000001"}}],
                    }
                ],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{first.fingerprint}:1"},
    }


def test_results_point_to_their_rules() -> None:
    run = run_of(HOSTILE)
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [each.code for each in HOSTILE.diagnostics]
    assert rules[2]["shortDescription"] == {"text": "A connection names a package that does not exist."}
    assert rules[2]["help"] == {"text": PAGE, "markdown": PAGE}
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)


def test_prose_leaves_headings_and_examples_out() -> None:
    assert prose(PAGE) == (
        "A connection names a package that does not exist. "
        "The package decides which programs export and fulfil; a wrong name shows up only when the first job fails. "
        "Silence one place with `<!-- idmxml: ignore IDM3103 reason -->` before the element."
    )


def test_fingerprints_are_unique_and_do_not_depend_on_lines() -> None:
    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in run_of(HOSTILE)["results"]]
    assert len(set(prints)) == len(prints)
    assert sum(each.endswith(":2") for each in prints) == 1
    first = HOSTILE.diagnostics[1]
    moved = Diagnostic(first.code, first.name, first.severity, "x", Span("b.xml", 99, 1, 99, 2), object=first.object)
    report = Report("check", "/", Summary(1, 1), (moved,))
    assert run_of(report)["results"][0]["partialFingerprints"]["primaryLocationLineHash"] == prints[1]


def test_the_limits_of_github_hold() -> None:
    text = render(large(26_000))
    run = json.loads(text)["runs"][0]
    levels = [each["level"] for each in run["results"]]
    assert len(levels) == 25_000
    assert (levels.count("error"), levels.count("warning"), levels.count("note")) == (2_600, 15_600, 6_800)
    assert len(gzip.compress(text.encode(), 6)) < 10_000_000
    left_out = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert left_out.startswith("1,000 results of the least severity left out")


def test_long_texts_are_cut_and_links_are_text() -> None:
    rule = RuleFacts("IDM1001", "long", Severity.ERROR, "S" * 2_000, "P" * 2_000)
    found = Diagnostic("IDM1001", "long", Severity.ERROR, "[x](https://evil.example)" + "m" * 2_000, Span("a", 1, 1, 1, 2))
    run = run_of(Report("check", "/", Summary(1, 1), (found,), (), {"IDM1001": rule}))
    described = run["tool"]["driver"]["rules"][0]
    message = run["results"][0]["message"]["text"]
    assert [len(described["shortDescription"]["text"]), len(described["fullDescription"]["text"]), len(message)] == [1_024] * 3
    assert message.startswith("[x\\](https://evil.example)mmm")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("Conf/HR Connector.xml", "Conf/HR%20Connector.xml"),
        ("a#b?c%d.xml", "a%23b%3Fc%25d.xml"),
        ("été/姓.xml", "%C3%A9t%C3%A9/%E5%A7%93.xml"),
        ("caf\udce9.xml", "caf%E9.xml"),
        ("odd\ud800.xml", "odd%3F.xml"),
        ("a:b/c.xml", "./a:b/c.xml"),
    ],
)
def test_relative_uris(path: str, uri: str) -> None:
    assert relative_uri(path) == uri


@pytest.mark.parametrize(
    ("root", "uri"),
    [
        ("/", "file:///"),
        ("/srv/Contoso config", "file:///srv/Contoso%20config/"),
        ("C:\\Configurations\\A b", "file:///C:/Configurations/A%20b/"),
        ("C:\\", "file:///C:/"),
        ("\\\\server\\share\\x", "file://server/share/x/"),
        ("/odd\\name", "file:///odd%5Cname/"),
    ],
)
def test_folder_uris(root: str, uri: str) -> None:
    assert folder_uri(root) == uri


def test_the_path_comes_back_from_its_uri() -> None:
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run_of(HOSTILE)["results"]]
    paths = [unquote(urlsplit(uri).path, errors="surrogateescape") for uri in uris]
    assert paths == [each.span.path for each in HOSTILE.diagnostics]
