"""What runs batches: it compiles each kind once, opens one transaction, and leads the batch through the stages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.actions.drafts import Given, counter
from workbench.actions.machines import Moves
from workbench.actions.outcome import Outcome, Told
from workbench.actions.planning import Setting
from workbench.actions.program import Program, compiled, compiled_both
from workbench.actions.records import Records
from workbench.actions.refusals import OUTDATED, Found, OutdatedError, Reason, RefusedError, gathered
from workbench.actions.request import Request, accepted, arguments_of
from workbench.actions.stage import STAGES, Changeset, Kind, Stage
from workbench.actions.upserts import addressed, lookup_plan, placed
from workbench.actions.waves import Under
from workbench.errors import DefinitionError, NotFoundError, Problem, Problems
from workbench.model import Action, Domain, Resource, Scope
from workbench.model.expression import Binary, Node, Path, Reference, Scalar, write
from workbench.relation.path_plan import TableOf
from workbench.relation.paths import narrowed, project
from workbench.relation.plan import Order, Project, Sort, TableName, Union
from workbench.relation.port import Transaction, WritableStore
from workbench.relation.statement import Statement
from workbench.relation.stored import Stored
from workbench.views import counted

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Counters", "Engine"]

_MOST_PROGRAMS = 256
_DEEPEST = 8

Counters = Callable[[Transaction, str, str, int], int]
"""For a resource, a counting attribute and a number of records: how far its numbers had come before, which are then taken."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """The programs of a request: one, or for an upsert two and what finds the records that wait."""

    programs: tuple[Program, ...]
    waiting: Statement | None
    lookup: Statement | None = None

    def under(self, changeset: Changeset) -> _Ready:
        """The same programs, for a batch of this scope."""
        programs = (replace(each, changeset=replace(changeset, kind=each.changeset.kind)) for each in self.programs)
        return replace(self, programs=tuple(programs))


class Engine:
    """Runs batches of ``domain`` (the running one: table and column names are those of its resources) on ``store``.

    ``records`` is what is stored of each resource, by name. ``now`` gives the parameters of the moment; ``counters`` takes numbers for
    counting attributes; ``random`` gives bytes for uuids. Several threads may run batches at once: the store lets one write.
    """

    def __init__(
        self,
        domain: Domain,
        records: Mapping[str, Stored],
        store: WritableStore,
        table_of: TableOf,
        stages: Sequence[Stage] = (),
        *,
        now: Callable[[], Mapping[str, Scalar]],
        counters: Counters,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.setting = Setting(domain, records, table_of, store.dialect)
        self.store, self.domain = store, domain
        self.stages = tuple(sorted([Moves(), *stages], key=lambda each: STAGES.index(each.at)))
        self._now, self._counters, self._random = now, counters, random
        self._programs: dict[Any, _Ready] = {}

    # Reads.

    def seen(self, scope: Scope) -> TableOf:
        """The rows and values of each resource that ``scope`` may see: the tables, where no plug-in narrows them."""
        known: dict[str, TableName | Project | Union] = {}

        def table_of(resource: Resource) -> TableName | Project | Union:
            if resource.name not in known:
                known[resource.name] = self._seen(self.domain.resource(resource.name), scope)
            return known[resource.name]

        return table_of

    def _seen(self, resource: Resource, scope: Scope) -> TableName | Project | Union:
        conditions = [node for each in self.stages if (node := each.rows(resource, scope)) is not None]
        fields = [each.fields(resource, scope) for each in self.stages]
        if not conditions and not any(fields):
            return self.setting.table_of(resource)
        return narrowed(self.domain, resource, _every(conditions), _joined(fields), self.setting.table_of)

    def parameters(self, scope: Scope, arguments: Mapping[str, Scalar] | None = None) -> dict[str, Scalar]:
        """What fills the references of a statement: by written name, those of the moment, the scope and the arguments."""
        found: dict[str, Scalar] = {"tenant": scope.tenant, "tenant.id": scope.tenant}
        found.update(_flat("actor", scope.actor or {}))
        found.update(_flat("context", scope.context))
        found.update(self._now())
        found.update({write(Reference("argument", (name,))): value for name, value in (arguments or {}).items()})
        return found

    # Writes.

    def run(self, request: Request, scope: Scope) -> Outcome:
        """The outcome of a batch, all of it or, with ``refused="skip"``, what could be done of it.

        Raises:
            NotFoundError: there is no such resource or action; it names the nearest.
            VerificationError: records were refused, and with ``refused="all"`` so was the batch: ``refusals`` lists every row and rule.
            ConflictError: all that was refused was changed by somebody else since it was read, or it was so at the commit.
            AdapterError: the store could not do its part; nothing was done.
        """
        changeset = self._changeset(request, scope)
        verdicts = self._judged(changeset, request.records)
        with self.store.begin() as transaction:
            outcome = self._batch(transaction, request, changeset, verdicts, 0)
            if outcome.refusals is not None and (request.refused == "all" or not outcome.keys.num_rows):
                if request.refused == "all":
                    _raise(outcome)
                return outcome
            transaction.commit()
        for stage in self.stages:
            stage.notify(outcome)
        return outcome

    def _changeset(self, request: Request, scope: Scope) -> Changeset:
        resource = self.domain.resource(request.resource)
        action = _action(self.domain, resource, request)
        arguments = arguments_of(action, request.arguments)
        return Changeset(self.domain, resource, request.kind, scope, action, request.records.names, arguments)

    def _judged(self, changeset: Changeset, records: Records) -> list[Found]:
        found = []
        for stage in self.stages:
            if type(stage).judge is not Stage.judge:
                for each in stage.judge(changeset, records.table):
                    reason = Reason(changeset.resource.name, each.path, each.code, each.message)
                    found.append(Found(reason, sorted(set(each.rows))))
        return found

    def _batch(
        self, transaction: Transaction, request: Request, changeset: Changeset, verdicts: Sequence[Found], depth: int
    ) -> Outcome:
        """The batch in an open transaction: everything but its end."""
        if depth > _DEEPEST:
            raise DefinitionError(
                f"batches that follow from each other come back to {request.resource} again and again"
            )
        is_upsert = request.kind == "upsert"
        if request.where is not None:
            request = self._selected(transaction, request, changeset)
            changeset = replace(changeset, given=request.records.names)
        given, refused = accepted(replace(changeset, kind="create") if is_upsert else changeset, request.records)
        known = self.parameters(changeset.scope, changeset.arguments)
        under = Under(transaction, known, self.stages, found=[*refused, *verdicts])
        ready = self._ready(request, changeset, given)
        batch, gone = self._tables(request.records, given, ready.programs, under)
        if gone.num_rows and not is_upsert:  # what else is wrong with them is told too
            transaction.bring("batch", gone)
            under.judged(ready.programs[0], gone)
        while batch.num_rows:
            if ready.lookup is not None:
                transaction.bring("batch", batch)
                batch = placed(batch, under.read(ready.lookup))
            wave, batch = under.later(ready.waiting, batch)
            for program in ready.programs:
                under.wave(program, _part(wave, program.changeset.kind) if is_upsert else wave)
        outcome = self._outcome(request, under, ready)
        return replace(outcome, also=self._following(transaction, under, changeset.scope, depth))

    def _selected(self, transaction: Transaction, request: Request, changeset: Changeset) -> Request:
        """The request about the rows for which its condition is true, in the order of their keys."""
        import pyarrow as pa

        resource, scope = changeset.resource, changeset.scope
        if not resource.key:
            raise DefinitionError(f"{resource.name} needs a key, so that its rows can be told apart")
        values = {**{name: Path((name,)) for name in resource.key}, **request.values}
        found = project(self.domain, resource, values, self.seen(scope), request.where)
        known = self.parameters(scope, changeset.arguments)
        rows = transaction.query(Sort(found, tuple(Order(Path((name,))) for name in resource.key)), known).arrow()
        for name in request.records.names:
            value = request.records.table[name]
            rows = rows.append_column(name, pa.repeat(value[0], rows.num_rows))
        return replace(request, records=Records(rows), where=None)

    def _ready(self, request: Request, changeset: Changeset, given: Sequence[Given]) -> _Ready:
        """The programs of such a batch, compiled when it comes for the first time."""
        from workbench.relation.sql import to_sql

        resource = changeset.resource
        kinds: tuple[Kind, ...] = ("create", "update") if request.kind == "upsert" else (request.kind,)
        parts: list[Changeset] = [replace(changeset, kind=kind) for kind in kinds]
        plugged = [tuple((stage, tuple(stage.batch(part))) for stage in self.stages) for part in parts]
        narrowing = self._narrowing(changeset.scope)
        action = changeset.action
        key = (resource.name, request.kind, request.identity, action, tuple(given), tuple(plugged), narrowing)
        if key not in self._programs:
            while len(self._programs) >= _MOST_PROGRAMS:
                self._programs.pop(next(iter(self._programs)))
            seen, record = self.seen(changeset.scope), self.setting.records[resource.name]
            if request.kind != "upsert":
                program = compiled(self.setting, seen, parts[0], given, plugged[0])
                self._programs[key] = _Ready((program,), program.waiting)
            else:
                columns = [given, addressed(record, resource, given)]
                create, update, later = compiled_both(self.setting, seen, parts, columns, plugged)
                lookup = to_sql(lookup_plan(self.domain, record, seen, request.identity, given), self.setting.dialect)
                self._programs[key] = _Ready((create, update), later, lookup)
        return self._programs[key].under(changeset)

    def _narrowing(self, scope: Scope) -> tuple[Any, ...]:
        """What tells apart two scopes that see different rows or values, as far as plans are concerned."""
        return tuple(
            (each.rows(resource, scope), tuple(each.fields(resource, scope).items()))
            for each in self.stages
            for resource in (self.domain.all_resources if type(each) is not Moves else ())
        )

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
                before = self._counters(under.transaction, program.changeset.resource.name, name, size)
                under.known[write(counter(name))] = before
        table = pa.table(columns)
        gone = sorted({row for each in under.found for row in each.rows})
        if not gone:
            return table, table.slice(0, 0)
        is_gone = pc.is_in(table["row"], value_set=pa.array(gone, pa.int64()))
        return table.filter(pc.invert(is_gone)), table.filter(is_gone)

    def _following(self, transaction: Transaction, under: Under, scope: Scope, depth: int) -> tuple[Outcome, ...]:
        """The outcomes of batches that follow from what was written; refused ones raise."""
        found = []
        for step, rows in under.follow:
            if rows.num_rows:
                request = Request(step.resource, step.kind, Records(rows), step.action)
                outcome = self._batch(transaction, request, self._changeset(request, scope), (), depth + 1)
                if outcome.refusals is not None:
                    _raise(outcome)
                found.append(outcome)
        return tuple(found)

    def _outcome(self, request: Request, under: Under, ready: _Ready) -> Outcome:
        """What became of the batch."""
        import pyarrow as pa

        key = ready.programs[0].key
        table = pa.table({"row": pa.array([], pa.int64())})
        if under.keys:
            table = pa.concat_tables(under.keys, promote_options="permissive")
            # One wave of new rows comes back in the order it was scanned in.
            table = table if request.kind == "create" and len(under.keys) == 1 else table.sort_by("row")
            table = table.rename_columns(["row", *key])
        refusals = gathered(under.found) if any(each.rows for each in under.found) else None
        warnings = [
            Problem(each.reason.where, each.reason.code, each.reason.message, "warning", rows=rows)
            for each, rows in under.warnings.items()
        ]
        return Outcome(
            request.action or request.kind,
            request.resource,
            request.kind,
            table,
            created=under.counts["create"],
            updated=under.counts["update"],
            destroyed=under.counts["destroy"],
            refusals=refusals,
            warnings=Problems(warnings),
            unknown=dict(under.unknown),
            stages=tuple(told for program in ready.programs for told in _told(program)),
        )


def _part(wave: pa.Table, kind: Kind) -> pa.Table:
    """The records of a wave that such a program is about."""
    import pyarrow.compute as pc

    return wave.filter(wave["found"] if kind == "update" else pc.invert(wave["found"]))


def _told(program: Program) -> Iterator[Told]:
    """What the stages of a program do."""
    kind, resource = program.changeset.kind, program.changeset.resource.name
    checks = [each for each in program.checks if each.effect == "refuse"]
    yield Told("validate", f"{counted(len(checks), 'check')} of each record to {kind}", program.plans["judge"])
    for reason, _ in program.crossings:
        yield Told("check", f"{reason.where} on the rows that the records matter to", program.plans[reason.where])
    yield Told("write", f"these rows {_WRITTEN[kind]} {resource}", program.plans["write"])


_WRITTEN: dict[Kind, str] = {"create": "come into", "update": "change", "destroy": "leave"}


def _raise(outcome: Outcome) -> None:
    subject = f"{outcome.action} {outcome.resource}"
    if outcome.refusals is not None:
        if {each.code for each in outcome.refusals.problems} == {OUTDATED}:
            raise OutdatedError(outcome.refusals, subject)
        raise RefusedError(outcome.refusals, subject)


def _action(domain: Domain, resource: Resource, request: Request) -> Action | None:
    """The action that is asked for: declared, or an event of a machine on the resource; None where none is named."""
    if not request.action:
        return None
    for each in resource.actions:
        if each.name == request.action:
            return each
    events = [event for each in domain.machines if each.resource == resource.name for event in each.events]
    if request.action in events:
        return Action(name=request.action, kind="update", accept=())
    raise NotFoundError(
        f"action of {resource.name}", request.action, [*(each.name for each in resource.actions), *events]
    )


def _flat(root: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Scalar]]:
    """The values of a scope by the names expressions have for them."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            for inner, each in value.items():
                yield write(Reference(root, (name, inner))), each  # type: ignore[arg-type]
        else:
            yield write(Reference(root, (name,))), value  # type: ignore[arg-type]


def _every(conditions: Sequence[Node]) -> Node | None:
    joined: Node | None = None
    for each in conditions:
        joined = each if joined is None else Binary("and", joined, each)
    return joined


def _joined(fields: Iterable[Mapping[str, Node]]) -> dict[str, Node]:
    """The condition under which each attribute is seen: every plug-in's."""
    found: dict[str, Node] = {}
    for each in fields:
        for name, node in each.items():
            found[name] = Binary("and", found[name], node) if name in found else node
    return found


def _uuids(data: bytes, size: int) -> Any:
    """Random uuids (RFC 9562, version 4) of so many bytes, as an Arrow column."""
    import pyarrow as pa

    values = bytearray(data)
    values[6::16] = bytes(values[6::16]).translate(bytes((each & 0x0F) | 0x40 for each in range(256)))
    values[8::16] = bytes(values[8::16]).translate(bytes((each & 0x3F) | 0x80 for each in range(256)))
    stored = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), size, [None, pa.py_buffer(bytes(values))])
    return pa.ExtensionArray.from_storage(pa.uuid(), stored)
