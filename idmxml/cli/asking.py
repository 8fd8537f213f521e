"""Asks on a terminal for what the command line does not say; elsewhere tells what is missing."""

import sys
from collections.abc import Mapping, Sequence

import click

from idmxml.errors import UsageError


def is_terminal() -> bool:
    """Whether somebody sits there to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask(option: str, question: str, choices: Sequence[str] = (), default: str | None = None) -> str:
    """The answer to a question, one of ``choices`` when there are any; UsageError naming the option when nobody can answer."""
    if not is_terminal():
        listed = f" ({', '.join(choices)})" if 0 < len(choices) <= 12 else ""
        raise UsageError(f"{option} is missing: {question[:1].lower()}{question[1:]}{listed}")
    kind = click.Choice(list(choices), case_sensitive=False) if choices else None
    answer: str = click.prompt(question, type=kind, default=default, err=True)
    return answer


def require(given: Mapping[str, str | None]) -> None:
    """UsageError naming every option without a value, when nobody can be asked."""
    missing = [option for option, value in given.items() if value is None]
    if missing and not is_terminal():
        raise UsageError(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing, and there is no terminal to ask on"
        )
