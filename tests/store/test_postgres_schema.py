"""A PostgreSQL database: its tables with what they declare, and no password in any message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from workbench.errors import VerificationError
from workbench.relation.plan import TableName
from workbench.relation.port import ForeignKeyInfo

pytestmark = pytest.mark.postgres

SCRIPT = """
CREATE SCHEMA workbench_shop;
SET search_path TO workbench_shop;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', code varchar(10) UNIQUE, mood mood, born date);
COMMENT ON TABLE customer IS 'who buys';
CREATE TABLE "order; --" (
  customer integer NOT NULL REFERENCES customer, number positive, total numeric(10, 2), loose numeric, at timestamptz,
  local timestamp, ref uuid, doc jsonb, tags text[], wait interval, raw bytea, ip inet, ok boolean, part float8,
  PRIMARY KEY (customer, number), CHECK (total >= 0)
);
CREATE UNIQUE INDEX one_ok ON "order; --" (ref, "at") WHERE ok;
CREATE VIEW big AS SELECT * FROM "order; --" WHERE total > 1;
INSERT INTO customer VALUES (1, 'Ann', 'A', 'it''s ok', '1970-01-31'), (2, 'Bö', NULL, NULL, NULL);
INSERT INTO "order; --" VALUES (1, 1, 1.50, 2.123, '2013-01-01 10:00+05', '2013-01-01 10:00', '550e8400-e29b-41d4-a716-446655440000',
  '{"a": 1}', '{x,y}', '1 day 02:00', '\\xff', '10.0.0.1', true, 0.5);
"""


@pytest.fixture
def shop(postgres: str) -> Iterator[str]:
    """A database with two tables, a view and most types."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(SCRIPT)
        yield postgres
        connection.execute("DROP SCHEMA workbench_shop CASCADE")


def test_tables_types_and_values(session: Any, types: Any, rows: Any, shop: str) -> None:
    """Every type arrives as what it is; the schema is left out where it is the only one asked for."""
    opened = session.open(shop, schemas=["workbench_shop"])
    assert {str(each.table): each.rows for each in opened.store.tables()} == {"big": 1, "customer": 2, "order; --": 1}
    assert types(opened, "customer") == {
        "id": "integer",
        "name": "string",
        "code": "string",
        "mood": "enum('sad', 'it''s ok')",
        "born": "date",
    }
    assert types(opened, "order; --") == {
        "customer": "integer", "number": "integer", "total": "decimal(10, 2)", "loose": "float", "at": "timestamp",
        "local": "local_timestamp", "ref": "uuid", "doc": "json", "tags": "array(string)", "wait": "duration", "raw": "binary",
        "ip": "string", "ok": "boolean", "part": "float",
    }  # fmt: skip
    assert rows(opened, "order; --") == [
        (
            1, 1, Decimal("1.50"), 2.123, dt.datetime(2013, 1, 1, 5, tzinfo=dt.UTC), dt.datetime(2013, 1, 1, 10),
            UUID("550e8400-e29b-41d4-a716-446655440000"), '{"a": 1}', ["x", "y"], dt.timedelta(days=1, hours=2), b"\xff", "10.0.0.1/32", True, 0.5,
        )
    ]  # fmt: skip


def test_declared_constraints(session: Any, shop: str) -> None:
    """Keys, unique sets, references, checks and required columns come from the catalog."""
    tables = {str(each.table): each for each in session.open(shop, schemas=["workbench_shop"]).store.tables()}
    customer, order = tables["customer"], tables["order; --"]
    assert (customer.key, customer.unique) == (("id",), (("code",),))
    assert order.key == ("customer", "number")
    assert order.references == (ForeignKeyInfo(("customer",), TableName("customer"), ("id",)),)
    assert [str(each) for each in order.conditions] == ["total >= 0"]
    assert [(each.columns, str(each.where)) for each in order.partial_unique] == [(("ref", "at"), "ok")]
    assert (str(customer.columns[1].default), customer.comment) == ("'nobody'", "who buys")
    assert [column.name for column in customer.columns if column.required] == ["id", "name"]
    assert tables["big"].kind == "view"


def test_values_that_no_decimal_holds(session: Any, shop: str) -> None:
    """NaN in a numeric column becomes missing, and is counted; a brace in a label does no harm."""
    import psycopg

    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("CREATE TYPE workbench_shop.odd AS ENUM ('{', 'a}b')")
        connection.execute("CREATE TABLE workbench_shop.n (v numeric(5, 2), o workbench_shop.odd)")
        connection.execute("INSERT INTO workbench_shop.n VALUES ('NaN', '{'), (1, 'a}b')")
    opened = session.open(shop, schemas=["workbench_shop"])
    assert [(p.path, p.code, p.rows) for p in opened.problems] == [("n.v", "values_lost", 1)]


def test_a_row_limit(session: Any, shop: str) -> None:
    """With max_rows no table brings more, and it is said."""
    opened = session.open(shop, schemas=["workbench_shop"], max_rows=1)
    assert [(p.path, p.code, p.rows) for p in opened.problems] == [
        (name, "rows_limited", 1) for name in ("big", "customer", "order; --")
    ]


def test_nothing_can_be_seen(session: Any, shop: str) -> None:
    """A schema that is not there is said by name."""
    with pytest.raises(VerificationError, match="the schemas nowhere hold no tables"):
        session.open(shop, schemas=["nowhere"])


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:s3cret@localhost:1/none",
        "postgresql://localhost:1/none?user=ann&password=s3cret",
        "postgresql://ann:s3c%20ret@nohost.invalid/x",
    ],
)
def test_a_connection_that_fails_keeps_its_password(session: Any, address: str) -> None:
    """The problem says where and why, and never the password."""
    with pytest.raises(VerificationError) as caught:
        session.open(address)
    (problem,) = caught.value.problems
    assert (problem.code == "no_connection" and "none" in problem.path) or "nohost" in problem.path
    assert "s3c" not in str(problem)
