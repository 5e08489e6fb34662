"""Whether records of a batch may go together although something follows from them: nothing that one does matters to another.

Together, all records are written before anything follows, and each effect happens to all of them before the next. One by one, a record's
effects happen before the next record is looked at. Both come to the same where what is written in one of these steps is neither written nor read in
another, save for the one row that a to-one path leads to: records that share it go one after the other. Where that cannot be shown from
the design, every record goes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.actions.effects import Deed, deeds_of, goal, linked, path_shared, tree_in
from workbench.actions.lookups import held_by, uniques
from workbench.actions.machines import Moves
from workbench.actions.planning import Planned
from workbench.actions.reach import attributes_read
from workbench.actions.stage import Also, Annotate, Assign, Changeset, Kind, Refuse, Restrict, Stage
from workbench.actions.stage import Step as PlugIn
from workbench.expression.typed import Column, Gather, Step, kind
from workbench.model import Resource
from workbench.model.expression import Constant, Node, Path, mapped
from workbench.relation.path_plan import typed_tree

__all__ = ["is_apart"]


@dataclass(frozen=True, slots=True)
class _Writing:
    """A step: it writes these attributes of a resource, or (None) makes rows come or go; an effect is ``of`` a row, and not the first when ``is_nested``."""

    resource: Resource
    kind: Kind
    attributes: frozenset[str] | None
    changeset: Changeset
    of: Deed | None = None
    is_nested: bool = False

    def writes(self, names: frozenset[str]) -> bool:
        """Whether it matters to something that reads these attributes."""
        return bool(names) if self.attributes is None else bool(names & self.attributes)


def is_apart(planned: Planned) -> bool:
    """Whether no record of the batch matters to what another one, or its effects, come to."""
    return _Apart(planned).holds()


class _Apart:
    def __init__(self, planned: Planned) -> None:
        self.planned, self.domain = planned, planned.domain
        touched = frozenset([*planned.touched, planned.resource.version])
        names = touched if planned.kind == "update" else None
        self.steps = [_Writing(planned.resource, planned.kind, names, planned.changeset)]
        self.comes_back = False
        self._follow(deeds_of(planned.changeset, planned.touched), frozenset(), is_nested=False)

    def _follow(self, deeds: Sequence[Deed], before: frozenset[str], *, is_nested: bool) -> None:
        """Note what these effects write, and what follows from that."""
        for deed in deeds:
            aim = goal(self.domain, deed)
            if deed.label in before or (deed.effect.kind == "send" and aim.steps is None):
                self.comes_back = True
                continue
            names = {each.attribute for each in deed.effect.set} | {each.attribute for each in aim.machines}
            written = frozenset([*names, aim.resource.version]) if aim.kind == "update" else None
            scope = self.planned.changeset.scope
            changeset = Changeset(self.domain, aim.resource, aim.kind, scope, aim.action, tuple(names))
            self.steps.append(_Writing(aim.resource, aim.kind, written, changeset, deed, is_nested))
            touched = tuple(written) if written is not None else aim.resource.attribute_names
            self._follow(deeds_of(changeset, touched), before | {deed.label}, is_nested=True)

    def holds(self) -> bool:
        """Whether it can be shown."""
        known: dict[str, _Writing] = {}
        for each in self.steps:
            earlier = known.setdefault(each.resource.name, each)
            if earlier is not each and not (earlier.kind == each.kind == "create" and self._is_list(each.resource)):
                return False
        if self.comes_back:
            return False
        effects = [each for each in self.steps if each.of is not None]
        return (
            all(self._has_own_rows(each) for each in effects)
            and not any(self._reads(tree, owner) for each in effects for owner, tree in self._given(each))
            and not any(self._mixes(owner, tree) for owner, tree in self._judgements())
            and not any(self._refers(each) for each in self.steps)
            and not any(isinstance(one, Also) for each in self.steps for one in self._plugged(each))
        )

    def _is_list(self, resource: Resource) -> bool:
        """Whether rows are only added to it, in whatever order: a uuid tells them apart, and no rule of it looks at others of them."""
        made = {each.name: kind(each.type) for each in resource.attributes if each.generated}
        unique = list(uniques(self.domain, self.planned.setting.records[resource.name]))
        trees = [typed_tree(each.condition, self.domain, resource, is_condition=True) for each in resource.rules]
        rests = [self._besides(each, resource) for each in trees]
        return (
            "integer" not in made.values()
            and all(any(made.get(name) == "uuid" for name in each.attributes) for each in unique)
            and not any(attributes_read(self.domain, each, resource.name, resource.name) for each in rests)
        )

    def _has_own_rows(self, step: _Writing) -> bool:
        """Whether no two records of a wave lead to the same row."""
        if step.of is None or step.kind == "create":
            return True
        relations = [self.domain.resource(each.source).relationship(each.relationship).kind for each in _steps(step)]
        is_owned = bool(relations) and all(each in ("has_many", "has_one") for each in relations)
        return is_owned or (not step.is_nested and path_shared(self.domain, step.of) is not None)

    def _given(self, step: _Writing) -> Iterator[tuple[Resource, Node]]:
        """What an effect takes from the row that moved, and by what it chooses rows: read for all records before it happens to any."""
        if step.of is None:
            return
        start = self.domain.resource(step.of.machine.resource)
        for each in step.of.effect.set:
            value = tree_in(each.value, self.domain, start, step.of, is_condition=False)
            yield start, self._besides(value, start)
        if step.of.effect.where is not None:
            condition = tree_in(step.of.effect.where, self.domain, step.resource, step.of, is_condition=True)
            yield step.resource, self._besides(condition, step.resource)

    def _besides(self, tree: Node, owner: Resource) -> Node:
        """What a tree reads beside its own row, and beside the rows for which records wait for each other."""
        paths: list[tuple[str, ...]] = [()]
        if owner.name == self.planned.resource.name:
            shared = [path_shared(self.domain, each.of) for each in self.steps if each.of and not each.is_nested]
            paths += [tuple(step.relationship for step in each) for each in shared if each]

        def rest(node: Node) -> Node:
            if isinstance(node, Gather):
                return node
            if isinstance(node, Column) and not node.up and tuple(each.relationship for each in node.steps) in paths:
                return Constant(None)
            return mapped(node, rest)

        return rest(tree)

    def _reads(self, tree: Node, owner: Resource, besides: _Writing | None = None) -> bool:
        """Whether a tree reads what a step (other than ``besides``) writes."""
        return any(
            each is not besides and each.writes(attributes_read(self.domain, tree, owner.name, each.resource.name))
            for each in self.steps
        )

    def _mixes(self, owner: Resource, tree: Node) -> bool:
        """Whether a judgement about rows of one step depends on another."""
        rest = self._besides(tree, owner)
        own = next((each for each in self.steps if each.resource.name == owner.name), None)
        if own is not None:
            return self._reads(rest, owner, own)
        read = [
            each
            for each in self.steps
            if each.writes(attributes_read(self.domain, rest, owner.name, each.resource.name))
        ]
        return len(read) > 1

    def _judgements(self) -> Iterator[tuple[Resource, Node]]:
        """Every expression that a step may be judged or completed by, and the resource whose row it stands on."""
        for resource in self.domain.all_resources:
            for rule in resource.rules:
                yield resource, typed_tree(rule.condition, self.domain, resource, is_condition=True)
        yield from ((self.planned.resource, tree) for tree in self.planned.own_trees())
        for step in self.steps:
            resource = step.resource
            conditions = [each.where for each in resource.identities if each.where is not None]
            for machine in self.domain.machines:
                if machine.resource == resource.name:
                    conditions += [each.guard for each in machine.transitions if each.guard is not None]
            for stage in self._stages():
                conditions += [node] if (node := stage.rows(resource, step.changeset.scope)) is not None else []
                conditions += list(stage.fields(resource, step.changeset.scope).values())
            yield from ((resource, typed_tree(each, self.domain, resource, is_condition=True)) for each in conditions)
            defaults = [each.default for each in resource.attributes if each.default is not None]
            yield from ((resource, typed_tree(each, self.domain, resource, is_condition=False)) for each in defaults)
            for plugged in self._plugged(step) if step.of is not None else ():
                match plugged:
                    case Refuse() | Restrict():
                        yield resource, typed_tree(plugged.where, self.domain, resource, is_condition=True)
                    case Assign() | Annotate():
                        yield resource, typed_tree(plugged.value, self.domain, resource, is_condition=False)

    def _stages(self) -> list[Stage]:
        return [stage for stage, _ in self.planned.plugged if not isinstance(stage, Moves)]

    def _plugged(self, step: _Writing) -> list[PlugIn]:
        return [each for stage in self._stages() for each in stage.batch(step.changeset)]

    def _refers(self, step: _Writing) -> bool:
        """Whether a step makes references to rows that come, go or change in another, or takes away what they lead to."""
        records, others = self.planned.setting.records, [each for each in self.steps if each is not step]
        names = step.attributes if step.attributes is not None else frozenset(step.resource.attribute_names)
        for reference in records[step.resource.name].references if step.kind != "destroy" else ():
            if names & set(reference.attributes) and not self._leads_back(step, reference.attributes):
                target = frozenset(reference.destination_attributes)
                if any(each.resource.name == reference.destination.name and each.writes(target) for each in others):
                    return True
        held = list(held_by(tuple(records.values()), step.resource.name)) if step.kind != "create" else []
        return any(
            step.writes(frozenset(one.reference.destination_attributes)) and each.resource.name == one.holder.name
            for one in held
            for each in others
        )

    def _leads_back(self, step: _Writing, attributes: Sequence[str]) -> bool:
        """Whether the row an effect creates refers to the row that moved, which is there."""
        if step.of is None or step.is_nested or step.kind != "create":
            return False
        values = {each.attribute: each.value for each in step.of.effect.set}
        steps = _steps(step)
        links = linked(self.domain, steps[0], step.of.label) if steps else {}
        keys = [Path((name,)) for name in self.planned.resource.key]
        found = [values.get(name, Path((links[name],)) if name in links else None) for name in attributes]
        return [each.names for each in found if isinstance(each, Path)] == [each.names for each in keys]


def _steps(step: _Writing) -> tuple[Step, ...]:
    return (goal(step.changeset.domain, step.of).steps or ()) if step.of is not None else ()
