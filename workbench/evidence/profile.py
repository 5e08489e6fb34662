"""What the data looks like, column by column: one aggregate query a table, and a small sample to look at.

In a table too large to hold (``Options.largest_exact``) every row is still read once, for whatever takes no memory: filled rows, least
and greatest values. How many different values there are is counted where they are few, measured on a sample of values where nearly
every row has its own, and estimated in between.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from workbench.evidence.options import Options
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Call, Case, Constant, Node, Path
from workbench.relation.plan import Aggregate, Limit, Output, Plan, Sample, Scan, TableName
from workbench.relation.port import ColumnInfo, Store, TableInfo

__all__ = [
    "ColumnProfile",
    "Progress",
    "TableProfile",
    "column",
    "count_where",
    "is_drawn",
    "names_of",
    "plain",
    "profile_table",
    "value_of",
]

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""

_COLUMNS_A_QUERY = 40
"""Few, as DuckDB takes time in proportion to the square of the different values it counts in one query."""

_ORDERED = {"integer", "float", "decimal", "date", "time", "timestamp", "local_timestamp", "string", "uuid"}
_COUNTABLE = _ORDERED | {"boolean"}
_LOOK_AT = 1_000

_COLUMNS_A_SAMPLE = 10
_FEW = 0.1
"""So many different values for each row of a sample are few enough to be told apart on every row."""
_MANY = 0.5
"""From this estimated share of different values on a column may be unique: estimates are off by a tenth or two."""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column, counted. ``distinct`` counts different values apart from null (0: not comparable), or in a sampled table is about
    their number; ``sample`` holds some non-null values."""

    table: str
    name: str
    position: int
    type: str
    rows: int
    filled: int
    distinct: int
    minimum: Any = None
    maximum: Any = None
    is_whole: bool = False
    longest: int = 0
    sample: tuple[Any, ...] = ()
    required: bool = False

    @property
    def path(self) -> str:
        """``table.column``."""
        return f"{self.table}.{self.name}"

    @property
    def missing(self) -> int:
        """Rows without a value."""
        return self.rows - self.filled

    @property
    def is_unique(self) -> bool:
        """Whether no two rows share a value (rows without one do not count); in a sampled table, as far as the sample shows."""
        return self.filled > 0 and self.distinct == self.filled

    @property
    def is_numeric(self) -> bool:
        """Whether values are numbers."""
        return self.type in ("integer", "float", "decimal")

    @property
    def is_integral(self) -> bool:
        """Whether every value is a whole number, however it is stored."""
        return self.type == "integer" or (self.is_numeric and self.is_whole and self.filled > 0)

    @property
    def span(self) -> int:
        """For whole numbers: how many numbers lie between the least and the greatest, both included; else 0."""
        return int(self.maximum) - int(self.minimum) + 1 if self.is_integral and self.filled else 0

    @property
    def is_dense(self) -> bool:
        """Whether nearly every whole number between the least and the greatest occurs."""
        return self.is_integral and 0 < self.span <= self.distinct * 1.02 + 1


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table's columns; ``drawn`` is how many rows a sample of it has, where it is too large to be counted in full (else 0)."""

    info: TableInfo
    columns: tuple[ColumnProfile, ...]
    drawn: int = 0
    called: str = ""

    @property
    def name(self) -> str:
        """The table's name, as in the data; with its schema where another schema has one of that name."""
        return self.called or self.info.table.name

    @property
    def rows(self) -> int:
        """Rows in the table."""
        return self.info.rows

    @property
    def sampled_of(self) -> int:
        """Rows that the sample is drawn from; 0 where there is none."""
        return self.rows if self.drawn else 0

    @property
    def sample(self) -> Plan:
        """The rows that are read to measure what cannot be measured on all rows of a large table: else all of them."""
        scan = Scan(self.info.table)
        return Sample(scan, self.drawn, of=self.rows) if self.drawn else scan

    def declared(self, name: str) -> ColumnInfo:
        """What the store reports of a column: its full type, such as ``decimal(10, 2)``, default and comment."""
        return next(each for each in self.info.columns if each.name == name)

    def column(self, name: str) -> ColumnProfile:
        """The column called ``name``."""
        return next(each for each in self.columns if each.name == name)


def names_of(infos: Iterable[TableInfo]) -> dict[TableName, str]:
    """What each table is called: its name, with its schema where another schema has a table of that name."""
    tables = [info.table for info in infos]
    often = Counter(table.name for table in tables)
    return {table: str(table) if often[table.name] > 1 else table.name for table in tables}


def column(name: str, alias: str = "") -> Path:
    """A reference to a column of a plan."""
    return Path((alias, name) if alias else (name,))


def count_where(condition: Node | None = None) -> Fold:
    """``count()``, of the rows where ``condition`` is true when it is given."""
    return Fold("count", where=condition)


def value_of(names: Sequence[str]) -> Node:
    """The value of a column, or of several together as one that can be compared."""
    return column(names[0]) if len(names) == 1 else Call("row", tuple(column(name) for name in names))


def is_drawn(names: Sequence[str], one_in: int) -> Node:
    """The condition that picks one value in so many by its hash: rows that share a value are picked together, or none of them."""
    hashed = Call("hash", (value_of(names),))
    return Binary("=", Binary("%", hashed, Constant(one_in)), Constant(0))


