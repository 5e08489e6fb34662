"""Relationships: both ends exist, join on the same number of alike attributes, and can be filled one record after another."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.model.address import Address
from workbench.model.domain import Domain, RelationshipKeys
from workbench.model.resource import Relationship, Resource
from workbench.model.types import storage, type_text
from workbench.model.verify.check import DomainFacts, Finding, ResourceFacts, check

__all__: list[str] = []

_NUMBERS, _TEXTS = ("integer", "decimal", "float"), ("string", "text")


@check(ResourceFacts, "error", "add the resource")
def unknown_destination(facts: ResourceFacts) -> Iterator[Finding]:
    """A relationship leads to a resource that does not exist."""
    for each in facts.resource.relationships:
        yield from facts.unknown_resource(each.destination, ("relationships", each.name))


@check(ResourceFacts, "error", "give the destination a key, or name destination_key")
def destination_without_key(facts: ResourceFacts) -> Iterator[Finding]:
    """A relationship leads to a resource without a key and names no attributes there."""
    for each, destination, keys in facts.reaching:
        if not keys.destination or not keys.source:
            owner = destination if each.kind == "belongs_to" else facts.resource
            yield Finding(f"{owner.name} has no key to join on", ("relationships", each.name))


@check(ResourceFacts, "error", "name them pairwise")
def key_arity(facts: ResourceFacts) -> Iterator[Finding]:
    """The two ends of a relationship name different numbers of attributes."""
    for each, _, keys in facts.reaching:
        if keys.source and keys.destination and len(keys.source) != len(keys.destination) and not each.through:
            message = f"{', '.join(keys.source)} against {', '.join(keys.destination)}"
            yield Finding(message, ("relationships", each.name))


@check(ResourceFacts, "error", "add the attribute, or name another in source_key")
def unknown_source_key(facts: ResourceFacts) -> Iterator[Finding]:
    """A relationship joins on an attribute its own resource does not have."""
    for each, _, keys in facts.reaching:
        for name in keys.source:
            if not facts.has(name) and name not in facts.resource.key:
                message = f"it joins on {name!r}, which {facts.resource.name} does not have"
                yield Finding(message, ("relationships", each.name), facts.suggest(name, facts.attributes))


@check(ResourceFacts, "error", "add the attribute, or name another in destination_key")
def unknown_destination_key(facts: ResourceFacts) -> Iterator[Finding]:
    """A relationship names an attribute its destination does not have."""
    for each, destination, _ in facts.reaching:
        for name in each.destination_key:
            if name not in facts.known[destination.name]:
                message = f"it joins on {name!r}, which {destination.name} does not have"
                yield Finding(message, ("relationships", each.name), facts.suggest(name, destination.attribute_names))


@check(ResourceFacts, "error", "give both ends one type")
def key_type_mismatch(facts: ResourceFacts) -> Iterator[Finding]:
    """The attributes a relationship joins on have types whose values are never equal."""
    for each, destination, keys in facts.reaching:
        if each.through:
            continue
        there = {
            attribute.name: attribute.type for attribute in destination.attributes if attribute.name in keys.destination
        }
        for source, target in zip(keys.source, keys.destination, strict=False):
            if source in facts.attributes and target in there:
                left, right = facts.attributes[source].type, there[target]
                kinds = storage(left), storage(right)
                if len(set(kinds)) > 1 and not any(set(kinds) <= set(alike) for alike in (_NUMBERS, _TEXTS)):
                    message = f"{source} is {type_text(left)}, {destination.name}.{target} is {type_text(right)}"
                    yield Finding(message, ("relationships", each.name))


def _shared(facts: ResourceFacts, kind: str) -> Iterator[Finding]:
    """Relationships of ``kind`` that join on attributes of their destination that several rows may share."""
    for each, destination, keys in facts.reaching:
        if each.kind == kind and keys.destination and not destination.is_unique(keys.destination):
            message = f"several rows of {destination.name} may share {', '.join(keys.destination)}"
            yield Finding(message, ("relationships", each.name))


@check(ResourceFacts, "error", "join on the key, or declare an identity over them")
def destination_not_unique(facts: ResourceFacts) -> Iterator[Finding]:
    """A belongs_to joins on attributes of its destination that several rows may share."""
    yield from _shared(facts, "belongs_to")


@check(ResourceFacts, "warning", "make it has_many, or declare an identity there")
def has_one_not_unique(facts: ResourceFacts) -> Iterator[Finding]:
    """A has_one may reach several rows, because nothing makes its destination's attributes unique."""
    yield from _shared(facts, "has_one")


@check(ResourceFacts, "error", "add a belongs_to there, or name both keys")
def no_way_back(facts: ResourceFacts) -> Iterator[Finding]:
    """A has_one or has_many names no keys, and nothing in its destination leads back."""
    for each, destination, keys in facts.reaching:
        is_named = each.kind not in ("has_one", "has_many") or each.destination_key
        if not is_named and not facts.known[destination.name].issuperset(keys.destination):
            message = f"nothing in {destination.name} leads back to {facts.resource.name}"
            yield Finding(message, ("relationships", each.name))


