"""What DuckDB raises, as errors of ours: what was stopped, lost to somebody else, or kept from the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from workbench.errors import AdapterError, ConflictError, WorkbenchError
from workbench.store.connection import first_line

__all__ = ["explained"]


@contextmanager
def explained(failure: str) -> Iterator[None]:
    """Turn whatever DuckDB raises into one of our errors, which begins with ``failure``; its cause is chained."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise _error(error, failure) from error


def _error(error: Any, failure: str) -> WorkbenchError:
    """Any: DuckDB's errors are known only once it is loaded."""
    import duckdb

    text = first_line(error)
    if isinstance(error, duckdb.InterruptException):
        return AdapterError(f"{failure}: it was stopped", code="interrupted")
    said = text.lower()
    is_late = isinstance(error, duckdb.TransactionException)  # at the commit, whatever the cause
    if "write-write conflict" in said or (is_late and ("conflict" in said or "constraint" in said)):
        return ConflictError(f"{failure}: somebody else changed the same rows first ({text})")
    if isinstance(error, duckdb.ConstraintException):
        return ConflictError(f"{failure}: {text}")
    if is_late or isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.OutOfMemoryException):
        is_full = any(each in said for each in ("space", "memory", "could not write"))
        hint = "make room and try again" if is_full else "open it again"
        return AdapterError(f"{failure}: {text}", code="storage_failed", hint=hint)
    return AdapterError(f"{failure}: {text}", code="query_failed")
