"""A batch under way: its records in waves, each of them judged, written and recorded as a set.

Records that change the same row, or something that several of them share, follow each other in waves, in the order they came; all others
go together. So the outcome is that of one record after the other, at the speed of sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.actions.checks import Check, refusal_text
from workbench.actions.outcome import Told
from workbench.actions.program import Program
from workbench.actions.refusals import Found
from workbench.actions.stage import Also, Stage, Written
from workbench.model.expression import Scalar
from workbench.relation.port import Transaction
from workbench.relation.statement import Statement

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Under"]

_FEW = 1000
"""Up to so many records every check of each is read; beyond, they are counted first."""


@dataclass(slots=True)
class Under:
    """What has become of a batch so far."""

    transaction: Transaction
    known: dict[str, Scalar]
    stages: Sequence[Stage]
    found: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    warnings: dict[Check, int] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    keys: list[pa.Table] = field(default_factory=list)
    follow: list[tuple[Also, pa.Table]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def read(self, statement: Statement) -> pa.Table:
        """The rows of a statement."""
        return self.transaction.arrow(statement, {name: self.known.get(name) for name in statement.names})

    def later(self, statement: Statement | None, batch: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The records of the next wave, and those that wait."""
        import pyarrow.compute as pc

        if statement is None or batch.num_rows < 2:
            return batch, batch.slice(0, 0)
        self.transaction.bring("batch", batch)
        rows = self.read(statement)["row"]
        if not len(rows):
            return batch, batch.slice(0, 0)
        waits = pc.is_in(batch["row"], value_set=rows.combine_chunks())
        return batch.filter(pc.invert(waits)), batch.filter(waits)

    def wave(self, program: Program, batch: pa.Table) -> None:
        """Judge and write these records, which share nothing."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not batch.num_rows:
            return
        self.transaction.bring("batch", batch)
        judged, refused = self.judged(program, batch)
        for reason, statement in program.crossings:
            rows = sorted(set(self.read(statement)["row"].to_pylist()) - refused)
            # A rule of the rows' own resource may have been told of them already.
            told = {row for each in self.found if each.reason == reason for row in each.rows}
            if rows := [row for row in rows if row not in told]:
                self.found.append(Found(reason, rows))
                refused |= set(rows)
        if refused:
            keep = pc.invert(pc.is_in(batch["row"], value_set=pa.array(sorted(refused), pa.int64())))
            batch = batch.filter(keep)
            if not batch.num_rows:
                return
            self.transaction.bring("batch", batch)
            judged = None
        self.write(program, batch, judged)

    def judged(self, program: Program, batch: pa.Table) -> tuple[pa.Table | None, set[int]]:
        """What the checks say: the judgement of every record where they are few, and the rows refused."""
        import pyarrow.compute as pc

        if batch.num_rows <= _FEW:
            table = self.read(program.judge)
            counts = [pc.sum(table[f"check{n}"]).as_py() or 0 for n in range(len(program.checks))]
        else:
            table = None
            counts = [column[0].as_py() for column in self.read(program.counts).columns[1:]]
        for each, rows in zip(program.checks, counts, strict=True):
            if rows and each.effect == "unknown":
                self.unknown[each.reason.where] += rows
            elif rows and each.effect == "warn":
                self.warnings[each] = self.warnings.get(each, 0) + rows
        broken = [n for n, each in enumerate(program.checks) if each.effect == "refuse" and counts[n]]
        if not broken:
            return table, set()
        failing = table if table is not None else self.read(program.broken)
        refused = set[int]()
        for n in broken:
            rows_found = self.refuse(program.checks[n], n, failing, batch)
            refused.update(rows_found)
        return table, refused

    def refuse(self, check: Check, place: int, failing: pa.Table, batch: pa.Table) -> Sequence[int]:
        """Note the rows that a check refuses."""
        rows = failing.filter(failing[f"check{place}"].fill_null(False))
        numbers: list[int] = rows["row"].to_pylist()
        values = rows[f"value{place}"].to_pylist() if check.value is not None else ()
        messages: Sequence[str] = ()
        if check.machine is not None and check.before is not None:
            before = rows[f"before{place}"].to_pylist()
            messages = [refusal_text(check.machine, *each) for each in zip(before, values, strict=True)]
        self.found.append(Found(check.reason, numbers, values or _raw(check, batch, numbers), messages))
        return numbers

    def write(self, program: Program, batch: pa.Table, judged: pa.Table | None) -> None:
        """Write these records, all of which were found good."""
        names = ["row", *(f"key{n}" for n in range(len(program.key)))]
        keys = (judged if judged is not None else self.read(program.keys)).select(names)
        if program.written is not None:
            written = Written(program.changeset, self.read(program.written))
            for stage in self.stages:
                stage.record(written)
        self.follow += [(step, self.read(statement)) for step, statement in program.also]
        self.transaction.write(program.write, {name: self.known.get(name) for name in program.write.names})
        self.keys.append(keys)
        self.counts[program.changeset.kind] += batch.num_rows


def _raw(check: Check, batch: pa.Table, rows: Sequence[int]) -> Sequence[Any]:
    """The values that were given, where a check is about the way they were."""
    if not check.given or check.given not in batch.column_names:
        return ()
    places = {row: place for place, row in enumerate(batch["row"].to_pylist())}
    column = batch[check.given]
    return [column[places[row]].as_py() for row in rows]
