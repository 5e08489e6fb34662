"""DDL for DuckDB: tables with keys, references, checks and comments.

DuckDB adds no reference to a table that exists, so one of each circle of references is lost, and it has no partial unique index, so
identities under a condition are.
"""

from __future__ import annotations

from workbench.emit.draft import Draft
from workbench.emit.sql import emit_sql
from workbench.model import Domain

__all__ = ["emit"]


def emit(domain: Domain) -> Draft:
    """One script, ``schema.duckdb.sql``."""
    return emit_sql(domain, "duckdb", "schema.duckdb.sql", ("duckdb", "sqlglot"))
