"""``idmxml``: the group of commands. A command's module is imported only when it is called."""

import sys
from importlib import import_module

import click

from idmxml.errors import IdmxmlError
from idmxml.version import __version__

COMMANDS = {
    "check": "Validate repositories: syntax, structure, identifiers, references.",
    "explain": "Show the page of a rule, or list all rules.",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, imported on use."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click calls it by name
        """The command of a name; None for none."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"idmxml.cli.{cmd_name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """The list of commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in sorted(COMMANDS)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name; the nearest one is offered for a wrong name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from None
            raise


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Validate the XML configuration of Netwrix Identity Manager, offline.",
)
@click.version_option(__version__, "-V", "--version", prog_name="idmxml", message="%(prog)s %(version)s")
def cli() -> None:
    """Hold the commands."""


def main() -> None:
    """Run the command line; every fault of the call or the machine is one sentence on standard error."""
    try:
        cli(standalone_mode=True, windows_expand_args=False)
    except IdmxmlError as error:
        click.echo(f"idmxml: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
