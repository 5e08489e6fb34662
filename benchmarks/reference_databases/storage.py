"""Reference databases as files, without any declared key or reference: those are what an inference has to find."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from .truth import Tables

__all__ = ["Format", "write"]

Format = Literal["parquet", "csv", "sqlite", "duckdb"]


def write(tables: Tables, folder: Path, format: Format = "parquet") -> Path:
    """Write the tables and return what to read: the folder of Parquet or CSV files, or the one database file.

    Creates the folder where it is missing. A database file that is already there is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if format in ("sqlite", "duckdb"):
        file = folder / f"database.{format}"
        file.unlink(missing_ok=True)
        _write_sqlite(tables, file) if format == "sqlite" else _write_duckdb(tables, file)
        return file
    for name, table in tables.items():
        if format == "parquet":
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        else:
            pa_csv.write_csv(table, folder / f"{name}.csv")
    return folder


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _write_duckdb(tables: Tables, file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        for name, table in tables.items():
            connection.register("arrow_table", table)
            connection.execute(f"create table {_quoted(name)} as from arrow_table")
            connection.unregister("arrow_table")


def _write_sqlite(tables: Tables, file: Path) -> None:
    connection = sqlite3.connect(file)
    with connection:
        for name, table in tables.items():
            columns = ", ".join(f"{_quoted(field.name)} {_sqlite_type(field.type)}" for field in table.schema)
            connection.execute(f"create table {_quoted(name)} ({columns})")
            rows = zip(
                *([_sqlite_value(value) for value in column.to_pylist()] for column in table.columns), strict=True
            )
            marks = ", ".join("?" * table.num_columns)
            connection.executemany(f"insert into {_quoted(name)} values ({marks})", rows)
    connection.close()


def _sqlite_type(kind: pa.DataType) -> str:
    names = [
        (pa.types.is_boolean, "BOOLEAN"),
        (pa.types.is_integer, "INTEGER"),
        (pa.types.is_decimal, "NUMERIC"),
        (pa.types.is_floating, "REAL"),
        (pa.types.is_date, "DATE"),
        (pa.types.is_timestamp, "TIMESTAMP"),
    ]
    return next((name for is_kind, name in names if is_kind(kind)), "TEXT")


def _sqlite_value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date) else value
