"""Shapes of text: the ways a value may be written that mean a number, a date, a yes or no.

A shape is a pattern (understood alike by Python and DuckDB) and an expression that turns fitting text into a value. Text that fits
the pattern and still has no value (31 February) does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["MISSING_WORDS", "SHAPES", "Family", "Shape", "candidates", "mask", "trimmed", "twins"]

Family: TypeAlias = Literal["number", "boolean", "date", "timestamp", "time", "uuid", "json", "code"]

MISSING_WORDS = (
    "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "Null", "(null)", "None", "none", "NaN", "nan", "NAN", "\\N", "-", "--", "?", ".",
)  # fmt: skip
"""Words that often stand for a missing value. Numbers that do (9999, -1) are never guessed."""

_WHOLE = r"(0|[1-9][0-9]*)"
_PLUS = r"\+(0|[1-9][0-9]{0,5})"  # a longer number after a plus is a telephone's


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to write values: ``pattern`` must match the whole trimmed text, ``value`` is SQL over ``{}`` giving it or null.

    ``type`` is DuckDB's. ``words`` must all occur: one letter alone would say too little. ``canonical`` is SQL giving a number's text
    with a decimal point and nothing between its thousands.
    """

    name: str
    family: Family
    type: str
    pattern: str
    value: str
    words: tuple[str, ...] = ()
    canonical: str = "{}"
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.pattern))

    def sql(self, text: str) -> str:
        """SQL giving the value of the SQL expression ``text``; null where it does not fit."""
        pattern = self.pattern.replace("'", "''")
        return f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN {self.value.format(text)} END"


def trimmed(column: str) -> str:
    """SQL giving the text in ``column`` without outer blanks."""
    return f"trim({column}, ' \t\r\n')"


def _number(name: str, type_: str, pattern: str, canonical: str) -> Shape:
    return Shape(name, "number", type_, pattern, f"TRY_CAST({canonical} AS {type_})", canonical=canonical)


def _calendar() -> list[Shape]:
    """Dates, and dates with a clock time, in the orders people write them."""
    clock = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
    day, month, year, named = "[0-9]{1,2}", "[0-9]{1,2}", "[0-9]{4}", "[A-Za-z]{3}"
    orders = [
        ("year/month/day", f"{year}/{month}/{day}", "%Y/%m/%d"),
        ("day.month.year", rf"{day}\.{month}\.{year}", "%d.%m.%Y"),
        ("day/month/year", f"{day}/{month}/{year}", "%d/%m/%Y"),
        ("month/day/year", f"{month}/{day}/{year}", "%m/%d/%Y"),
        ("day-month-year", f"{day}-{month}-{year}", "%d-%m-%Y"),
        ("month-day-year", f"{month}-{day}-{year}", "%m-%d-%Y"),
        ("day-Mon-year", f"{day}-{named}-{year}", "%d-%b-%Y"),
        ("day Mon year", f"{day} {named} {year}", "%d %b %Y"),
        ("Mon day, year", f"{named} {day}, {year}", "%b %d, %Y"),
    ]
    shapes = []
    for name, pattern, layout in orders:
        shapes.append(Shape(name, "date", "DATE", pattern, f"CAST(try_strptime({{}}, '{layout}') AS DATE)"))
        clocks = f"['{layout} %H:%M:%S', '{layout} %H:%M']"
        shapes.append(
            Shape(f"{name} clock", "timestamp", "TIMESTAMP", f"{pattern} {clock}", f"try_strptime({{}}, {clocks})")
        )
        clocks = f"['{layout} %I:%M:%S %p', '{layout} %I:%M %p']"
        name, pattern = f"{name} clock AM/PM", f"{pattern} {clock} [AaPp][Mm]"
        shapes.append(Shape(name, "timestamp", "TIMESTAMP", pattern, f"try_strptime({{}}, {clocks})"))
    return shapes


_ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0*)?)?"
_ISO_ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?| UTC)"

