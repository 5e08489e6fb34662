"""What columns of text could mean: measured over all rows, never judged by a sample alone.

A sample only suggests shapes. One query counts, over every row, the values that fit what is suggested; where not all fit, further
ones count the words that may stand for a missing value and the wider shapes. What a column then is, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.relation.plan import TableName
from workbench.store.connection import literal, quote
from workbench.store.options import Loading
from workbench.store.shapes import MISSING_WORDS, SHAPES, Family, Shape, candidates, trimmed, twins

__all__ = ["RAW_SCHEMA", "Measured", "RawTable", "TextColumn", "is_word", "measure", "raw_name"]

RAW_SCHEMA = "workbench raw"
"""Where tables wait for their types; gone when a source is open."""

_SAMPLED_CELLS = 60_000
_DISTINCT = 200
"""How many different values of a column are looked at."""
_TOGETHER = 50
"""How many columns one query measures: with more, DuckDB's planning outgrows its counting."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column as it was loaded: ``raw`` in the raw table, ``name`` in the finished one.

    ``families`` are the kinds of value its text may mean; None is any, and where it is empty the column stays what it is,
    or what ``value``, SQL over ``{}``, makes of it.
    """

    raw: str
    name: str
    families: Collection[Family] | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A loaded table whose text still waits for its meaning; ``file`` says where it is from, in messages."""

    raw: TableName
    table: TableName
    file: str
    columns: tuple[TextColumn, ...]


def raw_name(place: int) -> TableName:
    """What the raw table number ``place`` of a source is called."""
    return TableName(f"t{place}", RAW_SCHEMA)


@dataclass(slots=True)
class Measured:
    """One column's counts: values present, how many of each shape, and the words that may stand for a missing value."""

    column: TextColumn
    missing_words: tuple[str, ...]
    values: int = 0
    is_sampled: bool = False  # whether the sample held any of its values
    text: str = ""  # SQL for the text that is measured
    shapes: list[Shape] = field(
        default_factory=list
    )  # suggested by the sample: those that most of its values fit first
    fits: dict[Shape, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)

    @property
    def meant(self) -> int:
        """How many values are no word for a missing one."""
        return self.values - sum(self.words.values())

    @property
    def fitting(self) -> list[Shape]:
        """The shapes that every value fits, narrowest first."""
        return [shape for shape in SHAPES if self.meant and self.fits.get(shape) == self.meant]

    def is_meant(self, text: str) -> str:
        """SQL that is true where ``text`` is a value rather than a word for a missing one."""
        return f"{text} IS NOT NULL AND NOT {is_word(text, ('', *self.missing_words))}"


def is_word(text: str, words: Collection[str]) -> str:
    """SQL that is true where ``text`` is one of ``words``. An IN of this length would become a join for every column."""
    longest = max((len(word.encode()) for word in words), default=0)
    return f"(strlen({text}) <= {longest} AND regexp_full_match({text}, {literal('|'.join(map(re.escape, words)))}))"


def measure(table: RawTable, loading: Loading) -> list[Measured]:
    """Each column of text of ``table``, measured."""
    found = [
        Measured(column, _words(table, column, loading), text=quote(column.raw))
        for column in table.columns
        if column.families is None or column.families
    ]
    _suggest(table, found, loading)
    _count(table, found, loading, _first_guess)
    _count_words(table, _unclear(found), loading)
    rare = [each for each in _unclear(found) if not each.is_sampled]
    for each in rare:
        each.shapes = _targeted(table, each, loading)
    _count(table, rare, loading, _first_guess)
    unclear = [each for each in _unclear(found) if each.shapes]
    for each in unclear:
        each.text = trimmed(quote(each.column.raw))
    _count_words(table, unclear, loading)
    _count(table, unclear, loading, _second_guess)
    return found


def _unclear(found: Sequence[Measured]) -> list[Measured]:
    """The columns that hold values and fit no shape so far."""
    return [each for each in found if each.meant and not each.fitting]


