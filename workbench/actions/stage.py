"""The ordered stages a batch passes through, and the protocol by which a plug-in stands at one of them.

    accept -> scope -> default -> authorize -> judge | begin -> transition -> calculate -> validate -> write -> check -> record -> commit
    | invalidate -> notify

A plug-in is a ``Stage``: it says at which of them it stands, and overrides what it needs. It never sees rows, except where it judges
before the transaction begins: it returns predicates and assignments, expressions of the domain on a row of the batch, which become
part of the plan that the whole batch runs as. They may name ``actor``, ``tenant``, ``context`` and the action's arguments.

    batch(changeset)           what becomes of a batch that is being written: a run of steps
     ├─ Refuse                 rows for which a condition is true are refused
     ├─ Assign                 an attribute takes a value; nobody else may give it
     ├─ Restrict               which existing rows an update or destroy may touch; others are not found
     ├─ Annotate               a value told beside each row written
     └─ Also                   a batch on another resource, through the same stages in the same transaction
    rows(resource, scope)      the predicate by which every read of a resource is narrowed, wherever it is read
    fields(resource, scope)    of some attributes, the condition under which their value is seen; else they read as null
    judge(changeset, rows)     slow verdicts on what was given, before the transaction begins
    record(written)            what was written, before it is committed: rows, and on request the same as events
    notify(outcome)            the outcome, after it is
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from workbench.actions.outcome import Kind, Outcome
from workbench.model import Action, Domain, Event, Resource, Scope
from workbench.model.expression import Node, Scalar

if TYPE_CHECKING:
    import pyarrow as pa


__all__ = [
    "STAGES",
    "Also",
    "Annotate",
    "Assign",
    "Changeset",
    "Facts",
    "Kind",
    "Refuse",
    "Restrict",
    "Stage",
    "StageName",
    "Step",
    "Verdict",
    "Written",
]

StageName: TypeAlias = Literal[
    "accept", "scope", "default", "authorize", "judge", "begin", "transition", "calculate", "validate", "write", "check", "record",
    "commit", "invalidate", "notify",
]  # fmt: skip

STAGES: tuple[StageName, ...] = (
    "accept", "scope", "default", "authorize", "judge", "begin", "transition", "calculate", "validate", "write", "check", "record",
    "commit", "invalidate", "notify",
)  # fmt: skip
"""The stages in order; the transaction begins after ``judge`` and ends with ``commit``."""


@dataclass(frozen=True, slots=True)
class Changeset:
    """A batch on its way: what it does to which resource, who asks, and which attributes its records give. It holds no row.

    ``instead`` is an attribute and the state it takes although a transition led to another, as what followed from that failed.
    ``transition`` is the one the batch takes where that is no event: the name of its machine, and its place there.
    """

    domain: Domain
    resource: Resource
    kind: Kind
    scope: Scope
    action: Action | None = None
    given: tuple[str, ...] = ()
    arguments: Mapping[str, Scalar] = field(default_factory=dict)
    instead: tuple[str, str] | None = None
    transition: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Rows for which ``where`` is true are refused. It stands on the row as it would be written; in a destroy on the row there is.

    ``path`` is put after the resource: ``rules.in_order`` reads ``orders.rules.in_order``. Where the condition is about one attribute,
    its value is told, masked when it is sensitive.
    """

    where: Node
    code: str
    message: str
    path: str = ""
    attribute: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """``attribute`` takes ``value``, which stands on the row as the stage before left it; a record that gives it is refused."""

    attribute: str
    value: Node


@dataclass(frozen=True, slots=True)
class Restrict:
    """Only existing rows for which ``where`` is true can be updated or destroyed: all others are not found. A create minds nothing."""

    where: Node


