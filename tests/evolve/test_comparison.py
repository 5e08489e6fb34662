"""The difference between two versions as a value."""

from __future__ import annotations

import json

from tests.model.verify.designs import SOUND, attribute, domain, resource
from workbench.display.text import plain
from workbench.evolve import apply, diff, invert

BEFORE = domain(resource("orders", "id uuid!", "amount integer", "note text"))
AFTER = domain(resource("orders", "id uuid!", attribute("total integer", was="amount"), "due date", "x enum(a)!"))


def test_a_difference_is_its_changes() -> None:
    """It is iterated, indexed, applied and inverted like the changes it holds."""
    found = diff(BEFORE, AFTER)
    assert found == found.changes == tuple(found)
    assert found[0].kind == "remove"
    assert found[:2] == found.changes[:2]
    assert apply(BEFORE, found) == AFTER
    assert apply(AFTER, invert(found)) == BEFORE
    assert hash(found) == hash(diff(BEFORE, AFTER))
    assert found != diff(BEFORE, BEFORE)
    assert found.safety == "breaking"
    assert repr(found) == "Difference('x', 'x', 3 breaking, 1 safe)"


def test_as_json_values() -> None:
    """Scripts get one object a change, whose fields are these."""
    assert json.loads(json.dumps(diff(BEFORE, AFTER).as_dicts())) == [
        {"change": "remove", "path": "orders.note", "class": "breaking", "rule": "attribute_removed", "from": {"name": "note", "type": "text"}, "to": None},
        {"change": "rename", "path": "orders.total", "class": "breaking", "rule": "renamed_for_readers", "from": "amount", "to": "total"},
        {"change": "add", "path": "orders.due", "class": "safe", "rule": "attribute_added", "from": None, "to": {"name": "due", "type": "date"}},
        {"change": "add", "path": "orders.x", "class": "breaking", "rule": "required_attribute_added", "from": None,
         "to": {"name": "x", "type": "enum('a')", "required": True}},
    ]  # fmt: skip


def test_it_shows_itself() -> None:
    """A table of changes, each with class, why, what to do and rule; one good sentence where nothing changes."""
    shown = plain(diff(BEFORE, AFTER).view(), 200)
    assert "3 breaking, 1 safe" in shown
    assert all(
        word in shown
        for word in ("rename attribute orders.amount to total", "renamed_for_readers", "give it a default")
    )
    nothing = diff(SOUND, SOUND)
    assert not nothing
    assert (nothing.safety, str(nothing), plain(nothing.view()).strip()) == (
        "safe",
        "no changes",
        "✓ Nothing changes: both versions of x are equal.",
    )


def test_hostile_names_are_plain_text() -> None:
    """A name that looks like markup or an attack is shown as it is."""
    name = "<script>alert(1)</script>"
    found = diff(domain(), domain(resource(name, '";drop_table integer')))
    assert name in str(found)
    assert found.as_dicts()[0]["path"] == name
