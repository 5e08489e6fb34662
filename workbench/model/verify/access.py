"""Who may do what, and whose data it is: policies and tenancy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from workbench.model.behaviour import Action
from workbench.model.policy import Policy
from workbench.model.verify.check import DomainFacts, Facts, Finding, ResourceFacts, check

__all__: list[str] = []

_KINDS = frozenset(get_args(Action.model_fields["kind"].annotation))


def _unknown_actions(facts: Facts, policies: Iterable[Policy], known: Iterable[str]) -> Iterator[Finding]:
    names = {*known, *_KINDS}
    for policy in policies:
        for name in policy.actions:
            if name not in names:
                message = f"it names {name!r}, which is no action and no kind of action"
                yield Finding(message, ("policies", policy.name), facts.suggest(name, sorted(names)))


@check(ResourceFacts, "error", "name an action or a kind")
def unknown_policy_action(facts: ResourceFacts) -> Iterator[Finding]:
    """A policy names an action its resource does not have."""
    if facts.resource.policies:
        yield from _unknown_actions(facts, facts.resource.policies, (each.name for each in facts.resource.actions))


@check(DomainFacts, "error", "name an action or a kind")
def unknown_common_action(facts: DomainFacts) -> Iterator[Finding]:
    """A policy for all resources names an action that none of them has."""
    if facts.domain.policies:
        names = {action.name for resource in facts.domain.all_resources for action in resource.actions}
        yield from _unknown_actions(facts, facts.domain.policies, names)


@check(ResourceFacts, "error", "name an attribute, a calculation or a relationship")
def unknown_policy_attribute(facts: ResourceFacts) -> Iterator[Finding]:
    """A field policy names something its resource does not have."""
    if not facts.resource.field_policies:
        return
    resource = facts.resource
    known = [each.name for each in (*resource.attributes, *resource.calculations, *resource.relationships)]
    for policy in resource.field_policies:
        for name in policy.attributes:
            if name not in known and not facts.has(name):
                message = f"it names {name!r}, which {resource.name} does not have"
                yield Finding(message, ("field_policies", policy.name), facts.suggest(name, known))


@check(DomainFacts, "error", "name the attribute that holds the tenant")
def unnamed_tenant_attribute(facts: DomainFacts) -> Iterator[Finding]:
    """Tenants are kept apart by an attribute, and none is named."""
    tenancy = facts.domain.tenancy
    if tenancy.strategy == "attribute" and not tenancy.attribute:
        yield Finding("the attribute that holds the tenant is not named", ("tenancy",))


@check(DomainFacts, "error", "add the attribute, or list the resource as shared")
def missing_tenant_attribute(facts: DomainFacts) -> Iterator[Finding]:
    """A resource that is not shared lacks the attribute that holds the tenant."""
    tenancy = facts.domain.tenancy
    if tenancy.strategy != "attribute" or not tenancy.attribute:
        return
    shared = frozenset(tenancy.shared)
    for resource in facts.domain.resources:
        if resource.name not in shared and tenancy.attribute not in facts.known[resource.name]:
            yield Finding(f"{resource.name} has no {tenancy.attribute!r}", ("resources", resource.name))


@check(DomainFacts, "error", "add the resource")
def unknown_shared_resource(facts: DomainFacts) -> Iterator[Finding]:
    """Tenancy shares a resource that does not exist."""
    for name in facts.domain.tenancy.shared:
        yield from facts.unknown_resource(name, ("tenancy", "shared"))
