"""Plans over tables and how they become SQL; the only room that knows SQLGlot. It declares the port that stores stand behind.

SQLGlot is loaded with the first statement, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from workbench.relation.port import ColumnInfo, ForeignKeyInfo, PartialUnique, Rows, Store, TableInfo
from workbench.relation.statement import Statement

if TYPE_CHECKING:
    from workbench.relation.ddl import create_sql
    from workbench.relation.ddl_reader import read_ddl
    from workbench.relation.sql import pretty, to_sql

__all__ = [
    "ColumnInfo",
    "ForeignKeyInfo",
    "PartialUnique",
    "Rows",
    "Statement",
    "Store",
    "TableInfo",
    "create_sql",
    "pretty",
    "read_ddl",
    "to_sql",
]

_LATER = {"create_sql": "ddl", "pretty": "sql", "read_ddl": "ddl_reader", "to_sql": "sql"}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
