"""A text that nobody may read by accident: values of secret keys and of protected layers, sealed as soon as they are read."""

from collections.abc import Callable
from typing import NoReturn, final

MASK = "••••"


@final
class Secret:
    """A sealed text. Printing, formatting, logging, ``repr`` and JSON with ``default=str`` show ``••••`` alone.

    ``reveal`` hands the text out and is for drivers, which need it to log on. Rules ask ``holds`` instead and learn yes or
    no. Secrets are equal when their texts are, and cannot be pickled. ``sought`` tells whether the redaction of outputs
    has to look for the text: not for switches and numbers that may be protected, such as ``true`` or ``30``.
    """

    __slots__ = ("__text", "sought")

    def __init__(self, text: str, *, sought: bool = True) -> None:
        self.__text = text
        self.sought = sought

    def reveal(self) -> str:
        """The text itself."""
        return self.__text

    def holds(self, condition: Callable[[str], bool]) -> bool:
        """Whether ``condition`` is true of the text; nothing else about it leaves."""
        return bool(condition(self.__text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__text == other.reveal()

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __format__(self, specification: str) -> str:
        return format(MASK, specification)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memory: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is never written down")
