"""What became of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from workbench.actions.refusals import OUTDATED, OutdatedError, Refusals, RefusedError
from workbench.errors import Problems
from workbench.relation.plan import Plan
from workbench.views import Code, Column, Stack, Table, Text, Tree, View, Viewable, counted

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Kind", "Outcome", "Told"]

Kind: TypeAlias = Literal["create", "update", "destroy", "upsert"]
"""What a batch does to its resource. An upsert becomes creates and updates before any stage sees it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one stage does, in a sentence, and the rows it works on."""

    stage: str
    text: str
    plan: Plan


@dataclass(frozen=True)
class Outcome(Viewable):
    """What became of a batch. Counts are records; ``keys`` are those of the rows written, in the order of the records.

    ``unknown`` counts by rule the rows for which it could not be said, as a value it needs is missing. ``also`` are the outcomes of
    batches on other resources that followed from it.
    """

    action: str
    resource: str
    kind: Kind
    keys: pa.Table = field(repr=False)
    created: int = 0
    updated: int = 0
    destroyed: int = 0
    refusals: Refusals | None = field(default=None, repr=False)
    warnings: Problems = field(default_factory=Problems, repr=False)
    unknown: Mapping[str, int] = field(default_factory=dict, repr=False)
    stages: tuple[Told, ...] = field(default=(), repr=False)
    also: tuple[Outcome, ...] = field(default=(), repr=False)

    @property
    def refused(self) -> int:
        """How many records were refused."""
        return 0 if self.refusals is None else len(self.refusals.rows)

    def expect_done(self) -> None:
        """Nothing was refused.

        Raises:
            ConflictError: all that was refused was changed by somebody else since it was read.
            VerificationError: records were refused.
        """
        if self.refusals is not None:
            is_outdated = {each.code for each in self.refusals.problems} == {OUTDATED}
            raise (OutdatedError if is_outdated else RefusedError)(self.refusals, f"{self.action} {self.resource}")

    def __str__(self) -> str:
        counts = {
            "created": self.created,
            "updated": self.updated,
            "destroyed": self.destroyed,
            "refused": self.refused,
        }
        said = [f"{count:,} {word}" for word, count in counts.items() if count] or ["nothing to do"]
        return f"{self.action} {self.resource}: {', '.join(said)}"

    def explain(self) -> View:
        """What each stage did, and its rows as SQL; ``batch`` are the records as they came."""
        from workbench.relation.sql import pretty

        parts: list[View] = []
        for each in self.stages:
            parts += [Text(f"{each.stage}: {each.text}"), Code(pretty(each.plan, "duckdb"), "sql")]
        return Stack(f"How {self.action} {self.resource} ran", tuple(parts))

    def view(self) -> View:
        """The counts, what was refused, and what is worth knowing."""
        parts: list[View] = [Text(str(self), tone="warning" if self.refused else "good")]
        if self.refusals is not None and self.refused:
            parts.append(self.refusals.view())
        if self.warnings:
            parts.append(self.warnings.view())
        if any(self.unknown.values()):
            rows = tuple((name, count) for name, count in self.unknown.items() if count)
            parts.append(Table((Column("rule", "code"), Column("rows", "number")), rows, title="Unknown"))
        if self.also:
            parts.append(Tree("also", tuple(Tree(str(each)) for each in self.also)))
        return Stack(f"{self.action} {self.resource}", tuple(parts), detail=counted(self.keys.num_rows, "row"))
