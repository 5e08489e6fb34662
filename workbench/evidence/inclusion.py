"""Values of one table looked for in another: what is counted of a reference before it is weighed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from workbench.evidence.claim import Claim, CounterExample, Evidence, Reason, Status, mask
from workbench.evidence.matching import (
    ROWS,
    counted_values,
    found_and_missed,
    is_filled,
    is_found,
    known_values,
    missed_values,
    sought_values,
    value_column,
)
from workbench.evidence.options import Options
from workbench.evidence.plausibility import Inclusion
from workbench.evidence.profile import ColumnProfile, TableProfile, column, count_where
from workbench.evidence.semantics import is_sensitive
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Cast, Constant, Node
from workbench.relation.plan import Aggregate, Filter, Join, Output, Plan, Project, Scan, Values
from workbench.relation.port import Store

__all__ = [
    "Counting",
    "Pair",
    "Target",
    "bits_of",
    "can_equal",
    "family",
    "inclusion_on_sight",
    "inclusion_plan",
    "sides",
]

_TESTED_ON_SIGHT = 40
_FETCHED = 1_000_000
"""Values of a target that are fetched to look others up in; more stay in the store."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads from and to: columns of one table, pairwise equal to columns of another; rows with 0 may refer to none."""

    source_table: str
    source: tuple[str, ...]
    table: str
    columns: tuple[str, ...]
    zero_is_none: bool = False

    @property
    def source_path(self) -> str:
        """``flights.dest``, or ``flights.origin,time_hour``."""
        return f"{self.source_table}.{','.join(self.source)}"

    @property
    def path(self) -> str:
        """``airports.faa``, or ``weather.origin,time_hour``."""
        return f"{self.table}.{','.join(self.columns)}"

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns, the first of which may refer to the second; where its 0 stands for none, it is profiled without."""

    source: ColumnProfile
    target: ColumnProfile
    zero_is_none: bool = False


class Counting:
    """The counts of one search: the store and the tables at hand."""

    def __init__(self, store: Store, tables: Mapping[str, TableProfile], options: Options) -> None:
        self.store, self.tables, self.options = store, tables, options
        self._few: dict[tuple[str, int, str], list[Any]] = {}

    def on_sight(self, sources: list[ColumnProfile], target: ColumnProfile) -> list[ColumnProfile]:
        """Those of ``sources`` of which the values of a few rows are found in the target often enough."""
        if target.is_dense or not sources:
            return sources
        if target.distinct <= _FETCHED and not self.tables[target.table].drawn:
            found = self._found_in_memory(sources, target)
            if found is not None:
                return found
        return self._found_in_store(sources, target)

    def _looked(self, source: ColumnProfile) -> list[Any]:
        """The values of a few rows of a column."""
        key = (source.path, source.filled, "")
        if key not in self._few:
            self._few[key] = list(source.sample[:_TESTED_ON_SIGHT])
        return self._few[key]

    def _looked_as_in(self, source: ColumnProfile, target: str) -> list[Any]:
        """The same values as their equals in a column of the family ``target`` would be."""
        key = (source.path, source.filled, target)
        if key not in self._few:
            values = self._looked(source)
            if family(source) == "number":
                values = [str(int(value)) if target == "text" else int(value) for value in values]
            self._few[key] = list(map(str, values)) if target == "text" else values
        return self._few[key]

    def _found_in_memory(self, sources: list[ColumnProfile], target: ColumnProfile) -> list[ColumnProfile] | None:
        """The target's values are fetched once, and all sources looked up in them; None where the types do not allow it."""
        import pyarrow as pa
        import pyarrow.compute as pc

        plan = Project(Scan(self.tables[target.table].info.table), (Output("value", _comparable(target)),))
        there = self.store.query(plan).arrow().column(0)
        looked = [self._looked_as_in(source, family(target)) for source in sources]
        try:
            flat = pa.array(list(chain.from_iterable(looked)), type=there.type)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return None
        hits, start, kept = pc.is_in(flat, value_set=there).to_pylist(), 0, []
        for source, values in zip(sources, looked, strict=True):
            if sum(hits[start : start + len(values)]) >= len(values) * self.options.near_coverage:
                kept.append(source)
            start += len(values)
        return kept

    def _found_in_store(self, sources: list[ColumnProfile], target: ColumnProfile) -> list[ColumnProfile]:
        looked = [(each, self._looked(each)) for each in sources]
        kept: list[ColumnProfile] = []
        for start in range(0, len(looked), 25):
            part = looked[start : start + 25]
            rows = tuple(
                (index, _written(value) if _are_mixed(source, target) else value)
                for index, (source, values) in enumerate(part)
                for value in values
            )
            if not rows:
                continue
            wanted = Values(("source", "value"), rows, "s")
            there = Project(
                Scan(self.tables[target.table].info.table), (Output("value", _comparable(target)),), alias="t"
            )
            matched = Join(wanted, there, Binary("=", column("value", "s"), column("value", "t")), "semi")
            plan = Aggregate(matched, (Output("source", column("source", "s")),), (Output("found", count_where()),))
            found = dict(self.store.query(plan).tuples())
            kept += [
                each
                for index, (each, values) in enumerate(part)
                if found.get(index, 0) >= len(values) * self.options.near_coverage
            ]
        return kept

    def status(self, coverage: float, bits: float) -> Status | None:
        """What becomes of a reference with this coverage and weight; None where it is not worth a word."""
        believed = bits >= self.options.reference_plausibility
        if believed and coverage >= self.options.reference_coverage:
            return "accepted"
        # Rows that point nowhere were counted against it; what would it be worth without them?
        if coverage >= self.options.near_coverage and bits + 45 * (1 - coverage) >= self.options.reference_plausibility:
            return "near miss"
        return None

    def rows_found(self, target: Target) -> Evidence:
        """Rows with a value, and those whose value is found."""
        plan = inclusion_plan(self.tables, target)
        _, _, rows, matched_rows, *_ = self.store.query(plan).tuples()[0]
        return self.evidence(target, int(rows or 0), int(matched_rows or 0), plan)

    def evidence(self, target: Target, rows: int, matched_rows: int, plan: Plan) -> Evidence:
        """What ``plan`` counted: rows that have a value, and those whose value is found; of a large table, in a sample of its rows."""
        table = self.tables[target.source_table]
        missing = table.rows - (self._filled(table, target.source) if table.drawn else rows)
        return Evidence(rows, matched_rows, missing, plan=plan, sampled_of=table.sampled_of)

    def _filled(self, table: TableProfile, names: tuple[str, ...]) -> int:
        """All rows in which every one of the columns has a value."""
        if len(names) == 1:
            return table.column(names[0]).filled
        plan = Aggregate(Scan(table.info.table), (), (Output("filled", count_where(is_filled(names))),))
        return int(self.store.query(plan).tuples()[0][0])

    def claim(self, target: Target, evidence: Evidence, reasons: tuple[Reason, ...], status: Status) -> Claim:
        """The claim that ``target`` is a reference, with examples of what it misses."""
        if evidence.disagreeing:
            evidence = replace(evidence, counter_examples=self._examples(target))
        return Claim(
            target.source_path,
            "reference",
            f"{target.source_path} refers to {target.path}",
            target,
            evidence,
            status,
            reasons,
        )

    def _examples(self, target: Target) -> tuple[CounterExample, ...]:
        ends = ((target.source_table, target.source), (target.table, target.columns))
        private = not self.options.show_sensitive and any(
            is_sensitive(self.tables[table].column(name), table) for table, names in ends for name in names
        )
        plan = missed_values(*sides(self.tables, target), len(target.source), self.options.counter_examples)
        rows = self.store.query(plan).tuples()
        return tuple(
            CounterExample(", ".join(mask(value, private) for value in row[:-1]), int(row[-1])) for row in rows
        )


