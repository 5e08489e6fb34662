"""Folders and lists of files: what is read, what is passed over, what tables are called."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from workbench.errors import VerificationError


def parquet(path: Path, select: str) -> Path:
    """A Parquet file with the rows of ``select``."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def test_a_folder_of_every_kind(session: Any, rows: Any, said: Any, tmp_path: Path) -> None:
    """CSV, TSV, JSON, NDJSON and Parquet stand side by side; what is no table is passed over and said."""
    session.write("a.csv", "x\n1\n")
    session.write("b.tsv", "x\ty\n1\t2\n")
    session.write("c.json", '[{"x": 1}]')
    session.write("d.ndjson.gz", gzip.compress(b'{"x": 1}\n{"x": 2}\n'))
    parquet(tmp_path / "e.parquet", "SELECT 1 AS x")
    session.write("README.md", "# words")
    session.write(".hidden.csv", "x\n1\n")
    session.write("more/f.csv", "x\n1\n")
    duckdb.connect(str(tmp_path / "g.duckdb")).close()
    opened = session.open()
    assert [str(each.table) for each in opened.store.tables()] == ["a", "b", "c", "d", "e"]
    assert all(rows(opened, table) for table in "abcde")
    passed_over = " ".join(problem.message for problem in opened.problems if problem.code == "skipped_files")
    assert all(name in passed_over for name in ("README.md", ".hidden.csv", "more", "g.duckdb"))


def test_names_that_collide_are_kept_apart(session: Any, rows: Any, tmp_path: Path) -> None:
    """Two files of one name give two tables, the same ones each time, and it is said."""
    session.write("a.csv", "x\n1\n")
    parquet(tmp_path / "A.parquet", "SELECT 2 AS x")
    opened = session.open([tmp_path / "a.csv", tmp_path / "A.parquet"])
    assert (rows(opened, "a"), rows(opened, "A_parquet")) == ([(1,)], [(2,)])
    assert [(p.path, p.code) for p in opened.problems] == [("A.parquet", "name_taken")]


def test_hostile_file_names(session: Any, rows: Any) -> None:
    """A file name is data: quotes, semicolons and markup in it do no harm."""
    for name in ("a'b", 'x"; drop table y; --', "<script>", "größe", "with space.and.dots"):
        session.write(f"{name}.csv", "x\n1\n")
    opened = session.open()
    names = ["<script>", "a'b", "größe", "with space_and_dots", 'x"; drop table y; --']
    assert [str(each.table) for each in opened.store.tables()] == names
    assert all(opened.store.tables()[place].rows == 1 for place in range(5))


def test_names_that_look_like_patterns(session: Any, tmp_path: Path) -> None:
    """A star or bracket in a file's name stands for itself, and brings in no other file."""
    folder = tmp_path / "f[1]"
    folder.mkdir()
    for stem in ("a*b", "aXb", "x[y]", "xy", "q?"):
        session.write(f"f[1]/{stem}.csv", "x\n1\n")
        session.write(f"f[1]/{stem}_j.json", '[{"x": 1}]')
        parquet(tmp_path / "made.parquet", "SELECT 1 AS x").rename(folder / f"{stem}_p.parquet")
    tables = session.open(folder).store.tables()
    assert (len(tables), {each.rows for each in tables}) == (15, {1})


