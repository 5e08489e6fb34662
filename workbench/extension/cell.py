"""A cell of the domain language: the magic on its first line, the words behind it, and the text below.

The same reading serves the magics, completion and help, so that a place in a message is the place in the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["MAGICS", "Cell", "read_cell"]

MAGICS = ("domain", "change", "scenario", "ask")

_HEAD = re.compile(rf"\s*%%({'|'.join(MAGICS)})(?=[ \t\r\n]|\Z)([^\n]*)(\n|\Z)")


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` begins at ``start`` of the whole cell, which is ``line`` lines down; ``options`` at ``options_start``."""

    magic: str
    options: str
    options_start: int
    text: str
    start: int
    line: int = 1


def read_cell(source: str) -> Cell | None:
    """The cell that ``source`` is; None where it begins with no magic of the domain language.

    >>> cell = read_cell("%%change clinic\\nresource room")
    >>> cell.magic, cell.options, cell.text, cell.start
    ('change', ' clinic', 'resource room', 16)
    >>> read_cell("%%time") is None
    True
    """
    head = _HEAD.match(source)
    if head is None:
        return None
    line = source.count("\n", 0, head.start(2)) + 1
    return Cell(head[1], head[2], head.start(2), source[head.end() :], head.end(), line)
