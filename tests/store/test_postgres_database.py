"""PostgreSQL behind the ports: what is written, read, refused and stopped."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest

from workbench.errors import AdapterError, ConflictError
from workbench.model.expression import Binary, Constant, Path
from workbench.model.types import parse_type
from workbench.relation.alteration import AddConstraint, DropConstraint, Key, RenameConstraint
from workbench.relation.ddl import Check, CreateTable, NewColumn, Unique
from workbench.relation.plan import Filter, Output, Project, Scan, TableName, Values
from workbench.relation.statement import Statement
from workbench.store.postgres_database import PostgresDatabase, open_postgres

pytestmark = pytest.mark.postgres

TEAM = TableName("team")
COLUMNS = {"id": "integer", "pay": "decimal(10, 2)", "at": "timestamp", "tag": "uuid", "kind": "enum(a, b)"}
ROW = (1, Decimal("2.50"), dt.datetime(2026, 1, 2, tzinfo=dt.UTC), str(uuid.UUID(int=7)), "a")


@pytest.fixture
def database(postgres: str) -> Iterator[PostgresDatabase]:
    """A schema with one table of one row."""
    with open_postgres(postgres, schema="port") as made:
        with made.begin() as transaction:
            transaction.write(Statement('DROP SCHEMA "port" CASCADE'))
            transaction.write(Statement('CREATE SCHEMA "port"'))
            columns = tuple(
                NewColumn(name, parse_type(type_), required=name == "id") for name, type_ in COLUMNS.items()
            )
            transaction.alter(
                CreateTable(
                    TEAM, columns, ("id",), checks=(Check(Binary(">=", Path(("pay",)), Constant(0)), "some_pay"),)
                )
            )
            brought = transaction.bring(
                "batch", pa.table({name: [value] for name, value in zip(COLUMNS, ROW, strict=True)})
            )
            listed = [Output(name, Path((name,))) for name in COLUMNS if name != "tag"]
            transaction.insert(TEAM, [each.name for each in listed], Project(Scan(brought), tuple(listed)))
            transaction.write(Statement(f"UPDATE team SET tag = '{ROW[3]}'"))
            transaction.commit()
        yield made


def test_values_come_back_exact(database: PostgresDatabase) -> None:
    """Decimals are exact, instants are in UTC, uuids are uuids."""
    found = database.query(Scan(TEAM))
    assert found.columns == tuple(COLUMNS)
    assert found.tuples() == [(*ROW[:3], uuid.UUID(int=7), "a")]
    assert found.arrow().num_rows == 1


def test_tables_say_what_they_are(database: PostgresDatabase) -> None:
    """Types, keys, what is required and what is checked are read from the catalog, without reading rows."""
    (info,) = database.tables()
    assert [(each.name, each.type) for each in info.columns] == [
        (name, "string" if name == "kind" else type_) for name, type_ in COLUMNS.items()
    ]
    assert (info.key, info.rows, [each.name for each in info.columns if each.required]) == (("id",), 1, ["id"])
    assert len(info.checks) == 2


def test_a_transaction_is_all_or_nothing(database: PostgresDatabase) -> None:
    """What was not committed is undone, what a constraint refuses is a conflict, and counts are rows."""
    two = Values(("id", "pay"), ((2, Decimal("1")), (3, Decimal("1"))))
    with database.begin() as transaction:
        assert transaction.insert(TEAM, ("id", "pay"), two) == 2
        kept = transaction.keep("some", Filter(Scan(TEAM), Binary(">", Path(("id",)), Constant(1))))
        assert (
            transaction.update(
                TEAM,
                ("id",),
                ("kind",),
                Project(Scan(kept), (Output("id", Path(("id",))), Output("kind", Constant("b")))),
            )
            == 2
        )
        assert transaction.delete(TEAM, ("id",), Scan(kept)) == 2
        assert transaction.insert(TEAM, ("id", "pay"), two) == 2
    assert len(database.query(Scan(TEAM)).tuples()) == 1
    with database.begin() as transaction, pytest.raises(ConflictError, match="some_pay"):
        transaction.insert(TEAM, ("id", "pay"), Values(("id", "pay"), ((4, Decimal("-1")),)))
    with database.begin() as transaction, pytest.raises(ConflictError, match="team_pkey"):
        transaction.insert(TEAM, ("id",), Values(("id",), ((1,),)))


def test_writers_wait_for_each_other(database: PostgresDatabase) -> None:
    """A second transaction begins when the first has ended."""
    order: list[str] = []

    def second() -> None:
        with database.begin():
            order.append("second")

    with database.begin():
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_query_can_be_stopped(database: PostgresDatabase) -> None:
    """Interrupting ends what is running, and says so in its thread."""
    timer = threading.Timer(0.3, database.interrupt)
    timer.start()
    started = time.monotonic()
    with pytest.raises(AdapterError) as caught:
        database.query_text("SELECT pg_sleep(30)")
    assert caught.value.problem.code == "interrupted"
    assert time.monotonic() - started < 15


def test_constraints_are_found_by_what_they_say(database: PostgresDatabase) -> None:
    """A constraint the database calls otherwise is renamed and dropped all the same; one that is not there needs no dropping."""
    with database.begin() as transaction:
        unique = Unique(("pay",), name="one_pay")
        transaction.alter(AddConstraint(TEAM, unique), AddConstraint(TEAM, unique))
        transaction.alter(RenameConstraint(TEAM, Key(("id",), "guessed"), "team_key"))
        transaction.alter(
            DropConstraint(TEAM, Unique(("pay",), name="guessed")),
            DropConstraint(TEAM, Unique(("kind",), name="nowhere")),
        )
        names = transaction.tuples(
            Statement("SELECT conname FROM pg_constraint WHERE conrelid = 'team'::regclass AND contype IN ('p', 'u')")
        )
        assert names == [("team_key",)]


def test_a_closed_database_answers_nothing(database: PostgresDatabase, postgres: str) -> None:
    """After closing there is a clear error; a server that is not there is one too, without the password."""
    database.close()
    database.close()
    with pytest.raises(AdapterError, match="closed"):
        database.query(Scan(TEAM))
    with pytest.raises(AdapterError) as caught:
        open_postgres("postgresql://ann:s3cret@localhost:1/none")
    assert caught.value.problem.code == "no_connection"
    assert "s3cret" not in str(caught.value) + str(caught.value.problem)
