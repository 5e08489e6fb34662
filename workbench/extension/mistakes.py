"""Mistakes in a cell: each with the line it is on and a caret under the spot, as text and as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.display.characters import columns, printable
from workbench.errors import Problem, Problems, VerificationError, WorkbenchError
from workbench.views import Code, Stack, Text, Tone, View, Viewable, counted

__all__ = ["CellError", "Mistakes", "excerpt", "mistakes_of"]

_MOST = 20
_WORD = re.compile(r"\w+(?:\.\w+)*|\"[^\"]*\"?|'[^']*'?|[^\w\s]+")
_WIDEST = 80
"""Columns of a line that are shown around the spot; a wider output would be cut."""


_TONES: dict[str, Tone] = {"error": "bad", "warning": "warning", "info": "muted"}


class CellError(WorkbenchError):
    """A cell of the domain language did nothing. What is wrong was shown already, so that the error itself is one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def excerpt(text: str, line: int, column: int, shift: int = 0) -> str:
    """Line ``line`` of ``text`` with a caret under ``column``, both from 1; its number is told as ``shift`` more.

    >>> print(excerpt("resource patient\\n  mrn  strng key", 2, 8, shift=1))
    3 |   mrn  strng key
      |        ^^^^^
    """
    lines = text.split("\n")
    whole = lines[line - 1] if 0 < line <= len(lines) else ""
    at = min(max(column, 1) - 1, len(whole))
    first = max(0, at - _WIDEST // 2) if columns(whole) > _WIDEST else 0
    shown = whole[first : first + _WIDEST]
    before = printable(whole[first:at]).expandtabs(4)
    word = _WORD.match(whole, at)
    marked = printable(word[0])[: max(1, len(shown) - (at - first))] if word else " "
    number = str(line + shift)
    caret = " " * columns(before) + "^" * max(1, columns(marked))
    return f"{number} | {printable(shown).expandtabs(4)}\n{' ' * len(number)} | {caret}"


@dataclass(frozen=True)
class Mistakes(Viewable):
    """Problems of ``text``, whose first line is number ``shift`` + 1 of its cell."""

    problems: Problems
    text: str = ""
    shift: int = 1
    title: str = ""

    def view(self) -> View:
        """Each problem in a sentence, and below it the line with a caret under the spot."""
        ordered = sorted(self.problems, key=lambda each: (each.line is None, each.line or 0, each.column or 0))
        children: list[View] = []
        for problem in ordered[:_MOST]:
            children.append(Text(_told(problem, self.shift), tone=_TONES[problem.severity]))
            children += [Code(self._excerpt(problem))] if problem.line is not None else []
        if len(ordered) > _MOST:
            children.append(Text(f"… and {counted(len(ordered) - _MOST, 'more problem')}", "muted"))
        return Stack(self.title or counted(len(ordered), "problem"), tuple(children))

    def _excerpt(self, problem: Problem) -> str:
        return "" if problem.line is None else excerpt(self.text, problem.line, problem.column or 1, self.shift)


def mistakes_of(error: WorkbenchError, text: str, shift: int) -> Mistakes:
    """What went wrong, whatever kind of error the workbench raised."""
    found = error.problems if isinstance(error, VerificationError) else [Problem("", "refused", str(error))]
    return Mistakes(Problems(found), text, shift)


def _told(problem: Problem, shift: int) -> str:
    where = problem.path if problem.line is None else f"line {problem.line + shift}, column {problem.column or 1}"
    what = f"{where}: {problem.message}" if where else problem.message
    return what + (f"; {problem.hint}" if problem.hint else "")
