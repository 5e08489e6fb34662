"""Which attributes refer to which: inclusion counted on the data, then weighed.

1. Candidates: every column against every unique column of a like type; range and a few sampled values discard most.
2. The survivors most likely on sight are counted exactly: distinct values, rows, and where the values lie.
3. Each is weighed (``plausibility``); one source keeps its best target; what is nearly as good is kept as a finding.
4. Composite keys (``composites``): for each, the columns of another table that fit it together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.evidence.claim import Claim, Evidence, Reason
from workbench.evidence.composites import find_composites
from workbench.evidence.hierarchy import hierarchy_bits
from workbench.evidence.inclusion import (
    Counting,
    Pair,
    Target,
    bits_of,
    can_equal,
    family,
    inclusion_on_sight,
    inclusion_plan,
)
from workbench.evidence.names import is_opaque, stem_words, words
from workbench.evidence.naming import named_bits
from workbench.evidence.options import Options
from workbench.evidence.plausibility import Inclusion, weigh
from workbench.evidence.profile import ColumnProfile, Progress, TableProfile, column, count_where
from workbench.evidence.short_lists import Weighed, share_out
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Constant, IsNull
from workbench.relation.plan import Aggregate, Filter, Order, Output, Project, Scan, Sort
from workbench.relation.port import Store

__all__ = ["find_references"]

_DOUBTED = -12.0
"""Bits down to which the best target of a column named as an identifier is worth a look."""
_EXACT_A_SOURCE = 6
_WEIGHED_A_SOURCE = 60
_EXACT_IN_ALL = 3_000
"""Pairs of columns counted exactly, at most: the likeliest on sight."""

_OTHER_TARGETS = 20
"""Unique attributes of a table beside its key that are looked at as targets."""

_LOOKED_AT = 100
_MOST_NEIGHBOURS = 400
_MOST_FETCHED = 100_000
"""Rows of a table fetched to follow them from one to the other."""


def find_references(
    store: Store,
    tables: Mapping[str, TableProfile],
    keys: Mapping[str, tuple[str, ...]],
    options: Options,
    progress: Progress | None = None,
) -> tuple[tuple[Claim, ...], int]:
    """Every reference that is accepted or nearly so, sources in table and column order; and how many pairs of columns were so many and
    so unlikely that they were not counted.

    A declared foreign key is taken as declared, and counted. Nothing refers to a view where there are tables, whose rows it shows
    again. What ``progress`` raises stops the search.
    """
    say = progress or (lambda text, share: None)
    if real := {name: key for name, key in keys.items() if tables[name].info.kind == "table"}:
        keys = real
    search = _Search(store, tables, keys, options, say)
    declared = search.declared()
    taken = {(claim.value.source_table, name) for claim in declared for name in claim.value.source}
    singles = search.singles(taken)
    composites = find_composites(
        search.count, keys, declared + singles, lambda text, share: say(text, 0.8 + 0.2 * share)
    )
    order = {name: position for position, name in enumerate(tables)}
    found = declared + [_by_composite(claim, singles, composites) for claim in singles] + composites
    found.sort(key=lambda claim: (order[claim.value.source_table], claim.path, -claim.plausibility))
    return tuple(found), search.untested


class _Search:
    """One search over all tables: what every step needs at hand."""

    def __init__(
        self,
        store: Store,
        tables: Mapping[str, TableProfile],
        keys: Mapping[str, tuple[str, ...]],
        options: Options,
        say: Progress,
    ) -> None:
        self.store, self.tables, self.keys, self.options, self.say = store, tables, keys, options, say
        self.count = Counting(store, tables, options)
        self.table_words = frozenset(word for name in tables for word in stem_words(name))
        self.silent = frozenset(word for word in self.table_words if _is_in_most(word, tables))
        self.untested = 0
        self._counts: dict[tuple[str, str], tuple[int, ...]] = {}

    def declared(self) -> list[Claim]:
        claims = []
        called = {table.info.table: name for name, table in self.tables.items()}
        for table in self.tables.values():
            for reference in table.info.references:
                if reference.target in called:
                    self.say(f"counting the declared references of {table.name}", 0.0)
                    to = called[reference.target]
                    target = Target(table.name, reference.columns, to, reference.target_columns)
                    claims.append(
                        self.count.claim(
                            target, self.count.rows_found(target), (Reason("declared by the source"),), "accepted"
                        )
                    )
        return claims

    def singles(self, taken: set[tuple[str, str]]) -> list[Claim]:
        by_source: dict[tuple[str, str], list[Pair]] = defaultdict(list)
        targets = [each for table in self.tables.values() for each in self._targets(table)]
        sources = [
            each
            for table in self.tables.values()
            for each in table.columns
            if each.distinct and family(each) and (each.table, each.name) not in taken
        ]
        of_family: dict[str, list[ColumnProfile]] = defaultdict(list)
        for source in sources:
            of_family[family(source)].append(source)
        without_zero = {each.path: self._without_zero(each) for each in of_family["number"]}
        for place, target in enumerate(targets):
            self.say(f"looking for what may refer to {target.path}", 0.4 * place / len(targets))
            alike = [each for each in of_family.values() if can_equal(each[0], target)]
            known = [each for some in alike for each in some if each is not target]
            if target.is_integral and target.minimum > 0:
                known = [without_zero.get(each.path) or each for each in known]
            fitting = [each for each in known if self._fits(each, target)]
            for source in self.count.on_sight(fitting, target):
                zero_is_none = source is without_zero.get(source.path)
                by_source[source.table, source.name].append(Pair(source, target, zero_is_none))
        likeliest, found = self._likeliest(list(by_source.values())), []
        for place, pairs in enumerate(likeliest):
            if pairs:
                self.say(f"counting what {pairs[0].source.path} refers to", 0.4 + 0.4 * place / len(likeliest))
            found.append([self._weighed(pair) for pair in pairs])
        shared = share_out(found, self.options.reference_coverage)
        return self._without_copies([claim for some in shared for claim in self._best(some)])

    def _without_zero(self, source: ColumnProfile) -> ColumnProfile | None:
        """The column as it would be were its 0 no value, as many programs write none; None where it has no 0, or little else."""
        if source.minimum != 0 or source.is_unique or source.distinct < 3:
            return None
        scan = Scan(self.tables[source.table].info.table)
        rest = Filter(scan, Binary("!=", column(source.name), Constant(0)))
        counts = Output("filled", count_where()), Output("least", Fold("min", column(source.name)))
        filled, least = self.store.query(Aggregate(rest, (), counts)).tuples()[0]
        sample = tuple(value for value in source.sample if value)
        return replace(source, filled=int(filled), distinct=source.distinct - 1, minimum=least, sample=sample)

    def _targets(self, table: TableProfile) -> list[ColumnProfile]:
        """What can be referred to: the key of one attribute, and the first of the other unique ones where there are rows to tell."""
        if table.name not in self.keys:
            return []
        key = self.keys[table.name]
        usable = [each for each in table.columns if each.distinct >= 2 and family(each)]
        others = [
            each
            for each in usable
            if each.is_unique and each.distinct >= 5 and family(each) in ("number", "text") and (each.name,) != key
        ]
        return [each for each in usable if (each.name,) == key] + others[:_OTHER_TARGETS]

    def _fits(self, source: ColumnProfile, target: ColumnProfile) -> bool:
        # Every value that is not there is missed by a row at least.
        if source.distinct - target.distinct > source.filled * (1 - self.options.near_coverage) + 10:
            return False
        if "text" in (family(source), family(target)):
            return True
        if target.minimum <= source.minimum and source.maximum <= target.maximum:
            return True
        seen = source.sample[:_LOOKED_AT]
        inside = sum(1 for value in seen if target.minimum <= value <= target.maximum)
        return inside >= len(seen) * self.options.near_coverage

    def _likeliest(self, by_source: list[list[Pair]]) -> list[list[Pair]]:
        """Of each source's pairs the few that are likeliest on sight, and of all of these as many as can be counted."""
        ranked: list[list[tuple[float, Pair]]] = []
        for pairs in by_source:
            some = sorted(pairs, key=_promise)[:_WEIGHED_A_SOURCE]
            weighed = ((bits_of(self._weigh(inclusion_on_sight(pair))), pair) for pair in some)
            likely = sorted((each for each in weighed if each[0] > -12), key=lambda each: -each[0])
            ranked.append(likely[:_EXACT_A_SOURCE])
        everything = sorted((bits for pairs in ranked for bits, _ in pairs), reverse=True)
        too_little = everything[_EXACT_IN_ALL] if len(everything) > _EXACT_IN_ALL else float("-inf")
        self.untested = sum(bits <= too_little for bits in everything)
        return [[pair for bits, pair in pairs if bits > too_little] for pairs in ranked]

    def _weighed(self, pair: Pair) -> Weighed:
        target = Target(
            pair.source.table, (pair.source.name,), pair.target.table, (pair.target.name,), pair.zero_is_none
        )
        inclusion, evidence = self._include(pair, target)
        named = named_bits(inclusion.source, inclusion.target, self._others(inclusion), self.silent)
        reasons = self._weigh(inclusion)
        if pair.zero_is_none:
            reasons = (*reasons, Reason("0 stands for none", -4.0))
        return Weighed(pair, target, evidence, reasons, named)

    def _best(self, found: Sequence[Weighed]) -> list[Claim]:
        """The best target of one source, and one that is nearly as good."""
        claims: list[Claim] = []
        doubted: list[Claim] = []
        for each in found:
            status = self.count.status(each.evidence.coverage, each.bits)
            if status:
                claims.append(self.count.claim(each.target, each.evidence, each.reasons, status))
            elif each.evidence.coverage >= self.options.reference_coverage and each.bits > _DOUBTED:
                doubted.append(self.count.claim(each.target, each.evidence, each.reasons, "near miss"))
        if found and not claims and _leads_somewhere(found[0].pair.source):
            return sorted(doubted, key=self._rank)[:1]
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

    def _weigh(self, inclusion: Inclusion) -> tuple[Reason, ...]:
        source, target = self.tables[inclusion.source.table], self.tables[inclusion.target.table]
        keys = {"source_key": self.keys.get(source.name, ()), "target_key": self.keys.get(target.name, ())}
        return weigh(inclusion, source, target, **keys, others=self._others(inclusion), silent=self.silent)

    def _others(self, inclusion: Inclusion) -> frozenset[str]:
        """Words of the source's name that are the names of tables at neither end."""
        source, target = inclusion.source, inclusion.target
        ends = {*stem_words(target.table), *stem_words(source.table)}
        return (self.table_words & set(stem_words(source.name))) - ends

    def _include(self, pair: Pair, target: Target) -> tuple[Inclusion, Evidence]:
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
            frequencies=self._frequencies(self.tables[pair.source.table].column(pair.source.name))[pair.zero_is_none :],
            hierarchy=self._hierarchy(pair),
            density=self._density(pair, low, high),
        )
        return inclusion, self.count.evidence(target, rows, matched_rows, plan)

    def _density(self, pair: Pair, low: Any, high: Any) -> float | None:
        """How full the target is from the least to the greatest of the found values, where it is not as full everywhere."""
        target = pair.target
        if low is None or not target.is_integral or target.span < 2 * target.distinct or not pair.source.is_integral:
            return None
        here = Binary(
            "and", Binary(">=", column(target.name), Constant(low)), Binary("<=", column(target.name), Constant(high))
        )
        rows = Filter(Scan(self.tables[target.table].info.table), here)
        plan = Aggregate(rows, (), (Output("values", Fold("count", column(target.name), distinct=True)),))
        return float(self.store.query(plan).tuples()[0][0]) / float(high - low + 1)

    def _hierarchy(self, pair: Pair) -> float:
        """Bits for the source leading to earlier rows of its own table; 0 where that is not known."""
        source, target = pair.source, pair.target
        within = source.table == target.table and source.is_integral and target.is_integral
        if not within or not source.missing or source.rows > _MOST_FETCHED or target.missing:
            return 0.0
        values = tuple(Output(each.name, column(each.name)) for each in (target, source))
        rows = self.store.query(Project(Scan(self.tables[source.table].info.table), values)).tuples()
        return hierarchy_bits((key, None if parent == 0 and pair.zero_is_none else parent) for key, parent in rows)

    def _frequencies(self, source: ColumnProfile) -> tuple[int, ...]:
        """In how many rows each whole number occurs, in the order of the numbers; nothing where there are too few or too many."""
        key = (source.table, source.name)
        if key not in self._counts:
            usable = (
                source.is_integral and 3 <= source.distinct <= _MOST_NEIGHBOURS and source.filled >= 4 * source.distinct
            )
            self._counts[key] = self._counted(source) if usable else ()
        return self._counts[key]

    def _counted(self, source: ColumnProfile) -> tuple[int, ...]:
        scan = Filter(Scan(self.tables[source.table].info.table), IsNull(column(source.name), negated=True))
        groups = Aggregate(scan, (Output("value", column(source.name)),), (Output("rows", count_where()),))
        ordered = Sort(groups, (Order(column("value")),))
        return tuple(int(rows) for _, rows in self.store.query(ordered).tuples())

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


