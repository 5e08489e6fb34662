"""The states of a machine: one to begin in, all of them reachable, nested without circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.model.behaviour import State
from workbench.model.verify.check import Finding, MachineFacts, check
from workbench.model.verify.constants import constant

__all__: list[str] = []


def _default(facts: MachineFacts) -> str:
    """The state new rows are in by the attribute's default, or nothing."""
    value = constant(facts.attribute.default) if facts.attribute is not None else None
    return value.value if value is not None and isinstance(value.value, str) and value.value in facts.states else ""


@check(MachineFacts, "error", "mark one state as initial, or give the attribute a default")
def no_initial_state(facts: MachineFacts) -> Iterator[Finding]:
    """A machine has no state to begin in."""
    if not any(state.initial and not state.parent for state in facts.machine.states) and not _default(facts):
        yield Finding(f"{facts.machine.name} has no initial state")


@check(MachineFacts, "error", "keep one")
def several_initial_states(facts: MachineFacts) -> Iterator[Finding]:
    """A machine, or a state with states inside, begins in several of them."""
    beginnings = defaultdict[str, list[str]](list)
    for state in facts.machine.states:
        if state.initial:
            beginnings[state.parent].append(state.name)
    for parent, names in beginnings.items():
        if len(names) > 1:
            steps = ("states", parent) if parent else ()
            yield Finding(f"{' and '.join(map(repr, names[:8]))} are all initial", steps)


@check(MachineFacts, "error", "make them the same")
def initial_differs_from_default(facts: MachineFacts) -> Iterator[Finding]:
    """The initial state of a machine is not the default of its attribute."""
    default = _default(facts)
    for state in facts.machine.states:
        if state.initial and not state.parent and state.kind == "atomic" and default not in ("", state.name):
            yield Finding(f"it begins in {state.name!r}, the default of its attribute is {default!r}")


@check(MachineFacts, "error", "add the outer state")
def unknown_parent(facts: MachineFacts) -> Iterator[Finding]:
    """A state lies in a state that does not exist."""
    known = frozenset(facts.states)
    for state in facts.machine.states:
        if state.parent and state.parent not in known:
            message = f"no state is called {state.parent!r}"
            yield Finding(message, ("states", state.name), facts.suggest(state.parent, facts.states))


def _parents(facts: MachineFacts) -> dict[str, str]:
    return {state.name: state.parent for state in facts.machine.states}


@check(MachineFacts, "error", "take one of them out")
def cyclic_parent(facts: MachineFacts) -> Iterator[Finding]:
    """States lie inside each other in a circle."""
    # Each circle is told once.
    parents, done = _parents(facts), set[str]()
    for start in parents:
        path: dict[str, None] = {}
        name = start
        while name in parents and name not in done and name not in path:
            path[name] = None
            name = parents[name]
        if name in path:
            circle = list(path)[list(path).index(name) :]
            yield Finding(f"these lie in each other: {' in '.join([*circle[:8], name])}", ("states", name))
        done.update(path)


@check(MachineFacts, "error", "remove the transition, or make the state atomic")
def final_state_left(facts: MachineFacts) -> Iterator[Finding]:
    """A transition leaves a final state."""
    final = {state.name for state in facts.machine.states if state.kind == "final"}
    for index, each in enumerate(facts.machine.transitions):
        for name in dict.fromkeys(each.sources):
            if name in final:
                yield Finding(f"it leaves the final state {name!r} for {each.target!r}", ("transitions", index))


@check(MachineFacts, "info", "write the transitions")
def no_transitions(facts: MachineFacts) -> Iterator[Finding]:
    """A machine has several states and no transitions yet."""
    if len(set(facts.states)) > 1 and not facts.machine.transitions:
        yield Finding(f"nothing says how {facts.machine.name} moves from state to state")


@check(MachineFacts, "warning", "add a transition to it, or remove it")
def unreachable_state(facts: MachineFacts) -> Iterator[Finding]:
    """No way leads from where the machine begins to a state, though there are transitions."""
    if not facts.machine.transitions:
        return
    states = {state.name: state for state in facts.machine.states}
    beginnings = [state.name for state in facts.machine.states if state.initial and not state.parent]
    beginnings = beginnings or [name for name in (_default(facts),) if name]
    if not beginnings:
        return
    ways = _ways(facts, states)
    reached, pending = set(beginnings), list(beginnings)
    while pending:
        for target in ways[pending.pop()]:
            if target not in reached:
                reached.add(target)
                pending.append(target)
    for name in dict.fromkeys(facts.states):
        if name not in reached and (name not in states or "history" not in states[name].kind):
            yield Finding(f"no way leads to {name!r}", ("states", name) if name in states else ())


def _ways(facts: MachineFacts, states: dict[str, State]) -> defaultdict[str, list[str]]:
    """From each state to those it leads to: by a transition, by being inside, by being entered."""
    ways = defaultdict[str, list[str]](list)
    for transition in facts.machine.transitions:
        for source in transition.sources:
            ways[source] += [transition.target, *([transition.on_failure] if transition.on_failure else [])]
    for state in states.values():
        if state.parent:
            ways[state.name].append(state.parent)
            outer = states.get(state.parent)
            if state.initial or (outer is not None and outer.kind == "parallel"):
                ways[state.parent].append(state.name)
    return ways
