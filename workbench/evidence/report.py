"""A proposal as plain data and as views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from workbench.errors import Problems
from workbench.evidence.claim import Claim, Status
from workbench.evidence.profile import ColumnProfile, TableProfile
from workbench.model import Domain
from workbench.model.types import EnumType, ScalarType, parse_type, storage
from workbench.views import Column, Stack, Table, Text, Tone, View, counted

__all__ = ["Proposed", "as_dict", "proposal_view"]

_TONES: dict[Status, Tone] = {"accepted": "good", "near miss": "warning", "suggested": "muted", "refused": "bad"}


class Proposed(Protocol):
    """What a proposal says, as far as a report needs it."""

    name: str
    tables: dict[str, TableProfile]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim with its present status."""

    @property
    def references(self) -> tuple[Claim, ...]:
        """The claims that are references."""

    @property
    def problems(self) -> Problems:
        """What a person should look at."""

    @property
    def decisions(self) -> Sequence[object]:
        """What a person decided."""

    @property
    def changes(self) -> Sequence[object]:
        """What leads here from the proposal before."""

    @property
    def domain(self) -> Domain:
        """The design that follows."""


def as_dict(proposal: Proposed) -> dict[str, Any]:
    """``resources`` (name, rows, key, attributes), ``references`` (source, target, coverage, rows, agreeing, missing, accepted) and
    ``problems``, names as in the data.

    What was measured on a sample has ``sampled_of`` (rows it was drawn from) and ``margin`` (half the width of the 95 % interval around
    the share that agrees): references beside their counts, the other claims of a resource under ``measured_on_sample``.
    """
    return {
        "resources": _resources(proposal),
        "references": [_reference(claim) for claim in proposal.references],
        "problems": [problem.as_dict() for problem in proposal.problems],
    }


def _resources(proposal: Proposed) -> list[dict[str, Any]]:
    accepted: dict[tuple[str, str], Any] = {}
    alone: set[tuple[str, Any]] = set()
    for claim in proposal.claims:
        if claim.status == "accepted" or (claim.kind == "state" and claim.status != "refused"):
            accepted[claim.path, claim.kind] = claim.value
            if claim.kind in ("key", "identity") and not claim.evidence.disagreeing:
                alone.add((claim.path, claim.value))
    drawn = {
        table.name: [
            {"claim": claim.id, **_measured(claim)}
            for claim in proposal.claims
            if claim.evidence.sampled_of and claim.kind != "reference" and _is_about(claim, table)
        ]
        for table in proposal.tables.values()
        if table.drawn
    }
    return [_resource(table, accepted, alone, drawn) for table in proposal.tables.values()]


def _measured(claim: Claim) -> dict[str, Any]:
    """How many rows agree, and by how much their share may be off where they are a sample."""
    evidence = claim.evidence
    error = {"sampled_of": evidence.sampled_of, "margin": round(evidence.margin, 9)} if evidence.sampled_of else {}
    return {"rows": evidence.tested, "agreeing": evidence.agreeing, **error}


