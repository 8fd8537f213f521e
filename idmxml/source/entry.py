"""An object of the configuration as it stands in a file: one XML element of a known kind, with its attributes."""

from collections.abc import Iterator


class Entry:
    """One element. Treat it as frozen; plain slots are used because a repository holds hundreds of thousands.

    ``kind`` is the id of its kind, or None when the element is not known where it stands. ``attributes`` maps names to
    values. ``ordinal`` counts the elements of the file in document order; the root is 0.
    """

    __slots__ = ("attributes", "children", "kind", "ordinal", "parent", "tag")

    def __init__(self, kind: str | None, tag: str, attributes: dict[str, str], parent: "Entry | None", ordinal: int) -> None:
        self.kind = kind
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Entry] = []
        self.ordinal = ordinal

    def get(self, name: str) -> str | None:
        """The value of an attribute, None when it is not given."""
        return self.attributes.get(name)

    def flag(self, name: str) -> bool:
        """Whether a Boolean attribute is given and true."""
        return self.attributes.get(name) in TRUE

    def of_kind(self, kind: str) -> Iterator["Entry"]:
        """The children of this kind, in document order."""
        return (child for child in self.children if child.kind == kind)

    def __repr__(self) -> str:
        return f"Entry({self.kind or self.tag}, {self.attributes})"


TRUE = frozenset({"true", "True", "1"})  # the ways to write it
FALSE = frozenset({"false", "False", "0"})
