"""Expressions over a domain mean as plans what they mean in process, whatever relationships they follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.relation.clinic import DOMAIN, TABLES, linked, table_of
from workbench.errors import DefinitionError, VerificationError
from workbench.expression import check, parse
from workbench.expression import compile as evaluator
from workbench.model import Attribute, Domain, Relationship, Resource
from workbench.model.types import parse_type
from workbench.relation import to_sql
from workbench.relation.paths import project, rows_breaking, rows_where, tally

CUSTOMER, ORDER = DOMAIN.resource("customer"), DOMAIN.resource("order")

DATA: dict[str, list[dict[str, Any]]] = {
    name: [dict(zip(TABLES[name], row, strict=True)) for row in rows]
    for name, rows in {
        "customer": [(1, "ada", 5, None), (2, "bob", None, 1), (3, None, 2, 1), (4, "dot", 1, 9), (5, "eve", 3, 3)],
        "order": [
            (1, 1, Decimal("10.50"), dt.date(2026, 1, 1), True), (2, 1, None, None, False), (3, 2, Decimal("3.00"), dt.date(2026, 2, 1), None),
            (4, None, Decimal("7.00"), dt.date(2026, 3, 1), True), (5, 8, Decimal("0.00"), None, True), (6, 5, Decimal("2.00"), dt.date(2026, 4, 1), True),
        ],
        "line": [(1, 1, 2, "pen"), (2, 1, None, "ink"), (3, 1, 5, "pen"), (4, 3, 1, None), (5, 9, 4, "pen"), (6, None, 4, "ink"), (7, 6, 3, "cap")],
        "tag": [(1, "vip"), (2, "new"), (3, None)],
        "customer_tag": [(1, 1), (1, 2), (2, 2), (5, 3), (7, 1)],
        "profile": [(1, 1, "onward"), (2, 5, None), (3, 6, "lost")],
    }.items()
}  # fmt: skip
"""With what real data has: nulls, references that lead nowhere, rows nobody refers to."""

ON_ORDER = [
    "total > 5", "total is null", "is_open", "customer.credit > 2", "customer.parent.name = 'ada'", "customer is null", "customer.name like '%a%'",
    "count(lines) > 1", "sum(lines.quantity) > 3", "sum(lines.quantity where article = 'pen') = 7", "exists(lines)", "not exists(lines)",
    "exists(lines as l where l.quantity > 2)", "not exists(lines where quantity > 4)", "exists(lines as l where l.quantity > total)",
    "count(lines as l where l.quantity < customer.credit) = 1", "exists(lines as l where l.article = customer.name or l.quantity > 2)",
    "max(lines.quantity) >= total", "count(customer.orders) > 1", "sum(customer.orders.total) > 10", "exists(customer.tags where label = 'vip')",
    "count(customer.tags) = 2", "customer.profile.motto is not null", "count(customer.orders.lines) > 2", "sum(customer.orders.lines.quantity) > 1",
    "exists(customer.open_orders)", "count(customer.open_orders.lines) > 0", "rich_customer.name = 'eve'", "exists(rich_customer where credit > 2)", "not exists(rich_customer)",
    "min(lines.article) = 'ink'", "avg(lines.quantity) > 3", "count(distinct lines.article) = 2", "exists(customer.parent.orders as o where o.total > total)",
    "exists(lines as l where count(l.order.lines) > 2)", "count(customer.orders as o where exists(o.lines as l where l.quantity > 4)) > 0",
    "count(lines) + count(customer.tags) > 2", "case when exists(lines) then total > 5 else is_open end", "placed between date '2026-01-01' and date '2026-02-15'",
    "sum(lines.quantity * customer.credit) > 5",
]  # fmt: skip
ON_CUSTOMER = [
    "exists(children)", "count(children) = 2", "sum(children.credit) > 1", "exists(children.orders where total > 2)", "count(orders.lines) > 0",
    "exists(orders as o where o.total > credit)", "exists(tags as t where exists(t.customers as c where c.name = 'bob'))", "sum(tags.customers.credit) > 5",
    "profile.motto = 'onward'", "exists(parent where parent is null)", "count(parent.children) > 1", "exists(orders as o where count(o.lines) > 1)",
    "max(orders.total) > 5 and not exists(tags where label = 'new')", "count(tags.customers.orders) > 1", "parent.credit > credit",
    "sum(orders.total where is_open) > 5", "exists(open_orders as o where o.total < parent.credit)",
]  # fmt: skip


def fill(connection: Any, data: dict[str, list[dict[str, Any]]]) -> None:
    for resource in DOMAIN.resources:
        types = {
            "integer": "bigint",
            "string": "text",
            "boolean": "boolean",
            "date": "date",
            "decimal(10, 2)": "decimal(10, 2)",
        }
        columns = ", ".join(f"{each.source_name} {types[str(each.type)]}" for each in resource.attributes)
        connection.execute(f"create table {resource.source_name} ({columns})")
        for row in data[resource.name]:
            places = ", ".join(f"${place}" for place, _ in enumerate(row, 1))
            connection.execute(f"insert into {resource.source_name} values ({places})", list(row.values()))


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        fill(connection, DATA)
        yield connection


def judged(text: str, resource: Resource, data: dict[str, list[dict[str, Any]]]) -> dict[int, Any]:
    """What the evaluator says of every row, by id."""
    evaluate = evaluator(check(parse(text), DOMAIN, resource, is_condition=True))
    return {row["id"]: evaluate(row) for row in linked(resource.name, data)}


def holds(
    connection: Any, text: str, resource: Resource, data: dict[str, list[dict[str, Any]]], dialect: Any = "duckdb"
) -> None:
    """Assert that plans and the evaluator agree on a condition."""
    expected, condition = judged(text, resource, data), parse(text)

    def run(plan: Any) -> list[tuple[Any, ...]]:
        statement = to_sql(plan, dialect)
        try:
            return connection.execute(statement.text, statement.values()).fetchall()  # type: ignore[no-any-return]
        except (duckdb.Error, psycopg.Error) as error:
            raise AssertionError(f"{text}\n{statement.text}") from error

    def of(value: bool | None) -> list[int]:
        return sorted(each for each, found in expected.items() if found is value)

    assert sorted(row[0] for row in run(rows_where(DOMAIN, resource, condition, table_of))) == of(True), text
    assert sorted(row[0] for row in run(rows_breaking(DOMAIN, resource, condition, table_of))) == of(False), text
    counts = run(tally(DOMAIN, resource, {"x": condition}, table_of))
    assert counts == [(len(expected), len(of(False)), len(of(None)))], text
    values = run(project(DOMAIN, resource, {"id": parse("id"), "value": condition}, table_of))
    assert dict(values) == expected, text


@pytest.mark.parametrize("text", ON_ORDER)
def test_conditions_on_orders(text: str, database: duckdb.DuckDBPyConnection) -> None:
    """Every form of path and aggregate gives on DuckDB the rows the evaluator gives."""
    holds(database, text, ORDER, DATA)


@pytest.mark.parametrize("text", ON_CUSTOMER)
def test_conditions_on_customers(text: str, database: duckdb.DuckDBPyConnection) -> None:
    """So do those that come back to the resource itself, and those over many-to-many relationships."""
    holds(database, text, CUSTOMER, DATA)


@pytest.mark.postgres
def test_postgres_agrees(postgres: str) -> None:
    """PostgreSQL gives the same rows for all of them."""
    with psycopg.connect(postgres, cursor_factory=psycopg.RawCursor) as connection:
        connection.execute("create schema paths")
        connection.execute("set search_path to paths")
        fill(connection, DATA)
        for resource, texts in ((ORDER, ON_ORDER), (CUSTOMER, ON_CUSTOMER)):
            for text in texts:
                holds(connection, text, resource, DATA, "postgres")
        connection.rollback()


small = st.one_of(st.none(), st.integers(1, 4))
words = st.sampled_from([None, "ada", "bob", "vip", "pen", ""])


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows for every table, keys unique, references to anything."""

    def rows(name: str, *columns: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
        many = draw(st.integers(0, 4))
        return [dict(zip(TABLES[name], (key, *map(draw, columns)), strict=True)) for key in range(1, many + 1)]

    pairs = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=5, unique=True))
    totals = st.one_of(st.none(), st.integers(0, 1000).map(lambda cents: Decimal(cents) / 100))
    return {
        "customer": rows("customer", words, small, small),
        "order": rows("order", small, totals, st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1))), st.one_of(st.none(), st.booleans())),
        "line": rows("line", small, small, words),
        "tag": rows("tag", words),
        "customer_tag": [{"customer_id": a, "tag_id": b} for a, b in pairs],
        "profile": [row | {"customer_id": row["id"]} for row in rows("profile", small, words)],
    }  # fmt: skip


