"""A proposed domain: claims with evidence, decisions taken on them, and the design that follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

from workbench.errors import DefinitionError, NotFoundError, Problem, Problems, VerificationError
from workbench.evidence.claim import Claim, Kind
from workbench.evidence.design import design
from workbench.evidence.findings import findings
from workbench.evidence.profile import TableProfile
from workbench.evidence.report import as_dict, proposal_view
from workbench.model import Domain
from workbench.views import View, Viewable

__all__ = ["Decision", "Proposal", "load_decisions"]

Verdict: TypeAlias = Literal["accept", "refuse", "edit"]
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: about a claim (by id), or (``edit``) facts set on an element by path. ``reason`` is theirs."""

    verdict: Verdict
    about: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return (
            f"{self.verdict} {self.about}"
            + (f": {facts}" if facts else "")
            + (f" ({self.reason})" if self.reason else "")
        )


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
        self._built: tuple[int, tuple[Claim, ...], Domain] | None = None

    # what stands

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision, in the order it was taken."""
        return tuple(self._decisions)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim with its present status: what inference said, unless a person decided otherwise."""
        return self._stand()[0]

    @property
    def domain(self) -> Domain:
        """The domain that the accepted claims and the edits describe."""
        return self._stand()[1]

    @property
    def problems(self) -> Problems:
        """What the source gave trouble with, near misses, contradicted claims, and decisions that no claim answers to any more."""
        known = {claim.id for claim in self._inferred} | {claim.path for claim in self._inferred}
        stale = [
            Problem(
                each.about,
                "stale_decision",
                f"nothing in this data answers to the decision to {each.verdict} it",
                "info",
            )
            for each in self._decisions
            if each.verdict != "edit" and each.about not in known
        ]
        return Problems([*self._noticed, *findings(self.claims), *stale])

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

    def _stand(self) -> tuple[tuple[Claim, ...], Domain]:
        if self._built is None or self._built[0] != len(self._decisions):
            claims = self._decided()
            renamed = {each.about: each.facts["name"] for each in self._decisions if "name" in each.facts}
            domain = design(self.name, self.tables, claims, renamed)
            for each in self._decisions:
                if each.verdict == "edit":
                    domain = _edited(domain, self._as_designed(each.about, renamed), each.facts)
            self._built = (len(self._decisions), claims, domain)
        return self._built[1], self._built[2]

    def _decided(self) -> tuple[Claim, ...]:
        verdicts = {each.about: each.verdict for each in self._decisions if each.verdict != "edit"}
        status: dict[str, Any] = {"accept": "accepted", "refuse": "refused"}
        decided = [
            claim.with_status(status[verdicts[claim.id]]) if claim.id in verdicts else claim for claim in self._inferred
        ]
        # One key a table: accepting another one by hand replaces the inferred one.
        chosen = {claim.path for claim in decided if claim.kind == "key" and verdicts.get(claim.id) == "accept"}
        return tuple(
            claim.with_status("suggested")
            if claim.kind == "key"
            and claim.path in chosen
            and claim.status == "accepted"
            and verdicts.get(claim.id) != "accept"
            else claim
            for claim in decided
        )

    def _as_designed(self, path: str, renamed: Mapping[str, str]) -> tuple[str, str]:
        """Resource and attribute (or none) in the design, of a table or ``table.column`` of the data."""
        if path in self.tables:
            return renamed.get(path, path), ""
        table, column = self._in_data(path)
        return renamed.get(table, table), renamed.get(f"{table}.{column}", column)

    def _in_data(self, path: str) -> tuple[str, str]:
        """Table and column (or none) that a path names, whether by the data's names or by those given since.

        Raises:
            NotFoundError: there is no such element.
        """
        renamed = {each.about: each.facts["name"] for each in self._decisions if "name" in each.facts}
        paths = {name: (name, "") for name in self.tables}
        paths |= {column.path: (table.name, column.name) for table in self.tables.values() for column in table.columns}
        for table, column in list(paths.values()):
            new = renamed.get(table, table)
            paths.setdefault(f"{new}.{renamed.get(f'{table}.{column}', column)}" if column else new, (table, column))
        if path not in paths:
            raise NotFoundError("resource or attribute", path, paths)
        return paths[path]

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
        table, column = self._in_data(path)
        about = f"{table}.{column}" if column else table
        renamed = {each.about: each.facts["name"] for each in self._decisions if "name" in each.facts}
        _edited(self.domain, self._as_designed(about, renamed), facts)
        self._decisions.append(Decision("edit", about, facts, reason))
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
        kept = {"workbench": "decisions", "format": _FORMAT, "decisions": [asdict(each) for each in self._decisions]}
        Path(path).write_text(json.dumps(kept, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")

    def view(self) -> View:
        """The picture, what was found, and every claim with its evidence."""
        return proposal_view(self)

    def __repr__(self) -> str:
        accepted = sum(claim.status == "accepted" for claim in self.claims)
        return (
            f"Proposal({self.name!r}, {len(self.tables)} resources, {accepted} of {len(self.claims)} claims accepted)"
        )


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


def _edited(domain: Domain, where: tuple[str, str], facts: Mapping[str, Any]) -> Domain:
    """``domain`` with ``facts`` set on a resource or attribute; the name is left to ``design``, which renames it everywhere."""
    resource = domain.resource(where[0])
    element = resource.attribute(where[1]) if where[1] else resource
    path = ".".join(filter(None, where))
    known = {each for each in type(element).model_fields if each not in ("was", "source_name")}
    if unknown := sorted(set(facts) - known):
        raise DefinitionError(f"{path} has no {unknown[0]!r}; there are {', '.join(sorted(known))}")
    try:
        edited = type(element).model_validate({**dict(element), **facts, "name": element.name})
        type(element).model_validate({**dict(element), **facts})
    except ValidationError as error:
        first = error.errors()[0]
        raise DefinitionError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if where[1]:
        attributes = tuple(edited if each is element else each for each in resource.attributes)
        edited = resource.model_copy(update={"attributes": attributes})
    return domain.model_copy(
        update={"resources": tuple(edited if each is resource else each for each in domain.resources)}
    )


def load_decisions(path: str | Path) -> tuple[Decision, ...]:
    """The decisions that ``Proposal.save_decisions`` wrote.

    Raises:
        VerificationError: the file is missing, is not JSON, or holds something else.
    """
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
        if kept["workbench"] != "decisions" or kept["format"] != _FORMAT:
            raise ValueError(f"this is no list of decisions of format {_FORMAT}")
        return tuple(
            Decision(each["verdict"], each["about"], each["facts"], each["reason"]) for each in kept["decisions"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = Problem(
            str(path),
            "unreadable_decisions",
            f"decisions cannot be read: {error}",
            hint="give the file save_decisions wrote",
        )
        raise VerificationError([problem]) from error
