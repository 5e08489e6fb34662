"""Layout: complete or refused, row-accurate, the same bytes, never hanging."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from tests.display.designs import generated, hostile, shop
from workbench.display.dot import dot
from workbench.display.geometry import ROW_HEIGHT, Scene, scene
from workbench.display.layout import place, programs
from workbench.display.placement import Placement
from workbench.model import Domain, er_graph
from workbench.views import Cluster, Edge, Field, Graph, Node

DOMAINS = {"shop": shop(), "hostile": hostile(), "generated": generated(40), "clustered": generated(30, 4)}


def program(folder: Path, body: str) -> str:
    """A program that stands in for Graphviz."""
    path = folder / "a program"
    path.write_text(f"#!{sys.executable}\n{body}")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test say which program ``WORKBENCH_DOT`` names."""
    monkeypatch.delenv("WORKBENCH_DOT", raising=False)
    yield monkeypatch


def drawn(domain: Domain) -> tuple[Scene, Placement]:
    measured = scene(er_graph(domain, attributes="all"))
    return measured, place(measured)


def assert_complete(measured: Scene, placed: Placement) -> None:
    """Everything has a place, no two boxes overlap, and every line begins and ends at its own row."""
    assert set(placed.corners) == {box.node.id for box in measured.boxes}
    assert len(placed.routes) == len(measured.edges)
    boxes = {box.node.id: box for box in measured.boxes}
    for one, other in combinations(measured.boxes, 2):
        (x, y), (u, v) = placed.corners[one.node.id], placed.corners[other.node.id]
        assert x + one.width <= u or u + other.width <= x or y + one.height <= v or v + other.height <= y
    for (edge, plate), route in zip(measured.edges, placed.routes, strict=True):
        for name, port, (x, y) in (
            (edge.source, edge.source_port, route.points[0]),
            (edge.target, edge.target_port, route.points[-1]),
        ):
            left, top = placed.corners[name]
            row = boxes[name].row(port)
            if row:
                assert abs(y - (top + row.top + ROW_HEIGHT / 2)) <= ROW_HEIGHT / 2
                assert min(abs(x - left), abs(x - left - boxes[name].width)) < 1.5
        assert (route.label is not None) == bool(plate.text)


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_every_program_gives_a_complete_picture(domain: Domain, engine: pytest.MonkeyPatch) -> None:
    """Each Graphviz on this machine, and the built-in layout, place everything and meet every row."""
    for path in (*programs(), "builtin"):
        engine.setenv("WORKBENCH_DOT", path)
        measured, placed = drawn(domain)
        assert placed.engine == Path(path).name
        assert_complete(measured, placed)
        assert bool(placed.note) == (path == "builtin")


def test_the_wheel_s_program_is_first(engine: pytest.MonkeyPatch) -> None:
    """Without a setting the pinned engine draws, so that pictures are the same everywhere."""
    assert Path(next(programs())).name == "graphviz-pure"
    assert drawn(shop())[1].engine == "graphviz-pure"


def test_bytes_are_the_same_in_every_process() -> None:
    """Two fresh processes with different hash seeds write the same SVG."""
    code = "import sys; sys.path.insert(0, '.')\nfrom tests.display.designs import shop\nfrom workbench.display import render\nprint(render(shop().view()))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in "12"
    }
    assert len(runs) == 1 and len(runs.pop()) > 1000