def inclusion_plan(tables: Mapping[str, TableProfile], target: Target) -> Plan:
    """One row: distinct source values, those found, filled rows, rows found; least, greatest, mean found value (of numbers)."""
    grouped, there = sides(tables, target)
    source = tables[target.source_table].column(target.source[0])
    other = tables[target.table].column(target.columns[0])
    found = is_found()
    counts = (
        Output("values", count_where()),
        Output("values_found", count_where(found)),
        Output("rows", Fold("sum", column(ROWS, "s"))),
        Output("rows_found", Fold("sum", column(ROWS, "s"), where=found)),
    )
    if family(source) != "number" or _are_mixed(source, other):
        return Aggregate(found_and_missed(grouped, there, len(target.source)), (), counts)
    spread = (("least", "min"), ("greatest", "max"), ("mean", "avg"))
    numbers = tuple(Output(name, Fold(function, value_column(0, "s"), where=found)) for name, function in spread)
    return Aggregate(found_and_missed(grouped, there, len(target.source)), (), (*counts, *numbers))


def sides(tables: Mapping[str, TableProfile], target: Target) -> tuple[Plan, Plan]:
    """The source's counted values (of a large table, those of a sample of its rows) and the target's known ones, made comparable pair by
    pair."""
    source, other = tables[target.source_table], tables[target.table]
    mine = [source.column(name) for name in target.source]
    theirs = [other.column(name) for name in target.columns]
    values = [
        Cast(_comparable(each), "string") if _are_mixed(each, its) else _comparable(each)
        for each, its in zip(mine, theirs, strict=True)
    ]
    # A large table is looked through for the values sought; that they differ there is known of a sample only.
    unique = other.drawn > 0 or (len(theirs) == 1 and theirs[0].is_unique)
    rows = source.sample
    if target.zero_is_none:
        rows = Filter(rows, Binary("!=", column(target.source[0]), Constant(0)))
    counted = counted_values(rows, target.source, values)
    known = known_values(other.info.table, target.columns, list(map(_comparable, theirs)), unique=unique)
    return counted, sought_values(known, counted, len(theirs)) if other.drawn else known


