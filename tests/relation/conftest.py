"""Two databases with the same three small tables, and how tests run a plan on either."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import duckdb
import psycopg
import pytest

from workbench.model.expression import Scalar
from workbench.relation import to_sql
from workbench.relation.plan import Plan

Run: TypeAlias = Callable[..., list[tuple[Any, ...]]]

TABLES = """
create table "order" (id integer, customer text, kind text, total decimal(10, 2), quantity integer, placed date, paid boolean);
insert into "order" values
  (1, 'ada',  'web',   10.50, 2,    '2026-01-01', true),
  (2, 'ada',  null,    3.25,  1,    '2026-01-15', false),
  (3, 'bob',  'web',   null,  5,    '2026-02-01', null),
  (4, null,   'store', 7.00,  null, null,         true),
  (5, 'Zoë''s', 'web', 7.00,  3,    '2026-02-03', true);
create table customer (name text, region text, parent text);
insert into customer values ('ada', 'north', null), ('bob', 'south', 'ada'), ('cleo', null, 'bob'), (null, 'west', null);
create table number (n integer, x double precision, t text);
insert into number values (1, 1.5, '12'), (2, 2.5, 'ab'), (3, 'NaN', 'a1'), (4, null, ''), (null, 10, null);
"""


def plain(value: Any) -> Any:
    """A value as both drivers' rows can be compared: numbers as floats, NaN as text."""
    match value:
        case bool() | None:
            return value
        case int() | float() | Decimal():
            return "NaN" if value != value else round(float(value), 9)
        case dt.datetime():
            return value.replace(tzinfo=None)
        case list() | tuple():
            return [plain(each) for each in value]
    return value


@pytest.fixture(scope="module")
def on_duckdb() -> Iterator[Run]:
    """Runs a plan on DuckDB and gives its rows."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)

        def run(plan: Plan, given: Mapping[str, Scalar] | None = None) -> list[tuple[Any, ...]]:
            statement = to_sql(plan, "duckdb")
            rows = connection.execute(statement.text, statement.values(given)).fetchall()
            return [tuple(map(plain, row)) for row in rows]

        yield run


@pytest.fixture(scope="module")
def on_postgres(postgres: str) -> Iterator[Run]:
    """Runs a plan on PostgreSQL and gives its rows."""
    with psycopg.connect(postgres, cursor_factory=psycopg.RawCursor, autocommit=True) as connection:
        connection.execute("create schema plans")
        connection.execute("set search_path to plans")
        for statement in TABLES.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())

        def run(plan: Plan, given: Mapping[str, Scalar] | None = None) -> list[tuple[Any, ...]]:
            statement = to_sql(plan, "postgres")
            rows = connection.execute(statement.text.encode(), statement.values(given)).fetchall()
            return [tuple(map(plain, row)) for row in rows]

        yield run
        connection.execute("drop schema plans cascade")
