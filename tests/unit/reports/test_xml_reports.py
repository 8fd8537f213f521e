"""JUnit and Checkstyle: read by a third party's parser, or compared with the documented shape."""

from hostile_reports import CLEAN, EMPTY, HOSTILE, large
from junitparser import Failure, JUnitXml
from lxml import etree

from idmxml.diagnostics import Report, Severity
from idmxml.reports import as_checkstyle, as_junit
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import message_and_hint


def suites(report: Report) -> JUnitXml:
    read = JUnitXml.fromstring(as_junit.render(report).encode())
    assert isinstance(read, JUnitXml)
    return read


def test_junit_counts_are_those_of_its_cases() -> None:
    for report in (HOSTILE, CLEAN, EMPTY, large(400)):
        read = suites(report)
        stated = (read.tests, read.failures, read.errors, read.skipped)
        read.update_statistics()  # type: ignore[no-untyped-call]
        assert (read.tests, read.failures, read.errors, read.skipped) == stated


def test_junit_has_a_suite_a_file_and_a_case_a_group_of_rules() -> None:
    read = list(suites(HOSTILE))
    paths = list(dict.fromkeys(visible(each.span.path) for each in HOSTILE.diagnostics))
    assert [suite.name for suite in read] == [*paths, "files without findings"]
    groups = ["IDM00xx", "IDM20xx", "IDM31xx", "IDM40xx", "IDM50xx", "IDM99xx"]
    assert all([case.name for case in suite] == groups for suite in read[:-1])
    assert [(case.name, case.is_passed) for case in read[-1]] == [("27 files", True)]


def test_junit_failures_say_everything_in_their_body() -> None:
    failures = [
        (case.classname, failure)
        for suite in suites(HOSTILE)
        for case in suite
        for failure in case.result
        if isinstance(failure, Failure)
    ]
    bodies = {path: failure.text or "" for path, failure in failures}
    for diagnostic in HOSTILE.diagnostics:
        if diagnostic.severity > Severity.INFO:
            body = bodies[visible(diagnostic.span.path)]
            assert visible(diagnostic.message) in body
            assert f":{diagnostic.span.line}:{diagnostic.span.column}: " in body
    both = next(failure for path, failure in failures if path == "Conf/tabs and wide.xml")
    assert both.message == "type 'Strnig' is not known (did you mean 'String'?) (and 1 more finding)"
    assert both.type == "error"


def test_junit_information_fails_nothing() -> None:
    case = next(case for suite in suites(HOSTILE) for case in suite if suite.name == "Conf/several.xml" and case.system_out)
    assert case.is_passed
    assert case.system_out == "Conf/several.xml:4:3: info IDM4001 plain-advice: an element of several lines could be shorter"


def test_junit_without_findings_has_a_passing_case() -> None:
    assert [(case.name, case.is_passed) for suite in suites(CLEAN) for case in suite] == [("37 files", True)]
    assert [(case.name, case.is_passed) for suite in suites(EMPTY) for case in suite] == [("0 files", True)]


def test_checkstyle_has_the_documented_shape() -> None:
    root = etree.fromstring(as_checkstyle.render(HOSTILE).encode())
    assert (root.tag, set(root.attrib)) == ("checkstyle", {"version"})
    assert {(file.tag, *file.attrib) for file in root} == {("file", "name")}
    assert {(error.tag, *error.attrib) for file in root for error in file} == {
        ("error", "line", "column", "severity", "message", "source")
    }
    read = [
        (
            file.get("name"),
            error.get("line"),
            error.get("column"),
            error.get("severity"),
            error.get("message"),
            error.get("source"),
        )
        for file in root
        for error in file
    ]
    assert read == [
        (
            visible(each.span.path),
            str(each.span.line),
            str(each.span.column),
            each.severity.label,
            message_and_hint(each),
            f"idmxml.{each.code}",
        )
        for each in HOSTILE.diagnostics
    ]


def test_checkstyle_without_findings_is_an_empty_document() -> None:
    assert len(etree.fromstring(as_checkstyle.render(CLEAN).encode())) == 0
