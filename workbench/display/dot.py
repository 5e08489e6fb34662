"""A measured scene as DOT: sizes and connections only.

No text of the design reaches Graphviz. Nodes are tables of empty cells of the right size, so that edges meet their rows; names are
numbers we count ourselves. Nothing has to be quoted, nothing can be injected, and no font of the machine moves the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from workbench.display.geometry import ROW_HEIGHT, TITLE_HEIGHT, Box, Plate, Scene

__all__ = ["Sides", "dot"]


Sides: TypeAlias = Mapping[int, tuple[str, str]]
"""Edge number -> the sides (``e``, ``w``) it leaves and enters rows at; without one, right and left."""


def dot(scene: Scene, sides: Sides = MappingProxyType({})) -> str:
    """DOT text for ``scene``: node ``i`` is ``n<i>``, edge ``i`` has the id ``e<i>``, cluster ``i`` is ``cluster_<i>``."""
    across = scene.direction == "right"
    rowed = any(box.rows for box in scene.boxes)
    lines = [
        "digraph g {",
        f"graph [rankdir={'LR' if across else 'TB'}, splines=spline, nodesep={0.32 if across else 0.5}, ranksep={0.32 if rowed else 0.75}, outputorder=edgesfirst]",
        'node [shape=box, fixedsize=true, label="", margin=0]',
        "edge [dir=none]",
    ]
    numbers = {box.node.id: index for index, box in enumerate(scene.boxes)}
    clusters = {cluster.id: index for index, (cluster, _) in enumerate(scene.clusters)}
    for index, (_, plate) in enumerate(scene.clusters):
        lines.append(f"subgraph cluster_{index} {{ margin=11; labeljust=l; {_label(replace(plate, height=5))}")
        lines += [_node(numbers[box.node.id], box) for box in scene.boxes if clusters.get(box.node.cluster) == index]
        lines.append("}")
    lines += [_node(numbers[box.node.id], box) for box in scene.boxes if box.node.cluster not in clusters]
    boxes = {box.node.id: box for box in scene.boxes}
    for index, (edge, plate) in enumerate(scene.edges):
        leaving, entering = sides.get(index, ("e", "w"))
        tail = _end(numbers, boxes, edge.source, edge.source_port, leaving)
        head = _end(numbers, boxes, edge.target, edge.target_port, entering)
        lines.append(f"{tail} -> {head} [id=e{index}{', ' + _label(plate) if plate.text else ''}]")
    return "\n".join([*lines, "}", ""])


def _node(number: int, box: Box) -> str:
    if box.rows:
        heights = [TITLE_HEIGHT, *(ROW_HEIGHT for _ in box.rows)]
        cells = "".join(
            f'<TR><TD PORT="p{index}" FIXEDSIZE="TRUE" WIDTH="{box.room:.0f}" HEIGHT="{height:.0f}"></TD></TR>'
            for index, height in enumerate(heights)
        )
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{cells}</TABLE>'
        return f"n{number} [shape=plain, fixedsize=false, label=<{table}>]"
    shape = {"box": "box", "round": "box", "point": "circle", "final": "circle", "diamond": "diamond"}[box.node.shape]
    return f"n{number} [shape={shape}, width={box.width / 72:.4f}, height={box.height / 72:.4f}]"


def _label(plate: Plate) -> str:
    if not plate.text:
        return 'label=""'
    cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{plate.width:.0f}" HEIGHT="{plate.height:.0f}"></TD>'
    return f'label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{cell}</TR></TABLE>>'


def _end(numbers: Mapping[str, int], boxes: Mapping[str, Box], name: str, port: str, side: str) -> str:
    box = boxes[name]
    row = box.row(port)
    cell = box.rows.index(row) + 1 if row else 0
    return f"n{numbers[name]}" + (f":p{cell}:{side}" if box.rows else "")
