"""Languages, and what objects are called in them."""

from idmxml.expansion.configuration import Configuration
from idmxml.model.value_spelling import whole_number

DOCUMENTED = (1, 2)
MOST = 16


def languages(configuration: Configuration) -> tuple[int, ...]:
    """The numbers of the declared languages from 1 to 16, sorted; 1 and 2, as documented results have them, for none."""
    numbers = {each.get("IndicatorNumber") or "" for each in configuration.all("Language")}
    found = sorted({each for each in map(whole_number, numbers) if each is not None and 1 <= each <= MOST})
    return tuple(found) or DOCUMENTED


def text(configuration: Configuration, kind: str, identifier: str, number: int = 1) -> str:
    """The display name in language ``number`` of the object of this kind; its identifier when it has none there."""
    found = configuration.find(kind, identifier)
    named = found.get(f"DisplayName_L{number}") if found is not None else None
    return named or identifier
