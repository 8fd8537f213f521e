"""``idmxml package show``: what a package does, and the settings it reads."""

from typing import TYPE_CHECKING

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.errors import UsageError
from idmxml.model.names import closest

if TYPE_CHECKING:
    from idmxml.facts.packages import Package


@click.command("show", help="Show package ID (its identifier or display name) and its settings.")
@click.argument("identifier", metavar="ID")
@delivery_options
def command(identifier: str, format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the package."""
    delivery = Delivery.read(format_name, outputs)
    from idmxml.reports.package_json import show_object
    from idmxml.reports.package_text import show_text
    from idmxml.settings.pages import page_named

    package = find_package(identifier)
    page = page_named(package.settings) if package.settings else None
    delivery.deliver(Answer(show_text(package, page), show_object(package, page)))


def find_package(word: str) -> "Package":
    """The package of an identifier or display name, in any case; UsageError, with the nearest, when there is none."""
    from idmxml.facts.packages import catalogue

    folded = word.casefold()
    for each in sorted(catalogue(), key=lambda each: each.status == "retired"):
        if folded in {name.casefold() for name in (each.identifier, each.display_name, *each.other_names) if name}:
            return each
    raise UsageError(f"no package '{word}'{_hint(word)}")


def _hint(word: str) -> str:
    """The nearest identifier or name; a word as short as the CSV of Usercube.CSV@0000001 is compared with such words."""
    from difflib import get_close_matches

    from idmxml.facts.packages import catalogue

    identifiers = [each.identifier for each in catalogue() if each.identifier]
    short = {name.partition(".")[2].partition("@")[0].casefold(): name for name in reversed(identifiers)}
    near = closest(word, [*identifiers, *(each.display_name for each in catalogue())])
    near = near or next((short[each] for each in get_close_matches(word.casefold(), short, n=1)), None)
    return f"; did you mean '{near}'?" if near else "; see 'idmxml package list'"
