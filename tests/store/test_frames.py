"""Data frames and Arrow tables, read where they are."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from workbench.errors import VerificationError
from workbench.relation.plan import Scan, TableName


def test_frames_and_arrow_tables_by_name(session: Any, types: Any, rows: Any) -> None:
    """A mapping gives a table for each name, with the types of the frame; NaN in a frame is missing."""
    frame = pd.DataFrame(
        {
            "id": [1, 2],
            "name": ["x", None],
            "f": [1.5, float("nan")],
            "at": pd.to_datetime(["2013-01-01", None], utc=True),
            "c": pd.Categorical(["u", "v"]),
        }
    )
    opened = session.open(
        {"a": frame, "b": pa.table({"n": pa.array([1.5, float("inf")]), "d": [dt.date(2013, 1, 1), None]})}
    )
    assert types(opened, "a") == {
        "id": "integer",
        "name": "string",
        "f": "float",
        "at": "timestamp",
        "c": "enum('u', 'v')",
    }
    assert types(opened, "b") == {"n": "float", "d": "date"}
    assert rows(opened, "a") == [(1, "x", 1.5, dt.datetime(2013, 1, 1, tzinfo=dt.UTC), "u"), (2, None, None, None, "v")]


def test_one_frame_alone(session: Any, rows: Any) -> None:
    """A single frame is a table called table."""
    assert rows(session.open(pd.DataFrame({"a": [1]})), "table") == [(1,)]


def test_frames_are_seen_by_every_thread(session: Any) -> None:
    """A query from another thread finds the frame too, and its result outlives the thread."""
    store = session.open({"a": pd.DataFrame({"x": [1, 2]})}).store
    found: list[Any] = []
    worker = threading.Thread(target=lambda: found.append(store.query(Scan(TableName("a")))))
    worker.start()
    worker.join()
    assert found[0].tuples() == [(1,), (2,)]


def test_strange_columns_of_frames(session: Any, types: Any, said: Any) -> None:
    """Numbers, tuples and duplicates as labels, an index with a name and columns of mixed values are all said."""
    frame = pd.DataFrame(
        [[1, 2, "x", 4], [5, 6, 7, 8]], columns=[0, ("a", "b"), "mixed", "mixed"], index=pd.Index([1, 2], name="key")
    )
    opened = session.open({"t": frame})
    assert list(types(opened)) == ["0", "a.b", "mixed", "mixed_2"]
    assert types(opened)["mixed"] == "string"
    assert set(said(opened)) == {"duplicate_column", "index_left_out", "mixed_types"}


def test_what_is_no_table_is_a_problem(session: Any, rows: Any) -> None:
    """A mapping may hold other values by mistake; the frames beside them are read."""
    opened = session.open({"a": pd.DataFrame({"x": [1]}), "b": [1, 2], "A": pd.DataFrame({"x": [2]})})
    assert rows(opened, "a") == [(1,)] and rows(opened, "A_2") == [(2,)]
    assert {(p.path, p.code) for p in opened.problems} == {("b", "no_table"), ("A_2", "name_taken")}
    with pytest.raises(VerificationError, match="no_columns"):
        session.open({"a": pd.DataFrame()})
