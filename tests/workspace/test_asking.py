"""Asking a workspace: rows and groups, pages that follow each other, attached sources, jobs."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import AdapterError, DefinitionError, NotFoundError, VerificationError
from workbench.model import Attribute, Dimension, Domain, Measure, Relationship, Resource, parse_type
from workbench.workspace.session import Workspace
from workbench.workspace.session import open as open_workspace


def attribute(name: str, kind: str, **facts: Any) -> Attribute:
    """An attribute."""
    return Attribute(name=name, type=parse_type(kind), **facts)


CUSTOMERS = Resource(
    name="customers",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("tier", "string"),
        attribute("email", "email", sensitive=True),
    ),
    relationships=(Relationship(name="orders", kind="has_many", destination="orders"),),
)
ORDERS = Resource(
    name="orders",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("customer_id", "integer"),
        attribute("total", "decimal(10, 2)"),
        attribute("placed_at", "timestamp"),
    ),
    relationships=(
        Relationship(name="customer", kind="belongs_to", destination="customers"),
        Relationship(
            name="lines", kind="has_many", destination="lines", source_key=("id",), destination_key=("order_id",)
        ),
    ),
    measures=(Measure(name="revenue", expression="sum(total)"),),
    dimensions=(Dimension(name="month", expression="placed_at", grain="month"),),
)
LINES = Resource(
    name="lines",
    key=("order_id", "number"),
    attributes=(
        attribute("order_id", "integer", required=True),
        attribute("number", "integer", required=True),
        attribute("quantity", "integer"),
    ),
)
SHOP = Domain(name="shop", resources=(CUSTOMERS, ORDERS, LINES))


@pytest.fixture(scope="module")
def shop() -> Iterator[Workspace]:
    """Three customers, five orders, six lines."""
    with open_workspace(SHOP) as workspace:
        workspace.create(
            "customers", [{"id": 1, "tier": "gold", "email": "a@b.example"}, {"id": 2, "tier": "basic"}, {"id": 3}]
        )
        days = [dt.datetime(2026, month, 3, tzinfo=dt.UTC) for month in (1, 1, 2, 2, 3)]
        totals = [Decimal("10.00"), Decimal("20.00"), Decimal("5.50"), None, Decimal("1.00")]
        owners = [1, 1, 2, 2, None]
        workspace.create(
            "orders",
            [
                {"id": number, "customer_id": owner, "total": total, "placed_at": day}
                for number, (owner, total, day) in enumerate(zip(owners, totals, days, strict=True), 1)
            ],
        )
        lines = [(1, 1, 2), (1, 2, 3), (2, 1, 1), (3, 1, 4), (3, 2, None), (5, 1, 7)]
        workspace.create(
            "lines", [{"order_id": order, "number": number, "quantity": size} for order, number, size in lines]
        )
        yield workspace


def rows(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of an answer."""
    table = answer.arrow()
    return [tuple(row[name] for name in table.column_names) for row in table.to_pylist()]


def test_rows_are_asked_with_paths_and_aggregates_over_what_they_reach(shop: Workspace) -> None:
    """A row shows its own values, those of what it belongs to, and counts of what belongs to it; no row multiplies."""
    found = shop.ask(
        "orders", "customer.tier = 'gold'", select=["id", "customer.tier", "count(lines)", "sum(lines.quantity)"]
    )
    assert rows(found) == [(1, "gold", 2, 5), (2, "gold", 1, 1)]


def test_groups_have_measures_along_several_ways_at_once(shop: Workspace) -> None:
    """Orders and their lines are counted beside each other without either multiplying the other; a group of nothing counts 0."""
    found = shop.ask(
        "orders",
        by={"tier": "customer.tier"},
        measures={"orders": "count()", "revenue": "revenue", "pieces": "sum(lines.quantity)", "lines": "count(lines)"},
        sort="tier",
    )
    assert rows(found) == [
        ("basic", 2, Decimal("5.50"), 4, 2),
        ("gold", 2, Decimal("30.00"), 6, 3),
        (None, 1, Decimal("1.00"), 7, 1),
    ]


def test_totals_without_groups_are_one_row(shop: Workspace) -> None:
    """Measures alone give one row, over no rows too: counts are 0, sums nothing."""
    assert rows(shop.ask("orders", measures={"n": "count()", "pieces": "sum(lines.quantity)"})) == [(5, 17)]
    assert rows(shop.ask("orders", "id > 99", measures={"n": "count()", "pieces": "sum(lines.quantity)"})) == [
        (0, None)
    ]


