"""The editor's state without a page: typed changes, refusals, undo and redo, saving, and what its forms say."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from tests.strategies import domains
from tests.widgets.clinic import clinic
from workbench.errors import ConflictError, NotFoundError, VerificationError, WorkbenchError
from workbench.evolve import apply, invert
from workbench.model import Domain, Resource
from workbench.model.address import Address
from workbench.model.element import Element, Flag, Frozen
from workbench.model.expression import Node
from workbench.widgets.controls import Control, controls
from workbench.widgets.editing import Editing, find
from workbench.widgets.entries import RefusedError
from workbench.widgets.forms import form
from workbench.widgets.outline import Places, branch, standing
from workbench.workspace import check
from workbench.workspace.design import Design

STATUS = ("resources", "appointment", "attributes", "status")
IN_ORDER = ("resources", "appointment", "rules", "in_order")


def refusal(do: Any) -> RefusedError:
    """What the edit is refused with."""
    with pytest.raises(RefusedError) as told:
        do()
    return told.value


# --- forms made from the model --------------------------------------------------------------------------------------------------


def models(root: type[Frozen], found: dict[type[Frozen], None]) -> dict[type[Frozen], None]:
    """Every model that can stand in a domain, found from the types of fields alone."""
    if root not in found:
        found[root] = None
        for hint in get_type_hints(root).values():
            for inner in parts(hint):
                models(inner, found)
    return found


def parts(hint: Any) -> list[type[Frozen]]:
    """The models inside a type."""
    if isinstance(hint, type) and issubclass(hint, Frozen):
        return [hint]
    return [each for inner in get_args(hint) for each in parts(inner)]


MODELS = [each for each in models(Domain, {}) if not each.__module__.endswith(".types")]
"""Every element, row and group of the vocabulary; types are written, not filled in."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_control(model: type[Frozen]) -> None:
    """Whatever the vocabulary declares can be filled in: a new field needs nothing but its declaration."""
    found = {each.field: each for each in controls(model)}
    assert found.keys() == model.model_fields.keys()
    for name, declared in model.model_fields.items():
        assert found[name].help == (declared.description or "") and found[name].required == declared.is_required()


def test_a_new_field_appears_by_itself() -> None:
    """A model that nobody prepared for gets the right kinds of controls from its types alone."""

    class Inspection(Element):
        due: Node
        passed: Flag = False
        grade: str = Field(default="", description="as the inspector says")
        seals: tuple[str, ...] = ()
        parts: dict[str, int] = Field(default_factory=dict)

    kinds = {each.field: (each.kind, each.required, each.help) for each in controls(Inspection)}
    assert kinds["due"] == ("expression", True, "") and kinds["passed"] == ("checkbox", False, "")
    assert kinds["grade"] == ("text", False, "as the inspector says")
    assert kinds["seals"][0] == "names" and kinds["parts"][0] == "json"


@given(domains())
@settings(max_examples=25, deadline=None)
def test_what_a_form_shows_can_be_put_back(domain: Domain) -> None:
    """In any design, every place has a form, and putting a value back as it is shown changes nothing."""
    editing = Editing(domain)
    for path in everywhere(domain, (), 60):
        shown = form(domain, path)
        assert list(path) == shown["path"]
        for control in shown["controls"]:
            if "value" in control and control["field"] not in ("name", "was"):
                editing.set(tuple(control["path"]), control["value"])
    assert editing.domain == domain and not editing.changes


def everywhere(domain: Domain, path: Address, most: int) -> list[Address]:
    """Addresses of at most ``most`` elements that are found by them."""
    found: list[Address] = [path]
    for kind in branch(domain, path):
        births = [tuple(each["path"]) for each in branch(domain, tuple(kind["path"]))]
        for child in dict.fromkeys(births):
            if len(found) < most and births.count(child) == 1:
                found += everywhere(domain, child, most - len(found))
    return found


# --- edits ----------------------------------------------------------------------------------------------------------------------


