"""``idmxml schema show``: the recorded schema of a connection."""

from pathlib import Path

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.recorded_words import Recorded, recorded_words


@click.command(
    "show", help="Show the recorded schema of connection ID, in the repository at PATH (default: the current folder)."
)
@recorded_words
@click.option("--at", "word", metavar="VERSION", default="current", help="An earlier version: ~1, an address, or a date.")
@delivery_options
def command(identifier: str, path: Path, word: str, format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the schema."""
    delivery = Delivery.read(format_name, outputs)
    recorded = Recorded.read(identifier, path)
    from idmxml.reports.schema_json import show_object
    from idmxml.reports.schema_text import show_text
    from idmxml.snapshots.revisions import revision

    found = revision(recorded.store, recorded.connection, word)
    stored = show_object(str(recorded.root), found.snapshot, found.event)
    delivery.deliver(Answer(show_text(found.snapshot, found.event), stored))
