"""The words of commands that look at systems: which connections, where the repository is, how many at a time and how long."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from idmxml.cli.places import PLACE
from idmxml.cli.repository_options import RepositoryWords
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.source.repository import OWN_MARKERS

if TYPE_CHECKING:
    from idmxml.inventory import Inventory
    from idmxml.live.plans import Plan
    from idmxml.settings.connections import ConnectionSettings

F = TypeVar("F", bound=Callable[..., Any])
JOBS = 16
SECONDS = 60.0
ALSO_A_PATH = """A word with a slash, a single dot, or the folder of a repository is the PATH of the repository, which is
the current folder when no word is."""


@dataclass(frozen=True, slots=True)
class LiveWords:
    """What the command line asks for: connections by name, of a connector, or all; and the repository they are in."""

    identifiers: tuple[str, ...]
    connector: str | None
    everything: bool
    repository: RepositoryWords

    @classmethod
    def read(cls, words: tuple[str, ...], connector: str | None, everything: bool, **options: Any) -> "LiveWords":  # noqa: FBT001
        """The checked words; UsageError when they ask for nothing, or for two things at once."""
        paths = [word for word in words if is_path(word)]
        names = tuple(word for word in words if not is_path(word))
        if (connector or everything) and not paths and len(names) == 1 and Path(names[0]).exists():
            paths, names = [names[0]], ()
        if len(paths) > 1:
            raise UsageError(f"one repository at a time: '{paths[0]}' or '{paths[1]}'")
        asked = [bool(names), connector is not None, everything]
        if sum(asked) != 1:
            which = "none of them is given" if not any(asked) else "more than one of them is given"
            raise UsageError(f"name connections by ID, or use --connector C, or --all: {which}")
        path = Path(paths[0]) if paths else Path()
        return cls(names, connector, everything, RepositoryWords.read(path, **options))

    def plans(self, inventory: "Inventory") -> "list[Plan]":
        """The connections that are asked for, sorted by identifier; UsageError when a name is wrong."""
        from idmxml.drivers.proxies import proxy_of
        from idmxml.live.plans import Plan, vaults_of

        variables = dict(os.environ)
        vaults, proxy = vaults_of(inventory, variables), proxy_of(variables)
        return [Plan(inventory, each, vaults=vaults, proxy=proxy) for each in self._sections(inventory)]

    @staticmethod
    def notes(inventory: "Inventory") -> tuple[str, ...]:
        """What has to be known of the settings, and of the proxy of this machine."""
        from idmxml.drivers.proxies import passed_over

        note = passed_over(dict(os.environ))
        return inventory.notes if note is None else (*inventory.notes, note)

    def _sections(self, inventory: "Inventory") -> "list[ConnectionSettings]":
        if self.identifiers:
            found = {each.connection.identifier: each for each in map(inventory.section, self.identifiers)}
            return [found[name] for name in sorted(found)]
        if self.everything:
            return list(inventory.sections)
        folded = (self.connector or "").casefold()
        return [each for each in inventory.sections if each.connection.connector.casefold() == folded] or self._no_connector(
            inventory
        )

    def _no_connector(self, inventory: "Inventory") -> "list[ConnectionSettings]":
        from idmxml.model.names import closest

        names = {each.connection.connector for each in inventory.sections} | set(inventory.look.declared.connectors)
        if (self.connector or "").casefold() in {each.casefold() for each in names}:
            return []
        near = closest(self.connector or "", names)
        hint = f"; did you mean '{near}'?" if near else ""
        raise UsageError(f"no connector '{self.connector}' in {inventory.root}{hint}")

    def inventory(self, more: frozenset[str] = frozenset()) -> "Inventory":
        """The inventory of the repository, environment variables included."""
        from idmxml.inventory import take_inventory

        return take_inventory(self.repository.path, self.repository.options, dict(os.environ), more)


def is_path(word: str) -> bool:
    """Whether a word names a repository rather than a connection."""
    if word in {".", ".."} or "/" in word or "\\" in word:
        return True
    return any((Path(word) / marker).exists() for marker in OWN_MARKERS)


def with_wanted(plan: "Plan") -> "Plan":
    """The plan to read what is mapped, or was recorded before: nothing vanishes only because nobody maps it any more."""
    from idmxml.live.refreshing import previous
    from idmxml.live.wanted_tables import wanted_of

    try:
        recorded = previous(plan.inventory.store, plan.identifier)
    except EnvironmentFault:  # told when it comes to writing
        recorded = None
    tables = [each.identifier for each in recorded.tables] if recorded is not None else []
    return replace(plan, wanted=wanted_of(plan.inventory, plan.identifier, tables))


def live_options(function: F) -> F:
    """The argument and the options of commands that look at systems."""
    for decorate in (
        click.option("-v", "--verbose", is_flag=True, help="Tell every stage of every connection."),
        click.option(
            "--timeout",
            "seconds",
            metavar="SECONDS",
            type=click.FloatRange(min=0.1),
            default=SECONDS,
            help=f"Give up a connection after so long (default: {SECONDS:g}).",
        ),
        click.option(
            "--jobs", metavar="N", type=click.IntRange(min=1), default=JOBS, help=f"So many at a time (default: {JOBS})."
        ),
        click.option("--environment", metavar="NAME", help="Use the appsettings.*.NAME.json overlay."),
        click.option("--config", metavar="FILE", type=PLACE, help="Use this file in place of idmxml.toml."),
        click.option("--settings", metavar="DIR", type=PLACE, help="Where the appsettings*.json lie."),
        click.option("--all", "everything", is_flag=True, help="All connections of the repository."),
        click.option("--connector", metavar="C", help="All connections of this connector."),
        click.argument("words", metavar="[ID]... [PATH]", nargs=-1),
    ):
        function = decorate(function)
    return function
