"""Write a made-up online shop: customers, products, orders, lines, payments, shipments and the log of every order.

    python scripts/make_shop.py [FOLDER]        (default: data; writes FOLDER/shop and FOLDER/shop_truth/dirt.csv)

A clean shop is built first: every order runs through the process of `shop_truth/process.json`, and its status, total,
payments and shipment follow from that. `shop_dirt` then spoils a few percent of it and notes each spoilt cell.
Only Python's own generator is used: the same seed gives the same tables.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from shop_dirt import add_repeated_customers, spoil, write_dirt
from shop_tables import Customer, Event, Line, Order, Payment, Product, Shipment, Shop, money, write_shop

__all__ = ["build_shop", "main"]

SEED = 20_240_101
OPENED, SNAPSHOT = dt.datetime(2024, 1, 1), dt.datetime(2026, 11, 1)
CUSTOMERS, ORDERS = 12_000, 100_000
TIERS = {
    "bronze": (60, 0, 1),
    "silver": (25, 2, 3),
    "gold": (11, 5, 8),
    "platinum": (4, 8, 20),
}  # share, discount %, orders
COUNTRIES = {
    "DE": (38, "EUR"),
    "AT": (9, "EUR"),
    "FR": (12, "EUR"),
    "NL": (8, "EUR"),
    "ES": (6, "EUR"),
    "GB": (10, "GBP"),
    "CH": (7, "CHF"),
    "SE": (4, "SEK"),
    "PL": (4, "PLN"),
    "DK": (2, "DKK"),
}
RATES = {"EUR": 100, "GBP": 86, "CHF": 95, "SEK": 1130, "PLN": 430, "DKK": 746}  # hundredths for one euro
CATEGORIES = {
    "coffee": ("COF", 5, 30, 2),
    "tea": ("TEA", 3, 25, 2),
    "kitchen": ("KIT", 8, 180, 6),
    "fashion": ("FAS", 15, 160, 16),
    "books": ("BOO", 8, 45, 3),
    "garden": ("GAR", 6, 240, 5),
    "toys": ("TOY", 7, 90, 6),
    "electronics": ("ELE", 20, 900, 9),
}  # prefix of the product codes, lowest and highest price, percent returned
MONTHS = (82, 74, 88, 92, 96, 88, 80, 82, 94, 104, 148, 172)
WEEKDAYS = (112, 100, 98, 97, 94, 88, 111)
WAREHOUSES = {"W1": (55, 9), "W2": (30, 14), "W3": (15, 41)}  # share, mean hours to pack: W3 is the bottleneck
CARRIERS = {"DHL": (48, 40), "UPS": (22, 34), "GLS": (20, 52), "POST": (10, 78)}  # share, mean hours under way
GIVEN = "Ada Ahmed Alma Ana Anton Bruno Carla Clara Daniel Elena Emil Esra Eva Femi Finn Grace Hana Hugo Ines Jana Jonas José Kai Karin Leo Lina Lucía Mads Maja Marco Mei Mina Nadia Nils Noor Olga Omar Paula Pavel Rosa Samir Sara Sven Tariq Tess Uma Vera Wei Yara Zoë"
FAMILY = "Andersen Bauer Becker Bianchi Brown Castro Chen Costa Dubois Evans Fischer Garcia Gruber Hansen Ito Jansen Jones Khan Kim Koch Kowalski Kumar Larsen Lee Lopez Meyer Moreau Müller Nguyen Novak O'Brien Okafor Patel Perez Rossi Santos Sato Schmidt Silva Singh Smith Svensson Taylor Varga Wagner Walker Wang Weber Wilson Zhang"
THINGS = "Amber Basic Classic Cosy Daily Deluxe Eco Family Fine Garden Grand Happy Light Little Metro Mini Nordic Plain Prime Royal Rustic Silk Solid Summer Travel Urban Velvet Winter"
STATUS_AFTER = {"payment_failed": "placed"}  # any other event is named as the status it leads to


def chosen(r: random.Random, shares: Mapping[str, tuple[Any, ...]]) -> str:
    """A key, as often as the first number of its value says."""
    return r.choices(list(shares), [share[0] for share in shares.values()])[0]


def customers(r: random.Random) -> Iterator[Customer]:
    """The customers in the order of their registration."""
    given, family = GIVEN.split(), FAMILY.split()
    span = int((SNAPSHOT - dt.datetime(2021, 3, 1)).total_seconds())
    for number, second in enumerate(sorted(r.randrange(span) for _ in range(CUSTOMERS)), 1):
        name, country = f"{r.choice(given)} {r.choice(family)}", chosen(r, COUNTRIES)
        plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
        address = plain.replace(" ", ".").replace("'", "")
        yield Customer(
            customer_id=f"C{number:06d}",
            name=name,
            email=f"{address}{number}@{r.choice(('mail', 'post', 'web'))}.example",
            phone=f"+{r.randrange(30, 50)}{r.randrange(10**8, 10**10)}" if r.random() < 0.7 else None,
            tier=chosen(r, TIERS),
            country=country,
            currency=COUNTRIES[country][1],
            born_on=dt.date(1940, 1, 1) + dt.timedelta(days=r.randrange(25_000)),
            registered_at=dt.datetime(2021, 3, 1) + dt.timedelta(seconds=second),
            referred_by=f"C{r.randrange(1, number):06d}" if number > 100 and r.random() < 0.15 else None,
            newsletter=r.random() < 0.4,
        )


def products(r: random.Random) -> Iterator[Product]:
    """A hundred products in each category."""
    words = THINGS.split()
    for category, (prefix, low, high, _) in CATEGORIES.items():
        for number in range(1, 101):
            introduced = dt.date(2019, 1, 1) + dt.timedelta(days=r.randrange(1_800))
            yield Product(
                sku=f"{prefix}-{number:04d}",
                name=f"{r.choice(words)} {r.choice(words)} {category} {number}",
                category=category,
                price=money(int(100 * (low + (high - low) * r.random() ** 2.2))),
                weight_g=r.randrange(50, 9_000, 10),
                vat_percent=7 if category in ("coffee", "tea", "books") else 19,
                introduced_on=introduced,
                discontinued_on=dt.date(2025, 1, 1) + dt.timedelta(days=r.randrange(660))
                if number > 1 and r.random() < 0.05
                else None,
            )


def moments(r: random.Random) -> list[dt.datetime]:
    """When the orders are placed: more before Christmas, on Mondays and Sundays, in the evening, and more each year."""
    days = [OPENED + dt.timedelta(days=day) for day in range((SNAPSHOT - OPENED).days)]
    weights = [MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * 1.14 ** (day.year - 2024) for day in days]
    seconds = (min(86_399, max(0, int(r.gauss(15.5, 4.4) * 3_600))) for _ in range(ORDERS))
    return sorted(
        day + dt.timedelta(seconds=second)
        for day, second in zip(r.choices(days, weights, k=ORDERS), seconds, strict=True)
    )


def life(
    r: random.Random, order: Order, method: str, warehouse: str, carrier: str, returns: int
) -> Iterator[tuple[str, float, str, str | None]]:
    """What happens to an order after it was placed: event, mean hours since the one before, actor, reason."""
    buyer = f"customer:{order.customer_id}"
    if r.random() < 0.05:
        yield "payment_failed", 0.1, "system", r.choice(("declined", "expired card", "timeout"))
        if r.random() < 0.3:
            yield "cancelled", 5, buyer, "changed mind"
            return
    if r.random() < 0.02:
        yield "cancelled", 168, "system", "unpaid"
        return
    yield "paid", {"card": 0.05, "voucher": 0.02, "transfer": 34}[method], "system", None
    if r.random() < 0.025:
        yield "cancelled", 8, *r.choice(((buyer, "changed mind"), (f"agent:{r.randrange(1, 25):02d}", "out of stock")))
        yield "refunded", 30, "system", None
        return
    yield "packed", WAREHOUSES[warehouse][1], f"warehouse:{warehouse}", None
    if r.random() < 0.004:
        yield "cancelled", 6, f"agent:{r.randrange(1, 25):02d}", "address unknown"
        yield "refunded", 30, "system", None
        return
    yield "shipped", 7, f"carrier:{carrier}", None
    yield "delivered", CARRIERS[carrier][1] * (1 if order.shipping_country == "DE" else 1.6), f"carrier:{carrier}", None
    if r.random() < returns / 100:
        yield "returned", 190, buyer, r.choice(("does not fit", "damaged", "not as described", "changed mind"))
        yield "refunded", 50, f"agent:{r.randrange(1, 25):02d}", None


def add_lines(r: random.Random, shop: Shop, order: Order, discount: int, popularity: list[float]) -> int:
    """Give the order its lines and amounts; the percentage of such goods that is returned."""
    day = order.placed_at.date()
    drawn = r.choices(shop.products, cum_weights=popularity, k=r.choices((1, 2, 3, 4, 5), (36, 28, 18, 11, 7))[0])
    goods = {product.sku: product for product in drawn if (product.discontinued_on or dt.date.max) > day}
    subtotal = 0
    for number, product in enumerate(goods.values() or [shop.products[0]], 1):
        price = round(int(100 * product.price) * RATES[order.currency] / 100)
        quantity = r.choices((1, 2, 3, 4, 6, 10), (68, 17, 7, 4, 3, 1))[0]
        shop.lines.append(Line(order.order_id, number, product.sku, quantity, money(price)))
        subtotal += quantity * price
    fee = 0 if subtotal >= 50 * RATES[order.currency] else round(4.9 * RATES[order.currency])
    reduction = round(subtotal * discount / 100)
    order.discount, order.shipping_fee, order.total = money(reduction), money(fee), money(subtotal - reduction + fee)
    return max(CATEGORIES[str(product.category)][3] for product in drawn)


def run_order(r: random.Random, shop: Shop, order: Order, returns: int) -> None:
    """Let the order live until its end or the day of the snapshot, leaving events, payments and a shipment."""
    method = r.choices(("card", "transfer", "voucher"), (74, 22, 4))[0]
    warehouse, carrier = chosen(r, WAREHOUSES), chosen(r, CARRIERS)
    at, shipment = order.placed_at, None
    shop.events.append(Event(0, order.order_id, 1, "placed", at, f"customer:{order.customer_id}", None, None))
    for version, (kind, hours, actor, reason) in enumerate(life(r, order, method, warehouse, carrier, returns), 2):
        at += dt.timedelta(seconds=20 + int(3_600 * hours * r.gammavariate(2, 0.5)))
        if at >= SNAPSHOT:
            break
        amount = order.total if kind in ("paid", "refunded") else None
        shop.events.append(Event(0, order.order_id, version, kind, at, actor, amount, reason))
        order.status = STATUS_AFTER.get(kind, kind)
        if kind in ("payment_failed", "paid"):
            outcome, reference = "captured" if kind == "paid" else "failed", f"{r.getrandbits(48):012x}"
            shop.payments.append(
                Payment(0, order.order_id, method, outcome, order.total, order.currency, at, reference)
            )
        elif kind == "refunded":
            shop.payments[-1].status = "refunded"
        elif kind == "shipped":
            tracking = f"{carrier[0]}{r.randrange(10**9, 10**10)}"
            shipment = Shipment(0, order.order_id, warehouse, carrier, tracking, at, None)
            shop.shipments.append(shipment)
        elif kind == "delivered" and shipment is not None:
            shipment.delivered_at = at


def build_shop(seed: int = SEED) -> Shop:
    """The shop with its dirt, which `shop.dirt` lists."""
    r = random.Random(seed)
    shop = Shop(customers=list(customers(r)), products=list(products(r)))
    add_repeated_customers(r, shop)
    ranks = r.sample(range(1, len(shop.products) + 1), len(shop.products))
    popularity = list(accumulate(rank**-0.8 for rank in ranks))
    buyers = sorted(shop.customers, key=lambda customer: customer.registered_at)
    registered = [customer.registered_at for customer in buyers]
    loyalty = list(accumulate(TIERS[customer.tier][2] * r.expovariate(1) for customer in buyers))
    order_id = 500_000
    for placed_at in moments(r):
        known = bisect_right(registered, placed_at)
        buyer = buyers[bisect_right(loyalty, r.random() * loyalty[known - 1], 0, known - 1)]
        order_id += r.choices((1, 2, 3), (97, 2, 1))[0]  # a number is lost where a checkout was given up
        order = Order(
            order_id=order_id,
            customer_id=buyer.customer_id,
            placed_at=placed_at,
            channel=r.choices(("web", "app", "phone", "store"), (58, 33, 4, 5))[0],
            currency=buyer.currency,
            shipping_country=buyer.country if r.random() < 0.96 else chosen(r, COUNTRIES),
        )
        shop.orders.append(order)
        run_order(r, shop, order, add_lines(r, shop, order, TIERS[buyer.tier][1], popularity))
    spoil(r, shop)
    return shop


def main(arguments: list[str]) -> None:
    """Write the shop and the truth about its dirt below the folder named by the first argument."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parents[1] / "data"
    shop = build_shop()
    write_shop(shop, folder / "shop")
    write_dirt(shop, folder / "shop_truth" / "dirt.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
