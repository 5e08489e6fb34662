"""A proposal is decided on: accepted, refused, edited, undone; saved, and kept when next month's files come."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from tests.evidence.tables import claim_of, infer_from, numbers, table
from workbench.display.text import plain
from workbench.errors import DefinitionError, NotFoundError, VerificationError
from workbench.evidence import Proposal, load_decisions
from workbench.language import dumps, loads
from workbench.workspace import check, infer


def tables(seed: int = 1) -> dict[str, pa.Table]:
    """Customers with orders, a few of them of nobody; a region that fits less well."""
    draw = random.Random(seed)
    who = [draw.randrange(1000, 1100) for _ in range(400)]
    who[:4] = [7, 7, 8, 9]
    place = [draw.choice(["NO", "SO", "EA", "WE"]) for _ in range(400)]
    place[:100] = ["XX", "YY"] * 50
    return {
        "customers": table(customer_id=numbers(100, 1000), city=[f"city {each % 30}" for each in range(100)]),
        "orders": table(
            order_id=numbers(400),
            customer_id=who,
            region_code=place,
            status=[draw.choice(["new", "paid", "sent"]) for _ in range(400)],
            total=[each % 90 + 0.5 for each in range(400)],
        ),
        "regions": table(region_code=["NO", "SO", "EA", "WE", "CE"], name=["a", "b", "c", "d", "e"]),
    }


@pytest.fixture
def proposal() -> Proposal:
    """A fresh proposal."""
    return infer_from(tables())


def relationships(proposal: Proposal, name: str = "orders") -> list[str]:
    """Names of a resource's relationships."""
    return [each.name for each in proposal.domain.resource(name).relationships]


def test_a_broken_reference_is_not_enforced(proposal: Proposal) -> None:
    """A reference that some rows break is not enforced in the design, so that no export promises it; one that holds is."""
    assert not proposal.domain.resource("orders").relationship("customer").enforced
    sound = tables() | {"orders": tables()["orders"].slice(4)}
    assert infer_from(sound).domain.resource("orders").relationship("customer").enforced


def test_inferred_states_check_clean(proposal: Proposal) -> None:
    """A design whose machine has its states from data says that transitions are missing, and warns of nothing it made itself."""
    proposal.accept("state orders.status")
    found = check(proposal.domain)
    assert [(each.path, each.code, each.severity) for each in found] == [
        ("machines.order_status", "no_transitions", "info")
    ]


def test_nothing_is_decided_at_first(proposal: Proposal) -> None:
    """A new proposal has no decisions; what fits well enough stands, the rest waits."""
    assert proposal.decisions == ()
    assert relationships(proposal) == ["customer"]
    assert claim_of(proposal, "orders.region_code", "reference").status == "near miss"


def test_accept_by_path(proposal: Proposal) -> None:
    """Accepting an attribute's open claim puts it into the domain, both ways."""
    proposal.accept("orders.region_code")
    assert relationships(proposal) == ["customer", "region"]
    assert relationships(proposal, "regions") == ["orders"]


def test_accept_by_id(proposal: Proposal) -> None:
    """A claim is also named by its id, as its finding tells."""
    claim = claim_of(proposal, "orders.region_code", "reference")
    (finding,) = [each for each in proposal.problems if each.code == "near_reference"]
    assert repr(claim.id) in finding.hint
    proposal.accept(claim.id, reason="the business says so")
    assert relationships(proposal) == ["customer", "region"]
    assert str(proposal.decisions[0]) == f"accept {claim.id} (the business says so)"


def test_accepted_claims_are_still_contradicted(proposal: Proposal) -> None:
    """A decision does not hide the rows that disagree."""
    proposal.accept("orders.region_code")
    assert [each.rows for each in proposal.problems if each.path == "orders.region_code"] == [100]


