"""Short lists of numbers: which of the columns that hold nothing else refers to the list, when values alone cannot tell.

The numbers from one to six occur in many columns. But a list of kinds is kept because something refers to it, and seldom does much else:
so beside the column that fits it best the others lose, unless their names speak for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workbench.evidence.claim import Evidence, Reason
from workbench.evidence.inclusion import Pair, Target, bits_of
from workbench.evidence.plausibility import SMALL

__all__ = ["Weighed", "share_out"]

_ANOTHER = Reason("another column fits this short list as well", -3.0)
_NAMED = 4.0
"""Bits from which on a name speaks for a reference clearly."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reference that may be: what was counted, and the reasons for and against it; ``named`` are the bits its names speak for it."""

    pair: Pair
    target: Target
    evidence: Evidence
    reasons: tuple[Reason, ...]
    named: float = 0.0

    @property
    def bits(self) -> float:
        """The weight of all reasons together."""
        return bits_of(self.reasons)


def share_out(found: Iterable[Sequence[Weighed]], least_coverage: float) -> list[list[Weighed]]:
    """``found``, the possible targets of each source, with a reason more against all but the best claimant of each short list."""
    sources = [list(each) for each in found]
    claimants: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
    for place, some in enumerate(sources):
        for rank, each in enumerate(some):
            target = each.pair.target
            if target.is_integral and target.distinct <= SMALL and each.evidence.coverage >= least_coverage:
                claimants[each.target.path].append((-each.bits, place, rank))
    for few in claimants.values():
        for _, place, rank in sorted(few)[1:]:
            each = sources[place][rank]
            if each.named < _NAMED:
                sources[place][rank] = replace(each, reasons=(*each.reasons, _ANOTHER))
    return sources
