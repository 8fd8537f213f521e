"""The connections of both versions, with the state of their recorded schemas."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.diff.change import ADDED, REMOVED
from idmxml.diff.references import References
from idmxml.expansion.item import Item
from idmxml.model.filefacts import folded

SAME: Final = "same"
NONE: Final = "none"
SCHEMA_CHANGED: Final = "changed"
CONNECTION: Final = "Connection"


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """A connection: its connector and package, whether it was added or removed (``kind`` is same otherwise).

    ``tables`` is the number of its recorded tables in the newer version that has it; ``schema`` is none, added, removed,
    changed or same.
    """

    identifier: str
    connector: str
    package: str
    kind: str
    tables: int
    schema: str


def connection_states(
    old: References, new: References, recorded: tuple[Sequence[Item], Sequence[Item]]
) -> tuple[ConnectionState, ...]:
    """Every connection of either version, by connector and identifier."""
    before, after = ({_name(each): each for each in side.objects(CONNECTION)} for side in (old, new))
    schemas = [_by_connection(side) for side in recorded]
    found = []
    for name in before.keys() | after.keys():
        item = after.get(name) or before[name]
        kind = ADDED if name not in before else REMOVED if name not in after else SAME
        was, is_ = (side.get(name, Counter()) for side in schemas)
        tables = len(is_ if name in after else was)
        identifier, connector, package = (item.text(each) for each in ("Identifier", "Connector", "Package"))
        found.append(ConnectionState(identifier, connector, package, kind, tables, _schema(was, is_)))
    return tuple(sorted(found, key=lambda each: (each.connector, each.identifier)))


def _name(item: Item) -> str:
    return folded(CONNECTION, item.text("Identifier"))


def _by_connection(items: Sequence[Item]) -> dict[str, Counter[str]]:
    """The recorded tables of each connection, in a form that is equal when they are."""
    found: dict[str, Counter[str]] = {}
    for each in items:
        if each.kind == "ConnectionTable":
            content = repr(
                (sorted(each.attributes.items()), sorted(repr(sorted(child.attributes.items())) for child in each.children))
            )
            found.setdefault(folded(CONNECTION, each.text("Connection")), Counter())[content] += 1
    return found


def _schema(was: Counter[str], is_: Counter[str]) -> str:
    if not was and not is_:
        return NONE
    if not was:
        return ADDED
    if not is_:
        return REMOVED
    return SAME if was == is_ else SCHEMA_CHANGED
