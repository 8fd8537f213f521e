"""Connections to what can be tried of them: settings, secrets, driver, and why nothing can be tried of some."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from idmxml.drivers.driver import ALL, Driver, Wanted
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.proxies import Proxy
from idmxml.drivers.registry import driver_for
from idmxml.drivers.settings import NO_LIMIT, Settings, steps_of
from idmxml.errors import EnvironmentFault
from idmxml.inventory import Inventory
from idmxml.live.secret_sources import Fetched, fetch, from_keyring, with_keyring
from idmxml.live.vaults.vaults import Vaults
from idmxml.settings.completeness import Completeness
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import fold
from idmxml.settings.overview import NO_SCHEMA, Overview, Way
from idmxml.settings.pages import Shape
from idmxml.settings.resolve import Given
from idmxml.stages import Failure, Mode, StageFailure


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing is tried: a code, a sentence, and what to do, empty when there is nothing to do."""

    code: str
    message: str
    hint: str = ""

    @property
    def is_lack_of_driver(self) -> bool:
        """Whether nothing that is installed can read the system."""
        return self.code in {Failure.NO_DRIVER.code, Failure.NOT_DOCUMENTED.code}


@dataclass(frozen=True)
class Plan:
    """One connection, ready to be looked at. Without ``vaults`` none is asked for secrets. ``proxy`` is that of the machine."""

    inventory: Inventory
    section: ConnectionSettings
    wanted: Wanted = ALL
    vaults: Vaults | None = None
    proxy: Proxy | None = None

    @property
    def identifier(self) -> str:
        """The identifier of the connection."""
        return self.section.connection.identifier

    @cached_property
    def overview(self) -> Overview:
        """The connection at a glance."""
        return self.inventory.overview(self.section)

    @cached_property
    def nothing(self) -> Nothing | None:
        """Why nothing can be tried; None when something can."""
        package = self.section.connection.known_package
        if package is None:
            return None
        if not package.exports:
            return Nothing("no-schema", f"{NO_SCHEMA}: the package exports nothing")
        if self.overview.export == "off":
            return Nothing("export-off", "the export of the connection is switched off")
        page = self.section.page
        try:
            has_driver = self.driver is not None
        except EnvironmentFault:
            return None
        if has_driver:
            return None
        is_documented = page is not None and page.section != "unknown"
        message = f"no driver is installed that reads package '{package.identifier}'"
        if not is_documented:
            message = f"nothing is documented of how package '{package.identifier}' reads its system"
        code = Failure.NO_DRIVER.code if is_documented else Failure.NOT_DOCUMENTED.code
        return Nothing(code, message, Failure.NO_DRIVER.hint.replace(" ID ", f" {self.identifier} "))

    @cached_property
    def driver(self) -> Driver | None:
        """The driver; None when there is none, EnvironmentFault when it can't be loaded."""
        package = self.section.connection.known_package
        return None if package is None else driver_for(package)

    @cached_property
    def at_hand(self) -> ConnectionSettings:
        """The settings, with the secrets of the keyring."""
        return with_keyring(self.section)

    def ask_keyring(self) -> None:
        """Ask it now, as a keyring may ask its user, and one after the other is enough."""
        _ = self.at_hand

    def fetch(self, deadline: float) -> Fetched:
        """The settings with the secrets that can be had here until a time of ``time.monotonic``, and what that gave."""
        return fetch(self.at_hand, self.vaults, deadline)

    def settings(self, section: ConnectionSettings, deadline: float = NO_LIMIT) -> Settings:
        """What the driver gets of the settings, to look at the system until a time of ``time.monotonic``."""
        return Settings(
            self.identifier,
            section.connection.package,
            section.values(),
            dict(_defaults(section)),
            local_paths(self.inventory),
            deadline,
            proxy=self.proxy,
        )

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that the package can export in, one included of which the documentation says both."""
        package = self.section.connection.known_package
        has_both = package is None or package.incremental or package.incremental_disputed
        return tuple(Mode) if has_both else (Mode.COMPLETE,)

    def way(self, mode: Mode) -> Way | None:
        """A mode, and whether it is used; None when nothing can be said."""
        return next((each for each in self.overview.ways if each.completeness.way == mode.value), None)

    def completeness(self, mode: Mode) -> Completeness | None:
        """What the settings lack for a mode, before any vault is asked; None when nothing can be said."""
        way = self.way(mode)
        return None if way is None else way.completeness

    def place(self, setting: str) -> Given | None:
        """Where a setting stands in a file, or the section it belongs to."""
        steps = [str(step) for step in steps_of(setting)] if setting else []
        for length in range(len(steps), 0, -1):
            found = self.section.settings.resolved.get((*self.section.key, *map(fold, steps[:length])))
            if found is not None:
                return next((each for each in found.all if each.layer.path), found.winner)
        return self.section.section

    def certain_driver(self) -> Driver:
        """The driver; EnvironmentFault when it can't be loaded, StageFailure when there is none."""
        if self.section.connection.known_package is None:
            name = self.section.connection.package
            message = f"the catalogue has no package '{name}'" if name else "the connection names no package"
            raise StageFailure(Failure.UNKNOWN_PACKAGE, message)
        if self.driver is None:
            raise StageFailure(Failure.NO_DRIVER, "no driver is installed")
        return self.driver


def local_paths(inventory: Inventory) -> LocalPaths:
    """From folders of the agent to local ones."""
    return LocalPaths(inventory.root, inventory.repository.options.paths)


def vaults_of(inventory: Inventory, variables: Mapping[str, str]) -> Vaults:
    """The vaults that the settings of a repository name, for all of its connections; ``variables`` may hold logins."""
    return Vaults(inventory.settings, local_paths(inventory), variables, from_keyring)


def _defaults(section: ConnectionSettings) -> Iterator[tuple[str, str]]:
    """The documented defaults of every setting, by dotted name."""
    page = section.page
    for shape in page.root.every() if page else ():
        value = section.default(shape.dotted, shape) if _is_plain(shape) else None
        if value is not None:
            yield shape.dotted, value


def _is_plain(shape: Shape) -> bool:
    return bool(shape.dotted) and shape.kind == "scalar"
