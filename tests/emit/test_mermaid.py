"""Mermaid: its own parser takes every diagram, and the drawing has the right words and crow's feet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emit.designs import HOSTILE_NAMES, domains, hostile, large, shop
from tests.emit.mermaid_parser import MermaidPage, mermaid_page
from workbench.emit import export
from workbench.emit.mermaid import emit
from workbench.model import Domain, Machine, Resource, State, Transition


@pytest.fixture(scope="module")
def mermaid() -> Iterator[MermaidPage]:
    with mermaid_page() as page:
        yield page


def test_cardinality_is_true_at_both_ends() -> None:
    """A required reference meets exactly one, an optional one zero or one; a reference that is a key comes at most once."""
    text = export(shop(), "mermaid").files["domain.mmd"]
    assert 'order }o..|| customer : "customer"' in text
    assert 'customer }o..o| customer : "referrer"' in text
    assert 'shipment |o--|| order_line : "line"' in text


def test_keys_and_comments_are_marked() -> None:
    """Keys, references, unique attributes and descriptions are visible in the text."""
    text = export(shop(), "mermaid").files["domain.mmd"]
    assert "integer id PK" in text and "email email UK" in text and "uuid order_id PK, FK" in text
    assert 'order_line["order line"] {' in text


@pytest.mark.browser
@pytest.mark.parametrize("design", [shop, hostile, large, lambda: Domain(name="empty")])
def test_mermaid_takes_every_diagram(design: object, mermaid: MermaidPage) -> None:
    """Ordinary, hostile, large and empty designs parse."""
    assert callable(design)
    for name, text in export(design(), "mermaid").files.items():
        assert mermaid.parse(text) == ("er" if name == "domain.mmd" else "stateDiagram")


@pytest.mark.browser
def test_hostile_names_are_drawn_as_they_are(mermaid: MermaidPage) -> None:
    """Quotes, tags, directives and the rest reach the reader's eye unchanged, as plain text."""
    shown = [name for name in HOSTILE_NAMES if len(name) < 100 and name.strip()]
    for text in export(hostile(), "mermaid").files.values():
        drawn = mermaid.labels(text)
        assert [name for name in shown if name not in drawn] == []


@pytest.mark.browser
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    domains(),
    st.lists(
        st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20),
        min_size=1,
        max_size=4,
        unique=True,
    ),
)
def test_any_design_parses(mermaid: MermaidPage, domain: Domain, names: list[str]) -> None:
    """No name, whatever its characters, makes Mermaid refuse the text."""
    states = tuple(
        State(name=name, initial=not number, parent=names[number - 1] if number > 1 else "")
        for number, name in enumerate(names)
    )
    transitions = tuple(Transition(sources=tuple(names), target=name, event=name) for name in names)
    machine = Machine(
        name=names[0], resource=domain.resources[0].name, attribute="x", states=states, transitions=transitions
    )
    for text in export(domain.model_copy(update={"machines": (machine,)}), "mermaid").files.values():
        assert mermaid.parse(text)


@pytest.mark.browser
def test_nested_and_parallel_states_parse(mermaid: MermaidPage) -> None:
    """Compound states hold their children, parallel ones part them."""
    states = (
        State(name="idle", initial=True),
        State(name="busy", kind="parallel"),
        State(name="left", parent="busy", kind="compound"),
        State(name="right", parent="busy"),
        State(name="deep", parent="left", initial=True),
        State(name="over", kind="final"),
    )
    machine = Machine(
        name="m",
        resource="r",
        attribute="a",
        states=states,
        transitions=(Transition(sources=("idle",), target="busy"),),
    )
    text = export(Domain(name="d", resources=(Resource(name="r"),), machines=(machine,)), "mermaid").files[
        "machine_m.mmd"
    ]
    assert mermaid.parse(text) == "stateDiagram"
    assert text.count("{") == 2 and "        --" in text


def test_a_parent_circle_or_an_unknown_state_loses_no_other_state() -> None:
    """States that contain each other are not drawn twice, and a transition to nowhere is reported."""
    states = (State(name="a", parent="b"), State(name="b", parent="a"), State(name="c"))
    machine = Machine(
        name="m", resource="r", attribute="a", states=states, transitions=(Transition(sources=("c",), target="z"),)
    )
    draft = emit(Domain(name="d", machines=(machine,)))
    assert [loss.code for loss in draft.losses] == ["unknown_state"]


def test_too_large_a_diagram_says_so() -> None:
    """Mermaid's own limits are a loss, with the way out."""
    assert "too_large" in {loss.code for loss in export(large(600), "mermaid").losses}
    assert "too_large" not in {loss.code for loss in export(large(300), "mermaid", attributes="none").losses}
