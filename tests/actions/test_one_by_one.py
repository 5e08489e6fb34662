"""A batch does what its records would do one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.actions.shop import opened, table
from workbench.actions import Outcome
from workbench.errors import WorkbenchError
from workbench.relation.plan import Scan
from workbench.store.database import stored_table
from workbench.workspace.session import Workspace

ids = st.integers(1, 5)
emails = st.sampled_from(["a@x.de", "b@x.de", None])
customers = st.fixed_dictionaries(
    {"id": ids}, optional={"email": emails, "credit": st.integers(0, 9), "parent_id": ids | st.none()}
)
orders = st.fixed_dictionaries(
    {"id": ids},
    optional={
        "customer_id": st.integers(1, 3),
        "total": st.integers(-1, 6),
        "status": st.sampled_from(["open", "paid", "closed"]),
    },
)
keys = st.fixed_dictionaries({"id": ids})
operations = st.one_of(
    st.tuples(st.just("create"), st.just("customer"), st.lists(customers, min_size=2, max_size=6)),
    st.tuples(st.just("update"), st.just("customer"), st.lists(customers, min_size=2, max_size=6)),
    st.tuples(st.just("upsert"), st.just("customer"), st.lists(customers, min_size=2, max_size=6)),
    st.tuples(st.just("destroy"), st.just("customer"), st.lists(keys, min_size=2, max_size=5)),
    st.tuples(st.just("create"), st.just("orders"), st.lists(orders, min_size=2, max_size=6)),
    st.tuples(st.just("update"), st.just("orders"), st.lists(orders, min_size=2, max_size=6)),
    st.tuples(st.just("upsert"), st.just("orders"), st.lists(orders, min_size=2, max_size=6)),
    st.tuples(st.just("destroy"), st.just("orders"), st.lists(keys, min_size=2, max_size=5)),
)


def do(workspace: Workspace, operation: str, resource: str, records: Any, refused: str) -> Outcome:
    """The outcome of a batch."""
    method: Callable[..., Outcome] = getattr(workspace, operation)
    return method(resource, records, refused=refused)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Workspace, Workspace]]:
    """Two workspaces of one design, whose programs are compiled once."""
    with opened() as together, opened() as apart:
        yield together, apart


def fill(*workspaces: Workspace) -> None:
    """Each has three customers, one of them below another, and orders; and nothing else."""
    for workspace in workspaces:
        with workspace._bound.store.begin() as transaction:
            for name in ("orders", "customer"):
                transaction.delete(stored_table(name), ("id",), Scan(stored_table(name)))
            transaction.commit()
        workspace.create("customer", [{"id": 1, "email": "a@x.de"}, {"id": 2, "parent_id": 1, "credit": 5}, {"id": 3}])
        workspace.create("orders", [{"id": 1, "customer_id": 1, "total": 4}, {"id": 2, "customer_id": 2, "total": 3}])
        workspace.run("orders.close", [2])


@settings(max_examples=36, deadline=None)
@given(run=st.lists(operations, min_size=1, max_size=3))
def test_records_of_a_batch_behave_as_if_applied_one_by_one(
    pair: tuple[Workspace, Workspace], run: list[tuple[str, str, list[dict[str, Any]]]]
) -> None:
    """With refused="skip" the same records are refused as one by one, and the tables are the same."""
    together, apart = pair
    fill(together, apart)
    for operation, resource, records in run:
        outcome = do(together, operation, resource, records, "skip")
        alone = [do(apart, operation, resource, [record], "skip").refused for record in records]
        refused = tuple(place for place, count in enumerate(alone) if count)
        assert (outcome.refusals.rows if outcome.refusals else ()) == refused
        for name in ("customer", "orders"):
            assert table(together, name) == table(apart, name)


@settings(max_examples=20, deadline=None)
@given(step=operations)
def test_a_batch_is_accepted_when_none_of_its_records_would_be_refused(
    pair: tuple[Workspace, Workspace], step: tuple[str, str, list[dict[str, Any]]]
) -> None:
    """With refused="all" a batch is done exactly when one by one nothing is refused; else nothing of it is."""
    operation, resource, records = step
    together, apart = pair
    fill(together, apart)
    before = table(together, "customer"), table(together, "orders")
    alone = [do(apart, operation, resource, [each], "skip").refused for each in records]
    try:
        do(together, operation, resource, records, "all")
    except WorkbenchError as error:
        assert any(alone), error
        assert (table(together, "customer"), table(together, "orders")) == before
    else:
        assert not any(alone)
        assert table(together, resource) == table(apart, resource)
