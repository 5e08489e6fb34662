"""A small domain with every kind of relationship, its tables, and rows the evaluator can follow through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.model import Attribute, Domain, Relationship, Resource
from workbench.relation.plan import TableName

__all__ = ["DOMAIN", "TABLES", "LinkedRow", "linked", "table_of"]


def attributes(**types: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name=name, type=type_, source_name=f"c_{name}") for name, type_ in types.items())  # type: ignore[arg-type]


def belongs_to(name: str, destination: str) -> Relationship:
    return Relationship(name=name, kind="belongs_to", destination=destination)


DOMAIN = Domain(
    name="shop",
    resources=(
        Resource(
            name="customer",
            key=("id",),
            source_name="t_customer",
            attributes=attributes(id="integer", name="string", credit="integer", parent_id="integer"),
            relationships=(
                belongs_to("parent", "customer"),
                Relationship(
                    name="children",
                    kind="has_many",
                    destination="customer",
                    source_key=("id",),
                    destination_key=("parent_id",),
                ),
                Relationship(name="orders", kind="has_many", destination="order"),
                Relationship(name="open_orders", kind="has_many", destination="order", filter="is_open"),  # type: ignore[arg-type]
                Relationship(name="tags", kind="many_to_many", destination="tag", through="customer_tag"),
                Relationship(name="profile", kind="has_one", destination="profile"),
            ),
        ),
        Resource(
            name="order",
            key=("id",),
            source_name="t_order",
            attributes=attributes(
                id="integer", customer_id="integer", total="decimal(10, 2)", placed="date", is_open="boolean"
            ),
            relationships=(
                belongs_to("customer", "customer"),
                Relationship(name="lines", kind="has_many", destination="line"),
                Relationship(
                    name="rich_customer",
                    kind="belongs_to",
                    destination="customer",
                    source_key=("customer_id",),
                    destination_key=("id",),
                    filter="credit > 1 and parent.credit is not null",  # type: ignore[arg-type]
                ),
            ),
        ),
        Resource(
            name="line",
            key=("id",),
            source_name="t_line",
            attributes=attributes(id="integer", order_id="integer", quantity="integer", article="string"),
            relationships=(belongs_to("order", "order"),),
        ),
        Resource(
            name="tag",
            key=("id",),
            source_name="t_tag",
            attributes=attributes(id="integer", label="string"),
            relationships=(
                Relationship(name="customers", kind="many_to_many", destination="customer", through="customer_tag"),
            ),
        ),
        Resource(
            name="customer_tag",
            key=("customer_id", "tag_id"),
            source_name="t_customer_tag",
            attributes=attributes(customer_id="integer", tag_id="integer"),
            relationships=(belongs_to("customer", "customer"), belongs_to("tag", "tag")),
        ),
        Resource(
            name="profile",
            key=("id",),
            source_name="t_profile",
            attributes=attributes(id="integer", customer_id="integer", motto="string"),
            relationships=(belongs_to("customer", "customer"),),
        ),
    ),
)
"""Tables and columns have other names than resources and attributes: ``t_order``, ``c_total``."""

TABLES = {each.name: tuple(attribute.name for attribute in each.attributes) for each in DOMAIN.resources}


def table_of(resource: Resource) -> TableName:
    return TableName(resource.source_name)


class LinkedRow(Mapping[str, Any]):
    """A row that finds what its relationships reach when asked, as the evaluator expects it."""

    def __init__(self, resource: Resource, values: dict[str, Any], data: Mapping[str, list[dict[str, Any]]]) -> None:
        self.resource, self.values_, self.data = resource, values, data

    def __getitem__(self, name: str) -> Any:
        if name in self.values_:
            return self.values_[name]
        relationship = self.resource.relationship(name)
        found = [
            LinkedRow(DOMAIN.resource(relationship.destination), each, self.data)
            for each in self._reached(relationship)
        ]
        if name == "open_orders":
            found = [each for each in found if each["is_open"] is True]
        if name == "rich_customer":
            found = [
                each for each in found
                if (each["credit"] or 0) > 1 and each["parent"] is not None and each["parent"]["credit"] is not None
            ]  # fmt: skip
        return found if relationship.is_to_many else next(iter(found), None)

    def _reached(self, relationship: Relationship) -> list[dict[str, Any]]:
        keys = DOMAIN.relationship_keys(self.resource, relationship)
        own = [self.values_[each] for each in keys.source]
        rows = self.data[relationship.destination]
        if relationship.kind == "many_to_many":
            mine, other = f"{self.resource.name}_id", f"{relationship.destination}_id"
            pairs = [each for each in self.data["customer_tag"] if each[mine] == self.values_["id"]]
            return [row for pair in pairs for row in rows if row["id"] == pair[other] and pair[other] is not None]
        return [row for row in rows if None not in own and [row[each] for each in keys.destination] == own]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def linked(resource: str, data: Mapping[str, list[dict[str, Any]]]) -> list[LinkedRow]:
    """The rows of a resource, each of which finds what it reaches in ``data``."""
    return [LinkedRow(DOMAIN.resource(resource), row, data) for row in data[resource]]
