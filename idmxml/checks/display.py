"""Tables, tiles and search bars of the interface: designs against columns, and one default per entity type."""

from collections.abc import Iterator, Mapping

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.model.context import Context
from idmxml.model.only_values import OnlyValues
from idmxml.model.projection import Projection
from idmxml.source.entry import TRUE, Entry

LIST = frozenset({"list", "-2"})
ADAPTABLE = frozenset({"adaptable", "-4"})
DEFAULT_TABLES = Projection("DisplayTable", ("Identifier", "EntityType", "IsEntityTypeDefault", CONSOLIDATION))
TILES = Projection("Tile", ("Identifier", "EntityType"))
TYPE_BY_TILE = OnlyValues(TILES)
CRITERIA = Projection("Criterion", ("../EntityType", "Binding1"))
TARGETS = Projection("ResourceType", ("TargetEntityType",))


def _columns(entry: Entry) -> list[Entry]:
    return list(entry.of_kind("DisplayTable.Column"))


@rule("IDM7058", "list-without-tile", on="DisplayTable")
def list_without_tile(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A table of the design list has no column with a tile.

    Why: a list shows tiles; without one there is nothing to show.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="list">
          <Column DisplayBinding="Login"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Login"/>
        </DisplayTable>
    """
    columns = _columns(entry)
    if entry.get("DisplayTableDesignElement") not in LIST or CONSOLIDATION in entry.attributes or not columns:
        return
    if not any(each.get("Tile") for each in columns):
        hint = 'name a tile in a column, or write DisplayTableDesignElement="table"'
        yield Finding(entry, "a list needs a column with a tile", "DisplayTableDesignElement", hint)


@rule("IDM7059", "bindings-beside-tiles", on="DisplayTable")
def bindings_beside_tiles(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A table has columns with tiles and columns with display bindings.

    Why: a table whose columns use tiles can't use display bindings.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Tile Identifier="HR_Card" DisplayName_L1="Card" EntityType="HR_Person" TileDesignElement="picture-text">
          <Item Binding="Login" LineNumber="1" LineDisplayOrderIndicator="1"/>
        </Tile>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="list">
          <Column Tile="HR_Card"/>
          <Column DisplayBinding="Login"/>
        </DisplayTable>

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
    columns = _columns(entry)
    tiles = [each for each in columns if each.get("Tile")]
    if not tiles:
        return
    for each in columns:
        name = next((name for name in ("DisplayBinding", "OptimizedDisplayBinding") if each.get(name)), None)
        if name is not None and not each.get("Tile"):
            hint = "show the property by an item of the tile, or show all columns without tiles"
            message = f"a table with tiles can't use {name}"
            yield Finding(each, message, name, hint, related=((tiles[0], "this column has a tile"),))


@rule("IDM7064", "foreign-tile", on="DisplayTable.Column", reads=("Tile", "../EntityType"), needs=(TILES,))
def foreign_tile(entry: Entry, context: Context) -> Iterator[Finding]:
    """A column of a table names a tile of another entity type than the table's.

    Why: the tile's bindings start from its own entity type, whose properties the resources of the table do not have.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Tile Identifier="HR_Card" DisplayName_L1="Card" EntityType="HR_Site" TileDesignElement="picture-text">
          <Item Binding="Code" LineNumber="1" LineDisplayOrderIndicator="1"/>
        </Tile>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="list">
          <Column Tile="HR_Card"/>
        </DisplayTable>

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
    tile, parent = entry.get("Tile"), entry.parent
    wanted = parent.get("EntityType") if parent is not None else None
    owner = context.derived(TYPE_BY_TILE).get(tile or "")
    if tile and wanted and owner and owner != wanted and not context.may_exist(tile):
        there = declared_there("Tile", tile, f"the tile is for {owner}", context)
        hint = f"use a tile whose EntityType is {wanted}"
        yield Finding(entry, f"tile '{tile}' is for {owner}, the table for {wanted}", "Tile", hint, elsewhere=there)


@rule(
    "IDM7065",
    "several-default-tables",
    Severity.WARNING,
    on="DisplayTable",
    reads=("Identifier", "EntityType", "IsEntityTypeDefault", CONSOLIDATION),
)
def several_default_tables(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entity type has more than one default table.

    Why: IsEntityTypeDefault marks the table that is shown where none is named, and one only can be that.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table" IsEntityTypeDefault="true">
          <Column DisplayBinding="Login"/>
        </DisplayTable>
        <DisplayTable Identifier="HR_Short" EntityType="HR_Person" DisplayTableDesignElement="table" IsEntityTypeDefault="true">
          <Column DisplayBinding="Login"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table" IsEntityTypeDefault="true">
          <Column DisplayBinding="Login"/>
        </DisplayTable>
        <DisplayTable Identifier="HR_Short" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Login"/>
        </DisplayTable>
    """
    if not entry.flag("IsEntityTypeDefault") or entry.get(CONSOLIDATION) == "Delete":
        return
    name, entity_type = entry.get("Identifier") or "", entry.get("EntityType") or ""
    first = context.derived(_default_tables).get(entity_type, name)
    if first != name:
        there = declared_there("DisplayTable", first, "the other default table", context)
        message = f"'{first}' is the default table of {entity_type} already"
        yield Finding(entry, message, "IsEntityTypeDefault", "keep it on one of them", elsewhere=there)


def _default_tables(context: Context) -> Mapping[str, str]:
    """The first default table of each entity type: in the first file, and there the first by name."""
    place = context.names("DisplayTable")
    found: dict[str, str] = {}
    rows = [row for row in context.rows(DEFAULT_TABLES) if row[2] in TRUE and row[3] != "Delete" and row[0] in place]
    for row in sorted(rows, key=lambda row: (place[str(row[0])], str(row[0]))):
        if row[0] and row[1]:
            found.setdefault(row[1], row[0])
    return found


@rule(
    "IDM7066",
    "doubled-filter",
    Severity.INFO,
    on="DisplayTable.Column",
    reads=("CanBeFiltered", "DisplayBinding", "../EntityType"),
    needs=(CRITERIA,),
)
def doubled_filter(entry: Entry, context: Context) -> Iterator[Finding]:
    """A column can be filtered by what the search bar of the entity type has a criterion for.

    Why: users meet the same filter twice, above the list and in the head of the column.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SearchBar EntityType="HR_Person" SearchedEntityType="HR_Person" SearchBarDesignElement="Inline">
          <Criterion Binding1="Login" ColumnSize="3" InputType="Text"/>
        </SearchBar>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Login" CanBeFiltered="true"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SearchBar EntityType="HR_Person" SearchedEntityType="HR_Person" SearchBarDesignElement="Inline">
          <Criterion Binding1="Login" ColumnSize="3" InputType="Text"/>
        </SearchBar>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Login"/>
        </DisplayTable>
    """
    binding, parent = entry.get("DisplayBinding"), entry.parent
    entity_type = parent.get("EntityType") if parent is not None else None
    if not entry.flag("CanBeFiltered") or not binding or not entity_type:
        return
    short = binding.removeprefix(f"{entity_type}:")
    criteria = context.rows(CRITERIA)
    if (entity_type, short) in criteria or (entity_type, f"{entity_type}:{short}") in criteria:
        hint = "remove CanBeFiltered from the column"
        yield Finding(entry, f"the search bar of {entity_type} has a criterion for '{short}' already", "CanBeFiltered", hint)


@rule(
    "IDM7067",
    "idle-adaptable-table",
    Severity.INFO,
    on="DisplayTable",
    reads=("DisplayTableDesignElement", "EntityType"),
    needs=(TARGETS,),
)
def idle_adaptable_table(entry: Entry, context: Context) -> Iterator[Finding]:
    """A table of the design adaptable shows an entity type that is the target of no resource type.

    Why: the design adds a column for the owner of a resource, and only resources of a resource type have one.

    Bad:
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Site" EntityType="HR_Site" DisplayTableDesignElement="adaptable">
          <Column DisplayBinding="Code"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <DisplayTable Identifier="HR_Site" EntityType="HR_Site" DisplayTableDesignElement="table">
          <Column DisplayBinding="Code"/>
        </DisplayTable>
    """
    entity_type = entry.get("EntityType")
    if entry.get("DisplayTableDesignElement") not in ADAPTABLE or not entity_type or not context.complete:
        return
    if entity_type not in context.rows(TARGETS):
        message = f"no resource type has {entity_type} as its target, so the column of the owner never shows"
        yield Finding(entry, message, "DisplayTableDesignElement", 'write DisplayTableDesignElement="resourcetable"')
