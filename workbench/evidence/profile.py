"""What the data looks like, column by column: one aggregate query a table, and a small sample to look at."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from workbench.evidence.options import Options
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Call, Node, Path
from workbench.relation.plan import Aggregate, Limit, Output, Plan, Sample, Scan, TableName
from workbench.relation.port import ColumnInfo, Store, TableInfo

__all__ = [
    "ColumnProfile",
    "Progress",
    "TableProfile",
    "column",
    "count_where",
    "names_of",
    "plain",
    "profile_table",
    "rows_of",
]

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""

_COLUMNS_A_QUERY = 40
"""Few, as DuckDB takes time in proportion to the square of the different values it counts in one query."""

_ORDERED = {"integer", "float", "decimal", "date", "time", "timestamp", "local_timestamp", "string", "uuid"}
_COUNTABLE = _ORDERED | {"boolean"}
_LOOK_AT = 1_000


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column, counted. ``distinct`` counts different values apart from null (0: not comparable); ``sample`` holds some non-null values."""

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
    scale: float = 1.0
    """Rows of the table for each row that was looked at."""

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
        """Whether no two rows share a value (rows without one do not count)."""
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
    def likely_distinct(self) -> float:
        """Different values in the whole table: as counted or, of a column that is unique in a sample, as many as the rows let expect."""
        return self.distinct * self.scale if self.is_unique else float(self.distinct)

    @property
    def is_dense(self) -> bool:
        """Whether nearly every whole number between the least and the greatest occurs."""
        return self.is_integral and 0 < self.span <= self.likely_distinct * 1.02 + 1


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table's columns, and whether the figures come from a sample of ``sampled_of`` rows (0: every row was read)."""

    info: TableInfo
    columns: tuple[ColumnProfile, ...]
    sampled_of: int = 0
    called: str = ""

    @property
    def name(self) -> str:
        """The table's name, as in the data; with its schema where another schema has one of that name."""
        return self.called or self.info.table.name

    @property
    def rows(self) -> int:
        """Rows in the table."""
        return self.info.rows

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


def rows_of(info: TableInfo, options: Options, alias: str = "") -> Plan:
    """A scan of the table, or of a repeatable sample when it is larger than ``options.largest_exact``."""
    scan = Scan(info.table, alias)
    return Sample(scan, options.largest_exact) if info.rows > options.largest_exact else scan


def profile_table(store: Store, info: TableInfo, options: Options, called: str = "") -> TableProfile:
    """Every column of ``info`` counted: filled, distinct, least, greatest; whole or not; and a look at some values."""
    source = rows_of(info, options)
    looked = _look(store, info)
    facts: list[ColumnProfile] = []
    for start in range(0, len(info.columns), _COLUMNS_A_QUERY):
        part = range(start, min(start + _COLUMNS_A_QUERY, len(info.columns)))
        outputs = [Output("rows", count_where())]
        for position in part:
            outputs += _measures(position, info.columns[position].name, info.columns[position].type)
        result = store.query(Aggregate(source, (), tuple(outputs)))
        values = dict(zip(result.columns, result.tuples()[0], strict=True))
        facts += [_column(info, called or info.table.name, position, values, looked[position]) for position in part]
    if info.rows <= options.largest_exact:
        return TableProfile(info, tuple(facts), called=called)
    return TableProfile(info, _surely_unique(store, info, facts), info.rows, called)


def _surely_unique(store: Store, info: TableInfo, facts: Sequence[ColumnProfile]) -> tuple[ColumnProfile, ...]:
    """``facts`` of a sample, in which a column is unique only if it is so in all rows: one repeated value is taken off the others."""
    unique = [each for each in facts if each.is_unique]
    counts: list[int] = []
    for start in range(0, len(unique), _COLUMNS_A_QUERY):
        part = unique[start : start + _COLUMNS_A_QUERY]
        outputs = [Output(f"filled_{each.position}", Fold("count", column(each.name))) for each in part]
        outputs += [
            Output(f"distinct_{each.position}", Fold("count", column(each.name), distinct=True)) for each in part
        ]
        row = store.query(Aggregate(Scan(info.table), (), tuple(outputs))).tuples()[0]
        counts += [filled - distinct for filled, distinct in zip(row[: len(part)], row[len(part) :], strict=True)]
    repeated = {each.position for each, more in zip(unique, counts, strict=True) if more}
    return tuple(replace(each, distinct=each.distinct - 1) if each.position in repeated else each for each in facts)


def plain(value: Any) -> Any:
    """A value as it compares with its like elsewhere: a UUID as its text."""
    return str(value) if isinstance(value, UUID) else value


def storage_name(type_: str) -> str:
    """The broad type of a column: ``decimal(10, 2)`` is ``decimal``, ``text`` is ``string``."""
    head = type_.split("(", 1)[0]
    return "string" if head in ("text", "enum") else head


def _measures(position: int, name: str, type_: str) -> Iterator[Output]:
    here, kind = column(name), storage_name(type_)
    yield Output(f"filled_{position}", Fold("count", here))
    if kind in _COUNTABLE:
        yield Output(f"distinct_{position}", Fold("count", here, distinct=True))
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
        scale=max(info.rows / values["rows"], 1.0) if values["rows"] else 1.0,
    )


def _look(store: Store, info: TableInfo) -> list[tuple[Any, ...]]:
    if not info.rows:
        return [() for _ in info.columns]
    rows = store.query(Limit(Sample(Scan(info.table), _LOOK_AT), _LOOK_AT)).tuples()
    return (
        [tuple(plain(value) for value in values if value is not None) for values in zip(*rows, strict=True)]
        if rows
        else [() for _ in info.columns]
    )
