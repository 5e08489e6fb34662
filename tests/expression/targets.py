"""The three targets of the expression language, asked the same: in process, DuckDB, PostgreSQL."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import duckdb
import psycopg
import pyarrow as pa
from sqlglot import exp

from workbench.errors import VerificationError
from workbench.expression import Column, Gather, Typed, compile
from workbench.expression.literals import read_interval
from workbench.expression.typed import kind
from workbench.model import Attribute, Domain, Resource
from workbench.model.expression import Interval, Node, Path, mapped, walk
from workbench.relation.scalar import to_sqlglot

__all__ = ["DOMAIN", "FAILED", "TABLE", "Targets", "connected", "in_process", "same", "sound_rows"]

FAILED = "<failed>"
"""What stands for a value where a target refused to compute it."""

TABLE: dict[str, tuple[str, str]] = {
    "b1": ("boolean", "BOOLEAN"), "b2": ("boolean", "BOOLEAN"),
    "i1": ("integer", "BIGINT"), "i2": ("integer", "INTEGER"), "i3": ("integer", "SMALLINT"),
    "d1": ("decimal(18, 2)", "DECIMAL(18, 2)"), "d2": ("decimal(10, 4)", "DECIMAL(10, 4)"),
    "f1": ("float", "DOUBLE PRECISION"), "f2": ("float", "DOUBLE PRECISION"),
    "s1": ("string", "VARCHAR"), "s2": ("text", "TEXT"), "e1": ("enum('red', 'green', 'Blue')", "VARCHAR"),
    "date1": ("date", "DATE"), "date2": ("date", "DATE"), "time1": ("time", "TIME"),
    "at1": ("timestamp", "TIMESTAMPTZ"), "at2": ("timestamp", "TIMESTAMPTZ"), "local1": ("local_timestamp", "TIMESTAMP"),
    "length1": ("duration", "INTERVAL"), "u1": ("uuid", "UUID"), "u2": ("uuid", "UUID"),
}  # fmt: skip
"""Column -> its type in the language and in both databases."""

DOMAIN = Domain(
    name="parity",
    resources=(Resource(name="t", attributes=tuple(Attribute(name=name, type=type_) for name, (type_, _) in TABLE.items())),),
)  # fmt: skip


_Ask: TypeAlias = Callable[[Sequence[Typed], Sequence[int]], list[list[Any]]]


@dataclass(frozen=True)
class Targets:
    """Evaluates typed expressions over the rows of one table, everywhere."""

    duck: duckdb.DuckDBPyConnection
    postgres: psycopg.Connection[Any]

    def fill(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make ``rows`` what the table holds, in this order."""
        marks = ", ".join(["%s"] * (len(TABLE) + 1))
        with self.postgres.cursor() as cursor:
            cursor.execute("truncate t")
            values = [[number, *(_stored(row[name]) for name in TABLE)] for number, row in enumerate(rows)]
            cursor.executemany(f"insert into t values ({marks})".encode(), values)
        columns = {name: pa.array([_stored(row[name]) for row in rows], _ARROW.get(name)) for name in TABLE}
        self.duck.register("filled", pa.table({"row_number": range(len(rows)), **columns}))
        self.duck.execute("delete from t; insert into t select * from filled")

    def on_duckdb(self, trees: Sequence[Typed], rows: Sequence[int] = ()) -> list[list[Any]]:
        """For each tree its value on each of the ``rows``, counted from 0 (left out: on all of them)."""
        return self._columns(trees, rows, self._duck_column)

    def on_postgres(self, trees: Sequence[Typed], rows: Sequence[int] = ()) -> list[list[Any]]:
        """For each tree its value on each of the ``rows``, counted from 0 (left out: on all of them)."""
        return self._columns(trees, rows, self._postgres_column)

    def _columns(self, trees: Sequence[Typed], rows: Sequence[int], ask: _Ask) -> list[list[Any]]:
        try:
            return ask(trees, rows)
        except (duckdb.Error, psycopg.Error, OverflowError) as error:  # the last: a date that Python does not have
            if len(trees) == 1:
                return [[FAILED, str(error).splitlines()[0]]]
            return [column for tree in trees for column in self._columns([tree], rows, ask)]

    def _duck_column(self, trees: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        table = self.duck.sql(_statement(trees, rows, "duckdb")).to_arrow_table()
        columns = [_in_utc(column) if pa.types.is_timestamp(column.type) else column for column in table.columns]
        return [
            [_plain(value, tree) for value in column.to_pylist()] for column, tree in zip(columns, trees, strict=True)
        ]

    def _postgres_column(self, trees: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        found = self.postgres.execute(_statement(trees, rows, "postgres").encode()).fetchall()
        return [[_plain(row[index], tree) for row in found] for index, tree in enumerate(trees)]


def in_process(trees: Sequence[Typed], rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """For each tree its value on each row, or the one it has over all rows."""
    return [[_evaluated(tree, row) for row in ([rows] if tree.is_aggregate else rows)] for tree in trees]


def sound_rows(tree: Typed, rows: Sequence[Mapping[str, Any]], without_root: bool = False) -> list[int]:
    """The rows on which each part of the tree, taken by itself, has a value: no target may fail there, whatever it computes first."""
    parts = [Typed(each, tree.resource, tree.problems) for each in walk(tree.tree) if not isinstance(each, Gather)]
    parts = [each for each in parts if not each.is_aggregate and not (without_root and each.tree is tree.tree)]
    return [index for index, row in enumerate(rows) if all(_evaluated(part, row) != FAILED for part in parts)]


def _evaluated(tree: Typed, row: Any) -> Any:
    try:
        return _plain(compile(tree)(row), tree)
    except VerificationError:
        return FAILED


def columns_only(node: Node) -> Node:
    """A typed tree over one table as the tree a plan holds: columns by name."""
    if isinstance(node, Column):
        return Path((node.attribute,), value_type=node.value_type)
    if isinstance(node, Gather) and node.over:
        raise ValueError("the table has no relationships")
    return mapped(node, columns_only)


def _statement(trees: Sequence[Typed], rows: Sequence[int], dialect: Any) -> str:
    # Put together as text: a tree of all columns would be copied many times over.
    columns = [f"{_printed(tree, dialect).sql(dialect, copy=False)} as c{index}" for index, tree in enumerate(trees)]
    where = f" where row_number in ({', '.join(map(str, rows))})" if rows else ""
    order = "" if any(tree.is_aggregate for tree in trees) else " order by row_number"
    return f"select {', '.join(columns)} from t{where}{order}"


def _in_utc(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same instants, said in UTC: in the session's zone the first of them is before the year 1."""
    return column.cast(pa.timestamp("us", "UTC")) if column.type.tz else column


def _printed(tree: Typed, dialect: Any) -> Any:
    printed = to_sqlglot(columns_only(tree.tree), dialect)
    if kind(tree.type) == "duration":
        # A driver makes a timedelta of an interval, with years of 365 days, and Arrow counts 64 bits of nanoseconds; as text it is what it is.
        return exp.Cast(this=printed, to=exp.DataType.build("TEXT"))
    if dialect == "postgres" and kind(tree.type) == "timestamp":
        # Said in the session's zone the last of them would be after the year 9999.
        return exp.AtTimeZone(this=exp.Paren(this=printed), zone=exp.Literal.string("UTC"))
    return printed


_ARROW = {"d1": pa.decimal128(18, 2), "d2": pa.decimal128(10, 4)}


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, Interval | uuid.UUID) else value


def _plain(value: Any, tree: Typed) -> Any:
    """A value as all targets' can be compared: intervals by their length, instants in UTC, identifiers as text."""
    if isinstance(value, str) and kind(tree.type) == "duration":
        try:
            value = read_interval(value)
        except ValueError:  # longer than any the language has
            return FAILED
    if isinstance(value, dt.datetime) and kind(tree.type) == "timestamp" and value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return "NaN" if value != value else value
        case Decimal():
            return value.normalize() if value else Decimal(0)
        case uuid.UUID():
            return str(value)
        case Interval(months=months, days=days, microseconds=micros):
            return ("interval", (months * 30 + days) * 86_400_000_000 + micros)
        case dt.datetime() if value.tzinfo:
            return value.astimezone(dt.UTC)
    return value


def same(left: Any, right: Any, slack: float = 0.0) -> bool:
    """Whether two targets gave the same value; floats may be ``slack`` apart."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if slack and isinstance(left, float) and isinstance(right, float):
        return left == right or abs(left - right) <= slack
    return bool(left == right)


@contextmanager
def connected(server: str) -> Iterator[Targets]:
    """Both databases, with an empty table ``t``. PostgreSQL's own collation is not by code point, so that only the SQL can make it so."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists parity")
        connection.execute(
            "create database parity template template0 encoding 'UTF8' locale_provider icu icu_locale 'de-DE' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
        )
    address = server.replace("@/postgres?", "@/parity?")
    columns = ", ".join(f"{name} {sql}" for name, (_, sql) in TABLE.items())
    with duckdb.connect() as duck, psycopg.connect(address, autocommit=True) as postgres:
        # Neither session is in UTC: what is computed must not depend on it.
        duck.execute("set TimeZone = 'America/New_York'")
        postgres.execute("set TimeZone = 'Asia/Tokyo'")
        for execute in (duck.execute, postgres.execute):
            execute(f"create table t (row_number integer, {columns})")
        yield Targets(duck, postgres)
