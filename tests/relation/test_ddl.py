"""Tables created from declarations: real databases take the statements, hold the constraints, and give the declaration back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest

from tests.relation.plans import compare, constant, path
from workbench.errors import DefinitionError
from workbench.expression.typed import DEFAULT_DECIMAL
from workbench.model.expression import Aggregate, Call, IsNull, Node
from workbench.model.types import StructField, StructType, parse_type
from workbench.relation import read_ddl
from workbench.relation.ddl import Check, CreateTable, NewColumn, Reference, Unique, create_sql
from workbench.relation.native_types import from_native, to_native
from workbench.relation.plan import TableName

HOSTILE = 'x"; drop table y; --'


def column(name: str, type_: str, required: bool = False, default: Node | None = None, comment: str = "") -> NewColumn:
    return NewColumn(name, parse_type(type_), required, default, comment)


CITY = CreateTable(
    TableName("city"),
    (
        column("id", "integer", True),
        column("name", "string", True, comment="as people say; it's short"),
        column("size", "enum('small', 'it''s big')", default=constant("small")),
    ),
    key=("id",),
    unique=(Unique(("name",), name="city_name"),),
    comment="places",
)
PERSON = CreateTable(
    TableName("person"),
    (
        column("id", "uuid", True),
        column("email", "email", True),
        column("city", "integer"),
        column("born", "date", default=constant(dt.date(1970, 1, 1))),
        column("credit", "decimal(10, 2)", True, constant(Decimal("-1.50"))),
        column("since", "timestamp", True, Call("now")),
        column("gone", "local_timestamp"),
        column("tags", "array(string)"),
    ),
    key=("id",),
    unique=(Unique(("email",), where=IsNull(path("gone"))),),
    references=(Reference(("city",), TableName("city"), ("id",), "lives_in"),),
    checks=(Check(compare(compare("credit", ">=", Decimal("-100.5")), "and", compare("email", "!=", "")), "sane"),),
)


def lines(statement: str) -> list[str]:
    return [line.strip() for line in statement.splitlines()]


def test_duckdb_takes_the_statements_and_holds_the_constraints() -> None:
    """What is declared stands in DuckDB: keys, references, checks, enums, defaults, comments; the rest is told."""
    script = create_sql([PERSON, CITY], "duckdb")
    assert [(each.path, each.code) for each in script.problems] == [("person.email", "identity_not_carried")]
    with duckdb.connect() as connection:
        for statement in script.statements:
            connection.execute(statement)
        connection.execute("insert into city (id, name) values (1, 'Ulm')")
        assert connection.execute("select size from city").fetchall() == [("small",)]
        connection.execute("insert into person (id, email, city) values (uuid(), 'a@b', 1)")
        assert connection.execute("select born, credit from person").fetchall() == [
            (dt.date(1970, 1, 1), Decimal("-1.50"))
        ]
        for broken in (
            "insert into city (id, name) values (2, 'Ulm')",
            "insert into city (id, name, size) values (2, 'Rom', 'huge')",
            "insert into person (id, email, city) values (uuid(), 'a@b', 2)",
            "insert into person (id, email) values (uuid(), '')",
            "insert into person (id, email, credit) values (uuid(), 'a', -101)",
        ):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(broken)
        comments = connection.execute("select comment from duckdb_columns() where comment is not null").fetchall()
        assert comments == [("as people say; it's short",)]


@pytest.mark.postgres
def test_postgres_takes_the_statements_and_holds_the_constraints(postgres: str) -> None:
    """What is declared stands in PostgreSQL, partial identities too."""
    script = create_sql([PERSON, CITY], "postgres")
    assert list(script.problems) == []
    with psycopg.connect(postgres) as connection:
        connection.execute("create schema ddl")
        connection.execute("set search_path to ddl")
        for statement in script.statements:
            connection.execute(statement.encode())
        connection.execute("insert into city (id, name) values (1, 'Ulm')")
        person = "insert into person (id, email, city, gone) values (gen_random_uuid(), %s, %s, %s)"
        connection.execute(person, ("a@b", 1, None))
        connection.execute(person, ("a@b", 1, dt.datetime(2026, 1, 1)))
        for arguments, error in (
            (("a@b", 1, None), psycopg.errors.UniqueViolation),
            (("b@b", 2, None), psycopg.errors.ForeignKeyViolation),
            (("", 1, None), psycopg.errors.CheckViolation),
        ):
            with pytest.raises(error), connection.transaction():
                connection.execute(person, arguments)
        connection.rollback()


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_what_is_written_is_read_back(dialect: Any) -> None:
    """Reading the statements again gives every declaration that the dialect carries."""
    tables, problems = read_ddl(create_sql([PERSON, CITY], dialect).text, dialect)
    assert not problems.errors
    city, person = tables
    assert [each.name for each in tables[0].columns] == ["id", "name", "size"]
    assert (city.key, city.unique, city.comment) == (("id",), (("name",),), "places")
    assert city.columns[1].comment == "as people say; it's short"
    assert [str(each) for each in city.conditions] == ["size in ('small', 'it''s big')"]
    assert [each.type for each in person.columns][:6] == [
        "uuid",
        "string",
        "integer",
        "date",
        "decimal(10, 2)",
        "timestamp",
    ]
    assert [str(each.default) for each in person.columns if each.default] == ["date '1970-01-01'", "-1.50", "now()"]
    assert [(each.columns, each.target.name) for each in person.references] == [(("city",), "city")]
    assert person.conditions == (PERSON.checks[0].condition,)
    assert bool(person.partial_unique) == (dialect == "postgres")


def circle() -> list[CreateTable]:
    def one(name: str, other: str) -> CreateTable:
        reference = Reference((other,), TableName(other), ("id",))
        return CreateTable(
            TableName(name), (column("id", "integer"), column(other, "integer")), ("id",), references=(reference,)
        )

    return [one("a", "b"), one("b", "c"), one("c", "a")]


@pytest.mark.postgres
def test_postgres_closes_circles_afterwards(postgres: str) -> None:
    """References that go round are added once every table is there."""
    script = create_sql(circle(), "postgres")
    assert len(script.problems) == 0 and sum("ALTER TABLE" in each for each in script.statements) == 1
    with psycopg.connect(postgres) as connection:
        connection.execute("create schema circle")
        connection.execute("set search_path to circle")
        for statement in script.statements:
            connection.execute(statement.encode())
        found = connection.execute(
            "select count(*) from pg_constraint c join pg_namespace n on n.oid = connamespace where contype = 'f' and nspname = 'circle'"
        )
        assert found.fetchall() == [(3,)]
        connection.rollback()


def test_duckdb_says_which_reference_closes_a_circle() -> None:
    """DuckDB gets the tables with every reference it can carry, and the problem names the one it cannot."""
    script = create_sql(circle(), "duckdb")
    assert [(each.code, each.severity) for each in script.problems] == [("circular_reference", "warning")]
    with duckdb.connect() as connection:
        for statement in script.statements:
            connection.execute(statement)
        assert (
            connection.execute(
                "select count(*) from duckdb_constraints() where constraint_type = 'FOREIGN KEY'"
            ).fetchall()[0][0]
            >= 2
        )


def test_a_table_may_refer_to_itself() -> None:
    """A reference to the own key needs no second statement."""
    table = CreateTable(
        TableName("node"),
        (column("id", "integer"), column("up", "integer")),
        ("id",),
        references=(Reference(("up",), TableName("node"), ("id",)),),
    )
    with duckdb.connect() as connection:
        for statement in create_sql([table], "duckdb").statements:
            connection.execute(statement)
        connection.execute("insert into node values (1, null)")
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("insert into node values (2, 9)")


def test_what_cannot_be_carried_is_told_where() -> None:
    """Every declaration left out has a problem with its path; the statements still run."""
    table = CreateTable(
        TableName("t", "s"),
        (column("id", "integer"), column("a", "string"), column("b", "string"), column("c", "array(enum(x))")),
        ("id",),
        unique=(Unique(("a",), nulls_distinct=False),),
        references=(
            Reference(("a",), TableName("nowhere"), ("id",)),
            Reference(("a",), TableName("t", "s"), ("b",)),
            Reference(("a",), TableName("t", "s"), ("id",)),
        ),
        checks=(
            Check(Call("getenv", (constant("HOME"),))),
            Check(Aggregate("count")),
            Check(compare(path("a", "b"), "=", 1)),
        ),
    )
    script = create_sql([table], "duckdb")
    assert sorted((each.path, each.code) for each in script.problems) == [
        ("s.t", "check_not_carried"),
        ("s.t", "check_not_carried"),
        ("s.t", "check_not_carried"),
        ("s.t.a", "identity_not_carried"),
        ("s.t.a", "target_not_unique"),
        ("s.t.a", "type_mismatch"),
        ("s.t.a", "unknown_target"),
        ("s.t.c", "enum_not_checked"),
    ]
    with duckdb.connect() as connection:
        connection.execute("create schema s")
        for statement in script.statements:
            connection.execute(statement)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_hostile_names_and_texts_stay_names_and_texts(dialect: Any) -> None:
    """Quotes and semicolons in names, defaults, enum values and comments never end a statement."""
    values = f"enum('{HOSTILE}', '\\''')"
    hostile = CreateTable(
        TableName(HOSTILE),
        (column(HOSTILE, values, default=constant(HOSTILE), comment="'; --"),),
        comment="\\'; drop table y",
    )
    script = create_sql([hostile], dialect)
    assert len(script.statements) == 3
    quoted = '"x""; drop table y; --"'
    assert lines(script.statements[0])[0] == f"CREATE TABLE {quoted} ("
    if dialect == "duckdb":
        with duckdb.connect() as connection:
            for statement in script.statements:
                connection.execute(statement)
            connection.execute(f"insert into {quoted} default values")
            assert connection.execute(f"select * from {quoted}").fetchall() == [(HOSTILE,)]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([CITY, CITY], "same name"),
        ([CreateTable(TableName("t"), ())], "at least one column"),
        ([CreateTable(TableName("t"), (column("a", "date"), column("a", "date")))], "two columns"),
        ([CreateTable(TableName("t"), (column("a", "date"),), ("b",))], "no column of t is called 'b'"),
        (
            [CreateTable(TableName("t"), (column("a", "date", default=path("a")),))],
            "a default cannot name the column a",
        ),
        (
            [CreateTable(TableName("t"), (column("a", "date"),), references=(Reference(("a",), TableName("t"), ()),))],
            "unequal numbers",
        ),
    ],
)
def test_contradictions_raise(tables: list[CreateTable], message: str) -> None:
    """A declaration that contradicts itself is refused, naming what is wrong."""
    with pytest.raises(DefinitionError, match=message):
        create_sql(tables, "duckdb")


@pytest.mark.parametrize(
    ("native", "dialect", "ours"),
    [
        ("character varying(20)", "postgres", "string"),
        ("timestamp(6) with time zone", "postgres", "timestamp"),
        ("timestamp without time zone", "postgres", "local_timestamp"),
        ("TIMESTAMP", "mysql", "timestamp"),
        ("int(11) unsigned zerofill", "mysql", "integer"),
        ("tinyint(1)", "mysql", "boolean"),
        ("tinyint(4)", "mysql", "integer"),
        ("enum('a','it''s','x,y')", "mysql", "enum('a', 'it''s', 'x,y')"),
        ("bit", "tsql", "boolean"),
        ("bit(8)", "mysql", "binary"),
        ("uniqueidentifier", "tsql", "uuid"),
        ("datetime2(7)", "tsql", "local_timestamp"),
        ("money", "tsql", "decimal(19, 4)"),
        ("NUMBER(10)", "oracle", "integer"),
        ("NUMBER(10,2)", "oracle", "decimal(10, 2)"),
        ("NUMBER", "oracle", "decimal"),
        ("DATE", "oracle", "local_timestamp"),
        ("DATE", "postgres", "date"),
        ("VARCHAR2(20 BYTE)", "oracle", "string"),
        ("numeric(10,2)[][]", "postgres", "array(array(decimal(10, 2)))"),
        ("STRUCT(a INTEGER, \"b c\" VARCHAR[])", "duckdb", "struct(a integer, b c array(string))"),
        ("MAP(VARCHAR, INTEGER)", "duckdb", "json"),
        ("HUGEINT", "duckdb", "integer"),
        ("TEXT", "sqlite", "string"),
        ("longtext", "mysql", "text"),
        ("inet", "postgres", "ip_address"),
        ("numeric(60, 2)", "postgres", "decimal"),
    ],
)  # fmt: skip
def test_native_types_are_understood(native: str, dialect: str, ours: str) -> None:
    """The type names of six databases mean what an analyst expects."""
    assert str(from_native(native, dialect)) == ours


@pytest.mark.parametrize(
    "native", ["", "geometry", "INT[" * 500, "(" * 10_000, "STRUCT", "decimal(" + "9" * 9999 + ")"]
)
def test_unknown_and_hostile_types_are_none_or_plain(native: str) -> None:
    """No type text, however odd, raises; what is not known has no type."""
    assert from_native(native) is None or str(from_native(native)) in ("json", "decimal")


@pytest.mark.parametrize("name", ["string", "integer", "float", "boolean", "date", "time", "timestamp", "local_timestamp", "duration", "uuid", "json", "binary", "decimal(12, 3)", "array(date)"])  # fmt: skip
@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_our_types_survive_a_database(name: str, dialect: Any) -> None:
    """A type written as a column type and read back is the same type."""
    assert str(from_native(to_native(parse_type(name), dialect), dialect)) == name


def test_a_decimal_without_digits_is_one_thing() -> None:
    """A column of DuckDB keeps as many digits as an expression over it computes with."""
    assert to_native(parse_type("decimal"), "duckdb") == to_native(DEFAULT_DECIMAL, "duckdb")


def test_duckdb_takes_every_type() -> None:
    """Each native type we write is one DuckDB knows."""
    struct = StructType(fields=(StructField(name='a "b"', type=parse_type("date")),))
    types = [
        parse_type(each)
        for each in ("text", "decimal", "json", "uuid", "array(array(integer))", "email", "duration", "enum(a)")
    ] + [struct]
    with duckdb.connect() as connection:
        for type_ in types:
            connection.execute(f"select null::{to_native(type_, 'duckdb')}")
