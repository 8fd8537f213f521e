"""``idmxml schema diff``: what changed between two versions of a recorded schema."""

from pathlib import Path

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.recorded_words import Recorded, recorded_words

HELP = """Tell what changed in the recorded schema of connection ID, in the repository at PATH.

A version is 'current', ~1 for the one before, the beginning of its address as 'idmxml schema log' shows it, or a date such as
2026-05-01."""


@click.command("diff", help=HELP)
@recorded_words
@click.option("--from", "old", metavar="VERSION", default="~1", help="The version before (default: ~1).")
@click.option("--to", "new", metavar="VERSION", default="current", help="The version after (default: current).")
@delivery_options
def command(*, identifier: str, path: Path, old: str, new: str, format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the changes."""
    delivery = Delivery.read(format_name, outputs)
    recorded = Recorded.read(identifier, path)
    from idmxml.reports.schema_json import diff_object
    from idmxml.reports.schema_text import diff_text
    from idmxml.snapshots.compare import compare
    from idmxml.snapshots.revisions import revision

    before, after = (revision(recorded.store, recorded.connection, word) for word in (old, new))
    changes = compare(before.snapshot, after.snapshot)
    stored = diff_object(str(recorded.root), recorded.connection, before.name, after.name, changes)
    delivery.deliver(Answer(diff_text(before.name, after.name, changes), stored))
