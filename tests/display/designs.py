"""Designs that are drawn in tests: a shop that uses every mark, a hostile one, and generated ones of any size."""

from __future__ import annotations

import random

from workbench.model import Attribute, Domain, Identity, Machine, Relationship, Resource, State, Transition

__all__ = ["HOSTILE", "generated", "hostile", "shop", "staff"]

HOSTILE = (
    "<script>window.hacked=1</script>",
    '"; drop table x; --',
    "a\\nb\\",
    "<img src=x onerror=window.hacked=1>",
    "שלום עולם",
    "\u202eevil",
    "👩‍👩‍👧 naïve 日本",
    "&amp; ]]> <![CDATA[",
    "x" * 255,
    "</title></svg><script>window.hacked=1</script>",
    "{{7*7}} ${x} %s",
)


def attribute(name: str, kind: str, **more: bool) -> Attribute:
    return Attribute(name=name, type=kind, **more)  # type: ignore[arg-type]


def belongs(name: str, to: str, *keys: str, required: bool = False) -> Relationship:
    return Relationship(name=name, kind="belongs_to", destination=to, source_key=keys, required=required)


def shop() -> Domain:
    """Eight resources in four parts: a self reference, a composite key, a one-to-one, unique, sensitive and state attributes."""
    customer = Resource(
        name="customer",
        cluster="sales",
        key=("id",),
        description="whoever has ever ordered",
        attributes=(
            attribute("id", "uuid"),
            attribute("email", "email", required=True, sensitive=True),
            attribute("name", "string", sensitive=True),
            attribute("tier", "enum(gold, silver, bronze)", required=True),
            attribute("referred_by", "uuid"),
        ),
        identities=(Identity(name="by_email", attributes=("email",)),),
        relationships=(
            belongs("referrer", "customer", "referred_by"),
            Relationship(name="orders", kind="has_many", destination="order"),
        ),
    )
    order = Resource(
        name="order",
        cluster="sales",
        key=("id",),
        attributes=(
            attribute("id", "uuid"),
            attribute("customer_id", "uuid", required=True),
            attribute("status", "enum(placed, paid, shipped, cancelled)", required=True),
            attribute("placed_at", "timestamp", required=True),
            attribute("total", "decimal(12, 2)"),
        ),
        relationships=(belongs("customer", "customer", "customer_id", required=True),),
    )
    line = Resource(
        name="order_line",
        cluster="sales",
        key=("order_id", "number"),
        attributes=(
            attribute("order_id", "uuid"),
            attribute("number", "integer"),
            attribute("product_id", "uuid", required=True),
            attribute("quantity", "integer", required=True),
        ),
        relationships=(
            belongs("order", "order", "order_id", required=True),
            belongs("product", "product", "product_id", required=True),
        ),
    )
    product = Resource(
        name="product",
        cluster="catalogue",
        key=("id",),
        attributes=(
            attribute("id", "uuid"),
            attribute("name", "string", required=True),
            attribute("category_id", "uuid"),
        ),
        relationships=(belongs("category", "category", "category_id"),),
    )
    category = Resource(
        name="category",
        cluster="catalogue",
        key=("id",),
        attributes=(
            attribute("id", "uuid"),
            attribute("parent_id", "uuid"),
            attribute("name", "string", required=True),
        ),
        relationships=(belongs("parent", "category", "parent_id"),),
    )
    invoice = Resource(
        name="invoice",
        cluster="money",
        key=("order_id",),
        attributes=(attribute("order_id", "uuid"), attribute("number", "string", required=True)),
        relationships=(belongs("order", "order", "order_id", required=True),),
    )
    shipment = Resource(
        name="shipment",
        cluster="logistics",
        key=("id",),
        attributes=(
            attribute("id", "uuid"),
            attribute("order_id", "uuid"),
            attribute("line_number", "integer"),
            attribute("sent_on", "date"),
        ),
        relationships=(belongs("line", "order_line", "order_id", "line_number"),),
    )
    note = Resource(name="note", key=("id",), attributes=(attribute("id", "uuid"), attribute("body", "text")))
    fulfilment = Machine(
        name="fulfilment",
        resource="order",
        attribute="status",
        states=(State(name="placed", initial=True), State(name="paid")),
        transitions=(Transition(sources=("placed",), target="paid", event="pay"),),
    )
    return Domain(
        name="shop",
        label="Shop",
        description="What is sold, to whom, and how it gets there.",
        resources=(customer, order, line, product, category, invoice, shipment, note),
        machines=(fulfilment,),
    )