def test_a_dimension_cuts_time_by_its_grain(shop: Workspace) -> None:
    """Grouping by a dimension's name uses its expression and grain."""
    found = shop.ask("orders", by="month", measures={"n": "count()"}, sort="month desc")
    assert [(month.month, n) for month, n in rows(found)] == [(3, 1), (2, 2), (1, 2)]


def test_nulls_sort_last_in_both_directions(shop: Workspace) -> None:
    """A row without the value sorted by comes after all that have one."""
    assert [row[0] for row in rows(shop.ask("orders", select="id", sort="total"))] == [5, 3, 1, 2, 4]
    assert [row[0] for row in rows(shop.ask("orders", select="id", sort=["total desc"]))] == [2, 1, 3, 5, 4]


SORTS = ("total", "total desc", "customer.tier", "customer.tier desc", "placed_at desc", "count(lines)", "id desc")


@settings(max_examples=40, deadline=None)
@given(sort=st.lists(st.sampled_from(SORTS), max_size=3, unique=True), size=st.integers(1, 6))
def test_pages_put_together_are_the_whole_in_order(shop: Workspace, sort: list[str], size: int) -> None:
    """Whatever the order and the size of a page, following ``next`` gives every row once, as the question without pages does."""
    whole = rows(shop.ask("orders", select=["id", "total"], sort=sort))
    found, after = [], ""
    for _ in range(10):
        page = shop.ask("orders", select=["id", "total"], sort=sort, limit=size, after=after)
        found += rows(page)
        after = page.next
        if not after:
            break
    assert found == whole and len(whole) == 5


def test_pages_of_groups_follow_each_other_too(shop: Workspace) -> None:
    """Groups are paged by their values and measures."""
    asked: dict[str, Any] = {"by": {"tier": "customer.tier"}, "measures": {"n": "count()"}, "sort": "n desc"}
    first = shop.ask("orders", limit=2, **asked)
    assert rows(first) + rows(shop.ask("orders", limit=2, after=first.next, **asked)) == rows(
        shop.ask("orders", **asked)
    )


def test_a_page_stays_right_when_rows_come_and_go() -> None:
    """A row added before the page, or deleted from the one before, neither repeats nor skips any other."""
    with open_workspace(Domain(name="t", resources=(LINES,))) as workspace:
        workspace.create("lines", [{"order_id": number, "number": 1} for number in range(0, 20, 2)])
        first = workspace.ask("lines", select="order_id", limit=4)
        workspace.create("lines", [{"order_id": 1, "number": 1}])
        workspace.destroy("lines", [(6, 1)])
        assert [row[0] for row in rows(workspace.ask("lines", select="order_id", limit=3, after=first.next))] == [
            8,
            10,
            12,
        ]


@pytest.mark.parametrize("cursor", ["x", "é", "W10=", "bnVsbA==", "WyJhIiwgWzFdXQ==", "'; drop table orders"])
def test_a_foreign_cursor_is_refused(shop: Workspace, cursor: str) -> None:
    """A cursor that is none, or of another question, is told; nothing else happens."""
    with pytest.raises(DefinitionError, match="no page of this question"):
        shop.ask("orders", sort="total", limit=2, after=cursor)
    other = shop.ask("orders", sort="placed_at", limit=2).next
    with pytest.raises(DefinitionError, match="no page of this question"):
        shop.ask("orders", sort="total", limit=2, after=other)


def test_every_mistake_of_a_question_is_told_at_once(shop: Workspace) -> None:
    """Problems point to the part of the question they are in."""
    with pytest.raises(VerificationError) as told:
        shop.ask("orders", "totl > 1", select=["nope", "customer"], sort="what")
    assert {each.path for each in told.value.problems} == {"where", "select.nope", "select.customer", "sort[0]"}
    with pytest.raises(VerificationError, match="unknown_column"):
        shop.ask("orders", by="customer_id", measures="count()", sort="total")
    with pytest.raises(NotFoundError, match="orders"):
        shop.ask("ordrs")
    with pytest.raises(DefinitionError, match="not both"):
        shop.ask("orders", select="id", by="customer_id")


