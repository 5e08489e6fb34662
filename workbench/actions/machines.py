"""The stage that moves state: an action called like an event of a machine takes the transition the event stands for."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.actions.checks import stored_states
from workbench.actions.stage import Assign, Changeset, Stage, StageName, Step
from workbench.model import Machine, Transition
from workbench.model.expression import Binary, Case, Cast, Constant, In, Node, Path

__all__ = ["Moves", "asked", "may"]


class Moves(Stage):
    """Rows of an update whose action is an event move to the target of the transition whose guard holds; where none does, they are refused."""

    name = "machines"
    at: StageName = "transition"

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        """The move that the event stands for."""
        for machine in changeset.domain.machines:
            ways = asked(changeset, machine)
            if changeset.kind == "update" and machine.resource == changeset.resource.name and ways:
                yield from _steps(machine, ways)


def asked(changeset: Changeset, machine: Machine) -> list[Transition]:
    """The transitions that such a batch is about: those of an event, or one; none where it is about values."""
    if changeset.transition is not None:
        name, place = changeset.transition
        return [machine.transitions[place]] if machine.name == name else []
    event = "" if changeset.action is None else changeset.action.name
    return [each for each in machine.transitions if event and each.event == event]


def _steps(machine: Machine, ways: list[Transition]) -> Iterable[Step]:
    branches = tuple((may(machine, each), Constant(each.target)) for each in ways)
    yield Assign(machine.attribute, Case(branches, Cast(Constant(None), "string")))


def may(machine: Machine, way: Transition) -> Node:
    """Whether a row can take the transition."""
    here: Node = In(Path((machine.attribute,)), tuple(map(Constant, stored_states(machine, way.sources))))
    return here if way.guard is None else Binary("and", here, way.guard)
