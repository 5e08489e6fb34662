"""Where everything goes: a Graphviz program in a subprocess, checked, or the built-in layered layout.

Programs are tried in this order: ``WORKBENCH_DOT`` (a path or a name; ``builtin`` means none at all), ``graphviz-pure`` (comes with
the package, same bytes on every platform), a system ``dot``. A program's exit code is not believed: Graphviz exits 1 with a complete
picture and 0 with a wrong one. Its answer counts when every node has the size asked for and every edge has a line.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from workbench.display.dot import dot
from workbench.display.ends import attach
from workbench.display.geometry import Box, Scene
from workbench.display.layered import layered
from workbench.display.loops import without_loops
from workbench.display.placement import Placement, Point, Rectangle, Route
from workbench.display.shelves import apart, with_shelves

__all__ = ["place", "programs"]

TIMEOUT = 10.0
"""Seconds a program may take before the built-in layout draws instead."""


def place(scene: Scene, timeout: float = TIMEOUT) -> Placement:
    """Positions for everything in ``scene``; ``note`` says so when no Graphviz program drew it.

    Answers are remembered within the process by content.
    """
    joined, lone = apart(scene)
    straight, loops = without_loops(joined)
    placed = _joined(straight, timeout) if joined.boxes else Placement(0, 0, {}, (), {}, "none")
    placed = replace(placed, routes=attach(replace(straight, edges=joined.edges), placed.corners, placed.routes, loops))
    return with_shelves(placed, lone) if lone else placed


def _joined(scene: Scene, timeout: float) -> Placement:
    wanted = os.environ.get("WORKBENCH_DOT", "")
    notes = (
        [f"WORKBENCH_DOT names {wanted!r}, which is not there"]
        if wanted not in ("", "builtin") and not shutil.which(wanted)
        else []
    )
    for program in programs():
        try:
            placed = _drawn(program, scene, timeout)
            return replace(placed, note=f"Drawn by {placed.engine} ({'; '.join(notes)})." if notes else "")
        except _RefusedError as refusal:
            notes.append(f"{Path(program).name} {refusal}")
    reason = "; ".join(notes) or ("as WORKBENCH_DOT says" if wanted == "builtin" else "no Graphviz program was found")
    return layered(scene, note=f"Drawn by the built-in layout ({reason}): lines may cross boxes.")


def _drawn(program: str, scene: Scene, timeout: float) -> Placement:
    """What ``program`` draws; a second time where lines run against the direction, so that they leave on the nearer side."""
    placed = _read(_run(program, dot(scene), timeout), scene, Path(program).name)
    sides = _nearer_sides(scene, placed)
    return _read(_run(program, dot(scene, sides), timeout), scene, placed.engine) if sides else placed


def _nearer_sides(scene: Scene, placed: Placement) -> dict[int, tuple[str, str]]:
    boxes = {box.node.id: box for box in scene.boxes if box.rows}
    sides = {}
    for index, (edge, _) in enumerate(scene.edges):
        if edge.source in boxes and edge.target in boxes:
            source, target = boxes[edge.source], boxes[edge.target]
            start = placed.corners[edge.source][0] - source.beside[0]
            end = placed.corners[edge.target][0] - target.beside[0]
            if end + target.room <= start:
                sides[index] = ("w", "e")
            elif end < start + source.room:
                sides[index] = ("e", "e")
    return sides


def programs() -> Iterator[str]:
    """Paths of the layout programs to try, in order."""
    wanted = os.environ.get("WORKBENCH_DOT", "")
    if wanted == "builtin":
        return
    beside = str(Path(sys.executable).parent)
    found = (
        shutil.which(wanted) if wanted else None,
        shutil.which("graphviz-pure", path=beside) or shutil.which("graphviz-pure"),
        shutil.which("dot"),
    )
    yield from dict.fromkeys(path for path in found if path)


class _RefusedError(Exception):
    """Why a program's answer was not taken."""


@lru_cache(maxsize=32)
def _run(program: str, source: str, timeout: float) -> bytes:
    try:
        done = subprocess.run(
            [program, "-Tjson0"], input=source.encode(), capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise _RefusedError(f"took more than {timeout:g} s") from None
    except OSError as error:
        raise _RefusedError(f"could not be started: {error.strerror}") from None
    return done.stdout


def _read(answer: bytes, scene: Scene, engine: str) -> Placement:
    try:
        given = json.loads(answer)
        left, low, right, high = _numbers(given["bb"])
        objects = {each["name"]: each for each in given.get("objects", [])}
        lines = {each["id"]: each for each in given.get("edges", [])}
        # Graphviz counts y from the bottom, pictures from the top.
        return Placement(
            right - left,
            high - low,
            {box.node.id: _corner(objects[f"n{index}"], box, high) for index, box in enumerate(scene.boxes)},
            tuple(_route(lines[f"e{index}"], high, bool(plate.text)) for index, (_, plate) in enumerate(scene.edges)),
            {
                cluster.id: _rectangle(objects[f"cluster_{index}"], high)
                for index, (cluster, _) in enumerate(scene.clusters)
            },
            engine,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _RefusedError(f"gave an incomplete picture ({type(error).__name__}: {error})") from None


def _corner(shape: dict[str, Any], box: Box, high: float) -> Point:
    width, height = box.room, box.height
    given = float(shape["width"]) * 72, float(shape["height"]) * 72
    if abs(given[0] - width) > 2 or abs(given[1] - height) > 2:
        raise ValueError(f"a box of {width:.0f} x {height:.0f} became {given[0]:.0f} x {given[1]:.0f}")
    x, y = _numbers(shape["pos"])
    return x - width / 2 + box.beside[0], high - y - height / 2


def _route(line: dict[str, Any], high: float, labelled: bool) -> Route:
    points = tuple((x, high - y) for x, y in (_numbers(pair) for pair in line["pos"].split()))
    if len(points) < 4 or len(points) % 3 != 1:
        raise ValueError(f"an edge of {len(points)} points")
    if not labelled:
        return Route(points)
    x, y = _numbers(line["lp"])
    return Route(points, (x, high - y))


def _rectangle(cluster: dict[str, Any], high: float) -> Rectangle:
    left, low, right, top = _numbers(cluster["bb"])
    return left, high - top, right - left, top - low


def _numbers(text: str) -> list[float]:
    numbers = [float(part) for part in text.split(",")]
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"{text!r} is not a place")
    return numbers
