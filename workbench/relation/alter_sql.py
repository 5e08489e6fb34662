"""Alterations of tables as SQL. Constraints of tables that are there are PostgreSQL's alone: DuckDB adds and drops none."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from workbench.errors import DefinitionError
from workbench.model.expression import Path
from workbench.relation.alteration import (
    AddColumn,
    AddConstraint,
    Alteration,
    ChangeColumn,
    Constraint,
    CreateSchema,
    Describe,
    DropColumn,
    DropConstraint,
    DropTable,
    FillColumns,
    FillTable,
    Key,
    RemoveRows,
    RenameColumn,
    RenameConstraint,
    RenameTable,
)
from workbench.relation.ddl import Check, CreateTable, NewColumn, Reference, Unique, create_sql, default_sql
from workbench.relation.expressions import Expressions
from workbench.relation.native_types import to_native
from workbench.relation.plan import TableName
from workbench.relation.printing import generate
from workbench.relation.scalar import Dialect
from workbench.relation.statement import Statement
from workbench.relation.write_sql import delete_sql, insert_sql, update_sql

__all__ = ["alter_sql", "is_index"]


def alter_sql(alteration: Alteration, dialect: Dialect, *, is_shown: bool = False) -> tuple[Statement, ...]:
    """The statements of one alteration, in order; with ``is_shown`` as a person reads them, constants written out.

    >>> alter_sql(RenameColumn(TableName("team"), "nick", "name"), "duckdb")[0].text
    'ALTER TABLE "team" RENAME COLUMN "nick" TO "name"'

    Raises:
        DefinitionError: the dialect cannot do it to a table that is there.
    """
    match alteration:
        case CreateTable():
            return tuple(map(Statement, create_sql([alteration], dialect).statements))
        case FillTable(table=table, columns=columns, plan=plan):
            return (insert_sql(table, columns, plan, dialect, is_shown=is_shown),)
        case FillColumns(table=table, key=key, columns=columns, plan=plan):
            return (update_sql(table, key, columns, plan, dialect, is_shown=is_shown),)
        case RemoveRows(table=table, key=key, plan=plan):
            return (delete_sql(table, key, plan, dialect, is_shown=is_shown),)
        case AddConstraint() | DropConstraint() | RenameConstraint() if dialect == "duckdb":
            raise DefinitionError(
                f"DuckDB cannot change the constraints of {alteration.table}, which is there: make it anew"
            )
    printer = _Printer(dialect)
    return tuple(Statement(generate(each, dialect)) for each in printer.trees(alteration))


def is_index(constraint: Constraint) -> bool:
    """Whether PostgreSQL keeps it as an index alone: uniqueness among some of the rows."""
    return isinstance(constraint, Unique) and constraint.where is not None


class _Printer:
    """The statements that change tables, as trees."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.expressions = Expressions(dialect, binds=False)

    def trees(self, alteration: Alteration) -> Sequence[exp.Expr]:
        name, column = self.expressions.identifier, self.expressions.column
        match alteration:
            case CreateSchema(name=schema, catalog=catalog):
                owner = name(catalog) if catalog else None
                return [exp.Create(this=exp.Table(db=name(schema), catalog=owner), kind="SCHEMA", exists=True)]
            case DropTable(table=table):
                return [exp.Drop(tables=[self.expressions.table(table)], kind="TABLE")]
            case RenameTable(table=table, name=new):
                return [self.altered(table, exp.AlterRename(this=self.expressions.table(TableName(new))))]
            case RenameColumn(table=table, column=old, name=new):
                return [self.altered(table, exp.RenameColumn(this=column(old), to=column(new)))]
            case DropColumn(table=table, column=old):
                return [self.altered(table, exp.Drop(tables=[column(old)], kind="COLUMN"))]
            case AddColumn(table=table, column=new_column):
                return self.added(table, new_column)
            case ChangeColumn():
                return [self.altered(alteration.table, each) for each in self.changed(alteration)]
            case Describe(table=table, column=of, text=text):
                return [self.described(table, of, text)]
            case AddConstraint(table=table, constraint=constraint):
                return [self.constrained(table, constraint)]
            case DropConstraint(table=table, constraint=constraint):
                return [self.dropped(table, constraint)]
            case RenameConstraint(table=table, constraint=constraint, name=new):
                return [self.renamed(table, constraint, new)]
        raise DefinitionError(f"{type(alteration).__name__} is no change of a table")

    def altered(self, table: TableName, action: exp.Expr) -> exp.Expr:
        return exp.Alter(this=self.expressions.table(table), kind="TABLE", actions=[action])

    # Columns.

    def added(self, table: TableName, column: NewColumn) -> list[exp.Expr]:
        constraints = []
        if column.default is not None:
            default = default_sql(column.default, self.expressions)
            constraints.append(exp.ColumnConstraint(kind=exp.DefaultColumnConstraint(this=default)))
        made = exp.ColumnDef(
            this=self.expressions.identifier(column.name), kind=self.type(column), constraints=constraints
        )
        trees = [self.altered(table, made)]
        if column.required:
            trees.append(self.altered(table, self.required(column)))
        if column.comment:
            trees.append(self.described(table, column.name, column.comment))
        return trees

    def changed(self, change: ChangeColumn) -> list[exp.Expr]:
        before, after, name = change.before, change.after, self.expressions.column(change.after.name)
        is_other = to_native(before.type, self.dialect) != to_native(after.type, self.dialect)
        actions: list[exp.Expr] = []
        if before.default is not None and (is_other or before.default != after.default):
            actions.append(exp.AlterColumn(this=name.copy(), drop=True))
        if is_other or change.value is not None:
            using = None if change.value is None else self.expressions.print(change.value, self.own)
            actions.append(
                exp.AlterColumn(
                    this=name.copy(),
                    dtype=self.type(after),
                    using=using or exp.Cast(this=name.copy(), to=self.type(after)),
                )
            )
        if after.default is not None and (is_other or before.default != after.default):
            actions.append(exp.AlterColumn(this=name.copy(), default=default_sql(after.default, self.expressions)))
        if before.required != after.required:
            actions.append(self.required(after))
        return actions

    def type(self, column: NewColumn) -> exp.DataType:
        return exp.DataType(this=exp.DType.USERDEFINED, kind=to_native(column.type, self.dialect))

    def required(self, column: NewColumn) -> exp.Expr:
        # The printer takes a false ``allow_null`` for a mistake; a true one it sets or drops.
        return exp.AlterColumn(this=self.expressions.column(column.name), allow_null=True, drop=not column.required)

    def own(self, path: Path) -> exp.Expr:
        """A column of the row itself."""
        if len(path.names) != 1:
            raise DefinitionError(f"{path} leads to another table")
        return self.expressions.column(path.names[0])

    def described(self, table: TableName, column: str, text: str) -> exp.Expr:
        named = self.expressions.table(table)
        said = exp.Literal.string(text) if text else exp.Null()
        if not column:
            return exp.Comment(this=named, kind="TABLE", expression=said)
        parts = {part: value.copy() for part, value in named.args.items() if part in ("db", "catalog") and value}
        of = exp.Column(this=self.expressions.identifier(column), table=named.this.copy(), **parts)
        return exp.Comment(this=of, kind="COLUMN", expression=said)

    # Constraints.

    def constrained(self, table: TableName, constraint: Constraint) -> exp.Expr:
        names = [self.expressions.identifier(each) for each in getattr(constraint, "columns", ())]
        kind: exp.Expr
        match constraint:
            case Key():
                kind = exp.PrimaryKey(expressions=names)
            case Unique(where=None):
                kind = exp.UniqueColumnConstraint(
                    this=exp.Schema(expressions=names), nulls=not constraint.nulls_distinct
                )
            case Unique(where=condition):
                where = None if condition is None else self.expressions.print(condition, self.own)
                return self.index(table, constraint, where)
            case Reference(target=target):
                ends = [self.expressions.identifier(each) for each in constraint.target_columns]
                there = exp.Schema(this=self.expressions.table(target), expressions=ends)
                kind = exp.ForeignKey(expressions=names, reference=exp.Reference(this=there))
            case Check(condition=condition):
                kind = exp.CheckColumnConstraint(this=self.expressions.print(condition, self.own))
        named = exp.Constraint(this=self.expressions.identifier(constraint.name), expressions=[kind])
        return self.altered(table, exp.AddConstraint(expressions=[named]))

    def index(self, table: TableName, unique: Unique, where: exp.Expr | None) -> exp.Expr:
        columns = [exp.Ordered(this=self.expressions.column(each), nulls_first=False) for each in unique.columns]
        index = exp.Index(
            this=self.expressions.identifier(unique.name),
            table=self.expressions.table(table),
            params=exp.IndexParameters(columns=columns, where=where and exp.Where(this=where)),
        )
        return exp.Create(this=index, kind="INDEX", unique=True)

    def dropped(self, table: TableName, constraint: Constraint) -> exp.Expr:
        if is_index(constraint):
            index = self.expressions.table(TableName(constraint.name, table.schema, table.catalog))
            return exp.Drop(tables=[index], kind="INDEX")
        return self.altered(table, exp.Drop(tables=[self.expressions.identifier(constraint.name)], kind="CONSTRAINT"))

    def renamed(self, table: TableName, constraint: Constraint, name: str) -> exp.Expr:
        """SQLGlot has no tree for it: the identifiers are printed by it, the words between are written here."""
        old, new = (self.expressions.identifier(each).sql(self.dialect) for each in (constraint.name, name))
        if is_index(constraint):
            index = self.expressions.table(TableName(constraint.name, table.schema, table.catalog)).sql(self.dialect)
            return exp.Command(this="ALTER", expression=f"INDEX {index} RENAME TO {new}")
        named = self.expressions.table(table).sql(self.dialect)
        return exp.Command(this="ALTER", expression=f"TABLE {named} RENAME CONSTRAINT {old} TO {new}")
