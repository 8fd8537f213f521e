"""``idmxml connection list``: the table of all connections."""

import time
from pathlib import Path

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options, tell_time
from idmxml.cli.repository_options import RepositoryWords, repository_options


@click.command("list", help="List the connections of the repository at PATH (default: the current folder).")
@repository_options
@click.option("--environment", metavar="NAME", help="Use the appsettings.*.NAME.json overlay.")
@delivery_options
def command(
    *,
    path: Path,
    settings: Path | None,
    config: Path | None,
    environment: str | None,
    format_name: str,
    outputs: tuple[str, ...],
) -> None:
    """Print the table."""
    delivery = Delivery.read(format_name, outputs)
    words = RepositoryWords.read(path, settings, config, environment)
    from idmxml.inventory import take_inventory
    from idmxml.reports.connection_json import list_object
    from idmxml.reports.connection_text import list_text

    started = time.perf_counter()
    inventory = take_inventory(words.path, words.options)
    found = inventory.overviews
    stored = list_object(str(inventory.root), found, inventory.notes)
    tell_time(inventory, started)
    delivery.deliver(Answer(list_text(found), stored, inventory.notes), inventory.redactor)
