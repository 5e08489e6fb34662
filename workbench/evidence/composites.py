"""References of several columns: for each composite key, the columns of another table that fit it together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from math import log2

from workbench.evidence.claim import Claim, Evidence, Reason
from workbench.evidence.inclusion import Counting, Pair, Target, bits_of, family, inclusion_on_sight, inclusion_plan
from workbench.evidence.names import MEASURE_WORDS, is_opaque, stem_words, words
from workbench.evidence.plausibility import component_bits
from workbench.evidence.profile import ColumnProfile, TableProfile

__all__ = ["find_composites"]

_SMALL = 31


def find_composites(count: Counting, keys: Mapping[str, tuple[str, ...]], known: list[Claim]) -> list[Claim]:
    """References to the composite ones of ``keys``, beside those already ``known``."""
    return _Composites(count, keys).all(known)


class _Composites:
    def __init__(self, count: Counting, keys: Mapping[str, tuple[str, ...]]) -> None:
        self.count, self.keys = count, keys

    def all(self, known: list[Claim]) -> list[Claim]:
        leads_to = {
            (claim.value.source_table, claim.value.source[0]): claim.value.path
            for claim in known
            if claim.status == "accepted" and len(claim.value.source) == 1
        }
        declared = {(claim.value.source_table, claim.value.source) for claim in known if len(claim.value.source) > 1}
        claims = []
        for name, key in self.keys.items():
            if len(key) < 2 or len(key) > self.count.options.widest_key:
                continue
            for table in self.count.tables.values():
                if table.name != name and table.rows:
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
            each for each in table.columns if each.distinct and family(each) and self._fits_component(each, target)
        ]
        for source in self.count.on_sight(fitting, target):
            path = f"{target.table}.{target.name}"
            there = leads_to.get((target.table, target.name))
            small = source.is_integral and source.distinct <= _SMALL
            if there and leads_to.get((source.table, source.name)) in (there, path):
                found.append((source, 8.0, f"{source.name} and {target.name} refer to the same {there}"))
            elif not _opaque_pair(source, target) and source.name.lower() == target.name.lower():
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

    def _weighed_composite(
        self, target: Target, other: TableProfile, combination: Iterable[tuple[ColumnProfile, float, str]]
    ) -> Claim | None:
        plan = inclusion_plan(self.count.tables, target)
        _, matched_values, rows, matched_rows, *_ = self.count.store.query(plan).tuples()[0]
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
            ("few sets of columns are references", -9.5 if small else -8.0),
            *((text, bits) for _, bits, text in combination),
            ("unrelated combinations would hardly be found there", joint),
            ("the target identifies its table", 3.0),
            *([(f"{missed:.2%} of the rows point nowhere", -(220.0 if loose else 110.0) * missed)] if missed else []),
        ]
        reasons = tuple(Reason(text, round(bits, 1)) for text, bits in weights)
        status = self.count.status(1 - missed, bits_of(reasons))
        missing = self.count.tables[target.source_table].rows - rows
        return (
            self.count.claim(target, Evidence(rows, matched_rows, missing, plan=plan), reasons, status)
            if status
            else None
        )


def _opaque_pair(source: ColumnProfile, target: ColumnProfile) -> bool:
    return is_opaque(source.name) or is_opaque(target.name)
