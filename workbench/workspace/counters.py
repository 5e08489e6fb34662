"""How far the numbers of counting attributes have come: a table beside the design's, so that no number is given out twice."""

from __future__ import annotations

import threading
from functools import cached_property

from workbench.model.expression import Binary, Cast, Path, Reference, Scalar
from workbench.model.types import ScalarType
from workbench.relation.ddl import CreateTable, NewColumn
from workbench.relation.plan import Filter, Output, Project, Scan, TableName, Values
from workbench.relation.port import Transaction
from workbench.relation.statement import Statement

__all__ = ["COUNTERS", "Counting", "create_counters"]

COUNTERS = TableName("counters", "workbench", "design")
_COLUMNS = ("resource", "attribute", "last")


def _given(name: str) -> Reference:
    return Reference("argument", (name,))


_NAMED = Filter(
    Scan(COUNTERS),
    Binary("and", *(Binary("=", Path((name,)), _given(name)) for name in _COLUMNS[:2])),
)


def create_counters(transaction: Transaction) -> None:
    """The table is there, empty."""
    types = ("string", "string", "integer")
    columns = (
        NewColumn(name, ScalarType(name=kind), required=True) for name, kind in zip(_COLUMNS, types, strict=True)
    )
    transaction.alter(CreateTable(COUNTERS, tuple(columns), ("resource", "attribute")))


class Counting:
    """Gives out numbers: those of refused records are not given out again, nor those of rows that are gone."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], int] = {}
        self._guard = threading.Lock()

    def __call__(self, transaction: Transaction, resource: str, attribute: str, size: int) -> int:
        """How far the numbers had come; the next ``size`` are taken."""
        known: dict[str, Scalar] = {":resource": resource, ":attribute": attribute}
        held = transaction.tuples(self._read, known)
        with self._guard:
            before = max(self._last.get((resource, attribute), 0), held[0][2] if held else 0)
            self._last[resource, attribute] = before + size
        if held:
            transaction.write(self._written, known | {":last": before + size})
        else:
            transaction.insert(COUNTERS, _COLUMNS, Values(_COLUMNS, ((resource, attribute, before + size),)))
        return before

    @cached_property
    def _read(self) -> Statement:
        from workbench.relation.sql import to_sql

        return to_sql(_NAMED, "duckdb")

    @cached_property
    def _written(self) -> Statement:
        from workbench.relation.write_sql import update_sql

        outputs = (
            *(Output(name, Path((name,))) for name in _COLUMNS[:2]),
            Output("last", Cast(_given("last"), "integer")),
        )
        return update_sql(COUNTERS, _COLUMNS[:2], _COLUMNS[2:], Project(_NAMED, outputs), "duckdb")
