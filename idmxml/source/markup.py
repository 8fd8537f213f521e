"""Inside one start tag: where its name, its attributes and the characters of their values stand."""

import re
from dataclasses import dataclass

TAG_NAME = re.compile(r"<([^\s/>=\"'<]+)")
ATTRIBUTE = re.compile(r"""\s+([^\s=/>"'<]+)\s*=\s*("[^"<]*"|'[^'<]*')""")
PIECE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot|apos));|\r\n|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AttributeMarkup:
    """Offsets of an attribute in the text: its name, and its value between the quotes."""

    name: str
    start: int
    value_start: int
    value_end: int

    @property
    def end(self) -> int:
        """The offset behind the closing quote."""
        return self.value_end + 1


@dataclass(frozen=True, slots=True)
class TagMarkup:
    """Offsets of a start tag: ``<``, the end of its name, its attributes in order, and the end of the tag."""

    start: int
    name_end: int
    end: int
    attributes: tuple[AttributeMarkup, ...]

    def find(self, name: str) -> AttributeMarkup | None:
        """The attribute with this name, whatever its prefix."""
        for each in self.attributes:
            if each.name == name or each.name.rpartition(":")[2] == name:
                return each
        return None


def read_tag(text: str, start: int) -> TagMarkup:
    """The start tag at ``start``, which must be the offset of its ``<``."""
    name = TAG_NAME.match(text, start)
    if name is None:
        return TagMarkup(start, start + 1, start + 1, ())
    position = name.end()
    found = []
    while (match := ATTRIBUTE.match(text, position)) is not None:
        found.append(AttributeMarkup(match[1], match.start(1), match.start(2) + 1, match.end(2) - 1))
        position = match.end()
    end = text.find(">", position)
    return TagMarkup(start, name.end(), end + 1 if end >= 0 else len(text), tuple(found))


def value_offsets(text: str, attribute: AttributeMarkup) -> list[int]:
    """For each character of the attribute's value as a parser reads it, the offset of its text; last, the end.

    Character references and CRLF are one character each.
    """
    raw = text[attribute.value_start : attribute.value_end]
    return [*(attribute.value_start + piece.start() for piece in PIECE.finditer(raw)), attribute.value_end]
