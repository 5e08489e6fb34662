"""Tables in a text: lines of cells between bars, the first of them the names of the columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.model import Argument, Attribute, Relationship
from workbench.model.expression import Scalar
from workbench.model.types import Type, storage
from workbench.patterns.dsl_generator.commands import Given, given
from workbench.patterns.dsl_generator.values import missing, value
from workbench.patterns.dsl_generator.vocabulary import Member, Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Phrases

__all__ = ["Row", "any_cell", "cells", "records"]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: where it stands, and where each of its cells begins and ends."""

    line: int
    start: int
    cells: tuple[tuple[int, int], ...]


def cells(text: str, line: int, start: int, end: int) -> Row:
    """The cells of the line from ``start`` to ``end``; a bar inside single or double quotes is part of a cell.

    >>> [("| 1 | 'a|b' |")[first:last] for first, last in cells("| 1 | 'a|b' |", 1, 0, 13).cells]
    ['1', "'a|b'"]
    """
    found, place, begin, quote = list[tuple[int, int]](), text.index("|", start) + 1, -1, ""
    begin = place
    while place < end:
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"" and not text[begin:place].strip():
            quote = letter
        elif letter == "|":
            found.append(_trimmed(text, begin, place))
            begin = place + 1
        place += 1
    if text[begin:end].strip():
        found.append(_trimmed(text, begin, end))
    return Row(line, start, tuple(found))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    body = text[start:end]
    first = start + len(body) - len(body.lstrip())
    return first, max(first, start + len(body.rstrip()))


def records(
    rows: list[Row], cursor_of: Callable[[int, int], Cursor], vocabulary: Vocabulary, phrases: Phrases[Member]
) -> tuple[tuple[tuple[str, Given], ...], ...]:
    """The records of a table whose first row names what ``phrases`` has; an empty cell gives nothing. Problems are noted in the cursors."""
    if not rows:
        return ()
    columns: list[Member | None] = []
    for start, end in rows[0].cells:
        cursor = cursor_of(start, end)
        entry = phrases.take(cursor)
        if entry is None or not cursor.is_done:
            cursor.unexpected("unknown_name")
        columns.append(None if entry is None else entry.meaning)
    found = []
    for row in rows[1:]:
        if len(row.cells) != len(columns):
            message = f"the row has {len(row.cells)} cells, and the table {len(columns)} columns"
            cursor_of(row.start, row.start).problem("wrong_row", message, row.start, "separate cells with '|'")
        values: list[tuple[str, Given]] = []
        for column, (start, end) in zip(columns, row.cells, strict=False):
            if column is not None and start < end:
                cell = _cell(cursor_of, vocabulary, column, start, end)
                if not missing(cell):
                    values.append((column.name, cell))
        found.append(tuple(values))
    return tuple(found)


def _cell(
    cursor_of: Callable[[int, int], Cursor], vocabulary: Vocabulary, column: Member, start: int, end: int
) -> Given:
    text = cursor_of(start, start).text[start:end]
    if text[0] != "'" and text != "null" and _is_text(_type_of(column, vocabulary)):
        return text
    cursor = cursor_of(start, end)
    found = given(cursor, vocabulary, column)
    if not missing(found) and not cursor.is_done:
        cursor.unexpected()
    return found


def _type_of(column: Member, vocabulary: Vocabulary) -> Type | None:
    """The type of what a cell holds; for a relationship, that of the one key it leads to."""
    if isinstance(column, Relationship):
        there = vocabulary.domain.resource(column.destination)
        return there.attribute(there.key[0]).type if len(there.key) == 1 else None
    return column.type if isinstance(column, Attribute | Argument) else None


def _is_text(type_: Type | None) -> bool:
    return type_ is not None and storage(type_) in ("string", "text", "uuid") and not hasattr(type_, "values")


def any_cell(text: str) -> Scalar:
    """The value of a cell that belongs to no attribute: as it is written, or else its text; nothing is null.

    >>> any_cell("12.50"), any_cell("'12.50'"), any_cell("it's"), any_cell("")
    (Decimal('12.50'), '12.50', "it's", None)
    """
    cursor = Cursor(text, "")
    found: Any = None if cursor.is_done else value(cursor, None)
    return text if missing(found) or not cursor.is_done else found
