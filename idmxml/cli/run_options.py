"""Options about the run itself that every offline command takes: how much it says, and how it works."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "idmxml."
OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("--color",),
        {"type": click.Choice(["auto", "always", "never"]), "default": "auto", "help": "Colour on standard output."},
    ),
    (("-v", "--verbose"), {"count": True, "help": "Say on standard error what is done."}),
    (("-q", "--quiet"), {"is_flag": True, "help": "No notes on standard error."}),
    (
        ("--jobs",),
        {"metavar": "N", "type": click.IntRange(min=0), "default": 0, "help": "Number of processes (default: one a core)."},
    ),
    (("--no-cache",), {"is_flag": True, "help": "Do not use or write .idmxml/cache."}),
)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> object:
    context.meta[f"{PREFIX}{parameter.name}"] = value
    return value


def run_options(function: F) -> F:
    """The options; their values are kept in the context, for ``said``."""
    for words, settings in OPTIONS:
        function = click.option(*words, expose_value=False, callback=_keep, **settings)(function)
    return function


def said(name: str, otherwise: Any = None) -> Any:
    """What the command line says for an option of the run; ``otherwise`` outside of a command."""
    context = click.get_current_context(silent=True)
    return context.meta.get(f"{PREFIX}{name}", otherwise) if context is not None else otherwise
