"""The tables of the made-up shop: their rows as Python values, and how they are written to files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

__all__ = [
    "KEYS",
    "Customer",
    "Dirt",
    "Event",
    "Line",
    "Order",
    "Payment",
    "Product",
    "Row",
    "Shipment",
    "Shop",
    "money",
    "write_shop",
]

AMOUNT = pa.decimal128(10, 2)
TYPES: dict[str, pa.DataType] = {
    "str": pa.string(),
    "str | None": pa.string(),
    "int": pa.int32(),
    "bool": pa.bool_(),
    "Decimal": AMOUNT,
    "Decimal | None": AMOUNT,
    "dt.date": pa.date32(),
    "dt.date | None": pa.date32(),
    "dt.datetime": pa.timestamp("us", tz="UTC"),
    "dt.datetime | None": pa.timestamp("us", tz="UTC"),
}


@dataclass(slots=True)
class Customer:
    """Somebody who registered; one row an account, not a person."""

    customer_id: str
    name: str | None
    email: str
    phone: str | None
    tier: str
    country: str | None
    currency: str
    born_on: dt.date
    registered_at: dt.datetime
    referred_by: str | None
    newsletter: bool


@dataclass(slots=True)
class Product:
    """An article with its list price in euro."""

    sku: str
    name: str
    category: str | None
    price: Decimal
    weight_g: int
    vat_percent: int
    introduced_on: dt.date
    discontinued_on: dt.date | None


@dataclass(slots=True)
class Order:
    """What a customer ordered at once; amounts in `currency`."""

    order_id: int
    customer_id: str
    placed_at: dt.datetime
    channel: str
    currency: str
    shipping_country: str | None
    status: str = "placed"
    discount: Decimal = Decimal(0)
    shipping_fee: Decimal = Decimal(0)
    total: Decimal = Decimal(0)


@dataclass(slots=True)
class Line:
    """One product within an order."""

    order_id: int
    line_no: int
    sku: str
    quantity: int
    unit_price: Decimal


@dataclass(slots=True)
class Payment:
    """An attempt to pay."""

    payment_id: int
    order_id: int
    method: str
    status: str
    amount: Decimal
    currency: str
    created_at: dt.datetime
    reference: str


@dataclass(slots=True)
class Shipment:
    """A parcel on its way."""

    shipment_id: int
    order_id: int
    warehouse: str
    carrier: str
    tracking_no: str | None
    shipped_at: dt.datetime
    delivered_at: dt.datetime | None


@dataclass(slots=True)
class Event:
    """One thing that happened to an order; `version` counts from 1 within the order."""

    event_id: int
    order_id: int
    version: int
    type: str
    occurred_at: dt.datetime
    actor: str
    amount: Decimal | None
    reason: str | None


Row = Customer | Product | Order | Line | Payment | Shipment | Event
ROWS: dict[str, type[Any]] = {
    "customers": Customer,
    "products": Product,
    "orders": Order,
    "lines": Line,
    "payments": Payment,
    "shipments": Shipment,
    "events": Event,
}
KEYS: dict[type[Any], tuple[str, ...]] = {
    Customer: ("customer_id",),
    Product: ("sku",),
    Order: ("order_id",),
    Line: ("order_id", "line_no"),
    Payment: ("payment_id",),
    Shipment: ("shipment_id",),
    Event: ("event_id",),
}


@dataclass(slots=True)
class Dirt:
    """A spoilt cell: where, what kind, and what stood (or should stand) there; for a repeated row, the first one."""

    table: str
    row: Row
    column: str
    kind: str
    original: object


@dataclass
class Shop:
    """All rows of the shop and the list of what is wrong with them."""

    customers: list[Customer]
    products: list[Product]
    orders: list[Order] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    dirt: list[Dirt] = field(default_factory=list)


def money(cents: int) -> Decimal:
    """An amount with two digits.

    >>> money(1990)
    Decimal('19.90')
    """
    return Decimal(cents).scaleb(-2)


def arrow(rows: Sequence[Row], kind: type[Any]) -> pa.Table:
    """The rows as a table with a column for each field of their class."""
    schema = pa.schema([(column.name, TYPES[str(column.type)]) for column in fields(kind)])
    return pa.table(
        {name: pa.array([getattr(row, name) for row in rows], schema.field(name).type) for name in schema.names},
        schema=schema,
    )


def write_shop(shop: Shop, folder: Path) -> None:
    """Make `folder` hold customers and products as CSV and the five large tables as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in ROWS.items():
        table = arrow(getattr(shop, name), kind)
        if name in ("customers", "products"):
            pa_csv.write_csv(table, folder / f"{name}.csv", pa_csv.WriteOptions(quoting_style="needed"))
        else:
            rising = {
                column: "DELTA_BINARY_PACKED"
                for column in table.column_names
                if column.endswith(("_at", "_id")) and table[column].type != pa.string()
            }
            repeated = [column for column in table.column_names if column not in rising]
            pq.write_table(
                table,
                folder / f"{name}.parquet",
                compression="zstd",
                compression_level=15,
                use_dictionary=repeated,
                column_encoding=rising,
                row_group_size=122_880,
            )
