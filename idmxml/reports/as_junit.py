"""The report as JUnit XML, for servers that show tests: a suite for each file, a case for each group of rules in it."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from idmxml.diagnostics import Diagnostic, Report, Severity
from idmxml.phrases import counted
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import message_and_hint, place
from idmxml.reports.xml_text import document


def render(report: Report) -> str:
    """A suite for each file with diagnostics, and one for all files without any.

    A case fails when its file breaks a rule of its group at the severity of a warning or an error; what is merely
    information is the output of a passing case.
    """
    root = Element("testsuites", name="idmxml")
    groups = {group_of(code) for code in report.rules} | {group_of(each.code) for each in report.diagnostics}
    paths = 0
    for path, found in groupby(report.diagnostics, key=lambda each: each.span.path):
        paths += 1
        add_suite(root, visible(path), tuple(found), sorted(groups))
    add_clean(root, report.summary.files - paths)
    for attribute in ("tests", "failures", "errors", "skipped"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    return document(root)


def group_of(code: str) -> str:
    """The group of rules that a code belongs to, as ``IDM31xx``."""
    return f"{visible(code[:-2])}xx"


def add_suite(root: Element, name: str, found: Sequence[Diagnostic], groups: Sequence[str]) -> None:
    """Add the suite of a file, with a case for each group, passing ones too."""
    suite = SubElement(root, "testsuite", name=name)
    failures = 0
    for group in groups:
        case = SubElement(suite, "testcase", name=group, classname=name)
        own = [each for each in found if group_of(each.code) == group]
        failing = [each for each in own if each.severity > Severity.INFO]
        if failing:
            failures += 1
            add_failure(case, failing)
        infos = [each for each in own if each.severity is Severity.INFO]
        if infos:
            SubElement(case, "system-out").text = body(infos)
    count(suite, len(groups), failures)


def add_failure(case: Element, failing: Sequence[Diagnostic]) -> None:
    """Add the failure of a case. Some readers show its body alone, so the body says everything."""
    worst = max(failing, key=lambda each: each.severity)
    more = f" (and {counted(len(failing) - 1, 'more finding')})" if len(failing) > 1 else ""
    failure = SubElement(case, "failure", message=message_and_hint(worst) + more, type=worst.severity.label)
    failure.text = body(failing)


def add_clean(root: Element, files: int) -> None:
    """Add one passing case for the files without diagnostics: readers take a report without cases for a fault."""
    if files <= 0 and len(root):
        return
    suite = SubElement(root, "testsuite", name="files without findings")
    SubElement(suite, "testcase", name=counted(max(0, files), "file"), classname="files without findings")
    count(suite, 1, 0)


def count(suite: Element, tests: int, failures: int) -> None:
    """Set the numbers of a suite."""
    for attribute, number in (("tests", tests), ("failures", failures), ("errors", 0), ("skipped", 0)):
        suite.set(attribute, str(number))


def body(found: Sequence[Diagnostic]) -> str:
    """The diagnostics as lines of text."""
    return "\n".join(line for each in found for line in body_lines(each))


def body_lines(diagnostic: Diagnostic) -> Iterator[str]:
    """One diagnostic as lines of text."""
    head = f"{place(diagnostic.span)}: {diagnostic.severity.label} {visible(diagnostic.code)} {visible(diagnostic.name)}"
    yield f"{head}: {visible(diagnostic.message)}"
    if diagnostic.hint:
        yield f"  help: {visible(diagnostic.hint)}"
    for related in diagnostic.related:
        yield f"  note: {place(related.span)}: {visible(related.message)}"
