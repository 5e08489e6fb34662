"""The log of a design: a header, then one line for each step that changed it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter

from workbench.errors import AdapterError, Problem, VerificationError
from workbench.evolve.refactorings_value import Movement
from workbench.model.change import Change
from workbench.views import counted

try:
    import fcntl
except ImportError:  # Windows has other locks; there two processes must not write to one folder at once
    fcntl = None  # type: ignore[assignment]

__all__ = ["AuthorKind", "Step", "alone", "append", "read_log", "started"]

AuthorKind: TypeAlias = Literal["person", "rule", "language model"]

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the log. ``by`` is who, ``kind`` what they are; ``evidence`` is the digest of what was measured; ``undoes`` the
    number of the step this one takes back, 0 for none. A refactoring's ``movements`` carry data along, ``returns`` back. ``number`` counts from 1.
    """

    number: int
    when: dt.datetime
    by: str
    kind: AuthorKind
    why: str
    changes: tuple[Change, ...]
    before: str
    after: str
    evidence: str = ""
    undoes: int = 0
    movements: tuple[Movement, ...] = ()
    returns: tuple[Movement, ...] = ()

    def __str__(self) -> str:
        return f"{self.number}. {self.when:%Y-%m-%d %H:%M} {self.by}: {self.what}" + (
            f" ({self.why})" if self.why else ""
        )

    @property
    def what(self) -> str:
        """What it did, in a sentence."""
        if self.undoes:
            return f"undo step {self.undoes}"
        more = f" and {counted(len(self.changes) - 3, 'more change')}" if len(self.changes) > 3 else ""
        return "; ".join(map(str, self.changes[:3])) + more

    def line(self) -> str:
        """The step as a line of the log."""
        facts: dict[str, Any] = {
            "number": self.number,
            "when": self.when.isoformat(),
            "by": self.by,
            "kind": self.kind,
            "why": self.why,
            "changes": [each.as_dict() for each in self.changes],
            "before": self.before,
            "after": self.after,
        }
        facts |= {"evidence": self.evidence} if self.evidence else {}
        facts |= {"undoes": self.undoes} if self.undoes else {}
        for name in ("movements", "returns"):
            if moved := getattr(self, name):
                facts[name] = _movements().dump_python(moved, mode="json", exclude_defaults=True)
        return json.dumps(facts, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, line: str) -> Step:
        """The step a line of the log says. Raises ``VerificationError`` or ``ValueError`` where it is none."""
        facts = json.loads(line)
        changes = tuple(map(Change.from_dict, facts.pop("changes")))
        for name in ("movements", "returns"):
            facts[name] = _movements().validate_python(facts.get(name, ()), strict=False)
        return cls(**{**facts, "changes": changes, "when": dt.datetime.fromisoformat(facts["when"])})


@cache
def _movements() -> TypeAdapter[tuple[Movement, ...]]:
    return TypeAdapter(tuple[Movement, ...])


def started(name: str, first: Step) -> str:
    """The text of a new log: the header, with the name of the empty domain it begins with, and its first step."""
    return json.dumps({"workbench": "log", "format": _FORMAT, "name": name}, ensure_ascii=False) + "\n" + first.line()


def read_log(path: Path) -> tuple[str, list[Step]]:
    """The name the domain began with, and the steps. A last line that a crash cut off was never acknowledged: it is dropped."""
    try:
        *whole, cut = path.read_bytes().split(b"\n")
        lines = [each.decode() for each in whole]
    except (OSError, UnicodeDecodeError) as error:
        raise VerificationError(
            [Problem(str(path), "no_log", f"the log cannot be read: {error}", hint="a design is made with a domain")],
            "design",
        ) from error
    if cut:
        os.truncate(path, path.stat().st_size - len(cut))
    number = 0
    try:
        header = json.loads(lines[0])
        if header["workbench"] != "log" or header["format"] > _FORMAT:
            raise ValueError(f"this is no log of format {_FORMAT}")
        steps = []
        for number, line in enumerate(lines[1:], 1):  # noqa: B007  # told when a line is damaged
            steps.append(Step.read(line))
        if not steps:
            raise ValueError("it has no step")
        return header["name"], steps
    except (ValueError, KeyError, TypeError, IndexError, VerificationError) as error:
        hint = "restore the file; every other step stands in it"
        problem = Problem(path.name, "bad_log", f"the log is damaged: {error}", hint=hint, line=number + 1)
        raise VerificationError([problem], "design") from error


def append(path: Path, text: str) -> None:
    """``text`` is at the end of the log, and on the disk. Raises ``AdapterError`` where it cannot be written."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise AdapterError(f"{path.name} cannot be written: {error.strerror}", path=str(path)) from error


@contextmanager
def alone(log: Path) -> Iterator[None]:
    """Nobody else on this machine reads or writes the ``log`` meanwhile, so that no line is seen half. Where there is none, nothing is made."""
    if not log.is_file():
        yield
        return
    with log.open("rb") as stream:
        if fcntl is not None:
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
