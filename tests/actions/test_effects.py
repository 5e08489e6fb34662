"""What follows when a state machine moves: effects elsewhere, in the same transaction, undone where one fails."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.actions.shop import Tenants, attribute, belongs_to, opened, table
from tests.actions.works import WORKS, effect, with_machines
from workbench.actions import Outcome, RefusedError, Stage, Written
from workbench.errors import DefinitionError, VerificationError
from workbench.expression import parse
from workbench.model import Domain, Machine, Relationship, Resource, State, Transition
from workbench.workspace.session import Workspace, open


@pytest.fixture
def works() -> Iterable[Workspace]:
    """A warehouse with two products and three bookings."""
    with opened(WORKS) as workspace:
        fill(workspace)
        yield workspace


def fill(workspace: Workspace) -> Outcome:
    workspace.create("product", [{"id": 1, "stock": 6}, {"id": 2}])
    rows = [(1, 1, 4), (2, 1, 3), (3, 2, 9)]
    return workspace.create("booking", [{"id": a, "product_id": b, "quantity": c} for a, b, c in rows])


def notes(workspace: Workspace) -> list[tuple[Any, ...]]:
    return sorted(row[1:] for row in table(workspace, "note"))


def test_a_transition_does_its_effects_through_the_same_stages(works: Workspace) -> None:
    """Rows a path leads to are updated, rows along has_many are created for the row that moved, private attributes included."""
    outcome = works.run("booking.pay", [1])
    assert [str(each) for each in outcome.also] == ["flow.update product: 1 updated", "flow.create invoice: 1 created"]
    assert table(works, "product") == [(1, 2, "sold"), (2, 10, "sold")]
    assert table(works, "invoice") == [(101, 1, 40, "open", "x")]


def test_creation_enters_the_state_a_row_begins_in(works: Workspace) -> None:
    """Each new booking leaves the note of its first state."""
    assert notes(works) == [("entered new", 1), ("entered new", 2), ("entered new", 3)]
    works.upsert("booking", [{"id": 1, "quantity": 5}, {"id": 4, "product_id": 2}])
    assert notes(works)[-1:] == [("entered new", 4)]


def test_exit_comes_before_the_transition_and_entry_behind_it() -> None:
    """States are left from within and entered from outside; a transition to the state a row is in leaves and enters it again."""

    def said(text: str) -> Any:
        return (effect("create", "note", text=f"'{text}'"),)

    nested = Machine(
        name="flow",
        resource="booking",
        attribute="status",
        states=(
            State(
                name="early", kind="compound", on_exit=said("leave early"), on_entry=said("enter early"), initial=True
            ),
            State(name="new", parent="early", initial=True, on_exit=said("leave new"), on_entry=said("enter new")),
            State(name="paid", parent="early", on_entry=said("enter paid"), on_exit=said("leave paid")),
            State(name="late", kind="compound", on_entry=said("enter late")),
            State(name="sent", parent="late", on_entry=said("enter sent"), on_exit=said("leave sent")),
            State(name="stuck"),
            State(name="void"),
        ),
        transitions=(
            Transition(sources=("new",), target="paid", event="pay", effects=said("pay")),
            Transition(sources=("early",), target="sent", event="send", effects=said("send")),
            Transition(sources=("sent",), target="sent", event="send", effects=said("again")),
        ),
    )
    recorder = Recorder()
    with opened(with_machines(nested), recorder) as workspace:
        workspace.create("product", {"id": 1})
        recorder.take()
        workspace.create("booking", {"id": 1, "product_id": 1})
        assert recorder.take() == ["booking new", "enter early", "enter new"]
        workspace.run("booking.pay", [1])
        assert recorder.take() == ["booking paid", "leave new", "pay", "enter paid"]
        workspace.run("booking.send", [1])
        assert recorder.take() == ["booking sent", "leave paid", "leave early", "send", "enter late", "enter sent"]
        workspace.run("booking.send", [1])
        assert recorder.take() == ["booking sent", "leave sent", "again", "enter sent"]
        workspace.update("booking", {"id": 1, "quantity": 2})
        assert recorder.take() == ["booking sent"]


class Recorder(Stage):
    """Tells what was written, in order."""

    name, at = "recorder", "record"

    def __init__(self) -> None:
        self.told: list[str] = []

    def record(self, written: Written) -> None:
        for row in written.rows.to_pylist():
            self.told.append(
                row["text"] if "text" in row else f"{written.changeset.resource.name} {row.get('status', '')}"
            )

    def take(self) -> list[str]:
        told, self.told = self.told, []
        return told


def test_a_refused_effect_refuses_the_batch_and_names_every_step_to_the_rule(works: Workspace) -> None:
    """Machine, transition, effect and the other resource's rule are in the path; nothing of the batch is left."""
    before = [table(works, name) for name in ("booking", "product", "invoice")]
    with pytest.raises(RefusedError) as caught:
        works.run("booking.pay", [1, 2, 3])
    assert [
        (each["row"], each["path"], each["code"], each["value"]) for each in caught.value.refusals.arrow().to_pylist()
    ] == [
        (1, "booking[1].flow.pay.effects[0].product.rules.in_stock", "rule_broken", None),
        (2, "booking[2].flow.pay.effects[1].invoice.amount", "above_maximum", "90"),
    ]
    assert [each.message for each in caught.value.problems] == ["there is not enough of it", "it is above 50"]
    assert [table(works, name) for name in ("booking", "product", "invoice")] == before


