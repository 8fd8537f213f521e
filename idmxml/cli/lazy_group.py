"""A group of commands whose modules are imported only when a command is called."""

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """The commands of a group by name, each with the line the help shows; command ``a-b`` is ``idmxml.cli.a_b_command``.

    ``prefix`` stands before the names of the modules, as in ``connection_list_command`` for ``list`` of ``connection``.
    """

    def __init__(self, name: str | None, summaries: Mapping[str, str], prefix: str = "", help_text: str = "") -> None:
        super().__init__(name, help=help_text, context_settings={"help_option_names": ["-h", "--help"]})
        self.summaries = summaries
        self.prefix = prefix

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of the commands, sorted."""
        return sorted(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click calls it by name
        """The command of a name; None for none."""
        if cmd_name not in self.summaries:
            return None
        module = import_module(f"idmxml.cli.{self.prefix}{cmd_name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """The list of commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summaries[name]) for name in sorted(self.summaries)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name; the nearest one is offered for a wrong name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.summaries, n=1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from None
            raise
