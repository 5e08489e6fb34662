"""How a source is to be opened, and what opening it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from workbench.errors import Problem, Problems, Severity
from workbench.relation.plan import TableName
from workbench.store.catalog import Declared
from workbench.store.connection import quote
from workbench.store.naming import column_names
from workbench.views import counted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from workbench.store.duck import DuckStore

__all__ = ["ColumnReading", "Loading", "Missing", "Opened", "Progress", "SourceOptions"]

Missing: TypeAlias = Sequence[str] | Mapping[str, Sequence[str]]
Progress: TypeAlias = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How to read what the files do not say themselves; everything is found out where nothing is given.

    ``missing``: the words that stand for a missing value, for all columns (``("NA", "-")``) or by column, table or file
    (``{"planes.speed": ("NA",), "planes": ()}``; ``""`` is for the rest); an empty value is always missing.
    ``near_miss``: from which share of fitting values a text column is said to be nearly a number, date, …
    ``max_rows``: read no more rows than this of any table that is copied into memory (CSV, JSON, SQLite, PostgreSQL), and say so.
    ``combine``: read files that differ only in their digits and agree in their columns as one table.
    ``copy``: open a copy of a DuckDB file that another process holds.
    ``schemas``: which schemas of a PostgreSQL database; without it, all that are not the system's.
    ``delimiter``, ``header``, ``encoding``: of CSV files, where they are found out wrongly.
    ``memory_limit`` (``"2GB"``), ``threads``: what DuckDB may use.
    ``view_seconds``: how long the rows of a view may take to count.
    ``progress``: called with what is being done and the share done, 0 to 1; an exception it raises stops the opening.
    """

    missing: Missing | None = None
    near_miss: float = 0.9
    max_rows: int | None = None
    combine: bool = False
    copy: bool = False
    schemas: Sequence[str] = ()
    delimiter: str | None = None
    header: bool | None = None
    encoding: str | None = None
    memory_limit: str | None = None
    threads: int | None = None
    view_seconds: float = 10.0
    progress: Progress | None = None

    def missing_words(self, table: str, column: str) -> tuple[str, ...] | None:
        """The words the caller says are missing values of ``table.column``; None where they said nothing about it."""
        if self.missing is None:
            return None
        if isinstance(self.missing, str):
            return (self.missing,)
        if not isinstance(self.missing, Mapping):
            return tuple(self.missing)
        found = next((self.missing[key] for key in (f"{table}.{column}", table, "") if key in self.missing), None)
        return None if found is None else tuple(found)


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How a column of text was read: its type, in which format, which words as missing values (with counts), and what did not fit.

    ``examples`` holds up to five values that did not fit the nearest type: rows of data, to be masked before they are shown.
    """

    table: TableName
    column: str
    type: str
    format: str = ""
    missing: tuple[tuple[str, int], ...] = ()
    misfits: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A source, open: its store, everything worth saying about it, and how each text column was read."""

    store: DuckStore
    problems: Problems
    readings: tuple[ColumnReading, ...] = ()


@dataclass(slots=True)
class Loading:
    """A source while it is being opened: where its tables go, and what was found so far."""

    connection: DuckDBPyConnection
    temporary: Path
    options: SourceOptions
    tables: list[TableName] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    readings: list[ColumnReading] = field(default_factory=list)
    registered: dict[str, Any] = field(default_factory=dict)  # whatever Python object DuckDB can scan, by table name
    readable: list[Path] = field(default_factory=list)
    declared: dict[TableName, Declared] = field(default_factory=dict)
    views: set[TableName] = field(default_factory=set)
    after_seal: list[Callable[[], None]] = field(default_factory=list)

    def say(
        self,
        path: str,
        code: str,
        message: str,
        severity: Severity = "error",
        *,
        hint: str = "",
        rows: int | None = None,
        line: int | None = None,
    ) -> None:
        """Add a problem."""
        self.problems.append(Problem(path, code, message, severity, hint, rows, line))

    @property
    def limit(self) -> str:
        """The end of a SELECT that brings no more rows than ``max_rows``."""
        return "" if self.options.max_rows is None else f" LIMIT {int(self.options.max_rows)}"

    def count(self, table: TableName) -> int:
        """How many rows ``table`` has."""
        return int(self.connection.execute(f"SELECT count(*) FROM {quote(table)}").fetchall()[0][0])

    def show(self, origin: str, table: TableName, path: str) -> None:
        """Make ``table`` a view of ``origin``, whose columns get names that every target can carry; ``path`` says whose they are."""
        cells = [row[0] for row in self.connection.execute(f"DESCRIBE FROM {origin}").fetchall()]
        names, problems = column_names(cells, path)
        self.connection.execute(f"CREATE VIEW {quote(table)} ({', '.join(map(quote, names))}) AS FROM {origin}")
        self.tables.append(table)
        self.problems.extend(problems)

    def say_limited(self, path: str, rows: int) -> None:
        """Say that a table may go on, where ``rows`` is all that ``max_rows`` allows."""
        if rows == self.options.max_rows:
            message = f"{counted(rows, 'row')} of {path} read, as max_rows says; there may be more"
            self.say(path, "rows_limited", message, "warning", rows=rows)

    def progress(self, doing: str, share: float) -> None:
        """Tell the caller what is being done; what the callback raises stops the opening."""
        if self.options.progress is not None:
            self.options.progress(doing, share)