def test_a_field_is_set_as_one_typed_change() -> None:
    """An edit is a change with its sentence; setting what stands there already is none."""
    editing = Editing(clinic())
    edit = editing.set((*STATUS, "sensitive"), True)
    assert edit is not None and edit.what == "change appointment.status.sensitive from false to true"
    assert editing.changes == edit.changes and editing.set((*STATUS, "sensitive"), True) is None
    assert editing.domain.resource("appointment").attribute("status").sensitive


def test_types_are_written_as_in_the_domain_language() -> None:
    """Labels and parts of a type are typed as words, shown alike, and refused like any other type."""
    editing = Editing(clinic())
    for written in (
        'enum(booked "Booked in", arrived)',
        "struct(street string, number integer)",
        "array(struct(a date))",
    ):
        editing.set((*STATUS, "type"), written)
        shown = {each["field"]: each.get("value") for each in form(editing.domain, STATUS)["controls"]}
        assert shown["type"] == written
    for wrong in ("struct(street strng)", "string required", "string\n  b string", "enum("):
        refusal(lambda wrong=wrong: editing.set((*STATUS, "type"), wrong))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("type", "decimel", "did you mean 'decimal'"),
        ("type", "", "this needs a type"),
        ("type", '{"kind": "nothing"}', "kind"),
        ("type", "{", "no type is written"),
        ("default", "1 + + 2", "cannot stand here"),
        ("required", "yes", "boolean"),
        ("constraints", 7, "dictionary"),
        ("label", None, "string"),
        ("was", "x", "never set"),
        ("name", "x", "renaming"),
    ],
)
def test_what_does_not_fit_is_refused(field: str, value: Any, told: str) -> None:
    """A wrong value changes nothing; the problem says what is wrong and which field it is about."""
    editing = Editing(clinic())
    error = refusal(lambda: editing.set((*STATUS, field), value))
    assert told in error.problems[0].message and len(error.fields) == len(error.problems)
    assert editing.domain == clinic() and not editing.next_undo


def test_a_bad_expression_says_where() -> None:
    """The line and the column of the spot come with the refusal."""
    problem = refusal(lambda: Editing(clinic()).set((*IN_ORDER, "condition"), "ends_at >= >= 3")).problems[0]
    assert (problem.line, problem.column) == (1, 12)


def test_places_in_expressions_are_those_of_what_is_shown() -> None:
    """What is typed with odd spaces is tidied, so that a caret under what is shown stands right; while typing it follows what is typed."""
    editing = Editing(clinic())
    editing.set((*IN_ORDER, "condition"), "ends_at>=nothing")
    typed = editing.tried((*IN_ORDER, "condition"), "ends_at>=nothing")
    assert [each.column for each in check(editing.domain).errors] == [12]
    assert [each.column for each in check(typed).errors] == [10]


def test_rows_and_groups_are_edited_where_they_stand() -> None:
    """Bounds, the assignments of an action and the parts of a transition are set, added, moved and removed one by one."""
    editing = Editing(clinic())
    changes = ("resources", "appointment", "actions", "postpone", "changes")
    editing.set((*STATUS, "constraints", "max_length"), 20)
    editing.add(changes, {"attribute": "status", "value": "'booked'"})
    editing.set((*changes, 1, "value"), "'arrived'")
    editing.move((*changes, 1), 0)
    editing.remove((*changes, 1))
    action = editing.domain.resource("appointment").action("postpone")
    assert [(each.attribute, str(each.value)) for each in action.changes] == [("status", "'arrived'")]
    transitions = ("machines", "visit", "transitions")
    editing.add(transitions, {"sources": ["arrived"], "target": "booked"}, 0)
    editing.set((*transitions, 0, "event"), "again")
    editing.set((*transitions, 0, "guard"), "")
    first = editing.domain.machine("visit").transitions[0]
    assert first.event == "again" and first.guard is None
    assert editing.domain.resource("appointment").attribute("status").constraints.max_length == 20
    assert all(change.kind == "set" for change in editing.changes)


