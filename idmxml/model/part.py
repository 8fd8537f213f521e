"""A piece of the text of an attribute's value, and where it stands in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value: its text, and the offsets of its first character and of the end."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the value."""
        return self.start, self.end
