"""A batch under way: its records in waves, each of them judged, written and recorded as a set.

Records that change the same row, or something that several of them share, follow each other in waves, in the order they came; all others
go together. So the outcome is that of one record after the other, at the speed of sets.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from workbench.actions.checks import Check, refusal_text
from workbench.actions.drafts import Shape
from workbench.actions.outcome import Outcome
from workbench.actions.program import Program
from workbench.actions.refusals import Found, Reason, gathered
from workbench.actions.request import Request
from workbench.actions.stage import Also, Facts, Written
from workbench.actions.undo import Image
from workbench.errors import Problem, Problems
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
    images: list[Image]
    found: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    warnings: dict[Check, int] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    keys: list[pa.Table] = field(default_factory=list)
    follow: list[tuple[Also, pa.Table]] = field(default_factory=list)
    moved: list[tuple[Program, pa.Table]] = field(default_factory=list)
    failed: Counter[Reason] = field(default_factory=Counter)
    written: list[Written] = field(default_factory=list)
    also: list[Outcome] = field(default_factory=list)

    def fresh(self) -> Under:
        """A part of it that may still come to nothing."""
        return Under(self.transaction, self.known, self.images)

    def take(self, part: Under) -> None:
        """What came of a part."""
        for name in ("found", "keys", "follow", "written", "also"):
            getattr(self, name).extend(getattr(part, name))
        self.counts += part.counts
        self.unknown += part.unknown
        self.failed += part.failed
        for check, rows in part.warnings.items():
            self.warnings[check] = self.warnings.get(check, 0) + rows

    def follows(self, inner: Under, outcome: Outcome) -> None:
        """A batch of its own followed from it."""
        self.written += inner.written
        self.also.append(outcome)

    def outcome(self, request: Request, programs: Sequence[Program]) -> Outcome:
        """What became of the batch."""
        import pyarrow as pa

        table = pa.table({"row": pa.array([], pa.int64())})
        if self.keys:
            table = pa.concat_tables(self.keys, promote_options="permissive")
            # One wave of new rows comes back in the order it was scanned in.
            table = table if request.kind == "create" and len(self.keys) == 1 else table.sort_by("row")
            table = table.rename_columns(["row", *programs[0].key])
        reasons = [(each.reason, rows) for each, rows in self.warnings.items()] + list(self.failed.items())
        warnings = [Problem(each.where, each.code, each.message, "warning", rows=rows) for each, rows in reasons]
        return Outcome(
            request.action or request.kind,
            request.resource,
            request.kind,
            table,
            created=self.counts["create"],
            updated=self.counts["update"],
            destroyed=self.counts["destroy"],
            refusals=gathered(self.found) if any(each.rows for each in self.found) else None,
            warnings=Problems(warnings),
            unknown=dict(self.unknown),
            stages=tuple(told for program in programs for told in program.told()),
            also=tuple(self.also),
        )

    def read(self, statement: Statement) -> pa.Table:
        """The rows of a statement."""
        return self.transaction.arrow(statement, self.known)

    def rows(self, statement: Statement) -> list[int]:
        """The numbers of records, which a statement gives as its one column."""
        return [row for (row,) in self.transaction.tuples(statement, self.known)]

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
            # A rule of the rows' own resource may have been told of them already.
            told = {row for each in self.found if each.reason == reason for row in each.rows}
            if rows := sorted(set(self.rows(statement)) - told):
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

    def judged(self, program: Program, batch: pa.Table) -> tuple[Judgement | None, set[int]]:
        """What the checks say: the judgement of every record where they are few, and the rows refused."""
        if batch.num_rows <= _FEW:
            judged = Judgement.of(program, self.transaction.tuples(program.judge, self.known))
            counts = [sum(map(bool, judged.checks[n])) for n in range(len(program.checks))]
        else:
            judged = None
            counts = list(self.transaction.tuples(program.counts, self.known)[0][1:])
        for each, rows in zip(program.checks, counts, strict=True):
            if rows and each.effect == "unknown":
                self.unknown[each.reason.where] += rows
            elif rows and each.effect == "warn":
                self.warnings[each] = self.warnings.get(each, 0) + rows
        broken = [n for n, each in enumerate(program.checks) if each.effect == "refuse" and counts[n]]
        if not broken:
            return judged, set()
        failing = judged or Judgement.of(program, self.transaction.tuples(program.broken, self.known))
        return judged, {row for n in broken for row in self.refuse(program.checks[n], n, failing, batch)}

    def refuse(self, check: Check, place: int, failing: Judgement, batch: pa.Table) -> Sequence[int]:
        """Note the rows that a check refuses."""
        told = [at for at, is_broken in enumerate(failing.checks[place]) if is_broken]
        rows = [failing.rows[at] for at in told]
        values: Sequence[Any] = [failing.values[place][at] for at in told] if check.value is not None else ()
        messages: Sequence[str] = ()
        if check.machine is not None and check.before is not None:
            before = [failing.before[place][at] for at in told]
            messages = [refusal_text(check.machine, check.event, *each) for each in zip(before, values, strict=True)]
        self.found.append(Found(check.reason, rows, values or _raw(check, batch, rows), messages))
        return rows

    def told(self, program: Program, batch: pa.Table) -> Written:
        """What is about to be written, for those who record it."""
        found = self.read(program.written) if program.written is not None else batch.slice(0, 0)
        time = self.known.get("context.now")
        facts = Facts(
            found[0],
            time if isinstance(time, dt.datetime) else None,
            program.derived,
            tuple((each.attribute, each.missing) for each in program.given),
            batch,
        )
        return Written(program.changeset, found.drop_columns(found.column_names[:1]), facts)

    def write(self, program: Program, batch: pa.Table, judged: Judgement | None) -> None:
        """Write these records, all of which were found good."""
        if program.key_columns is not None:
            named = [f"key{n}" for n in range(len(program.key))]
            keys = batch.select(["row", *program.key_columns]).rename_columns(["row", *named])
        else:
            keys = self.read(program.keys) if judged is None else judged.written_keys()
        if program.written is not None:
            self.written.append(self.told(program, batch))
        if program.moves is not None:
            self.moved.append((program, self.read(program.moves)))
        if program.is_undoable and program.table is not None:
            rows = keys.slice(0, 0) if program.image is None else self.read(program.image)
            columns = tuple(map(Shape(program.changeset.resource).column, program.key))
            self.images.append(Image(program.changeset.kind, program.table, columns, rows))
        self.follow += [(step, self.read(statement)) for step, statement in program.also]
        self.transaction.write(program.write, self.known)
        self.keys.append(keys)
        self.counts[program.changeset.kind] += batch.num_rows


@dataclass(frozen=True, slots=True)
class Judgement:
    """Records judged, by column: their numbers, their keys, then by the place of each check what it says, its value, the state before."""

    rows: Sequence[int]
    keys: Sequence[Sequence[Any]]
    checks: Sequence[Sequence[Any]]
    values: Mapping[int, Sequence[Any]]
    before: Mapping[int, Sequence[Any]]

    @classmethod
    def of(cls, program: Program, rows: Sequence[tuple[Any, ...]]) -> Judgement:
        """The rows of ``Program.judge``."""
        checks = program.checks
        valued = [n for n, each in enumerate(checks) if each.value is not None]
        moved = [n for n, each in enumerate(checks) if each.before is not None]
        size = 1 + len(program.key) + len(checks) + len(valued) + len(moved)
        columns = list(zip(*rows, strict=True)) if rows else [()] * size
        first = 1 + len(program.key)
        last = first + len(checks)
        return cls(
            columns[0],
            columns[1:first],
            columns[first:last],
            dict(zip(valued, columns[last : last + len(valued)], strict=True)),
            dict(zip(moved, columns[last + len(valued) :], strict=True)),
        )

    def written_keys(self) -> pa.Table:
        """The keys of all of them, as the database gives them."""
        import pyarrow as pa

        named = {f"key{n}": [str(v) if isinstance(v, UUID) else v for v in each] for n, each in enumerate(self.keys)}
        return pa.table({"row": pa.array(self.rows, pa.int64()), **named})


def _raw(check: Check, batch: pa.Table, rows: Sequence[int]) -> Sequence[Any]:
    """The values that were given, where a check is about the way they were."""
    if not check.given or check.given not in batch.column_names:
        return ()
    places = {row: place for place, row in enumerate(batch["row"].to_pylist())}
    column = batch[check.given]
    return [column[places[row]].as_py() for row in rows]
