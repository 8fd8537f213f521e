"""All connections of a repository with their settings: what the commands about connections look at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from idmxml.connections import CODES, settings_of
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.model.filefacts import Status
from idmxml.model.names import closest
from idmxml.options import CheckOptions
from idmxml.pipeline import Look, Repository, look_at, plain_order, repository_at, settings_question
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.layers import RepositorySettings
from idmxml.settings.overview import Overview, RecordedSchema, overview
from idmxml.settings.redaction import Redactor
from idmxml.snapshots.store import Store

TABLE_KIND: Final = "ConnectionTable"
STATE: Final = (".idmxml", "state")


@dataclass(frozen=True)
class Inventory:
    """A repository: what its XML declares, and the settings of its agent."""

    repository: Repository
    look: Look
    settings: RepositorySettings

    @property
    def root(self) -> Path:
        """The root of the repository, which paths are relative to."""
        return self.repository.root

    @cached_property
    def redactor(self) -> Redactor:
        """Takes the secrets of the settings out of any text."""
        return Redactor(self.settings.secrets())

    @property
    def notes(self) -> tuple[str, ...]:
        """What keeps the inventory from being whole, in sentences."""
        unread = [each.facts.path for each in self.look.checked if each.facts.status in {Status.MALFORMED, Status.OPAQUE}]
        told = (f"'{path}' can't be read in full, and may declare more; see 'idmxml check'." for path in unread)
        broken = [each.path for each in self.settings.files if each.fault or each.unreadable]
        more = (f"'{path}' can't be read, and may hold more; see 'idmxml check'." for path in broken)
        return (*told, *more, *self.settings.notes)

    @cached_property
    def sections(self) -> tuple[ConnectionSettings, ...]:
        """The settings of every declared connection, sorted by identifier."""
        return tuple(ConnectionSettings(each, self.settings) for each in self.look.declared.connections)

    def section(self, identifier: str) -> ConnectionSettings:
        """The settings of one connection, its identifier in any case; UsageError, with the nearest, when there is none."""
        for each in self.sections:
            if each.connection.identifier.casefold() == identifier.casefold():
                return each
        names = [each.connection.identifier for each in self.sections]
        near = closest(identifier, names)
        hint = f"; did you mean '{near}'?" if near else "; see 'idmxml connection list'" if names else ""
        raise UsageError(f"no connection '{identifier}' in {self.root}{hint}")

    def overview(self, section: ConnectionSettings) -> Overview:
        """A connection at a glance."""
        declared, connection = self.look.declared, section.connection
        connector = declared.connectors.get(connection.connector)
        name = declared.display_names.get(connection.identifier.casefold(), "")
        return overview(section, name, connector[2] if connector else "", self._schema(section))

    @property
    def overviews(self) -> tuple[Overview, ...]:
        """Every connection at a glance, sorted by connector and identifier."""
        found = [self.overview(each) for each in self.sections]
        return tuple(sorted(found, key=lambda each: (each.connection.connector, each.connection.identifier)))

    def _schema(self, section: ConnectionSettings) -> RecordedSchema:
        package = section.connection.known_package
        is_possible = package is None or (package.exports and package.schema is not False)
        tables = self._recorded.get(section.connection.identifier.casefold())
        count = None if tables is None else len(tables)
        try:
            state = self.store.state(section.connection.identifier)
        except EnvironmentFault as fault:
            return RecordedSchema(is_possible, count, failure=str(fault))
        reason = state.last.reason if state.last is not None else None
        refreshed = state.last_good.at if state.last_good is not None else None
        return RecordedSchema(is_possible, count, refreshed, reason.message if reason is not None else None)

    @cached_property
    def store(self) -> Store:
        """The recorded schemas, and what happened to them."""
        return Store(self.root)

    @cached_property
    def _recorded(self) -> Mapping[str, set[str]]:
        """The recorded tables of each connection, by its identifier in lower case."""
        found: dict[str, set[str]] = {}
        for each in self.look.schemas:
            found.setdefault(Path(each.facts.path).stem.casefold(), set())
            for key in each.facts.declared.get(TABLE_KIND, ()):
                connection, table = key if isinstance(key, tuple) else (None, key)
                if connection is not None and table is not None:
                    found.setdefault(connection.casefold(), set()).add(table)
        return found


def take_inventory(
    path: Path,
    options: CheckOptions,
    variables: Mapping[str, str] | None = None,
    more: frozenset[str] = frozenset(),
) -> Inventory:
    """The inventory of the repository that ``path`` belongs to; UsageError when it is not there.

    ``variables`` are the environment variables that may hold settings. ``more`` are codes of rules, what those need of the
    files being read as well.
    """
    repository = repository_at(path, options)
    look = look_at(repository, repository.root, plain_order(repository, CODES | more), options.jobs, lambda _done: None)
    question = settings_question(replace(repository, paths=(path,)), repository.root, options, variables)
    return Inventory(repository, look, settings_of(look.declared, question))
