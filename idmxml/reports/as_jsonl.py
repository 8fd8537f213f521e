"""The report as JSON Lines, for programs that read it as a stream."""

from idmxml.diagnostics import Report
from idmxml.reports.as_json import diagnostic_object, run_object
from idmxml.reports.json_text import dump


def render(report: Report) -> str:
    """A line for each diagnostic, as in the JSON report, and a last line about the run, known by its key ``summary``."""
    objects = [*map(diagnostic_object, report.diagnostics), {**run_object(report), "notes": list(report.notes)}]
    return "".join(f"{dump(each)}\n" for each in objects)
