"""The vaults of a repository, and the layers of settings that they give for one connection."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from idmxml.drivers.local_paths import LocalPaths
from idmxml.live.vaults.gathered import Gathered
from idmxml.live.vaults.once import Once
from idmxml.live.vaults.vault_settings import Keyring, VaultSection
from idmxml.settings.account_fields import account_field
from idmxml.settings.completeness import MODES, completeness
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import Key, fold_path
from idmxml.settings.layers import KEY_VAULT, Layer, RepositorySettings, Source
from idmxml.settings.pages import Shape
from idmxml.settings.read import fetched_layer, vault_layer
from idmxml.settings.resolve import Given
from idmxml.settings.sealing import Sealer
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Stage, StageFailure

if TYPE_CHECKING:
    from idmxml.live.vaults.azure_key_vault import AzureKeyVault
    from idmxml.live.vaults.central_credential_provider import CentralCredentialProvider
    from idmxml.live.vaults.vault_http import VaultHttp

ENTRY: Final = "--"
NAMES: Final = {Source.KEY_VAULT: KEY_VAULT, Source.CYBERARK: "CyberArk"}
UNENCRYPTED: Final = "the secrets of CyberArk came over the network unencrypted, as 'CyberArk > Server' begins with http"


@dataclass(frozen=True, slots=True)
class Opened:
    """The settings with what the vaults gave for one connection.

    ``failures`` tells for each setting that could not be fetched why not. ``unasked`` is why Azure Key Vault, which may hold
    more, could not be asked what it holds; None when it was, or there is none.
    """

    section: ConnectionSettings
    failures: Mapping[Key, StageFailure] = field(default_factory=dict)
    unasked: StageFailure | None = None
    warnings: tuple[str, ...] = ()


class Vaults:
    """The vaults that settings name, each asked once in a run for each thing, whatever the number of connections."""

    def __init__(self, settings: RepositorySettings, paths: LocalPaths, variables: Mapping[str, str], keyring: Keyring) -> None:
        self.gathered = Gathered()
        self._once = Once()
        self._paths = paths
        self._variables = variables
        ring = partial(_kept, keyring, self.gathered)
        self._azure, self._cyberark = (VaultSection(name, settings, ring) for name in ("AzureKeyVault", "CyberArk"))

    @cached_property
    def _key_vault(self) -> "AzureKeyVault":
        from idmxml.live.vaults.azure_key_vault import AzureKeyVault

        return AzureKeyVault(self._azure, self._variables, self._once, self.gathered)

    @cached_property
    def _provider(self) -> "CentralCredentialProvider":
        from idmxml.live.vaults.central_credential_provider import CentralCredentialProvider

        return CentralCredentialProvider(self._cyberark, self._paths, self._once, self.gathered)

    def opened(self, section: ConnectionSettings, deadline: float) -> Opened:
        """The settings of a connection with what lies in vaults, fetched until ``deadline``, a time of ``time.monotonic``.

        ``section`` has what is given otherwise, of which nothing is asked for.
        """
        if not section.settings.key_vault_is_open and not any(_in_vaults(section)):
            return Opened(section)
        with self._key_vault.session(deadline) as azure, self._provider.session(deadline) as cyberark:
            section, unasked = self._with_names(section, azure)
            found: dict[Source, list[tuple[Given, str]]] = {Source.KEY_VAULT: [], Source.CYBERARK: []}
            failures: dict[Key, StageFailure] = {}
            for key, given in _in_vaults(section):
                try:
                    value = self._value(section, key, given, azure if given.layer.source is Source.KEY_VAULT else cyberark)
                except StageFailure as failure:
                    failures[key] = failure
                else:
                    found[given.layer.source].append((given, value))
        sealer = Sealer.for_connections({section.connection.identifier: section.connection.package})
        layers = [
            fetched_layer(NAMES[source], source, [(given.path, value) for given, value in each], sealer)
            for source, each in found.items()
            if each
        ]
        warnings = (UNENCRYPTED,) if found[Source.CYBERARK] and not self._provider.is_encrypted else ()
        return Opened(_with_layers(section, *layers), failures, unasked, warnings)

    def _with_names(self, section: ConnectionSettings, http: "VaultHttp") -> tuple[ConnectionSettings, StageFailure | None]:
        """The section with the names that the vault has for it, where nobody listed them.

        The vault is not asked for a package without credentials that lacks nothing to be exported.
        """
        if not section.settings.key_vault_is_open or not self._azure.has("Vault"):
            return section, None
        without = _with_layers(section, vault_layer(()))
        if not _has_credentials(section) and any(each.is_complete for each in completeness(without) if each.way in MODES):
            return without, None
        unasked: StageFailure | None = None
        names: tuple[str, ...] = ()
        try:
            names = self._key_vault.names(http)
        except StageFailure as failure:
            unasked = failure
        own = [name for name in names if len(key := fold_path(tuple(name.split(ENTRY)))) > 2 and key[:2] == section.key]
        return _with_layers(section, vault_layer(own)), unasked

    def _value(self, section: ConnectionSettings, key: Key, given: Given, http: "VaultHttp") -> str:
        if given.layer.source is Source.KEY_VAULT:
            return self._key_vault.secret(http, ENTRY.join(given.path))
        account = given.text.reveal() if isinstance(given.text, Secret) else given.text
        return self._provider.field(http, account, _field(key, section.shape_of(given.path[2:])))


def _kept(keyring: Keyring, gathered: Gathered, name: str) -> str | None:
    found = keyring(name)
    return None if found is None else gathered.add(found)


def _with_layers(section: ConnectionSettings, *layers: Layer) -> ConnectionSettings:
    return ConnectionSettings(section.connection, section.settings.with_layers(*layers)) if layers else section


def _has_credentials(section: ConnectionSettings) -> bool:
    """Whether the package takes anything that people put into a vault."""
    shapes = section.page.root.every() if section.page else ()
    return any("x-idmxml-credential" in each.schema or each.schema.get("x-idmxml-vault") for each in shapes)


def _in_vaults(section: ConnectionSettings) -> Iterator[tuple[Key, Given]]:
    """The settings whose value lies in a vault, without those that only a fulfilment reads."""
    for key, setting in section.given_inside:
        given = setting.winner
        is_in_vault = given.layer.source.is_vault and not given.is_known
        if is_in_vault and is_for_export(section.shape_of(given.path[len(section.key) :])):
            yield key, given


def is_for_export(shape: Shape | None) -> bool:
    """Whether an export may read the setting."""
    return shape is None or shape.schema.get("x-idmxml-half", "export") != "fulfill"


def _field(key: Key, shape: Shape | None) -> str:
    """The field of an account that a setting takes; StageFailure when nothing tells."""
    found = account_field(key[-1])
    if found is None and shape is not None and shape.schema.get("x-idmxml-credential") == "value":
        found = "Content"
    if found is None:
        message = "nothing is documented of which part of an account of CyberArk the setting takes"
        raise StageFailure(Failure.NOT_DOCUMENTED, message, hint="keep the setting elsewhere", stage=Stage.SECRET)
    return found
