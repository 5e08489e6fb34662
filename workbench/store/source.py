"""Opening a source of whatever kind: its tables in DuckDB, everything outside shut, everything noticed said."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import AdapterError, Problems, VerificationError
from workbench.relation.plan import TableName
from workbench.relation.port import TableInfo
from workbench.store.catalog import Declared, table_info
from workbench.store.connection import connect, file_literal, first_line, quote, seal
from workbench.store.csv_files import CsvTable, load_csv, prepare_csv
from workbench.store.duck import DuckStore
from workbench.store.duckdb_file import open_duckdb
from workbench.store.files import DataFile, FileKind, find_files, name_files, similar
from workbench.store.frames import is_frame, register_frames
from workbench.store.json_files import load_json
from workbench.store.options import Loading, Opened, SourceOptions
from workbench.store.parquet_files import open_parquet
from workbench.store.text_columns import RAW_SCHEMA, RawTable, TextColumn, raw_name
from workbench.store.typed_tables import make_typed_tables

__all__ = ["load_into", "open_source", "tables_of"]


def open_source(source: Any, *, options: SourceOptions | None = None) -> Opened:
    """The tables of ``source`` as a store that only reads and reaches nothing else, with everything worth saying about them.

    ``source`` is a folder, a file or a list of them (CSV, TSV, JSON, NDJSON, also .gz; Parquet; one DuckDB or SQLite file), the
    address of a PostgreSQL database, a data frame or Arrow table, or a mapping of names to those. It is typed ``Any`` because frames
    are told by what they are, without importing pandas. Text is copied into memory and typed there; Parquet, frames and DuckDB files
    are read where they are.

    Raises:
        VerificationError: nothing could be read; it carries every problem.
        AdapterError: DuckDB failed, out of memory or disk, say.
    """
    import duckdb

    options = options or SourceOptions()
    temporary = Path(tempfile.mkdtemp(prefix="workbench-"))
    connection = connect(temporary=temporary, memory_limit=options.memory_limit, threads=options.threads)
    loading = Loading(connection, temporary, options)
    try:
        load_into(source, loading)
        seal(connection, loading.readable)
        for name_tables in loading.after_seal:
            name_tables()
        tables = tables_of(loading)
        if not tables:
            raise VerificationError(loading.problems, "nothing could be read")
        if not options.combine:
            _say_parts(tables, loading)
        loading.progress("done", 1.0)
    except BaseException as error:
        connection.close()
        shutil.rmtree(temporary, ignore_errors=True)
        if isinstance(error, duckdb.Error):
            raise AdapterError(f"the source cannot be opened: {first_line(error)}", code="source_failed") from error
        raise
    store = DuckStore(connection, tables, temporary, loading.registered)
    return Opened(store, Problems(loading.problems), tuple(loading.readings))


def _load(source: Any, loading: Loading) -> list[RawTable]:
    """Bring the tables of ``source`` in; those whose text still waits for its types come back."""
    if is_frame(source):
        register_frames({"table": source}, loading)
    elif isinstance(source, Mapping):
        register_frames(source, loading)
    elif isinstance(source, str) and source.startswith(("postgresql://", "postgres://")):
        from workbench.store.postgres_schema import load_postgres

        return load_postgres(source, loading)
    elif isinstance(source, str | os.PathLike):
        return _load_files([source], loading)
    elif isinstance(source, Sequence) and all(isinstance(each, str | os.PathLike) for each in source):
        return _load_files(source, loading)
    else:
        hint = "give a folder, files, a database, or data frames by name"
        loading.say("source", "unknown_source", f"a {type(source).__name__} is no source of tables", hint=hint)
    return []


def _load_files(places: Sequence[str | os.PathLike[str]], loading: Loading) -> list[RawTable]:
    given = [Path(place) for place in places if str(place).strip()]  # Path("") would be the current folder
    if not given or len(given) < len(places):
        hint = "name a folder, files or a database; '.' is the current folder"
        loading.say("source", "no_source", "no source is named: the path is empty", hint=hint)
    files = find_files(given, loading)
    databases = [(path, kind) for path, kind in files if kind in ("duckdb", "sqlite")]
    if len(files) == 1 and databases:
        path, kind = databases[0]
        if path.stat().st_size == 0:
            loading.say(path.name, "empty_file", f"{path.name} is empty", hint="nothing was read from it")
            return []
        if kind == "sqlite":
            from workbench.store.sqlite_file import load_sqlite

            return load_sqlite(path, loading)
        open_duckdb(path, loading)
        return []
    for path, _ in databases:
        loading.say(
            path.name,
            "database_among_files",
            f"{path.name} is a database and was passed over",
            "warning",
            hint="open it on its own",
        )
    found: list[RawTable] = []
    named = name_files([each for each in files if each not in databases], loading)
    groups = _combined(named, loading) if loading.options.combine else [[each] for each in named]
    for place, group in enumerate(groups):
        loading.progress(f"reading {group[0].path.name}", place / len(groups))
        if raw := _load_group(group, place, loading):
            found.append(raw)
    return found


def _load_group(group: list[DataFile], place: int, loading: Loading) -> RawTable | None:
    """Read the files of one table; a raw table comes back where its types are still to be found."""
    first = group[0]
    if first.kind == "parquet":
        open_parquet([each.path for each in group], first.table, loading)
        return None
    if first.kind == "json":
        load_json(first.path, first.table, loading)
        return None
    prepared = [table for each in group if (table := prepare_csv(each.path, loading)) is not None]
    raw = raw_name(place)
    loaded = [load_csv(table, raw, loading) for table in prepared]
    if not any(loaded):
        return None
    columns = tuple(TextColumn(f"c{number}", name) for number, name in enumerate(prepared[0].columns))
    return RawTable(raw, first.table, first.path.name, columns)


def _combined(named: Sequence[DataFile], loading: Loading) -> list[list[DataFile]]:
    """The files by table: those that differ only in their digits and agree in kind and columns together."""
    by_name = {each.table: each for each in named}
    groups: list[list[DataFile]] = []
    for name, tables in similar(by_name).items():
        parts = [by_name[table] for table in tables]
        if len({_signature(each, loading) for each in parts}) == 1 and name not in {each.table.name for each in named}:
            groups.append([DataFile(each.path, each.kind, TableName(name)) for each in parts])
            message = f"{len(parts)} files were read as one table: {', '.join(each.path.name for each in parts)}"
            loading.say(name, "files_combined", message, "info")
    grouped = {each.path for group in groups for each in group}
    return [*groups, *([each] for each in named if each.path not in grouped)]


def _signature(file: DataFile, loading: Loading) -> tuple[FileKind, Any]:
    """What must be equal in files that are one table; no two JSON files are, as only reading them tells their columns."""
    import duckdb

    silent = Loading(loading.connection, loading.temporary, loading.options)
    if file.kind == "csv":
        prepared: CsvTable | None = prepare_csv(file.path, silent)
        return file.kind, prepared and prepared.columns
    if file.kind == "parquet":
        try:
            rows = loading.connection.execute(
                f"SELECT name, type FROM parquet_schema({file_literal(file.path)})"
            ).fetchall()
            return file.kind, tuple(rows)
        except duckdb.Error:
            return file.kind, file.path
    return file.kind, file.path


def load_into(source: Any, loading: Loading) -> None:
    """The tables of ``source`` are among those of ``loading``, typed; problems say what could not be read."""
    loading.connection.execute(f"CREATE SCHEMA {quote(RAW_SCHEMA)}")
    make_typed_tables(_load(source, loading), loading)
    loading.connection.execute(f"DROP SCHEMA {quote(RAW_SCHEMA)} CASCADE")


def tables_of(loading: Loading) -> tuple[TableInfo, ...]:
    """Every table with its columns, counted, and with what the source declares."""
    return tuple(
        table_info(
            loading.connection,
            name,
            loading.declared.get(name, Declared()),
            rows,
            "view" if name in loading.views else "table",
        )
        for name in sorted(loading.tables)
        if (rows := _count(name, loading)) is not None
    )


def _count(name: TableName, loading: Loading) -> int | None:
    """How many rows a table has; None, and a problem, where a view fails or takes too long to count."""
    import duckdb

    timer = threading.Timer(loading.options.view_seconds, loading.connection.interrupt)
    if name in loading.views:
        timer.start()
    try:
        return loading.count(name)
    except duckdb.InterruptException:
        seconds = loading.options.view_seconds
        loading.say(
            str(name),
            "slow_view",
            f"counting the rows of the view {name} took more than {seconds:g} s; it was left out",
            "warning",
            hint="pass view_seconds= to wait longer",
        )
    except duckdb.Error as error:
        loading.say(str(name), "unreadable_table", f"{name} cannot be read: {first_line(error)}", "warning")
    finally:
        timer.cancel()
    return None


def _say_parts(tables: Sequence[TableInfo], loading: Loading) -> None:
    """Point out tables that look like parts of one."""
    columns = {each.table: tuple(column.name for column in each.columns) for each in tables}
    for name, parts in similar(columns).items():
        if len({columns[part] for part in parts}) == 1:
            listed = ", ".join(map(str, parts[:5])) + (" …" if len(parts) > 5 else "")
            message = f"{listed} have the same columns and may be parts of one table"
            loading.say(
                str(parts[0]), "perhaps_parts", message, "info", hint=f"pass combine=True to read them as {name!r}"
            )
