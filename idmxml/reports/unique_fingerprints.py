"""Gives each diagnostic of a report a fingerprint that no other one has."""

from collections import Counter
from collections.abc import Iterable

from idmxml.diagnostics import Diagnostic


def unique_fingerprints(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """For each diagnostic its fingerprint, a colon, and the how-manieth with this fingerprint it is, from 1."""
    seen: Counter[str] = Counter()
    made = []
    for diagnostic in diagnostics:
        fingerprint = diagnostic.fingerprint
        seen[fingerprint] += 1
        made.append(f"{fingerprint}:{seen[fingerprint]}")
    return tuple(made)
