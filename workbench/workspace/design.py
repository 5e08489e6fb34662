"""A design in a folder: the domain as it is, and the log of every change that led to it.

    shop/
     ├─ design.json    the domain
     └─ log.jsonl      a header, then one line for each step: who, when, why, the changes, and the digests before and after

The steps alone give the domain, from the empty one that the header names. A step is written to the log first, then the domain is
replaced in one move: after a crash between the two, opening the folder finishes what the log says. Undo is one more step.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from workbench.errors import AdapterError, ConflictError, Problem, VerificationError
from workbench.evidence import Proposal
from workbench.evolve import apply, diff, invert
from workbench.language import dumps, load, save
from workbench.model import Domain
from workbench.model.change import Change
from workbench.views import Column, Stack, Table, Text, View, Viewable, counted

try:
    import fcntl
except ImportError:  # Windows has other locks; there two processes must not write to one folder at once
    fcntl = None  # type: ignore[assignment]

__all__ = ["AuthorKind", "Design", "Step"]

AuthorKind: TypeAlias = Literal["person", "rule", "language model"]

_DESIGN, _LOG, _FORMAT = "design.json", "log.jsonl", 1


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the log. ``by`` is who, ``kind`` what they are; ``evidence`` is the digest of what was measured; ``undoes`` the
    number of the step this one takes back, 0 for none. ``number`` counts from 1.
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
        return json.dumps(facts, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, line: str) -> Step:
        """The step a line of the log says. Raises ``VerificationError`` or ``ValueError`` where it is none."""
        facts = json.loads(line)
        changes = tuple(map(Change.from_dict, facts.pop("changes")))
        return cls(**{**facts, "changes": changes, "when": dt.datetime.fromisoformat(facts["when"])})


class Design(Viewable):
    """The design in ``folder``, made there when ``domain`` is given and none is there yet.

    ``now`` tells the time of each step. Every method that changes the design returns it; what does not fit changes nothing.

    >>> import tempfile
    >>> design = Design(tempfile.mkdtemp(), Domain(name="shop"))
    >>> rename = Change(kind="rename", path=(), before="shop", after="store")
    >>> design.change(rename, by="ada", why="it is one").domain.name, design.undo().domain.name
    ('store', 'shop')

    Raises:
        VerificationError: the folder holds no design, or a damaged one; the problems say where.
    """

    def __init__(
        self,
        folder: str | Path,
        domain: Domain | None = None,
        *,
        by: str = "",
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.folder, self._now = Path(folder), now
        if domain is not None:
            self._create(domain, by)
        self._name, self._steps = _read_log(self.folder / _LOG)
        self._domain = self._recovered()

    @property
    def domain(self) -> Domain:
        """The domain as it is."""
        return self._domain

    @property
    def log(self) -> tuple[Step, ...]:
        """Every step, the first one first."""
        return tuple(self._steps)

    def change(
        self,
        *changes: Change | Domain,
        by: str,
        why: str = "",
        kind: AuthorKind = "person",
        evidence: str = "",
    ) -> Design:
        """Apply ``changes`` in their order as one step; a domain stands for the changes that lead to it. No change is no step.

        Raises:
            ConflictError: a change does not fit, or somebody else has changed the folder since.
            VerificationError: the design would have errors it has not now.
        """
        domain, found = self._domain, list[Change]()
        for each in changes:
            wanted = diff(domain, each).changes if isinstance(each, Domain) else (each,)
            domain = apply(domain, wanted)
            found += wanted
        self._expect_sound(domain)
        return self._step(domain, found, by=by, why=why, kind=kind, evidence=evidence)

    def accept(self, proposal: Proposal, *, why: str = "", by: str = "inference") -> Design:
        """What a proposal's accepted claims say becomes the design, as changes; the digest of its evidence is kept with them.

        What a person changed in the design since the last proposal stays, where it does not contradict the new one: what the proposal
        says is held against what it was inferred from before, when it has a previous domain.
        """
        evidence = hashlib.sha256(json.dumps(proposal.as_dict(), sort_keys=True, default=str).encode()).hexdigest()
        wanted: Sequence[Change | Domain] = proposal.changes if proposal.previous is not None else (proposal.domain,)
        return self.change(*wanted, by=by, why=why, kind="rule", evidence=evidence)

    def undo(self, *, by: str = "", why: str = "") -> Design:
        """Take back the last step that stands. Raises ``ConflictError`` when none is left."""
        taken = {each.undoes for each in self._steps}
        for step in reversed(self._steps[1:]):
            if not step.undoes and step.number not in taken:
                return self._back(step, by or step.by, why)
        raise ConflictError("there is nothing left to undo")

    def redo(self, *, by: str = "", why: str = "") -> Design:
        """Do again what the last step took back. Raises ``ConflictError`` when the last step took nothing back."""
        if not self._steps or not self._steps[-1].undoes:
            raise ConflictError("the last step took nothing back, so that there is nothing to do again")
        undone = self._steps[-1]
        again = self._steps[undone.undoes - 1]
        return self._step(
            apply(self._domain, again.changes), again.changes, by=by or undone.by, why=why or again.why, kind=again.kind
        )

    def view(self) -> View:
        """The domain, then its last steps."""
        columns = (Column("step", "number"), Column("when"), Column("by"), Column("what"), Column("why"))
        shown = self._steps[:-21:-1]
        rows = tuple(
            (each.number, f"{each.when:%Y-%m-%d %H:%M}", f"{each.by} ({each.kind})", each.what, each.why)
            for each in shown
        )
        log: View = (
            Table(columns, rows, title="Log", total=len(self._steps)) if rows else Text("nothing was changed yet")
        )
        return Stack(repr(self), (self._domain.view(), log))

    def __repr__(self) -> str:
        return f"Design({self._domain.name!r}, {counted(len(self._steps), 'step')})"

    # Steps.

    def _back(self, step: Step, by: str, why: str) -> Design:
        changes = invert(step.changes)
        domain = apply(self._domain, changes)
        return self._step(domain, changes, by=by, why=why, kind="person", undoes=step.number)

    def _step(
        self,
        domain: Domain,
        changes: Iterable[Change],
        *,
        by: str,
        why: str,
        kind: AuthorKind,
        evidence: str = "",
        undoes: int = 0,
    ) -> Design:
        changes = tuple(changes)
        if not changes:
            return self
        before, after = _digest(self._domain), _digest(domain)
        step = Step(len(self._steps) + 1, self._now(), by, kind, why, changes, before, after, evidence, undoes)
        with _alone(self.folder):
            self._expect_unchanged()
            _append(self.folder / _LOG, step.line())
            save(domain, self.folder / _DESIGN)
        self._steps.append(step)
        self._domain = domain
        return self

    def _expect_sound(self, domain: Domain) -> None:
        from workbench.workspace.checking import check

        known = {(each.path, each.code) for each in check(self._domain)}
        new = [each for each in check(domain).errors if (each.path, each.code) not in known]
        if new:
            raise VerificationError(new, "the design was not changed")

    def _expect_unchanged(self) -> None:
        if len(_read_log(self.folder / _LOG)[1]) != len(self._steps):
            raise ConflictError(f"{self.folder.name} was changed by somebody else since; open it again")

    # The folder.

    def _create(self, domain: Domain, by: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / _DESIGN).exists() or (self.folder / _LOG).exists():
            raise ConflictError(f"{self.folder} holds a design already; open it without a domain")
        empty = Domain(name=domain.name)
        changes = diff(empty, domain).changes
        first = Step(1, self._now(), by or "somebody", "person", "made", changes, _digest(empty), _digest(domain))
        header = json.dumps({"workbench": "log", "format": _FORMAT, "name": domain.name}, ensure_ascii=False) + "\n"
        _append(self.folder / _LOG, header + first.line())
        save(domain, self.folder / _DESIGN)

    def _recovered(self) -> Domain:
        """The domain, with the last step of the log where a crash came before it; an edit by hand becomes a step of its own."""
        file, last = self.folder / _DESIGN, self._steps[-1]
        domain = load(file) if file.exists() else None
        found = "" if domain is None else _digest(domain)
        if domain is not None and found == last.after:
            return domain
        logged = Domain(name=self._name)
        for step in self._steps:
            logged = apply(logged, step.changes)
        if domain is None or found == last.before:
            save(logged, file)
            return logged
        changes = diff(logged, domain).changes
        why = f"{_DESIGN} was edited by hand"
        step = Step(len(self._steps) + 1, self._now(), "somebody", "person", why, changes, last.after, found)
        _append(self.folder / _LOG, step.line())
        self._steps.append(step)
        return domain


def _digest(domain: Domain) -> str:
    return hashlib.sha256(dumps(domain).encode()).hexdigest()


def _read_log(path: Path) -> tuple[str, list[Step]]:
    """The name the domain began with, and the steps. A last line that a crash cut off was never acknowledged: it is dropped."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VerificationError(
            [Problem(str(path), "no_log", f"the log cannot be read: {error}", hint="a design is made with a domain")],
            "design",
        ) from error
    lines = text.split("\n")
    if lines.pop():
        _replace(path, "".join(f"{each}\n" for each in lines))
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


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise AdapterError(f"{path.name} cannot be written: {error.strerror}", path=str(path)) from error


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else on this machine writes to ``folder`` meanwhile."""
    with (folder / _LOG).open("a", encoding="utf-8") as stream:
        if fcntl is not None:
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
