"""Whether an inclusion is meant: the weight of each reason, in bits.

That all values of one column occur in another is often an accident: every small number occurs in every long row of numbers. So a
reference is weighed: how unlikely would this inclusion be, were the columns unrelated; does the source reach over the target's whole
range, as values drawn from it would; do neighbouring values occur equally often, as measured quantities do and identifiers do not;
and what do the names say, where they say anything.

Sources of the ideas: Zhang et al. (2010), "On multi-column foreign key discovery" (values drawn at random from the key); Rostin et
al. (2009), "A machine learning approach to foreign key discovery" (features of names and coverage). The weights are our own, set on
the tuning half of the reference databases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log, log2, sqrt

from workbench.evidence.claim import Reason
from workbench.evidence.names import words
from workbench.evidence.naming import name_bits
from workbench.evidence.profile import ColumnProfile, TableProfile

__all__ = ["SMALL", "Inclusion", "component_bits", "is_label", "likelihood", "weigh"]

SMALL = 31
"""Lists of whole numbers no longer than this are met by chance."""
_MOST = 30.0
_HIERARCHY = 4.0
_SELDOM = 0.35
"""Missed values occur seldom where they have this part of their share of the rows."""
_EARLIER = 12.0
_GAPS, _RARE = "how the values fit the target's gaps", "unrelated text would hardly be found there"
_HARD = (_GAPS, _RARE)
"""Reasons that no name outweighs."""
_LOG_RANGE = log(1e7)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What was counted of one column's values in another.

    ``values`` and ``rows`` are the source's distinct values and filled rows; ``matched_values`` and ``matched_rows`` those found in
    the target. For whole numbers: least, greatest and mean of the distinct matched values, and in how many rows each of the source's
    values occurs, in their order (empty where these are too few or too many). Within one table: the bits for leading to earlier rows.
    ``density`` is the share of the numbers from ``minimum`` to ``maximum`` that the target holds, where that was counted.
    """

    source: ColumnProfile
    target: ColumnProfile
    values: int
    matched_values: int
    rows: int
    matched_rows: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    frequencies: tuple[int, ...] = ()
    hierarchy: float = 0.0
    density: float | None = None

    @property
    def coverage(self) -> float:
        """Share of the filled rows whose value is in the target."""
        return self.matched_rows / self.rows if self.rows else 0.0

    @property
    def neighbours(self) -> float | None:
        """How alike the frequencies of neighbouring values are, from -1 to 1; None where there are fewer than five."""
        mean = sum(self.frequencies) / max(len(self.frequencies), 1)
        spread = sum((each - mean) ** 2 for each in self.frequencies)
        if len(self.frequencies) < 5 or not spread:
            return None
        return sum((a - mean) * (b - mean) for a, b in pairwise(self.frequencies)) / spread

    @property
    def is_falling(self) -> bool:
        """Whether every greater value occurs less often than the one before it, as counted quantities do."""
        return len(self.frequencies) >= 3 and all(a > b for a, b in pairwise(self.frequencies))


def weigh(
    inclusion: Inclusion,
    source_table: TableProfile,
    target_table: TableProfile,
    *,
    source_key: tuple[str, ...],
    target_key: tuple[str, ...],
    others: frozenset[str],
    silent: frozenset[str] = frozenset(),
) -> tuple[Reason, ...]:
    """The reasons for and against the inclusion being a reference; their bits add up. ``others`` are words of all table
    names, ``silent`` those that nearly all of them share."""
    values, names = list(component_bits(inclusion)), list(name_bits(inclusion.source, inclusion.target, others, silent))
    named = max((bits for _, bits in names), default=0.0)
    if inclusion.hierarchy >= _HIERARCHY:
        # The rows that others are put under are seldom the newest, and need not lie evenly.
        values = [(text, bits if text in _HARD else max(bits, 0.0)) for text, bits in values]
    against, least = sum(bits for text, bits in values if text not in _HARD), 0.0 if named >= 9 else -3.0
    if named >= 5 and against < least:
        # Only some rows are ever referred to (managers, parents, the newest): a name outweighs an odd spread.
        values.append(("a clear name outweighs an odd spread", least - against))
    reasons = [
        *values,
        *_coverage(inclusion),
        *_role(inclusion, source_table, target_table, source_key, target_key, named),
        *names,
    ]
    return tuple(Reason(text, round(bits, 1)) for text, bits in reasons if bits)


def component_bits(inclusion: Inclusion) -> Iterator[tuple[str, float]]:
    """What the values alone say."""
    source, target = inclusion.source, inclusion.target
    if source.is_integral and target.is_integral:
        yield from _whole_numbers(inclusion)
    elif source.type in ("date", "timestamp", "local_timestamp"):
        share = min(inclusion.matched_values / max(target.distinct, 1), 1.0)
        yield ("the dates cover the target's", 4.0 * share - 2.0)
    else:
        yield (_RARE, _fit(inclusion, 2 ** -_rarity(source, target)))
        yield ("the target has few other values", _closeness(inclusion))


