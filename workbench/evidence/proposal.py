"""A proposed domain: claims with evidence, decisions taken on them, and the design that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.errors import DefinitionError, NotFoundError, Problem, Problems
from workbench.evidence.claim import Claim, CounterExample, Kind, mask
from workbench.evidence.decisions import Decision, Verdict, save_decisions
from workbench.evidence.design import design
from workbench.evidence.edits import Names, edited
from workbench.evidence.findings import findings
from workbench.evidence.inclusion import Target
from workbench.evidence.profile import TableProfile
from workbench.evidence.report import as_dict, proposal_view
from workbench.evolve import diff
from workbench.model import Domain
from workbench.model.change import Change
from workbench.model.verify import verify
from workbench.views import View, Viewable, counted

__all__ = ["Proposal"]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What follows from all decisions; ``unfit`` has, by place among them, why one could not be followed."""

    claims: tuple[Claim, ...]
    domain: Domain
    names: Names
    unfit: Mapping[int, str]


class Proposal(Viewable):
    """Claims about some data, and the domain that the accepted ones describe.

    ``accept``, ``refuse`` and ``edit`` record a decision and change the domain at once; ``undo`` takes the last one back. Decisions are
    kept by the claim's id, so that inferring again, on next month's files, keeps them.
    """

    def __init__(
        self,
        name: str,
        tables: Mapping[str, TableProfile],
        claims: Iterable[Claim],
        *,
        problems: Iterable[Problem] = (),
        previous: Domain | None = None,
        decisions: Iterable[Decision] = (),
    ) -> None:
        self.name = name
        self.tables = dict(tables)
        self.previous = previous
        self._inferred = tuple(claims)
        self._noticed = tuple(problems)
        self._decisions = list(decisions)
        self._built: _Standing | None = None

    # what stands

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision, in the order it was taken."""
        return tuple(self._decisions)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim with its present status: what inference said, unless a person decided otherwise."""
        return self._stand().claims

    @property
    def domain(self) -> Domain:
        """The domain that the accepted claims and the edits describe."""
        return self._stand().domain

    @property
    def problems(self) -> Problems:
        """What the source gave trouble with, near misses, contradicted claims, and decisions that no claim answers to any more."""
        known, unfit = {claim.id for claim in self._inferred}, self._stand().unfit
        stale = [
            Problem(each.about, "stale_decision", f"the decision to {each.verdict} it has no effect: {why}", "info")
            for place, each in enumerate(self._decisions)
            if (
                why := unfit.get(
                    place, "" if each.verdict == "edit" or each.about in known else "no claim answers to it"
                )
            )
        ]
        return Problems([*self._noticed, *findings(self.claims), *stale])

    @property
    def changes(self) -> tuple[Change, ...]:
        """What leads from the previous domain to this one; nothing where there was none."""
        return diff(self.previous, self.domain).changes if self.previous is not None else ()

    def find(self, about: str, kind: Kind | None = None) -> Claim:
        """The claim with this id, or the one of this ``kind`` at a path (``find("flights.dest", "reference")``).

        Raises:
            NotFoundError: there is none; the error names the nearest ids.
        """
        for claim in self.claims:
            if claim.id == about or (claim.path == about and kind in (None, claim.kind)):
                return claim
        near = [claim.id for claim in self.claims if claim.path == about] or [claim.id for claim in self.claims]
        raise NotFoundError(f"{kind} claim" if kind else "claim", about, near)

    @property
    def references(self) -> tuple[Claim, ...]:
        """Claims that one resource refers to another."""
        return tuple(claim for claim in self.claims if claim.kind == "reference")

    def _stand(self) -> _Standing:
        if self._built is None:
            names = Names(self.tables, self._decisions)
            claims, unfit = self._masked(self._decided(), names), dict(names.unfit)
            domain = design(self.name, self.tables, claims, names.given)
            for place, each in enumerate(self._decisions):
                if each.verdict == "edit" and place not in unfit:
                    try:
                        domain = edited(domain, names.in_design(each.about), each.facts)
                    except (NotFoundError, DefinitionError) as error:
                        unfit[place] = str(error)
            self._built = _Standing(claims, domain, names, unfit)
        return self._built

    def _masked(self, claims: Sequence[Claim], names: Names) -> tuple[Claim, ...]:
        """``claims`` without the values of what a person called sensitive since they were read."""
        called: dict[tuple[str, str], bool] = {}
        for place, each in enumerate(self._decisions):
            if each.verdict == "edit" and "sensitive" in each.facts and place not in names.unfit:
                with suppress(NotFoundError):
                    called[names.in_data(each.about)] = each.facts["sensitive"] is True
        hidden = {f"{table}.{column}" for (table, column), sensitive in called.items() if sensitive}
        if not hidden:
            return tuple(claims)
        return tuple(
            _without_values(each) if hidden & _columns(each) else each
            for each in claims
            if not (each.kind == "range" and each.path in hidden)
        )

    def _decided(self) -> tuple[Claim, ...]:
        verdicts: dict[str, Verdict] = {}
        for each in self._decisions:
            if each.verdict != "edit":
                verdicts.pop(each.about, None)
                verdicts[each.about] = each.verdict
        status: dict[str, Any] = {"accept": "accepted", "refuse": "refused"}
        decided = [
            claim.with_status(status[verdicts[claim.id]]) if claim.id in verdicts else claim for claim in self._inferred
        ]
        # One key a table: the one accepted last by hand replaces the inferred one.
        keys = {claim.id: claim.path for claim in decided if claim.kind == "key"}
        chosen = {keys[about]: about for about, verdict in verdicts.items() if verdict == "accept" and about in keys}
        return tuple(
            claim.with_status("suggested")
            if claim.kind == "key" and claim.status == "accepted" and chosen.get(claim.path, claim.id) != claim.id
            else claim
            for claim in decided
        )

    # decisions

    def accept(self, about: str, *, kind: Kind | None = None, reason: str = "") -> Proposal:
        """Accept a claim by its id, or every open claim at a path (``flights.dest``), or those of one ``kind`` there.

        Raises:
            NotFoundError: no claim is about it; the error names the nearest paths.
        """
        return self._decide("accept", about, kind, reason)

    def refuse(self, about: str, *, kind: Kind | None = None, reason: str = "") -> Proposal:
        """Refuse a claim by its id, or the references (or those of another ``kind``) at a path.

        Raises:
            NotFoundError: no claim is about it; the error names the nearest paths.
        """
        return self._decide("refuse", about, kind, reason)

    def edit(self, path: str, *, reason: str = "", **facts: Any) -> Proposal:
        """Set facts of a resource (``flights``) or attribute (``flights.dest``): ``label``, ``description``, ``type``, ``required``, …

        Raises:
            NotFoundError: there is no such element.
            DefinitionError: a fact does not exist or does not fit; nothing is changed.
        """
        if not facts:
            raise DefinitionError(f"{path}: say what to set, such as label='…'")
        table, column = self._stand().names.in_data(path)
        about = f"{table}.{column}" if column else table
        before = Counter(each.code for each in verify(self.domain).errors)
        self._decisions.append(Decision("edit", about, facts, reason))
        self._built = None
        why = self._stand().unfit.get(len(self._decisions) - 1, "")
        errors = () if why else verify(self.domain).errors
        more = Counter(each.code for each in errors) - before
        wrong = [each for each in errors if each.code in more]
        if why or wrong:
            self.undo()
            raise DefinitionError(why or str(wrong[0]))
        return self

    def undo(self) -> Proposal:
        """Take the last decision back; without one nothing happens."""
        if self._decisions:
            self._decisions.pop()
            self._built = None
        return self

    def _decide(self, verdict: Verdict, about: str, kind: Kind | None, reason: str) -> Proposal:
        chosen = [claim for claim in self.claims if claim.id == about] or [
            claim for claim in self.claims if claim.path == about and (kind is None or claim.kind == kind)
        ]
        if not chosen:
            raise NotFoundError("claim", about, [each for claim in self.claims for each in (claim.path, claim.id)])
        if kind is None and len(chosen) > 1:
            chosen = _meant(chosen, verdict)
        self._decisions += [Decision(verdict, claim.id, reason=reason) for claim in chosen]
        self._built = None
        return self

    # out

    def as_dict(self) -> dict[str, Any]:
        """The proposal as plain data: ``resources``, ``references`` and ``problems``, names as in the data."""
        return as_dict(self)

    def save_decisions(self, path: str | Path) -> None:
        """Write the decisions as JSON, for the next inference (``wb.infer(..., previous=path)``)."""
        save_decisions(self._decisions, path)

    def view(self) -> View:
        """The picture, what was found, and every claim with its evidence."""
        return proposal_view(self)

    def __repr__(self) -> str:
        accepted = sum(claim.status == "accepted" for claim in self.claims)
        return f"Proposal({self.name!r}, {counted(len(self.tables), 'resource')}, {accepted} of {counted(len(self.claims), 'claim')} accepted)"


def _meant(claims: Sequence[Claim], verdict: Verdict) -> list[Claim]:
    """Of several claims at one path: those still open when accepting; the references when refusing, else the open ones."""
    if verdict == "refuse":
        references = [claim for claim in claims if claim.kind == "reference"]
        if references:
            return references
    open_ = [
        claim
        for claim in claims
        if claim.status != "accepted" and claim.kind not in ("range", "measure", "dimension", "pattern")
    ]
    return open_ or [claim for claim in claims if claim.status != "accepted"] or list(claims)


def _columns(claim: Claim) -> set[str]:
    """The columns (``table.column``) a claim is about."""
    if isinstance(claim.value, Target):
        target = claim.value
        ends = ((target.source_table, target.source), (target.table, target.columns))
        return {f"{table}.{name}" for table, names in ends for name in names}
    return {f"{claim.path}.{name}" for name in claim.value} if claim.kind in ("key", "identity") else {claim.path}


def _without_values(claim: Claim) -> Claim:
    examples = tuple(CounterExample(mask(each.value, True), each.rows) for each in claim.evidence.counter_examples)
    return replace(claim, evidence=replace(claim.evidence, counter_examples=examples))
