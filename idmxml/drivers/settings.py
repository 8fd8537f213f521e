"""The settings of a connection as drivers read them: typed, with defaults, local paths and a limit of time."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.proxies import Proxy
from idmxml.model.value_spelling import whole_number
from idmxml.settings.connections import Unreadable
from idmxml.settings.secret import MASK, Secret
from idmxml.settings.texts import is_absolute_path
from idmxml.stages import Failure, StageFailure

NO_LIMIT = float("inf")


@dataclass(frozen=True)
class Settings:
    """The section of a connection. ``values`` is nested as in JSON, keys as documented, secrets sealed.

    ``paths`` leads from folders of the agent to local ones. ``deadline`` is a time of ``time.monotonic``. ``defaults`` are
    the documented defaults by dotted name. ``proxy`` is that of encrypted requests of HTTP, None for none. Names are given as
    documented; an element of a list is ``Servers[0].Server``.
    """

    connection: str
    package: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    defaults: Mapping[str, str] = field(default_factory=dict)
    paths: LocalPaths = field(default_factory=LocalPaths)
    deadline: float = NO_LIMIT
    prefix: str = ""
    proxy: Proxy | None = None

    def table(self, suffix: str = "") -> str:
        """The name of a table: that of the connection, or ``<connection>_<suffix>``."""
        return f"{self.connection}_{suffix}" if suffix else self.connection

    def suffix_of(self, table: str) -> str | None:
        """The suffix of a table of this connection, in lower case; None for a table of another name."""
        start, folded = f"{self.connection}_".casefold(), table.casefold()
        return folded.removeprefix(start) if folded.startswith(start) else None

    def has(self, name: str) -> bool:
        """Whether the setting has a value, or a default."""
        return self._value(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """A text, secrets included; StageFailure when there is none and no default."""
        value = self._value(name)
        if value is None:
            if default is None:
                raise self.missing(name)
            return default
        if isinstance(value, Secret):
            return value.reveal()
        if isinstance(value, Unreadable):
            raise self.unreadable(name, value)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str | int | float):
            return str(value)
        raise self.wrong(name, "is not a single value")

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        text = self.text(name, None if default is None else str(default)).strip()
        number = whole_number(text)
        if number is None:
            raise self.wrong(name, "is not a whole number")
        return number

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Whether a switch is on."""
        text = self.text(name, str(default)).strip().casefold()
        if text not in {"true", "false"}:
            raise self.wrong(name, "is neither true nor false")
        return text == "true"

    def texts(self, name: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(name)
        if value is None and default is not None:
            return tuple(default)
        if value is None or isinstance(value, Unreadable):
            raise self.missing(name) if value is None else self.unreadable(name, value)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.wrong(name, "is not a list")
        return tuple(self.text(f"{name}[{place}]") for place in range(len(value)))

    def sections(self, name: str) -> tuple["Settings", ...]:
        """The elements of a list of objects, each as settings of its own; none when the list is not given."""
        value = self._value(name)
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(each, Mapping) for each in value):
            raise self.wrong(name, "is not a list of objects")
        return tuple(replace(self, values=each, prefix=f"{self.full_name(name)}[{place}].") for place, each in enumerate(value))

    def path(self, name: str) -> Path:
        """A path of the agent as it is on this machine; StageFailure when it leads nowhere here."""
        return self.local(self.text(name), name)

    def local(self, agent_path: str, name: str) -> Path:
        """A path of the agent that came from the setting ``name``, as it is on this machine."""
        found = self.paths.find(agent_path)
        if found is None:
            full = self.full_name(name)
            shown = MASK if self.is_sealed(name) else agent_path
            if not is_absolute_path(agent_path):
                hint = "write it whole, as in C:/folder/of/the/agent/file.csv"
                raise self.wrong(name, f"is '{shown}', which is no whole path", hint)
            message = f"'{full}' leads to {shown}, which is a path of another machine"
            hint = 'map its folder to a local one in idmxml.toml: [paths], "C:/folder/of/the/agent" = "local/folder"'
            raise StageFailure(Failure.FILE_MISSING, message, setting=full, hint=hint)
        return found

    def is_sealed(self, name: str) -> bool:
        """Whether the value is a secret, which nothing made from it may tell."""
        return isinstance(self._value(name), Secret | Unreadable)

    def shown(self, name: str) -> str:
        """The value for a message: dots in place of a secret."""
        value = self._value(name)
        return MASK if self.is_sealed(name) else "" if value is None else str(value)

    def shown_path(self, name: str, path: Path) -> str:
        """A local path that came from the setting ``name``, for a message: dots when that is a secret."""
        return MASK if self.is_sealed(name) else self.paths.shown(path)

    def shown_file(self, name: str, path: Path) -> str:
        """The last part of such a path, for a message."""
        return MASK if self.is_sealed(name) else path.name

    def remaining(self, longest: float | None = None) -> float:
        """The seconds left for any wait, at least a hundredth, at most ``longest``; StageFailure when time is over."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise StageFailure(Failure.TIMEOUT, "the time given to the connection is over")
        return max(min(left, longest if longest is not None else left), 0.01)

    def full_name(self, name: str) -> str:
        """The name of a setting from the section of the connection on."""
        return f"{self.prefix}{name}"

    def missing(self, name: str) -> StageFailure:
        """The failure for a setting that is not given."""
        full = self.full_name(name)
        return StageFailure(Failure.SETTING_MISSING, f"'{full}' is missing", setting=full)

    def wrong(self, name: str, why: str, hint: str = "") -> StageFailure:
        """The failure for a setting of a wrong value; ``why`` goes on with the sentence, as in ``is not a list``."""
        full = self.full_name(name)
        return StageFailure(Failure.SETTING_WRONG, f"'{full}' {why}", setting=full, hint=hint)

    def unreadable(self, name: str, value: Unreadable) -> StageFailure:
        """The failure for a value that lies encrypted or in a vault."""
        full = self.full_name(name)
        return StageFailure(
            Failure.SECRET_MISSING,
            f"'{full}' is given by {value.layer}, which can't be read here",
            setting=full,
            hint=f"give it in the environment variable {variable_name(self.connection, full)}",
        )

    def _value(self, name: str) -> object:
        value: object = self.values
        for step in steps_of(name):
            if isinstance(step, int):
                value = value[step] if isinstance(value, Sequence) and step < len(value) else None
            else:
                value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return self.defaults.get(_without_places(self.full_name(name)))
        return value

    def replaced(self, change: Callable[[str, object], object]) -> "Settings":
        """The same with every single value passed through ``change``, which gets its full name and the value."""
        values = {key: _changed(each, str(key), change) for key, each in self.values.items()}
        return replace(self, values=values)


def variable_name(connection: str, setting: str) -> str:
    """The environment variable that gives a setting, as the product names it: ``Connections__HR__Servers__0__Login``."""
    steps = "__".join(str(step) for step in steps_of(setting))
    return f"Connections__{connection}__{steps}"


def steps_of(name: str) -> list[str | int]:
    """The steps of a name, those into a list as numbers: ``Servers[0].Login`` is ``["Servers", 0, "Login"]``."""
    steps: list[str | int] = []
    for part in name.split("."):
        word, *places = part.split("[")
        steps.append(word)
        steps.extend(int(each.rstrip("]")) for each in places)
    return steps


def _without_places(name: str) -> str:
    """``Servers[0].Server`` as schemas dot it: ``Servers[].Server``."""
    return "[]".join(part.partition("]")[2] if place else part for place, part in enumerate(name.split("[")))


def _changed(value: object, name: str, change: Callable[[str, object], object]) -> object:
    if isinstance(value, Mapping):
        return {key: _changed(each, f"{name}.{key}", change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(each, f"{name}[{place}]", change) for place, each in enumerate(value)]
    return change(name, value)
