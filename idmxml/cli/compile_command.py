"""``idmxml compile``: the normalized configuration, with a manifest, its model as data and as a picture."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.output import print_text
from idmxml.cli.places import PLACE
from idmxml.cli.repository_options import RepositoryWords, repository_options
from idmxml.cli.run_options import said
from idmxml.phrases import counted
from idmxml.reports.visible_text import visible

if TYPE_CHECKING:
    from idmxml.compiling.compiled import Compiled

HELP = """Write the normalized configuration of the repository at PATH (default: the current folder) into DIR.

Scaffoldings are expanded, files laid out by convention, and everything is written in one order and spelling, so that the same
configuration always gives the same bytes. DIR also gets manifest.json (what was made from what), model.json and model.svg. It
must be new, empty, or a former output, which is replaced as a whole. Nothing is written while a check finds errors."""
FLAGS = (
    ("--force", "force", "Write although the check finds errors; the manifest tells."),
    ("--single-file", "single_file", "One file in place of the conventional folders."),
    ("--comments", "comments", "Keep comments, each before the element it stands before."),
    ("--explicit-defaults", "explicit_defaults", "Write attributes that have their default."),
    ("--keep-scaffoldings", "keep_scaffoldings", "Leave scaffoldings as they are."),
)


@click.command("compile", help=HELP)
@repository_options
@click.option("-o", "--output", "folder", metavar="DIR", required=True, type=PLACE, help="Where to write.")
@click.option("--environment", metavar="NAME", help="Take the appsettings.*.NAME.json overlays for settings.")
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    path: Path,
    settings: Path | None,
    config: Path | None,
    folder: Path,
    environment: str | None,
    **flags: bool,
) -> None:
    """Check, compile, write, exit by the contract."""
    read = RepositoryWords.read(path, settings, config, environment)
    from idmxml.compiling.compiled import CompileOptions
    from idmxml.compiling.run import compile_to

    force = flags.pop("force")
    found = compile_to(folder, read.path, read.options, CompileOptions(**flags), dict(os.environ), force=force)
    if found.compiled is None:
        print_text("".join(f"{visible(each)}\n" for each in found.errors))
        count = len(found.errors)
        told = f"nothing is written: the check finds {counted(count, 'error')}; see 'idmxml check', or use --force"
        click.echo(f"idmxml: {told}", err=True)
        context.exit(1)
    _tell(found.compiled, found.notes, folder)
    context.exit(1 if found.compiled.faults else 0)


for word, name, told in FLAGS:
    command = click.option(word, name, is_flag=True, help=told)(command)


def _tell(compiled: "Compiled", notes: Sequence[str], folder: Path) -> None:
    if not said("quiet"):
        for each in (*compiled.faults, *notes):
            click.echo(f"note: {each}", err=True)
    expanded = sum(1 for each in compiled.expansion.results if each.status == "expanded")
    kept = sum(1 for each in compiled.expansion.results if each.status in {"kept", "partial"})
    elements = sum(each.size for each in compiled.items)
    print_text(f"{folder}: {counted(len(compiled.placed), 'file')}, {counted(elements, 'element')}\n")
    if compiled.expansion.results and not compiled.options.keep_scaffoldings:
        print_text(f"{counted(expanded, 'scaffolding')} expanded, {kept} not expanded; see {folder / 'manifest.json'}\n")
