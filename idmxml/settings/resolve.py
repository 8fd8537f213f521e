"""Merges layers as .NET configuration does: key by key without regard to case, arrays by index, the later layer winning.

The result keeps, for every key, the value that won, where it stands, and those it beat.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from idmxml.diagnostics import Span
from idmxml.settings.jsonc import Array, Kind, Node, Object, Scalar
from idmxml.settings.keys import Key, fold_path
from idmxml.settings.secret import Secret

if TYPE_CHECKING:
    from idmxml.settings.layers import Layer


@dataclass(frozen=True, slots=True)
class Given:
    """A value in one layer: its path as it is spelt there, kind, text, and where the key and the value stand.

    Objects and arrays are given too, with an empty text. ``key_span`` of an element of an array is the span of the element.
    """

    path: tuple[str, ...]
    kind: Kind
    text: str | Secret
    key_span: Span
    span: Span
    layer: "Layer"

    @property
    def is_container(self) -> bool:
        """Whether it is an object or an array."""
        return self.kind in {"object", "array"}

    @property
    def is_known(self) -> bool:
        """Whether the text is what the product gets, rather than something encrypted or the name of a vault's entry."""
        return self.layer.is_readable

    @property
    def is_secret(self) -> bool:
        """Whether the text is sealed."""
        return isinstance(self.text, Secret)

    def plain(self) -> str:
        """The text when it may be shown; empty for a secret."""
        return "" if isinstance(self.text, Secret) else self.text


@dataclass(frozen=True, slots=True)
class Setting:
    """What a key has in the end: the value that won, and the ones it beat, the last loaded first."""

    winner: Given
    beaten: tuple[Given, ...] = ()

    @property
    def all(self) -> tuple[Given, ...]:
        """Winner and beaten."""
        return (self.winner, *self.beaten)


class Resolved(Mapping[Key, Setting]):
    """Settings by folded path, such as ``("CONNECTIONS", "HR", "PATH")``; read only, in the order of first appearance."""

    def __init__(self, settings: Mapping[Key, Setting]) -> None:
        self._settings = dict(settings)

    def __getitem__(self, key: Key) -> Setting:
        return self._settings[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resolved) and self._settings == other._settings

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _children(self) -> Mapping[Key, tuple[str, ...]]:
        found: dict[Key, dict[str, None]] = {}
        for key in self._settings:
            for depth in range(len(key)):
                found.setdefault(key[:depth], {})[key[depth]] = None
        return {key: tuple(names) for key, names in found.items()}

    def has(self, key: Key) -> bool:
        """Whether anything stands at ``key`` or below it."""
        return key in self._settings or key in self._children

    def below(self, key: Key) -> tuple[Key, ...]:
        """The keys one level below ``key``; those of an array in the order of their index."""
        names = self._children.get(key, ())
        if names and all(name.isdecimal() for name in names):
            names = tuple(sorted(names, key=int))
        return tuple((*key, name) for name in names)

    def winner(self, *names: str) -> Given | None:
        """The value that won at the path ``names``, in any case; None when there is none."""
        setting = self._settings.get(fold_path(names))
        return setting.winner if setting else None

    def text(self, *names: str) -> str | None:
        """The text at the path, when it is known and no secret."""
        given = self.winner(*names)
        return None if given is None or given.is_container or given.is_secret or not given.is_known else given.plain()

    def flag(self, key: Key) -> bool:
        """Whether the setting is a known true, bare or in quotes."""
        setting = self._settings.get(key)
        return setting is not None and setting.winner.plain().strip().casefold() == "true"

    def givens(self) -> Iterator[Given]:
        """Every value of every layer, winners and beaten."""
        for setting in self._settings.values():
            yield from setting.all


def flatten(tree: Object | None, layer: "Layer") -> Resolved:
    """The settings of one layer. Of a key that stands twice the last wins, as later layers do."""
    settings: dict[Key, Setting] = {}
    if tree is not None:
        for given in _walk(tree, (), layer):
            key = fold_path(given.path)
            earlier = settings.get(key)
            settings[key] = Setting(given, earlier.all if earlier else ())
    return Resolved(settings)


def merge(lower: Resolved, higher: Resolved) -> Resolved:
    """Both together, ``higher`` winning; associative."""
    settings = dict(lower.items())
    for key, setting in higher.items():
        under = settings.get(key)
        settings[key] = Setting(setting.winner, (*setting.beaten, *(under.all if under else ())))
    return Resolved(settings)


def merge_all(layers: Iterable[Resolved]) -> Resolved:
    """All together, the last winning."""
    merged = Resolved({})
    for each in layers:
        merged = merge(merged, each)
    return merged


def _walk(node: Object | Array, path: tuple[str, ...], layer: "Layer") -> Iterator[Given]:
    for names, key_span, value in _entries(node):
        at = (*path, *names)
        yield Given(at, value.kind, value.text if isinstance(value, Scalar) else "", key_span, value.span, layer)
        if not isinstance(value, Scalar):
            yield from _walk(value, at, layer)


def _entries(node: Object | Array) -> Iterator[tuple[tuple[str, ...], Span, Node]]:
    """The entries of a container. A colon in a key stands for one level more, as in .NET."""
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield (str(index),), item.span, item
        return
    for member in node.members:
        yield tuple(member.key.split(":")), member.key_span, member.value
