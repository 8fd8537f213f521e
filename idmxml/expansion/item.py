"""One element as it is expanded: written by hand or generated, with the place or the scaffoldings it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.source.entry import TRUE


@dataclass(frozen=True, slots=True)
class Maker:
    """A scaffolding that made an element: its tag, its identity (empty for none), and where it stands.

    One that was called by another scaffolding stands where the outermost one does.
    """

    tag: str
    identity: str
    path: str
    line: int

    @property
    def label(self) -> str:
        """Such as ``ViewTemplate[HR_Site,User]``."""
        return f"{self.tag}[{self.identity}]" if self.identity else self.tag


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an element comes from: a file with line and column from 1, and the scaffoldings that made it, outermost first.

    ``chain`` is empty for what was written by hand; for what was generated, the place is that of the outermost scaffolding.
    """

    path: str
    line: int
    column: int
    chain: tuple[Maker, ...] = ()


class Item:
    """An element with its children. Treat it as frozen; plain slots are used because a repository holds hundreds of thousands.

    ``kind`` is the id of its kind, None for an element that is not known where it stands. An attribute is read as
    ``item["Name"]`` (``item.Name`` in a template), empty when it is not given; asking for one that the kind does not have is
    a KeyError.
    """

    __slots__ = ("attributes", "children", "kind", "origin", "tag")

    def __init__(
        self, kind: str | None, tag: str, attributes: dict[str, str], children: tuple["Item", ...], origin: Origin
    ) -> None:
        self.kind = kind
        self.tag = tag
        self.attributes = attributes
        self.children = children
        self.origin = origin

    def __getitem__(self, name: str) -> str:
        value = self.attributes.get(name)
        if value is not None:
            return value
        if self.kind is None or name in language().kind(self.kind).attributes:
            return ""
        raise KeyError(f"{self.tag} has no attribute {name}")

    def get(self, name: str) -> str | None:
        """The value of an attribute, None when it is not given."""
        return self.attributes.get(name)

    def flag(self, name: str) -> bool:
        """Whether a Boolean attribute is given and true."""
        return self.attributes.get(name) in TRUE

    def of(self, tag: str) -> tuple["Item", ...]:
        """The children with this tag, in their order."""
        return tuple(child for child in self.children if child.tag == tag)

    def walk(self) -> Iterator["Item"]:
        """The element and everything in it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def changed(self, attributes: dict[str, str] | None = None, children: tuple["Item", ...] | None = None) -> "Item":
        """A copy with other attributes or children."""
        return Item(
            self.kind,
            self.tag,
            self.attributes if attributes is None else attributes,
            self.children if children is None else children,
            self.origin,
        )

    @property
    def mode(self) -> str | None:
        """The ConsolidationMode; None for none."""
        return self.attributes.get(CONSOLIDATION)

    @property
    def is_scaffolding(self) -> bool:
        """Whether the element stands for others that it generates."""
        return self.kind is not None and language().role(self.kind) == "scaffolding"

    @property
    def key(self) -> tuple[str, ...] | None:
        """What tells the element from others of its kind in its scope; None when nothing does.

        Attributes of the identity that are not given count as empty. A scaffolding without identifying attributes is the
        only one of its kind.
        """
        if self.kind is None:
            return None
        identity = _identity(self.kind)
        values = tuple([self.attributes.get(name, default) for name, default in identity.columns])
        return values if identity.is_alone or any(values) else None

    @property
    def identity(self) -> str:
        """The key as text, empty for none."""
        return ",".join(self.key or ())

    @property
    def has_global_identity(self) -> bool:
        """Whether the key tells the element from every other of its kind in the whole configuration."""
        return self.kind is not None and _identity(self.kind).is_global and self.key is not None

    def same_as(self, other: "Item") -> bool:
        """Whether both say the same, wherever they come from."""
        return (
            self.tag == other.tag
            and self.attributes == other.attributes
            and len(self.children) == len(other.children)
            and all(mine.same_as(theirs) for mine, theirs in zip(self.children, other.children, strict=True))
        )

    @property
    def content(self) -> tuple[object, ...]:
        """All that the element says, to be put into a set: the same for elements that ``same_as`` finds the same."""
        return (self.tag, frozenset(self.attributes.items()), tuple([each.content for each in self.children]))

    def __repr__(self) -> str:
        return f"Item({self.kind or self.tag}, {self.attributes})"


@dataclass(frozen=True, slots=True)
class _Identity:
    """The attributes that tell the elements of a kind apart, with their defaults; whether one alone of the kind can be."""

    columns: tuple[tuple[str, str], ...]
    is_alone: bool
    is_global: bool


@lru_cache(maxsize=512)
def _identity(kind_id: str) -> _Identity:
    kind = language().kind(kind_id)
    columns = tuple((name, kind.attributes[name].default or "") for name in kind.identity)
    return _Identity(columns, kind.role == "scaffolding" and not columns, language().scope(kind_id) == "global")
