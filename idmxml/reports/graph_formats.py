"""A graph as text: the language of Graphviz, Mermaid, and JSON (``schemas/graph.schema.json``)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from idmxml.reports.graph import (
    ASSOCIATION,
    CONNECTION,
    CONNECTOR,
    ENTITY_TYPE,
    RESOURCE_TYPE,
    SOURCE,
    TABLE,
    Edge,
    Graph,
    Node,
)
from idmxml.reports.visible_text import visible

SHAPES: Final = {
    CONNECTOR: 'shape=box style="rounded,filled" fillcolor="#1b3a57" fontcolor="#ffffff"',
    CONNECTION: 'shape=box style="rounded,filled" fillcolor="#d6e4f0"',
    TABLE: 'shape=cylinder style=filled fillcolor="#f2f2f2"',
    ENTITY_TYPE: 'shape=box style=filled fillcolor="#fff4d6"',
    RESOURCE_TYPE: 'shape=component style=filled fillcolor="#dff0d8"',
}
LINES: Final = {ASSOCIATION: 'dir=none constraint=false color="#a0522d"', SOURCE: "style=dashed"}
BRACKETS: Final = {
    CONNECTOR: ("([", "])"),
    CONNECTION: ("(", ")"),
    TABLE: ("[(", ")]"),
    ENTITY_TYPE: ("[", "]"),
    RESOURCE_TYPE: ("[[", "]]"),
}
ARROWS: Final = {ASSOCIATION: "---", SOURCE: "-.->"}
WORDS: Final = {ENTITY_TYPE: "entity type", RESOURCE_TYPE: "resource type"}


def dot(graph: Graph) -> str:
    """The graph as Graphviz reads it, a box a connector."""
    return "\n".join((*_dot_lines(graph), ""))


def _dot_lines(graph: Graph) -> Iterator[str]:
    yield "digraph model {"
    yield '  graph [rankdir=LR fontname="Helvetica" fontsize=12 nodesep=0.15 ranksep=0.6];'
    yield '  node [fontname="Helvetica" fontsize=11 height=0.3 margin="0.12,0.05"];'
    yield '  edge [fontname="Helvetica" fontsize=9 color="#555555" arrowsize=0.6];'
    for number, owner in enumerate(("", *graph.owners)):
        mine = [each for each in graph.nodes if each.owner == owner]
        if owner:
            yield f"  subgraph cluster_{number} {{"
            yield f'    label={_quoted(owner)}; color="#bbbbbb"; style=rounded;'
        yield from (f"    {_dot_node(each)}" for each in mine)
        if owner:
            yield "  }"
    yield from (f"  {_dot_edge(each)}" for each in graph.edges)
    yield "}"


def _dot_node(node: Node) -> str:
    told = f"{WORDS.get(node.kind, node.kind)} {node.identifier}"
    return f"{_quoted(node.id)} [label={_quoted(node.identifier)} tooltip={_quoted(told)} {SHAPES[node.kind]}];"


def _dot_edge(edge: Edge) -> str:
    told = f"tooltip={_quoted(edge.name or edge.kind)}"
    return f"{_quoted(edge.start)} -> {_quoted(edge.end)} [{' '.join(filter(None, (told, LINES.get(edge.kind))))}];"


def _quoted(text: str) -> str:
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def mermaid(graph: Graph) -> str:
    """The graph as a flowchart of Mermaid."""
    ids = {each.id: f"n{number}" for number, each in enumerate(graph.nodes)}
    return "\n".join((*_mermaid_lines(graph, ids), ""))


def _mermaid_lines(graph: Graph, ids: Mapping[str, str]) -> Iterator[str]:
    yield "flowchart LR"
    for number, owner in enumerate(("", *graph.owners)):
        mine = [each for each in graph.nodes if each.owner == owner]
        if owner:
            yield f'  subgraph g{number}["{_entities(owner)}"]'
        for each in mine:
            before, after = BRACKETS[each.kind]
            yield f'    {ids[each.id]}{before}"{_entities(each.identifier)}"{after}'
        if owner:
            yield "  end"
    for edge in graph.edges:
        yield f"  {ids[edge.start]} {ARROWS.get(edge.kind, '-->')} {ids[edge.end]}"


def _entities(text: str) -> str:
    """A text between double quotes, where Mermaid knows numbers of characters after ``#``."""
    return "".join(each if each.isalnum() or each in " _-." else f"#{ord(each)};" for each in visible(text))


def graph_object(graph: Graph) -> dict[str, Any]:
    """The graph as plain data."""
    return {
        "format": "idmxml-graph",
        "version": 1,
        "nodes": [
            {"id": each.id, "kind": each.kind, "identifier": each.identifier, "owner": each.owner or None}
            for each in graph.nodes
        ],
        "edges": [{"from": each.start, "to": each.end, "kind": each.kind, "name": each.name or None} for each in graph.edges],
    }
