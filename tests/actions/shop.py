"""A shop whose rules reach everywhere, the two plug-ins the tests run with, and what they look at afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.actions import Assign, Changeset, Restrict, Stage
from workbench.actions.stage import StageName, Step
from workbench.expression import parse
from workbench.model import (
    Action,
    Argument,
    Assignment,
    Attribute,
    Constraints,
    Domain,
    Identity,
    Machine,
    Relationship,
    Resource,
    Rule,
    Scope,
    State,
    Transition,
)
from workbench.model.expression import Binary, Node, Path, Reference
from workbench.relation.plan import Scan
from workbench.store.database import stored_table
from workbench.workspace.session import Workspace, open

__all__ = ["MOMENT", "SHOP", "OwnRows", "Tenants", "opened", "table"]

MOMENT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def attribute(name: str, type_: str, **facts: Any) -> Attribute:
    return Attribute(name=name, type=type_, **facts)  # type: ignore[arg-type]


def rule(name: str, condition: str, message: str = "", **facts: Any) -> Rule:
    return Rule(name=name, condition=condition, message=message, **facts)  # type: ignore[arg-type]


def belongs_to(name: str, destination: str, **facts: Any) -> Relationship:
    return Relationship(name=name, kind="belongs_to", destination=destination, **facts)


CUSTOMER = Resource(
    name="customer",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("email", "email", sensitive=True),
        attribute("tier", "enum(gold, plain)", default="'plain'"),
        attribute("credit", "integer", default="10", required=True),
        attribute("parent_id", "integer"),
        attribute("secret", "string", private=True),
    ),
    identities=(Identity(name="email", attributes=("email",), message="the address is taken"),),
    relationships=(
        belongs_to("parent", "customer"),
        Relationship(
            name="orders", kind="has_many", destination="orders", destination_key=("customer_id",), source_key=("id",)
        ),
    ),
    rules=(rule("within_credit", "coalesce(sum(orders.total), 0) <= credit", "over the credit"),),
)

ORDERS = Resource(
    name="orders",
    key=("id",),
    version="version",
    attributes=(
        attribute("id", "integer", required=True),
        attribute("customer_id", "integer", required=True),
        attribute("total", "integer", required=True, constraints=Constraints(minimum="0")),  # type: ignore[arg-type]
        attribute("status", "enum(open, paid, closed)", required=True, default="'open'"),
        attribute("placed", "date"),
        attribute("shipped", "date"),
        attribute("version", "integer"),
    ),
    identities=(
        Identity(name="one_open", attributes=("customer_id",), where="status = 'open'", message="one is open"),
    ),  # type: ignore[arg-type]
    relationships=(belongs_to("customer", "customer", required=True),),
    rules=(
        rule("in_order", "shipped >= placed", "shipped before it was placed"),
        rule("round", "total % 10 = 0", "an odd price", severity="warning"),
    ),
    actions=(
        Action(
            name="reprice",
            kind="update",
            accept=(),
            arguments=(Argument(name="by", type="integer"),),  # type: ignore[arg-type]
            changes=(Assignment(attribute="total", value="total + :by"),),  # type: ignore[arg-type]
        ),
    ),
)

FLOW = Machine(
    name="flow",
    resource="orders",
    attribute="status",
    states=(State(name="open", initial=True), State(name="paid"), State(name="closed", kind="final")),
    transitions=(
        Transition(sources=("open",), target="paid", event="pay", guard="total > 0", message="there is nothing to pay"),  # type: ignore[arg-type]
        Transition(sources=("open", "paid"), target="closed", event="close"),
    ),
)

SHOP = Domain(name="shop", resources=(CUSTOMER, ORDERS), machines=(FLOW,))


class Tenants(Stage):
    """An attribute scope: every row belongs to the tenant it was made for, and nobody sees another's."""

    name = "tenants"
    at: StageName = "scope"

    def __init__(self, attribute_name: str = "tenant") -> None:
        self.attribute = attribute_name

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        if changeset.kind == "create" and self.attribute in changeset.resource.attribute_names:
            yield Assign(self.attribute, Reference("tenant"))

    def rows(self, resource: Resource, scope: Scope) -> Node | None:
        return (
            Binary("=", Path((self.attribute,)), Reference("tenant"))
            if self.attribute in resource.attribute_names
            else None
        )


class OwnRows(Stage):
    """A read policy: orders are seen by whoever sold them, and their margin by bosses alone; only open ones can be touched."""

    name = "own rows"
    at: StageName = "authorize"

    def rows(self, resource: Resource, scope: Scope) -> Node | None:
        return parse("seller = actor.name") if "seller" in resource.attribute_names else None

    def fields(self, resource: Resource, scope: Scope) -> Mapping[str, Node]:
        return {"margin": parse("actor.role = 'boss'")} if "margin" in resource.attribute_names else {}

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        if changeset.kind != "create" and "margin" in changeset.resource.attribute_names:
            yield Restrict(parse("margin < 100"))


def opened(domain: Domain = SHOP, *stages: Stage) -> Workspace:
    """A workspace in memory at a fixed moment."""
    return open(domain, stages=stages, clock=lambda: MOMENT, seed=7)


def table(workspace: Workspace, name: str) -> list[tuple[Any, ...]]:
    """All rows of a resource, in order."""
    return sorted(workspace._bound.store.query(Scan(stored_table(name))).tuples(), key=repr)
