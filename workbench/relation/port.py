"""The ports every store stands behind: they take plans, declarations and parameters, never strings of SQL.

Store            somewhere tables live; it answers plans
 └─ WritableStore   it also opens transactions
      └─ Transaction   what one batch does, all of it or nothing
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from workbench.model.expression import Node, Scalar
from workbench.relation.plan import Plan, TableName
from workbench.relation.statement import Statement

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.relation.alteration import Alteration

__all__ = [
    "ColumnInfo",
    "ForeignKeyInfo",
    "PartialUnique",
    "Rows",
    "Store",
    "TableInfo",
    "Transaction",
    "WritableStore",
]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column as its source declares it: our type name (``parse_type`` reads it), and whether a constraint forbids null.

    ``default`` is there when our language can say it, ``is_generated`` when the database fills the column itself (a serial or
    identity column, a computed one).
    """

    name: str
    type: str
    required: bool = False
    native_type: str = ""
    default: Node | None = None
    is_generated: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKeyInfo:
    """A reference the source itself declares."""

    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartialUnique:
    """Columns no two of the rows share for which ``where`` is true."""

    columns: tuple[str, ...]
    where: Node


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table or view: its columns in order, its row count, and the constraints it declares.

    ``checks`` are its conditions as the source writes them; ``conditions`` are those of them that our language can say.
    """

    table: TableName
    columns: tuple[ColumnInfo, ...]
    rows: int
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[ForeignKeyInfo, ...] = ()
    checks: tuple[str, ...] = ()
    kind: Literal["table", "view"] = "table"
    conditions: tuple[Node, ...] = ()
    partial_unique: tuple[PartialUnique, ...] = ()
    comment: str = ""


class Rows(Protocol):
    """A finished result: columns in order, all rows in memory."""

    @property
    def columns(self) -> Sequence[str]:
        """Column names, in order."""

    def tuples(self) -> list[tuple[Any, ...]]:
        """Rows as Python values: decimals exact, instants aware (UTC)."""

    def arrow(self) -> pa.Table:
        """The same rows as an Arrow table."""


class Store(Protocol):
    """Somewhere tables live."""

    @property
    def dialect(self) -> Literal["duckdb", "postgres"]:
        """The SQL its plans are printed in."""

    def tables(self) -> tuple[TableInfo, ...]:
        """All tables and views, in name order."""

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> Rows:
        """The rows of ``plan``; ``parameters`` fill its ``actor``, ``tenant``, ``context`` and argument references, by written name.

        Raises:
            AdapterError: the database refused or failed; its cause is chained.
        """

    def arrow(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of ``plan`` as an Arrow table, read at once. Errors as ``query``."""

    def sql(self, plan: Plan) -> str:
        """``plan`` as a person would read it: formatted, constants written out. For showing, never for running."""


class Transaction(Protocol):
    """What one batch does to a store: all of it is there after ``commit``, nothing of it otherwise.

    It sees its own writes. While it is open, no other transaction of the same database writes; reading goes on beside it. Leaving the
    ``with`` block without ``commit`` rolls back. Counts are rows.
    """

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> Rows:
        """The rows of ``plan``, as ``Store.query``."""

    def tuples(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a plan that was printed before, as Python values: the fastest way to read a few."""

    def arrow(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of a plan that ``to_sql`` printed before, read at once: printing costs more than a short query."""

    def write(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> int:
        """Run what ``workbench.relation.write_sql`` printed before; how many rows it wrote."""

    def bring(self, name: str, rows: pa.Table) -> TableName:
        """``rows`` from outside, to be scanned under the name that comes back until the transaction ends."""

    def keep(self, name: str, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> TableName:
        """The rows of ``plan`` as they are now, to be scanned under the name that comes back; a second call with ``name`` replaces them."""

    def insert(
        self, table: TableName, columns: Sequence[str], plan: Plan, parameters: Mapping[str, Scalar] | None = None
    ) -> int:
        """The rows of ``plan``, whose columns are ``columns`` in order, are added to ``table``."""

    def update(
        self,
        table: TableName,
        key: Sequence[str],
        columns: Sequence[str],
        plan: Plan,
        parameters: Mapping[str, Scalar] | None = None,
    ) -> int:
        """Rows of ``table`` whose ``key`` equals that of a row of ``plan`` take its ``columns``; ``plan`` has both, each key once."""

    def delete(
        self, table: TableName, key: Sequence[str], plan: Plan, parameters: Mapping[str, Scalar] | None = None
    ) -> int:
        """Rows of ``table`` whose ``key`` equals that of a row of ``plan`` are gone."""

    def alter(self, *alterations: Alteration) -> None:
        """The tables are changed, in order: created, renamed, given columns and constraints."""

    def commit(self) -> None:
        """Everything done becomes visible and durable.

        Raises:
            ConflictError: somebody else changed the same rows first; nothing was done.
            AdapterError: it could not be written (a full disk, a read-only file); nothing was done.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class WritableStore(Store, Protocol):
    """A store whose tables can be written."""

    def begin(self) -> Transaction:
        """A transaction of the calling thread; it waits while another writes to the same database.

        Raises:
            AdapterError: the store is read-only, closed, or has waited too long.
        """

    def interrupt(self, thread: int | None = None) -> None:
        """Stop whatever is running now, or what ``thread`` runs; it raises an ``AdapterError`` with the code ``interrupted`` there."""

    def close(self) -> None:
        """Give everything back; closing twice does nothing."""
