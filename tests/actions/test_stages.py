"""What the house says of the stages a batch passes through, sentence by sentence.

ordered stages, each of which may complete, refuse or annotate    here: ordered_stages, complete, refuse_rows, annotate
stages return predicates and assignments, never rows              here: asked_once_whatever_the_size
slow judges run before the transaction begins                     here: slow_judges
effects are batches of their own, in the same transaction         here: effects_on_other_resources; all of test_effects
any refusal refuses the batch, with every row and rule, by path   here: any_refusal; with refused="skip": skip_commits_the_rest
records behave as if applied one by one                           test_one_by_one; with effects: test_effects_one_by_one
one transaction; a failure anywhere leaves nothing behind         here: a_failure_anywhere; a killed process: workspace/test_crash
references are enforced set-wise; keys stand in DuckDB too        here: references_are_enforced, not_null_check_and_keys
check after write                                                 here: rules_of_other_resources
record event, commit, notify                                      here: a_failure_anywhere; test_events
long work is a job; cells and callbacks run beside each other     workspace/test_asking; here: several_threads
a file that is held, access that is closed                        store/test_database, store/test_sealed
reads are narrowed everywhere, and nothing leaks                  test_plugins
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.actions.shop import CUSTOMER, ORDERS, SHOP, attribute, opened, table
from workbench.actions import (
    Also,
    Annotate,
    Assign,
    Changeset,
    Outcome,
    OutdatedError,
    Refuse,
    RefusedError,
    Stage,
    Verdict,
    Written,
)
from workbench.actions.stage import STAGES, StageName, Step
from workbench.errors import AdapterError, ConflictError, NotFoundError, VerificationError
from workbench.expression import parse
from workbench.relation.plan import Values
from workbench.store.database import stored_table
from workbench.workspace.session import Workspace


class Standing(Stage):
    """A plug-in at one stage, with the steps it was made with; it notes when it was asked."""

    def __init__(self, at: StageName, *steps: Step, resource: str = "orders", log: list[str] | None = None) -> None:
        self.name, self.at, self.steps, self.resource = f"at {at}", at, steps, resource
        self.log = [] if log is None else log

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        self.log.append(self.at)
        return self.steps if changeset.resource.name == self.resource else ()


class Recorder(Stage):
    """Keeps what was written; breaks when it is told to."""

    name, at = "recorder", "record"

    def __init__(self, breaks: bool = False) -> None:
        self.breaks = breaks
        self.written: list[Written] = []
        self.outcomes: list[Outcome] = []

    def record(self, written: Written) -> None:
        self.written.append(written)
        if self.breaks:
            raise AdapterError("the log is full")

    def notify(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@pytest.fixture
def shop() -> Iterable[Workspace]:
    """A shop with two customers and an order."""
    with opened() as workspace:
        fill(workspace)
        yield workspace


def fill(workspace: Workspace) -> None:
    workspace.create("customer", [{"id": 1, "email": "ada@x.de", "credit": 100}, {"id": 2}])
    workspace.create("orders", [{"id": 1, "customer_id": 1, "total": 20}])


def refused(workspace: Workspace, *given: Any, method: str = "create", **more: Any) -> list[tuple[Any, ...]]:
    """Row, path and code of each refusal of a batch that is refused as a whole."""
    with pytest.raises(RefusedError) as caught:
        getattr(workspace, method)(*given, **more)
    listed = caught.value.refusals.arrow().to_pylist()
    return [(each["row"], each["path"], each["code"]) for each in listed]


def test_a_batch_passes_through_ordered_stages() -> None:
    """Plug-ins are asked in the order of their stages, whatever order they were given in."""
    log: list[str] = []
    stages = [Standing(each, log=log) for each in reversed(STAGES)]
    with opened(SHOP, *stages) as workspace:
        workspace.create("customer", {"id": 1})
    assert log == list(STAGES)


def test_a_plug_in_is_asked_once_whatever_the_size_of_the_batch() -> None:
    """It is told what the batch is, and never sees a row of it: what it returns is part of the plan they all run as."""

    seen: list[Changeset] = []

    class Curious(Stage):
        name, at = "curious", "validate"

        def batch(self, changeset: Changeset) -> Iterable[Step]:
            seen.append(changeset)
            yield Refuse(parse("credit = 7"), "unlucky", "not seven")

    with opened(SHOP, Curious()) as workspace:
        outcome = workspace.create("customer", [{"id": n, "credit": n % 10} for n in range(2000)], refused="skip")
    (changeset,) = seen
    assert (outcome.created, outcome.refused, changeset.given) == (1800, 200, ("id", "credit"))
    assert "1999" not in repr(changeset)


def test_several_threads_write_and_read_at_once() -> None:
    """Batches of several threads are all there, each as a whole, and no number is given twice."""
    numbered = CUSTOMER.model_copy(
        update={"attributes": (*CUSTOMER.attributes, attribute("number", "integer", generated=True))}
    )
    with opened(SHOP.model_copy(update={"resources": (numbered, ORDERS)})) as workspace, ThreadPoolExecutor(4) as pool:

        def work(place: int) -> int:
            workspace.create("customer", [{"id": place * 10 + n} for n in range(10)])
            return workspace.count("customer")

        counts = list(pool.map(work, range(12)))
        numbers = workspace.ask("customer", select=["number"]).arrow()["number"].to_pylist()
    assert all(count % 10 == 0 for count in counts)
    assert sorted(numbers) == list(range(1, 121))


def test_a_stage_may_complete_a_batch() -> None:
    """What a plug-in assigns is written, each stage standing on what the one before left."""
    first = Standing("scope", Assign("total", parse("30")))
    second = Standing("calculate", Assign("total", parse("total + 1")))
    with opened(SHOP, second, first) as workspace:
        workspace.create("customer", {"id": 1, "credit": 100})
        workspace.create("orders", {"id": 1, "customer_id": 1})
        assert workspace.ask("orders").df()["total"].tolist() == [31]


def test_a_stage_may_refuse_rows() -> None:
    """Rows for which a plug-in's condition is true are refused under its path, with the value it is about."""
    step = Refuse(parse("total > 50"), "too_much", "more than 50", attribute="total")
    with opened(SHOP, Standing("authorize", step)) as workspace:
        fill(workspace)
        with pytest.raises(RefusedError) as caught:
            workspace.update("orders", [{"id": 1, "total": 60}])
        (row,) = caught.value.refusals.arrow().to_pylist()
        assert (row["path"], row["code"], row["value"]) == ("orders[0].total", "too_much", "60")


