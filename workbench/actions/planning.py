"""A batch as plans: its rows as they would be written, what they must meet, what they share, and whom they matter to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from workbench.actions.checks import Check, about_versions, of_machines, of_rules, of_values
from workbench.actions.drafts import Draft, Given, Shape, generated_value, started, stood
from workbench.actions.effects import Ways, deeds_of, path_shared, ways_of
from workbench.actions.lookups import Unique, held_by, of_references, of_referrers, of_uniqueness, uniques
from workbench.actions.reach import (
    Reading,
    Shared,
    Tables,
    attributes_read,
    by_path,
    by_reference,
    by_value,
    matters,
    readings,
    sharing,
)
from workbench.actions.refusals import Reason
from workbench.actions.stage import Assign, Changeset, Refuse, Restrict, Stage, Step
from workbench.errors import DefinitionError
from workbench.expression import check
from workbench.expression.typed import kind
from workbench.model import Domain, Resource, Rule
from workbench.model.expression import Constant, Node, Path, Unary
from workbench.relation.path_plan import PathPlan, TableOf, typed_tree
from workbench.relation.plan import Output, Project, TableName, Union
from workbench.relation.stored import Stored
from workbench.relation.syntax import Dialect

__all__ = ["Planned", "Plugged", "Setting"]

_S = TypeVar("_S")

Plugged = Sequence[tuple[Stage, Sequence[Step]]]
"""The plug-ins in the order of their stages, and what each makes of the batch."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every program of a workspace is compiled in: the running domain, what is stored of it, where its rows are, and in which SQL.

    The rows of ``attached`` resources are read where they are, and cannot be written.
    """

    domain: Domain
    records: Mapping[str, Stored]
    table_of: TableOf
    dialect: Dialect
    attached: frozenset[str] = frozenset()


class Planned:
    """A batch as plans, which are made when they are asked for.

    Raises:
        VerificationError: an expression of the action or of a plug-in has problems.
        DefinitionError: the resource cannot be written so.
    """

    def __init__(
        self, setting: Setting, seen: TableOf, changeset: Changeset, given: Sequence[Given], plugged: Plugged
    ) -> None:
        self.setting, self.seen, self.changeset, self.given, self.plugged = setting, seen, changeset, given, plugged
        self.domain, self.resource, self.kind = setting.domain, changeset.resource, changeset.kind
        self.record = setting.records[self.resource.name]
        self.shape, self.key = Shape(self.resource), self.record.key
        self.uuids: list[str] = []
        self.counted: list[str] = []
        action = changeset.action
        self.arguments = {each.name: each.type for each in action.arguments} if action is not None else None
        if not self.key and self.kind != "create":
            raise DefinitionError(f"{self.resource.name} needs a key, so that its rows can be told apart")

    def steps(self, kind_: type[_S], *stages: str) -> list[_S]:
        """The steps of a kind from plug-ins at one of ``stages`` (all where none is named), in order."""
        found = [step for stage, steps in self.plugged for step in steps if not stages or stage.at in stages]
        return [step for step in found if isinstance(step, kind_)]

    def tree(self, node: Node, *, is_condition: bool = False) -> Node:
        """An expression of the action or of a plug-in, typed."""
        typed = check(node, self.domain, self.resource, arguments=self.arguments, is_condition=is_condition)
        return typed_tree(typed, self.domain, self.resource, is_condition)

    # The rows.

    @property
    def draft(self) -> Draft:
        """The rows as they would be written."""
        return self._drafted[0]

    @property
    def assigned(self) -> dict[str, Node]:
        """What the action and plug-ins assign, by attribute."""
        return self._drafted[1]

    @cached_property
    def _drafted(self) -> tuple[Draft, dict[str, Node]]:
        assigned: dict[str, Node] = {}
        if self.kind == "create":
            defaults = {
                each.name: self.tree(each.default) for each in self.resource.attributes if each.default is not None
            }
            draft, later = started(self.shape, self.given, defaults, self.generated())
        else:
            draft = stood(self.shape, self.given, self.key, self.reachable(), self.resource.version)
            later = {}
        action = self.changeset.action
        changes = {} if action is None else {each.attribute: self.tree(each.value) for each in action.changes}
        begun = self.values("accept", "scope")
        for values in (
            begun,
            {name: tree for name, tree in later.items() if name not in begun},
            self.values("default", "authorize", "judge", "begin", "transition"),
            changes,
            self.values("calculate"),
        ):
            draft = draft.assigned(self.domain, self.setting.table_of, values)
            assigned |= values
        if self.changeset.instead is not None:
            attribute, state = self.changeset.instead
            values = {attribute: Constant(state, value_type=self.resource.attribute(attribute).type)}
            draft = draft.assigned(self.domain, self.setting.table_of, values)
        return draft, assigned

    def values(self, *stages: str) -> dict[str, Node]:
        """What plug-ins at ``stages`` assign."""
        return {each.attribute: self.tree(each.value) for each in self.steps(Assign, *stages)}

    def generated(self) -> dict[str, Node]:
        """What the store fills."""
        found: dict[str, Node] = {}
        for each in self.resource.attributes:
            if each.name == self.resource.version:
                found[each.name] = Constant(1, value_type=each.type)
            elif each.generated and each.default is None and (value := generated_value(each)) is not None:
                found[each.name] = value
                self.uuids += [each.name] * (kind(each.type) == "uuid")
                self.counted += [each.name] * (kind(each.type) == "integer")
        return found

    def reachable(self) -> TableName | Project:
        """The existing rows that may be touched."""
        wanted = [self.tree(each.where, is_condition=True) for each in self.steps(Restrict)]
        action = self.changeset.action
        if action is not None and action.filter is not None:
            wanted.append(self.tree(action.filter, is_condition=True))
        for stage, _ in self.plugged:
            if (node := stage.rows(self.resource, self.changeset.scope)) is not None:
                wanted.append(typed_tree(node, self.domain, self.resource, is_condition=True))
        table = self.setting.table_of(self.resource)
        if not wanted and isinstance(table, TableName):
            return table
        rows = PathPlan(self.domain, self.resource, self.setting.table_of)
        for each in wanted:
            rows.keep(each)
        names = self.resource.attribute_names
        return Project(rows.plan, tuple(Output(self.shape.column(name), rows.here.path(name)) for name in names))

    @cached_property
    def tables(self) -> Tables:
        """The tables before and after."""
        return Tables(self.domain, self.draft, self.setting.table_of, self.kind)

    @cached_property
    def moves(self) -> Ways:
        """The ways that rows may take from which something follows."""
        return ways_of(self.changeset, self.touched)

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """The attributes that may change."""
        names = self.resource.attribute_names
        if self.kind == "create":
            return names
        changed = {each.attribute for each in self.given} | self.assigned.keys()
        return tuple(
            name for name in names if name in changed and name not in self.key and name != self.resource.version
        )

    # What is checked.

    def checks(self, rows: PathPlan) -> list[Check]:
        """Everything a row must meet, compiled into ``rows``; of a row that is not there nothing but that."""
        found = [] if self.kind == "destroy" else self.of_new_values(rows)
        found += of_rules(self.domain, rows, self.resource, self.kind)
        for held in held_by(tuple(self.setting.records.values()), self.resource.name):
            changes = self.kind == "update" and set(self.touched) & set(held.reference.destination_attributes)
            if self.kind == "destroy" or changes:
                found.append(of_referrers(self.draft, rows, self.tables.after, held, is_gone=self.kind == "destroy"))
        found += about_versions(self.draft, rows)
        found += [self.of_step(rows, each) for each in self.steps(Refuse)]
        if self.kind == "create":
            return found
        there = Path((rows.here.alias, self.shape.found))
        message = f"{self.resource.name} has no such row"
        missing = Check(Reason(self.resource.name, "", "not_found", message), Unary("not", there))
        return [missing, *(each.only(there) for each in found)]

    def of_new_values(self, rows: PathPlan) -> list[Check]:
        """What new values must meet."""
        required = {each.name: self.record.is_required(each) for each in self.resource.attributes}
        # A state that would be lost is a move that no transition allows, and said to be one.
        moved = [each.attribute for each in self.domain.machines if each.resource == self.resource.name]
        required |= dict.fromkeys(moved if self.kind == "update" else [], False)
        found = list(
            of_values(self.draft, rows, required, self.touched, {each.attribute: each.column for each in self.given})
        )
        found += of_machines(self.changeset, self.draft, rows, self.touched)
        is_new, touched = self.kind == "create", set(self.touched)
        for each in uniques(self.domain, self.record):
            if self.may_change(each):
                table_of = self.setting.table_of
                found.append(of_uniqueness(self.domain, self.draft, rows, table_of, each, self.key, is_new=is_new))
        for reference in self.record.references:
            if touched & set(reference.attributes):
                found.append(of_references(self.draft, rows, self.to_be_seen, reference))
        return found

    def to_be_seen(self, resource: Resource) -> TableName | Project | Union:
        """The rows that a reference may lead to."""
        return self.tables.after(resource, self.seen)

    def of_step(self, rows: PathPlan, step: Refuse) -> Check:
        """A plug-in's refusal."""
        where = rows.compiled(self.tree(step.where, is_condition=True))
        attribute = self.resource.attribute(step.attribute) if step.attribute else None
        path = step.path or step.attribute
        is_sensitive = attribute is not None and attribute.sensitive
        reason = Reason(self.resource.name, path, step.code, step.message, step.hint, is_sensitive)
        return Check(reason, where, None if attribute is None else rows.here.path(attribute.name))

    @cached_property
    def crossing_rules(self) -> list[tuple[Resource, Rule, Node, tuple[Reading, ...]]]:
        """Rules of any resource that a batch on this one may break on rows that are not its own, and the ways from there."""
        found = []
        for resource in self.domain.all_resources:
            for rule in resource.rules if resource.key else ():
                if rule.severity == "error" and "update" in rule.on:
                    tree = typed_tree(rule.condition, self.domain, resource, is_condition=True)
                    if ways := self.ways(resource, tree):
                        found.append((resource, rule, tree, ways))
        return found

    def ways(self, resource: Resource, tree: Node) -> tuple[Reading, ...]:
        """How an expression on ``resource`` reads rows of the batch in what the batch may change."""
        ways = matters(self.domain, readings(self.domain, tree, self.resource.name), self.kind)
        if ways and self.kind == "update":
            read = attributes_read(self.domain, tree, resource.name, self.resource.name)
            ways = ways if read & {*self.touched, self.resource.version} else ()
        return ways

    # What records share.

    def shared(self) -> dict[tuple[str, ...], Shared]:
        """What records may share, by what it is."""
        name, tables = self.resource.name, self.tables
        found: dict[tuple[str, ...], Shared] = {}
        if self.key:
            found["key",] = by_value(tables, self.key)
        for each in uniques(self.domain, self.record):
            if self.kind != "destroy" and each.attributes != self.key and self.may_change(each):
                where = None if each.where is None else self.tree(each.where, is_condition=True)
                found["unique", each.reason.path] = by_value(
                    tables, each.attributes, where, nulls_equal=not each.nulls_distinct
                )
        for reference in self.record.references:
            if reference.destination.name == name:
                found["reference", reference.name] = by_reference(
                    tables, reference.attributes, reference.destination_attributes
                )
        trees = [(resource, tree, ways) for resource, _, tree, ways in self.crossing_rules]
        trees += [(self.resource, tree, self.ways(self.resource, tree)) for tree in self.own_trees()]
        for resource, tree, ways in trees:
            if ways and (made := sharing(tables, resource, ways)) is not None:
                found["tree", resource.name, str(tree)] = made
        for deed in deeds_of(self.changeset, self.touched):
            if (steps := path_shared(self.domain, deed)) is not None:
                found["effect", deed.label] = by_path(tables, steps)
        return found

    def may_change(self, unique: Unique) -> bool:
        """Whether the batch may change what is unique."""
        touched = set(self.touched)
        return bool(touched & set(unique.attributes) or (unique.where is not None and touched))

    def own_trees(self) -> list[Node]:
        """Expressions on the batch's own rows that may read others of its resource."""
        found = list(self.assigned.values())
        conditions = [each.where for each in self.steps(Refuse)]
        conditions += [each.condition for each in self.resource.rules if self.kind in each.on]
        for machine in self.domain.machines:
            if machine.resource == self.resource.name and machine.attribute in self.touched:
                conditions += [each.guard for each in machine.transitions if each.guard is not None]
        return found + [self.tree(each, is_condition=True) for each in conditions]
