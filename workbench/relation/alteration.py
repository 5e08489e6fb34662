"""Alterations of tables: what a migration does to them, as values. ``workbench.relation.alter_sql`` prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from workbench.model.expression import Node
from workbench.relation.ddl import Check, CreateTable, NewColumn, Reference, Unique
from workbench.relation.plan import Plan, TableName

__all__ = [
    "AddColumn",
    "AddConstraint",
    "Alteration",
    "ChangeColumn",
    "Constraint",
    "CreateSchema",
    "Describe",
    "DropColumn",
    "DropConstraint",
    "DropTable",
    "FillColumns",
    "FillTable",
    "Key",
    "RemoveRows",
    "RenameColumn",
    "RenameConstraint",
    "RenameTable",
]


@dataclass(frozen=True, slots=True)
class Key:
    """The columns that identify a row of a table that is there."""

    columns: tuple[str, ...]
    name: str


Constraint: TypeAlias = Key | Unique | Reference | Check
"""What a table keeps; each has a name where a table that is there is given it."""


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """There is a schema of this name, perhaps since before."""

    name: str
    catalog: str = ""


@dataclass(frozen=True, slots=True)
class DropTable:
    """The table and its rows are gone."""

    table: TableName


@dataclass(frozen=True, slots=True)
class RenameTable:
    """The table is called ``name``, in the schema it is in."""

    table: TableName
    name: str


@dataclass(frozen=True, slots=True)
class AddColumn:
    """The table has one more column, filled with its default."""

    table: TableName
    column: NewColumn


@dataclass(frozen=True, slots=True)
class DropColumn:
    """The column and its values are gone."""

    table: TableName
    column: str


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """The column is called ``name``."""

    table: TableName
    column: str
    name: str


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """The column, which keeps its name, is as ``after`` says: its type, whether it is required, its default.

    ``value`` says what its values become, a typed expression over the columns of the row; where it is None they are cast.
    """

    table: TableName
    before: NewColumn
    after: NewColumn
    value: Node | None = None


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """The table keeps one more constraint."""

    table: TableName
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """The table no longer keeps the constraint."""

    table: TableName
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class RenameConstraint:
    """The constraint is called ``name``."""

    table: TableName
    constraint: Constraint
    name: str


@dataclass(frozen=True, slots=True)
class Describe:
    """The comment on the table, or on one of its columns, is ``text``; an empty one is none."""

    table: TableName
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class FillTable:
    """The rows of ``plan``, whose columns are ``columns`` in order, are added to the table."""

    table: TableName
    columns: tuple[str, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class FillColumns:
    """Rows whose ``key`` equals that of a row of ``plan`` take its ``columns``."""

    table: TableName
    key: tuple[str, ...]
    columns: tuple[str, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class RemoveRows:
    """Rows whose ``key`` equals that of a row of ``plan`` are gone."""

    table: TableName
    key: tuple[str, ...]
    plan: Plan


Alteration: TypeAlias = (
    CreateSchema
    | CreateTable
    | DropTable
    | RenameTable
    | AddColumn
    | DropColumn
    | RenameColumn
    | ChangeColumn
    | AddConstraint
    | DropConstraint
    | RenameConstraint
    | Describe
    | FillTable
    | FillColumns
    | RemoveRows
)
"""One step of a migration."""
