"""``idmxml connection show``: every setting of a connection, with the layer it comes from."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options, tell_time
from idmxml.cli.repository_options import RepositoryWords, repository_options

if TYPE_CHECKING:
    from idmxml.inventory import Inventory
    from idmxml.settings.connections import ConnectionSettings

HELP = """Show every setting of connection ID, in the repository at PATH (default: the current folder).

Shown are its value (secrets as dots), the layer that won, those it beat, and what it is for. Environment variables such as
Connections__ID__Path count as they do for the agent. With --environment given more than once, the environments stand side by
side."""


@click.command("show", help=HELP)
@click.argument("identifier", metavar="ID")
@repository_options
@click.option("--environment", "environments", metavar="NAME", multiple=True, help="With the overlay of NAME; repeatable.")
@delivery_options
def command(  # noqa: PLR0913  one parameter for each option
    *,
    identifier: str,
    path: Path,
    settings: Path | None,
    config: Path | None,
    environments: tuple[str, ...],
    format_name: str,
    outputs: tuple[str, ...],
) -> None:
    """Print the settings."""
    delivery = Delivery.read(format_name, outputs)
    environment = environments[0] if len(environments) == 1 else None
    words = RepositoryWords.read(path, settings, config, environment)
    from idmxml.inventory import take_inventory

    started = time.perf_counter()
    inventory = take_inventory(words.path, words.options, dict(os.environ))
    section = inventory.section(identifier)
    compared = tuple(dict.fromkeys(environments))
    answer = _compared(inventory, section, compared) if len(compared) > 1 else _shown(inventory, section, environment)
    tell_time(inventory, started)
    delivery.deliver(answer, inventory.redactor)


def _shown(inventory: "Inventory", section: "ConnectionSettings", environment: str | None) -> Answer:
    from idmxml.reports.connection_json import show_object
    from idmxml.reports.connection_text import show_text
    from idmxml.settings.details import details

    found = details(section, inventory.redactor)
    overview = inventory.overview(section)
    stored = show_object(str(inventory.root), overview, environment, found, inventory.notes)
    return Answer(show_text(overview, found, environment), stored, inventory.notes)


def _compared(inventory: "Inventory", section: "ConnectionSettings", environments: tuple[str, ...]) -> Answer:
    from idmxml.reports.connection_json import compare_object
    from idmxml.reports.connection_text import compare_text
    from idmxml.settings.details import compare, details

    sides = [replace(section, settings=inventory.settings.seen_in(each)) for each in environments]
    compared = compare([details(each, inventory.redactor) for each in sides])
    overview = inventory.overview(section)
    known = {each.casefold() for each in inventory.settings.environments}
    unknown = [each for each in environments if each.casefold() not in known]
    notes = (*inventory.notes, *(f"No settings file is an overlay for the environment '{each}'." for each in unknown))
    stored = compare_object(str(inventory.root), overview, environments, compared, notes)
    return Answer(compare_text(overview, environments, compared), stored, notes)
