"""Words names: lists of them, and the one someone probably meant."""

from collections.abc import Iterable

from idmxml.model.names import closest


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """``did you mean 'X'?``, or None."""
    near = closest(name, known)
    return f"did you mean '{near}'?" if near else None


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in quotes, as a sentence lists them."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
