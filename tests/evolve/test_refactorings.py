"""Refactorings on the shop: what they make of the design, and of its rows, there and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.evolve.conftest import Database
from tests.evolve.shop import SHOP, sample, shop_rows
from tests.model.verify.designs import domain, resource
from workbench.errors import DefinitionError, NotFoundError, VerificationError
from workbench.evolve import apply, invert
from workbench.evolve.difference import same
from workbench.evolve.migration_run import migrate
from workbench.evolve.refactorings import extract_lookup, move_attribute, rename, split
from workbench.evolve.refactorings_value import Refactoring
from workbench.expression.everywhere import typing_problems
from workbench.model import Domain
from workbench.model.verify import verify

REVERSIBLE: dict[str, Callable[[], Refactoring]] = {
    "rename an attribute": lambda: rename(SHOP, "orders.total", "amount"),
    "rename a key": lambda: rename(SHOP, "customers.customer_id", "id"),
    "rename a relationship": lambda: rename(SHOP, "orders.customer", "buyer"),
    "rename a resource": lambda: rename(SHOP, "customers", "people"),
    "rename an identity": lambda: rename(SHOP, "customers.identities.by_email", "one_email"),
    "split": lambda: split(SHOP, "customers", ["phone", "born_on"], "persons", relationship="person"),
    "split with an identity": lambda: split(SHOP, "customers", ["email", "newsletter"], "mailings"),
    "split with a key of its own": lambda: split(SHOP, "customers", ["phone"], "phones", own_key="id"),
    "split with a wide key": lambda: split(SHOP, "lines", ["quantity"], "quantities"),
    "extract a lookup": lambda: extract_lookup(SHOP, "customers", ["country"], "countries", dependent=["currency"]),
    "extract values": lambda: extract_lookup(SHOP, "orders", ["channel"], "channels"),
    "move to many": lambda: move_attribute(SHOP, "orders", "shipping_fee", "lines"),
    "move to many customers": lambda: move_attribute(SHOP, "customers", "tier", "orders"),
}


@pytest.mark.parametrize("name", REVERSIBLE)
def test_there_and_back(name: str, database: Database) -> None:
    """A refactoring carries every row along, its result is a sound design, and undoing it gives the same rows."""
    made = REVERSIBLE[name]()
    assert apply(SHOP, made.changes) == made.after
    assert same(apply(made.after, invert(made.changes)), SHOP)
    assert verify(made.after).is_ok
    assert list(typing_problems(made.after)) == []
    sample(database.store, database.place)
    before = database.rows(SHOP)
    migration = database.plan(SHOP, made.after, made)
    assert database.migrate(SHOP, made.after, made).is_done
    moved = database.rows(made.after)
    assert {len(moved[each.resource.name]) for each in migration.stages[0].after.shapes.values()} != {0}
    assert database.migrate(made.after, SHOP, made.inverse()).is_done
    assert database.rows(SHOP) == before
    assert database.tables() == {"customers", "products", "orders", "lines"}


def test_moving_back_from_many_needs_agreement(database: Database) -> None:
    """What many rows hold goes to the one they lead to only where they agree; the rows in the way are counted, nothing is changed."""
    made = move_attribute(SHOP, "lines", "unit_price", "product")
    sample(database.store, database.place)
    before = database.rows(SHOP)
    with pytest.raises(VerificationError) as caught:
        database.migrate(SHOP, made.after, made)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("products", "disagreement")
    assert problem.rows == len(disagreeing())
    assert database.rows(SHOP) == before


def disagreeing() -> set[str]:
    """Products that were sold at more than one price."""
    prices: dict[str, set[Any]] = {}
    for row in shop_rows()["lines"].to_pylist():
        prices.setdefault(row["sku"], set()).add(row["unit_price"])
    return {sku for sku, found in prices.items() if len(found) > 1}


def test_moving_to_one_takes_the_agreed_value(database: Database) -> None:
    """Where all rows agree, their one row holds the value, and undoing copies it to each of them."""
    made = move_attribute(SHOP, "orders", "shipping_country", "customer")
    sample(database.store, database.place)
    before = database.rows(SHOP)
    assert database.migrate(SHOP, made.after, made).is_done
    assert "shipping_country" not in made.after.resource("orders").attribute_names
    assert any("('shipping_country', 'DE')" in row for row in database.rows(made.after)["customers"])
    assert database.migrate(made.after, SHOP, made.inverse()).is_done
    assert database.rows(SHOP) == before


def test_a_lookup_needs_dependence(database: Database) -> None:
    """An attribute goes along into a lookup only where each key has one value of it; how many rows contradict is said."""
    made = extract_lookup(SHOP, "customers", ["country"], "countries", dependent=["tier"])
    sample(database.store, database.place)
    before = database.rows(SHOP)
    with pytest.raises(VerificationError) as caught:
        database.migrate(SHOP, made.after, made)
    assert [each.code for each in caught.value.problems] == ["not_dependent"]
    assert database.rows(SHOP) == before


def test_a_lookup_keeps_no_values_without_a_key(database: Database) -> None:
    """Rows without a key of the lookup would lose what goes along: that is a loss to accept, and what it costs is exactly that."""
    made = extract_lookup(SHOP, "products", ["category"], "categories", dependent=["vat_percent"])
    sample(database.store, database.place)
    with pytest.raises(VerificationError, match="rows without category"):
        database.migrate(SHOP, made.after, made)
    done = database.migrate(SHOP, made.after, made, accept_loss=True)
    assert [(each.code, each.severity) for each in done.problems] == [("loses_data", "warning")]
    with pytest.raises(VerificationError) as caught:
        database.migrate(made.after, SHOP, made.inverse())
    assert [(each.path, each.code) for each in caught.value.problems] == [("products.vat_percent", "null_in_required")]


USED = domain(
    resource(
        "customers", "id uuid!", "tier string", "city string", "zip string",
        relationships=[{"name": "orders", "kind": "has_many", "destination": "orders"}],
        identities=[{"name": "there", "attributes": ["city", "zip"]}],
        rules=[{"name": "five", "condition": "length(zip) = 5"}, {"name": "both", "condition": "zip is not null or tier = 'x'"}],
        calculations=[{"name": "place", "expression": "zip || ' ' || city"}],
        field_policies=[{"name": "hide", "attributes": ["zip"], "condition": "actor.role = 'clerk'"}],
        policies=[{"name": "own", "condition": "city = actor.city"}],
    ),
    resource(
        "orders", "id uuid!", "customer_id uuid!", "total integer!", "note text", "status enum(open, paid)! = 'open'",
        relationships=[{"name": "customer", "kind": "belongs_to", "destination": "customers", "required": True}],
        rules=[{"name": "gold", "condition": "customer.tier = 'gold' or total < 100"}],
        measures=[{"name": "there", "expression": "sum(total where customer.city = 'x')"}],
        actions=[
            {
                "name": "pay", "kind": "update", "accept": ["note"], "arguments": [{"name": "n", "type": "text"}],
                "changes": [{"attribute": "note", "value": ":n"}], "filter": "note != :n",
            }
        ],
        policies=[{"name": "p", "actions": ["pay", "read"], "condition": "customer.tier = 'gold'"}],
    ),
    machines=[
        {
            "name": "flow", "resource": "orders", "attribute": "status",
            "states": [{"name": "open", "initial": True}, {"name": "paid"}],
            "transitions": [{"sources": ["open"], "target": "paid", "event": "pay", "guard": "customer.tier = 'gold'"}],
        }
    ],
    measures=[{"name": "all", "expression": "sum(orders.total where customer.tier = 'gold')"}],
    policies=[{"name": "everywhere", "actions": ["pay"], "condition": "actor.role = 'x'"}],
)  # fmt: skip


def said(domain: Domain, *path: str) -> str:
    """What stands at a place, written."""
    value: Any = domain
    for step in path:
        value = (
            next((each for each in value if each.name == step), None)
            if isinstance(value, tuple)
            else getattr(value, step)
        )
    return str(value)


def test_a_split_is_followed_by_every_mention() -> None:
    """Expressions reach what moved by the new relationship, from wherever they stand; what is about nothing else moves along."""
    after = split(USED, "customers", ["city", "zip"], "addresses", relationship="address").after
    assert (
        said(after, "resources", "customers", "calculations", "place", "expression")
        == "address.zip || ' ' || address.city"
    )
    assert said(after, "resources", "customers", "policies", "own", "condition") == "address.city = actor.city"
    assert (
        said(after, "resources", "orders", "measures", "there", "expression")
        == "sum(total where customer.address.city = 'x')"
    )
    made = after.resource("addresses")
    assert ([each.name for each in made.identities], [each.name for each in made.rules]) == (["there"], ["five"])
    assert [each.name for each in made.field_policies] == ["hide"]
    assert [each.name for each in after.resource("customers").rules] == ["both"]
    assert made.relationship("customers").required


def test_an_attribute_at_the_near_end_loses_a_step() -> None:
    """What stood behind a relationship and stands before it now is called by its name alone."""
    design = USED.model_copy(
        update={"resources": (USED.resources[0].model_copy(update={"rules": ()}), USED.resources[1])}
    )
    after = move_attribute(design, "customers", "tier", "orders").after
    assert said(after, "resources", "orders", "rules", "gold", "condition") == "tier = 'gold' or total < 100"
    assert said(after, "measures", "all", "expression") == "sum(orders.total where tier = 'gold')"
    assert str(after.machine("flow").transitions[0].guard) == "tier = 'gold'"


@pytest.mark.parametrize(
    ("refactor", "paths"),
    [
        (lambda: move_attribute(USED, "customers", "tier", "orders"), ["customers.rules.both.condition"]),
        (
            lambda: split(USED, "orders", ["note"], "notes"),
            ["orders.actions.pay.accept", "orders.actions.pay.changes[0].attribute"],
        ),
        (lambda: split(USED, "orders", ["status"], "states"), ["machines.flow.attribute"]),
        (lambda: split(USED, "customers", ["zip"], "zips"), ["customers.identities.there.attributes"]),
        (lambda: split(USED, "orders", ["customer_id"], "keys"), ["orders.customer", "customers.orders"]),
        (lambda: split(USED, "orders", ["id"], "ids"), ["orders.id"]),
        (lambda: split(USED, "orders", ["total"], "customers"), ["customers"]),
        (lambda: rename(USED, "customers.city", "tier"), ["customers.tier"]),
        (lambda: rename(USED, "machines.flow.states.open", "new"), ["machines.flow.states.open"]),
    ],
)
def test_what_cannot_follow_refuses(refactor: Callable[[], Refactoring], paths: list[str]) -> None:
    """A refactoring that something cannot follow is refused, and every such place is told."""
    with pytest.raises(VerificationError) as caught:
        refactor()
    assert sorted({each.path for each in caught.value.problems}) == sorted(paths)


def test_a_rename_is_followed_by_every_mention() -> None:
    """Keys that follow a convention stay what they are, arguments and actions are renamed where they are used."""
    after = rename(USED, "orders.customer", "buyer").after
    assert after.relationship_keys(after.resource("orders"), after.resource("orders").relationship("buyer")).source == (
        "customer_id",
    )
    assert str(after.machine("flow").transitions[0].guard) == "buyer.tier = 'gold'"
    after = rename(USED, "customers.id", "number").after
    assert after.relationship_keys(
        after.resource("orders"), after.resource("orders").relationship("customer")
    ).source == ("customer_id",)
    after = rename(USED, "orders.actions.pay.arguments.n", "remark").after
    action = after.resource("orders").action("pay")
    assert (str(action.changes[0].value), str(action.filter)) == (":remark", "note != :remark")
    after = rename(USED, "orders.actions.pay", "settle").after
    assert after.policies[0].actions == ("settle",)
    assert after.resource("orders").policies[0].actions == ("settle", "read")
    after = rename(USED, "", "store").after
    assert (after.name, after.birth_name) == ("store", "x")


@pytest.mark.parametrize("has_way_back", [True, False])
def test_moving_to_the_one_row_at_the_other_end(database: Database, has_way_back: bool) -> None:
    """Along a relationship to one row the value is copied there and back, and expressions follow, with or without a way back."""
    after = split(SHOP, "customers", ["phone"], "phones", relationship="contact").after
    contact = after.resource("phones")
    if not has_way_back:
        bare = contact.model_copy(update={"relationships": ()})
        after = after.model_copy(
            update={"resources": tuple(bare if each is contact else each for each in after.resources)}
        )
    first = split(SHOP, "customers", ["phone"], "phones", relationship="contact")
    second = move_attribute(after, "customers", "tier", "contact")
    assert second.after.resource("phones").attribute("tier").required == has_way_back
    sample(database.store, database.place)
    before = database.rows(SHOP)
    assert database.migrate(SHOP, first.after, first).is_done
    assert database.migrate(after, second.after, second).is_done
    assert database.migrate(second.after, after, second.inverse()).is_done
    assert database.migrate(first.after, SHOP, first.inverse()).is_done
    assert database.rows(SHOP) == before


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ({"name": "peer", "kind": "belongs_to", "destination": "customers"}, "leads to the same resource"),
        ({"name": "some", "kind": "has_many", "destination": "orders", "filter": "total > 1"}, "only some rows"),
        (
            {"name": "all", "kind": "many_to_many", "destination": "orders", "through": "orders"},
            "several rows stand at both ends",
        ),
    ],
)
def test_ways_nothing_moves_along(way: dict[str, Any], why: str) -> None:
    """A value does not move to its own resource, along a condition, or where several rows stand at both ends."""
    from workbench.model import Relationship

    customers = USED.resource("customers")
    more = customers.model_copy(update={"relationships": (*customers.relationships, Relationship.model_validate(way))})
    design = USED.model_copy(update={"resources": (more, *USED.resources[1:])})
    with pytest.raises(VerificationError, match=why):
        move_attribute(design, "customers", "tier", way["name"])


def test_names_that_are_none() -> None:
    """What is not there is named with the nearest, and what is no name is refused."""
    with pytest.raises(NotFoundError, match=r"did you mean 'orders\.total'"):
        rename(USED, "orders.totl", "x")
    with pytest.raises(NotFoundError, match="did you mean 'zip'"):
        split(USED, "customers", ["zipp"], "x")
    with pytest.raises(DefinitionError):
        rename(USED, "orders.total", "")


def test_hostile_names_stay_names(database: Database) -> None:
    """Quotes, markup and words of SQL are names like others, in the design and in the database."""
    sample(database.store, database.place)
    before = database.rows(SHOP)
    hostile = '\'; drop table "orders"; -- <script>ü'
    first = rename(SHOP, "orders.total", hostile)
    second = split(first.after, "orders", [hostile], 'of "x"', relationship="a.b")
    assert database.migrate(SHOP, second.after, first, second).is_done
    back = database.plan(SHOP, second.after, first, second).inverse()
    assert migrate(back, database.store).is_done
    assert database.rows(SHOP) == before


def test_a_refactoring_shows_itself() -> None:
    """The view names the changes and where values come from."""
    shown = str(split(SHOP, "customers", ["phone"], "phones").view())
    assert "phones" in shown
    assert "a row for each row of customers" in shown
    assert "No value moves." in str(rename(SHOP, "orders.total", "amount").view())
