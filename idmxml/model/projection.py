"""Columns of a kind of objects, as sets of distinct rows: what one file tells the others about itself.

A column is the name of an attribute, preceded by ``../`` for one of the parent. A row of one column is its value; a row of
several is a tuple, with None where an attribute is not given. Rows of one column without a value are left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from idmxml.source.entry import Entry

Row = str | tuple[str | None, ...]
Getter = Callable[[Entry], str | None]


@dataclass(frozen=True, slots=True)
class Projection:
    """A kind and some of its columns."""

    kind: str
    columns: tuple[str, ...]

    def rows(self, entries: Iterable[Entry]) -> frozenset[Row]:
        """The distinct rows of the entries, which must all be of this kind."""
        if len(self.columns) == 1:
            column = self.columns[0]
            if not column.startswith("../"):
                return frozenset([value for each in entries if (value := each.attributes.get(column)) is not None])
            get = _getter(column)
            return frozenset([value for each in entries if (value := get(each)) is not None])
        if not any(column.startswith("../") for column in self.columns):
            columns = self.columns
            return frozenset([tuple([each.attributes.get(name) for name in columns]) for each in entries])
        getters = [_getter(column) for column in self.columns]
        return frozenset([tuple([get(each) for get in getters]) for each in entries])


def _getter(column: str) -> Getter:
    depth, name = column.count("../"), column.rpartition("/")[2]

    def get(entry: Entry) -> str | None:
        found: Entry | None = entry
        for _ in range(depth):
            found = found.parent if found is not None else None
        return found.attributes.get(name) if found is not None else None

    return get


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
        return self._values[name] in {"true", "True", "1"}

    @property
    def parent(self) -> "RowView":
        """The parent, with the columns that begin with ``../``."""
        return RowView("", {name[3:]: value for name, value in self._values.items() if name.startswith("../")})


def view(projection: Projection, row: Row) -> RowView:
    """A row of a projection as an entry."""
    values = (row,) if isinstance(row, str) else row
    return RowView(projection.kind, dict(zip(projection.columns, values, strict=True)))
