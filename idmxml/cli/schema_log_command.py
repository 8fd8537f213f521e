"""``idmxml schema log``: every refresh of a connection, and how it ended."""

from pathlib import Path

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.recorded_words import Recorded, recorded_words


@click.command("log", help="List the refreshes of connection ID, the last one first, in the repository at PATH.")
@recorded_words
@delivery_options
def command(identifier: str, path: Path, format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the refreshes."""
    delivery = Delivery.read(format_name, outputs)
    recorded = Recorded.read(identifier, path)
    from idmxml.reports.schema_json import log_object
    from idmxml.reports.schema_text import log_text

    events = recorded.store.state(recorded.connection).refreshes
    stored = log_object(str(recorded.root), recorded.connection, events)
    delivery.deliver(Answer(log_text(recorded.connection, events), stored))
