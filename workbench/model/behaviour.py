"""What happens: actions, state machines, reactors and the events they leave behind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from workbench.model.element import Count, Element, Flag, Frozen, Name, find
from workbench.model.expression import Node
from workbench.model.types import Type

__all__ = [
    "Action",
    "Argument",
    "Assignment",
    "Effect",
    "Event",
    "Machine",
    "Reactor",
    "State",
    "Step",
    "StepArgument",
    "Transition",
]


class Argument(Element):
    """A value an action or a reactor is called with."""

    type: Type
    required: Flag = True
    default: Node | None = None
    sensitive: Flag = False


class Assignment(Frozen):
    """An attribute and the expression it is set to."""

    attribute: Name
    value: Node


class Action(Element):
    """Something that can be done to a batch of records."""

    kind: Literal["create", "read", "update", "destroy", "generic"]
    arguments: tuple[Argument, ...] = ()
    accept: tuple[Name, ...] | None = Field(
        default=None, description="attributes a caller may give; None is all that are not generated"
    )
    changes: tuple[Assignment, ...] = ()
    filter: Node | None = Field(default=None, description="which rows a read, update or destroy is about")
    upsert_identity: str = ""
    returns: Type | None = Field(default=None, description="what a generic action answers with")
    private: Flag = False


class Effect(Frozen):
    """What a transition does beside moving: a batch on a resource, through the same stages and in the same transaction."""

    kind: Literal["create", "update", "destroy", "send"]
    target: str = Field(
        description="a resource, a relationship path from the machine's record, or (send) an event name"
    )
    where: Node | None = None
    set: tuple[Assignment, ...] = ()


class State(Element):
    """A state; ``parent`` nests it. Words as in SCXML."""

    kind: Literal["atomic", "compound", "parallel", "final", "history", "deep_history"] = "atomic"
    parent: str = ""
    initial: Flag = False
    on_entry: tuple[Effect, ...] = ()
    on_exit: tuple[Effect, ...] = ()


class Transition(Frozen):
    """A way from one or several states to another, on an event, after a delay, or (neither given) as soon as the guard holds."""

    sources: tuple[Name, ...]
    target: Name
    event: str = ""
    guard: Node | None = None
    message: str = Field(default="", description="what to say when the guard refuses")
    after: Node | None = Field(default=None, description="a delay (interval) after which it happens by itself")
    since: str = Field(
        default="", description="the attribute the delay counts from; empty is entry into the source state"
    )
    effects: tuple[Effect, ...] = ()
    on_failure: str = Field(default="", description="the state to go to when an effect fails")


class Machine(Element):
    """States and transitions of one attribute of a resource, with effects on any other."""

    resource: Name
    attribute: Name
    states: tuple[State, ...] = ()
    transitions: tuple[Transition, ...] = ()

    def state(self, name: str) -> State:
        """The state called ``name``. Raises ``NotFoundError`` with the nearest names."""
        return find(f"state of {self.name}", self.states, name)

    @property
    def events(self) -> tuple[str, ...]:
        """Event names in order of first use."""
        return tuple(dict.fromkeys(each.event for each in self.transitions if each.event))


class StepArgument(Frozen):
    """Where a step's argument comes from: a reactor input, another step's result (with a sub-path), or a value."""

    name: Name
    source: Literal["input", "result", "element", "value"]
    of: str = Field(default="", description="the input's, step's or map's name")
    path: tuple[str, ...] = ()
    value: Node | None = None


class Step(Element):
    """One step of a reactor: run, and how to compensate and undo it, by the names of functions the caller passes."""

    kind: Literal[
        "step",
        "compose",
        "around",
        "group",
        "map",
        "switch",
        "recurse",
        "collect",
        "template",
        "debug",
        "wait_for",
        "where",
        "guard",
    ] = "step"
    arguments: tuple[StepArgument, ...] = ()
    run: str = ""
    compensate: str = ""
    undo: str = ""
    wait_for: tuple[Name, ...] = ()
    where: Node | None = None
    steps: tuple[Step, ...] = ()
    max_retries: Count | None = 0
    timeout: Node | None = None


class Reactor(Element):
    """A workflow: steps whose order follows from where their arguments come from."""

    inputs: tuple[Argument, ...] = ()
    steps: tuple[Step, ...] = ()
    returns: str = Field(default="", description="the step whose result is the answer")


class Event(Frozen):
    """An immutable fact: what happened to one record."""

    resource: Name
    id: str
    action: Name
    data: dict[str, Any] = Field(default_factory=dict, description="what the caller gave")
    changed: dict[str, Any] = Field(default_factory=dict, description="what was derived")
    metadata: dict[str, Any] = Field(default_factory=dict)
    version: Annotated[int, Field(ge=1, strict=True)] = 1
    actor: str = ""
    tenant: str = ""
    time: AwareDatetime
