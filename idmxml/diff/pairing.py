"""Which element of the old version is which of the new one: by identity, else by what they refer to and what they say.

Every step treats both versions alike, so that exchanging them exchanges the outcome and nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from idmxml.diff.nodes import Node
from idmxml.diff.renames import Renames
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language

MOST_COMPARED: Final = 4_000
LOOSE_REFERENCES: Final = frozenset({"Binding", "Resource"})
"""References that a rule is given to narrow it: one of them may change, and it is still the same rule."""
Mark = Callable[[Node, Renames | None], Hashable]


@dataclass
class Pairing:
    """The outcome: elements of both versions that are the same one, and those that are in one version only."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)


def pair(old: Iterable[Node], new: Iterable[Node], renames: Renames) -> Pairing:
    """The pairing of the elements of both versions; those that nothing pairs are removed and added."""
    found = Pairing(removed=list(old), added=list(new))
    ways = (None, renames) if renames else (None,)
    for followed in ways:  # what keeps an old name is told from what follows the rename
        found.pairs += _exact(found, followed)
    for mark in (_identifier, _references, _firm_references, _nothing):
        for followed in ways:
            if found.removed and found.added:
                found.pairs += _alike(found, mark, followed)
    return found


def _exact(found: Pairing, renames: Renames | None) -> list[tuple[Node, Node]]:
    """Pairs of the same identity; of the same content for what has none."""
    pairs: list[tuple[Node, Node]] = []
    for mark in (_identity, _content):
        sides = _sorted_by(found, mark, renames)
        taken: set[int] = set()
        for olds, news in sides.values():
            if olds and news:
                made = list(zip(olds, news, strict=False)) if len(olds) == len(news) == 1 else _closest(olds, news, renames)
                pairs += made
                taken.update(id(each) for both in made for each in both)
        _take(found, taken)
    return pairs


def _alike(found: Pairing, mark: Mark, renames: Renames | None) -> list[tuple[Node, Node]]:
    """Pairs of what has the same mark, the most alike first."""
    pairs: list[tuple[Node, Node]] = []
    taken: set[int] = set()
    for olds, news in _sorted_by(found, mark, renames).values():
        made = _closest(olds, news, renames) if olds and news else []
        pairs += made
        taken.update(id(each) for both in made for each in both)
    _take(found, taken)
    return pairs


def _take(found: Pairing, taken: set[int]) -> None:
    if taken:
        found.removed = [each for each in found.removed if id(each) not in taken]
        found.added = [each for each in found.added if id(each) not in taken]


def _sorted_by(found: Pairing, mark: Mark, renames: Renames | None) -> dict[Hashable, tuple[list[Node], list[Node]]]:
    groups: dict[Hashable, tuple[list[Node], list[Node]]] = defaultdict(lambda: ([], []))
    for side, nodes, followed in ((0, found.removed, renames), (1, found.added, None)):
        for each in nodes:
            key = mark(each, followed)
            if key is not None:
                groups[each.group, key][side].append(each)
    return groups


def _identity(node: Node, renames: Renames | None) -> Hashable:
    return node.key(renames)


def _content(node: Node, renames: Renames | None) -> Hashable:
    return node.canon(renames) if _is_loose(node) else None


def _identifier(node: Node, renames: Renames | None) -> Hashable:
    """The identifier of something that needs more than that to be told from others."""
    return node.followed(renames).get("Identifier") if _is_loose(node) else None


def _references(node: Node, renames: Renames | None) -> Hashable:
    """All that it refers to."""
    return _chosen(node, renames, _reference_names(node.item.kind or "")[0])


def _firm_references(node: Node, renames: Renames | None) -> Hashable:
    """All that it refers to without narrowing it."""
    return _chosen(node, renames, _reference_names(node.item.kind or "")[1])


def _chosen(node: Node, renames: Renames | None, names: frozenset[str]) -> Hashable:
    if not _is_loose(node):
        return None
    return tuple(sorted((name, value) for name, value in node.followed(renames).items() if name in names)) or None


def _nothing(node: Node, renames: Renames | None) -> Hashable:
    """The kind alone, of what refers to nothing and has no identity at all."""
    return () if _is_loose(node) and node.key(renames) is None and _references(node, renames) is None else None


@lru_cache(maxsize=1024)
def _reference_names(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    if not language().knows(kind):
        return frozenset(), frozenset()
    found = language().kind(kind).references
    firm = frozenset(each.name for each in found if each.reference and each.reference.to not in LOOSE_REFERENCES)
    return frozenset(each.name for each in found), firm


def _is_loose(node: Node) -> bool:
    """Whether no single attribute is the whole identity."""
    return node.item.kind is not None and len(language().kind(node.item.kind).identity) != 1


def _closest(olds: Sequence[Node], news: Sequence[Node], renames: Renames | None) -> list[tuple[Node, Node]]:
    """Pairs of the most alike; of what shares nothing, none, unless nothing else is there to choose."""
    only = len(olds) == len(news) == 1
    before = [(_telling(each, renames), each) for each in sorted(olds, key=lambda each: each.order)]
    after = [(_telling(each, None), each) for each in sorted(news, key=lambda each: each.order)]
    if len(before) * len(after) > MOST_COMPARED:
        return list(zip(*((each for _, each in side) for side in (before, after)), strict=False))
    ranked = sorted(
        ((-len(mine & theirs), _both(old, new), old, new) for mine, old in before for theirs, new in after),
        key=lambda each: each[:2],
    )
    return list(_first_come(ranked, only=only))


def _both(old: Node, new: Node) -> tuple[str, str]:
    """The texts of both, in an order of their own."""
    one, other = old.order, new.order
    return (one, other) if one <= other else (other, one)


def _first_come(ranked: Iterable[tuple[int, tuple[str, str], Node, Node]], *, only: bool) -> Iterator[tuple[Node, Node]]:
    taken: set[int] = set()
    for shared, _, old, new in ranked:
        if (shared or only) and id(old) not in taken and id(new) not in taken:
            taken.update((id(old), id(new)))
            yield old, new


def _telling(node: Node, renames: Renames | None) -> frozenset[Hashable]:
    return node.content(renames) - {(CONSOLIDATION, node.values.get(CONSOLIDATION))}
