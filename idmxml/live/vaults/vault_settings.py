"""What the settings say of a vault: its section outside ``Connections``, completed by the keyring."""

from collections.abc import Callable
from dataclasses import dataclass

from idmxml.settings.layers import RepositorySettings
from idmxml.settings.literals import CERTIFICATE_PASSWORD
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Stage, StageFailure

Keyring = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class VaultSection:
    """A section such as ``CyberArk``. ``keyring`` finds a secret by the name of its environment variable."""

    name: str
    settings: RepositorySettings
    keyring: Keyring

    def has(self, key: str) -> bool:
        """Whether any layer gives the setting."""
        return self.settings.resolved.winner(self.name, key) is not None

    def text(self, key: str) -> str:
        """The value; empty when there is none, StageFailure when it can't be read here."""
        given = self.settings.resolved.winner(self.name, key)
        if given is None or given.is_container or not given.is_known:
            found = self.keyring(self.variable(key))
            if found is None and given is not None and not given.is_container:
                message = f"'{self.spelt(key)}' is given by {given.layer.name}, which can't be read here"
                raise StageFailure(Failure.SECRET_MISSING, message, hint=self.way(key), stage=Stage.SECRET)
            return (found or "").strip()
        return (given.text.reveal() if isinstance(given.text, Secret) else given.text).strip()

    def certain_text(self, key: str) -> str:
        """The value; StageFailure when there is none."""
        found = self.text(key)
        if not found:
            message = f"'{self.spelt(key)}' is missing, which says how the vault is asked"
            raise StageFailure(Failure.SETTING_MISSING, message, hint=self.way(key), stage=Stage.SECRET)
        return found

    def password(self, key: str) -> str:
        """A password of a certificate, which the tool of the product may have encrypted; then the keyring's counts."""
        found = self.text(key)
        if not CERTIFICATE_PASSWORD.fullmatch(found):
            return found
        own = self.keyring(self.variable(key))
        if own is None:
            message = f"'{self.spelt(key)}' is encrypted, which only the agent can undo"
            raise StageFailure(Failure.SECRET_MISSING, message, hint=self.way(key), stage=Stage.SECRET)
        return own

    def wrong(self, key: str, why: str, hint: str = "") -> StageFailure:
        """The failure for a wrong value; ``why`` goes on with the sentence."""
        return StageFailure(Failure.SETTING_WRONG, f"'{self.spelt(key)}' {why}", hint=hint or self.way(key), stage=Stage.SECRET)

    def spelt(self, key: str) -> str:
        """The setting as people read it."""
        return f"{self.name} > {key}"

    def variable(self, key: str) -> str:
        """The environment variable that gives the setting."""
        return f"{self.name}__{key}"

    def way(self, key: str) -> str:
        """How to give the setting here."""
        return f"set the environment variable {self.variable(key)}"
