"""A report to standard output and to files, in the formats that were asked for."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from idmxml.cli.streams import write_bytes
from idmxml.diagnostics import Report
from idmxml.errors import UsageError
from idmxml.phrases import did_you_mean, listed
from idmxml.reports.formats import FORMATS, render
from idmxml.writer.files import write_files

REPORT_FORMAT = f"Format of standard output: text (default), {listed(FORMATS[1:], 'or')}."
STANDARD_OUTPUT = "-"
"""What stands for standard output in the words of other commands."""


def wants_color(choice: str) -> bool:
    """Whether to colour: as told, else on a terminal unless NO_COLOR is set."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def parse_outputs(words: tuple[str, ...], formats: Sequence[str] = FORMATS) -> list[tuple[str, Path]]:
    """``FORMAT=FILE`` words to pairs; UsageError for a format that is none of ``formats``, and a FILE that is none or taken."""
    found: list[tuple[str, Path]] = []
    for word in words:
        name, equals, file = word.partition("=")
        if not equals or not file:
            raise UsageError(f"--output takes FORMAT=FILE, not '{word}'")
        check_format(name, formats)
        if file == STANDARD_OUTPUT:
            raise UsageError(f"--output {word} is for a file; what goes to standard output, --format says")
        if any(os.path.abspath(file) == os.path.abspath(other) for _, other in found):  # noqa: PTH100  nothing is looked up
            raise UsageError(f"two outputs go to '{file}'; give each a file of its own")
        found.append((name, Path(file)))
    return found


def check_format(name: str, formats: Sequence[str] = FORMATS) -> None:
    """UsageError for a format that the command does not give, with the nearest that it does."""
    if name not in formats:
        from idmxml.model.names import closest

        hint = did_you_mean(closest(name, formats)) or f"there are {', '.join(formats)}"
        raise UsageError(f"this command gives no format '{name}'; {hint}")


def write_reports(report: Report, outputs: list[tuple[str, Path]]) -> None:
    """Write the further outputs; EnvironmentFault when a file can't be written."""
    for name, file in outputs:
        write_atomically(file, render(report, name))


def print_report(report: Report, format_name: str, color: str) -> None:
    """Print the report on standard output."""
    width = os.get_terminal_size().columns if sys.stdout.isatty() else None
    print_text(render(report, format_name, color=wants_color(color), width=width))


def print_text(text: str) -> None:
    """Print a text as it is, in UTF-8 where the console can't say otherwise; a closed pipe is no fault.

    EnvironmentFault when standard output can't be written, as on a full disk.
    """
    if sys.stdout.isatty():
        click.echo(text, nl=False)
    else:
        write_bytes(text.encode("utf-8", "surrogateescape"))


def write_atomically(file: Path, text: str) -> None:
    """Write a file so that it is either the old or the new one, whole."""
    write_files({file: text.encode("utf-8", "surrogateescape")})
