"""Names that every target can carry: printable, unlike each other even without regard to case, and as near to the source's as can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workbench.errors import Problem, Severity
from workbench.views import counted

__all__ = ["column_names", "distinct", "printable", "some"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST = 255


def printable(name: str) -> str:
    """``name`` without outer blanks, with each run of control characters (a line break, say) as one blank, at most 255 long.

    >>> printable(" unit\\nprice ")
    'unit price'
    """
    return _CONTROL.sub(" ", name).strip()[:_LONGEST].rstrip()


def distinct(name: str, taken: Iterable[str]) -> str:
    """``name``, or ``name_2``, ``name_3``, …: the first that is not in ``taken``, case aside.

    >>> distinct("Id", ["id", "id_2"])
    'Id_3'
    """
    folded = {each.casefold() for each in taken}
    if name.casefold() not in folded:
        return name
    number = 2
    while f"{name[: _LONGEST - 8]}_{number}".casefold() in folded:
        number += 1
    return f"{name[: _LONGEST - 8]}_{number}"


def column_names(cells: Sequence[str], path: str) -> tuple[list[str], list[Problem]]:
    """Names for columns whose headers are ``cells``, and what had to change: one problem a kind."""
    names: list[str] = []
    empty: list[str] = []
    repeated: list[str] = []
    altered: list[str] = []
    taken: set[str] = {printable(cell).casefold() for cell in cells}
    used: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        wanted = printable(cell)
        name = wanted or distinct(f"column{number}", taken)
        if name.casefold() in used:
            name = distinct(name, taken)
            repeated.append(f"{wanted!r} → {name!r}")
        elif not wanted:
            empty.append(repr(name))
        elif wanted != cell.strip():
            altered.append(repr(name))
        names.append(name)
        used.add(name.casefold())
        taken.add(name.casefold())
    said = (_said(path, code, which) for code, which in zip(_CHANGES, (repeated, empty, altered), strict=True))
    return names, [problem for problem in said if problem is not None]


_CHANGES: dict[str, tuple[Severity, str, str]] = {
    "duplicate_column": (
        "warning",
        "repeats the name of an earlier one (case aside) and was renamed:",
        "repeat the names of earlier ones (case aside) and were renamed:",
    ),
    "empty_column_name": ("info", "has no name and is called", "have no name and are called"),
    "column_name_changed": (
        "info",
        "has a name with a line break or of more than 255 characters and is called",
        "have names with line breaks or of more than 255 characters and are called",
    ),
}
"""What becomes of column names: how severe it is, and how it is said of one and of many."""


def _said(path: str, code: str, which: Sequence[str]) -> Problem | None:
    severity, one, many = _CHANGES[code]
    text = f"{counted(len(which), 'column')} {one if len(which) == 1 else many} {some(which)}"
    return Problem(path, code, text, severity) if which else None


def some(items: Sequence[str], most: int = 5) -> str:
    """The first ``most`` of ``items``, and how many more there are.

    >>> some(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")
