"""Layout: complete or refused, row-accurate, the same bytes, never hanging."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Literal

import pytest

from tests.display.designs import generated, hostile, shop, staff
from workbench.display.dot import dot
from workbench.display.ends import attach
from workbench.display.geometry import ROW_HEIGHT, TITLE_HEIGHT, Box, Scene, scene
from workbench.display.layout import place, programs
from workbench.display.placement import Placement, Point, Route
from workbench.model import Domain, er_graph
from workbench.views import Cluster, Edge, Field, Graph, Node

DOMAINS = {
    "shop": shop(),
    "staff": staff(),
    "hostile": hostile(),
    "generated": generated(40),
    "clustered": generated(30, 4),
}


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
    """Everything has a place, no two boxes overlap, every line begins and ends at its own row, on the border of its box."""
    assert set(placed.corners) == {box.node.id for box in measured.boxes}
    assert len(placed.routes) == len(measured.edges)
    boxes = {box.node.id: box for box in measured.boxes}
    for one, other in combinations(measured.boxes, 2):
        (x, y), (u, v) = placed.corners[one.node.id], placed.corners[other.node.id]
        assert x + one.width <= u or u + other.width <= x or y + one.height <= v or v + other.height <= y
    for (edge, plate), route in zip(measured.edges, placed.routes, strict=True):
        for name, port, end in (
            (edge.source, edge.source_port, route.points[0]),
            (edge.target, edge.target_port, route.points[-1]),
        ):
            assert_meets(boxes[name], port, placed.corners[name], end)
        assert (route.label is not None) == bool(plate.text)


def assert_meets(box: Box, port: str, corner: Point, end: Point) -> None:
    """A line's end is on the border: beside its row, beside the header where that row is not drawn, anywhere without rows."""
    across, down = end[0] - corner[0], end[1] - corner[1]
    sideways = min(abs(across), abs(across - box.width))
    if box.rows:
        row = box.row(port)
        middle = row.top + ROW_HEIGHT / 2 if row else TITLE_HEIGHT / 2
        assert abs(down - middle) <= ROW_HEIGHT / 2 and sideways < 1.5
    else:
        assert -1.5 < across < box.width + 1.5 and -1.5 < down < box.height + 1.5
        assert box.node.shape not in ("box", "round") or min(sideways, abs(down), abs(down - box.height)) < 1.5


def along(route: Route) -> list[Point]:
    """Places on a line, close to each other."""
    found = []
    for start in range(0, len(route.points) - 1, 3):
        p, q, r, s = route.points[start : start + 4]
        for t in (step / 12 for step in range(13)):
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            x, y = (sum(w * each[axis] for w, each in zip(weights, (p, q, r, s), strict=True)) for axis in (0, 1))
            found.append((x, y))
    return found


def is_within(place: Point, corner: Point, width: float, height: float, margin: float) -> bool:
    """Whether ``place`` lies in a box that is larger by ``margin`` on each side."""
    return (
        corner[0] - margin < place[0] < corner[0] + width + margin
        and corner[1] - margin < place[1] < corner[1] + height + margin
    )


def assert_loops_are_free(measured: Scene, placed: Placement) -> int:
    """Every loop and its label stand beside their own box, apart from all boxes and from lines of others; how many there are."""
    loops = [
        (edge, plate, route)
        for (edge, plate), route in zip(measured.edges, placed.routes, strict=True)
        if edge.source == edge.target
    ]
    for edge, plate, route in loops:
        own = next(box for box in measured.boxes if box.node.id == edge.source)
        corner = placed.corners[edge.source]
        places = along(route)
        away = max(max(corner[0] - x, x - corner[0] - own.width) for x, _ in places)
        assert away > 25  # farther than the crow's feet reach
        if route.label:
            x, y = route.label
            places += [(x + dx * plate.width, y + dy * plate.height) for dx in (-0.5, 0.5) for dy in (-0.5, 0.5)]
        assert all(corner[1] < y < corner[1] + own.height for _, y in places)
        for box in measured.boxes:
            margin = -0.5 if box is own else 2
            assert not any(
                is_within(each, placed.corners[box.node.id], box.width, box.height, margin) for each in places
            )
        others = [
            each
            for (other, _), drawn in zip(measured.edges, placed.routes, strict=True)
            if edge.source not in (other.source, other.target)
            for each in along(drawn)
        ]
        left, right = min(x for x, _ in places), max(x for x, _ in places)
        top, bottom = min(y for _, y in places), max(y for _, y in places)
        assert not any(is_within(each, (left, top), right - left, bottom - top, 0) for each in others)
    return len(loops)


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_every_program_gives_a_complete_picture(domain: Domain, engine: pytest.MonkeyPatch) -> None:
    """Each Graphviz on this machine, and the built-in layout, place everything and meet every row."""
    for path in (*programs(), "builtin"):
        engine.setenv("WORKBENCH_DOT", path)
        measured, placed = drawn(domain)
        assert placed.engine == Path(path).name
        assert_complete(measured, placed)
        assert bool(placed.note) == (path == "builtin")


