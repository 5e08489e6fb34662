"""Parquet files, read where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.relation.plan import TableName
from workbench.store.connection import file_literal, first_line, quote
from workbench.store.naming import column_names
from workbench.store.options import Loading

__all__ = ["open_parquet"]


def open_parquet(paths: Sequence[Path], table: TableName, loading: Loading) -> bool:
    """Whether ``table`` now shows the rows of ``paths``, which stay where they are."""
    import duckdb

    files = [path.resolve() for path in paths]
    source = f"read_parquet([{', '.join(map(file_literal, files))}])"
    try:
        cells = [row[0] for row in loading.connection.execute(f"DESCRIBE FROM {source}").fetchall()]
        names, problems = column_names(cells, paths[0].name)
        columns = ", ".join(map(quote, names))
        loading.connection.execute(f"CREATE VIEW {quote(table)} ({columns}) AS FROM {source}")
    except duckdb.Error as error:
        name = paths[0].name
        loading.say(
            name, "unreadable_file", f"{name} cannot be read as Parquet: {first_line(error)}", hint="is it whole?"
        )
        return False
    loading.tables.append(table)
    loading.problems.extend(problems)
    loading.readable.extend(files)
    return True
