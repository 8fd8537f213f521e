"""The formats of mapped properties: which a system knows, and which types of properties each fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from idmxml.facts.files import read_stored


@dataclass(frozen=True, slots=True)
class FormatFamily:
    """Systems that share their formats. ``types`` gives the types of properties by the format's name in lower case."""

    called: str
    technologies: frozenset[str]
    names: tuple[str, ...]
    types: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Formats:
    """All that is documented of formats; names are in lower case.

    ``parameters`` is how a format with parameters is written, ``unlisted`` are names that no list holds and that do no harm,
    ``multivalued`` those that put several values into one. ``marked`` are technologies whose documentation marks mapped columns
    of several values by ``IsMultiValuedProperty``.
    """

    families: tuple[FormatFamily, ...]
    parameters: Mapping[str, str]
    unlisted: frozenset[str]
    multivalued: frozenset[str]
    marked: frozenset[str]

    def family(self, technology: str | None) -> FormatFamily | None:
        """The family of a technology, None for one whose formats are not documented."""
        return next((each for each in self.families if technology in each.technologies), None)

    def spelling(self, name: str) -> str | None:
        """The name as the documentation writes it, None for an unknown one."""
        known = {each.casefold(): each for family in self.families for each in family.names}
        return known.get(name.casefold())


def format_name(value: str) -> str:
    """The name of a format without its parameters, in lower case."""
    return value.partition(":")[0].strip().casefold()


@lru_cache(maxsize=1)
def formats() -> Formats:
    """The formats, read once."""
    stored = read_stored("formats.json")
    return Formats(
        tuple(_family(each) for each in stored["families"]),
        {name.casefold(): form for name, form in stored["parameters"].items()},
        frozenset(name.casefold() for name in stored["unlisted"]),
        frozenset(name.casefold() for name in stored["multivalued"]),
        frozenset(stored["marked"]),
    )


def _family(stored: Mapping[str, Any]) -> FormatFamily:
    types = {name.casefold(): tuple(each) for name, each in stored["formats"].items()}
    return FormatFamily(stored["called"], frozenset(stored["technologies"]), tuple(stored["formats"]), types)
