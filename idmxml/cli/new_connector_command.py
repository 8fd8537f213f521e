"""``idmxml new connector``: write a connector."""

from pathlib import Path

import click

from idmxml.cli.asking import ask, require
from idmxml.cli.output import print_text
from idmxml.cli.places import PLACE
from idmxml.cli.repository_options import RepositoryWords, repository_options

HELP = """Write connector ID into '<ID>/<ID> Connector.xml' of the repository at PATH (default: the current folder).

The folder of the connector is made where those of the other connectors lie. What is missing is asked on a terminal."""


@click.command("connector", help=HELP)
@click.argument("identifier", metavar="ID", required=False)
@repository_options
@click.option("--name", metavar="TEXT", help="The display name, in the first language.")
@click.option("--agent", metavar="ID", help="The agent that reaches the system (default: the only one that is declared).")
@click.option("--folder", metavar="DIR", type=PLACE, help="Where the folder of the connector is made.")
def command(  # noqa: PLR0913  one parameter for each option
    *,
    identifier: str | None,
    path: Path,
    settings: Path | None,
    config: Path | None,
    name: str | None,
    agent: str | None,
    folder: Path | None,
) -> None:
    """Ask for what is missing, and write."""
    require({"ID": identifier, "--name": name})
    words = RepositoryWords.read(path, settings, config)
    from idmxml.creating import NewConnector, draft_connector
    from idmxml.inventory import take_inventory
    from idmxml.writer.files import write_files

    inventory = take_inventory(words.path, words.options)
    identifier = identifier or ask("ID", "Identifier of the connector")
    name = name or ask("--name", "Display name", default=identifier)
    chosen = _agent(agent, tuple(sorted(inventory.look.context.names("Agent"))))
    draft = draft_connector(inventory, NewConnector(identifier, name, chosen, folder.absolute() if folder else None))
    write_files(draft.files)
    print_text("".join(f"{inventory.redactor.redact(line)}\n" for line in draft.told))


def _agent(asked: str | None, known: tuple[str, ...]) -> str | None:
    """The agent to name: the asked one, else the only one; UsageError for one that does not exist."""
    from idmxml.errors import UsageError
    from idmxml.facts.load import builtins
    from idmxml.model.names import closest

    usable = (*known, *builtins()["agents"])
    if asked is None:
        return known[0] if len(known) == 1 else ask("--agent", "Agent that reaches the system", known) if known else None
    if asked not in usable:
        near = closest(asked, usable)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(sorted(set(usable)))}"
        raise UsageError(f"no agent '{asked}'; {hint}")
    return asked
