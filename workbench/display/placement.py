"""Positions in pixels, x to the right and y down: what every layout answers with and the painter reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Placement", "Point", "Rectangle", "Route"]

Point: TypeAlias = tuple[float, float]
Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class Route:
    """A line as cubic curves: a start, then three points a curve. ``label`` is the centre of its plate."""

    points: tuple[Point, ...]
    label: Point | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Top left corners by node id, routes in the scene's order, frames by cluster id; ``engine`` says who found them."""

    width: float
    height: float
    corners: Mapping[str, Point]
    routes: tuple[Route, ...]
    frames: Mapping[str, Rectangle]
    engine: str
    note: str = ""