def test_an_added_element_says_every_mistake_at_once() -> None:
    """A new element is refused with a problem for each field that is missing or wrong."""
    editing, path = Editing(clinic()), ("resources", "appointment", "relationships")
    error = refusal(lambda: editing.add(path, {"name": "", "kind": "many"}))
    assert [at[0] for at in error.fields] == ["name", "kind", "destination"]
    with pytest.raises(NotFoundError, match="did you mean 'destination'"):
        editing.add(path, {"destinaton": "staff"})
    with pytest.raises(NotFoundError):
        editing.add(("resources", "appointment", "name"), {})


def test_names_are_not_taken_twice() -> None:
    """A second element of the same name, or of one another was born with, is refused when it is added and when it is renamed."""
    editing = Editing(clinic())
    for name in ("status", "id"):
        assert (
            refusal(lambda name=name: editing.rename((*STATUS[:-1], "ends_at"), name)).problems[0].code
            == "duplicate_name"
        )  # type: ignore[misc]
    editing.rename((*STATUS[:-1], "ends_at"), "until")
    error = refusal(lambda: editing.add(STATUS[:-1], {"name": "ends_at", "type": "date"}))
    assert error.problems[0].message == "'until' was born as 'ends_at'" and error.fields == (("name",),)
    editing.rename((*STATUS[:-1], "ends_at"), "ends_at")
    assert not editing.changes


def test_a_rename_is_followed_by_what_mentions_it() -> None:
    """Renaming an attribute rewrites keys, rules and machines; with ``everywhere=False`` only the name changes."""
    editing = Editing(clinic())
    edit = editing.rename((*STATUS[:-1], "ends_at"), "until")
    assert edit is not None and str(editing.domain.resource("appointment").rules[0].condition) == "until >= starts_at"
    editing.rename(STATUS, "state", everywhere=False)
    assert editing.domain.machine("visit").attribute == "status"
    assert find(editing.domain, STATUS).names == ("resources", "appointment", "attributes", "state")


def test_of_two_elements_with_one_path_the_right_one_is_renamed() -> None:
    """A calculation that is called like an attribute has the same dotted path: only the one that was meant gets the name."""
    editing, there = Editing(clinic()), ("resources", "appointment", "calculations")
    editing.add(there, {"name": "status", "expression": "1"})
    editing.rename((*there, "status"), "one")
    appointment = editing.domain.resource("appointment")
    assert appointment.calculations[0].name == "one" and appointment.attribute("status").name == "status"


def test_a_name_at_birth_that_says_nothing_is_no_hindrance() -> None:
    """An element that says it was born as it is called is renamed like any other, and the way back leads to the same design."""
    orders = Resource(name="orders", was="orders")
    editing = Editing(Domain(name="shop", resources=(orders,)))
    edit = editing.rename(("resources", "orders"), "purchases", everywhere=False)
    assert edit is not None and apply(edit.after, invert(edit.changes)) == edit.before


def test_a_rename_that_cannot_follow_is_refused_and_can_be_forced() -> None:
    """A state that rows hold is more than a name: the refusal says so, and the plain rename is still there."""
    editing, booked = Editing(clinic()), ("machines", "visit", "states", "booked")
    assert refusal(lambda: editing.rename(booked, "planned")).problems[0].code == "not_only_a_name"
    editing.rename(booked, "planned", everywhere=False)
    assert editing.domain.machine("visit").states[0].name == "planned"


def test_what_is_gone_is_told() -> None:
    """An address that leads nowhere any more is refused with the nearest names; the nearest place that stands is found."""
    editing = Editing(clinic())
    editing.remove(STATUS)
    with pytest.raises(NotFoundError):
        editing.set((*STATUS, "label"), "x")
    with pytest.raises(NotFoundError):
        editing.set(("resources", "appointment", "colour"), "x")
    assert standing(editing.domain, STATUS) == STATUS[:-1]
    assert refusal(lambda: editing.remove(())).problems[0].code == "not_removed"


