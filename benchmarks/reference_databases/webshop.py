"""A web shop on uuid keys: two addresses an order, natural product codes, a category tree, mostly idle customers.

Traps: only a tenth of the customers ever ordered; e-mail, product title and price are copied into orders and lines;
line numbers, ratings, quantities and percentages are small numbers; session tokens are hashes and no reference.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["WEBSHOP"]

TRUTH = parse_truth(
    keys="""
    customers(id) addresses(id) categories(id) products(sku) coupons(code) orders(id) order_items(order_id, line_no)
    payments(id) invoices(order_id) reviews(customer_id, sku) order_history(id) carts(id)
    """,
    alternate_keys="customers(email) orders(number) categories(slug) invoices(invoice_no)",
    references="""
    addresses.customer_id -> customers.id
    categories.parent_id -> categories.id
    products.category_id -> categories.id
    orders.customer_id -> customers.id
    orders.billing_address_id -> addresses.id
    orders.shipping_address_id -> addresses.id
    orders.coupon -> coupons.code
    order_items.order_id -> orders.id
    order_items.sku -> products.sku  dangling 0.02
    payments.order_id -> orders.id
    invoices.order_id -> orders.id
    reviews.customer_id -> customers.id
    reviews.sku -> products.sku
    order_history.order_id -> orders.id
    carts.customer_id -> customers.id
    """,
    also_acceptable="""
    orders.email -> customers.email
    order_items.title -> products.title
    """,
    enums="""
    customers.locale addresses.country products.tax_percent orders.status orders.currency payments.method payments.state
    order_history.status reviews.rating
    """,
    states="orders.status payments.state order_history.status",
    sensitive="""
    customers.email customers.given_name customers.family_name customers.phone customers.password_hash addresses.street
    addresses.recipient addresses.postcode orders.email
    """,
)
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 10, 31)
STATUSES = {"placed": 5, "paid": 8, "shipped": 12, "delivered": 68, "returned": 4, "cancelled": 3}
PATH = ["placed", "paid", "shipped", "delivered", "returned"]


def _customers(s: Sampler) -> Tables:
    count = 9_000
    ids, names = s.uuids(count), s.full_names(count)
    owners = ids + s.subset(ids, 0.15)
    return {
        "customers": pa.table(
            {
                "id": ids,
                "email": s.emails(names, "post.example"),
                "given_name": [name.split()[0] for name in names],
                "family_name": [name.split()[1] for name in names],
                "phone": s.with_nulls(s.phones(count), 0.4),
                "locale": s.weighted({"de_DE": 55, "en_GB": 20, "fr_FR": 15, "nl_NL": 10}, count),
                "password_hash": s.hashes(count, 64),
                "newsletter": s.integers(count, 0, 1),
                "created_at": s.moments(count, dt.date(2019, 5, 1), LAST),
            }
        ),
        "addresses": pa.table(
            {
                "id": s.uuids(len(owners)),
                "customer_id": s.shuffled(owners),
                "recipient": s.full_names(len(owners)),
                "street": [
                    f"{name} {n}"
                    for name, n in zip(
                        s.pick(s.titles(200, 1), len(owners)), s.integers(len(owners), 1, 199), strict=True
                    )
                ],
                "postcode": s.postcodes(len(owners)),
                "city": s.cities(len(owners)),
                "country": s.weighted({"DE": 60, "AT": 10, "FR": 15, "NL": 10, "GB": 5}, len(owners)),
            }
        ),
    }


def _catalogue(s: Sampler) -> Tables:
    categories, names, count = s.uuids(70), s.titles(70, 1), 1_400
    return {
        "categories": pa.table(
            {
                "id": categories,
                "parent_id": [None if i < 8 else s.random.choice(categories[: min(i, 30)]) for i in range(70)],
                "name": names,
                "slug": [name.lower() for name in names],
                "position": [1 + i % 9 for i in range(70)],
            }
        ),
        "products": pa.table(
            {
                "sku": s.codes(count, "AAA-9999"),
                "title": s.titles(count, 2),
                "category_id": s.pick(categories[8:], count, skew=0.6),
                "price": s.money(count, 2, 900),
                "tax_percent": s.weighted({19: 80, 7: 20}, count),
                "stock": s.integers(count, 0, 500),
                "weight_g": s.integers(count, 20, 25_000),
            }
        ),
        "coupons": pa.table(
            {
                "code": s.codes(40, "AAAAA99"),
                "percent": s.pick([5, 10, 15, 20, 50], 40),
                "valid_until": s.dates(40, FIRST, LAST),
                "max_uses": s.pick([1, 100, 1000], 40),
            }
        ),
    }


def _orders(s: Sampler, people: Tables, catalogue: Tables) -> pa.Table:
    count = 7_000
    emails = dict(zip(people["customers"]["id"].to_pylist(), people["customers"]["email"].to_pylist(), strict=True))
    homes: dict[str, list[str]] = {}
    for address in people["addresses"].to_pylist():
        homes.setdefault(address["customer_id"], []).append(address["id"])
    buyers = s.pick(s.subset(list(emails), 0.1), count, skew=0.5)
    return pa.table(
        {
            "id": s.uuids(count),
            "number": s.ids(count, 100_001, gaps=0.03),
            "customer_id": buyers,
            "email": [emails[buyer] for buyer in buyers],
            "billing_address_id": [homes[buyer][0] for buyer in buyers],
            "shipping_address_id": [s.random.choice(homes[buyer]) for buyer in buyers],
            "coupon": s.with_nulls(s.pick(catalogue["coupons"]["code"].to_pylist(), count, skew=1.0), 0.85),
            "status": s.weighted(STATUSES, count),
            "currency": s.weighted({"EUR": 90, "GBP": 6, "CHF": 4}, count),
            "placed_at": s.moments(count, FIRST, LAST),
            "session_token": s.hashes(count, 32),
        }
    )


def _lines(s: Sampler, orders: list[str], products: list[dict[str, object]]) -> pa.Table:
    lines = s.numbered(orders, 1, 4)
    chosen = s.pick(products, len(lines), skew=0.9)
    return pa.table(
        {
            "order_id": [order for order, _ in lines],
            "line_no": [number for _, number in lines],
            "sku": s.with_dangling([product["sku"] for product in chosen], 0.02, lambda: s.codes(1, "OLD-9999")[0]),
            "title": [product["title"] for product in chosen],
            "quantity": s.counts(len(lines), 0.8),
            "unit_price": [product["price"] for product in chosen],
            "discount_percent": s.weighted({0: 85, 5: 6, 10: 5, 15: 4}, len(lines)),
        }
    )


def _after_sale(s: Sampler, orders: pa.Table, customers: list[str], skus: list[str]) -> Tables:
    rows = orders.to_pylist()
    paid = s.shuffled([row for row in rows if row["status"] != "placed"] + s.subset(rows, 0.03))
    billed = [row for row in rows if row["status"] in ("shipped", "delivered", "returned")]
    passed = [
        (row["id"], status, row["placed_at"] + dt.timedelta(hours=9 * step))
        for row in rows
        for step, status in enumerate(
            ["placed", "cancelled"] if row["status"] == "cancelled" else PATH[: PATH.index(row["status"]) + 1]
        )
    ]
    reviews = s.pairs(s.subset(customers, 0.09), skus, 1, 3)
    carts = 2_500
    return {
        "payments": pa.table(
            {
                "id": s.uuids(len(paid)),
                "order_id": [row["id"] for row in paid],
                "method": s.weighted({"card": 50, "paypal": 30, "invoice": 20}, len(paid)),
                "state": s.weighted({"captured": 88, "failed": 5, "refunded": 7}, len(paid)),
                "amount": s.money(len(paid), 5, 900),
            }
        ),
        "invoices": pa.table(
            {
                "order_id": [row["id"] for row in billed],
                "invoice_no": [f"R{number}" for number in s.ids(len(billed), 2_025_000)],
                "issued_on": [row["placed_at"].date() + dt.timedelta(days=2) for row in billed],
            }
        ),
        "order_history": pa.table(
            {
                "id": s.ids(len(passed), 1, gaps=0.01),
                "order_id": [order for order, _, _ in passed],
                "status": [status for _, status, _ in passed],
                "changed_at": [moment for _, _, moment in passed],
            }
        ),
        "reviews": pa.table(
            {
                "customer_id": [customer for customer, _ in reviews],
                "sku": [sku for _, sku in reviews],
                "rating": s.weighted({1: 6, 2: 5, 3: 12, 4: 30, 5: 47}, len(reviews)),
                "helpful": s.integers(len(reviews), 0, 40),
                "verified": s.integers(len(reviews), 0, 1),
            }
        ),
        "carts": pa.table(
            {
                "id": s.uuids(carts),
                "customer_id": s.with_nulls(s.pick(customers, carts), 0.6),
                "items": s.integers(carts, 0, 12),
                "session_token": s.hashes(carts, 32),
            }
        ),
    }


def build() -> Tables:
    """The twelve tables."""
    s = Sampler(3)
    people, catalogue = _customers(s), _catalogue(s)
    orders = _orders(s, people, catalogue)
    lines = _lines(s, orders["id"].to_pylist(), catalogue["products"].to_pylist())
    after = _after_sale(s, orders, people["customers"]["id"].to_pylist(), catalogue["products"]["sku"].to_pylist())
    return {**people, **catalogue, "orders": orders, "order_items": lines, **after}


WEBSHOP = ReferenceDatabase("webshop", "tuning", build, TRUTH)
