"""Two configurations, as items, to their differences: object by object, attribute by attribute."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from idmxml.diff.change import ADDED, CHANGED, REMOVED, RENAMED, Difference
from idmxml.diff.nodes import Node, nodes_of
from idmxml.diff.normal import shown
from idmxml.diff.pairing import Pairing, pair
from idmxml.diff.renames import Candidate, Renames, can_be_renamed, find_renames
from idmxml.expansion.consolidate import DELETE
from idmxml.expansion.item import Item
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language

MOST_ROUNDS = 6


def compare(old: Sequence[Item], new: Sequence[Item]) -> list[Difference]:
    """The differences of two expanded configurations, in no particular order; none for the same one."""
    before, after = _without_equal(nodes_of(old), nodes_of(new))
    renames = Renames()
    found = pair(before, after, renames)
    for _ in range(MOST_ROUNDS):
        more = renames.with_more(_renamed(found, renames))
        if more == renames:
            break
        renames = more
        found = pair(before, after, renames)
    return list(_differences(found, replace(renames, doubtful=frozenset(_doubtful((*old, *new), renames)))))


def _doubtful(items: Iterable[Item], renames: Renames) -> Iterator[tuple[str, str]]:
    """The kinds and old identifiers of renamed parts, where another element has parts of the old and of the new name."""
    parts = {kind: names for kind, names in renames.names.items() if kind.find(".") > 0}
    for item in items if parts else ():
        for each in item.walk():
            own = {(child.kind, child["Identifier"]) for child in each.children if child.kind in parts}
            yield from ((kind, old) for kind, old in own if kind is not None and (kind, parts[kind].get(old)) in own)


def _without_equal(old: list[Node], new: list[Node]) -> tuple[list[Node], list[Node]]:
    """The elements of both without those that are written alike and stand alike, which are most."""
    known: dict[tuple[object, ...], list[Node]] = {}
    for each in new:
        known.setdefault(_mark(each), []).append(each)
    rest, equal = [], set()
    for each in old:
        candidates = known.get(_mark(each), ())
        twin = next((other for other in candidates if id(other) not in equal and each.item.same_as(other.item)), None)
        if twin is None:
            rest.append(each)
        else:
            equal.add(id(twin))
    return rest, [each for each in new if id(each) not in equal]


def _mark(node: Node) -> tuple[object, ...]:
    item = node.item
    holder = node.parent.item.get("Identifier") if node.parent is not None else None
    return (item.kind or item.tag, item.key or frozenset(item.attributes.items()), holder)


def _renamed(found: Pairing, renames: Renames) -> Iterator[tuple[str, str, str]]:
    """The renames among the elements that are in one version only, and among the parts of those in both."""
    yield from find_renames(list(_candidates(found.removed, renames)), list(_candidates(found.added, None)))
    if renames:  # what follows the renames may be told from what does not in one direction alone
        back = find_renames(list(_candidates(found.added, renames.reversed())), list(_candidates(found.removed, None)))
        yield from ((kind, old, new) for kind, new, old in back)
    for old, new in found.pairs:
        if old.item.children and new.item.children:
            yield from _renamed(pair(old.children, new.children, renames), renames)


def _candidates(nodes: Iterable[Node], renames: Renames | None) -> Iterator[Candidate]:
    for each in nodes:
        name = each.values.get("Identifier")
        if name and can_be_renamed(each.item):
            yield Candidate(each.group, name, each.content(renames, named=False))


def _differences(found: Pairing, renames: Renames) -> Iterator[Difference]:
    for old, new in found.pairs:
        yield from _of_pair(old, new, renames)
    yield from _alone(found.removed, REMOVED)
    yield from _alone(found.added, ADDED)


def _alone(nodes: Sequence[Node], kind: str) -> Iterator[Difference]:
    """What is in one version only; what stands in such an element is told with it."""
    items = {id(each.item) for each in nodes}
    for each in nodes:
        if not _is_within(each, items):
            item = each.item
            before, after = (item, None) if kind == REMOVED else (None, item)
            if item.mode == DELETE:  # it is nothing itself: what it deletes is generated in a way that is not known
                old, new = (DELETE, None) if kind == REMOVED else (None, DELETE)
                yield Difference(CHANGED, each.group, each.path, CONSOLIDATION, old, new, before, after)
            else:
                yield Difference(kind, each.group, each.path, before=before, after=after)


def _is_within(node: Node, items: set[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if id(parent.item) in items:
            return True
        parent = parent.parent
    return False


def _of_pair(old: Node, new: Node, renames: Renames) -> Iterator[Difference]:
    yield from _attributes(old, new, renames)
    if old.item.children or new.item.children:
        yield from _differences(pair(old.children, new.children, renames), renames)


def _attributes(old: Node, new: Node, renames: Renames) -> Iterator[Difference]:
    if old.item is new.item:
        return
    before, after = old.values, new.values
    if before == after:
        return
    followed = old.followed(renames) if renames else before
    path = new.path
    identity = _identity(old)
    for name in sorted(before.keys() | after.keys()):
        was, is_ = before.get(name), after.get(name)
        if was == is_:
            continue
        follows = was is not None and is_ is not None and _follows(old, name, (was, is_), renames, followed)
        if follows and name not in identity:
            continue
        kind = RENAMED if name in identity and can_be_renamed(old.item) else CHANGED
        if kind == CHANGED and follows:
            continue
        if kind == CHANGED and name in identity and was is not None and is_ is not None and was.casefold() == is_.casefold():
            continue
        values = shown(old.item, name, was), shown(new.item, name, is_)
        yield Difference(kind, new.group, path, name, *values, before=old.item, after=new.item)


def _follows(old: Node, name: str, values: tuple[str, str], renames: Renames, followed: Mapping[str, str]) -> bool:
    """Whether the value of an attribute changed by renames alone."""
    found = renames.follows(old.item.kind, name, *values) if old.item.kind is not None else None
    return followed.get(name) == values[1] if found is None else found


def _identity(node: Node) -> frozenset[str]:
    return frozenset(language().kind(node.item.kind).identity) if node.item.kind is not None else frozenset({"Identifier"})
