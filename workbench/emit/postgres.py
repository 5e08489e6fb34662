"""DDL for PostgreSQL (15 and later): tables with keys, references, checks, partial unique indices and comments.

Names of more than 63 bytes, which PostgreSQL would cut off in silence, are shortened here with a mark that keeps them apart.
"""

from __future__ import annotations

from workbench.emit.draft import Draft
from workbench.emit.sql import emit_sql
from workbench.model import Domain

__all__ = ["emit"]


def emit(domain: Domain) -> Draft:
    """One script, ``schema.postgres.sql``."""
    return emit_sql(domain, "postgres", "schema.postgres.sql", ("sqlglot",))
