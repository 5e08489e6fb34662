"""Plain text: bounded, complete, the same on every run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.display.designs import generated, hostile, shop
from workbench.display.characters import columns
from workbench.display.text import plain
from workbench.errors import Problem, Problems
from workbench.views import Chart, Code, Column, Edge, Field, Graph, Node, Series, Stack, Table, Text, Tree, View

TEXTS = st.text(max_size=30)
CELLS = TEXTS | st.none() | st.integers() | st.floats() | st.booleans()
TONES = st.sampled_from(("plain", "good", "warning", "bad", "muted", "accent"))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 6))
    kinds = st.sampled_from(("text", "number", "share", "code", "tone"))
    heads = tuple(Column(draw(TEXTS), draw(kinds)) for _ in range(width))
    rows = tuple(tuple(draw(CELLS) for _ in range(width)) for _ in range(draw(st.integers(0, 4))))
    tones = tuple(draw(TONES) for _ in rows) if draw(st.booleans()) else ()
    return Table(heads, rows, draw(TEXTS), draw(st.none() | st.integers(0, 10**9)), tones)


TREES = st.recursive(
    st.builds(Tree, TEXTS, st.just(()), TEXTS, TONES),
    lambda inner: st.builds(Tree, TEXTS, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)
CHARTS = st.builds(
    lambda kind, pairs, title: Chart(
        kind, tuple(name for name, _ in pairs), (Series("a", tuple(value for _, value in pairs)),), title
    ),
    st.sampled_from(("bar", "line", "histogram")),
    st.lists(st.tuples(TEXTS, st.none() | st.floats()), max_size=5),
    TEXTS,
)
LEAVES = tables() | TREES | CHARTS | st.builds(Text, TEXTS, TONES) | st.builds(Code, TEXTS)
VIEWS = LEAVES | st.builds(
    lambda title, inner, folded: Stack(title, tuple(inner), folded=tuple(folded)),
    TEXTS,
    st.lists(LEAVES, max_size=3),
    st.lists(st.booleans(), max_size=3),
)


@given(VIEWS, st.sampled_from((20, 60, 100)))
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_than_asked(view: View, width: int) -> None:
    """Whatever a view holds, its text stays within its columns and is the same when asked again."""
    text = plain(view, width)
    assert all(columns(line) <= width for line in text.split("\n"))
    assert text == plain(view, width)


@pytest.mark.parametrize("domain", [shop(), hostile(), generated(60)], ids=["shop", "hostile", "generated"])
def test_a_domain_prints_within_its_width(domain: object) -> None:
    """The tree of a whole domain keeps to 100 columns, hostile names included."""
    assert all(columns(line) <= 100 for line in plain(domain.view()).split("\n"))  # type: ignore[attr-defined]


def test_a_domain_reads_as_a_tree() -> None:
    """Keys, types, absence and the true cardinality of every reference are in the text."""
    text = plain(shop().view())
    assert "│  │  ├─ FK  customer_id  uuid  → customer.id  zero or many to exactly one" in text
    assert "PK FK  order_id  uuid  → order.id  zero or one to exactly one" in text
    assert "email  sensitive" in text and "decimal(12, 2)?" in text and "enum (4)  state" in text


def test_a_table_aligns_numbers_and_says_which_rows() -> None:
    """Numbers end in one column, nothing is written as a word for absence, and a page names its place."""
    table = Table((Column("n", "number"), Column("share", "share")), ((1000, 0.5), (2, None)), total=5000, first=20)
    assert plain(table).split("\n") == ["    n   share", "1,000  50.0 %", "    2       –", "rows 21–22 of 5,000"]


def test_too_many_columns_are_named_not_lost() -> None:
    """A table of sixty columns keeps what fits and says how many follow."""
    table = Table(tuple(Column(f"c{index}") for index in range(60)), (tuple(range(60)),))
    text = plain(table)
    assert text.split("\n")[0].startswith("c0  c1") and " more columns: c" in text


def test_prose_is_broken_and_paths_are_cut() -> None:
    """A sentence in a narrow table runs over several lines with nothing lost; a path keeps to one."""
    sentence = "every flight needs an airport that exists"
    lines = plain(Table((Column("path", "code"), Column("what")), (("a" * 40, sentence),)), 40).split("\n")
    assert " ".join(line[-18:].strip() for line in lines[1:]) == sentence
    assert lines[1].startswith("aaaaaaaaaaaaaaaaaaa…") and all(line.startswith(" ") for line in lines[2:])


def test_a_tone_is_a_sign_without_colour() -> None:
    """Bad, warning and good rows differ by their sign."""
    text = plain(Problems([Problem("a", "x", "bad"), Problem("b", "y", "odd", "warning")]).view())
    assert "✗ error" in text and "▲ warning" in text and "1 error, 1 warning" in text


def test_bars_have_the_length_of_their_values() -> None:
    """The largest bar fills the line, half of it is half as long, a missing value has none."""
    text = plain(Chart("bar", ("a", "b", "c"), (Series("", (10, 5, None)),)), 41).split("\n")
    assert text[0].count("█") == 2 * text[1].count("█") == 34 and text[2] == "c   –"


def test_a_graph_without_fields_lists_its_edges() -> None:
    """Edges between plain boxes stand under the box they leave, with their label; dangling ends are named as they are."""
    graph = Graph(
        (Node("a", "Start"), Node("b", "End", fields=(Field("p", "port"),))),
        (Edge("a", "b", "go", target_port="p"), Edge("a", "gone")),
        title="g",
    )
    assert plain(graph) == "g\n├─ Start\n│  ├─ → End.port  (go)\n│  └─ → gone\n└─ End\n   └─ port"
