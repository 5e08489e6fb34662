"""DOT text: complete pictures from any graph, hostile ones included."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emit.designs import hostile, shop
from workbench.emit import export
from workbench.emit.dot import graph_to_dot, plain_text
from workbench.errors import NotFoundError
from workbench.model import Domain
from workbench.views import Cluster, Edge, End, Field, Graph, Node

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    '"; drop table x; --',
    "<script>alert(1)</script>",
    "</TABLE>>];",
    "\\N \\G \\",
    "&amp; &#0;",
    "日本 🎉",
    "  ",
    "a\tb",
    "]]>",
    "{a|b}",
)


def draw(dot: str) -> ElementTree.Element:
    """The SVG that Graphviz makes of ``dot``."""
    program = Path(sys.executable).parent / "graphviz-pure"
    done = subprocess.run([program, "-Tsvg"], input=dot.encode(), capture_output=True, timeout=60, check=False)
    assert b"syntax" not in done.stderr and b"Error" not in done.stderr, done.stderr.decode()
    return ElementTree.fromstring(done.stdout)


def assert_complete(graph: Graph, picture: ElementTree.Element) -> None:
    """Every node, edge, cluster and label of ``graph`` is in ``picture``, and nothing else is."""
    ids = [each.get("id", "") for each in picture.iter(f"{SVG}g")]
    for kind, parts in (("node", graph.nodes), ("edge", graph.edges), ("cluster", graph.clusters)):
        assert sorted(each for each in ids if each.startswith(f"{kind}-")) == sorted(
            f"{kind}-{n}" for n in range(len(parts))
        )
    drawn = "".join(" ".join(each.text or "" for each in picture.iter(f"{SVG}text")).split())
    for node in graph.nodes:
        for label in (node.label, *(each.label for each in node.fields)):
            assert node.shape == "point" or "".join(plain_text(label, 42).split()) in drawn


def test_a_graph_of_every_shape_and_end_is_drawn_whole() -> None:
    """Shapes, ends, ports, clusters and loops all reach the picture."""
    ends: tuple[End, ...] = ("none", "arrow", "one", "zero_or_one", "many", "one_or_many", "zero_or_many")
    nodes = tuple(
        Node(shape, f"{shape} node", "detail", shape=shape) for shape in ("box", "round", "point", "final", "diamond")
    )
    table = Node(
        "t",
        "orders",
        "12 rows",
        (Field("id", "id", "uuid", ("PK",)), Field("of", "of", "uuid", ("FK",), "bad")),
        cluster="c",
    )
    edges = (
        Edge("t", "t", "parent", "of", "id", "zero_or_many", "one"),
        *(Edge("box", "t", target_port="id", source_end=end, target_end=end, style="dashed") for end in ends),
    )
    graph = Graph((*nodes, table), edges, (Cluster("c", "Sales"),), title="Shop", alt="a shop", hidden=3)
    assert_complete(graph, draw(graph_to_dot(graph)))


def test_the_cardinality_of_an_edge_is_its_crows_foot() -> None:
    """Each end of an edge wears the crow's foot of its own cardinality, at the row of its field."""
    nodes = (Node("a", "a", fields=(Field("x", "x"), Field("y", "y"))), Node("b", "b", fields=(Field("k", "k"),)))
    dot = graph_to_dot(Graph(nodes, (Edge("a", "b", "", "y", "k", "zero_or_many", "one"),)))
    assert "n0:e1:e -> n1:p0:w [" in dot
    assert "arrowtail=crowodot, arrowhead=teetee" in dot


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_only_labels(text: str) -> None:
    """A name can neither leave its label nor change another part of the picture."""
    node = Node(text, text, text, (Field(text, text, text, (text,)),), cluster=text, tooltip=text)
    other = Node("o", "other", shape="diamond")
    graph = Graph((node, other), (Edge(text, "o", text, text),), (Cluster(text, text),), title=text, alt=text)
    assert_complete(graph, draw(graph_to_dot(graph)))


def test_an_edge_to_nowhere_is_refused_by_name() -> None:
    """Graphviz would invent the missing node; we name it instead."""
    with pytest.raises(NotFoundError, match=r"'ordrs'.*did you mean 'orders'"):
        graph_to_dot(Graph((Node("orders", "orders"),), (Edge("orders", "ordrs"),)))


def test_an_edge_to_a_field_not_shown_meets_the_node() -> None:
    """Trimming a node's fields keeps its edges."""
    dot = graph_to_dot(
        Graph((Node("a", "a", fields=(Field("x", "x"),)), Node("b", "b")), (Edge("a", "b", "", "gone"),))
    )
    assert "n0 -> n1 [" in dot


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), min_size=1, max_size=4))
def test_any_text_makes_a_complete_picture(labels: list[tuple[str, str]]) -> None:
    """No label, whatever its characters, breaks the drawing."""
    nodes = tuple(Node(f"n{i}", head, row, (Field("f", row, head),)) for i, (head, row) in enumerate(labels))
    graph = Graph(nodes, tuple(Edge("n0", node.id, node.label, "f", "f") for node in nodes))
    assert_complete(graph, draw(graph_to_dot(graph)))


@pytest.mark.parametrize("design", [shop, hostile])
def test_the_er_diagram_of_a_domain_is_drawn_whole(design: Callable[[], Domain]) -> None:
    """Every resource, attribute (those that references imply too) and reference is in the picture."""
    domain = design()
    text = export(domain, "dot").files["domain.dot"]
    picture = draw(text)
    ids = [each.get("id", "") for each in picture.iter(f"{SVG}g")]
    assert sum(each.startswith("node-") for each in ids) == len(domain.resources)
    assert sum(each.startswith("edge-") for each in ids) >= len(domain.resources) - 1
    drawn = "".join(" ".join(each.text or "" for each in picture.iter(f"{SVG}text")).split())
    for resource in domain.resources:
        for attribute in resource.attributes:
            assert "".join(plain_text(attribute.name, 42).split()) in drawn
    assert design is not shop or "customer_id" in drawn


def test_a_required_reference_ends_in_exactly_one() -> None:
    """The crow's feet of the export say what the design says."""
    text = export(shop(), "dot").files["domain.dot"]
    assert text.count("arrowhead=teetee") == 3 and text.count("arrowhead=teeodot") == 1
    assert text.count("arrowtail=teeodot") == 1
