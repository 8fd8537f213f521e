"""``idmxml new connection``: write a connection, and the settings it needs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.asking import ask, require
from idmxml.cli.output import print_text
from idmxml.cli.repository_options import RepositoryWords, repository_options
from idmxml.errors import UsageError

if TYPE_CHECKING:
    from idmxml.inventory import Inventory

HELP = """Write connection ID beside its connector, in the repository at PATH (default: the current folder).

Its section in appsettings.agent.json gets every setting the package requires, with <…> for what you have to fill in. Secrets go
into appsettings.encrypted.agent.json. What is missing is asked on a terminal."""


@click.command("connection", help=HELP)
@click.argument("identifier", metavar="ID", required=False)
@repository_options
@click.option("--connector", metavar="ID", help="The connector it belongs to.")
@click.option(
    "--package", metavar="PACKAGE", help="Its package, by identifier or display name; 'idmxml package choose' helps to find it."
)
@click.option("--name", metavar="TEXT", help="The display name, in the first language.")
def command(  # noqa: PLR0913  one parameter for each option
    *,
    identifier: str | None,
    path: Path,
    settings: Path | None,
    config: Path | None,
    connector: str | None,
    package: str | None,
    name: str | None,
) -> None:
    """Ask for what is missing, and write."""
    require({"ID": identifier, "--connector": connector, "--package": package, "--name": name})
    words = RepositoryWords.read(path, settings, config)
    from idmxml.creating import NewConnection, draft_connection
    from idmxml.inventory import take_inventory
    from idmxml.writer.files import write_files

    inventory = take_inventory(words.path, words.options)
    identifier = identifier or ask("ID", "Identifier of the connection")
    connector = connector or ask("--connector", "Connector it belongs to", sorted(inventory.look.context.names("Connector")))
    package = _package(package or ask("--package", "Package, such as Usercube.CSV@0000001 or File/CSV"))
    name = name or ask("--name", "Display name", default=identifier)
    folder = settings.absolute() if settings else _settings_folder(inventory)
    draft = draft_connection(inventory, NewConnection(identifier, name, connector, package, folder))
    write_files(draft.files)
    print_text("".join(f"{inventory.redactor.redact(line)}\n" for line in draft.told))


def _settings_folder(inventory: "Inventory") -> Path:
    return inventory.root / inventory.settings.folder if inventory.settings.any_files else inventory.root


def _package(word: str) -> str:
    """The identifier of a package, by identifier or by name; UsageError for one that connections can't have."""
    from idmxml.cli.package_show_command import find_package

    identifier = find_package(word).identifier
    if identifier is None:
        raise UsageError(f"'{word}' has no identifier that is documented; see 'idmxml package list' for others")
    return identifier
