"""One question for everything that is wrong with a design: its structure and the types of all its expressions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.model.verify.designs import SOUND, attribute, domain, resource
from tests.strategies import domains
from workbench.errors import VerificationError
from workbench.language import save
from workbench.model import Domain
from workbench.workspace import check


def test_a_sound_design_has_no_problems(tmp_path: Path) -> None:
    """A correct design passes without a word, as a value and as a saved file."""
    assert str(check(SOUND)) == "no problems"
    save(SOUND, tmp_path / "sound.json")
    assert str(check(tmp_path / "sound.json")) == "no problems"


def test_every_expression_is_typed() -> None:
    """A mistake in any expression of a design is found, at the place where it is written."""
    orders = resource(
        "orders",
        "id uuid!",
        "total integer",
        "status enum(open, paid)! = 'open'",
        attribute("due date", default="nope + 1"),
        attribute("x integer", constraints={"minimum": "nope", "maximum": "nope"}),
        rules=[{"name": "r", "condition": "nope"}],
        identities=[{"name": "i", "attributes": ["total"], "where": "nope"}],
        calculations=[{"name": "c", "expression": "nope"}],
        dimensions=[{"name": "d", "expression": "nope"}],
        measures=[{"name": "m", "expression": "sum(nope)"}],
        policies=[{"name": "p", "condition": "nope"}],
        field_policies=[{"name": "f", "attributes": ["total"], "condition": "nope"}],
        actions=[
            {
                "name": "go",
                "kind": "update",
                "arguments": [{"name": "by", "type": "integer"}],
                "filter": "total > :bi",
                "changes": [{"attribute": "total", "value": "total + :by"}, {"attribute": "total", "value": "nope"}],
            }
        ],
        relationships=[{"name": "twin", "kind": "belongs_to", "destination": "orders", "filter": "nope"}],
    )
    effect = {"kind": "update", "target": "twin", "where": "nope", "set": [{"attribute": "total", "value": "nope"}]}
    transition = {
        "sources": ["open"],
        "target": "paid",
        "guard": "nope",
        "effects": [effect],
        "after": "nope",
        "since": "due",
    }
    state = {"name": "open", "initial": True, "on_exit": [effect]}
    machine = {"name": "flow", "resource": "orders", "attribute": "status", "transitions": [transition]}
    machine["states"] = [state, {"name": "paid"}]
    found = check(domain(orders, machines=[machine]))
    assert {problem.code for problem in found} == {"unknown_name", "unknown_argument"}
    assert sorted(problem.path for problem in found) == [
        "machines.flow.states.open.on_exit[0].set[0].value",
        "machines.flow.states.open.on_exit[0].where",
        "machines.flow.transitions[0].after",
        "machines.flow.transitions[0].effects[0].set[0].value",
        "machines.flow.transitions[0].effects[0].where",
        "machines.flow.transitions[0].guard",
        "orders.actions.go.changes[1].value",
        "orders.actions.go.filter",
        "orders.c.expression",
        "orders.dimensions.d.expression",
        "orders.due.default",
        "orders.field_policies.f.condition",
        "orders.identities.i.where",
        "orders.measures.m.expression",
        "orders.policies.p.condition",
        "orders.rules.r.condition",
        "orders.twin.filter",
        "orders.x.constraints.maximum",
        "orders.x.constraints.minimum",
    ]


ORDERS = resource(
    "orders",
    "id uuid!",
    "total integer",
    "status string",
    actions=[{"name": "pay", "kind": "update"}],
    measures=[{"name": "revenue", "expression": "sum(total)"}],
)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("sum(orders.total where status = 'paid') / count(customers)", ""),
        ("count(orders as o where o.total > 3)", ""),
        ("count(order)", "unknown_name"),
        ("sum(orders.totals)", "unknown_name"),
        ("sum(orders.status)", "type_mismatch"),
        ("count(orders where total)", "not_boolean"),
        ("count()", "aggregate_not_allowed"),
        ("orders.total", "to_many_path"),
        ("orders.revenue / 2", "unknown_name"),
    ],
)
def test_measures_of_the_domain(expression: str, code: str) -> None:
    """A measure over several resources is typed: each aggregate begins with a resource, and its names are that resource's."""
    design = domain(ORDERS, resource("customers", "id uuid!"), measures=[{"name": "m", "expression": expression}])
    found = [each for each in check(design) if each.path.startswith("measures")]
    assert [(each.path, each.code) for each in found] == ([("measures.m.expression", code)] if code else [])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"condition": "actor.role = 'desk'"}, []),
        ({"condition": "id = actor.id"}, []),
        ({"condition": "total > 0", "actions": ["pay"]}, []),
        (
            {"condition": "total > 0", "actions": ["read"]},
            [("unknown_name", "on customers and 1 more: ", "declare it on the resources it holds for")],
        ),
        ({"condition": "id"}, [("not_boolean", "on orders and 2 more: ", "compare it with something")]),
        ({"condition": "count() > 1"}, [("aggregate_not_allowed", "on orders and 2 more: ", "aggregate over a ")]),
    ],
)
def test_policies_of_the_domain(policy: dict[str, object], expected: list[tuple[str, str, str]]) -> None:
    """A policy for all resources must mean something on each whose actions it is about; a mistake is said once, with where it is one."""
    others = resource("customers", "id uuid!"), resource("staff", "id uuid!")
    found = [
        each
        for each in check(domain(ORDERS, *others, policies=[{"name": "p", **policy}]))
        if each.path == "policies.p.condition"
    ]
    assert len(found) == len(expected)
    for problem, (code, message, hint) in zip(found, expected, strict=True):
        assert problem.code == code
        assert problem.message.startswith(message)
        assert problem.hint.startswith(hint)


