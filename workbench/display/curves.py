"""Cubic curves: trimmed at their ends, so that an arrowhead or a crow's foot takes the place of the last few pixels."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from workbench.display.placement import Point

__all__ = ["coordinates", "path", "trimmed"]


def trimmed(points: Sequence[Point], at_start: float, at_end: float) -> tuple[Point, ...]:
    """The curve without its first ``at_start`` and last ``at_end`` pixels; at least a little of it stays."""
    length = hypot(points[-1][0] - points[0][0], points[-1][1] - points[0][1]) or 1e9
    most = max(length * 0.45, 4.0) if len(points) == 4 else 1e9
    backwards = _without_start(tuple(reversed(_without_start(tuple(points), min(at_start, most)))), min(at_end, most))
    return tuple(reversed(backwards))


def _without_start(points: tuple[Point, ...], distance: float) -> tuple[Point, ...]:
    if distance <= 0:
        return points
    start = points[0]
    while len(points) > 4 and _apart(start, points[3]) < distance:
        points = points[3:]
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if _apart(start, _halves(points[:4], middle)[0]) < distance else (low, middle)
    return _halves(points[:4], high) + points[4:]


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _halves(curve: Sequence[Point], at: float) -> tuple[Point, Point, Point, Point]:
    """The part of a cubic behind ``at`` (de Casteljau)."""

    def between(one: Point, other: Point) -> Point:
        return one[0] + (other[0] - one[0]) * at, one[1] + (other[1] - one[1]) * at

    first, second, third = between(curve[0], curve[1]), between(curve[1], curve[2]), between(curve[2], curve[3])
    left, right = between(first, second), between(second, third)
    return between(left, right), right, third, curve[3]


def path(points: Sequence[Point]) -> str:
    """The curve as SVG path data, with one decimal."""
    start, *rest = map(coordinates, points)
    return f"M{start}C{' '.join(rest)}"


def coordinates(point: Point) -> str:
    """A point as path data, with one decimal where there is one.

    >>> coordinates((1.04, 20.55))
    '1,20.6'
    """
    return f"{round(point[0], 1):g},{round(point[1], 1):g}"