def profile_table(store: Store, info: TableInfo, options: Options, called: str = "") -> TableProfile:
    """Every column of ``info`` counted: filled, distinct, least, greatest; whole or not; and a look at some values."""
    drawn = options.drawn if info.rows > options.largest_exact else 0
    looked = _look(store, info, drawn)
    facts: list[ColumnProfile] = []
    for start in range(0, len(info.columns), _COLUMNS_A_QUERY):
        part = range(start, min(start + _COLUMNS_A_QUERY, len(info.columns)))
        outputs = [Output("rows", count_where())]
        for position in part:
            outputs += _measures(position, info.columns[position].name, info.columns[position].type, bool(drawn))
        result = store.query(Aggregate(Scan(info.table), (), tuple(outputs)))
        values = dict(zip(result.columns, result.tuples()[0], strict=True))
        facts += [_column(info, called or info.table.name, position, values, looked[position]) for position in part]
    return TableProfile(info, tuple(_told_apart(store, info, facts, drawn) if drawn else facts), drawn, called)


def _told_apart(store: Store, info: TableInfo, facts: Sequence[ColumnProfile], drawn: int) -> list[ColumnProfile]:
    """``facts`` with better than estimates of how many different values there are, where these are few or nearly as many as rows."""
    better: dict[int, int] = {}
    few = {each.position for each in facts if 0 < each.distinct <= drawn * _FEW}
    countable = [each for each in facts if each.position in few or each.distinct > each.filled * _MANY]
    for start in range(0, len(countable), _COLUMNS_A_SAMPLE):
        part, outputs = countable[start : start + _COLUMNS_A_SAMPLE], []
        for each in part:
            one_in = 1 if each.position in few else -(-each.filled // drawn)
            here: Node = column(each.name)
            # Not as a FILTER: DuckDB would hold the values it leaves out.
            picked = Case(((is_drawn((each.name,), one_in), here),)) if one_in > 1 else here
            outputs.append(Output(f"picked_{each.position}", Fold("count", picked)))
            outputs.append(Output(f"distinct_{each.position}", Fold("count", picked, distinct=True)))
        counts = store.query(Aggregate(Scan(info.table), (), tuple(outputs))).tuples()[0]
        for each, picked_rows, distinct in zip(part, counts[::2], counts[1::2], strict=True):
            if picked_rows:
                share = each.filled * distinct // picked_rows
                better[each.position] = max(min(share, each.filled - (distinct < picked_rows)), 1)
    return [replace(each, distinct=better.get(each.position, each.distinct)) for each in facts]


def plain(value: Any) -> Any:
    """A value as it compares with its like elsewhere: a UUID as its text."""
    return str(value) if isinstance(value, UUID) else value


def storage_name(type_: str) -> str:
    """The broad type of a column: ``decimal(10, 2)`` is ``decimal``, ``text`` is ``string``."""
    head = type_.split("(", 1)[0]
    return "string" if head in ("text", "enum") else head


def _measures(position: int, name: str, type_: str, estimated: bool) -> Iterator[Output]:
    here, kind = column(name), storage_name(type_)
    yield Output(f"filled_{position}", Fold("count", here))
    if kind in _COUNTABLE:
        about = Fold("approx_count_distinct", here) if estimated else Fold("count", here, distinct=True)
        yield Output(f"distinct_{position}", about)
    if kind in _ORDERED:
        yield Output(f"minimum_{position}", Fold("min", here))
        yield Output(f"maximum_{position}", Fold("max", here))
    if kind in ("float", "decimal"):
        # A remainder of 0 holds for whole numbers alone, and is unknown for NaN and infinity.
        yield Output(f"whole_{position}", count_where(Binary("=", here, Call("floor", (here,)))))
    if kind == "string":
        yield Output(f"longest_{position}", Fold("max", Call("length", (here,))))


def _column(
    info: TableInfo, table: str, position: int, values: dict[str, Any], sample: tuple[Any, ...]
) -> ColumnProfile:
    about = info.columns[position]
    kind, filled = storage_name(about.type), values[f"filled_{position}"]
    low, high = plain(values.get(f"minimum_{position}")), plain(values.get(f"maximum_{position}"))
    bounded = all(not isinstance(each, float) or math.isfinite(each) for each in (low, high))
    return ColumnProfile(
        table=table,
        name=about.name,
        position=position,
        type=kind,
        rows=values["rows"],
        filled=filled,
        distinct=values.get(f"distinct_{position}", 0),
        minimum=low,
        maximum=high,
        is_whole=bounded and filled > 0 and values.get(f"whole_{position}") == filled,
        longest=values.get(f"longest_{position}") or 0,
        sample=sample,
        required=about.required,
    )


def _look(store: Store, info: TableInfo, drawn: int) -> list[tuple[Any, ...]]:
    if not info.rows:
        return [() for _ in info.columns]
    sample = Sample(Scan(info.table), _LOOK_AT, of=info.rows if drawn else 0)
    rows = store.query(Limit(sample, _LOOK_AT)).tuples()
    return (
        [tuple(plain(value) for value in values if value is not None) for values in zip(*rows, strict=True)]
        if rows
        else [() for _ in info.columns]
    )
