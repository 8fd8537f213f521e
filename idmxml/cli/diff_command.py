"""``idmxml diff``: what a change of the configuration does, told before it is deployed."""

import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idmxml.cli.output import REPORT_FORMAT, check_format, parse_outputs, print_text, wants_color, write_atomically
from idmxml.cli.places import PLACE
from idmxml.cli.run_options import run_options, said
from idmxml.errors import UsageError
from idmxml.options import NEVER
from idmxml.phrases import counted

if TYPE_CHECKING:
    from idmxml.diff.comparison import Comparison

HELP = """Compare two versions of a configuration by what they mean: OLD and NEW are folders, compiled folders, or git revisions
(main:Conf, HEAD~3, a tag), which are read from git's objects without a checkout.

Scaffoldings are expanded first, and objects are told apart by identity: what was moved, reordered, reformatted, commented or
saved in another encoding is no change. Settings and recorded schemas are compared too; of secrets nothing is told but that they
changed.

As a driver of git diff: git config diff.idmxml.command "idmxml diff --git-driver", and in .gitattributes: *.xml diff=idmxml"""
GIT_WORDS = 7
CLASSES = ("data-loss", "sync-break", "rights", "behaviour", "cosmetic", NEVER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says about the comparison."""

    versions: tuple[str, ...]
    newest: str | None
    config: Path | None
    settings: Path | None
    fail_on: str


@click.command("diff", help=HELP)
@click.argument("versions", metavar="OLD NEW", nargs=-1)
@run_options
@click.option("--config", metavar="FILE", type=PLACE, help="Use this file in place of idmxml.toml.")
@click.option("--settings", metavar="DIR", type=PLACE, help="Where the appsettings*.json of NEW lie.")
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
@click.option("--git-driver", is_flag=True, help="Take the words that git gives an external diff driver, for one file.")
@click.option("--output", "outputs", metavar="FORMAT=FILE", multiple=True, help="Write a further output; repeatable.")
@click.option("--format", "format_name", metavar="FORMAT", default="text", help=REPORT_FORMAT)
@click.pass_context
def command(context: click.Context, /, format_name: str, outputs: tuple[str, ...], git_driver: bool, **words: Any) -> None:  # noqa: FBT001
    """Compare, write the report, exit by the contract."""
    check_format(format_name)
    files = parse_outputs(outputs)
    asked = Asked(**words)
    if git_driver and len(asked.versions) == 1:  # what git says of a path that is in conflict
        print_text(f"idmxml diff: {asked.versions[0]} is not merged yet\n")
        return
    started = time.perf_counter()
    comparison = _of_driver(asked.versions) if git_driver else _compared(asked)
    if said("verbose"):
        number = comparison.old.files + comparison.new.files
        click.echo(f"compared {counted(number, 'file')} in {time.perf_counter() - started:.2f} s", err=True)
    _deliver(comparison, format_name, files)
    from idmxml.diff.change import ChangeClass

    threshold = None if asked.fail_on == NEVER else ChangeClass.from_label(asked.fail_on)
    failed = bool(comparison.incomplete) or comparison.reaches(threshold)
    context.exit(1 if failed and not git_driver else 0)  # git takes any other code of a driver for its death


def _compared(asked: Asked) -> "Comparison":
    from idmxml.diff.comparison import compare_versions, with_approvals
    from idmxml.diff.sources import version

    if asked.settings is not None and not asked.settings.is_dir():
        raise UsageError(f"there is no folder of settings '{asked.settings}'")
    if len(asked.versions) != 2:
        raise UsageError(f"two versions are compared, OLD and NEW, not {len(asked.versions)}")
    here = Path.cwd()
    old = version(asked.versions[0], here, asked.config)
    new = version(asked.versions[1], here, asked.config, asked.settings)
    newest = version(asked.newest, here, asked.config) if asked.newest is not None else None
    return with_approvals(compare_versions(old, new, newest), new.options.approvals, date.today())  # noqa: DTZ011  days of people


def _of_driver(words: tuple[str, ...]) -> "Comparison":
    """The comparison of one file: path, then file, object and mode of the old version, then of the new one."""
    from idmxml.diff.comparison import compare_versions
    from idmxml.diff.sources import version_of_file

    if len(words) < GIT_WORDS:
        raise UsageError(f"git gives a driver {GIT_WORDS} words, not {len(words)}; see 'git help attributes'")
    path, old, _, _, new = words[:5]
    sides = (
        version_of_file(f"{side}/{path}", path, None if file == os.devnull else Path(file), Path.cwd())
        for side, file in (("a", old), ("b", new))
    )
    click.echo(f"idmxml diff a/{path} b/{path}")
    found = compare_versions(*sides)
    if found.old.objects == found.new.objects == 0 and not found.incomplete:
        return replace(found, notes=("This is no configuration file; git diff --no-ext-diff shows its text.",))
    return found


def _deliver(comparison: "Comparison", format_name: str, files: list[tuple[str, Path]]) -> None:
    from idmxml.reports.diff_formats import render

    clean = comparison.redactor.redact
    for name, file in files:
        write_atomically(file, clean(render(comparison, name)))
    if comparison.changes or comparison.notes or not said("quiet") or format_name != "text":
        width = os.get_terminal_size().columns if sys.stdout.isatty() else None
        print_text(clean(render(comparison, format_name, color=wants_color(str(said("color", "auto"))), width=width)))
