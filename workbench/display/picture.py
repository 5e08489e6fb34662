"""A placed graph as an SVG document.

The page stays transparent. Text stands on grounds of our own, lines are mid-tones: so one picture serves light and dark pages, also
inside an image, where page colours do not reach. Full names are kept as titles, shown when the document is opened by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from workbench.display.characters import pixels
from workbench.display.curves import coordinates, path, trimmed
from workbench.display.facts import graph_alt
from workbench.display.geometry import (
    LABEL_SIZE,
    LINE_HEIGHT,
    PADDING,
    PILL_GAP,
    PILL_PADDING,
    PILL_SIZE,
    PLATE_HEIGHT,
    ROW_HEIGHT,
    SMALL_SIZE,
    TITLE_HEIGHT,
    TITLE_SIZE,
    Box,
    Plate,
    Row,
    Scene,
    pills_width,
    scene,
)
from workbench.display.layout import place
from workbench.display.markup import Markup, element, join
from workbench.display.placement import Placement, Point, Route
from workbench.display.tones import CARD, CLUSTER_INKS, INK, LINE, PLATE, QUIET_INK, TONES
from workbench.views import Edge, End, Graph, Tone

__all__ = ["Picture", "document", "picture"]

_FONTS = "Arial, Helvetica, 'Liberation Sans', Arimo, sans-serif"
_MARGIN = 10.0
_BOX_INK, _BORDER, _RULE, _TITLE_DETAIL = "#3b4d61", "#8a94a3", "#e2e6eb", "#e4eaf0"
_ROW_GROUNDS: dict[Tone, str] = {
    "good": "#e4f4ea",
    "warning": "#fdf3d6",
    "bad": "#fce8e6",
    "accent": "#e4effa",
    "muted": "#f0f2f5",
}
_REACH: dict[End, float] = {
    "none": 0,
    "arrow": 9,
    "one": 14,
    "zero_or_one": 18,
    "many": 12,
    "one_or_many": 16,
    "zero_or_many": 20,
}
"""Pixels each end takes of its line."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG document, its size in pixels, and what has to be said about how it was drawn."""

    svg: str
    width: float
    height: float
    note: str = ""


