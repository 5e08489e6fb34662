"""The database a design runs on: transactions, several users, and what becomes of it when things go wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pytest

from workbench.errors import AdapterError, ConflictError, VerificationError
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Binary, Constant
from workbench.model.expression import Path as Name
from workbench.model.types import parse_type
from workbench.relation.ddl import CreateTable, NewColumn
from workbench.relation.plan import Aggregate, Filter, Join, Output, Plan, Scan, TableName, Values
from workbench.store.database import DuckDatabase, open_database, stored_table

TEAM = stored_table("team")
COLUMNS = ("id", "name")


def made(database: DuckDatabase) -> DuckDatabase:
    """A database with an empty table ``team``."""
    columns = (NewColumn("id", parse_type("integer"), required=True), NewColumn("name", parse_type("string")))
    with database.begin() as transaction:
        transaction.alter(CreateTable(TEAM, columns, ("id",)))
        transaction.commit()
    return database


@pytest.fixture
def memory() -> Iterator[DuckDatabase]:
    """A database in memory with an empty table ``team``."""
    with made(open_database()) as database:
        yield database


def values(*rows: tuple[int, str]) -> Values:
    """Rows for ``team``."""
    return Values(COLUMNS, rows)


def add(database: DuckDatabase, *rows: tuple[int, str]) -> None:
    """Rows come in, in a transaction of their own."""
    with database.begin() as transaction:
        transaction.insert(TEAM, COLUMNS, values(*rows))
        transaction.commit()


def team(database: DuckDatabase) -> list[tuple[int, str]]:
    """What is committed."""
    return sorted(database.query(Scan(TEAM)).tuples())


def endless() -> Plan:
    """A count that takes hours."""
    many = [Values((name,), tuple((number,) for number in range(3000)), alias=name) for name in "abcd"]
    return Aggregate(
        reduce(lambda left, right: Join(left, right, None, "cross"), many), (), (Output("n", Over("count")),)
    )


def test_what_is_committed_is_there_and_nothing_else(memory: DuckDatabase) -> None:
    """A transaction sees its own writes at once; everybody else after its commit; without it, nothing happened."""
    with memory.begin() as transaction:
        transaction.insert(TEAM, COLUMNS, values((1, "a"), (2, "b")))
        assert len(transaction.query(Scan(TEAM)).tuples()) == 2
        assert team(memory) == []
        transaction.commit()
    with memory.begin() as transaction:
        transaction.delete(TEAM, ("id",), values((1, "")))
    assert team(memory) == [(1, "a"), (2, "b")]


def test_an_error_inside_undoes_everything(memory: DuckDatabase) -> None:
    """Rows written before a failure are not kept, and the next transaction is not held up."""
    with pytest.raises(ZeroDivisionError), memory.begin() as transaction:
        transaction.insert(TEAM, COLUMNS, values((1, "a")))
        raise ZeroDivisionError
    add(memory, (2, "b"))
    assert team(memory) == [(2, "b")]


def test_batches_are_brought_kept_written_changed_and_deleted(memory: DuckDatabase) -> None:
    """Rows from outside are scanned in place, kept ones are as they were, and each write tells how many rows it wrote."""
    with memory.begin() as transaction:
        batch = transaction.bring("batch", pa.table({"id": [1, 2, 3], "name": ["a", "b", "c"]}))
        assert transaction.insert(TEAM, COLUMNS, Scan(batch)) == 3
        kept = transaction.keep("kept", Filter(Scan(TEAM), Binary(">", Name(("id",)), Constant(1))))
        assert transaction.update(TEAM, ("id",), ("name",), values((2, "B"), (9, "no such"))) == 1
        assert transaction.delete(TEAM, ("id",), Scan(kept)) == 2
        transaction.commit()
    assert team(memory) == [(1, "a")]
    with pytest.raises(AdapterError), memory.begin() as transaction:
        transaction.query(Scan(TableName("batch")))  # it ended with the transaction that brought it


def test_a_key_that_is_taken_is_a_conflict_and_nothing_is_written(memory: DuckDatabase) -> None:
    """DuckDB's own constraints are a second net: what they refuse leaves nothing behind."""
    add(memory, (1, "a"))
    with pytest.raises(ConflictError, match="id: 1"):
        add(memory, (2, "b"), (1, "again"))
    assert team(memory) == [(1, "a")]


