"""How the lines of a design look: two columns for each level, blank lines between blocks, names and words above one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = ["BLOCKS", "Row", "lay_out"]

BLOCKS = frozenset(["domain", "resource", "machine", "reactor", "source", "contract"])
"""Statements of a domain that a blank line goes before."""

_NARROWEST = 9
_WIDEST = 32


@dataclass(slots=True)
class Row:
    """A line: its cells, the sort of line whose cells stand above one another, and what stands below it."""

    sort: str
    cells: tuple[str, ...]
    comment: str = ""
    is_after_blank: bool = False
    children: list[Row] = field(default_factory=list)


def lay_out(rows: list[Row]) -> str:
    """The text of ``rows`` and of what stands below them.

    >>> print(lay_out([Row("resource", ("resource", "a"), children=[Row("name", ("id", "uuid")), Row("name", ("long_name_here", "date"))])]), end="")
    resource a
      id              uuid
      long_name_here  date
    """
    lines = list(_lines(rows, 0, is_first=True))
    return "\n".join(lines) + "\n" if lines else ""


def _lines(rows: list[Row], depth: int, is_first: bool = False) -> Iterator[str]:
    margin = "  " * depth
    widths = _widths(rows, depth)
    for index, row in enumerate(rows):
        if row.is_after_blank and not (is_first and index == 0):
            yield ""
        body = _joined(row, widths[index])
        comment = f"  {row.comment}" if row.comment and body else row.comment
        first, *more = body.split("\n")
        if more and row.comment:
            yield margin + row.comment
            comment = ""
        yield f"{margin}{first}{comment}".rstrip() if not more else margin + first
        yield from (f"{margin}{each}" for each in more)
        yield from _lines(row.children, depth + 1)


def _joined(row: Row, widths: tuple[int, ...]) -> str:
    if not row.cells:
        return ""
    *before, last = row.cells
    return (
        "".join(cell.ljust(width) if width else f"{cell} " for cell, width in zip(before, widths, strict=False)) + last
    )


def _widths(rows: list[Row], depth: int) -> list[tuple[int, ...]]:
    """The width of every cell but the last of each row: alike in a run of rows of one sort that no blank line breaks."""
    found: list[tuple[int, ...]] = []
    for run in _runs(rows):
        sort = next((row.sort for row in run if row.cells), "")
        narrowest = _NARROWEST if depth == 1 and sort in ("name", "word") else 0
        is_aligned = sort in ("name", "transition") or narrowest > 0
        gaps = (1, 2) if sort == "transition" else (2, 2)
        widths = [max((len(row.cells[at]) for row in run if _is_narrow(row, at)), default=0) for at in (0, 1)]
        for row in run:
            cells = row.cells[:-1]
            found.append(
                tuple(max(widths[at], narrowest, len(cell)) + gaps[at] for at, cell in enumerate(cells))
                if is_aligned
                else (0,) * len(cells)
            )
    return found


def _is_narrow(row: Row, at: int) -> bool:
    return len(row.cells) > at + 1 and len(row.cells[at]) <= _WIDEST


def _runs(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows of one sort, comments between them included."""
    run: list[Row] = []
    sort = ""
    for row in rows:
        if run and (row.is_after_blank or (row.cells and sort and row.sort != sort)):
            yield run
            run, sort = [], ""
        run.append(row)
        sort = row.sort if row.cells else sort
    if run:
        yield run
