"""``idmxml export-schemas``: write XSD and JSON Schemas for editors."""

from pathlib import Path

import click

from idmxml.cli.output import print_text
from idmxml.cli.repository_options import RepositoryWords, repository_options

HELP = """Write into DIR what editors need for the repository at PATH (default: the current folder).

That is the XSD of the configuration, one JSON Schema for its appsettings.agent.json (each connection with the settings of its
package), all published JSON Schemas, and .vscode/settings.json, which wires them for Visual Studio Code when the root of the
repository is the open folder. With --wire the latter is merged into the root's own .vscode/settings.json: entries are added,
nothing is changed."""


@click.command("export-schemas", help=HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, readable=False))
@repository_options
@click.option("--wire", is_flag=True, help="Add the entries to .vscode/settings.json in the root of the repository.")
def command(*, folder: Path, path: Path, settings: Path | None, config: Path | None, wire: bool) -> None:
    """Write the files, and name them."""
    words = RepositoryWords.read(path, settings, config)
    from idmxml.editing import WIRING, schema_files, wiring
    from idmxml.inventory import take_inventory
    from idmxml.writer.files import write_files

    inventory = take_inventory(words.path, words.options)
    folder = folder.absolute()
    files = schema_files(inventory, folder)
    target = (inventory.root if wire else folder).joinpath(*WIRING)
    files[target] = wiring(inventory, folder, target)
    write_files(files)
    for note in inventory.notes:
        click.echo(f"note: {inventory.redactor.redact(note)}", err=True)
    print_text("".join(f"{file}\n" for file in sorted(map(str, files))))
