"""One element as it is expanded: written by hand or generated, with the place or the scaffoldings it came from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import NamedTuple, Protocol

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


class Origin(NamedTuple):
    """Where an element comes from: a file with line and column from 1, and the scaffoldings that made it, outermost first.

    ``chain`` is empty for what was written by hand; for what was generated, the place is that of the outermost scaffolding.
    """

    path: str
    line: int
    column: int
    chain: tuple[Maker, ...] = ()

    def at(self, _ordinal: int) -> "Origin":
        """Elements that were generated have one origin, whatever their number."""
        return self


class Origins(Protocol):
    """Where the elements of a file, or those that one scaffolding makes, come from, by their number."""

    def at(self, ordinal: int, /) -> Origin:
        """The origin of the element with this number."""


class Shape:
    """What elements that are written alike share: kind, tag, and the names of their attributes in order.

    There is one of each, see ``shape_of``, so that what follows from it is found once for many elements. ``kind`` is None for
    an element that is not known where it stands. ``index`` tells at which place a name stands. ``key_places`` has, for each
    attribute of the identity, its place (None where it is not given) and its default.
    """

    __slots__ = ("has_global_keys", "index", "is_alone", "key_places", "kind", "names", "tag")

    def __init__(self, kind: str | None, tag: str, names: tuple[str, ...]) -> None:
        self.kind = kind
        self.tag = tag
        self.names = names
        self.index = {name: place for place, name in enumerate(names)}
        self.key_places: tuple[tuple[int | None, str], ...] = ()
        self.is_alone = False
        if kind is not None:
            known = language().kind(kind)
            self.key_places = tuple((self.index.get(name), known.attributes[name].default or "") for name in known.identity)
            self.is_alone = known.role == "scaffolding" and not known.identity
        self.has_global_keys = kind is not None and language().scope(kind) == "global"


def picker(places: Sequence[int]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A function that gives the values at some places, in their order."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple([values[place] for place in places])


@cache
def shape_of(kind: str | None, tag: str, names: tuple[str, ...]) -> Shape:
    """The shape of elements of a kind (None: unknown), with this tag and attributes of these names."""
    return Shape(kind, tag, names)


class Item:
    """An element with its children. Treat it as frozen; plain slots are used because a repository holds hundreds of thousands.

    ``values`` are those of the attributes whose names the shape has. An attribute is read as ``item["Name"]`` (``item.Name``
    in a template), empty when it is not given; asking for one that the kind does not have is a KeyError.
    """

    __slots__ = ("children", "ordinal", "origins", "shape", "values")

    def __init__(
        self, shape: Shape, values: tuple[str, ...], children: tuple["Item", ...], origins: Origins, ordinal: int = 0
    ) -> None:
        self.shape = shape
        self.values = values
        self.children = children
        self.origins = origins
        self.ordinal = ordinal

    @classmethod
    def made(
        cls,
        kind: str | None,
        tag: str,
        attributes: Mapping[str, str],
        children: tuple["Item", ...],
        origins: Origins,
        *,
        ordinal: int = 0,
    ) -> "Item":
        """The element of a kind (None: unknown) with these attributes."""
        return cls(shape_of(kind, tag, tuple(attributes)), tuple(attributes.values()), children, origins, ordinal)

    @property
    def kind(self) -> str | None:
        """The id of its kind, None for an element that is not known where it stands."""
        return self.shape.kind

    @property
    def tag(self) -> str:
        """The name of the element."""
        return self.shape.tag

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name, in their order."""
        return dict(zip(self.shape.names, self.values, strict=True))

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        return self.origins.at(self.ordinal)

    def __getitem__(self, name: str) -> str:
        place = self.shape.index.get(name)
        if place is not None:
            return self.values[place]
        if self.kind is None or name in language().kind(self.kind).attributes:
            return ""
        raise KeyError(f"{self.tag} has no attribute {name}")

    def get(self, name: str) -> str | None:
        """The value of an attribute, None when it is not given."""
        place = self.shape.index.get(name)
        return self.values[place] if place is not None else None

    def text(self, name: str) -> str:
        """The value of an attribute of any name, empty when it is not given."""
        place = self.shape.index.get(name)
        return self.values[place] if place is not None else ""

    def flag(self, name: str) -> bool:
        """Whether a Boolean attribute is given and true."""
        return self.get(name) in TRUE

    def of(self, tag: str) -> tuple["Item", ...]:
        """The children with this tag, in their order."""
        return tuple([child for child in self.children if child.shape.tag == tag])

    def walk(self) -> Iterator["Item"]:
        """The element and everything in it, in document order."""
        yield self
        for child in self.children:
            if child.children:
                yield from child.walk()
            else:
                yield child

    @property
    def size(self) -> int:
        """How many elements it is, itself included."""
        return 1 + sum([each.size if each.children else 1 for each in self.children])

    def changed(self, attributes: dict[str, str] | None = None, children: tuple["Item", ...] | None = None) -> "Item":
        """A copy with other attributes or children."""
        kept = self.children if children is None else children
        if attributes is None:
            return Item(self.shape, self.values, kept, self.origins, self.ordinal)
        return Item.made(self.kind, self.tag, attributes, kept, self.origins, ordinal=self.ordinal)

    def from_origin(self, origin: Origin) -> "Item":
        """A copy that comes from elsewhere."""
        return Item(self.shape, self.values, self.children, origin)

    @property
    def mode(self) -> str | None:
        """The ConsolidationMode; None for none."""
        return self.get(CONSOLIDATION)

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
        shape, values = self.shape, self.values
        key = tuple([default if place is None else values[place] for place, default in shape.key_places])
        return key if shape.is_alone or any(key) else None

    @property
    def identity(self) -> str:
        """The key as text, empty for none."""
        return ",".join(self.key or ())

    @property
    def has_global_identity(self) -> bool:
        """Whether the key tells the element from every other of its kind in the whole configuration."""
        return self.shape.has_global_keys and self.key is not None

    def same_as(self, other: "Item") -> bool:
        """Whether both say the same, wherever they come from."""
        return (
            self.tag == other.tag
            and (self.values == other.values if self.shape is other.shape else self.attributes == other.attributes)
            and len(self.children) == len(other.children)
            and all(mine.same_as(theirs) for mine, theirs in zip(self.children, other.children, strict=True))
        )

    @property
    def content(self) -> tuple[object, ...]:
        """All that the element says, to be put into a set: the same for elements that ``same_as`` finds the same."""
        return (self.tag, frozenset(self.attributes.items()), tuple([each.content for each in self.children]))

    def __repr__(self) -> str:
        return f"Item({self.kind or self.tag}, {self.attributes})"
