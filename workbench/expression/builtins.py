"""What the curated functions do in process, on values that are not null (those of ``functions`` that are not strict get nulls too)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from workbench.expression.casts import EXACT, fitted
from workbench.model.types import DecimalType

__all__ = ["IMPLEMENTATIONS", "lowered"]

_FAR = 1_000_000_000
"""Positions in a text go no further, in any target: PostgreSQL counts them in 32 bits."""

Number: TypeAlias = int | float | Decimal


def lowered(text: str) -> str:
    """Letter by letter: a capital sigma is a small sigma wherever it stands, and İ is i."""
    return text.lower() if text.isascii() else "".join("i" if each == "İ" else each.lower() for each in text)


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(map(_upper_letter, text))


def _upper_letter(letter: str) -> str:
    """One letter for one letter: ß becomes ẞ; what has no single capital stays."""
    if letter == "ß":
        return "ẞ"
    upper = letter.upper()
    if len(upper) == 1:
        return upper
    title = letter.title()
    return title if len(title) == 1 else letter


def _substring(text: str, start: int, length: int | None = None) -> str:
    start = max(-_FAR, min(start, _FAR))
    begin = max(start, 1) - 1
    return text[begin:] if length is None else text[begin : max(start + min(max(length, 0), _FAR) - 1, begin)]


def _left(text: str, count: int) -> str:
    return text[:count]


def _right(text: str, count: int) -> str:
    return text[-count:] if count else ""


def _replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


def _sign(value: Number) -> int:
    return (value > 0) - (value < 0)


def _round(value: Number, digits: int | None = None) -> Number | None:
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if digits is not None:
            return None if math.isnan(value) else fitted(Decimal(repr(value)), DecimalType(precision=38, scale=digits))
        if not math.isfinite(value):
            return value
        whole = math.trunc(value)
        return float(whole + _sign(value)) if abs(value - whole) >= 0.5 else float(whole)
    exponent = value.as_tuple().exponent
    scale = max(-exponent, 0) if isinstance(exponent, int) else 0
    return value.quantize(Decimal(1).scaleb(-min(digits or 0, scale)), ROUND_HALF_UP, EXACT)


def _floor(value: Number) -> Number:
    if isinstance(value, Decimal):
        return value.to_integral_value(ROUND_FLOOR)
    return float(math.floor(value)) if isinstance(value, float) and math.isfinite(value) else value


def _ceil(value: Number) -> Number:
    if isinstance(value, Decimal):
        return value.to_integral_value(ROUND_CEILING)
    return float(math.ceil(value)) if isinstance(value, float) and math.isfinite(value) else value


def _sqrt(value: Number) -> float | None:
    number = float(value)
    return None if number < 0 else math.sqrt(number)


def _utc(value: Any) -> Any:
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) and value.tzinfo else value


def _date_trunc(unit: str, value: Any) -> Any:
    value = _utc(value)
    day = value.date() if isinstance(value, dt.datetime) else value
    first = {
        "year": day.replace(month=1, day=1),
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "month": day.replace(day=1),
        "week": day - dt.timedelta(days=min(day.weekday(), day.toordinal() - 1)),
    }.get(unit, day)
    if not isinstance(value, dt.datetime):
        return first
    kept = {
        "hour": (value.hour, 0, 0),
        "minute": (value.hour, value.minute, 0),
        "second": (value.hour, value.minute, value.second),
    }
    return dt.datetime.combine(first, dt.time(*kept.get(unit, (0, 0, 0))), tzinfo=value.tzinfo)


def _part(name: str) -> Callable[[Any], int]:
    return lambda value: int(getattr(_utc(value), name))


def _years_between(start: dt.date, end: dt.date) -> int:
    first, last = (each.year * 10_000 + each.month * 100 + each.day for each in (start, end))
    return (last - first) // 10_000 if last >= first else -((first - last) // 10_000)


def _seconds_between(start: dt.datetime, end: dt.datetime) -> Decimal:
    return Decimal((end - start) // dt.timedelta(microseconds=1)).scaleb(-6)


IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {
    "lower": lowered,
    "upper": _upper,
    "trim": lambda text: text.strip(" "),
    "ltrim": lambda text: text.lstrip(" "),
    "rtrim": lambda text: text.rstrip(" "),
    "length": len,
    "substring": _substring,
    "left": _left,
    "right": _right,
    "replace": _replace,
    "concat": lambda *texts: "".join(each for each in texts if each is not None),
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
    "coalesce": lambda *values: next((each for each in values if each is not None), None),
    "abs": lambda value: value.copy_abs() if isinstance(value, Decimal) else abs(value),
    "sign": _sign,
    "round": _round,
    "floor": _floor,
    "ceil": _ceil,
    "sqrt": _sqrt,
    "date_trunc": _date_trunc,
    "year": _part("year"),
    "quarter": lambda value: (_utc(value).month - 1) // 3 + 1,
    "month": _part("month"),
    "day": _part("day"),
    "weekday": lambda value: int(_utc(value).isoweekday()),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "days_between": lambda start, end: (end - start).days,
    "years_between": _years_between,
    "seconds_between": _seconds_between,
}
"""Name -> function. ``matches``, ``nullif``, ``greatest`` and ``least`` depend on types or patterns, and are made where they are compiled."""