def combined(texts: list[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(texts),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
            ),
            inner.map(lambda text: f"not ({text})"),
        ),
        max_leaves=4,
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(shops(), combined(ON_ORDER), combined(ON_CUSTOMER))
def test_any_combination_on_any_data(data: dict[str, list[dict[str, Any]]], on_order: str, on_customer: str) -> None:
    """Combined with and, or and not, on random rows with dangling references, plans and evaluator agree."""
    with duckdb.connect() as connection:
        fill(connection, data)
        holds(connection, on_order, ORDER, data)
        holds(connection, on_customer, CUSTOMER, data)


def test_values_of_any_type_are_projected(database: duckdb.DuckDBPyConnection) -> None:
    """Each expression becomes a column of its name, with exact decimals, for the rows that meet the condition."""
    expressions = {
        "id": "id",
        "who": "customer.name",
        "pens": "sum(lines.quantity where article = 'pen')",
        "twice": "total * 2",
    }
    plan = project(
        DOMAIN, ORDER, {name: parse(text) for name, text in expressions.items()}, table_of, parse("total > 5")
    )
    statement = to_sql(plan, "duckdb")
    found = database.execute(statement.text, statement.values())
    assert [each[0] for each in found.description] == list(expressions)
    assert sorted(found.fetchall()) == [(1, "ada", 7, Decimal("21.00")), (4, None, None, Decimal("14.00"))]


