"""HTML: escaped, kept by the notebook's sanitiser, complete without the picture."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from tests.display.designs import HOSTILE, generated, hostile, shop
from tests.display.test_text import VIEWS
from workbench.display import render, svg
from workbench.display.html import html
from workbench.display.markup import Markup, element
from workbench.views import Code, Column, Graph, Node, Stack, Table, Text, View

KEPT_TAGS = {
    "div",
    "p",
    "span",
    "pre",
    "code",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "img",
    "wbr",
}
KEPT_ATTRIBUTES = {"style", "title", "scope", "alt", "src", "open", "colspan"}
EMPTY = {"img", "wbr"}


class Reader(HTMLParser):
    """Tags, attributes and text of a fragment; tags that are not closed in order are an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.opened: list[str] = []
        self.feed(source)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in EMPTY:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        assert tag in EMPTY, f"<{tag}/> is not closed in HTML"

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check(source: str) -> Reader:
    read = Reader(source)
    assert read.tags <= KEPT_TAGS
    assert {name for name, _ in read.attributes} <= KEPT_ATTRIBUTES
    assert all(
        (value or "").startswith("data:image/svg+xml;base64,") for name, value in read.attributes if name == "src"
    )
    return read


@given(VIEWS)
@settings(max_examples=60, deadline=None)
def test_only_what_the_sanitiser_keeps_is_used(view: View) -> None:
    """Whatever a view says, the HTML has known tags and attributes only, all closed."""
    check(str(html(view)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_text_everywhere(text: str) -> None:
    """A script, tag, quote or override given as any text of any view comes out as the same text."""
    table = Table(
        (Column(text), Column(text, "code"), Column(text, "tone")), ((text, text, text),), text, tones=("bad",)
    )
    view = Stack(
        text,
        (
            table,
            Text(text, "warning"),
            Code(text, text),
            Graph((Node(text, text, text),), title=text, alt=text, legend=((text, text),)),
        ),
        text,
        (True,),
    )
    read = check(str(html(view)))
    shown = text.replace("\u202e", "\\u202e")
    assert read.text.count(shown) >= 9
    assert dict(read.attributes)["alt"] == shown


def test_a_picture_is_an_image_with_words_and_a_table() -> None:
    """A graph's HTML is an image that says what it shows, and a folded table of every resource, attribute and reference."""
    graph = next(child for child in shop().view().children if isinstance(child, Graph))  # type: ignore[union-attr]
    read = check(str(html(graph)))
    values = dict(read.attributes)
    assert values["alt"] == "Shop: entity-relationship diagram of 8 resources and 8 references"
    picture = base64.b64decode(str(values["src"]).split(",")[1]).decode()
    assert picture == svg(graph)
    for node in graph.nodes:
        assert node.label in read.text and all(
            field.label in read.text and field.detail in read.text for field in node.fields
        )
    assert read.text.count("zero or many to exactly one") == 3 and "zero or one to exactly one" in read.text


def test_folded_parts_are_behind_their_name() -> None:
    """A folded child is inside a details element whose summary is its title, said once; the others are open."""
    source = html(Stack("s", (Text("open"), Table((Column("c"),), (), "folded one")), folded=(False, True)))
    assert source.count("folded one") == 1
    assert re.search(r"<details[^>]*><summary[^>]*>folded one</summary>", source) and source.count("<details") == 1


def test_absent_is_not_a_word() -> None:
    """A missing value is a quiet dash that says what it is on hovering, zero and empty text are themselves."""
    source = html(Table((Column("a", "number"),), ((None,), (0,))))
    assert source.count('title="no value"') == 1 and "None" not in source and ">0</td>" in source


def test_a_share_has_a_bar_and_a_figure() -> None:
    """A share is drawn and written; shares out of range do not break the bar."""
    source = html(Table((Column("a", "share"),), ((0.25,), (7.0,), (float("nan"),))))
    assert "width:25.0%" in source and "25.0 %" in source and "width:100.0%" in source and "width:0.0%" in source


def test_long_tables_stop_and_say_so() -> None:
    """More rows than a page should hold are not all written out."""
    source = html(Table((Column("a"),), tuple((index,) for index in range(5000))))
    assert source.count("<tr>") == 1001 and "rows 1–1,000 of 5,000" in source


def test_the_same_view_gives_the_same_bytes() -> None:
    """Rendering twice gives equal bundles with the promised types."""
    graph = Graph((Node("a", "A"),))
    assert render(graph) == render(graph)
    assert sorted(render(graph)) == ["image/svg+xml", "text/html", "text/plain"]
    assert sorted(render(Text("x"))) == ["text/html", "text/plain"]


def test_large_designs_stay_small() -> None:
    """A domain of 300 resources is shown in less than 200 kB."""
    assert len(render(generated(300).view())["text/html"]) < 200_000


def test_views_and_elements_show_themselves() -> None:
    """A view, a domain, a resource and an attribute each answer Jupyter's question with a bundle."""
    import workbench as wb

    for value in (
        Text("x"),
        shop(),
        shop().resources[0],
        shop().resources[0].attributes[0],
        shop().machines[0],
        wb.Problem("a", "b", "c"),
    ):
        bundle = value._repr_mimebundle_()
        assert bundle is not None and bundle["text/plain"] and bundle["text/html"]
    assert "hostile" not in hostile().view().title  # type: ignore[union-attr]


def test_what_is_not_a_view_is_refused() -> None:
    """Rendering an element instead of its view says how to get the view."""
    with pytest.raises(TypeError, match=r"a Domain is not a view; .* \.view\(\)"):
        render(shop())  # type: ignore[arg-type]


def test_markup_escapes_in_one_place() -> None:
    """Text and attribute values are escaped unless they are markup already, and read back as given."""
    made = element("a", "<&>", element("b", '"'), href="'\"<&>\n\t", size=1.5, none=None)
    assert isinstance(made, Markup)
    read = ElementTree.fromstring(made)
    assert read.attrib == {"href": "'\"<&>\n\t", "size": "1.5"} and read.text == "<&>" and read[0].text == '"'


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("weather.wind_speed", 'white-space:nowrap;">weather.wind_speed</code>'),
        (
            "weather.wind_speed_at_the_airport",
            'normal;">weather.<wbr/>wind_<wbr/>speed_<wbr/>at_<wbr/>the_<wbr/>airport</code>',
        ),
        ("x" * 27, f';">{"x" * 27}</code>'),
    ],
)
def test_names_go_on_between_words(name: str, written: str) -> None:
    """A short name stays whole; a longer one breaks after a point, comma or underscore, and within only a word longer than a column."""
    assert written in html(Table((Column("where", "code"),), ((name,),)))


def test_short_values_stay_on_one_line() -> None:
    """A moment, a number or a code is not broken over lines, however many columns stand beside it; prose is."""
    moment, prose = "2013-12-31 11:00:00+00:00", "several words that may well go on in the next line"
    first, second = re.findall("<td[^>]*>", html(Table((Column("a"), Column("b")), ((moment, prose),))))
    assert "nowrap" in first and "nowrap" not in second


def test_every_style_survives_an_untrusted_notebook() -> None:
    """JupyterLab's sanitiser knows two values of overflow-wrap; any other would make the two kinds of notebook differ."""
    views = (Text("p"), Table((Column("c", "code"),), (("a.b" * 20,),)), Stack("s", (), "detail"))
    kept = re.findall("overflow-wrap:([a-z-]+)", "".join(map(html, views)))
    assert set(kept) == {"normal", "break-word"}
