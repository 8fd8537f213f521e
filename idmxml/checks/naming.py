"""How entity types are called: the name of the type, and the name that its resources are shown by."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.keys import EXPRESSIONS, expressions
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

SHOWN: Final = (Projection("DisplayTable", ("EntityType",)), Projection("DisplayEntityType", ("Identifier",)))
DISPLAY_NAME: Final = "InternalDisplayName"


@rule("IDM4038", "type-without-prefix", Severity.INFO, on="EntityTypeMapping", reads=("Identifier", "Connector"))
def type_without_prefix(entry: Entry, context: Context) -> Iterator[Finding]:
    """The identifier of a mapped entity type does not begin with its connector.

    Why: the recommended name is the connector, an underscore and what one resource is, such as AD_Entry. It tells at every
    use where the data come from, and keeps names of several systems apart.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
          <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
        </EntityTypeMapping>
    """
    name, connector = entry.get("Identifier"), entry.get("Connector")
    if not name or not connector or connector not in context.names("Connector"):
        return
    folded, start = name.casefold(), connector.casefold()
    if folded != start and not folded.startswith(f"{start}_"):
        hint = f"{connector}_{name} is the recommended form"
        yield Finding(entry, f"'{name}' does not begin with its connector {connector}", "Identifier", hint)


@rule("IDM4039", "nameless-entity-type", Severity.INFO, on="EntityType", reads=("Identifier",), needs=(EXPRESSIONS, *SHOWN))
def nameless_entity_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entity type is shown in the interface, and nothing says what its resources are called.

    Why: a resource is shown by its InternalDisplayName, which an expression computes. Without one the product takes a
    property whose identifier holds ``name``, and without such a property whichever it finds first.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Town" TargetColumnIndex="5"/>
        </EntityType>
        <DisplayEntityType Identifier="HR_Site">
          <Property Identifier="Code"/>
        </DisplayEntityType>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Town" TargetColumnIndex="5"/>
        </EntityType>
        <DisplayEntityType Identifier="HR_Site">
          <Property Identifier="Code"/>
        </DisplayEntityType>
        <EntityPropertyExpression Identifier="HR_Site_Name" EntityType="HR_Site" Property="InternalDisplayName" Binding="HR_Site:Town"/>
    """
    name = entry.get("Identifier") or ""
    if not any(name in context.rows(each) for each in SHOWN) or context.may_exist(name) or _is_named(name, context):
        return
    hint = f'declare <EntityPropertyExpression EntityType="{name}" Property="{DISPLAY_NAME}" …/>'
    yield Finding(entry, f"nothing says what resources of {name} are called", "Identifier", hint)


def _is_named(name: str, context: Context) -> bool:
    if context.generated.has("EntityType", name) or context.generated.names("EntityPropertyExpression"):
        return True
    if any("name" in each.casefold() for each in context.properties.get(name, ())):
        return True
    return any(owner == name and computed.startswith(DISPLAY_NAME) for owner, computed in expressions(context))
