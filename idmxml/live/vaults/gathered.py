"""The secrets that a run came by, for the redaction of its outputs."""

import threading

from idmxml.settings.secret import Secret


class Gathered:
    """Grows while connections are looked at side by side."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[Secret, None] = {}

    def add(self, text: str) -> str:
        """Remember a secret; the text itself is given back."""
        with self._lock:
            self._secrets[Secret(text)] = None
        return text

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All until now, in the order in which they came."""
        with self._lock:
            return tuple(self._secrets)