def picture(graph: Graph) -> Picture:
    """Lay out and paint ``graph``. A graph without nodes gives a small empty picture."""
    measured = scene(graph)
    placed = place(measured)
    left, top, right, bottom = _extent(measured, placed)
    inks = {cluster.id: CLUSTER_INKS[index % len(CLUSTER_INKS)] for index, (cluster, _) in enumerate(measured.clusters)}
    boxes = [_box(box, placed.corners[box.node.id], inks.get(box.node.cluster, _BOX_INK)) for box in measured.boxes]
    edges = [_edge(edge, plate, route) for (edge, plate), route in zip(measured.edges, placed.routes, strict=True)]
    plates = [_edge_plate(plate, route) for (_, plate), route in zip(measured.edges, placed.routes, strict=True)]
    drawn = join(*_frames(measured, placed, inks), element("g", *edges, fill="none", stroke_width=1.4), *boxes, *plates)
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    return Picture(
        document(drawn, graph_alt(graph), (left - _MARGIN, top - _MARGIN, width, height)), width, height, placed.note
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
    places += [point for route in placed.routes for point in route.points] or [(0.0, 0.0)]
    across, down = [x for x, _ in places], [y for _, y in places]
    return min(across), min(down), max(across), max(down)


def _frames(measured: Scene, placed: Placement, inks: dict[str, str]) -> list[Markup]:
    frames = []
    for cluster, plate in measured.clusters:
        if cluster.id not in placed.frames:
            continue
        left, top, width, height = placed.frames[cluster.id]
        frame = element(
            "rect",
            x=left,
            y=top,
            width=width,
            height=height,
            rx=10,
            fill=LINE,
            fill_opacity=0.08,
            stroke=LINE,
            stroke_opacity=0.7,
        )
        if plate.text:
            ground = element(
                "rect",
                x=left + 10,
                y=top - plate.height / 2,
                width=plate.width + 4,
                height=plate.height,
                rx=4,
                fill=inks[cluster.id],
            )
            label = _words(plate.text, left + 17, top, SMALL_SIZE, "#ffffff", bold=True)
            frame = element("g", _title(plate.tooltip), frame, ground, label)
        frames.append(frame)
    return frames


def _title(unseen: str) -> Markup:
    """What hovering shows, where the document is opened by itself."""
    return element("title", unseen) if unseen else Markup("")


def _words(
    content: str, x: float, middle: float, size: float, ink: str, *, bold: bool = False, anchor: str | None = None
) -> Markup:
    """Text whose line is centred on ``middle``."""
    # Middle of capital letters: 0.36 em above the base line in this face.
    return (
        element(
            "text",
            content,
            x=round(x, 1),
            y=round(middle + size * 0.36, 1),
            font_size=size,
            fill=ink,
            font_weight="700" if bold else None,
            text_anchor=anchor,
        )
        if content
        else Markup("")
    )


def _box(box: Box, corner: Point, ink: str) -> Markup:
    left, top = corner
    node = box.node
    look = TONES[node.tone]
    ground, title_ink, border = (
        (ink, "#ffffff", _BORDER) if node.tone == "plain" else (look.ground, look.ink, look.line)
    )
    dashes = "4 3" if node.tone == "muted" else None
    if node.shape in ("point", "final"):
        return _round_end(box, left, top, border if node.tone != "plain" else LINE)
    if box.rows:
        body = _table(box, left, top, ground, title_ink, border, dashes)
    elif node.shape == "box":
        body = join(
            element(
                "rect",
                x=left,
                y=top,
                width=box.width,
                height=box.height,
                rx=5,
                fill=ground,
                stroke=border,
                stroke_dasharray=dashes,
            ),
            *_centred(box, left, top, title_ink, _TITLE_DETAIL if title_ink == "#ffffff" else title_ink),
        )
    else:
        fill = CARD if node.tone == "plain" else ground
        inks = (INK, QUIET_INK) if node.tone == "plain" else (title_ink, title_ink)
        body = join(_outline(box, left, top, fill, border, dashes), *_centred(box, left, top, *inks))
    return element("g", _title(box.tooltip), body)


def _outline(box: Box, left: float, top: float, fill: str, border: str, dashes: str | None) -> Markup:
    if box.node.shape == "diamond":
        x, y = left + box.width / 2, top + box.height / 2
        corners = f"{x:.1f},{top:.1f} {left + box.width:.1f},{y:.1f} {x:.1f},{top + box.height:.1f} {left:.1f},{y:.1f}"
        return element("polygon", points=corners, fill=fill, stroke=border, stroke_width=1.3, stroke_dasharray=dashes)
    return element(
        "rect",
        x=left,
        y=top,
        width=box.width,
        height=box.height,
        rx=12,
        fill=fill,
        stroke=border,
        stroke_width=1.3,
        stroke_dasharray=dashes,
    )


def _round_end(box: Box, left: float, top: float, ink: str) -> Markup:
    x, y, radius = left + box.width / 2, top + box.height / 2, box.width / 2
    inner = element("circle", cx=x, cy=y, r=radius - (5 if box.node.shape == "final" else 0), fill=ink)
    ring = element("circle", cx=x, cy=y, r=radius - 1, fill="none", stroke=ink, stroke_width=1.6)
    return element("g", _title(box.tooltip), inner, ring if box.node.shape == "final" else "")


def _centred(box: Box, left: float, top: float, ink: str, quiet: str) -> list[Markup]:
    x, middle = left + box.width / 2, top + box.height / 2
    shift = LINE_HEIGHT / 2 if box.detail else 0
    label = _words(box.label, x, middle - shift, TITLE_SIZE, ink, bold=True, anchor="middle")
    return [label, _words(box.detail, x, middle + shift + 1, SMALL_SIZE, quiet, anchor="middle")]


def _table(box: Box, left: float, top: float, ground: str, ink: str, border: str, dashes: str | None) -> Markup:
    right, band = left + box.width, TITLE_HEIGHT
    head = f"M{left:.1f},{top + band:.1f}v-{band - 5:.1f}q0,-5 5,-5h{box.width - 10:.1f}q5,0 5,5v{band - 5:.1f}z"
    parts = [
        element("rect", x=left, y=top, width=box.width, height=box.height, rx=5, fill=CARD),
        element("path", d=head, fill=ground),
        _words(box.label, left + PADDING, top + band / 2, TITLE_SIZE, ink, bold=True),
        _words(
            box.detail,
            right - PADDING,
            top + band / 2,
            SMALL_SIZE,
            _TITLE_DETAIL if ink == "#ffffff" else ink,
            anchor="end",
        ),
        *(_row(row, box, left, top + row.top, first=index == 0) for index, row in enumerate(box.rows)),
        element(
            "rect",
            x=left,
            y=top,
            width=box.width,
            height=box.height,
            rx=5,
            fill="none",
            stroke=border,
            stroke_dasharray=dashes,
        ),
    ]
    return join(*parts)


def _row(row: Row, box: Box, left: float, top: float, *, first: bool) -> Markup:
    middle, right = top + ROW_HEIGHT / 2, left + box.width
    parts = [_title(row.tooltip)]
    if row.tone != "plain":
        parts.append(
            element("rect", x=left + 0.5, y=top, width=box.width - 1, height=ROW_HEIGHT, fill=_ROW_GROUNDS[row.tone])
        )
    if not first:
        parts.append(element("path", d=f"M{left:.1f},{top:.1f}H{right:.1f}", stroke=_RULE))
    label_at = left + PADDING + (box.marks_width + 7 if box.marks_width else 0)
    parts.append(_pills(row.key_marks, left + PADDING, middle))
    is_key = "PK" in row.key_marks
    parts.append(
        _words(row.label, label_at, middle, LABEL_SIZE, QUIET_INK if row.tone == "muted" else INK, bold=is_key)
    )
    parts.append(_pills(row.word_marks, label_at + pixels(row.label, LABEL_SIZE, bold=is_key) + 7, middle))
    parts.append(_words(row.detail, right - PADDING, middle, SMALL_SIZE, QUIET_INK, anchor="end"))
    return element("g", *parts)


def _pills(marks: Sequence[str], left: float, middle: float) -> Markup:
    parts = []
    for mark in marks:
        width = pills_width([mark])
        dark = mark == "PK"
        parts.append(
            element(
                "rect",
                x=round(left, 1),
                y=middle - 7,
                width=round(width, 1),
                height=14,
                rx=3,
                fill=QUIET_INK if dark else PLATE,
                stroke=None if dark else "#cbd2da",
                stroke_width=None if dark else 0.8,
            )
        )
        parts.append(_words(mark, left + PILL_PADDING, middle, PILL_SIZE, "#ffffff" if dark else INK, bold=True))
        left += width + PILL_GAP
    return join(*parts)


def _edge(edge: Edge, plate: Plate, route: Route) -> Markup:
    ink = TONES[edge.tone].line
    start, end = _REACH[edge.source_end], _REACH[edge.target_end]
    points = trimmed(route.points, start, end)
    dashes = {"solid": None, "dashed": "6 4", "dotted": "1.5 3.5"}[edge.style]
    parts = [element("path", d=path(points), stroke_dasharray=dashes)]
    parts += [
        _foot(edge.source_end, route.points[0], points[0], ink),
        _foot(edge.target_end, route.points[-1], points[-1], ink),
    ]
    return element("g", _title(plate.tooltip), *parts, stroke=ink)


def _foot(end: End, tip: Point, behind: Point, ink: str) -> Markup:
    """The sign of one end, from the line's last point ``behind`` to the ``tip`` on the box."""
    reach = hypot(behind[0] - tip[0], behind[1] - tip[1])
    if end == "none" or not reach:
        return Markup("")
    along = (behind[0] - tip[0]) / reach, (behind[1] - tip[1]) / reach

    def at(distance: float, aside: float = 0) -> str:
        return coordinates(
            (tip[0] + along[0] * distance - along[1] * aside, tip[1] + along[1] * distance + along[0] * aside)
        )

    if end == "arrow":
        return element("path", d=f"M{at(0)}L{at(9, 4)}L{at(9, -4)}Z", stroke="none", fill=ink)
    circle = end.startswith("zero")
    line = f"M{at(0)}L{at(reach - 8 if circle else reach)}"
    if "many" in end:
        line += f"M{at(0, 6)}L{at(12)}L{at(0, -6)}" + (f"M{at(15, 5.5)}L{at(15, -5.5)}" if end == "one_or_many" else "")
    else:
        line += f"M{at(6, 5.5)}L{at(6, -5.5)}" + (f"M{at(11, 5.5)}L{at(11, -5.5)}" if end == "one" else "")
    drawn = element("path", d=line)
    if not circle:
        return drawn
    x, y = at(reach - 4).split(",")
    return join(drawn, element("circle", cx=x, cy=y, r=4))


def _edge_plate(plate: Plate, route: Route) -> Markup:
    if not plate.text or route.label is None:
        return Markup("")
    x, y = route.label
    ground = element(
        "rect",
        x=x - plate.width / 2,
        y=y - plate.height / 2,
        width=plate.width,
        height=plate.height,
        rx=4,
        fill=PLATE,
        stroke="#cbd2da",
        stroke_width=0.8,
    )
    return element("g", _title(plate.tooltip), ground, _words(plate.text, x, y, SMALL_SIZE, INK, anchor="middle"))
