"""Text to value and back, strictly: the literals of the language and what ``cast`` accepts from text in every target."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import Decimal

from workbench.model.expression import Interval, Scalar

__all__ = [
    "BOOLEAN", "DATE", "DECIMAL", "FLOAT", "INTEGER", "LITERALS", "LOCAL_TIMESTAMP", "TIME", "TIMESTAMP", "UUID", "read_interval",
    "read_literal", "read_number",
]  # fmt: skip

# The text a cast reads. The SQL of each target guards its own cast with the same pattern, so no target reads more than another; the
# patterns let through no date that is not in the calendar, so behind them no target fails.
INTEGER = r"[+-]?[0-9]{1,19}"
DECIMAL = r"[+-]?[0-9]{1,60}(\.[0-9]{0,60})?"
FLOAT = r"[+-]?([0-9]{1,60}(\.[0-9]{0,60})?([eE][+-]?[0-9]{1,2})?|[Ii]nf(inity)?)|[Nn]a[Nn]"
BOOLEAN = r"[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"
_YEAR = r"([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_DAY = r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
DATE = f"({_YEAR}-{_DAY}|{_LEAP}-02-29)"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
LOCAL_TIMESTAMP = DATE + "[ T]" + TIME
TIMESTAMP = LOCAL_TIMESTAMP + r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

_ANY_FLOAT = FLOAT.replace("{1,2}", "{1,3}")
# A literal is read more loosely first, so that "month must be in 1..12" can be said.
_ANY_DATE, _ANY_TIME, _ANY_ZONE = r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?", r"(Z|[+-]\d{2}:\d{2})"

_UNITS = {
    "year": (12, 0, 0), "month": (1, 0, 0), "mon": (1, 0, 0), "week": (0, 7, 0), "day": (0, 1, 0),
    "hour": (0, 0, 3_600_000_000), "minute": (0, 0, 60_000_000), "second": (0, 0, 1_000_000),
    "millisecond": (0, 0, 1000), "microsecond": (0, 0, 1),
}  # fmt: skip
_PART = re.compile(r"\s*(?:([+-]?)(\d{1,10}):(\d\d):(\d\d)(?:\.(\d{1,6}))?|([+-]?\d{1,18})\s*([A-Za-z]+))\s*,?")
_MOST = Interval(2**31 - 1, 2**31 - 1, 2**63 - 1)


def read_interval(text: str) -> Interval:
    """``2 days``, ``1 year 3 months``, ``1 month 2 days 03:04:05.5``, ``-90 minutes``.

    >>> read_interval("1 week 2 hours")
    Interval(months=0, days=7, microseconds=7200000000)

    Raises:
        ValueError: it is not written like this, or a part of it is longer than databases can hold.
    """
    months = days = micros = position = 0
    while position < len(text) or not position:
        part = _PART.match(text, position)
        if part is None:
            raise ValueError("an interval is written '2 days', '1 month 12 hours' or '1 day 03:04:05'")
        sign, hours, minutes, seconds, fraction, count, unit = part.groups()
        if unit is None:
            clock = (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1_000_000 + int(
                (fraction or "").ljust(6, "0")
            )
            micros += -clock if sign == "-" else clock
        else:
            size = _UNITS.get(unit.lower()) or _UNITS.get(unit.lower().removesuffix("s"))
            if size is None:
                raise ValueError(f"{unit!r} is no unit of time; there are {', '.join(_UNITS)}")
            months, days, micros = (
                total + int(count) * each for total, each in zip((months, days, micros), size, strict=True)
            )
        position = part.end()
    if abs(months) > _MOST.months or abs(days) > _MOST.days or abs(micros) > _MOST.microseconds:
        raise ValueError("an interval has at most 2147483647 months and days")
    return Interval(months, days, micros)


def _float(text: str) -> float:
    _match(_ANY_FLOAT, text, "a float is written '1.5', '1e-3', 'inf' or 'nan'")
    value = float(text)
    if math.isinf(value) and "n" not in text.lower():
        raise ValueError("it is too large")
    return value


def _date(text: str) -> dt.date:
    _match(_ANY_DATE, text, "a date is written '2026-01-31'")
    return dt.date.fromisoformat(text)


def _time(text: str) -> dt.time:
    _match(_ANY_TIME, text, "a time is written '09:30:00' or '09:30:00.25'")
    return dt.time.fromisoformat(_padded(text))


def _local_timestamp(text: str) -> dt.datetime:
    _match(_ANY_DATE + "[ T]" + _ANY_TIME, text, "a local_timestamp is written '2026-01-31 09:30:00', without a zone")
    return dt.datetime.fromisoformat(_padded(text))


def _timestamp(text: str) -> dt.datetime:
    _match(
        _ANY_DATE + "[ T]" + _ANY_TIME + _ANY_ZONE,
        text,
        "a timestamp is written '2026-01-31 09:30:00Z' or with an offset like +02:00",
    )
    zone = "Z" if text.endswith("Z") else text[-6:]
    return dt.datetime.fromisoformat(_padded(text.removesuffix(zone)) + zone).astimezone(dt.UTC)


def _padded(text: str) -> str:
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(6, '0')}" if fraction else whole


def _match(pattern: str, text: str, message: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError(message)


LITERALS: dict[str, Callable[[str], Scalar]] = {
    "date": _date, "time": _time, "timestamp": _timestamp, "local_timestamp": _local_timestamp, "float": _float,
    "interval": read_interval,
}  # fmt: skip
"""The words that may stand before a quoted text, and what reads it."""


def read_literal(word: str, text: str) -> Scalar:
    """The value of ``word 'text'``, such as ``date '2026-01-31'``.

    >>> read_literal("date", "2026-01-31")
    datetime.date(2026, 1, 31)

    Raises:
        ValueError: the text is not written as such a literal is; the message shows how.
        KeyError: no literal begins with this word.
    """
    return LITERALS[word](text)


def read_number(text: str) -> int | Decimal:
    """An integer of at most 64 bits, or a decimal of at most 38 digits.

    Raises:
        ValueError: it is larger or finer than that.
    """
    if "." not in text:
        number = int(text) if len(text) <= 40 else 2**64
        if number > 2**63:
            raise ValueError(
                f"{text[:24]}{'…' * (len(text) > 24)} does not fit an integer of 64 bits; with '.0' it is a decimal"
            )
        return number
    if len(text.replace(".", "").lstrip("0")) > 38 or len(text.partition(".")[2]) > 38:
        raise ValueError("a decimal has at most 38 digits")
    return Decimal(text)
