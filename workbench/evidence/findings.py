"""What a person should look at: claims that nearly hold, and accepted ones that some rows contradict, as Problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.errors import Problem
from workbench.evidence.claim import Claim, of_rows
from workbench.views import counted

__all__ = ["findings"]


def findings(claims: Iterable[Claim]) -> Iterator[Problem]:
    """A Problem for every near miss, and for every accepted claim that does not hold everywhere; none for refused ones."""
    for claim in claims:
        if claim.status == "near miss":
            yield _near(claim)
        elif (
            claim.status == "accepted"
            and claim.evidence.disagreeing
            and claim.kind in ("reference", "key", "identity", "type")
        ):
            yield _contradicted(claim)


def _examples(claim: Claim) -> str:
    shown = ", ".join(f"{each.value!r} ({each.rows:,})" for each in claim.evidence.counter_examples[:3])
    return f", such as {shown}" if shown else ""


def _near(claim: Claim) -> Problem:
    evidence = claim.evidence
    missed = evidence.missing if claim.kind == "required" else evidence.disagreeing
    if claim.kind == "required":
        missed = evidence.disagreeing or evidence.missing
    if claim.kind == "reference" and not evidence.disagreeing:
        text = f"{claim.statement} in every row{evidence.sampling}, but other targets explain it as well, or it may be an accident"
    else:
        text = f"{claim.statement}, but for {missed:,} of {counted(evidence.tested, 'row')}{_examples(claim)}{evidence.sampling}"
    severity = "info" if claim.kind in ("required", "type") else "warning"
    hint = f"proposal.accept({claim.id!r}) if it is meant, else proposal.refuse(…)"
    return Problem(claim.path, f"near_{claim.kind}", text, severity, hint, rows=missed)  # type: ignore[arg-type]


def _contradicted(claim: Claim) -> Problem:
    evidence = claim.evidence
    what = {
        "reference": ("dangling_reference", "correct these rows, or make the reference optional and empty them"),
        "key": ("duplicate_key", "remove the duplicates, or choose another key"),
        "identity": ("duplicate_identity", "remove the duplicates, or drop the identity"),
        "type": ("unfit_value", "correct these values, or keep the wider type"),
    }
    code, hint = what[claim.kind]
    said = "lead nowhere" if claim.kind == "reference" else "contradict it"
    text = f"{claim.statement}, but {of_rows(evidence.disagreeing, evidence.tested, said)}{_examples(claim)}{evidence.sampling}"
    return Problem(claim.path, code, text, "warning", hint, rows=evidence.disagreeing)