def test_a_stage_may_annotate_a_batch() -> None:
    """Annotations travel with the rows to those who record them, beside keys and attributes as they were written."""
    recorder = Recorder()
    with opened(SHOP, Standing("validate", Annotate("who", parse("actor.name"))), recorder) as workspace:
        fill(workspace.as_(actor={"name": "ada"}))
    rows = recorder.written[-1].rows.to_pylist()
    assert [(row["id"], row["total"], row["status"], row["who"]) for row in rows] == [(1, 20, "open", "ada")]


def test_slow_judges_run_before_the_transaction_begins() -> None:
    """A judge sees what was given while others can still write, and its verdicts refuse rows."""

    class Judge(Stage):
        name, at = "judge", "judge"
        wrote = False

        def judge(self, changeset: Changeset, rows: Any) -> Iterable[Verdict]:
            if changeset.resource.name == "orders":
                with workspace._bound.store.begin() as transaction:
                    transaction.commit()
                self.wrote = True
                yield Verdict((1,), "doubtful", "it reads like a joke", "rules.serious")

    judge = Judge()
    with opened(SHOP, judge) as workspace:
        workspace.create("customer", [{"id": 1, "credit": 100}, {"id": 2}])
        records = [{"id": 1, "customer_id": 1, "total": 1}, {"id": 2, "customer_id": 2, "total": 2}]
        assert refused(workspace, "orders", records) == [(1, "orders[1].rules.serious", "doubtful")]
        assert workspace.create("orders", records, refused="skip").created == 1
    assert judge.wrote


def test_effects_on_other_resources_are_batches_of_their_own_in_the_same_transaction() -> None:
    """What follows from a batch passes the same stages, and is refused or done together with it."""
    step = Also(
        "orders",
        "create",
        (("id", parse("id")), ("customer_id", parse("id")), ("total", parse("credit"))),
        where=parse("credit > 5"),
    )
    log: list[str] = []
    with opened(SHOP, Standing("write", step, resource="customer"), Standing("check", log=log)) as workspace:
        outcome = workspace.create("customer", [{"id": 1, "credit": 6}, {"id": 2, "credit": 1}])
        assert [str(each) for each in outcome.also] == ["create orders: 1 created"]
        assert log == ["check", "check"]
        workspace.run("orders.close", [1])
        assert refused(workspace, "customer", [{"id": 3, "credit": 7}, {"id": 1, "credit": 6}])
        workspace.create("orders", {"id": 3, "customer_id": 2, "total": 0})
        with pytest.raises(VerificationError, match="id already"):
            workspace.create("customer", {"id": 3, "credit": 7})
        assert len(table(workspace, "customer")) == 2


