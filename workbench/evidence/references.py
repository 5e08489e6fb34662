"""Which attributes refer to which: inclusion counted on the data, then weighed.

1. Candidates: every column against every unique column of a like type; range and a few sampled values discard most.
2. The survivors most likely on sight are counted exactly: distinct values, rows, and where the values lie.
3. Each is weighed (``plausibility``); one source keeps its best target; what is nearly as good is kept as a finding.
4. Composite keys: for each, the columns of another table that fit it together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import log2
from typing import Any

from workbench.evidence.claim import Claim, CounterExample, Evidence, Reason, mask
from workbench.evidence.matching import (
    ROWS,
    counted_values,
    found_and_missed,
    is_found,
    known_values,
    missed_values,
    value_column,
)
from workbench.evidence.names import MEASURE_WORDS, SENSITIVE_WORDS, is_opaque, stem_words, words
from workbench.evidence.options import Options
from workbench.evidence.plausibility import Inclusion, component_bits, weigh
from workbench.evidence.profile import ColumnProfile, TableProfile, column, count_where
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Cast, Constant, IsNull, Node
from workbench.relation.plan import (
    Aggregate,
    Filter,
    Join,
    Order,
    Output,
    Plan,
    Project,
    Scan,
    Sort,
    Values,
)
from workbench.relation.port import Store

__all__ = ["Target", "find_references", "inclusion_plan"]

_TESTED_ON_SIGHT = 40
_EXACT_A_SOURCE = 6
_MOST_NEIGHBOURS = 400
_SMALL = 31


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads from and to: columns of one table, pairwise equal to columns of another."""

    source_table: str
    source: tuple[str, ...]
    table: str
    columns: tuple[str, ...]

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
class _Pair:
    source: ColumnProfile
    target: ColumnProfile


def find_references(
    store: Store, tables: Mapping[str, TableProfile], keys: Mapping[str, tuple[str, ...]], options: Options
) -> tuple[Claim, ...]:
    """Every reference that is accepted or nearly so, sources in table and column order.

    A declared foreign key is taken as declared, and counted.
    """
    search = _Search(store, tables, keys, options)
    declared = search.declared()
    taken = {(claim.value.source_table, name) for claim in declared for name in claim.value.source}
    singles = search.singles(taken)
    composites = search.composites(declared + singles)
    order = {name: position for position, name in enumerate(tables)}
    found = declared + singles + composites
    return tuple(sorted(found, key=lambda claim: (order[claim.value.source_table], claim.path, -claim.plausibility)))


