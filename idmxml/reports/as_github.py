"""The report as workflow commands of GitHub Actions, which become annotations of the changed lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from idmxml.diagnostics import Diagnostic, Report, Severity
from idmxml.phrases import counted, listed
from idmxml.reports.visible_text import shortened, visible
from idmxml.reports.wording import WORST_FIRST, message_and_hint

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

# GitHub keeps 10 annotations of a kind for each step and drops the rest without a word.
MOST_OF_A_KIND = 10
MOST_CODES_NAMED = 10
LONGEST_MESSAGE = 4_096


def render(report: Report) -> str:
    """A command for each of the worst diagnostics, and a last one about those without a place.

    The notes share one notice. A clean run without notes gives no text at all.
    """
    return "".join(f"{line}\n" for line in commands(report))


def commands(report: Report) -> Iterator[str]:
    """The commands, the worst first."""
    by_kind = {severity: [each for each in report.diagnostics if each.severity is severity] for severity in WORST_FIRST}
    limits = limits_of(by_kind, notes=bool(report.notes))
    for severity in WORST_FIRST:
        yield from (annotation(each) for each in by_kind[severity][: limits[severity]])
    if report.notes:
        yield command("notice", {"title": "idmxml"}, "\n".join(map(visible, report.notes)))
    left_out = [each for severity in WORST_FIRST for each in by_kind[severity][limits[severity] :]]
    if left_out:
        yield overflow(left_out)


def limits_of(by_kind: dict[Severity, list[Diagnostic]], *, notes: bool) -> dict[Severity, int]:
    """How many diagnostics of each severity are shown; the notes and the overflow take one place each."""
    limits = dict.fromkeys(WORST_FIRST, MOST_OF_A_KIND)
    limits[Severity.INFO] -= notes
    too_many = [severity for severity in WORST_FIRST if len(by_kind[severity]) > limits[severity]]
    if too_many:
        limits[too_many[0]] -= 1
    return limits


def annotation(diagnostic: Diagnostic) -> str:
    """The command for one diagnostic; columns are given within a line only, as GitHub wants it."""
    span = diagnostic.span
    properties = {"file": span.path, "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"{diagnostic.code} {diagnostic.name}"
    return command(COMMANDS[diagnostic.severity], properties, message_and_hint(diagnostic))


def overflow(left_out: Sequence[Diagnostic]) -> str:
    """The command that counts what is not shown, by severity and by rule; ``left_out`` has the worst first."""
    kinds = [(severity, len(list(group))) for severity, group in groupby(left_out, key=lambda each: each.severity)]
    title = f"{listed([counted(number, f'more {severity.label}') for severity, number in kinds])} not shown here"
    rules = Counter(f"{each.code} {each.name}" for each in left_out).most_common()
    lines = [f"{rule}: {number:,}" for rule, number in rules[:MOST_CODES_NAMED]]
    if len(rules) > MOST_CODES_NAMED:
        lines.append(f"and {counted(len(rules) - MOST_CODES_NAMED, 'other rule')}")
    return command(COMMANDS[kinds[0][0]], {"title": title}, "\n".join(lines))


def command(name: str, properties: dict[str, str], message: str) -> str:
    """A workflow command in its documented grammar."""
    given = ",".join(f"{key}={property_value(value)}" for key, value in properties.items())
    return f"::{name} {given}::{data(shortened(message, LONGEST_MESSAGE))}"


def data(text: str) -> str:
    """The message of a command, in which line ends and percent signs are escaped."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def property_value(text: str) -> str:
    """The value of a property, in which its separators are escaped as well."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
