"""What a structural check is, and what it may look at.

A check is a small function over the facts of a domain, a resource or a machine. It yields findings; the check adds its code (the
function's name, which users filter by: renaming it changes the interface), its severity and, where a finding has none, its hint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from workbench.errors import Problem, Severity, nearest
from workbench.model.address import Address, dotted
from workbench.model.behaviour import Machine
from workbench.model.domain import Domain, RelationshipKeys
from workbench.model.expression import Constant
from workbench.model.resource import Attribute, Relationship, Resource
from workbench.model.types import ArrayType, EnumType, StructType, Type
from workbench.model.verify.constants import constant

__all__ = [
    "CHECKS",
    "Check",
    "DomainFacts",
    "Facts",
    "Finding",
    "MachineFacts",
    "ResourceFacts",
    "Suggestions",
    "check",
    "subjects",
]


class Suggestions:
    """Finds nearest names, until so many have been compared that a design full of mistakes would take long."""

    def __init__(self, most: int = 20_000) -> None:
        self._left = most

    def __call__(self, name: str, available: Iterable[str]) -> str:
        """``did you mean 'x'?``, or what there is, or nothing."""
        names = list(dict.fromkeys(available)) if self._left > 0 else []
        self._left -= len(names)
        if close := nearest(name, names, 1):
            return f"did you mean {close[0]!r}?"
        return f"there are {', '.join(map(repr, names[:8]))}" + " …" * (len(names) > 8) if names else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check has found, at ``steps`` from the subject; its own ``hint`` goes before the check's."""

    message: str
    steps: Address = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What every subject knows: where it stands, and the domain all names are looked up in."""

    address: Address
    root: Domain
    suggest: Suggestions
    known: Mapping[str, frozenset[str]]
    """The attribute names of each resource: those declared, and those a belongs_to without keys implies (``patient_id``)."""

    def unknown_resource(self, name: str, steps: Address = ()) -> Iterator[Finding]:
        """A finding at ``steps`` where no resource is called ``name``."""
        if not self.root.has_resource(name):
            hint = self.suggest(name, (each.name for each in self.root.all_resources))
            yield Finding(f"no resource is called {name!r}", steps, hint)


@dataclass(frozen=True, slots=True)
class DomainFacts(Facts):
    """A domain, perhaps one that ``root`` is composed of."""

    domain: Domain


@dataclass(frozen=True, slots=True)
class ResourceFacts(Facts):
    """A resource and what many checks ask about it, found once."""

    resource: Resource
    attributes: dict[str, Attribute]
    """Those declared, by name."""
    composed: tuple[tuple[Address, Type], ...]
    """Every type that has parts or parameters, those inside others included, with the steps to its attribute."""
    constrained: tuple[Attribute, ...]
    """Those with constraints."""
    defaults: tuple[tuple[Attribute, Constant], ...]
    """Those whose default is written out."""
    reaching: tuple[tuple[Relationship, Resource, RelationshipKeys], ...]
    """The relationships whose destination exists, with it and the attributes of both ends."""

    def has(self, name: str) -> bool:
        """Whether the resource has such an attribute, declared or implied."""
        return name in self.known[self.resource.name]


@dataclass(frozen=True, slots=True)
class MachineFacts(Facts):
    """A machine, what it stands on as far as that exists, and the names of its states: those declared, else the enum's."""

    machine: Machine
    resource: Resource | None
    attribute: Attribute | None
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of problem: a stable code, how bad it is, what it means, and what to do about it."""

    code: str
    severity: Severity
    description: str
    hint: str
    subject: type[Facts]
    function: Callable[[Any], Iterator[Finding]]

    def problem(self, facts: Facts, finding: Finding) -> Problem:
        """What ``finding`` about one subject is called, and where it stands."""
        path = dotted(*facts.address, *finding.steps)
        return Problem(path, self.code, finding.message, self.severity, finding.hint or self.hint)


def subjects(domain: Domain) -> Iterator[Facts]:
    """Everything in ``domain`` that checks look at, domains it is composed of included."""
    yield from _subjects(domain, domain, (), Suggestions(), _known(domain))


def _known(root: Domain) -> dict[str, frozenset[str]]:
    known = {}
    for resource in root.all_resources:
        implied = (
            name
            for each in resource.relationships
            if each.kind == "belongs_to" and not each.source_key and root.has_resource(each.destination)
            for name in root.relationship_keys(resource, each).source
        )
        known[resource.name] = frozenset((*resource.attribute_names, *implied))
    return known


def _resource_facts(
    resource: Resource, root: Domain, address: Address, suggest: Suggestions, known: Mapping[str, frozenset[str]]
) -> ResourceFacts:
    attributes = resource.attributes
    values = ((each, constant(each.default)) for each in attributes if each.default is not None)
    return ResourceFacts(
        address,
        root,
        suggest,
        known,
        resource,
        {each.name: each for each in reversed(attributes)},
        tuple(
            (("attributes", each.name), inner)
            for each in attributes
            if each.type.kind != "scalar"
            for inner in _inside(each.type)
        ),
        tuple(each for each in attributes if each.constraints),
        tuple((each, value) for each, value in values if value is not None),
        tuple(
            (each, root.resource(each.destination), root.relationship_keys(resource, each))
            for each in resource.relationships
            if root.has_resource(each.destination)
        ),
    )


def _inside(type_: Type) -> Iterator[Type]:
    """``type_`` and the types inside it, scalars apart."""
    if type_.kind != "scalar":
        yield type_
    if isinstance(type_, ArrayType):
        yield from _inside(type_.item)
    elif isinstance(type_, StructType):
        for field in type_.fields:
            yield from _inside(field.type)


def _subjects(
    domain: Domain, root: Domain, address: Address, suggest: Suggestions, known: Mapping[str, frozenset[str]]
) -> Iterator[Facts]:
    yield DomainFacts(address, root, suggest, known, domain)
    for each in domain.resources:
        yield _resource_facts(each, root, (*address, "resources", each.name), suggest, known)
    for machine in domain.machines:
        resource = root.resource(machine.resource) if root.has_resource(machine.resource) else None
        named = [each for each in resource.attributes if each.name == machine.attribute] if resource else []
        attribute = named[0] if named else None
        values = attribute.type.names if attribute and isinstance(attribute.type, EnumType) else ()
        states = tuple(state.name for state in machine.states) or values
        yield MachineFacts(
            (*address, "machines", machine.name), root, suggest, known, machine, resource, attribute, states
        )
    for part in domain.domains:
        yield from _subjects(part, root, (*address, "domains", part.name), suggest, known)


CHECKS: dict[str, Check] = {}
"""Every structural check by its code."""

F = TypeVar("F", bound=Facts)
Function = Callable[[F], Iterator[Finding]]


def check(subject: type[F], severity: Severity, hint: str) -> Callable[[Function[F]], Function[F]]:
    """Register the decorated function as a check of every ``subject``: its name is the code, its docstring the description."""

    def register(function: Function[F]) -> Function[F]:
        code = function.__name__
        assert code not in CHECKS, code
        CHECKS[code] = Check(code, severity, function.__doc__ or "", hint, subject, function)
        return function

    return register
