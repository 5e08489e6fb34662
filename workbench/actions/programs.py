"""The programs of a workspace: each kind of batch is compiled when it comes for the first time, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.actions.drafts import Given
from workbench.actions.effects import Deed, Goal, goal, records_plan
from workbench.actions.machines import Moves
from workbench.actions.planning import Setting
from workbench.actions.program import Program, compiled, compiled_both
from workbench.actions.request import Request
from workbench.actions.stage import STAGES, Changeset, Kind, Stage
from workbench.actions.upserts import addressed, lookup_plan
from workbench.model import Resource, Scope
from workbench.model.expression import Binary, Node
from workbench.relation.path_plan import TableOf
from workbench.relation.paths import narrowed
from workbench.relation.plan import Project, TableName, Union
from workbench.relation.statement import Statement

__all__ = ["Programs", "Reader", "Ready"]

_MOST_PROGRAMS = 256


@dataclass(frozen=True, slots=True)
class Ready:
    """The programs of a request: one, or for an upsert two and what finds the rows there are; and what finds the records that wait.

    With ``is_alone`` every record waits for the one before: what follows from one may matter to any other.
    """

    programs: tuple[Program, ...]
    waiting: Statement | None
    lookup: Statement | None = None

    @property
    def is_alone(self) -> bool:
        """Whether no two records may go together."""
        return any(each.is_alone for each in self.programs)

    @property
    def has_effects(self) -> bool:
        """Whether anything may follow from it."""
        return any(each.ways for each in self.programs)

    def under(self, changeset: Changeset) -> Ready:
        """The same programs, for a batch of this scope."""
        programs = (replace(each, changeset=replace(changeset, kind=each.changeset.kind)) for each in self.programs)
        return replace(self, programs=tuple(programs))


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads the records of an effect, and what they are for."""

    goal: Goal
    statement: Statement


class Programs:
    """The programs of ``setting``, through which ``stages`` every batch passes."""

    def __init__(self, setting: Setting, stages: Sequence[Stage]) -> None:
        self.setting, self.domain = setting, setting.domain
        self.stages = tuple(sorted([Moves(), *stages], key=lambda each: STAGES.index(each.at)))
        self._kept: dict[Any, Any] = {}

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

    def ready(
        self, request: Request, changeset: Changeset, given: Sequence[Given], *, is_undoable: bool = False
    ) -> Ready:
        """The programs of such a batch; with ``is_undoable`` they tell what there was before they write."""
        resource = changeset.resource
        kinds: tuple[Kind, ...] = ("create", "update") if request.kind == "upsert" else (request.kind,)
        parts: list[Changeset] = [replace(changeset, kind=kind) for kind in kinds]
        plugged = [tuple((stage, tuple(stage.batch(part))) for stage in self.stages) for part in parts]
        key = (
            resource.name, request.kind, request.identity, changeset.action, changeset.instead, changeset.transition, tuple(given), tuple(plugged),
            self._narrowing(changeset.scope), is_undoable,
        )  # fmt: skip
        if (found := self._kept.get(key)) is None:
            found = self._compiled(request, parts, given, plugged, is_undoable)
            self._keep(key, found)
        ready: Ready = found
        return ready.under(changeset)

    def _compiled(
        self, request: Request, parts: Sequence[Changeset], given: Sequence[Given], plugged: Any, is_undoable: bool
    ) -> Ready:
        from workbench.relation.sql import to_sql

        changeset = parts[0]
        seen, record = self.seen(changeset.scope), self.setting.records[changeset.resource.name]
        if request.kind != "upsert":
            program = compiled(self.setting, seen, changeset, given, plugged[0], is_undoable)
            return Ready((program,), program.waiting)
        columns = [given, addressed(record, changeset.resource, given)]
        create, update, later = compiled_both(self.setting, seen, parts, columns, plugged, is_undoable)
        lookup = to_sql(lookup_plan(self.domain, record, seen, request.identity, given), self.setting.dialect)
        return Ready((create, update), later, lookup)

    def records(self, deed: Deed, scope: Scope) -> Reader:
        """What reads the records of an effect, as far as ``scope`` sees its target."""
        from workbench.relation.sql import to_sql

        key = (deed, self._narrowing(scope))
        if (found := self._kept.get(key)) is None:
            plan = records_plan(self.domain, deed, self.setting.table_of, self.seen(scope))
            found = Reader(goal(self.domain, deed), to_sql(plan, self.setting.dialect))
            self._keep(key, found)
        made: Reader = found
        return made

    def _keep(self, key: Any, value: Any) -> None:
        while len(self._kept) >= _MOST_PROGRAMS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = value

    def _narrowing(self, scope: Scope) -> tuple[Any, ...]:
        """What tells apart two scopes that see different rows or values, as far as plans are concerned."""
        return tuple(
            (each.rows(resource, scope), tuple(each.fields(resource, scope).items()))
            for each in self.stages
            for resource in (self.domain.all_resources if type(each) is not Moves else ())
        )


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
