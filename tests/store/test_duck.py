"""The store behind the port: plans in, exact rows out, from several threads, stopped when asked."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import AdapterError, DefinitionError
from workbench.model.expression import Aggregate, Binary, Constant, Reference
from workbench.model.expression import Path as Names
from workbench.model.types import parse_type
from workbench.relation import Store
from workbench.relation.plan import Aggregate as Grouped
from workbench.relation.plan import Filter, Join, Order, Output, Scan, Sort, TableName
from workbench.store.catalog import type_name

TEXT = "id,amount,at\n1,1.50,2013-01-01T10:00:00Z\n2,2.25,2013-06-01T10:00:00Z\n3,,\n"
ROWS = [
    (1, Decimal("1.50"), dt.datetime(2013, 1, 1, 10, tzinfo=dt.UTC)),
    (2, Decimal("2.25"), dt.datetime(2013, 6, 1, 10, tzinfo=dt.UTC)),
    (3, None, None),
]


def test_rows_are_exact_and_can_be_read_twice(session: Any) -> None:
    """Decimals stay decimals and instants aware; the same result gives tuples and Arrow, in any order, again and again."""
    store: Store = session.csv(TEXT).store
    result = store.query(Sort(Scan(TableName("t")), (Order(Names(("id",))),)))
    assert list(result.columns) == ["id", "amount", "at"]
    assert result.tuples() == result.tuples() == ROWS
    arrow = result.arrow()
    assert (
        arrow.column_names == ["id", "amount", "at"] and str(arrow.schema.field("amount").type) == "decimal128(18, 2)"
    )
    assert arrow["at"].to_pylist()[0] == ROWS[0][2]


def test_parameters_are_bound(session: Any) -> None:
    """A reference takes its value from the call, quotes and all; a missing one is named."""
    store = session.csv("a\nx\n'; drop table t; --\n").store
    plan = Filter(Scan(TableName("t")), Binary("=", Names(("a",)), Reference("argument", ("wanted",))))
    assert store.query(plan, {":wanted": "'; drop table t; --"}).tuples() == [("'; drop table t; --",)]
    with pytest.raises(DefinitionError, match=":wanted"):
        store.query(plan)


def test_the_sql_is_for_reading(session: Any) -> None:
    """A plan is shown formatted, with its constants written out."""
    plan = Filter(Scan(TableName("t")), Binary("=", Names(("a",)), Constant("x")))
    text = session.csv("a\nx\n").store.sql(plan)
    assert "'x'" in text and "\n" in text


def test_failures_name_what_failed(session: Any) -> None:
    """An unknown table is an AdapterError with DuckDB's error as its cause, and the store goes on working."""
    store = session.csv(TEXT).store
    with pytest.raises(AdapterError, match="nope") as caught:
        store.query(Scan(TableName("nope")))
    assert caught.value.__cause__ is not None
    assert len(store.query(Scan(TableName("t"))).tuples()) == 3


def test_threads_query_at_once(session: Any) -> None:
    """Eight threads get their own right answers from one store."""
    store = session.csv(TEXT).store
    answers: list[Any] = []

    def ask(number: int) -> None:
        plan = Filter(Scan(TableName("t")), Binary("=", Names(("id",)), Constant(number)))
        answers.extend(store.query(plan).tuples()[0][0] == number for _ in range(5))

    threads = [threading.Thread(target=ask, args=(1 + place % 3,)) for place in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [True] * 40


def test_a_running_query_can_be_stopped(session: Any) -> None:
    """interrupt ends a long query within moments, as an AdapterError; the next query works."""
    opened = session.csv("n\n" + "\n".join(map(str, range(20000))) + "\n")
    a, b = (Scan(TableName("t"), alias) for alias in "ab")
    product = Binary("*", Binary("*", Names(("a", "n")), Names(("b", "n"))), Names(("c", "n")))
    triples = Join(Join(a, b, None, "cross"), Scan(TableName("t"), "c"), Binary("=", product, Constant(7)))
    endless = Grouped(triples, (), (Output("n", Aggregate("count")),))
    timer = threading.Timer(0.3, opened.store.interrupt)
    timer.start()
    started = time.perf_counter()
    with pytest.raises(AdapterError):
        opened.store.query(endless)
    assert time.perf_counter() - started < 20
    timer.join()
    assert len(opened.store.query(Scan(TableName("t"))).tuples()) == 20000


def test_closing_gives_everything_back(session: Any) -> None:
    """After close the temporary folder is gone and queries are refused; closing again does nothing."""
    opened = session.csv(TEXT)
    result = opened.store.query(Scan(TableName("t")))
    with opened.store:
        pass
    opened.store.close()
    with pytest.raises(AdapterError):
        opened.store.query(Scan(TableName("t")))
    with pytest.raises(AdapterError):
        result.tuples()


def test_progress_is_told_and_can_stop(session: Any) -> None:
    """The callback hears shares up to 1; what it raises stops the opening."""
    heard: list[float] = []
    session.csv(TEXT, progress=lambda doing, share: heard.append(share))
    assert heard[-1] == 1.0 and all(0 <= share <= 1 for share in heard)

    def stop(doing: str, share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.csv(TEXT, progress=stop)


@pytest.mark.parametrize(
    ("native", "ours"),
    [
        ("HUGEINT", "integer"),
        ("UBIGINT", "integer"),
        ("FLOAT", "float"),
        ("DECIMAL(10,2)", "decimal(10, 2)"),
        ("TIMESTAMP", "local_timestamp"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp"),
        ("INTERVAL", "duration"),
        ("BLOB", "binary"),
        ("INTEGER[][3]", "array(array(integer))"),
        ("STRUCT(a INTEGER, b VARCHAR[])", "json"),
        ("STRUCT(a INTEGER)[]", "array(json)"),
        ("MAP(VARCHAR, INTEGER)", "json"),
        ("ENUM('a, b', 'it''s')", "enum('a, b', 'it''s')"),
        ("NULL", "string"),
    ],
)
def test_type_names(native: str, ours: str) -> None:
    """Every DuckDB type has a name of ours, and our own parser reads it."""
    assert type_name(native) == ours
    assert str(parse_type(ours)) == ours


def test_opening_files_loads_no_pandas_and_no_arrow() -> None:
    """A cold process opens a folder of files without pandas, pyarrow or sqlglot."""
    flights = Path(__file__).parents[2] / "data" / "flights"
    code = (
        "import sys; from workbench.store import open_source; assert 'duckdb' not in sys.modules; "
        f"open_source({str(flights)!r}); print([m for m in ('pandas', 'pyarrow', 'numpy', 'sqlglot', 'openai') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
