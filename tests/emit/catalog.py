"""What PostgreSQL's catalogs say of the tables in a schema, and exported modules imported: what the tests of two targets share."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine

from workbench.emit import export
from workbench.model import Domain

__all__ = ["as_ddl", "catalog", "connected", "imported", "orm", "url"]

_QUERIES = {
    "columns": """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
               col_description(c.oid, a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped""",
    "constraints": """
        select c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid) from pg_constraint k join pg_class c on c.oid = k.conrelid
        where c.relnamespace = current_schema()::regnamespace""",
    "indices": """
        select tablename, indexname, replace(indexdef, schemaname || '.', '') from pg_indexes where schemaname = current_schema()""",
    "tables": """
        select relname, obj_description(oid, 'pg_class') from pg_class
        where relnamespace = current_schema()::regnamespace and relkind = 'r'""",
}


def catalog(address: str, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Columns, constraints, indices and comments of every table, by name; Alembic's own table aside."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"set search_path to {schema}".encode())
        found = {name: connection.execute(query.encode()).fetchall() for name, query in _QUERIES.items()}
    return {
        name: sorted((row for row in rows if row[0] != "alembic_version"), key=repr) for name, rows in found.items()
    }


def as_ddl(address: str, schema: str, domain: Domain) -> dict[str, list[tuple[Any, ...]]]:
    """The catalog of a new schema that the DDL of ``domain`` has filled."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("set client_min_messages to warning")
        connection.execute(
            f"drop schema if exists {schema} cascade; create schema {schema}; set search_path to {schema}".encode()
        )
        connection.execute(export(domain, "postgres").files["schema.postgres.sql"].encode())
    return catalog(address, schema)


def orm(domain: Domain, folder: Path) -> ModuleType:
    """The exported SQLAlchemy module, imported."""
    file = folder / "orm.py"
    file.write_text(export(domain, "sqlalchemy").files["orm.py"], encoding="utf-8")
    return imported(file, "exported_orm")


def imported(file: Path, name: str) -> ModuleType:
    """The module in ``file``, under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


@contextmanager
def connected(address: str, schema: str) -> Iterator[Engine]:
    """An engine on a new, empty schema."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("set client_min_messages to warning")
        connection.execute(f"drop schema if exists {schema} cascade; create schema {schema}".encode())
    engine = create_engine(url(address), connect_args={"options": f"-csearch_path={schema}"})
    try:
        yield engine
    finally:
        engine.dispose()


def url(address: str) -> str:
    """The address as SQLAlchemy takes it, for psycopg."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)
