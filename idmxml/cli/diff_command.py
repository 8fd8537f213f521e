"""``idmxml diff``: what a change of the configuration does, told before it is deployed."""

import os
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idmxml.cli.output import check_format, parse_outputs, print_text, wants_color, write_atomically
from idmxml.cli.run_options import run_options, said
from idmxml.errors import UsageError
from idmxml.options import NEVER

if TYPE_CHECKING:
    from idmxml.diff.comparison import Comparison

HELP = """Compare two versions of a configuration by what they mean: OLD and NEW are folders, compiled folders, or git revisions
(main:Conf, HEAD~3, a tag), which are read from git's objects without a checkout.

Scaffoldings are expanded first, and objects are told apart by identity: what was moved, reordered, reformatted, commented or
saved in another encoding is no change. Settings and recorded schemas are compared too; of secrets nothing is told but that they
changed."""
CLASSES = ("data-loss", "sync-break", "rights", "behaviour", "cosmetic", NEVER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says about the comparison."""

    old: str
    new: str
    newest: str | None
    config: Path | None
    settings: Path | None
    fail_on: str


@click.command("diff", help=HELP)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@run_options
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Use this file in place of idmxml.toml.")
@click.option("--settings", metavar="DIR", type=click.Path(path_type=Path), help="Where the appsettings*.json of NEW lie.")
@click.option(
    "--newest-schemas",
    "newest",
    metavar="VERSION",
    help="Folder or revision with the newest recorded schemas (default: NEW), for the verdict on NEW.",
)
@click.option(
    "--fail-on",
    type=click.Choice(CLASSES),
    default=NEVER,
    help="Exit with 1 when a change is of this class or a graver one (default: never).",
)
@click.option("--output", "outputs", metavar="FORMAT=FILE", multiple=True, help="Write a further output; repeatable.")
@click.option("--format", "format_name", metavar="FORMAT", default="text", help="Format of standard output (default: text).")
@click.pass_context
def command(context: click.Context, /, format_name: str, outputs: tuple[str, ...], **words: Any) -> None:
    """Compare, write the report, exit by the contract."""
    check_format(format_name)
    files = parse_outputs(outputs)
    asked = Asked(**words)
    started = time.perf_counter()
    comparison = _compared(asked)
    if said("verbose"):
        number = comparison.old.files + comparison.new.files
        click.echo(f"compared {number:,} files in {time.perf_counter() - started:.2f} s", err=True)
    _deliver(comparison, format_name, files)
    from idmxml.diff.change import ChangeClass

    threshold = None if asked.fail_on == NEVER else ChangeClass.from_label(asked.fail_on)
    context.exit(1 if comparison.reaches(threshold) else 0)


def _compared(asked: Asked) -> "Comparison":
    from idmxml.diff.comparison import compare_versions, with_approvals
    from idmxml.diff.sources import version

    if asked.settings is not None and not asked.settings.is_dir():
        raise UsageError(f"there is no folder of settings '{asked.settings}'")
    here = Path.cwd()
    old = version(asked.old, here, asked.config)
    new = version(asked.new, here, asked.config, asked.settings)
    newest = version(asked.newest, here, asked.config) if asked.newest is not None else None
    return with_approvals(compare_versions(old, new, newest), new.options.approvals, date.today())  # noqa: DTZ011  days of people


def _deliver(comparison: "Comparison", format_name: str, files: list[tuple[str, Path]]) -> None:
    from idmxml.reports.diff_formats import render

    for name, file in files:
        write_atomically(file, render(comparison, name))
    if comparison.changes or comparison.notes or not said("quiet") or format_name != "text":
        width = os.get_terminal_size().columns if sys.stdout.isatty() else None
        print_text(render(comparison, format_name, color=wants_color(str(said("color", "auto"))), width=width))