def staff() -> Domain:
    """Three self references between an employee's rows, one with a composite key, and a reference to a pair that is no key."""
    department = Resource(
        name="department",
        key=("id",),
        attributes=tuple(attribute(name, "integer") for name in ("id", "site", "number")),
        identities=(Identity(name="place", attributes=("site", "number")),),
    )
    names = ("id", "manager_id", "mentor_id", "site", "number", "office", "badge", "substitute_id", "substitute_badge")
    place = Relationship(
        name="place",
        kind="belongs_to",
        destination="department",
        source_key=("site", "number"),
        destination_key=("site", "number"),
    )
    substitute = Relationship(
        name="substitute",
        kind="belongs_to",
        destination="employee",
        source_key=("substitute_id", "substitute_badge"),
        destination_key=("id", "badge"),
    )
    employee = Resource(
        name="employee",
        key=("id",),
        attributes=tuple(attribute(name, "integer") for name in names),
        identities=(Identity(name="badges", attributes=("id", "badge")),),
        relationships=(
            belongs("manager", "employee", "manager_id"),
            belongs("mentor", "employee", "mentor_id"),
            place,
            substitute,
        ),
    )
    payment = Resource(
        name="payment",
        key=("id",),
        attributes=(attribute("id", "integer"), attribute("employee_id", "integer", required=True)),
        relationships=(belongs("employee", "employee", "employee_id", required=True),),
    )
    return Domain(name="staff", resources=(department, employee, payment))


def hostile() -> Domain:
    """A domain whose every text is one of ``HOSTILE``."""
    resources = tuple(
        Resource(
            name=name.replace("\n", " "),
            description=name,
            label=name,
            cluster=HOSTILE[index % 3],
            key=(HOSTILE[0],),
            attributes=tuple(Attribute(name=each, type="string", description=each, required=True) for each in HOSTILE),
            relationships=(belongs(HOSTILE[1], HOSTILE[(index + 1) % len(HOSTILE)], HOSTILE[index]),),
        )
        for index, name in enumerate(HOSTILE)
    )
    return Domain(name=HOSTILE[0], label=HOSTILE[5], description="\n".join(HOSTILE), resources=resources)


def generated(count: int, clusters: int = 0, seed: int = 1) -> Domain:
    """``count`` resources that refer mostly to few others, as schemas do; in ``clusters`` parts when that is not 0."""
    random_ = random.Random(seed)
    resources = []
    for index in range(count):
        targets = (
            {min(int(random_.expovariate(6 / (index + 6))), index - 1) for _ in range(random_.choice((0, 1, 1, 2, 3)))}
            if index
            else set()
        )
        targets = sorted(targets)
        resources.append(
            Resource(
                name=f"table_{index:03d}",
                cluster=f"area {index * clusters // count}" if clusters else "",
                key=("id",),
                attributes=(
                    attribute("id", "integer"),
                    *(attribute(f"t{target}_id", "integer", required=bool(target % 2)) for target in targets),
                    *(attribute(f"column_{number}", "string") for number in range(random_.randint(2, 14))),
                ),
                relationships=tuple(
                    belongs(f"t{target}", f"table_{target:03d}", f"t{target}_id", required=bool(target % 2))
                    for target in targets
                ),
            )
        )
    return Domain(name=f"generated_{count}", resources=tuple(resources))
