"""Two real plug-ins, an attribute scope and a read policy: what they hide stays hidden wherever a question looks, and whoever writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.actions.shop import OwnRows, Tenants, attribute, belongs_to, opened
from workbench.actions import RefusedError
from workbench.model import Domain, Identity, Relationship, Resource
from workbench.relation.paths import project, rows_where
from workbench.workspace.session import Workspace

CLIENT = Resource(
    name="client",
    key=("id",),
    attributes=(attribute("id", "integer", required=True), attribute("name", "string"), attribute("tenant", "string")),
    identities=(Identity(name="name", attributes=("name",)),),
    relationships=(Relationship(name="deals", kind="has_many", destination="deal"),),
)
DEAL = Resource(
    name="deal",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("client_id", "integer"),
        attribute("seller", "string"),
        attribute("amount", "integer"),
        attribute("margin", "integer"),
        attribute("tenant", "string"),
    ),
    relationships=(belongs_to("client", "client"),),
)
TRADE = Domain(name="trade", resources=(CLIENT, DEAL))


@pytest.fixture(scope="module")
def trade() -> Iterator[Workspace]:
    """Two tenants with a client each, and deals of two sellers."""
    with opened(TRADE, Tenants(), OwnRows()) as workspace:
        north, south = (
            workspace.as_(tenant="north", actor={"name": "ada"}),
            workspace.as_(tenant="south", actor={"name": "eve"}),
        )
        north.create("client", [{"id": 1, "name": "Acme"}, {"id": 2, "name": "Byte"}])
        south.create("client", [{"id": 3, "name": "Core"}])
        deal: list[tuple[Any, ...]] = [(1, 1, "ada", 10, 5), (2, 1, "bob", 70, 6), (3, 2, "ada", 30, 200)]
        names = ("id", "client_id", "seller", "amount", "margin")
        north.create("deal", [dict(zip(names, each, strict=True)) for each in deal])
        south.create("deal", [dict(zip(names, (4, 3, "eve", 900, 1), strict=True))])
        yield workspace


def ada(trade: Workspace, role: str = "") -> Workspace:
    """What Ada of the north sees."""
    return trade.as_(tenant="north", actor={"name": "ada", "role": role})


def test_a_scope_and_a_policy_together_narrow_every_read(trade: Workspace) -> None:
    """Rows of other tenants and other sellers are not there: not in rows, not in counts, not for a condition."""
    north = ada(trade)
    assert sorted(north.ask("deal").df()["id"]) == [1, 3]
    assert (north.count("deal"), north.count("client"), north.count("deal", "amount > 50")) == (2, 2, 0)
    assert trade.count("deal") == 0


def test_what_is_hidden_counts_in_no_aggregate_and_no_sort(trade: Workspace) -> None:
    """Sums, maxima and orders are those of the rows that are seen, wherever a path leads to them."""
    north = ada(trade)
    answer = north.ask("client", select=["name", "sum(deals.amount)", "count(deals)"], sort="sum(deals.amount) desc")
    assert answer.arrow().to_pylist() == [
        {"name": "Byte", "sum(deals.amount)": 30, "count(deals)": 1},
        {"name": "Acme", "sum(deals.amount)": 10, "count(deals)": 1},
    ]
    assert north.ask("deal", measures=["sum(amount)", "max(amount)"]).arrow().to_pylist() == [
        {"sum(amount)": 40, "max(amount)": 30}
    ]
    assert north.count("client", "exists(deals as d where d.amount > 50)") == 0


def test_what_is_hidden_is_reached_by_no_relationship_path(trade: Workspace) -> None:
    """A path to a row of another tenant finds nothing, as if there were none."""
    engine = trade._bound.engine
    scope = trade.as_(tenant="south", actor={"name": "ada"}).scope
    domain, seen = engine.domain, engine.seen(scope)
    plan = project(domain, domain.resource("client"), {"id": _path("id")}, seen)
    assert trade._bound.store.query(plan, engine.parameters(scope)).tuples() == [(3,)]
    rows = rows_where(domain, domain.resource("deal"), _path("client.name is not null"), seen)
    assert trade._bound.store.query(rows, engine.parameters(scope)).tuples() == []


def test_a_hidden_field_leaks_through_no_filter_order_or_aggregate(trade: Workspace) -> None:
    """Who may not see a margin reads null everywhere: in rows, conditions, sums, sorts and groups; a boss reads it."""
    north, boss = ada(trade), ada(trade, "boss")
    assert north.ask("deal", select=["margin"]).arrow()["margin"].to_pylist() == [None, None]
    assert (north.count("deal", "margin > 100"), boss.count("deal", "margin > 100")) == (0, 1)
    assert north.ask("deal", measures={"m": "sum(margin)"}).arrow()["m"].to_pylist() == [None]
    assert [row["id"] for row in boss.ask("deal", select=["id"], sort="margin desc").arrow().to_pylist()] == [3, 1]
    assert [row["id"] for row in north.ask("deal", select=["id"], sort="margin desc").arrow().to_pylist()] == [1, 3]
    assert north.count("client", "exists(deals as d where d.margin > 100)") == 0


def test_the_same_question_answers_each_scope_for_itself(trade: Workspace) -> None:
    """Nothing that one scope was told is kept for another."""
    south = trade.as_(tenant="south", actor={"name": "eve"})
    for _ in range(2):
        assert (ada(trade).count("deal"), south.count("deal")) == (2, 1)


def test_rows_are_written_for_the_tenant_that_writes_them(trade: Workspace) -> None:
    """The scope fills the tenant, whatever a record says of it."""
    north = ada(trade)
    north.create("client", {"id": 20, "name": "Delta", "tenant": "south"})
    assert north.ask("client", "id = 20").arrow()["tenant"].to_pylist() == ["north"]
    north.destroy("client", 20)


def test_hidden_rows_cannot_be_touched_and_are_said_not_to_be_there(trade: Workspace) -> None:
    """Another tenant's row, another seller's, and one the policy restricts are all just not found."""
    for key in (4, 2, 3, 99):
        for do in (
            lambda key=key: ada(trade).destroy("deal", [key]),
            lambda key=key: ada(trade).update("deal", {"id": key, "amount": 1}),
        ):
            with pytest.raises(RefusedError) as caught:
                do()
            assert [(each.code, each.message) for each in caught.value.problems] == [
                ("not_found", "deal has no such row")
            ]
    assert ada(trade).update("deal", where="amount = 900", set={"amount": 1}).updated == 0


def test_messages_do_not_tell_hidden_rows_apart_from_none(trade: Workspace) -> None:
    """A reference to another tenant's row reads like one to nothing; a name taken elsewhere is said to be taken, and no more."""
    texts = []
    for client in (3, 99):
        with pytest.raises(RefusedError) as caught:
            ada(trade).create("deal", {"id": 50, "client_id": client, "seller": "ada", "margin": 0})
        texts.append(str(caught.value))
    assert texts[0] == texts[1]
    with pytest.raises(RefusedError) as caught:
        ada(trade).create("client", {"id": 51, "name": "Core"})
    assert [(each.code, each.message) for each in caught.value.problems] == [
        ("identity_taken", "name is taken already")
    ]
    assert "south" not in str(caught.value)


def _path(text: str) -> Any:
    from workbench.expression import parse

    return parse(text)
