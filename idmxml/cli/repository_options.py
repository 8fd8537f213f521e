"""The options of commands that read the connections of a repository, and their settings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from idmxml.cli.places import PLACE
from idmxml.cli.run_options import run_options, said
from idmxml.errors import UsageError
from idmxml.options import CheckOptions

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class RepositoryWords:
    """What the command line says about the repository to read."""

    path: Path
    options: CheckOptions

    @classmethod
    def read(cls, path: Path, settings: Path | None, config: Path | None, environment: str | None = None) -> "RepositoryWords":
        """The checked words; UsageError for a folder that is not there."""
        if not path.exists():
            raise UsageError(f"there is no file or folder '{path}'")
        if settings is not None and not settings.is_dir():
            raise UsageError(f"there is no folder of settings '{settings}'")
        return cls(path, CheckOptions(config=config, settings=settings, environment=environment, jobs=said("jobs", 1)))


def repository_options(function: F) -> F:
    """The argument PATH, where settings and options lie, and the options of the run."""
    function = run_options(function)
    for decorate in (
        click.option("--config", metavar="FILE", type=PLACE, help="Use this file in place of idmxml.toml."),
        click.option("--settings", metavar="DIR", type=PLACE, help="Where the appsettings*.json lie."),
        click.argument("path", metavar="[PATH]", type=PLACE, default=Path()),
    ):
        function = decorate(function)
    return function
