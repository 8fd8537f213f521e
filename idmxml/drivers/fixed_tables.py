"""The tables that an export always has, as ``schemas/fixed-tables`` lists them by settings page."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from idmxml.drivers.driver import Column, KeyKind, Settings, Table, ValueType
from idmxml.facts.files import read_stored


def fixed_tables(settings: Settings, page: str) -> tuple[Table, ...]:
    """The fixed tables of a settings page under their whole names, in the order in which they are listed."""
    return tuple(
        Table(settings.table(suffix), tuple(_column(settings, each) for each in columns))
        for suffix, columns in _stored(page).items()
    )


def _column(settings: Settings, stored: Mapping[str, Any]) -> Column:
    return Column(
        stored["name"],
        ValueType(stored.get("type", ValueType.STRING.value)),
        stored.get("length", 0),
        KeyKind.named(stored.get("key", "")),
        is_multivalued=stored.get("multivalued", False),
        foreign_column=settings.table(stored["foreign"]) if "foreign" in stored else "",
    )


@lru_cache
def _stored(page: str) -> Mapping[str, Any]:
    tables: Mapping[str, Any] = read_stored("fixed-tables", f"{page}.json")["tables"]
    return tables
