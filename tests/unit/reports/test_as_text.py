"""Text: the picture of a fault, its underline, its colours, the verdict."""

import re
from collections.abc import Callable

import pytest
from hostile_reports import CLEAN, CONNECTION, EMPTY, HOSTILE, LONG, TABBED, span

from idmxml.diagnostics import Diagnostic, Report, Severity, Span, Summary
from idmxml.reports.as_text import render
from idmxml.reports.excerpt import width


def report(where: Span, source: str) -> Report:
    found = Diagnostic("IDM1001", "some-rule", Severity.WARNING, "not good", where, source=source)
    return Report("check", "/srv", Summary(1, 1), (found,))


def test_a_whole_report() -> None:
    one = HOSTILE.diagnostics[1]
    assert render(Report("check", "/srv", Summary(37, 1211), (one,), ("Settings are not checked.",))) == (
        "error[IDM3103]: unknown package 'Usercube.CVS@0000001'\n"
        "  --> Conf/HR/HR Connector.xml:12:40\n"
        "   |\n"
        f"12 | {CONNECTION}\n"
        "   |                                        ^^^^^^^^^^^^^^^^^^^^\n"
        "   = help: did you mean 'Usercube.CSV@0000001'?\n"
        "   = note: Conf/HR/First (1).xml:1:1: first declared here\n"
        "\n"
        "Found 1 error in 37 files (1,211 objects).\n"
        "note: Settings are not checked.\n"
    )


def test_verdicts_without_findings() -> None:
    assert render(CLEAN) == "All clean: 37 files, 1,211 objects.\n"
    assert render(EMPTY) == "Nothing to check: no file was read.\n"
    assert render(Report("check", "/", Summary(1, 1), ())) == "All clean: 1 file, 1 object.\n"


@pytest.mark.parametrize(
    ("source", "where", "shown", "underlined"),
    [
        (TABBED, "Strnig", TABBED.replace("\t", "    "), "Strnig"),
        (TABBED, "姓名", TABBED.replace("\t", "    "), "姓名"),
        ("<A B='e\u0301t\u200d' C='x'/>", "C", "<A B='e\u0301t\u200d' C='x'/>", "C"),
        ("<A B='\x1b[1m' C='x'/>", "C", "<A B='\\x1b[1m' C='x'/>", "C"),
        ("<A B='\u202e' C='x'/>", "\u202e", "<A B='\\u202e' C='x'/>", "\\u202e"),
    ],
)
def test_the_underline_stands_below_the_fault(source: str, where: str, shown: str, underlined: str) -> None:
    text = render(report(span("a.xml", 5, source.index(where) + 1, len(where)), source))
    lines = text.splitlines()
    assert lines[3] == f"5 | {shown}"
    before = shown[: shown.index(underlined)]
    assert lines[4] == f"  | {' ' * width(before)}{'^' * width(underlined)}"


def test_a_span_of_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    lines = render(report(Span("a.xml", 4, 3, 9, 5), "  <Workflow   ")).splitlines()
    assert lines[3:5] == ["4 |   <Workflow", "  |   ^^^^^^^^^"]


def test_an_empty_span_at_the_end_of_a_line_has_a_mark() -> None:
    lines = render(report(Span("a.xml", 4, 5, 4, 5), "<A/>")).splitlines()
    assert lines[3:5] == ["4 | <A/>", "  |     ^"]


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_a_long_line_is_cut_to_the_width(columns: int) -> None:
    text = render(report(span("a.xml", 4, LONG.index("Wrong") + 1, 12), LONG), width=columns)
    line, underline = text.splitlines()[3:5]
    assert len(line) <= max(44, columns)
    assert line[4] == line[-1] == "…"
    assert line[underline.index("^") : underline.rindex("^") + 1] == 'Wrong="here"'


def test_a_long_fault_is_cut_and_marked_to_the_cut() -> None:
    line, underline = render(report(span("a.xml", 4, 7, 2000), LONG), width=80).splitlines()[3:5]
    assert line.startswith('4 | <Item Name="0123456789" Name=')
    assert line.endswith("…")
    assert (underline.index("^"), underline.rindex("^")) == (line.index("Name"), len(line) - 1)


def test_colours_change_nothing_but_the_colours(golden: Callable[[str, str], None]) -> None:
    coloured = render(HOSTILE, color=True)
    golden("reports/hostile.colour.txt", coloured)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(HOSTILE)
    assert "\x1b" not in render(HOSTILE)
