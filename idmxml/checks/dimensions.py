"""Dimensions of the role model: their numbers, their hierarchy, and the attributes that are named after a number."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from idmxml.checks.declared_before import declared_before, declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Projection, Row, RowView
from idmxml.source.entry import TRUE, Entry

DIMENSIONS: Final = Projection("Dimension", ("Identifier", "ColumnMapping", "IsHierarchical", "ParentProperty"))
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
HIGHEST: Final = 127
NAMED: Final = re.compile(r"(?P<letter>Dimension|[DBPRL])(?P<number>[123]?[0-9A-V])(?P<active>IsActive)?")
FLAGS: Final = frozenset({"P", "R", "L", "DIsActive"})
# Few distinct rows: what is wrong is told by the names of attributes, which each file lists.
COARSE: Final = ("../Identifier", "Category")


@dataclass(frozen=True, slots=True)
class Numbered:
    """An attribute named after the number of a dimension: its name, the letters before the number, and the number."""

    name: str
    letters: str
    number: int

    @property
    def is_flag(self) -> bool:
        """Whether the attribute is a Boolean, which uses the dimension only when it is true."""
        return self.letters in FLAGS


def base32(number: int) -> str:
    """The number as attribute names write it, such as A for 10."""
    return (DIGITS[number // 32] if number >= len(DIGITS) else "") + DIGITS[number % 32]


@lru_cache(maxsize=4096)
def numbered(name: str) -> Numbered | None:
    """What the name of an attribute says about a dimension; None when it says nothing."""
    match = NAMED.fullmatch(name)
    if match is None or (match["active"] and match["letter"] != "D"):
        return None
    letters = match["letter"] + (match["active"] or "")
    return Numbered(name, letters, int(match["number"], 32))


@lru_cache(maxsize=1)
def kinds_with_dimensions() -> tuple[str, ...]:
    """The kinds with attributes named after all numbers of dimensions."""
    last = {f"{letter}3V" for letter in ("D", "B", "P", "R", "L")} | {"D3VIsActive"}
    return tuple(kind.id for kind in language() if not last.isdisjoint(kind.attributes))


def declared_dimensions(context: Context) -> Mapping[int, tuple[str, bool]]:
    """The declared dimensions by number, each with its identifier and whether it is hierarchical."""
    return context.derived(_collect)


def _collect(context: Context) -> Mapping[int, tuple[str, bool]]:
    found: dict[int, tuple[str, bool]] = {}
    for row in sorted(context.rows(DIMENSIONS), key=str):
        number = _whole(row[1])
        if number is not None:
            identifier, hierarchical = row[0] or "", row[2] in TRUE
            found[number] = (identifier, hierarchical or found.get(number, ("", False))[1])
    return found


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\s*\+?\d{1,9}\s*", text) else None


def _all_known(context: Context) -> bool:
    """Whether the dimensions are known by number: some are declared, and nothing may declare others."""
    hidden = not context.is_whole or context.generated.names("Dimension")
    return bool(declared_dimensions(context)) and not hidden


def _in_files(context: Context, wanted: Iterable[str], projection: Projection) -> frozenset[Row]:
    """The rows of the files in which some of the attribute names occur."""
    names = frozenset(wanted)
    if not names:
        return frozenset()
    holding = (each for each in context.holders(projection) if not names.isdisjoint(context.files[each].attribute_names))
    return frozenset().union(*(context.rows_of(each, projection) for each in holding))


def _undeclared(context: Context) -> frozenset[str]:
    """The names of attributes that occur and are named after a number no dimension has."""
    return context.derived(_collect_undeclared)


def _collect_undeclared(context: Context) -> frozenset[str]:
    if not _all_known(context):
        return frozenset()
    known = declared_dimensions(context)
    return frozenset(each.name for each in context.derived(_occurring) if each.number not in known)


def _occurring(context: Context) -> tuple[Numbered, ...]:
    """The attributes that occur in the files and are named after a number."""
    names = frozenset[str]().union(*(each.attribute_names for each in context.files))
    return tuple(each for each in map(numbered, names) if each is not None)


def _rows_with_undeclared(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    return rows & context.derived(_undeclared_rows)


def _undeclared_rows(context: Context) -> frozenset[Row]:
    return _rows_with(_undeclared(context), context)


def _rows_with(names: frozenset[str], context: Context) -> frozenset[Row]:
    """The rows, of any kind, of the files in which some of the attribute names occur."""
    if not names:
        return frozenset()
    return frozenset().union(*(_in_files(context, names, Projection(kind, COARSE)) for kind in kinds_with_dimensions()))


def _used(entry: Entry, names: frozenset[str]) -> Iterator[Numbered]:
    """The attributes of these names that use their dimension, the first of each number."""
    seen: set[int] = set()
    kind = language().kind(entry.kind or "")
    for name in sorted(names.intersection(entry.attributes), key=list(entry.attributes).index):
        each = numbered(name)
        if each is None or name not in kind.attributes or each.number in seen:
            continue
        if not each.is_flag or entry.flag(name):
            seen.add(each.number)
            yield each


@rule(
    "IDM4102",
    "undeclared-dimension",
    on=kinds_with_dimensions,
    reads=COARSE,
    needs=(DIMENSIONS,),
    screen=_rows_with_undeclared,
)
def undeclared_dimension(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """An attribute is named after a dimension that is not declared.

    Why: D, B, L, P and R, and the number in base 32 (0 to 9, A to V, 10 to 3V), stand for the Dimension whose ColumnMapping
    is that number, so D10 is dimension 32, and dimension 10 is DA. Nothing is said where no dimension is declared at all.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="10"/>
        <Policy Identifier="Default" DisplayName_L1="Default" D10="PAR"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="10"/>
        <Policy Identifier="Default" DisplayName_L1="Default" DA="PAR"/>
    """
    if isinstance(entry, RowView):
        yield Finding(entry, "such attributes occur")
        return
    known = declared_dimensions(context)
    for each in _used(entry, _undeclared(context)):
        message = f"{each.name} is about dimension {each.number}, and no Dimension has this ColumnMapping"
        yield Finding(entry, message, each.name, _advice(each, known))


def _advice(each: Numbered, known: Mapping[int, tuple[str, bool]]) -> str:
    written = re.sub(r"\D", "", each.name)
    slip = int(written) if written and base32(each.number) == written else None
    if slip is not None and slip != each.number and slip in known:
        right = each.name.replace(written, base32(slip))
        return f"numbers are in base 32: dimension {slip} ({known[slip][0]}) is {right}"
    told = ", ".join(f"{base32(number)} is {identifier}" for number, (identifier, _) in sorted(known.items())[:6])
    return f'declare <Dimension ColumnMapping="{each.number}" …/>, or use a declared one: {told}'


def _flat(context: Context) -> frozenset[str]:
    """The names of L attributes that occur although their dimension has no hierarchy."""
    return context.derived(_collect_flat)


def _collect_flat(context: Context) -> frozenset[str]:
    if not _all_known(context):
        return frozenset()
    known = declared_dimensions(context)
    found = (each for each in context.derived(_occurring) if each.letters == "L")
    return frozenset(each.name for each in found if not known.get(each.number, ("", True))[1])


def _rows_with_flat(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    return rows & context.derived(_flat_rows)


def _flat_rows(context: Context) -> frozenset[Row]:
    return _rows_with(_flat(context), context)


@rule(
    "IDM4107",
    "flat-dimension",
    Severity.WARNING,
    on=kinds_with_dimensions,
    reads=COARSE,
    needs=(DIMENSIONS,),
    screen=_rows_with_flat,
)
def flat_dimension(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """An L attribute asks for what lies beneath a value of a dimension that has no hierarchy.

    Why: only a Dimension with IsHierarchical and ParentProperty has values beneath others; elsewhere the flag does nothing.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="HR" DisplayName_L1="HR" Policy="Default"/>
        <SingleRole Identifier="Guest" DisplayName_L1="Guest" EntityType="HR_Site" Category="HR" Policy="Default"/>
        <SingleRoleRule Role="Guest" Policy="Default" D0="PAR" L0="true"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="HR" DisplayName_L1="HR" Policy="Default"/>
        <SingleRole Identifier="Guest" DisplayName_L1="Guest" EntityType="HR_Site" Category="HR" Policy="Default"/>
        <SingleRoleRule Role="Guest" Policy="Default" D0="PAR"/>
    """
    if isinstance(entry, RowView):
        yield Finding(entry, "such attributes occur")
        return
    known = declared_dimensions(context)
    for each in _used(entry, _flat(context)):
        identifier = known[each.number][0]
        message = f"{each.name} has no effect: dimension {identifier} is not hierarchical"
        hint = f"remove it, or give the dimension IsHierarchical and ParentProperty; {base32(each.number)} is {identifier}"
        yield Finding(entry, message, each.name, hint)


@rule("IDM4103", "dimension-number", on="Dimension")
def dimension_number(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The ColumnMapping of a dimension is not a number from 0 to 127.

    Why: the number names the attributes of the dimension, in base 32 from 0 to 3V; there are no others.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="128"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="127"/>
    """
    text = entry.get("ColumnMapping") or ""
    if re.fullmatch(r"\s*[+-]?\d{1,9}\s*", text) and int(text) not in range(HIGHEST + 1):
        yield Finding(entry, f"there is no dimension {int(text)}", "ColumnMapping", hint="use a number from 0 to 127")


