"""Objects that nothing uses: whatever the language says may name them, no attribute of the repository does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from idmxml.checks.finding import Finding
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import Entry

VARIABLES = Projection("Workflow", ("VariablesType",))
HOLDERS = ("AssignedProfile", "OpenIdClient", "ProfileRule")


@lru_cache(maxsize=64)
def references_to(kind: str, without: frozenset[str] = frozenset()) -> tuple[Projection, ...]:
    """The columns whose values name objects of a kind, scaffoldings included; those of the kinds ``without`` left out."""
    return tuple(
        Projection(each.id, (attribute.name,))
        for each in language()
        if each.id not in without
        for attribute in each.references
        if attribute.reference is not None and attribute.reference.to == kind
    )


def values_of(projections: Iterable[Projection], context: Context) -> frozenset[Row]:
    """Every value of columns."""
    return frozenset().union(*(context.rows(each) for each in projections))


def is_adjustment(entry: Entry) -> bool:
    """Whether the element adjusts an object that a scaffolding makes; a row is taken for a declaration at first."""
    return isinstance(entry, Entry) and CONSOLIDATION in entry.attributes


@rule("IDM9002", "unmapped-entity-type", Severity.INFO)
def unmapped_entity_type() -> None:
    """No mapping loads an entity type.

    Why: its resources can come from workflows and rules only. Entity types of workflow variables are left out.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """


@rule("IDM9003", "role-without-rules", Severity.INFO)
def role_without_rules() -> None:
    """No rule gives a role, and none gives anything to those who have it.

    Why: whoever has the role gets nothing by it.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="Office" DisplayName_L1="Office" Policy="Default"/>
        <SingleRole Identifier="Printing" DisplayName_L1="Printing" EntityType="HR_Person" Category="Office" Policy="Default"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="Office" DisplayName_L1="Office" Policy="Default"/>
        <SingleRole Identifier="Printing" DisplayName_L1="Printing" EntityType="HR_Person" Category="Office" Policy="Default"/>
        <CompositeRole Identifier="Employee" DisplayName_L1="Employee" EntityType="HR_Person" Category="Office" Policy="Default"/>
        <SingleRoleRule Policy="Default" Role="Printing" CompositeRole="Employee" Type="Suggested"/>
    """


@rule("IDM9004", "powerless-profile", Severity.INFO)
def powerless_profile() -> None:
    """No access rule gives a profile anything.

    Why: whoever has the profile may do nothing more than before.

    Bad:
        <Profile Identifier="Manager"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <ViewAccessControlRules EntityType="HR_Person" Profile="Manager"/>
    """


@rule("IDM9005", "unused-display-group", Severity.INFO)
def unused_display_group() -> None:
    """No property belongs to a display group.

    Why: the group shows nowhere. Properties join it by Group in their <DisplayEntityType>.

    Bad:
        <DisplayPropertyGroup Identifier="HR_Contact" DisplayName_L1="Contact"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayPropertyGroup Identifier="HR_Contact" DisplayName_L1="Contact"/>
        <DisplayEntityType Identifier="HR_Person">
          <Property Identifier="Login" Group="HR_Contact"/>
        </DisplayEntityType>
    """


@rule("IDM9006", "unused-tile", Severity.INFO)
def unused_tile() -> None:
    """No table, form or property shows a tile.

    Why: it may be a remnant of a list that is gone.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Tile Identifier="HR_Card" DisplayName_L1="Card" EntityType="HR_Person" TileDesignElement="picture-text">
          <Item Binding="Login" LineNumber="1" LineDisplayOrderIndicator="1"/>
        </Tile>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Tile Identifier="HR_Card" DisplayName_L1="Card" EntityType="HR_Person" TileDesignElement="picture-text">
          <Item Binding="Login" LineNumber="1" LineDisplayOrderIndicator="1"/>
        </Tile>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="list">
          <Column Tile="HR_Card"/>
        </DisplayTable>
    """


@rule("IDM9007", "unused-homonym-search", Severity.INFO)
def unused_homonym_search() -> None:
    """No control or table uses a homonym search.

    Why: it is run by a control of a form that names it in HomonymEntityLink; without one nobody is warned of homonyms.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <HomonymEntityLink Identifier="HR_Homonym" FormEntityType="HR_Person"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <HomonymEntityLink Identifier="HR_Homonym" FormEntityType="HR_Person"/>
        <Form Identifier="HR_Person_Sheet" EntityType="HR_Person">
          <Control OutputType="LayoutFieldset" Name="HR_Names" HomonymEntityLink="HR_Homonym">
            <Control Binding="Login"/>
          </Control>
        </Form>
    """


@rule("IDM9014", "unused-category", Severity.INFO)
def unused_category() -> None:
    """No role, resource type or other category belongs to a category.

    Why: an empty category is a remnant, or waits for roles that were put elsewhere.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="Office" DisplayName_L1="Office" Policy="Default"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <Category Identifier="Office" DisplayName_L1="Office" Policy="Default"/>
        <SingleRole Identifier="Printing" DisplayName_L1="Printing" EntityType="HR_Person" Category="Office" Policy="Default"/>
    """


@rule("IDM9016", "unused-property-group", Severity.INFO)
def unused_property_group() -> None:
    """No property belongs to a group of properties whose visibility is controlled.

    Why: properties join a group by VisibilityGroup in their <AccessControlEntityType>; an empty group guards nothing.

    Bad:
        <AccessControlPropertyGroup Identifier="Personal" DisplayName_L1="Personal"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <AccessControlPropertyGroup Identifier="Personal" DisplayName_L1="Personal"/>
        <AccessControlEntityType Identifier="HR_Person">
          <Property Identifier="Login" VisibilityGroup="Personal"/>
        </AccessControlEntityType>
    """


@dataclass(frozen=True)
class _Unused:
    """A kind whose objects something must use. ``without`` names kinds whose references do not count."""

    function: object
    kind: str
    message: str
    hint: str
    without: frozenset[str] = frozenset()

    @property
    def needs(self) -> tuple[Projection, ...]:
        return (*references_to(self.kind, self.without), *EXTRA.get(self.kind, ()))

    def used(self, context: Context) -> frozenset[Row]:
        return values_of(references_to(self.kind, self.without), context)

    def screen(self, rows: frozenset[Row], context: Context) -> frozenset[Row]:
        """The names that nothing mentions; set against set."""
        return rows - self.used(context) if context.is_whole else frozenset()

    def run(self, entry: Entry, context: Context) -> Iterator[Finding]:
        name = entry.get("Identifier")
        if name and not is_adjustment(entry) and not context.generated.has(self.kind, name) and self.is_unused(name, context):
            yield Finding(entry, self.message.format(name=name), "Identifier", self.hint)

    def is_unused(self, name: str, context: Context) -> bool:
        return context.is_whole and name not in context.derived(self.used)

    def rule(self) -> Rule:
        base = rule_of(self.function)
        return replace(base, on=(self.kind,), reads=("Identifier",), needs=self.needs, run=self.run, screen=self.screen)


class _Unmapped(_Unused):
    """An entity type is used here when a mapping of its name loads it; those of workflow variables need none."""

    def used(self, context: Context) -> frozenset[Row]:
        return frozenset({*context.names("EntityTypeMapping"), *context.rows(VARIABLES)})

    def is_unused(self, name: str, context: Context) -> bool:
        loaded = context.generated.has("EntityTypeMapping", name) or "workflow_" in name.casefold()
        return super().is_unused(name, context) and not loaded and bool(context.names("EntityTypeMapping"))


EXTRA: Mapping[str, tuple[Projection, ...]] = {"EntityType": (VARIABLES,)}
NO_RULES = frozenset({"ProfileContext"})
UNUSED = (
    _Unmapped(
        unmapped_entity_type,
        "EntityType",
        "no mapping loads entity type '{name}'",
        "map it to a table of a connection, if a system holds its resources",
    ),
    _Unused(role_without_rules, "SingleRole", "role '{name}' has no rules", "give it rules, or remove it", NO_RULES),
    _Unused(role_without_rules, "CompositeRole", "role '{name}' has no rules", "give it rules, or remove it", NO_RULES),
    _Unused(
        powerless_profile,
        "Profile",
        "no access rule gives profile '{name}' anything",
        "add an <AccessControlRule> for it, or remove it",
        frozenset(HOLDERS),
    ),
    _Unused(
        unused_display_group, "DisplayPropertyGroup", "no property is in group '{name}'", "remove it, or put properties in it"
    ),
    _Unused(unused_tile, "Tile", "nothing shows tile '{name}'", "show it in a column of a list, or remove it"),
    _Unused(
        unused_homonym_search,
        "HomonymEntityLink",
        "no form runs the homonym search '{name}'",
        "name it in HomonymEntityLink of a control, or remove it",
    ),
    _Unused(unused_category, "Category", "nothing is in category '{name}'", "remove it, or put roles in it"),
    _Unused(
        unused_property_group,
        "AccessControlPropertyGroup",
        "no property is in group '{name}'",
        "remove it, or put properties in it by VisibilityGroup",
        frozenset({"Entry"}),
    ),
)


def unused_rules() -> Iterator[Rule]:
    """The rules, once for each kind of objects that something must use."""
    return (each.rule() for each in UNUSED)
