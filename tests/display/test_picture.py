"""Pictures: well formed, complete, legible on any page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.display.designs import HOSTILE, hostile, shop
from workbench.display import svg
from workbench.display.characters import pixels, printable
from workbench.display.chart import ticks
from workbench.display.geometry import scene
from workbench.display.picture import picture
from workbench.display.tones import CARD, CLUSTER_INKS, INK, LINE, PLATE, QUIET_INK, TONES
from workbench.model import er_graph
from workbench.views import Chart, Edge, Field, Graph, Node, Series

NAMESPACE = "{http://www.w3.org/2000/svg}"
PAGES = ("#ffffff", "#111111")


def luminance(colour: str) -> float:
    values = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def texts(source: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(source).iter(f"{NAMESPACE}text")]


def test_every_text_colour_has_its_ground() -> None:
    """Inks reach 4.5 on the grounds they stand on, lines reach 3 on white and on JupyterLab's dark page."""
    grounds = [(INK, CARD), (INK, PLATE), (QUIET_INK, CARD), *((look.ink, look.ground) for look in TONES.values())]
    grounds += [(ink, ground) for ground in CLUSTER_INKS for ink in ("#ffffff", "#e4eaf0")]
    assert min(contrast(ink, ground) for ink, ground in grounds) >= 4.5
    assert min(contrast(line, page) for line in (LINE, *(look.line for look in TONES.values())) for page in PAGES) >= 3


def test_all_texts_stand_on_grounds_of_their_own() -> None:
    """Every text of an ER picture lies inside a filled shape and has a contrast of 4.5 with it: no page shows through."""
    drawing = ElementTree.fromstring(svg(er_graph(shop(), attributes="all")))
    shapes: list[tuple[float, float, float, float, str]] = []
    checked = 0
    for each in drawing.iter():
        if each.tag == f"{NAMESPACE}rect" and each.get("fill", "").startswith("#"):
            x, y, width, height = (float(each.get(name, 0)) for name in ("x", "y", "width", "height"))
            shapes.append((x, y, x + width, y + height, each.attrib["fill"]))
        if each.tag == f"{NAMESPACE}path" and each.get("fill", "none").startswith("#"):
            x, bottom = map(float, re.match(r"M([-\d.]+),([-\d.]+)", each.attrib["d"]).groups())  # type: ignore[union-attr]
            shapes.append((x, bottom - 30, x + 1000, bottom, each.attrib["fill"]))
        if each.tag == f"{NAMESPACE}text":
            x, y = float(each.attrib["x"]), float(each.attrib["y"]) - 3
            ground = next(
                fill for left, top, right, bottom, fill in reversed(shapes) if left <= x <= right and top <= y <= bottom
            )
            assert contrast(each.attrib["fill"], ground) >= 4.5, each.text
            checked += 1
    assert checked > 80


@pytest.mark.parametrize("attributes", ["keys", "all", "none"])
def test_all_labels_are_in_the_picture(attributes: str) -> None:
    """Every name, type, mark and label of the graph is a text of the drawing."""
    graph = er_graph(shop(), attributes=attributes)  # type: ignore[arg-type]
    shown = texts(svg(graph))
    for node in graph.nodes:
        assert node.label in shown
        for field in node.fields:
            assert {field.label, *filter(None, (field.detail, *field.marks))} <= set(shown)
    assert {edge.label for edge in graph.edges if edge.label} <= set(shown)
    assert {cluster.label for cluster in graph.clusters} <= set(shown)


def test_hostile_names_make_a_well_formed_picture() -> None:
    """Names that try to end the document are texts in it; long ones are cut and whole in the title."""
    source = svg(er_graph(hostile(), attributes="all"))
    drawing = ElementTree.fromstring(source)
    assert {each.tag.removeprefix(NAMESPACE) for each in drawing.iter()} <= {
        "svg",
        "title",
        "g",
        "rect",
        "path",
        "text",
        "circle",
    }
    titles = "\n".join(each.text or "" for each in drawing.iter(f"{NAMESPACE}title"))
    assert all(printable(name) in titles or printable(name) in texts(source) for name in HOSTILE)
    assert "<script" not in source and max(map(len, texts(source))) < 60


def test_texts_fit_their_boxes() -> None:
    """No row is wider than its box, with names and types of any length."""
    fields = tuple(Field(str(index), name, name, ("PK", "FK", "sensitive")) for index, name in enumerate(HOSTILE))
    box = scene(Graph((Node("n", HOSTILE[8], HOSTILE[8], fields),))).boxes[0]
    for row in box.rows:
        needed = box.marks_width + 7 + pixels(row.label, 12, bold=True) + pixels(row.detail, 11) + 20
        assert needed <= box.width
    assert pixels(box.label, 13, bold=True) + pixels(box.detail, 11) + 20 <= box.width


def test_everything_lies_inside_the_drawing() -> None:
    """The view box holds every rectangle, text start and circle."""
    for graph in (er_graph(shop(), attributes="all"), er_graph(hostile())):
        drawing = ElementTree.fromstring(svg(graph))
        left, top, width, height = map(float, drawing.attrib["viewBox"].split())
        for each in drawing.iter(f"{NAMESPACE}rect"):
            x, y, wide, high = (float(each.attrib[name]) for name in ("x", "y", "width", "height"))
            assert left <= x and x + wide <= left + width and top <= y and y + high <= top + height


