"""What to write for new entity types, and where: the file of their connector. Nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass

from idmxml.creating import Draft, document_of
from idmxml.errors import UsageError
from idmxml.inventory import Inventory
from idmxml.model.context import Context
from idmxml.model.names import closest
from idmxml.model.projection import Projection
from idmxml.modelling.entity_types import Request, identifier_of, make
from idmxml.modelling.written import elements
from idmxml.phrases import counted
from idmxml.settings.connections import ConnectionSettings
from idmxml.snapshots.revisions import current
from idmxml.snapshots.snapshot import Table
from idmxml.writer.xml_insert import encoded, insert_at_end, prefix_of

MAPPED_CODES = frozenset({"IDM3007"})
"""A rule whose needs make an inventory hold the mapped tables."""
MAPPED = Projection("EntityTypeMapping", ("ConnectionTable",))


@dataclass(frozen=True, slots=True)
class NewEntityTypes:
    """What is asked for: ``source`` is ``CONNECTION`` or ``CONNECTION.TABLE``, the rest None where nothing was said."""

    source: str
    identifier: str | None = None
    key: str | None = None


def draft_entity_types(inventory: Inventory, new: NewEntityTypes) -> Draft:
    """The draft of the entity types; UsageError when nothing is recorded, nothing is left to write, or a name is wrong."""
    section, table = _source(inventory, new.source)
    connection = section.connection
    snapshot = current(inventory.store, connection.identifier).snapshot
    chosen = [table_named(snapshot.tables, connection.identifier, table)] if table else list(snapshot.tables)
    if len(chosen) != 1 and (new.identifier or new.key):
        raise UsageError(f"--identifier and --key are for one table; name it: --from {connection.identifier}.TABLE")
    told: list[str] = []
    names = {each.identifier: _identifier(each, connection.identifier, connection.connector, new) for each in chosen}
    context, mapped = inventory.look.context, _mapped(inventory.look.context)
    tables = [each for each in chosen if _is_free(context, each, names[each.identifier], mapped, told)]
    if not tables:
        raise UsageError("; ".join(told) or f"the recorded schema of {connection.identifier} has no table")
    if new.key and new.key not in tables[0].by_name:
        near = closest(new.key, tables[0].by_name)
        raise UsageError(f"{tables[0].identifier} has no column '{new.key}'" + (f"; did you mean '{near}'?" if near else ""))
    package = connection.known_package
    request = Request(
        connection.connector,
        package.technology if package is not None else "",
        tuple(tables),
        names,
        new.key,
    )
    return _draft(inventory, request, told)


def _draft(inventory: Inventory, request: Request, told: list[str]) -> Draft:
    position = inventory.look.context.names("Connector").get(request.connector)
    if position is None or position >= len(inventory.look.files):
        raise UsageError(f"no connector '{request.connector}' in {inventory.root} to write the entity types beside")
    file = inventory.look.files[position].file
    data = file.read_bytes()
    document = document_of(inventory, file, data)
    made = make(request)
    if not made.entity_types:
        raise UsageError("; ".join((*made.told, *told)))
    written = elements(made.entity_types, prefix_of(document))
    text = insert_at_end(document, written.replace("\n", "\r\n") if "\r\n" in document.text else written)
    path = inventory.look.files[position].path
    lines = [f"{path}: entity type {each.identifier}, {counted(len(each.properties), 'column')}" for each in made.entity_types]
    links = [f"{path}: association {link.identifier}" for each in made.entity_types for link in each.links]
    return Draft({file: encoded(text, data)}, (*lines, *links, *made.told, *told))


def _source(inventory: Inventory, word: str) -> tuple[ConnectionSettings, str]:
    """The connection, and the name of the table behind its point, empty for all; identifiers may hold points themselves."""
    known = {each.connection.identifier.casefold(): each for each in inventory.sections}
    parts = word.split(".")
    for length in range(len(parts), 0, -1):
        section = known.get(".".join(parts[:length]).casefold())
        if section is not None:
            return section, ".".join(parts[length:])
    return inventory.section(parts[0]), ".".join(parts[1:])


def table_named(tables: Iterable[Table], connection: str, word: str) -> Table:
    """The table of this name, whole or behind the connection's, in any case; UsageError when there is none."""
    by_name = {each.identifier.casefold(): each for each in tables}
    found = by_name.get(word.casefold()) or by_name.get(f"{connection}_{word}".casefold())
    if found is None:
        near = closest(
            word, [name for each in by_name.values() for name in (each.identifier, each.identifier[len(connection) + 1 :])]
        )
        hint = f"; did you mean '{near}'?" if near else ""
        raise UsageError(f"the recorded schema of {connection} has no table '{word}'{hint}")
    return found


def _identifier(table: Table, connection: str, connector: str, new: NewEntityTypes) -> str:
    return new.identifier or identifier_of(table.identifier, connection, connector)


def _is_free(context: Context, table: Table, identifier: str, mapped: frozenset[object], told: list[str]) -> bool:
    """Whether an entity type can be made of a table; else a sentence says why not."""
    if not table.columns:
        told.append(f"{table.identifier} is left out: its columns are not known")
    elif table.identifier in mapped:
        told.append(f"{table.identifier} is left out: it is mapped already")
    elif identifier in context.entity_types or context.may_exist(identifier):
        told.append(f"{table.identifier} is left out: the entity type {identifier} exists already")
    else:
        return True
    return False


def _mapped(context: Context) -> frozenset[object]:
    return frozenset(context.rows(MAPPED)) if context.names("EntityTypeMapping") else frozenset()
