"""Where data comes from and how it is offered: sources, contracts and endpoints."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from workbench.model.verify.check import DomainFacts, Finding, check

__all__: list[str] = []

_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@|\b(?:password|passwd|pwd)\s*=\s*[^\s;&]", re.IGNORECASE)


@check(DomainFacts, "error", "add the resource")
def unknown_source_resource(facts: DomainFacts) -> Iterator[Finding]:
    """A source fills a resource that does not exist."""
    for source in facts.domain.sources:
        yield from facts.unknown_resource(source.resource, ("sources", source.name))


@check(DomainFacts, "error", "add the attribute")
def unknown_mapped_attribute(facts: DomainFacts) -> Iterator[Finding]:
    """A source fills an attribute its resource does not have."""
    for source in facts.domain.sources:
        if facts.root.has_resource(source.resource):
            known = facts.root.resource(source.resource).attribute_names
            for name in {each.attribute: None for each in source.fields}.keys() - facts.known[source.resource]:
                hint = facts.suggest(name, known)
                yield Finding(f"{source.resource} has no attribute {name!r}", ("sources", source.name), hint)


@check(DomainFacts, "error", "keep one of them")
def attribute_mapped_twice(facts: DomainFacts) -> Iterator[Finding]:
    """A source fills an attribute from two columns."""
    for source in facts.domain.sources:
        for name, count in Counter(each.attribute for each in source.fields).items():
            if count > 1:
                yield Finding(f"{name!r} is filled from {count} columns", ("sources", source.name))


@check(DomainFacts, "error", "name a connection, and keep the password in the environment")
def password_in_location(facts: DomainFacts) -> Iterator[Finding]:
    """The location of a source holds a password, which would be saved and shared with the design."""
    for source in facts.domain.sources:
        if _PASSWORD.search(source.location):
            yield Finding("the location holds a password", ("sources", source.name))


@check(DomainFacts, "error", "add the resource")
def unknown_endpoint_resource(facts: DomainFacts) -> Iterator[Finding]:
    """An endpoint serves a resource that does not exist."""
    for contract in facts.domain.contracts:
        for endpoint in contract.endpoints:
            steps = ("contracts", contract.name, "endpoints", endpoint.name)
            yield from facts.unknown_resource(endpoint.resource, steps)


@check(DomainFacts, "error", "add the action")
def unknown_endpoint_action(facts: DomainFacts) -> Iterator[Finding]:
    """An endpoint runs an action its resource does not have."""
    for contract in facts.domain.contracts:
        for endpoint in contract.endpoints:
            if not facts.root.has_resource(endpoint.resource):
                continue
            actions = [each.name for each in facts.root.resource(endpoint.resource).actions]
            if endpoint.action not in actions:
                steps = ("contracts", contract.name, "endpoints", endpoint.name)
                message = f"{endpoint.resource} has no action {endpoint.action!r}"
                yield Finding(message, steps, facts.suggest(endpoint.action, actions))


@check(DomainFacts, "error", "change one of them")
def duplicate_endpoint(facts: DomainFacts) -> Iterator[Finding]:
    """Two endpoints of a contract have the same method and path."""
    for contract in facts.domain.contracts:
        places = Counter((each.method, each.path) for each in contract.endpoints)
        for (method, path), count in places.items():
            if count > 1:
                yield Finding(f"{count} endpoints answer {method} {path!r}", ("contracts", contract.name))
