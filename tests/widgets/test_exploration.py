"""The explorer without a page: what each message does, and that nothing else is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.display.designs import HOSTILE, generated, hostile, shop
from workbench.errors import AdapterError, NotFoundError, VerificationError, WorkbenchError
from workbench.model import Attribute, Domain, Resource
from workbench.widgets.data import SourceData
from workbench.widgets.exploration import Exploration


def ask(exploration: Exploration, kind: str, **said: Any) -> list[dict[str, Any]]:
    """The answers to a message, which JSON can carry."""
    answers = list(exploration.hear({"type": kind, **said}))
    assert json.loads(json.dumps(answers)) == answers
    return answers


def drawn(answer: dict[str, Any]) -> set[str]:
    """What a picture shows."""
    assert answer["type"] == "picture"
    return {node["name"] for node in answer["nodes"]}


def people() -> tuple[Domain, SourceData]:
    """Twenty-five people with a sensitive address, some of the same city, one of none."""
    attributes = (
        Attribute(name="id", type="integer"),
        Attribute(name="city", type="string"),
        Attribute(name="email", type="email", sensitive=True),
        Attribute(name="born", type="date"),
    )
    domain = Domain(name="people", resources=(Resource(name="person", key=("id",), attributes=attributes),))
    rows = {
        "id": list(range(1, 26)),
        "city": [None, *(("Oslo", "Rome", "<b>Bonn</b>")[number % 3] for number in range(24))],
        "email": [f"person{number}@example.org" for number in range(25)],
        "born": [None] * 25,
    }
    table = pa.table(
        rows, schema=pa.schema({"id": pa.int64(), "city": pa.string(), "email": pa.string(), "born": pa.date32()})
    )
    return domain, SourceData(domain, {"person": table})


def test_the_first_picture_of_a_small_domain_shows_all_of_it() -> None:
    """Eight resources are all drawn, each box and line marked so that a page can reach it, and nothing is hidden."""
    picture, card = ask(Exploration(shop()), "ready")
    assert len(drawn(picture)) == 8 and picture["hidden"] == 0 and card == {"type": "card", "resource": ""}
    assert all(f'data-node="{place}"' in picture["svg"] for place in range(8))
    assert picture["svg"].count("data-ends=") == 8
    order = next(node for node in picture["nodes"] if node["name"] == "order")
    assert order["says"] == "order, resource, refers to customer, referred to by order_line, invoice"


@pytest.mark.parametrize(("clusters", "kind"), [(0, "resource"), (8, "part")])
def test_a_large_domain_begins_with_an_overview(clusters: int, kind: str) -> None:
    """Three hundred resources are never drawn unasked: the first picture is of hubs or of parts, and says how much it hides."""
    picture = ask(Exploration(generated(300, clusters)), "ready")[0]
    assert len(picture["nodes"]) <= 24 and {node["kind"] for node in picture["nodes"]} == {kind}
    assert picture["hidden"] >= 276 and picture["total"] == 300 and "300 resources" in picture["told"]


def test_all_resources_are_drawn_when_asked() -> None:
    """Whoever asks for everything gets it, by names only."""
    picture = ask(Exploration(generated(60)), "all")[0]
    assert len(drawn(picture)) == 60 and picture["extent"] == "none" and picture["hidden"] == 0


def test_a_part_is_opened_and_left_by_the_trail() -> None:
    """A part shows its own resources, and the trail leads back to the overview."""
    exploration = Exploration(generated(300, 8))
    part = ask(exploration, "part", name="area 3")[0]
    assert part["trail"] == ["generated_300", "area 3"]
    assert drawn(part) == {each.name for each in exploration.domain.resources if each.cluster == "area 3"}
    back = ask(exploration, "back", step=0)[0]
    assert back["kind"] == "domain" and back["trail"] == ["generated_300"]


def test_focus_draws_neighbours_within_so_many_references() -> None:
    """One reference away and two are told apart, the trail grows with resources and not with depths, and each step says itself as code."""
    exploration = Exploration(shop())
    assert drawn(ask(exploration, "focus", resource="category", depth=1)[0]) == {"category", "product"}
    wider = ask(exploration, "focus", resource="category", depth=2)[0]
    assert drawn(wider) == {"category", "product", "order_line"} and wider["trail"] == ["Shop", "category"]
    assert wider["source"] == "wb.explore(domain, focus='category', depth=2)"
    assert ask(exploration, "focus", resource="order", depth=1)[0]["trail"] == ["Shop", "category", "order"]
    assert len(ask(exploration, "back", step=1)[0]["trail"]) == 2
    assert exploration.source("shop") == "wb.explore(shop, focus='category', depth=2)"


def test_the_trail_stays_short() -> None:
    """However long somebody wanders, the trail keeps the whole and the last twelve steps."""
    exploration = Exploration(shop())
    for _ in range(10):
        ask(exploration, "focus", resource="order", depth=1)
        trail = ask(exploration, "focus", resource="customer", depth=1)[0]["trail"]
    assert len(trail) == 13 and (trail[0], trail[-1]) == ("Shop", "customer")


def test_an_empty_domain_has_an_empty_picture() -> None:
    """A design without resources is explored without an error."""
    exploration = Exploration(Domain(name="nothing"))
    assert ask(exploration, "ready")[0]["nodes"] == [] and ask(exploration, "all")[0]["nodes"] == []
    assert ask(exploration, "search", text="x")[0]["matches"] == []


def test_it_opens_where_it_is_told_to() -> None:
    """`focus` and `depth` begin there, with a step back to the whole; a name that is not there is told with the nearest."""
    assert ask(Exploration(shop(), focus="category", depth=2), "ready")[0]["trail"] == ["Shop", "category"]
    with pytest.raises(NotFoundError, match="did you mean 'order'"):
        Exploration(shop(), focus="ordr")


def test_attributes_are_shown_as_asked() -> None:
    """Boxes show keys, everything or names only, in this picture and the next."""
    exploration = Exploration(shop())
    assert "placed_at" not in ask(exploration, "attributes", extent="keys")[0]["svg"]
    assert "customer_id" not in ask(exploration, "attributes", extent="none")[0]["svg"]
    assert ask(exploration, "focus", resource="order", depth=1)[0]["extent"] == "none"


def test_a_card_is_opened_and_closed() -> None:
    """A card carries what was said about a resource and its neighbours by name, and none of its own pictures."""
    exploration = Exploration(shop())
    card = ask(exploration, "open", resource="customer")[0]
    assert (card["refers_to"], card["referred_to_by"]) == (["customer"], ["customer", "order"])
    assert "whoever has ever ordered" in card["html"] and "<img" not in card["html"]
    assert ask(exploration, "ready")[1] == card
    assert ask(exploration, "close") == [{"type": "card", "resource": ""}]


def test_going_to_a_resource_reveals_it() -> None:
    """What is drawn is shown where it is; what is not is drawn with its neighbours. Its card opens."""
    exploration = Exploration(shop(), focus="category")
    assert [each["type"] for each in ask(exploration, "go", resource="product")] == ["reveal", "card"]
    picture, reveal, card = ask(exploration, "go", resource="customer")
    assert picture["trail"][-1] == reveal["resource"] == card["resource"] == "customer"


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("order", ("order", "")),
        ("ord", ("order", "")),
        ("LINE", ("order_line", "")),
        ("custmer", ("customer", "")),
        ("placed", ("order", "placed_at")),
        ("order.tot", ("order", "total")),
        ("quantty", ("order_line", "quantity")),
    ],
)
def test_search_finds_names_as_they_are_typed(text: str, best: tuple[str, str]) -> None:
    """Whole names come first, then beginnings, words within, and names that are only alike; attributes too."""
    found = ask(Exploration(shop()), "search", text=text)[0]["matches"]
    assert (found[0]["resource"], found[0]["attribute"]) == best


def test_search_finds_nothing_quietly() -> None:
    """Blanks and strangers have no matches, and a match says whether it is only alike."""
    exploration = Exploration(shop())
    assert [ask(exploration, "search", text=text)[0]["matches"] for text in ("", "  ", "zzzzzz")] == [[], [], []]
    assert ask(exploration, "search", text="shipmnt")[0]["matches"][0]["alike"] is True


def test_a_page_of_rows_is_masked_and_sorted() -> None:
    """A page carries twenty rows as texts in the order asked for, absent values absent, sensitive ones masked, and the true total."""
    exploration = Exploration(*people())
    page = ask(exploration, "rows", resource="person", request=7)[0]
    assert (len(page["rows"]), page["total"], page["told"], page["request"]) == (20, 25, "rows 1–20 of 25", 7)
    assert page["rows"][0] == ["1", None, "p•••••••••••••••••• (19 characters)", None]
    assert [each["masked"] for each in page["columns"]] == [False, False, True, True]
    last = ask(exploration, "rows", resource="person", sort="id", descending=True, first=20)[0]
    assert [row[0] for row in last["rows"]] == ["5", "4", "3", "2", "1"] and last["told"] == "rows 21–25 of 25"
    beyond = ask(exploration, "rows", resource="person", first=10**15)[0]
    assert beyond["rows"] == [] and beyond["told"] == "no rows after row 1,000,000,000,000,000 of 25"


def test_pages_repeat_no_row() -> None:
    """Sorted by values that are often equal, all pages together hold every row once."""
    exploration = Exploration(*people())
    pages = [ask(exploration, "rows", resource="person", sort="city", first=first)[0] for first in (0, 20)]
    assert sorted(int(row[0]) for page in pages for row in page["rows"]) == list(range(1, 26))


def test_counts_come_one_by_one_and_say_what_failed() -> None:
    """Each resource that is drawn is counted; one whose table is missing says so and does not hide the others."""
    domain, data = people()
    more = domain.model_copy(
        update={
            "resources": (*domain.resources, Resource(name="ghost", attributes=(Attribute(name="a", type="string"),)))
        }
    )
    answers = ask(Exploration(more, SourceData(more, {"person": pa.table({"id": [1, 2]})})), "counts")
    assert [(each["type"], each.get("rows")) for each in answers] == [("count", "2"), ("count", ""), ("counted", None)]
    assert "ghost" in answers[1]["why"] and "ghost" in answers[2]["told"]
    assert ask(Exploration(domain, data), "counts")[0] == {
        "type": "count",
        "resource": "person",
        "rows": "25",
        "why": "",
    }


def test_without_data_there_are_no_rows() -> None:
    """Rows and counts of a design alone are refused with what to do."""
    for message in ({"type": "counts"}, {"type": "rows", "resource": "order"}):
        with pytest.raises(AdapterError, match="no data is bound"):
            list(Exploration(shop()).hear(message))


REFUSED: tuple[Any, ...] = (
    None, 7, "ready", [], {}, {"type": None}, {"type": "evaluate", "code": "1"}, {"type": ["ready"]}, {"type": "ready", "more": 1},
    {"type": "open"}, {"type": "open", "resource": 3}, {"type": "open", "resource": "x" * 301}, {"type": "open", "resource": None},
    {"type": "focus", "resource": "order", "depth": 4}, {"type": "focus", "resource": "order", "depth": "2"},
    {"type": "focus", "resource": "order", "depth": True}, {"type": "focus", "resource": "order", "depth": 1e308},
    {"type": "back", "step": -1}, {"type": "back", "step": 10**400}, {"type": "back", "step": 5}, {"type": "part", "name": "nowhere"},
    {"type": "attributes", "extent": "everything"}, {"type": "search", "text": "x" * 100_000},
    {"type": "rows", "resource": "person", "first": -1}, {"type": "rows", "resource": "person", "first": 10**16},
    {"type": "rows", "resource": "person", "first": float("nan")}, {"type": "rows", "resource": "person", "descending": "yes"},
    {"type": "rows", "resource": "person", "sort": ["id"]}, {"type": "rows", "resource": "person", "size": 1_000_000},
)  # fmt: skip


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: repr(content)[:60])
def test_what_is_no_message_is_refused(content: Any) -> None:
    """Unknown kinds, wrong types, huge numbers and long texts are refused in few words, and change nothing."""
    exploration = Exploration(*people())
    before = exploration.trail
    with pytest.raises(VerificationError) as refused:
        list(exploration.hear(content))
    assert refused.value.problems[0].code == "refused_message" and len(str(refused.value)) < 500
    assert exploration.trail == before


@pytest.mark.parametrize("name", [*HOSTILE, "'; drop table person; --", "\x00", "person\n"])
def test_names_that_are_not_there_are_refused(name: str) -> None:
    """A hostile name is looked up and not found, whichever message carries it; the rows are still there."""
    exploration = Exploration(*people())
    text = name[:300]
    for message in (
        {"type": "open", "resource": text},
        {"type": "go", "resource": text},
        {"type": "focus", "resource": text, "depth": 1},
        {"type": "rows", "resource": text},
        {"type": "rows", "resource": "person", "sort": text},
    ):
        with pytest.raises(NotFoundError):
            list(exploration.hear(message))
    assert ask(exploration, "search", text=text[:200])[0]["type"] == "matches"
    assert ask(exploration, "counts")[0]["rows"] == "25"


def test_a_hostile_domain_reaches_the_page_as_text() -> None:
    """Whatever a design is called, no markup of its own is in the picture or in a card."""
    exploration = Exploration(hostile(), focus=hostile().resources[0].name)
    answers = ask(exploration, "ready")
    for resource in hostile().resources:
        answers += ask(exploration, "open", resource=resource.name)
    markup = "".join(answer.get("svg", "") + answer.get("html", "") for answer in answers)
    assert not any(tag in markup for tag in ("<script", "<img", 'onerror="', "</title></svg><"))


def values() -> st.SearchStrategy[Any]:
    """Anything JSON can say."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    )


@given(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                [
                    "ready",
                    "search",
                    "go",
                    "open",
                    "focus",
                    "part",
                    "all",
                    "back",
                    "attributes",
                    "counts",
                    "rows",
                    "stop",
                ]
            )
        },
        optional={
            name: values()
            for name in ("resource", "text", "depth", "name", "step", "extent", "first", "sort", "request")
        },
    )
)
@settings(max_examples=150, deadline=None)
def test_no_message_does_more_than_answer_or_be_refused(content: dict[str, Any]) -> None:
    """Any message is answered with data or refused with one of our errors, and the trail always begins with the whole."""
    exploration = Exploration(shop())
    try:
        answers: Iterator[dict[str, Any]] | list[dict[str, Any]] = list(exploration.hear(content))
    except WorkbenchError:
        answers = []
    assert all(isinstance(answer["type"], str) for answer in answers)
    assert exploration.trail[0].kind == "domain"
