"""What DuckDB's catalog says about tables, columns and constraints, in our words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workbench.model.expression import Node, Path, walk
from workbench.relation.plan import TableName
from workbench.relation.port import ColumnInfo, ForeignKeyInfo, PartialUnique, TableInfo
from workbench.store.connection import quote
from workbench.store.naming import printable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Declared", "declared_constraints", "table_info", "type_name"]

_NAMES = {
    "BIGINT": "integer", "BIGNUM": "integer", "BIT": "binary", "BLOB": "binary", "BOOLEAN": "boolean", "DATE": "date",
    "DOUBLE": "float", "FLOAT": "float", "HUGEINT": "integer", "INTEGER": "integer", "INTERVAL": "duration", "JSON": "json",
    "SMALLINT": "integer", "TIME": "time", "TIME WITH TIME ZONE": "time", "TIMESTAMP": "local_timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp", "TIMESTAMP_MS": "local_timestamp", "TIMESTAMP_NS": "local_timestamp",
    "TIMESTAMP_S": "local_timestamp", "TIME_NS": "time", "TINYINT": "integer", "UBIGINT": "integer", "UHUGEINT": "integer",
    "UINTEGER": "integer", "USMALLINT": "integer", "UTINYINT": "integer", "UUID": "uuid", "VARCHAR": "string",
}  # fmt: skip
_ARRAY = re.compile(r"(.*)\[\d*\]\Z", re.DOTALL)
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)\Z")
_NESTED = ("STRUCT(", "MAP(", "UNION(", "VARIANT")


def type_name(native: str) -> str:
    """The name our model gives a DuckDB type; ``parse_type`` reads it. What has no better name is ``json`` or ``string``.

    >>> type_name("DECIMAL(10,2)"), type_name("TIMESTAMP WITH TIME ZONE"), type_name("STRUCT(a INTEGER)[]")
    ('decimal(10, 2)', 'timestamp', 'array(json)')
    """
    if match := _ARRAY.match(native):
        return f"array({type_name(match[1])})"
    if match := _DECIMAL.match(native):
        return f"decimal({match[1]}, {match[2]})"
    if native.startswith("ENUM("):
        return "enum(" + native[len("ENUM(") : -1] + ")"
    if native.startswith(_NESTED):
        return "json"
    return _NAMES.get(native, "string")


@dataclass(slots=True)
class Declared:
    """The constraints a source itself declares on one table."""

    key: tuple[str, ...] = ()
    required: set[str] = field(default_factory=set)
    unique: list[tuple[str, ...]] = field(default_factory=list)
    references: list[ForeignKeyInfo] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    conditions: list[Node] = field(default_factory=list)
    partial_unique: list[PartialUnique] = field(default_factory=list)
    defaults: dict[str, Node] = field(default_factory=dict)
    generated: set[str] = field(default_factory=set)
    comment: str = ""
    column_comments: dict[str, str] = field(default_factory=dict)

    def add_check(self, text: str, dialect: str) -> None:
        """Take a check as the source writes it, and as a condition where our language can say it."""
        self.checks.append(text)
        if (condition := _read(text, dialect)) is not None:
            self.conditions.append(condition)

    def add_default(self, column: str, text: str, dialect: str) -> None:
        """Take what fills a column that is given no value: its default, if our language can say it.

        A sequence, or a value worked out from other columns, makes the column a generated one.
        """
        value = _read(text, dialect)
        if "nextval(" in text or (value is not None and any(isinstance(each, Path) for each in walk(value))):
            self.generated.add(column)
        elif value is not None:
            self.defaults[column] = value

    def add_unique(self, columns: tuple[str, ...], where: str, dialect: str) -> None:
        """Take a unique set; under a condition our language cannot say, it is left out."""
        if not where:
            self.unique.append(columns)
        elif (condition := _read(where, dialect)) is not None:
            self.partial_unique.append(PartialUnique(columns, condition))


def _read(text: str, dialect: str) -> Node | None:
    from workbench.relation.from_sql import read_condition

    return read_condition(text, dialect)


def table_info(
    connection: DuckDBPyConnection, table: TableName, declared: Declared, rows: int, kind: Literal["table", "view"]
) -> TableInfo:
    """What the store knows of ``table``: its columns, ``rows``, and what the source declares of it."""
    columns = tuple(
        ColumnInfo(
            name,
            type_name(native),
            name in declared.required,
            native,
            declared.defaults.get(name),
            name in declared.generated,
            declared.column_comments.get(name, ""),
        )
        for name, native, *_ in connection.execute(f"DESCRIBE {quote(table)}").fetchall()
    )
    names = {column.name for column in columns}
    return TableInfo(
        table,
        columns,
        rows,
        key=declared.key,
        unique=tuple(each for each in declared.unique if names.issuperset(each)),
        references=tuple(declared.references),
        checks=tuple(declared.checks),
        kind=kind,
        conditions=tuple(declared.conditions),
        partial_unique=tuple(declared.partial_unique),
        comment=declared.comment,
    )


def declared_constraints(
    connection: DuckDBPyConnection, catalog: str, named: Callable[[str, str], TableName]
) -> dict[TableName, Declared]:
    """What the attached database ``catalog`` declares, by the name ``named(schema, table)`` gives each table."""
    found = defaultdict[TableName, Declared](Declared)
    rows = connection.execute(
        "SELECT schema_name, table_name, constraint_type, constraint_column_names, expression, referenced_table, "
        "referenced_column_names FROM duckdb_constraints() WHERE database_name = $1 ORDER BY table_oid, constraint_index",
        [catalog],
    ).fetchall()
    for schema, table, kind, columns, expression, target, target_columns in rows:
        declared = found[named(schema, table)]
        names = tuple(map(printable, columns))
        match kind:
            case "PRIMARY KEY":
                declared.key = names
            case "UNIQUE":
                declared.unique.append(names)
            case "NOT NULL":
                declared.required |= set(names)
            case "CHECK":
                declared.add_check(expression, "duckdb")
            case "FOREIGN KEY":
                declared.references.append(
                    ForeignKeyInfo(names, named(schema, target), tuple(map(printable, target_columns)))
                )
    _add_columns(connection, catalog, named, found)
    return found


def _add_columns(
    connection: DuckDBPyConnection,
    catalog: str,
    named: Callable[[str, str], TableName],
    found: defaultdict[TableName, Declared],
) -> None:
    """Add what is declared besides constraints: unique indexes, defaults, comments."""
    for schema, table, expressions in connection.execute(
        "SELECT schema_name, table_name, expressions FROM duckdb_indexes() WHERE database_name = $1 AND is_unique",
        [catalog],
    ).fetchall():
        names = tuple(part.strip().strip('"') for part in expressions.strip("[]").split(","))
        found[named(schema, table)].unique.append(names)
    for schema, table, column, default, comment in connection.execute(
        "SELECT schema_name, table_name, NULL, NULL, comment FROM duckdb_tables() WHERE database_name = $1 UNION ALL "
        "SELECT schema_name, table_name, column_name, column_default, comment FROM duckdb_columns() WHERE database_name = $1",
        [catalog],
    ).fetchall():
        declared = found[named(schema, table)]
        if column is None:
            declared.comment = comment or ""
            continue
        if comment:
            declared.column_comments[printable(column)] = comment
        if default:
            declared.add_default(printable(column), default, "duckdb")