def test_writers_of_one_file_wait_for_each_other(tmp_path: Path) -> None:
    """Threads that add to one counter, each through a workspace of its own, lose no step."""
    first = made(open_database(tmp_path / "t.duckdb"))
    add(first, (1, "0"))

    def count() -> None:
        with open_database(tmp_path / "t.duckdb") as database:
            for _ in range(10):
                with database.begin() as transaction:
                    now = int(transaction.query(Scan(TEAM)).tuples()[0][1])
                    transaction.update(TEAM, ("id",), ("name",), values((1, str(now + 1))))
                    transaction.commit()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert team(first) == [(1, "40")]
    first.close()


def test_readers_go_on_while_somebody_writes(memory: DuckDatabase) -> None:
    """A query of another thread neither waits for a transaction nor sees what it has not committed."""
    add(memory, (1, "a"))
    seen: list[list[tuple[int, str]]] = []
    with memory.begin() as transaction:
        transaction.insert(TEAM, COLUMNS, values((2, "b")))
        reader = threading.Thread(target=lambda: seen.append(team(memory)))
        reader.start()
        reader.join(20)
    assert seen == [[(1, "a")]]


def test_interrupting_stops_the_query_and_undoes_the_transaction(memory: DuckDatabase) -> None:
    """A query that would take minutes ends at once, its transaction with it; the database stays usable."""
    told: list[AdapterError] = []

    def work() -> None:
        try:
            with memory.begin() as transaction:
                transaction.insert(TEAM, COLUMNS, values((1, "a")))
                transaction.query(endless())
        except AdapterError as error:
            told.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        memory.interrupt(worker.ident)
        worker.join(0.05)
    assert told and told[0].problem.code == "interrupted"
    assert team(memory) == []
    add(memory, (2, "b"))


def test_the_last_user_closes_the_file(tmp_path: Path) -> None:
    """Two users of one file in a process share it; it is free for others when both are gone, dropped ones too."""
    first, second = made(open_database(tmp_path / "t.duckdb")), open_database(tmp_path / "t.duckdb")
    add(first, (1, "a"))
    first.close()
    first.close()
    assert team(second) == [(1, "a")]
    del second
    assert (
        elsewhere(tmp_path / "t.duckdb", "print(database.query(Scan(stored_table('team'))).tuples())") == "[(1, 'a')]"
    )


def elsewhere(path: Path, code: str, before: str = "") -> str:
    """What a process of its own prints that opens the database at ``path`` and runs ``code``."""
    program = "from workbench.store.database import *\nfrom workbench.relation.plan import *\n"
    program += f"{before}\ndatabase = open_database({str(path)!r})\n{textwrap.dedent(code)}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_a_file_held_by_another_process_names_the_holder(tmp_path: Path) -> None:
    """Who has the file open is told; a copy of its last saved state can be read, and only read."""
    path = tmp_path / "t.duckdb"
    made(open_database(path)).close()
    program = f"import duckdb, time; c = duckdb.connect({str(path)!r}); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
        with pytest.raises(AdapterError, match=f"process {holder.pid}") as told:
            open_database(path)
        assert told.value.problem.code == "file_held"
        with open_database(path, copy=True) as copy:
            assert copy.is_read_only and copy.problems[0].code == "file_copied"
            assert team(copy) == []
            with pytest.raises(AdapterError, match="only to read"):
                copy.begin()
        holder.kill()


def test_a_read_only_file_says_so_before_anything_is_written(tmp_path: Path) -> None:
    """A database opened to read refuses to write; other processes may read it at the same time."""
    path = tmp_path / "t.duckdb"
    with made(open_database(path)) as database:
        add(database, (1, "a"))
    with open_database(path, is_read_only=True) as database:
        assert team(database) == [(1, "a")]
        with pytest.raises(AdapterError, match="only to read"):
            database.begin()


