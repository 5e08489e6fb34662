"""Declarations read from SQL scripts of six databases, whole dumps included, whatever else stands in them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path as File

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import Problems
from workbench.model.types import parse_type
from workbench.relation import read_ddl
from workbench.relation.ddl_reader import DIALECTS
from workbench.relation.from_sql import read_condition
from workbench.relation.port import ColumnInfo, TableInfo

SCRIPTS = File(__file__).parent / "scripts"


def read(name: str) -> tuple[dict[str, TableInfo], Problems]:
    tables, problems = read_ddl((SCRIPTS / f"{name}.sql").read_text(encoding="utf-8"))
    return {each.table.name: each for each in tables}, problems


def columns(table: TableInfo) -> dict[str, ColumnInfo]:
    return {each.name: each for each in table.columns}


def types(table: TableInfo) -> dict[str, str]:
    return {each.name: each.type for each in table.columns}


def summary(problems: Problems) -> list[tuple[str, str, str]]:
    return [(each.severity, each.path, each.code) for each in problems]


def test_a_mysqldump_is_read() -> None:
    """Backticks, escapes, conditional comments, inline enums and comments, inserted rows with semicolons, routines."""
    tables, problems = read("mysqldump")
    film = tables["film"]
    assert list(tables) == ["film", "language"]
    assert types(film) == {
        "film_id": "integer", "title": "string", "release_year": "integer", "language_id": "integer", "rental_rate": "decimal(4, 2)",
        "rating": "enum('G', 'PG', 'R')", "special": "string", "is_new": "boolean", "last_update": "timestamp",
    }  # fmt: skip
    facts = columns(film)
    assert (film.key, film.unique, film.comment) == (("film_id",), (("title", "release_year"),), "films")
    assert facts["film_id"].is_generated and facts["film_id"].required and not facts["release_year"].required
    assert facts["title"].comment == "it's; the 'title'"
    assert {name: str(each.default) for name, each in facts.items() if each.default} == {
        "rental_rate": "4.99", "rating": "'G'", "is_new": "false", "last_update": "now()",
    }  # fmt: skip
    assert [(each.columns, each.target.name, each.target_columns) for each in film.references] == [
        (("language_id",), "language", ("language_id",))
    ]
    assert [str(each) for each in film.conditions] == ["rental_rate > 0"]
    assert summary(problems) == [("info", "ddl", "skipped")] * 2


def test_a_sql_server_script_is_read() -> None:
    """Brackets, GO, clustered keys, defaults and checks added later, filtered unique indices, two schemas."""
    tables, problems = read("sqlserver")
    customer, order = tables["Customer"], tables["Order"]
    assert types(customer) == {
        "CustomerId": "integer", "Name": "string", "Balance": "decimal(19, 4)", "RowGuid": "uuid", "Active": "boolean", "Created": "local_timestamp",
    }  # fmt: skip
    assert (customer.key, customer.unique) == (("CustomerId",), (("Name",),))
    assert [(each.columns, str(each.where)) for each in customer.partial_unique] == [
        (("RowGuid",), "Balance is not null")
    ]
    assert {each.name: str(each.default) for each in customer.columns if each.default} == {
        "Active": "true",
        "Created": "now()",
    }
    assert [str(each) for each in customer.conditions] == ["Balance >= 0"]
    assert [(each.columns, each.target.name) for each in order.references] == [(("CustomerId",), "Customer")]
    assert columns(order)["Total"].is_generated
    assert not problems.errors


def test_an_oracle_script_is_read() -> None:
    """Storage clauses, ENABLE, NUMBER, comments; unquoted names find quoted ones."""
    tables, problems = read("oracle")
    employees = tables["EMPLOYEES"]
    assert types(employees)["EMPLOYEE_ID"] == "integer" and types(employees)["SALARY"] == "decimal(8, 2)"
    assert types(employees)["HIRE_DATE"] == "local_timestamp"
    assert (employees.key, [str(each) for each in employees.conditions]) == (("EMPLOYEE_ID",), ["SALARY > 0"])
    assert columns(employees)["LAST_NAME"].required and columns(employees)["SALARY"].comment == "monthly"
    assert [(each.columns, each.target.name) for each in employees.references] == [(("MANAGER_ID",), "EMPLOYEES")]
    assert tables["t2"].key == ("id",)
    assert list(problems) == []


def check_postgres(tables: dict[str, TableInfo], problems: Problems) -> None:
    person = tables["person"]
    assert types(person) == {
        "id": "integer", "email": "string", "mood": "enum('sad', 'ok', 'it''s')", "city_id": "integer", "born": "date", "tags": "array(string)",
        "amount": "decimal(10, 2)", "meta": "json", "created": "timestamp", "status": "string", "deleted_at": "local_timestamp",
        "n": "integer", "code": "string", "a": "integer", "b": "integer",
    }  # fmt: skip
    facts = columns(person)
    assert (
        facts["id"].is_generated and facts["amount"].required and facts["id"].required and not facts["email"].required
    )
    assert {name: str(facts[name].default) for name in ("mood", "amount", "created")} == {
        "mood": "'ok'",
        "amount": "1.5",
        "created": "now()",
    }
    assert {(each.columns, each.target.name, each.target_columns) for each in person.references} == {
        (("a", "b"), "pair", ("a", "b")), (("city_id",), "city", ("id",)),
    }  # fmt: skip
    assert {str(each) for each in person.conditions} == {
        "born > date '1900-01-01'", "amount >= 0 and (status != 'a' or born is not null)", "matches(code, '[A-Z]{3}')", "status in ('a', 'b')",
    }  # fmt: skip
    assert person.unique == (("code", "status"),)
    assert [(each.columns, str(each.where)) for each in person.partial_unique] == [(("email",), "deleted_at is null")]
    assert (person.comment, facts["born"].comment) == ("people; and more", "birth's day")
    assert tables["pair"].key == ("a", "b") and columns(tables["city"])["id"].is_generated
    assert tables["city"].unique == (("name",),)
    assert not problems.errors
    assert {each.code for each in problems} >= {"unknown_type", "unique_expression", "skipped"}


def test_a_postgres_script_is_read() -> None:
    """Types and domains of one's own, inline references, identity, dollar quotes, escapes."""
    check_postgres(*read("postgres"))


