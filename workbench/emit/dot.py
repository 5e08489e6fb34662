"""Graphs as DOT text, the language of Graphviz; a domain as the DOT text of its ER diagram.

Every string is escaped for the place it stands in, nothing is ever an empty tag (Graphviz draws a wrong picture and says little), and
nodes, fields and edges are numbered: a hostile name is only ever a label. The same graph gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from workbench.emit.draft import Draft
from workbench.emit.unsaid import report_unsaid
from workbench.errors import NotFoundError
from workbench.model import Domain
from workbench.model.diagram import er_graph
from workbench.relation.stored import completed, stored
from workbench.views import Edge, End, Field, Graph, Node, Tone

__all__ = ["THEME", "Theme", "emit", "graph_to_dot", "plain_text"]

_SIGNS: dict[Tone, str] = {"good": "✓ ", "warning": "⚠ ", "bad": "✗ "}
_ARROWS: dict[End, str] = {
    "none": "none",
    "arrow": "vee",
    "one": "teetee",
    "zero_or_one": "teeodot",
    "many": "crow",
    "one_or_many": "crowtee",
    "zero_or_many": "crowodot",
}
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Theme:
    """Colours and sizes. Nodes are cards that bring their own background; what stands on the page itself is mid-tone, so that
    both are readable on light and on dark.
    """

    font: str = "Helvetica"  # Graphviz knows its widths without the font; browsers fall back to their own sans-serif
    size: int = 11
    line: str = "#6f7f95"
    card: str = "#f8fafc"
    stripe: str = "#eef2f7"
    ink: str = "#1e293b"
    quiet: str = "#526075"
    head: str = "#3b4f6b"
    head_ink: str = "#ffffff"
    longest: int = 42
    """Labels of more characters are shortened; the node's tooltip has the whole."""
    tones: dict[Tone, str] = field(
        default_factory=lambda: {"good": "#2f855a", "warning": "#b7641b", "bad": "#d04545", "accent": "#3b82c4"}
    )


THEME = Theme()


def plain_text(text: str, longest: int = 0) -> str:
    """``text`` on one line, without control, direction-changing or unencodable characters, shortened to ``longest`` when given.

    >>> plain_text("a\\nb\\x00 c"), plain_text("abcdef", 4)
    ('a b c', 'abc…')
    """
    spaced = " ".join(text.split())
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs", "Cn") and c not in _BIDIRECTIONAL)
    return kept[: longest - 1] + "…" if longest and len(kept) > longest else kept


def graph_to_dot(graph: Graph, *, theme: Theme = THEME) -> str:
    """``graph`` as DOT. Node *n* of the graph is ``n<n>`` with the SVG id ``node-<n>``; likewise ``edge-<n>`` and ``cluster-<n>``.

    Fields are lines of their node's table; an edge leaves its field on the right and enters the other's on the left. An edge whose
    port is not among the fields shown meets the node itself.

    >>> print(graph_to_dot(Graph((Node("a", "<script>"),))).splitlines()[4])
      n0 [id="node-0", class="node plain", tooltip="&lt;script&gt;", shape=plain, label=<...>];

    Raises:
        NotFoundError: an edge names a node that is not there.
    """
    nodes = {node.id: number for number, node in enumerate(graph.nodes)}
    clusters = {cluster.id for cluster in graph.clusters}
    lines = ["digraph domain {", *_defaults(graph, theme)]
    lines += [f"  {_node(node, nodes[node.id], theme)}" for node in graph.nodes if node.cluster not in clusters]
    for number, cluster in enumerate(graph.clusters):
        lines += [
            f"  subgraph cluster_{number} {{",
            f'    graph [id="cluster-{number}", class="cluster", label=<{_html(cluster.label, theme.longest)}>, labeljust=l, '
            f'style=rounded, color="{theme.line}", fontcolor="{theme.line}", tooltip={_quoted(cluster.label)}];',
            *(f"    {_node(node, nodes[node.id], theme)}" for node in graph.nodes if node.cluster == cluster.id),
            "  }",
        ]
    lines += [f"  {_edge(edge, number, graph, nodes, theme)}" for number, edge in enumerate(graph.edges)]
    return "\n".join([*lines, "}"]) + "\n"


