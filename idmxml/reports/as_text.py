"""The report for people at a terminal: each diagnostic with its source line, an underline and what to do."""

from collections.abc import Callable, Iterator

from idmxml.diagnostics import Diagnostic, Report, Severity
from idmxml.reports.excerpt import excerpt, width
from idmxml.reports.visible_text import visible
from idmxml.reports.wording import place, verdict

DEFAULT_WIDTH = 120
LEAST_ROOM = 40
BOLD = "1"
GUTTER = "1;34"
HELP = "1;36"
CLEAN = "1;32"
STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}

Paint = Callable[[str, str], str]


def render(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """The report as text; ``width`` is the number of columns to fill at most (120 when not given).

    Terminal colours are used only when ``color`` is set.
    """
    paint = painted if color else plain
    columns = width or DEFAULT_WIDTH
    blocks = ["\n".join(block(each, paint, columns)) + "\n\n" for each in report.diagnostics]
    return "".join(blocks) + "\n".join(closing(report, paint)) + "\n"


def plain(_style: str, text: str) -> str:
    """The text alone."""
    return text


def painted(style: str, text: str) -> str:
    """The text in a style of terminals."""
    return f"\x1b[{style}m{text}\x1b[0m"


def block(diagnostic: Diagnostic, paint: Paint, columns: int) -> Iterator[str]:
    """The lines about one diagnostic."""
    style = STYLES[diagnostic.severity]
    head = paint(style, f"{diagnostic.severity.label}[{visible(diagnostic.code)}]")
    yield f"{head}{paint(BOLD, ': ' + visible(diagnostic.message))}"
    margin = " " * len(str(diagnostic.span.line))
    yield f"{margin}{paint(GUTTER, '-->')} {place(diagnostic.span)}"
    yield from picture(diagnostic, paint, columns)
    equals = f"{margin} {paint(GUTTER, '=')} "
    if diagnostic.hint:
        yield f"{equals}{paint(HELP, 'help')}: {visible(diagnostic.hint)}"
    for related in diagnostic.related:
        yield f"{equals}{paint(BOLD, 'note')}: {place(related.span)}: {visible(related.message)}"


def picture(diagnostic: Diagnostic, paint: Paint, columns: int) -> Iterator[str]:
    """The source line with the fault underlined; nothing when there is no line to show."""
    if not diagnostic.source:
        return
    number = str(diagnostic.span.line)
    bar = paint(GUTTER, "|")
    margin = f"{' ' * len(number)} {bar}"
    shown = excerpt(diagnostic.source, diagnostic.span, max(LEAST_ROOM, columns - len(number) - 3))
    underline = paint(STYLES[diagnostic.severity], "^" * max(1, width(shown.marked)))
    yield margin
    yield f"{paint(GUTTER, number)} {bar} {shown.before}{shown.marked}{shown.after}".rstrip()
    yield f"{margin} {' ' * width(shown.before)}{underline}"


def closing(report: Report, paint: Paint) -> Iterator[str]:
    """The verdict and the remarks about the run."""
    worst = max((each.severity for each in report.diagnostics), default=None)
    yield paint(CLEAN if worst is None else STYLES[worst], verdict(report))
    for note in report.notes:
        yield f"{paint(BOLD, 'note')}: {visible(note)}"
