"""How far the numbers of counting attributes have come: a table beside the design's, so that no number is given out twice."""

from __future__ import annotations

import threading

from workbench.model.expression import Binary, Constant, Path
from workbench.model.types import ScalarType
from workbench.relation.ddl import CreateTable, NewColumn
from workbench.relation.plan import Filter, Scan, TableName, Values
from workbench.relation.port import Transaction

__all__ = ["COUNTERS", "Counting", "create_counters"]

COUNTERS = TableName("counters", "workbench", "design")
_COLUMNS = ("resource", "attribute", "last")


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
        named = Filter(
            Scan(COUNTERS),
            Binary(
                "and",
                Binary("=", Path(("resource",)), Constant(resource)),
                Binary("=", Path(("attribute",)), Constant(attribute)),
            ),
        )
        held = transaction.query(named).tuples()
        with self._guard:
            before = max(self._last.get((resource, attribute), 0), held[0][2] if held else 0)
            self._last[resource, attribute] = before + size
        row = Values(_COLUMNS, ((resource, attribute, before + size),))
        if held:
            transaction.update(COUNTERS, _COLUMNS[:2], _COLUMNS[2:], row)
        else:
            transaction.insert(COUNTERS, _COLUMNS, row)
        return before
