"""Comparisons in the formats of other tools, read by the tools themselves or by others that know them."""

import json
from pathlib import Path

import pytest
from configurations import compared
from junitparser import JUnitXml
from lxml import etree
from markdown_it import MarkdownIt
from sarif.loader import load_sarif_file  # type: ignore[import-untyped]
from sarif_kit.validate import validation_errors  # type: ignore[import-untyped]

from idmxml.diff.comparison import Comparison
from idmxml.reports.diff_formats import render
from idmxml.reports.formats import FORMATS

HOSTILE = "&lt;script&gt;|`*_[x](y)@all #1 %0A::error::\u202e&#10;é姓😀"
OLD = """
<Connector Identifier="HR" MaximumDeletedLines="50"/>
<EntityType Identifier="HR_Person">
  <Property Identifier="Login" TargetColumnIndex="4"/><Property Identifier="Phone"/>
</EntityType>
<Profile Identifier="A" DisplayName_L1="A"/>"""
NEW = (
    OLD.replace('<Property Identifier="Phone"/>', "")
    .replace('"50"', '"0"')
    .replace('DisplayName_L1="A"', f'DisplayName_L1="{HOSTILE}"')
)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compared(OLD, NEW)


def test_sarif(found: Comparison, tmp_path: Path) -> None:
    text = render(found, "sarif")
    assert list(validation_errors(json.loads(text))) == []
    (tmp_path / "x.sarif").write_text(text, encoding="utf-8")
    read = load_sarif_file(str(tmp_path / "x.sarif"))
    assert sorted(each["Code"] for each in read.get_records()) == ["IDC1002", "IDC2016", "IDC5001"]
    (run,) = json.loads(text)["runs"]
    levels = {each["ruleId"]: each["level"] for each in run["results"]}
    assert levels == {"IDC1002": "error", "IDC2016": "error", "IDC5001": "note"}
    assert run["results"][0]["relatedLocations"][0]["message"]["text"] == "it stood here before"


def test_junit_and_checkstyle(found: Comparison) -> None:
    read = JUnitXml.fromstring(render(found, "junit").encode())
    assert (read.failures, read.errors) == (2, 0)
    root = etree.fromstring(render(found, "checkstyle").encode())
    assert [each.get("severity") for each in root.iter("error")] == ["error", "error", "info"]


def test_gitlab_fingerprints_are_unique(found: Comparison) -> None:
    stored = json.loads(render(found, "gitlab"))
    assert len({each["fingerprint"] for each in stored}) == 3
    assert [each["location"]["path"] for each in stored] == ["Conf.xml"] * 3


def test_annotations_are_one_line_each(found: Comparison) -> None:
    lines = render(found, "github").splitlines()
    assert [line.split(" ")[0] for line in lines[:3]] == ["::error", "::error", "::notice"]
    assert sum(line.startswith("::") for line in lines) == 3


def test_markdown_shows_hostile_names_as_text(found: Comparison) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render(found, "markdown"))
    inline = [child for token in tokens for child in token.children or ()]
    assert not any(each.type in {"link_open", "image", "em_open"} for each in inline)
    html = [each.content for each in inline if each.type == "html_inline"]
    assert not any("script" in each for each in html)


def test_markdown_fits_into_a_comment() -> None:
    many = "".join(f'<Profile Identifier="P{number}" DisplayName_L1="{HOSTILE}"/>' for number in range(2_000))
    text = render(compared("", many), "markdown")
    assert len(text.encode()) <= 65_536
    assert "more changes not shown here" in text


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_can_say_that_nothing_changed(format_name: str) -> None:
    text = render(compared(OLD, OLD), format_name)
    assert not text or text.endswith("\n")
    assert "IDC1002" not in text or format_name == "sarif"  # which lists every rule


@pytest.mark.parametrize("format_name", ["text", "concise"])
def test_nothing_invisible_reaches_a_terminal(found: Comparison, format_name: str) -> None:
    text = render(found, format_name)
    assert "\u202e" not in text
    assert "\\n" in text


def test_narrow_terminals_and_colours(found: Comparison) -> None:
    plain = render(found, "text", width=60)
    colored = render(found, "text", width=60, color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31mData loss" in colored
    assert max(map(len, plain.splitlines())) <= 100
