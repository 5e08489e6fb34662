"""Plans as SQL: the same rows on DuckDB and PostgreSQL, lean statements, nothing pasted, nothing unlisted."""

from __future__ import annotations

import sys
from subprocess import run

import pytest

from tests.relation.conftest import Run, plain
from tests.relation.plans import CASES, by, call, compare, constant, out, path, scan
from workbench.errors import DefinitionError
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Node, Reference, Unary
from workbench.relation import pretty, to_sql
from workbench.relation.plan import (
    Aggregate,
    Filter,
    Join,
    Limit,
    Plan,
    Project,
    Sample,
    Scan,
    Sort,
    TableName,
    Union,
    Values,
)


@pytest.mark.parametrize("name", CASES)
def test_duckdb_gives_the_rows(name: str, on_duckdb: Run) -> None:
    """Every kind of plan means on DuckDB what its docstring says."""
    plan, rows = CASES[name]
    assert on_duckdb(plan, {":who": "ada"}) == [tuple(map(plain, row)) for row in rows]


@pytest.mark.postgres
@pytest.mark.parametrize("name", CASES)
def test_postgres_gives_the_same_rows(name: str, on_postgres: Run) -> None:
    """Every kind of plan means on PostgreSQL what it means on DuckDB."""
    plan, rows = CASES[name]
    assert on_postgres(plan, {":who": "ada"}) == [tuple(map(plain, row)) for row in rows]


def test_texts_and_references_are_bound_and_names_quoted() -> None:
    """No text of a user or of data ever stands in a statement; it travels as a parameter, and any name is only a name."""
    hostile = '"; drop table x; --'
    plan = Project(
        Filter(
            Scan(TableName(hostile, 'sch"ema', "cat")),
            compare(compare(hostile, "=", "x' or 1=1 --"), "and", compare("n", "<", Reference("actor", ("limit",)))),
        ),
        (out("<script>", path(hostile)),),
    )
    statement = to_sql(plan, "duckdb")
    assert statement.text == (
        'SELECT """; drop table x; --" AS "<script>" FROM "cat"."sch""ema"."""; drop table x; --" '
        'WHERE ("""; drop table x; --" = $1) AND ("n" < $2)'
    )
    assert statement.names == ("actor.limit",)
    assert statement.values({"actor.limit": 3}) == ["x' or 1=1 --", 3]


def test_a_missing_reference_is_named() -> None:
    """A statement is not run with a hole in it: the error names every reference that was not given."""
    statement = to_sql(Filter(scan("t"), compare("a", "=", Reference("argument", ("who",)))), "duckdb")
    with pytest.raises(DefinitionError, match="needs a value for :who"):
        statement.values({})


def test_one_select_where_it_means_the_same() -> None:
    """Filters, projections, groups, order and page become clauses of one SELECT."""
    grouped = Aggregate(
        Filter(Project(scan("flights"), (out("to", path("dest")), out("dep_delay"))), compare("dep_delay", ">", 10)),
        (out("to"),),
        (out("n", Over("count")), out("late", Over("avg", path("dep_delay")))),
    )
    plan = Limit(Sort(Filter(grouped, compare("n", ">", 5)), by("late", descending=True)), 3)
    assert to_sql(plan, "duckdb").text == (
        'SELECT "dest" AS "to", COUNT(*) AS "n", AVG("dep_delay") AS "late" FROM "flights" WHERE "dep_delay" > 10 '
        'GROUP BY "dest" HAVING COUNT(*) > 5 ORDER BY "late" DESC LIMIT 3'
    )


def test_null_safe_keys_stay_hashable() -> None:
    """Null-safe join keys are printed in the form each database can hash."""
    on = compare(path("a", "k"), "is not distinct from", path("b", "k"))
    plan = Join(scan("t", "a"), scan("u", "b"), on)
    assert to_sql(plan, "duckdb").text.endswith('ON "a"."k" IS NOT DISTINCT FROM "b"."k"')
    assert to_sql(plan, "postgres").text.endswith('ON ARRAY["a"."k"] = ARRAY["b"."k"]')


