"""What the interface shows: lines of tiles, items of indicators, names of resources, and operators that need a help."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from idmxml.checks.bindings_start import WORKFLOW
from idmxml.checks.finding import Finding
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.diagnostics import Severity
from idmxml.model.bindings import Malformed, parse_binding, walk
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import Entry

FLEXIBLE = {"13": "FlexibleEqual", "14": "FlexibleContain", "15": "FlexibleStartWith", "16": "FlexibleEndWith"}
EXPRESSIONS = Projection("EntityType.Property", ("../Identifier", "Identifier", "FlexibleComparisonExpression"))
DISPLAY_NAMES = Projection("EntityPropertyExpression", ("EntityType", "Property"))
SHOWN = (
    Projection("DisplayTable", ("EntityType",)),
    Projection("MenuItem", ("EntityType",)),
    Projection("SearchBar", ("EntityType",)),
)
ID_LINE, LAST_LINE = 5, 6
NO_DATE = frozenset({"Bool", "Int16", "Int32", "Byte", "Bytes", "Guid", "Double", "Binary", "ForeignKey", "Option"})


@rule("IDM7068", "wrong-tile-line", Severity.WARNING, on="Tile")
def wrong_tile_line(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A tile of the design picture-text has an item on a line that does not take it.

    Why: lines 1 to 4 are free text, line 5 holds the Id of the resource, and line 6 the tag of its photo; there are no more.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Tile Identifier="HR_Card" DisplayName_L1="Card" EntityType="HR_Person" TileDesignElement="picture-text">
          <Item Binding="Login" LineNumber="5" LineDisplayOrderIndicator="1"/>
        </Tile>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Tile Identifier="HR_Card" DisplayName_L1="Card" EntityType="HR_Person" TileDesignElement="picture-text">
          <Item Binding="Login" LineNumber="4" LineDisplayOrderIndicator="1"/>
        </Tile>
    """
    if entry.get("TileDesignElement") != "picture-text":
        return
    for each in entry.of_kind("Tile.Item"):
        line = _number(each.get("LineNumber"))
        if line is None:
            continue
        if line == ID_LINE and not re.search(r"(?:^|[.:])Id$", (each.get("Binding") or "").strip()):
            message = f"line {ID_LINE} of this tile is for the Id of the resource"
            yield Finding(each, message, "LineNumber", "use a line from 1 to 4, or bind Id")
        elif not 1 <= line <= LAST_LINE:
            yield Finding(
                each, f"this tile has no line {line:g}", "LineNumber", "use a line from 1 to 4; 5 is the Id, 6 the photo"
            )


def _number(value: str | None) -> float | None:
    return float(value) if value is not None and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value) else None


