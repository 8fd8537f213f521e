"""Rows of the dictionary of ServiceNow (``sys_db_object`` and ``sys_dictionary``) to tables, with what they inherit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from idmxml.drivers.driver import Column, KeyKind, Settings, Table, ValueType

Row = Mapping[str, Any]

DEFINITION_FIELDS: Final = ("name", "label", "super_class.name")
COLUMN_FIELDS: Final = (
    "name",
    "element",
    "column_label",
    "internal_type",
    "max_length",
    "reference",
    "reference_key",
    "unique",
)
KEY: Final = "sys_id"
KEY_LENGTH: Final = 32
TYPES: Final = {
    "auto_increment": ValueType.INT64,
    "boolean": ValueType.BOOL,
    "calendar_date_time": ValueType.DATE_TIME,
    "date": ValueType.DATE_TIME,
    "datetime": ValueType.DATE_TIME,
    "decimal": ValueType.DOUBLE,
    "due_date": ValueType.DATE_TIME,
    "float": ValueType.DOUBLE,
    "glide_date": ValueType.DATE_TIME,
    "glide_date_time": ValueType.DATE_TIME,
    "guid": ValueType.GUID,
    "insert_timestamp": ValueType.DATE_TIME,
    "integer": ValueType.INT32,
    "long": ValueType.INT64,
    "longint": ValueType.INT64,
    "percent_complete": ValueType.DOUBLE,
}
REFERENCE: Final = "reference"
LISTS: Final = frozenset({"glide_list"})
"""Types whose values are keys of several records."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A table, what people call it, and the one it extends, empty for none."""

    name: str
    label: str
    base: str


def text_of(stored: Any) -> str:
    """A value as text; that of a reference may be wrapped beside its address. Empty for what is none."""
    value = stored.get("value") if isinstance(stored, Mapping) else stored
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def definitions_of(rows: Iterable[Row]) -> dict[str, Definition]:
    """The tables that rows of ``sys_db_object`` define, by name."""
    found: dict[str, Definition] = {}
    for row in rows:
        name = text_of(row.get("name"))
        if name:
            found.setdefault(name, Definition(name, text_of(row.get("label")), text_of(row.get("super_class.name"))))
    return found


def columns_of(rows: Iterable[Row], settings: Settings) -> dict[str, tuple[Column, ...]]:
    """The columns that rows of ``sys_dictionary`` define, by the table that has them itself, in the order of their names."""
    found: dict[str, dict[str, Column]] = defaultdict(dict)
    for row in rows:
        table, name = text_of(row.get("name")), text_of(row.get("element"))
        if table and name:
            found[table].setdefault(name, _column(name, row, settings))
    return {table: tuple(columns[name] for name in sorted(columns)) for table, columns in found.items()}


def _column(name: str, row: Row, settings: Settings) -> Column:
    kind, target = text_of(row.get("internal_type")).casefold(), text_of(row.get("reference"))
    target_key = text_of(row.get("reference_key")) or KEY
    is_list = kind in LISTS
    is_pointer = kind == REFERENCE or is_list
    value_type = TYPES.get(kind, ValueType.STRING)
    if kind == REFERENCE and target_key == KEY:
        value_type = ValueType.GUID
    key = KeyKind.PRIMARY if name == KEY else KeyKind.UNIQUE if text_of(row.get("unique")) == "true" else KeyKind.NONE
    return Column(
        name,
        value_type,
        _length(value_type, text_of(row.get("max_length")), is_list=is_list),
        key,
        is_multivalued=is_list,
        foreign_column=f"{settings.table(target)}:{target_key}" if is_pointer and target else "",
        display_name=text_of(row.get("column_label")),
    )


def _length(value_type: ValueType, told: str, *, is_list: bool) -> int:
    """The longest value; that of a list is the length of all of its keys together, and says nothing of one."""
    if value_type is ValueType.GUID:
        return KEY_LENGTH
    if value_type is not ValueType.STRING or is_list or not told.isdecimal() or len(told) > len(str(1 << 31)):
        return 0
    return int(told)


def chain(name: str, definitions: Mapping[str, Definition]) -> Iterator[str]:
    """A table and those it extends, the nearest first."""
    seen: set[str] = set()
    while name in definitions and name not in seen:
        seen.add(name)
        yield name
        name = definitions[name].base


def tables_of(
    names: Iterable[str],
    definitions: Mapping[str, Definition],
    columns: Mapping[str, tuple[Column, ...]],
    settings: Settings,
) -> Iterator[Table]:
    """The tables of these names with all columns, those of the table that is extended first.

    A table comes without columns, as they are not known, when the dictionary does not tell all tables that it extends.
    """
    for name in names:
        line = tuple(chain(name, definitions))
        found: dict[str, Column] = {}
        for each in reversed(line):
            found.update((column.identifier, column) for column in columns.get(each, ()))
        is_whole = KEY in found and not definitions[line[-1]].base
        yield Table(settings.table(name), tuple(found.values()) if is_whole else (), definitions[name].label)


def with_walks(table: Table, mapped: frozenset[str]) -> Table:
    """The table with the columns of mappings that lead over a reference to a field of another table: ``manager.email``.

    The Table API gives those as it gives fields of the table itself; whether the field is there is not judged.
    """
    references = {each.identifier for each in table.columns if each.foreign_column}
    walks = (each for each in sorted(mapped) if "." in each.rstrip(".") and each.partition(".")[0] in references)
    return replace(table, columns=(*table.columns, *map(Column, walks)))
