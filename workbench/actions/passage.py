"""Batches on their way through one transaction: the one that was asked for, and those that follow from it.

A record whose effects fail is undone: it, and what followed from it. To find out which records those are, a wave that failed is undone as a
whole and goes again in parts, in the order of its records, until what fails stands alone: so each record meets what the ones before it
left, as if they had come one by one. Where the transition says ``on_failure`` the record takes that state instead; else it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from workbench.actions.drafts import Given, counter
from workbench.actions.effects import Deed, Goal, Way
from workbench.actions.program import Program
from workbench.actions.programs import Programs, Ready
from workbench.actions.records import Records
from workbench.actions.refusals import Found, Reason
from workbench.actions.request import Request, accepted, arguments_of
from workbench.actions.stage import Changeset, Kind
from workbench.actions.undo import Image
from workbench.actions.upserts import placed
from workbench.actions.waves import Under
from workbench.errors import DefinitionError, NotFoundError
from workbench.model import Action, Domain, Resource, Scope
from workbench.model.expression import Path, Reference, Scalar, write
from workbench.relation.paths import project
from workbench.relation.plan import Order, Sort
from workbench.relation.port import Transaction

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ENDLESS", "Counters", "Passage", "changeset_of"]

_DEEPEST = 8
_FEW = 8
ENDLESS = "endless_effects"
"""The code of rows from which effects follow that come back again and again."""

Counters = Callable[[Transaction, str, str, int], int]
"""For a resource, a counting attribute and a number of records: how far its numbers had come before, which are then taken."""


class Passage:
    """What one transaction does, for ``scope``; ``known`` fills the references of its statements."""

    def __init__(
        self,
        programs: Programs,
        transaction: Transaction,
        scope: Scope,
        known: Mapping[str, Scalar],
        counters: Counters,
        random: Callable[[int], bytes],
    ) -> None:
        self.programs, self.transaction, self.scope, self.known = programs, transaction, scope, known
        self._counters, self._random = counters, random
        self._images: list[Image] = []

    def batch(
        self, request: Request, changeset: Changeset, verdicts: Sequence[Found] = (), depth: int = 0
    ) -> tuple[Under, Ready]:
        """What became of the batch, and of everything that follows from it."""
        if depth > _DEEPEST:
            raise DefinitionError(
                f"batches that follow from each other come back to {request.resource} again and again"
            )
        is_upsert = request.kind == "upsert"
        known = {**self.known, **_argued(changeset.arguments)}
        if request.where is not None:
            request = self._selected(request, changeset, known)
            changeset = replace(changeset, given=request.records.names)
        given, refused = accepted(replace(changeset, kind="create") if is_upsert else changeset, request.records)
        under = Under(self.transaction, known, self._images, found=[*refused, *verdicts])
        ready = self.programs.ready(request, changeset, given, is_undoable=depth > 0)
        batch, gone = self._tables(request.records, given, ready.programs, under)
        if gone.num_rows and not is_upsert:  # what else is wrong with them is told too
            self.transaction.bring("batch", gone)
            under.judged(ready.programs[0], gone)
        one = _One(request, changeset, given, ready, depth)
        while batch.num_rows:
            if ready.lookup is not None:
                self.transaction.bring("batch", batch)
                batch = placed(batch, under.read(ready.lookup))
            if ready.is_alone:
                wave, batch = batch.slice(0, 1), batch.slice(1)
            else:
                wave, batch = under.later(ready.waiting, batch)
            self._wave(one, under, wave)
        self._following(under, depth)
        return under, ready

    def _wave(self, one: _One, under: Under, wave: pa.Table) -> None:
        """These records, which share nothing, and what follows from them."""
        if not one.ready.has_effects:
            one.write(under, one.ready, wave)
            return
        before = len(self._images)
        attempt = under.fresh()
        one.write(attempt, one.ready, wave)
        failed = self._effects(attempt, one.depth)
        if not failed or not one.is_worth_another_try(failed):
            under.take(attempt)
            return
        self._undo(before)
        if wave.num_rows > 1:
            for part in _parts(wave, failed):
                self._wave(one, under, part)
            return
        ((way, why),) = failed.values()
        if way.on_failure and why.code != ENDLESS and self._instead(one, under, wave, way, why):
            return
        under.found += attempt.found

    def _instead(self, one: _One, under: Under, wave: pa.Table, way: Way, why: Reason) -> bool:
        """Whether the record could take the state that its transition names for failures."""
        before = len(self._images)
        attempt = under.fresh()
        changeset = replace(one.changeset, instead=(way.machine.attribute, way.on_failure))
        ready = self.programs.ready(one.request, changeset, one.given, is_undoable=one.depth > 0)
        one.write(attempt, ready, wave)
        if attempt.found or self._effects(attempt, one.depth):
            self._undo(before)
            return False
        said = f"it went to {way.on_failure!r} instead of {way.target!r}: {why.message}"
        attempt.failed[replace(why, code="effect_failed", message=said)] += 1
        under.take(attempt)
        return True

    def _undo(self, before: int) -> None:
        while len(self._images) > before:
            self._images.pop().restore(self.transaction)

    # What follows.

    def _effects(self, under: Under, depth: int) -> dict[int, tuple[Way, Reason]]:
        """Everything that follows from the moves of a wave; the records for which something was refused, and the first reason of each."""
        failed: dict[int, tuple[Way, Reason]] = {}
        for program, moved in under.moved:
            numbers = moved["row"].to_pylist()
            for number, group in enumerate(program.ways):
                taken = moved[f"way{number}"].to_pylist()
                for place, way in enumerate(group):
                    for deed in way.deeds:
                        rows = [at for at, one in enumerate(taken) if one == place and numbers[at] not in failed]
                        if rows:
                            first = len(under.found)
                            self._effect(under, program, deed, moved.take(rows), depth)
                            for each in under.found[first:]:
                                for row in each.rows:
                                    failed.setdefault(row, (way, each.reason))
        under.moved.clear()
        return failed

    def _effect(self, under: Under, program: Program, deed: Deed, moved: pa.Table, depth: int) -> None:
        """An effect of rows that moved, as a batch of its own."""
        reader, name = self.programs.records(deed, self.scope), program.changeset.resource.name
        aim = reader.goal
        if aim.steps is None and deed.effect.kind == "send" and not aim.machines:
            return
        self.transaction.bring("moved", moved)
        records = under.read(reader.statement)
        if not records.num_rows:
            return
        whose: list[int] = records["row"].to_pylist()
        if (reason := self._hindrance(name, deed, aim, depth)) is not None:
            under.found.append(Found(reason, sorted(set(whose))))
            return
        asked = Request(aim.resource.name, aim.kind, Records(records.drop_columns(["row"])))
        changeset = Changeset(self.programs.domain, aim.resource, aim.kind, self.scope, aim.action, asked.records.names)
        inner, ready = self.batch(asked, changeset, (), depth + 1)
        for each in inner.found:
            path = ".".join(filter(None, (deed.label, each.reason.resource, each.reason.path)))
            reason = replace(each.reason, resource=name, path=path)
            under.found.append(Found(reason, [whose[row] for row in each.rows], each.values, each.messages))
        under.follows(inner, inner.outcome(replace(asked, action=aim.action.name), ready.programs))

    def _hindrance(self, name: str, deed: Deed, aim: Goal, depth: int) -> Reason | None:
        """Why an effect cannot happen at all."""
        if aim.resource.name in self.programs.setting.attached:
            message = f"the rows of {aim.resource.name} are read where they are, and cannot be written"
            return Reason(name, deed.label, "attached", message, "open the workspace without this source to store them")
        if depth >= _DEEPEST:
            message = f"its effects lead back to {aim.resource.name} again and again"
            return Reason(name, deed.label, ENDLESS, message, "let one of them have a guard that ends it")
        return None

    def _following(self, under: Under, depth: int) -> None:
        """Batches that plug-ins let follow from what was written; refused ones raise."""
        for step, rows in under.follow:
            if rows.num_rows:
                request = Request(step.resource, step.kind, Records(rows), step.action)
                changeset = changeset_of(self.programs.domain, request, self.scope)
                inner, ready = self.batch(request, changeset, (), depth + 1)
                outcome = inner.outcome(request, ready.programs)
                outcome.expect_done()
                under.follows(inner, outcome)

    # Records.

    def _selected(self, request: Request, changeset: Changeset, known: Mapping[str, Scalar]) -> Request:
        """The request about the rows for which its condition is true, in the order of their keys."""
        import pyarrow as pa

        resource, scope = changeset.resource, changeset.scope
        if not resource.key:
            raise DefinitionError(f"{resource.name} needs a key, so that its rows can be told apart")
        values = {**{name: Path((name,)) for name in resource.key}, **request.values}
        found = project(self.programs.domain, resource, values, self.programs.seen(scope), request.where)
        rows = self.transaction.query(Sort(found, tuple(Order(Path((name,))) for name in resource.key)), known).arrow()
        for name in request.records.names:
            value = request.records.table[name]
            rows = rows.append_column(name, pa.repeat(value[0], rows.num_rows))
        return replace(request, records=Records(rows), where=None)

    def _tables(
        self, records: Records, given: Sequence[Given], programs: Sequence[Program], under: Under
    ) -> tuple[pa.Table, pa.Table]:
        """The records as the programs read them, and apart from them those that were refused already; numbers and uuids are taken."""
        import pyarrow as pa
        import pyarrow.compute as pc

        size, names = len(records), records.names
        columns: dict[str, Any] = {"row": pa.arange(0, size)}
        for each in given:
            name = names[int(each.column[1:])]
            columns[each.column] = records.table[name]
            if each.missing:
                columns[each.missing] = records.missing[name]
        for program in programs:
            for name in program.uuids:
                columns[f"uuid.{name}"] = _uuids(self._random(16 * size), size)
            for name in program.counted:
                before = self._counters(self.transaction, program.changeset.resource.name, name, size)
                under.known[write(counter(name))] = before
        table = pa.table(columns)
        gone = sorted({row for each in under.found for row in each.rows})
        if not gone:
            return table, table.slice(0, 0)
        is_gone = pc.is_in(table["row"], value_set=pa.array(gone, pa.int64()))
        return table.filter(pc.invert(is_gone)), table.filter(is_gone)


@dataclass(frozen=True, slots=True)
class _One:
    """A batch among those of the transaction, and how deep it follows from the first."""

    request: Request
    changeset: Changeset
    given: Sequence[Given]
    ready: Ready
    depth: int

    def write(self, under: Under, ready: Ready, wave: pa.Table) -> None:
        """Judge and write the records of a wave."""
        for program in ready.programs:
            under.wave(program, _part(wave, program.changeset.kind) if self.request.kind == "upsert" else wave)

    def is_worth_another_try(self, failed: Mapping[int, tuple[Way, Reason]]) -> bool:
        """Whether the rest of the wave may be done although these records failed."""
        way, why = failed[min(failed)]
        is_skipping = self.depth == 0 and self.request.refused == "skip"
        return is_skipping or (bool(way.on_failure) and why.code != ENDLESS)


def _parts(wave: pa.Table, failed: Collection[int]) -> list[pa.Table]:
    """A wave in parts, in order: around the first record that failed where few did, else in halves."""
    first, size = wave["row"].to_pylist().index(min(failed)), wave.num_rows
    cuts = [0, first, first + 1, size] if len(failed) <= _FEW else [0, size // 2, size]
    return [wave.slice(start, end - start) for start, end in pairwise(cuts) if end > start]


def changeset_of(domain: Domain, request: Request, scope: Scope) -> Changeset:
    """The batch that is asked for, on its way. Raises ``NotFoundError`` where there is no such resource or action."""
    resource = domain.resource(request.resource)
    action = _action(domain, resource, request)
    arguments = arguments_of(action, request.arguments)
    found = Changeset(domain, resource, request.kind, scope, action, request.records.names, arguments)
    return replace(found, transition=request.transition)


def _action(domain: Domain, resource: Resource, request: Request) -> Action | None:
    """The action that is asked for: declared, or an event of a machine on the resource; None where none is named."""
    if not request.action:
        return None
    if request.transition is not None:
        return Action(name=request.action, kind="update", accept=())
    for each in resource.actions:
        if each.name == request.action:
            return each
    events = [event for each in domain.machines if each.resource == resource.name for event in each.events]
    if request.action in events:
        return Action(name=request.action, kind="update", accept=())
    raise NotFoundError(
        f"action of {resource.name}", request.action, [*(each.name for each in resource.actions), *events]
    )


def _argued(arguments: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {write(Reference("argument", (name,))): value for name, value in arguments.items()}


def _part(wave: pa.Table, kind: Kind) -> pa.Table:
    """The records of a wave that such a program is about."""
    import pyarrow.compute as pc

    return wave.filter(wave["found"] if kind == "update" else pc.invert(wave["found"]))


def _uuids(data: bytes, size: int) -> Any:
    """Random uuids (RFC 9562, version 4) of so many bytes, as an Arrow column."""
    import pyarrow as pa

    values = bytearray(data)
    values[6::16] = bytes(values[6::16]).translate(bytes((each & 0x0F) | 0x40 for each in range(256)))
    values[8::16] = bytes(values[8::16]).translate(bytes((each & 0x3F) | 0x80 for each in range(256)))
    stored = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), size, [None, pa.py_buffer(bytes(values))])
    return pa.ExtensionArray.from_storage(pa.uuid(), stored)