def test_skip_undoes_a_row_and_whatever_followed_from_it(works: Workspace) -> None:
    """The third booking's stock is given back although its invoice failed only later."""
    outcome = works.run("booking.pay", [1, 2, 3], refused="skip")
    assert (outcome.updated, outcome.keys["row"].to_pylist()) == (1, [0])
    assert outcome.refusals is not None and outcome.refusals.rows == (1, 2)
    assert [row[3] for row in table(works, "booking")] == ["paid", "new", "new"]
    assert (table(works, "product"), len(table(works, "invoice"))) == ([(1, 2, "sold"), (2, 10, "sold")], 1)


def test_on_failure_takes_another_state_and_undoes_the_effects(works: Workspace) -> None:
    """The booking gets stuck instead of sent, leaves its old state and enters the new one, and the outcome says why."""
    works.run("booking.pay", [1])
    works.create("booking", {"id": 5, "product_id": 2})
    works.run("booking.pay", [5])
    works.update("product", {"id": 1, "stock": 0})
    outcome = works.run("booking.send", [1, 5])
    assert [(each.path, each.code, each.severity, each.rows) for each in outcome.warnings] == [
        ("booking.flow.send.effects[0].product.rules.in_stock", "effect_failed", "warning", 1)
    ]
    assert "it went to 'stuck' instead of 'sent': there is not enough of it" in str(outcome.warnings)
    states = {row[0]: row[3] for row in table(works, "booking")}
    assert (states[1], states[5], table(works, "product")) == ("stuck", "sent", [(1, 0, "sold"), (2, 8, "sold")])
    assert [text for text, booking in notes(works) if booking == 1] == ["entered new", "left paid", "stuck"]
    with pytest.raises(RefusedError, match="no transition leads from 'new' to 'stuck'"):
        works.update("booking", {"id": 2, "status": "stuck"})


def test_on_failure_that_fails_itself_refuses_the_row() -> None:
    """Where even the state for failures cannot be entered, the row stays as it was."""
    states = (State(name="new", initial=True), State(name="paid"), State(name="sent"), State(name="void"))
    stuck = State(name="stuck", on_entry=(effect("create", "note", text="null"),))
    pay = Transition(
        sources=("new",),
        target="paid",
        event="pay",
        on_failure="stuck",
        effects=(effect("update", "product", stock="0 - 1"),),
    )
    flow = Machine(name="flow", resource="booking", attribute="status", states=(*states, stuck), transitions=(pay,))
    with opened(with_machines(flow)) as workspace:
        fill(workspace)
        outcome = workspace.run("booking.pay", [1], refused="skip")
        assert (outcome.updated, outcome.refused, outcome.warnings.is_ok) == (0, 1, True)
        assert [row[3] for row in table(workspace, "booking")] == ["new", "new", "new"]


def test_send_raises_an_event_where_it_leads_somewhere(works: Workspace) -> None:
    """The open invoices of a cancelled booking are withdrawn; one that is void already does not hear it."""
    works.run("booking.pay", [1])
    works.create("invoice", {"number": 7, "booking_id": 2, "amount": 1})
    works.run("invoice.withdraw", [7])
    outcome = works.run("booking.cancel", [1, 2])
    assert [str(each) for each in outcome.also] == ["flow.create note: 1 created", "withdraw invoice: 1 updated"]
    assert [(row[0], row[3]) for row in table(works, "invoice")] == [(101, "void"), (7, "void")]


