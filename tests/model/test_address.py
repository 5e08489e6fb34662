"""Addresses and how they are written."""

from __future__ import annotations

import pytest

from workbench.model.address import Address, dotted, noun


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ((), "domain"),
        (("resources", "flights"), "flights"),
        (("resources", "flights", "attributes", "dest"), "flights.dest"),
        (("resources", "flights", "attributes", "dest", "constraints", "minimum"), "flights.dest.constraints.minimum"),
        (("resources", "flights", "relationships", "plane"), "flights.plane"),
        (("resources", "flights", "rules", "in_order"), "flights.rules.in_order"),
        (("resources", "flights", "actions", "pay", "arguments", "amount"), "flights.actions.pay.arguments.amount"),
        (("machines", "visit", "states", "booked"), "machines.visit.states.booked"),
        (("machines", "visit", "transitions", 2, "guard"), "machines.visit.transitions[2].guard"),
        (("domains", "billing", "resources", "invoices", "attributes", "total"), "domains.billing.invoices.total"),
        (("resources", 3, "name"), "resources[3].name"),
        (("time_zone",), "time_zone"),
    ],
)
def test_paths(address: Address, text: str) -> None:
    """A path says no more than a reader needs, and no less."""
    assert dotted(*address) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Order Details", "Order Details"),
        ("a.b", '"a.b"'),
        ('a"b', '"a""b"'),
        (" a", '" a"'),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb", "a\\nb"),
        ("resources", "resources"),
        ("attributes", "attributes"),
        ("日本", "日本"),
    ],
)
def test_odd_names(name: str, text: str) -> None:
    """Odd names cannot break a path: dots and quotes are quoted, what cannot be seen is escaped."""
    assert dotted("resources", name) == text
    assert dotted("resources", name, "attributes", name) == f"{text}.{text}"


def test_nouns() -> None:
    """Sentences can speak of one element of a collection."""
    assert [noun(each) for each in ("policies", "resources", "field_policies", "machines", "identities")] == [
        "policy",
        "resource",
        "field policy",
        "machine",
        "identity",
    ]
