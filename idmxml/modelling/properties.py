"""The columns of a table to the properties of an entity type: types, formats, keys, and storage columns that are free."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from idmxml.facts.formats import formats
from idmxml.modelling.naming import display_name, property_identifier
from idmxml.snapshots.snapshot import Column, KeyKind, Table, ValueType

LONG: Final = 443
LONG_PLACES: Final = range(4)
PLACES: Final = range(4, 128)
LINK_PLACES: Final = range(128, 153)
MOST_UNIQUE: Final = 3
KEY_WORDS: Final = ("dn", "id", "identifier", "key", "code", "number", "login", "uid", "guid", "name")


@dataclass(frozen=True, slots=True)
class NewProperty:
    """A scalar property and its mapping. ``place`` is its TargetColumnIndex, None for a binary, which needs none."""

    identifier: str
    name: str
    column: str
    type: str
    place: int | None
    format: str = ""
    is_primary: bool = False
    is_unique: bool = False


@dataclass(slots=True)
class Places:
    """The storage columns of an entity type that are still free."""

    long: Iterator[int] = field(default_factory=lambda: iter(LONG_PLACES))
    scalar: Iterator[int] = field(default_factory=lambda: iter(PLACES))
    link: Iterator[int] = field(default_factory=lambda: iter(LINK_PLACES))

    def scalar_place(self, column: Column) -> int | None:
        """The place for a scalar, None when none is left: among the first four for a text that may be long, else behind."""
        if column.value_type is ValueType.STRING and (column.length > LONG or column.is_multivalued):
            place = next(self.long, None)
            if place is not None:
                return place
        return next(self.scalar, None)


def has_key_of_several(table: Table) -> bool:
    """Whether the primary key is made of several columns, and no column alone is unique."""
    kinds = [each.key for each in table.columns]
    return kinds.count(KeyKind.PRIMARY) > 1 and KeyKind.UNIQUE not in kinds


def key_of(table: Table, asked: str | None) -> tuple[str, bool]:
    """The column that is to be the primary key, and whether the system, or somebody, says so.

    That is the one asked for, else the only primary key, else the first unique key, else the column whose name looks most
    like a key.
    """
    columns = [each for each in table.columns if not each.is_multivalued]
    if asked is not None:
        return asked, True
    primary = [each.identifier for each in columns if each.key is KeyKind.PRIMARY]
    unique = [each.identifier for each in columns if each.key is KeyKind.UNIQUE]
    if len(primary) == 1 or unique:
        return primary[0] if len(primary) == 1 else unique[0], True
    names = [each.identifier for each in columns] or [each.identifier for each in table.columns]
    return min(names, key=lambda name: (_likeness(name, table), names.index(name))), False


def _likeness(name: str, table: Table) -> int:
    """How unlike a key a name is: a word for keys alone, then one at its end, then anything else."""
    folded = name.casefold().replace("_", "").replace("-", "")
    own = table.identifier.casefold().rpartition("_")[2].rstrip("s")
    for place, word in enumerate(KEY_WORDS):
        if folded in {word, f"{own}{word}"}:
            return place
    ends = [len(KEY_WORDS) + place for place, word in enumerate(KEY_WORDS[:6]) if folded.endswith(word)]
    return min(ends, default=10 * len(KEY_WORDS))


def properties_of(
    table: Table, key: str, linked: Iterable[str], technology: str, places: Places
) -> tuple[tuple[NewProperty, ...], tuple[str, ...]]:
    """The scalar properties of a table, and sentences on columns that become none.

    ``linked`` are columns that become navigation properties, and are left out unless they are the key. ``technology`` is
    that of the system, which decides on the formats.
    """
    family = formats().family(technology)
    known = family.names if family is not None else ()
    left = frozenset(linked) - {key}
    found: list[NewProperty] = []
    told: list[str] = []
    unique = 0
    for column in sorted(table.columns, key=lambda each: each.identifier != key):
        if column.identifier in left:
            continue
        if column.is_multivalued and "MultivaluedText" not in known:
            told.append(f"{table.identifier}:{column.identifier} holds several values, and becomes no property")
            continue
        is_unique = column.key is KeyKind.UNIQUE and column.identifier != key and unique < MOST_UNIQUE
        unique += is_unique
        made = _property(column, [each.identifier for each in found], known, places)
        if made is None:
            told.append(f"{table.identifier}:{column.identifier} finds no storage column, and becomes no property")
            continue
        found.append(replace(made, is_primary=column.identifier == key, is_unique=is_unique))
    return tuple(found), tuple(told)


def _property(column: Column, taken: Iterable[str], formats: Iterable[str], places: Places) -> NewProperty | None:
    kind = ValueType.STRING if column.is_multivalued else column.value_type
    place = None if kind is ValueType.BINARY else places.scalar_place(column)
    if place is None and kind is not ValueType.BINARY:
        return None
    wanted = "MultivaluedText" if column.is_multivalued else "" if kind is ValueType.STRING else kind.value
    name = column.display_name or display_name(column.identifier)
    identifier = property_identifier(column.identifier, taken)
    return NewProperty(identifier, name, column.identifier, kind.value, place, wanted if wanted in formats else "")