@pytest.mark.skipif(os.name != "posix", reason="limits of file size are POSIX")
@pytest.mark.parametrize("rows", [100_000, 1_000_000], ids=["at the commit", "before it"])
def test_a_full_disk_loses_nothing(tmp_path: Path, rows: int) -> None:
    """When the system refuses to write more, the batch is refused whole, nobody else is blamed, and what was there before is there afterwards."""
    path = tmp_path / "t.duckdb"
    with made(open_database(path)) as database:
        add(database, (1, "a"))
    limit = f"rows = {rows}\nimport resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))"
    code = """
    import pyarrow as pa, os
    from workbench.errors import AdapterError
    table = pa.table({"id": range(2, rows + 2), "name": [os.urandom(16).hex() for _ in range(rows)]})
    try:
        with database.begin() as transaction:
            batch = transaction.bring("batch", table)
            transaction.insert(stored_table("team"), ("id", "name"), Scan(batch))
            transaction.commit()
        print("written")
    except AdapterError as error:
        print(error.problem.code)
    """
    assert elsewhere(path, code, limit) == "storage_failed"
    with open_database(path) as database:
        assert team(database) == [(1, "a")]
        add(database, (2, "b"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("folder", "no_database"),
        ("missing/t.duckdb", "no_folder"),
        ("text.duckdb", "no_database"),
        ("design.json", "no_database"),
        ("rows.csv", "no_database"),
    ],
)
def test_what_is_no_database_is_left_alone(tmp_path: Path, name: str, code: str) -> None:
    """A folder, a place that does not exist, some other file: the error says what it is, and nothing is written."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.duckdb").write_text("not a database, but long enough to look at " * 200)
    (tmp_path / "design.json").write_text('{"workbench": "domain"}')
    (tmp_path / "rows.csv").write_text("id,name\n1,a\n")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    with pytest.raises(AdapterError) as told:
        open_database(tmp_path / name)
    assert told.value.problem.code == code
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()} == before


def test_sources_are_attached_in_place_beside_what_is_stored(tmp_path: Path) -> None:
    """Files are read where they are and joined with stored rows; nothing is copied into the database, nothing else can be reached."""
    (tmp_path / "city.csv").write_text("id,city\n1,Rome\n2,Oslo\n")
    with made(open_database(tmp_path / "t.duckdb", sources=[str(tmp_path / "city.csv")])) as database:
        add(database, (1, "a"))
        both = Join(Scan(TEAM, "t"), Scan(TableName("city"), "c"), Binary("=", Name(("t", "id")), Name(("c", "id"))))
        assert [row[-1] for row in database.query(both).tuples()] == ["Rome"]
        assert [str(each.table) for each in database.tables()] == ["city", "design.main.team"]
        with pytest.raises(AdapterError, match="already"):
            open_database(tmp_path / "t.duckdb", sources=[str(tmp_path / "city.csv")])
    with pytest.raises(VerificationError, match="nowhere"):
        open_database(sources=[str(tmp_path / "nowhere.csv")])


def test_a_killed_process_leaves_what_it_acknowledged(tmp_path: Path) -> None:
    """Killed in the midst of writing, every acknowledged batch is there and no part of any other."""
    path = tmp_path / "t.duckdb"
    made(open_database(path)).close()
    program = f"""
    from workbench.store.database import *
    from workbench.relation.plan import *
    database, number = open_database({str(path)!r}), 0
    while True:
        with database.begin() as transaction:
            transaction.insert(stored_table("team"), ("id", "name"), Values(("id", "name"), tuple((number * 100 + place, str(number)) for place in range(100))))
            transaction.commit()
        print(number, flush=True)
        number += 1
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.3)
        writer.send_signal(signal.SIGKILL)
        acknowledged = 1 + len(writer.stdout.read().splitlines())
    with open_database(path) as database:
        rows = team(database)
    assert len(rows) % 100 == 0 and acknowledged <= len(rows) // 100 <= acknowledged + 1


def test_closing_stops_what_another_thread_does_and_holds_up_nobody_else(tmp_path: Path) -> None:
    """A query and a transaction under way end with an error of ours; nothing of them is left, and who else has the file open goes on."""
    path = tmp_path / "t.duckdb"
    kept, closed = made(open_database(path)), open_database(path)
    begun, ended = threading.Semaphore(0), list[str]()

    def reading() -> None:
        begun.release()
        with pytest.raises(AdapterError):
            closed.query(endless())
        ended.append("reading")

    def writing() -> None:
        with pytest.raises(AdapterError), closed.begin() as transaction:
            batch = transaction.bring("batch", pa.table({"id": [1], "name": ["a"]}))
            transaction.insert(TEAM, COLUMNS, Scan(batch))
            begun.release()
            transaction.query(endless())
        ended.append("writing")

    threads = [threading.Thread(target=each, daemon=True) for each in (reading, writing)]
    for each in threads:
        each.start()
    for _ in threads:
        assert begun.acquire(timeout=60)
    time.sleep(0.3)
    closed.close()
    for each in threads:
        each.join(timeout=60)
    assert sorted(ended) == ["reading", "writing"]
    add(kept, (2, "b"))
    assert team(kept) == [(2, "b")]
    kept.close()
    with open_database(path) as again:
        assert team(again) == [(2, "b")]