def test_each_path_is_joined_once_and_exists_is_a_semi_join() -> None:
    """The statements are lean: one join a path, no grouping where asking for existence is enough."""
    condition = parse("customer.credit > 1 and customer.name = 'ada' and exists(lines where quantity > 1)")
    assert to_sql(rows_where(DOMAIN, ORDER, condition, table_of), "duckdb").text == (
        'SELECT "order"."c_id" AS "id", "order"."c_customer_id" AS "customer_id", "order"."c_total" AS "total", '
        '"order"."c_placed" AS "placed", "order"."c_is_open" AS "is_open" FROM "t_order" AS "order" '
        'LEFT JOIN "t_customer" AS "customer" ON "order"."c_customer_id" = "customer"."c_id" '
        'WHERE "customer"."c_credit" > CAST(1 AS BIGINT) AND "customer"."c_name" = CAST($1 AS TEXT) '
        'AND EXISTS(SELECT 1 FROM "t_line" AS "line" WHERE "line"."c_quantity" > CAST(1 AS BIGINT) '
        'AND "order"."c_id" = "line"."c_order_id")'
    )


def test_conditions_of_several_rules_take_one_pass(database: duckdb.DuckDBPyConnection) -> None:
    """Many rules are counted in one statement over the table."""
    plan = tally(DOMAIN, ORDER, {"a": parse("total > 5"), "b": parse("customer.credit > 2")}, table_of)
    statement = to_sql(plan, "duckdb")
    assert statement.text.count("SELECT") == 1
    assert database.execute(statement.text, statement.values()).fetchall() == [(6, 3, 1, 0, 3)]


def test_rows_never_multiply_where_a_key_repeats() -> None:
    """With ``once`` a customer who is there twice changes no count: the first of the two, by its attributes, stands for both."""
    twice = [row | {"name": row["name"] and "zoe"} for row in DATA["customer"]]
    dirty = DATA | {"customer": [*twice, *DATA["customer"]]}
    texts = ("total > 5", "customer.name < 'c'", "customer.parent.name = 'ada'", "count(lines) > 1")
    conditions = {text: parse(text) for text in texts}
    counts = []
    for data, once in ((DATA, False), (dirty, True), (dirty, False)):
        with duckdb.connect() as connection:
            fill(connection, data)
            statement = to_sql(tally(DOMAIN, ORDER, conditions, table_of, once=once), "duckdb")
            counts += connection.execute(statement.text, statement.values()).fetchall()
    assert counts[0] == counts[1]
    assert counts[2][0] > counts[0][0], "the data is such that it matters"


def test_problems_of_an_expression_are_raised() -> None:
    """An expression that means nothing on the resource is not compiled: the problems are raised."""
    with pytest.raises(VerificationError, match="totl"):
        rows_where(DOMAIN, ORDER, parse("totl > 1"))


def _domain(relationship: Relationship, key: tuple[str, ...] = ("id",)) -> tuple[Domain, Resource]:
    integer = parse_type("integer")
    a = Resource(name="a", key=key, attributes=(Attribute(name="id", type=integer),), relationships=(relationship,))
    b = Resource(name="b", attributes=(Attribute(name="n", type=integer),))
    return Domain(name="d", resources=(a, b)), a


@pytest.mark.parametrize(
    ("relationship", "key", "text", "message"),
    [
        (Relationship(name="bs", kind="has_many", destination="b"), (), "exists(bs)", "needs keys to join on"),
        (Relationship(name="bs", kind="many_to_many", destination="b"), ("id",), "exists(bs)", "needs 'through'"),
        (Relationship(name="bs", kind="many_to_many", destination="b", through="b"), ("id",), "exists(bs)", "no belongs_to that leads to a"),
        (
            Relationship(name="bs", kind="has_many", destination="b", source_key=("id",), destination_key=("n",)), (),
            "exists(bs as b where b.n > id)", "a needs a key",
        ),
    ],
)  # fmt: skip
def test_what_the_domain_leaves_open_is_said(
    relationship: Relationship, key: tuple[str, ...], text: str, message: str
) -> None:
    """Where the design does not say how rows are joined, the error says what is missing."""
    domain, resource = _domain(relationship, key)
    with pytest.raises(DefinitionError, match=message):
        to_sql(rows_where(domain, resource, parse(text)), "duckdb")