def test_pretty_is_what_a_person_would_write() -> None:
    """For reading, constants are written out and only names that need quotes have them."""
    plan = Filter(Project(scan("order"), (out("id"), out("two words", path("Kind")))), compare("id", "=", "O'Hara"))
    assert pretty(plan, "duckdb") == (
        'SELECT\n  id,\n  "Kind" AS "two words"\nFROM "order"\nWHERE\n  id = \'O\'\'Hara\''
    )


@pytest.mark.parametrize("name", ["read_csv", "getenv", "pg_read_file", "query", "COUNT", "cuont", ""])
def test_unlisted_functions_are_refused(name: str) -> None:
    """Only listed functions can be printed, so no plan reaches a file, a setting or another table."""
    with pytest.raises(DefinitionError, match="no function is called"):
        to_sql(Project(scan("t"), (out("x", call(name, constant("x"))),)), "duckdb")


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Filter(Project(scan("t"), (out("total"),)), compare("totl", ">", 1)), "no column is called 'totl'; did you mean 'total'"),
        (Project(scan("t"), ()), "needs at least one output"),
        (Project(scan("t"), (out("a"), out("a"))), "two outputs of one plan are called 'a'"),
        (Aggregate(scan("t"), (), ()), "needs at least one group or output"),
        (Aggregate(scan("t"), (out("a"),), (), sets=(("b",),)), "no group is called 'b'"),
        (Filter(scan("t"), compare(Over("sum", path("a")), ">", 1)), "sum is a function over many rows"),
        (Project(scan("t"), (out("r", call("row_number")),)), "row_number is a function over the rows around"),
        (Project(scan("t"), (out("r", call("round")),)), "round takes 1 to 2 arguments, not 0"),
        (Join(scan("t"), scan("t"), None, "cross"), "both inputs of a join are called 't'"),
        (Limit(scan("t"), -1), "no negative size"),
        (Sample(scan("t"), 10, -1), "no negative size"),
        (Union(()), "at least one input"),
        (Values(("a", "b"), ((1,),)), "needs 2 items"),
        (Scan(TableName("")), "needs a name"),
        (Filter(scan("t"), compare(path("a", "b", "c"), "=", 1)), "must be resolved to a column"),
        (Plan(), "no plan that can become SQL"),
    ],
)  # fmt: skip
def test_impossible_plans_say_why(plan: Plan, message: str) -> None:
    """A plan that cannot mean anything is refused with what is wrong, not printed."""
    with pytest.raises(DefinitionError, match=message):
        to_sql(plan, "duckdb")


def test_bottomless_expressions_are_refused() -> None:
    """Nesting beyond what the interpreter can follow is an error of ours, not a traceback."""
    node: Node = constant(1)
    for _ in range(5000):
        node = Unary("-", node)
    with pytest.raises(DefinitionError, match="nested too deeply"):
        to_sql(Project(scan("t"), (out("x", node),)), "duckdb")


def test_samples_repeat(on_duckdb: Run) -> None:
    """The same seed gives the same sample."""
    plan = Sample(scan("order"), 2, seed=5)
    assert on_duckdb(plan) == on_duckdb(plan)


def test_a_table_and_its_subquery_keep_the_alias(on_duckdb: Run) -> None:
    """A name with its alias means the same column before and after a step that needs a subquery."""
    page = Limit(Sort(scan("order", "o"), by("id")), 2)
    assert on_duckdb(Project(Filter(page, compare(path("o", "id"), ">", 1)), (out("id", path("o", "id")),))) == [(2,)]


def test_importing_the_room_does_not_load_sqlglot() -> None:
    """The plans and the port cost nothing; SQLGlot is loaded with the first statement."""
    code = "import sys, workbench.relation, workbench.relation.plan; sys.exit('sqlglot' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