class _Search:
    """One search over all tables: what every step needs at hand."""

    def __init__(
        self, store: Store, tables: Mapping[str, TableProfile], keys: Mapping[str, tuple[str, ...]], options: Options
    ) -> None:
        self.store, self.tables, self.keys, self.options = store, tables, keys, options
        self.table_words = frozenset(word for name in tables for word in stem_words(name))
        self._neighbours: dict[tuple[str, str], float | None] = {}

    # 0. what the source itself declares

    def declared(self) -> list[Claim]:
        claims = []
        for table in self.tables.values():
            for reference in table.info.references:
                if reference.target.name in self.tables:
                    target = Target(table.name, reference.columns, reference.target.name, reference.target_columns)
                    claims.append(
                        self._claim(target, self._count(target), (Reason("declared by the source"),), "accepted")
                    )
        return claims

    # 1. candidates

    def singles(self, taken: set[tuple[str, str]]) -> list[Claim]:
        by_source: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
        targets = [each for table in self.tables.values() for each in table.columns if self._is_target(each)]
        sources = [
            each
            for table in self.tables.values()
            for each in table.columns
            if each.distinct and _family(each) and (each.table, each.name) not in taken
        ]
        for target in targets:
            fitting = [each for each in sources if each is not target and self._fits(each, target)]
            for source in self._on_sight(fitting, target):
                by_source[source.table, source.name].append(_Pair(source, target))
        weighed = [self._best(pairs) for pairs in by_source.values()]
        return self._without_copies([claim for claims in weighed for claim in claims])

    def _is_target(self, profile: ColumnProfile) -> bool:
        if profile.distinct < 2 or not _family(profile):
            return False
        is_key = self.keys.get(profile.table) == (profile.name,)
        return is_key or (profile.is_unique and _family(profile) in ("number", "text"))

    def _fits(self, source: ColumnProfile, target: ColumnProfile) -> bool:
        family = _family(source)
        if family != _family(target) or source.distinct > target.distinct / self.options.near_coverage + 10:
            return False
        seen = source.sample
        inside = sum(target.minimum <= value <= target.maximum for value in seen) if family != "text" else len(seen)
        return inside >= len(seen) * self.options.near_coverage

    def _on_sight(self, sources: list[ColumnProfile], target: ColumnProfile) -> list[ColumnProfile]:
        """Those of ``sources`` of which a few different values are found in the target often enough."""
        if target.is_dense:
            return sources
        looked = [(each, list(dict.fromkeys(each.sample))[:_TESTED_ON_SIGHT]) for each in sources]
        kept: list[ColumnProfile] = []
        for start in range(0, len(looked), 25):
            part = looked[start : start + 25]
            rows = tuple((index, _plain(value)) for index, (_, values) in enumerate(part) for value in values)
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

    # 2. exact counts, 3. weights

    def _best(self, pairs: list[_Pair]) -> list[Claim]:
        """The best target of one source, and one that is nearly as good."""
        sight = sorted(
            ((self._weigh(_on_sight_inclusion(pair)), pair) for pair in pairs), key=lambda each: -_bits(each[0])
        )
        claims = []
        for _, pair in [each for each in sight if _bits(each[0]) > -12][:_EXACT_A_SOURCE]:
            target = Target(pair.source.table, (pair.source.name,), pair.target.table, (pair.target.name,))
            inclusion, evidence = self._include(pair, target)
            reasons = self._weigh(inclusion)
            status = self._status(evidence.coverage, _bits(reasons))
            if status:
                claims.append(self._claim(target, evidence, reasons, status))
        claims.sort(key=self._rank)
        accepted = [claim for claim in claims if claim.status == "accepted"]
        best = (accepted or claims)[:1]
        rivals = [
            claim.with_status("near miss")
            for claim in claims
            if claim not in best and claim.plausibility > best[0].plausibility - 3
        ]
        return best + rivals[:1]

    def _rank(self, claim: Claim) -> tuple[float, int, str]:
        """The more plausible first; where one target holds every row, that counts for ten bits. A tie goes to the wider table."""
        bits = claim.plausibility + (0.0 if claim.evidence.disagreeing else 10.0)
        return (-bits, -len(self.tables[claim.value.table].columns), claim.value.path)

    def _status(self, coverage: float, bits: float) -> Any:
        believed = bits >= self.options.reference_plausibility
        if believed and coverage >= self.options.reference_coverage:
            return "accepted"
        # Rows that point nowhere were counted against it; what would it be worth without them?
        if coverage >= self.options.near_coverage and bits + 45 * (1 - coverage) >= self.options.reference_plausibility:
            return "near miss"
        return None

    def _weigh(self, inclusion: Inclusion) -> tuple[Reason, ...]:
        source, target = inclusion.source, inclusion.target
        return weigh(
            inclusion,
            self.tables[source.table],
            self.tables[target.table],
            target_key=self.keys.get(target.table, ()),
            others=self.table_words - set(stem_words(target.table)) - set(stem_words(source.table)),
        )

    def _include(self, pair: _Pair, target: Target) -> tuple[Inclusion, Evidence]:
        plan = inclusion_plan(self.tables, target)
        values, matched_values, rows, matched_rows, *spread = self.store.query(plan).tuples()[0]
        rows, matched_rows = int(rows or 0), int(matched_rows or 0)
        low, high, mean = spread or (None, None, None)
        inclusion = Inclusion(
            pair.source,
            pair.target,
            values,
            matched_values,
            rows,
            matched_rows,
            minimum=_float(low),
            maximum=_float(high),
            mean=_float(mean),
            neighbours=self._neighbour_correlation(pair.source),
        )
        return inclusion, Evidence(rows, matched_rows, pair.source.missing, plan=plan)

    def _neighbour_correlation(self, source: ColumnProfile) -> float | None:
        """How alike the frequencies of neighbouring whole numbers are, from -1 to 1; None where there are too few or too many."""
        key = (source.table, source.name)
        if key not in self._neighbours:
            usable = (
                source.is_integral and 5 <= source.distinct <= _MOST_NEIGHBOURS and source.filled >= 4 * source.distinct
            )
            self._neighbours[key] = self._correlation(source) if usable else None
        return self._neighbours[key]

    def _correlation(self, source: ColumnProfile) -> float | None:
        scan = Filter(Scan(self.tables[source.table].info.table), IsNull(column(source.name), negated=True))
        groups = Aggregate(scan, (Output("value", column(source.name)),), (Output("rows", count_where()),))
        counts = [float(rows) for _, rows in self.store.query(Sort(groups, (Order(column("value")),))).tuples()]
        mean = sum(counts) / len(counts)
        spread = sum((each - mean) ** 2 for each in counts)
        if not spread:
            return None
        return sum((a - mean) * (b - mean) for a, b in pairwise(counts)) / spread

    def _without_copies(self, claims: list[Claim]) -> list[Claim]:
        """Drop a reference to a plain attribute where its table refers to the same row by key (a copied name), and of two references
        that lead to and fro between the same columns the less plausible."""
        accepted = [claim for claim in claims if claim.status == "accepted"]
        by_key = {
            (claim.value.source_table, claim.value.table)
            for claim in accepted
            if claim.value.columns == self.keys.get(claim.value.table)
        }
        best = {(claim.value.source_path, claim.value.path): claim.plausibility for claim in accepted}
        kept = []
        for claim in claims:
            target: Target = claim.value
            is_copy = target.columns != self.keys.get(target.table) and (target.source_table, target.table) in by_key
            back = best.get((target.path, target.source_path))
            if is_copy or (back is not None and (back, target.path) > (claim.plausibility, target.source_path)):
                continue
            kept.append(claim)
        return kept

    # 4. several columns together

    def composites(self, known: list[Claim]) -> list[Claim]:
        leads_to = {
            (claim.value.source_table, claim.value.source[0]): claim.value.path
            for claim in known
            if claim.status == "accepted" and len(claim.value.source) == 1
        }
        declared = {(claim.value.source_table, claim.value.source) for claim in known if len(claim.value.source) > 1}
        claims = []
        for name, key in self.keys.items():
            if len(key) < 2 or len(key) > self.options.widest_key:
                continue
            for table in self.tables.values():
                if table.name != name and table.rows:
                    found = self._composite(table, self.tables[name], key, leads_to)
                    claims += [
                        claim for claim in found if (claim.value.source_table, claim.value.source) not in declared
                    ]
        return claims

    def _composite(
        self, table: TableProfile, other: TableProfile, key: tuple[str, ...], leads_to: Mapping[tuple[str, str], str]
    ) -> list[Claim]:
        choices = [self._components(table, other.column(name), leads_to) for name in key]
        best: list[Claim] = []
        combinations = (
            sorted(product(*choices), key=lambda each: -sum(bits for _, bits, _ in each))[:8] if all(choices) else []
        )
        for combination in combinations:
            names = tuple(source.name for source, _, _ in combination)
            if len(set(names)) < len(names):
                continue
            target = Target(table.name, names, other.name, key)
            claim = self._weighed_composite(target, other, combination)
            if claim is not None:
                best.append(claim)
        best.sort(key=lambda claim: -claim.plausibility)
        return [claim for claim in best if claim is best[0] or self._in_another_role(claim, best[0], leads_to)]

    @staticmethod
    def _in_another_role(claim: Claim, best: Claim, leads_to: Mapping[tuple[str, str], str]) -> bool:
        """Whether a claim differs from the best only in columns that refer to the same place: home and away team."""
        table, pairs = best.value.source_table, zip(claim.value.source, best.value.source, strict=True)
        changed = [
            (leads_to.get((table, mine)), leads_to.get((table, other))) for mine, other in pairs if mine != other
        ]
        return claim.status == "accepted" and all(mine is not None and mine == other for mine, other in changed)

    def _components(
        self, table: TableProfile, target: ColumnProfile, leads_to: Mapping[tuple[str, str], str]
    ) -> list[tuple[ColumnProfile, float, str]]:
        """Columns of ``table`` that may stand for one column of a composite key: each with its weight and the reason."""
        found = []
        fitting = [
            each for each in table.columns if each.distinct and _family(each) and self._fits_component(each, target)
        ]
        for source in self._on_sight(fitting, target):
            path = f"{target.table}.{target.name}"
            there = leads_to.get((target.table, target.name))
            small = source.is_integral and source.distinct <= _SMALL
            if there and leads_to.get((source.table, source.name)) in (there, path):
                found.append((source, 8.0, f"{source.name} and {target.name} refer to the same {there}"))
            elif not _opaque_pair(source, target) and source.name.lower() == target.name.lower():
                counts = small and bool(set(words(source.name)) & MEASURE_WORDS)
                found.append((source, 3.0 if counts else 6.0, f"both are called {source.name}"))
            else:
                bits = sum(each for _, each in component_bits(_on_sight_inclusion(_Pair(source, target))))
                alike = not _opaque_pair(source, target) and bool(
                    set(stem_words(source.name)) & set(stem_words(target.name))
                )
                bits = max(min(bits, 2.0 if small else 5.0), -10.0) + 4.0 * alike
                found.append((source, bits, f"{source.name} fits {target.name}"))
        found.sort(key=lambda each: -each[1])
        return found[:3]

    def _fits_component(self, source: ColumnProfile, target: ColumnProfile) -> bool:
        if _family(source) != _family(target):
            return False
        inside = sum(bool(target.minimum <= value <= target.maximum) for value in source.sample)
        return inside >= len(source.sample) * self.options.reference_coverage

    def _weighed_composite(
        self, target: Target, other: TableProfile, combination: Iterable[tuple[ColumnProfile, float, str]]
    ) -> Claim | None:
        plan = inclusion_plan(self.tables, target)
        _, matched_values, rows, matched_rows, *_ = self.store.query(plan).tuples()[0]
        rows, matched_rows = int(rows or 0), int(matched_rows or 0)
        if not rows:
            return None
        room = 1.0
        for name in target.columns:
            room *= other.column(name).distinct
        loose = any(" fits " in text for _, _, text in combination)
        small = any(each.is_integral and each.distinct <= _SMALL and " fits " in text for each, _, text in combination)
        # Small numbers within each group count from one: any other small number is found among them.
        joint = min(matched_values * log2(max(room / max(other.rows, 1), 1.0)), 4.0 if small else 15.0)
        missed = 1 - matched_rows / rows
        weights = [
            ("few sets of columns are references", -8.0),
            *((text, bits) for _, bits, text in combination),
            ("unrelated combinations would hardly be found there", joint),
            ("the target identifies its table", 3.0),
            *([(f"{missed:.2%} of the rows point nowhere", -(220.0 if loose else 110.0) * missed)] if missed else []),
        ]
        reasons = tuple(Reason(text, round(bits, 1)) for text, bits in weights)
        status = self._status(1 - missed, _bits(reasons))
        missing = self.tables[target.source_table].rows - rows
        return (
            self._claim(target, Evidence(rows, matched_rows, missing, plan=plan), reasons, status) if status else None
        )

    # claims

    def _count(self, target: Target) -> Evidence:
        plan = inclusion_plan(self.tables, target)
        _, _, rows, matched_rows, *_ = self.store.query(plan).tuples()[0]
        rows, matched_rows = int(rows or 0), int(matched_rows or 0)
        return Evidence(rows, matched_rows, self.tables[target.source_table].rows - rows, plan=plan)

    def _claim(self, target: Target, evidence: Evidence, reasons: tuple[Reason, ...], status: Any) -> Claim:
        if evidence.disagreeing:
            evidence = Evidence(
                evidence.tested,
                evidence.agreeing,
                evidence.missing,
                self._examples(target),
                evidence.plan,
                evidence.sampled_of,
            )
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
        private = not self.options.show_sensitive and any(set(words(name)) & SENSITIVE_WORDS for name in target.source)
        plan = missed_values(*_sides(self.tables, target), len(target.source), self.options.counter_examples)
        rows = self.store.query(plan).tuples()
        return tuple(
            CounterExample(", ".join(mask(value, private) for value in row[:-1]), int(row[-1])) for row in rows
        )


