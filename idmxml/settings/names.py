"""Words names: lists of them, and the one someone probably meant."""

from collections.abc import Iterable

from idmxml.model.names import closest
from idmxml.phrases import did_you_mean, listed


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """The question whether the known name nearest to this one was meant; None when none is near."""
    return did_you_mean(closest(name, known))


def quoted(names: Iterable[str], last: str = "and") -> str:
    """Names in quotes, as a sentence lists them."""
    return listed((f"'{name}'" for name in names), last)
