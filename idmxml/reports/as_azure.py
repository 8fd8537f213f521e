"""The report as logging commands of Azure Pipelines, which become issues of the build."""

from collections.abc import Iterator

from idmxml.diagnostics import Diagnostic, Report, Severity
from idmxml.reports.as_concise import line_of
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import message_and_hint, verdict

# Azure Pipelines knows no third type of issue: what is merely information stays a line of the log.
TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(report: Report) -> str:
    """A command for each error and warning, a line of the log for each info, then the verdict and the notes."""
    return "".join(f"{line}\n" for line in lines(report))


def lines(report: Report) -> Iterator[str]:
    """The lines of the report, without their ends."""
    for diagnostic in report.diagnostics:
        kind = TYPES.get(diagnostic.severity)
        yield log_line(line_of(diagnostic)) if kind is None else issue(kind, diagnostic)
    yield verdict(report)
    for note in report.notes:
        yield log_line(f"note: {visible(note)}")


def issue(kind: str, diagnostic: Diagnostic) -> str:
    """The command that logs one diagnostic."""
    span = diagnostic.span
    properties = {
        "type": kind,
        "sourcepath": span.path,
        "linenumber": str(span.line),
        "columnnumber": str(span.column),
        "code": diagnostic.code,
    }
    given = "".join(f"{key}={property_value(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {given}]{data(message_and_hint(diagnostic))}"


def log_line(text: str) -> str:
    """A line that is no command, whatever it quotes."""
    return text.replace("##[", "# #[").replace("##vso[", "# #vso[")


def data(text: str) -> str:
    """The message of a command, in which line ends and percent signs are escaped."""
    escaped = text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def property_value(text: str) -> str:
    """The value of a property, in which its separators are escaped as well."""
    return data(text).replace(";", "%3B").replace("]", "%5D")
