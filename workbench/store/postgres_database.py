"""A PostgreSQL database that a design runs on, behind the same ports as DuckDB: read, migrated and written in transactions.

Tables are those of one schema, called by their names alone. Writers of one database wait for each other at an advisory lock.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit

from workbench.errors import AdapterError, ConflictError, WorkbenchError
from workbench.model.expression import Interval, Scalar
from workbench.model.types import EnumType, EnumValue, type_text
from workbench.relation.alteration import AddConstraint, Alteration, Constraint, DropConstraint, Key, RenameConstraint
from workbench.relation.ddl import Check, Reference, Unique
from workbench.relation.native_types import from_native
from workbench.relation.plan import Plan, TableName
from workbench.relation.port import ColumnInfo, TableInfo
from workbench.relation.statement import Statement
from workbench.store.catalog import Declared
from workbench.store.connection import literal, quote
from workbench.store.plan_writer import PlanWriter
from workbench.store.postgres_schema import (
    CatalogTable,
    read_declared,
    read_tables,
    reason,
    table_names,
    without_password,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PostgresDatabase", "PostgresRows", "PostgresTransaction", "open_postgres"]

_LOCK = 0x776F726B62656E63
"""The advisory lock of writers."""
_PATIENCE = 60
"""Seconds a transaction waits for another to end."""


def open_postgres(uri: str, *, schema: str = "public") -> PostgresDatabase:
    """The database at ``uri`` (``postgresql://…``); its tables are those of ``schema``, which is made where there is none.

    Raises:
        AdapterError: it cannot be reached.
    """
    database = PostgresDatabase(uri, schema)
    try:
        with _explained("the database cannot be opened"):
            database.query_text(f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(schema)}")
    except AdapterError as error:
        hint = "check address, name and password, and that the server runs"
        raise AdapterError(str(error), path=without_password(uri), code="no_connection", hint=hint) from error
    return database


class PostgresRows:
    """A finished result: an Arrow table, its numbers exact."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(self._table.column_names)

    def tuples(self) -> list[tuple[Any, ...]]:
        """Rows as Python values: decimals exact, instants aware (UTC)."""
        columns = [_values(self._table.column(place)) for place in range(self._table.num_columns)]
        return list(zip(*columns, strict=True)) if columns else []

    def arrow(self) -> pa.Table:
        """The same rows as an Arrow table; decimals without digits are text there."""
        return self._table


def _values(column: Any) -> list[Any]:
    """Any: an Arrow column, which has no types."""
    kind = column.type
    if getattr(kind, "type_name", "") == "numeric":
        return [None if value is None else Decimal(value) for value in column.cast(kind.storage_type).to_pylist()]
    values: list[Any] = column.to_pylist()
    return values


class PostgresDatabase:
    """A PostgreSQL database. Queries see what is committed; several threads may use it at once."""

    dialect: Literal["duckdb", "postgres"] = "postgres"

    def __init__(self, uri: str, schema: str = "public") -> None:
        self._uri, self.schema = uri, schema
        self._guard = threading.RLock()
        self._connection: Any = None
        self._running: dict[int, tuple[int, Any]] = {}
        self._is_closed = False

    def connect(self, *, autocommit: bool) -> Any:
        """A connection of the driver's that finds the tables by their names alone. Any: the driver has no types."""
        from adbc_driver_postgresql import dbapi

        if self._is_closed:
            raise AdapterError("the database is closed", code="closed")
        mark = "&" if urlsplit(self._uri).query else "?"
        patient = self._uri if "connect_timeout" in self._uri else f"{self._uri}{mark}connect_timeout=10"
        with _explained("the database cannot be reached"):
            connection = dbapi.connect(patient, autocommit=autocommit)
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path TO {quote(self.schema)}")
                cursor.execute("SET TimeZone TO 'UTC'")
                cursor.execute("SET client_min_messages TO warning")
        return connection

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> PostgresRows:
        """The rows of ``plan``. Errors as the port says."""
        from workbench.relation.sql import to_sql

        statement = to_sql(plan, self.dialect)
        return self.query_text(statement.text, statement.values(parameters))

    def arrow(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of ``plan`` as an Arrow table. Errors as the port says."""
        return self.query(plan, parameters).arrow()

    def query_text(self, text: str, values: Sequence[Scalar] = ()) -> PostgresRows:
        """The rows of a printed statement."""
        with self._guard:
            if self._connection is None:
                self._connection = self.connect(autocommit=True)
            return PostgresRows(self.run(self._connection, text, values))

    def run(self, connection: Any, text: str, values: Sequence[Scalar] = ()) -> pa.Table:
        """The result of one statement on ``connection``, which ``interrupt`` can stop."""
        with _explained("the query failed"), connection.cursor() as cursor:
            self._running[id(cursor)] = (threading.get_ident(), cursor)
            try:
                cursor.execute(text, [_bindable(each) for each in values] or None)
                return cursor.fetch_arrow_table()
            finally:
                self._running.pop(id(cursor), None)

    def sql(self, plan: Plan) -> str:
        """``plan`` as a person would read it. For showing, never for running."""
        from workbench.relation.sql import pretty

        return pretty(plan, self.dialect)

    def tables(self) -> tuple[TableInfo, ...]:
        """The tables and views of the schema, in name order, with their rows now and what they declare."""
        with self._guard, _explained("the tables cannot be listed"):
            if self._connection is None:
                self._connection = self.connect(autocommit=True)
            with self._connection.cursor() as cursor:
                found = read_tables(cursor, (self.schema,))
                names = table_names(found)
                declared = read_declared(cursor, names, found, (self.schema,))
        return tuple(self._info(each, declared.get(names[each.schema, each.name], Declared())) for each in found)

    def _info(self, table: CatalogTable, declared: Declared) -> TableInfo:
        name = TableName(table.name)
        rows = self.query_text(f"SELECT count(*) FROM {quote(name)}").tuples()[0][0]
        columns = tuple(
            ColumnInfo(
                column[0], _type(column), column[0] in declared.required, column[5], declared.defaults.get(column[0]),
                column[0] in declared.generated, declared.column_comments.get(column[0], ""),
            )
            for column in table.columns
        )  # fmt: skip
        return TableInfo(
            name, columns, int(rows), declared.key, tuple(declared.unique), tuple(declared.references),
            tuple(declared.checks), "view" if table.kind in "vm" else "table", tuple(declared.conditions),
            tuple(declared.partial_unique), declared.comment,
        )  # fmt: skip

    def begin(self) -> PostgresTransaction:
        """A transaction of the calling thread; it waits up to a minute while another writes. Errors as the port says."""
        return PostgresTransaction(self, self.connect(autocommit=False))

    def interrupt(self, thread: int | None = None) -> None:
        """Stop whatever is running now, or what ``thread`` runs."""
        for owner, cursor in list(self._running.values()):
            if thread in (None, owner):
                cursor.adbc_cancel()

    def close(self) -> None:
        """Give everything back; closing twice does nothing."""
        with self._guard:
            self._is_closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _type(column: Any) -> str:
    """Our type of a column as the catalog describes it. Any: a row of the driver's."""
    labels = json.loads(column[-1])
    if labels:
        return type_text(EnumType(values=tuple(EnumValue(name=each) for each in labels)))
    found = from_native(column[5], "postgres")
    return "string" if found is None else type_text(found)


class PostgresTransaction(PlanWriter):
    """A transaction on a connection of its own. See the port for what each method does."""

    dialect: Literal["duckdb", "postgres"] = "postgres"

    def __init__(self, database: PostgresDatabase, connection: Any) -> None:
        self._database, self._connection = database, connection
        self._is_open = True
        with ExitStack() as failing:
            failing.callback(self._end)
            self._run(f"SET LOCAL lock_timeout = '{_PATIENCE}s'")
            self._run(f"SELECT pg_advisory_xact_lock({_LOCK})")
            self._run(f"CREATE SCHEMA IF NOT EXISTS {quote(database.schema)}")
            failing.pop_all()

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> PostgresRows:
        """The rows of ``plan``; it sees what this transaction has written."""
        from workbench.relation.sql import to_sql

        return PostgresRows(self.arrow(to_sql(plan, self.dialect), parameters))

    def tuples(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a plan that was printed before, as Python values."""
        return PostgresRows(self.arrow(statement, parameters)).tuples()

    def arrow(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of a plan that was printed before, as an Arrow table."""
        return self._run(statement.text, statement.values(parameters))

    def write(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> int:
        """Run what was printed before; how many rows it wrote, 0 for what writes none."""
        text = statement.text
        if not text.startswith(("INSERT", "UPDATE", "DELETE")):
            self._run(text, statement.values(parameters))
            return 0
        # The driver counts no rows where values are bound.
        counted = f"WITH written AS ({text} RETURNING 1) SELECT count(*) FROM written"
        return int(self._run(counted, statement.values(parameters)).column(0)[0].as_py())

    def bring(self, name: str, rows: pa.Table) -> TableName:
        """``rows`` from outside, copied into a temporary table."""
        with _explained("the records cannot be read"), self._connection.cursor() as cursor:
            cursor.adbc_ingest(name, rows, mode="create", temporary=True)
        return TableName(name)

    def keep(self, name: str, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> TableName:
        """The rows of ``plan`` as they are now."""
        self._run(f"DROP TABLE IF EXISTS pg_temp.{quote(name)}")
        return super().keep(name, plan, parameters)

    def alter(self, *alterations: Alteration) -> None:
        """Change tables; constraints are found by what they say where the database calls them otherwise."""
        for each in alterations:
            if isinstance(each, AddConstraint) and self._name_of(each.table, each.constraint) == each.constraint.name:
                self.alter(DropConstraint(each.table, each.constraint))
            found = self._found(each) if isinstance(each, DropConstraint | RenameConstraint) else each
            if found is not None:
                super().alter(found)

    def _found(self, alteration: DropConstraint | RenameConstraint) -> Alteration | None:
        """The alteration of the constraint as the database calls it; none where it is not there, or is called so already."""
        from dataclasses import replace

        constraint = alteration.constraint
        name = self._name_of(alteration.table, constraint)
        if name is None or (isinstance(alteration, RenameConstraint) and alteration.name == name):
            return None
        return replace(alteration, constraint=replace(constraint, name=name))

    def _name_of(self, table: TableName, constraint: Constraint) -> str | None:
        from workbench.relation.alter_sql import is_index

        where = literal(quote(table))
        if is_index(constraint):
            rows = self._run(
                f"SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass({where}) AND c.relname = {literal(constraint.name)}"
            )
            return constraint.name if rows.num_rows else None
        found = PostgresRows(self._run(_CONSTRAINTS_OF.format(table=where))).tuples()
        kind = _KINDS[type(constraint)]
        if any((name, of) == (constraint.name, kind) for name, of, _ in found):
            return constraint.name
        columns = sorted(getattr(constraint, "columns", ()))
        return next(
            (name for name, of, ends in found if of == kind and columns and sorted(json.loads(ends)) == columns), None
        )

    def commit(self) -> None:
        """Everything done becomes visible and durable."""
        try:
            with _explained("nothing was written"):
                self._connection.commit()
        finally:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _run(self, text: str, values: Sequence[Scalar] = ()) -> pa.Table:
        return self._database.run(self._connection, text, values)

    def _end(self) -> None:
        """Give the connection back; what was not committed is undone by that."""
        if self._is_open:
            self._is_open = False
            self._connection.close()


_KINDS: dict[type, str] = {Key: "p", Unique: "u", Reference: "f", Check: "c"}
_CONSTRAINTS_OF = """
SELECT k.conname, k.contype::text, (SELECT coalesce(json_agg(a.attname), '[]')::text FROM unnest(k.conkey) AS u(number)
 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) FROM pg_constraint k WHERE k.conrelid = to_regclass({table}) ORDER BY k.conname
"""


def _bindable(value: Scalar) -> Any:
    """``value`` as the driver takes it. Any: what drivers take."""
    return str(value) if isinstance(value, Interval) else value


@contextmanager
def _explained(failure: str) -> Iterator[None]:
    """Turn whatever the driver raises into one of our errors, which begins with ``failure``."""
    from adbc_driver_manager import Error

    try:
        yield
    except Error as error:
        raise _error(error, failure) from error


_MESSAGE = re.compile(r"(?:ERROR|FATAL):\s*(.*)")


def _error(error: Any, failure: str) -> WorkbenchError:
    """Any: an error of the driver's."""
    state = str(error.sqlstate or "")
    match = _MESSAGE.search(str(error))
    text = without_password(match[1]) if match else reason(error)
    if state == "57014":
        return AdapterError(f"{failure}: it was stopped", code="interrupted")
    if state == "55P03":
        hint = "wait, or cancel what is running"
        return AdapterError(f"another transaction has been writing for more than {_PATIENCE} s", code="busy", hint=hint)
    if state[:2] in ("23", "40"):
        return ConflictError(f"{failure}: {text}")
    return AdapterError(f"{failure}: {text}", code="storage_failed" if state[:2] in ("53", "58") else "query_failed")