@dataclass(frozen=True, slots=True)
class Annotate:
    """Each row written carries ``value`` under ``name``, for those that record it."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Also:
    """For each row written one on ``resource``: ``values`` (attribute to expression on the row written) are given to it.

    It is a batch of its own, through all stages, in the same transaction; when it is refused, everything is.
    """

    resource: str
    kind: Kind
    values: tuple[tuple[str, Node], ...]
    action: str = ""
    where: Node | None = None


_AT_ONCE = 1000
"""So many rows become Python values at once."""

Step: TypeAlias = Refuse | Assign | Restrict | Annotate | Also


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rows (their numbers in the batch, from 0) that were judged and refused, and why."""

    rows: tuple[int, ...]
    code: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of rows written beside what they are: the ``numbers`` of their records (Arrow, as they are listed), when it was, the
    attributes that were set beside what was given, and the attributes that ``records`` give, each with the column that says where it is missing.
    """

    numbers: Any = None
    time: dt.datetime | None = None
    derived: frozenset[str] = frozenset()
    given: tuple[tuple[str, str], ...] = ()
    records: pa.Table | None = None

    def told(self) -> dict[str, Collection[int] | None]:
        """For each attribute given, the numbers of the records that gave it; None where all did."""
        found: dict[str, Collection[int] | None] = {name: None for name, missing in self.given if not missing}
        if self.records is not None:
            rows = self.records["row"].to_pylist()
            for name, missing in self.given:
                if missing:
                    flags = self.records[missing].to_pylist()
                    found[name] = {row for row, is_missing in zip(rows, flags, strict=True) if not is_missing}
        return found


@dataclass(frozen=True, slots=True)
class Written:
    """What a transaction wrote: ``rows`` has the key, then the attributes as they are now, then the annotations by name.

    ``facts`` are what ``events`` makes events of.
    """

    changeset: Changeset
    rows: pa.Table
    facts: Facts | None = None

    def events(self) -> Iterator[Event]:
        """The same as facts, one for each row in the order of the records, made as they are asked for.

        ``data`` is what the caller gave, as it was written; ``changed`` all else that a create filled or an update set; ``metadata`` are the
        annotations. ``id`` is the key, as a JSON list of texts where it has several attributes; ``actor`` the actor's ``id``, or else ``name``.
        """
        changeset, key, facts = self.changeset, self.changeset.resource.key, self.facts or Facts()
        numbers = range(self.rows.num_rows) if facts.numbers is None else facts.numbers.to_pylist()
        given = facts.told()
        actor = changeset.scope.actor or {}
        notes = [name for name in self.rows.column_names if name not in changeset.resource.attribute_names]
        by_number = sorted(range(self.rows.num_rows), key=lambda place: numbers[place])
        for first in range(0, len(by_number), _AT_ONCE):
            places = by_number[first : first + _AT_ONCE]
            for place, row in zip(places, self.rows.take(places).to_pylist(), strict=True):
                texts = [str(row[name]) for name in key]
                data, changed = self._told(row, given, numbers[place])
                yield Event(
                    resource=changeset.resource.name,
                    id=texts[0] if len(texts) == 1 else json.dumps(texts),
                    action=changeset.kind if changeset.action is None else changeset.action.name,
                    data=data,
                    changed=changed,
                    metadata={name: row[name] for name in notes},
                    actor=str(actor.get("id", actor.get("name", ""))),
                    tenant=changeset.scope.tenant or "",
                    time=facts.time or dt.datetime.now(dt.UTC),
                )

    def _told(
        self, row: Mapping[str, Any], given: Mapping[str, Collection[int] | None], number: int
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What of a row the caller gave, and what else was written."""
        data, changed, derived = {}, {}, frozenset[str]() if self.facts is None else self.facts.derived
        for name in self.changeset.resource.attribute_names if self.changeset.kind != "destroy" else ():
            who = given.get(name, ())
            if who is None or number in who:
                data[name] = row[name]
            elif name in derived and (self.changeset.kind == "update" or row[name] is not None):
                changed[name] = row[name]
        return data, changed


class Stage:
    """A plug-in that does nothing: subclass it, name it, say where it stands, and override what it is for."""

    name: str = ""
    at: StageName = "validate"

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        """What becomes of a batch at this stage."""
        return ()

    def rows(self, resource: Resource, scope: Scope) -> Node | None:
        """What every read of ``resource`` is narrowed by, in counts, sorts, aggregates, paths and the checks of references too.

        None hides nothing. The predicate itself reads without any restriction.
        """
        return None

    def fields(self, resource: Resource, scope: Scope) -> Mapping[str, Node]:
        """For attributes of ``resource`` the condition under which their value is seen: elsewhere they read as null, in filters too."""
        return {}

    def judge(self, changeset: Changeset, rows: pa.Table) -> Iterable[Verdict]:
        """Verdicts on the values that were given, which may take their time: nothing is locked yet."""
        return ()

    def record(self, written: Written) -> None:
        """Told what was written, before it is committed; what it raises undoes everything."""

    def notify(self, outcome: Outcome) -> None:
        """Told the outcome, after it is committed."""

    @property
    def is_recorder(self) -> bool:
        """Whether it wants to be told what was written: reading it back costs a query."""
        return type(self).record is not Stage.record
