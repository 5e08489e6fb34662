"""How a single value reads: numbers with separators, shares as per cent, truth as yes and no, absence as a dash."""

from __future__ import annotations

import math

from workbench.views import Cell

__all__ = ["ABSENT", "number", "share", "value"]

ABSENT = "–"


def number(value: float) -> str:
    """``value`` with thousands separators and at most six significant decimals.

    >>> number(336776), number(0.25), number(1234.5), number(1e-9)
    ('336,776', '0.25', '1,234.5', '1e-09')
    """
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**18 else f"{value:.6e}" if abs(value) < 10**300 else "very large"
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    decimals = max(0, 5 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(value: float) -> str:
    """``value`` from 0 to 1 in per cent. Only a whole share reads 100 %, only none at all reads 0 %.

    >>> share(0.9774), share(0.99999), share(1), share(0.0001), share(0)
    ('97.7 %', '>99.9 %', '100 %', '<0.1 %', '0 %')
    """
    if not math.isfinite(value) or value in (0, 1):
        return f"{number(value * 100)} %"
    text = f"{value * 100:.1f}"
    return ">99.9 %" if text == "100.0" and value < 1 else "<0.1 %" if text == "0.0" and value > 0 else f"{text} %"


def value(cell: Cell, kind: str = "text") -> str:
    """A table cell as text, before any escaping; ``kind`` is its column's.

    >>> value(None), value(True), value(2013), value(2013, "number"), value(0.5, "share")
    ('–', 'yes', '2013', '2,013', '50.0 %')
    """
    if cell is None:
        return ABSENT
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return (
            share(cell)
            if kind == "share"
            else number(cell)
            if kind == "number" or isinstance(cell, float)
            else str(cell)
        )
    return cell
