"""Texts in several languages: attributes whose suffix is the number of a declared language."""

import re
from collections import Counter
from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.model.context import LANGUAGES, Context
from idmxml.model.value_spelling import whole_number
from idmxml.phrases import counted
from idmxml.source.document import Document
from idmxml.source.entry import Entry

POSSIBLE = range(1, 17)
SUFFIX = re.compile(r"\w+_L([0-9]+)")


def declared_numbers(context: Context) -> frozenset[str]:
    """The indicator numbers of the declared languages."""
    return frozenset(row[1].strip() for row in context.rows(LANGUAGES) if row[1])


@rule("IDM4101", "undeclared-language")
def undeclared_language(document: Document, context: Context) -> Iterator[Finding]:
    """An attribute ends in ``_LN``, and no Language has the IndicatorNumber N.

    Why: the text is never shown. It is told once a file, at the first of such attributes. Nothing is said where no
    language is declared at all.

    Bad:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Agent Identifier="Local" DisplayName_L1="Local" DisplayName_L2="Local"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="2"/>
        <Agent Identifier="Local" DisplayName_L1="Local" DisplayName_L2="Local"/>
    """
    numbers = declared_numbers(context)
    first: dict[str, tuple[Entry, str]] = {}
    counts: Counter[str] = Counter()
    for entry in document.entries:
        for name in entry.attributes:
            match = SUFFIX.fullmatch(name)
            if match and match[1] not in numbers and _is_known(entry, name, context):
                first.setdefault(match[1], (entry, name))
                counts[match[1]] += 1
    for number, (entry, name) in first.items():
        more = counts[number] - 1
        rest = f" ({counted(more, 'more such attribute')} in this file)" if more else ""
        hint = f'declare <Language Code="…" IndicatorNumber="{number}"/>, or use a declared number: {_list(numbers)}'
        yield Finding(entry, f"no language has the number {number}{rest}", name, hint)


def _is_known(entry: Entry, name: str, context: Context) -> bool:
    return entry.kind is not None and entry.parent is not None and name in context.language.kind(entry.kind).attributes


def _list(numbers: frozenset[str]) -> str:
    found = {each for each in map(whole_number, numbers) if each is not None}
    return ", ".join(str(each) for each in sorted(found) if each in POSSIBLE)


def undeclared_positions(context: Context) -> frozenset[int]:
    """The files with such attributes; none while no language is declared, or may be in a file that broke off."""
    numbers = declared_numbers(context)
    if not numbers or not context.is_whole:
        return frozenset()
    return frozenset(
        position
        for position, each in enumerate(context.files)
        if any((match := SUFFIX.fullmatch(name)) and match[1] not in numbers for name in each.attribute_names)
    )