@pytest.mark.parametrize("attributes", ["keys", "all"])
@pytest.mark.parametrize("focus", [None, "employee", "category"])
def test_a_self_reference_stands_beside_its_own_box(
    attributes: Literal["keys", "all"], focus: str | None, engine: pytest.MonkeyPatch
) -> None:
    """No loop runs behind a neighbour, whoever draws: each leaves its row and comes back to its row in room of its own."""
    domain = shop() if focus == "category" else staff()
    for path in (*programs(), "builtin"):
        engine.setenv("WORKBENCH_DOT", path)
        measured = scene(er_graph(domain, attributes=attributes, focus=focus))
        placed = place(measured)
        assert_complete(measured, placed)
        assert assert_loops_are_free(measured, placed) == (1 if focus == "category" else 3)


def test_a_loop_takes_the_freer_side() -> None:
    """Loops stand on the right, unless lines that leave between their rows would run across them."""
    fields = tuple(Field(name, name) for name in "abcd")
    for leaving, right in (("d", True), ("b", False)):
        nodes = (Node("own", "own", fields=fields), Node("next", "next", fields=fields))
        measured = scene(Graph(nodes, (Edge("own", "own", "", "a", "c"), Edge("own", "next", "", leaving, "a"))))
        placed = place(measured)
        assert_complete(measured, placed)
        assert assert_loops_are_free(measured, placed) == 1
        assert (placed.routes[0].points[0][0] > placed.corners["own"][0] + 1) == right


def test_loops_share_no_line() -> None:
    """Two loops run in lanes of their own, and both ends of a loop at one row can be told apart."""
    nodes = (Node("own", "own", fields=tuple(Field(name, name) for name in "abcd")),)
    edges = (
        Edge("own", "own", "same", "b", "b", "many", "many"),
        Edge("own", "own", "wide", "a", "d", "many", "one"),
        Edge("own", "own", "", "a", "c", "many", "one"),
    )
    measured = scene(Graph(nodes, edges))
    placed = place(measured)
    assert_complete(measured, placed)
    assert assert_loops_are_free(measured, placed) == 3
    same, wide, narrow = ([x for x, _ in route.points] for route in placed.routes)
    assert max(same) + 9 < max(narrow) < max(wide) - 9
    assert abs(placed.routes[0].points[0][1] - placed.routes[0].points[-1][1]) >= 9


def test_lines_to_a_row_that_is_not_drawn_meet_the_header(engine: pytest.MonkeyPatch) -> None:
    """Nothing stops in the air when a neighbour hides the attributes a line refers to."""
    for path in (*programs(), "builtin"):
        engine.setenv("WORKBENCH_DOT", path)
        measured = scene(er_graph(staff(), focus="employee"))
        index = next(index for index, (edge, _) in enumerate(measured.edges) if edge.target == "department")
        department = next(box for box in measured.boxes if box.node.id == "department")
        assert department.rows and department.row(measured.edges[index][0].target_port) is None
        placed = place(measured)
        left, top = placed.corners["department"]
        assert placed.routes[index].points[-1] == pytest.approx((left, top + TITLE_HEIGHT / 2))


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
        Edge("f", "round", "from a row that is not there", "gone"),
        Edge("diamond", "f"),
        Edge("box", "nowhere"),
        Edge("point", "diamond"),
    )
    for direction in ("right", "down"):
        graph = Graph((*shapes, fielded, shapes[0]), edges, (Cluster("empty", ""),), direction=direction)  # type: ignore[arg-type]
        measured = scene(graph)
        assert len(measured.boxes) == 6 and len(measured.edges) == 6 and not measured.clusters
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


def test_ends_stand_in_the_order_their_lines_arrive() -> None:
    """Of two lines to one row, that which comes around other boxes from below ends below, wherever it began; they do not cross."""
    boxes = tuple(Node(name, name, fields=(Field("id", "id"),)) for name in ("one", "other", "target"))
    edges = tuple(
        Edge(source, "target", "", "id", "id", "zero_or_many", end)
        for source, end in (("one", "one"), ("other", "zero_or_one"))
    )
    measured = scene(Graph(boxes, edges))
    corners = {"one": (0.0, 300.0), "other": (0.0, 0.0), "target": (600.0, 150.0)}
    from_above = Route(((100, 320), (150, 320), (500, 60), (550, 80), (570, 90), (580, 180), (590, 180)))
    from_below = Route(((100, 20), (150, 20), (500, 400), (550, 330), (570, 300), (580, 180), (590, 180)))
    above, below = attach(measured, corners, (from_above, from_below), {})
    assert above.points[-1][1] < below.points[-1][1]