def test_any_refusal_refuses_the_whole_batch_with_every_row_and_rule_by_path(shop: Workspace) -> None:
    """One Problem for each rule with the number of rows, the complete list by row beside it, and nothing is written."""
    records = [
        {"id": 2, "customer_id": 2, "total": -1, "placed": "2026-02-02", "shipped": "2026-02-01"},
        {"id": 3, "customer_id": 9, "total": 1, "status": "paid"},
        {"id": 4, "customer_id": 2, "total": 1},
        {"id": 1, "customer_id": 2, "total": "many", "shipped": "soon"},
    ]
    assert refused(shop, "orders", records) == [
        (0, "orders[0].rules.in_order", "rule_broken"),
        (0, "orders[0].total", "below_minimum"),
        (1, "orders[1].customer_id", "dangling_reference"),
        (1, "orders[1].status", "not_initial"),
        (3, "orders[3].id", "key_taken"),
        (3, "orders[3].identities.one_open", "identity_taken"),
        (3, "orders[3].shipped", "unfit_value"),
        (3, "orders[3].total", "unfit_value"),
    ]
    with pytest.raises(RefusedError) as caught:
        shop.create("orders", [{"id": 5, "customer_id": 2, "total": -1}, {"id": 6, "customer_id": 1, "total": -2}])
    assert [(each.path, each.code, each.rows) for each in caught.value.problems] == [
        ("orders.identities.one_open", "identity_taken", 1),
        ("orders.total", "below_minimum", 2),
    ]
    assert len(table(shop, "orders")) == 1


def test_skip_commits_the_rest(shop: Workspace) -> None:
    """With refused="skip" the good records are done, and the outcome lists the others."""
    records = [{"id": 2, "customer_id": 9, "total": 1}, {"id": 3, "customer_id": 2, "total": 5}]
    outcome = shop.create("orders", records, refused="skip")
    assert (outcome.created, outcome.refused, outcome.keys.to_pylist()) == (1, 1, [{"row": 1, "id": 3}])
    assert [row[0] for row in table(shop, "orders")] == [1, 3]


def test_a_failure_anywhere_leaves_nothing_behind() -> None:
    """A recorder that breaks undoes what was written, and nobody is notified."""
    recorder = Recorder(breaks=True)
    with opened(SHOP, recorder) as workspace:
        with pytest.raises(AdapterError, match="the log is full"):
            workspace.create("customer", {"id": 1})
        assert table(workspace, "customer") == []
        recorder.breaks = False
        workspace.create("customer", {"id": 1})
        assert [str(each) for each in recorder.outcomes] == ["create customer: 1 created"]


def test_references_are_enforced_in_both_directions(shop: Workspace) -> None:
    """A record refers to something that is there, and nothing goes that others refer to, wherever both are in one batch too."""
    assert refused(shop, "orders", [{"id": 2, "customer_id": 7, "total": 1}]) == [
        (0, "orders[0].customer_id", "dangling_reference")
    ]
    assert refused(shop, "customer", [2, 1], method="destroy") == [(1, "customer[1]", "still_referred")]
    shop.create("customer", [{"id": 5}, {"id": 6, "parent_id": 5}])
    assert refused(shop, "customer", [5, 6], method="destroy") == [(0, "customer[0]", "still_referred")]
    assert shop.destroy("customer", [6, 5]).destroyed == 2


@pytest.mark.parametrize(
    "row", [(9, 1, None, "open"), (9, None, 1, "open"), (9, 1, -5, "open"), (1, 1, 1, "paid"), (9, 1, 1, "lost")]
)
def test_not_null_check_and_keys_also_stand_in_the_database(shop: Workspace, row: tuple[Any, ...]) -> None:
    """What gets past the stages meets the database's own constraints."""
    columns = ("id", "customer_id", "total", "status")
    with shop._bound.store.begin() as transaction, pytest.raises(ConflictError):
        transaction.insert(stored_table("orders"), columns, Values(columns, (row,)))


def test_rules_of_other_resources_are_checked_on_the_rows_a_batch_reaches(shop: Workspace) -> None:
    """An order that takes its customer over the credit is refused under the customer's rule; so is an update, and a move."""
    assert refused(shop, "orders", [{"id": 2, "customer_id": 2, "total": 11}]) == [
        (0, "customer[0].rules.within_credit", "rule_broken")
    ]
    assert refused(shop, "orders", [{"id": 1, "total": 101}], method="update") == [
        (0, "customer[0].rules.within_credit", "rule_broken")
    ]
    assert refused(shop, "orders", [{"id": 1, "customer_id": 2}], method="update") == [
        (0, "customer[0].rules.within_credit", "rule_broken")
    ]
    assert refused(shop, "customer", [{"id": 1, "credit": 3}], method="update") == [
        (0, "customer[0].rules.within_credit", "rule_broken")
    ]


