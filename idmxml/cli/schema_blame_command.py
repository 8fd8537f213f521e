"""``idmxml schema blame``: since which refresh each column is there, changed or gone."""

from pathlib import Path

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.recorded_words import Recorded, recorded_words
from idmxml.errors import UsageError
from idmxml.phrases import some_of

MOST = 12


@click.command("blame", help="Tell since which refresh each column of connection ID is there, changed or gone.")
@recorded_words
@click.option("--table", metavar="TABLE", help="The columns of this table alone.")
@delivery_options
def command(identifier: str, path: Path, table: str | None, format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the columns."""
    delivery = Delivery.read(format_name, outputs)
    recorded = Recorded.read(identifier, path)
    from idmxml.reports.schema_json import blame_object
    from idmxml.reports.schema_text import blame_text
    from idmxml.snapshots.blame import blame
    from idmxml.snapshots.events import FOUND, RefreshEvent
    from idmxml.snapshots.revisions import versions

    known = versions(recorded.store, recorded.connection)
    found = blame([(each.event or RefreshEvent("", FOUND), each.snapshot) for each in known])
    chosen = [each for each in found if table is None or each.table.casefold() == table.casefold()]
    if table is not None and found and not chosen:
        tables = dict.fromkeys(each.table for each in found)
        there = some_of(tuple(tables), MOST)
        raise UsageError(f"no table '{table}' was recorded of '{recorded.connection}'; there are {there}")
    stored = blame_object(str(recorded.root), recorded.connection, chosen)
    delivery.deliver(Answer(blame_text(recorded.connection, chosen), stored))
