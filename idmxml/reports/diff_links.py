"""The links of the model in both versions of a comparison: which came, went or changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from idmxml.diff.change import ADDED, CHANGED, REMOVED, RENAMED, Change
from idmxml.diff.comparison import Comparison
from idmxml.model.filefacts import folded
from idmxml.reports.graph import ASSOCIATION, DRAWN, LOADS, TABLE, Edge, graph_of

Key = tuple[str, str]
"""The kind of an object, such as ``EntityType``, and its identifier."""
SAME: Final = "same"
OBJECT = re.compile(r"(\w+)\[([^\]]*)\]")
KIND_OF: Final = {shown: kind for kind, shown in DRAWN.items()} | {TABLE: "ConnectionTable"}
MAPPING: Final = "EntityTypeMapping"
ASSOCIATIONS: Final = ("EntityAssociation", "EntityAssociationMapping")


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two objects, its kind of ``idmxml.reports.graph``, and its name, empty where it has none.

    ``what`` is added, removed, changed or same; ``changes`` are those that say so, none for same.
    """

    start: Key
    end: Key
    kind: str
    name: str
    what: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Model:
    """The links, and the connector or entity that each linked object belongs to, empty for none."""

    links: tuple[Link, ...]
    owners: Mapping[Key, str]


def model_of(comparison: Comparison) -> Model:
    """The links of both versions, sorted; those of renamed objects under their new names."""
    renamed = dict(_renamed(comparison.changes))
    old, new = (graph_of(each) for each in comparison.items)
    owners = {_renewed(_key(each.id), renamed): each.owner for each in old.nodes} | {
        _key(each.id): each.owner for each in new.nodes
    }
    before = {_mark(each, renamed): _ends(each, renamed) for each in old.edges}
    after = {_mark(each, {}): _ends(each, {}) for each in new.edges}
    touched = _touched(comparison.changes)
    found = [
        link
        for mark in sorted(before.keys() | after.keys())
        if (link := _link(mark, before.get(mark), after.get(mark), touched)) is not None
    ]
    return Model(tuple(found), owners)


def key_of(change: Change) -> Key | None:
    """The object at the top that a change is about; tables by their own name alone. None for settings of no object."""
    match = OBJECT.match(change.object)
    if match is None:
        return None
    return match[1], match[2].partition(",")[2] if match[1] == "ConnectionTable" else match[2]


def _touched(changes: Iterable[Change]) -> dict[Key, list[Change]]:
    found: dict[Key, list[Change]] = {}
    for each in changes:
        key = key_of(each)
        if key is not None:
            found.setdefault(key, []).append(each)
    return found


def _renamed(changes: Iterable[Change]) -> Iterator[tuple[Key, Key]]:
    for each in changes:
        key = key_of(each)
        if each.kind == RENAMED and each.old and key is not None and "/" not in each.object:
            yield (key[0], each.old), key


def _key(node: str) -> Key:
    kind, _, name = node.partition(":")
    return KIND_OF[kind], name


def _renewed(key: Key, renamed: Mapping[Key, Key]) -> Key:
    return renamed.get(key, key)


def _ends(edge: Edge, renamed: Mapping[Key, Key]) -> tuple[Key, Key]:
    return _renewed(_key(edge.start), renamed), _renewed(_key(edge.end), renamed)


def _mark(edge: Edge, renamed: Mapping[Key, Key]) -> tuple[str, ...]:
    """What tells that two links are the same one."""
    names = (folded(*each) for each in _ends(edge, renamed))
    return (edge.kind, _renewed((ASSOCIATIONS[0], edge.name), renamed)[1], *names)


def _link(
    mark: tuple[str, ...], old: tuple[Key, Key] | None, new: tuple[Key, Key] | None, touched: Mapping[Key, list[Change]]
) -> Link | None:
    """The link; None for one that seems to have come or gone although no change that is told says so."""
    kind, name = mark[:2]
    start, end = new or old or (("", ""), ("", ""))
    carriers = _carriers(kind, name, end)
    if old is not None and new is not None:
        changes = [each for carrier in carriers[1:] for each in touched.get(carrier, ())]
        return Link(start, end, kind, name, CHANGED if changes else SAME, tuple(changes))
    changes = [each for carrier in (*carriers, start) for each in touched.get(carrier, ())]
    return Link(start, end, kind, name, ADDED if old is None else REMOVED, tuple(changes)) if changes else None


def _carriers(kind: str, name: str, end: Key) -> tuple[Key, ...]:
    """The objects that a link comes from: the one at its end first, then those that are nothing but a link."""
    if kind == LOADS:
        return end, (MAPPING, end[1])
    if kind == ASSOCIATION:
        return end, *((each, name) for each in ASSOCIATIONS)
    return (end,)