def test_refuse_removes_the_reference_and_its_relationships(proposal: Proposal) -> None:
    """A refused reference leaves nothing behind: no relationship either way, no problem."""
    proposal.refuse("orders.customer_id")
    assert relationships(proposal) == relationships(proposal, "customers") == []
    assert not [each for each in proposal.problems if each.path == "orders.customer_id"]
    assert not next(each for each in proposal.as_dict()["references"] if each["source"] == "orders.customer_id")[
        "accepted"
    ]


def test_refuse_an_enum_by_kind(proposal: Proposal) -> None:
    """Refusing one kind leaves the others; the attribute is plain text again."""
    proposal.refuse("orders.status", kind="enum")
    assert str(proposal.domain.resource("orders").attribute("status").type) == "string"
    assert check(proposal.domain).is_ok


def test_refusing_a_key_leaves_none(proposal: Proposal) -> None:
    """Without its key a resource stands keyless, and what referred to it keeps its columns."""
    proposal.refuse("customers", kind="key")
    assert proposal.domain.resource("customers").key == ()
    assert proposal.domain.resource("orders").relationship("customer").destination_key == ("customer_id",)


def test_another_key_replaces_the_inferred_one() -> None:
    """Accepting another identity's claim by hand makes both stand; accepting a key near miss replaces the key."""
    codes = [f"P{each:04d}" for each in range(400)]
    codes[1] = codes[0]
    found = infer_from({"part": table(part_id=numbers(400), part_code=codes, colour=["red"] * 400)})
    assert found.domain.resource("part").key == ("part_id",)
    other = [each for each in found.claims if each.kind == "key" and each.value == ("part_code",)]
    if other:
        found.accept(other[0].id)
        assert found.domain.resource("part").key == ("part_code",)


def test_the_last_decision_counts(proposal: Proposal) -> None:
    """Who changes their mind decides again."""
    proposal.refuse("orders.customer_id").accept("orders.customer_id", kind="reference")
    assert relationships(proposal) == ["customer"]
    assert len(proposal.decisions) == 2


def test_undo_takes_decisions_back_one_by_one(proposal: Proposal) -> None:
    """Undo leads back to where the proposal began, and stops there."""
    before = proposal.domain
    proposal.refuse("orders.customer_id").edit("orders", label="Purchases").accept("orders.region_code")
    for _ in range(5):
        proposal.undo()
    assert proposal.decisions == ()
    assert proposal.domain == before


def test_edit_sets_facts(proposal: Proposal) -> None:
    """Labels, descriptions, types and requirements are set on the element, for the whole proposal."""
    proposal.edit("orders", label="Purchases", description="one a basket")
    proposal.edit("orders.total", type="decimal(10, 2)", required=False, description="with tax")
    resource = proposal.domain.resource("orders")
    assert (resource.label, resource.description) == ("Purchases", "one a basket")
    total = resource.attribute("total")
    assert (str(total.type), total.required, total.description) == ("decimal(10, 2)", False, "with tax")


def test_edits_survive_later_decisions(proposal: Proposal) -> None:
    """What was edited stays so when something else is decided."""
    proposal.edit("orders.total", label="Sum").refuse("orders.customer_id")
    assert proposal.domain.resource("orders").attribute("total").label == "Sum"


def test_rename_reaches_everything(proposal: Proposal) -> None:
    """A renamed table and column are called so in keys, relationships, measures and machines; the data's names are kept."""
    proposal.edit("orders", name="purchase").edit("customers.customer_id", name="no")
    proposal.edit("orders.status", name="stage").accept("state orders.status")
    resource = proposal.domain.resource("purchase")
    assert (resource.was, resource.source_name) == ("orders", "orders")
    assert (resource.relationship("customer").source_key, resource.relationship("customer").destination_key) == (
        ("customer_id",),
        ("no",),
    )
    customers = proposal.domain.resource("customers")
    assert customers.key == ("no",)
    assert customers.attribute("no").source_name == "customer_id"
    assert [each.destination for each in customers.relationships] == ["purchase"]
    assert [(each.resource, each.attribute) for each in proposal.domain.machines] == [("purchase", "stage")]
    assert check(proposal.domain).is_ok
    assert {each.code for each in check(proposal.domain, tables()).errors} == {"dangling_reference"}


