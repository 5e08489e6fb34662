"""What recorders are told: rows as they were written, and on request the same as events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.actions.shop import MOMENT, SHOP, opened
from tests.actions.works import WORKS
from workbench.actions import Annotate, Changeset, Stage, Written
from workbench.actions.stage import Step
from workbench.expression import parse
from workbench.model import Event
from workbench.workspace.session import Workspace


class Log(Stage):
    """Keeps every event, and notes why."""

    name, at = "log", "record"

    def __init__(self) -> None:
        self.events: list[Event] = []

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        yield Annotate("why", parse("context.why"))

    def record(self, written: Written) -> None:
        self.events += written.events()

    def take(self) -> list[Event]:
        found, self.events = self.events, []
        return found


@pytest.fixture
def log() -> Log:
    """A log with nothing in it."""
    return Log()


def told(events: list[Event]) -> list[tuple[Any, ...]]:
    return [(each.action, each.id, each.data, each.changed) for each in events]


def seller(workspace: Workspace) -> Workspace:
    return workspace.as_(actor={"id": 7, "name": "ada"}, tenant="north", context={"why": "spring"})


def test_an_event_says_what_was_given_and_what_was_derived(log: Log) -> None:
    """Defaults and versions are derived; a record that leaves an attribute out did not give it; keys only say which row is meant."""
    with opened(SHOP, log) as shop:
        shop.create("customer", [{"id": 2, "credit": 99}, {"id": 1, "tier": None}])
        assert told(log.take()) == [
            ("create", "2", {"id": 2, "credit": 99}, {"tier": "plain"}),
            ("create", "1", {"id": 1, "tier": None}, {"credit": 10}),
        ]
        shop.create("orders", {"id": 1, "customer_id": 2, "total": 20})
        log.take()
        shop.update("orders", [{"id": 1, "version": 1, "total": 30}])
        assert told(log.take()) == [("update", "1", {"total": 30}, {"version": 2})]
        shop.update("orders", where="id = 1", action="reprice", arguments={"by": 5})
        assert told(log.take()) == [("reprice", "1", {}, {"total": 35, "version": 3})]
        shop.run("orders.pay", [1])
        assert told(log.take()) == [("pay", "1", {}, {"status": "paid", "version": 4})]
        shop.destroy("orders", [1])
        assert told(log.take()) == [("destroy", "1", {}, {})]


def test_an_event_says_who_when_for_whom_and_why(log: Log) -> None:
    """Actor and tenant are those of the scope, the time is the workspace's, annotations are metadata."""
    with opened(SHOP, log) as shop:
        seller(shop).create("customer", {"id": 1})
    (event,) = log.take()
    assert (event.resource, event.actor, event.tenant, event.time, event.metadata) == (
        "customer",
        "7",
        "north",
        MOMENT,
        {"why": "spring"},
    )


def test_events_follow_the_records_and_what_followed_from_them(log: Log) -> None:
    """A wave at a time what moved, then its effects; nothing of what was refused or undone."""
    with opened(WORKS, log) as works:
        works.create("product", [{"id": 1, "stock": 4}])
        works.create("booking", [{"id": n, "product_id": 1, "quantity": 3} for n in (3, 1, 2)])
        assert [each.id for each in log.take() if each.resource == "booking"] == ["3", "1", "2"]
        works.run("booking.pay", [3, 1, 2], refused="skip")
        assert [(each.resource, each.action, each.id) for each in log.take()] == [
            ("booking", "pay", "3"), ("product", "flow.update", "1"), ("invoice", "flow.create", "103"),
        ]  # fmt: skip
