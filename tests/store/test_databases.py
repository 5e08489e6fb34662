"""DuckDB and SQLite files: read-only, with what they declare, and nothing of them run with access to the outside."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from workbench.errors import VerificationError
from workbench.relation.plan import TableName
from workbench.relation.port import ForeignKeyInfo, TableInfo


def database(path: Path, *statements: str) -> Path:
    """A DuckDB file made by these statements."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def sqlite(path: Path, script: str) -> Path:
    """A SQLite file made by this script."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def table(opened: Any, name: str) -> TableInfo:
    """What the store knows of a table."""
    found: TableInfo = next(each for each in opened.store.tables() if str(each.table) == name)
    return found


def test_declared_constraints_of_duckdb(session: Any, tmp_path: Path) -> None:
    """Keys, unique sets, references, checks and required columns of a DuckDB file are taken as declared."""
    path = database(
        tmp_path / "d.duckdb",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, age INTEGER CHECK (age > 0))",
        "CREATE TABLE b (x INTEGER, y INTEGER, a INTEGER REFERENCES a (id), PRIMARY KEY (x, y))",
        "CREATE SCHEMA other",
        "CREATE TABLE other.c (kind ENUM ('u', 'v'), big HUGEINT, seen TIMESTAMPTZ)",
        "INSERT INTO a VALUES (1, 'x', 2)",
    )
    opened = session.open(path)
    a, b, c = table(opened, "a"), table(opened, "b"), table(opened, "other.c")
    assert (a.key, a.unique, a.checks, a.rows) == (("id",), (("name",),), ("(age > 0)",), 1)
    assert [column.required for column in a.columns] == [True, True, False]
    assert (b.key, b.references) == (("x", "y"), (ForeignKeyInfo(("a",), TableName("a"), ("id",)),))
    assert [column.type for column in c.columns] == ["enum('u', 'v')", "integer", "timestamp"]


def test_defaults_comments_and_unique_indexes_of_duckdb(session: Any, tmp_path: Path) -> None:
    """Defaults our language can say, generated columns, comments and unique indexes are declared too."""
    path = database(
        tmp_path / "d.duckdb",
        "CREATE SEQUENCE s",
        "CREATE TABLE t (a INTEGER DEFAULT nextval('s'), b VARCHAR DEFAULT 'it''s', CHECK (a > 0 AND b <> ''))",
        "CREATE UNIQUE INDEX i ON t (b)",
        "CREATE UNIQUE INDEX j ON t (lower(b))",
        "CREATE TABLE g (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1))",
        "COMMENT ON TABLE t IS 'the table'",
        "COMMENT ON COLUMN t.b IS 'the column'",
    )
    opened = session.open(path)
    info = table(opened, "t")
    a, b = info.columns
    assert [column.is_generated for column in table(opened, "g").columns] == [False, True]
    assert (a.is_generated, str(b.default), b.comment, info.comment) == (True, "'it''s'", "the column", "the table")
    assert (info.unique, [str(each) for each in info.conditions]) == ((("b",),), ["a > 0 and b != ''"])


def test_views_that_reach_outside_are_never_run(session: Any, rows: Any, tmp_path: Path) -> None:
    """A view over another file, by itself, through a macro or through a name, becomes a problem; the others work."""
    secret = session.write("secret.csv", "word\nopensesame\n")
    path = database(
        tmp_path / "d.duckdb",
        "CREATE TABLE t (a INTEGER)",
        "INSERT INTO t VALUES (1), (2)",
        "CREATE VIEW fine AS SELECT a + 1 AS b FROM t",
        f"CREATE VIEW direct AS FROM read_csv('{secret}')",
        f"CREATE MACRO leak() AS (SELECT content FROM read_text('{secret}'))",
        "CREATE VIEW by_macro AS SELECT leak() AS x",
        f"CREATE VIEW by_name AS FROM '{secret}'",
        f"CREATE VIEW by_glob AS FROM glob('{tmp_path}/*')",
        "CREATE VIEW by_setting AS SELECT current_setting('secret_directory') AS s",
    )
    opened = session.open(path)
    assert sorted(rows(opened, "fine")) == [(2,), (3,)]
    assert {p.path for p in opened.problems if p.code.startswith("unreadable")} >= {
        "direct",
        "by_macro",
        "by_name",
        "by_glob",
    }
    assert table(opened, "fine").kind == "view" and "opensesame" not in str(opened.problems)


@pytest.mark.parametrize("stem", ["shop", "memory", "temp", "main", 'a"b; --'])
def test_views_and_schemas_that_know_the_name_of_the_file(session: Any, rows: Any, tmp_path: Path, stem: str) -> None:
    """A view may name its database, and a schema may be called like it."""
    path = database(tmp_path / f"{stem}.duckdb", "CREATE TABLE t AS SELECT 5 AS a")
    if stem == "shop":
        database(path, "CREATE VIEW v AS SELECT a FROM shop.main.t")
        opened = session.open(path)
        assert rows(opened, "v") == [(5,)]
        opened.store.close()
        database(path, "DROP VIEW v", "CREATE SCHEMA shop", "CREATE TABLE shop.shop.u AS SELECT 6 AS a")
        assert rows(session.open(path), "shop.u") == [(6,)]
    else:
        assert rows(session.open(path)) == [(5,)]


def test_macros_of_a_file_do_not_replace_functions(session: Any, tmp_path: Path) -> None:
    """A file that defines its own count or lower cannot change what a plan computes."""
    from workbench.model.expression import Call
    from workbench.model.expression import Path as Names
    from workbench.relation.plan import Output, Project, Scan

    path = database(
        tmp_path / "d.duckdb",
        "CREATE TABLE t (a VARCHAR)",
        "INSERT INTO t VALUES ('X')",
        "CREATE MACRO lower(x) AS 'evil'",
    )
    plan = Project(Scan(TableName("t")), (Output("b", Call("lower", (Names(("a",)),))),))
    assert session.open(path).store.query(plan).tuples() == [("x",)]


def test_names_that_no_design_can_carry_are_changed(session: Any, rows: Any, tmp_path: Path) -> None:
    """Line breaks in names of tables and columns become blanks; all other characters stay."""
    opened = session.open(database(tmp_path / "d.duckdb", 'CREATE TABLE "a\nb" ("c\nd" INTEGER, "e""f" INTEGER)'))
    (info,) = opened.store.tables()
    assert (str(info.table), [column.name for column in info.columns]) == ("a b", ["c d", 'e"f'])


def test_a_view_that_takes_too_long_is_left_out(session: Any, tmp_path: Path) -> None:
    """Counting a view stops after the time that was given for it."""
    path = database(
        tmp_path / "d.duckdb",
        "CREATE TABLE t (a INTEGER)",
        "CREATE VIEW slow AS SELECT x.range * y.range AS n FROM range(1000000) x, range(1000000) y WHERE x.range * y.range % 7 = 3",
    )
    opened = session.open(path, view_seconds=0.3)
    assert [(p.path, p.code) for p in opened.problems] == [("slow", "slow_view")]
    assert [str(each.table) for each in opened.store.tables()] == ["t"]


HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); c.execute('INSERT INTO t VALUES (1)'); print('held', flush=True); sys.stdin.read()"


def test_a_file_held_by_another_process(session: Any, rows: Any, tmp_path: Path) -> None:
    """The holder is named with its process; a copy can be opened meanwhile, with what is still in the log."""
    path = database(tmp_path / "d.duckdb", "CREATE TABLE t (a INTEGER)")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        with pytest.raises(VerificationError) as caught:
            session.open(path)
        (problem,) = caught.value.problems
        assert (
            problem.code == "file_held" and f"process {holder.pid}" in problem.message and "copy=True" in problem.hint
        )
        opened = session.open(path, copy=True)
        assert rows(opened) == [(1,)]
        assert [p.code for p in opened.problems] == ["file_copied"]
        holder.communicate()


def test_a_file_held_by_this_process(session: Any, rows: Any, tmp_path: Path) -> None:
    """A connection of the same notebook holds the file too; a copy can be opened."""
    path = tmp_path / "d.duckdb"
    with duckdb.connect(str(path)) as mine:
        mine.execute("CREATE TABLE t AS SELECT 5 AS a")
        with pytest.raises(VerificationError, match="is held by this process"):
            session.open(path)
        assert rows(session.open(path, copy=True)) == [(5,)]


def test_a_damaged_file(session: Any, tmp_path: Path) -> None:
    """A DuckDB file with broken bytes is a problem, not a crash."""
    path = database(tmp_path / "d.duckdb", "CREATE TABLE t AS SELECT 5 AS a")
    content = bytearray(path.read_bytes())
    content[4200:6000] = b"\xff" * 1800
    path.write_bytes(content)
    with pytest.raises(VerificationError, match="cannot be opened"):
        session.open(path)


def test_sqlite_tables_with_what_they_declare(session: Any, types: Any, rows: Any, tmp_path: Path) -> None:
    """SQLite columns have the type of their values; keys, references and unique sets are taken as declared."""
    path = sqlite(
        tmp_path / "s.db",
        """
        CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE, active BOOLEAN, UNIQUE (name, born));
        CREATE TABLE track (id INTEGER PRIMARY KEY, artist INTEGER REFERENCES artist, price NUMERIC(10,2), at DATETIME, cover BLOB, loose);
        CREATE INDEX plain ON track (at);
        CREATE VIEW cheap AS SELECT * FROM track WHERE price < 1;
        INSERT INTO artist VALUES (1, 'Ann', '1970-01-31', 1), (2, 'Bo', NULL, 0);
        INSERT INTO track VALUES (1, 1, 0.99, '2013-01-01 10:00:00', x'ff', 1.5), (2, 2, 2, NULL, NULL, 2);
        """,
    )
    opened = session.open(path)
    assert types(opened, "artist") == {"id": "integer", "name": "string", "born": "date", "active": "boolean"}
    assert types(opened, "track") == {
        "id": "integer", "artist": "integer", "price": "decimal(10, 2)", "at": "local_timestamp", "cover": "binary", "loose": "float",
    }  # fmt: skip
    assert rows(opened, "track")[0] == (1, 1, Decimal("0.99"), dt.datetime(2013, 1, 1, 10), b"\xff", 1.5)
    artist, track = table(opened, "artist"), table(opened, "track")
    assert (artist.key, artist.unique, track.key) == (("id",), (("name", "born"),), ("id",))
    assert track.references == (ForeignKeyInfo(("artist",), TableName("artist"), ("id",)),)
    assert [column.required for column in artist.columns] == [True, True, False, False]
    assert (table(opened, "cheap").kind, table(opened, "cheap").rows) == ("view", 1)
    assert not opened.problems


def test_conditions_of_sqlite(session: Any, tmp_path: Path) -> None:
    """Checks, defaults and uniqueness under a condition come from the text of the declarations."""
    path = sqlite(
        tmp_path / "s.db",
        "CREATE TABLE t (a INTEGER CHECK (a > 0), b TEXT DEFAULT 'x'); CREATE UNIQUE INDEX i ON t (b) WHERE a > 5;",
    )
    info = table(session.open(path), "t")
    assert [str(each) for each in info.conditions] == ["a > 0"]
    assert [(each.columns, str(each.where)) for each in info.partial_unique] == [(("b",), "a > 5")]
    assert str(info.columns[1].default) == "'x'"


def test_sqlite_columns_that_do_not_hold_to_their_type(session: Any, types: Any, rows: Any, tmp_path: Path) -> None:
    """Texts in a number column are counted; where they mean missing the column is numbers after all."""
    path = sqlite(
        tmp_path / "s.db",
        "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT); INSERT INTO t VALUES (1, 1, '1'), ('NA', 'many', '2'), (3, 3, '3');",
    )
    opened = session.open(path)
    assert types(opened) == {"a": "integer", "b": "string", "c": "string"}
    assert rows(opened) == [(1, "1", "1"), (None, "many", "2"), (3, "3", "3")]
    mixed = {p.path: p.message for p in opened.problems if p.code == "mixed_types"}
    assert set(mixed) == {"t.a", "t.b"} and "2 integers and 1 text" in mixed["t.b"]


def test_sqlite_in_batches_and_hostile_names(session: Any, tmp_path: Path) -> None:
    """More rows than one batch arrive whole; names with quotes do no harm; a row limit is kept and said."""
    path = sqlite(
        tmp_path / "s.db",
        'CREATE TABLE "a""; drop table b" ("x""y" INTEGER, "select" TEXT); CREATE TABLE empty (n INTEGER, t TEXT);'
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50001)"
        'INSERT INTO "a""; drop table b" SELECT i, \'w\' || i FROM n;',
    )
    opened = session.open(path)
    assert {str(each.table): each.rows for each in opened.store.tables()} == {'a"; drop table b': 50001, "empty": 0}
    limited = session.open(path, max_rows=10)
    assert [(p.code, p.rows) for p in limited.problems] == [("rows_limited", 10)]


def test_a_file_without_tables(session: Any, tmp_path: Path) -> None:
    """A database in which there is nothing is an error that says so."""
    with pytest.raises(VerificationError):
        session.open(database(tmp_path / "d.duckdb"))
