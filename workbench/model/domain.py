"""The domain: everything one design says, and how its parts are found."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from workbench.errors import NotFoundError
from workbench.model.behaviour import Machine, Reactor
from workbench.model.element import Element, Frozen, Name, find
from workbench.model.policy import Policy, Tenancy
from workbench.model.resource import Measure, Relationship, Resource

__all__ = ["Contract", "Domain", "Endpoint", "FieldMapping", "RelationshipKeys", "Source"]


class FieldMapping(Frozen):
    """One attribute and the legacy column it is read from and written to."""

    attribute: Name
    column: str
    converter: str = Field(default="", description="the name of a converter the caller passes")


class Source(Element):
    """Where legacy data lives and how its fields map."""

    kind: Literal["duckdb", "sqlite", "postgres", "csv", "parquet", "json", "excel"]
    location: str = Field(description="a path or a connection name; never a password")
    resource: Name
    table: str = ""
    fields: tuple[FieldMapping, ...] = ()


class Endpoint(Element):
    """One operation of the interface as designed."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    resource: Name
    action: Name
    reason: str = ""
    since: str = ""
    deprecated: str = ""
    until: str = ""


class Contract(Element):
    """A versioned set of endpoints."""

    version: str
    endpoints: tuple[Endpoint, ...] = ()


class RelationshipKeys(Frozen):
    """The attributes a relationship joins on: pairwise equal, source beside destination."""

    source: tuple[str, ...]
    destination: tuple[str, ...]


class Domain(Element):
    """A named set of resources and what they do, perhaps composed of other domains."""

    resources: tuple[Resource, ...] = ()
    machines: tuple[Machine, ...] = ()
    reactors: tuple[Reactor, ...] = ()
    measures: tuple[Measure, ...] = Field(
        default=(), description="measures over several resources; paths begin with a resource"
    )
    policies: tuple[Policy, ...] = Field(default=(), description="policies that hold for every resource")
    tenancy: Tenancy = Tenancy()
    sources: tuple[Source, ...] = ()
    contracts: tuple[Contract, ...] = ()
    domains: tuple[Domain, ...] = Field(default=(), description="domains this one is composed of")
    time_zone: str = Field(default="UTC", description="the zone reports cut days and months in (IANA name)")
    extensions: dict[str, Any] = Field(default_factory=dict, description="sections of third parties, kept as they are")

    @cached_property
    def _by_name(self) -> dict[str, Resource]:
        return {resource.name: resource for resource in reversed(self.all_resources)}

    @cached_property
    def all_resources(self) -> tuple[Resource, ...]:
        """Its own resources, then those of the domains it is composed of."""
        return self.resources + tuple(resource for domain in self.domains for resource in domain.all_resources)

    def resource(self, name: str) -> Resource:
        """The resource called ``name``, here or in a composed domain. Raises ``NotFoundError`` with the nearest names."""
        if name in self._by_name:
            return self._by_name[name]
        raise NotFoundError("resource", name, [resource.name for resource in self.all_resources])

    def has_resource(self, name: str) -> bool:
        """Whether there is such a resource."""
        return name in self._by_name

    def reached(self, resource: Resource, target: str) -> Resource | None:
        """What a relationship path ``target`` leads to from ``resource``, else the resource of that name; None where it is neither."""
        here: Resource | None = resource
        for name in target.split("."):
            ways = [each.destination for each in here.relationships if each.name == name] if here else []
            here = self._by_name.get(ways[0]) if ways else None
        return here or self._by_name.get(target)

    def machine(self, name: str) -> Machine:
        """The machine called ``name``. Raises ``NotFoundError`` with the nearest names."""
        return find("machine", self.machines, name)

    def relationship_keys(self, resource: Resource, relationship: Relationship) -> RelationshipKeys:
        """The attributes ``relationship`` joins on, conventions applied.

        A ``belongs_to`` reaches the destination's key, from attributes named alike with the relationship's name before them
        (``patient`` -> ``patient_id``). ``has_one`` and ``has_many`` use the keys of the ``belongs_to`` that leads back.
        ``many_to_many`` gives the keys of both ends; ``through`` leads to each of them by a ``belongs_to``.

        Raises:
            NotFoundError: the destination does not exist.
        """
        destination = self.resource(relationship.destination)
        if relationship.kind == "belongs_to":
            target = relationship.destination_key or destination.key
            return RelationshipKeys(
                source=relationship.source_key or tuple(f"{relationship.name}_{name}" for name in target),
                destination=target,
            )
        if relationship.kind == "many_to_many":
            return RelationshipKeys(
                source=relationship.source_key or resource.key,
                destination=relationship.destination_key or destination.key,
            )
        if relationship.source_key and relationship.destination_key:
            return RelationshipKeys(source=relationship.source_key, destination=relationship.destination_key)
        for back in destination.relationships:
            if back.kind == "belongs_to" and back.destination == resource.name:
                keys = self.relationship_keys(destination, back)
                return RelationshipKeys(source=keys.destination, destination=keys.source)
        return RelationshipKeys(
            source=relationship.source_key or resource.key,
            destination=relationship.destination_key or tuple(f"{resource.name}_{name}" for name in resource.key),
        )