@rule(
    "IDM4104",
    "shared-dimension-number",
    Severity.WARNING,
    on="Dimension",
    reads=("Identifier", "ColumnMapping"),
    needs=(DIMENSIONS,),
)
def shared_dimension_number(entry: Entry, context: Context) -> Iterator[Finding]:
    """Two dimensions have the same ColumnMapping.

    Why: D0, B0 and the like are named after this number, and can stand for one dimension only.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
        <Dimension Identifier="Place" DisplayName_L1="Place" EntityType="HR_Site" ColumnMapping="0"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0"/>
        <Dimension Identifier="Place" DisplayName_L1="Place" EntityType="HR_Site" ColumnMapping="1"/>
    """
    number, own = _whole(entry.get("ColumnMapping")), entry.get("Identifier")
    rows = context.rows(DIMENSIONS)
    others = sorted({row[0] or "" for row in rows if number is not None and _whole(row[1]) == number and row[0] != own})
    first = declared_before(entry, "Identifier", others, context)
    if first is not None:
        taken = {_whole(row[1]) for row in rows}
        free = next((each for each in range(HIGHEST + 1) if each not in taken), None)
        hint = f"{free} is free" if free is not None else "no number is free"
        there = declared_there("Dimension", first, "the other dimension", context)
        message = f"'{own}' has the number {number}, as '{first}' has"
        yield Finding(entry, message, "ColumnMapping", hint, elsewhere=there)


