"""Every rule that classifies changes, on the smallest change it speaks about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings

from tests.model.verify.designs import SOUND, attribute, domain, resource
from tests.strategies import domain_pairs
from workbench.errors import ConflictError, DefinitionError
from workbench.evolve import Classified, Finding, classify, diff, register_classifier
from workbench.evolve.rules import RULES, Edit, Safety
from workbench.evolve.widening import compare_types
from workbench.model import Domain, parse_type
from workbench.model.change import Change


@dataclass(frozen=True, slots=True)
class Case:
    """``rule`` says that a change between two versions is ``safety``; ``protects`` says whom that helps."""

    rule: str
    safety: Safety
    protects: str
    before: Domain
    after: Domain


CASES: list[Case] = []


def case(rule: str, safety: Safety, protects: str, before: Domain, after: Domain) -> None:
    """Add a case."""
    CASES.append(Case(rule, safety, protects, before, after))


def shop(*attributes: Any, machines: Any = (), also: Any = (), extensions: Any = None, **rest: Any) -> Domain:
    """Orders with these attributes and other parts, beside ``also`` other resources."""
    listed = [*also, resource("orders", "id uuid!", *attributes, **rest)]
    return domain(*listed, machines=machines, extensions=extensions or {})


def attributes(rule: str, safety: Safety, protects: str, before: Any, after: Any) -> None:
    """A case about the attributes of orders."""
    case(rule, safety, protects, shop(*before), shop(*after))


def parts(rule: str, safety: Safety, protects: str, field: str, before: Any, after: Any) -> None:
    """A case about another collection of orders, which have a ``total`` and a ``status``."""
    listed = ("total integer", "status text")
    case(rule, safety, protects, shop(*listed, **{field: before}), shop(*listed, **{field: after}))


def whole(rule: str, safety: Safety, protects: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """A case about a part of the domain itself."""
    case(rule, safety, protects, domain(ORDERS, **before), domain(ORDERS, **after))


ORDERS = resource(
    "orders", "id uuid!", "total integer", "status enum(open, paid)!", actions=[{"name": "pay", "kind": "update"}]
)
BUYERS = resource("buyers", "id uuid!")

# attributes
attributes("attribute_added", "safe", "callers that know nothing of an optional attribute", [], ["note text"])
attributes("attribute_added", "safe", "rows that a required attribute fills by default", [], ["note text! = 'none'"])
attributes("required_attribute_added", "breaking", "rows without a value", [], ["note text!"])
attributes("attribute_removed", "breaking", "stored values", ["note text"], [])
attributes("type_widened", "safe", "values that fit more digits", ["t decimal(10, 2)"], ["t decimal(12, 2)"])
attributes("type_widened", "safe", "text that may have several lines now", ["t string"], ["t text"])
attributes("type_narrowed", "breaking", "values of too many digits", ["t decimal(10, 2)"], ["t decimal(8, 2)"])
attributes(
    "type_narrowed",
    "breaking",
    "digits before the point that move behind it",
    ["t decimal(10, 2)"],
    ["t decimal(10, 4)"],
)
attributes("type_narrowed", "breaking", "text outside a new enum", ["t string"], ["t enum(a, b)"])
attributes("type_narrowed", "breaking", "lines that no longer fit", ["t array(text)"], ["t array(string)"])
attributes("type_replaced", "breaking", "text that is no number", ["t string"], ["t integer"])
attributes("type_refined", "risky", "text that is no address", ["t string"], ["t email"])
attributes("enum_value_removed", "breaking", "rows in a value that goes", ["t enum(a, b)"], ["t enum(a)"])
attributes("enum_value_removed", "breaking", "values inside lists", ["t array(enum(a, b))"], ["t array(enum(b))"])
attributes("enum_value_added", "risky", "readers that list every value", ["t enum(a)"], ["t enum(a, b)"])
attributes("enum_relabelled", "safe", "values in another order", ["t enum(a, b)"], ["t enum(b, a)"])
attributes("required_set", "risky", "rows without a value", ["t text"], ["t text!"])
attributes("required_dropped", "risky", "readers that expect a value", ["t text!"], ["t text"])
attributes("default_given", "safe", "callers that give a value", ["t text"], ["t text = 'a'"])
attributes("default_changed", "risky", "callers that give nothing", ["t text = 'a'"], ["t text = 'b'"])
attributes(
    "default_changed", "risky", "callers of something optional that lose its default", ["t text = 'a'"], ["t text"]
)
attributes("needed_default_removed", "breaking", "callers that relied on a default", ["t text! = 'a'"], ["t text!"])
attributes(
    "renamed_for_readers", "breaking", "exports that say the old name", ["t text"], [attribute("u text", was="t")]
)
attributes(
    "renamed_private",
    "safe",
    "freedom to rename what nobody sees",
    [attribute("t text", private=True)],
    [attribute("u text", was="t", private=True)],
)
attributes(
    "words_changed", "safe", "freedom to describe", ["t text"], [attribute("t text", label="T", description="d")]
)
attributes("order_changed", "safe", "freedom to sort", ["a text", "b text"], ["b text", "a text"])
attributes("read_from_elsewhere", "risky", "the column behind it", ["t text"], [attribute("t text", source_name="T1")])
for _field, _before, _tighter, _looser in (
    ("minimum", "3", "4", "2"), ("maximum", "9", "8", "10"), ("min_length", 3, 4, 2), ("max_length", 9, 8, 10),
):  # fmt: skip
    for _rule, _safety, _after in (
        ("constraint_tightened", "risky", _tighter),
        ("constraint_loosened", "safe", _looser),
    ):
        attributes(_rule, _safety, f"values at the {_field}",  # type: ignore[arg-type]
                   [attribute("t text", constraints={_field: _before})], [attribute("t text", constraints={_field: _after})])  # fmt: skip
attributes(
    "constraint_tightened",
    "risky",
    "text of another pattern",
    [attribute("t text", constraints={"pattern": "a"})],
    [attribute("t text", constraints={"pattern": "b"})],
)
attributes(
    "constraint_tightened",
    "risky",
    "values at a bound nobody can compare",
    [attribute("t text", constraints={"minimum": "1"})],
    [attribute("t text", constraints={"minimum": "'a'"})],
)
attributes(
    "constraint_tightened",
    "risky",
    "values under a new bound",
    ["t text"],
    [attribute("t text", constraints={"max_length": 3})],
)
attributes(
    "constraint_loosened",
    "safe",
    "freedom to lift a bound",
    [attribute("t text", constraints={"pattern": "a"})],
    ["t text"],
)
for _flag, _on, _on_safety, _off, _off_safety in (
    ("sensitive", "sensitivity_set", "safe", "sensitivity_lifted", "risky"),
    ("private", "made_private", "breaking", "made_public", "risky"),
    ("generated", "made_generated", "breaking", "generation_dropped", "risky"),
):  # fmt: skip
    attributes(_on, _on_safety, f"what becomes {_flag}", ["t text"], [attribute("t text", **{_flag: True})])  # type: ignore[arg-type]
    attributes(_off, _off_safety, f"what was {_flag}", [attribute("t text", **{_flag: True})], ["t text"])  # type: ignore[arg-type]
case("collection_exchanged", "risky", "elements nobody can tell apart", domain(BUYERS, BUYERS), domain(BUYERS))
case("element_added", "safe", "freedom to add a resource", domain(BUYERS), domain(BUYERS, ORDERS))
case("element_removed", "breaking", "the rows of a resource", domain(BUYERS, ORDERS), domain(BUYERS))

# keys, identities, relationships, rules
TO_BUYER = {"name": "buyer", "kind": "belongs_to", "destination": "buyers"}
OVER_COLUMN = TO_BUYER | {"source_key": ["buyer_id"]}
case("key_changed", "breaking", "references by the old key", shop("no text", key=["id"]), shop("no text", key=["no"]))
case("key_given", "risky", "rows that share a new key", shop(key=[]), shop(key=["id"]))
BY_TOTAL = {"name": "i", "attributes": ["total"]}
parts("identity_added", "risky", "rows that share a value", "identities", [], [BY_TOTAL])
parts("identity_removed", "risky", "lookups that find several rows", "identities", [BY_TOTAL], [])
parts(
    "identity_changed",
    "risky",
    "rows told apart by other values",
    "identities",
    [BY_TOTAL],
    [BY_TOTAL | {"attributes": ["status"]}],
)
case(
    "relationship_added",
    "safe",
    "freedom to follow rows back",
    domain(BUYERS, ORDERS),
    domain(BUYERS | {"relationships": [{"name": "o", "kind": "has_many", "destination": "orders"}]}, ORDERS),
)
case(
    "reference_added",
    "risky",
    "values that refer to nothing",
    shop("buyer_id uuid", also=[BUYERS]),
    shop("buyer_id uuid", also=[BUYERS], relationships=[OVER_COLUMN]),
)
case(
    "reference_added",
    "risky",
    "values of a column named by convention",
    shop("buyer_id uuid", also=[BUYERS]),
    shop("buyer_id uuid", also=[BUYERS], relationships=[TO_BUYER]),
)
case(
    "required_relationship_added",
    "breaking",
    "rows that refer to nothing",
    shop(also=[BUYERS]),
    shop(also=[BUYERS], relationships=[TO_BUYER | {"required": True}]),
)
case(
    "relationship_removed",
    "breaking",
    "expressions that follow it",
    shop(also=[BUYERS], relationships=[TO_BUYER]),
    shop(also=[BUYERS]),
)
case(
    "relationship_retargeted",
    "breaking",
    "readers who reach other rows",
    shop(also=[BUYERS], relationships=[TO_BUYER]),
    shop(also=[BUYERS], relationships=[TO_BUYER | {"destination": "orders"}]),
)
case(
    "relationship_filter_changed",
    "risky",
    "readers who reach fewer rows",
    shop(also=[BUYERS], relationships=[TO_BUYER]),
    shop(also=[BUYERS], relationships=[TO_BUYER | {"filter": "id is not null"}]),
)
case(
    "reference_enforced",
    "risky",
    "rows that lead nowhere",
    shop(also=[BUYERS], relationships=[TO_BUYER | {"enforced": False}]),
    shop(also=[BUYERS], relationships=[TO_BUYER]),
)
case(
    "reference_released",
    "risky",
    "readers who find nothing",
    shop(also=[BUYERS], relationships=[TO_BUYER]),
    shop(also=[BUYERS], relationships=[TO_BUYER | {"enforced": False}]),
)
case(
    "relationship_added",
    "safe",
    "values that may refer to nothing anyway",
    shop("buyer_id uuid", also=[BUYERS]),
    shop("buyer_id uuid", also=[BUYERS], relationships=[TO_BUYER | {"enforced": False}]),
)
case(
    "version_attribute_changed",
    "risky",
    "callers that update what they read",
    shop("n integer"),
    shop("n integer", version="n"),
)
POSITIVE = {"name": "r", "condition": "total > 0"}
parts("rule_added", "risky", "rows that break a new rule", "rules", [], [POSITIVE])
parts("remark_added", "safe", "freedom to warn", "rules", [], [POSITIVE | {"severity": "warning"}])
parts("rule_removed", "safe", "freedom to let go", "rules", [POSITIVE], [])
parts(
    "rule_changed",
    "risky",
    "rows that met the old condition",
    "rules",
    [POSITIVE],
    [POSITIVE | {"condition": "total > 9"}],
)
parts("rule_hardened", "risky", "rows a warning let pass", "rules", [POSITIVE | {"severity": "warning"}], [POSITIVE])
parts(
    "rule_hardened",
    "risky",
    "rows that are destroyed",
    "rules",
    [POSITIVE],
    [POSITIVE | {"on": ["create", "update", "destroy"]}],
)
parts("rule_softened", "safe", "freedom to warn only", "rules", [POSITIVE], [POSITIVE | {"severity": "info"}])
REVENUE = {"name": "m", "expression": "sum(total)"}
parts(
    "figures_changed",
    "risky",
    "figures that were reported",
    "measures",
    [REVENUE],
    [REVENUE | {"expression": "max(total)"}],
)
parts("unit_changed", "risky", "sums of two currencies", "measures", [REVENUE], [REVENUE | {"unit": "EUR"}])
parts(
    "type_stated", "safe", "freedom to state what typing finds", "measures", [REVENUE], [REVENUE | {"type": "integer"}]
)
parts("element_removed", "breaking", "reports that ask for a measure", "measures", [REVENUE], [])
case(
    "removed_while_used",
    "breaking",
    "a rule about what is gone",
    shop("total integer", rules=[POSITIVE]),
    shop(rules=[POSITIVE]),
)

# access
CLERKS = {"name": "p", "actions": ["read"], "condition": "actor.role = 'clerk'"}
NOBODY = CLERKS | {"effect": "forbid_if"}
parts("access_widened", "risky", "rows that more people see", "policies", [], [CLERKS])
parts("access_widened", "risky", "rows that were forbidden", "policies", [NOBODY], [])
parts("access_widened", "risky", "rows that a policy now grants", "policies", [NOBODY], [CLERKS])
parts("access_widened", "risky", "rows behind a bypass", "policies", [CLERKS], [CLERKS | {"bypass": True}])
parts("access_narrowed", "risky", "people who lose access", "policies", [CLERKS], [])
parts("access_narrowed", "risky", "people who are forbidden", "policies", [CLERKS], [NOBODY])
parts(
    "access_changed", "risky", "people under another condition", "policies", [CLERKS], [CLERKS | {"condition": "true"}]
)
parts("refusal_changed", "risky", "callers that got fewer rows", "policies", [CLERKS], [CLERKS | {"access": "strict"}])
parts(
    "policy_order_changed",
    "risky",
    "what a bypass decides",
    "policies",
    [CLERKS, NOBODY | {"name": "q"}],
    [NOBODY | {"name": "q"}, CLERKS],
)
parts(
    "renamed_inside", "safe", "freedom to rename a policy", "policies", [CLERKS], [CLERKS | {"name": "q", "was": "p"}]
)
BY_TENANT = {"strategy": "attribute", "attribute": "status"}
whole("tenancy_changed", "breaking", "rows of several tenants", {}, {"tenancy": BY_TENANT})
whole(
    "shared_changed",
    "risky",
    "rows that every tenant sees",
    {"tenancy": BY_TENANT},
    {"tenancy": BY_TENANT | {"shared": ["orders"]}},
)

# behaviour
PAY = {"name": "pay", "kind": "update", "accept": ["total"]}
parts("element_added", "safe", "freedom to add an action", "actions", [], [PAY])
parts("action_removed", "breaking", "callers of an action", "actions", [PAY], [])
parts("action_kind_changed", "breaking", "callers that expect an update", "actions", [PAY], [PAY | {"kind": "create"}])
parts("accepts_less", "breaking", "callers that give an attribute", "actions", [PAY], [PAY | {"accept": ["status"]}])
parts("accepts_less", "breaking", "callers that give anything", "actions", [PAY | {"accept": None}], [PAY])
parts("accepts_more", "risky", "attributes callers may set", "actions", [PAY], [PAY | {"accept": None}])
parts(
    "accepts_same",
    "safe",
    "freedom to sort",
    "actions",
    [PAY | {"accept": ["id", "total"]}],
    [PAY | {"accept": ["total", "id"]}],
)
parts(
    "action_changed",
    "risky",
    "what a call does",
    "actions",
    [PAY],
    [PAY | {"changes": [{"attribute": "status", "value": "'paid'"}]}],
)
NOTE = {"name": "note", "type": "enum(a)"}
WITH_NOTE = PAY | {"arguments": [NOTE | {"required": False}]}
parts(
    "required_argument_added",
    "breaking",
    "callers that do not give it",
    "actions",
    [PAY],
    [PAY | {"arguments": [NOTE]}],
)
parts("argument_added", "safe", "callers that need not give it", "actions", [PAY], [WITH_NOTE])
parts("argument_removed", "breaking", "callers that give it", "actions", [WITH_NOTE], [PAY])
parts(
    "argument_required", "breaking", "callers that leave it out", "actions", [WITH_NOTE], [PAY | {"arguments": [NOTE]}]
)
parts("argument_optional", "safe", "callers that give it anyway", "actions", [PAY | {"arguments": [NOTE]}], [WITH_NOTE])
parts(
    "enum_argument_value_added",
    "safe",
    "freedom to take more",
    "actions",
    [PAY | {"arguments": [NOTE]}],
    [PAY | {"arguments": [NOTE | {"type": "enum(a, b)"}]}],
)
OPEN, PAID = {"name": "open", "initial": True}, {"name": "paid"}
GO = {"sources": ["open"], "target": "paid", "event": "pay"}
FLOW = {"name": "f", "resource": "orders", "attribute": "status", "states": [OPEN, PAID], "transitions": [GO]}


def machine(rule: str, safety: Safety, protects: str, **changed: Any) -> None:
    """A case about a machine."""
    whole(rule, safety, protects, {"machines": [FLOW]}, {"machines": [FLOW | changed]})


whole("machine_added", "risky", "rows in states it does not know", {}, {"machines": [FLOW]})
whole("element_removed", "breaking", "callers that send its events", {"machines": [FLOW]}, {})
machine("machine_moved", "breaking", "rows that nothing governs", attribute="total")
machine("state_removed", "breaking", "rows that are in it", states=[OPEN])
machine(
    "renamed_for_readers",
    "breaking",
    "rows that store the old state",
    states=[OPEN, {"name": "settled", "was": "paid"}],
)
machine("state_changed", "risky", "what an event leads to", states=[OPEN, PAID | {"kind": "final"}])
machine("transition_removed", "breaking", "rows with no way out", transitions=[])
machine("transition_changed", "risky", "rows a guard holds back", transitions=[GO | {"guard": "total > 0"}])
machine(
    "transition_changed",
    "risky",
    "rows that move by themselves",
    transitions=[GO, {"sources": ["open"], "target": "paid"}],
)
machine("transition_added", "safe", "freedom to add a way", transitions=[GO, GO | {"event": "waive"}])
STEPS = {"name": "w", "steps": [{"name": "a", "run": "f"}]}
whole(
    "workflow_changed",
    "risky",
    "what is undone",
    {"reactors": [STEPS]},
    {"reactors": [STEPS | {"steps": [{"name": "a", "run": "f", "undo": "g"}]}]},
)

# interfaces
ENDPOINT = {"name": "e", "method": "POST", "path": "/pay", "resource": "orders", "action": "pay"}


def contract(rule: str, safety: Safety, protects: str, *endpoints: Any, **rest: Any) -> None:
    """A case about an interface."""
    before = {"name": "v1", "version": "1", "endpoints": [ENDPOINT]}
    whole(rule, safety, protects, {"contracts": [before]}, {"contracts": [before | {"endpoints": endpoints} | rest]})


contract("endpoint_removed", "breaking", "clients that call it")
contract("endpoint_changed", "breaking", "clients that call the old path", ENDPOINT | {"path": "/x"})
contract("endpoint_announced", "safe", "freedom to deprecate", ENDPOINT | {"deprecated": "2"})
contract("endpoint_end_changed", "risky", "clients that need time", ENDPOINT | {"until": "2027"})
OLD = {"name": "old", "kind": "csv", "location": "a.csv", "resource": "orders"}
whole("source_changed", "risky", "where rows come from", {"sources": [OLD]}, {"sources": [OLD | {"location": "b.csv"}]})
whole("time_zone_changed", "risky", "figures by day", {}, {"time_zone": "Europe/Rome"})
whole("extension_changed", "safe", "sections nobody reads", {}, {"extensions": {"vendor": {"a": 1}}})


@pytest.mark.parametrize("each", CASES, ids=lambda each: f"{each.rule}: {each.protects}")
def test_each_rule_protects_somebody(each: Case) -> None:
    """The rule speaks about exactly such a change, with its class, a sentence, and what to do unless it is safe."""
    said = [
        finding
        for found in diff(each.before, each.after).classified
        for finding in found.findings
        if finding.rule == each.rule
    ]
    assert said
    assert {finding.safety for finding in said} == {each.safety}
    assert all(finding.why and (finding.hint or each.safety == "safe") for finding in said)


def test_every_rule_has_a_case() -> None:
    """No rule goes without a test, and ids are what they are: scripts rely on them."""
    assert {each.rule for each in CASES} == RULES.keys()
    assert all(each.description.strip() for each in RULES.values())


@settings(max_examples=36, deadline=None)
@given(domain_pairs())
def test_every_change_is_known(pair: tuple[Domain, Domain]) -> None:
    """Whatever changes in any domain, a rule speaks about it, and the worst one decides."""
    rank = ["safe", "risky", "breaking"]
    for each in diff(*pair).classified:
        assert each.rules[0] != "unknown_change", str(each)
        assert each.safety == max((finding.safety for finding in each.findings), key=rank.index)


def only(before: Domain, after: Domain) -> Iterator[tuple[str, str]]:
    """Class and deciding rule of each change."""
    return ((each.safety, each.rules[0]) for each in diff(before, after).classified)


def test_what_follows_a_rename_is_safe() -> None:
    """Expressions, keys and lists that only say the new name are no changes of their own; a real edit beside it is."""
    rest = {"relationships": [TO_BUYER], "identities": [BY_TOTAL], "rules": [POSITIVE], "measures": [REVENUE]}
    before = shop("total integer", also=[BUYERS], **rest)
    renamed = {
        "relationships": [TO_BUYER | {"destination": "clients"}],
        "identities": [{"name": "i", "attributes": ["sum"]}],
        "rules": [{"name": "r", "condition": "\"sum\" > 0"}],
        "measures": [{"name": "m", "expression": "max(\"sum\")"}],
    }  # fmt: skip
    after = shop(attribute("sum integer", was="total"), also=[BUYERS | {"name": "clients", "was": "buyers"}], **renamed)
    assert list(only(before, after)) == [
        ("breaking", "renamed_for_readers"),
        ("breaking", "renamed_for_readers"),
        ("safe", "follows_rename"),
        ("safe", "follows_rename"),
        ("safe", "follows_rename"),
        ("risky", "figures_changed"),
    ]


def test_another_attribute_of_that_name_is_no_rename() -> None:
    """Two attributes of different resources that happen to be called alike are not taken for each other."""
    before = domain(resource("a", "id uuid!", "x integer", "y integer", rules=[{"name": "r", "condition": "x > 0"}]), resource("b", "id uuid!", "x integer"))  # fmt: skip
    after = domain(resource("a", "id uuid!", "x integer", "y integer", rules=[{"name": "r", "condition": "y > 0"}]), resource("b", "id uuid!", attribute("y integer", was="x")))  # fmt: skip
    assert list(only(before, after)) == [("risky", "rule_changed"), ("breaking", "renamed_for_readers")]


def test_removed_while_used_names_the_users() -> None:
    """Who still mentions what is gone is told by path, over relationships and in machines too."""
    before = SOUND
    orders = SOUND.resource("orders")
    kept = tuple(each for each in orders.attributes if each.name != "total")
    after = SOUND.model_copy(update={"resources": tuple(
        orders.model_copy(update={"attributes": kept}) if each is orders else each for each in SOUND.resources)})  # fmt: skip
    (found,) = classify(before, diff(before, after))
    assert found.rules == ("attribute_removed", "removed_while_used")
    assert "orders.rules.positive, orders.measures.revenue, machines.payment still use it" in str(found)


def test_third_parties_judge_their_own_sections() -> None:
    """A registered classifier speaks for its section alone; where it says nothing the change is safe."""
    before, after = (shop(extensions={"classified": {"a": each}, "other": each}) for each in (1, 2))

    def judge(edit: Edit) -> list[Finding]:
        return [Finding("classified.a", "breaking", f"a is {edit.change.after}")] if "a" in edit.change.path else []

    register_classifier("classified", judge)
    assert list(only(before, after)) == [("breaking", "classified.a"), ("safe", "extension_changed")]
    assert list(only(shop(), shop(extensions={"classified": {}}))) == [("safe", "extension_changed")]
    with pytest.raises(DefinitionError):
        register_classifier("", judge)


def test_changes_that_do_not_fit_are_refused() -> None:
    """Only changes that lead on from the domain can be judged."""
    gone = Change(kind="remove", path=("resources", "orders", "attributes", "nope"), before=attribute("nope text"))
    with pytest.raises(ConflictError):
        classify(shop(), [gone])


def test_a_change_tells_its_class_in_a_sentence() -> None:
    """Alone, a classified change shows its class, why and what to do; hostile names are plain text."""
    name = "<script>'; drop table x"
    (found,) = diff(shop(), shop(f"{name}".replace(" ", "_") + " text!")).classified
    assert isinstance(found, Classified)
    assert str(found).startswith("breaking: add attribute orders.<script>';_drop_table_x: text required: existing rows")
    assert found.view().tone == "bad"


@pytest.mark.parametrize(
    ("old", "new", "standing"),
    [
        ("integer", "decimal(20, 1)", "wider"), ("integer", "decimal(18, 0)", "narrower"), ("decimal(5, 0)", "integer", "wider"),
        ("integer", "decimal", "wider"), ("decimal", "decimal(38, 10)", "narrower"), ("integer", "float", "other"), ("email", "string", "wider"),
        ("enum(a)", "string", "wider"), ("date", "timestamp", "other"), ("array(integer)", "array(text)", "other"),
        ("array(string)", "string", "other"), ("email", "url", "refined"), ("timestamp", "local_timestamp", "other"),
    ],
)  # fmt: skip
def test_how_types_stand_to_each_other(old: str, new: str, standing: str) -> None:
    """A type is wider only when every value keeps its place and its kind."""
    assert compare_types(parse_type(old), parse_type(new)) == standing


def test_structs_are_compared_part_by_part() -> None:
    """A part more is wider, a part less narrower, and the worst part decides."""

    def struct(*fields: str) -> Any:
        listed = [{"name": name, "type": type_} for name, type_ in (each.split() for each in fields)]
        return (
            domain(resource("x", {"name": "s", "type": {"kind": "struct", "fields": listed}}))
            .resources[0]
            .attributes[0]
            .type
        )

    old = struct("a integer", "b text")
    assert compare_types(old, struct("a integer", "b text", "c date")) == "wider"
    assert compare_types(old, struct("a integer")) == "narrower"
    assert compare_types(old, struct("a date", "b text")) == "other"