def _by_composite(claim: Claim, singles: Sequence[Claim], composites: Sequence[Claim]) -> Claim:
    """The claim as a near miss where it misses rows that a reference of several columns finds on its way to the same target."""
    here: Target = claim.value
    onward = {
        (each.value.source_table, *each.value.source)
        for each in singles
        if each.status == "accepted" and (each.value.table, each.value.columns) == (here.table, here.columns)
    }
    for each in composites:
        if each.status == "accepted" and each.value.source_table == here.source_table:
            by = dict(zip(each.value.source, each.value.columns, strict=True)).get(here.source[0])
            if (each.value.table, by) in onward and each.evidence.coverage > claim.evidence.coverage:
                return claim.with_status("near miss")
    return claim


def _leads_somewhere(source: ColumnProfile) -> bool:
    """Whether a column is named as an identifier, and is not its own row's: then a person should look where it leads."""
    said = words(source.name)
    return (
        not is_opaque(source.name)
        and not source.is_unique
        and len(said) > 1
        and said[-1] in ("id", "uuid", "fk", "ref")
    )


def _is_in_most(word: str, tables: Iterable[str]) -> bool:
    """Whether nearly all tables bear a word: a prefix, which tells none of them from the others."""
    bearing = [word in stem_words(name) for name in tables]
    return len(bearing) > 3 and sum(bearing) >= 0.8 * len(bearing)


def _promise(pair: Pair) -> tuple[bool, float]:
    """The less, the likelier: pairs whose names share a word come first, then targets that end where the source ends."""
    source, target = pair.source, pair.target
    unnamed = not set(stem_words(source.name)) & {*stem_words(target.table), *stem_words(target.name)}
    if family(source) == family(target) == "number":
        return unnamed, abs(float(target.maximum) - float(source.maximum))
    return unnamed, float(target.distinct)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