SHAPES: tuple[Shape, ...] = (
    _number("integer", "BIGINT", rf"-?{_WHOLE}|{_PLUS}", "{}"),
    _number(
        "number",
        "DOUBLE",
        rf"-?({_WHOLE}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|{_PLUS}(\.[0-9]+)?|[+-]?([Ii]nf(inity)?|INF)",
        "{}",
    ),
    _number(
        "number, comma between thousands",
        "DOUBLE",
        rf"-?([1-9][0-9]{{0,2}}(,[0-9]{{3}})+|{_WHOLE})(\.[0-9]+)?",
        "replace({}, ',', '')",
    ),
    _number(
        "number, decimal comma",
        "DOUBLE",
        rf"-?([1-9][0-9]{{0,2}}(\.[0-9]{{3}})+|{_WHOLE})(,[0-9]+)?",
        "replace(replace({}, '.', ''), ',', '.')",
    ),
    _number(
        "number, blank between thousands",
        "DOUBLE",
        f"-?([1-9][0-9]{{0,2}}([ \u00a0\u202f'’][0-9]{{3}})+|{_WHOLE})[.,][0-9]+",
        "replace(regexp_replace({}, '[ \u00a0\u202f''’]', '', 'g'), ',', '.')",
    ),
    Shape("digits with leading zeros", "code", "VARCHAR", "[0-9]+", "{}"),
    Shape("true/false", "boolean", "BOOLEAN", "(?i)true|false", "(lower({}) = 'true')"),
    Shape("t/f", "boolean", "BOOLEAN", "(?i)[tf]", "(lower({}) = 't')", ("t", "f")),
    Shape("yes/no", "boolean", "BOOLEAN", "(?i)yes|no", "(lower({}) = 'yes')", ("yes", "no")),
    Shape("y/n", "boolean", "BOOLEAN", "(?i)[yn]", "(lower({}) = 'y')", ("y", "n")),
    Shape("ISO date", "date", "DATE", _ISO_DATE, "TRY_CAST({} AS DATE)"),
    Shape(
        "ISO instant",
        "timestamp",
        "TIMESTAMP WITH TIME ZONE",
        f"{_ISO_DATE}[ T]{_ISO_CLOCK}{_ISO_ZONE}",
        "TRY_CAST({} AS TIMESTAMP WITH TIME ZONE)",
    ),
    Shape(
        "ISO date and clock", "timestamp", "TIMESTAMP", f"{_ISO_DATE}([ T]{_ISO_CLOCK})?", "TRY_CAST({} AS TIMESTAMP)"
    ),
    *_calendar(),
    Shape(
        "clock", "time", "TIME", r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?", "TRY_CAST({} AS TIME)"
    ),
    Shape("UUID", "uuid", "UUID", "[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", "TRY_CAST({} AS UUID)"),
    Shape("JSON", "json", "JSON", r"(?s)\{.*\}|\[.*\]", "TRY_CAST({} AS JSON)"),
)
"""Every shape, narrowest first within a family."""


TWINS: tuple[frozenset[str], ...] = (
    frozenset({"number, comma between thousands", "number, decimal comma"}),
    *(
        frozenset({f"day{mark}month{mark}year{clock}", f"month{mark}day{mark}year{clock}"})
        for mark in "/-"
        for clock in ("", " clock", " clock AM/PM")
    ),
)
"""Shapes, by name, that read the same text differently: where all values fit both, neither is certain."""


def twins(shape: Shape) -> list[Shape]:
    """``shape`` and the one it may be confused with."""
    names = next((pair for pair in TWINS if shape.name in pair), frozenset({shape.name}))
    return [each for each in SHAPES if each.name in names]


def candidates(values: Collection[str], families: Collection[Family] | None = None) -> list[Shape]:
    """The shapes that at least half of ``values`` (trimmed, distinct) fit by pattern: those that fit most first, then the narrowest."""
    if not values:
        return []
    scored: list[tuple[int, Shape]] = []
    for shape in SHAPES:
        if families is not None and shape.family not in families:
            continue
        if shape.words and not set(shape.words) <= {value.lower() for value in values}:
            continue
        fitting = sum(1 for value in values if shape.compiled.fullmatch(value))
        if fitting * 2 >= len(values):
            scored.append((fitting, shape))
    scored.sort(key=lambda each: -each[0])
    return [shape for _, shape in scored]


def mask(text: str) -> str:
    """``text`` with every digit as 9 and every letter as a or A: how it is written, not what it says.

    >>> mask("12,5 kg")
    '99,9 aa'
    """
    masked = "".join(
        "9" if each.isdigit() else ("A" if each.isupper() else "a") if each.isalpha() else each for each in text
    )
    return masked if len(masked) <= 40 else masked[:39] + "…"