def test_undo_redo_and_discard() -> None:
    """Edits are taken back and done again one by one; discarding is an edit like any other; a new edit forgets what was undone."""
    editing = Editing(clinic())
    editing.set((*STATUS, "label"), "Status")
    editing.remove(IN_ORDER)
    after = editing.domain
    assert editing.undo().next_redo == "remove rule appointment.rules.in_order" and editing.redo().domain == after
    editing.discard()
    assert editing.domain == clinic() and editing.undo().domain == after
    editing.undo()
    editing.set((*STATUS, "label"), "State")
    with pytest.raises(ConflictError, match="nothing to do again"):
        editing.redo()
    for _ in range(2):
        editing.undo()
    with pytest.raises(ConflictError, match="nothing left to undo"):
        editing.undo()


WORDS = st.sampled_from(["id", "status", "fresh", "a.b", '"', "'; drop", "<script>", "patient", "", "x" * 300])
TEXTS = st.sampled_from(
    ["", "status", "count()", "id = 1", "1 +", "'", "enum('a')", "string", "{", "null", "true", "日本"]
)
VALUES = TEXTS | st.none() | st.booleans() | st.integers(-1, 3) | st.lists(WORDS, max_size=2)


@given(domains() | st.builds(clinic), st.data())
@settings(max_examples=40, deadline=None)
def test_undoing_everything_gives_the_first_domain(domain: Domain, data: st.DataObject) -> None:
    """Any run of edits, most of them refused: each is its changes, turned round they lead back, and undoing all gives the start."""
    editing, taken = Editing(domain), []
    for _ in range(data.draw(st.integers(1, 8))):
        before = editing.domain
        try:
            edit = one_edit(editing, data)
        except WorkbenchError:
            assert editing.domain is before
            continue
        if edit is not None:
            taken.append(edit)
            assert (
                apply(before, edit.changes) == editing.domain and apply(editing.domain, invert(edit.changes)) == before
            )
    assert apply(domain, editing.changes) == editing.domain
    last = editing.domain
    for _ in taken:
        editing.undo()
    assert editing.domain == domain
    for _ in taken:
        editing.redo()
    assert editing.domain == last


def one_edit(editing: Editing, data: st.DataObject) -> Any:
    """An edit of some place, sensible or not."""
    path = data.draw(st.sampled_from(everywhere(editing.domain, (), 30)))
    place = find(editing.domain, path)
    field = data.draw(st.sampled_from([each.field for each in controls(type(place.element))]))
    match data.draw(st.sampled_from(["set", "add", "remove", "move", "rename", "force"])):
        case "set":
            return editing.set((*path, field), data.draw(VALUES))
        case "add":
            given = data.draw(
                st.dictionaries(st.sampled_from(["name", "type", "condition", "expression", "kind"]), TEXTS, max_size=3)
            )
            return editing.add((*path, field), {"name": data.draw(WORDS)} | given)
        case "remove":
            return editing.remove(path)
        case "move":
            return editing.move(path, data.draw(st.integers(0, 3)))
        case "rename":
            return editing.rename(path, data.draw(WORDS))
        case _:
            return editing.rename(path, data.draw(WORDS), everywhere=False)


# --- the folder -----------------------------------------------------------------------------------------------------------------


def test_changes_are_saved_as_a_step_of_the_log(tmp_path: Path) -> None:
    """Saving writes one step with who and why; what is undone afterwards is a change again, to be saved too."""
    design = Design(tmp_path / "clinic", clinic(), by="ada")
    editing = Editing(design.domain, design)
    editing.set((*STATUS, "label"), "Status")
    editing.set((*STATUS, "description"), "where it stands")
    assert "ada" in editing.save("ada", "said by the desk") and not editing.changes
    assert [(step.by, step.why, len(step.changes)) for step in design.log[1:]] == [("ada", "said by the desk", 2)]
    editing.undo()
    editing.save("ben")
    assert editing.save("ben") == ""
    assert Design(tmp_path / "clinic").domain.resource("appointment").attribute("status").description == ""
    assert refusal(lambda: editing.save(" ")).problems[0].code == "nobody"
    assert refusal(lambda: Editing(clinic()).save("ada")).problems[0].code == "no_folder"