def test_ends_are_drawn_as_they_mean() -> None:
    """Each cardinality has its own strokes: a circle for zero, a bar or two for one, three toes for many."""
    strokes = {}
    for end in ("one", "zero_or_one", "many", "one_or_many", "zero_or_many", "none", "arrow"):
        graph = Graph((Node("a", "a"), Node("b", "b")), (Edge("a", "b", source_end=end, target_end="none"),))  # type: ignore[arg-type]
        drawing = ElementTree.fromstring(svg(graph))
        paths = [each.attrib["d"] for each in drawing.iter(f"{NAMESPACE}path")]
        strokes[end] = (
            len(list(drawing.iter(f"{NAMESPACE}circle"))),
            sum(path.count("M") for path in paths[1:]),
            sum(path.count("L") for path in paths[1:]),
        )
    assert strokes["one"] == (0, 3, 3) and strokes["zero_or_one"] == (1, 2, 2)
    assert strokes["many"] == (0, 2, 3) and strokes["one_or_many"] == (0, 3, 4) and strokes["zero_or_many"] == (1, 2, 3)
    assert strokes["none"] == (0, 0, 0) and strokes["arrow"] == (0, 1, 2)


def test_ends_of_one_row_that_differ_stand_apart() -> None:
    """Two references that meet one key with different cardinality do not hide each other's sign; equal ones share their place."""
    fields = (Field("k", "key"),)
    nodes = (Node("a", "a", fields=fields), Node("b", "b", fields=fields), Node("c", "c", fields=fields))

    def ends(*kinds: str) -> set[str]:
        edges = tuple(
            Edge(source, "c", source_port="k", target_port="k", target_end=kind)
            for source, kind in zip("ab", kinds, strict=True)
        )  # type: ignore[arg-type]
        paths = [each.attrib["d"] for each in ElementTree.fromstring(svg(Graph(nodes, edges))).iter(f"{NAMESPACE}path")]
        return {re.findall(r"M([-\d.]+,[-\d.]+)", path)[0] for path in paths if path.count("M") > 1}

    assert len(ends("one", "zero_or_one")) == 2 and len(ends("one", "one")) == 1


def test_states_have_their_shapes() -> None:
    """Round states, points, finals and diamonds are drawn, in both directions, with tones that carry a sign."""
    nodes = (
        Node("i", "start", shape="point"),
        Node("s", "open", shape="round", tone="good"),
        Node("d", "choice", shape="diamond"),
        Node("f", "end", shape="final"),
    )
    edges = (Edge("i", "s"), Edge("s", "d", "pay"), Edge("d", "f", "stop", tone="bad", style="dashed"))
    for direction in ("right", "down"):
        drawing = picture(Graph(nodes, edges, direction=direction))  # type: ignore[arg-type]
        assert {"✓ open", "choice", "pay", "✗ stop"} == set(texts(drawing.svg))
        assert (drawing.width > drawing.height) == (direction == "right")


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-5, 5), (0, 336776), (0.001, 0.0012), (1e300, 1e300), (0, 1e-300), (-1e18, 3)]
)
def test_ticks_cover_their_values(low: float, high: float) -> None:
    """The scale begins at or below the least value and ends at or above the largest, in a few rising steps."""
    marks = ticks(low, high)
    assert (
        marks[0] <= low
        and marks[-1] >= high - (high - low) * 1e-6
        and marks == sorted(set(marks))
        and 2 <= len(marks) <= 8
    )


def test_charts_show_gaps_and_signs() -> None:
    """A missing value leaves a gap in a line and no bar; bars below zero hang from it; NaN and infinity are missing."""
    line = svg(Chart("line", ("a", "b", "c", "d"), (Series("s", (1.0, None, 2.0, 3.0)),)))
    assert re.search(r'd="M[\d.,]+M[\d.,]+L[\d.,]+"', line)
    bars = ElementTree.fromstring(
        svg(Chart("bar", ("a", "b", "c", "d"), (Series("s", (4.0, -2.0, float("nan"), float("inf"))),)))
    )
    drawn = [each for each in bars.iter(f"{NAMESPACE}rect") if each.get("rx") == "1.5"]
    assert len(drawn) == 2
    up, down = drawn
    assert float(up.attrib["y"]) + float(up.attrib["height"]) == pytest.approx(float(down.attrib["y"]), abs=0.2)
    assert ElementTree.fromstring(svg(Chart("bar", (), ()))) is not None


def test_a_chart_says_its_largest_value() -> None:
    """The alternative text has title, kind, extent and largest value with its unit."""
    source = svg(Chart("bar", ("Jan", "Feb"), (Series("", (3, 7)),), "Flights", "rows"))
    assert (
        ElementTree.fromstring(source).findtext(f"{NAMESPACE}title")
    ) == "Flights: bar chart of 2 values; the largest is 7 rows at Feb"
