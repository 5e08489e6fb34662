"""How values compare, add up and are read from a row, family by family."""

from __future__ import annotations

import datetime as dt
import math
import operator
import uuid
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from workbench.expression.casts import EXACT, CastError, in_range
from workbench.model.expression import Interval

__all__ = ["ARITHMETIC", "READERS", "arithmetic_of", "comparison_key", "moved", "negated"]

_DAY = 86_400_000_000
_MICROSECOND = dt.timedelta(microseconds=1)


def _float_key(value: float) -> tuple[bool, float]:
    """NaN equals itself and is greater than everything else, as in the databases."""
    return (True, 0.0) if value != value else (False, value)


def _interval_key(value: Interval) -> int:
    """A month counts as 30 days and a day as 24 hours where intervals are compared, as in the databases."""
    return (value.months * 30 + value.days) * _DAY + value.microseconds


_KEYS: dict[str, Callable[[Any], Any]] = {"float": _float_key, "duration": _interval_key}


def comparison_key(family: str) -> Callable[[Any], Any] | None:
    """What values of a family are compared by, or None where they are compared as they are."""
    return _KEYS.get(family)


def _read_interval(value: Any) -> Interval:
    if isinstance(value, dt.timedelta):
        return Interval(0, value.days, value.seconds * 1_000_000 + value.microseconds)
    if hasattr(value, "nanoseconds"):  # what Arrow gives for an interval
        return Interval(value.months, value.days, value.nanoseconds // 1000)
    return value  # type: ignore[no-any-return]


def _read_instant(value: Any) -> Any:
    return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value


READERS: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "decimal": lambda value: value if isinstance(value, Decimal) else Decimal(str(value)),
    "uuid": lambda value: value if isinstance(value, uuid.UUID) else uuid.UUID(str(value)),
    "timestamp": _read_instant,
    "duration": _read_interval,
}
"""Family -> what makes a caller's value one the language computes with; the other families are taken as they come."""


def moved(value: dt.datetime, by: Interval, sign: int = 1) -> dt.datetime:
    """``value`` months later first (a day that the month does not have becomes its last), then days, then the rest."""
    months = value.year * 12 + value.month - 1 + sign * by.months
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise CastError("a date is between the years 1 and 9999")
    day = min(value.day, monthrange(year, month + 1)[1])
    try:
        return value.replace(year=year, month=month + 1, day=day) + sign * dt.timedelta(
            days=by.days, microseconds=by.microseconds
        )
    except OverflowError:
        raise CastError("a date is between the years 1 and 9999") from None


def _day_moved(value: dt.date, days: int) -> dt.date:
    try:
        return value + dt.timedelta(days=days)
    except OverflowError:
        raise CastError("a date is between the years 1 and 9999") from None


def _between(left: dt.datetime, right: dt.datetime) -> Interval:
    micros = (left - right) // _MICROSECOND
    days = abs(micros) // _DAY * (1 if micros >= 0 else -1)
    return Interval(0, days, micros - days * _DAY)


def _interval_sum(left: Interval, right: Interval, sign: int = 1) -> Interval:
    return _in_interval(
        Interval(
            left.months + sign * right.months,
            left.days + sign * right.days,
            left.microseconds + sign * right.microseconds,
        )
    )


def _in_interval(value: Interval, most: int = 2**63) -> Interval:
    """``value``, with no more months, days and microseconds than databases hold. Raises ``CastError``."""
    if abs(value.months) >= 2**31 or abs(value.days) >= 2**31 or abs(value.microseconds) >= most:
        raise CastError("the interval is too long")
    return value


def _interval_times(value: Interval, count: int) -> Interval:
    # The databases multiply as floats do, exactly up to here.
    return _in_interval(Interval(value.months * count, value.days * count, value.microseconds * count), 2**53)


def negated(value: Any) -> Any:
    """``-value`` for a number or an interval."""
    match value:
        case Interval():
            return _in_interval(Interval(-value.months, -value.days, -value.microseconds))
        case int():
            return in_range(-value)
        case Decimal():
            return value.copy_negate()
    return -value


def _checked(apply: Callable[[float, float], float]) -> Callable[[float, float], float]:
    def float_operation(left: float, right: float) -> float:
        result = apply(left, right)
        if math.isinf(result) and not (math.isinf(left) or math.isinf(right)):
            raise CastError("the float is too large")
        return result

    return float_operation


def _divided(left: float, right: float) -> float | None:
    return None if right == 0 else _checked(operator.truediv)(left, right)


def _remainder(left: int, right: int) -> int | None:
    """What is left over, with the sign of ``left``."""
    return None if right == 0 else abs(left) % abs(right) * (-1 if left < 0 else 1)


ARITHMETIC: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", "integer", "integer"): lambda a, b: in_range(a + b),
    ("-", "integer", "integer"): lambda a, b: in_range(a - b),
    ("*", "integer", "integer"): lambda a, b: in_range(a * b),
    ("%", "integer", "integer"): _remainder,
    ("+", "decimal", "decimal"): lambda a, b: EXACT.add(a, b),
    ("-", "decimal", "decimal"): lambda a, b: EXACT.subtract(a, b),
    ("*", "decimal", "decimal"): lambda a, b: EXACT.multiply(a, b),
    ("%", "decimal", "decimal"): lambda a, b: None if b == 0 else EXACT.remainder(a, b),
    ("+", "float", "float"): _checked(operator.add),
    ("-", "float", "float"): _checked(operator.sub),
    ("*", "float", "float"): _checked(operator.mul),
    ("/", "float", "float"): _divided,
    ("||", "text", "text"): operator.add,
    ("+", "date", "integer"): _day_moved,
    ("+", "integer", "date"): lambda a, b: _day_moved(b, a),
    ("-", "date", "integer"): lambda a, b: _day_moved(a, -b),
    ("-", "date", "date"): lambda a, b: (a - b).days,
    ("+", "duration", "duration"): _interval_sum,
    ("-", "duration", "duration"): lambda a, b: _interval_sum(a, b, -1),
    ("*", "duration", "integer"): _interval_times,
    ("*", "integer", "duration"): lambda a, b: _interval_times(b, a),
}
"""Operator and families of its operands -> what it does to two values that are not null."""

for _stamp in ("timestamp", "local_timestamp"):
    ARITHMETIC["+", _stamp, "duration"] = moved
    ARITHMETIC["-", _stamp, "duration"] = lambda a, b: moved(a, b, -1)
    ARITHMETIC["+", "duration", _stamp] = lambda a, b: moved(b, a)
    ARITHMETIC["-", _stamp, _stamp] = _between


def arithmetic_of(symbol: str, left: str, right: str) -> Callable[[Any, Any], Any]:
    """The operation for two families; an integer beside a decimal is one, and what has no known type is taken like its neighbour."""
    left, right = left or right, right or left
    if {left, right} == {"integer", "decimal"}:
        left = right = "decimal"
    found = ARITHMETIC.get((symbol, left, right))
    if found is None and not left:
        plain = {"+": operator.add, "-": operator.sub, "*": operator.mul, "||": operator.add}
        return plain.get(symbol) or (ARITHMETIC["%", "integer", "integer"] if symbol == "%" else _divided)
    assert found is not None, f"typing lets no {left} {symbol} {right} through"
    return found
