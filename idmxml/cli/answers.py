"""Answers of commands that give text and JSON: without secrets, to standard output and to files."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from idmxml.cli.output import check_format, parse_outputs, print_text, write_atomically
from idmxml.cli.run_options import said
from idmxml.phrases import counted
from idmxml.settings.redaction import Redactor

if TYPE_CHECKING:
    from idmxml.inventory import Inventory

FORMATS = ("text", "json")
OWN_WORDS = frozenset({"format", "status", "state", "source", "way", "export", "fulfill", "modes", "description"})
"""Keys of JSON answers whose values are words of this tool, never of a user."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: as text for people, as a JSON object, and in notes about the run."""

    text: str
    stored: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where an answer goes: its format on standard output, and further files by format."""

    format_name: str
    outputs: tuple[tuple[str, Path], ...]

    @classmethod
    def read(cls, format_name: str, outputs: tuple[str, ...]) -> "Delivery":
        """The delivery that the words of the command line ask for; UsageError for a format that this command can't give."""
        check_format(format_name, FORMATS)
        return cls(format_name, tuple(parse_outputs(outputs, FORMATS)))

    def deliver(self, answer: Answer, redactor: Redactor | None = None) -> None:
        """Write the further files, print the notes on standard error and the answer on standard output, without secrets."""
        redactor = redactor or Redactor()
        for name, file in self.outputs:
            write_atomically(file, _rendered(answer, name, redactor))
        for note in () if said("quiet") else answer.notes:
            click.echo(f"note: {redactor.redact(note)}", err=True)
        print_text(_rendered(answer, self.format_name, redactor))


def _rendered(answer: Answer, name: str, redactor: Redactor) -> str:
    if name == "text":
        return redactor.redact(answer.text)
    from idmxml.reports.json_text import dump

    return dump(veiled(answer.stored, redactor), indent=2) + "\n"


def veiled(value: Any, redactor: Redactor) -> Any:
    """A JSON value without secrets in any text that may come from a user."""
    if isinstance(value, str):
        return redactor.redact(value)
    if isinstance(value, list | tuple):
        return [veiled(each, redactor) for each in value]
    if isinstance(value, Mapping):
        return {key: each if key in OWN_WORDS else veiled(each, redactor) for key, each in value.items()}
    return value


def delivery_options(function: F) -> F:
    """The options that say where an answer goes."""
    for option in (
        click.option("--output", "outputs", metavar="FORMAT=FILE", multiple=True, help="Write a further output; repeatable."),
        click.option(
            "--format",
            "format_name",
            metavar="FORMAT",
            default="text",
            help="Format of standard output: text (default) or json.",
        ),
    ):
        function = option(function)
    return function


def tell_time(inventory: "Inventory", started: float) -> None:
    """With -v, say on standard error what was read, and how long it took since ``started``."""
    if said("verbose"):
        took = time.perf_counter() - started
        files, layers = len(inventory.look.files), len(inventory.settings.files)
        click.echo(f"read {counted(files, 'file')} and {counted(layers, 'settings file')} in {took:.2f} s", err=True)
