"""A configuration as a graph: systems, their connections, tables, entity types with associations, and resource types."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.expansion.item import Item
from idmxml.writer.places import Places

CONNECTOR: Final = "connector"
CONNECTION: Final = "connection"
TABLE: Final = "table"
ENTITY_TYPE: Final = "entity-type"
RESOURCE_TYPE: Final = "resource-type"
KINDS: Final = (CONNECTOR, CONNECTION, TABLE, ENTITY_TYPE, RESOURCE_TYPE)
DRAWN: Final = {"Connector": CONNECTOR, "Connection": CONNECTION, "EntityType": ENTITY_TYPE, "ResourceType": RESOURCE_TYPE}
HAS: Final = "has"
HOLDS: Final = "holds"
LOADS: Final = "loads"
ASSOCIATION: Final = "association"
SOURCE: Final = "source"
TARGET: Final = "target"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """An object: one of ``KINDS``, its identifier, and the connector or entity it belongs to, empty for none."""

    kind: str
    identifier: str
    owner: str

    @property
    def id(self) -> str:
        """Such as ``table:HR_users``."""
        return f"{self.kind}:{self.identifier}"


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A link between two nodes, given by their ids; ``name`` is that of an association, empty for others."""

    start: str
    end: str
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes and edges, sorted."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def around(self, owner: str) -> "Graph":
        """What belongs to one connector or entity, with the neighbours that belong to others; empty when there is nothing."""
        mine = {each.id for each in self.nodes if each.owner == owner}
        edges = tuple(each for each in self.edges if each.start in mine or each.end in mine)
        shown = mine | {end for each in edges for end in (each.start, each.end)}
        return Graph(tuple(each for each in self.nodes if each.id in shown), edges)

    @property
    def owners(self) -> tuple[str, ...]:
        """Everything that nodes belong to, sorted."""
        return tuple(sorted({each.owner for each in self.nodes if each.owner}))


def graph_of(items: Sequence[Item]) -> Graph:
    """The graph of a normalized configuration."""
    made = _Making(items)
    edges = sorted(set(made.edges()))
    known = {each.id for each in made.nodes}
    return Graph(tuple(sorted(made.nodes)), tuple(each for each in edges if each.start in known and each.end in known))


class _Making:
    def __init__(self, items: Sequence[Item]) -> None:
        self.places = Places(items)
        self.by_kind: Mapping[str, list[Item]] = defaultdict(list)
        for item in items:
            if item.kind is not None and item.get("Identifier"):
                self.by_kind[item.kind].append(item)
        self.connections: dict[str, list[str]] = defaultdict(list)
        for each in self.by_kind["Connection"]:
            self.connections[each["Connector"]].append(each["Identifier"])
        self.tables = {each["Identifier"]: each["Connection"] for each in self.by_kind["ConnectionTable"]}
        self.nodes = set(self._nodes())

    def _nodes(self) -> Iterator[Node]:
        for kind, shown in DRAWN.items():
            for each in self.by_kind[kind]:
                yield Node(shown, each["Identifier"], self.places.owner(each) or "")
        owners = {each["Identifier"]: self.places.owner(each) or "" for each in self.by_kind["ConnectionTable"]}
        for each in self._mappings():
            owners.setdefault(each["ConnectionTable"], self.places.owner(each) or "")
        for table, owner in owners.items():
            yield Node(TABLE, table, owner)

    def _mappings(self) -> Iterable[Item]:
        both = (*self.by_kind["EntityTypeMapping"], *self.by_kind["EntityAssociationMapping"])
        return (each for each in both if each["ConnectionTable"])

    def edges(self) -> Iterator[Edge]:
        """All links, some of them more than once."""
        for each in self.by_kind["Connection"]:
            yield Edge(f"{CONNECTOR}:{each['Connector']}", f"{CONNECTION}:{each['Identifier']}", HAS)
        for table, connection in self.tables.items():
            yield Edge(f"{CONNECTION}:{connection}", f"{TABLE}:{table}", HOLDS)
        for each in self._mappings():
            yield self._holder(each["ConnectionTable"], each["Connector"])
            if each.kind == "EntityTypeMapping":
                yield Edge(f"{TABLE}:{each['ConnectionTable']}", f"{ENTITY_TYPE}:{each['Identifier']}", LOADS)
        yield from self._links()

    def _holder(self, table: str, connector: str) -> Edge:
        """The link to a table from its connection; from the connector when only its name could tell the connection."""
        if table in self.tables:
            return Edge(f"{CONNECTION}:{self.tables[table]}", f"{TABLE}:{table}", HOLDS)
        named = [each for each in self.connections[connector] if table == each or table.startswith(f"{each}_")]
        if named:
            return Edge(f"{CONNECTION}:{max(named, key=len)}", f"{TABLE}:{table}", HOLDS)
        return Edge(f"{CONNECTOR}:{connector}", f"{TABLE}:{table}", HOLDS)

    def _links(self) -> Iterator[Edge]:
        for each in self.by_kind["EntityAssociation"]:
            ends = [each[name].partition(":")[0] for name in ("Property1", "Property2")]
            yield Edge(f"{ENTITY_TYPE}:{ends[0]}", f"{ENTITY_TYPE}:{ends[1]}", ASSOCIATION, each["Identifier"])
        for each in self.by_kind["ResourceType"]:
            node = f"{RESOURCE_TYPE}:{each['Identifier']}"
            yield Edge(f"{ENTITY_TYPE}:{each['TargetEntityType']}", node, TARGET)
            yield Edge(f"{ENTITY_TYPE}:{each['SourceEntityType']}", node, SOURCE)
