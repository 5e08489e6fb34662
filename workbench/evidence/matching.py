"""Values of some columns looked up in others: the plans behind every count of a reference.

The source's values are grouped first, so that each is looked up once, and counts stay counts of rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.evidence.profile import column, count_where
from workbench.model.expression import Binary, IsNull, Node, Path
from workbench.relation.plan import Aggregate, Filter, Join, Limit, Order, Output, Plan, Project, Scan, Sort, TableName

__all__ = [
    "ROWS",
    "counted_values",
    "found_and_missed",
    "is_filled",
    "is_found",
    "known_values",
    "missed_values",
    "sought_values",
    "value_column",
]

ROWS = "rows_"
"""The column that counts the source's rows of a value."""


def value_column(place: int, side: str) -> Path:
    """The value at ``place`` of the source (``s``) or the target (``t``)."""
    return column(f"value_{place}", side)


def is_filled(names: Sequence[str]) -> Node:
    """The condition that every one of the columns has a value."""
    condition: Node = IsNull(column(names[0]), negated=True)
    for name in names[1:]:
        condition = Binary("and", condition, IsNull(column(name), negated=True))
    return condition


def counted_values(rows: Plan, names: Sequence[str], values: Sequence[Node]) -> Plan:
    """The different values of the filled ones of the source's ``rows``, each with its number of rows; ``values`` are ``names`` made
    comparable."""
    return Aggregate(Filter(rows, is_filled(names)), _outputs(values), (Output(ROWS, count_where()),), alias="s")


def known_values(table: TableName, names: Sequence[str], values: Sequence[Node], *, unique: bool = False) -> Plan:
    """The different filled values of the target; ``unique`` says that they differ already."""
    rows = Filter(Scan(table), is_filled(names))
    return Project(rows, _outputs(values), alias="t") if unique else Aggregate(rows, _outputs(values), (), alias="t")


def sought_values(known: Plan, counted: Plan, places: int) -> Plan:
    """Those different values of ``known`` that are among ``counted``: never more than these, however long the target is."""
    values = [value_column(place, "t") for place in range(places)]
    return Aggregate(Join(known, counted, _equal(places), "semi"), _outputs(values), (), alias="t")


def found_and_missed(counted: Plan, known: Plan, places: int) -> Plan:
    """Every source value, beside the target's equal one where there is one."""
    return Join(counted, known, _equal(places), "left")


def is_found() -> Node:
    """The condition that a source value has its equal in the target."""
    return IsNull(value_column(0, "t"), negated=True)


def missed_values(counted: Plan, known: Plan, places: int, most: int) -> Plan:
    """Source values that the target does not have, with their number of rows, the most frequent first, at most ``most``."""
    outputs = [Output(f"value_{place}", value_column(place, "s")) for place in range(places)]
    missed = Project(Join(counted, known, _equal(places), "anti"), (*outputs, Output(ROWS, column(ROWS, "s"))))
    order = (Order(column(ROWS), descending=True), *(Order(column(each.name)) for each in outputs))
    return Limit(Sort(missed, order), most)


def _outputs(values: Sequence[Node]) -> tuple[Output, ...]:
    return tuple(Output(f"value_{place}", value) for place, value in enumerate(values))


def _equal(places: int) -> Node:
    condition: Node = Binary("=", value_column(0, "s"), value_column(0, "t"))
    for place in range(1, places):
        condition = Binary("and", condition, Binary("=", value_column(place, "s"), value_column(place, "t")))
    return condition
