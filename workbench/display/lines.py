"""Edges painted: a curve, the sign of each end, a label on its own ground."""

from __future__ import annotations

from math import hypot

from workbench.display.curves import coordinates, path, trimmed
from workbench.display.geometry import SMALL_SIZE, Plate
from workbench.display.markup import Markup, element, join
from workbench.display.placement import Point, Route
from workbench.display.strokes import rectangle, title, words
from workbench.display.tones import INK, PLATE, PLATE_BORDER, TONES
from workbench.views import Edge, End

__all__ = ["label", "line"]

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


def line(edge: Edge, plate: Plate, route: Route) -> Markup:
    """The line of ``edge`` with the signs of its ends."""
    ink = TONES[edge.tone].line
    start, end = _REACH[edge.source_end], _REACH[edge.target_end]
    points = trimmed(route.points, start, end)
    dashes = {"solid": None, "dashed": "6 4", "dotted": "1.5 3.5"}[edge.style]
    parts = [element("path", d=path(points), stroke_dasharray=dashes)]
    parts += [
        _foot(edge.source_end, route.points[0], points[0], ink),
        _foot(edge.target_end, route.points[-1], points[-1], ink),
    ]
    return element("g", title(plate.tooltip), *parts, stroke=ink)


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


def label(plate: Plate, route: Route) -> Markup:
    """The label of an edge on its ground; nothing for an empty one."""
    if not plate.text or route.label is None:
        return Markup("")
    x, y = route.label
    ground = rectangle(
        x - plate.width / 2,
        y - plate.height / 2,
        plate.width,
        plate.height,
        4,
        fill=PLATE,
        stroke=PLATE_BORDER,
        stroke_width=0.8,
    )
    return element("g", title(plate.tooltip), ground, words(plate.text, x, y, SMALL_SIZE, INK, anchor="middle"))
