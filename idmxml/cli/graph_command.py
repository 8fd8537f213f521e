"""``idmxml graph``: a picture of systems, connections, tables, entity types and resource types."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.output import print_text
from idmxml.cli.repository_options import RepositoryWords, repository_options
from idmxml.cli.run_options import said
from idmxml.errors import UsageError
from idmxml.model.names import closest

if TYPE_CHECKING:
    from idmxml.reports.graph import Graph

FORMATS = ("svg", "dot", "mermaid", "json")
HELP = """Draw the model of the repository at PATH (default: the current folder) on standard output.

It shows systems, their connections and tables, the entity types that these load, with their associations, and resource types.
Scaffoldings are expanded first."""


@click.command("graph", help=HELP)
@repository_options
@click.option("--connector", metavar="C", help="Only what belongs to one connector, with its neighbours.")
@click.option("--format", "format_name", metavar="FORMAT", default="svg", help="svg (default), dot, mermaid or json.")
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    path: Path,
    settings: Path | None,
    config: Path | None,
    connector: str | None,
    format_name: str,
) -> None:
    """Read, expand, draw, exit by the contract."""
    if format_name not in FORMATS:
        near = closest(format_name, FORMATS)
        hint = f"; did you mean '{near}'?" if near else f"; there are {', '.join(FORMATS)}"
        raise UsageError(f"this command gives no format '{format_name}'{hint}")
    read = RepositoryWords.read(path, settings, config)
    from idmxml.compiling.compiled import CompileOptions, compile_repository
    from idmxml.reports.graph import graph_of

    compiled = compile_repository(read.path, read.options, CompileOptions())
    for fault in () if said("quiet") else compiled.faults:
        click.echo(f"note: {fault}; see 'idmxml check'.", err=True)
    whole = graph_of(compiled.items)
    graph = whole if connector is None else _around(whole, connector)
    print_text(_drawn(graph, format_name, whole=connector is None))
    context.exit(1 if compiled.faults else 0)


def _around(graph: "Graph", connector: str) -> "Graph":
    owner = next((each for each in graph.owners if each.casefold() == connector.casefold()), None)
    if owner is None:
        near = closest(connector, graph.owners)
        hint = f"; did you mean '{near}'?" if near else f"; there are {', '.join(graph.owners[:20])}" if graph.owners else ""
        raise UsageError(f"nothing belongs to a connector '{connector}'{hint}")
    return graph.around(owner)


def _drawn(graph: "Graph", name: str, *, whole: bool) -> str:
    from idmxml.reports.graph_formats import dot, graph_object, mermaid
    from idmxml.reports.graph_svg import MOST_NODES, svg
    from idmxml.reports.json_text import dump

    if name == "dot":
        return dot(graph)
    if name == "mermaid":
        return mermaid(graph)
    if name == "json":
        return dump(graph_object(graph), indent=2) + "\n"
    if whole and len(graph.nodes) > MOST_NODES:
        told = f"{len(graph.nodes):,} nodes are too many for one picture; draw one connector with --connector, such as"
        raise UsageError(f"{told} {', '.join(graph.owners[:5])}, or take another --format")
    return svg(graph)
