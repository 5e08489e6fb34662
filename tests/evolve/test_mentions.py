"""Who mentions whom in a domain, and the same domain in the names of birth."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from tests.model.verify.designs import SOUND, domain, resource
from tests.strategies import domains
from workbench.evolve.births import born, named
from workbench.evolve.difference import same
from workbench.evolve.mentions import Mention, mentions, renamed
from workbench.model import Domain


def places(design: Domain, kind: Any, owner: str, name: str) -> tuple[str, ...]:
    """Where a name is said."""
    return mentions(design).get(Mention(kind, owner, name), ())


def test_every_kind_of_mention() -> None:
    """Keys, relationships, expressions, actions, machines, sources, policies and interfaces are all looked at."""
    assert places(SOUND, "resource", "", "orders") == (
        "customers.placed", "taggings.order", "machines.payment", "sources.old", "contracts.v1.endpoints.pay_order",
    )  # fmt: skip
    assert places(SOUND, "member", "orders", "id") == ("orders", "orders.actions.place", "sources.old")
    assert places(SOUND, "member", "orders", "status") == ("orders.actions.pay", "machines.payment")
    assert places(SOUND, "member", "orders", "customer") == ("machines.payment",), "the target of an effect"
    assert places(SOUND, "member", "customers", "age") == ("customers.field_policies.hide",)
    assert places(SOUND, "action", "orders", "pay") == ("orders.policies.clerks", "contracts.v1.endpoints.pay_order")
    assert places(SOUND, "action", "", "place") == ("policies.staff",)
    assert places(SOUND, "action", "orders", "read") == (), "a kind of action, not a name"
    assert places(SOUND, "state", "payment", "void") == ("machines.payment",)
    assert places(domain(resource("a", "n integer", version="n")), "member", "a", "n") == ("a",)


def test_an_effect_means_the_relationship_where_a_resource_is_called_so_too() -> None:
    """As it runs: rows a relationship leads to; only a create, which needs rows to belong to the record, means the resource else."""
    effects = [
        {"kind": kind, "target": "lines", "set": [{"attribute": "n", "value": "total"}]}
        for kind in ("update", "create")
    ]
    for relation, resources in (("has_many", ()), ("belongs_to", ("machines.flow.states.a",))):
        design = domain(
            resource("orders", "id uuid!", "total integer", relationships=[{"name": "lines", "kind": relation, "destination": "lines"}]),
            resource("lines", "id uuid!", "n integer"),
            machines=[{"name": "flow", "resource": "orders", "attribute": "total", "states": [{"name": "a", "on_entry": effects}]}],
        )  # fmt: skip
        assert places(design, "member", "orders", "lines") == ("machines.flow.states.a",)
        assert places(design, "member", "lines", "n") == ("machines.flow.states.a",)
        assert places(design, "resource", "", "lines") == ("orders.lines", *resources)


def test_expressions_know_whose_names_they_say() -> None:
    """Paths, aggregates, their conditions and aliases lead to the resource whose name is meant."""
    conditions = {
        "path": "buyer.tier = 'x'", "where": "sum(lines.price where kind = 'y') > 0", "alias": "exists(lines as l where l.kind = kind)",
        "nested": "exists(buyer.orders where exists(lines where price > 1))",
    }  # fmt: skip
    design = domain(
        resource("buyers", "id uuid!", "tier text", relationships=[{"name": "orders", "kind": "has_many", "destination": "orders"}]),
        resource("lines", "id uuid!", "price integer", "kind text"),
        resource(
            "orders", "id uuid!", "kind text",
            rules=[{"name": name, "condition": text} for name, text in conditions.items()],
            relationships=[
                {"name": "buyer", "kind": "belongs_to", "destination": "buyers"},
                {"name": "lines", "kind": "has_many", "destination": "lines"},
            ],
        ),
        measures=[{"name": "m", "expression": "sum(orders.lines.price where kind = 'z')"}],
    )  # fmt: skip
    assert places(design, "member", "buyers", "tier") == ("orders.rules.path",)
    assert places(design, "member", "lines", "kind") == ("orders.rules.where", "orders.rules.alias")
    assert places(design, "member", "orders", "kind") == ("orders.rules.alias", "measures.m")
    assert places(design, "member", "lines", "price") == ("orders.rules.where", "orders.rules.nested", "measures.m")
    assert places(design, "member", "buyers", "orders") == ("orders.rules.nested",)


def test_workflows_mention_steps_and_inputs() -> None:
    """Arguments, waits and the answer of a workflow name its inputs and steps, nested ones too."""
    steps = [
        {"name": "a", "arguments": [{"name": "x", "source": "input", "of": "order"}], "steps": [{"name": "b", "wait_for": ["c"]}]},
        {"name": "c", "arguments": [{"name": "y", "source": "result", "of": "a"}]},
    ]  # fmt: skip
    design = domain(
        reactors=[{"name": "w", "inputs": [{"name": "order", "type": "uuid"}], "steps": steps, "returns": "c"}]
    )
    assert places(design, "input", "w", "order") == ("reactors.w.steps.a",)
    assert places(design, "step", "w", "a") == ("reactors.w.steps.c",)
    assert places(design, "step", "w", "c") == ("reactors.w.steps.a.steps.b", "reactors.w")


@settings(max_examples=36, deadline=None)
@given(domains())
def test_birth_names_and_back(design: Domain) -> None:
    """Whatever names a domain uses twice, wrongly or with marks in them: said in birth names and back it is the same, nothing is lost."""
    lost: list[Mention] = []
    assert same(named(born(design), lambda mention, _: lost.append(mention)), design)
    assert lost == []
    assert same(renamed(design, lambda mention, _: mention.name), design)


def test_renames_vanish_in_birth_names() -> None:
    """Two versions that differ by a rename say the same in birth names."""
    rules = [{"name": "r", "condition": "total > 0"}]
    before = domain(resource("orders", "total integer", rules=rules))
    orders = before.resource("orders")
    called = orders.attributes[0].model_copy(update={"name": "sum", "was": "total"})
    moved = orders.model_copy(update={"attributes": (called,)})
    after = renamed(before, lambda mention, _: "sum" if mention.name == "total" else mention.name).model_copy(update={"resources": (
        moved.model_copy(update={"rules": renamed(before, lambda mention, _: "sum").resources[0].rules}),)})  # fmt: skip
    assert str(after.resources[0].rules[0].condition) == "sum > 0"
    assert born(before).resources[0].rules == born(after).resources[0].rules
