"""What the tables of a connection are called, by the settings page of its package."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from idmxml.facts.files import read_stored
from idmxml.facts.packages import Package


@dataclass(frozen=True, slots=True)
class TableNames:
    """The names of the tables of a package's connections.

    ``alone``: a table may be called like the connection. ``suffixes`` are the documented ones behind ``<connection>_``,
    ``pattern`` matches others; more may exist when ``is_open``. ``is_free``: tables need not begin with the identifier of
    the connection. ``unlikely`` leads from a suffix to the one most likely meant. ``level`` is error or warning for another
    name, ``told`` says what there is, with ``<connection>`` for the identifier.
    """

    alone: bool
    suffixes: tuple[str, ...]
    pattern: re.Pattern[str] | None
    is_open: bool
    is_free: bool
    unlikely: Mapping[str, str]
    level: str
    told: str

    def allows(self, suffix: str | None) -> bool:
        """Whether a table may have this suffix, None for a table called like the connection."""
        if suffix is None:
            return self.alone
        if suffix in self.unlikely:
            return False
        return (
            self.is_open or suffix in self.suffixes or (self.pattern is not None and self.pattern.fullmatch(suffix) is not None)
        )


def table_names(package: Package) -> TableNames | None:
    """The names of a package's tables; None when nothing certain is documented."""
    return _pages().get(package.page)


def _names(stored: Mapping[str, Any]) -> TableNames:
    pattern = re.compile(stored["pattern"]) if "pattern" in stored else None
    return TableNames(
        alone=stored["alone"],
        suffixes=tuple(stored["suffixes"]),
        pattern=pattern,
        is_open=stored["open"],
        is_free=stored.get("free", False),
        unlikely=stored.get("unlikely", {}),
        level=stored["level"],
        told=stored["told"],
    )


@lru_cache(maxsize=1)
def _pages() -> Mapping[str, TableNames]:
    stored = read_stored("connection-tables.json")
    return {page: _names(each) for page, each in stored["pages"].items()}
