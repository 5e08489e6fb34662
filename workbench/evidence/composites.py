"""References of several columns: for each composite key, the columns of another table that fit it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from workbench.evidence.claim import Claim, Reason
from workbench.evidence.inclusion import (
    Counting,
    Pair,
    Target,
    bits_of,
    family,
    inclusion_on_sight,
    inclusion_plan,
    sides,
)
from workbench.evidence.matching import ROWS, value_column
from workbench.evidence.names import MEASURE_WORDS, is_opaque, stem_words, words
from workbench.evidence.plausibility import component_bits, likelihood
from workbench.evidence.profile import ColumnProfile, Progress, TableProfile, column
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Cast, Node
from workbench.relation.plan import Aggregate, Join, Output, Plan, Project

__all__ = ["find_composites"]

_SMALL = 31
_JOINT = 15.0
"""Bits that the columns together are worth, at most."""


def find_composites(
    count: Counting, keys: Mapping[str, tuple[str, ...]], known: list[Claim], say: Progress
) -> list[Claim]:
    """References to the composite ones of ``keys``, beside those already ``known``."""
    return _Composites(count, keys, known).all(say)


class _Composites:
    def __init__(self, count: Counting, keys: Mapping[str, tuple[str, ...]], known: list[Claim]) -> None:
        self.count, self.keys, self.known = count, keys, known
        self.accepted = {(claim.value.source_path, claim.value.path) for claim in known if claim.status == "accepted"}

    def all(self, say: Progress) -> list[Claim]:
        leads_to = {
            (claim.value.source_table, claim.value.source[0]): claim.value.path
            for claim in self.known
            if claim.status == "accepted" and len(claim.value.source) == 1
        }
        declared = {
            (claim.value.source_table, claim.value.source) for claim in self.known if len(claim.value.source) > 1
        }
        claims = []
        for place, (name, key) in enumerate(self.keys.items()):
            if len(key) < 2 or len(key) > self.count.options.widest_key:
                continue
            for table in self.count.tables.values():
                if table.rows:
                    say(f"looking for references from {table.name} to {name}", place / len(self.keys))
                    found = self._composite(table, self.count.tables[name], key, leads_to)
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
            # Within one table a part may be shared (a neighbour in the same house), but some row refers to none.
            own = [source for source, *_ in combination if source.name not in key]
            if len(set(names)) < len(names) or (table is other and not any(source.missing for source in own)):
                continue
            target = Target(table.name, names, other.name, key)
            claim = self._weighed_composite(target, other, combination)
            if claim is not None:
                best.append(claim)
        best.sort(key=lambda claim: -claim.plausibility - (0.0 if claim.evidence.disagreeing else 10.0))
        return self._roles(best, leads_to)

    @staticmethod
    def _roles(claims: list[Claim], leads_to: Mapping[tuple[str, str], str]) -> list[Claim]:
        """The best claim, and those accepted that differ from it in role: home and away team, a table and the one moved from.

        Each brings a column that no better one uses; what it shares leads somewhere on its own, or what it does not share leads where
        the best one's leads.
        """
        kept, used = claims[:1], {name for claim in claims[:1] for name in claim.value.source}
        first = frozenset(used)
        # One with columns all of its own before one that shares some: there may be nothing left for that.
        for claim in sorted(claims[1:], key=lambda each: len(first & set(each.value.source))):
            table, mine = claim.value.source_table, claim.value.source
            pairs = [each for each in zip(mine, claims[0].value.source, strict=True) if each[0] != each[1]]
            there = [(leads_to.get((table, one)), leads_to.get((table, other))) for one, other in pairs]
            leads_alike = all(one is not None and one == other for one, other in there)
            shares_leads = all((table, name) in leads_to for name in mine if name in used)
            if claim.status == "accepted" and set(mine) - used and (leads_alike or shares_leads):
                kept.append(claim)
                used |= set(mine)
        return kept

    def _components(
        self, table: TableProfile, target: ColumnProfile, leads_to: Mapping[tuple[str, str], str]
    ) -> list[tuple[ColumnProfile, float, str]]:
        """Columns of ``table`` that may stand for one column of a composite key: each with its weight and the reason."""
        found: list[tuple[ColumnProfile, float, str]] = []
        path, there = f"{target.table}.{target.name}", leads_to.get((target.table, target.name))
        fitting: list[ColumnProfile] = []
        for source in table.columns:
            if source is target:
                found.append((source, 2.0, f"both share {source.name}"))
            elif there and leads_to.get((source.table, source.name)) in (there, path):
                # Rows that lack another part of the reference may hold anything here.
                found.append((source, 8.0, f"{source.name} and {target.name} refer to the same {there}"))
            elif table.name == target.table and set(words(source.name)) & MEASURE_WORDS:
                # Times and amounts lead to no other row of their own table, however well they fit.
                continue
            elif source.distinct and family(source) and self._fits_component(source, target):
                fitting.append(source)
        for source in self.count.on_sight(fitting, target):
            small = _is_small(source)
            if not _opaque_pair(source, target) and source.name.lower() == target.name.lower():
                counts = small and bool(set(words(source.name)) & MEASURE_WORDS)
                found.append((source, 3.0 if counts else 6.0, f"both are called {source.name}"))
            else:
                bits = sum(each for _, each in component_bits(inclusion_on_sight(Pair(source, target))))
                alike = not _opaque_pair(source, target) and bool(
                    set(stem_words(source.name)) & set(stem_words(target.name))
                )
                bits = max(min(bits, 2.0 if small else 5.0), -10.0) + 4.0 * alike
                found.append((source, bits, f"{source.name} fits {target.name}"))
        found.sort(key=lambda each: -each[1])
        return found[:3]

    def _fits_component(self, source: ColumnProfile, target: ColumnProfile) -> bool:
        if family(source) != family(target):
            return False
        inside = sum(bool(target.minimum <= value <= target.maximum) for value in source.sample)
        return inside >= len(source.sample) * self.count.options.reference_coverage

    def _is_part(self, target: Target) -> bool:
        """Whether a column of the target refers back to the one that points at it: a booking has guests, and names one of them."""
        pairs = zip(target.source, target.columns, strict=True)
        return any((f"{target.table}.{its}", f"{target.source_table}.{mine}") in self.accepted for mine, its in pairs)

    def _shuffled(self, target: Target) -> float:
        """The share of rows that would be found in the target, were each column's values drawn apart from the others'."""
        source, other, room = self.count.tables[target.source_table], self.count.tables[target.table], 1.0
        if source.sampled_of or other.sampled_of:
            for name in target.columns:
                room *= other.column(name).distinct
            return min(other.rows / room, 1.0)
        for name in target.source:
            room *= source.column(name).filled
        return float(self.count.store.query(shuffled_plan(self.count.tables, target)).tuples()[0][0] or 0.0) / room

    def _weighed_composite(
        self, target: Target, other: TableProfile, combination: Sequence[tuple[ColumnProfile, float, str]]
    ) -> Claim | None:
        plan = inclusion_plan(self.count.tables, target)
        values, _, rows, matched_rows, *_ = self.count.store.query(plan).tuples()[0]
        rows, matched_rows = int(rows or 0), int(matched_rows or 0)
        if not rows:
            return None
        missed = 1 - matched_rows / rows
        loose = any(" fits " in text for _, _, text in combination)
        table_is_its_own = target.source_table == target.table
        small = any(_is_small(each) and " fits " in text for each, _, text in combination)
        weights = [
            ("few sets of columns are references", -9.5 if small else -8.0),
            *((text, bits) for _, bits, text in combination),
            ("the target identifies its table", 3.0),
            *([("no row of its own table would be missed", -10.0)] if missed and table_is_its_own else []),
            *([("the target is a part of the source's row", -20.0)] if self._is_part(target) else []),
            *([(f"{missed:.2%} of the rows point nowhere", -(400.0 if loose else 110.0) * missed)] if missed else []),
        ]
        if self.count.status(1 - missed, _JOINT + sum(bits for _, bits in weights)) is None:
            return None
        chance = min(self._shuffled(target), 0.98)
        joint = max(-_JOINT, min(likelihood(values * (1 - missed), values * missed, chance), _JOINT))
        weights.append((f"put together at random, {chance:.0%} of the rows would be found there", joint))
        reasons = tuple(Reason(text, round(bits, 1)) for text, bits in weights)
        status = self.count.status(1 - missed, bits_of(reasons))
        if not status:
            return None
        return self.count.claim(target, self.count.evidence(target, rows, matched_rows, plan), reasons, status)


def shuffled_plan(tables: Mapping[str, TableProfile], target: Target) -> Plan:
    """One row: how many rows of the source, times itself for each further column, the target holds when each column is drawn apart."""
    _, there = sides(tables, target)
    plan: Plan = there
    found: Node | None = None
    for place, name in enumerate(target.source):
        alone = Target(target.source_table, (name,), target.table, (target.columns[place],))
        drawn, _ = sides(tables, alone)
        outputs = Output("value", value_column(0, "s")), Output(ROWS, column(ROWS, "s"))
        drawn = Project(drawn, outputs, alias=f"s{place}")
        equal = Binary("=", value_column(place, "t"), column("value", f"s{place}"))
        plan = Join(plan, drawn, equal)
        rows = Cast(column(ROWS, f"s{place}"), "float")
        found = rows if found is None else Binary("*", found, rows)
    return Aggregate(plan, (), (Output("found", Fold("sum", found)),))


def _is_small(profile: ColumnProfile) -> bool:
    """Whether a column holds a few small numbers, which occur in any other column of such."""
    return profile.is_integral and profile.distinct <= _SMALL and float(profile.maximum) <= 2 * _SMALL


def _opaque_pair(source: ColumnProfile, target: ColumnProfile) -> bool:
    return is_opaque(source.name) or is_opaque(target.name)
