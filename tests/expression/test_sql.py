"""Expressions as SQL: typed trees inside plans, letters in every script, and nothing said in an expression reaching further."""

from __future__ import annotations

import unicodedata
from typing import Any

import duckdb
import pytest
from sqlglot import exp

from tests.expression.targets import DOMAIN, Targets, columns_only
from workbench.errors import DefinitionError
from workbench.expression import check, parse
from workbench.expression.builtins import IMPLEMENTATIONS
from workbench.expression.functions import FUNCTIONS
from workbench.expression.parser import MAX_DEPTH
from workbench.model.expression import Aggregate, Call, Constant, Node, Path, Reference
from workbench.relation import plan, to_sql
from workbench.relation.plan import Output, Scan, TableName
from workbench.relation.scalar import parameter_name, to_sqlglot

DIALECTS = ("duckdb", "postgres")
T = DOMAIN.resource("t")


def tree(text: str, **options: Any) -> Node:
    """``text`` typed over the parity table, its columns by name."""
    typed = check(parse(text), DOMAIN, T, **options)
    assert not typed.problems, typed.problems
    return columns_only(typed.tree)


@pytest.mark.postgres
def test_letters_of_every_script_change_case_alike(targets: Targets) -> None:
    """Every letter this Python knows has the same lower and upper case in process and in both databases; there are none beyond U+1F000."""
    points = [chr(code) for code in range(1, 0x1F000) if not 0xD800 <= code < 0xE000]
    newer = {point for point in points if unicodedata.category(point) == "Cn"}
    for name in ("lower", "upper"):
        here = [IMPLEMENTATIONS[name](point) for point in points]
        call = tree(f"{name}(s1)")
        targets.duck.register("points", _arrow(points))
        duck = targets.duck.execute(
            f"select {to_sqlglot(call, 'duckdb').sql('duckdb')} from points order by row_number"
        ).fetchall()
        said = to_sqlglot(call, "postgres").sql("postgres")
        query = f'select {said} from unnest(%s::text[]) with ordinality as p ("s1", row_number) order by row_number'
        postgres = targets.postgres.execute(query.encode(), [points]).fetchall()
        different = [
            point
            for point, *made in zip(points, here, (row[0] for row in duck), (row[0] for row in postgres), strict=True)
            if len(set(made)) > 1
        ]
        assert [point for point in different if point not in newer] == []


def _arrow(points: list[str]) -> Any:
    import pyarrow as pa

    return pa.table({"s1": points, "row_number": range(len(points))})


def test_typed_trees_in_plans_keep_their_meaning() -> None:
    """A plan prints typed calls and aggregates by the language's rules, its own functions by its own."""
    lowered = plan.Project(Scan(TableName("t")), (Output("x", tree("lower(s1)")),))
    assert 'COLLATE "und-x-icu"' in to_sql(lowered, "postgres").text
    total = plan.Aggregate(
        Scan(TableName("t")), (), (Output("x", tree("avg(d1 where lower(s1) < 'b')", allow_aggregates=True)),)
    )
    text = to_sql(total, "postgres").text
    assert 'COLLATE "C"' in text
    assert "NULLIF(COUNT(" in text
    with duckdb.connect() as connection:
        connection.execute(
            "create table t (d1 decimal(18, 2), s1 text); insert into t values (1.5, 'A'), (2.5, 'b'), (9, null)"
        )
        statement = to_sql(total, "duckdb")
        assert connection.execute(statement.text, statement.values({})).fetchall() == [(1.5,)]


def test_a_typed_aggregate_is_refused_where_a_plan_has_rows() -> None:
    """An aggregate in a filter has no rows to be over."""
    misplaced = plan.Filter(Scan(TableName("t")), tree("count() > 1", allow_aggregates=True))
    with pytest.raises(DefinitionError, match="over many rows"):
        to_sql(misplaced, "duckdb")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_is_printed(name: str, dialect: Any) -> None:
    """Every function of the table has its SQL in both databases."""
    assert to_sqlglot(tree(FUNCTIONS[name].example), dialect).sql(dialect)


HOSTILE = ["'", "''", '"', "\\", "\\'", "$$", "$x$", "--", "/*", ";", "%s", "%(x)s", "{}", "?", ":x", "'; drop table t; --", '"; drop table t; --', "\n", "\r", "\u2028", "E'", "U&'\\0027'", "<script>"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_are(text: str) -> None:
    """A constant is a value in SQL whatever it holds: the database gives it back unchanged."""
    with duckdb.connect() as connection:
        printed = to_sqlglot(Constant(text), "duckdb").sql("duckdb")
        assert connection.execute(f"select {printed}").fetchall() == [(text,)]


@pytest.mark.postgres
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_from_postgres(targets: Targets, text: str) -> None:
    """The same on PostgreSQL, whose strings have other escapes."""
    printed = to_sqlglot(Constant(text), "postgres").sql("postgres")
    assert targets.postgres.execute(f"select {printed}".encode()).fetchall() == [(text,)]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_names(dialect: Any, name: str) -> None:
    """A column's name cannot leave its quotes."""
    printed = to_sqlglot(Path(("t", name)), dialect).sql(dialect)
    assert printed == '"t"."' + name.replace('"', '""') + '"'


ESCAPES = [
    "read_csv('x')", "read_text('x')", "getenv('HOME')", "pg_read_file('x')", "current_setting('x')", "set_config('a', 'b', false)", "pg_sleep(10)", "nextval('x')", "query('select 1')",
    "lo_import('x')", "dblink('x')", "glob('*')", "version()", "current_user()", "eval('1')", "sum(read_csv('x'))", "__import__('os')", '"read_csv"', "t.secret", "information_schema.tables",
]  # fmt: skip


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_reaches_files_settings_or_other_tables(text: str) -> None:
    """Functions outside the list and names outside the domain are problems, and untyped they are not printed either."""
    node = parse(text)
    assert check(node, DOMAIN, T, allow_aggregates=True).problems
    for dialect in DIALECTS:
        if isinstance(node, Call | Aggregate):
            with pytest.raises(DefinitionError):
                to_sqlglot(node, dialect)
        elif isinstance(node, Path):
            columns = list(to_sqlglot(node, dialect).find_all(exp.Column, exp.Table))
            assert all(isinstance(each, exp.Column) for each in columns)


def test_references_are_parameters_with_names_of_their_own() -> None:
    """No two references share a parameter, whatever characters their names have."""
    references = [
        Reference("actor", ("a", "b")),
        Reference("actor", ("a.b",)),
        Reference("actor", ("a_b",)),
        Reference("argument", ("a",)),
        Reference("argument", ("'; drop",)),
    ]
    names = [parameter_name(each) for each in references]
    assert len(set(names)) == len(names)
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in names)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_deepest_trees_are_printed(dialect: Any) -> None:
    """What the parser lets through, printing can take."""
    for text in (
        "i1" + " + 1" * (MAX_DEPTH - 1),
        "b1" + " or b1" * (MAX_DEPTH - 1),
        "-(" * (MAX_DEPTH - 2) + "i1" + ")" * (MAX_DEPTH - 2),
    ):
        assert to_sqlglot(tree(text), dialect).sql(dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_forms_that_double_do_not_explode(dialect: Any) -> None:
    """A tower of forms that each say their operand twice is refused, not printed for ever."""
    tower = "s1"
    for _ in range(30):
        tower = f"cast(cast({tower} as integer) as string)"
    with pytest.raises(DefinitionError, match="parts"):
        to_sqlglot(tree(tower), dialect)
