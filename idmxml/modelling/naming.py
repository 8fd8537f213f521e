"""Names of tables and columns to identifiers and display names of entity types and properties."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from idmxml.facts.load import builtins

WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
OTHER_WORDS: Final = {"id": "Identifier"}
FALLBACK: Final = "Column"


def property_identifier(column: str, taken: Iterable[str]) -> str:
    """The identifier of the property for a column: unaccented letters and digits, no reserved word, none of ``taken``."""
    name = pascal(column) or FALLBACK
    name = f"{FALLBACK}{name}" if name[0].isdigit() else name
    used = {each.casefold() for each in taken}
    if name.casefold() in _reserved():
        name = OTHER_WORDS.get(name.casefold(), f"{name}Value")
    return _free(name, used)


def pascal(text: str) -> str:
    """Words in one, each with a capital: ``employee_id`` and ``employee id`` to ``EmployeeId``."""
    return "".join(each[:1].upper() + each[1:] for each in words(text))


def words(text: str) -> list[str]:
    """The words of a name in plain letters and digits."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return WORD.findall(plain)


def display_name(text: str) -> str:
    """A name as people read it: ``Employee Id``; never ``Id``, which the product keeps for itself."""
    told = " ".join(each[:1].upper() + each[1:] for each in words(text)) or text
    return OTHER_WORDS.get(told.casefold(), told)


def _free(name: str, used: set[str]) -> str:
    number, found = 2, name
    while found.casefold() in used:
        found, number = f"{name}{number}", number + 1
    return found


@lru_cache(maxsize=1)
def _reserved() -> frozenset[str]:
    stored = builtins()
    kept = (*stored["reserved_words"], *stored["csharp_keywords"], *stored["implicit_properties"])
    return frozenset(each.casefold() for each in kept)