def test_sensitive_values_are_masked_where_shown_and_whole_in_frames(shop: Workspace) -> None:
    """A sensitive value, or the greatest of several, is masked in the display; a count of them is no secret."""
    shown = shop.ask("orders", "id = 1", select=["id", "customer.email"])._repr_mimebundle_()
    assert "a@b.example" not in str(shown)
    greatest = shop.ask("customers", measures={"last": "max(email)", "n": "count(email)"})
    assert "a@b.example" not in str(greatest._repr_mimebundle_())
    assert rows(greatest) == [("a@b.example", 1)]


def test_counts_are_what_may_be_seen(shop: Workspace) -> None:
    """``count`` takes a condition, and hostile text in it is text."""
    assert (shop.count("orders"), shop.count("orders", "total is null")) == (5, 1)
    assert shop.count("customers", "tier = '''; drop table customers; --'") == 0
    assert shop.count("customers") == 3


def test_attached_files_are_read_in_place_and_not_written(tmp_path: Path) -> None:
    """Resources of a source are asked beside stored ones; writing to them is refused, and references to them are held."""
    (tmp_path / "customers.csv").write_text("id,tier,email\n1,gold,a@b.example\n2,basic,\n")
    with open_workspace(SHOP, tmp_path / "shop.duckdb", data=str(tmp_path / "customers.csv")) as workspace:
        workspace.create("orders", [{"id": 1, "customer_id": 1, "total": 3}])
        assert rows(workspace.ask("orders", select=["id", "customer.tier"])) == [(1, "gold")]
        with pytest.raises(VerificationError, match="cannot be written"):
            workspace.create("customers", [{"id": 9}])
        with pytest.raises(VerificationError, match="dangling_reference"):
            workspace.create("orders", [{"id": 2, "customer_id": 77}])
    assert (tmp_path / "customers.csv").read_text().count("\n") == 3


def test_a_source_that_lacks_an_attribute_is_told_when_it_is_opened(tmp_path: Path) -> None:
    """Not only when somebody asks: the column that an attribute was read from before it was renamed is named."""
    (tmp_path / "team.csv").write_text("id,nick\n1,ann\n")
    key = Attribute.model_validate({"name": "id", "type": "integer", "required": True})
    name = Attribute.model_validate({"name": "name", "type": "string", "was": "nick"})
    league = Domain(name="league", resources=(Resource(name="team", key=("id",), attributes=(key, name)),))
    with pytest.raises(VerificationError) as caught:
        open_workspace(league, data=str(tmp_path / "team.csv"))
    assert [(each.path, each.code, each.hint) for each in caught.value.problems] == [
        ("team.name", "missing_column", "say where it is read: source_name 'nick'")
    ]


def test_a_job_gives_its_result_tells_its_progress_and_its_failure(shop: Workspace) -> None:
    """Work in the background ends as it would have in front; what it raises is raised to who asks."""
    go = threading.Event()

    def work(job: Any) -> int:
        job.progress("waiting", 0.5)
        go.wait(20)
        return shop.count("orders")

    job = shop.job(work, "count")
    while job.share == 0:
        pass
    assert (job.state, repr(job)) == ("running", "<Job count: 50% waiting>")
    with pytest.raises(TimeoutError):
        job.result(0.01)
    go.set()
    assert (job.result(20), job.state) == (5, "done")
    failing = shop.job(lambda job: shop.count("nothing"))
    with pytest.raises(NotFoundError):
        failing.result(20)
    assert failing.state == "failed"


def test_cancelling_a_job_stops_the_database_and_leaves_nothing() -> None:
    """A batch that is cancelled in the midst of its writing is not there, and the workspace goes on."""
    import pyarrow as pa

    with open_workspace(Domain(name="t", resources=(LINES,))) as workspace:
        size = 3_000_000
        table = pa.table({"order_id": range(size), "number": pa.repeat(1, size), "quantity": pa.repeat(2, size)})
        begun = threading.Event()

        def work(job: Any) -> Any:
            begun.set()
            return workspace.create("lines", table)

        job = workspace.job(work, "load")
        begun.wait(20)
        job.cancel()
        assert job.state == "cancelled"
        with pytest.raises(AdapterError, match="stopped"):
            job.result()
        assert workspace.count("lines") == 0
        workspace.create("lines", [{"order_id": 1, "number": 1}])
