"""Items with their place in the tree, so that what has an identity of its own is compared wherever it stands."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.diff.normal import key_of, normal
from idmxml.diff.paths import path_of
from idmxml.diff.renames import Renames
from idmxml.expansion.item import Item
from idmxml.facts.load import language

# What stands inside another element says so by this attribute, wherever it stands.
HOLDERS: Final = {"MenuItem": "ParentMenuItem", "UnicityCheck": "Aspect"}
JOB: Final = "Job"


@dataclass(frozen=True, eq=False)
class Node:
    """An element, the element it stands in (None at the top), and what it is called there."""

    item: Item
    parent: "Node | None" = None

    @property
    def path(self) -> str:
        """The identity path."""
        return path_of(self.parent.path if self.parent is not None else "", self.item)

    @property
    def group(self) -> str:
        """The kind; the tag of an element that is not known."""
        return self.item.kind or f"<{self.item.tag}>"

    @property
    def values(self) -> dict[str, str]:
        """The attributes in one spelling, with what the place of the element says."""
        return self.followed(None)

    def followed(self, renames: Renames | None) -> dict[str, str]:
        """The attributes as they read when they follow the renames."""
        found = normal(self.item)
        if renames:
            found = renames.followed(self.item, found)
        if self.parent is not None and self.holder is not None:
            name, kind = self.parent.item.get("Identifier"), self.parent.item.kind
            if name:
                found.setdefault(self.holder, renames.renamed(kind, name) if renames and kind is not None else name)
        return found

    @property
    def holder(self) -> str | None:
        """The attribute that names the element around it; None when only its own place matters."""
        if self.parent is None or not self.item.has_global_identity:
            return None
        return HOLDERS.get(self.item.kind or "", JOB if self.parent.item.kind == JOB else None)

    def key(self, renames: Renames | None = None) -> tuple[str, ...] | None:
        """The identity, None for none."""
        found = key_of(self.item, renames)
        if found is not None and self.holder in self._identity:
            values = self.followed(renames)
            return tuple(values.get(name, "") for name in self._identity)
        return found

    @property
    def _identity(self) -> tuple[str, ...]:
        return language().kind(self.item.kind).identity if self.item.kind is not None else ()

    @property
    def children(self) -> Iterator["Node"]:
        """The parts of the element that are compared with it."""
        return (Node(each, self) for each in self.item.children if not each.has_global_identity)

    def content(self, renames: Renames | None = None, *, named: bool = True) -> frozenset[Hashable]:
        """The features of the element: its attributes, and its parts with how often each occurs."""
        values = self.followed(renames)
        if not named:
            values.pop("Identifier", None)
        return frozenset((*values.items(), *_counted(each.canon(renames) for each in self.children)))

    def canon(self, renames: Renames | None = None) -> Hashable:
        """The element in a form that is equal for what says the same."""
        return ("element", self.group, self.content(renames))

    @property
    def order(self) -> str:
        """A text that orders elements of other content, wherever they stand."""
        return repr((sorted(self.values.items()), sorted(each.order for each in self.children)))


def _counted(canons: Iterable[Hashable]) -> Iterator[Hashable]:
    """Each with how many of it came before, so that equal ones stay apart in a set."""
    seen: dict[Hashable, int] = {}
    for each in canons:
        number = seen.get(each, 0)
        seen[each] = number + 1
        yield ("part", number, each)


def nodes_of(items: Iterable[Item]) -> list[Node]:
    """The elements at the top, and those inside them that have an identity in the whole configuration."""
    found: list[Node] = []
    for item in items:
        _collect(Node(item), found)
    return found


def _collect(node: Node, found: list[Node]) -> None:
    found.append(node)
    _within(node, found)


def _within(node: Node, found: list[Node]) -> None:
    for child in node.item.children:
        if child.has_global_identity:
            _collect(Node(child, node), found)
        elif child.children:
            _within(Node(child, node), found)
