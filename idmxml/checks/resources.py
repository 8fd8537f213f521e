"""Resources written in the configuration: their number, and the columns they fill."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.entity_model import PLACES
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.value_spelling import whole_number
from idmxml.source.entry import Entry

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


@rule("IDM4060", "resource-number", Severity.WARNING, on="Resource")
def resource_number(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The Id of a resource is not a positive number.

    Why: negative numbers are kept for the product's own resources.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Resource Id="-1" Type="HR_Site" C4="PAR"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Resource Id="1" Type="HR_Site" C4="PAR"/>
    """
    value = (entry.get("Id") or "").strip()
    number = whole_number(value)
    if number is not None and number <= 0:
        yield Finding(entry, f"the Id {value} is not positive", "Id", hint="give a positive number of its own")


def _base32(number: int) -> str:
    return DIGITS[number] if number < len(DIGITS) else _base32(number // len(DIGITS)) + DIGITS[number % len(DIGITS)]


# The storage columns that a resource may fill, with the TargetColumnIndex each stands for: scalars, then links.
STORAGE: Final = {f"C{_base32(index)}": index for index in range(128)} | {
    f"I{_base32(index)}": index for index in range(128, 138)
}


@rule("IDM4061", "column-without-property", Severity.WARNING, on="Resource", reads=("Type", *STORAGE), needs=(PLACES,))
def column_without_property(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource fills a storage column that no property of its entity type has.

    Why: columns are named by the TargetColumnIndex in base 32, C4 for 4 and CA for 10, from 128 on with I; a value in a
    column without a property is never seen.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Resource Id="1" Type="HR_Site" C4="PAR" C5="Paris"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="City" TargetColumnIndex="5"/>
        </EntityType>
        <Resource Id="1" Type="HR_Site" C4="PAR" C5="Paris"/>
    """
    kind = entry.get("Type") or ""
    taken = context.derived(_taken).get(kind)
    if not taken or kind not in context.names("EntityType") or context.may_exist(kind):
        return
    if context.generated.has("EntityType", kind):
        return
    for name, index in STORAGE.items():
        if entry.get(name) is not None and index not in taken:
            message = f"{name} is column {index}, and no property of {kind} has it"
            near = ", ".join(f"{prefix}{_base32(each)}" for each in sorted(taken) for prefix in _prefix(each))
            yield Finding(entry, message, name, hint=f"its properties have {near}")


def _prefix(index: int) -> str:
    return "I" if index >= 128 else "C"


def _taken(context: Context) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for owner, _, column, _ in context.tuples(PLACES):
        number = whole_number(column or "")
        if owner and number is not None and number >= 0:
            found[owner].add(number)
    return found
