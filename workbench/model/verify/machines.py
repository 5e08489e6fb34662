"""Machines: what they stand on, and transitions that can be taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.model.address import Address
from workbench.model.behaviour import Effect, Transition
from workbench.model.types import EnumType, type_text
from workbench.model.verify.check import DomainFacts, Finding, MachineFacts, check

__all__: list[str] = []


@check(MachineFacts, "error", "add the resource")
def unknown_machine_resource(facts: MachineFacts) -> Iterator[Finding]:
    """A machine stands on a resource that does not exist."""
    yield from facts.unknown_resource(facts.machine.resource)


@check(MachineFacts, "error", "add the attribute")
def unknown_machine_attribute(facts: MachineFacts) -> Iterator[Finding]:
    """A machine moves an attribute that does not exist."""
    if facts.resource is not None and facts.attribute is None:
        name = facts.machine.attribute
        hint = facts.suggest(name, facts.resource.attribute_names)
        yield Finding(f"{facts.resource.name} has no attribute {name!r}", (), hint)


@check(DomainFacts, "error", "join them, or give each an attribute")
def attribute_moved_twice(facts: DomainFacts) -> Iterator[Finding]:
    """Two machines move the same attribute."""
    movers = defaultdict[tuple[str, str], list[str]](list)
    for machine in facts.domain.machines:
        movers[machine.resource, machine.attribute].append(machine.name)
    for (resource, attribute), names in movers.items():
        if len(names) > 1:
            yield Finding(f"{' and '.join(names)} move {resource}.{attribute}", ("machines", names[1]))


@check(MachineFacts, "warning", "make it an enum of the states")
def state_attribute_not_enum(facts: MachineFacts) -> Iterator[Finding]:
    """The attribute a machine moves is no enum."""
    if facts.attribute is not None and not isinstance(facts.attribute.type, EnumType):
        yield Finding(f"{facts.machine.resource}.{facts.attribute.name} is {type_text(facts.attribute.type)}")


@check(MachineFacts, "error", "add the value")
def state_not_in_enum(facts: MachineFacts) -> Iterator[Finding]:
    """A state is not among the values of the machine's attribute."""
    if facts.attribute is None or not isinstance(facts.attribute.type, EnumType):
        return
    values = facts.attribute.type.names
    # Only atomic and final states are stored.
    for state in facts.machine.states:
        if state.kind in ("atomic", "final") and state.name not in values:
            message = f"{facts.machine.resource}.{facts.attribute.name} has no value {state.name!r}"
            yield Finding(message, ("states", state.name), facts.suggest(state.name, values))


@check(MachineFacts, "warning", "declare the state, or remove the value")
def value_without_state(facts: MachineFacts) -> Iterator[Finding]:
    """A value of the machine's attribute is no state, so that a row with it cannot move."""
    if facts.machine.states and facts.attribute is not None and isinstance(facts.attribute.type, EnumType):
        for name in dict.fromkeys(facts.attribute.type.names).keys() - set(facts.states):
            yield Finding(f"the value {name!r} is no state")


def _said(each: Transition) -> str:
    return f"{', '.join(each.sources)} -> {each.target}" + (f" on {each.event}" if each.event else "")


def _transitions(facts: MachineFacts) -> Iterator[tuple[Address, Transition]]:
    for index, each in enumerate(facts.machine.transitions):
        yield ("transitions", index), each


@check(MachineFacts, "error", "add the state")
def unknown_state(facts: MachineFacts) -> Iterator[Finding]:
    """A transition names a state the machine does not have."""
    known = frozenset(facts.states)
    for steps, each in _transitions(facts):
        for name in dict.fromkeys((*each.sources, each.target, *([each.on_failure] if each.on_failure else []))):
            if name not in known:
                message = f"{facts.machine.name} has no state {name!r} ({_said(each)})"
                yield Finding(message, steps, facts.suggest(name, facts.states))


@check(MachineFacts, "error", "name the states it starts in")
def transition_without_source(facts: MachineFacts) -> Iterator[Finding]:
    """A transition starts in no state."""
    for steps, each in _transitions(facts):
        if not each.sources:
            yield Finding(f"the transition to {each.target} starts in no state", steps)