def _words(table: RawTable, column: TextColumn, loading: Loading) -> tuple[str, ...]:
    said = loading.options.missing_words(table.table.name, column.name)
    return MISSING_WORDS if said is None else said


def _suggest(table: RawTable, found: Sequence[Measured], loading: Loading) -> None:
    """Give each column the shapes its values have in an evenly spread sample of rows."""
    if not found:
        return
    execute = loading.connection.execute
    total = loading.count(table.raw)
    rows = max(20, min(1000, _SAMPLED_CELLS // len(found)))
    step = max(1, total // rows)
    names = ", ".join(quote(each.column.raw) for each in found)
    sample = execute(f"SELECT {names} FROM {quote(table.raw)} WHERE rowid % {step} = 0 LIMIT {rows}").fetchall()
    for each, cells in zip(found, zip(*sample, strict=True), strict=False):
        values = dict.fromkeys(cell for cell in cells if cell is not None)
        stripped = dict.fromkeys(cell.strip(" \t\r\n") for cell in values)
        if stripped != values:
            each.text = trimmed(quote(each.column.raw))
        meant = [value for value in stripped if value and value not in each.missing_words]
        each.is_sampled = bool(meant)
        each.shapes = candidates(meant[:_DISTINCT], each.column.families)


def _targeted(table: RawTable, each: Measured, loading: Loading) -> list[Shape]:
    """Shapes for a column whose values are too rare for the sample."""
    rows = loading.connection.execute(
        f"SELECT DISTINCT {each.text} FROM {quote(table.raw)} WHERE {each.is_meant(each.text)} LIMIT 200"
    ).fetchall()
    return candidates({row[0] for row in rows}, each.column.families)


def _first_guess(each: Measured) -> list[Shape]:
    return twins(each.shapes[0]) if each.shapes else []


def _second_guess(each: Measured) -> list[Shape]:
    families = {shape.family for shape in each.shapes}
    wider = {"date": {"date", "timestamp"}, "number": {"number", "code"}}
    asked = set().union(*(wider.get(family, {family}) for family in families))
    return [shape for shape in SHAPES if shape in each.shapes or (shape.family in asked and not shape.words)]


def _count(
    table: RawTable, found: Sequence[Measured], loading: Loading, guess: Callable[[Measured], list[Shape]]
) -> None:
    """Count, over all rows, each column's values and those that fit the shapes ``guess`` names."""
    for group in _groups(found):
        asked = [(each, guess(each)) for each in group]
        terms = [
            term for each, shapes in asked for term in (f"count({each.text})", *(_fit(each, shape) for shape in shapes))
        ]
        counts = iter(loading.connection.execute(f"SELECT {', '.join(terms)} FROM {quote(table.raw)}").fetchall()[0])
        for each, shapes in asked:
            each.values = next(counts)
            each.fits |= {shape: next(counts) for shape in shapes}


def _fit(each: Measured, shape: Shape) -> str:
    fits = f"count({shape.sql(each.text)})"
    if any(shape.compiled.fullmatch(word) for word in each.missing_words):
        fits += f" FILTER ({each.is_meant(each.text)})"
    return fits


def _count_words(table: RawTable, found: Sequence[Measured], loading: Loading) -> None:
    """Count, over all rows, each word of a column that may stand for a missing value; blank text is one of them."""
    for group in _groups(found):
        terms = [f"histogram({each.text}) FILTER ({is_word(each.text, ('', *each.missing_words))})" for each in group]
        row: Sequence[Any] = loading.connection.execute(
            f"SELECT {', '.join(terms)} FROM {quote(table.raw)}"
        ).fetchall()[0]
        for each, histogram in zip(group, row, strict=True):
            each.words = dict(histogram or {})


def _groups(found: Sequence[Measured]) -> Iterator[Sequence[Measured]]:
    for start in range(0, len(found), _TOGETHER):
        yield found[start : start + _TOGETHER]
