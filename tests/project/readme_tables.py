"""The tables of the README: commands and rules, as the program has them."""

import re
from collections.abc import Iterator

import click

from idmxml.checks.registry import rules
from idmxml.cli.main import cli

TABLES = ("commands", "rules")


def table(name: str) -> str:
    """The table of this name as Markdown."""
    return {"commands": commands_table, "rules": rules_table}[name]()


def commands_table() -> str:
    rows = [f"| `idmxml {words}` | {text} |" for words, text in commands(cli, click.Context(cli))]
    return "\n".join(("| Command | What it does |", "|---|---|", *rows))


def commands(group: click.Group, context: click.Context, before: str = "") -> Iterator[tuple[str, str]]:
    """Every command that does something, with its arguments, and the first sentence of its help."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inside = click.Context(command, parent=context, info_name=name)
        if isinstance(command, click.Group):
            yield from commands(command, inside, f"{before}{name} ")
        else:
            arguments = [each.make_metavar(inside) for each in command.params if isinstance(each, click.Argument)]
            yield " ".join((f"{before}{name}", *arguments)), _cell((command.help or "").split("\n\n", maxsplit=1)[0])


def rules_table() -> str:
    rows = [
        f"| {each.code} | {each.severity.label} | `{each.name}` | {_cell(each.page.summary)} |" for each in rules().values()
    ]
    head = ("| Code | Severity | Rule | The fault |", "|---|---|---|---|")
    return "\n".join(("<details>", f"<summary>All {len(rows)} rules</summary>", "", *head, *rows, "", "</details>"))


def _cell(text: str) -> str:
    """A text in a cell: on one line, its code marked as Markdown does, nothing read as a tag."""
    marked = re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))
    pieces = re.split(r"(`[^`]*`)", marked.replace("|", "\\|"))
    return "".join(each if each.startswith("`") else each.replace("<", "&lt;") for each in pieces)
