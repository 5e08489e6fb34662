"""A store in DuckDB: the tables of an opened source, read-only, behind the port."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from workbench.model.expression import Interval, Scalar
from workbench.relation.plan import Plan
from workbench.relation.port import TableInfo
from workbench.relation.statement import Statement
from workbench.store.failures import explained
from workbench.store.statement_worker import interruptible

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

__all__ = ["DuckRows", "DuckStore", "bindable", "shut"]


_STATEMENTS = 64
"""How many printed plans a store keeps."""

_PAUSE = 0.01
"""Seconds between two attempts to close what is busy."""


class DuckRows:
    """A finished result, held by DuckDB and turned into Python or Arrow values when asked."""

    __slots__ = ("_cursor", "_lock", "_relation")

    def __init__(self, relation: DuckDBPyRelation, cursor: DuckDBPyConnection, lock: threading.RLock) -> None:
        self._relation, self._lock = relation, lock
        self._cursor = cursor  # a result lives as long as its cursor, whose thread may be gone before

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(self._relation.columns)

    def tuples(self) -> list[tuple[Any, ...]]:
        """Rows as Python values: decimals exact, instants aware (UTC)."""
        with self._lock, explained("the result cannot be read"):
            kinds = [str(kind) for kind in self._relation.types]
            instants = [place for place, kind in enumerate(kinds) if kind == "TIMESTAMP WITH TIME ZONE"]
            if not instants:
                return interruptible(self._cursor, self._relation.fetchall)
            # DuckDB hands out a clock time three times as fast as an instant, and its zone is known.
            terms = [
                f"#{place + 1}" + (" AT TIME ZONE 'UTC'" if place in instants else "") for place in range(len(kinds))
            ]
            rows = interruptible(self._cursor, self._relation.project(", ".join(terms)).fetchall)
        return [_in_utc(row, instants) for row in rows]

    def arrow(self) -> pa.Table:
        """The same rows as an Arrow table."""
        with self._lock, explained("the result cannot be read"):
            return interruptible(self._cursor, self._relation.to_arrow_table)


def _in_utc(row: tuple[Any, ...], places: list[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = values[place].replace(tzinfo=dt.UTC)
    return tuple(values)


class DuckStore:
    """The tables of a source in DuckDB. It only reads; it reaches nothing outside; several threads may query it at once.

    Each thread has its own cursor, so that no result waits for another thread's.
    """

    dialect: Literal["duckdb", "postgres"] = "duckdb"

    def __init__(
        self,
        connection: DuckDBPyConnection,
        tables: tuple[TableInfo, ...],
        temporary: Path,
        registered: Mapping[str, Any] | None = None,
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._registered = dict(registered or {})
        self._local = threading.local()
        self._statements: dict[int, tuple[Plan, Statement]] = {}
        self._cursors: weakref.WeakKeyDictionary[DuckDBPyConnection, int] = weakref.WeakKeyDictionary()
        self._guard = threading.Lock()
        self._finalizer: weakref.finalize[..., Any] = weakref.finalize(
            self, _close, connection, self._cursors, temporary
        )

    def tables(self) -> tuple[TableInfo, ...]:
        """All tables and views, in name order."""
        return self._tables

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> DuckRows:
        """The rows of ``plan``; ``parameters`` fill its references by written name.

        Raises:
            AdapterError: the database refused or failed, or the store is closed; its cause is chained.
            DefinitionError: the plan needs a parameter that is not given.
        """
        statement = self._printed(plan)
        values = [bindable(value) for value in statement.values(parameters)]
        with explained("the query failed"):
            cursor, lock = self._cursor()
            with lock:
                found = interruptible(cursor, lambda: cursor.sql(statement.text, params=values).materialize())
                return DuckRows(found, cursor, lock)

    def arrow(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of ``plan`` as an Arrow table, read at once. Errors as ``query``."""
        statement = self._printed(plan)
        values = [bindable(value) for value in statement.values(parameters)]
        with explained("the query failed"):
            cursor, lock = self._cursor()
            with lock:
                return interruptible(cursor, lambda: cursor.sql(statement.text, params=values).to_arrow_table())

    def _printed(self, plan: Plan) -> Statement:
        """``plan`` as SQL; printing costs more than a short query, so the latest are kept.

        A plan is known by its identity: equal ones may differ, as 1 and true do.
        """
        known = self._statements.get(id(plan))
        if known is None:
            from workbench.relation.sql import to_sql

            known = self._statements[id(plan)] = plan, to_sql(plan, self.dialect)
            while len(self._statements) > _STATEMENTS:
                self._statements.pop(next(iter(self._statements)), None)
        return known[1]

    def sql(self, plan: Plan) -> str:
        """``plan`` as a person would read it: formatted, constants written out. For showing, never for running."""
        from workbench.relation.sql import pretty

        return pretty(plan, self.dialect)

    def interrupt(self, thread: int | None = None) -> None:
        """Stop every query that is running now, or those of ``thread`` (its ``ident``) alone; each raises an ``AdapterError`` there.

        A closed store has none.
        """
        with self._guard:
            running = list(self._cursors.items()) if self._finalizer.alive else []
        for cursor, owner in running:
            if thread in (None, owner):
                cursor.interrupt()

    def close(self) -> None:
        """Give everything back; later queries raise an ``AdapterError``, and so do those that are running. Closing twice does nothing."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _cursor(self, use: str = "reading") -> tuple[DuckDBPyConnection, threading.RLock]:
        """This thread's cursor for a use, and the lock under which its results are read."""
        if not hasattr(self._local, use):
            with self._guard:
                cursor = self._connection.cursor()
                self._cursors[cursor] = threading.get_ident()
            for name, scanned in self._registered.items():
                cursor.register(name, scanned)
            setattr(self._local, use, (cursor, threading.RLock()))
        found: tuple[DuckDBPyConnection, threading.RLock] = getattr(self._local, use)
        return found


def bindable(value: Scalar) -> Any:
    """``value`` as DuckDB takes it; an interval of months cannot be a Python duration, so it goes as text."""
    return str(value) if isinstance(value, Interval) else value


def shut(connection: DuckDBPyConnection) -> None:
    """The connection is closed; whatever another thread was doing with it is stopped."""
    import duckdb

    while True:
        try:
            connection.close()
        except duckdb.Error:  # it is busy, and has to end what it does first
            connection.interrupt()
            time.sleep(_PAUSE)
        else:
            return


def _close(
    connection: DuckDBPyConnection, cursors: weakref.WeakKeyDictionary[DuckDBPyConnection, int], temporary: Path
) -> None:
    for each in [*cursors, connection]:
        shut(each)
    shutil.rmtree(temporary, ignore_errors=True)
