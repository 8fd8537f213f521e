"""How entity types are called."""

from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.source.entry import Entry


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
