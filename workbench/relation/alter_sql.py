"""Alterations of tables as SQL."""

from __future__ import annotations

from sqlglot import exp

from workbench.errors import DefinitionError
from workbench.relation.alteration import (
    Alteration,
    DropColumn,
    DropTable,
    FillColumns,
    FillTable,
    RemoveRows,
    RenameColumn,
    RenameTable,
)
from workbench.relation.ddl import CreateTable, create_sql
from workbench.relation.expressions import Expressions
from workbench.relation.plan import TableName
from workbench.relation.printing import generate
from workbench.relation.scalar import Dialect
from workbench.relation.statement import Statement
from workbench.relation.write_sql import delete_sql, insert_sql, update_sql

__all__ = ["alter_sql"]


def alter_sql(alteration: Alteration, dialect: Dialect) -> tuple[Statement, ...]:
    """The statements of one alteration, in order.

    >>> alter_sql(RenameColumn(TableName("team"), "nick", "name"), "duckdb")[0].text
    'ALTER TABLE "team" RENAME COLUMN "nick" TO "name"'

    Raises:
        DefinitionError: the dialect cannot do it to a table that is there.
    """
    expressions = Expressions(dialect, binds=False)
    match alteration:
        case CreateTable():
            return tuple(map(Statement, create_sql([alteration], dialect).statements))
        case DropTable(table=table):
            return _printed(exp.Drop(this=expressions.table(table), kind="TABLE"), dialect)
        case RenameTable(table=table, name=name):
            return _altered(table, exp.AlterRename(this=expressions.table(TableName(name))), expressions)
        case FillTable(table=table, columns=columns, plan=plan):
            return (insert_sql(table, columns, plan, dialect),)
        case FillColumns(table=table, key=key, columns=columns, plan=plan):
            return (update_sql(table, key, columns, plan, dialect),)
        case RemoveRows(table=table, key=key, plan=plan):
            return (delete_sql(table, key, plan, dialect),)
        case RenameColumn(table=table, column=column, name=name):
            renamed = exp.RenameColumn(this=expressions.column(column), to=expressions.column(name))
            return _altered(table, renamed, expressions)
        case DropColumn(table=table, column=column):
            return _altered(table, exp.Drop(this=expressions.column(column), kind="COLUMN"), expressions)
    raise DefinitionError(f"{dialect} cannot {type(alteration).__name__} on a table that is there")


def _altered(table: TableName, action: exp.Expr, expressions: Expressions) -> tuple[Statement, ...]:
    tree = exp.Alter(this=expressions.table(table), kind="TABLE", actions=[action])
    return _printed(tree, expressions.dialect)


def _printed(tree: exp.Expr, dialect: Dialect) -> tuple[Statement, ...]:
    return (Statement(generate(tree, dialect)),)
