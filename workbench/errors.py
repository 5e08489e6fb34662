"""What can go wrong, in one tree, and the value that describes a mistake.

    WorkbenchError            anything the workbench itself raises
     ├─ DefinitionError       an element cannot be built as asked
     ├─ VerificationError     a design or a batch has problems; it carries them all
     ├─ ForbiddenError        a policy decided against it
     ├─ ConflictError         somebody else changed it first
     ├─ NotFoundError         no such name; it carries the nearest ones
     └─ AdapterError          a file, database, server or program did not do its part; the cause is chained

A person's mistake is a ``Problem``: all of them are collected, none is raised alone. A broken operation raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias, overload

from workbench.views import Column, Stack, Table, Text, Tone, View, Viewable, counted

__all__ = [
    "AdapterError",
    "ConflictError",
    "DefinitionError",
    "ForbiddenError",
    "NotFoundError",
    "Problem",
    "Problems",
    "Severity",
    "VerificationError",
    "WorkbenchError",
    "nearest",
]

Severity: TypeAlias = Literal["error", "warning", "info"]
"""``error``: it cannot stand. ``warning``: it can, and someone should look. ``info``: worth knowing."""

_TONES: dict[Severity, Tone] = {"error": "bad", "warning": "warning", "info": "muted"}


@dataclass(frozen=True, slots=True)
class Problem(Viewable):
    """What is wrong, where, and what to do.

    ``path`` is dotted (``flights.dest``), ``code`` is stable and documented, ``rows`` counts the rows of data concerned where
    there are any, ``line`` and ``column`` (from 1) point into source text where there is some.

    >>> print(Problem("flights.dest", "unknown_type", "no type is called 'txt'", hint="did you mean 'text'?"))
    error flights.dest: no type is called 'txt' [unknown_type]; did you mean 'text'?
    """

    path: str
    code: str
    message: str
    severity: Severity = "error"
    hint: str = ""
    rows: int | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return f"{self.severity} {self.place}: {self.message} [{self.code}]" + (f"; {self.hint}" if self.hint else "")

    @property
    def place(self) -> str:
        """The path, with line and column where it points into a text."""
        return ":".join([self.path, *(str(each) for each in (self.line, self.column) if each is not None)])

    def under(self, prefix: str) -> Problem:
        """The same problem with ``prefix`` put before its path."""
        return replace(self, path=f"{prefix}.{self.path}" if self.path and prefix else prefix or self.path)

    def as_dict(self) -> dict[str, Any]:
        """Path, code, severity, message and hint; rows, line and column only where they are known."""
        facts = asdict(self)
        known = ("path", "code", "severity", "message", "hint")
        return {name: facts[name] for name in known} | {
            name: facts[name] for name in ("rows", "line", "column") if facts[name] is not None
        }

    def view(self) -> View:
        """The problem in one sentence."""
        return Text(str(self), tone=_TONES[self.severity])


class Problems(Sequence[Problem], Viewable):
    """Every problem found, errors first, in a stable order.

    >>> found = Problems([Problem("b", "x", "second", "warning"), Problem("a", "y", "first")])
    >>> [problem.path for problem in found], found.is_ok
    (['a', 'b'], False)
    """

    __slots__ = ("_items",)

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        rank = {"error": 0, "warning": 1, "info": 2}
        self._items = tuple(sorted(problems, key=lambda p: (rank[p.severity], p.path, p.line or 0, p.code, p.message)))

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Problems: ...
    def __getitem__(self, index: int | slice) -> Problem | Problems:
        return Problems(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problems) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"Problems({counted(len(self.errors), 'error')}, {counted(len(self) - len(self.errors), 'other')})"

    def __str__(self) -> str:
        return "\n".join(map(str, self._items)) or "no problems"

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Those of severity ``error``."""
        return tuple(problem for problem in self._items if problem.severity == "error")

    @property
    def is_ok(self) -> bool:
        """Whether no problem is an error."""
        return not self.errors

    def view(self) -> View:
        """A table of all problems, or one good sentence."""
        if not self._items:
            return Text("No problems found.", tone="good")
        columns = (
            Column("severity", "tone"),
            Column("where", "code"),
            Column("what"),
            Column("rows", "number"),
            Column("what to do"),
            Column("code", "code"),
        )
        rows = tuple((p.severity, p.place, p.message, p.rows, p.hint, p.code) for p in self._items)
        table = Table(columns, rows, tones=tuple(_TONES[p.severity] for p in self._items))
        counts = Counter(p.severity for p in self._items)
        words: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "remark"}
        told = ", ".join(counted(counts[each], word) for each, word in words.items() if counts[each])
        return Stack("Problems", (table,), detail=told)


class WorkbenchError(Exception):
    """The root of everything the workbench raises on purpose."""


class DefinitionError(WorkbenchError):
    """An element of a design cannot be built as asked."""


class VerificationError(WorkbenchError):
    """A design or a batch has problems; ``problems`` holds every one of them."""

    def __init__(self, problems: Iterable[Problem], subject: str = "") -> None:
        self.problems = Problems(problems)
        self.subject = subject
        count = len(self.problems)
        head = f"{subject}: " if subject else ""
        super().__init__(f"{head}{counted(count, 'problem')}\n{self.problems}")


class ForbiddenError(WorkbenchError):
    """A policy decided against it."""


class ConflictError(WorkbenchError):
    """Somebody else changed it first."""


class NotFoundError(WorkbenchError, LookupError):
    """No ``kind`` has this ``name``; ``close`` holds the nearest names there are.

    >>> str(NotFoundError("resource", "flihts", ["flights", "planes"]))
    "no resource is called 'flihts'; did you mean 'flights'?"
    """

    def __init__(self, kind: str, name: str, available: Iterable[str] = ()) -> None:
        self.kind, self.name, self.available = kind, name, tuple(available)
        self.close = nearest(name, self.available)
        known = ", ".join(repr(each) for each in self.available[:8]) + (" …" if len(self.available) > 8 else "")
        hint = (
            f"did you mean {self.close[0]!r}?"
            if self.close
            else f"there are {known}"
            if known
            else f"there is no {kind} at all"
        )
        super().__init__(f"no {kind} is called {name!r}; {hint}")


class AdapterError(WorkbenchError):
    """A file, database, server or program did not do its part; the cause is chained."""

    def __init__(self, message: str, *, path: str = "", code: str = "adapter", hint: str = "") -> None:
        self.problem = Problem(path, code, message, hint=hint)
        super().__init__(message + (f"; {hint}" if hint else ""))


def nearest(name: str, available: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The names in ``available`` that look most like ``name``, best first, at most ``most``.

    >>> nearest("custmer", ["customer", "order"])
    ('customer',)
    """
    by_folded = {candidate.casefold(): candidate for candidate in available}
    return tuple(by_folded[match] for match in get_close_matches(name.casefold(), by_folded, n=most, cutoff=0.6))
