"""``idmxml``: the group of commands."""

import sys

import click

from idmxml.cli.lazy_group import LazyGroup
from idmxml.cli.streams import fault_of_machine, open_closed_streams
from idmxml.errors import IdmxmlError
from idmxml.version import __version__

COMMANDS = {
    "baseline": "Write today's findings down, so that only new ones count.",
    "check": "Validate repositories: syntax, structure, identifiers, references, settings.",
    "compile": "Write the normalized configuration, with a manifest and its model.",
    "completion": "Print the script that completes commands, options and paths in a shell.",
    "connection": "List, show and check connections, and record their schemas.",
    "diff": "Tell what a change of the configuration does, before it is deployed.",
    "expand": "Show what scaffoldings generate, and what hand-written elements change of it.",
    "explain": "Show the page of a rule, or list all rules.",
    "export-schemas": "Write XSD and JSON Schemas for editors.",
    "fmt": "Lay out configuration files in place.",
    "graph": "Draw systems, tables, entity types and resource types.",
    "new": "Write new connectors, connections and entity types.",
    "package": "List, show and choose connection packages.",
    "schema": "Show recorded schemas of connections, and their history.",
}

cli = LazyGroup(None, COMMANDS, help_text="Validate the XML configuration of Netwrix Identity Manager, offline.")
click.version_option(__version__, "-V", "--version", prog_name="idmxml", message="%(prog)s %(version)s")(cli)


ABORTED = 2
"""Nothing was found, and nothing is there to be found: the call did not come to an end."""


def main() -> None:
    """Run the command line; every fault of the call or the machine is one sentence on standard error."""
    open_closed_streams()
    try:
        sys.exit(cli(standalone_mode=False, windows_expand_args=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("idmxml: given up; what was written until then stays", err=True)
        sys.exit(ABORTED)
    except IdmxmlError as error:
        click.echo(f"idmxml: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001  its message might hold a secret, so Python may not print it
        from idmxml.cli.crash import FAULT_OF_THE_TOOL, told

        if (fault := fault_of_machine(error)) is not None:
            click.echo(f"idmxml: {fault}", err=True)
            sys.exit(fault.exit_code)
        click.echo(told(error), err=True)
        sys.exit(FAULT_OF_THE_TOOL)


if __name__ == "__main__":
    main()
