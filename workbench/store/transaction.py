"""A transaction of DuckDB: what one batch does, all of it or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from workbench.model.expression import Scalar
from workbench.relation.plan import Plan, TableName
from workbench.relation.statement import Statement
from workbench.store.connection import quote
from workbench.store.duck import DuckRows, bindable
from workbench.store.failures import explained
from workbench.store.plan_writer import PlanWriter
from workbench.store.statement_worker import interruptible

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

__all__ = ["DuckTransaction"]


class DuckTransaction(PlanWriter):
    """A transaction on one cursor; ``ended`` is called once, when it is over. See the port for what each method does."""

    dialect: Literal["duckdb", "postgres"] = "duckdb"

    def __init__(self, cursor: DuckDBPyConnection, lock: threading.RLock, ended: Callable[[], None]) -> None:
        self._cursor, self._lock, self._ended = cursor, lock, ended
        self._brought: list[str] = []
        self._kept: dict[str, None] = {}
        self._is_open = True
        with explained("the transaction cannot begin"):
            cursor.execute("BEGIN TRANSACTION")

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> DuckRows:
        """The rows of ``plan``; it sees what this transaction has written."""
        from workbench.relation.sql import to_sql

        return self.read(to_sql(plan, self.dialect), parameters)

    def read(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> DuckRows:
        """The rows of a plan that was printed before."""
        values = [bindable(value) for value in statement.values(parameters)]
        with self._lock, explained("the query failed"):
            found = interruptible(self._cursor, lambda: self._cursor.sql(statement.text, params=values).materialize())
            return DuckRows(found, self._cursor, self._lock)

    def tuples(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a plan that was printed before, as Python values."""
        values = [bindable(value) for value in statement.values(parameters)]
        with self._lock, explained("the query failed"):
            return interruptible(self._cursor, lambda: self._cursor.execute(statement.text, values).fetchall())

    def arrow(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of a plan that was printed before, as an Arrow table."""
        values = [bindable(value) for value in statement.values(parameters)]
        with self._lock, explained("the query failed"):
            return interruptible(self._cursor, lambda: self._cursor.sql(statement.text, params=values).to_arrow_table())

    def write(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> int:
        """Run what ``workbench.relation.write_sql`` printed; how many rows it wrote."""
        values = [bindable(value) for value in statement.values(parameters)]
        with self._lock, explained("nothing was written"):
            rows = interruptible(self._cursor, lambda: self._cursor.execute(statement.text, values).fetchall())
        return int(rows[0][0]) if rows else 0

    def bring(self, name: str, rows: pa.Table) -> TableName:
        """``rows`` from outside, read where they are."""
        with self._lock, explained("the records cannot be read"):
            self._cursor.register(name, rows)
        self._brought.append(name)
        return TableName(name)

    def keep(self, name: str, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> TableName:
        """The rows of ``plan`` as they are now, until the transaction ends."""
        kept = super().keep(name, plan, parameters)
        self._kept[name] = None
        return kept

    def commit(self) -> None:
        """Everything done becomes visible and durable."""
        with self._lock, explained("nothing was written"):
            for name in self._kept:
                self._cursor.execute(f"DROP TABLE IF EXISTS temp.main.{quote(name)}")
        self._kept.clear()
        self._is_open = False  # whatever happens now, DuckDB has ended it
        try:
            with self._lock, explained("nothing was written"):
                self._cursor.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._roll_back()
            finally:
                self._end()

    def _roll_back(self) -> None:
        import duckdb

        try:
            with self._lock:
                self._cursor.execute("ROLLBACK")
        except duckdb.Error:
            return  # there is nothing left to undo: DuckDB ended the transaction, or the database is gone

    def _end(self) -> None:
        import duckdb

        ended, self._ended = self._ended, _nothing
        try:
            for name in self._brought:
                self._cursor.unregister(name)
        except duckdb.Error:
            return  # the database was closed meanwhile, and has forgotten them
        finally:
            self._brought.clear()
            ended()


def _nothing() -> None:
    """What is done when a transaction that is over ends again."""