@rule("IDM4106", "dimension-parent", on="Dimension", reads=("EntityType", "ParentProperty"), needs=NEEDS)
def dimension_parent(entry: Entry, context: Context) -> Iterator[Finding]:
    """The ParentProperty of a dimension is no navigation property that leads from its entity type back to it.

    Why: the hierarchy is made of the resources of one entity type, each of which leads to its parent.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0" IsHierarchical="true" ParentProperty="Code"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Region" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Sites" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Region" Property1="HR_Site:Region" Property2="HR_Site:Sites" IsProperty2Collection="true"/>
        <Dimension Identifier="Site" DisplayName_L1="Site" EntityType="HR_Site" ColumnMapping="0" IsHierarchical="true" ParentProperty="Region"/>
    """
    owner, value = entry.get("EntityType"), entry.get("ParentProperty")
    if not owner or not value:
        return
    facts = entity_model(context).property(owner, value.rpartition(":")[2])
    if facts is None:
        return
    if facts.is_scalar:
        message = f"{owner}:{facts.name} is of type {facts.type}, and can't lead to a parent"
    elif facts.target is not None and facts.target != owner:
        message = f"{owner}:{facts.name} leads to {facts.target}, and a parent is of {owner}"
    else:
        return
    navigations = [each.name for each in entity_model(context).properties(owner).values() if each.target == owner]
    fitting = f"name a navigation property such as {navigations[0]}" if navigations else "name a navigation property"
    yield Finding(entry, message, "ParentProperty", hint=f"{fitting} from {owner} to {owner}")
