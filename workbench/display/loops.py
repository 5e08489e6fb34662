"""Lines from a box to itself: each runs in a lane beside its box, in room that the layout keeps free of everything else.

Layouts are not asked for them: Graphviz leaves a loop between two rows no room of its own, and draws it behind the next box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.display.geometry import ASIDE, Box, Plate, Scene
from workbench.display.placement import Point, Route
from workbench.views import Edge

__all__ = ["Loop", "around", "without_loops"]

_FIRST, _APART, _RADIUS, _CLEAR = 8.0, 10.0, 6.0, 4.0


@dataclass(frozen=True, slots=True)
class Loop:
    """Where a line stands beside its box: on the ``right`` or the left of it, ``away`` pixels from the border."""

    right: bool
    away: float


def without_loops(scene: Scene) -> tuple[Scene, Mapping[int, Loop]]:
    """``scene`` with room beside its boxes in place of the loops between rows; those loops by their number in ``scene``."""
    boxes = {box.node.id: box for box in scene.boxes}
    spans = {
        index: abs(boxes[edge.source].meets(edge.source_port) - boxes[edge.source].meets(edge.target_port))
        for index, (edge, _) in enumerate(scene.edges)
        if edge.source == edge.target and boxes[edge.source].rows
    }
    loops: dict[int, Loop] = {}
    # Wider ones run around narrower ones.
    for index in sorted(spans, key=lambda each: spans[each]):
        edge, plate = scene.edges[index]
        box = boxes[edge.source]
        right = _is_right(edge, box, scene)
        away = box.beside[right] + (_APART - _CLEAR if box.beside[right] > ASIDE else _FIRST)
        loops[index] = Loop(right, away)
        room = away + _CLEAR + (plate.width + _CLEAR if plate.text else 0)
        boxes[edge.source] = replace(box, beside=(box.beside[0], room) if right else (room, box.beside[1]))
    edges = tuple(pair for index, pair in enumerate(scene.edges) if index not in loops)
    return replace(scene, boxes=tuple(boxes.values()), edges=edges), loops


def _is_right(edge: Edge, box: Box, scene: Scene) -> bool:
    """Right, unless fewer other lines leave there across the loop, or at its ends, than enter at the left."""
    ends = sorted((box.meets(edge.source_port), box.meets(edge.target_port)))
    others = [each for each, _ in scene.edges if each.source != each.target]
    leaving = [box.meets(each.source_port) for each in others if each.source == edge.source]
    entering = [box.meets(each.target_port) for each in others if each.target == edge.source]

    def met(places: list[float]) -> tuple[int, int]:
        return sum(ends[0] < place < ends[1] for place in places), sum(place in ends for place in places)

    return met(leaving) <= met(entering)


def around(loop: Loop, start: Point, end: Point, plate: Plate) -> Route:
    """The loop between two places on one side of its box, with round corners; its plate stands outside of it."""
    side = 1 if loop.right else -1
    lane, middle = start[0] + side * loop.away, (start[1] + end[1]) / 2
    radius = min(_RADIUS, abs(end[1] - start[1]) / 2)
    down = radius if end[1] > start[1] else -radius
    near = lane - side * radius
    points = (
        start,
        *_straight(start, (near, start[1])),
        *((lane, start[1]), (lane, start[1]), (lane, start[1] + down)),
        *_straight((lane, start[1] + down), (lane, end[1] - down)),
        *((lane, end[1]), (lane, end[1]), (near, end[1])),
        *_straight((near, end[1]), end),
    )
    return Route(points, (lane + side * (_CLEAR + plate.width / 2), middle) if plate.text else None)


def _straight(start: Point, end: Point) -> tuple[Point, Point, Point]:
    across, down = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    return (start[0] + across, start[1] + down), (end[0] - across, end[1] - down), end
