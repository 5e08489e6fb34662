"""A DuckDB file, attached read-only; its views are looked at only once nothing outside can be reached any more."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from workbench.relation.plan import TableName
from workbench.store.catalog import declared_constraints
from workbench.store.connection import first_line, literal, quote
from workbench.store.naming import printable
from workbench.store.options import Loading

__all__ = ["holder", "is_held", "open_duckdb"]

_CATALOG = "opened file"
_RESERVED = frozenset(["main", "memory", "system", "temp"])
_HOLDER = re.compile(r"held in (.+) \(PID (\d+)\)")


def open_duckdb(path: Path, loading: Loading) -> None:
    """``path`` is attached, or a problem says why not; its tables and views get their names after the seal."""
    import duckdb

    try:
        try:
            catalog = _attach(path, path.stem, loading)
        except duckdb.Error as error:
            if not (is_held(error) and loading.options.copy):
                raise
            catalog = _attach(_copied(path, loading), path.stem, loading)
            message = f"{path.name} is held by {holder(error)}; a copy of its last saved state was opened"
            loading.say(path.name, "file_copied", message, "warning")
    except (duckdb.Error, OSError) as error:
        _say_refused(path, error, loading)
    else:
        loading.after_seal.append(lambda: _name_tables(catalog, loading))


def _attach(path: Path, stem: str, loading: Loading) -> str:
    """Attach ``path`` under its file's name, by which its views may know it, or another where a schema has that name; say which."""
    execute = loading.connection.execute
    if stem and stem.casefold() not in _RESERVED:
        execute(f"ATTACH {literal(path.resolve())} AS {quote(stem)} (TYPE duckdb, READ_ONLY)")
        rows = execute("SELECT schema_name FROM duckdb_schemas() WHERE database_name = $1", [stem]).fetchall()
        if all(row[0].casefold() != stem.casefold() for row in rows):
            return stem
        execute(f"DETACH {quote(stem)}")
    execute(f"ATTACH {literal(path.resolve())} AS {quote(_CATALOG)} (TYPE duckdb, READ_ONLY)")
    return _CATALOG


def _copied(path: Path, loading: Loading) -> Path:
    copy = loading.temporary / "copy.duckdb"
    shutil.copyfile(path, copy)
    log = path.with_name(path.name + ".wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name("copy.duckdb.wal"))
    return copy


def is_held(error: Exception) -> bool:
    """Whether a file could not be opened because somebody else has it open."""
    text = str(error)
    return "Could not set lock" in text or "file handle conflict" in text


def holder(error: Exception) -> str:
    """Who has the file open: the program and its process."""
    match = _HOLDER.search(str(error))
    return f"{match[1]} (process {match[2]})" if match else "this process"


def _say_refused(path: Path, error: Exception, loading: Loading) -> None:
    text = first_line(error)
    if is_held(error):
        message = f"{path.name} is held by {holder(error)}"
        loading.say(path.name, "file_held", message, hint="close it there, or pass copy=True to open a copy")
    elif "not a valid DuckDB" in text:
        loading.say(
            path.name, "no_database", f"{path.name} is no DuckDB database", hint="was it written by another program?"
        )
    elif "version number" in text or "newer version" in text or "older version" in text:
        hint = "install the version that wrote it, or export its tables as Parquet there"
        loading.say(
            path.name, "other_version", f"{path.name} was written by another version of DuckDB: {text}", hint=hint
        )
    else:
        loading.say(
            path.name,
            "unreadable_file",
            f"{path.name} cannot be opened: {text}",
            hint="restore it from a copy if it is damaged",
        )


def _name_tables(catalog: str, loading: Loading) -> None:
    """Give every table and view of the file a name in memory, where the file's own macros cannot stand in for functions."""
    import duckdb

    execute = loading.connection.execute
    found = execute(
        "SELECT schema_name, table_name, 'table' FROM duckdb_tables() WHERE database_name = $1 AND NOT internal "
        "UNION ALL SELECT schema_name, view_name, 'view' FROM duckdb_views() WHERE database_name = $1 AND NOT internal ORDER BY ALL",
        [catalog],
    ).fetchall()
    for schema, name, kind in found:
        table = _named(schema, name)
        origin = quote(TableName(name, schema, catalog))
        try:
            if table.schema:
                execute(f"CREATE SCHEMA IF NOT EXISTS {quote(table.schema)}")
            loading.show(origin, table, str(table))
        except duckdb.Error as error:
            message = f"the {kind} {table} cannot be read: {first_line(error)}"
            hint = "what a view reads must be in the file itself; nothing else was touched" if kind == "view" else ""
            loading.say(str(table), f"unreadable_{kind}", message, "warning", hint=hint)
        else:
            if kind == "view":
                loading.views.add(table)
    loading.declared |= declared_constraints(loading.connection, catalog, _named)


def _named(schema: str, name: str) -> TableName:
    return TableName(printable(name) or "table", "" if schema == "main" else printable(schema))
