"""Designs that the export tests share: an ordinary one, a hostile one, a large one, and any small one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from workbench.model import (
    Attribute,
    Constraints,
    Domain,
    EnumType,
    EnumValue,
    Identity,
    Machine,
    Measure,
    Relationship,
    Resource,
    Rule,
    State,
    Transition,
    parse_type,
)
from workbench.model.expression import Aggregate, Binary, Constant, IsNull, Node, Path

__all__ = ["HOSTILE_NAMES", "attribute", "domains", "hostile", "large", "shop"]

HOSTILE_NAMES = (
    '"', "'", "'; drop table x; --", "<script>alert(1)</script>", "class", "Class", "select", "order", "None", "两 words", "😀", " ", "a.b", "a/b~c",
    "model_config", "copy", "int", "date", "_private", "1st", "{x}", "a\\b", "`", "]]>", "#quot;", "%%{init}%%", "café", "CAFÉ", "*/", "__class__", "1. first", "- dash",
    "x" * 200, "x" * 200 + "y", "x" * 62 + "éé",
)  # fmt: skip


def path(*names: str) -> Path:
    return Path(names)


def attribute(name: str, type_: str, *, required: bool = False, **more: object) -> Attribute:
    return Attribute.model_validate({"name": name, "type": parse_type(type_), "required": required, **more})


def shop() -> Domain:
    """Customers, orders and their lines: every kind of constraint, a composite key, a machine."""
    status = EnumType(
        values=(
            EnumValue(name="open", label="Just opened"),
            EnumValue(name="paid"),
            EnumValue(name="can't ship"),
            EnumValue(name=" "),
        )
    )
    customer = Resource(
        name="customer",
        description='People who "buy"; it\'s <them>.',
        attributes=(
            attribute("id", "integer", required=True),
            attribute(
                "email", "email", required=True, sensitive=True, constraints=Constraints(pattern=r"[^@\s]+@[^@\s]+")
            ),
            attribute("name", "string", constraints=Constraints(min_length=1, max_length=40), label="Full name"),
            attribute("born_on", "date", constraints=Constraints(minimum=Constant(dt.date(1900, 1, 1)))),
            attribute("referred_by", "integer"),
        ),
        key=("id",),
        relationships=(
            Relationship(
                name="referrer",
                kind="belongs_to",
                destination="customer",
                source_key=("referred_by",),
                destination_key=("id",),
            ),
            Relationship(name="orders", kind="has_many", destination="order"),
        ),
        identities=(Identity(name="one_email", attributes=("email",)),),
    )
    order = Resource(
        name="order",
        label="Sales order",
        attributes=(
            attribute("id", "uuid", required=True, generated=True),
            Attribute(name="status", type=status, required=True, default=Constant("open")),
            attribute("placed_at", "timestamp", required=True),
            attribute("paid_at", "timestamp"),
            attribute(
                "total",
                "decimal(10, 2)",
                required=True,
                constraints=Constraints(minimum=Constant(0), maximum=Constant(Decimal("99999.50"))),
            ),
            attribute("tags", "array(string)"),
            attribute("note", "json"),
        ),
        key=("id",),
        relationships=(Relationship(name="customer", kind="belongs_to", destination="customer", required=True),),
        identities=(
            Identity(name="one_open", attributes=("customer_id",), where=Binary("=", path("status"), Constant("open"))),
        ),
        rules=(
            Rule(
                name="paid_after",
                condition=Binary(">=", path("paid_at"), path("placed_at")),
                message="paid before it's placed",
            ),
            Rule(
                name="paid_has_time",
                condition=Binary(
                    "or", Binary("!=", path("status"), Constant("paid")), IsNull(path("paid_at"), negated=True)
                ),
            ),
            Rule(name="has_lines", condition=Aggregate("exists", path("lines")), severity="warning"),
        ),
        measures=(Measure(name="revenue", expression=Aggregate("sum", path("total"))),),
    )
    line = Resource(
        name="order line",
        attributes=(
            attribute("position", "integer", required=True, constraints=Constraints(minimum=Constant(1))),
            attribute("quantity", "float", required=True, default=Constant(1.0)),
            attribute("price", "decimal(10, 2)", required=True),
        ),
        key=("order_id", "position"),
        relationships=(Relationship(name="order", kind="belongs_to", destination="order", required=True),),
    )
    shipment = Resource(
        name="shipment",
        attributes=(attribute("order_id", "uuid", required=True), attribute("position", "integer", required=True)),
        key=("order_id", "position"),
        relationships=(
            Relationship(
                name="line",
                kind="belongs_to",
                destination="order line",
                source_key=("order_id", "position"),
                destination_key=("order_id", "position"),
                required=True,
            ),
        ),
    )
    machine = Machine(
        name="sale",
        resource="order",
        attribute="status",
        states=(State(name="open", initial=True), State(name="paid"), State(name="can't ship", kind="final")),
        transitions=(
            Transition(sources=("open",), target="paid", event="pay", guard=Binary(">", path("total"), Constant(0))),
            Transition(sources=("open", "paid"), target="can't ship", event='give "up"'),
        ),
    )
    return Domain(
        name="shop", description="A small shop.", resources=(customer, order, line, shipment), machines=(machine,)
    )


def hostile() -> Domain:
    """Every hostile name as a resource, an attribute, an enum value and a description; required references in a circle."""
    values = EnumType(values=tuple(EnumValue(name=name, label=name) for name in HOSTILE_NAMES))
    attributes = tuple(
        Attribute(name=name, type=values if number == 0 else parse_type("string"), description=name, label=name)
        for number, name in enumerate(HOSTILE_NAMES)
    )
    resources = [
        Resource(
            name=name,
            label=name,
            description=name + '"""\\',
            attributes=(attribute("id", "integer", required=True), *attributes),
            key=("id",),
            relationships=(
                Relationship(
                    name=f"next {name}"[:255],
                    kind="belongs_to",
                    destination=HOSTILE_NAMES[(number + 1) % len(HOSTILE_NAMES)],
                    required=True,
                ),
                Relationship(name="itself", kind="belongs_to", destination=name),
            ),
            identities=(Identity(name=name, attributes=(name, "id")),),
            rules=(Rule(name=name, condition=Binary("!=", path(name), Constant(name)), message=name),),
        )
        for number, name in enumerate(HOSTILE_NAMES)
    ]
    machine = Machine(
        name="'; --",
        resource="class",
        attribute='"',
        states=tuple(State(name=name, initial=number == 0) for number, name in enumerate(HOSTILE_NAMES)),
        transitions=tuple(
            Transition(sources=(name,), target=HOSTILE_NAMES[number - 1], event=name)
            for number, name in enumerate(HOSTILE_NAMES)
        ),
    )
    return Domain(name="<b>'\"", resources=tuple(resources), machines=(machine,))


