"""Boxes without lines stand on shelves below the rest, instead of stretching it into a tower."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from workbench.display.geometry import Box, Scene
from workbench.display.placement import Placement, Point

__all__ = ["apart", "with_shelves"]

_WIDTH, _GAP = 820.0, 22.0


def apart(scene: Scene) -> tuple[Scene, tuple[Box, ...]]:
    """The scene without its boxes that have neither line nor frame, and those boxes."""
    joined = {name for edge, _ in scene.edges for name in (edge.source, edge.target)}
    framed = {cluster.id for cluster, _ in scene.clusters}
    lone = tuple(box for box in scene.boxes if box.node.id not in joined and box.node.cluster not in framed)
    kept = set(map(id, lone))
    return replace(scene, boxes=tuple(box for box in scene.boxes if id(box) not in kept)), lone


def with_shelves(placed: Placement, boxes: Iterable[Box]) -> Placement:
    """``placed`` with ``boxes`` in rows below it, at most as wide as a page or as the picture."""
    corners: dict[str, Point] = dict(placed.corners)
    most, right = max(placed.width, _WIDTH), placed.width
    x, y, tallest = 0.0, placed.height + _GAP if placed.corners else 0.0, 0.0
    for box in boxes:
        if x and x + box.width > most:
            x, y, tallest = 0.0, y + tallest + _GAP, 0.0
        corners[box.node.id] = (x, y)
        right, tallest = max(right, x + box.width), max(tallest, box.height)
        x += box.width + _GAP
    return replace(placed, width=right, height=max(placed.height, y + tallest), corners=corners)
