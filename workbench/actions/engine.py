"""What runs batches: it opens one transaction for each, and leads it through the stages."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from workbench.actions.outcome import Outcome
from workbench.actions.passage import Counters, Passage, changeset_of
from workbench.actions.planning import Setting
from workbench.actions.programs import Programs
from workbench.actions.records import Records
from workbench.actions.refusals import Found, Reason
from workbench.actions.request import Request
from workbench.actions.stage import Changeset, Stage
from workbench.model import Domain, Scope
from workbench.model.expression import Reference, Scalar, write
from workbench.relation.path_plan import TableOf
from workbench.relation.port import WritableStore
from workbench.relation.stored import Stored

__all__ = ["Counters", "Engine"]


class Engine:
    """Runs batches of ``domain`` (the running one: table and column names are those of its resources) on ``store``.

    ``records`` is what is stored of each resource, by name. ``now`` gives the parameters of the moment; ``counters`` takes numbers for
    counting attributes; ``random`` gives bytes for uuids; ``attached`` are resources that cannot be written. Several threads may run batches at once: the store lets one write.
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
        attached: Collection[str] = (),
    ) -> None:
        self.store, self.domain = store, domain
        self.programs = Programs(Setting(domain, records, table_of, store.dialect, frozenset(attached)), stages)
        self._now, self._counters, self._random = now, counters, random

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The plug-ins in the order of their stages, and among them the machines."""
        return self.programs.stages

    def seen(self, scope: Scope) -> TableOf:
        """The rows and values of each resource that ``scope`` may see: the tables, where no plug-in narrows them."""
        return self.programs.seen(scope)

    def parameters(self, scope: Scope, arguments: Mapping[str, Scalar] | None = None) -> dict[str, Scalar]:
        """What fills the references of a statement: by written name, those of the moment, the scope and the arguments."""
        found: dict[str, Scalar] = {"tenant": scope.tenant, "tenant.id": scope.tenant}
        found.update(_flat("actor", scope.actor or {}))
        found.update(_flat("context", scope.context))
        found.update(self._now())
        found.update({write(Reference("argument", (name,))): value for name, value in (arguments or {}).items()})
        return found

    def run(self, request: Request, scope: Scope) -> Outcome:
        """The outcome of a batch, all of it or, with ``refused="skip"``, what could be done of it.

        Raises:
            NotFoundError: there is no such resource or action; it names the nearest.
            VerificationError: records were refused, and with ``refused="all"`` so was the batch: ``refusals`` lists every row and rule.
            ConflictError: all that was refused was changed by somebody else since it was read, or it was so at the commit.
            AdapterError: the store could not do its part; nothing was done.
        """
        changeset = changeset_of(self.domain, request, scope)
        verdicts = self._judged(changeset, request.records)
        with self.store.begin() as transaction:
            known = self.parameters(scope)
            passage = Passage(self.programs, transaction, scope, known, self._counters, self._random)
            under, ready = passage.batch(request, changeset, verdicts)
            outcome = under.outcome(request, ready.programs)
            if request.refused == "all":
                outcome.expect_done()
            if outcome.refusals is not None and not outcome.keys.num_rows:
                return outcome
            for written in under.written:
                for stage in self.stages:
                    stage.record(written)
            transaction.commit()
        for stage in self.stages:
            stage.notify(outcome)
        return outcome

    def _judged(self, changeset: Changeset, records: Records) -> list[Found]:
        found = []
        for stage in self.stages:
            if type(stage).judge is not Stage.judge:
                for each in stage.judge(changeset, records.table):
                    reason = Reason(changeset.resource.name, each.path, each.code, each.message)
                    found.append(Found(reason, sorted(set(each.rows))))
        return found


def _flat(root: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Scalar]]:
    """The values of a scope by the names expressions have for them."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            for inner, each in value.items():
                yield write(Reference(root, (name, inner))), each  # type: ignore[arg-type]
        else:
            yield write(Reference(root, (name,))), value  # type: ignore[arg-type]
