"""The mappings of a repository to the tables and columns that a look at a system is wanted for."""

from collections.abc import Iterable, Iterator
from typing import Final

from idmxml.checks.mapped_properties import MAPPED, table_connection
from idmxml.drivers.driver import ALL, Wanted
from idmxml.inventory import Inventory
from idmxml.model.projection import Projection

COLUMN_CODES: Final = frozenset({"IDM3004", "IDM3007", "IDM3008"})
"""Rules whose needs make an inventory hold the mapped tables and columns."""
MAPPINGS: Final = ("EntityTypeMapping", "EntityAssociationMapping")
ASSOCIATION_COLUMNS: Final = Projection("EntityAssociationMapping", ("Identifier", "Column1", "Column2", "ConnectionTable"))


def wanted_of(inventory: Inventory, identifier: str, recorded: Iterable[str]) -> Wanted:
    """The tables of a connection that mappings read, or that were recorded before; all of them when no mapping reads any."""
    context = inventory.look.context
    columns: dict[str, set[str]] = {}
    if not any(context.names(kind) for kind in MAPPINGS):  # then nothing was asked of the files either
        return ALL
    for row in context.tuples(MAPPED):
        if row[6] and row[2]:
            columns.setdefault(row[6], set()).add(row[2])
    for table, pair in _associations(inventory):
        columns.setdefault(table, set()).update(pair)
    own = {table for table in columns if (table_connection(table, context) or "").casefold() == identifier.casefold()}
    if not own:
        return ALL
    return Wanted(frozenset({*own, *recorded}), {table: frozenset(columns[table]) for table in sorted(own)})


def _associations(inventory: Inventory) -> Iterator[tuple[str, set[str]]]:
    for _name, first, second, table in inventory.look.context.tuples(ASSOCIATION_COLUMNS):
        if table:
            yield table, {each for each in (first, second) if each}
