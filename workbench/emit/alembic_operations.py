"""Alterations as Alembic's operations: a line or a few for each, under the element they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace

from workbench.emit.draft import Writer
from workbench.emit.python_text import string
from workbench.emit.sqlalchemy_parts import Spelling, call, names, quoted, said
from workbench.evolve.migration import Stage
from workbench.evolve.migration_layout import Shape
from workbench.model.types import EnumType, ScalarType
from workbench.relation.alter_sql import alter_sql, is_index
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
    Key,
    RenameColumn,
    RenameTable,
)
from workbench.relation.ddl import Check, CreateTable, NewColumn, Reference, Unique, definition_sql
from workbench.relation.native_types import to_native
from workbench.relation.plan import TableName

__all__ = ["write_operations"]

_KINDS = {Key: "primary", Unique: "unique", Reference: "foreignkey", Check: "check"}
_SPELLING = Spelling("sa.", "postgresql.", "JSONB()")


def write_operations(writer: Writer, stage: Stage) -> None:
    """The operations of one stage, indented as in a function's body."""
    elements = _Elements(stage)
    for each in _gathered(stage):
        table = getattr(each, "table", None)
        path = elements.path(each.constraint, table) if isinstance(each, AddConstraint) else elements.of(table)
        with writer.element(path) if path else nullcontext():
            if isinstance(each, CreateTable):
                _write_table(writer, each, elements)
            else:
                column = getattr(each, "column", "") or getattr(getattr(each, "after", None), "name", "")
                inner = elements.of(table, column if isinstance(column, str) else column.name)
                with writer.element(inner) if inner != path else nullcontext():
                    writer.add(*(f"    {line}" for line in _lines(each)))
        if isinstance(each, RenameTable):
            elements.renamed(each)


class _Elements:
    """Which element a table or column comes from, whatever it is called on the way."""

    def __init__(self, stage: Stage) -> None:
        self.shapes: dict[str, list[Shape]] = {}
        for layout in (stage.after, stage.before):
            for each in layout.shapes.values():
                self.shapes.setdefault(each.name.name, []).append(each)

    def renamed(self, step: RenameTable) -> None:
        found = self.shapes.get(step.table.name, [])
        self.shapes[step.name] = [*self.shapes.get(step.name, []), *found]

    def of(self, table: TableName | None, column: str = "") -> str:
        """The path of a table, or of one of its columns; empty where it is none's."""
        shapes = self.shapes.get(table.name, []) if table else []
        for shape in shapes:
            for attribute, name in shape.columns.items():
                if column and name == column:
                    return shape.record.path_of(attribute)
        return shapes[0].record.path if shapes else ""

    def path(self, constraint: Constraint, table: TableName | None) -> str:
        columns: tuple[str, ...] = getattr(constraint, "columns", ())
        return self.of(table, columns[0] if isinstance(constraint, Reference) and len(columns) == 1 else "")


def _gathered(stage: Stage) -> Iterator[Alteration]:
    """The alterations, what belongs to a new, empty table gathered in its creation."""
    apart = CreateSchema | CreateTable | AddConstraint | Describe
    filled = {each.table for each in stage.alterations if not isinstance(each, apart)}
    new = {each.table: each for each in stage.alterations if isinstance(each, CreateTable) and each.table not in filled}
    taken = {one.name for shape in stage.before.shapes.values() for one in shape.constraints}
    rest = []
    for each in stage.alterations:
        table = new.get(each.table) if isinstance(each, AddConstraint | Describe) else None
        if table is None:
            rest.append(each)
        elif isinstance(each, Describe):
            new[table.table] = _described(table, each)
        elif isinstance(each, AddConstraint) and (made := _with(table, each.constraint, taken)):
            new[table.table] = made
        else:
            rest.append(each)
    for each in rest:
        yield new.get(each.table, each) if isinstance(each, CreateTable) else each


def _described(table: CreateTable, said: Describe) -> CreateTable:
    if not said.column:
        return replace(table, comment=said.text)
    columns = tuple(replace(each, comment=said.text) if each.name == said.column else each for each in table.columns)
    return replace(table, columns=columns)


def _with(table: CreateTable, constraint: Constraint, taken: set[str]) -> CreateTable | None:
    """The table with one more constraint; None where it can only be added afterwards."""
    if constraint.name in taken:
        return None
    match constraint:
        case Key(columns=columns, name=name):
            return replace(table, key=columns, key_name=name)
        case Unique(where=None):
            return replace(table, unique=(*table.unique, constraint))
        case Check():
            return replace(table, checks=(*table.checks, constraint))
    return None


def _write_table(writer: Writer, table: CreateTable, elements: _Elements) -> None:
    writer.add("    op.create_table(", f"        {string(table.table.name)},")
    for column in table.columns:
        with writer.element(elements.of(table.table, column.name)):
            writer.add(f"        {_SPELLING.column(table, column)},")
    plain = replace(table, columns=tuple(map(_unchecked, table.columns)))
    writer.add(*(f"        {each}," for each in _SPELLING.constraints(plain)))
    writer.add(*[f"        comment={string(table.comment)},"] * bool(table.comment), "    )")


