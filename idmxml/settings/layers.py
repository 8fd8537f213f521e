"""The layers settings come from, in the order in which the product lets later ones win."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property

from idmxml.diagnostics import Span
from idmxml.settings.json_faults import Fault
from idmxml.settings.jsonc import Object
from idmxml.settings.keys import Key
from idmxml.settings.resolve import Resolved, flatten, merge_all
from idmxml.settings.secret import Secret

KEY_VAULT = "Azure Key Vault"
KNOWN_ENVIRONMENTS = ("Development", "Staging", "Production")


class Source(IntEnum):
    """Where a layer comes from; the higher, the later the product loads it, and the later wins."""

    APPLICATION = 0
    ENCRYPTED = 1
    AGENT = 2
    ENCRYPTED_AGENT = 3
    KEY_VAULT = 4
    CYBERARK = 5
    CONNECTION = 6
    VARIABLES = 7

    @property
    def is_encrypted(self) -> bool:
        """Whether its values are encrypted, so that nobody here can read them."""
        return self in {Source.ENCRYPTED, Source.ENCRYPTED_AGENT}

    @property
    def is_vault(self) -> bool:
        """Whether its values lie in a vault, and only names are known."""
        return self in {Source.KEY_VAULT, Source.CYBERARK}

    @property
    def is_readable(self) -> bool:
        """Whether what stands in the layer is what the product gets."""
        return not (self.is_encrypted or self.is_vault)

    @property
    def is_plain_file(self) -> bool:
        """Whether people write and read the values of the layer in clear text."""
        return self in {Source.APPLICATION, Source.AGENT}


STEMS = {
    (): Source.APPLICATION,
    ("encrypted",): Source.ENCRYPTED,
    ("agent",): Source.AGENT,
    ("encrypted", "agent"): Source.ENCRYPTED_AGENT,
    ("cyberark", "agent"): Source.CYBERARK,
    ("connection",): Source.CONNECTION,
}
Order = tuple[int, bool, bool, str, str]
WORDS = frozenset({"agent", "encrypted", "cyberark", "connection"})


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a settings file says: its source, and the environment it is an overlay for."""

    source: Source
    environment: str | None

    @classmethod
    def read(cls, name: str) -> "FileName | None":
        """The reading of ``name``; None when the product takes no settings from a file of this name."""
        first, *middle, last = name.split(".") if name.count(".") else (name, "")
        if first.casefold() != "appsettings" or last.casefold() != "json":
            return None
        words = tuple(word.casefold() for word in middle)
        if words in STEMS:
            return cls(STEMS[words], None)
        if words and words[-1] not in WORDS and middle[-1] and words[:-1] in STEMS:
            return cls(STEMS[words[:-1]], middle[-1])
        return None


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings: a file, a list of vault names, or environment variables.

    ``name`` is what people call it, ``path`` the file relative to the root ('' when it is none). ``tree`` is None when the
    file is no JSON (``fault`` tells why) or can't be read at all (``unreadable``). ``lines`` are those of the file, each cut
    off before its first secret. ``is_opened`` tells of a vault that its values were fetched.
    """

    name: str
    source: Source
    path: str = ""
    environment: str | None = None
    tree: Object | None = None
    fault: Fault | None = None
    unreadable: Fault | None = None
    lines: tuple[str, ...] = field(default=(), repr=False)
    is_opened: bool = False

    @property
    def order(self) -> Order:
        """The place of the layer among others: by source, fetched values after names, overlays after their base."""
        environment = (self.environment or "").casefold()
        return (self.source, self.is_opened, self.environment is not None, environment, self.name)

    @property
    def is_readable(self) -> bool:
        """Whether what stands in the layer is what the product gets."""
        return self.is_opened or self.source.is_readable

    def line_of(self, span: Span) -> str:
        """The line a span starts in, for readers; empty when a secret stands before the span ends."""
        if span.path != self.path or not 0 < span.line <= len(self.lines):
            return ""
        line = self.lines[span.line - 1]
        return line if span.column <= len(line) else ""


@dataclass(frozen=True)
class RepositorySettings:
    """All settings found for a repository.

    ``layers`` are those the product would load, lowest first; ``overlays`` belong to environments that were not asked for:
    they are checked one by one, and a value they give is known to exist. ``environment`` is the one asked for.
    ``folder`` is where the files lie, relative to the root.
    """

    folder: str
    layers: tuple[Layer, ...] = ()
    overlays: tuple[Layer, ...] = ()
    environment: str | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def everything(self) -> tuple[Layer, ...]:
        """Every layer, of all environments, in order."""
        return tuple(sorted((*self.layers, *self.overlays), key=lambda each: each.order))

    @cached_property
    def files(self) -> tuple[Layer, ...]:
        """Every layer that is a file, of all environments, in order."""
        return tuple(each for each in self.everything if each.path)

    @property
    def any_files(self) -> bool:
        """Whether any ``appsettings*`` file was found; without one nothing is checked."""
        return bool(self.files)

    @cached_property
    def resolved(self) -> Resolved:
        """The settings as the product sees them."""
        return merge_all(self.flat(layer) for layer in self.layers)

    @cached_property
    def elsewhere(self) -> Resolved:
        """The settings of the environments that were not asked for."""
        return merge_all(self.flat(layer) for layer in self.overlays)

    def flat(self, layer: Layer) -> Resolved:
        """The settings of one layer alone."""
        return self._flat[layer.order]

    @cached_property
    def _flat(self) -> Mapping[Order, Resolved]:
        return {layer.order: flatten(layer.tree, layer) for layer in (*self.layers, *self.overlays)}

    def with_layers(self, *more: Layer) -> "RepositorySettings":
        """The settings with further layers among those the product would load."""
        layers = tuple(sorted((*self.layers, *more), key=lambda each: each.order))
        return replace(self, layers=layers)

    def seen_in(self, environment: str) -> "RepositorySettings":
        """The settings as they are in ``environment``, whatever was asked for."""
        wanted = environment.casefold()
        chosen = tuple(each for each in self.everything if (each.environment or wanted).casefold() == wanted)
        rest = tuple(each for each in self.everything if (each.environment or wanted).casefold() != wanted)
        return RepositorySettings(self.folder, chosen, rest, environment, self.notes)

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that have an overlay, as their files spell them; case alone makes no other environment."""
        found: dict[str, str] = {}
        for each in self.files:
            if each.environment:
                found.setdefault(each.environment.casefold(), each.environment)
        return tuple(found[key] for key in sorted(found))

    def given_anywhere(self, key: Key) -> bool:
        """Whether any layer, of any environment, gives the setting."""
        return self.resolved.has(key) or self.elsewhere.has(key)

    def of(self, source: Source) -> tuple[Layer, ...]:
        """The layers from ``source``, of all environments, in order."""
        return tuple(each for each in self.everything if each.source is source)

    @cached_property
    def key_vault_is_open(self) -> bool:
        """Whether an Azure Key Vault is configured while nobody said which names it holds: then any text may be in it."""
        named = any(layer.source is Source.KEY_VAULT for layer in self.layers)
        return not named and self.given_anywhere(("AZUREKEYVAULT", "VAULT"))

    @cached_property
    def encrypted_is_missing(self) -> bool:
        """Whether the encrypted files are switched on while none is here: then any value may be in them."""
        if any(layer.source.is_encrypted for layer in (*self.layers, *self.overlays)):
            return False
        return any(
            where.flag(("ENCRYPTIONCERTIFICATE", "USEENCRYPTEDAPPSETTINGS")) for where in (self.resolved, self.elsewhere)
        )

    @cached_property
    def has_unread(self) -> bool:
        """Whether a file, or a part of one, could not be read."""
        return any(layer.fault or layer.unreadable for layer in self.files)

    @cached_property
    def may_hold_more(self) -> bool:
        """Whether settings may exist that are not here to be read: in a vault, an encrypted file, or a broken one."""
        return self.has_unread or self.key_vault_is_open or self.encrypted_is_missing

    def secrets(self) -> Iterator[Secret]:
        """Every secret that was read, for the redaction of outputs."""
        for layer in (*self.layers, *self.overlays):
            for given in self.flat(layer).givens():
                if isinstance(given.text, Secret):
                    yield given.text