def test_renamed_elements_answer_to_both_names(proposal: Proposal) -> None:
    """After a rename an element is reached by its old path and by its new one."""
    proposal.edit("orders", name="purchase").edit("purchase.total", name="sum").edit("orders.total", label="Sum")
    assert proposal.domain.resource("purchase").attribute("sum").label == "Sum"


def test_renaming_back(proposal: Proposal) -> None:
    """A second rename replaces the first, and the old name leaves no trace."""
    before = proposal.domain
    proposal.edit("orders", name="purchase").edit("purchase", name="orders")
    assert proposal.domain == before


@pytest.mark.parametrize(
    ("decide", "error"),
    [
        (lambda each: each.accept("orders.custmer_id"), NotFoundError),
        (lambda each: each.refuse("nothing"), NotFoundError),
        (lambda each: each.accept(""), NotFoundError),
        (lambda each: each.accept("orders.total", kind="reference"), NotFoundError),
        (lambda each: each.edit("orders.nothing", label="x"), NotFoundError),
        (lambda each: each.edit("orders", colour="red"), DefinitionError),
        (lambda each: each.edit("orders.total", type="txt"), DefinitionError),
        (lambda each: each.edit("orders.total", type=7), DefinitionError),
        (lambda each: each.edit("orders.total", required="perhaps"), DefinitionError),
        (lambda each: each.edit("orders.total", name=""), DefinitionError),
        (lambda each: each.edit("orders.total", name="status"), DefinitionError),
        (lambda each: each.edit("orders", name="customers"), DefinitionError),
        (lambda each: each.edit("orders", was="x"), DefinitionError),
        (lambda each: each.edit("orders"), DefinitionError),
    ],
)
def test_mistakes_change_nothing(
    proposal: Proposal, decide: Callable[[Proposal], object], error: type[Exception]
) -> None:
    """A decision about nothing, or an edit that does not fit, is an error, and everything stays as it was."""
    before = proposal.domain
    with pytest.raises(error):
        decide(proposal)
    assert proposal.decisions == ()
    assert proposal.domain == before


def test_mistyped_path_gets_the_nearest(proposal: Proposal) -> None:
    """The error names what was probably meant."""
    with pytest.raises(NotFoundError, match=r"orders\.customer_id"):
        proposal.refuse("orders.custmer_id")


def test_the_domain_survives_saving(proposal: Proposal) -> None:
    """A decided domain is written and read without loss."""
    proposal.edit("orders", name="purchase", label="Käufe").accept("orders.region_code")
    assert loads(dumps(proposal.domain)) == proposal.domain


# next month


def test_decisions_are_saved_and_kept(proposal: Proposal, tmp_path: Path) -> None:
    """Inferring again on other rows with the saved decisions gives the decided domain."""
    proposal.refuse("orders.customer_id", reason="another system's numbers").edit("orders", name="purchase")
    proposal.accept("orders.region_code")
    proposal.save_decisions(tmp_path / "decisions.json")
    again = infer(tables(seed=2), name="test", previous=tmp_path / "decisions.json")
    assert again.decisions == proposal.decisions
    assert [each.destination for each in again.domain.resource("purchase").relationships] == ["regions"]


def test_new_columns_come_in_beside_the_decisions(proposal: Proposal) -> None:
    """A column more is proposed as usual, and told as a change."""
    proposal.edit("orders", label="Purchases")
    wider = tables()
    wider["orders"] = wider["orders"].append_column("channel", [["web", "shop"] * 200])
    again = infer(wider, name="test", previous=proposal)
    assert again.domain.resource("orders").label == "Purchases"
    assert again.domain.resource("orders").attribute("channel")
    added = [str(each) for each in again.changes if each.kind == "add"]
    assert "add attribute orders.channel: enum('shop', 'web') required" in added
    assert "add attribute orders.channel" in plain(again.view())


