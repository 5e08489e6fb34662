"""Durations as people and other programs write them, in the one way that the stages read."""

from __future__ import annotations

import re
from typing import Any

from workbench.expression.literals import read_interval

__all__ = ["as_durations", "duration_text"]

_ISO = re.compile(
    r"([+-]?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,6}))?S)?)?",
    re.ASCII,
)


def duration_text(text: str) -> str:
    """``PT5M`` (ISO 8601) or ``5 minutes`` as months, days and microseconds; any other text as it is.

    >>> duration_text("P1DT0.5S"), duration_text("-90 minutes"), duration_text("soon")
    ('0 months 1 days 500000 microseconds', '0 months 0 days -5400000000 microseconds', 'soon')
    """
    if (iso := _ISO.fullmatch(text.strip())) is None:
        try:
            told = read_interval(text)
        except ValueError:
            return text
        months, days, micros = told.months, told.days, told.microseconds
    else:
        sign = -1 if iso[1] == "-" else 1
        year, month, week, day, hour, minute, second = (int(part or 0) for part in iso.groups()[1:8])
        months, days = sign * (year * 12 + month), sign * (week * 7 + day)
        micros = sign * ((hour * 3600 + minute * 60 + second) * 1_000_000 + int((iso[9] or "").ljust(6, "0")))
    return f"{months} months {days} days {micros} microseconds"


def as_durations(column: Any) -> Any:
    """An Arrow column of texts, each as ``duration_text`` has it; every text is read once. ``Any``: Arrow has no types."""
    import pyarrow as pa
    import pyarrow.compute as pc

    different = pc.unique(column)
    read = [None if each is None else duration_text(each) for each in different.to_pylist()]
    return pa.array(read, pa.string()).take(pc.index_in(column, value_set=different))