def large(count: int = 300) -> Domain:
    """``count`` resources, each referring to the one before."""
    resources = [
        Resource(
            name=f"resource_{number}",
            attributes=(
                attribute("id", "integer", required=True),
                attribute("name", "string"),
                attribute("at", "timestamp"),
            ),
            key=("id",),
            relationships=(
                Relationship(name="before", kind="belongs_to", destination=f"resource_{max(number - 1, 0)}"),
            ),
            cluster=f"part {number // 50}",
        )
        for number in range(count)
    ]
    return Domain(name="large", resources=tuple(resources))


_NAMES = st.one_of(
    st.sampled_from(HOSTILE_NAMES), st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
).filter(lambda name: name.isprintable())
_TYPES = st.sampled_from(
    ["string", "text", "integer", "float", "decimal", "decimal(9, 3)", "boolean", "date", "time", "timestamp", "local_timestamp", "duration",
     "uuid", "json", "binary", "email", "year", "enum('a', '', 'it''s')".replace(", ''", ""), "array(integer)"]
)  # fmt: skip


@st.composite
def _resources(draw: st.DrawFn, name: str, others: list[str]) -> Resource:
    names = draw(st.lists(_NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    attributes = [Attribute(name=each, type=parse_type(draw(_TYPES)), required=draw(st.booleans())) for each in names]
    simple = [
        each.name for each in attributes if not str(each.type).startswith(("array", "json", "duration", "binary"))
    ]
    key = tuple(draw(st.lists(st.sampled_from(simple), unique=True, max_size=2))) if simple else ()
    relationships = [
        Relationship(name=f"to {number}", kind="belongs_to", destination=other, required=draw(st.booleans()))
        for number, other in enumerate(draw(st.lists(st.sampled_from(others), max_size=2)))
    ]
    rules = [
        Rule(name=f"rule {number}", condition=draw(_conditions(names)), message=draw(_NAMES))
        for number in range(draw(st.integers(0, 1)))
    ]
    return Resource(
        name=name, attributes=tuple(attributes), key=key, relationships=tuple(relationships), rules=tuple(rules)
    )


@st.composite
def _conditions(draw: st.DrawFn, names: list[str]) -> Node:
    known = IsNull(path(draw(st.sampled_from(names))), negated=draw(st.booleans()))
    return draw(st.sampled_from([known, Binary("or", known, known), Binary("and", known, IsNull(path(names[0])))]))


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    """Any small domain: odd names, every type, references that may go in circles."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    return Domain(name=draw(_NAMES), resources=tuple(draw(_resources(name, names)) for name in names))
