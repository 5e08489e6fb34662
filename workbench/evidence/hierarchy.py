"""Whether a column leads from row to row of its own table: to rows that were there before, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2

__all__ = ["hierarchy_bits"]


def hierarchy_bits(rows: Iterable[tuple[int, int | None]]) -> float:
    """Bits by which the second of each pair looks like the key of an earlier row, the first being the row's own key; at least 0.

    A parent is known before its child. If every value is less than its own row's key, the bits say how rarely a shuffle of the values
    would do that; else, if the way from row to row never comes back, how rarely it would not, were the values anything. A row that
    names itself counts as one that names none.

    >>> round(hierarchy_bits([(1, None), (2, 1), (3, 1), (4, 2)]), 1)
    2.6
    >>> hierarchy_bits([(1, 2), (2, 1), (3, None)])
    0.0
    """
    parents = {key: parent if parent != key else None for key, parent in rows}
    named = sorted(parent for parent in parents.values() if parent is not None)
    if not named or len(named) == len(parents):
        return 0.0
    if all(parent is None or parent < key for key, parent in parents.items()):
        return _ordered(sorted(parents), named)
    return -log2(1 - len(named) / len(parents)) if _ends(parents) else 0.0


def _ordered(keys: list[int], named: list[int]) -> float:
    """The bits of every value falling on a row with a greater key, when all are dealt out at random (``named`` are the values, sorted).

    Row by row in the order of keys: of the values left, how many are small enough? Those for earlier rows are all among them.
    """
    bits, small = 0.0, 0
    for place, key in enumerate(keys):
        while small < len(named) and named[small] < key:
            small += 1
        fitting = len(keys) - len(named) + small - place
        bits -= log2(fitting / (len(keys) - place))
    return bits


def _ends(parents: dict[int, int | None]) -> bool:
    """Whether the way from parent to parent ends from every row."""
    ended: set[int] = set()
    for start in parents:
        way: set[int] = set()
        here: int | None = start
        while here is not None and here in parents and here not in ended:
            if here in way:
                return False
            way.add(here)
            here = parents[here]
        ended |= way
    return True
