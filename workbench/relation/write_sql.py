"""What a transaction writes, as SQL: the rows of a plan kept, added, updated or deleted. Trees are built, never strings.

With ``is_shown`` a statement is laid out for a person, its constants written out.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from workbench.errors import DefinitionError
from workbench.relation.clauses import every
from workbench.relation.expressions import Expressions
from workbench.relation.plan import Plan, TableName
from workbench.relation.printing import generate
from workbench.relation.scalar import Dialect
from workbench.relation.sql import build
from workbench.relation.statement import Statement

__all__ = ["delete_sql", "insert_sql", "keep_sql", "update_sql"]

_THERE, _NEW = "there", "new"


def keep_sql(name: str, plan: Plan, dialect: Dialect) -> Statement:
    """The rows of ``plan`` become the temporary table ``name``; PostgreSQL replaces none that is there."""
    expressions = Expressions(dialect)
    made = exp.Create(
        this=expressions.table(TableName(name)),
        kind="TABLE",
        replace=dialect == "duckdb",
        expression=build(plan, expressions),
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
    return _statement(made, expressions)


def insert_sql(
    table: TableName, columns: Sequence[str], plan: Plan, dialect: Dialect, *, is_shown: bool = False
) -> Statement:
    """The rows of ``plan``, whose columns are ``columns`` in order, are added to ``table``.

    >>> from workbench.relation.plan import Scan
    >>> insert_sql(TableName("team"), ["id"], Scan(TableName("batch")), "duckdb").text
    'INSERT INTO "team" ("id") SELECT * FROM "batch"'
    """
    expressions = Expressions(dialect, binds=not is_shown)
    names = [expressions.identifier(each) for each in columns]
    target = exp.Schema(this=expressions.table(table), expressions=names)
    return _statement(exp.Insert(this=target, expression=build(plan, expressions)), expressions)


def update_sql(
    table: TableName,
    key: Sequence[str],
    columns: Sequence[str],
    plan: Plan,
    dialect: Dialect,
    *,
    is_shown: bool = False,
) -> Statement:
    """Rows of ``table`` whose ``key`` equals that of a row of ``plan`` take its ``columns``."""
    expressions = Expressions(dialect, binds=not is_shown)
    if not columns:
        raise DefinitionError(f"an update of {table} needs a column to set")
    sets = [exp.EQ(this=expressions.column(each), expression=expressions.column(each, _NEW)) for each in columns]
    made = exp.Update(
        this=expressions.table(table, _THERE),
        expressions=sets,
        from_=exp.From(this=_rows(plan, expressions)),
        where=exp.Where(this=_same(key, table, expressions)),
    )
    return _statement(made, expressions)


def delete_sql(
    table: TableName, key: Sequence[str], plan: Plan, dialect: Dialect, *, is_shown: bool = False
) -> Statement:
    """Rows of ``table`` whose ``key`` equals that of a row of ``plan`` are gone."""
    expressions = Expressions(dialect, binds=not is_shown)
    made = exp.Delete(
        this=expressions.table(table, _THERE),
        using=[_rows(plan, expressions)],
        where=exp.Where(this=_same(key, table, expressions)),
    )
    return _statement(made, expressions)


def _rows(plan: Plan, expressions: Expressions) -> exp.Subquery:
    alias = exp.TableAlias(this=expressions.identifier(_NEW))
    return exp.Subquery(this=build(plan, expressions), alias=alias)


def _same(key: Sequence[str], table: TableName, expressions: Expressions) -> exp.Expr:
    if not key:
        raise DefinitionError(f"rows of {table} are told apart by a key, and it has none")
    return every(
        [exp.EQ(this=expressions.column(each, _THERE), expression=expressions.column(each, _NEW)) for each in key]
    )


def _statement(tree: exp.Expr, expressions: Expressions) -> Statement:
    parameters = expressions.placed(tree)
    return Statement(generate(tree, expressions.dialect, is_pretty=not expressions.binds), parameters)