@pytest.mark.postgres
@pytest.mark.parametrize("options", [[], ["--inserts"], ["--schema-only"]])
def test_what_pg_dump_writes_is_read(options: list[str], postgres: str) -> None:
    """The script and the dump of the database it made declare the same; COPY blocks and client commands are passed over."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database dumped")
        try:
            dumped = postgres.replace("/postgres?", "/dumped?")
            with psycopg.connect(dumped, autocommit=True) as inner:
                inner.execute((SCRIPTS / "postgres.sql").read_bytes())
            done = subprocess.run(["pg_dump", *options, dumped], capture_output=True, check=True, timeout=60, text=True)
        finally:
            connection.execute("drop database if exists dumped")
    tables, problems = read_ddl(done.stdout)
    check_postgres({each.table.name: each for each in tables}, problems)


def test_sqlite_and_duckdb_are_read() -> None:
    """Columns without types, autoincrement, nested types, inline enums."""
    tables, problems = read_ddl(
        "PRAGMA foreign_keys=ON; CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n, d DATETIME, UNIQUE(n)) WITHOUT ROWID;"
    )
    assert types(tables[0]) == {"id": "integer", "n": "string", "d": "local_timestamp"}
    assert (tables[0].key, tables[0].unique, list(problems)) == (("id",), (("n",),), [])
    nested = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t(m mood, s STRUCT(a INTEGER), l DATE[], e ENUM('x'), h HUGEINT, u UBIGINT)"
    tables, problems = read_ddl(nested, "duckdb")
    assert list(types(tables[0]).values()) == [
        "enum('a', 'b')",
        "struct(a integer)",
        "array(date)",
        "enum('x')",
        "integer",
        "integer",
    ]
    assert list(problems) == []


def test_broken_statements_are_placed_and_the_rest_is_read() -> None:
    """An error says line and column in the whole text; what stands before and after it counts."""
    text = "create table a (x int);\n\n-- a comment;\ncreate table b (\n  x int not nul,\n  y int\n);\ncreate table c (x int);"
    tables, problems = read_ddl(text, "postgres")
    assert [each.table.name for each in tables] == ["a", "c"]
    (error,) = problems
    assert (error.severity, error.code, error.line, error.column) == ("error", "syntax", 5, 9)
    assert "at 'not'" in error.message


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("", "no_tables", "warning"),
        ("hello, world", "no_tables", "warning"),
        ("<script>alert(1)</script>", "no_tables", "warning"),
        ("create table t (a int); create table T (b int)", "duplicate_table", "warning"),
        ("create table t (a int, A text)", "duplicate_column", "warning"),
        ("create table t as select 1", "no_columns", "info"),
        ("create table t (a int references nowhere(x))", "unknown_target", "warning"),
        ("create table t (a int references t)", "bad_reference", "warning"),
        ("create table t (a int); alter table u add primary key (a)", "unknown_table", "warning"),
        ("create table t (a geometry)", "unknown_type", "info"),
        ("create table t (a int check (a > (select 1)))", "untranslated_check", "info"),
        ("create table t (a int); create unique index on t (lower(a))", "unique_expression", "info"),
        ("create table t (a int); create view v as select 1", "skipped", "info"),
        ("create table t (a text default 'x", "syntax", "error"),
        ("create table t (a int check (" + "(" * 5000 + "a" + ")" * 5000 + "))", "too_deep", "error"),
        ("create table t (a int); create table u (" + "a" * 500_000 + " int)", "too_large", "warning"),
    ],
)  # fmt: skip
def test_odd_scripts_become_problems(text: str, code: str, severity: str) -> None:
    """Whatever the text, there is a problem that says what is odd, and never an exception."""
    _, problems = read_ddl(text)
    assert (code, severity) in [(each.code, each.severity) for each in problems]
    assert all(each.line is None or each.line >= 1 for each in problems)


def test_an_unknown_dialect_is_a_problem() -> None:
    """A dialect that is not known is told, with those that are."""
    tables, problems = read_ddl("create table t (a int)", "cobol")
    assert (tables, problems[0].code) == ((), "unknown_dialect") and "postgres" in problems[0].hint


def test_equal_names_keep_their_schemas() -> None:
    """A schema is kept only where the name alone does not tell."""
    tables, _ = read_ddl("create table a.t (x int); create table b.t (x int); create table c.u (x int)")
    assert [str(each.table) for each in tables] == ["a.t", "b.t", "u"]


def test_names_stay_names() -> None:
    """Quotes, unicode and keywords in names come through as they are."""
    tables, problems = read_ddl(
        'create table "x""; drop table y; --" ("select" int, "Größe" text, "a;b" int, "<b>" int)'
    )
    assert tables[0].table.name == 'x"; drop table y; --'
    assert [each.name for each in tables[0].columns] == ["select", "Größe", "a;b", "<b>"]
    assert list(problems) == []


def test_a_dump_full_of_rows_is_read_quickly() -> None:
    """Ten megabytes of inserted and copied rows are passed over without parsing them."""
    rows = "INSERT INTO t VALUES (1, 'it''s; a (text');\n" * 150_000
    copied = "COPY t (a, b) FROM stdin;\n" + "1\tcreate table x (a int);\n" * 100_000 + "\\.\n"
    start = time.perf_counter()
    tables, problems = read_ddl(f"create table t (a int, b text);\n{rows}{copied}create table u (a int);", "postgres")
    assert [each.table.name for each in tables] == ["t", "u"]
    assert time.perf_counter() - start < 15
    assert [(each.code, each.line) for each in problems] == [("skipped", 2)]


@pytest.mark.parametrize(
    ("sql", "dialect", "ours"),
    [
        ("a IS NOT NULL AND NOT (b IS NULL)", "postgres", "a is not null and b is not null"),
        ("a NOT IN (1, 2) OR a NOT BETWEEN 1 AND 2", "mysql", "a not in (1, 2) or a not between 1 and 2"),
        ("a NOT LIKE 'x%' ", "postgres", "a not like 'x%'"),
        ("NOT a ILIKE 'x%' ESCAPE '\\'", "duckdb", "a not ilike 'x%'"),
        ("a <> -1.5", "postgres", "a != -1.5"),
        ("(a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])", "postgres", "a in ('x', 'y')"),
        ("d >= '2020-01-01'::date", "postgres", "d >= date '2020-01-01'"),
        ("coalesce(a, b) > 0 and length(trim(c)) > 0", "postgres", "coalesce(a, b) > 0 and length(trim(c)) > 0"),
        ("a is true", "postgres", "a is not distinct from true"),
        ("case when a > 1 then b else 0 end = 0", "postgres", "case when a > 1 then b else 0 end = 0"),
        ("case a when 1 then true end", "postgres", "case when a = 1 then true end"),
        ("extract(year from d) = 2020", "postgres", "year(d) = 2020"),
        ("t ~ '^[0-9]+$'", "postgres", "matches(t, '[0-9]+')"),
        ("t ~ '[0-9]'", "postgres", "matches(t, '.*[0-9].*')"),
        ("a + b * 2 < c % 3", "postgres", "a + b * 2 < c % 3"),
        ("d < now()", "duckdb", "d < now()"),
        ("d < NOW()", "mysql", "d < now()"),
        ("d < now()", "postgres", "d < now()"),
        ("d < current_timestamp", "duckdb", "d < now()"),
        ("d < current_date", "sqlite", "d < today()"),
    ],
)  # fmt: skip
def test_conditions_are_translated(sql: str, dialect: str, ours: str) -> None:
    """A database's condition becomes the same condition in our language."""
    assert str(read_condition(sql, dialect)) == ours