def _fit(inclusion: Inclusion, density: float) -> float:
    """Likelihood ratio of what was found and missed: a reference misses one row in fifty, chance hits with ``density``.

    Counted in values, shared out by rows: dirt misses with many values of one row each. But missed numbers that all lie between the
    target's least and greatest are the gaps in its row, which unrelated numbers meet: these count as many as they are.
    """
    source, target = inclusion.source, inclusion.target
    hit, missed = inclusion.values * inclusion.coverage, inclusion.values * (1 - inclusion.coverage)
    if (
        source.is_integral
        and target.is_integral
        and target.minimum <= source.minimum
        and source.maximum <= target.maximum
    ):
        missed_values = inclusion.values - inclusion.matched_values
        if missed > _SELDOM * missed_values or inclusion.neighbours is None or _independence(inclusion) < 0:
            # Missed as often as found. What is seldom missed is dirt, the numbers of rows that are gone; unless the greater numbers
            # are the rarer ones.
            hit, missed = inclusion.matched_values, missed_values
    return max(-_MOST, min(likelihood(hit, missed, density), _MOST))


def likelihood(hit: float, missed: float, chance: float) -> float:
    """Bits for a reference, which misses once in fifty times, against an accident, which hits with ``chance``.

    >>> round(likelihood(10, 0, 0.49)), round(likelihood(49, 1, 0.98), 6) == 0
    (10, True)
    """
    return hit * log2(0.98 / max(chance, 1e-9)) + missed * log2(0.02 / max(1 - chance, 0.02))


def _closeness(inclusion: Inclusion) -> float:
    """Of two targets that both hold all values the smaller explains them better."""
    share = inclusion.matched_values / max(inclusion.target.distinct, 1)
    return max(-1.5, 1.5 + 0.4 * log2(max(share, 1e-6)))


def _rarity(source: ColumnProfile, target: ColumnProfile) -> float:
    """Bits that one matching text value is worth: how large the room is in which it could have missed."""
    if source.type == "uuid":
        return 12.0
    letters = sum(map(str.isalpha, "".join(map(str, source.sample[:50])))) > 0
    room = max(source.longest or len(str(source.maximum)), 1) * (4.7 if letters else 3.3)
    return max(0.2, min(8.0, room - log2(max(target.distinct, 1))))


def _whole_numbers(inclusion: Inclusion) -> Iterator[tuple[str, float]]:
    target = inclusion.target
    if inclusion.minimum is None or inclusion.maximum is None or not inclusion.matched_values:
        return
    # How full the target is over the range the source reaches: in a full range any number is found.
    density = min(target.distinct / max(target.span, 1), 0.98)
    yield (_GAPS, _fit(inclusion, density if inclusion.density is None else max(density, min(inclusion.density, 0.98))))
    share = min(inclusion.matched_values / max(target.distinct, 1), 0.999)
    top = max(float(target.maximum) - inclusion.maximum, 0.0) * density
    bottom = max(inclusion.minimum - float(target.minimum), 0.0) * density
    yield ("they reach to the target's greatest value", _reach(share, top, inclusion.maximum, target.distinct))
    yield ("they begin where the target begins", _begin(share, bottom, inclusion.minimum, target.distinct))
    if inclusion.mean is not None and inclusion.matched_values >= 5:
        yield ("they are spread over the target evenly", _spread(inclusion, share))
    if inclusion.neighbours is not None:
        yield ("how often a value occurs does not depend on its neighbours", _independence(inclusion))


def _reach(share: float, gap: float, greatest: float, values: int) -> float:
    """Likelihood ratio of the greatest value: drawn from the target (or from all but its newest rows), or any number of any size."""
    drawn = log2(share * (1 - share) ** gap + 0.15 / values)
    anything = -log2(max(greatest, 1.0) * _LOG_RANGE)
    return max(-15.0, min(20.0, drawn - anything))


def _begin(share: float, gap: float, least: float, values: int) -> float:
    drawn = log2(share * (1 - share) ** gap + 0.15 / values)
    anything = log2(0.3) if least < 2 else log2(0.2 / least)
    return max(-10.0, min(15.0, drawn - anything))


def _spread(inclusion: Inclusion, share: float) -> float:
    """How evenly the values lie between the least and the greatest of them: measured quantities crowd at one end."""
    low, high, mean = inclusion.minimum or 0.0, inclusion.maximum or 0.0, inclusion.mean or 0.0
    place = (mean - low) / max(high - low, 1.0)
    deviation = sqrt((1 - share) / (12 * inclusion.matched_values)) + 0.05
    return max(-8.0, 1.0 - ((place - 0.5) / deviation) ** 2 / 2)


def _independence(inclusion: Inclusion) -> float:
    correlation, noise = inclusion.neighbours or 0.0, 1.5 / sqrt(inclusion.values)
    if correlation > noise:
        return -min(10.0, (correlation - noise) * 14.0)
    return 3.0 if correlation < 0.15 and inclusion.values >= 7 else 1.0


