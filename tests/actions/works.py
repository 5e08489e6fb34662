"""A warehouse whose machines have effects: what a move does elsewhere, and what becomes of it where that fails."""

from __future__ import annotations

from typing import Any

from tests.actions.shop import attribute, belongs_to, rule
from workbench.expression import parse
from workbench.model import (
    Assignment,
    Constraints,
    Domain,
    Effect,
    Identity,
    Machine,
    Relationship,
    Resource,
    State,
    Transition,
)

__all__ = ["WORKS", "effect", "with_machines"]


def effect(kind: str, target: str, where: str = "", **values: str) -> Effect:
    """An effect as a person would write it."""
    made = tuple(Assignment(attribute=name, value=parse(text)) for name, text in values.items())
    return Effect(kind=kind, target=target, where=parse(where) if where else None, set=made)  # type: ignore[arg-type]


PRODUCT = Resource(
    name="product",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("stock", "integer", required=True, default="10"),
        attribute("state", "enum(sold, gone)", default="'sold'"),
    ),
    rules=(rule("in_stock", "stock >= 0", "there is not enough of it"),),
)
ORDER = Resource(
    name="booking",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("product_id", "integer", required=True),
        attribute("quantity", "integer", required=True, default="1"),
        attribute("status", "enum(new, paid, sent, stuck, void)", required=True, default="'new'"),
        attribute("paid_at", "timestamp"),
    ),
    relationships=(
        belongs_to("product", "product", required=True),
        Relationship(name="invoices", kind="has_many", destination="invoice"),
    ),
)
INVOICE = Resource(
    name="invoice",
    key=("number",),
    attributes=(
        attribute("number", "integer", required=True),
        attribute("booking_id", "integer", required=True),
        attribute("amount", "integer", required=True, constraints=Constraints(maximum="50")),
        attribute("status", "enum(open, void)", default="'open'"),
        attribute("hidden", "string", private=True),
    ),
    identities=(Identity(name="one", attributes=("booking_id", "status")),),
    relationships=(belongs_to("booking", "booking", required=True),),
)
NOTE = Resource(
    name="note",
    key=("id",),
    attributes=(
        attribute("id", "uuid", required=True, generated=True),
        attribute("text", "string", required=True),
        attribute("booking_id", "integer"),
    ),
)
FLOW = Machine(
    name="flow",
    resource="booking",
    attribute="status",
    states=(
        State(name="new", initial=True, on_entry=(effect("create", "note", text="'entered new'", booking_id="id"),)),
        State(name="paid", on_exit=(effect("create", "note", text="'left paid'", booking_id="id"),)),
        State(name="sent", kind="final"),
        State(name="stuck", on_entry=(effect("create", "note", text="'stuck'", booking_id="id"),)),
        State(name="void", kind="final"),
    ),
    transitions=(
        Transition(
            sources=("new",),
            target="paid",
            event="pay",
            effects=(
                effect("update", "product", stock="product.stock - quantity"),
                effect("create", "invoices", number="id + 100", amount="quantity * 10", hidden="'x'"),
            ),
        ),
        Transition(
            sources=("paid",),
            target="sent",
            event="send",
            on_failure="stuck",
            effects=(
                effect("update", "product", stock="product.stock - 1"),
                effect("create", "note", text="'sent'", booking_id="id"),
            ),
        ),
        Transition(
            sources=("new", "paid"), target="void", event="cancel", effects=(effect("send", "invoices.withdraw"),)
        ),
    ),
)
PAPER = Machine(
    name="paper",
    resource="invoice",
    attribute="status",
    states=(State(name="open", initial=True), State(name="void", kind="final")),
    transitions=(Transition(sources=("open",), target="void", event="withdraw"),),
)
WORKS = Domain(name="works", resources=(PRODUCT, ORDER, INVOICE, NOTE), machines=(FLOW, PAPER))


def with_machines(*machines: Machine, domain: Domain = WORKS, **more: Any) -> Domain:
    """The same resources under other machines."""
    return domain.model_copy(update={"machines": machines, **more})
