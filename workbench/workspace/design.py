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
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from workbench.errors import ConflictError, VerificationError
from workbench.evidence import Proposal
from workbench.evolve import apply, diff, invert
from workbench.evolve.difference import same
from workbench.evolve.refactorings_value import Movement, Refactoring
from workbench.language import dumps, load, save
from workbench.model import Domain
from workbench.model.change import Change
from workbench.views import Column, Stack, Table, Text, View, Viewable, counted
from workbench.workspace.design_log import AuthorKind, Step, alone, append, read_log, started

__all__ = ["AuthorKind", "Design", "Step"]

_DESIGN, _LOG = "design.json", "log.jsonl"


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
        with alone(self.folder / _LOG):
            self._name, self._steps = read_log(self.folder / _LOG)
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

    def refactor(self, refactoring: Refactoring, *, by: str, why: str = "") -> Design:
        """Apply ``refactoring``, which begins with the domain as it is; the log keeps where values move, for databases to follow. Errors as ``change``."""
        if not same(refactoring.before, self._domain):
            raise ConflictError(f"{refactoring.name}: it begins with another design than the present one")
        self._expect_sound(refactoring.after)
        moved = (refactoring.movements, refactoring.returns)
        return self._step(refactoring.after, refactoring.changes, by=by, why=why or refactoring.name, moved=moved)

    def refactorings(self, since: Domain) -> tuple[Refactoring, ...]:
        """The steps from ``since`` to the domain as it is, as far as values move in them; none where the design never was that."""
        digest = _digest(since)
        first = max((each.number for each in self._steps if each.after == digest), default=None)
        if first is None:
            return ()
        found: list[Refactoring] = []
        told = current = since
        for step in self._steps[first:]:
            following = apply(current, step.changes)
            if step.movements or step.returns:
                if told is not current:
                    found.append(Refactoring("other changes", told, current, diff(told, current).changes))
                found.append(Refactoring(str(step), current, following, step.changes, step.movements, step.returns))
                told = following
            current = following
        return tuple(found)

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
        """Do again what was taken back last and not done again since. Raises ``ConflictError`` when there is nothing, or another change came since."""
        undone = self._undone()
        if not undone:
            raise ConflictError("nothing was taken back since the last change, so that there is nothing to do again")
        again = self._steps[undone[-1] - 1]
        moved = (again.movements, again.returns)
        domain, by = apply(self._domain, again.changes), by or self._steps[-1].by
        return self._step(domain, again.changes, by=by, why=why or again.why, kind=again.kind, moved=moved)

    def _undone(self) -> list[int]:
        """The numbers of the steps that can be done again, the next one last."""
        found: list[int] = []
        for step in self._steps:
            again = self._steps[found[-1] - 1] if found else step
            if step.undoes:
                found.append(step.undoes)
            elif found and (step.before, step.after) == (again.before, again.after):
                found.pop()
            else:
                found.clear()
        return found

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
        moved = (step.returns, step.movements)
        return self._step(domain, changes, by=by, why=why, undoes=step.number, moved=moved)

    def _step(
        self,
        domain: Domain,
        changes: Iterable[Change],
        *,
        by: str,
        why: str,
        kind: AuthorKind = "person",
        evidence: str = "",
        undoes: int = 0,
        moved: tuple[tuple[Movement, ...], tuple[Movement, ...]] = ((), ()),
    ) -> Design:
        changes = tuple(changes)
        if not changes:
            return self
        before, after = _digest(self._domain), _digest(domain)
        number = len(self._steps) + 1
        step = Step(number, self._now(), by, kind, why, changes, before, after, evidence, undoes, *moved)
        with alone(self.folder / _LOG):
            self._expect_unchanged()
            append(self.folder / _LOG, step.line())
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
        if len(read_log(self.folder / _LOG)[1]) != len(self._steps):
            raise ConflictError(f"{self.folder.name} was changed by somebody else since; open it again")

    # The folder.

    def _create(self, domain: Domain, by: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / _DESIGN).exists() or (self.folder / _LOG).exists():
            raise ConflictError(f"{self.folder} holds a design already; open it without a domain")
        empty = Domain(name=domain.name)
        changes = diff(empty, domain).changes
        first = Step(1, self._now(), by or "somebody", "person", "made", changes, _digest(empty), _digest(domain))
        append(self.folder / _LOG, started(domain.name, first))
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
        append(self.folder / _LOG, step.line())
        self._steps.append(step)
        return domain


def _digest(domain: Domain) -> str:
    return hashlib.sha256(dumps(domain).encode()).hexdigest()
