"""The layout of last resort, in pure Python: nodes in layers along their edges, ordered by their neighbours.

Longest-path layers with barycentric ordering (Sugiyama, Tagawa and Toda 1981), without dummy nodes: long lines may cross boxes.
Clusters are told apart by their headers' colour and named in the table; they get no frame, since nothing keeps others out of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from workbench.display.geometry import Box, Scene
from workbench.display.placement import Placement, Point, Route
from workbench.views import Edge

__all__ = ["layered"]

_BETWEEN, _ALONG, _MOST_IN_LAYER = 26.0, 90.0, 12


def layered(scene: Scene, note: str = "") -> Placement:
    """Positions for ``scene``: every box apart from every other, edges mostly in the scene's direction."""
    boxes = {box.node.id: box for box in scene.boxes}
    following: dict[str, list[str]] = defaultdict(list)
    for edge, _ in scene.edges:
        if edge.source != edge.target:
            following[edge.source].append(edge.target)
    across = scene.direction == "right"
    layers = _split(_ordered(_layers(list(boxes), following), following))
    corners, width, height = _corners(layers, boxes, across)
    routes = tuple(_route(edge, bool(plate.text), boxes, corners, across) for edge, plate in scene.edges)
    return Placement(width, height, corners, routes, {}, "builtin", note)


def _layers(names: list[str], following: Mapping[str, list[str]]) -> list[list[str]]:
    depth: dict[str, int] = {}
    for root in names:
        _visit(root, following, depth)
    most = max(depth.values())
    layers: list[list[str]] = [[] for _ in range(most + 1)]
    for name in names:
        layers[most - depth[name]].append(name)
    return layers


def _visit(root: str, following: Mapping[str, list[str]], depth: dict[str, int]) -> None:
    """Depth of everything reached from ``root``: its longest way to an end. An edge back to an ancestor does not count."""
    stack = [(root, False)]
    opened: set[str] = set()
    while stack:
        name, done = stack.pop()
        if done:
            depth[name] = 1 + max((depth[each] for each in following.get(name, ()) if each in depth), default=-1)
        elif name not in opened and name not in depth:
            opened.add(name)
            stack.append((name, True))
            stack += [(each, False) for each in reversed(following.get(name, ()))]


def _ordered(layers: list[list[str]], following: Mapping[str, list[str]]) -> list[list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for source, targets in following.items():
        for target in targets:
            near[source].append(target)
            near[target].append(source)
    for _ in range(4):
        place = {name: index / len(layer) for layer in layers for index, name in enumerate(layer)}
        layers = [
            sorted(
                layer,
                key=lambda name: (
                    sum(place[each] for each in near[name]) / len(near[name]) if near[name] else place[name],
                    name,
                ),
            )
            for layer in layers
        ]
    return layers


def _split(layers: list[list[str]]) -> list[list[str]]:
    return [layer[start : start + _MOST_IN_LAYER] for layer in layers for start in range(0, len(layer), _MOST_IN_LAYER)]


def _corners(layers: list[list[str]], boxes: Mapping[str, Box], across: bool) -> tuple[dict[str, Point], float, float]:
    def breadth(name: str) -> float:
        return boxes[name].height if across else boxes[name].room

    def depth(name: str) -> float:
        return boxes[name].room if across else boxes[name].height

    extents = [sum(map(breadth, layer)) + _BETWEEN * (len(layer) - 1) for layer in layers]
    widest, along = max(extents), 0.0
    corners: dict[str, Point] = {}
    for layer, extent in zip(layers, extents, strict=True):
        beside = (widest - extent) / 2
        for name in layer:
            left = boxes[name].beside[0]
            corners[name] = (along + left, beside) if across else (beside + left, along)
            beside += breadth(name) + _BETWEEN
        along += max(map(depth, layer)) + _ALONG
    along -= _ALONG
    return (corners, along, widest) if across else (corners, widest, along)


def _route(edge: Edge, labelled: bool, boxes: Mapping[str, Box], corners: Mapping[str, Point], across: bool) -> Route:
    if edge.source == edge.target:
        points = _loop(
            _side(boxes[edge.source], corners[edge.source], edge.source_port, 1),
            _side(boxes[edge.source], corners[edge.source], edge.target_port, 1),
        )
    elif across or boxes[edge.source].rows or boxes[edge.target].rows:
        forward = corners[edge.target][0] >= corners[edge.source][0] + boxes[edge.source].width
        start = _side(boxes[edge.source], corners[edge.source], edge.source_port, 1 if forward else 0)
        end = _side(boxes[edge.target], corners[edge.target], edge.target_port, 0 if forward else 1)
        bend = 40.0 if forward else -40.0
        points = (start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end)
    else:
        downward = corners[edge.target][1] >= corners[edge.source][1]
        start, end = (
            _edge_of(boxes[edge.source], corners[edge.source], downward),
            _edge_of(boxes[edge.target], corners[edge.target], not downward),
        )
        bend = 30.0 if downward else -30.0
        points = (start, (start[0], start[1] + bend), (end[0], end[1] - bend), end)
    middle = (sum(x for x, _ in points) / 4, sum(y for _, y in points) / 4)
    return Route(points, middle if labelled else None)


def _loop(start: Point, end: Point) -> tuple[Point, Point, Point, Point]:
    low, high = (start, end) if start != end else ((start[0], start[1] - 6), (end[0], end[1] + 6))
    return low, (low[0] + 46, low[1]), (high[0] + 46, high[1]), high


def _side(box: Box, corner: Point, port: str, right: int) -> Point:
    return corner[0] + (box.width + box.beside[1] if right else -box.beside[0]), corner[1] + box.meets(port)


def _edge_of(box: Box, corner: Point, bottom: bool) -> Point:
    return corner[0] + box.width / 2, corner[1] + (box.height if bottom else 0)