TASK = Resource(
    name="task",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("up_id", "integer"),
        attribute("state", "enum(open, done)", required=True, default="'open'"),
        attribute("left", "integer", default="0"),
    ),
    relationships=(
        belongs_to("up", "task"),
        Relationship(name="parts", kind="has_many", destination="task", destination_key=("up_id",), source_key=("id",)),
    ),
)


def tree(*effects: Any, back: Any = ()) -> Domain:
    states = (State(name="open", initial=True), State(name="done"))
    ways = (
        Transition(sources=("open",), target="done", event="finish", effects=effects),
        Transition(sources=("done",), target="open", event="reopen", effects=back),
    )
    flow = Machine(name="flow", resource="task", attribute="state", states=states, transitions=ways)
    return Domain(name="work", resources=(TASK,), machines=(flow,))


def test_effects_follow_from_effects() -> None:
    """Who finishes the last part finishes the whole, and the whole of that; others stay open."""
    last = effect("send", "up.finish", "not exists(parts as p where p.state = 'open')")
    with opened(tree(last)) as workspace:
        rows = [(1, None), (2, 1), (3, 2), (4, 2), (5, 1)]
        workspace.create("task", [{"id": a, "up_id": b} for a, b in rows])
        workspace.run("task.finish", [3, 5])
        assert [row[0] for row in table(workspace, "task") if row[2] == "done"] == [3, 5]
        outcome = workspace.run("task.finish", [4])
        assert [row[2] for row in table(workspace, "task")] == ["done"] * 5
        assert [str(each) for each in outcome.also[0].also] == ["finish task: 1 updated"]


def test_effects_that_come_back_again_and_again_are_refused() -> None:
    """Two tasks that reopen and finish each other are told so, and nothing is done."""
    ring = tree(
        effect("send", "up.reopen"),
        effect("send", "up.finish"),
        back=(effect("send", "reopen"), effect("send", "up.finish")),
    )
    with opened(ring) as workspace:
        workspace.create("task", [{"id": 1}, {"id": 2, "up_id": 1}])
        workspace.update("task", {"id": 1, "up_id": 2})
        with pytest.raises(RefusedError, match="its effects lead back to task again and again") as caught:
            workspace.run("task.finish", [1])
        assert {each.code for each in caught.value.problems} == {"endless_effects"}
        assert [row[2] for row in table(workspace, "task")] == ["open", "open"]


def test_an_effect_reaches_only_what_its_actor_sees() -> None:
    """Rows of another tenant are not there for an effect either."""
    product, booking, *others = WORKS.resources
    owned = product.model_copy(update={"attributes": (*product.attributes, attribute("tenant", "string"))})
    everything = effect("update", "product", "id > 0", state="'gone'")
    states = tuple(State(name=each) for each in ("new", "paid", "sent", "stuck", "void"))
    pay = Transition(sources=("new",), target="paid", event="pay", effects=(everything,))
    booking = booking.model_copy(update={"relationships": booking.relationships[1:]})
    flow = Machine(name="flow", resource="booking", attribute="status", states=states, transitions=(pay,))
    with opened(with_machines(flow, resources=(owned, booking, *others)), Tenants()) as workspace:
        north, south = workspace.as_(tenant="north"), workspace.as_(tenant="south")
        north.create("product", [{"id": 1}, {"id": 2}])
        south.create("product", [{"id": 3}])
        north.create("booking", [{"id": 1, "product_id": 1}])
        assert [str(each) for each in north.run("booking.pay", [1]).also] == ["flow.update product: 2 updated"]
        assert [row[2] for row in table(workspace, "product")] == ["gone", "gone", "sold"]