def test_what_others_saved_is_told_and_taken_in(tmp_path: Path) -> None:
    """A folder somebody else changed is not overwritten: nothing is lost on either side, and both can be brought together."""
    design = Design(tmp_path / "clinic", clinic())
    editing = Editing(design.domain, design)
    editing.set((*STATUS, "label"), "Status")
    Design(tmp_path / "clinic").change(apply(clinic(), Editing(clinic()).remove(IN_ORDER).changes), by="ben")
    mine = editing.domain
    with pytest.raises(ConflictError, match="changed by somebody else"):
        editing.save("ada")
    assert editing.domain == mine
    editing.take_in()
    assert not editing.domain.resource("appointment").rules and [str(each) for each in editing.changes] == [
        "change appointment.status.label from '' to 'Status'"
    ]
    editing.save("ada")
    assert Design(tmp_path / "clinic").domain == editing.domain


def test_a_change_in_the_same_kernel_is_a_conflict_too(tmp_path: Path) -> None:
    """A design object that was changed beside the editor is not changed back by saving."""
    design = Design(tmp_path / "clinic", clinic())
    editing = Editing(design.domain, design)
    editing.set((*STATUS, "label"), "Status")
    design.change(apply(clinic(), Editing(clinic()).remove(IN_ORDER).changes), by="ben")
    with pytest.raises(ConflictError, match="take in"):
        editing.save("ada")


def test_both_changed_the_same(tmp_path: Path) -> None:
    """Where both sides said something else of the same, taking in is refused with every such place."""
    design = Design(tmp_path / "clinic", clinic())
    editing = Editing(design.domain, design)
    editing.set((*STATUS, "label"), "Status")
    other = Editing(clinic())
    other.set((*STATUS, "label"), "State")
    Design(tmp_path / "clinic").change(other.domain, by="ben")
    with pytest.raises(VerificationError) as told:
        editing.take_in()
    assert "appointment.status" in told.value.problems[0].path and editing.changes


# --- the tree and finding -------------------------------------------------------------------------------------------------------


def test_problems_lead_to_their_element() -> None:
    """The path of a problem is turned into the address of its element and the steps inside it, rows included."""
    places = Places(clinic())
    assert places.of("appointment.status.type") == (STATUS, ("type",))
    assert places.of("machines.visit.transitions[1].guard") == (("machines", "visit", "transitions", 1), ("guard",))
    assert places.of("appointment.actions.postpone.changes[0].value")[1] == ("changes", 0, "value")


def test_the_tree_is_searched_by_name() -> None:
    """Names that begin alike come first, shorter paths before longer ones; a dot looks inside."""
    places = Places(clinic())
    assert [each["name"] for each in places.matches("sta")][:2] == ["staff", "status"]
    assert [(each["name"], each["where"]) for each in places.matches("appoint.in_")] == [("in_order", "appointment")]
    assert places.matches("   ") == [] and places.matches("<script>") == []


def test_names_are_offered() -> None:
    """Fields that name something of the design offer what there is: resources, their attributes, states."""
    shown = form(clinic(), ("resources", "appointment", "relationships", "clinician"))
    assert shown["lists"]["resources"] == ["patient", "staff", "appointment"]
    assert shown["lists"]["their attributes"] == ["id", "role"] and "ends_at" in shown["lists"]["attributes"]
    assert form(clinic(), ("machines", "visit", "transitions", 0))["lists"]["states"] == [
        "booked",
        "arrived",
        "cancelled",
    ]


def test_controls_know_their_nouns() -> None:
    """A form says what it is the form of, in words of the vocabulary's own documentation."""
    shown = form(clinic(), ("resources",))
    assert shown["kind"] == "group" and shown["controls"][0]["noun"] == "resource" and "identity" in shown["about"]
    assert all(isinstance(each, Control) for each in controls(Resource))
