"""Parts of the sentences that messages and reports are made of: numbers of things, lists, the name that was meant."""

from collections.abc import Iterable, Sequence


def counted(number: int, word: str) -> str:
    """``number`` and ``word``, in the plural unless there is one: ``1 file``, ``1,211 objects``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def listed(words: Iterable[str], last: str = "and") -> str:
    """The words as a sentence lists them: ``a``, ``a and b``, ``a, b and c``; empty when there are none."""
    every = list(words)
    return f" {last} ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))


def some_of(names: Sequence[str], most: int) -> str:
    """The first ``most`` names, and how many are left out: ``a, b and 3 more``."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left:,} more" if left > 0 else "")


def did_you_mean(near: str | None) -> str | None:
    """The question whether a similar name was meant; None when there is none."""
    return f"did you mean '{near}'?" if near else None
