"""The DuckDB database a design runs on: a file or memory, written in transactions, beside the sources that are attached to it.

Everything stored stands in the catalog ``design``; attached sources keep the names they have in ``open_source``. A file is opened once
in a process, however many ask for it: they share it, and its writers wait for each other.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import AdapterError, Problem, VerificationError
from workbench.relation.plan import TableName
from workbench.relation.port import TableInfo
from workbench.store.catalog import Declared, declared_constraints, table_info
from workbench.store.connection import connect, first_line, literal, quote, seal
from workbench.store.duck import DuckStore, shut
from workbench.store.duckdb_file import holder, is_held
from workbench.store.options import Loading, SourceOptions
from workbench.store.source import load_into, tables_of
from workbench.store.transaction import DuckTransaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["CATALOG", "DuckDatabase", "open_database", "stored_table"]

CATALOG = "design"
"""The catalog of everything a design stores."""

_PATIENCE = 60.0
"""Seconds a transaction waits for another to end."""


def stored_table(name: str) -> TableName:
    """The table ``name`` of the database, as plans call it."""
    return TableName(name, "main", CATALOG)


@dataclass(slots=True)
class _Instance:
    """A database opened once, and those who use it."""

    connection: DuckDBPyConnection
    temporary: Path
    is_read_only: bool
    attached: tuple[TableInfo, ...] = ()
    registered: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    writing: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    migrations: int = 0


_instances: dict[str, _Instance] = {}
_registry = threading.Lock()


def open_database(
    path: str | os.PathLike[str] = ":memory:",
    *,
    sources: Sequence[Any] = (),
    options: SourceOptions | None = None,
    is_read_only: bool = False,
    copy: bool = False,
) -> DuckDatabase:
    """The database at ``path``, made where there is none; ``sources`` (as ``open_source`` takes them) are attached in place, read-only.

    ``copy`` opens a copy of the file's last saved state, only to read, where another process holds it.

    Raises:
        AdapterError: the file cannot be opened: ``file_held`` (by whom is said), ``no_database``, ``read_only``, ``file_failed``.
        VerificationError: a source cannot be read; it carries every problem.
    """
    where = "" if str(path) == ":memory:" else str(Path(path).resolve())
    with _registry:
        instance = _instances.get(where) if where else None
        if instance is not None and (sources or (instance.is_read_only and not is_read_only)):
            wanted = "attach sources to it" if sources else "write to it"
            raise AdapterError(
                f"{Path(where).name} is open in this process already, so one cannot {wanted}",
                path=where,
                code="already_open",
                hint="close the workspace that has it open first",
            )
        if instance is None:
            instance = _opened(where, sources, options or SourceOptions(), is_read_only, copy)
            if where:
                _instances[where] = instance
        instance.users += 1
    return DuckDatabase(instance, where)


def _opened(where: str, sources: Sequence[Any], options: SourceOptions, is_read_only: bool, copy: bool) -> _Instance:
    import duckdb

    temporary = Path(tempfile.mkdtemp(prefix="workbench-"))
    connection = connect(temporary=temporary, memory_limit=options.memory_limit, threads=options.threads)
    loading = Loading(connection, temporary, options)
    try:
        for source in sources:
            load_into(source, loading)
        is_read_only = _attach(Path(where) if where else None, loading, is_read_only, copy)
        seal(connection, loading.readable)
        for name_tables in loading.after_seal:
            name_tables()
        attached = tables_of(loading)
        if sources and not attached:
            raise VerificationError(loading.problems, "nothing could be read")
    except BaseException as error:
        connection.close()
        shutil.rmtree(temporary, ignore_errors=True)
        if isinstance(error, duckdb.Error):
            raise AdapterError(f"the database cannot be opened: {first_line(error)}", code="file_failed") from error
        raise
    return _Instance(connection, temporary, is_read_only, attached, loading.registered, loading.problems)


def _attach(path: Path | None, loading: Loading, is_read_only: bool, copy: bool) -> bool:
    """Attach the file as ``design``; whether it can only be read."""
    import duckdb

    if path is None:
        loading.connection.execute(f"ATTACH ':memory:' AS {quote(CATALOG)}")
        return False
    if not is_read_only:
        _expect_writable(path)
    try:
        _attach_file(path, loading, is_read_only)
    except duckdb.Error as error:
        if not (is_held(error) and copy):
            raise _refused(path, error) from error
        copied = loading.temporary / "copy.duckdb"
        shutil.copyfile(path, copied)
        log = path.with_name(path.name + ".wal")
        if log.exists():
            shutil.copyfile(log, copied.with_name("copy.duckdb.wal"))
        _attach_file(copied, loading, is_read_only=False)  # the copied log is played, which is a write
        message = f"{path.name} is held by {holder(error)}; a copy of its last saved state was opened, only to read"
        loading.say(path.name, "file_copied", message, "warning")
        return True
    return is_read_only


def _attach_file(path: Path, loading: Loading, is_read_only: bool) -> None:
    # Without its type, DuckDB takes a file of JSON or CSV for a database in memory, and forgets what is written to it.
    mode = ", READ_ONLY" if is_read_only else ""
    loading.connection.execute(f"ATTACH {literal(path)} AS {quote(CATALOG)} (TYPE duckdb{mode})")


def _expect_writable(path: Path) -> None:
    """Say before DuckDB does that nothing can be written at ``path``."""
    if path.is_dir():
        raise AdapterError(f"{path} is a folder, no file", path=str(path), code="no_database", hint="name a file in it")
    if not path.parent.is_dir():
        hint = "make the folder first"
        raise AdapterError(f"there is no folder {path.parent}", path=str(path), code="no_folder", hint=hint)
    if path.exists() and not os.access(path, os.W_OK):
        hint = "open it with read_only=True, or make the file writable"
        raise AdapterError(f"{path.name} is read-only", path=str(path), code="read_only", hint=hint)


def _refused(path: Path, error: Exception) -> AdapterError:
    text = first_line(error)
    if is_held(error):
        message = f"{path.name} is held by {holder(error)}"
        hint = "close it there, or pass copy=True to read a copy"
        return AdapterError(message, path=str(path), code="file_held", hint=hint)
    if "not a valid DuckDB" in text:
        hint = "name another file; nothing was written to it"
        return AdapterError(f"{path.name} is no DuckDB database", path=str(path), code="no_database", hint=hint)
    hint = "restore it from a copy if it is damaged"
    return AdapterError(f"{path.name} cannot be opened: {text}", path=str(path), code="file_failed", hint=hint)


class DuckDatabase(DuckStore):
    """A DuckDB database that can be written. Queries see what is committed; several threads may use it at once."""

    def __init__(self, instance: _Instance, where: str) -> None:
        super().__init__(instance.connection, instance.attached, instance.temporary, instance.registered)
        self._instance, self._where = instance, where
        self._finalizer.detach()
        self._finalizer = weakref.finalize(self, _release, instance, where, self._cursors)

    @property
    def path(self) -> str:
        """Where the file is; empty in memory."""
        return self._where

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written."""
        return self._instance.is_read_only

    @property
    def migrations(self) -> int:
        """How often its tables have become those of another design since this process opened it, whoever did it."""
        return self._instance.migrations

    def count_migration(self) -> None:
        """Tell all who have it open that its tables are those of another design now."""
        self._instance.migrations += 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was worth saying when the file was opened and the sources attached."""
        return tuple(self._instance.problems)

    @property
    def attached(self) -> tuple[TableInfo, ...]:
        """The tables of the attached sources."""
        return self._tables

    def tables(self) -> tuple[TableInfo, ...]:
        """All attached tables, then the stored ones."""
        return (*self._tables, *self.stored())

    def stored(self) -> tuple[TableInfo, ...]:
        """The stored tables in name order, with their rows now and what they declare."""
        cursor, lock = self._cursor()
        with lock:
            declared = declared_constraints(cursor, CATALOG, lambda schema, name: TableName(name, schema, CATALOG))
            found = cursor.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = $1 AND schema_name = 'main' ORDER BY 1",
                [CATALOG],
            ).fetchall()
            stored = []
            for (name,) in found:
                table = stored_table(name)
                rows = cursor.execute(f"SELECT count(*) FROM {quote(table)}").fetchall()[0][0]
                stored.append(table_info(cursor, table, declared.get(table, Declared()), int(rows), "table"))
        return tuple(stored)

    def begin(self) -> DuckTransaction:
        """A transaction of the calling thread; it waits up to a minute while another writes to the same database.

        Raises:
            AdapterError: the database is read-only or closed, or another transaction does not end.
        """
        if self.is_read_only:
            message = f"{Path(self._where).name} was opened only to read"
            raise AdapterError(message, path=self._where, code="read_only", hint="open it without read_only")
        if not self._instance.writing.acquire(timeout=_PATIENCE):
            message = f"another transaction has been writing for more than {_PATIENCE:g} s"
            raise AdapterError(message, path=self._where, code="busy", hint="wait, or cancel what is running")
        with ExitStack() as failing:
            failing.callback(self._instance.writing.release)
            begun = DuckTransaction(*self._cursor("writing"), self._instance.writing.release)
            failing.pop_all()
        return begun


def _release(instance: _Instance, where: str, cursors: Mapping[DuckDBPyConnection, int]) -> None:
    """One user less; the last one out closes the database."""
    with _registry:
        instance.users -= 1
        for cursor in list(cursors):
            shut(cursor)
        if instance.users == 0:
            _instances.pop(where, None)
            shut(instance.connection)
            shutil.rmtree(instance.temporary, ignore_errors=True)
