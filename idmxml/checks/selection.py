"""Codes, names and prefixes, as users write them, to the rules that run."""

from collections.abc import Iterable

from idmxml.checks.registry import known
from idmxml.errors import UsageError
from idmxml.model.names import closest
from idmxml.phrases import did_you_mean


def active_codes(select: Iterable[str], ignore: Iterable[str], off: Iterable[str] = ()) -> frozenset[str]:
    """The codes of the rules that run: those selected (all, when none are) without the ignored ones.

    A word is a code, the name of a rule, or the beginning of codes such as IDM31. UsageError for a word that is none.
    """
    chosen = {code for word in select for code in codes_of(word)} or set(known())
    return frozenset(chosen - {code for word in (*ignore, *off) for code in codes_of(word)})


def codes_of(word: str) -> frozenset[str]:
    """The codes that a word stands for."""
    wanted = word.strip()
    upper = wanted.upper()
    found = frozenset(code for code, rule in known().items() if code.startswith(upper) or rule.name == wanted.lower())
    if not found or len(upper) < len("IDM"):
        near = closest(wanted, [*known(), *(rule.name for rule in known().values())])
        hint = did_you_mean(near) or "'idmxml explain' lists all rules"
        raise UsageError(f"no rule '{word}'; {hint}")
    return found
