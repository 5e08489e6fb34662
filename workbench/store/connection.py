"""The one place that quotes SQL names and values, opens DuckDB, and closes its doors to everything outside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.relation.plan import TableName

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["connect", "file_literal", "first_line", "literal", "quote", "seal"]


def quote(name: str | TableName) -> str:
    """``name`` as an identifier of DuckDB, PostgreSQL or SQLite, whatever characters it holds.

    >>> print(quote('a"b'), quote(TableName("t", "s")))
    "a""b" "s"."t"
    """
    if isinstance(name, TableName):
        return ".".join(quote(part) for part in (name.catalog, name.schema, name.name) if part)
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """``text`` as a string constant, for the places of a statement that take no parameter.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """``path`` as a string constant for a reader of files, which would take stars and brackets in it for a pattern.

    >>> print(file_literal(Path("a*b[1].csv")))
    'a[*]b[[]1].csv'
    """
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


def connect(*, temporary: Path, memory_limit: str | None = None, threads: int | None = None) -> DuckDBPyConnection:
    """An empty DuckDB in memory whose clock is UTC; it spills to ``temporary`` and installs or loads nothing by itself.

    ``memory_limit`` reads like ``"2GB"``; without it DuckDB takes up to 80 % of the machine's memory.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "allow_community_extensions": False,
        "allow_persistent_secrets": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "temp_directory": str(temporary / "spill"),
    }
    config |= {"memory_limit": memory_limit} if memory_limit else {}
    config |= {"threads": threads} if threads else {}
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def seal(connection: DuckDBPyConnection, readable: Iterable[Path] = ()) -> None:
    """Close external access and lock the configuration: from now on only attached databases and ``readable`` files can be read."""
    allowed = ", ".join(f"{literal(path)}, {file_literal(path)}" for path in readable)
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def first_line(error: BaseException) -> str:
    """What went wrong in one line: the error's own first line, without its class prefix or the statement it quotes."""
    text = str(error).strip().splitlines()
    line = text[0] if text else type(error).__name__
    return line.split(" Error: ", 1)[-1].strip()