def inclusion_plan(tables: Mapping[str, TableProfile], target: Target) -> Plan:
    """One row: distinct source values, those found, filled rows, rows found; least, greatest, mean found value (of numbers)."""
    grouped, there = _sides(tables, target)
    source = tables[target.source_table].column(target.source[0])
    value: Node = value_column(0, "s") if _family(source) == "number" else Constant(None)
    found = is_found()
    counts = (
        Output("values", count_where()),
        Output("values_found", count_where(found)),
        Output("rows", Fold("sum", column(ROWS, "s"))),
        Output("rows_found", Fold("sum", column(ROWS, "s"), where=found)),
    )
    if _family(source) != "number":
        return Aggregate(found_and_missed(grouped, there, len(target.source)), (), counts)
    spread = (("least", "min"), ("greatest", "max"), ("mean", "avg"))
    numbers = tuple(Output(name, Fold(function, value, where=found)) for name, function in spread)
    return Aggregate(found_and_missed(grouped, there, len(target.source)), (), (*counts, *numbers))


def _sides(tables: Mapping[str, TableProfile], target: Target) -> tuple[Plan, Plan]:
    source, other = tables[target.source_table], tables[target.table]
    mine = [source.column(name) for name in target.source]
    theirs = [other.column(name) for name in target.columns]
    unique = len(theirs) == 1 and theirs[0].is_unique
    return (
        counted_values(source.info.table, target.source, list(map(_comparable, mine))),
        known_values(other.info.table, target.columns, list(map(_comparable, theirs)), unique=unique),
    )


