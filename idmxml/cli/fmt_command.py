"""``idmxml fmt``: hand-written files in canonical layout, in place."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.output import print_text
from idmxml.cli.places import PLACE
from idmxml.cli.run_options import run_options, said
from idmxml.errors import UsageError
from idmxml.options import CheckOptions
from idmxml.phrases import counted
from idmxml.reports.visible_text import visible

if TYPE_CHECKING:
    from idmxml.formatting import Formatted

HELP = """Lay out the configuration files at PATH (files or folders; the current folder by default) in place.

Indentation, the order of attributes, long tags and blank lines become the same everywhere. Comments, values, the order of
elements, encoding and line ends stay as they are; so do files with a syntax error and generated ones."""


@click.command("fmt", help=HELP)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=PLACE)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file would change.")
@click.option("--diff", "wants_diff", is_flag=True, help="Write nothing; show what would change, and exit with 1.")
@click.option("--config", metavar="FILE", type=PLACE, help="Use this file in place of idmxml.toml.")
@run_options
@click.pass_context
def command(context: click.Context, /, *, paths: tuple[Path, ...], check: bool, wants_diff: bool, config: Path | None) -> None:
    """Format, tell, exit by the contract."""
    for each in paths:
        if not each.exists():
            raise UsageError(f"there is no file or folder '{each}'")
    from idmxml.formatting import BROKEN, CHANGED, format_files
    from idmxml.writer.files import write_files

    found = format_files(paths, CheckOptions(config=config, jobs=said("jobs", 1)))
    changed = [each for each in found if each.status == CHANGED]
    broken = [each for each in found if each.status == BROKEN]
    dry = check or wants_diff
    if not dry:
        write_files({each.file: each.data for each in changed})
    if wants_diff:
        print_text("".join(_diff(each) for each in changed))
    else:
        verb = "would change" if dry else "changed"
        print_text("".join(f"{verb}: {visible(each.path)}\n" for each in changed))
    if not said("quiet"):
        _tell(found, len(changed), dry=dry)
    context.exit(1 if broken or (changed and dry) else 0)


def _tell(found: list["Formatted"], changed: int, *, dry: bool) -> None:
    from idmxml.formatting import GENERATED, LEFT

    for each in found:
        if each.reason and not (each.status == LEFT and each.reason == GENERATED):
            click.echo(f"note: '{visible(each.path)}' is left as it is: {visible(each.reason)}", err=True)
    verb = "would change" if dry else "changed"
    click.echo(f"{changed:,} of {counted(len(found), 'file')} {verb}.", err=True)


def _diff(of: "Formatted") -> str:
    """The change of a file as a unified diff, with secrets covered."""
    from idmxml.facts.load import language
    from idmxml.source.shown import covered

    texts = (covered(_plain(each), language().secrets) for each in (of.before, of.after))
    before, after = (text.splitlines(keepends=True) for text in texts)
    lines = difflib.unified_diff(before, after, visible(of.path), visible(of.path))
    return "".join(each if each.endswith("\n") else f"{each}\n\\ No newline at end of file\n" for each in lines)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
