"""``idmxml explain``: the page of a rule."""

import json
from typing import TYPE_CHECKING

import click

from idmxml.checks.registry import rules
from idmxml.checks.rule import page_text
from idmxml.checks.selection import codes_of
from idmxml.cli.output import print_text
from idmxml.errors import UsageError

if TYPE_CHECKING:
    from idmxml.diff.rules import ChangeRule


@click.command("explain", help="Show the page of a rule (CODE or name); list all rules when none is given.")
@click.argument("code", required=False)
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="Format (default: text).")
def command(code: str | None, format_name: str) -> None:
    """Print the page or the list."""
    if code and (change := _change_rules(code)):
        _print_changes(change, format_name)
        return
    codes = sorted(codes_of(code)) if code else list(rules())
    chosen = [rules()[each] for each in codes]
    if format_name == "json":
        pages = [
            {
                "code": each.code,
                "name": each.name,
                "severity": each.severity.label,
                "summary": each.page.summary,
                "why": each.page.why,
                "bad": each.page.bad,
                "good": each.page.good,
            }
            for each in chosen
        ]
        stored = {"format": "idmxml-rules", "version": 1, "rules": pages}
        print_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n")
    elif len(chosen) == 1:
        print_text(page_text(chosen[0]))
    elif chosen:
        print_text("".join(f"{each.code}  {each.severity.label:<7}  {each.name}: {each.page.summary}\n" for each in chosen))
    else:
        raise UsageError(f"no rule '{code}'")


def _change_rules(word: str) -> "list[ChangeRule]":
    """The rules about changes that a word means: a code, the beginning of codes, or a name."""
    from idmxml.diff.rules import change_rules

    upper = word.upper()
    if not upper.startswith("IDC"):
        return [each for each in change_rules().values() if each.name == word.lower()]
    return [each for each in change_rules().values() if each.code.startswith(upper)]


def _print_changes(chosen: "list[ChangeRule]", format_name: str) -> None:
    from idmxml.diff.rules import page_text as page_of_change

    if format_name == "json":
        keys = ("code", "name", "summary", "why", "todo", "before", "after")
        pages = [{"class": each.klass.label} | {key: getattr(each, key) for key in keys} for each in chosen]
        stored = {"format": "idmxml-change-rules", "version": 1, "rules": pages}
        print_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n")
    elif len(chosen) == 1:
        print_text(page_of_change(chosen[0]))
    else:
        print_text("".join(f"{each.code}  {each.klass.label:<10}  {each.name}: {each.summary}\n" for each in chosen))
