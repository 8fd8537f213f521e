"""The schema of a connection at one time, as ``ConnectionTable`` and ``Column`` of the product define it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum

from idmxml.model.value_spelling import whole_number
from idmxml.phrases import counted


class ValueType(Enum):
    """The type of the values of a column, by the name the product gives it."""

    STRING = "String"
    BYTES = "Bytes"
    INT32 = "Int32"
    INT64 = "Int64"
    DATE_TIME = "DateTime"
    BOOL = "Bool"
    GUID = "Guid"
    DOUBLE = "Double"
    BINARY = "Binary"
    BYTE = "Byte"
    INT16 = "Int16"

    @classmethod
    def read(cls, text: str) -> "ValueType":
        """The type of a name or number, as XML may give it; STRING for any other text."""
        members, number = list(cls), whole_number(text)
        if number is not None and 0 <= number < len(members):
            return members[number]
        return next((each for each in members if each.value == text), cls.STRING)


class KeyKind(IntEnum):
    """Whether a column tells rows apart: not, as the primary key (or a part of it), or as another unique key."""

    NONE = 0
    PRIMARY = 1
    UNIQUE = 2

    @classmethod
    def read(cls, text: str) -> "KeyKind":
        """The kind of a number, as XML gives it; NONE for any other text."""
        return cls(int(text)) if text in {"0", "1", "2"} else cls.NONE

    @classmethod
    def named(cls, word: str) -> "KeyKind":
        """The kind of a word, such as ``primary``; NONE for any other word."""
        return next((each for each in cls if each.word == word), cls.NONE)

    @property
    def word(self) -> str:
        """The kind as people read it: ``none``, ``primary`` or ``unique``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the outside system offers it.

    ``length`` is the longest value in characters, 0 when not known. ``foreign_column`` is the column it points to, as
    ``Table:Column``, and ``group`` what the system files it under, such as an object class of LDAP; both empty for none.
    """

    identifier: str
    value_type: ValueType = ValueType.STRING
    length: int = 0
    key: KeyKind = KeyKind.NONE
    is_multivalued: bool = False
    foreign_column: str = ""
    group: str = ""
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table the export can write. ``identifier`` is its whole name, such as ``HRExport_entries``.

    ``columns`` stand in the order of the system. A table without columns is one whose columns are not known.
    """

    identifier: str
    columns: tuple[Column, ...] = ()
    display_name: str = ""

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by identifier."""
        return {each.identifier: each for each in self.columns}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The schema of the connection ``connection``. ``sample`` names the file it was made from, when not from the system."""

    connection: str
    tables: tuple[Table, ...] = ()
    sample: str = field(default="", compare=False)

    @property
    def by_name(self) -> dict[str, Table]:
        """The tables by identifier."""
        return {each.identifier: each for each in self.tables}

    @property
    def is_sample(self) -> bool:
        """Whether it was recorded from a sample rather than from the system."""
        return bool(self.sample)

    def sorted(self) -> "Snapshot":
        """The same with tables and columns in the order of files: by code points of their identifiers."""
        tables = sorted(self.tables, key=lambda each: each.identifier)
        columns = (tuple(sorted(each.columns, key=lambda column: column.identifier)) for each in tables)
        return replace(self, tables=tuple(replace(each, columns=own) for each, own in zip(tables, columns, strict=True)))

    @property
    def order(self) -> dict[str, tuple[str, ...]]:
        """The columns of each table in the order of the system, which files do not keep."""
        return {each.identifier: tuple(column.identifier for column in each.columns) for each in self.tables}


def count_words(tables: Iterable[Table]) -> str:
    """How many tables and columns, in words."""
    listed = list(tables)
    columns = sum(len(each.columns) for each in listed)
    return f"{counted(len(listed), 'table')}, {counted(columns, 'column')}"