@check(ResourceFacts, "error", "name the joining resource in through")
def missing_through(facts: ResourceFacts) -> Iterator[Finding]:
    """A many_to_many does not say which resource joins the two."""
    for each in facts.resource.relationships:
        if each.kind == "many_to_many" and not each.through:
            yield Finding("it names no joining resource", ("relationships", each.name))


@check(ResourceFacts, "error", "add the resource")
def unknown_through(facts: ResourceFacts) -> Iterator[Finding]:
    """A many_to_many goes through a resource that does not exist."""
    for each in facts.resource.relationships:
        if each.through:
            yield from facts.unknown_resource(each.through, ("relationships", each.name))


@check(ResourceFacts, "error", "add a belongs_to there")
def through_without_reference(facts: ResourceFacts) -> Iterator[Finding]:
    """The joining resource of a many_to_many has no belongs_to to one of the two."""
    for each, destination, _ in facts.reaching:
        if each.kind == "many_to_many" and facts.root.has_resource(each.through):
            joining = facts.root.resource(each.through)
            reached = {back.destination for back in joining.relationships if back.kind == "belongs_to"}
            for end in dict.fromkeys((facts.resource.name, destination.name)):
                if end not in reached:
                    yield Finding(f"{joining.name} has no belongs_to to {end}", ("relationships", each.name))


@check(ResourceFacts, "warning", "remove through, or make it many_to_many")
def useless_through(facts: ResourceFacts) -> Iterator[Finding]:
    """Only a many_to_many goes through another resource."""
    for each in facts.resource.relationships:
        if each.through and each.kind != "many_to_many":
            yield Finding(f"a {each.kind} goes through nothing", ("relationships", each.name))


@check(ResourceFacts, "warning", "make the attribute required too")
def required_over_optional(facts: ResourceFacts) -> Iterator[Finding]:
    """A belongs_to is required, but an attribute it joins on may be null."""
    for each, _, keys in facts.reaching:
        for name in keys.source if each.kind == "belongs_to" and each.required else ():
            if name in facts.attributes and not facts.attributes[name].required:
                yield Finding(f"it is required, and {name} may be null", ("relationships", each.name))


def _is_required(resource: Resource, each: Relationship, keys: RelationshipKeys) -> bool:
    if each.kind != "belongs_to":
        return False
    required = {
        attribute.name for attribute in resource.attributes if attribute.required and attribute.name in keys.source
    }
    return each.required or (bool(keys.source) and required >= set(keys.source))


@check(ResourceFacts, "warning", "make the relationship optional")
def required_self_reference(facts: ResourceFacts) -> Iterator[Finding]:
    """Every row must belong to another of its kind, so that the first can only belong to itself."""
    for each, destination, keys in facts.reaching:
        # A row that refers by its own key refers to itself and asks for nothing.
        is_other = destination.name == facts.resource.name and keys.source != keys.destination
        if is_other and _is_required(facts.resource, each, keys):
            yield Finding(f"every row of {destination.name} needs another one first", ("relationships", each.name))


@check(DomainFacts, "warning", "make one relationship of the circle optional")
def required_cycle(facts: DomainFacts) -> Iterator[Finding]:
    """Resources require each other in a circle, so that no first record can be written alone."""
    # Circles that share resources are told once.
    if facts.domain is not facts.root:
        return
    homes = dict(_homes(facts.root, ()))
    ways = {resource.name: _required_ways(facts, resource) for resource in facts.root.all_resources}
    for circle, length in _circles(ways):
        more = f"… {length - len(circle)} more -> " if length > len(circle) else ""
        text = f"{' -> '.join(circle)} -> {more}{circle[0]}"
        steps = (*homes[circle[0]], "relationships", ways[circle[0]][circle[1]])
        yield Finding(f"each of these requires the next: {text}", steps)


def _homes(domain: Domain, address: Address) -> Iterator[tuple[str, Address]]:
    for part in domain.domains:
        yield from _homes(part, (*address, "domains", part.name))
    for resource in domain.resources:
        yield resource.name, (*address, "resources", resource.name)


def _required_ways(facts: DomainFacts, resource: Resource) -> dict[str, str]:
    """The other resources every row of ``resource`` requires, each with the relationship that does."""
    return {
        each.destination: each.name
        for each in reversed(resource.relationships)
        if facts.root.has_resource(each.destination)
        and each.destination != resource.name
        and _is_required(resource, each, facts.root.relationship_keys(resource, each))
    }


_MOST_SHOWN = 12


def _circles(ways: dict[str, dict[str, str]]) -> Iterator[tuple[list[str], int]]:
    """Circles found by going down from each name: the first names of each, and how many it has."""
    place: dict[str, int] = {}
    told: set[str] = set()
    for start in ways:
        if start in place:
            continue
        path, pending = [start], [iter(ways[start])]
        place[start] = 0
        while path:
            target = next(pending[-1], None)
            if target is None:
                pending.pop()
                place[path.pop()] = -1
            elif target not in place:
                place[target] = len(path)
                path.append(target)
                pending.append(iter(ways[target]))
            elif place[target] >= 0 and not {target, path[-1]} & told:
                circle = path[place[target] : place[target] + _MOST_SHOWN]
                told.update(circle, path[-1:])
                yield circle, len(path) - place[target]
