"""A domain bound to a database: what is done to it passes through the stages, what is asked of it is a query."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from workbench.actions import Engine, Outcome, Request, Stage
from workbench.actions.due import due
from workbench.actions.request import Refused
from workbench.actions.stage import Kind
from workbench.errors import ConflictError, NotFoundError, Problem, Problems, VerificationError
from workbench.language import load
from workbench.model import Domain, Resource, Scope
from workbench.model.expression import Node, Scalar
from workbench.model.verify import verify
from workbench.relation.plan import TableName
from workbench.views import Column, Stack, Table, View, Viewable
from workbench.workspace.answer import Answer, Asking, Questions
from workbench.workspace.clock import StoreWith
from workbench.workspace.functions import Functions, generic_actions
from workbench.workspace.job import Job
from workbench.workspace.requests import request_of
from workbench.workspace.running import Running, running
from workbench.workspace.settling import attached_tables, engine_on, settle

if TYPE_CHECKING:
    from workbench.store.database import DuckDatabase

__all__ = ["Clock", "Workspace", "open"]

Clock = Callable[[], dt.datetime]
"""What time it is, as an aware time."""

T = TypeVar("T")


def open(
    design: Domain | str | Path,
    path: str | os.PathLike[str] = ":memory:",
    *,
    data: Any = None,
    stages: Sequence[Stage] = (),
    functions: Mapping[str, Callable[..., Any]] | None = None,
    clock: Clock | None = None,
    seed: int | None = None,
    read_only: bool = False,
    copy: bool = False,
) -> Workspace:
    """A workspace in which ``design`` runs on the DuckDB database at ``path``: its tables are made where there are none.

    ``data`` is a source as ``infer`` takes it: resources whose tables it has are read there, in place, and cannot be written; all others
    are stored. ``stages`` are plug-ins (see ``workbench.actions.stage``); ``functions`` are what its generic actions run, by their names. ``clock`` tells ``now()``; with a ``seed`` generated uuids are the same
    each time. ``copy`` reads a copy of a file that another process holds.

    >>> from workbench.model import Attribute
    >>> team = Resource(name="team", key=("id",), attributes=(Attribute(name="id", type="integer", required=True),))
    >>> with open(Domain(name="league", resources=(team,))) as ws:
    ...     print(ws.create("team", [{"id": 1}, {"id": 2}]))
    create team: 2 created

    Raises:
        VerificationError: the design has problems, or the database holds another one; it carries every problem.
        AdapterError: the file cannot be opened.
    """
    from workbench.store.database import open_database

    domain = design if isinstance(design, Domain) else load(design)
    problems = Problems(verify(domain))
    if not problems.is_ok:
        raise VerificationError(problems.errors, domain.name)
    database = open_database(path, sources=[] if data is None else [data], is_read_only=read_only, copy=copy)
    moment = clock or (lambda: dt.datetime.now(dt.UTC))
    with ExitStack() as failing:
        failing.callback(database.close)
        attached = attached_tables(domain, database)
        found = running(domain, attached)
        settle(database, domain, found, moment())
        engine = engine_on(found, database, attached, stages, moment, seed)
        bound = _Bound(domain, found, database, attached, engine, database.migrations, Functions(functions))
        failing.pop_all()
    return Workspace(bound, Scope())


@dataclass(frozen=True, slots=True)
class _Bound:
    """What all workspaces of one database share: the design, the domain as it runs, the store, what is attached, the engine."""

    design: Domain
    running: Running
    store: DuckDatabase
    attached: Mapping[str, TableName]
    engine: Engine
    migrations: int
    functions: Functions

    def expect_current(self) -> None:
        """Raise ``ConflictError`` where the tables have become those of another design since they were opened."""
        if self.store.migrations != self.migrations:
            raise ConflictError(
                f"the tables of {self.design.name} were migrated to another design since; open it again"
            )


class Workspace(Viewable):
    """A domain at work, for one actor and tenant. Records are dictionaries, a pandas or Arrow table, or the path of a Parquet file; their
    columns are called like attributes, or as the design says that these are called in their source.

    What is done is done in one transaction: all of it or nothing, or with ``refused="skip"`` all that is not refused.
    """

    def __init__(self, bound: _Bound, scope: Scope) -> None:
        self._bound, self.scope = bound, scope
        self._questions = Questions(bound.running.domain, bound.engine.seen(scope))

    @property
    def domain(self) -> Domain:
        """The design."""
        return self._bound.design

    @property
    def problems(self) -> Problems:
        """What the database cannot keep by itself, so that the workbench alone sees to it; and what the data that is attached lacks."""
        message, hint = "the data has no table for it, so that it is empty here", "say which it is: source_name"
        lacking = [
            Problem(each.name, "not_in_data", message, "warning", hint)
            for each in self.domain.all_resources
            if self._bound.store.attached and each.name not in self._bound.attached
        ]
        return Problems([*self._bound.running.problems, *self._bound.store.problems, *lacking])

    @property
    def attached(self) -> tuple[str, ...]:
        """The resources whose rows are read in the source that was given, where they are; those of all others are stored."""
        return tuple(self._bound.attached)

    def create(
        self,
        resource: str,
        records: Any,
        action: str = "",
        *,
        refused: Refused = "all",
        arguments: Mapping[str, Scalar] | None = None,
    ) -> Outcome:
        """New rows, one for each record.

        Raises:
            NotFoundError: there is no such resource or action; the error names the nearest.
            VerificationError: records were refused; ``problems`` has one for each rule, ``refusals`` every row.
            DefinitionError: it cannot be asked so; the error says why.
        """
        return self._do(resource, "create", records, action, refused, arguments)

    def update(
        self,
        resource: str,
        records: Any = None,
        action: str = "",
        *,
        where: str | Node | None = None,
        set: Mapping[str, Any] | None = None,
        refused: Refused = "all",
        arguments: Mapping[str, Scalar] | None = None,
    ) -> Outcome:
        """Rows there are take new values: those of ``records``, which give the key; or, for all rows ``where`` is true, those of ``set``.

        A value in ``set`` that is an expression (a node) stands on the row as it is. Where the resource counts versions, a record that
        gives the one it has seen is refused when it is not the present one. Errors as ``create``, and:

        Raises:
            ConflictError: everything refused was changed by somebody else since it was read.
        """
        return self._do(resource, "update", records, action, refused, arguments, where=where, values=set)

    def upsert(
        self,
        resource: str,
        records: Any,
        action: str = "",
        *,
        identity: str = "",
        refused: Refused = "all",
        arguments: Mapping[str, Scalar] | None = None,
    ) -> Outcome:
        """A row for each record: the one with the same ``identity`` (the key when left out) is updated, else it is created. Errors as ``update``."""
        return self._do(resource, "upsert", records, action, refused, arguments, identity=identity)

    def destroy(
        self,
        resource: str,
        keys: Any = None,
        action: str = "",
        *,
        where: str | Node | None = None,
        refused: Refused = "all",
        arguments: Mapping[str, Scalar] | None = None,
    ) -> Outcome:
        """Rows are gone: those with these ``keys`` (values, or records that give the key), or those ``where`` is true. Errors as ``update``."""
        return self._do(resource, "destroy", keys, action, refused, arguments, where=where, are_keys=True)

    def run(
        self,
        action: str,
        records: Any = None,
        *,
        where: str | Node | None = None,
        set: Mapping[str, Any] | None = None,
        refused: Refused = "all",
        arguments: Mapping[str, Any] | None = None,
    ) -> Any:
        """The action, or the event of a machine, called ``resource.action`` (``action`` where only one resource has it).

        ``create``, ``update``, ``upsert`` and ``destroy`` of a resource need not be declared. ``records`` are new ones for a create or
        upsert; for an update or destroy they are keys, or records that give the key. ``set`` as in ``update``. Errors as ``update``.

        A generic action takes arguments only, and answers with what its function gives; all others with an ``Outcome``.

        Instead of all this it takes a command in the words of the domain: ``pay order 7 with amount 40``.
        """
        found, known = self._actions(action)
        is_alone = records is None and where is None and set is None and arguments is None
        if not found and is_alone and len(action.split()) > 1:
            from workbench.patterns.dsl_generator import language_of

            return language_of(self._bound.running.domain).do(action, self, refused)
        generic = generic_actions(self._bound.running.domain)
        if not found and len(generic.get(action, ())) == 1 and records is None and where is None and set is None:
            return self._bound.functions.call(*generic[action][0], arguments or {})
        if len(found) != 1:
            several = [f"{each.name}.{action}" for each, *_ in (*found, *generic.get(action, ()))]
            raise NotFoundError("action", action, several or [*known, *generic])
        resource, name, kind = found[0]
        are_keys = kind in ("update", "destroy")
        return self._do(
            resource.name, kind, records, name, refused, arguments, where=where, values=set, are_keys=are_keys
        )

    def run_due(self, *, refused: Refused = "skip") -> tuple[Outcome, ...]:
        """What happens by itself has happened, as far as it is due now: transitions whose delay is over (``since`` + ``after`` is not later than
        the workspace's clock), and those that have nothing but a guard. Nothing does so in the background: whoever runs the workspace
        calls this, as often as it matters.

        Each transition is a batch of its own, through the same stages. One may lead to the next; a row moves at most as often as its machine
        has transitions. With ``refused="skip"`` rows that cannot move stay, and are told.

        Raises:
            VerificationError: a delay counts from no attribute; or records were refused, and ``refused`` is "all".
        """
        waiting = list(due(self._bound.running.domain))
        found: list[Outcome] = []
        for _ in range(len(waiting)):
            done = [self._run(each.request(refused)) for each in waiting]
            told = [each for each in done if each.updated or each.refused]
            found += [each for each in told if each.updated or each.action not in {one.action for one in found}]
            if not any(each.updated for each in done):
                break
        return tuple(found)

    def ask(
        self,
        resource: str,
        where: str | Node | None = None,
        *,
        select: Asking = (),
        by: Asking = (),
        measures: Asking = (),
        sort: str | Sequence[str] = (),
        limit: int | None = None,
        after: str = "",
    ) -> Answer:
        """The rows of ``resource`` for which ``where`` is true; or, with ``by`` and ``measures``, one row for each group of them.

        Instead of a resource's name it takes a whole question in the words of the domain: ``revenue by customer tier first 5``.
        Expressions reach along relationships (``customer.tier``, ``count(lines)``). ``sort`` is by expressions, ``desc`` behind one turns
        it round. ``limit`` rows make a page; ``after=answer.next`` is the one behind it.

        >>> from workbench.model import Attribute
        >>> team = Resource(name="team", key=("id",), attributes=(Attribute(name="id", type="integer", required=True),))
        >>> with open(Domain(name="league", resources=(team,))) as ws:
        ...     outcome = ws.create("team", [{"id": 1}, {"id": 2}])
        ...     ws.ask("team", "id > 1").df()["id"].tolist()
        [2]

        Raises:
            VerificationError: an expression has problems; all are told.
            NotFoundError: there is no such resource.
            DefinitionError: ``after`` is no cursor of this question.
        """
        self._bound.expect_current()
        store = StoreWith(self._bound.store, self._bound.engine.parameters(self.scope))
        return self._questions.ask(
            store, resource, where, select=select, by=by, measures=measures, sort=sort, limit=limit, after=after
        )

    def count(self, resource: str, where: str | Node | None = None) -> int:
        """How many rows of ``resource`` there are (for which ``where`` is true), as far as may be seen. Errors as ``ask``."""
        rows = self.ask(resource, where, measures={"rows": "count()"}).arrow()
        return int(rows["rows"][0].as_py())

    def job(self, work: Callable[[Job[T]], T], title: str = "job") -> Job[T]:
        """``work`` in the background: ``ws.job(lambda job: ws.create("orders", records))``. Cancelling it stops the database, too."""
        return Job(work, self._bound.store, title)

    def interrupt(self, thread: int | None = None) -> None:
        """Stop whatever the database is doing now, or what ``thread`` (its ``ident``) does; it raises an ``AdapterError`` there."""
        self._bound.store.interrupt(thread)

    def as_(
        self,
        actor: Mapping[str, Any] | None = None,
        tenant: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Workspace:
        """The same workspace for somebody: same database, another scope."""
        return Workspace(self._bound, Scope(actor=actor, tenant=tenant, context=dict(context or {})))

    def close(self) -> None:
        """Give the database back; closing twice does nothing."""
        self._bound.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Workspace({self.domain.name!r})"

    def view(self) -> View:
        """The resources and how many rows each has."""
        rows = tuple((each.table.name, each.rows) for each in self._bound.store.tables())
        return Stack(self.domain.name, (Table((Column("table", "code"), Column("rows", "number")), rows),))

    def _do(
        self,
        resource: str,
        kind: Kind,
        records: Any,
        action: str,
        refused: Refused,
        arguments: Mapping[str, Any] | None,
        **more: Any,
    ) -> Outcome:
        element = self._bound.running.domain.resource(resource)
        told = self.domain.resource(resource)
        names = {
            each.source_name: each.name
            for each in told.attributes
            if each.source_name not in ("", *told.attribute_names)
        }
        return self._run(request_of(element, kind, records, action, refused, arguments, names=names, **more))

    def _run(self, request: Request) -> Outcome:
        if request.resource in self._bound.attached:
            message = f"the rows of {request.resource} are read where they are, and cannot be written"
            hint = "open the workspace without this source to store them"
            raise VerificationError([Problem(request.resource, "attached", message, hint=hint)], request.resource)
        self._bound.expect_current()
        return self._bound.engine.run(request, self.scope)

    def _actions(self, called: str) -> tuple[list[tuple[Resource, str, Kind]], list[str]]:
        """The resource, the name (empty where it is not declared) and the kind of each action or event called so; and what all are called."""
        domain = self._bound.running.domain
        known: dict[str, list[tuple[Resource, str, Kind]]] = {}
        for resource in domain.all_resources:
            undeclared: dict[str, tuple[str, Kind]] = {
                kind: ("", kind) for kind in ("create", "update", "upsert", "destroy")
            }
            events: dict[str, tuple[str, Kind]] = {
                event: (event, "update")
                for each in domain.machines
                if each.resource == resource.name
                for event in each.events
            }
            declared: dict[str, tuple[str, Kind]] = {
                each.name: (each.name, each.kind)
                for each in resource.actions
                if each.kind != "read" and each.kind != "generic"
            }
            for word, (name, kind) in {**undeclared, **events, **declared}.items():
                for key in (word, f"{resource.name}.{word}"):
                    known.setdefault(key, []).append((resource, name, kind))
        return known.get(called, []), list(known)
