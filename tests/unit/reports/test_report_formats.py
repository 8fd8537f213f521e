"""What holds for every format: the names, the lazy imports, the golden outputs, and any text whatever."""

import json
import subprocess
import sys
from collections.abc import Callable
from xml.etree.ElementTree import fromstring

import pytest
from hostile_reports import CLEAN, EMPTY, HOSTILE, RULES
from hypothesis import given, settings
from hypothesis import strategies as st

from idmxml.diagnostics import Diagnostic, Edit, Related, Report, RuleFacts, Severity, Span, Summary, tidy
from idmxml.errors import UsageError
from idmxml.reports.formats import FORMATS, render
from idmxml.reports.visible_text import UNSAFE

EXTENSIONS = {
    "text": "txt",
    "concise": "concise.txt",
    "json": "json",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "junit": "junit.xml",
    "checkstyle": "checkstyle.xml",
    "azure": "azure.txt",
    "markdown": "md",
    "html": "html",
}


def test_the_formats_are_those_of_the_documentation() -> None:
    assert " ".join(FORMATS) == "text concise json jsonl sarif github gitlab junit checkstyle azure markdown html"


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_report(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"reports/hostile.{EXTENSIONS[name]}", render(HOSTILE, name))


@pytest.mark.parametrize("name", FORMATS)
def test_clean_report(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"reports/clean.{EXTENSIONS[name]}", render(CLEAN, name))


@pytest.mark.parametrize("name", FORMATS)
def test_empty_report(name: str) -> None:
    assert render(EMPTY, name) == render(EMPTY, name)


def test_a_misspelt_format_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown format 'sarfi'; did you mean 'sarif'\\?"):
        render(HOSTILE, "sarfi")
    with pytest.raises(UsageError, match="unknown format 'xyz'; there are text, concise, "):
        render(HOSTILE, "xyz")


def test_text_and_concise_import_no_heavy_library() -> None:
    program = (
        "import sys\n"
        "from idmxml.diagnostics import Report, Summary\n"
        "from idmxml.reports.formats import render\n"
        "report = Report('check', '/srv', Summary(1, 1), ())\n"
        "render(report, 'text'), render(report, 'concise')\n"
        "print(sorted({'jinja2', 'lxml', 'json', 'xml', 'markupsafe', 'click'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def characters(*, lone_surrogates: bool = True) -> st.SearchStrategy[str]:
    chosen = st.characters(exclude_categories=()) if lone_surrogates else st.characters(codec="utf-8")
    special = st.sampled_from("\t\n\r\x00\x1b\x9b\u202e\u2028\ufeff\ufffe]>&<\"'|`%:;,\\#@姓é\u0301\u200d")
    return st.text(chosen | special, max_size=30)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    line, column = draw(st.integers(1, 100_000)), draw(st.integers(1, 60))
    lines, columns = draw(st.integers(0, 2)), draw(st.integers(0, 40))
    return Span(draw(characters()), line, column, line + lines, column + columns)


diagnostics = st.builds(
    Diagnostic,
    code=st.sampled_from([*RULES, "IDM9999"]),
    name=st.sampled_from(["some-rule", "other-rule"]),
    severity=st.sampled_from(Severity),
    message=characters(),
    span=spans(),
    hint=st.none() | characters(),
    object=characters(lone_surrogates=False).map(lambda text: f"Role[{text}]"),
    related=st.lists(st.builds(Related, spans(), characters()), max_size=2).map(tuple),
    edit=st.none() | st.builds(Edit, spans(), characters()),
    source=characters(),
)
rules = st.builds(RuleFacts, st.just("IDM3103"), st.just("some-rule"), st.sampled_from(Severity), characters(), characters())
reports = st.builds(
    Report,
    command=st.just("check"),
    root=characters().map(lambda text: f"/{text}"),
    summary=st.builds(Summary, st.integers(0, 9), st.integers(0, 9999)),
    diagnostics=st.lists(diagnostics, max_size=4).map(tidy),
    notes=st.lists(characters(), max_size=2).map(tuple),
    rules=st.builds(lambda rule: {rule.code: rule}, rules) | st.just(RULES),
    tool_version=st.just("0.1.0"),
)


@settings(max_examples=60, deadline=None)
@given(reports)
def test_any_text_is_rendered_safely_in_every_format(report: Report) -> None:
    for name in FORMATS:
        text = render(report, name)
        text.encode()
        assert not set(UNSAFE.findall(text)) - {"\n", "\u2060" if name == "markdown" else ""}, name
        assert text == "" or text.endswith("\n")
        if name in {"json", "sarif", "gitlab"}:
            json.loads(text)
        elif name == "jsonl":
            assert [json.loads(line) for line in text.splitlines()][-1]["format"] == "idmxml-report"
        elif name in {"junit", "checkstyle"}:
            fromstring(text)
        elif name in {"github", "azure", "concise"}:
            assert len(text.splitlines()) <= len(report.diagnostics) + 1 + len(report.notes)
