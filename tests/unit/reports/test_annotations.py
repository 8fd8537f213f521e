"""GitHub, GitLab and Azure Pipelines: each read back by the grammar or shape its documentation gives."""

import json
import re
from collections import Counter
from urllib.parse import unquote

from hostile_reports import CLEAN, EMPTY, HOSTILE, large

from idmxml.diagnostics import Report, Severity
from idmxml.reports import as_azure, as_github, as_gitlab
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import message_and_hint

GITHUB = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")
AZURE = re.compile(r"##vso\[task\.logissue (?P<properties>[^\]]*)\](?P<message>.*)")


def github(report: Report) -> list[tuple[str, dict[str, str], str]]:
    read = []
    for line in as_github.render(report).split("\n")[:-1]:
        match = GITHUB.fullmatch(line)
        assert match, line
        properties = dict(each.split("=", 1) for each in match["properties"].split(","))
        read.append((match["name"], {key: unquote(value) for key, value in properties.items()}, unquote(match["message"])))
    return read


def test_github_reads_every_finding_worst_first() -> None:
    ranked = sorted(HOSTILE.diagnostics, key=lambda each: -each.severity)
    read = github(HOSTILE)
    assert [(name, given["file"], int(given["line"]), message) for name, given, message in read[:-1]] == [
        (
            {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[each.severity],
            "\n".join(map(visible, each.span.path.split("\n"))),
            each.span.line,
            message_and_hint(each),
        )
        for each in ranked
    ]
    assert read[-1] == ("notice", {"title": "idmxml"}, "\n".join(map(visible, HOSTILE.notes)))


def test_github_columns_are_given_within_a_line_only() -> None:
    found = {given.get("file"): given for _, given, _ in github(HOSTILE)}
    assert {key: found["Conf/HR/HR Connector.xml"][key] for key in ("line", "endLine", "col", "endColumn", "title")} == {
        "line": "12",
        "endLine": "12",
        "col": "40",
        "endColumn": "60",
        "title": "IDM3103 unknown-package",
    }
    several = found["Conf/several.xml"]
    assert (several["line"], several["endLine"], "col" in several) == ("4", "9", False)


def test_github_shows_ten_of_a_kind_and_counts_the_rest() -> None:
    read = github(large(1_000))
    assert Counter(name for name, _, _ in read) == {"error": 10, "warning": 10, "notice": 10}
    name, properties, message = read[-1]
    assert name == "error"
    assert properties == {"title": "91 more errors, 590 more warnings and 290 more infos not shown here"}
    assert len(message.split("\n")) == 11
    assert message.endswith("\nand 30 other rules")


def test_github_counts_the_notes_as_a_notice() -> None:
    many = large(200)
    read = github(Report("check", "/", many.summary, many.diagnostics, ("One note.", "Another one."), {}))
    assert Counter(name for name, _, _ in read)["notice"] == 10
    assert github(CLEAN) == github(EMPTY) == []


def test_gitlab_reads_the_documented_shape() -> None:
    issues = json.loads(as_gitlab.render(HOSTILE))
    assert [each["location"]["path"] for each in issues] == [each.span.path for each in HOSTILE.diagnostics]
    assert [each["location"]["lines"]["begin"] for each in issues] == [each.span.line for each in HOSTILE.diagnostics]
    assert [each["check_name"] for each in issues] == [each.code for each in HOSTILE.diagnostics]
    assert all(isinstance(each["description"], str) and each["description"] for each in issues)
    assert {each["severity"] for each in issues} == {"critical", "minor", "info"}
    assert issues[1]["description"] == "IDM3103: unknown package 'Usercube.CVS@0000001' (did you mean 'Usercube.CSV@0000001'?)"
    assert json.loads(as_gitlab.render(CLEAN)) == []


def test_gitlab_fingerprints_are_unique() -> None:
    for report in (HOSTILE, large(2_000)):
        prints = [each["fingerprint"] for each in json.loads(as_gitlab.render(report))]
        assert len(set(prints)) == len(report.diagnostics)


def azure_decoded(text: str) -> str:
    for code, character in (("%3B", ";"), ("%5D", "]"), ("%0A", "\n"), ("%0D", "\r"), ("%AZP25", "%")):
        text = text.replace(code, character)
    return text


def test_azure_reads_errors_and_warnings() -> None:
    read = []
    for line in as_azure.render(HOSTILE).split("\n"):
        if match := AZURE.fullmatch(line):
            properties = dict(each.split("=", 1) for each in match["properties"].rstrip(";").split(";"))
            given = {key: azure_decoded(value) for key, value in properties.items()}
            read.append((given["type"], given["sourcepath"], given["linenumber"], azure_decoded(match["message"])))
        else:
            assert "##[" not in line
            assert "##vso[" not in line
    assert read == [
        (
            each.severity.label,
            "\n".join(map(visible, each.span.path.split("\n"))),
            str(each.span.line),
            message_and_hint(each),
        )
        for each in HOSTILE.diagnostics
        if each.severity > Severity.INFO
    ]
