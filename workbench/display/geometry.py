"""Boxes before they are placed: what each node and label needs in pixels, with every text already cut to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.display.characters import cut_pixels, oneline, pixels
from workbench.display.tones import TONES
from workbench.views import Cluster, Edge, Field, Graph, Node, Tone

__all__ = ["ASIDE", "Box", "Plate", "Row", "Scene", "scene"]

LABEL_SIZE, TITLE_SIZE, SMALL_SIZE, PILL_SIZE = 12.0, 13.0, 11.0, 9.5
ROW_HEIGHT, TITLE_HEIGHT, LINE_HEIGHT, PLATE_HEIGHT = 22.0, 30.0, 15.0, 17.0
PADDING, PILL_PADDING, PILL_GAP = 10.0, 4.0, 3.0
ASIDE = 21.0
"""The straight piece of a line beside a row, left and right of every box that has rows."""
_MOST_LABEL, _MOST_DETAIL, _MOST_PLATE = 240.0, 170.0, 190.0


@dataclass(frozen=True, slots=True)
class Row:
    """One field, cut to size. ``key_marks`` stand before the label, ``word_marks`` behind it; ``top`` counts from the box's top."""

    port: str
    top: float
    label: str
    detail: str
    key_marks: tuple[str, ...]
    word_marks: tuple[str, ...]
    tone: Tone
    tooltip: str


@dataclass(frozen=True, slots=True)
class Box:
    """One node, measured. ``marks_width`` is the column of key marks; ``tooltip`` holds what is not seen in full.

    ``beside`` is the room kept free left and right of it.
    """

    node: Node
    width: float
    height: float
    label: str
    detail: str
    rows: tuple[Row, ...] = ()
    marks_width: float = 0
    tooltip: str = ""
    beside: tuple[float, float] = (0, 0)

    @property
    def room(self) -> float:
        """The width of the box with what is kept free beside it."""
        return self.beside[0] + self.width + self.beside[1]

    def row(self, port: str) -> Row | None:
        """The row of ``port``, if there is one. An edge without a port meets the box, not a row without one."""
        return next((row for row in self.rows if row.port == port), None) if port else None

    def meets(self, port: str) -> float:
        """How far below the top lines of ``port`` meet the box: at its row, at the header where that is not drawn."""
        row = self.row(port)
        if row is not None:
            return row.top + ROW_HEIGHT / 2
        return (TITLE_HEIGHT if self.rows else self.height) / 2


@dataclass(frozen=True, slots=True)
class Plate:
    """A label with a ground of its own: of an edge or a cluster. An empty text needs no room."""

    text: str
    width: float
    height: float
    tooltip: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A graph measured: boxes, and the plate of every edge and cluster, in the graph's order.

    Edges whose ends do not exist, and clusters without nodes, are left out.
    """

    boxes: tuple[Box, ...]
    edges: tuple[tuple[Edge, Plate], ...]
    clusters: tuple[tuple[Cluster, Plate], ...]
    direction: str


def scene(graph: Graph) -> Scene:
    """Measure ``graph``. Of nodes with the same id the first counts."""
    nodes: dict[str, Node] = {}
    for node in graph.nodes:
        nodes.setdefault(node.id, node)
    used = {node.cluster for node in nodes.values()}
    return Scene(
        tuple(map(_box, nodes.values())),
        tuple((edge, _edge_plate(edge)) for edge in graph.edges if edge.source in nodes and edge.target in nodes),
        tuple((cluster, _plate(cluster.label, bold=True)) for cluster in graph.clusters if cluster.id in used),
        graph.direction,
    )


def pills_width(marks: Sequence[str]) -> float:
    """The width of pills in a row, without a gap behind the last."""
    return sum(pixels(mark, PILL_SIZE, bold=True) + 2 * PILL_PADDING + PILL_GAP for mark in marks) - PILL_GAP * bool(
        marks
    )


def _box(node: Node) -> Box:
    if node.shape in ("point", "final"):
        size = 14.0 if node.shape == "point" else 22.0
        return Box(node, size, size, "", "", tooltip=_unseen("", node.label, node.detail, node.tooltip))
    sign = TONES[node.tone].sign if node.tone not in ("plain", "muted") else ""
    label = cut_pixels(f"{sign} {node.label}" if sign else node.label, _MOST_LABEL, TITLE_SIZE, bold=True)
    detail = cut_pixels(node.detail, _MOST_DETAIL, SMALL_SIZE)
    tooltip = _unseen(f"{label}\n{detail}", node.label, node.detail, node.tooltip)
    title, extra = pixels(label, TITLE_SIZE, bold=True), pixels(detail, SMALL_SIZE)
    if not node.fields:
        width, height = max(title, extra, 24.0) + 2 * (PADDING + 4), TITLE_HEIGHT + (LINE_HEIGHT if detail else 0) + 4
        if node.shape == "diamond":
            width, height = width * 1.5, height * 1.8
        return Box(node, round(width), round(height), label, detail, tooltip=tooltip)
    marks_width = max((pills_width(_split(field)[0]) for field in node.fields), default=0)
    rows = tuple(_row(field, TITLE_HEIGHT + index * ROW_HEIGHT) for index, field in enumerate(node.fields))
    needed = max(map(_row_width, rows)) + (marks_width + 7 if marks_width else 0)
    width = max(needed, title + (extra + 18 if extra else 0), 96.0) + 2 * PADDING
    height = TITLE_HEIGHT + len(rows) * ROW_HEIGHT
    return Box(node, round(width), height, label, detail, rows, marks_width, tooltip, (ASIDE, ASIDE))


def _split(field: Field) -> tuple[tuple[str, ...], tuple[str, ...]]:
    marks = tuple(map(oneline, field.marks))
    return tuple(mark for mark in marks if len(mark) <= 2), tuple(mark for mark in marks if len(mark) > 2)


def _row(field: Field, top: float) -> Row:
    keys, words = _split(field)
    sign = TONES[field.tone].sign if field.tone not in ("plain", "muted") else ""
    label = cut_pixels(f"{sign} {field.label}" if sign else field.label, _MOST_LABEL, LABEL_SIZE, bold="PK" in keys)
    detail = cut_pixels(field.detail, _MOST_DETAIL, SMALL_SIZE)
    return Row(
        field.port,
        top,
        label,
        detail,
        keys,
        words,
        field.tone,
        _unseen(f"{label}\n{detail}", field.label, field.detail),
    )


def _row_width(row: Row) -> float:
    words = pills_width(row.word_marks)
    label = pixels(row.label, LABEL_SIZE, bold="PK" in row.key_marks)
    return label + (words + 7 if words else 0) + (pixels(row.detail, SMALL_SIZE) + 18 if row.detail else 0)


def _edge_plate(edge: Edge) -> Plate:
    sign = TONES[edge.tone].sign if edge.tone not in ("plain", "muted") else ""
    return _plate(" ".join(filter(None, (sign, edge.label))))


def _plate(label: str, *, bold: bool = False) -> Plate:
    shown = cut_pixels(label, _MOST_PLATE, SMALL_SIZE, bold=bold)
    width = pixels(shown, SMALL_SIZE, bold=bold) + 10 if shown else 0
    return Plate(shown, round(width), PLATE_HEIGHT if shown else 0, _unseen(shown, label))


def _unseen(seen: str, *texts: str) -> str:
    """Those of ``texts`` that were cut or have no place in the drawing, a line each."""
    return "\n".join(text for text in texts if text and oneline(text) not in seen)
