"""Typed plans: what to compute over tables, said as a tree and printed as SQL elsewhere.

A plan is a value. Inside it, an expression's ``Path`` names a column: ``(column,)``, or ``(alias, column)`` where two inputs are
joined. Whatever an expression says, a plan reads only the tables its scans name.

    Plan
     ├─ Scan        every row of a table
     ├─ Values      rows written out
     ├─ Filter      rows where a condition is true
     ├─ Project     named expressions, one row out for one row in (window functions included)
     ├─ Join        inner, left, full, semi, anti, cross
     ├─ Aggregate   groups and aggregate expressions; sets of groupings for rollup and cube
     ├─ Distinct    equal rows once
     ├─ Union       rows of several plans
     ├─ Sort        order
     ├─ Limit       a page
     ├─ Sample      a repeatable sample of about n rows
     └─ Recursive   a start and a step, until nothing new comes
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.model.expression import Node, Scalar

__all__ = [
    "Aggregate",
    "Distinct",
    "Filter",
    "Join",
    "Limit",
    "Order",
    "Output",
    "Plan",
    "Project",
    "Recursive",
    "Sample",
    "Scan",
    "Sort",
    "TableName",
    "Union",
    "Values",
    "Window",
]


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table as the store knows it; ``schema`` and ``catalog`` only where the name alone does not tell."""

    name: str
    schema: str = ""
    catalog: str = ""

    def __str__(self) -> str:
        return ".".join(part for part in (self.catalog, self.schema, self.name) if part)


@dataclass(frozen=True, slots=True)
class Plan:
    """Any plan."""


@dataclass(frozen=True, slots=True)
class Window:
    """An aggregate or ranking function over the rows around each row; the expression of an ``Output`` only."""

    function: Node
    partition: tuple[Node, ...] = ()
    order: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """A named column of a plan's result."""

    name: str
    expression: Node | Window


@dataclass(frozen=True, slots=True)
class Order:
    """What to sort by. Nulls come last unless asked first, in every target."""

    expression: Node
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Scan(Plan):
    """Every row of ``table``."""

    table: TableName
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Values(Plan):
    """Rows written out, as bound parameters."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Filter(Plan):
    """The rows of ``input`` for which ``condition`` is true: neither false nor unknown."""

    input: Plan
    condition: Node


@dataclass(frozen=True, slots=True)
class Project(Plan):
    """One row out for each row in, with the columns of ``outputs``; ``keep`` adds them to the input's own."""

    input: Plan
    outputs: tuple[Output, ...]
    keep: bool = False
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Join(Plan):
    """Rows of both inputs where ``on`` is true. ``semi`` and ``anti`` give rows of ``left`` only. Inputs carry distinct aliases."""

    left: Plan
    right: Plan
    on: Node | None
    kind: Literal["inner", "left", "full", "semi", "anti", "cross"] = "inner"


@dataclass(frozen=True, slots=True)
class Aggregate(Plan):
    """One row a group: the ``groups``, then the ``outputs`` (aggregate expressions). Nulls group together.

    ``sets`` lists, for rollups and cubes, the group names each grouping keeps.
    """

    input: Plan
    groups: tuple[Output, ...]
    outputs: tuple[Output, ...]
    having: Node | None = None
    sets: tuple[tuple[str, ...], ...] = ()
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Distinct(Plan):
    """Equal rows of ``input`` once; nulls are equal."""

    input: Plan


@dataclass(frozen=True, slots=True)
class Union(Plan):
    """The rows of all ``inputs``, matched by position; ``distinct`` keeps equal ones once."""

    inputs: tuple[Plan, ...]
    distinct: bool = False
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Sort(Plan):
    """The rows of ``input`` in order."""

    input: Plan
    by: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Limit(Plan):
    """At most ``count`` rows after the first ``offset``."""

    input: Plan
    count: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Sample(Plan):
    """About ``rows`` rows of ``input``, the same ones for the same ``seed``.

    Where it is known how many rows there are to draw from (``of``), each is drawn or not as it passes, and none is held.
    """

    input: Plan
    rows: int
    seed: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Recursive(Plan):
    """The rows of ``start``, and those ``step`` finds from them, until it finds none. ``step`` scans ``TableName(name)``."""

    name: str
    columns: tuple[str, ...]
    start: Plan
    step: Plan
    alias: str = ""
