"""The shop is what its documentation says: counts, keys, references, process, and every spoilt cell."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
SHOP, TRUTH = ROOT / "data" / "shop", ROOT / "data" / "shop_truth"
README = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
SCHEMA = json.loads((TRUTH / "schema.json").read_text(encoding="utf-8"))
PROCESS = json.loads((TRUTH / "process.json").read_text(encoding="utf-8"))
STATED_ROWS = re.findall(r"^\| `shop/((\w+)\.\w+)` \| ([\d,]+) \|", README, re.MULTILINE)
STATED_DIRT = re.findall(r"^\| `(\w+)` \| (\w+) \| `(\w+)` \| ([\d,]+) \|", README, re.MULTILINE)
EMAIL = "^ ?[a-zA-Z.]+[0-9]+@[a-zA-Z]+\\.[a-zA-Z]+$"

# For each kind of dirt that a rule can see: the keys of the rows that break the rule.
RULES = {
    ("malformed_email", "customers"): f"select customer_id from customers where not regexp_matches(email, '{EMAIL}')",
    (
        "nonstandard_code",
        "customers",
    ): f"select customer_id from customers where country not in {tuple(SCHEMA['enums']['customers.country'])}",
    ("stray_whitespace", "customers"): "select customer_id from customers where name != trim(name)",
    ("nonpositive_price", "products"): "select sku from products where price <= 0",
    ("dangling_reference", "orders"): "select order_id from orders anti join customers using (customer_id)",
    (
        "unknown_currency",
        "orders",
    ): "select order_id from orders where trim(currency) not in (select currency from customers)",
    ("stray_whitespace", "orders"): "select order_id from orders where currency != trim(currency)",
    ("status_mismatch", "orders"): """
        select order_id from orders join (select order_id, arg_max(type, version) as last from events group by order_id) using (order_id)
        where status != case last when 'payment_failed' then 'placed' else last end""",
    ("dangling_reference", "lines"): "select order_id || ',' || line_no from lines anti join products using (sku)",
    ("nonpositive_quantity", "lines"): "select order_id || ',' || line_no from lines where quantity <= 0",
    ("repeated_payment", "payments"): """
        select payment_id from payments where status = 'captured'
        qualify row_number() over (partition by order_id, reference order by created_at) > 1""",
    (
        "shipped_before_placed",
        "shipments",
    ): "select shipment_id from shipments join orders using (order_id) where shipped_at < placed_at",
    ("dangling_reference", "shipments"): "select shipment_id from shipments anti join orders using (order_id)",
    ("out_of_order", "events"): """
        select event_id from events
        qualify occurred_at < lag(occurred_at) over (partition by order_id order by version)""",
}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """The seven tables, and the list of the dirt as text."""
    connection = duckdb.connect()
    for file, table, _ in STATED_ROWS:
        connection.execute(f"create table {table} as from '{SHOP / file}'")
    connection.execute("set timezone = 'UTC'")
    connection.execute("alter table products alter price type decimal(10, 2)")
    connection.execute(f"create table dirt as from read_csv('{TRUTH}/dirt.csv', all_varchar=true, nullstr='')")
    return connection


def keys(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """The first column of an answer as text."""
    return {str(row[0]) for row in connection.execute(sql).fetchall()}


def dirty(connection: duckdb.DuckDBPyConnection, kind: str, table: str) -> set[str]:
    """The keys that the list holds for this kind and table."""
    return keys(connection, f"select key from dirt where kind = '{kind}' and \"table\" = '{table}'")


def orders_of(connection: duckdb.DuckDBPyConnection, table: str, kinds: str) -> set[str]:
    """The orders whose rows of this table are spoilt in one of these ways."""
    key = "order_id || ',' || line_no" if table == "lines" else f"{table[:-1]}_id"
    return keys(
        connection,
        f"select order_id from {table} where ({key})::varchar in (select key from dirt where \"table\" = '{table}' and kind in ({kinds}))",
    )


def test_the_files_have_the_rows_that_are_documented(connection: duckdb.DuckDBPyConnection) -> None:
    """The table of files names every file of the folder with its number of rows."""
    assert sorted(file for file, _, _ in STATED_ROWS) == sorted(file.name for file in SHOP.iterdir())
    for _, table, rows in STATED_ROWS:
        assert connection.execute(f"select count(*) from {table}").fetchone() == (int(rows.replace(",", "")),)


def test_the_dirt_is_counted_as_documented(connection: duckdb.DuckDBPyConnection) -> None:
    """The table of dirt names every kind with its table, column and count."""
    counted = connection.execute('select kind, "table", "column", count(*) from dirt group by all').fetchall()
    assert sorted(counted) == sorted(
        (kind, table, column, int(count.replace(",", ""))) for kind, table, column, count in STATED_DIRT
    )


@pytest.mark.parametrize(("kind", "table", "column"), [row[:3] for row in STATED_DIRT if row[0] != "missing_event"])
def test_every_spoilt_cell_holds_the_listed_value(
    connection: duckdb.DuckDBPyConnection, kind: str, table: str, column: str
) -> None:
    """The row exists, its cell is what the list says, and it differs from the original."""
    key = " || ',' || ".join(f'"{part}"' for part in SCHEMA["keys"][table])
    wrong = connection.execute(
        f'select dirt.* from dirt left join {table} as spoilt on ({key})::varchar = dirt.key where kind = ? and "table" = ? and "column" = ? '
        f'and (({key}) is null or spoilt."{column}"::varchar is distinct from dirt.value or dirt.value is not distinct from original)',
        [kind, table, column],
    ).fetchall()
    assert wrong == []


@pytest.mark.parametrize(("kind", "table"), RULES)
def test_a_rule_finds_exactly_the_listed_rows(connection: duckdb.DuckDBPyConnection, kind: str, table: str) -> None:
    """What breaks the rule is in the list and nothing else does, so that precision and recall can be measured."""
    assert keys(connection, RULES[kind, table]) == dirty(connection, kind, table)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("customers", "name"),
        ("customers", "country"),
        ("products", "category"),
        ("orders", "shipping_country"),
        ("shipments", "tracking_no"),
    ],
)
def test_missing_values_are_exactly_the_listed_ones(
    connection: duckdb.DuckDBPyConnection, table: str, column: str
) -> None:
    """A required column is empty where the list says and nowhere else."""
    listed = keys(
        connection,
        f"select key from dirt where kind = 'missing_value' and \"table\" = '{table}' and \"column\" = '{column}'",
    )
    assert keys(connection, f"select {SCHEMA['keys'][table][0]} from {table} where {column} is null") == listed


def test_totals_disagree_exactly_where_listed(connection: duckdb.DuckDBPyConnection) -> None:
    """An order that does not add up has a wrong total or a wrong quantity in the list."""
    found = keys(
        connection,
        """select order_id from orders join (select order_id, sum(quantity * unit_price) as subtotal from lines group by order_id) using (order_id)
        where total != subtotal - discount + shipping_fee""",
    )
    assert found == dirty(connection, "total_mismatch", "orders") | orders_of(
        connection, "lines", "'nonpositive_quantity'"
    )


def test_payments_disagree_exactly_where_listed(connection: duckdb.DuckDBPyConnection) -> None:
    """A captured payment differs from the total only where the amount or the total was spoilt."""
    found = keys(
        connection,
        "select order_id from payments join orders using (order_id) where payments.status = 'captured' and amount != total",
    )
    spoilt = dirty(connection, "total_mismatch", "orders") | orders_of(connection, "payments", "'amount_mismatch'")
    captured = keys(connection, "select order_id from payments where status = 'captured'")
    assert found == spoilt & captured
    assert len(orders_of(connection, "payments", "'amount_mismatch'")) == 150


def test_repeated_customers_have_the_same_address(connection: duckdb.DuckDBPyConnection) -> None:
    """Ignoring case and spaces, an address occurs twice exactly for a repeated account and its original."""
    repeated = connection.execute(
        f"select min(customer_id), max(customer_id) from customers where regexp_matches(email, '{EMAIL}') group by lower(trim(email)) having count(*) > 1"
    ).fetchall()
    assert sorted(repeated) == sorted(
        connection.execute("select original, key from dirt where kind = 'repeated_customer'").fetchall()
    )


def test_the_log_conforms_except_where_listed(connection: duckdb.DuckDBPyConnection) -> None:
    """Replaying every order against the process finds exactly the orders with forbidden, repeated or missing events."""
    moves = {(start, step["event"]): step["to"] for step in PROCESS["transitions"] for start in step["from"] or [None]}
    state: dict[int, str | None] = {}
    broken = set()
    for order, event in connection.execute("select order_id, type from events order by order_id, version").fetchall():
        target = moves.get((state.get(order), event))
        if target is None:
            broken.add(str(order))
        state[order] = target or (event if event in PROCESS["states"] else state.get(order))
    gone = connection.execute("select key::int from dirt where kind = 'missing_event'").fetchall()
    assert not {key for (key,) in gone} & {
        key for (key,) in connection.execute("select event_id from events").fetchall()
    }
    gaps = keys(connection, "select order_id from events group by order_id having max(version) > count(*)")
    assert len(gaps) == len(gone) == 300
    assert broken == gaps | orders_of(connection, "events", "'forbidden_event', 'repeated_event'")
    assert len(broken) == 700


def test_the_schema_is_true_of_the_data(connection: duckdb.DuckDBPyConnection) -> None:
    """Every key is unique and every reference dangles exactly as often as the truth says."""
    for table, columns in [
        *SCHEMA["keys"].items(),
        *((key["table"], key["columns"]) for key in SCHEMA["alternate_keys"]),
    ]:
        assert connection.execute(
            f"select count(*) = count(distinct ({', '.join(columns)})) from {table}"
        ).fetchone() == (True,), (table, columns)
    for reference in SCHEMA["references"]:
        (source, column), (target, key) = reference["source"].split("."), reference["target"].split(".")
        sql = (
            f"select count(*) from {source} where {column} is not null and {column} not in (select {key} from {target})"
        )
        assert connection.execute(sql).fetchone() == (reference["dangling"],), reference


def test_the_enums_are_the_values_of_the_clean_shop(connection: duckdb.DuckDBPyConnection) -> None:
    """Every column that the truth calls an enum holds its values, and otherwise only listed dirt."""
    for name, values in SCHEMA["enums"].items():
        table, column = name.split(".")
        spoilt = keys(
            connection,
            f"select value from dirt where \"table\" = '{table}' and \"column\" = '{column}' and value is not null",
        )
        found = keys(connection, f"select distinct {column} from {table} where {column} is not null")
        assert found - spoilt <= set(values) <= found, name


def test_every_order_is_touched_by_one_kind_of_dirt_at_most(connection: duckdb.DuckDBPyConnection) -> None:
    """The kinds do not overlap, so that a rule that finds an order of another kind has raised a false alarm."""
    touched = sorted(keys(connection, "select key from dirt where \"table\" = 'orders'"))
    assert len(touched) == connection.execute("select count(*) from dirt where \"table\" = 'orders'").fetchall()[0][0]
    for kind, table, column, _ in STATED_DIRT:
        if table in ("lines", "payments", "shipments", "events") and column != "order_id" and kind != "missing_event":
            touched += sorted(orders_of(connection, table, f"'{kind}'"))
    assert len(touched) == len(set(touched))


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from orders join customers using (customer_id) where placed_at < registered_at",
        "select count(*) from orders join lines using (order_id) join products using (sku) where discontinued_on <= placed_at::date",
        """select count(*) from lines join orders using (order_id) join products using (sku)
        join (values ('EUR', 1), ('GBP', 0.86), ('CHF', 0.95), ('SEK', 11.3), ('PLN', 4.3), ('DKK', 7.46)) as rates(currency, rate)
        on trim(orders.currency) = rates.currency where price > 0 and abs(unit_price - price * rate) > 0.01""",
        """select count(*) from orders join customers using (customer_id)
        join (select order_id, sum(quantity * unit_price) as subtotal, min(quantity) as least from lines group by order_id) using (order_id)
        join (values ('bronze', 0), ('silver', 2), ('gold', 5), ('platinum', 8)) as tiers(tier, percent) using (tier)
        where least > 0 and abs(discount - subtotal * percent / 100) > 0.01""",
        "select count(*) from shipments join orders using (order_id) where status in ('placed', 'paid', 'cancelled') and delivered_at is not null",
        "select count(*) from events where occurred_at >= '2026-11-01 00:00:00+00'",
    ],
)
def test_what_the_documentation_says_of_the_clean_shop(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """No row contradicts what the documentation states about prices, discounts and time."""
    assert connection.execute(sql).fetchone() == (0,)


def test_the_script_reproduces_the_committed_shop(tmp_path: Path) -> None:
    """Running the script again yields equal tables and the same list of dirt."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_shop.py"), str(tmp_path)], check=True, timeout=300)
    for file, _, _ in STATED_ROWS:
        again, committed = tmp_path / "shop" / file, SHOP / file
        if file.endswith(".csv"):
            assert again.read_bytes() == committed.read_bytes()
        else:
            assert pq.read_table(again).equals(pq.read_table(committed)), file
    assert (tmp_path / "shop_truth" / "dirt.csv").read_bytes() == (TRUTH / "dirt.csv").read_bytes()