@rule("IDM7069", "hidden-indicator-item", Severity.WARNING, on="Indicator")
def hidden_indicator_item(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An item of an indicator is never shown, because an item before it fits every value that it fits.

    Why: the first item that fits is shown. For greater-than operators the higher values come first.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Risk" DisplayName_L1="Risk" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <Indicator EntityType="HR_Person" Binding="Risk" ComparisonOperator="GreaterThan" Order="0">
          <Item DisplayName_L1="Some" Value="10" Color="#D35400"/>
          <Item DisplayName_L1="Much" Value="50" Color="#C0392B"/>
        </Indicator>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Risk" DisplayName_L1="Risk" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <Indicator EntityType="HR_Person" Binding="Risk" ComparisonOperator="GreaterThan" Order="0">
          <Item DisplayName_L1="Much" Value="50" Color="#C0392B"/>
          <Item DisplayName_L1="Some" Value="10" Color="#D35400"/>
        </Indicator>
    """
    covers = COVERS.get(entry.get("ComparisonOperator") or "")
    items = [each for each in entry.of_kind("Indicator.Item") if each.get("Value")]
    for position, each in enumerate(items) if covers else ():
        value = each.get("Value") or ""
        before = next((other for other in items[:position] if covers and covers(other.get("Value") or "", value)), None)
        if before is not None:
            message = f"this item never shows: '{before.get('Value')}' before it fits whatever '{value}' fits"
            hint = "put the narrower value first, or remove the item"
            yield Finding(each, message, "Value", hint, related=((before, "this item is shown instead"),))


def _same(first: str, second: str) -> bool:
    return first == second


def _above(first: str, second: str) -> bool:
    low, high = _number(first), _number(second)
    return low is not None and high is not None and low <= high


def _below(first: str, second: str) -> bool:
    return _above(second, first)


# Whether everything the second value fits is fitted by the first, by operator.
COVERS = {
    "Equal": _same, "2": _same,
    "NotEqual": _same, "1": _same,
    "Contain": lambda first, second: first in second, "3": lambda first, second: first in second,
    "StartWith": lambda first, second: second.startswith(first), "4": lambda first, second: second.startswith(first),
    "EndWith": lambda first, second: second.endswith(first), "5": lambda first, second: second.endswith(first),
    "GreaterThan": _above, "9": _above,
    "GreaterThanOrEqual": _above, "11": _above,
    "LessThan": _below, "10": _below,
    "LessThanOrEqual": _below, "12": _below,
}  # fmt: skip


@rule("IDM7070", "inflexible-property", Severity.WARNING)
def inflexible_property() -> None:
    """A flexible operator compares a property that has no FlexibleComparisonExpression.

    Why: FlexibleEqual, FlexibleContain, FlexibleStartWith and FlexibleEndWith compare what that expression makes of the
    values, such as names without accents; without it there is nothing to compare.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SearchBar EntityType="HR_Person" SearchedEntityType="HR_Person" SearchBarDesignElement="Inline">
          <Criterion Binding1="Login" ColumnSize="3" InputType="Text" Operator="FlexibleContain"/>
        </SearchBar>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SearchBar EntityType="HR_Person" SearchedEntityType="HR_Person" SearchBarDesignElement="Inline">
          <Criterion Binding1="Login" ColumnSize="3" InputType="Text" Operator="Contain"/>
        </SearchBar>
    """


@dataclass(frozen=True)
class _Comparison:
    """A place of an operator and of the binding or property it compares; ``start`` is the column of the entity type."""

    kind: str
    operator: str
    binding: tuple[str, ...]
    start: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.operator, *self.binding, self.start)

    def screen(self, rows: frozenset[Row], _context: Context) -> frozenset[Row]:
        """The rows with a flexible operator."""
        return frozenset(row for row in rows if row[0] in FLEXIBLE or row[0] in FLEXIBLE.values())

    def run(self, entry: Entry, context: Context) -> Iterator[Finding]:
        operator = entry.get(self.operator) or ""
        if operator not in FLEXIBLE and operator not in FLEXIBLE.values():
            return
        owner = entry.parent if self.start.startswith("../") else entry
        base = owner.get(self.start.removeprefix("../")) if owner is not None else None
        value = next((entry.get(name) for name in self.binding if entry.get(name)), None)
        binding = parse_binding(value) if value else None
        if binding is None or isinstance(binding, Malformed):
            return
        end = walk(binding, base, entity_model(context)).end
        if end is not None and context.derived(_inflexible).get((end.owner, end.name)):
            message = (
                f"{end.owner}:{end.name} has no FlexibleComparisonExpression, which {FLEXIBLE.get(operator, operator)} needs"
            )
            yield Finding(entry, message, self.operator, "give the property one, or use an operator that is not flexible")


def _inflexible(context: Context) -> Mapping[tuple[str, str], bool]:
    """By owner and name, the hand-written properties: whether all declarations lack the expression."""
    found: dict[tuple[str, str], bool] = {}
    for row in context.rows(EXPRESSIONS):
        if row[0] and row[1]:
            found[row[0], row[1]] = found.get((row[0], row[1]), True) and not row[2]
    return found


COMPARISONS = (
    _Comparison("Indicator", "ComparisonOperator", ("OptimizedBinding", "Binding"), "EntityType"),
    _Comparison("Criterion", "Operator", ("OptimizedBinding1", "Binding1"), "../EntityType"),
    *(
        _Comparison(
            "HomonymEntityLink.Filter",
            f"Operator{number}",
            (f"ComparisonProperty{number}", f"Property{number}"),
            "../FormEntityType",
        )
        for number in range(1, 6)
    ),
)


def comparison_rules() -> Iterator[Rule]:
    """The rule on flexible operators, once for each place of an operator."""
    base = rule_of(inflexible_property)
    for each in COMPARISONS:
        needs = (*NEEDS, EXPRESSIONS)
        yield replace(base, on=(each.kind,), reads=each.reads, needs=needs, run=each.run, screen=each.screen)


@rule(
    "IDM7071",
    "idle-added-minutes",
    Severity.WARNING,
    on="DisplayEntityType.Property",
    reads=("AddedMinutes", "Identifier", "../Identifier"),
    needs=NEEDS,
)
def idle_added_minutes(entry: Entry, context: Context) -> Iterator[Finding]:
    """AddedMinutes is given for a property that holds no date.

    Why: the minutes are added to the date and time that is shown; of another value the product takes no notice of them.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="IsExternal" DisplayName_L1="External" Type="Bool" TargetColumnIndex="5"/>
        </EntityType>
        <DisplayEntityType Identifier="HR_Person">
          <Property Identifier="IsExternal" AddedMinutes="60"/>
        </DisplayEntityType>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" DisplayName_L1="Start" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <DisplayEntityType Identifier="HR_Person">
          <Property Identifier="Start" AddedMinutes="60"/>
        </DisplayEntityType>
    """
    name, parent = entry.get("Identifier"), entry.parent
    owner = parent.get("Identifier") if parent is not None else None
    if not entry.get("AddedMinutes") or not name or not owner:
        return
    found = entity_model(context).property(owner, name)
    if found is not None and found.type in NO_DATE:
        message = f"AddedMinutes has no effect on {name}, which is of type {found.type}"
        yield Finding(entry, message, "AddedMinutes", "remove it, or put it on a property that holds a date")


@rule(
    "IDM7072",
    "nameless-resources",
    Severity.INFO,
    on="EntityType",
    reads=("Identifier",),
    needs=(*NEEDS, *SHOWN, DISPLAY_NAMES),
)
def nameless_resources(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entity type that the interface shows says nowhere what its resources are called.

    Why: the interface shows InternalDisplayName. Without an expression for it the product takes the first property with
    ``name`` in its identifier, and when there is none, whichever property comes first. Resources of a ``Workflow_`` entity type
    are known by their workflow.

    Bad:
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <MenuItem Identifier="Nav_Site" DisplayName_L1="Sites" ParentMenuItem="Nav" EntityType="HR_Site"/>

    Good:
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Site_Name" EntityType="HR_Site" Property="InternalDisplayName" Binding="HR_Site:Code"/>
        <MenuItem Identifier="Nav_Site" DisplayName_L1="Sites" ParentMenuItem="Nav" EntityType="HR_Site"/>
    """
    name = entry.get("Identifier")
    if not name or name not in context.derived(_shown) or name in context.derived(_named) or not context.complete:
        return
    if name.startswith(WORKFLOW):
        return
    model = entity_model(context)
    properties = model.properties(name).values()
    if model.is_open(name) or any("name" in each.name.casefold() and not each.is_implicit for each in properties):
        return
    if not context.generated.has("EntityPropertyExpression", f"{name}_InternalDisplayName_L1"):
        message = f"nothing says what resources of {name} are called"
        hint = f"add an <EntityPropertyExpression> for InternalDisplayName of {name}"
        yield Finding(entry, message, "Identifier", hint)


def _shown(context: Context) -> frozenset[str]:
    """The entity types that the interface lists."""
    rows = frozenset().union(*(context.rows(each) for each in SHOWN))
    return frozenset({*context.names("DisplayEntityType"), *(row for row in rows if isinstance(row, str))})


def _named(context: Context) -> frozenset[str]:
    """The entity types with an expression for the name of their resources, in some language."""
    rows = context.rows(DISPLAY_NAMES)
    return frozenset(row[0] for row in rows if row[0] and (row[1] or "").rpartition(":")[2].startswith("InternalDisplayName"))
