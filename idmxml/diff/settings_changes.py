"""Settings of two versions, layer by layer, to differences; of secrets nothing is told but that they changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from idmxml.diagnostics import Span
from idmxml.diff.change import ADDED, CHANGED, REMOVED, Difference, Location
from idmxml.diff.sources import Read
from idmxml.settings.jsonc import decode
from idmxml.settings.keys import Key, fold, is_note, spell
from idmxml.settings.layers import FileName, Layer
from idmxml.settings.read import layer_of
from idmxml.settings.resolve import Given, Resolved, flatten
from idmxml.settings.sealing import Sealer
from idmxml.settings.secret import MASK, Secret

CONNECTION: Final = "Settings.Connection"
SECRET_OF_CONNECTION: Final = "Settings.Connection.Secret"  # noqa: S105  the word for a sort of settings
OTHER: Final = "Settings"
SECRET: Final = "Settings.Secret"  # noqa: S105  the same
CONNECTIONS: Final = "CONNECTIONS"


@dataclass(frozen=True)
class SettingsVersion:
    """The settings files of one version by folded name, their secrets sealed, and sentences about those that can't be read."""

    layers: Mapping[str, Layer]
    notes: tuple[str, ...]

    def secrets(self) -> Iterator[Secret]:
        """Every secret that was read."""
        for layer in self.layers.values():
            for given in flatten(layer.tree, layer).givens():
                if isinstance(given.text, Secret):
                    yield given.text


def read_layers(files: Mapping[str, Read], packages: Mapping[str, str]) -> SettingsVersion:
    """The settings in files by path. ``packages`` gives the package of each connection, so that its secrets are known."""
    sealer = Sealer.for_connections(packages)
    layers: dict[str, Layer] = {}
    notes: list[str] = []
    for path in sorted(files):
        name = path.rpartition("/")[2]
        told = FileName.read(name)
        if told is None:
            continue
        layer = Layer(name, told.source, path, told.environment)
        try:
            layer = layer_of(decode(files[path]()), layer, sealer)
        except (OSError, UnicodeDecodeError):
            notes.append(f"'{path}' can't be read, so its settings are not compared.")
            continue
        if layer.fault is not None:
            notes.append(f"'{path}' is no valid JSON, so its settings are not compared.")
        else:
            layers[name.casefold()] = layer
    return SettingsVersion(layers, tuple(notes))


def compare_settings(old: SettingsVersion, new: SettingsVersion) -> Iterator[Difference]:
    """The differences of the layers, in no particular order; a layer that one version lacks is empty there."""
    for name in sorted(old.layers.keys() | new.layers.keys()):
        layer = new.layers.get(name) or old.layers[name]
        before, after = (_flat(side.layers.get(name)) for side in (old, new))
        yield from _Layers(layer.name, before, after).differences()


def _flat(layer: Layer | None) -> Resolved:
    return flatten(layer.tree, layer) if layer is not None else Resolved({})


@dataclass(frozen=True)
class _Layers:
    """One layer in both versions."""

    name: str
    before: Resolved
    after: Resolved

    def differences(self) -> Iterator[Difference]:
        sections = {key for side in (self.before, self.after) for key in side if len(key) == 2 and key[0] == CONNECTIONS}
        whole = {key for key in sections if self.before.has(key) != self.after.has(key)}
        for key in sorted(whole):
            yield self._section(key)
        for key in sorted({*self.before, *self.after}):
            if key[:2] not in whole and not any(map(is_note, key)):
                yield from self._setting(key)

    def _section(self, key: Key) -> Difference:
        """The settings of a connection that only one version has in this layer."""
        is_new = self.after.has(key)
        given = (self.after if is_new else self.before)[key].winner
        place = _location(given)
        if is_new:
            return Difference(ADDED, CONNECTION, self._object(given), new_location=place)
        return Difference(REMOVED, CONNECTION, self._object(given), old_location=place)

    def _setting(self, key: Key) -> Iterator[Difference]:
        old, new = (side[key].winner if key in side else None for side in (self.before, self.after))
        before, after = (None if each is None or each.is_container else each.text for each in (old, new))
        given = new or old
        if before == after or given is None:
            return
        is_connection = key[0] == CONNECTIONS and len(key) > 2
        is_secret = isinstance(before, Secret) or isinstance(after, Secret)
        subject = (SECRET_OF_CONNECTION if is_secret else CONNECTION) if is_connection else SECRET if is_secret else OTHER
        yield Difference(
            CHANGED,
            subject,
            self._object(given),
            spell(given.path[2:] if is_connection else given.path),
            _text(old, veil=is_secret),
            _text(new, veil=is_secret),
            old_location=_location(old),
            new_location=_location(new),
        )

    def _object(self, given: Given) -> str:
        path = given.path
        is_connection = len(path) > 1 and fold(path[0]) == CONNECTIONS
        return f"Connection[{path[1]}]/settings[{self.name}]" if is_connection else self.name


def _text(given: Given | None, *, veil: bool) -> str | None:
    if given is None or given.is_container:
        return None
    return MASK if veil else given.plain()


def _location(given: Given | None) -> Location | None:
    if given is None:
        return None
    span: Span = given.key_span
    return Location(span.path, span.line, span.column, span.end_line, span.end_column, given.layer.line_of(span))