def test_what_an_effect_writes_can_be_undone_whatever_its_types() -> None:
    """Destroyed and changed rows come back as they were: uuids, moments, decimals, JSON, lists and binary nothing."""
    kinds = {
        "code": "uuid", "at": "timestamp", "day": "date", "amount": "decimal(10, 2)", "extra": "json", "tags": "array(string)",
        "lasts": "duration", "clock": "time", "told": "boolean", "share": "float",
    }  # fmt: skip
    stuff = Resource(
        name="stuff",
        key=("code",),
        attributes=(
            attribute("code", "uuid", required=True),
            *(attribute(name, kind) for name, kind in kinds.items() if name != "code"),
        ),
    )
    given = {
        "code": "00000000-0000-4000-8000-00000000000", "at": "2026-01-01 10:00:00Z", "day": "2026-02-02", "amount": "1.25",
        "extra": {"a": [1]}, "tags": ["x", "'"], "lasts": "P1DT5M", "clock": "12:30", "told": True, "share": 0.1,
    }  # fmt: skip
    product, booking, *others = WORKS.resources
    states = tuple(State(name=each) for each in ("new", "paid", "sent", "stuck", "void"))
    effects = (
        effect("destroy", "stuff", "told"),
        effect("update", "stuff", "not told", share="quantity", tags="null"),
        effect("update", "product", stock="0 - quantity"),
    )
    pay = Transition(sources=("new",), target="paid", event="pay", on_failure="stuck", effects=effects)
    flow = Machine(name="flow", resource="booking", attribute="status", states=states, transitions=(pay,))
    with opened(with_machines(flow, resources=(product, booking, *others, stuff))) as workspace:
        fill(workspace)
        workspace.create("stuff", [{**given, "code": f"{given['code']}{n}", "told": n % 2 == 0} for n in range(4)])
        before = table(workspace, "stuff")
        outcome = workspace.run("booking.pay", [1, 2])
        assert [row[3] for row in table(workspace, "booking")] == ["stuck", "stuck", "new"]
        assert (table(workspace, "stuff"), len(outcome.also)) == (before, 0)


def test_an_effect_that_cannot_be_carried_out_says_which_it_is() -> None:
    """A row cannot be created along a belongs_to of another name, and the error names machine, transition and effect."""
    product, booking, *others = WORKS.resources
    named = booking.model_copy(
        update={"relationships": (belongs_to("goods", "product", source_key=("product_id",)), booking.relationships[1])}
    )
    pay = Transition(sources=("new",), target="paid", event="pay", effects=(effect("create", "goods", id="7"),))
    states = tuple(State(name=each) for each in ("new", "paid", "sent", "stuck", "void"))
    flow = Machine(name="flow", resource="booking", attribute="status", states=states, transitions=(pay,))
    with opened(with_machines(flow, resources=(product, named, *others))) as workspace:
        fill(workspace)
        with pytest.raises(DefinitionError, match=r"flow.pay.effects\[0\].*has_many"):
            workspace.run("booking.pay", [1])


def test_effects_of_many_rows_run_as_sets(works: Workspace) -> None:
    """A thousand rows that share nothing need no more batches than one."""
    works.create("product", [{"id": n, "stock": 5} for n in range(100, 1100)])
    works.create("booking", [{"id": n, "product_id": n} for n in range(100, 1100)])
    outcome = works.run("booking.pay", where=parse("id >= 100"))
    assert [str(each) for each in outcome.also] == [
        "flow.update product: 1,000 updated",
        "flow.create invoice: 1,000 created",
    ]


def test_rows_of_a_source_are_written_by_no_effect(tmp_path: Path) -> None:
    """A product that is read where it is cannot be taken from the stock: it is said so, and the booking stays as it was."""
    pq.write_table(pa.table({"id": [1], "stock": [5], "state": ["sold"]}), tmp_path / "product.parquet")
    with open(WORKS, data=tmp_path / "product.parquet") as workspace:
        workspace.create("booking", {"id": 1, "product_id": 1})
        with pytest.raises(RefusedError, match="read where they are") as caught:
            workspace.run("booking.pay", [1])
        assert [each.path for each in caught.value.problems] == ["booking.flow.pay.effects[0]"]
        assert workspace.count("booking", "status = 'new'") == 1


def test_an_expression_of_an_effect_that_means_nothing_is_told_with_its_place() -> None:
    """The problem names machine, transition and effect, and nothing is written."""
    pay = Transition(
        sources=("new",), target="paid", event="pay", effects=(effect("update", "product", stock="product.stok - 1"),)
    )
    states = tuple(State(name=each) for each in ("new", "paid", "sent", "stuck", "void"))
    flow = Machine(name="flow", resource="booking", attribute="status", states=states, transitions=(pay,))
    with opened(with_machines(flow)) as workspace:
        fill(workspace)
        with pytest.raises(VerificationError, match="stok") as caught:
            workspace.run("booking.pay", [1])
        assert [each.path.startswith("flow.pay.effects[0]") for each in caught.value.problems] == [True]
        assert workspace.count("booking", "status = 'new'") == 3
