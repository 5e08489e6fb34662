"""Where lines meet boxes: each row has a short straight piece before it, wide enough for a crow's foot to stand upright.

Layouts bring a line to the tip of that piece; here it is led on to the box. Lines of one row whose ends mean different things are
drawn a little apart, so that each end can be read; ends that mean the same share their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.display.geometry import ASIDE, ROW_HEIGHT, Box, Scene
from workbench.display.placement import Point, Route
from workbench.views import End

__all__ = ["attach"]

_APART = 9.0


def attach(scene: Scene, corners: Mapping[str, Point], routes: Iterable[Route]) -> tuple[Route, ...]:
    """``routes`` led on from the tips beside their rows to the boxes themselves."""
    boxes = {box.node.id: box for box in scene.boxes}
    routes = tuple(routes)
    kinds: dict[tuple[str, str, bool], dict[End, list[float]]] = {}
    places = []
    for (edge, _), route in zip(scene.edges, routes, strict=True):
        pair = []
        first, last = route.points[0], route.points[-1]
        for name, port, end, tip, other in (
            (edge.source, edge.source_port, edge.source_end, first, last),
            (edge.target, edge.target_port, edge.target_end, last, first),
        ):
            right = tip[0] > corners[name][0] + boxes[name].width / 2
            kinds.setdefault((name, port, right), {}).setdefault(end, []).append(other[1])
            pair.append((boxes[name], port, end, right))
        places.append(pair)

    def border(box: Box, port: str, end: End, right: bool) -> Point | None:
        row = box.row(port)
        if row is None:
            return None
        far = kinds[box.node.id, port, right]
        # The end whose lines come from above stands above, so that they do not cross before the box.
        ends = sorted(far, key=lambda each: sum(far[each]) / len(far[each]))
        aside = (ends.index(end) - (len(ends) - 1) / 2) * _APART
        left, top = corners[box.node.id]
        return left + right * box.width, top + row.top + ROW_HEIGHT / 2 + aside

    attached = []
    for route, (source, target) in zip(routes, places, strict=True):
        points = _led(route.points, border(*source), 1 if source[3] else -1)
        points = tuple(reversed(_led(tuple(reversed(points)), border(*target), 1 if target[3] else -1)))
        attached.append(Route(points, route.label))
    return tuple(attached)


def _led(points: tuple[Point, ...], border: Point | None, side: int) -> tuple[Point, ...]:
    """The curve from ``border``: a straight piece, then ``points``, whose beginning moves to the piece's tip."""
    if border is None:
        return points
    x, y = border
    tip = (x + side * ASIDE, y)
    (old_x, old_y), (near_x, near_y), *rest = points
    straight = (border, (x + side * ASIDE / 3, y), (x + side * ASIDE * 2 / 3, y))
    return (*straight, tip, (near_x + tip[0] - old_x, near_y + tip[1] - old_y), *rest)
