"""Names a database keeps whole and apart."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable
from typing import Literal, TypeAlias

__all__ = ["Dialect", "SqlNames"]

Dialect: TypeAlias = Literal["duckdb", "postgres"]

_LONGEST = 63
"""Bytes of a name in PostgreSQL; what is longer it cuts off in silence."""
_SYSTEM_COLUMNS = frozenset(("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"))
_FOLDED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class SqlNames:
    """The names of one scope. PostgreSQL keeps 63 bytes and has columns of its own; DuckDB takes ``A`` and ``a`` for one name.

    >>> names = SqlNames("duckdb")
    >>> names.take("total"), names.take("Total"), SqlNames("postgres").take("xmin")
    ('total', 'Total_2', 'xmin_2')
    """

    def __init__(self, dialect: Dialect, reserved: Iterable[str] = ()) -> None:
        self._dialect = dialect
        self._taken = {self._folded(each) for each in reserved}
        if dialect == "postgres":
            self._taken |= _SYSTEM_COLUMNS

    def take(self, wanted: str) -> str:
        """``wanted`` where the database keeps it and nothing else is called so; else a name like it. From now on it is taken."""
        name, number = self._kept(wanted), 1
        while self._folded(name) in self._taken:
            number += 1
            name = self._kept(f"{wanted}_{number}")
        self._taken.add(self._folded(name))
        return name

    def _folded(self, name: str) -> str:
        return name.translate(_FOLDED) if self._dialect == "duckdb" else name

    def _kept(self, name: str) -> str:
        if self._dialect == "duckdb" or len(name.encode()) <= _LONGEST:
            return name
        mark = "_" + hashlib.sha256(name.encode()).hexdigest()[:8]
        return name.encode()[: _LONGEST - len(mark)].decode(errors="ignore") + mark
