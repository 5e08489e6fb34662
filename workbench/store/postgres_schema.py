"""The tables of a PostgreSQL database, read in one read-only transaction into Arrow, and from there into DuckDB."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from workbench.relation.plan import TableName
from workbench.relation.port import ForeignKeyInfo
from workbench.store.catalog import Declared
from workbench.store.connection import literal, quote
from workbench.store.naming import column_names, printable
from workbench.store.options import Loading
from workbench.store.shapes import Family
from workbench.store.text_columns import RawTable, TextColumn, raw_name

__all__ = [
    "CatalogTable",
    "load_postgres",
    "read_declared",
    "read_tables",
    "reason",
    "table_names",
    "without_password",
]

_PASSWORD = re.compile(r"(?i)(://[^:/@\s]*):[^@\s]*@|(password=)('[^']*'|[^\s&]+)")
_KEPT = frozenset(
    ["bool", "int2", "int4", "int8", "float4", "float8", "text", "date", "timestamp", "timestamptz", "time", "bytea"]
)
_ITEMS = {
    "_int2": "BIGINT",
    "_int4": "BIGINT",
    "_int8": "BIGINT",
    "_float8": "DOUBLE",
    "_text": "VARCHAR",
    "_varchar": "VARCHAR",
    "_bool": "BOOLEAN",
}

_NUMBERS: tuple[Family, ...] = ("number",)

_COLUMNS = """
SELECT n.nspname, c.relname, c.relkind::text, a.attname, a.attnotnull, t.typname, t.typtype::text,
       coalesce(b.typname, ''), format_type(coalesce(b.oid, t.oid), CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END),
       coalesce(obj_description(c.oid, 'pg_class'), ''), coalesce(col_description(c.oid, a.attnum), ''),
       coalesce(CASE WHEN a.attidentity <> '' OR a.attgenerated <> '' THEN 'nextval()' ELSE pg_get_expr(d.adbin, d.adrelid) END, ''),
       coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e WHERE e.enumtypid = t.oid), '[]')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {schemas}
