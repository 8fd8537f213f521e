"""Markdown: what a reader of it shows is what was said, and it fits into a comment."""

import re

from hostile_reports import CLEAN, HOSTILE, large
from lxml import html
from markdown_it import MarkdownIt

from idmxml.diagnostics import Diagnostic, Report, Severity, Span, Summary
from idmxml.reports.as_markdown import MOST_BYTES, literal, render
from idmxml.reports.visible_text import visible

TAGS = {*"main h2 h3 p blockquote table thead tbody tr th td code br sub details summary".split()}  # noqa: SIM905 - easier to read
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(report: Report) -> html.HtmlElement:
    return html.fromstring(f"<main>{READER.render(render(report))}</main>")


def test_hostile_texts_are_shown_as_text() -> None:
    page = shown(HOSTILE)
    text = page.text_content().replace("\u2060", "")
    for diagnostic in HOSTILE.diagnostics:
        assert visible(diagnostic.message) in text
        assert visible(diagnostic.span.path) in text
        assert visible(diagnostic.hint or "") in text
    for note in HOSTILE.notes:
        assert visible(note) in text
    tags = {element.tag for element in page.iter()}
    assert tags <= TAGS


def test_every_finding_is_one_row() -> None:
    rows = shown(HOSTILE).xpath("//tbody/tr")
    assert [len(row) for row in rows] == [3] * (len(HOSTILE.diagnostics) + 4)


def test_errors_stand_open_and_the_rest_is_folded() -> None:
    page = shown(HOSTILE)
    assert page.xpath("string(//h2)") == "❌ idmxml check: 6 errors, 3 warnings and 2 infos"
    assert page.xpath("//h3/text()") == ["❌ 6 errors"]
    summaries = [each.text_content() for each in page.xpath("//summary")]
    assert summaries == ["⚠️ 3 warnings", "💡 2 infos", "What the rules are about"]


def test_a_clean_report_is_short() -> None:
    assert render(CLEAN) == "## ✅ idmxml check: all clean\n\nAll clean: 37 files, 1,211 objects.\n"


def test_mentions_and_links_are_broken_and_names_are_not() -> None:
    assert literal("@team #12 https://x www.x") == "&#64;\u2060team &#35;\u206012 https:\u2060//x www\u2060.x"
    assert literal("Usercube.CSV@0000001") == "Usercube.CSV&#64;0000001"


def test_it_fits_into_a_comment_and_says_what_is_missing() -> None:
    report = large(10_000)
    text = render(report)
    assert len(text.encode()) <= MOST_BYTES
    _, errors, warnings, infos = re.split("\n### |\n<details>", text)
    for part, number, label in ((errors, 1_000, "errors"), (warnings, 6_000, "warnings"), (infos, 3_000, "infos")):
        assert f"\n{number - part.count(chr(10) + '| IDM'):,} more {label} not shown here.\n" in part
    assert errors.count("\n| IDM") > 200


def test_texts_without_end_fit_too() -> None:
    one = Diagnostic("IDM1001", "some-rule", Severity.ERROR, "@" * 100_000, Span("姓" * 100_000, 1, 1, 1, 1), "<" * 100_000)
    text = render(Report("check", "/", Summary(1, 1), (one,), ("*" * 100_000,) * 30))
    assert len(text.encode()) <= MOST_BYTES
