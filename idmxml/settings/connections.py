"""A connection as the XML declares it, and what its section of the settings holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from idmxml.diagnostics import Span
from idmxml.facts.packages import Package, packages
from idmxml.model.value_spelling import whole_number
from idmxml.settings.keys import Key, fold
from idmxml.settings.layers import RepositorySettings
from idmxml.settings.pages import Page, Shape, page_of
from idmxml.settings.resolve import Given, Setting
from idmxml.settings.secret import Secret

ROOT: Key = ("CONNECTIONS",)


@dataclass(frozen=True, slots=True)
class DeclaredConnection:
    """A ``Connection`` element, and what the rest of the XML does with it.

    ``placed`` is the span of the identifier, or finds it when it is first asked for. ``deactivation`` is the text of
    ``DeactivationExportFulfill``. ``exported`` tells whether an export task or the mapping of a table uses it, ``fulfilled``
    whether a fulfil task or the mapping of a resource type does; ``modes`` are those of its export tasks, ``complete`` and
    ``incremental``. ``password_reset`` tells whether a mapping on it has a ``PasswordResetSetting``.
    """

    identifier: str
    connector: str
    package: str
    placed: Span | Callable[[], Span]
    deactivation: str = ""
    exported: bool = False
    fulfilled: bool = False
    modes: frozenset[str] = frozenset()
    password_reset: bool = False

    @property
    def span(self) -> Span:
        """The span of the identifier in the XML."""
        return self.placed if isinstance(self.placed, Span) else self.placed()

    @property
    def key(self) -> Key:
        """Where its section is."""
        return (*ROOT, fold(self.identifier))

    @property
    def known_package(self) -> Package | None:
        """Its package; None when the catalogue does not have it."""
        return packages().get(self.package)

    @property
    def page(self) -> Page | None:
        """The settings page of its package; None when there is none."""
        return page_of(self.package)

    def is_off(self, half: str) -> bool:
        """Whether DeactivationExportFulfill switches ``half`` (export or fulfill) off."""
        return self.deactivation.casefold() in {half, "1" if half == "export" else "2"}

    def does(self, half: str) -> bool | None:
        """Whether it does ``half`` (export or fulfill): None when the XML does not tell."""
        package = self.known_package
        if package is None or not (package.exports if half == "export" else package.fulfills):
            return False
        if self.is_off(half):
            return False
        used, other = (self.exported, self.fulfilled) if half == "export" else (self.fulfilled, self.exported)
        if used or not (package.exports and package.fulfills):
            return True
        return False if other else None


@dataclass(frozen=True, slots=True)
class DeclaredNames:
    """What the XML declares beside connections, as far as settings name it. None stands for not known: nothing is checked.

    ``agents`` are identifiers of agents, ``openid_clients`` of OpenID clients, ``sql_tasks`` of tasks that run SQL
    commands. ``clients_in_use`` and ``databases_in_use`` tell for each OpenID client and database an agent's task names where
    it does so. ``two_way_reset`` is where a password reset in two steps is declared.
    """

    agents: frozenset[str] | None = None
    openid_clients: frozenset[str] | None = None
    sql_tasks: frozenset[str] | None = None
    clients_in_use: Mapping[str, Span] = field(default_factory=dict)
    databases_in_use: Mapping[str, Span] = field(default_factory=dict)
    two_way_reset: Span | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that exists in ``layer`` and that nobody here can read: encrypted, or in a vault."""

    layer: str


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting of a connection: its name inside the section, shape, resolved value, and default if it has none."""

    name: str
    key: Key
    shape: Shape | None
    setting: Setting | None
    default: str | None

    @property
    def value(self) -> str | Secret | None:
        """The text that counts: of the winner, else the default."""
        return self.setting.winner.text if self.setting else self.default


@dataclass(frozen=True)
class ConnectionSettings:
    """The settings of one declared connection."""

    connection: DeclaredConnection
    settings: RepositorySettings

    @property
    def key(self) -> Key:
        """Where its section is."""
        return self.connection.key

    @property
    def page(self) -> Page | None:
        """The settings page of its package."""
        return self.connection.page

    @cached_property
    def section(self) -> Given | None:
        """The section in the lowest layer that has it, where a person would add a setting; None when no file has one."""
        setting = self.settings.resolved.get(self.key) or self.settings.elsewhere.get(self.key)
        if setting is None:
            return None
        files = [each for each in setting.all if each.layer.path]
        plain = [each for each in files if each.layer.source.is_plain_file]
        return plain[-1] if plain else files[-1] if files else None

    @cached_property
    def given_inside(self) -> tuple[tuple[Key, Setting], ...]:
        """The single values in the section, by key."""
        depth = len(self.key)
        inside = ((key, each) for key, each in self.settings.resolved.items() if key[:depth] == self.key and len(key) > depth)
        return tuple((key, each) for key, each in inside if not each.winner.is_container)

    @property
    def is_given(self) -> bool:
        """Whether any layer has something for it."""
        return self.settings.given_anywhere(self.key)

    def default(self, dotted: str, shape: Shape | None) -> str | None:
        """The documented default of a setting: of the package, else of the page; None without one."""
        page = self.page
        by_package = page.schema.get("x-idmxml-package-defaults", {}) if page else {}
        value = by_package.get(self.connection.package, {}).get(dotted, shape.schema.get("default") if shape else None)
        return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    def views(self) -> Iterator[SettingView]:
        """Every setting that is given or documented at the top of the page, documented ones first, in the page's order."""
        resolved, page = self.settings.resolved, self.page
        documented = page.root.children if page else {}
        for folded, (name, shape) in documented.items():
            key = (*self.key, folded)
            if not resolved.has(key):
                yield SettingView(name, key, shape, None, self.default(name, shape))
        for key, setting in self.given_inside:
            below = setting.winner.path[len(self.key) :]
            yield SettingView(" > ".join(below), key, self.shape_of(below), setting, None)

    def shape_of(self, path: tuple[str, ...]) -> Shape | None:
        """The shape of the setting at ``path`` inside the section."""
        shape = self.page.root if self.page else None
        for name in path:
            shape = shape.below(name) if shape else None
        return shape

    def values(self) -> dict[str, object]:
        """The resolved section as nested dicts and lists, for drivers; keys as documented.

        Numbers and truth values are what their setting is, whether they stand in quotes or not; secrets are sealed, and what
        lies encrypted or in a vault is ``Unreadable``.
        """
        built = self._value(self.key, self.page.root if self.page else None)
        return built if isinstance(built, dict) else {}

    def _value(self, key: Key, shape: Shape | None) -> object:
        below = self.settings.resolved.below(key)
        setting = self.settings.resolved.get(key)
        if not below and setting is not None and not setting.winner.is_container:
            return _typed(setting.winner, shape)
        is_list = shape.kind == "array" if shape else setting is not None and setting.winner.kind == "array"
        if is_list:
            return [self._value(each, shape.items if shape else None) for each in below]
        return {self._name(each, shape): self._value(each, shape.below(each[-1]) if shape else None) for each in below}

    def _name(self, key: Key, shape: Shape | None) -> str:
        known = shape.children.get(key[-1]) if shape else None
        setting = self.settings.resolved.get(key)
        return known[0] if known else setting.winner.path[-1] if setting else key[-1]


def _typed(given: Given, shape: Shape | None) -> object:
    """A value as the type its setting has; the text itself when it can't be turned into one."""
    if not given.is_known:
        return Unreadable(given.layer.name)
    if given.kind == "null":
        return None
    if isinstance(given.text, Secret) or shape is None:
        return given.text
    text = given.text.strip()
    if shape.is_boolean and text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    number = whole_number(text) if shape.is_number else None
    return number if number is not None else given.text
