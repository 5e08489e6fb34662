"""A placed graph as an SVG document.

The page stays transparent. Text stands on grounds of our own, lines are mid-tones: so one picture serves light and dark pages, also
inside an image, where page colours do not reach. Full names are kept as titles, shown when the document is opened by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.display.facts import graph_alt
from workbench.display.geometry import PLATE_HEIGHT, SMALL_SIZE, Scene, scene
from workbench.display.layout import place
from workbench.display.lines import label, line
from workbench.display.markup import Markup, element, join
from workbench.display.nodes import painted
from workbench.display.placement import Placement
from workbench.display.strokes import rectangle, title, words
from workbench.display.tones import BOX_INK, CLUSTER_INKS, LINE
from workbench.views import Graph

__all__ = ["Picture", "document", "picture"]

_FONTS = "Arial, Helvetica, 'Liberation Sans', Arimo, sans-serif"
_MARGIN = 10.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG document, its size in pixels, and what has to be said about how it was drawn."""

    svg: str
    width: float
    height: float
    note: str = ""


def picture(graph: Graph, *, is_live: bool = False) -> Picture:
    """Lay out and paint ``graph``. A graph without nodes gives a small empty picture.

    ``is_live`` marks boxes and lines for a page that takes the document in: ``data-node`` is the place of a box's node in the graph,
    ``data-ends`` the places of a line's two nodes.
    """
    measured = scene(graph)
    placed = place(measured)
    left, top, right, bottom = _extent(measured, placed)
    inks = {cluster.id: CLUSTER_INKS[index % len(CLUSTER_INKS)] for index, (cluster, _) in enumerate(measured.clusters)}
    boxes = [painted(box, placed.corners[box.node.id], inks.get(box.node.cluster, BOX_INK)) for box in measured.boxes]
    edges = [line(edge, plate, route) for (edge, plate), route in zip(measured.edges, placed.routes, strict=True)]
    if is_live:
        boxes, edges = _marked(graph, measured, boxes, edges)
    plates = [label(plate, route) for (_, plate), route in zip(measured.edges, placed.routes, strict=True)]
    drawn = join(*_frames(measured, placed, inks), element("g", *edges, fill="none", stroke_width=1.4), *boxes, *plates)
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    return Picture(
        document(drawn, graph_alt(graph), (left - _MARGIN, top - _MARGIN, width, height)), width, height, placed.note
    )


def _marked(
    graph: Graph, measured: Scene, boxes: list[Markup], edges: list[Markup]
) -> tuple[list[Markup], list[Markup]]:
    places = {node.id: place for place, node in reversed(list(enumerate(graph.nodes)))}
    return (
        [
            element("g", drawn, data_node=str(places[box.node.id]))
            for box, drawn in zip(measured.boxes, boxes, strict=True)
        ],
        [
            element("g", drawn, data_ends=f"{places[edge.source]} {places[edge.target]}")
            for (edge, _), drawn in zip(measured.edges, edges, strict=True)
        ],
    )


def document(drawn: Markup, title: str, extent: tuple[float, float, float, float]) -> str:
    """A standalone SVG around ``drawn``; ``extent`` is left, top, width and height in pixels."""
    left, top, width, height = (round(each, 1) for each in extent)
    return element(
        "svg",
        element("title", title),
        drawn,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"{left:g} {top:g} {width:g} {height:g}",
        font_family=_FONTS,
        role="img",
    )


def _extent(measured: Scene, placed: Placement) -> tuple[float, float, float, float]:
    areas = [(*placed.corners[box.node.id], box.width, box.height) for box in measured.boxes]
    # A frame's name stands half above it.
    areas += [
        (left, top - PLATE_HEIGHT / 2, width, height + PLATE_HEIGHT / 2)
        for left, top, width, height in placed.frames.values()
    ]
    areas += [
        (route.label[0] - plate.width / 2, route.label[1] - plate.height / 2, plate.width, plate.height)
        for (_, plate), route in zip(measured.edges, placed.routes, strict=True)
        if route.label
    ]
    places = [
        (left + across * width, top + down * height)
        for left, top, width, height in areas
        for across in (0, 1)
        for down in (0, 1)
    ]
    places += [point for route in placed.routes for point in route.points]
    across, down = [x for x, _ in places] or [0.0], [y for _, y in places] or [0.0]
    return min(across), min(down), max(across), max(down)


def _frames(measured: Scene, placed: Placement, inks: dict[str, str]) -> list[Markup]:
    frames = []
    for cluster, plate in measured.clusters:
        if cluster.id not in placed.frames:
            continue
        left, top, width, height = placed.frames[cluster.id]
        frame = rectangle(left, top, width, height, 10, fill=LINE, fill_opacity=0.08, stroke=LINE, stroke_opacity=0.7)
        if plate.text:
            ground = rectangle(
                left + 10, top - plate.height / 2, plate.width + 4, plate.height, 4, fill=inks[cluster.id]
            )
            label = words(plate.text, left + 17, top, SMALL_SIZE, "#ffffff", bold=True)
            frame = element("g", title(plate.tooltip), frame, ground, label)
        frames.append(frame)
    return frames