ORDER BY n.nspname, c.relname, a.attnum
"""
_CONSTRAINTS = """
SELECT n.nspname, c.relname, k.contype::text, pg_get_constraintdef(k.oid),
       (SELECT json_agg(a.attname ORDER BY u.place)::text FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
       fn.nspname, fc.relname,
       (SELECT json_agg(a.attname ORDER BY u.place)::text FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class fc ON fc.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = fc.relnamespace
WHERE k.contype IN ('p', 'f', 'c') AND {schemas} ORDER BY k.oid
"""
_UNIQUE = """
SELECT n.nspname, c.relname, coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
       (SELECT json_agg(a.attname ORDER BY u.place)::text FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY u(number, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND NOT i.indisprimary AND i.indisvalid AND i.indexprs IS NULL AND {schemas} ORDER BY i.indexrelid
"""


@dataclass(slots=True)
class CatalogTable:
    """A table as the catalog describes it, one entry a column."""

    schema: str
    name: str
    kind: str
    comment: str
    columns: list[Any] = field(default_factory=list)


def load_postgres(uri: str, loading: Loading) -> list[RawTable]:
    """The tables and views of the database at ``uri`` as raw tables; declared constraints are noted."""
    from adbc_driver_manager import Error
    from adbc_driver_postgresql import dbapi

    where = without_password(uri)
    patient = uri if "connect_timeout" in uri else f"{uri}{'&' if urlsplit(uri).query else '?'}connect_timeout=10"
    try:
        with dbapi.connect(patient) as database, database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = read_tables(cursor, loading.options.schemas)
            names = table_names(tables)
            loading.declared |= read_declared(cursor, names, tables, loading.options.schemas)
            found = [
                raw
                for place, table in enumerate(tables)
                if (raw := _load(database, table, names[table.schema, table.name], place, len(tables), loading))
                is not None
            ]
            database.rollback()
    except Error as error:
        loading.say(
            where,
            "no_connection",
            f"{where} cannot be read: {reason(error)}",
            hint="check address, name and password, and that the server runs",
        )
        return []
    if not tables:
        asked = (
            f"the schemas {', '.join(loading.options.schemas)} hold"
            if loading.options.schemas
            else "the database holds"
        )
        loading.say(where, "no_tables", f"{asked} no tables that you may see", hint="pass schemas= to name others")
    return found


def without_password(text: str) -> str:
    """``text`` without the passwords that addresses in it carry."""
    return _PASSWORD.sub(lambda match: f"{match[1]}@" if match[1] else f"{match[2]}…", text)


def reason(error: Exception) -> str:
    """What went wrong, in the first lines of the error."""
    lines = [line.strip() for line in without_password(str(error)).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(error).__name__


def _within(schemas: Sequence[str]) -> str:
    if schemas:
        return f"n.nspname IN ({', '.join(map(literal, schemas))})"
    return "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'"


def read_tables(cursor: Any, schemas: Sequence[str] = ()) -> list[CatalogTable]:
    """The tables and views of a database, of these schemas alone where some are given."""
    cursor.execute(_COLUMNS.format(schemas=_within(schemas)))
    tables: dict[tuple[str, str], CatalogTable] = {}
    for schema, name, kind, *column in cursor.fetchall():
        table = tables.setdefault((schema, name), CatalogTable(schema, name, kind, column[6]))
        table.columns.append(column)
    return list(tables.values())


def table_names(tables: list[CatalogTable]) -> dict[tuple[str, str], TableName]:
    """What each table is called; the schema is left out where it is ``public`` or the only one."""
    only = len({table.schema for table in tables}) == 1
    return {
        (table.schema, table.name): TableName(
            printable(table.name) or "table", "" if only or table.schema == "public" else printable(table.schema)
        )
        for table in tables
    }


def read_declared(
    cursor: Any, names: dict[tuple[str, str], TableName], tables: list[CatalogTable], schemas: Sequence[str] = ()
) -> dict[TableName, Declared]:
    """What the database declares of ``tables``, by the names that ``names`` gives them."""
    import json

    declared: dict[TableName, Declared] = defaultdict(Declared)
    for table in tables:
        into = declared[names[table.schema, table.name]]
        into.comment = table.comment
        into.required = {printable(column[0]) for column in table.columns if column[1]}
        into.column_comments = {printable(column[0]): column[7] for column in table.columns if column[7]}
        for name, default in ((column[0], column[8]) for column in table.columns if column[8]):
            into.add_default(printable(name), default, "postgres")
    cursor.execute(_CONSTRAINTS.format(schemas=_within(schemas)))
    for schema, name, kind, text, columns, target_schema, target, target_columns in cursor.fetchall():
        if (schema, name) not in names:
            continue
        into = declared[names[schema, name]]
        ends = tuple(map(printable, json.loads(columns or "[]")))
        if kind == "p":
            into.key = ends
        elif kind == "c":
            into.add_check(text.removeprefix("CHECK ").removesuffix(" NOT VALID"), "postgres")
        elif (target_schema, target) in names:
            into.references.append(
                ForeignKeyInfo(ends, names[target_schema, target], tuple(map(printable, json.loads(target_columns))))
            )
    cursor.execute(_UNIQUE.format(schemas=_within(schemas)))
    for schema, name, where, columns in cursor.fetchall():
        if (schema, name) in names:
            unique = tuple(map(printable, json.loads(columns)))
            declared[names[schema, name]].add_unique(unique, where, "postgres")
    return declared


def _load(
    database: Any, table: CatalogTable, name: TableName, place: int, total: int, loading: Loading
) -> RawTable | None:
    import duckdb
    from adbc_driver_manager import Error

    loading.progress(f"reading {name}", place / total)
    names, problems = column_names([column[0] for column in table.columns], str(name))
    loading.problems.extend(problems)
    readings = [_reading(column) for column in table.columns]
    selected = ", ".join(
        f"{reading.replace('{}', quote(column[0]))} AS c{number}"
        for number, (column, (reading, _)) in enumerate(zip(table.columns, readings, strict=True))
    )
    raw = raw_name(place)
    try:
        with database.cursor() as cursor:
            cursor.execute("SAVEPOINT workbench")
            cursor.execute(f"SELECT {selected} FROM {quote(TableName(table.name, table.schema))}{loading.limit}")
            loading.connection.register("incoming rows", cursor.fetch_record_batch())
            loading.connection.execute(f'CREATE TABLE {quote(raw)} AS FROM "incoming rows"')
            loading.connection.unregister("incoming rows")
    except (Error, duckdb.Error) as error:
        loading.say(str(name), "unreadable_table", f"{name} cannot be read: {reason(error)}", "warning")
        with database.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT workbench")
        return None
    loading.say_limited(str(name), loading.count(raw))
    if table.kind in "vm":
        loading.views.add(name)
    columns = tuple(
        TextColumn(f"c{number}", called, _NUMBERS) if value == "?" else TextColumn(f"c{number}", called, (), value)
        for number, (called, (_, value)) in enumerate(zip(names, readings, strict=True))
    )
    return RawTable(raw, name, str(name), columns)


def _reading(column: Any) -> tuple[str, str]:
    """How a column is selected, as SQL of PostgreSQL, and what DuckDB makes of it; ``?`` where its numbers must be looked at."""
    import json

    _, _, typname, typtype, base, formatted, *_ = column
    kind = base or typname
    labels = json.loads(column[-1])
    if kind in _KEPT:
        return "{}", ""
    if kind in ("varchar", "bpchar", "name"):
        return "{}::text", ""
    if kind == "numeric":
        sized = re.match(r"numeric\((\d+),(-?\d+)\)", formatted)
        fits = sized and int(sized[1]) <= 38 and int(sized[2]) >= 0
        return "{}::text", f"TRY_CAST({{}} AS DECIMAL({sized[1]}, {sized[2]}))" if fits and sized else "?"
    if kind in ("uuid", "interval"):
        return "{}::text", f"TRY_CAST({{}} AS {kind.upper()})"
    if kind in ("json", "jsonb"):
        return "{}::text", "TRY_CAST({} AS JSON)"
    if kind in _ITEMS:
        return "to_json({})::text", f"TRY_CAST(CAST({{}} AS JSON) AS {_ITEMS[kind]}[])"
    if typtype == "e" and labels:
        return "{}::text", f"CAST({{}} AS ENUM({', '.join(map(literal, labels))}))"
    return "{}::text", ""
