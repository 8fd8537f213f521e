"""Whether the mappings of a new version find their columns: with the schema they were written for, and with the newest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.diff.paths import path_of
from idmxml.diff.references import COLUMN, MAPPED
from idmxml.expansion.item import Item
from idmxml.facts.formats import format_name

SAFE: Final = "safe"
BREAKS: Final = "breaks"
BREAKS_WITH_NEWEST: Final = "breaks-with-newest-schema"
NEEDS_NEWEST: Final = "needs-newest-schema"
WORDS: Final = {
    SAFE: "safe alone, and with the newest schema",
    BREAKS: "breaks, alone and with the newest schema",
    BREAKS_WITH_NEWEST: "safe alone, breaks with the newest schema",
    NEEDS_NEWEST: "safe with the newest schema, and not without it",
}
BIT: Final = "bit"
Schema = Mapping[str, frozenset[str]]
"""The columns of each recorded table."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` is one of the constants above; ``broken`` are sentences about each column that is missed."""

    word: str
    broken: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        return WORDS[self.word]


def schema_of(items: Sequence[Item]) -> Schema:
    """The recorded tables among items, with their columns."""
    tables = [each for each in items if each.kind == "ConnectionTable"]
    return {
        each.text("Identifier"): frozenset(child.text("Identifier") for child in each.children if child.kind == COLUMN)
        for each in tables
    }


def verdict(old: Sequence[Item], new: Sequence[Item], known: Schema, written_for: Schema, newest: Schema) -> Verdict | None:
    """The verdict on a new version; None when no schema is recorded at all.

    ``known`` is the schema recorded with the old version, ``written_for`` the one that the new version was written for.
    What was broken before is no fault of the change.
    """
    if not newest and not written_for:
        return None
    alone = set(_missing(new, written_for)) - set(_missing(old, known)) - set(_missing(old, written_for))
    later = set(_missing(new, newest)) - set(_missing(old, known))
    unsafe = BREAKS if alone & later else BREAKS_WITH_NEWEST
    word = unsafe if later else NEEDS_NEWEST if alone else SAFE
    return Verdict(word, tuple(map(_sentence, sorted(later or alone))))


def _missing(items: Sequence[Item], schema: Schema) -> Iterator[tuple[str, str, str]]:
    """Identity path, table and column of each mapping whose table is recorded without the column it reads."""
    for item in items:
        if item.kind == "EntityTypeMapping":
            reading = [(path_of(path_of("", item), each), each, "ConnectionColumn") for each in item.of("Property")]
        elif item.kind == "EntityAssociationMapping":
            reading = [(path_of("", item), item, name) for name in ("Column1", "Column2")]
        else:
            continue
        table = item.text("ConnectionTable")
        for path, each, name in reading:
            column = each.get(name)
            if column and table in schema and column not in schema[table] and not _is_bit(each):
                yield path, table, column


def _is_bit(item: Item) -> bool:
    return item.kind == MAPPED and format_name(item.text("Format")) == BIT


def _sentence(missing: tuple[str, str, str]) -> str:
    path, table, column = missing
    return f"{path} reads column '{column}', which table '{table}' does not have"
