"""What happens by itself: delays that are over, and guards that hold, run when they are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.actions.shop import MOMENT, attribute, rule
from tests.actions.works import effect
from workbench.errors import VerificationError
from workbench.expression import parse
from workbench.model import Domain, Machine, Resource, State, Transition
from workbench.workspace.session import Workspace, open

VISIT = Resource(
    name="visit",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("starts_at", "timestamp"),
        attribute("ends_on", "date"),
        attribute("excused", "boolean"),
        attribute("status", "enum(booked, late, missed, closed, here)", required=True, default="'booked'"),
        attribute("fee", "integer", default="0"),
    ),
    rules=(rule("not_unlucky", "id != 13 or status != 'late'", "not this one"),),
)
LOG = Resource(
    name="log",
    key=("id",),
    attributes=(attribute("id", "uuid", required=True, generated=True), attribute("text", "string")),
)
LATE = Transition(
    sources=("booked",),
    target="late",
    after=parse("interval '15 minutes'"),
    since="starts_at",
    guard=parse("not coalesce(excused, false)"),
)
WAYS = (
    Transition(sources=("booked",), target="late", event="hurry"),
    LATE,
    Transition(
        sources=("late",),
        target="missed",
        after=parse("interval '1 hour'"),
        since="starts_at",
        effects=(effect("create", "log", text="'missed it'"),),
    ),
    Transition(sources=("booked", "late"), target="closed", after=parse("interval '10 days'"), since="ends_on"),
    Transition(sources=("missed",), target="closed", guard=parse("fee > 0")),
    Transition(sources=("booked",), target="here", event="arrive"),
)


def visits(*ways: Transition) -> Domain:
    states = tuple(
        State(name=each, initial=each == "booked") for each in ("booked", "late", "missed", "closed", "here")
    )
    flow = Machine(name="flow", resource="visit", attribute="status", states=states, transitions=ways or WAYS)
    return Domain(name="clinic", resources=(VISIT, LOG), machines=(flow,))


class Clock:
    """A clock that shows what it is set to."""

    def __init__(self) -> None:
        self.now = MOMENT

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at noon."""
    return Clock()


@pytest.fixture
def clinic(clock: Clock) -> Iterator[Workspace]:
    """A clinic whose visits begin at noon, and an hour later."""
    with open(visits(), clock=clock, seed=1) as workspace:
        workspace.create("visit", [{"id": n, "starts_at": MOMENT + dt.timedelta(hours=n - 1)} for n in (1, 2)])
        yield workspace


def states(workspace: Workspace) -> list[str]:
    found: list[str] = workspace.ask("visit", select=["status"], sort="id").arrow()["status"].to_pylist()
    return found


def test_nothing_happens_before_it_is_due_or_without_being_asked(clinic: Workspace, clock: Clock) -> None:
    """A delay ends at its very moment, not before; until somebody asks, the row stays where it is."""
    clock.now = MOMENT + dt.timedelta(minutes=15) - dt.timedelta(microseconds=1)
    assert (clinic.run_due(), states(clinic)) == ((), ["booked", "booked"])
    clock.now = MOMENT + dt.timedelta(minutes=15)
    assert states(clinic) == ["booked", "booked"]
    assert [str(each) for each in clinic.run_due()] == ["flow.booked->late visit: 1 updated"]
    assert (states(clinic), clinic.run_due()) == (["late", "booked"], ())


def test_guards_hold_and_unknown_moments_are_never_due(clinic: Workspace, clock: Clock) -> None:
    """An excused visit is not late, nor is one without a beginning."""
    clinic.create("visit", [{"id": 3, "starts_at": MOMENT, "excused": True}, {"id": 4}])
    clock.now = MOMENT + dt.timedelta(minutes=20)
    clinic.run_due()
    assert states(clinic) == ["late", "booked", "booked", "booked"]


def test_one_thing_leads_to_the_next_with_its_effects(clinic: Workspace, clock: Clock) -> None:
    """After two hours a visit was late and then missed, which is logged once; one that owes a fee is closed at once."""
    clinic.update("visit", {"id": 2, "fee": 5})
    clock.now = MOMENT + dt.timedelta(hours=3)
    told = [str(each) for each in clinic.run_due()]
    assert told == [
        "flow.booked->late visit: 2 updated",
        "flow.late->missed visit: 2 updated",
        "flow.missed->closed visit: 1 updated",
    ]
    assert (states(clinic), clinic.count("log")) == (["missed", "closed"], 2)


def test_of_two_delays_the_one_over_first_is_taken(clock: Clock) -> None:
    """Whichever is listed first, a visit whose last day passed long before it began is closed and never late."""
    with open(visits(*WAYS), clock=clock) as workspace:
        workspace.create(
            "visit",
            [
                {"id": 1, "starts_at": MOMENT, "ends_on": "2026-11-01"},
                {"id": 2, "starts_at": MOMENT, "ends_on": "2026-11-22"},
            ],
        )
        clock.now = MOMENT + dt.timedelta(minutes=30)
        workspace.run_due()
        assert states(workspace) == ["closed", "late"]


def test_rows_that_cannot_move_stay_and_are_told(clinic: Workspace, clock: Clock) -> None:
    """A rule refuses one of two late visits; with refused="all" it refuses both."""
    clinic.create("visit", {"id": 13, "starts_at": MOMENT})
    clock.now = MOMENT + dt.timedelta(minutes=20)
    with pytest.raises(VerificationError, match="not this one"):
        clinic.run_due(refused="all")
    (outcome,) = clinic.run_due()
    assert (outcome.updated, outcome.refused, states(clinic)) == (1, 1, ["late", "booked", "booked"])


def test_a_delay_from_entry_needs_an_attribute_that_says_when() -> None:
    """Nothing records when a row came into its state, and that is said instead of guessed."""
    with open(visits(Transition(sources=("booked",), target="late", after=parse("interval '1 day'")))) as workspace:
        with pytest.raises(VerificationError, match=r"unrecorded_entry.*'since'") as caught:
            workspace.run_due()
        assert [each.path for each in caught.value.problems] == ["machines.flow.transitions[0]"]