def _unchecked(column: NewColumn) -> NewColumn:
    """A column whose values' check is a constraint of its own."""
    return replace(column, type=ScalarType(name="string")) if isinstance(column.type, EnumType) else column


def _lines(step: Alteration) -> Iterable[str]:
    """The operations of one alteration."""
    match step:
        case DropTable(table=table):
            return [call("op.drop_table", string(table.name))]
        case RenameTable(table=table, name=name):
            return [call("op.rename_table", string(table.name), string(name))]
        case AddColumn(table=table, column=column):
            return [call("op.add_column", string(table.name), _SPELLING.column(_alone(table, column), column))]
        case DropColumn(table=table, column=name):
            return [call("op.drop_column", string(table.name), string(name))]
        case RenameColumn(table=table, column=old, name=name):
            return [call("op.alter_column", string(table.name), string(old), new_column_name=string(name))]
        case Describe(table=table, column="", text=text):
            if not text:
                return [call("op.drop_table_comment", string(table.name))]
            return [call("op.create_table_comment", string(table.name), string(text))]
        case Describe(table=table, column=of, text=text):
            return [call("op.alter_column", string(table.name), string(of), comment=string(text) if text else "None")]
        case ChangeColumn():
            return _changed(step)
        case AddConstraint(table=table, constraint=constraint):
            made = _constraint(table, constraint)
            return [made] if made else _executed(step)
        case DropConstraint(table=table, constraint=constraint) if is_index(constraint):
            return [call("op.drop_index", string(constraint.name), table_name=string(table.name))]
        case DropConstraint(table=table, constraint=constraint):
            kind = _KINDS[type(constraint)]
            return [call("op.drop_constraint", string(constraint.name), string(table.name), type_=string(kind))]
    return _executed(step)


def _alone(table: TableName, column: NewColumn) -> CreateTable:
    return CreateTable(table, (column,))


def _constraint(table: TableName, constraint: Constraint) -> str:
    """The operation that adds a constraint; empty where Alembic would take a dot in a name for its end."""
    name, of = string(constraint.name), string(table.name)
    match constraint:
        case Key(columns=columns):
            return call("op.create_primary_key", name, of, f"[{names(columns)}]")
        case Unique(columns=columns, where=None):
            equal = "" if constraint.nulls_distinct else "True"
            return call(
                "op.create_unique_constraint", name, of, f"[{names(columns)}]", postgresql_nulls_not_distinct=equal
            )
        case Unique(columns=columns, where=where) if where is not None:
            condition = _SPELLING.sql(said(where))
            return call("op.create_index", name, of, f"[{names(columns)}]", unique="True", postgresql_where=condition)
        case Reference(columns=columns, target=target, target_columns=ends):
            if any("." in each for each in (table.name, target.name, *columns, *ends)):
                return ""
            return call(
                "op.create_foreign_key", name, of, string(target.name), f"[{names(columns)}]", f"[{names(ends)}]"
            )
        case Check(condition=node):
            return call("op.create_check_constraint", name, of, _SPELLING.condition(node))
    return ""


def _changed(change: ChangeColumn) -> Iterator[str]:
    """A column's default goes before its type changes, and comes after."""
    before, after = change.before, change.after
    column = (string(change.table.name), string(after.name))
    native = to_native(after.type, "postgres")
    is_other = to_native(before.type, "postgres") != native
    has_other_default = is_other or before.default != after.default
    using = f"CAST({_identifier(after.name)} AS {native})"
    if change.value is not None:
        using = definition_sql(change.value, "postgres")
    if "%" in using:  # Alembic would hand it to the driver as the mark of a parameter
        yield from _executed(change)
        return
    if before.default is not None and has_other_default and (is_other or after.default is None):
        yield call("op.alter_column", *column, server_default="None")
    if is_other or change.value is not None:
        yield call("op.alter_column", *column, type_=_SPELLING.type(after.type), postgresql_using=quoted(using))
    if after.default is not None and has_other_default:
        yield call("op.alter_column", *column, server_default=_SPELLING.default(after))
    if before.required != after.required:
        yield call("op.alter_column", *column, nullable=str(not after.required))


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _executed(step: Alteration) -> Iterator[str]:
    """Statements as they are; where one has a colon, a construct that takes it for nothing but itself."""
    for statement in alter_sql(step, "postgres", is_shown=True):
        text = statement.text.replace("%", "%%") if ":" in statement.text else statement.text
        opened, closed = ("op.execute(sa.DDL(", "))") if ":" in text else ("op.execute(", ")")
        lines = [quoted(each) for each in text.splitlines(keepends=True)]
        yield from (
            [opened + lines[0] + closed] if len(lines) == 1 else [opened, *(f"    {each}" for each in lines), closed]
        )
