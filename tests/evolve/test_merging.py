"""Bringing two lines of work on one domain together, and telling where they disagree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from tests.model.verify.designs import SOUND, attribute, domain, resource
from tests.strategies import domain_forks
from workbench.evolve import Merge, apply, diff, merge
from workbench.evolve.difference import same
from workbench.model import Domain
from workbench.model.verify import verify

FORKS = settings(max_examples=36, deadline=None)


@FORKS
@given(domain_forks())
def test_a_side_that_changed_nothing_has_no_say(fork: tuple[Domain, Domain, Domain]) -> None:
    """With one side as it was, the other stands; what both sides did alike is done once."""
    base, ours, theirs = fork
    assert same(merge(base, base, theirs).domain, theirs)
    assert same(merge(base, ours, base).domain, ours)
    assert same(merge(base, ours, ours).domain, ours)


@FORKS
@given(domain_forks())
def test_sides_can_be_swapped(fork: tuple[Domain, Domain, Domain]) -> None:
    """Whether two sides agree, and on how much, does not depend on who merges."""
    base, ours, theirs = fork
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert sorted(each.code for each in one.conflicts) == sorted(each.code for each in other.conflicts)
    assert one.is_clean == other.is_clean == (not one.conflicts)


@settings(max_examples=28, deadline=None)
@given(domain_forks())
def test_separate_edits_are_both_there(fork: tuple[Domain, Domain, Domain]) -> None:
    """Where one side leaves the resources alone and the other changes nothing else, the merge is both runs of changes applied."""
    base, ours, theirs = fork
    ours = base.model_copy(
        update={"resources": tuple(each.model_copy(update={"label": "ours"}) for each in base.resources)}
    )
    theirs = theirs.model_copy(update={"resources": base.resources, "domains": base.domains})
    merged = merge(base, ours, theirs)
    assert merged.domain is not None, str(merged)
    both = apply(apply(base, diff(base, ours)), diff(base, theirs))
    assert same(merged.domain, both)


def shop(*attributes: Any, **rest: Any) -> Domain:
    """A domain of customers and orders."""
    return domain(resource("customers", "id uuid!"), resource("orders", "id uuid!", *attributes, **rest))


def conflict(merged: Merge) -> tuple[str, str]:
    """Code and path of the only conflict."""
    assert merged.domain is None
    (only,) = merged.conflicts
    assert only.hint
    return only.code, only.path


def test_both_add_at_one_place() -> None:
    """Both additions stay, ours first, whoever moved what was there."""
    base, ours, theirs = (
        shop("a date", "z date"),
        shop("a date", "x date", "z date"),
        shop("a date", "y date", "z date"),
    )
    merged = merge(base, ours, theirs).domain
    assert merged is not None
    assert merged.resource("orders").attribute_names == ("id", "a", "x", "y", "z")
    moved = merge(base, shop("z date", "a date", "x date"), theirs).domain
    assert moved is not None
    assert moved.resource("orders").attribute_names == ("id", "z", "a", "x", "y")


def test_a_rename_and_an_edit() -> None:
    """The renamed element is edited, and what the other side says anew uses the new name."""
    base = shop("amount integer", rules=[{"name": "r", "condition": "amount > 0"}])
    ours = shop(attribute("total integer", was="amount"), rules=[{"name": "r", "condition": "total > 0"}])
    theirs = shop(
        "amount integer!", rules=[{"name": "r", "condition": "amount > 5"}, {"name": "s", "condition": "amount < 7"}]
    )
    for merged in (merge(base, ours, theirs), merge(base, theirs, ours)):
        assert merged.domain == shop(
            attribute("total integer!", was="amount"),
            rules=[{"name": "r", "condition": "total > 5"}, {"name": "s", "condition": "total < 7"}],
        )


def test_a_renamed_resource_is_followed_from_elsewhere() -> None:
    """A relationship and a path that one side adds lead to what the other side renamed."""
    base, ours = shop(), domain(resource("clients", "id uuid!", was="customers"), resource("orders", "id uuid!"))
    to_customer = {"name": "customer", "kind": "belongs_to", "destination": "customers"}
    theirs = shop(relationships=[to_customer], rules=[{"name": "r", "condition": "customer.id is not null"}])
    merged = merge(base, ours, theirs).domain
    assert merged is not None
    assert merged.resource("orders").relationship("customer").destination == "clients"
    assert verify(merged).errors == verify(theirs).errors


def test_both_remove_or_add_the_same() -> None:
    """The same removal and the same addition on both sides are no conflict."""
    base, both = shop("note text", "a date"), shop("a date", "b date")
    ours = both.model_copy(update={"label": "ours"})
    assert merge(base, ours, both).domain == ours


@pytest.mark.parametrize(
    ("ours", "theirs", "code", "path"),
    [
        (["a date", "n integer"], ["a date", "n boolean"], "edited_differently", "orders.n.type"),
        (["a date"], ["a date", "n text!"], "removed_and_edited", "orders.n"),
        (["a date", attribute("x text", was="n")], ["a date", attribute("y text", was="n")], "renamed_differently", "orders.x.name"),
        (["a date", "n text", "x date"], ["a date", "n text", "x text"], "added_differently", "orders.x"),
        (["a date", attribute("x text", was="n")], ["a date", "n text", "x date"], "name_taken", "orders.x"),
        (["a date", "n text = 'a'"], ["a date", "n text = 'b'"], "edited_differently", "orders.n.default"),
    ],
)  # fmt: skip
def test_where_sides_disagree(ours: list[Any], theirs: list[Any], code: str, path: str) -> None:
    """A disagreement is told by its place, with what each side did and what to do."""
    base = shop("a date", "n text")
    for one, other in ((ours, theirs), (theirs, ours)):
        found = merge(base, shop(*one), shop(*other))
        assert conflict(found)[0] == code
    assert conflict(merge(base, shop(*ours), shop(*theirs))) == (code, path)


def test_a_conflict_says_what_each_side_did() -> None:
    """A person can decide from the message alone."""
    merged = merge(shop("n text"), shop("n integer"), shop("n date"))
    assert (
        merged.conflicts[0].message
        == "ours: change orders.n.type from text to integer; theirs: change orders.n.type from text to date"
    )
    gone = merge(shop("n text"), shop(), shop("n text!"))
    assert (
        gone.conflicts[0].message
        == "ours: remove attribute orders.n; theirs: change orders.n.required from false to true"
    )


def test_one_name_for_two_kinds_of_member() -> None:
    """An attribute and a relationship of one name cannot stand side by side."""
    to_customer = {"name": "x", "kind": "belongs_to", "destination": "customers"}
    assert conflict(merge(shop(), shop("x date"), shop(relationships=[to_customer]))) == ("name_taken", "orders.x")


def test_what_one_side_removes_and_the_other_uses() -> None:
    """A mention that would lead nowhere is a conflict at the place that says it."""
    merged = merge(shop("note text"), shop(), shop("note text", rules=[{"name": "r", "condition": "note is not null"}]))
    assert conflict(merged) == ("removed_and_used", "orders.rules.r")
    assert "'note'" in merged.conflicts[0].message


def test_lists_without_names() -> None:
    """Enum values, transitions and accepted attributes that each side adds or takes away are merged one by one."""

    def payments(values: str, accept: list[str], *events: str) -> Domain:
        transitions = [{"sources": ["a"], "target": "b", "event": each} for each in events]
        machine = {"name": "m", "resource": "orders", "attribute": "s", "transitions": transitions}
        orders = resource("orders", f"s enum({values})", actions=[{"name": "u", "kind": "update", "accept": accept}])
        return domain(orders, machines=[machine])

    base = payments("a, b", ["s", "t"], "go", "stop")
    ours = payments("a, b, c", ["s"], "go", "stop", "wait")
    theirs = payments("a, b, d", ["s", "t", "v"], "stop", "run")
    assert merge(base, ours, theirs).domain == payments("a, b, c, d", ["s", "v"], "stop", "wait", "run")


def test_one_transition_edited_on_both_sides() -> None:
    """Two guards for one transition are a conflict, not two transitions."""

    def guarded(guard: str) -> Domain:
        machine = SOUND.machines[0]
        first = machine.transitions[0].model_copy(
            update={
                "guard": domain(resource("x", "t text", rules=[{"name": "r", "condition": guard}]))
                .resources[0]
                .rules[0]
                .condition
            }
        )
        return SOUND.model_copy(
            update={"machines": (machine.model_copy(update={"transitions": (first, *machine.transitions[1:])}),)}
        )

    assert conflict(merge(SOUND, guarded("total > 1"), guarded("total > 2"))) == (
        "edited_differently",
        "machines.payment.transitions",
    )


def test_sections_of_third_parties() -> None:
    """Extensions are merged key by key; two values for one key are a conflict at that key."""
    base = Domain(name="x", extensions={"v": {"a": 1, "b": [1], "gone": 1}})
    ours = Domain(name="x", extensions={"v": {"a": 2, "b": [1], "gone": 1, "fields": [{}]}})
    theirs = Domain(name="x", extensions={"v": {"a": 1, "b": [2]}, "w": None})
    assert merge(base, ours, theirs).domain == Domain(
        name="x", extensions={"v": {"a": 2, "b": [2], "fields": [{}]}, "w": None}
    )
    other = Domain(name="x", extensions={"v": {"a": 3, "b": [1], "gone": 1}})
    assert conflict(merge(base, ours, other)) == ("edited_differently", "extensions.v.a")


def test_a_merge_shows_itself() -> None:
    """Clean, it shows what changed together; else the conflicts, and each side behind a click."""
    clean = merge(shop("n text"), shop("n text", "a date"), shop("n text", "b date"))
    assert str(clean) == "merged: add attribute orders.a: date\nmerged: add attribute orders.b: date"
    assert clean.view().title == "Changes"
    assert repr(clean) == "Merge(Domain('x'))"
    torn = merge(shop("n text"), shop("n integer"), shop("n date"))
    assert repr(torn) == "Merge(1 conflict)"
    assert torn.view().folded == (False, True, True)
    assert torn.ours.changes[0].after != torn.theirs.changes[0].after
