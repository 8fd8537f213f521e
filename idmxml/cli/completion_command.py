"""``idmxml completion``: the script that lets a shell complete commands, options and paths."""

import click
from click.shell_completion import get_completion_class

from idmxml.cli.output import print_text

SHELLS = ("bash", "fish", "powershell", "zsh")
PROGRAM = "idmxml"
VARIABLE = "_IDMXML_COMPLETE"  # the one in which click looks for what to complete

HELP = """Print the script that completes commands, options and paths of idmxml in SHELL: bash, fish, powershell or zsh.

\b
bash:        eval "$(idmxml completion bash)"               in ~/.bashrc
zsh:         eval "$(idmxml completion zsh)"                in ~/.zshrc, after compinit
fish:        idmxml completion fish | source                in ~/.config/fish/config.fish
powershell:  idmxml completion powershell | Out-String | Invoke-Expression    in $PROFILE"""


@click.command("completion", help=HELP)
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, /, shell: str) -> None:
    """Print the script of this shell."""
    print_text(script(context.find_root().command, shell))


def script(group: click.Command, shell: str) -> str:
    """What the shell has to run, as click writes it for the commands of ``group``; ``shell`` is one of SHELLS."""
    known = get_completion_class(shell)
    if known is None:
        raise RuntimeError(f"click knows no shell '{shell}'")
    return known.source_template % known(group, {}, PROGRAM, VARIABLE).source_vars()
