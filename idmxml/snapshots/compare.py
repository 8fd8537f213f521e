"""Two snapshots to what changed between them, and what was likely renamed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from idmxml.snapshots.snapshot import Column, KeyKind, Snapshot, Table, ValueType

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
ALIKE: Final = 0.55
MOST_PAIRS: Final = 10_000
"""How many pairs of names are compared; where more have changed, another system is looked at rather than a renamed column."""
ATTRIBUTES: Final = {
    "value_type": "type",
    "length": "length",
    "key": "key",
    "is_multivalued": "multivalued",
    "foreign_column": "foreign column",
    "group": "group",
    "display_name": "display name",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a table, when ``column`` is empty, or of a column.

    ``kind`` is added, removed or changed; of a changed one, ``attribute`` says what was ``old`` and is ``new``. Of a removed
    one, ``likely`` is the name it was likely given instead, empty for none.
    """

    kind: str
    table: str
    column: str = ""
    attribute: str = ""
    old: str = ""
    new: str = ""
    likely: str = ""


def compare(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """What changed from ``old`` to ``new``: sorted by table and column, tables before their columns."""
    return tuple(sorted(_changes(old, new), key=lambda each: (each.table, each.column, each.kind, each.attribute)))


def _changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = old.by_name, new.by_name
    gone = [each for name, each in before.items() if name not in after]
    come = [each for name, each in after.items() if name not in before]
    renamed = _renamed_tables(gone, come)
    yield from (Change(REMOVED, each.identifier, likely=renamed.get(each.identifier, "")) for each in gone)
    yield from (Change(ADDED, each.identifier) for each in come)
    for name in before.keys() & after.keys():
        yield from _changes_of_table(before[name], after[name])


def _changes_of_table(old: Table, new: Table) -> Iterator[Change]:
    table = new.identifier
    if old.display_name != new.display_name:
        yield Change(CHANGED, table, "", "display name", old.display_name, new.display_name)
    before, after = old.by_name, new.by_name
    renamed = likely_renames(old, new)
    yield from (Change(REMOVED, table, name, likely=renamed.get(name, "")) for name in before if name not in after)
    yield from (Change(ADDED, table, name) for name in after if name not in before)
    for name in before.keys() & after.keys():
        yield from _changes_of_column(table, before[name], after[name])


def _changes_of_column(table: str, old: Column, new: Column) -> Iterator[Change]:
    for attribute, words in ATTRIBUTES.items():
        before, after = getattr(old, attribute), getattr(new, attribute)
        if before != after:
            yield Change(CHANGED, table, new.identifier, words, _spelt(before), _spelt(after))


def _spelt(value: object) -> str:
    """A value of a column as people read it."""
    if isinstance(value, KeyKind):
        return value.word
    if isinstance(value, ValueType):
        return value.value
    return str(value).lower() if isinstance(value, bool) else str(value)


def likely_renames(old: Table, new: Table) -> Mapping[str, str]:
    """Removed columns to the added ones that they likely are now, each at most once; by type, key, place and name."""
    before, after = old.by_name, new.by_name
    places = _places(old), _places(new)
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    if len(gone) * len(come) > MOST_PAIRS:
        return {}
    scores = [
        (_likeness(before[one], after[other], is_same_place=_is_same_place(one, other, places)), one, other)
        for one in gone
        for other in come
    ]
    return _best(scores)


def _renamed_tables(gone: Iterable[Table], come: Iterable[Table]) -> Mapping[str, str]:
    removed, added = ([(each.identifier, frozenset(each.by_name)) for each in tables] for tables in (gone, come))
    if len(removed) * len(added) > MOST_PAIRS:
        return {}
    scores = []
    for old, own in removed:
        for new, other in added:
            overlap = 2 * len(own & other) / (len(own) + len(other)) if own and other else 0.0
            scores.append((0.7 * overlap + 0.3 * _ratio(old, new), old, new))
    return _best(scores)


def _best(scores: list[tuple[float, str, str]]) -> Mapping[str, str]:
    """Pairs by falling score, each name once; none that is not alike enough."""
    found: dict[str, str] = {}
    for score, gone, come in sorted(scores, key=lambda each: (-each[0], each[1], each[2])):
        if score >= ALIKE and gone not in found and come not in found.values():
            found[gone] = come
    return found


def _likeness(old: Column, new: Column, *, is_same_place: bool) -> float:
    """From 0 to 1: half of it by the name, the rest by place, type and what else is known of both."""
    same = (old.value_type is new.value_type, old.key is new.key, old.length == new.length)
    kinds = sum(same) / len(same) if old.is_multivalued == new.is_multivalued else 0.0
    return 0.5 * _ratio(old.identifier, new.identifier) + 0.3 * is_same_place + 0.2 * kinds


def _ratio(old: str, new: str) -> float:
    return SequenceMatcher(None, old.casefold(), new.casefold(), autojunk=False).ratio()


def _places(table: Table) -> dict[str, tuple[str, str]]:
    """Each column's neighbours, in the order of the system; none when only the order of files is known."""
    names = [each.identifier for each in table.columns]
    if names == sorted(names):
        return {}
    around = ["", *names, ""]
    return {name: (around[place], around[place + 2]) for place, name in enumerate(names)}


def _is_same_place(gone: str, come: str, places: tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]) -> bool:
    """Whether both stand between the same neighbours."""
    old, new = (each.get(name) for each, name in zip(places, (gone, come), strict=True))
    return old is not None and old == new