@check(MachineFacts, "warning", "give it an event, a guard or a delay")
def untriggered_transition(facts: MachineFacts) -> Iterator[Finding]:
    """A transition has neither event nor guard nor delay: it is taken the moment its source is entered."""
    for steps, each in _transitions(facts):
        if not each.event and each.guard is None and each.after is None:
            yield Finding(f"nothing holds back {_said(each)}", steps)


@check(MachineFacts, "warning", "give the earlier one a guard, or change their order")
def shadowed_transition(facts: MachineFacts) -> Iterator[Finding]:
    """An earlier transition from the same state takes the same event without a guard, so that this one never happens."""
    taken: dict[tuple[str, str], Transition] = {}
    for steps, each in _transitions(facts):
        for source in dict.fromkeys(each.sources) if each.event and each.after is None else ():
            if (earlier := taken.get((source, each.event))) is not None:
                yield Finding(f"{_said(each)}: in {source}, {_said(earlier)} comes first", steps)
            elif each.guard is None:
                taken[source, each.event] = each


@check(MachineFacts, "error", "add the attribute")
def unknown_delay_attribute(facts: MachineFacts) -> Iterator[Finding]:
    """A delay counts from an attribute that does not exist."""
    if facts.resource is None:
        return
    known = facts.resource.attribute_names
    for steps, each in _transitions(facts):
        if each.since and each.since not in facts.known[facts.resource.name]:
            message = f"{facts.resource.name} has no attribute {each.since!r}"
            yield Finding(message, steps, facts.suggest(each.since, known))


@check(MachineFacts, "warning", "add the delay")
def since_without_delay(facts: MachineFacts) -> Iterator[Finding]:
    """A transition says what its delay counts from, but has no delay."""
    for steps, each in _transitions(facts):
        if each.since and each.after is None:
            yield Finding(f"it counts from {each.since!r}, and has no delay", steps)


def _effects(facts: MachineFacts) -> Iterator[tuple[Address, Effect]]:
    for steps, transition in _transitions(facts):
        yield from ((steps, effect) for effect in transition.effects)
    for state in facts.machine.states:
        yield from ((("states", state.name), effect) for effect in (*state.on_entry, *state.on_exit))


@check(MachineFacts, "warning", "name in 'since' the attribute that says from when it counts")
def delay_from_entry(facts: MachineFacts) -> Iterator[Finding]:
    """A delay counts from the entry into its state, which no attribute records: nothing running the design can tell when it is over."""
    for steps, each in _transitions(facts):
        if each.after is not None and not each.since:
            yield Finding(f"nothing records when the delay of {_said(each)} begins", steps)


@check(MachineFacts, "error", "add the attribute")
def unknown_effect_attribute(facts: MachineFacts) -> Iterator[Finding]:
    """An effect sets an attribute that its target does not have."""
    for steps, effect in _effects(facts):
        target = None if facts.resource is None else facts.root.reached(facts.resource, effect.target)
        if target is None or effect.kind == "send":
            continue
        for each in effect.set:
            if each.attribute not in facts.known[target.name]:
                message = f"{target.name} has no attribute {each.attribute!r}"
                yield Finding(message, steps, facts.suggest(each.attribute, target.attribute_names))


@check(MachineFacts, "error", "name a resource or a relationship")
def unknown_effect_target(facts: MachineFacts) -> Iterator[Finding]:
    """An effect is about something that is neither a resource nor a relationship path from the machine's record."""
    for steps, effect in _effects(facts):
        if effect.kind == "send" or facts.root.has_resource(effect.target) or facts.resource is None:
            continue
        here = facts.resource
        for name in effect.target.split("."):
            found = [each for each in here.relationships if each.name == name]
            if not found:
                hint = facts.suggest(name, [each.name for each in here.relationships])
                yield Finding(f"{here.name} has no relationship {name!r}", steps, hint)
                break
            if not facts.root.has_resource(found[0].destination):
                break
            here = facts.root.resource(found[0].destination)