def _coverage(inclusion: Inclusion) -> Iterator[tuple[str, float]]:
    missed = 1 - inclusion.coverage
    if missed:
        yield (f"{missed:.2%} of the rows point nowhere", -45.0 * missed)


def _role(
    inclusion: Inclusion,
    source_table: TableProfile,
    target_table: TableProfile,
    source_key: tuple[str, ...],
    target_key: tuple[str, ...],
    named: float,
) -> Iterator[tuple[str, float]]:
    """What the two columns are in their tables."""
    source, target = inclusion.source, inclusion.target
    yield ("few pairs of columns are references", -6.0 if source.is_integral else -4.0)
    yield from _target(target, target_key)
    if _counts_rows(source):
        twins = (source.minimum, source.maximum, source.rows) == (target.minimum, target.maximum, target.rows)
        # That two unrelated tables have the same number of rows is an accident, unless the number is round.
        yield (
            "the source counts its own rows",
            -4.0 if named >= 9 else -6.0 if twins and source.rows > 30 and source.rows % 10 else -14.0,
        )
    elif source.is_unique and source.position == 0:
        yield ("the source looks like its own table's key", -1.0)
    if source.is_integral and target.is_integral and source.is_unique and inclusion.coverage < 1:
        yield ("each row has a number of its own, and not all of them are found", -12.0)
    if source.is_integral and source.distinct <= SMALL and target.distinct <= SMALL:
        yield from _small(inclusion, target_table, named)
    if source.table == target.table:
        yield from _within(inclusion)
    if source.is_integral and source.type != "integer":
        yield ("whole numbers, though not stored as such", -1.0)
    if source_key[1:] and source_key[0] == source.name:
        yield ("the first part of its table's key", 2.0)
    if source.position <= 4 < len(source_table.columns):
        yield ("among the first columns", 1.0)


def _target(target: ColumnProfile, key: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    if (target.name,) == key:
        yield ("the target identifies its table", 3.0)
    elif target.name not in key:
        yield ("the target is not its table's key", -5.0)
        if is_label(target):
            yield ("the target holds names, not codes: they meet by chance", -40.0)
        if _counts_seconds(target):
            yield ("the target holds times, in seconds", -60.0)


def _small(inclusion: Inclusion, target_table: TableProfile, named: float) -> Iterator[tuple[str, float]]:
    """Of two short lists of whole numbers."""
    source, target = inclusion.source, inclusion.target
    yield ("small numbers are rarely references", -4.0)
    if any(each.type == "string" and each.is_unique for each in target_table.columns):
        yield ("the target is a short list with names", 5.0)
    if inclusion.is_falling:
        yield ("the greater a number, the rarer: as quantities are", -2.0)
    unused = 1 - inclusion.matched_values / target.distinct
    if unused > 0 and source.filled >= 20 * target.distinct:
        bits = -20.0 * unused
        yield ("many rows, and yet some of the short list is never used", max(bits, -6.0) if named >= 9 else bits)


def _within(inclusion: Inclusion) -> Iterator[tuple[str, float]]:
    """Of two columns of one table."""
    source = inclusion.source
    yield ("within one table", -2.0)
    if source.is_unique and not source.missing:
        yield ("every row names one, and each another: as a second name for itself does", -20.0)
    if source.missing:
        yield ("some rows have none: a hierarchy has a top", 2.0)
    yield ("each row leads to an earlier one, or to none", min(inclusion.hierarchy, _EARLIER))


def _counts_seconds(profile: ColumnProfile) -> bool:
    """Whether whole numbers are seconds (or milliseconds) since 1970, between 2000 and 2040, and far apart."""
    if not profile.is_integral or profile.span <= 100 * profile.distinct:
        return False
    return any(0.946e9 * unit <= profile.minimum and profile.maximum <= 2.21e9 * unit for unit in (1, 1000))


def _counts_rows(profile: ColumnProfile) -> bool:
    """Whether a column numbers the rows of its table."""
    return profile.is_unique and not profile.missing and profile.is_dense


_WORDS = re.compile(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]+(?:[ .,'&/-]+[^\W\d_]*)*")
_SLUG = re.compile(r"[a-z]+(?:[-_][a-z]+)*")


def is_label(profile: ColumnProfile) -> bool:
    """Whether text values read as words or names (``Ada``, ``New York``), not as codes (``AT``, ``X-17``)."""
    if profile.type != "string":
        return False
    if set(words(profile.name)) & {"name", "title", "label", "description", "comment", "city", "street"}:
        return True
    seen = [str(value) for value in profile.sample[:50]]
    if all(map(_SLUG.fullmatch, seen)):
        return False
    words_ = sum(bool(_WORDS.fullmatch(value)) for value in seen)
    return words_ * 2 > len(seen) > 0
