"""Finding, applying, inverting and saving changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import workbench.model
from tests.model.verify.designs import SOUND, attribute, domain, resource
from tests.strategies import domain_pairs, domains
from workbench.errors import ConflictError, DefinitionError, VerificationError
from workbench.evolve import apply, diff, invert
from workbench.evolve.difference import same
from workbench.language import dumps
from workbench.model import Attribute, Domain, Resource
from workbench.model.change import Change
from workbench.model.element import Frozen
from workbench.model.expression import Constant

ORDERS = ("resources", "orders")


def sentences(before: Domain, after: Domain) -> list[str]:
    """The changes between two domains, as people read them."""
    return [str(change) for change in diff(before, after)]


def shop(*attributes: Any, **rest: Any) -> Domain:
    """A domain of one resource."""
    return domain(resource("orders", "id uuid!", *attributes, **rest))


@settings(max_examples=36, deadline=None)
@given(domain_pairs())
def test_changes_lead_from_one_version_to_the_other(pair: tuple[Domain, Domain]) -> None:
    """Applying what was found gives the other version exactly, order included, and undoing it gives the first one back."""
    before, after = pair
    changes = diff(before, after)
    assert apply(before, changes) == after
    assert dumps(apply(before, changes)) == dumps(after)
    assert dumps(apply(after, invert(changes))) == dumps(before)
    assert (changes == ()) == same(before, after)
    assert invert(invert(changes)) == changes
    assert diff(before, after) == changes


@settings(max_examples=25, deadline=None)
@given(domain_pairs())
def test_changes_survive_being_saved(pair: tuple[Domain, Domain]) -> None:
    """A change comes back equal from its JSON, and reads as a sentence."""
    before, after = pair
    for change in diff(before, after):
        saved = json.loads(json.dumps(change.as_dict()))
        again = Change.from_dict(saved)
        assert same(again, change)
        assert str(again) == str(change) != ""


def test_every_kind_of_change_reads_as_a_sentence() -> None:
    """A person can read a list of changes without knowing the format."""
    before = domain(
        resource("customers", "id uuid!"),
        resource("orders", "id uuid!", "note text", "amount integer", rules=[{"name": "r", "condition": "amount > 0"}]),
    )
    after = domain(
        resource(
            "purchases",
            "id uuid!",
            attribute("total integer!", was="amount", constraints={"minimum": "0"}),
            "dest string! = 'x'",
            was="orders",
            rules=[{"name": "r", "condition": "total > 0"}],
            relationships=[{"name": "buyer", "kind": "belongs_to", "destination": "customers"}],
        ),
        resource("customers", "id uuid!"),
        extensions={"vendor": {"colour": "red"}},
        machines=[{"name": "flow", "resource": "purchases", "attribute": "total"}],
    )
    assert sentences(before, after) == [
        "move resource customers from place 0 to 1, counted from 0",
        "rename resource orders to purchases",
        "remove attribute purchases.note",
        "rename attribute purchases.amount to total",
        "change purchases.total.required from false to true",
        "change purchases.total.constraints.minimum from nothing to 0",
        "add attribute purchases.dest: string required default 'x'",
        "add relationship purchases.buyer: belongs_to customers",
        "change purchases.rules.r.condition from amount > 0 to total > 0",
        "add machine machines.flow",
        "add extensions.vendor",
    ]
    assert [change.kind for change in diff(before, after)].count("remove") == 1, "a rename is no drop and add"


def test_only_what_differs() -> None:
    """One field that differs is one change, whatever else the domain holds."""
    orders = SOUND.resource("orders")
    changed = orders.model_copy(update={"cluster": "sales"})
    after = SOUND.model_copy(
        update={"resources": tuple(changed if each is orders else each for each in SOUND.resources)}
    )
    (change,) = diff(SOUND, after)
    assert (change.kind, change.path, change.before, change.after) == ("set", (*ORDERS, "cluster"), "", "sales")
    assert diff(SOUND, SOUND) == ()


@settings(max_examples=36)
@given(st.permutations([f"a{i}" for i in range(7)]))
def test_fewest_moves(order: list[str]) -> None:
    """A new order is told with as few moves as there can be: one less move never suffices."""
    before = shop(*(f"a{i} date" for i in range(7)))
    after = shop(*(f"{name} date" for name in order))
    numbers = [int(name[1:]) for name in order]
    longest = [1] * 7
    for i, number in enumerate(numbers):
        longest[i] += max((longest[j] for j in range(i) if numbers[j] < number), default=0)
    changes = diff(before, after)
    assert {change.kind for change in changes} <= {"move"}
    assert len(changes) == 7 - max(longest)
    assert apply(before, changes) == after


def test_names_can_be_swapped() -> None:
    """Two elements that swap their names are two renames."""
    before = shop("a date", "b integer")
    after = shop(attribute("b date", was="a"), attribute("a integer", was="b"))
    assert sentences(before, after) == ["rename attribute orders.a to b", "rename attribute orders.b to a"]
    assert apply(before, diff(before, after)) == after


def test_values_that_only_python_takes_for_equal() -> None:
    """``true``, ``1`` and ``1.0`` are three values in a design."""
    before = Domain(name="x", extensions={"a": [1], "b": 1})
    after = Domain(name="x", extensions={"a": [True], "b": 1.0})
    assert sentences(before, after) == ["change extensions.a from (1) to (true)", "change extensions.b from 1 to 1.0"]
    assert not same(Constant(1), Constant(True))


def set_required(
    before: bool = False, after: Any = True, path: tuple[str, ...] = (*ORDERS, "attributes", "note", "required")
) -> Change:
    """A change of one field."""
    return Change(kind="set", path=path, before=before, after=after)


NOTE = Attribute(name="note", type="text")
NOTE_PATH = (*ORDERS, "attributes", "note")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (set_required(before=True, after=False), "change orders.note.required from true to false: it is False by now"),
        (
            set_required(path=("resources", "ordrs", "attributes", "note", "required")),
            "born as 'ordrs'; did you mean 'orders'?",
        ),
        (set_required(path=(*ORDERS, "attributes", "nope", "required")), "nothing here was born as 'nope'"),
        (
            Change(kind="add", path=NOTE_PATH, after=NOTE),
            "add attribute orders.note: text: one born as 'note' is there already",
        ),
        (Change(kind="remove", path=NOTE_PATH, before=NOTE.model_copy(update={"label": "x"})), "it has changed since"),
        (Change(kind="rename", path=NOTE_PATH, before="remark", after="x"), "it is called 'note' by now"),
        (
            Change(kind="move", path=(*ORDERS, "attributes", "nope"), before=0, after=1),
            "nothing here was born as 'nope'",
        ),
        (Change(kind="remove", path=(), before=Domain(name="x")), "a domain cannot remove itself"),
        (Change(kind="set", path=("extensions", "a", "b"), before=1, after=2), "there is no 'a'"),
        (Change(kind="add", path=("extensions", "vendor"), after=2), "there is one already"),
        (Change(kind="remove", path=("extensions", "vendor"), before=2), "it has changed since"),
    ],
)
def test_a_change_that_does_not_fit(change: Change, why: str) -> None:
    """A change is refused where its subject is not as it was, and the error says which change and why."""
    with pytest.raises(ConflictError) as caught:
        apply(shop("note text").model_copy(update={"extensions": {"vendor": 1}}), [change])
    assert why in str(caught.value)
    assert str(caught.value).startswith(str(change))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (set_required(after="yes"), "valid boolean"),
        (
            set_required(path=(*ORDERS, "attributes", "note", "requird")),
            "an attribute has no 'requird'; did you mean 'required'?",
        ),
        (set_required(path=("resorces", "orders", "label")), "did you mean 'resources'?"),
        (set_required(path=NOTE_PATH), "set is about a field"),
        (set_required(path=("machines", "m", "transitions", "0", "event")), "transitions has no parts of its own"),
        (Change(kind="rename", path=(*NOTE_PATH, "label"), before="", after="x"), "rename is about a named element"),
        (Change(kind="rename", path=("extensions", "a"), before="a", after="b"), "rename is about a named element"),
        (Change(kind="rename", path=NOTE_PATH, before="note", after=""), "at least 1 character"),
        (Change(kind="add", path=NOTE_PATH), "valid dictionary or instance of Attribute"),
        (Change(kind="add", path=(*ORDERS, "attributes", "other"), after=NOTE), "was born as 'note', not 'other'"),
        (Change(kind="move", path=NOTE_PATH, before=-1, after=0), "greater than or equal to 0"),
    ],
)
def test_a_change_no_domain_could_take(change: Change, why: str) -> None:
    """A change about no place of any domain, or with a value of another type, is refused as badly made."""
    with pytest.raises(DefinitionError) as caught:
        apply(shop("note text"), [change])
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "given", [None, [], {}, {"kind": "paint", "path": []}, {"kind": "add", "path": ["resources", "x"]}, "<script>"]
)
def test_what_is_no_change(given: object) -> None:
    """Anything else than a saved change is refused with problems, not with a traceback."""
    with pytest.raises(VerificationError) as caught:
        Change.from_dict(given)
    assert {problem.code for problem in caught.value.problems} == {"bad_change"}


def test_changes_written_by_hand() -> None:
    """Text stands for expressions and types, and no position means the end."""
    note = {
        "kind": "add",
        "path": [*ORDERS, "attributes", "tax"],
        "after": {"name": "tax", "type": "decimal(10, 2)", "default": "0"},
    }
    after = apply(shop("note text"), [Change.from_dict(note)])
    assert after == shop("note text", "tax decimal(10, 2) = 0")


def test_one_of_several_changes() -> None:
    """A person can take one change of many: its position is a wish, not a condition."""
    before, after = shop("a date"), shop("x date", "y date", "z date", "a date")
    wanted = [change for change in diff(before, after) if change.path[-1] == "z"]
    assert apply(before, wanted) == shop("a date", "z date")


def test_all_or_nothing() -> None:
    """When one change does not fit, the domain stays as it was."""
    before = shop("note text")
    with pytest.raises(ConflictError):
        apply(before, [set_required(), set_required()])
    assert before == shop("note text")


def test_equal_birth_names_fall_back_to_the_whole() -> None:
    """Where elements cannot be told apart, the collection is exchanged as a whole."""
    before = Domain(name="x", resources=(Resource(name="a"), Resource(name="a")))
    after = Domain(name="x", resources=(Resource(name="a"),))
    (change,) = diff(before, after)
    assert (change.kind, change.path) == ("set", ("resources",))
    assert apply(before, [change]) == after


def test_a_change_shows_itself() -> None:
    """In a notebook a change is its sentence and its reason; hostile names are plain text there."""
    change = Change(kind="remove", path=("resources", "<script>"), before=Resource(name="<script>"), reason="unused")
    assert change.view().body == "remove resource <script> (unused)"
    assert repr(change) == "<Change: remove resource <script>>"


VOCABULARY = (
    "Domain", "Resource", "Attribute", "Constraints", "Relationship", "Identity", "Rule", "Calculation", "Measure", "Dimension", "Action",
    "Argument", "Assignment", "Policy", "FieldPolicy", "Tenancy", "Machine", "State", "Transition", "Effect", "Reactor", "Step", "StepArgument",
    "Source", "FieldMapping", "Contract", "Endpoint",
)  # fmt: skip


def test_generated_domains_use_the_whole_vocabulary() -> None:
    """No field of any element is left at its default by all generated domains, so that the laws above are about every one."""
    seen: set[tuple[str, str]] = set()

    def look(value: Any) -> None:
        if isinstance(value, tuple):
            for each in value:
                look(each)
        elif isinstance(value, Frozen):
            for name, field in type(value).model_fields.items():
                found = getattr(value, name)
                if field.is_required() or found != field.get_default(call_default_factory=True):
                    seen.add((type(value).__name__, name))
                    look(found)

    @settings(max_examples=150, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(domains())
    def collect(design: Domain) -> None:
        look(design)

    collect()
    wanted = {(kind, field) for kind in VOCABULARY for field in getattr(workbench.model, kind).model_fields}
    assert wanted - seen == set()
