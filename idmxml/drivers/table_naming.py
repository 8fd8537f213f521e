"""Tables as a service calls them to tables as an export calls them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from idmxml.drivers.driver import Column, Table


def with_whole_names(table: Table, whole: Callable[[str], str]) -> Table:
    """The table with the name that ``whole`` makes of its own, and of those that its foreign columns lead to."""
    columns = (_with_whole_name(each, whole) if each.foreign_column else each for each in table.columns)
    return replace(table, identifier=whole(table.identifier), columns=tuple(columns))


def each_once(tables: Iterable[Table]) -> Iterator[Table]:
    """The tables, the first of those whose names differ by case alone."""
    seen: set[str] = set()
    for each in tables:
        if each.identifier.casefold() not in seen:
            seen.add(each.identifier.casefold())
            yield each


def _with_whole_name(column: Column, whole: Callable[[str], str]) -> Column:
    table, _colon, other = column.foreign_column.partition(":")
    return replace(column, foreign_column=f"{whole(table)}:{other}")
