"""The curated functions: the only ones there are, each with the same answer in every target.

``FUNCTIONS`` is the one table: name, parameters, result, meaning, example. What runs in process is in ``builtins``, what each
database is told in ``workbench.relation.scalar``; a test holds the three together. A null argument makes the result null, unless the
function says otherwise (``strict=False``).

Parameter words: ``text number integer moment clock stamp any`` are kinds of types (``moment`` is a date or a timestamp of either sort,
``clock`` has a time of day, ``stamp`` both); ``same`` parameters share one type; ``unit`` and ``pattern`` are texts written out.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AGGREGATES", "FUNCTIONS", "KINDS", "UNITS", "Function"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the first ``required`` of its ``parameters`` must be given; with ``variadic`` the last one repeats.

    ``result`` names a type, or one of ``same`` (the shared type), ``argument`` (the first argument's), ``rounded`` and ``whole``.
    """

    name: str
    parameters: tuple[str, ...]
    result: str
    doc: str
    example: str
    required: int = -1
    variadic: bool = False
    strict: bool = True

    @property
    def fewest(self) -> int:
        """How many arguments it needs."""
        return len(self.parameters) if self.required < 0 else self.required

    @property
    def signature(self) -> str:
        """How a person would write its head: ``substring(text, integer[, integer])``."""
        needed, more = self.parameters[: self.fewest], self.parameters[self.fewest :]
        inside = ", ".join(needed) + "".join(f"[, {each}]" for each in more) + ", …" * self.variadic
        return f"{self.name}({inside})"


KINDS: dict[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "number": frozenset({"integer", "decimal", "float"}),
    "integer": frozenset({"integer"}),
    "moment": frozenset({"date", "timestamp", "local_timestamp"}),
    "clock": frozenset({"time", "timestamp", "local_timestamp"}),
    "stamp": frozenset({"timestamp", "local_timestamp"}),
    "unit": frozenset({"text"}),
    "pattern": frozenset({"text"}),
}
"""Parameter word -> the kinds of values it takes; ``same`` and ``any`` take all."""

UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
"""What ``date_trunc`` cuts to; a date has the first five."""

AGGREGATES: dict[str, str] = {
    "count": "how many rows; with an argument, how many where it is not null",
    "sum": "the sum; null where there are no values",
    "avg": "the mean, as a float; null where there are no values",
    "min": "the least value; null where there are no values",
    "max": "the greatest value; null where there are no values",
    "exists": "whether there is a row; never null",
}
"""The aggregate functions and what each gives."""

_T, _I, _N = "text", "integer", "number"

FUNCTIONS: dict[str, Function] = {
    each.name: each
    for each in (
        Function("lower", (_T,), "string", "every letter in lower case", "lower('ÉTÉ')"),
        Function("upper", (_T,), "string", "every letter in upper case, one for one", "upper('été')"),
        Function("trim", (_T,), "string", "without spaces at both ends", "trim('  a ')"),
        Function("ltrim", (_T,), "string", "without spaces at the beginning", "ltrim('  a ')"),
        Function("rtrim", (_T,), "string", "without spaces at the end", "rtrim('  a ')"),
        Function("length", (_T,), "integer", "how many code points", "length('héllo')"),
        Function("substring", (_T, _I, _I), "string", "from a position (the first is 1), at most so many characters", "substring('hello', 2, 3)", 2),
        Function("left", (_T, _I), "string", "the first n characters; for negative n all but the last -n", "left('hello', 2)"),
        Function("right", (_T, _I), "string", "the last n characters; for negative n all but the first -n", "right('hello', 2)"),
        Function("replace", (_T, _T, _T), "string", "every occurrence of the second text replaced by the third", "replace('aXbX', 'X', '-')"),
        Function("concat", (_T,), "string", "all texts, one after the other; null is skipped", "concat('a', null, 'b')", variadic=True, strict=False),
        Function("starts_with", (_T, _T), "boolean", "whether the first text begins with the second", "starts_with('hello', 'he')"),
        Function("ends_with", (_T, _T), "boolean", "whether the first text ends with the second", "ends_with('hello', 'lo')"),
        Function("contains", (_T, _T), "boolean", "whether the second text occurs in the first", "contains('hello', 'ell')"),
        Function("matches", (_T, "pattern"), "boolean", "whether the whole text matches a regular expression", "matches('A-17', '[A-Z]-[0-9]+')"),
        Function("coalesce", ("same",), "same", "the first value that is not null", "coalesce(null, 2)", variadic=True, strict=False),
        Function("nullif", ("same", "same"), "argument", "null where both are equal, else the first", "nullif(0, 0)", strict=False),
        Function("greatest", ("same",), "same", "the greatest value that is not null", "greatest(1, null, 3)", variadic=True, strict=False),
        Function("least", ("same",), "same", "the least value that is not null", "least(1, null, 3)", variadic=True, strict=False),
        Function("abs", (_N,), "argument", "without its sign", "abs(-3)"),
        Function("sign", (_N,), "integer", "-1, 0 or 1; 0 for NaN", "sign(-2.5)"),
        Function("round", (_N, _I), "rounded", "to so many digits behind the point (0 to 18), halves away from zero", "round(2.345, 2)", 1),
        Function("floor", (_N,), "whole", "the next whole number below", "floor(-2.5)"),
        Function("ceil", (_N,), "whole", "the next whole number above", "ceil(2.1)"),
        Function("sqrt", (_N,), "float", "the square root; null below zero", "sqrt(2)"),
        Function("date_trunc", ("unit", "moment"), "moment", "the beginning of the year, quarter, month, week, day, hour, minute or second", "date_trunc('month', date '2026-03-15')"),
        Function("year", ("moment",), "integer", "the year", "year(date '2026-03-15')"),
        Function("quarter", ("moment",), "integer", "the quarter, 1 to 4", "quarter(date '2026-03-15')"),
        Function("month", ("moment",), "integer", "the month, 1 to 12", "month(date '2026-03-15')"),
        Function("day", ("moment",), "integer", "the day of the month", "day(date '2026-03-15')"),
        Function("weekday", ("moment",), "integer", "1 for Monday to 7 for Sunday (ISO 8601)", "weekday(date '2026-03-15')"),
        Function("hour", ("clock",), "integer", "the hour", "hour(time '09:30:00')"),
        Function("minute", ("clock",), "integer", "the minute", "minute(time '09:30:00')"),
        Function("second", ("clock",), "integer", "the second, without its fraction", "second(time '09:30:07.5')"),
        Function("days_between", ("moment", "moment"), "integer", "midnights from the first to the second", "days_between(date '2026-03-01', date '2026-03-15')"),
        Function("years_between", ("moment", "moment"), "integer", "whole years from the first to the second, as ages are counted", "years_between(date '2000-03-15', date '2026-03-14')"),
        Function("seconds_between", ("stamp", "stamp"), "decimal(24, 6)", "seconds from the first to the second", "seconds_between(timestamp '2026-01-01 00:00:00Z', timestamp '2026-01-01 00:01:30Z')"),
        Function("now", (), "timestamp", "the instant the caller's clock shows", "now() >= timestamp '2020-01-01 00:00:00Z'"),
        Function("today", (), "date", "the date the caller's clock shows, in the domain's time zone", "today() >= date '2020-01-01'"),
    )
}  # fmt: skip
"""Name -> function."""
