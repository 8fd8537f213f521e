"""Thresholds of connectors, mappings and resource types: numbers that can act."""

import re
from collections.abc import Iterator
from functools import lru_cache

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.value_spelling import whole_number
from idmxml.source.entry import Entry

NAME = re.compile(
    r"Max(?:imum)?(?:Link)?(?:Percentage)?(?:Deleted|Inserted|Updated)Lines|Maximum(?:Delete|Insert|Update)(?:Percent)?"
)


@lru_cache(maxsize=512)
def _names(kind: str) -> tuple[str, ...]:
    return tuple(
        name for name in language().kind(kind).attributes if NAME.fullmatch(name) or name.startswith("MaxLinkPercentage")
    )


def threshold_kinds() -> tuple[str, ...]:
    """The kinds with thresholds."""
    return tuple(kind.id for kind in language() if any(NAME.fullmatch(name) for name in kind.attributes))


@rule("IDM4201", "threshold-range", Severity.WARNING, on=threshold_kinds, touch=lambda kind: frozenset(_names(kind)))
def threshold_range(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A threshold is negative, or a percentage above 100.

    Why: such a threshold never acts as meant, and a faulty export may then delete most of what is there. 0 switches a
    threshold off.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" MaxPercentageDeletedLines="500"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" MaxPercentageDeletedLines="5"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    for name in _names(entry.kind or ""):
        value = entry.get(name)
        number = whole_number(value or "")
        if number is None:
            continue
        if number < 0:
            yield Finding(
                entry, f"the threshold {name} is negative", name, hint="write 0 for no threshold, or a positive number"
            )
        elif "Percent" in name and number > 100:
            yield Finding(entry, f"the threshold {name} is over 100 per cent", name, hint="write a percentage from 0 to 100")
