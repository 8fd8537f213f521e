"""What one looks at first of a connection: what it does, whether its settings suffice, and what is recorded of its schema."""

from dataclasses import dataclass

from idmxml.settings.completeness import MODES, Completeness, completeness
from idmxml.settings.connections import ConnectionSettings, DeclaredConnection
from idmxml.settings.texts import is_placeholder
from idmxml.settings.view import holds

NO_SCHEMA = "There is no schema for this connection"


@dataclass(frozen=True, slots=True)
class RecordedSchema:
    """The recorded schema of a connection: whether its package can have one, and the number of its tables, None for none.

    ``refreshed`` is when it was last read, as recorded; ``failure`` why the last attempt failed. Both are None when nothing
    is known of any attempt.
    """

    is_possible: bool
    tables: int | None = None
    refreshed: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way a connection may run, whether the configuration makes use of it, and what its settings lack for it.

    ``is_used`` is None when the configuration does not tell.
    """

    completeness: Completeness
    is_used: bool | None

    @property
    def stands_in_the_way(self) -> bool:
        """Whether something is missing for a way that is used, or may be."""
        return self.is_used is not False and not self.completeness.is_complete


@dataclass(frozen=True, slots=True)
class Overview:
    """A connection at a glance. ``export`` and ``fulfill`` are on, off (switched off) or none (the package can't).

    ``placeholders`` are the settings whose values have yet to be filled in. ``is_whole`` is False when a settings file can't be
    read, so that nobody knows what it gives.
    """

    connection: DeclaredConnection
    display_name: str
    connector_name: str
    export: str
    fulfill: str
    modes: tuple[str, ...]
    ways: tuple[Way, ...]
    schema: RecordedSchema
    placeholders: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def package_name(self) -> str:
        """The display name of the package; empty when the catalogue does not have it."""
        package = self.connection.known_package
        return package.display_name if package else ""

    @property
    def halves(self) -> tuple[str, ...]:
        """What it does: export, fulfill or both."""
        return tuple(half for half, state in (("export", self.export), ("fulfill", self.fulfill)) if state == "on")


def overview(section: ConnectionSettings, display_name: str, connector_name: str, schema: RecordedSchema) -> Overview:
    """The overview of a connection."""
    connection = section.connection
    package = connection.known_package
    export = _half(connection, "export", can=package is not None and package.exports)
    incremental = package is not None and bool(package.incremental)
    return Overview(
        connection,
        display_name,
        connector_name,
        export,
        _half(connection, "fulfill", can=package is not None and package.fulfills),
        (MODES if incremental else MODES[:1]) if export == "on" else (),
        tuple(Way(each, _is_used(connection, each.way)) for each in completeness(section)),
        schema,
        tuple(each.name for each in section.views() if each.setting and holds(each.setting.winner, is_placeholder)),
        not section.settings.has_unread,
    )


def _half(connection: DeclaredConnection, half: str, *, can: bool) -> str:
    if not can:
        return "none"
    return "off" if connection.is_off(half) else "on"


def _is_used(connection: DeclaredConnection, way: str) -> bool | None:
    """Whether the configuration runs the connection this way; an incremental export only when a task says so."""
    if way == "incremental":
        return way in connection.modes
    if way == "complete" and connection.modes:
        return way in connection.modes
    return connection.does("export" if way in MODES else "fulfill")