def test_parts_of_one_table_are_pointed_out_and_combined_on_request(session: Any, types: Any, tmp_path: Path) -> None:
    """Files that differ in their digits and agree in their columns may be one table: said by default, done when asked."""
    session.write("sales_2013.csv", "id,amount\n1,5\n")
    session.write("sales_2014.csv", "id,amount\n2,x\n")
    session.write("other_1.csv", "a\n1\n")
    session.write("other_2.csv", "b\n1\n")
    parquet(tmp_path / "p1.parquet", "SELECT 1 AS x")
    parquet(tmp_path / "p2.parquet", "SELECT 2 AS x")
    apart = session.open()
    assert [p.path for p in apart.problems if p.code == "perhaps_parts"] == ["p1", "sales_2013"]
    together = session.open(combine=True)
    assert {str(each.table): each.rows for each in together.store.tables()} == {
        "other_1": 1,
        "other_2": 1,
        "p": 2,
        "sales": 2,
    }
    assert types(together, "sales") == {"id": "integer", "amount": "string"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("nothing.csv", None, "missing_file"),
        ("sheet.xlsx", b"PK\x03\x04 and so on", "unknown_kind"),
        ("picture.png", b"\x89PNG and so on", "unknown_kind"),
        ("schema.sql", b"create table t (a int);", "unknown_kind"),
        ("code.py", b"import os, sys\nx, y = 1, 2\n", "unknown_kind"),
        ("notes.ipynb", b'{"cells": []}', "unknown_kind"),
        ("page.html.gz", b"<p>1,2</p>", "unknown_kind"),
        ("zeros.csv", b"a,b\n" + bytes(500), "no_text"),
        ("random.csv", random.Random(1).randbytes(5000), "no_text"),
        ("random.json", random.Random(2).randbytes(5000), "no_text"),
        ("packed", gzip.compress(random.Random(3).randbytes(500)), "no_text"),
        ("c1.csv", ("a,b\n" + "\x81\x9f,1\n" * 9).encode(), "no_text"),
        ("empty.csv", b"", "empty_file"),
        ("empty.json", b"", "empty_file"),
        ("empty.duckdb", b"", "empty_file"),
        ("empty.sqlite", b"", "empty_file"),
        ("bad.parquet", b"PAR1 not really", "unreadable_file"),
        ("bad.json", b'[{"a": 1}, {"a": ]', "broken_json"),
        ("list.json", b"[1, 2]", "not_objects"),
        ("none.json", b"[]", "no_rows"),
        ("junk.duckdb", b"junk" * 5000, "no_database"),
        ("junk.sqlite", b"SQLite format 3\0" + b"\xff" * 5000, "unreadable_file"),
    ],
)
def test_a_source_that_holds_nothing(session: Any, tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    """Where nothing can be read, every problem is in the one error that is raised, with the file's name."""
    path = session.write(name, content) if content is not None else tmp_path / name
    with pytest.raises(VerificationError) as caught:
        session.open(path)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert name in str(caught.value.problems[0])


_OWN = [
    ("design.json", {"workbench": "domain", "format": 1, "name": "shop", "resources": []}, "is_a_design"),
    ("kept.json", {"workbench": "decisions", "format": 1, "decisions": []}, "is_decisions"),
    ("workbench-manifest.json", {"domain": "a", "target": "sql", "workbench": "1", "files": {}}, "is_a_manifest"),
]


@pytest.mark.parametrize(("name", "document", "code"), _OWN)
def test_what_the_workbench_saved_is_no_data(session: Any, name: str, document: dict[str, Any], code: str) -> None:
    """A design, decisions and a manifest are passed over in a folder, and refused with what to do where they are named."""
    path = session.write(name, json.dumps(document, indent=1))
    with pytest.raises(VerificationError) as caught:
        session.open(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.severity, bool(problem.hint)) == (code, "error", True)
    session.write("t.csv", "x\n1\n")
    opened = session.open()
    assert [str(each.table) for each in opened.store.tables()] == ["t"]
    assert [(each.path, each.code, each.severity) for each in opened.problems] == [(name, code, "info")]


def test_data_about_a_workbench_is_data(session: Any, types: Any) -> None:
    """Rows with a column called workbench are no saved design, one object alone or many."""
    session.write("one.json", '{"workbench": "oak", "price": 5}')
    session.write("many.json", '[{"workbench": "domain", "format": 1}]')
    opened = session.open()
    assert list(types(opened, "one")) == ["workbench", "price"]
    assert list(types(opened, "many")) == ["workbench", "format"]


def test_a_named_file_without_a_telling_suffix(session: Any, rows: Any) -> None:
    """A file a person names is looked into: text of any suffix is a table if it reads like one."""
    assert rows(session.open(session.write("t.txt", "a|b\n1|x\n"))) == [(1, "x")]
    assert rows(session.open(session.write("u.data", '[{"a": 1}]')), "u") == [(1,)]


def test_an_empty_folder_and_a_strange_source(session: Any, tmp_path: Path) -> None:
    """A folder without data and a value that is no source are problems too."""
    with pytest.raises(VerificationError, match="holds no data files"):
        session.open(tmp_path)
    with pytest.raises(VerificationError, match="a int is no source of tables"):
        session.open(7)


@pytest.mark.parametrize("source", ["", "  \n", [], [""]])
def test_an_empty_path_is_not_the_current_folder(session: Any, source: Any) -> None:
    """Where nothing is named, nothing is read: an empty text is an error, whatever the current folder holds."""
    with pytest.raises(VerificationError) as caught:
        session.open(source)
    assert [(each.code, each.severity) for each in caught.value.problems] == [("no_source", "error")]


def test_an_empty_path_among_files_is_said(session: Any) -> None:
    """The files that are named are read; the empty path beside them is an error."""
    opened = session.open([session.write("t.csv", "x\n1\n"), ""])
    assert ([str(each.table) for each in opened.store.tables()], [p.code for p in opened.problems]) == (
        ["t"],
        ["no_source"],
    )


def test_one_bad_file_does_not_hide_the_others(session: Any, rows: Any) -> None:
    """What can be read is there; what cannot is an error beside it."""
    session.write("good.csv", "x\n1\n")
    session.write("bad.parquet", b"junk")
    opened = session.open()
    assert rows(opened, "good") == [(1,)]
    assert [(p.path, p.code) for p in opened.problems.errors] == [("bad.parquet", "unreadable_file")]


def test_json_objects_lists_and_types(session: Any, types: Any, rows: Any, said: Any) -> None:
    """Nested values stay whole, which is said; texts stay texts unless they are dates."""
    content = json.dumps(
        [{"id": 1, "zip": "007", "at": "2013-01-01T10:00:00Z", "address": {"city": "Bonn"}, "tags": ["a"]}, {"id": 2.5}]
    )
    opened = session.open(session.write("t.json", content))
    assert types(opened) == {
        "id": "float",
        "zip": "string",
        "at": "timestamp",
        "address": "json",
        "tags": "array(string)",
    }
    assert rows(opened)[0][3:] == ({"city": "Bonn"}, ["a"])
    assert "address, tags of t.json" in said(opened)["nested_values"]


def test_json_that_only_a_patient_reader_takes(session: Any, types: Any, rows: Any) -> None:
    """Keys alike but for case, empty keys, hostile keys, broken lines and a byte-order mark are all taken, and said."""
    opened = session.open(session.write("t.json", '[{"a": 1, "A": 2, "": 3, "x\\"; drop table": 4}]'))
    assert list(types(opened)) == ["a", "A_2", "column3", 'x"; drop table']
    lines = '\ufeff{"a": 1}\n{"a": \n{"a": 3}\n'
    opened = session.open(session.write("t.ndjson", lines))
    assert rows(opened) == [(1,), (3,)]
    assert [(p.code, p.line, p.rows) for p in opened.problems] == [("broken_lines", 2, 1)]


def test_json_in_other_encodings_and_sizes(session: Any, rows: Any) -> None:
    """UTF-16 is read; max_rows holds for JSON too; values that are no objects are left out and said."""
    assert rows(session.open(session.write("t.json", '[{"a": "ö"}]'.encode("utf-16")))) == [("ö",)]
    opened = session.open(session.write("t.json", '{"a": 1}\n{"a": 2}\n'), max_rows=1)
    assert rows(opened) == [(1,)] and opened.problems[0].code == "rows_limited"
    opened = session.open(session.write("t.json", '[{"a": 1}, 5]'))
    assert rows(opened) == [(1,)] and opened.problems[0].code == "not_objects"


def test_parquet_is_read_in_place(session: Any, types: Any, rows: Any, tmp_path: Path) -> None:
    """Parquet keeps its own types, NaN and lists included, and nothing is copied."""
    select = "SELECT 1.5::DECIMAL(10,2) AS d, 'nan'::DOUBLE AS f, [1, 2] AS l, {'a': 1} AS s, 'NA' AS t, TIMESTAMP '2013-01-01' AS ts"
    opened = session.open(parquet(tmp_path / "t.parquet", select))
    assert types(opened) == {
        "d": "decimal(10, 2)",
        "f": "float",
        "l": "array(integer)",
        "s": "json",
        "t": "string",
        "ts": "local_timestamp",
    }
    assert rows(opened)[0][4] == "NA"
