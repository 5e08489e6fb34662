"""Small designs with one mistake each, written short: ``resource("orders", "id uuid!", "note text", key=["id"])``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.model import Domain

__all__ = ["ALWAYS", "CASES", "SOUND", "Case", "attribute", "case", "domain", "orders", "resource", "ring"]


def attribute(text: str, **rest: Any) -> dict[str, Any]:
    """``name type``, with ``!`` behind a required one and ``= value`` behind that for a default."""
    head, _, default = text.partition(" = ")
    name, _, type_ = head.rstrip("!").partition(" ")
    given = {"name": name, "type": type_, "required": head.endswith("!")} | ({"default": default} if default else {})
    return given | rest


def resource(name: str, *attributes: str | dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A resource whose key is ``id``, unless told otherwise."""
    listed = [attribute(each) if isinstance(each, str) else each for each in attributes]
    has_id = any(each["name"] == "id" for each in listed)
    return {"name": name, "attributes": listed, "key": ["id"] if has_id else []} | rest


def domain(*resources: dict[str, Any], **rest: Any) -> Domain:
    """A domain of these resources."""
    return Domain.model_validate({"name": "x", "resources": resources} | rest)


SOUND = domain(
    resource(
        "customers",
        "id uuid!",
        "email email!",
        "tier enum(basic, gold)! = 'basic'",
        attribute("age integer", constraints={"minimum": "0", "maximum": "150"}),
        attribute("code string = 'A-1'", constraints={"min_length": 3, "max_length": 9, "pattern": "[A-Z]-[0-9]+"}),
        identities=[{"name": "by_email", "attributes": ["email"]}],
        relationships=[{"name": "placed", "kind": "has_many", "destination": "orders"}],
        field_policies=[{"name": "hide", "attributes": ["age"], "condition": "actor.role = 'clerk'"}],
    ),
    resource(
        "orders",
        "id uuid!",
        "customer_id uuid!",
        "status enum(open, paid, void)! = 'open'",
        "placed_at timestamp!",
        "total decimal(10, 2)! = 0",
        relationships=[
            {"name": "customer", "kind": "belongs_to", "destination": "customers", "required": True},
            {"name": "tags", "kind": "many_to_many", "destination": "labels", "through": "taggings"},
        ],
        rules=[{"name": "positive", "condition": "total >= 0"}],
        measures=[{"name": "revenue", "expression": "sum(total)"}],
        dimensions=[{"name": "day", "expression": "placed_at", "grain": "day"}],
        actions=[
            {"name": "place", "kind": "create", "accept": ["id", "customer_id", "placed_at"], "arguments": [{"name": "note", "type": "text"}]},
            {"name": "pay", "kind": "update", "accept": [], "changes": [{"attribute": "status", "value": "'paid'"}]},
        ],
        policies=[{"name": "clerks", "actions": ["pay", "read"], "condition": "actor.role = 'clerk'"}],
    ),
    resource("labels", "id uuid!", "text text!"),
    resource(
        "taggings",
        "order_id uuid!",
        "label_id uuid!",
        key=["order_id", "label_id"],
        relationships=[
            {"name": "order", "kind": "belongs_to", "destination": "orders"},
            {"name": "label", "kind": "belongs_to", "destination": "labels"},
        ],
    ),
    machines=[
        {
            "name": "payment",
            "resource": "orders",
            "attribute": "status",
            "states": [{"name": "open", "initial": True}, {"name": "paid"}, {"name": "void", "kind": "final"}],
            "transitions": [
                {"sources": ["open"], "target": "paid", "event": "pay", "guard": "total > 0"},
                {"sources": ["open"], "target": "void", "after": "interval '30 days'", "since": "placed_at",
                 "effects": [{"kind": "update", "target": "customer"}, {"kind": "send", "target": "gone"}]},
                {"sources": ["open", "paid"], "target": "void", "event": "cancel"},
            ],
        }
    ],
    sources=[{"name": "old", "kind": "csv", "location": "data/orders.csv", "resource": "orders", "fields": [{"attribute": "id", "column": "ID"}]}],
    contracts=[{"name": "v1", "version": "1", "endpoints": [
        {"name": "pay_order", "method": "POST", "path": "/orders/{id}/pay", "resource": "orders", "action": "pay"}]}],
    policies=[{"name": "staff", "actions": ["place", "destroy"], "condition": "true"}],
    extensions={"vendor": {"colours": ["red", 1.5, None, True]}},
    time_zone="Europe/Vienna",
)  # fmt: skip
"""A design without any problem."""


@dataclass(frozen=True, slots=True)
class Case:
    """A design in which ``code`` is found at ``path`` with ``says`` in its message or hint, beside the codes ``also``."""

    code: str
    path: str
    says: str
    design: Domain
    also: frozenset[str] = frozenset()


CASES: list[Case] = []


def case(code: str, path: str, says: str, design: Domain, *also: str) -> None:
    """Add a case."""
    CASES.append(Case(code, path, says, design, frozenset(also)))


def orders(*attributes: str | dict[str, Any], **rest: Any) -> Domain:
    """A domain of one resource."""
    return domain(resource("orders", "id uuid!", *attributes, **rest))


def ring(*names: str) -> list[dict[str, Any]]:
    """Resources each of which requires the next."""
    return [
        resource(
            name, "id uuid!", "to_id uuid!", relationships=[{"name": "to", "kind": "belongs_to", "destination": target}]
        )
        for name, target in zip(names, [*names[1:], names[0]], strict=True)
    ]


ALWAYS = {"name": "p", "condition": "true"}