def emit(domain: Domain, *, attributes: Literal["all", "keys", "none"] = "all") -> Draft:
    """``domain.dot``: the ER diagram of all resources. ``attributes`` says which ones a table lists."""
    draft = Draft()
    resources = {each.resource.name: each for each in stored(domain, draft.lose)}
    graph = er_graph(completed(domain, tuple(resources.values())), most=max(len(resources), 1), attributes=attributes)
    writer = draft.file("domain.dot")
    for node, line in _by_node(graph, graph_to_dot(graph)):
        record = resources.get(node.id) if node else None
        row = re.match(r'<TR><TD PORT="p(\d+)"', line)
        with ExitStack() as inside:
            if record and node:
                inside.enter_context(writer.element(record.path))
                if row and node.fields[int(row[1])].port:
                    inside.enter_context(writer.element(record.path_of(node.fields[int(row[1])].port)))
            writer.add(line)
    report_unsaid(domain, tuple(resources.values()), draft, "an ER diagram", said=("identities",))
    return draft


def _by_node(graph: Graph, dot: str) -> Iterator[tuple[Node | None, str]]:
    """Each line of ``dot``, and the node it is about."""
    node: Node | None = None
    for line in dot.removesuffix("\n").split("\n"):
        if match := re.match(r" *n(\d+) \[", line):
            node = graph.nodes[int(match[1])]
        yield node, line
        if line.endswith("];"):
            node = None


def _defaults(graph: Graph, theme: Theme) -> list[str]:
    font = f'fontname="{theme.font}", fontsize={theme.size}'
    count = f" ({len(graph.nodes)} of {len(graph.nodes) + graph.hidden} shown)" if graph.hidden else ""
    title = f"label=<{_html(graph.title + count)}>, labelloc=t, " if graph.title or count else ""
    return [
        f"  graph [rankdir={'LR' if graph.direction == 'right' else 'TB'}, splines=true, bgcolor=transparent, nodesep=0.35, "
        f'ranksep=0.9, pad=0.15, {title}{font}, fontcolor="{theme.line}", tooltip={_quoted(graph.alt or graph.title or "graph")}];',
        f"  node [{font}];",
        f'  edge [{font}, fontcolor="{theme.line}", color="{theme.line}", dir=both, arrowsize=0.8];',
    ]


def _node(node: Node, number: int, theme: Theme) -> str:
    facts = f'id="node-{number}", class="node {node.tone}", tooltip={_quoted(node.tooltip or node.label or node.id)}'
    colour = theme.tones.get(node.tone, theme.head)
    if node.shape == "point":
        return f'n{number} [{facts}, shape=point, width=0.16, color="{colour}", label=""];'
    if node.shape == "diamond":
        return (
            f'n{number} [{facts}, shape=diamond, style=filled, fillcolor="{theme.card}", color="{colour}", '
            f'fontcolor="{theme.ink}", label=<{_label(node.label, node.tone, theme)}>];'
        )
    return f"n{number} [{facts}, shape=plain, label=<{_card(node, colour, theme)}>];"


