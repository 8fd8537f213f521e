"""``idmxml new entity-type``: write entity types with their mappings, from the recorded schema of a connection."""

from pathlib import Path

import click

from idmxml.cli.output import print_text
from idmxml.cli.repository_options import RepositoryWords, repository_options
from idmxml.reports.visible_text import visible

HELP = """Write entity types for the tables of a recorded schema, in the repository at PATH (default: the current folder).

Each gets its properties with types and free storage columns, keys, associations to the others, and its mapping, in the file of
its connector. What is mapped already, or exists under the name, stays as it is."""


@click.command("entity-type", help=HELP)
@repository_options
@click.option(
    "--from",
    "source",
    metavar="CONNECTION[.TABLE]",
    required=True,
    help="The connection whose schema is recorded, or one table.",
)
@click.option("--identifier", metavar="ID", help="The identifier of the entity type, for one table.")
@click.option("--key", metavar="COLUMN", help="The column that is the primary key, for one table.")
def command(
    *,
    path: Path,
    settings: Path | None,
    config: Path | None,
    source: str,
    identifier: str | None,
    key: str | None,
) -> None:
    """Write."""
    words = RepositoryWords.read(path, settings, config)
    from idmxml.inventory import take_inventory
    from idmxml.modelling.draft import MAPPED_CODES, NewEntityTypes, draft_entity_types
    from idmxml.writer.files import write_files

    inventory = take_inventory(words.path, words.options, more=MAPPED_CODES)
    draft = draft_entity_types(inventory, NewEntityTypes(source, identifier, key))
    write_files(draft.files)
    print_text("".join(f"{visible(inventory.redactor.redact(line))}\n" for line in draft.told))
