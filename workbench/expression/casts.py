"""``cast`` and ``try_cast`` in process, pair by pair, on values that are not null."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from workbench.expression import literals
from workbench.expression.typed import exact, kind
from workbench.model.types import DecimalType, Type

__all__ = ["EXACT", "CastError", "caster", "fitted", "in_range"]

EXACT = Context(prec=120)
"""Decimal arithmetic that rounds nothing a value of the language can hold."""

_LEAST, _MOST = -(2**63), 2**63 - 1


class CastError(ValueError):
    """A value does not fit the type it is cast to."""


def in_range(value: int) -> int:
    """``value``, which must fit 64 bits. Raises ``CastError``."""
    if _LEAST <= value <= _MOST:
        return value
    raise CastError(f"{value} does not fit an integer of 64 bits")


def fitted(value: Decimal, type_: DecimalType) -> Decimal:
    """``value`` with the type's digits behind the point, halves away from zero. Raises ``CastError`` where it has too many before it."""
    try:
        rounded = value.quantize(Decimal(1).scaleb(-type_.scale), rounding=ROUND_HALF_UP, context=EXACT)
    except InvalidOperation:
        raise CastError(f"{value} does not fit {type_}") from None
    if abs(rounded) >= Decimal(10) ** (type_.precision - type_.scale):
        raise CastError(f"{value} does not fit {type_}")
    return rounded or rounded.copy_abs()  # a decimal has no negative zero


def caster(source: Type | None, target: Type) -> Callable[[Any], Any]:
    """The function that casts a value of ``source``; it raises ``CastError`` where that fails, and gives None for a float's NaN."""
    wanted = kind(target)
    if wanted == "decimal":
        exactly = exact(target)
        reader = _DECIMALS.get(kind(source), Decimal)
        return lambda value: None if (read := reader(value)) is None else fitted(read, exactly)
    if wanted == "text" and kind(source) == "decimal" and source is not None:
        shown = exact(source)
        return lambda value: format(fitted(value, shown), "f")
    return _CASTS.get((kind(source), wanted), lambda value: value)


def _matched(pattern: str, read: Callable[[str], Any], type_: str) -> Callable[[str], Any]:
    whole = re.compile(f"(?:{pattern})\\Z")

    def cast(text: str) -> Any:
        if not whole.match(text):
            raise CastError(f"{text!r} is no {type_}")
        try:
            return read(text)
        except OverflowError:
            raise CastError(f"{text!r} is outside the years 1 to 9999") from None

    return cast


def _float_to_integer(value: float) -> int | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise CastError("infinity is no integer")
    return in_range(round(value))


def _float_to_decimal(value: float) -> Decimal | None:
    return None if math.isnan(value) else Decimal(repr(value))


def _decimal_to_integer(value: Decimal) -> int:
    return in_range(int(value.to_integral_value(rounding=ROUND_HALF_UP)))


def _stamp(value: dt.datetime) -> str:
    return f"{value.date().isoformat()} {_clock(value.time())}"


def _clock(value: dt.time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return text.rstrip("0") if "." in text else text


_DECIMALS: dict[str, Callable[[Any], Decimal | None]] = {
    "text": _matched(literals.DECIMAL, Decimal, "decimal"),
    "float": _float_to_decimal,
}
_CASTS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("text", "integer"): _matched(literals.INTEGER, lambda text: in_range(int(text)), "integer"),
    ("text", "float"): _matched(literals.FLOAT, float, "float"),
    ("text", "boolean"): _matched(literals.BOOLEAN, lambda text: text.lower() == "true", "boolean"),
    ("text", "date"): _matched(literals.DATE, lambda text: literals.read_literal("date", text), "date"),
    ("text", "time"): _matched(literals.TIME, lambda text: literals.read_literal("time", text), "time"),
    ("text", "timestamp"): _matched(
        literals.TIMESTAMP, lambda text: literals.read_literal("timestamp", text), "timestamp"
    ),
    ("text", "local_timestamp"): _matched(
        literals.LOCAL_TIMESTAMP, lambda text: literals.read_literal("local_timestamp", text), "local_timestamp"
    ),
    ("text", "uuid"): _matched(literals.UUID, uuid.UUID, "uuid"),
    ("integer", "text"): str,
    ("integer", "float"): float,
    ("decimal", "integer"): _decimal_to_integer,
    ("decimal", "float"): float,
    ("float", "integer"): _float_to_integer,
    ("boolean", "text"): lambda value: "true" if value else "false",
    ("boolean", "integer"): int,
    ("date", "text"): lambda value: value.isoformat(),
    ("date", "timestamp"): lambda value: dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC),
    ("date", "local_timestamp"): lambda value: dt.datetime(value.year, value.month, value.day),
    ("time", "text"): _clock,
    ("timestamp", "text"): lambda value: _stamp(value.astimezone(dt.UTC)) + "+00",
    ("timestamp", "date"): lambda value: value.astimezone(dt.UTC).date(),
    ("timestamp", "time"): lambda value: value.astimezone(dt.UTC).time(),
    ("timestamp", "local_timestamp"): lambda value: value.astimezone(dt.UTC).replace(tzinfo=None),
    ("local_timestamp", "text"): _stamp,
    ("local_timestamp", "date"): lambda value: value.date(),
    ("local_timestamp", "time"): lambda value: value.time(),
    ("local_timestamp", "timestamp"): lambda value: value.replace(tzinfo=dt.UTC),
    ("uuid", "text"): str,
}
