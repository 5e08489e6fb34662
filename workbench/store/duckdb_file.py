"""A DuckDB file, attached read-only; its views are looked at only once nothing outside can be reached any more."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from workbench.relation.plan import TableName
from workbench.store.catalog import declared_constraints
from workbench.store.connection import first_line, literal, quote
from workbench.store.naming import column_names, printable
from workbench.store.options import Loading

__all__ = ["open_duckdb"]

_CATALOG = "opened file"
_RESERVED = frozenset(["main", "memory", "system", "temp"])
_HOLDER = re.compile(r"held in (.+) \(PID (\d+)\)")


def open_duckdb(path: Path, loading: Loading) -> bool:
    """Whether ``path`` is attached; its tables and views get their names after the seal."""
    import duckdb

    if path.stat().st_size == 0:
        loading.say(path.name, "empty_file", f"{path.name} is empty", hint="nothing was read from it")
        return False
    try:
        try:
            catalog = _attach(path, path.stem, loading)
        except duckdb.Error as error:
            if not (_is_held(error) and loading.options.copy):
                raise
            catalog = _attach(_copied(path, loading), path.stem, loading)
            message = f"{path.name} is held by {_holder(error)}; a copy of its last saved state was opened"
            loading.say(path.name, "file_copied", message, "warning")
    except (duckdb.Error, OSError) as error:
        _say_refused(path, error, loading)
        return False
    loading.after_seal.append(lambda: _name_tables(catalog, loading))
    return True


def _attach(path: Path, stem: str, loading: Loading) -> str:
    """Attach ``path`` under its file's name, by which its views may know it, or another where a schema has that name; say which."""
    execute = loading.connection.execute
    if stem and stem.casefold() not in _RESERVED:
        execute(f"ATTACH {literal(path.resolve())} AS {quote(stem)} (READ_ONLY)")
        rows = execute("SELECT schema_name FROM duckdb_schemas() WHERE database_name = $1", [stem]).fetchall()
        if all(row[0].casefold() != stem.casefold() for row in rows):
            return stem
        execute(f"DETACH {quote(stem)}")
    execute(f"ATTACH {literal(path.resolve())} AS {quote(_CATALOG)} (READ_ONLY)")
    return _CATALOG


def _copied(path: Path, loading: Loading) -> Path:
    copy = loading.temporary / "copy.duckdb"
    shutil.copyfile(path, copy)
    log = path.with_name(path.name + ".wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name("copy.duckdb.wal"))
    return copy


def _is_held(error: Exception) -> bool:
    text = str(error)
    return "Could not set lock" in text or "file handle conflict" in text


def _holder(error: Exception) -> str:
    match = _HOLDER.search(str(error))
    return f"{match[1]} (process {match[2]})" if match else "this process"


def _say_refused(path: Path, error: Exception, loading: Loading) -> None:
    text = first_line(error)
    if _is_held(error):
        message = f"{path.name} is held by {_holder(error)}"
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
            cells = [row[0] for row in execute(f"DESCRIBE FROM {origin}").fetchall()]
            names, problems = column_names(cells, str(table))
            if table.schema:
                execute(f"CREATE SCHEMA IF NOT EXISTS {quote(table.schema)}")
            execute(f"CREATE VIEW {quote(table)} ({', '.join(map(quote, names))}) AS FROM {origin}")
        except duckdb.Error as error:
            message = f"the {kind} {table} cannot be read: {first_line(error)}"
            hint = "what a view reads must be in the file itself; nothing else was touched" if kind == "view" else ""
            loading.say(str(table), f"unreadable_{kind}", message, "warning", hint=hint)
            continue
        loading.tables.append(table)
        loading.problems.extend(problems)
        if kind == "view":
            loading.views.add(table)
    loading.declared |= declared_constraints(loading.connection, catalog, _named)


def _named(schema: str, name: str) -> TableName:
    return TableName(printable(name) or "table", "" if schema == "main" else printable(schema))
