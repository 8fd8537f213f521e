"""``idmxml expand``: what each scaffolding generates, and what hand-written elements replace."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from idmxml.cli.output import check_format, parse_outputs, print_text, write_atomically
from idmxml.cli.repository_options import RepositoryWords, repository_options
from idmxml.cli.run_options import said

if TYPE_CHECKING:
    from idmxml.expanding import ExpandedRepository

FORMATS = ("text", "json", "xml")
HELP = """Show what each scaffolding in PATH (default: the current folder) generates.

The whole repository is read, since what a scaffolding generates depends on it. With --element NAME it goes the other way: which
scaffolding made the element of that identifier, and what a hand-written one changes of it."""


@click.command("expand", help=HELP)
@repository_options
@click.option("--element", metavar="NAME", help="The story of one element: its identifier, or Tag[Identifier].")
@click.option("--output", "outputs", metavar="FORMAT=FILE", multiple=True, help="Write a further output; repeatable.")
@click.option("--format", "format_name", metavar="FORMAT", default="text", help="text (default), json or xml.")
@click.pass_context
def command(
    context: click.Context, /, *, element: str | None, outputs: tuple[str, ...], format_name: str, **words: Any
) -> None:
    """Expand, print, exit by the contract."""
    check_format(format_name, FORMATS)
    files = parse_outputs(outputs, FORMATS)
    read = RepositoryWords.read(**words)
    from idmxml.expanding import expand_repository

    found = expand_repository(read.path, read.options)
    renderers = _of_element(found, element) if element is not None else _of_all(found)
    for name, file in files:
        write_atomically(file, renderers[name]())
    for fault in () if said("quiet") else found.faults:
        click.echo(f"note: {fault}", err=True)
    print_text(renderers[format_name]())
    context.exit(1 if found.faults else 0)


def _of_all(found: "ExpandedRepository") -> Mapping[str, Callable[[], str]]:
    from idmxml.reports.expansion_json import expansion_object
    from idmxml.reports.expansion_text import expansion_text
    from idmxml.reports.expansion_xml import expansion_xml

    return {
        "text": lambda: expansion_text(found.results, found.meetings, found.count()),
        "json": lambda: _dumped(expansion_object(str(found.root), found.results, found.meetings, found.count(), found.faults)),
        "xml": lambda: expansion_xml(found.results),
    }


def _of_element(found: "ExpandedRepository", name: str) -> Mapping[str, Callable[[], str]]:
    from idmxml.reports.expansion_json import stories_object
    from idmxml.reports.expansion_text import stories_text
    from idmxml.reports.expansion_xml import stories_xml

    stories = found.stories(name)
    return {
        "text": lambda: stories_text(stories),
        "json": lambda: _dumped(stories_object(str(found.root), name, stories, found.faults)),
        "xml": lambda: stories_xml(stories),
    }


def _dumped(stored: Mapping[str, object]) -> str:
    from idmxml.reports.json_text import dump

    return dump(stored, indent=2) + "\n"
