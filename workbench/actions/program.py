"""A batch as statements: what one kind of batch on one resource runs, printed once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.actions.apart import is_apart
from workbench.actions.checks import Check, either
from workbench.actions.drafts import Given
from workbench.actions.effects import Ways, moves_plan
from workbench.actions.outcome import Told
from workbench.actions.planning import Planned, Plugged, Setting
from workbench.actions.reach import (
    breaking,
    together,
    waiting,
)
from workbench.actions.refusals import Reason
from workbench.actions.stage import Also, Annotate, Changeset, Kind
from workbench.actions.undo import image_plan
from workbench.errors import DefinitionError
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Constant, Path
from workbench.relation.path_plan import PathPlan, TableOf
from workbench.relation.plan import Aggregate, Filter, Output, Plan, Project, TableName
from workbench.relation.statement import Statement
from workbench.views import counted

__all__ = ["Program", "compiled", "compiled_both"]


@dataclass(frozen=True, slots=True)
class Program:
    """The statements of a batch. All read the table ``batch``; their parameters are filled by written name.

    ``judge`` has a row for each record: its number, the key, then for each check its truth value, its value and the state before.
    ``key_columns`` are the columns of the batch that are the key as it will be, where they are.
    ``moves`` has the way each record takes, for each machine of ``ways``; ``image`` the rows as they are, where the batch may be undone.
    ``counts`` has one row with the number of records each check concerns, ``broken`` the rows of ``judge`` that are refused.
    """

    changeset: Changeset
    checks: tuple[Check, ...]
    judge: Statement
    counts: Statement
    broken: Statement
    keys: Statement
    write: Statement
    key: tuple[str, ...]
    key_columns: tuple[str, ...] | None = None
    crossings: tuple[tuple[Reason, Statement], ...] = ()
    waiting: Statement | None = None
    written: Statement | None = None
    also: tuple[tuple[Also, Statement], ...] = ()
    uuids: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    derived: frozenset[str] = frozenset()
    ways: Ways = ()
    moves: Statement | None = None
    is_alone: bool = False
    is_undoable: bool = False
    image: Statement | None = None
    table: TableName | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)

    def told(self) -> Iterator[Told]:
        """What its stages do."""
        kind, resource = self.changeset.kind, self.changeset.resource.name
        checks = [each for each in self.checks if each.effect == "refuse"]
        yield Told("validate", f"{counted(len(checks), 'check')} of each record to {kind}", self.plans["judge"])
        for reason, _ in self.crossings:
            yield Told("check", f"{reason.where} on the rows that the records matter to", self.plans[reason.where])
        yield Told("write", f"these rows {_WRITTEN[kind]} {resource}", self.plans["write"])


_WRITTEN: dict[Kind, str] = {"create": "come into", "update": "change", "destroy": "leave"}


def compiled(
    setting: Setting,
    seen: TableOf,
    changeset: Changeset,
    given: Sequence[Given],
    plugged: Plugged,
    is_undoable: bool = False,
) -> Program:
    """The program of such a batch; ``seen`` gives the rows that whoever asks may see.

    Raises:
        VerificationError: an expression of the action or of a plug-in has problems.
        DefinitionError: the resource cannot be written so.
    """
    return _Printed(setting, seen, changeset, given, plugged).program(is_undoable)


def compiled_both(
    setting: Setting,
    seen: TableOf,
    changesets: Sequence[Changeset],
    given: Sequence[Sequence[Given]],
    plugged: Sequence[Plugged],
    is_undoable: bool = False,
) -> tuple[Program, Program, Statement | None]:
    """The programs of an upsert, which creates or updates, and what finds the records that must wait for earlier ones of either kind."""
    from workbench.relation.sql import to_sql

    made = [_Printed(setting, seen, *each) for each in zip(changesets, given, plugged, strict=True)]
    create, update = (each.program(is_undoable) for each in made)
    parts = [each.shared() for each in made]
    labels = dict.fromkeys(label for part in parts for label in part)
    later = waiting(together(part[label] for part in parts if label in part) for label in labels)
    return create, update, None if later is None else to_sql(later, setting.dialect)


class _Printed(Planned):
    """A batch whose plans are printed."""

    def program(self, is_undoable: bool) -> Program:
        """All statements, printed."""
        from workbench.relation.sql import to_sql

        is_undoable = is_undoable or bool(self.moves)
        dialect, later, crossings = self.setting.dialect, waiting(self.shared().values()), self.crossings()
        checks, plans = self.judging()
        return Program(
            self.changeset,
            checks,
            **{name: to_sql(plan, dialect) for name, plan in plans.items()},
            write=self.writing(self.to_write()),
            key=self.key,
            key_columns=self.key_columns(),
            crossings=tuple((reason, to_sql(plan, dialect)) for reason, plan in crossings),
            waiting=None if later is None else to_sql(later, dialect),
            written=self.recorded(),
            also=tuple((each, to_sql(self.following(each), dialect)) for each in self.steps(Also)),
            uuids=tuple(self.uuids),
            counted=tuple(self.counted),
            given=tuple(each for each in self.given if each.attribute not in self.assigned and self.is_told(each)),
            derived=self.derived(),
            ways=self.moves,
            moves=to_sql(self.moving(), dialect) if self.moves else None,
            is_alone=bool(self.moves) and not is_apart(self),
            is_undoable=is_undoable,
            image=to_sql(image_plan(self.draft, self.kind, self.key), dialect) if is_undoable and self.key else None,
            table=self.table(),
            plans=plans | {reason.where: plan for reason, plan in crossings} | {"write": self.to_write()},
        )

    def moving(self) -> Plan:
        """The ways that rows take."""
        return moves_plan(self.domain, self.draft, self.key, self.setting.table_of, self.moves)

    def table(self) -> TableName:
        """Where the rows are."""
        table = self.setting.table_of(self.resource)
        if not isinstance(table, TableName):
            raise DefinitionError(f"{self.resource.name} cannot be written: its rows come from a query")
        return table

    def is_told(self, given: Given) -> bool:
        """Whether a value is told of a row: the key of a row there is only says which one is meant, and the version what was seen."""
        return self.kind == "create" or (given.attribute not in self.key and given.attribute != self.resource.version)

    def derived(self) -> frozenset[str]:
        """The attributes that are set whatever records give, or where they do not give them."""
        if self.kind == "create":
            return frozenset(self.resource.attribute_names)
        return frozenset([*self.assigned, self.resource.version]) - {""}

    def key_columns(self) -> tuple[str, ...] | None:
        """The columns in which new rows give their key just as it is stored."""
        outputs = {each.name: each.expression for each in self.draft.plan.outputs}
        found = [outputs[self.shape.column(name)] for name in self.key]
        given = {each.column for each in self.given}
        names = [each.names[0] for each in found if isinstance(each, Path) and len(each.names) == 1]
        is_plain = self.kind == "create" and len(names) == len(found) and given.issuperset(names)
        return tuple(names) if is_plain else None

    def judging(self) -> tuple[tuple[Check, ...], dict[str, Plan]]:
        """The checks, and the plans that ask what they say."""
        rows = PathPlan(self.domain, self.resource, self.tables.after, start=self.draft.plan)
        head = [Output("row", Path((rows.here.alias, self.shape.row)))]
        head += [Output(f"key{n}", rows.here.path(name)) for n, name in enumerate(self.key)]
        checks = tuple(self.checks(rows))
        told = [Output(f"check{n}", each.where) for n, each in enumerate(checks)]
        told += [Output(f"value{n}", each.value) for n, each in enumerate(checks) if each.value is not None]
        told += [Output(f"before{n}", each.before) for n, each in enumerate(checks) if each.before is not None]
        counts = tuple(Output(f"check{n}", Over("count", where=each.where)) for n, each in enumerate(checks))
        refusing = [each for each in checks if each.effect == "refuse"]
        failing = Filter(rows.plan, either(refusing) if refusing else Constant(False))
        return checks, {
            "judge": Project(rows.plan, (*head, *told)),
            "counts": Aggregate(rows.plan, (), (Output("rows", Over("count")), *counts)),
            "broken": Project(failing, (*head, *told)),
            "keys": Project(self.draft.plan, tuple(head)),
        }

    def crossings(self) -> list[tuple[Reason, Plan]]:
        """For each rule that may break on other rows, what finds the records that break it."""
        found: list[tuple[Reason, Plan]] = []
        for resource, rule, tree, ways in self.crossing_rules:
            message = rule.message or f"it breaks {rule.name}: {rule.condition}"
            reason = Reason(resource.name, f"rules.{rule.name}", "rule_broken", message)
            found.append((reason, breaking(self.tables, resource, tree, ways)))
        return found

    def to_write(self) -> Plan:
        """The rows of the table that come, change or go."""
        alias = self.resource.name
        names = {"create": self.resource.attribute_names, "destroy": self.key}.get(
            self.kind, (*self.key, *self.changing())
        )
        columns = [self.shape.column(name) for name in names]
        return Project(self.draft.plan, tuple(Output(each, Path((alias, each))) for each in columns))

    def changing(self) -> tuple[str, ...]:
        """The attributes an update writes."""
        return (*self.touched, *([self.resource.version] if self.resource.version else []))

    def writing(self, plan: Plan) -> Statement:
        """What writes the rows."""
        from workbench.relation.write_sql import delete_sql, insert_sql, update_sql

        table, dialect = self.table(), self.setting.dialect
        key = [self.shape.column(name) for name in self.key]
        if self.kind == "create":
            return insert_sql(table, [self.shape.column(name) for name in self.resource.attribute_names], plan, dialect)
        if self.kind == "destroy":
            return delete_sql(table, key, plan, dialect)
        columns = [self.shape.column(name) for name in self.changing()]
        return update_sql(table, key, columns or key[:1], plan, dialect)

    def recorded(self) -> Statement | None:
        """The rows written, for those who record them."""
        from workbench.relation.sql import to_sql

        if not any(stage.is_recorder for stage, _ in self.plugged):
            return None
        rows = PathPlan(self.domain, self.resource, self.setting.table_of, start=self.draft.plan)
        names = (*self.key, *(name for name in self.resource.attribute_names if name not in self.key))
        outputs = {name: rows.here.path(name) for name in names}
        notes = {each.name: rows.compiled(self.tree(each.value)) for each in self.steps(Annotate)}
        number = {self.shape.row: Path((rows.here.alias, self.shape.row))}
        values = tuple(Output(name, node) for name, node in {**number, **outputs, **notes}.items())
        return to_sql(Project(rows.plan, values), self.setting.dialect)

    def following(self, step: Also) -> Plan:
        """The records of a batch that follows from this one."""
        rows = PathPlan(self.domain, self.resource, self.setting.table_of, start=self.draft.plan)
        values = tuple(Output(name, rows.compiled(self.tree(node))) for name, node in step.values)
        if step.where is not None:
            rows.filter(self.tree(step.where, is_condition=True))
        return Project(rows.plan, values)