@pytest.mark.parametrize(
    "sql",
    [
        "a / 2 > 1",  # integer division differs
        "a > (select max(b) from t)",
        "a in (select 1)",
        "pg_sleep(1) is null",
        "now(1) is null",
        "current_timestamp(0) is null",
        "my.now() is null",
        "t ~* 'x'",
        "t ~ '(a|b)'",
        "t ~ '(?=x)'",
        "a like 'x!%' escape '!'",
        "a between symmetric 2 and 1",
        "a -> 'x' = 'y'",
        "trim(both 'x' from a) = ''",
        "not",
        "a >",
        "'",
        "(" * 500,
    ],
)
def test_conditions_that_mean_something_else_are_left_alone(sql: str) -> None:
    """What our language cannot say exactly is not translated at all."""
    assert read_condition(sql, "postgres") is None


FRAGMENTS = st.sampled_from(
    ["create table t (", "a int", ",", ")", ";", "'", '"', "`", "[", "$$", "--", "/*", "*/", "\n", "\\.", "copy t from stdin;", "alter table t add ",
     "primary key (a)", "constraint x check (a > 1)", "references u (b)", "create unique index i on t (a) where a > 0;", "default 'x'", "go\n", "\x00",
     "create type m as enum ('a');", "comment on table t is 'c';", "delimiter ;;\n", "enum('a', 'b')", "é", "()", "create domain d as int;", "as select 1"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(FRAGMENTS, max_size=25), st.sampled_from([None, *DIALECTS]))
def test_no_text_breaks_the_reader(fragments: list[str], dialect: str | None) -> None:
    """Any mixture of fragments is read without an exception, and everything read is well formed."""
    tables, problems = read_ddl(" ".join(fragments), dialect)
    for table in tables:
        names = {each.name for each in table.columns}
        assert set(table.key) <= names and all(parse_type(each.type) for each in table.columns)
    assert all(each.message and each.code for each in problems)
