"""How a CSV file is written: delimiter, quotation mark, header, and what stands before the table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

__all__ = ["CsvFormat", "find_format"]

_DELIMITERS = (",", ";", "\t", "|", "~")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")
_VALUE = re.compile(
    r"[+-]?[\d.,' ]*\d[\d.,]*(e[+-]?\d+)?%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ].*)?|\d{1,2}:\d\d(:\d\d.*)?|true|false",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r'[^\\,;\t|~\n"]""[^,;\t|~\n"]')
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """``columns`` are the header's cells; where no line is one, empty cells, and ``is_named`` is false.

    ``skip`` lines stand before what is to be read, whose first row is the header if ``has_header``; ``before`` of them before the table.
    """

    delimiter: str
    quote: str
    escape: str
    skip: int
    has_header: bool
    columns: tuple[str, ...]
    is_named: bool = True
    before: int = 0
    other_delimiter: str = ""  # what may be the true delimiter of a table that seems to have one column

    def reader(self, lines: Iterable[str]) -> CsvReader:
        """A lenient reader of ``lines``; it knows the line it is on."""
        escape = None if self.escape == self.quote else self.escape
        return csv.reader(
            lines, delimiter=self.delimiter, quotechar=self.quote, doublequote=escape is None, escapechar=escape
        )

    def rows(self, lines: Iterable[str]) -> list[list[str]]:
        """The cells of ``lines``, blank lines left out."""
        return [row for row in self.reader(lines) if row]


def find_format(head: str, *, is_whole: bool, delimiter: str | None = None, header: bool | None = None) -> CsvFormat:
    """The format in which ``head``, the beginning of a file, is written; given parts are kept."""
    csv.field_size_limit(1 << 27)
    skip = 0
    if match := _SEPARATOR_LINE.match(head):
        head, skip, delimiter = head[match.end() :], 1, delimiter or match[1]
    lines = list(io.StringIO(head, newline=""))
    if not is_whole and len(lines) > 1:
        lines.pop()
    lines = lines[:_MOST_ROWS]
    draft = CsvFormat(delimiter or _delimiter(lines), '"', _escape(head), skip, True, ())
    before = _preamble(draft, lines)
    draft, lines = replace(draft, skip=skip + before, before=skip + before), lines[before:]
    draft = replace(draft, quote="'", escape="'") if _is_single_quoted(draft.rows(lines)) else draft
    rows = draft.rows(lines)
    first, body = (rows[0], rows[1:]) if rows else ([], [])
    has_header = _has_header(first, body) if header is None else header
    usual = (_widths(body) or [len(first)])[0]
    is_named = has_header
    columns = tuple(first) if has_header else ("",) * max(len(first), usual)
    if has_header and usual > len(first) and any(row[-1].strip() for row in body if len(row) == usual):
        # Rows wider than their header: one more cell is a row's name, as R writes it; several are columns nobody named.
        columns = ("", *first) if usual == len(first) + 1 else (*first, *[""] * (usual - len(first)))
        draft, has_header = replace(draft, skip=draft.skip + 1), False
    return replace(
        draft,
        has_header=has_header,
        is_named=is_named,
        columns=columns,
        other_delimiter=_suspected(lines) if len(columns) == 1 else "",
    )


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """How many cells rows have, the most usual number first."""
    return [width for width, _ in Counter(map(len, rows)).most_common()]


def _delimiter(lines: Sequence[str]) -> str:
    """The character that splits most lines into equally many cells, more than one; a comma where none does."""

    def score(delimiter: str) -> tuple[float, int]:
        rows = CsvFormat(delimiter, '"', '"', 0, True, ()).rows(lines)
        usual = (_widths(rows) or [1])[0]
        return (sum(len(row) == usual for row in rows) / max(len(rows), 1), usual) if usual > 1 else (0.0, 1)

    # A delimiter that cuts nine of ten rows alike beats one that cuts all alike but less finely: "1,5;2,5" is two cells.
    scored = {delimiter: score(delimiter) for delimiter in _DELIMITERS}
    fair = {delimiter: each for delimiter, each in scored.items() if each[0] >= 0.9 and delimiter in lines[0]}
    if fair:
        return max(fair, key=lambda each: (fair[each][1], fair[each][0]))
    best = max(scored, key=lambda each: scored[each])
    return best if scored[best][0] > 0.5 else ","


def _escape(head: str) -> str:
    return "\\" if '\\"' in head and not _DOUBLED.search(head) else '"'


def _preamble(draft: CsvFormat, lines: Sequence[str]) -> int:
    """How many leading lines are no part of the table: comments, and titles of one cell above rows of several."""
    rows = draft.rows(lines)
    usual = (_widths(rows) or [1])[0]
    for count, line in enumerate(lines[:20]):
        cells = draft.rows([line])
        is_title = usual > 1 and (not cells or len(cells[0]) == 1) and not line.startswith(draft.quote)
        if not (is_title or line.startswith("#")):
            return count
    return 0


def _is_single_quoted(rows: Sequence[Sequence[str]]) -> bool:
    """Whether some column wraps all its values in apostrophes."""
    cells = zip(*(row for row in rows[1:] if len(row) == len(rows[0])), strict=False) if len(rows) > 2 else ()
    return any(all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in column) for column in cells)


def _has_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it does unless it looks like the rows below it.

    It looks like them where every column of values (numbers, dates) has a value there too, consecutive years apart, or where its
    words occur again below.
    """
    if not body:
        return not any(_VALUE.fullmatch(cell.strip()) for cell in first)
    columns = [[row[place] for row in body if place < len(row) and row[place].strip()] for place in range(len(first))]
    valued = [
        first[place].strip()
        for place, cells in enumerate(columns)
        if cells and sum(bool(_VALUE.fullmatch(cell.strip())) for cell in cells) / len(cells) > 0.5
    ]
    if valued:
        return not all(_VALUE.fullmatch(cell) for cell in valued) or _are_years(valued)
    again = sum(cell.strip() != "" and cell in cells for cell, cells in zip(first, columns, strict=True))
    return again * 2 < len(first) or again == 0


def _are_years(cells: Sequence[str]) -> bool:
    """Whether ``cells`` are years that count up, as over a cross table."""
    if len(cells) < 2 or not all(cell.isdecimal() and len(cell) == 4 for cell in cells):
        return False
    return all(int(later) - int(sooner) == 1 for sooner, later in pairwise(cells))


def _suspected(lines: Sequence[str]) -> str:
    """Another character that would split every line of a one-column table alike."""
    for candidate in (*_DELIMITERS, ":", " "):
        counts = {line.strip().count(candidate) for line in lines if line.strip()}
        if len(lines) > 2 and len(counts) == 1 and counts != {0}:
            return candidate
    return ""