def test_a_rule_breaks_only_on_false_and_unknowns_and_warnings_are_counted(shop: Workspace) -> None:
    """A row for which a rule is unknown is written and counted; so is one that breaks a mere warning."""
    outcome = shop.create("orders", {"id": 2, "customer_id": 2, "total": 3, "shipped": "2026-01-01"})
    assert outcome.unknown["orders.rules.in_order"] == 1
    assert [(each.path, each.severity, each.rows) for each in outcome.warnings] == [
        ("orders.rules.round", "warning", 1)
    ]


def test_what_somebody_else_changed_first_is_a_conflict(shop: Workspace) -> None:
    """A record that gives a version which is not the present one is refused; the version counts each change."""
    assert shop.update("orders", {"id": 1, "total": 21, "version": 1}).updated == 1
    with pytest.raises(OutdatedError) as caught:
        shop.update("orders", {"id": 1, "total": 22, "version": 1})
    assert [each.code for each in caught.value.problems] == ["outdated_version"]
    outcome = shop.update("orders", [{"id": 1, "total": 23, "version": 1}], refused="skip")
    assert (outcome.refused, shop.ask("orders").df()["version"].tolist()) == (1, [2])


def test_identities_hold_under_their_condition_only(shop: Workspace) -> None:
    """A customer has one open order at a time, and as many closed ones as may be."""
    assert refused(shop, "orders", [{"id": 2, "customer_id": 1, "total": 1}]) == [
        (0, "orders[0].identities.one_open", "identity_taken")
    ]
    shop.run("orders.close", [1])
    assert shop.create("orders", {"id": 2, "customer_id": 1, "total": 1}).created == 1
    assert shop.run("orders.close", [2]).updated == 1


def test_a_state_moves_only_along_transitions(shop: Workspace) -> None:
    """Events move rows whose guard holds; what cannot move is told the events there are, and a guard speaks for itself."""
    shop.create("orders", {"id": 2, "customer_id": 2, "total": 0})
    with pytest.raises(RefusedError, match="there is nothing to pay"):
        shop.update("orders", {"id": 2, "status": "paid"})
    with pytest.raises(RefusedError, match="there is nothing to pay"):
        shop.run("orders.pay", [2])
    assert shop.run("orders.pay", [1]).updated == 1
    with pytest.raises(RefusedError, match="from 'paid' there is close"):
        shop.run("orders.pay", [1])
    with pytest.raises(RefusedError, match="no transition leads from 'paid' to 'open'"):
        shop.update("orders", {"id": 1, "status": "open"})


def test_actions_take_what_they_accept_and_make_their_changes(shop: Workspace) -> None:
    """A declared action refuses other attributes, needs its arguments, and computes from the row as it is."""
    assert shop.update("orders", where="id = 1", action="reprice", arguments={"by": 5}).updated == 1
    assert shop.ask("orders").df()["total"].tolist() == [25]
    assert refused(shop, "orders", [{"id": 1, "total": 3}], "reprice", method="update", arguments={"by": 1}) == [
        (0, "orders[0].total", "not_accepted")
    ]
    with pytest.raises(VerificationError, match="missing_argument"):
        shop.update("orders", [{"id": 1}], "reprice")
    with pytest.raises(NotFoundError, match="did you mean 'reprice'"):
        shop.update("orders", [{"id": 1}], "reprise", arguments={"by": 1})


def test_generated_private_and_unknown_attributes_cannot_be_given(shop: Workspace) -> None:
    """Each is refused in the rows that give it, with the nearest name where there is none such."""
    with pytest.raises(RefusedError) as caught:
        shop.create("customer", [{"id": 3, "secret": "x"}, {"id": 4, "emial": "a@b.de"}, {"id": 5}])
    assert [(each.path, each.code, each.hint) for each in caught.value.problems] == [
        ("customer.emial", "unknown_attribute", "did you mean 'email'?"),
        ("customer.secret", "private_attribute", "leave it out"),
    ]
    assert caught.value.refusals.rows == (0, 1)


def test_sensitive_values_are_masked_in_refusals(shop: Workspace) -> None:
    """A refusal tells that an address is none, and not the address; nor does a message repeat it."""
    with pytest.raises(RefusedError) as caught:
        shop.create(
            "customer", [{"id": 3, "email": "ada@x.de"}, {"id": "<script>", "tier": "'; drop table customer; --"}]
        )
    text = str(caught.value) + str(caught.value.refusals.arrow().to_pylist())
    assert "ada@x.de" not in text
    assert "'; drop table customer; --" in text
