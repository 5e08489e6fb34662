"""Where lines meet boxes: each row has a short straight piece before it, wide enough for a crow's foot to stand upright.

Layouts bring a line to the tip of that piece; here it is led on to the box. Lines of one row whose ends mean different things are
drawn a little apart, so that each end can be read; ends that mean the same share their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.display.geometry import ASIDE, Box, Scene
from workbench.display.placement import Point, Route
from workbench.views import End

__all__ = ["attach"]

_APART = 9.0


def attach(scene: Scene, corners: Mapping[str, Point], routes: Iterable[Route]) -> tuple[Route, ...]:
    """``routes`` led on from the tips beside their rows to the boxes themselves."""
    boxes = {box.node.id: box for box in scene.boxes}
    routes = tuple(routes)
    kinds: dict[tuple[str, str, bool], dict[End, None]] = {}
    places = []
    for (edge, _), route in zip(scene.edges, routes, strict=True):
        pair = []
        for name, port, end, tip in (
            (edge.source, edge.source_port, edge.source_end, route.points[0]),
            (edge.target, edge.target_port, edge.target_end, route.points[-1]),
        ):
            right = tip[0] > corners[name][0] + boxes[name].width / 2
            kinds.setdefault((name, port, right), {})[end] = None
            pair.append((boxes[name], port, end, right))
        places.append(pair)

    def shift(box: Box, port: str, end: End, right: bool) -> float:
        ends = list(kinds[box.node.id, port, right])
        return (ends.index(end) - (len(ends) - 1) / 2) * _APART

    attached = []
    for route, (source, target) in zip(routes, places, strict=True):
        points = route.points
        if source[0].row(source[1]):
            points = _led(points, 1 if source[3] else -1, shift(*source))
        if target[0].row(target[1]):
            points = tuple(reversed(_led(tuple(reversed(points)), 1 if target[3] else -1, shift(*target))))
        attached.append(Route(points, route.label))
    return tuple(attached)


def _led(points: tuple[Point, ...], side: int, down: float) -> tuple[Point, ...]:
    """The curve from the box's edge: a straight piece, then ``points``, whose beginning moves ``down`` with it."""
    (x, y), (near_x, near_y), *rest = points
    tip = (x, y + down)
    border = (x - side * ASIDE, y + down)
    straight = (border, (border[0] + side * ASIDE / 3, tip[1]), (x - side * ASIDE / 3, tip[1]))
    return (*straight, tip, (near_x, near_y + down), *rest)
