"""A batch from which something follows does what its records would do one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.actions.shop import attribute, belongs_to, opened, rule, table
from tests.actions.works import effect
from workbench.actions import Outcome
from workbench.errors import WorkbenchError
from workbench.model import Constraints, Domain, Identity, Machine, Relationship, Resource, State, Transition
from workbench.relation.plan import Scan
from workbench.store.database import stored_table
from workbench.workspace.session import Workspace

ACCOUNT = Resource(
    name="account",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("balance", "integer", required=True, default="3"),
        attribute("mood", "enum(calm, alarmed)", required=True, default="'calm'"),
    ),
    relationships=(Relationship(name="payments", kind="has_many", destination="payment"),),
    rules=(rule("covered", "balance >= 0", "not covered"),),
)
PAYMENT = Resource(
    name="payment",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("account_id", "integer", required=True),
        attribute("amount", "integer", required=True, default="1"),
        attribute("slip", "integer"),
        attribute("status", "enum(open, paid, held, back)", required=True, default="'open'"),
    ),
    relationships=(
        belongs_to("account", "account", required=True),
        belongs_to("next", "payment", source_key=("slip",)),
    ),
)
SLIP = Resource(
    name="slip",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True, constraints=Constraints(maximum="3")),
        attribute("payment_id", "integer"),
    ),
    identities=(Identity(name="one", attributes=("id",)),),
)


def states(*entering: Any) -> tuple[State, ...]:
    held = State(name="held", on_entry=entering)
    return (State(name="open", initial=True), State(name="paid"), held, State(name="back"))


BOOK = effect("update", "account", balance="account.balance - amount")
CUT = effect("create", "slip", id="slip", payment_id="id")


def design(
    *effects: Any,
    on_failure: str = "",
    entering: Sequence[Any] = (),
    back: Sequence[Any] = (),
    guard: str | None = None,
) -> Domain:
    ways = (
        Transition(
            sources=("open", "held"), target="paid", event="pay", effects=effects, on_failure=on_failure, guard=guard
        ),  # type: ignore[arg-type]
        Transition(sources=("paid",), target="back", event="return", effects=tuple(back)),
        Transition(sources=("back",), target="open", event="retry"),
    )
    mood = (
        Transition(
            sources=("calm",),
            target="alarmed",
            event="alarm",
            effects=(effect("update", "payments", "status = 'open'", amount="5"),),
        ),
        Transition(sources=("alarmed",), target="calm", event="soothe"),
    )
    machines = (
        Machine(name="flow", resource="payment", attribute="status", states=states(*entering), transitions=ways),
        Machine(
            name="mood",
            resource="account",
            attribute="mood",
            states=(State(name="calm", initial=True), State(name="alarmed")),
            transitions=mood,
        ),
    )
    return Domain(name="bank", resources=(ACCOUNT, PAYMENT, SLIP), machines=machines)


DESIGNS = {
    "records that share a row go after each other, all others together": design(
        BOOK,
        on_failure="held",
        entering=(effect("update", "account", balance="account.balance - 1"),),
        guard="account.balance >= amount or amount = 2",
    ),
    "what follows from one may matter to any other": design(
        effect("send", "account.alarm", "balance < 3"),
        CUT,
        effect("send", "next.pay", "amount < 3"),
        effect("destroy", "slip", "id > 2"),
        BOOK,
        back=(effect("send", "account.soothe"), effect("destroy", "slip", "id = 1")),
    ),
}
NAMES = ("slip", "payment", "account")
ids = st.integers(1, 4)
payments = st.fixed_dictionaries(
    {
        "id": ids,
        "account_id": st.integers(1, 2),
        "amount": st.integers(0, 3),
        "slip": ids | st.none(),
        "status": st.sampled_from(["open", "paid", "held"]),
    }
)
operations = st.one_of(
    st.tuples(
        st.sampled_from(["payment.pay", "payment.return"]),
        st.lists(ids.map(lambda n: {"id": n}), min_size=2, max_size=5),
    ),
    st.tuples(st.just("payment.upsert"), st.lists(payments, min_size=2, max_size=4)),
)


@pytest.fixture(scope="module", params=DESIGNS)
def bank(request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """A bank whose programs are compiled once."""
    with opened(DESIGNS[request.param]) as workspace:
        yield workspace


def fill(workspace: Workspace) -> None:
    """It has two accounts and four payments, and nothing else."""
    with workspace._bound.store.begin() as transaction:
        for name in NAMES:
            transaction.delete(stored_table(name), ("id",), Scan(stored_table(name)))
        transaction.commit()
    workspace.create("account", [{"id": 1, "balance": 3}, {"id": 2, "balance": 1}])
    rows = [(1, 1, 1, 1), (2, 1, 2, 2), (3, 2, 1, 1), (4, 1, 2, None)]
    names = ("id", "account_id", "amount", "slip")
    workspace.create("payment", [dict(zip(names, each, strict=True)) for each in rows])


def tables(workspace: Workspace) -> list[Any]:
    return [table(workspace, name) for name in NAMES]


def came(workspace: Workspace, action: str, records: list[Any], refused: str = "skip") -> tuple[tuple[int, ...], int]:
    """The records refused, and how many went to another state than they should."""
    outcome: Outcome = workspace.run(action, records, refused=refused)  # type: ignore[arg-type]
    failed = sum(each.rows for each in outcome.warnings if each.code == "effect_failed")
    return outcome.refusals.rows if outcome.refusals else (), failed


def one_by_one(workspace: Workspace, action: str, records: list[Any]) -> tuple[tuple[int, ...], int]:
    told = [came(workspace, action, [each]) for each in records]
    return tuple(n for n, (refused, _) in enumerate(told) if refused), sum(failed for _, failed in told)


@settings(max_examples=4, deadline=None)
@given(run=st.lists(operations, min_size=1, max_size=1))
def test_records_whose_moves_have_effects_behave_as_if_applied_one_by_one(
    bank: Workspace, run: list[tuple[str, list[Any]]]
) -> None:
    """The same records are refused, as many go to another state, and every table is the same; with refused="all" it is all or nothing."""
    fill(bank)
    told = [(one_by_one(bank, *each), tables(bank)) for each in run]
    fill(bank)
    assert [(came(bank, *each), tables(bank)) for each in run] == told
    fill(bank)
    before, ((refused, _), after) = tables(bank), told[0]
    if refused:
        with pytest.raises(WorkbenchError):
            came(bank, *run[0], "all")
    else:
        came(bank, *run[0], "all")
    assert tables(bank) == (before if refused else after)
