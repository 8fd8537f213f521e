"""The report in the XML format of Checkstyle, which many build servers read."""

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from idmxml.diagnostics import Diagnostic, Report
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import message_and_hint
from idmxml.reports.xml_text import document


def render(report: Report) -> str:
    """A ``file`` for each file with diagnostics, an ``error`` for each diagnostic, whatever its severity."""
    root = Element("checkstyle", version="4.3")
    for path, found in groupby(report.diagnostics, key=lambda each: each.span.path):
        file = SubElement(root, "file", name=visible(path))
        for diagnostic in found:
            add_error(file, diagnostic)
    return document(root)


def add_error(file: Element, diagnostic: Diagnostic) -> None:
    """Add one diagnostic to its file."""
    SubElement(
        file,
        "error",
        line=str(diagnostic.span.line),
        column=str(diagnostic.span.column),
        severity=diagnostic.severity.label,
        message=message_and_hint(diagnostic),
        source=f"idmxml.{visible(diagnostic.code)}",
    )