def _resource(
    table: TableProfile,
    accepted: dict[tuple[str, str], Any],
    alone: set[tuple[str, Any]],
    drawn: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    # How many rows were drawn of a table too large to be counted in full, and what was measured on them.
    sampled = {"sampled": table.drawn, "measured_on_sample": drawn[table.name]} if table.drawn else {}
    return {
        "name": table.name,
        "rows": table.rows,
        **sampled,
        "key": list(accepted.get((table.name, "key"), ())),
        "attributes": [
            _attribute(table, each, accepted) | ({"unique": True} if (table.name, (each.name,)) in alone else {})
            for each in table.columns
        ],
    }


def _attribute(table: TableProfile, profile: ColumnProfile, accepted: dict[tuple[str, str], Any]) -> dict[str, Any]:
    path = profile.path
    type_ = parse_type(accepted.get((path, "type")) or table.declared(profile.name).type)
    facts: dict[str, Any] = {
        "name": profile.name,
        "type": storage(type_) if isinstance(type_, ScalarType) else str(type_),
        "required": (path, "required") in accepted,
        "unique": profile.is_unique,
    }
    if facts["type"] != str(type_):
        facts["semantic"] = str(type_)
    if isinstance(type_, EnumType):  # declared as one
        facts |= {"type": storage(type_), "enum": list(type_.names)}
    for kind in ("enum", "sensitive"):
        if (path, kind) in accepted:
            facts[kind] = list(accepted[path, kind]) if kind == "enum" else True
    if (path, "state") in accepted:
        facts["state"] = True
    return facts


def _reference(claim: Claim) -> dict[str, Any]:
    evidence = claim.evidence
    return {
        "source": claim.value.source_path,
        "target": claim.value.path,
        "coverage": round(evidence.coverage, 6),
        **_measured(claim),
        "missing": evidence.missing,
        "accepted": claim.status == "accepted",
    }


def proposal_view(proposal: Proposed) -> View:
    """The picture first, then what to decide, then all evidence, folded."""
    claims, rows = proposal.claims, sum(table.rows for table in proposal.tables.values())
    counts = Counter(claim.status for claim in claims)
    summary = (
        f"{counted(len(proposal.tables), 'resource')}, {counted(rows, 'row')}; {counted(counts['accepted'], 'claim')} accepted, "
        f"{counted(counts['near miss'], 'near miss')}, {counted(counts['suggested'], 'suggestion')}."
    )
    parts: list[tuple[View, bool]] = [
        (Text(summary), False),
        (_picture(proposal), False),
        (_references(proposal), False),
    ]
    remarks = Problems(each for each in proposal.problems if each.severity == "info")
    findings = Problems(each for each in proposal.problems if each.severity != "info")
    parts += [(findings.view(), False)] if findings else []
    if isinstance(listed := remarks.view(), Stack):
        parts.append((replace(listed, title="Remarks"), True))
    if changes := proposal.changes:
        listed_changes = tuple((str(each),) for each in changes)
        parts.append((Table((Column("change"),), listed_changes, title="Since the last proposal"), False))
    if proposal.decisions:
        parts.append(
            (Table((Column("decision"),), tuple((str(each),) for each in proposal.decisions), title="Decisions"), True)
        )
    told = [table for table in proposal.tables.values() if any(_is_about(claim, table) for claim in claims)]
    parts += [(_claims(table, claims), True) for table in told]
    return Stack(
        f"Proposal: {proposal.name}", tuple(view for view, _ in parts), folded=tuple(folded for _, folded in parts)
    )


def _is_about(claim: Claim, table: TableProfile) -> bool:
    return claim.path == table.name or claim.path.startswith(f"{table.name}.")


def _picture(proposal: Proposed) -> View:
    from workbench.model.diagram import er_graph

    counts = {
        resource.name: proposal.tables[resource.source_name or resource.name].rows
        for resource in proposal.domain.resources
    }
    return replace(er_graph(proposal.domain, rows=counts), title="Diagram")


def _references(proposal: Proposed) -> View:
    columns: tuple[Column, ...] = (
        Column("", "tone"), Column("from", "code"), Column("to", "code"), Column("rows", "number"), Column("found", "share"),
        Column("lead nowhere", "number"), Column("no value", "number"),
    )  # fmt: skip
    found = proposal.references
    if not found:
        return Text("No references were found.", tone="muted")
    is_sampled = any(claim.evidence.sampled_of for claim in found)
    columns += (Column("in a sample"),) if is_sampled else ()
    rows = tuple(
        (
            claim.status, claim.value.source_path, claim.value.path, claim.evidence.tested, claim.evidence.coverage,
            claim.evidence.disagreeing, claim.evidence.missing,
            *((claim.evidence.error,) if is_sampled else ()),
        )
        for claim in found
    )  # fmt: skip
    return Table(columns, rows, title="References", tones=tuple(_TONES[claim.status] for claim in found))


def _claims(table: TableProfile, claims: tuple[Claim, ...]) -> View:
    mine = [claim for claim in claims if _is_about(claim, table)]
    decided = [claim for claim in mine if claim.status != "suggested"]
    columns = (
        Column("", "tone"),
        Column("claim"),
        Column("agreeing", "number"),
        Column("of", "number"),
        Column("share", "share"),
        Column("why"),
    )
    rows = tuple(
        (
            claim.status,
            claim.statement + claim.evidence.sampling,
            claim.evidence.agreeing,
            claim.evidence.tested,
            claim.evidence.coverage,
            "; ".join(reason.text for reason in claim.reasons[:3]),
        )
        for claim in decided
    )
    shown: list[View] = [Table(columns, rows, tones=tuple(_TONES[claim.status] for claim in decided))]
    if suggested := tuple(
        (claim.statement + claim.evidence.sampling, claim.id) for claim in mine if claim.status == "suggested"
    ):
        heads = Column("claim"), Column("accept it as", "code")
        shown.append(
            Table(heads, suggested, title="Suggested: true of this data, but whether it is a rule only you know")
        )
    return Stack(f"Evidence: {table.name}", tuple(shown))
