"""What is wrong with the made-up shop: each kind of dirt, how much of it, and the list of every spoilt cell.

An order is touched by at most one kind (its lines, payments, shipment and events included), so that every rule that
somebody writes can be judged: what it finds is in the list, or it is a false alarm.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from shop_tables import KEYS, Customer, Dirt, Event, Order, Row, Shop, money

__all__ = ["add_repeated_customers", "spoil", "write_dirt"]

COUNTRY_NAMES = {"DE": "Germany", "AT": "Austria", "FR": "France", "NL": "Holland", "GB": "UK", "CH": "Schweiz"}
EARLIER_STATUS = {
    "delivered": "shipped",
    "shipped": "packed",
    "refunded": "returned",
    "cancelled": "placed",
    "packed": "paid",
}


def change(shop: Shop, table: str, row: Any, column: str, kind: str, value: object) -> None:
    """Put the value into the cell and note what stood there."""
    shop.dirt.append(Dirt(table, row, column, kind, getattr(row, column)))
    setattr(row, column, value)


def typo(r: random.Random, name: str) -> str:
    """The name with two neighbouring letters swapped, one left out or one doubled."""
    at = r.randrange(1, len(name) - 2)
    return r.choice(
        (
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
        )
    )


def add_repeated_customers(r: random.Random, shop: Shop) -> None:
    """240 people register again: the same address in another case, the name with a typing error, a new number."""
    for number, first in enumerate(r.sample(shop.customers[:10_500], 240), len(shop.customers) + 1):
        again = copy.copy(first)
        again.customer_id, again.name = f"C{number:06d}", typo(r, str(first.name))
        again.email = r.choice((first.email.upper(), first.email.title(), f" {first.email}"))
        again.registered_at, again.tier = first.registered_at + dt.timedelta(days=r.randrange(3, 200)), "bronze"
        shop.customers.append(again)
        shop.dirt.append(Dirt("customers", again, "customer_id", "repeated_customer", first))


def spoil(r: random.Random, shop: Shop) -> None:
    """Spoil the clean shop, number payments, shipments and events in the order of time, and fill `shop.dirt`."""
    spoil_customers(r, shop)
    spoil_products(r, shop)
    untouched = iter(r.sample(shop.orders, len(shop.orders)))
    events: dict[int, list[Event]] = defaultdict(list)
    for event in shop.events:
        events[event.order_id].append(event)
    add_events(r, shop, untouched, events)
    repeat_payments(r, shop, untouched)
    number(shop.payments, "payment_id", 1, "created_at")
    number(shop.shipments, "shipment_id", 70_001, "shipped_at")
    number(shop.events, "event_id", 1, "occurred_at")
    spoil_events(r, shop, untouched, events)
    spoil_orders(r, shop, untouched)
    spoil_parts(r, shop, untouched)


def number(rows: list[Any], column: str, first: int, time: str) -> None:
    """Sort the rows by time and number them."""
    rows.sort(key=lambda row: (getattr(row, time), row.order_id))
    for value, row in enumerate(rows, first):
        setattr(row, column, value)


def take(orders: Iterator[Order], count: int, fits: Callable[[Order], bool] = lambda order: True) -> list[Order]:
    """The next untouched orders that fit; those passed over stay clean."""
    found: list[Order] = []
    while len(found) < count:
        order = next(orders)
        if fits(order):
            found.append(order)
    return found


def spoil_customers(r: random.Random, shop: Shop) -> None:
    """Addresses that are none, missing names and countries, spaces, and countries written out."""
    known = [customer for customer in shop.customers[:12_000] if customer.country in COUNTRY_NAMES]
    repeated = {id(dirt.original) for dirt in shop.dirt}
    clean = iter(r.sample([customer for customer in known if id(customer) not in repeated], 900))

    def next_customers(count: int) -> list[Customer]:
        return [next(clean) for _ in range(count)]

    for customer in next_customers(120):
        local, domain = customer.email.split("@")
        broken = r.choice(
            (f"{local}@", f"{local}.{domain}", f"{local} at {domain}", f"{local}@@{domain}", f"@{domain}", "none")
        )
        change(shop, "customers", customer, "email", "malformed_email", broken)
    for customer in next_customers(90):
        change(shop, "customers", customer, "name", "missing_value", None)
    for customer in next_customers(60):
        change(shop, "customers", customer, "country", "missing_value", None)
    for customer in next_customers(150):
        change(
            shop,
            "customers",
            customer,
            "name",
            "stray_whitespace",
            r.choice((f" {customer.name}", f"{customer.name}  ")),
        )
    for customer in next_customers(110):
        country = str(customer.country)
        written = r.choice((country.lower(), f"{country} ", COUNTRY_NAMES[country]))
        change(shop, "customers", customer, "country", "nonstandard_code", written)


def spoil_products(r: random.Random, shop: Shop) -> None:
    """Products without a category, and prices of zero or less."""
    chosen = r.sample(shop.products, 12)
    for product in chosen[:8]:
        change(shop, "products", product, "category", "missing_value", None)
    for product in chosen[8:]:
        change(shop, "products", product, "price", "nonpositive_price", r.choice((money(0), -product.price)))


def add_events(r: random.Random, shop: Shop, untouched: Iterator[Order], events: dict[int, list[Event]]) -> None:
    """A cancellation of parcels that are under way, and deliveries reported twice."""
    for order in take(untouched, 250, lambda order: order.status == "delivered"):
        delivered = events[order.order_id][-1]
        at = delivered.occurred_at - dt.timedelta(minutes=r.randrange(1, 9))
        agent = f"agent:{r.randrange(1, 25):02d}"
        extra = Event(0, order.order_id, delivered.version, "cancelled", at, agent, None, "changed mind")
        delivered.version += 1
        shop.events.append(extra)
        shop.dirt.append(Dirt("events", extra, "type", "forbidden_event", None))
    for order in take(untouched, 150, lambda order: order.status == "delivered"):
        delivered = events[order.order_id][-1]
        extra = copy.copy(delivered)
        extra.version, extra.occurred_at = (
            delivered.version + 1,
            delivered.occurred_at + dt.timedelta(seconds=r.randrange(2, 900)),
        )
        shop.events.append(extra)
        shop.dirt.append(Dirt("events", extra, "event_id", "repeated_event", delivered))


def repeat_payments(r: random.Random, shop: Shop, untouched: Iterator[Order]) -> None:
    """60 orders are charged twice within two minutes."""
    chosen = {order.order_id for order in take(untouched, 60, lambda order: order.status == "delivered")}
    for payment in [
        payment for payment in shop.payments if payment.order_id in chosen and payment.status == "captured"
    ]:
        again = copy.copy(payment)
        again.created_at += dt.timedelta(seconds=r.randrange(5, 120))
        shop.payments.append(again)
        shop.dirt.append(Dirt("payments", again, "payment_id", "repeated_payment", payment))


def spoil_events(r: random.Random, shop: Shop, untouched: Iterator[Order], events: dict[int, list[Event]]) -> None:
    """Events that are missing from the log, and events dated before the one they follow."""
    lost = set()
    for order in take(untouched, 300, lambda order: order.status in ("delivered", "shipped")):
        gone = r.choice([event for event in events[order.order_id][:-1] if event.type in ("paid", "packed", "shipped")])
        shop.dirt.append(Dirt("events", gone, "event_id", "missing_event", gone.type))
        lost.add(gone.event_id)
    shop.events = [event for event in shop.events if event.event_id not in lost]
    for order in take(untouched, 300, lambda order: order.status == "delivered"):
        before, event = next(
            pair
            for pair in zip(events[order.order_id], events[order.order_id][1:], strict=False)
            if pair[1].type == "shipped"
        )
        change(
            shop,
            "events",
            event,
            "occurred_at",
            "out_of_order",
            before.occurred_at - dt.timedelta(minutes=r.randrange(30, 1_500)),
        )


def spoil_orders(r: random.Random, shop: Shop, untouched: Iterator[Order]) -> None:
    """Customers that do not exist, totals and statuses that do not agree, currencies nobody knows, missing countries."""
    for order in take(untouched, 400):
        change(shop, "orders", order, "customer_id", "dangling_reference", f"C{r.randrange(900_000, 999_999)}")
    for order in take(untouched, 900):
        change(
            shop,
            "orders",
            order,
            "total",
            "total_mismatch",
            order.total + r.choice((-1, 1)) * money(r.randrange(1, 2_000)),
        )
    for order in take(untouched, 250):
        change(shop, "orders", order, "currency", "unknown_currency", r.choice(("XXX", "EURO", "???", "BTC")))
    for order in take(untouched, 150):
        change(
            shop,
            "orders",
            order,
            "currency",
            "stray_whitespace",
            r.choice((f"{order.currency} ", f" {order.currency}")),
        )
    for order in take(untouched, 200):
        change(shop, "orders", order, "shipping_country", "missing_value", None)
    for order in take(untouched, 350, lambda order: order.status in EARLIER_STATUS):
        change(shop, "orders", order, "status", "status_mismatch", EARLIER_STATUS[order.status])


def spoil_parts(r: random.Random, shop: Shop, untouched: Iterator[Order]) -> None:
    """Unknown products, quantities of zero or less, wrong amounts, parcels sent too early, nowhere or for no order."""
    lines = {line.order_id: line for line in shop.lines}
    payments = {payment.order_id: payment for payment in shop.payments}
    shipments = {shipment.order_id: shipment for shipment in shop.shipments}
    for order in take(untouched, 700):
        change(shop, "lines", lines[order.order_id], "sku", "dangling_reference", f"OLD-{r.randrange(1, 300):04d}")
    for order in take(untouched, 500):
        change(shop, "lines", lines[order.order_id], "quantity", "nonpositive_quantity", r.choice((0, -1, -2)))
    for order in take(untouched, 150, lambda order: order.status == "delivered"):
        wrong = order.total + money(r.choice((-1, 1)) * r.randrange(1, 500))
        change(shop, "payments", payments[order.order_id], "amount", "amount_mismatch", wrong)
    for order in take(untouched, 300, lambda order: order.order_id in shipments):
        early = order.placed_at - dt.timedelta(minutes=r.randrange(60, 9_000))
        change(shop, "shipments", shipments[order.order_id], "shipped_at", "shipped_before_placed", early)
    for order in take(untouched, 400, lambda order: order.order_id in shipments):
        change(shop, "shipments", shipments[order.order_id], "tracking_no", "missing_value", None)
    for order in take(untouched, 50, lambda order: order.order_id in shipments):
        change(
            shop, "shipments", shipments[order.order_id], "order_id", "dangling_reference", r.randrange(10_000, 99_999)
        )


def text(value: object) -> str:
    """A cell as the list writes it: nothing for a missing value, a key for a row, UTC for a moment."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value.isoformat(' ')}+00"
    return str(value) if isinstance(value, str | int | Decimal) else key(value)


def key(row: Any) -> str:
    """The key of a row, its parts separated by commas."""
    return ",".join(str(getattr(row, column)) for column in KEYS[type(row)])


def write_dirt(shop: Shop, file: Path) -> None:
    """Write a line for every spoilt cell: table, key, column, kind, the original value and the one that stands there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        [dirt.table, key(dirt.row), dirt.column, dirt.kind, text(dirt.original), found(dirt.row, dirt)]
        for dirt in shop.dirt
    ]
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["table", "key", "column", "kind", "original", "value"])
        writer.writerows(sorted(lines))


def found(row: Row, dirt: Dirt) -> str:
    """What stands in the spoilt cell now; nothing where the row is gone."""
    return "" if dirt.kind == "missing_event" else text(getattr(row, dirt.column))
