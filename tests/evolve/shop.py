"""The shop as a design, and a sample of its data in a database: what refactorings and migrations are tested on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.model.verify.designs import attribute, domain, resource
from workbench.evolve.migration_layout import lay_out
from workbench.model import Domain
from workbench.relation.plan import Scan, TableName

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.evolve.migration_layout import Place
    from workbench.relation.port import Store, WritableStore

__all__ = ["SHOP", "contents", "create", "sample", "shop_rows"]

DATA = Path(__file__).parents[2] / "data" / "shop"

SHOP: Domain = domain(
    resource(
        "customers",
        "customer_id string!",
        "name string!",
        attribute("email email!", sensitive=True),
        "phone string",
        "tier string!",
        "country string!",
        "currency string!",
        attribute("born_on date", sensitive=True),
        "registered_at timestamp!",
        "referred_by string",
        "newsletter boolean! = false",
        key=["customer_id"],
        identities=[{"name": "by_email", "attributes": ["email"]}],
        relationships=[
            {"name": "orders", "kind": "has_many", "destination": "orders"},
            {"name": "referrer", "kind": "belongs_to", "destination": "customers", "source_key": ["referred_by"]},
        ],
        rules=[{"name": "born_before", "condition": "born_on < date '2020-01-01'"}],
        calculations=[{"name": "place", "expression": "country || ', ' || currency"}],
    ),
    resource(
        "products",
        "sku string!",
        "name string!",
        "category string",
        attribute("price decimal(10, 2)!", constraints={"minimum": "0"}),
        "weight_g integer",
        "vat_percent integer!",
        "introduced_on date",
        "discontinued_on date",
        key=["sku"],
        rules=[{"name": "in_order", "condition": "discontinued_on >= introduced_on"}],
        measures=[{"name": "vat", "expression": "avg(vat_percent)"}],
    ),
    resource(
        "orders",
        "order_id integer!",
        "customer_id string!",
        "placed_at timestamp!",
        "channel string!",
        "currency string!",
        "shipping_country string!",
        "status string!",
        "discount decimal(10, 2)! = 0",
        "shipping_fee decimal(10, 2)!",
        "total decimal(10, 2)!",
        key=["order_id"],
        relationships=[
            {"name": "customer", "kind": "belongs_to", "destination": "customers", "required": True, "source_key": ["customer_id"]},
            {"name": "lines", "kind": "has_many", "destination": "lines"},
        ],
        rules=[{"name": "positive", "condition": "total >= 0"}],
        measures=[{"name": "revenue", "expression": "sum(total)"}, {"name": "german", "expression": "sum(total where customer.country = 'DE')"}],
    ),
    resource(
        "lines",
        "order_id integer!",
        "line_no integer!",
        "sku string!",
        "quantity integer!",
        "unit_price decimal(10, 2)!",
        key=["order_id", "line_no"],
        relationships=[
            {"name": "order", "kind": "belongs_to", "destination": "orders", "required": True, "source_key": ["order_id"]},
            {"name": "product", "kind": "belongs_to", "destination": "products", "required": True, "source_key": ["sku"]},
        ],
        rules=[{"name": "some", "condition": "quantity > 0"}],
    ),
    name="shop",
)  # fmt: skip


@cache
def shop_rows() -> dict[str, pa.Table]:
    """A sample of the shop's rows that belong together: 300 orders of customers with a name and a country, lines, customers, products."""
    import duckdb

    connection = duckdb.connect()
    files = {
        "customers": "customers.csv",
        "products": "products.csv",
        "orders": "orders.parquet",
        "lines": "lines.parquet",
    }
    for name, file in files.items():
        connection.execute(f"create view raw_{name} as from '{DATA / file}'")
    connection.execute("set timezone = 'UTC'")
    connection.execute(
        "create table sound as select customer_id from raw_customers where country is not null and name is not null"
    )
    connection.execute(
        "create table odd as select order_id from raw_lines anti join (from raw_products where price >= 0) using (sku) union all "
        "select order_id from raw_lines where quantity <= 0 union all select order_id from raw_orders where total < 0"
    )
    connection.execute(
        "create table orders as from raw_orders where customer_id in (from sound) and order_id not in (from odd) order by order_id limit 300"
    )
    connection.execute("create table lines as from raw_lines where order_id in (select order_id from orders)")
    connection.execute("create table products as from raw_products where sku in (select sku from lines)")
    connection.execute(
        "create table customers as select * replace (case when referred_by in (select customer_id from orders) then referred_by end as referred_by) "
        "from raw_customers where customer_id in (select customer_id from orders)"
    )
    return {name: connection.table(name).to_arrow_table() for name in files}


def sample(store: WritableStore, place: Place, design: Domain = SHOP, rows: dict[str, Any] | None = None) -> None:
    """The tables of ``design`` are in the store, with the sample's rows in those of its names."""
    create(store, place, design)
    given = shop_rows() if rows is None else rows
    with store.begin() as transaction:
        for name, shape in lay_out(design, store.dialect, place).shapes.items():
            if name in given:
                brought = transaction.bring(f"batch_{name}", given[name].select(list(shape.columns)))
                transaction.insert(shape.name, list(shape.columns.values()), Scan(brought))
        transaction.commit()


def create(store: WritableStore, place: Place, design: Domain) -> None:
    """The tables of ``design`` are in the store, as a migration from nothing makes them."""
    from workbench.evolve.migration import plan_migration

    with store.begin() as transaction:
        transaction.alter(*plan_migration(Domain(name="empty"), design, store.dialect, place=place).up)
        transaction.commit()


def contents(store: Store, tables: dict[str, TableName]) -> dict[str, list[str]]:
    """The rows of tables, sorted, each as text with its columns in name order."""
    found = {}
    for name, table in tables.items():
        rows = store.query(Scan(table))
        order = sorted(range(len(rows.columns)), key=lambda place: rows.columns[place])
        found[name] = sorted(str([(rows.columns[place], row[place]) for place in order]) for row in rows.tuples())
    return found
