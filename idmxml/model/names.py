"""The nearest right name for a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

MANY: Final = 4_000


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to a name: the one that differs by case alone, else a close spelling, else None.

    Among very many candidates only those that begin alike are compared, so that one wrong name stays cheap.
    """
    folded = name.casefold()
    by_fold: dict[str, str] = {}
    for each in sorted(candidates):
        by_fold.setdefault(each.casefold(), each)
    if folded in by_fold:
        return by_fold[folded]
    usable = list(by_fold)
    if len(usable) > MANY:
        usable = [each for each in usable if each[:3] == folded[:3]][:MANY]
    near = get_close_matches(folded, usable, n=1, cutoff=0.72)
    return by_fold[near[0]] if near else None