def _card(node: Node, colour: str, theme: Theme) -> str:
    detail = (
        f'<BR/><FONT POINT-SIZE="{theme.size - 2}">{_html(node.detail, theme.longest)}</FONT>' if node.detail else ""
    )
    fill, ink = (colour, theme.head_ink) if node.fields or node.shape == "box" else (theme.card, theme.ink)
    # A filled cell would cover the corners of a rounded table.
    style, fill = (' STYLE="ROUNDED"', "") if node.shape in ("round", "final") else ("", f' BGCOLOR="{fill}"')
    head = (
        f'<TR><TD COLSPAN="3"{fill} CELLPADDING="5"><FONT COLOR="{ink}">'
        f"<B>{_label(node.label, node.tone, theme)}</B>{detail}</FONT></TD></TR>"
    )
    rows = "".join("\n" + _row(each, number, theme) for number, each in enumerate(node.fields))
    table = (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" COLOR="{colour}" BGCOLOR="{theme.card}"{style}>'
        f"{head}{rows}</TABLE>"
    )
    if node.shape != "final":
        return table
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="2" CELLPADDING="0" COLOR="{colour}" STYLE="ROUNDED">'
        f"<TR><TD>{table}</TD></TR></TABLE>"
    )


def _row(each: Field, number: int, theme: Theme) -> str:
    fill = theme.stripe if number % 2 else theme.card
    ink = theme.tones.get(each.tone, theme.quiet if each.tone == "muted" else theme.ink)
    small = f'COLOR="{theme.quiet}" POINT-SIZE="{theme.size - 2}"'
    detail, marks = (
        f"<FONT {small}>{_html(text, theme.longest)}</FONT>" if text.strip() else ""
        for text in (each.detail, " ".join(each.marks))
    )
    return (
        f'<TR><TD PORT="p{number}" ALIGN="LEFT" BGCOLOR="{fill}"><FONT COLOR="{ink}">{_label(each.label, each.tone, theme)}</FONT></TD>'
        f'<TD ALIGN="LEFT" BGCOLOR="{fill}">{detail}</TD>'
        f'<TD PORT="e{number}" ALIGN="LEFT" BGCOLOR="{fill}">{marks}</TD></TR>'
    )


def _edge(edge: Edge, number: int, graph: Graph, nodes: dict[str, int], theme: Theme) -> str:
    for end in (edge.source, edge.target):
        if end not in nodes:
            raise NotFoundError("node", end, nodes)
    loop = edge.source == edge.target
    source = _end(graph.nodes[nodes[edge.source]], nodes[edge.source], edge.source_port, "e")
    target = _end(graph.nodes[nodes[edge.target]], nodes[edge.target], edge.target_port, "e" if loop else "w")
    colour = theme.tones.get(edge.tone)
    facts = [
        f'id="edge-{number}", class="edge {edge.tone}", tooltip={_quoted(_edge_text(edge))}',
        f"arrowtail={_ARROWS[edge.source_end]}, arrowhead={_ARROWS[edge.target_end]}",
    ]
    facts += [f"label=<{_label(edge.label, edge.tone, theme)}>"] if edge.label else []
    facts += [f"style={edge.style}"] if edge.style != "solid" else []
    facts += [f'color="{colour}", fontcolor="{colour}"'] if colour else []
    return f"{source} -> {target} [{', '.join(facts)}];"


def _end(node: Node, number: int, port: str, side: str) -> str:
    for position, each in enumerate(node.fields):
        if port and each.port == port:
            return f"n{number}:{'p' if side == 'w' else 'e'}{position}:{side}"
    return f"n{number}"


def _edge_text(edge: Edge) -> str:
    ends = [
        f"{node}.{port}" if port else node
        for node, port in ((edge.source, edge.source_port), (edge.target, edge.target_port))
    ]
    return " → ".join(ends) + (f": {edge.label}" if edge.label else "")


def _label(text: str, tone: Tone, theme: Theme) -> str:
    return _SIGNS.get(tone, "") + _html(text, theme.longest)


def _html(text: str, longest: int = 0) -> str:
    """``text`` inside an HTML-like label: entities for its special characters, backslashes doubled, a word where nothing would be left to see."""
    return escape(plain_text(text, longest)).replace("\\", "\\\\") or "(blank)"


def _quoted(text: str) -> str:
    """``text`` as a quoted DOT string. Graphviz expands backslash sequences and entities in it, so neither may be the text's own."""
    return '"' + escape(plain_text(text)).replace("\\", "\\\\") + '"'
