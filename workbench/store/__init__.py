"""The only door to DuckDB: sources of every kind, opened for reading, behind the Store port."""

from workbench.store.options import ColumnReading, Opened, SourceOptions
from workbench.store.source import open_source

__all__ = ["ColumnReading", "Opened", "SourceOptions", "open_source"]
