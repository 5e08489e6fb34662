"""Actions: what they accept and change exists, and they can be carried out."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.model.verify.check import Finding, ResourceFacts, check

__all__: list[str] = []


@check(ResourceFacts, "error", "add the attribute")
def unknown_accepted_attribute(facts: ResourceFacts) -> Iterator[Finding]:
    """An action accepts an attribute its resource does not have."""
    for action in facts.resource.actions:
        for name in action.accept or ():
            if not facts.has(name):
                message = f"it accepts {name!r}, which {facts.resource.name} does not have"
                yield Finding(message, ("actions", action.name), facts.suggest(name, facts.attributes))


@check(ResourceFacts, "error", "take it out of what is accepted")
def generated_accepted(facts: ResourceFacts) -> Iterator[Finding]:
    """An action accepts an attribute that only the store may fill."""
    for action in facts.resource.actions:
        for name in action.accept or ():
            if name in facts.attributes and facts.attributes[name].generated:
                yield Finding(f"it accepts {name!r}, which is generated", ("actions", action.name))


@check(ResourceFacts, "error", "add the attribute")
def unknown_changed_attribute(facts: ResourceFacts) -> Iterator[Finding]:
    """An action sets an attribute its resource does not have."""
    for action in facts.resource.actions:
        for assignment in action.changes:
            if not facts.has(assignment.attribute):
                message = f"it sets {assignment.attribute!r}, which {facts.resource.name} does not have"
                yield Finding(message, ("actions", action.name), facts.suggest(assignment.attribute, facts.attributes))


@check(ResourceFacts, "error", "add the identity")
def unknown_upsert_identity(facts: ResourceFacts) -> Iterator[Finding]:
    """An action upserts by an identity its resource does not have."""
    known = [each.name for each in facts.resource.identities]
    for action in facts.resource.actions:
        if action.upsert_identity and action.upsert_identity not in known:
            message = f"no identity is called {action.upsert_identity!r}"
            yield Finding(message, ("actions", action.name), facts.suggest(action.upsert_identity, known))


@check(ResourceFacts, "warning", "remove the identity, or make it a create")
def useless_upsert(facts: ResourceFacts) -> Iterator[Finding]:
    """Only a create can upsert."""
    for action in facts.resource.actions:
        if action.upsert_identity and action.kind != "create":
            yield Finding(f"a {action.kind} does not upsert", ("actions", action.name))


@check(ResourceFacts, "error", "give the resource a key")
def keyless_action(facts: ResourceFacts) -> Iterator[Finding]:
    """An action updates or destroys rows of a resource without a key."""
    for action in facts.resource.actions:
        if action.kind in ("update", "destroy") and not facts.resource.key:
            yield Finding(f"{facts.resource.name} has no key to {action.kind} by", ("actions", action.name))


@check(ResourceFacts, "warning", "accept the attribute, set it, or give it a default")
def create_leaves_out(facts: ResourceFacts) -> Iterator[Finding]:
    """A create does not accept a required attribute that nothing else fills, so that it never succeeds."""
    for action in facts.resource.actions:
        if action.kind != "create" or action.accept is None:
            continue
        filled = {*action.accept, *(each.attribute for each in action.changes)}
        for name, attribute in facts.attributes.items():
            if attribute.required and attribute.default is None and not attribute.generated and name not in filled:
                yield Finding(f"nothing fills the required {name!r}", ("actions", action.name))