def test_measures_and_policies_of_composed_domains() -> None:
    """Those of a part are typed over the resources of the part, and their paths lead into it."""
    part = domain(
        ORDERS,
        name="sales",
        measures=[{"name": "m", "expression": "count(staff)"}],
        policies=[{"name": "p", "condition": "totals > 0"}],
    )
    found = check(domain(resource("staff", "id uuid!"), domains=[part]))
    paths = {"domains.sales.measures.m.expression", "domains.sales.policies.p.condition"}
    assert {each.path for each in found if each.code == "unknown_name"} == paths


def test_expressions_of_composed_domains() -> None:
    """Expressions of a part are typed too, and their paths lead into it."""
    part = domain(resource("orders", "id uuid!", rules=[{"name": "r", "condition": "nope"}]), name="sales")
    (problem,) = check(domain(domains=[part]))
    assert problem.path == "domains.sales.orders.rules.r.condition"


def test_an_unreadable_design(tmp_path: Path) -> None:
    """A file that holds no design is refused with its name."""
    with pytest.raises(VerificationError) as caught:
        check(tmp_path / "nowhere.json")
    assert caught.value.subject.endswith("nowhere.json")


@settings(max_examples=30, deadline=None)
@given(domains())
def test_any_domain_can_be_checked(design: Domain) -> None:
    """Whatever a design holds, the answer is problems, never another error."""
    assert str(check(design))


def test_problems_of_a_text_are_told_in_their_lines(tmp_path: Path) -> None:
    """A design in the domain language is pointed into; what stands in a file that it uses has no line of this one."""
    (tmp_path / "billing.domain").write_text("domain billing\nresource bill\n  id uuid key\n  payer -> nobody\n")
    text = "domain clinic\nuse billing.domain\nresource visit\n  id uuid key\n  patient -> nobody\n"
    (tmp_path / "design.domain").write_text(text)
    for design in (tmp_path / "design.domain", tmp_path):
        found = {each.path: (each.line, each.column) for each in check(design) if each.code == "unknown_destination"}
        assert found == {"visit.patient": (5, 3), "domains.billing.bill.payer": (None, None)}
