"""Who mentions whom: every place of a domain that calls one of its elements by name, expressions included.

A name is said in one of a few ways, and belongs to something:

    resource     a resource; owner ''
    member       an attribute, relationship, calculation or measure; owner the resource's name, '' for the attribute of tenancy
    action       an action; owner the resource's name, '' in policies for all resources
    identity     an identity; owner the resource's name
    state        a state; owner the machine's name
    step, input  a step or an input; owner the reactor's name

``mentions`` lists every mention, ``renamed`` rewrites them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar, get_args

from workbench.model.address import Address, dotted
from workbench.model.behaviour import Action, Assignment, Effect, Machine, Reactor, State, Step, Transition
from workbench.model.domain import Domain
from workbench.model.element import Element, Frozen
from workbench.model.expression import Aggregate, Node, Path, children, mapped
from workbench.model.resource import Relationship, Resource

__all__ = ["CLOSE", "OPEN", "Key", "Mention", "MentionKind", "by_name", "mentions", "plain", "renamed"]

MentionKind = Literal["resource", "member", "action", "identity", "state", "step", "input"]


class Mention(NamedTuple):
    """A name that is said, what it is the name of, and whose."""

    kind: MentionKind
    owner: str
    name: str


def mentions(domain: Domain) -> dict[Mention, tuple[str, ...]]:
    """Every mention in ``domain``, and the dotted paths of the elements that say it; names that mean nothing are mentions too.

    >>> from workbench.model import Resource
    >>> found = mentions(Domain(name="shop", resources=(Resource(name="orders", key=("id",)),)))
    >>> found[Mention("member", "orders", "id")]
    ('orders',)
    """
    found: dict[Mention, dict[str, None]] = defaultdict(dict)

    def note(mention: Mention, place: Address) -> str:
        found[mention][dotted(*place)] = None
        return mention.name

    renamed(domain, note)
    return {mention: tuple(places) for mention, places in found.items()}


OPEN, CLOSE = "\0", "\1"
_DOT = re.compile(f"[.](?![^{OPEN}{CLOSE}]*{CLOSE})")  # a dot between names, not one inside a mark

Key: TypeAlias = Callable[[str, Element], str]
"""What an element of a collection is called: by its name, or by a mark."""


def by_name(_: str, element: Element) -> str:
    """What people call an element."""
    return element.name


def plain(name: str) -> str:
    """The birth name inside a mark; any other name as it is."""
    return name[1:-1].partition(OPEN)[2] if name.startswith(OPEN) else name


def renamed(domain: Domain, call: Callable[[Mention, Address], str], key: Key = by_name) -> Domain:
    """``domain`` with every mention replaced by what ``call`` makes of it and of the address that says it; the elements keep their names.

    ``key`` says how mentions call an element: by its name, unless told otherwise.
    """
    return _Renaming(domain, call, key).domain(domain, ())


F = TypeVar("F", bound=Frozen)
_KINDS = frozenset(get_args(Action.model_fields["kind"].annotation))


class _Row(NamedTuple):
    """A row that names can belong to; with ``alias`` only those that begin with it. No resource: nobody knows what they mean."""

    resource: Resource | None
    alias: str = ""


class _Renaming:
    """One pass over a domain. ``_at`` is the address of the element whose mentions are being looked at."""

    def __init__(self, root: Domain, call: Callable[[Mention, Address], str], key: Key) -> None:
        self._call, self._key = call, key
        everything = root.all_resources[::-1]
        self._resources = {each.name: each for each in everything} | {
            key("resources", each): each for each in everything
        }
        self._at: Address = ()

    def _name(self, kind: MentionKind, owner: str, name: str) -> str:
        return self._call(Mention(kind, owner, name), self._at) if name else name

    def _resource_named(self, name: str) -> Resource | None:
        return self._resources.get(name)

    def _owner(self, resource: Resource) -> str:
        return self._key("resources", resource)

    def _way(self, resource: Resource | None, name: str) -> Relationship | None:
        ways = resource.relationships if resource else ()
        return next((each for each in ways if name in (each.name, self._key("relationships", each))), None)

    def _members(self, owner: str, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._name("member", owner, name) for name in names)

    def _each(self, elements: tuple[F, ...], place: Address, change: Callable[[F], dict[str, Any]]) -> tuple[F, ...]:
        """``elements`` of the collection at ``place``, each with the fields that ``change`` gives."""
        done = []
        for each in elements:
            self._at = (*place, each.name) if isinstance(each, Element) else place
            done.append(each.model_copy(update=change(each)))
        return tuple(done)

    # the domain and its parts

    def domain(self, domain: Domain, at: Address) -> Domain:
        update: dict[str, Any] = {
            "resources": tuple(self._resource(each, (*at, "resources", each.name)) for each in domain.resources),
            "machines": tuple(self._machine(each, (*at, "machines", each.name)) for each in domain.machines),
            "reactors": tuple(self._reactor(each, (*at, "reactors", each.name)) for each in domain.reactors),
            "domains": tuple(self.domain(each, (*at, "domains", each.name)) for each in domain.domains),
        }
        update["measures"] = self._each(
            domain.measures, (*at, "measures"), lambda each: {"expression": self._over_all(each.expression)}
        )
        update["policies"] = self._each(
            domain.policies, (*at, "policies"), lambda each: {"actions": self._actions("", each.actions)}
        )
        update["sources"] = self._each(
            domain.sources,
            (*at, "sources"),
            lambda each: {
                "resource": self._name("resource", "", each.resource),
                "fields": tuple(
                    field.model_copy(update={"attribute": self._name("member", each.resource, field.attribute)})
                    for field in each.fields
                ),
            },
        )
        update["contracts"] = tuple(
            contract.model_copy(update={"endpoints": self._each(
                contract.endpoints, (*at, "contracts", contract.name, "endpoints"),
                lambda each: {
                    "resource": self._name("resource", "", each.resource),
                    "action": self._name("action", each.resource, each.action),
                },
            )})
            for contract in domain.contracts
        )  # fmt: skip
        self._at = (*at, "tenancy")
        tenancy = domain.tenancy
        shared = tuple(self._name("resource", "", each) for each in tenancy.shared)
        update["tenancy"] = tenancy.model_copy(
            update={"attribute": self._name("member", "", tenancy.attribute), "shared": shared}
        )
        return domain.model_copy(update=update)

    def _resource(self, resource: Resource, at: Address) -> Resource:
        row = (_Row(resource),)
        name = self._owner(resource)

        def read(*fields: str) -> Callable[[Any], dict[str, Any]]:
            return lambda each: {field: self._expression(getattr(each, field), row) for field in fields}

        def listed(field: str) -> Callable[[Any], dict[str, Any]]:
            return lambda each: (
                {"attributes": self._members(name, each.attributes)} | {field: self._expression(getattr(each, field), row)}
            )  # fmt: skip

        self._at = at
        return resource.model_copy(
            update={
                "key": self._members(name, resource.key),
                "version": self._name("member", name, resource.version),
                "attributes": self._each(resource.attributes, (*at, "attributes"), read("default")),
                "relationships": self._each(
                    resource.relationships, (*at, "relationships"), lambda each: self._relationship(name, each)
                ),
                "identities": self._each(resource.identities, (*at, "identities"), listed("where")),
                "rules": self._each(resource.rules, (*at, "rules"), read("condition")),
                "calculations": self._each(resource.calculations, (*at, "calculations"), read("expression")),
                "measures": self._each(resource.measures, (*at, "measures"), read("expression")),
                "dimensions": self._each(resource.dimensions, (*at, "dimensions"), read("expression")),
                "actions": self._each(resource.actions, (*at, "actions"), lambda each: self._action(resource, each)),
                "policies": self._each(
                    resource.policies,
                    (*at, "policies"),
                    lambda each: read("condition")(each) | {"actions": self._actions(name, each.actions)},
                ),
                "field_policies": self._each(resource.field_policies, (*at, "field_policies"), listed("condition")),
            }
        )

    def _relationship(self, owner: str, relationship: Relationship) -> dict[str, Any]:
        destination = self._resource_named(relationship.destination)
        return {
            "destination": self._name("resource", "", relationship.destination),
            "through": self._name("resource", "", relationship.through),
            "source_key": self._members(owner, relationship.source_key),
            "destination_key": self._members(relationship.destination, relationship.destination_key),
            "filter": self._expression(relationship.filter, (_Row(destination),)),
        }

    def _action(self, resource: Resource, action: Action) -> dict[str, Any]:
        row, owner = (_Row(resource),), self._owner(resource)
        return {
            "accept": None if action.accept is None else self._members(owner, action.accept),
            "changes": self._assignments(owner, action.changes, row),
            "filter": self._expression(action.filter, row),
            "upsert_identity": self._name("identity", owner, action.upsert_identity),
        }

    def _assignments(
        self, owner: str, assignments: tuple[Assignment, ...], rows: tuple[_Row, ...]
    ) -> tuple[Assignment, ...]:
        return tuple(
            Assignment.model_construct(
                attribute=self._name("member", owner, each.attribute), value=self._node(each.value, rows)
            )
            for each in assignments
        )

    def _actions(self, owner: str, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name if name in _KINDS else self._name("action", owner, name) for name in names)

    # machines and reactors

    def _machine(self, machine: Machine, at: Address) -> Machine:
        resource = self._resource_named(machine.resource)

        def state(name: str) -> str:
            return self._name("state", self._key("machines", machine), name)

        def effects(given: tuple[Effect, ...]) -> tuple[Effect, ...]:
            return tuple(self._effect(resource, each) for each in given)

        def of_state(each: State) -> dict[str, Any]:
            return {
                "parent": state(each.parent),
                "on_entry": effects(each.on_entry),
                "on_exit": effects(each.on_exit),
            }

        def of_transition(each: Transition) -> dict[str, Any]:
            return {
                "sources": tuple(map(state, each.sources)),
                "target": state(each.target),
                "on_failure": state(each.on_failure),
                "guard": self._expression(each.guard, (_Row(resource),)),
                "since": self._name("member", machine.resource, each.since),
                "effects": effects(each.effects),
            }

        states = self._each(machine.states, (*at, "states"), of_state)
        transitions = self._each(machine.transitions, at, of_transition)
        self._at = at
        return machine.model_copy(
            update={
                "resource": self._name("resource", "", machine.resource),
                "attribute": self._name("member", machine.resource, machine.attribute),
                "states": states,
                "transitions": transitions,
            }
        )

    def _effect(self, resource: Resource | None, effect: Effect) -> Effect:
        if effect.kind == "send":
            return effect
        leads = (way := self._way(resource, effect.target)) and (effect.kind != "create" or way.kind.startswith("has_"))
        target = None if leads else self._resource_named(effect.target)
        if target is not None or resource is None:
            written = self._name("resource", "", effect.target)
        else:
            names, target = self._path(resource, tuple(_DOT.split(effect.target)))
            written = ".".join(names)
        owner = self._owner(target) if target else effect.target
        return effect.model_copy(
            update={
                "target": written,
                "where": self._expression(effect.where, (_Row(target),)),
                "set": self._assignments(owner, effect.set, (_Row(resource),)),
            }
        )

    def _reactor(self, reactor: Reactor, at: Address) -> Reactor:
        owner = self._key("reactors", reactor)

        def step(name: str) -> str:
            return self._name("step", owner, name)

        def of_step(each: Step) -> dict[str, Any]:
            place = self._at
            kinds: dict[str, MentionKind] = {"input": "input", "result": "step", "element": "step"}
            arguments = tuple(
                given.model_copy(update={"of": self._name(kinds[given.source], owner, given.of)})
                if given.source in kinds
                else given
                for given in each.arguments
            )
            waits = tuple(map(step, each.wait_for))
            return {
                "arguments": arguments,
                "wait_for": waits,
                "steps": self._each(each.steps, (*place, "steps"), of_step),
            }

        steps = self._each(reactor.steps, (*at, "steps"), of_step)
        self._at = at
        return reactor.model_copy(update={"steps": steps, "returns": step(reactor.returns)})

    # expressions

    def _expression(self, node: Node | None, rows: tuple[_Row, ...]) -> Node | None:
        return None if node is None else self._node(node, rows)

    def _node(self, node: Node, rows: tuple[_Row, ...]) -> Node:
        if isinstance(node, Path):
            return replace(node, names=self._on_rows(rows, node.names)[0])
        if isinstance(node, Aggregate):
            argument = self._expression(node.argument, rows)
            inner = (*rows, _Row(self._reached(node.argument, rows), node.alias))
            return replace(node, argument=argument, where=self._expression(node.where, inner))
        return mapped(node, lambda child: self._node(child, rows))

    def _on_rows(self, rows: tuple[_Row, ...], names: tuple[str, ...]) -> tuple[tuple[str, ...], Resource | None]:
        """``names`` as they are called now, and the resource they end on."""
        for row in reversed(rows):
            if row.alias and names[0] == row.alias:
                rest, end = self._path(row.resource, names[1:])
                return (names[0], *rest), end
        for row in reversed(rows):
            if not row.alias:
                return self._path(row.resource, names)
        return names, None

    def _path(self, resource: Resource | None, names: tuple[str, ...]) -> tuple[tuple[str, ...], Resource | None]:
        called: list[str] = []
        for name in names:
            if resource is None:
                called.append(plain(name))
                continue
            called.append(self._name("member", self._owner(resource), name))
            way = self._way(resource, name)
            resource = self._resource_named(way.destination) if way else None
        return tuple(called), resource

    def _reached(self, argument: Node | None, rows: tuple[_Row, ...]) -> Resource | None:
        """The resource whose rows an aggregate's condition is about: that of the last to-many relationship, else the row's own."""
        here = next((row.resource for row in reversed(rows) if not row.alias), None)
        for path in _paths(argument):
            aliased = next((row for row in reversed(rows) if row.alias == path.names[0]), None)
            resource, names = (aliased.resource, path.names[1:]) if aliased else (here, path.names)
            found: Resource | None = None
            for name in names:
                way = self._way(resource, name)
                resource = self._resource_named(way.destination) if way else None
                found = resource if way and way.is_to_many else found
            if found is not None:
                return found
        return here

    def _over_all(self, node: Node) -> Node:
        """A measure of the domain: its paths begin with a resource, whose names its conditions use."""
        if isinstance(node, Path):
            resource = self._resource_named(node.names[0])
            rest, _ = self._path(resource, node.names[1:])
            return replace(node, names=(self._name("resource", "", node.names[0]), *rest))
        if isinstance(node, Aggregate):
            first = next(iter(_paths(node.argument)), None)
            resource = self._resource_named(first.names[0]) if first else None
            return replace(
                node,
                argument=None if node.argument is None else self._over_all(node.argument),
                where=self._expression(node.where, (_Row(resource, node.alias),)),
            )
        return mapped(node, self._over_all)


def _paths(node: Node | None) -> list[Path]:
    if node is None or isinstance(node, Aggregate):
        return []
    return [node] if isinstance(node, Path) else [path for child in children(node) for path in _paths(child)]
