"""A claim about the data, and the evidence it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from workbench.relation.plan import Plan
from workbench.views import Code, Column, Stack, Table, Text, Tone, View, Viewable, counted, mask

__all__ = ["Claim", "CounterExample", "Evidence", "Kind", "Reason", "Status", "mask", "of_rows"]

Kind: TypeAlias = Literal[
    "resource", "type", "required", "unique", "enum", "key", "identity", "reference", "state", "sensitive", "range", "pattern", "measure", "dimension"
]  # fmt: skip

Status: TypeAlias = Literal["accepted", "near miss", "suggested", "refused"]
"""``accepted``: meets its threshold, or a person said so. ``near miss``: looks meant, but does not hold well enough.
``suggested``: true of this data, but whether it is a rule only a person knows. ``refused``: a person said no."""

_TONES: dict[Status, Tone] = {"accepted": "good", "near miss": "warning", "suggested": "muted", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A value (masked where sensitive) that disagrees with a claim, and in how many rows."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured: rows tested, rows agreeing, rows left out because they have no value, and examples that disagree.

    ``sampled_of`` is the number of rows a sample was drawn from, or 0 when every row was read.
    """

    tested: int
    agreeing: int
    missing: int = 0
    counter_examples: tuple[CounterExample, ...] = ()
    plan: Plan | None = field(default=None, repr=False)
    sampled_of: int = 0

    @property
    def coverage(self) -> float:
        """Share of the tested rows that agree; 1 when there was nothing to test."""
        return self.agreeing / self.tested if self.tested else 1.0

    @property
    def disagreeing(self) -> int:
        """Tested rows that do not agree."""
        return self.tested - self.agreeing

    @property
    def margin(self) -> float:
        """Half the width of the 95 % interval around ``coverage`` when it comes from a sample, else 0.

        Source: Agresti and Coull (1998), "Approximate is better than exact".
        """
        if not self.sampled_of:
            return 0.0
        rows = self.tested + 4
        share = (self.agreeing + 2) / rows
        return float(1.96 * (share * (1 - share) / rows) ** 0.5)

    @property
    def error(self) -> str:
        """By how much ``coverage`` may be off, as text; nothing where every row was read."""
        # Rounded to ±0.00 % a sample would seem to prove what it only does not contradict.
        return f"±{max(self.margin, 0.0001):.2%}" if self.sampled_of else ""

    @property
    def sampling(self) -> str:
        """What to say of a figure that comes from a sample, with its error; nothing where every row was read."""
        if not self.sampled_of:
            return ""
        text = f", in a sample of a table of {self.sampled_of:,} rows ({self.error})"
        return text if self.disagreeing else f"{text}, which does not prove it"

    @property
    def sql(self) -> str:
        """The query that shows it, as text to read and to run."""
        if self.plan is None:
            return ""
        from workbench.relation.sql import pretty

        return pretty(self.plan, "duckdb")

    def __str__(self) -> str:
        text = of_rows(self.agreeing, self.tested, "agree")
        if self.tested and self.agreeing != self.tested:
            text += f" ({self.coverage:.2%})"
        text += self.sampling
        if self.missing:
            text += f"; {counted(self.missing, 'row')} {'has' if self.missing == 1 else 'have'} no value"
        return text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim is believed or doubted; ``bits`` is the weight (base-2 logarithm of the odds), where it is weighed."""

    text: str
    bits: float | None = None


@dataclass(frozen=True, slots=True)
class Claim(Viewable):
    """One statement about the design, with its evidence.

    ``path`` is a resource or an attribute (``flights.dest``), ``value`` what is claimed of it: a type's text, a tuple of attribute
    names for a key, a ``Target`` for a reference, the allowed values of an enum.
    """

    path: str
    kind: Kind
    statement: str
    value: Any
    evidence: Evidence
    status: Status = "accepted"
    reasons: tuple[Reason, ...] = ()

    @property
    def id(self) -> str:
        """Path and kind: what a decision is remembered by, from one inference to the next."""
        suffix = (
            f" -> {self.value}"
            if self.kind == "reference"
            else f"({', '.join(self.value)})"
            if self.kind in ("key", "identity")
            else ""
        )
        return f"{self.kind} {self.path}{suffix}"

    @property
    def plausibility(self) -> float:
        """The sum of the weighed reasons, in bits."""
        return sum(reason.bits or 0.0 for reason in self.reasons)

    def with_status(self, status: Status) -> Claim:
        """The same claim, decided."""
        return replace(self, status=status)

    def __str__(self) -> str:
        return f"{self.statement}: {self.evidence} [{self.status}]"

    def view(self) -> View:
        """The statement, the count, the reasons, counter-examples, and the SQL behind it."""
        parts: list[View] = [Text(f"{self.status}: {self.evidence}", tone=_TONES[self.status])]
        folded = [False]
        if self.evidence.counter_examples:
            rows = tuple((each.value, each.rows) for each in self.evidence.counter_examples)
            parts.append(Table((Column("disagreeing value", "code"), Column("rows", "number")), rows))
            folded.append(False)
        if self.reasons:
            why = tuple((each.text, None if each.bits is None else f"{each.bits:+.1f}") for each in self.reasons)
            parts.append(Table((Column("reason"), Column("weight (bits)", "number")), why, title="Why"))
            folded.append(True)
        if self.evidence.sql:
            parts.append(Code(self.evidence.sql, "sql"))
            folded.append(True)
        return Stack(self.statement, tuple(parts), folded=tuple(folded))


_ONE = {"are": "is", "do": "does", "have": "has"}


def of_rows(part: int, whole: int, said: str, about: str = "") -> str:
    """``part`` of ``whole`` rows, and what is ``said`` of them (a verb in the plural first): in the singular for one.

    >>> of_rows(2, 1200, "have no key"), of_rows(1, 3, "have no key"), of_rows(1, 1, "agree")
    ('2 of 1,200 rows have no key', '1 of 3 rows has no key', '1 of 1 row agrees')
    """
    verb, blank, rest = said.partition(" ")
    if part == 1:
        verb = _ONE.get(verb, f"{verb}s")
    return f"{part:,} of {counted(whole, 'row')}{about} {verb}{blank}{rest}"
