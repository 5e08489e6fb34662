"""Every structural check: found where it should be, silent where it should not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.model.verify import mistakes_in_behaviour, mistakes_in_data  # noqa: F401  they fill CASES
from tests.model.verify.designs import CASES, SOUND, Case, domain, resource, ring
from tests.strategies import domains
from workbench.model import Domain
from workbench.model.verify import CHECKS, verify


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}:{case.path[:30]}")
def test_mistake_is_found(case: Case) -> None:
    """A design with one mistake gives that problem, at its path, with a hint, and no other."""
    found = verify(case.design)
    assert {problem.code for problem in found} == {case.code, *case.also}, str(found)
    (problem, *more) = [each for each in found if each.code == case.code]
    assert problem.path == case.path
    assert case.says in f"{problem.message}; {problem.hint}"
    assert problem.hint and problem.severity == CHECKS[case.code].severity
    assert not more, "it is told once"


def test_every_check_has_a_case() -> None:
    """No check goes untested, and codes stay as they are: they are part of the interface."""
    assert {case.code for case in CASES} == set(CHECKS)
    assert len(CHECKS) >= 30


def test_every_check_explains_itself() -> None:
    """Each code has a description and a hint for the reference pages, and the function says the same in its docstring."""
    for code, check in CHECKS.items():
        assert code == check.code and code.islower()
        assert check.description.endswith(".") and check.hint and not check.hint.endswith(".")
        assert check.function.__doc__


def test_sound_design_has_no_problems() -> None:
    """A correct design that uses most of the vocabulary passes without a word."""
    assert str(verify(SOUND)) == "no problems"


def test_all_mistakes_at_once() -> None:
    """One run tells every mistake of a design, errors first."""
    design = domain(resource("orders", "id uuid", "total integer = 'x'", key=["idd"]), time_zone="Nowhere")
    found = verify(design)
    assert [problem.code for problem in found] == ["unknown_key_attribute", "unfit_default", "unknown_time_zone"]


def test_only_some_codes() -> None:
    """A caller can ask for some kinds of problem alone."""
    design = domain(resource("orders", "id uuid"), time_zone="Nowhere")
    assert [problem.code for problem in verify(design, only=["nullable_key"])] == ["nullable_key"]


def test_composed_domains_are_verified_inside() -> None:
    """Problems of a part are found at their place in the whole, and its resources may refer to those of the whole."""
    way = {"name": "buyer", "kind": "belongs_to", "destination": "people"}
    part = domain(resource("orders", "id uuid", "buyer_id uuid", relationships=[way]), name="sales")
    found = verify(domain(resource("people", "id uuid!"), domains=[part]))
    assert [(problem.path, problem.code) for problem in found] == [("domains.sales.orders.id", "nullable_key")]


def test_long_circle_is_cut_short() -> None:
    """A circle of hundreds of resources is told in one readable line."""
    (problem,) = verify(domain(*ring(*(f"r{i}" for i in range(300)))))
    assert "… 288 more -> r0" in problem.message
    assert len(problem.message) < 200


def test_a_reference_implies_its_attributes() -> None:
    """A belongs_to without keys brings the attributes it is stored in: keys, identities and actions may name them."""
    design = domain(
        resource("people", "id uuid!", relationships=[{"name": "orders", "kind": "has_many", "destination": "orders"}]),
        resource(
            "orders",
            "number integer!",
            key=["buyer_id", "number"],
            relationships=[{"name": "buyer", "kind": "belongs_to", "destination": "people", "required": True}],
            identities=[{"name": "one_open", "attributes": ["buyer_id"], "where": "number > 0"}],
            actions=[{"name": "place", "kind": "create", "accept": ["buyer_id", "number"]}],
        ),
        tenancy={"strategy": "attribute", "attribute": "buyer_id", "shared": ["people"]},
    )
    assert str(verify(design)) == "no problems"


def test_suggestions_come_to_an_end() -> None:
    """A design with thousands of mistakes is told them all, the nearest names only for the first."""
    ways = [{"name": "to", "kind": "belongs_to", "destination": f"reesource_{i}"} for i in range(200)]
    found = verify(domain(*(resource(f"resource_{i}", "id uuid!", relationships=[way]) for i, way in enumerate(ways))))
    assert len(found) == 200
    suggested = [problem for problem in found if problem.hint.startswith("did you mean")]
    assert len(suggested) == 100
    assert {problem.hint for problem in found} > {CHECKS["unknown_destination"].hint}


def test_state_charts_with_nested_states() -> None:
    """States are reached through the states around them, and parallel regions are entered together."""
    states = [
        {"name": "active", "kind": "parallel", "initial": True},
        {"name": "left", "kind": "compound", "parent": "active"},
        {"name": "l1", "parent": "left", "initial": True},
        {"name": "right", "kind": "compound", "parent": "active"},
        {"name": "r1", "parent": "right", "initial": True},
        {"name": "back", "kind": "history", "parent": "active"},
        {"name": "done", "kind": "final"},
    ]
    machine = {
        "name": "flow",
        "resource": "orders",
        "attribute": "status",
        "states": states,
        "transitions": [{"sources": ["active"], "target": "done", "event": "stop"}],
    }
    status = "status enum(l1, r1, done)!"
    assert not verify(domain(resource("orders", "id uuid!", status), machines=[machine]))


@settings(max_examples=40, deadline=None)
@given(domains())
def test_any_domain_can_be_verified(design: Domain) -> None:
    """Whatever a domain holds, hostile names included, verification answers with problems that can be printed."""
    found = verify(design)
    assert all(problem.path and problem.code in CHECKS for problem in found)
    assert str(found)
    assert verify(design) == found
