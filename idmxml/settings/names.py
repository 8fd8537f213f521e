"""Finds the name someone probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from idmxml.settings.keys import fold


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like ``name``, without regard to case; None when none is near."""
    by_folded = {fold(each): each for each in sorted(known, reverse=True)}
    found = get_close_matches(fold(name), sorted(by_folded), n=1, cutoff=0.7)
    return by_folded[found[0]] if found else None


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """``did you mean 'X'?``, or None."""
    near = nearest(name, known)
    return f"did you mean '{near}'?" if near else None


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in quotes, as a sentence lists them."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
