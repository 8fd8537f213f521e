"""HTML: hostile text is text, nothing is asked of a network, and the page stays small."""

import re
from typing import Any

import pytest
from hostile_reports import CLEAN, EMPTY, HOSTILE, LONG, PAGE, large
from lxml import html

from idmxml.diagnostics import Report
from idmxml.reports.as_html import digest, page_blocks, prose, render
from idmxml.reports.visible_text import visible


def page(report: Report) -> html.HtmlElement:
    return html.document_fromstring(render(report))


def text_of(element: html.HtmlElement, query: str) -> list[str]:
    return [str(each.text_content()) for each in found(element, query)]


def found(element: html.HtmlElement, query: str) -> list[Any]:
    answer = element.xpath(query)
    assert isinstance(answer, list)
    return answer


def test_hostile_texts_are_shown_as_text() -> None:
    made = page(HOSTILE)
    assert text_of(made, "//ol/li/p[1]/span") == [visible(each.message) for each in HOSTILE.diagnostics]
    assert text_of(made, "//ol/li/p[@class='hint']") == [visible(each.hint) for each in HOSTILE.diagnostics if each.hint]
    paths = list(dict.fromkeys(visible(each.span.path) for each in HOSTILE.diagnostics))
    assert [text.rsplit(" (", 1)[0] for text in text_of(made, "//details[@class='file']/summary")] == paths
    assert text_of(made, "//*[@id='notes']/li") == [visible(note) for note in HOSTILE.notes]
    assert len(made.xpath("//script")) == 1
    assert made.xpath("//*[@onerror or @onclick or @style]") == made.xpath("//img") == []


def test_marks_stand_at_the_fault() -> None:
    made = page(HOSTILE)
    assert '"quoted"' in text_of(made, "//details[@class='file']/summary")[0]
    assert [text for text in text_of(made, "//mark") if text] == [
        '<script>alert("1")</script>',
        "Usercube.CVS@0000001",
        "<A/>",
        'Wrong="here"',
        "\\x1b[31mred\\x1b]0;title\\x07",
        "<Workflow",
        "Strnig",
        'DisplayName_L1="姓名"',
        "שלום\\u202eevil",
    ]


def test_findings_can_be_found_by_severity_and_code() -> None:
    items = page(HOSTILE).xpath("//ol/li")
    assert [(item.get("data-severity"), item.get("data-code")) for item in items] == [
        (each.severity.label, each.code) for each in HOSTILE.diagnostics
    ]


@pytest.mark.parametrize("report", [HOSTILE, CLEAN, EMPTY])
def test_nothing_is_loaded_and_nothing_foreign_runs(report: Report) -> None:
    text = render(report)
    made = page(report)
    assert made.xpath("//link/@href") == ["data:,"]
    assert made.xpath("//@src | //@action | //@srcset") == []
    assert all(link.startswith("#") for link in made.xpath("//a/@href"))
    assert "@import" not in text
    assert "url(" not in text
    policy = made.xpath("string(//meta[@http-equiv]/@content)")
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert f"style-src '{digest(style[0])}'; script-src '{digest(script[-1])}';" in policy
    assert policy.startswith("default-src 'none';")


@pytest.mark.parametrize("report", [HOSTILE, CLEAN, large(50)])
def test_links_lead_somewhere_and_names_are_unique(report: Report) -> None:
    made = page(report)
    names = made.xpath("//@id")
    assert len(set(names)) == len(names)
    if report.diagnostics:
        assert {link[1:] for link in made.xpath("//a/@href")} <= set(names)
    assert set(made.xpath("//label/@for | //@aria-labelledby | //@aria-describedby")) <= set(names)


def test_the_verdict_comes_first() -> None:
    assert text_of(page(HOSTILE), "//*[@id='verdict']") == [
        "Found 6 errors, 3 warnings and 2 infos in 37 files (1,211 objects)."
    ]
    assert text_of(page(CLEAN), "//*[@id='verdict']") == ["All clean: 37 files, 1,211 objects."]
    assert page(CLEAN).xpath("//form") == []


@pytest.mark.parametrize("report", [large(10_000), large(10_000, paths=10_000), large(10_000, source=LONG)])
def test_ten_thousand_findings_fit_into_five_megabytes(report: Report) -> None:
    text = render(report)
    assert len(text.encode()) <= 5_000_000
    assert text.count('"><p><b>') == 10_000


def test_the_least_severe_give_way_when_there_are_too_many() -> None:
    report = large(30_000)
    text = render(report)
    made = html.document_fromstring(text)
    severities = [item.get("data-severity") for item in found(made, "//ol/li")]
    assert len(text.encode()) <= 5_000_000
    assert (severities.count("error"), len(severities) < 30_000) == (3_000, True)
    left_out = text_of(made, "//*[@id='left-out']")[0]
    assert left_out.startswith(f"{30_000 - len(severities):,} findings of the least severity not in this page")


def test_a_rules_page_is_cut_into_blocks() -> None:
    assert list(page_blocks(PAGE)) == [
        ("text", "A connection names a package that does not exist."),
        ("heading", "Why"),
        ("text", "The package decides which programs export and fulfil; a wrong name shows up only when the first job fails."),
        ("heading", "Bad"),
        ("code", '<Connection Identifier="HR" Package="Vendor.CVS@1"/>'),
        ("heading", "Good"),
        ("code", '<Connection Identifier="HR" Package="Vendor.CSV@1"/>'),
        ("text", "Silence one place with `<!-- idmxml: ignore IDM3103 reason -->` before the element."),
    ]


def test_code_in_prose_is_shown_as_code() -> None:
    assert prose("`<a>` & `b") == "<code>&lt;a&gt;</code> &amp; `b"
    assert prose("``") == "``"
