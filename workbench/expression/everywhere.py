"""Every expression of a domain, each typed on the row it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from workbench.errors import Problem, Problems
from workbench.expression.checking import check
from workbench.model import Action, Domain, Effect, Machine, Measure, Policy, Relationship, Resource, Type
from workbench.model.address import Address, dotted
from workbench.model.expression import Node
from workbench.model.verify.constants import constant

__all__ = ["typing_problems"]

_KINDS = get_args(Action.model_fields["kind"].annotation)


@dataclass(frozen=True, slots=True)
class _Place:
    """An expression, where it is written, the resource whose row it stands on, and what it may be."""

    path: Address
    node: Node
    resource: Resource
    is_condition: bool = False
    allow_aggregates: bool = False
    arguments: Mapping[str, Type] | None = None


def typing_problems(domain: Domain) -> Iterator[Problem]:
    """Typing problems of every expression of ``domain``, those of composed domains included."""
    for place in _places(domain, domain, ()):
        yield from _typing(domain, place)
    yield from _of_all(domain, domain, ())


def _typing(domain: Domain, place: _Place) -> Problems:
    return check(
        place.node,
        domain,
        place.resource,
        arguments=place.arguments,
        allow_aggregates=place.allow_aggregates,
        is_condition=place.is_condition,
        subject=dotted(*place.path),
    ).problems


def _of_all(domain: Domain, root: Domain, address: Address) -> Iterator[Problem]:
    """Typing problems of measures over several resources and of policies that hold for every one."""
    for measure in domain.measures:
        yield from _of_measure(domain, root, measure, (*address, "measures", measure.name, "expression"))
    for policy in domain.policies:
        yield from _of_policy(domain, root, policy, (*address, "policies", policy.name, "condition"))
    for part in domain.domains:
        yield from _of_all(part, root, (*address, "domains", part.name))


def _of_measure(domain: Domain, root: Domain, measure: Measure, path: Address) -> Iterator[Problem]:
    """A measure of a domain reads like an expression on one row to which every row of every resource is related."""
    ways = tuple(Relationship(name=each.name, kind="has_many", destination=each.name) for each in domain.all_resources)
    whole = Resource(name=domain.name, relationships=ways)
    for problem in _typing(root, _Place(path, measure.expression, whole)):
        if problem.code == "aggregate_not_allowed":
            hint = f"name it: count({ways[0].name})" if ways else ""
            problem = replace(problem, message="an aggregate of the domain says of which resource it is", hint=hint)
        yield problem


def _of_policy(domain: Domain, root: Domain, policy: Policy, path: Address) -> Iterator[Problem]:
    """A policy of a domain must mean something on every resource whose actions it is about; each mistake is said once."""
    about = [
        each
        for each in domain.all_resources
        if not policy.actions or {*_KINDS, *(action.name for action in each.actions)}.intersection(policy.actions)
    ]
    found: dict[tuple[str, int | None, int | None], list[tuple[str, Problem]]] = {}
    for resource in about:
        for problem in _typing(root, _Place(path, policy.condition, resource, is_condition=True)):
            found.setdefault((problem.code, problem.line, problem.column), []).append((resource.name, problem))
    for each in found.values():
        (first, problem), names = each[0], list(dict.fromkeys(name for name, _ in each))
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        hint = problem.hint if len(names) == len(about) else "declare it on the resources it holds for"
        yield replace(problem, message=f"on {first}{more}: {problem.message}", hint=hint)


def _places(domain: Domain, root: Domain, address: Address) -> Iterator[_Place]:
    for resource in domain.resources:
        base = (*address, "resources", resource.name)
        yield from _of_attributes(resource, base)
        yield from _of_rows(resource, base)
        yield from _of_actions(resource, base)
        for way in resource.relationships:
            if way.filter is not None and root.has_resource(way.destination):
                there = root.resource(way.destination)
                yield _Place((*base, "relationships", way.name, "filter"), way.filter, there, is_condition=True)
    for machine in domain.machines:
        if root.has_resource(machine.resource):
            start, base = root.resource(machine.resource), (*address, "machines", machine.name)
            yield from _of_transitions(machine, start, base)
            for path, effect in _effects(machine, base):
                yield from _of_effect(effect, root, start, path)
    for part in domain.domains:
        yield from _places(part, root, (*address, "domains", part.name))


def _of_attributes(resource: Resource, base: Address) -> Iterator[_Place]:
    for each in resource.attributes:
        here = (*base, "attributes", each.name)
        bounds = each.constraints
        for path, node in (
            ((*here, "default"), each.default),
            ((*here, "constraints", "minimum"), bounds.minimum),
            ((*here, "constraints", "maximum"), bounds.maximum),
        ):
            # A constant was held against its type already.
            if node is not None and constant(node) is None:
                yield _Place(path, node, resource)


def _of_rows(resource: Resource, base: Address) -> Iterator[_Place]:
    for rule in resource.rules:
        yield _Place((*base, "rules", rule.name, "condition"), rule.condition, resource, is_condition=True)
    for identity in resource.identities:
        if identity.where is not None:
            yield _Place((*base, "identities", identity.name, "where"), identity.where, resource, is_condition=True)
    for kind, policies in (("policies", resource.policies), ("field_policies", resource.field_policies)):
        for policy in policies:
            yield _Place((*base, kind, policy.name, "condition"), policy.condition, resource, is_condition=True)
    for kind, derived in (("calculations", resource.calculations), ("dimensions", resource.dimensions)):
        for each in derived:
            yield _Place((*base, kind, each.name, "expression"), each.expression, resource)
    for measure in resource.measures:
        path = (*base, "measures", measure.name, "expression")
        yield _Place(path, measure.expression, resource, allow_aggregates=True)


def _of_actions(resource: Resource, base: Address) -> Iterator[_Place]:
    for action in resource.actions:
        here = (*base, "actions", action.name)
        arguments = {each.name: each.type for each in action.arguments}
        if action.filter is not None:
            yield _Place((*here, "filter"), action.filter, resource, is_condition=True, arguments=arguments)
        for index, change in enumerate(action.changes):
            yield _Place((*here, "changes", index, "value"), change.value, resource, arguments=arguments)


def _of_transitions(machine: Machine, resource: Resource, base: Address) -> Iterator[_Place]:
    for index, each in enumerate(machine.transitions):
        if each.guard is not None:
            yield _Place((*base, "transitions", index, "guard"), each.guard, resource, is_condition=True)
        if each.after is not None:
            yield _Place((*base, "transitions", index, "after"), each.after, resource)


def _effects(machine: Machine, base: Address) -> Iterator[tuple[Address, Effect]]:
    for index, transition in enumerate(machine.transitions):
        yield from (((*base, "transitions", index, "effects", at), each) for at, each in enumerate(transition.effects))
    for state in machine.states:
        for when, effects in (("on_entry", state.on_entry), ("on_exit", state.on_exit)):
            yield from (((*base, "states", state.name, when, at), each) for at, each in enumerate(effects))


def _of_effect(effect: Effect, root: Domain, start: Resource, path: Address) -> Iterator[_Place]:
    """What is set stands on the row that moves, the condition on the rows it is done to."""
    for index, each in enumerate(effect.set):
        yield _Place((*path, "set", index, "value"), each.value, start)
    name = effect.target.rpartition(".")[0] if effect.kind == "send" else effect.target
    target = root.reached(start, name) if name else start
    if effect.where is not None and target is not None:
        yield _Place((*path, "where"), effect.where, target, is_condition=True)