def test_a_program_that_hangs_is_left(engine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that does not answer in time is ended, the built-in layout draws, and the note says why."""
    engine.setenv("WORKBENCH_DOT", program(tmp_path, "import time; time.sleep(60)"))
    engine.setenv("PATH", "/nonexistent")
    measured = scene(er_graph(shop()))
    placed = place(measured, timeout=0.3)
    assert placed.engine in ("graphviz-pure", "builtin") and "took more than 0.3 s" in placed.note
    assert_complete(measured, placed)


@pytest.mark.parametrize(
    "body",
    [
        "print('{}')",
        "print('not json')",
        "import sys; sys.exit(3)",
        'print(\'{"bb": "0,0,nan,1"}\')',
        "import json,re,sys\nprint(json.dumps({'bb': '0,0,9,9', 'objects': [{'name': n, 'pos': '1,1', 'width': '9', 'height': '9'} for n in re.findall('n[0-9]+', sys.stdin.read())]}))",
    ],
    ids=["empty", "garbage", "failure", "not-a-number", "wrong-sizes"],
)
def test_a_wrong_picture_is_not_taken(body: str, engine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that exits with 0 and a wrong picture is refused, by name, and the next one draws."""
    engine.setenv("WORKBENCH_DOT", program(tmp_path, body))
    measured, placed = drawn(shop())
    assert placed.engine == "graphviz-pure" and "a program gave an incomplete picture" in placed.note
    assert_complete(measured, placed)


def test_a_complete_picture_is_taken_whatever_the_exit_code(engine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Graphviz sometimes exits with 1 although everything is drawn; the picture counts, not the code."""
    real = next(programs())
    engine.setenv(
        "WORKBENCH_DOT",
        program(tmp_path, f"import subprocess, sys\nsubprocess.run([{real!r}, *sys.argv[1:]])\nsys.exit(1)"),
    )
    measured, placed = drawn(shop())
    assert placed.engine == "a program" and placed.note == ""
    assert_complete(measured, placed)


def test_a_program_that_is_not_there_is_said(engine: pytest.MonkeyPatch) -> None:
    """A wrong setting does not stop the picture, and is not passed over in silence."""
    engine.setenv("WORKBENCH_DOT", "/nowhere/dot")
    assert "WORKBENCH_DOT names '/nowhere/dot', which is not there" in drawn(shop())[1].note


def test_no_text_of_the_design_reaches_the_program() -> None:
    """DOT holds sizes and numbers only: nothing a name says can be read as DOT or HTML."""
    source = dot(scene(er_graph(hostile(), attributes="all")))
    assert source.isascii() and "script" not in source and "drop" not in source and "xxx" not in source


def test_boxes_without_lines_stand_on_shelves() -> None:
    """Thirty lone resources fill a page in rows instead of one tower."""
    lone = Domain(
        name="d", resources=tuple(each.model_copy(update={"relationships": ()}) for each in generated(30).resources)
    )
    measured, placed = drawn(lone)
    assert_complete(measured, placed)
    assert placed.width <= 820 and len({y for _, y in placed.corners.values()}) < 15


def test_odd_graphs_have_a_layout() -> None:
    """No nodes, doubled ids, edges to nowhere, empty labels, clusters of nobody, every shape, both directions."""
    shapes = tuple(Node(shape, shape, shape=shape) for shape in ("box", "round", "point", "final", "diamond"))  # type: ignore[arg-type]
    fielded = Node("f", "", fields=(Field("a", ""), Field("a", "again")))
    edges = (
        Edge("box", "round", ""),
        Edge("round", "final", "x", tone="bad"),
        Edge("f", "f", "self", "a", "a"),
        Edge("box", "nowhere"),
        Edge("point", "diamond"),
    )
    for direction in ("right", "down"):
        graph = Graph((*shapes, fielded, shapes[0]), edges, (Cluster("empty", ""),), direction=direction)  # type: ignore[arg-type]
        measured = scene(graph)
        assert len(measured.boxes) == 6 and len(measured.edges) == 4 and not measured.clusters
        assert_complete(measured, place(measured))
    assert place(scene(Graph(()))).corners == {}


def test_the_built_in_layout_survives_cycles(engine: pytest.MonkeyPatch) -> None:
    """Cyclic references end, in layers that do not overlap."""
    engine.setenv("WORKBENCH_DOT", "builtin")
    names = [f"n{index}" for index in range(30)]
    edges = tuple(Edge(one, other) for one, other in zip(names, [*names[1:], names[0]], strict=True))
    for direction in ("right", "down"):
        measured = scene(Graph(tuple(Node(name, name) for name in names), edges, direction=direction))  # type: ignore[arg-type]
        assert_complete(measured, place(measured))
