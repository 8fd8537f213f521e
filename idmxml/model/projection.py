"""Columns of a kind of objects, as sets of distinct rows: what one file tells the others about itself.

A column is the name of an attribute, preceded by ``../`` for one of the parent. A row of one column is its value; a row of
several is a tuple, with None where an attribute is not given. Rows of one column without a value are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from idmxml.source.entry import TRUE, Entry

Row = str | tuple[str | None, ...]


def sortable(row: Row) -> tuple[str, ...]:
    """The values of a row of several columns, empty where one is not given, to sort rows by."""
    return tuple(value or "" for value in row)


@dataclass(frozen=True, slots=True)
class Projection:
    """A kind and some of its columns."""

    kind: str
    columns: tuple[str, ...]

    def rows(self, columns: "Columns") -> frozenset[Row]:
        """The distinct rows, from the columns of the objects of this kind."""
        if len(self.columns) == 1:
            return frozenset(columns.get(self.columns[0])) - NOTHING  # type: ignore[return-value]  # None is taken out
        return frozenset(zip(*[columns.get(each) for each in self.columns], strict=True))


NOTHING: Final = frozenset({None})


class Columns:
    """The columns of some entries of one kind, each made once."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._found: dict[str, list[str | None]] = {}
        self._levels: dict[int, list[dict[str, str]]] = {}

    def get(self, column: str) -> list[str | None]:
        """The values of a column in the order of the entries, None where there is none."""
        found = self._found.get(column)
        if found is None:
            name = column.rpartition("/")[2]
            found = self._found[column] = [each.get(name) for each in self._level(column.count("../"))]
        return found

    def _level(self, depth: int) -> list[dict[str, str]]:
        """The attributes of the entries, or of their ancestors ``depth`` levels up."""
        found = self._levels.get(depth)
        if found is None:
            entries: Sequence[Entry | None] = self._entries
            for _ in range(depth):
                entries = [each.parent if each is not None else None for each in entries]
            found = self._levels[depth] = [each.attributes if each is not None else {} for each in entries]
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all attributes that occur."""
        return frozenset().union(*self._level(0))

    @property
    def entries(self) -> Sequence[Entry]:
        """The entries themselves."""
        return self._entries


class RowView:
    """A row seen as an entry: ``get`` gives the values of the columns, ``parent`` those of the parent."""

    __slots__ = ("_values", "kind")

    def __init__(self, kind: str, values: dict[str, str | None]) -> None:
        self.kind = kind
        self._values = values

    def get(self, name: str) -> str | None:
        """The value of a column; KeyError for a column that the projection does not hold."""
        return self._values[name]

    def flag(self, name: str) -> bool:
        """Whether a Boolean column is given and true."""
        return self._values[name] in TRUE

    @property
    def parent(self) -> "RowView":
        """The parent, with the columns that begin with ``../``."""
        return RowView("", {name[3:]: value for name, value in self._values.items() if name.startswith("../")})


Subject = Entry | RowView


def column_of(entry: Subject, column: str) -> str | None:
    """The value of a column of an entry or row; None where it has none."""
    if not column.startswith("../"):
        return entry.get(column)
    parent = entry.parent
    return column_of(parent, column[3:]) if parent is not None else None


def view(projection: Projection, row: Row) -> RowView:
    """A row of a projection as an entry."""
    values = (row,) if isinstance(row, str) else row
    return RowView(projection.kind, dict(zip(projection.columns, values, strict=True)))
