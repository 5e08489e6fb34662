"""What DuckDB's catalog says about tables, columns and constraints, in our words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workbench.relation.plan import TableName
from workbench.relation.port import ColumnInfo, ForeignKeyInfo, TableInfo
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
    comment: str = ""
    column_comments: dict[str, str] = field(default_factory=dict)


def table_info(
    connection: DuckDBPyConnection, table: TableName, declared: Declared, rows: int, kind: Literal["table", "view"]
) -> TableInfo:
    """What the store knows of ``table``: its columns, ``rows``, and what the source declares of it."""
    columns = tuple(
        ColumnInfo(
            name, type_name(native), name in declared.required, native, comment=declared.column_comments.get(name, "")
        )
        for name, native, *_ in connection.execute(f"DESCRIBE {quote(table)}").fetchall()
    )
    return TableInfo(
        table,
        columns,
        rows,
        key=declared.key,
        unique=tuple(declared.unique),
        references=tuple(declared.references),
        checks=tuple(declared.checks),
        kind=kind,
        comment=declared.comment,
    )


def declared_constraints(
    connection: DuckDBPyConnection, catalog: str, named: Callable[[str, str], TableName]
) -> dict[TableName, Declared]:
    """What the attached database ``catalog`` declares, by the name ``named(schema, table)`` gives each table."""
    found: dict[TableName, Declared] = {}
    rows = connection.execute(
        "SELECT schema_name, table_name, constraint_type, constraint_column_names, expression, referenced_table, "
        "referenced_column_names FROM duckdb_constraints() WHERE database_name = $1 ORDER BY table_oid, constraint_index",
        [catalog],
    ).fetchall()
    for schema, table, kind, columns, expression, target, target_columns in rows:
        declared = found.setdefault(named(schema, table), Declared())
        names = tuple(map(printable, columns))
        match kind:
            case "PRIMARY KEY":
                declared.key = names
            case "UNIQUE":
                declared.unique.append(names)
            case "NOT NULL":
                declared.required |= set(names)
            case "CHECK":
                declared.checks.append(expression)
            case "FOREIGN KEY":
                declared.references.append(
                    ForeignKeyInfo(names, named(schema, target), tuple(map(printable, target_columns)))
                )
    for schema, table, column, comment in connection.execute(
        "SELECT schema_name, table_name, NULL, comment FROM duckdb_tables() WHERE database_name = $1 AND comment IS NOT NULL "
        "UNION ALL SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = $1 AND comment IS NOT NULL",
        [catalog],
    ).fetchall():
        declared = found.setdefault(named(schema, table), Declared())
        if column is None:
            declared.comment = comment
        else:
            declared.column_comments[printable(column)] = comment
    return found
