"""The port every store stands behind: it takes plans and parameters, never strings of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from workbench.model.expression import Node, Scalar
from workbench.relation.plan import Plan, TableName

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ColumnInfo", "ForeignKeyInfo", "PartialUnique", "Rows", "Store", "TableInfo"]


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

    def sql(self, plan: Plan) -> str:
        """``plan`` as a person would read it: formatted, constants written out. For showing, never for running."""
