"""Display tables, tiles and search bars of entity types."""

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item


def display_table(configuration: Configuration, entity_type: str) -> Item | None:
    """The display table of an entity type: the default one, else the one of its name, else the first; None for none."""
    tables = configuration.having("DisplayTable", ("EntityType",), entity_type)
    defaults = [each for each in tables if each.flag("IsEntityTypeDefault")]
    named = [each for each in tables if each["Identifier"] == entity_type]
    return next(iter((*defaults, *named, *tables)), None)


def columns(configuration: Configuration, table: Item | None) -> list[Item]:
    """The columns of a display table, in their order."""
    del configuration
    return list(table.of("Column")) if table is not None else []


def tiles(configuration: Configuration, table: Item | None) -> list[Item]:
    """The tiles that the columns of a display table show, in their order, each once."""
    names = dict.fromkeys(each["Tile"] for each in columns(configuration, table) if each["Tile"])
    found = (configuration.find("Tile", name) for name in names)
    return [each for each in found if each is not None]


def search_bar(configuration: Configuration, entity_type: str) -> Item | None:
    """The search bar of an entity type; None for none."""
    return configuration.find("SearchBar", entity_type)


def report_columns(configuration: Configuration, entity_type: str) -> list[str]:
    """What the columns of the entity type's display table, and the tiles in them, are bound to, each once, in their order."""
    table = display_table(configuration, entity_type)
    found: dict[str, None] = {}
    for column in columns(configuration, table):
        tile = configuration.find("Tile", column["Tile"]) if column["Tile"] else None
        bindings = [column["DisplayBinding"], *(item["Binding"] for item in (tile.of("Item") if tile else ()))]
        found |= dict.fromkeys(each.partition(":")[2] or each for each in bindings if each)
    return list(found)
