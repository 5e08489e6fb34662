"""Where lines meet boxes: each row has a short straight piece before it, wide enough for a crow's foot to stand upright.

Layouts bring a line to the tip of that piece; here it is led on to the box. Lines of one row whose ends mean different things are
drawn a little apart, so that each end can be read; ends that mean the same share their place. Lines to a row that is not drawn meet
the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.display.geometry import Box, Scene
from workbench.display.loops import Loop, around
from workbench.display.placement import Point, Route
from workbench.views import Edge, End

__all__ = ["attach"]

_APART = 9.0


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One end of a line: how far below the top of its box, on which side, of what kind, and how high its line is on the way."""

    box: Box
    down: float
    right: bool
    kind: tuple[End, int]
    far: float

    @property
    def place(self) -> tuple[str, float, bool]:
        return self.box.node.id, self.down, self.right


def attach(
    scene: Scene, corners: Mapping[str, Point], routes: Iterable[Route], loops: Mapping[int, Loop]
) -> tuple[Route, ...]:
    """A route for every edge of ``scene``: its ``loops``, and in between the ``routes`` of a layout, led on to the boxes."""
    boxes = {box.node.id: box for box in scene.boxes}
    found = iter(routes)
    laid = [loops.get(index) or next(found) for index in range(len(scene.edges))]
    meetings = [_meetings(edge, each, boxes, corners) for (edge, _), each in zip(scene.edges, laid, strict=True)]
    kinds: dict[tuple[str, float, bool], dict[tuple[End, int], list[float]]] = {}
    for each in (each for pair in meetings for each in pair):
        kinds.setdefault(each.place, {}).setdefault(each.kind, []).append(each.far)

    def border(meeting: _Meeting) -> Point:
        far = kinds[meeting.place]
        # The end whose lines come from above stands above, so that they do not cross before the box.
        order = sorted(far, key=lambda each: sum(far[each]) / len(far[each]))
        aside = (order.index(meeting.kind) - (len(order) - 1) / 2) * _APART
        left, top = corners[meeting.box.node.id]
        return left + meeting.right * meeting.box.width, top + meeting.down + aside

    attached = []
    for (_, plate), way, (source, target) in zip(scene.edges, laid, meetings, strict=True):
        if isinstance(way, Loop):
            attached.append(around(way, border(source), border(target), plate))
            continue
        points = _led(way.points, border(source), source)
        points = tuple(reversed(_led(tuple(reversed(points)), border(target), target)))
        attached.append(Route(points, way.label))
    return tuple(attached)


def _meetings(
    edge: Edge, way: Route | Loop, boxes: Mapping[str, Box], corners: Mapping[str, Point]
) -> tuple[_Meeting, _Meeting]:
    source, target = boxes[edge.source], boxes[edge.target]
    leaves, enters = source.meets(edge.source_port), target.meets(edge.target_port)
    if isinstance(way, Loop):
        top = corners[edge.source][1]
        # Loops share no place with other lines, and no two ends of one loop do, even if they mean the same.
        apart = leaves == enters
        return (
            _Meeting(source, leaves, way.right, (edge.source_end, 1), top + enters),
            _Meeting(target, enters, way.right, (edge.target_end, 1 + apart), top + leaves),
        )
    first, last = way.points[0], way.points[-1]
    # Lines may come around other boxes: what counts is where the last piece of the curve begins, not where the line does.
    after, before = way.points[min(3, len(way.points) - 1)], way.points[max(-4, -len(way.points))]
    return (
        _Meeting(source, leaves, first[0] > corners[edge.source][0] + source.width / 2, (edge.source_end, 0), after[1]),
        _Meeting(target, enters, last[0] > corners[edge.target][0] + target.width / 2, (edge.target_end, 0), before[1]),
    )


def _led(points: tuple[Point, ...], border: Point, meeting: _Meeting) -> tuple[Point, ...]:
    """The curve from ``border``: a straight piece through the room beside the box, then ``points``, from the piece's tip on."""
    if not meeting.box.rows:
        return points
    x, y = border
    reach = meeting.box.beside[meeting.right] * (1 if meeting.right else -1)
    tip = (x + reach, y)
    (old_x, old_y), (near_x, near_y), *rest = points
    straight = (border, (x + reach / 3, y), (x + reach * 2 / 3, y))
    return (*straight, tip, (near_x + tip[0] - old_x, near_y + tip[1] - old_y), *rest)
