"""What a picture says, as words and tables: shared by the text form, the HTML details and the alternative text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from workbench.display.values import number
from workbench.views import Cell, Chart, Column, Edge, End, Graph, Node, Table, counted

__all__ = [
    "ENDS",
    "Group",
    "chart_alt",
    "chart_table",
    "edge_table",
    "graph_alt",
    "graph_groups",
    "node_table",
    "paging",
]

ENDS: dict[End, str] = {
    "none": "",
    "arrow": "",
    "one": "exactly one",
    "zero_or_one": "zero or one",
    "many": "many",
    "one_or_many": "one or many",
    "zero_or_many": "zero or many",
}
"""Each end in words; an arrow needs none."""


@dataclass(frozen=True, slots=True)
class Group:
    """The nodes of one cluster (label empty: of none), and for each node id the edges that leave it beside their target's name."""

    label: str
    nodes: tuple[Node, ...]
    leaving: Mapping[str, tuple[tuple[Edge, str], ...]]


def graph_groups(graph: Graph) -> tuple[Group, ...]:
    """Nodes by cluster, in the order the graph gives, those of no cluster last."""
    places = _places(graph)
    leaving: dict[str, tuple[tuple[Edge, str], ...]] = {}
    for edge in graph.edges:
        leaving[edge.source] = (*leaving.get(edge.source, ()), (edge, places(edge.target, edge.target_port)))
    known = {cluster.id for cluster in graph.clusters}
    groups = [
        Group(cluster.label, tuple(node for node in graph.nodes if node.cluster == cluster.id), leaving)
        for cluster in graph.clusters
    ]
    loose = tuple(node for node in graph.nodes if node.cluster not in known)
    return (*(group for group in groups if group.nodes), *([Group("", loose, leaving)] if loose else []))


def _places(graph: Graph) -> Callable[[str, str], str]:
    """A function from a node id and a port to what people call that place."""
    nodes = {node.id: node.label for node in graph.nodes}
    fields = {(node.id, field.port): field.label for node in graph.nodes for field in node.fields if field.port}

    def place(node: str, port: str) -> str:
        field = fields.get((node, port), "")
        return f"{nodes.get(node, node)}.{field}" if field else nodes.get(node, node)

    return place


def graph_alt(graph: Graph) -> str:
    """One sentence that says what the picture shows."""
    if graph.alt:
        return graph.alt
    nodes, edges = len(graph.nodes), len(graph.edges)
    subject = f"{graph.title}: " if graph.title else ""
    return f"{subject}a diagram of {counted(nodes, graph.node_word)} and {counted(edges, graph.edge_word)}"


def node_table(graph: Graph) -> Table:
    """Every node and field of the picture, a row each, with full names."""
    rows: list[tuple[Cell, ...]] = []
    labels = {cluster.id: cluster.label for cluster in graph.clusters}
    for node in graph.nodes:
        said = node.detail or node.tooltip or None, None, labels.get(node.cluster)
        if any(said) or not node.fields:
            rows.append((node.label, None, *said))
        rows += [
            (node.label, field.label, field.detail or None, ", ".join(field.marks) or None, None)
            for field in node.fields
        ]
    heads = (graph.node_word, "part", "detail", "marks", "group")
    used = [index for index in range(5) if index in (0, 2) or any(row[index] is not None for row in rows)]
    return _used(heads, rows, used, f"{graph.node_word.capitalize()}s")


def edge_table(graph: Graph) -> Table:
    """Every edge of the picture: where from, where to, its label, and what its ends mean."""
    place = _places(graph)
    rows: list[tuple[Cell, ...]] = [
        (
            place(edge.source, edge.source_port),
            place(edge.target, edge.target_port),
            edge.label or None,
            f"{ENDS[edge.source_end]} to {ENDS[edge.target_end]}"
            if ENDS[edge.source_end] and ENDS[edge.target_end]
            else None,
        )
        for edge in graph.edges
    ]
    heads = (f"{graph.edge_word} from", "to", "label", "how many")
    used = [index for index in range(4) if index < 2 or any(row[index] is not None for row in rows)]
    return _used(heads, rows, used, f"{graph.edge_word.capitalize()}s")


def _used(heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], used: Sequence[int], title: str) -> Table:
    columns = tuple(Column(heads[index]) for index in used)
    return Table(columns, tuple(tuple(row[index] for index in used) for row in rows), title)


def chart_table(chart: Chart) -> Table:
    """The chart's values: a row per category, a column per series."""
    heads = (Column(""), *(Column(series.label or chart.unit or "value", "number") for series in chart.series))
    rows = tuple(
        (category, *(series.values[index] for series in chart.series))
        for index, category in enumerate(chart.categories)
    )
    unit = f" ({chart.unit})" if chart.unit else ""
    return Table(heads, rows, title=f"{chart.title}{unit}".strip())


def chart_alt(chart: Chart) -> str:
    """One sentence with the chart's title, its extent and its largest value."""
    kind = {"bar": "bar chart", "line": "line chart", "histogram": "histogram"}[chart.kind]
    named = [
        (given, category)
        for series in chart.series
        for given, category in zip(series.values, chart.categories, strict=True)
        if given is not None
    ]
    most = max(named, default=None)
    top = f"; the largest is {number(most[0])}{' ' + chart.unit if chart.unit else ''} at {most[1]}" if most else ""
    return f"{chart.title or 'Values'}: {kind} of {counted(len(chart.categories), 'value')}{top}"


def paging(table: Table, shown: int) -> str:
    """Which rows of how many are shown, or nothing when they are all there.

    >>> paging(Table((), (), total=336776), 20)
    'rows 1–20 of 336,776'
    """
    total = max(len(table.rows), table.total or 0)
    if shown >= total:
        return ""
    first = table.first + 1
    return (
        f"rows {number(first)}–{number(first + shown - 1)} of {number(total)}"
        if shown
        else f"no rows shown of {number(total)}"
    )