def _comparable(profile: ColumnProfile) -> Node:
    """The column in a form that equals its like in another table: whole numbers as integers, identifiers as text."""
    if profile.is_integral and profile.type != "integer":
        return Cast(column(profile.name), "integer")
    return Cast(column(profile.name), "string") if profile.type == "uuid" else column(profile.name)


def _plain(value: Any) -> Any:
    return str(value) if type(value).__name__ == "UUID" else value


def _family(profile: ColumnProfile) -> str:
    """Columns of one family can hold equal values; an empty string is none that refers."""
    if profile.is_integral:
        return "number"
    return {
        "string": "text",
        "uuid": "text",
        "date": "date",
        "timestamp": "timestamp",
        "local_timestamp": "local_timestamp",
    }.get(profile.type, "")


def _opaque_pair(source: ColumnProfile, target: ColumnProfile) -> bool:
    return is_opaque(source.name) or is_opaque(target.name)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _bits(reasons: Iterable[Reason]) -> float:
    return sum(reason.bits or 0.0 for reason in reasons)


def _on_sight_inclusion(pair: _Pair) -> Inclusion:
    """What the profiles alone promise: everything is found, as far as the ranges let it."""
    source, target = pair.source, pair.target
    inclusion = Inclusion(
        source, target, source.distinct, min(source.distinct, target.distinct), source.filled, source.filled
    )
    if _family(source) != "number":
        return inclusion
    return replace(inclusion, minimum=float(source.minimum), maximum=float(min(source.maximum, target.maximum)))