def test_next_months_folder_keeps_the_name(proposal: Proposal) -> None:
    """Files that lie in another folder are no other domain, unless the analyst says so."""
    assert infer(tables(), previous=proposal).changes == ()
    renamed = infer(tables(), name="other", previous=proposal).changes
    assert str(renamed[0]) == "rename domain test to other"


def test_without_a_previous_design_there_are_no_changes(proposal: Proposal) -> None:
    """A first proposal changes nothing."""
    assert proposal.changes == ()
    assert infer(tables(), name="test", previous=proposal).changes == ()


@pytest.mark.parametrize("gone", ["regions", "orders"])
def test_decisions_about_what_is_gone_are_told(proposal: Proposal, gone: str) -> None:
    """A table that is missing next month leaves its decisions without effect, and a remark for each."""
    proposal.accept("orders.region_code").edit("orders.total", name="sum").edit("regions", label="Parts")
    fewer = {name: each for name, each in tables().items() if name != gone}
    again = infer(fewer, name="test", previous=proposal)
    stale = {each.path for each in again.problems if each.code == "stale_decision"}
    accepted = "reference orders.region_code -> regions.region_code"
    assert stale == ({accepted, "regions"} if gone == "regions" else {accepted, "orders.total"})
    assert gone not in [each.name for each in again.domain.resources]
    assert check(again.domain).is_ok


def test_edit_that_no_longer_fits_is_told(proposal: Proposal) -> None:
    """A name given to a column that next month's file uses for another one is left out, and told."""
    proposal.edit("orders.total", name="amount")
    wider = tables()
    wider["orders"] = wider["orders"].append_column("amount", [numbers(400)])
    again = infer(wider, name="test", previous=proposal)
    assert [each.path for each in again.problems if each.code == "stale_decision"] == ["orders.total"]
    assert check(again.domain).is_ok


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"workbench": "decisions", "format": 99, "decisions": []}', "\x00", '{"workbench": "domain"}',
     '{"workbench": "decisions", "format": 1, "decisions": [{"verdict": "burn", "about": "x", "facts": {}, "reason": ""}]}',
     '{"workbench": "decisions", "format": 1, "decisions": [{"verdict": "edit", "about": 7, "facts": [], "reason": ""}]}'],
)  # fmt: skip
def test_broken_decisions_are_told(tmp_path: Path, text: str) -> None:
    """A file that holds no decisions is refused with a sentence."""
    (tmp_path / "decisions.json").write_text(text)
    with pytest.raises(VerificationError, match="decisions cannot be read"):
        load_decisions(tmp_path / "decisions.json")


def test_missing_decisions_are_told(tmp_path: Path) -> None:
    """So is a file that is not there."""
    with pytest.raises(VerificationError, match="decisions cannot be read"):
        load_decisions(tmp_path / "none.json")


def test_as_dict_follows_decisions(proposal: Proposal) -> None:
    """The dictionary tells what stands after the decisions, under the data's names, and is JSON."""
    proposal.accept("orders.region_code").edit("orders", name="purchase")
    facts = json.loads(json.dumps(proposal.as_dict()))
    assert [each["name"] for each in facts["resources"]] == ["customers", "orders", "regions"]
    accepted = {each["source"] for each in facts["references"] if each["accepted"]}
    assert accepted == {"orders.customer_id", "orders.region_code"}


def test_as_dict_of_declarations(tmp_path: Path) -> None:
    """What is declared unique or an enum reads as in data: a single key or identity is unique, an enum a string with its values."""
    ddl = tmp_path / "schema.sql"
    ddl.write_text(
        "create type state as enum ('new', 'paid');"
        "create table a (id int primary key, tag text unique, b int, c int, state state, unique (b, c));"
    )
    columns = infer(ddl).as_dict()["resources"][0]["attributes"]
    assert [each["name"] for each in columns if each["unique"]] == ["id", "tag"]
    assert columns[4]["type"] == "string"
    assert columns[4]["enum"] == ["new", "paid"]
