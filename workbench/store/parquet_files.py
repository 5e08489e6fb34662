"""Parquet files, read where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.relation.plan import TableName
from workbench.store.connection import file_literal, first_line
from workbench.store.options import Loading

__all__ = ["open_parquet"]


def open_parquet(paths: Sequence[Path], table: TableName, loading: Loading) -> None:
    """``table`` shows the rows of ``paths``, which stay where they are, or a problem says why not."""
    import duckdb

    files = [path.resolve() for path in paths]
    name = paths[0].name
    try:
        loading.show(f"read_parquet([{', '.join(map(file_literal, files))}])", table, name)
    except duckdb.Error as error:
        loading.say(
            name, "unreadable_file", f"{name} cannot be read as Parquet: {first_line(error)}", hint="is it whole?"
        )
    else:
        loading.readable.extend(files)
