"""How fast a design runs: batches through every stage beside a bare INSERT, one record at a time, questions beside SQL written by hand.

Both sides run in DuckDB in memory, on tables with the same constraints. What a batch of its kind compiles once was compiled before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from workbench.model import Attribute, Constraints, Domain, Relationship, Resource, Rule
from workbench.workspace.session import Workspace, open

from .timing import Run, in_turn, row, spent

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["DESIGN", "run"]

_CUSTOMERS = 10_000
_SINGLES = 50
_WHERE = "total > 500 and status = 'paid' and placed >= date '2026-03-01'"


def _attributes(**types: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name=name, type=type_, required=True) for name, type_ in types.items())


DESIGN = Domain(
    name="shop",
    resources=(
        Resource(name="customer", key=("id",), attributes=_attributes(id="integer", tier="enum(gold, plain)")),
        Resource(
            name="orders",
            key=("id",),
            attributes=(
                *_attributes(id="integer", customer_id="integer", status="enum(open, paid, closed)", placed="date"),
                Attribute(name="shipped", type="date"),
                Attribute(name="total", type="float", constraints=Constraints(minimum="0")),
            ),
            relationships=(Relationship(name="customer", kind="belongs_to", destination="customer", required=True),),
            rules=(
                Rule(name="in_order", condition="shipped >= placed"),
                Rule(name="bounded", condition="total < 100000"),
            ),
        ),
    ),
)
"""A shop whose orders have a key, a reference, an enum, a bound and two rules."""


def _orders(size: int, first: int = 0) -> pa.Table:
    import pyarrow as pa

    days = [dt.date(2026, 1, 1) + dt.timedelta(days=each) for each in range(200)]
    return pa.table(
        {
            "id": pa.array(range(first, first + size), pa.int64()),
            "customer_id": pa.array([each * 7919 % _CUSTOMERS for each in range(size)], pa.int64()),
            "status": [("open", "paid", "closed")[each % 3] for each in range(size)],
            "placed": [days[each % 200] for each in range(size)],
            "shipped": [None if each % 3 == 0 else days[each % 200] for each in range(size)],
            "total": [each % 1000 * 1.25 for each in range(size)],
        }
    )


def _workspace() -> Workspace:
    """A shop with customers, whose programs for orders were compiled by a batch of two."""
    import pyarrow as pa

    workspace = open(DESIGN)
    tiers = ["gold" if each % 10 == 0 else "plain" for each in range(_CUSTOMERS)]
    workspace.create("customer", pa.table({"id": range(_CUSTOMERS), "tier": tiers}))
    workspace.create("orders", _orders(2, first=10**9))
    return workspace


def _bare() -> duckdb.DuckDBPyConnection:
    """The same table, with the constraints that the workspace declares, in a database of its own."""
    import duckdb

    from workbench.relation.ddl import create_sql
    from workbench.workspace.running import running

    connection = duckdb.connect(config={"python_enable_replacements": False})
    tables = [replace(each, references=()) for each in running(DESIGN).declared]
    for statement in create_sql(tables, "duckdb").statements:
        connection.execute(statement)
    return connection


def run(quick: bool = False) -> list[dict[str, object]]:
    """Rows for a bulk create, a create of one record, and a filter by expression."""
    size, rounds = (10_000, 1) if quick else (1_000_000, 5)
    orders = _orders(size)
    ours, theirs = list[Run](), list[Run]()
    for _ in range(rounds):
        with _workspace() as workspace:
            ours.append(spent(partial(workspace.create, "orders", orders)))
            found = [] if len(ours) < rounds else [*_single(workspace, size, rounds), *_filter(workspace, rounds)]
        with _bare() as connection:
            connection.register("given", orders)
            names = ", ".join(orders.column_names)
            insert = f"INSERT INTO orders ({names}) SELECT {names} FROM given"
            theirs.append(spent(partial(connection.execute, insert)))
    name = f"create {size:,} Arrow rows with rules"
    goal = 2 * median(each.wall for each in theirs)
    return [row(name, ours, goal=goal, peer=("INSERT ... SELECT, same constraints", theirs)), *found]


def _single(workspace: Workspace, size: int, rounds: int) -> list[dict[str, object]]:
    """One record at a time, into the table that was filled and into an empty one."""
    first = iter(range(size + 1, 2 * 10**8))

    def create(into: Workspace) -> None:
        for _ in range(_SINGLES):
            into.create(
                "orders", {"id": next(first), "customer_id": 1, "status": "open", "placed": "2026-01-01", "total": 5}
            )

    with _workspace() as empty:
        for each in (workspace, empty):
            create(each)
        runs = in_turn({"full": partial(create, workspace), "empty": partial(create, empty)}, rounds)
    return [
        row("create one record", runs["empty"], unit="ms", per=_SINGLES, goal=10),
        row(f"create one record beside {size:,}", runs["full"], unit="ms", per=_SINGLES),
    ]


def _filter(workspace: Workspace, rounds: int) -> list[dict[str, object]]:
    """A question by expression, beside the same as SQL on the same table; both give Arrow."""
    cursor = workspace._bound.store._connection.cursor()
    by_hand = (
        f"SELECT id, customer_id, status, placed, shipped, total FROM design.main.orders WHERE {_WHERE} ORDER BY id"
    )
    counting = f"SELECT count(*) AS rows FROM design.main.orders WHERE {_WHERE}"
    works = {
        "ours": lambda: workspace.ask("orders", _WHERE).arrow(),
        "theirs": lambda: cursor.sql(by_hand).to_arrow_table(),
        "our count": lambda: workspace.count("orders", _WHERE),
        "their count": lambda: cursor.sql(counting).to_arrow_table(),
    }
    in_turn(works, 1)
    runs = in_turn(works, 3 * rounds)
    names = {
        "filter by expression, rows by key": ("ours", "theirs"),
        "count by expression": ("our count", "their count"),
    }
    return [
        row(
            name, runs[ours], goal=1.05 * median(each.wall for each in runs[theirs]), peer=("SQL by hand", runs[theirs])
        )
        for name, (ours, theirs) in names.items()
    ]
