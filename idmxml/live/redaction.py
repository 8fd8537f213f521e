"""Takes secrets out of what a run tells: those of the settings and the keyring, and those that vaults gave until now."""

from collections.abc import Sequence

from idmxml.live.plans import Plan
from idmxml.settings.redaction import Redactor
from idmxml.settings.secret import Secret


class Redaction:
    """The redactor of a run, made anew when more secrets are known."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._vaults = tuple(dict.fromkeys(each.vaults for each in plans if each.vaults is not None))
        self._known: dict[Secret, None] = {}
        for each in plans[:1]:  # whose settings are those of all
            self._known.update(dict.fromkeys(each.section.settings.secrets()))
        for each in plans:
            if each.at_hand is not each.section:
                self._known.update(dict.fromkeys(each.at_hand.settings.secrets()))
        self._redactor = Redactor(self._known)

    @property
    def redactor(self) -> Redactor:
        """The one for all secrets that are known by now."""
        more = [secret for vaults in self._vaults for secret in vaults.gathered.secrets if secret not in self._known]
        if more:
            self._known.update(dict.fromkeys(more))
            self._redactor = Redactor(self._known)
        return self._redactor
