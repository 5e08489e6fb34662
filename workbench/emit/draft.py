"""What a target hands over: text whose lines know which element they speak of, and what could not be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from workbench.errors import Problem, Severity

__all__ = ["Draft", "SourceRange", "Writer"]


@dataclass(frozen=True, slots=True, order=True)
class SourceRange:
    """Lines ``first`` to ``last`` (from 1, both included) of ``file`` come from the element at ``path``."""

    file: str
    first: int
    last: int
    path: str


class Writer:
    """Lines of one file, each block remembered under the element it comes from.

    >>> writer = Writer("a.txt")
    >>> with writer.element("orders"):
    ...     writer.add("one", "two")
    >>> writer.text, writer.ranges
    ('one\\ntwo\\n', [SourceRange(file='a.txt', first=1, last=2, path='orders')])
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: list[str] = []
        self._ranges: list[SourceRange] = []

    def add(self, *blocks: str) -> None:
        """The blocks are written, each on lines of its own."""
        for block in blocks:
            self._lines += block.split("\n")

    def append(self, other: Writer) -> None:
        """What ``other`` holds follows, with its elements."""
        shift = len(self._lines)
        self._lines += other._lines
        self._ranges += [SourceRange(self.file, r.first + shift, r.last + shift, r.path) for r in other._ranges]

    @contextmanager
    def element(self, path: str) -> Iterator[None]:
        """What is added inside comes from the element at ``path``; nothing added leaves no trace."""
        first = len(self._lines) + 1
        yield
        if len(self._lines) >= first:
            self._ranges.append(SourceRange(self.file, first, len(self._lines), path))

    @property
    def text(self) -> str:
        """Everything written, with one newline at the end."""
        return "\n".join(self._lines).rstrip("\n") + "\n"

    @property
    def ranges(self) -> list[SourceRange]:
        """Which lines come from which element, in the order of the file, wider ranges first; neighbours are one range."""
        joined: dict[str, list[SourceRange]] = {}
        for each in sorted(self._ranges):
            mine = joined.setdefault(each.path, [])
            if mine and each.first <= mine[-1].last + 1:
                mine[-1] = SourceRange(self.file, mine[-1].first, max(mine[-1].last, each.last), each.path)
            else:
                mine.append(each)
        found = (each for ranges in joined.values() for each in ranges)
        return sorted(found, key=lambda each: (each.first, -each.last, each.path))


@dataclass(slots=True)
class Draft:
    """The files of one export, and its losses so far."""

    writers: list[Writer] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)
    libraries: tuple[str, ...] = ()
    """Distributions whose installed version the output was made for."""
    history: dict[str, str] = field(default_factory=dict)
    """Files of earlier exports that this one follows and leaves as they are, with their ``sha256`` when they were written."""
    lasting: str = ""
    """The folder whose files are never replaced or removed; empty where there is none."""

    def file(self, name: str) -> Writer:
        """A new file of the export."""
        writer = Writer(name)
        self.writers.append(writer)
        return writer

    def lose(self, path: str, code: str, message: str, hint: str = "", severity: Severity = "warning") -> None:
        """What the target could not carry is written down: ``info`` where nothing a reader relies on is missing."""
        self.losses.append(Problem(path, code, message, severity, hint))

    def ranges(self) -> Iterable[SourceRange]:
        """The source map of all files."""
        return (each for writer in self.writers for each in writer.ranges)