def _comparable(profile: ColumnProfile) -> Node:
    """The column in a form that equals its like in another table: whole numbers as integers, identifiers as text."""
    if profile.is_integral and profile.type != "integer":
        return Cast(column(profile.name), "integer")
    return Cast(column(profile.name), "string") if profile.type == "uuid" else column(profile.name)


def can_equal(source: ColumnProfile, target: ColumnProfile) -> bool:
    """Whether values of the columns can be equal at all: of one family, or numbers in what are codes (``12``, ``12A``, ``610.7``)."""
    families = family(source), family(target)
    if families[0] == families[1]:
        return True
    if families == ("number", "text"):
        seen = target.sample[:100]
        return sum(str(value).isdigit() for value in seen) * 2 >= len(seen) > 0
    return families == ("number", "fraction")


def _written(number: Any) -> str:
    """A whole number, however it is stored, as text would have it."""
    return str(int(number))


def _are_mixed(source: ColumnProfile, target: ColumnProfile) -> bool:
    return (family(source), family(target)) == ("number", "text")


def family(profile: ColumnProfile) -> str:
    """Columns of one family can hold equal values; an empty string is none that refers."""
    if profile.is_integral:
        return "number"
    if profile.type in ("decimal", "float") and profile.minimum is not None:
        return "fraction"
    return {
        "string": "text",
        "uuid": "text",
        "date": "date",
        "timestamp": "timestamp",
        "local_timestamp": "local_timestamp",
    }.get(profile.type, "")


def bits_of(reasons: Iterable[Reason]) -> float:
    """The weight of all reasons together."""
    return sum(reason.bits or 0.0 for reason in reasons)


def inclusion_on_sight(pair: Pair) -> Inclusion:
    """What the profiles alone promise: everything is found, as far as the ranges let it."""
    source, target = pair.source, pair.target
    inclusion = Inclusion(
        source, target, source.distinct, min(source.distinct, target.distinct), source.filled, source.filled
    )
    if family(source) != "number" or _are_mixed(source, target):
        return inclusion
    return replace(inclusion, minimum=float(source.minimum), maximum=float(min(source.maximum, target.maximum)))
