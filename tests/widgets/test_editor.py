"""The editor without a page: what it answers, what it refuses, how little it saves, and that it stays quick with 300 resources."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets.embed
import pytest

from tests.display.designs import HOSTILE, generated, hostile
from tests.widgets.clinic import clinic
from workbench.errors import ConflictError, DefinitionError, VerificationError
from workbench.model import Domain
from workbench.widgets import edit
from workbench.widgets import editor_messages as messages
from workbench.widgets.dialogue import Dialogue, formats, source, written
from workbench.widgets.editing import Editing
from workbench.widgets.editor import Editor
from workbench.workspace.design import Design

STATUS = ["resources", "appointment", "attributes", "status"]
IN_ORDER = ["resources", "appointment", "rules", "in_order"]


class Heard(Editor):
    """An editor whose messages to the page are kept, as a page would get them."""

    def __init__(self, editing: Editing) -> None:
        self.told: list[dict[str, Any]] = []
        super().__init__(editing)
        self.ask({"type": "ready"})
        self.told.clear()

    def send(self, content: Any, buffers: Any = None) -> None:
        self.told.append(content | ({"buffers": buffers} if buffers else {}))

    def ask(self, content: Any, buffers: list[bytes] | None = None) -> list[dict[str, Any]]:
        """What a page says reaches the editor as it does in a kernel; what it answers comes back."""
        before = len(self.told)
        if isinstance(content, dict):
            content = {"view": "here"} | content
        self.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": buffers or []})
        self.settle()
        return self.told[before:]


@pytest.fixture
def shown() -> Iterator[Any]:
    """Makes editors, which are closed afterwards."""
    made: list[Heard] = []

    def make(domain: Domain | None = None, design: Design | None = None) -> Heard:
        made.append(Heard(Editing(design.domain if design else domain or clinic(), design)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_code_is_fetched_not_saved(shown: Any) -> None:
    """The page gets script and style in one answer; what is saved of an editor of 300 resources stays below 5 kB."""
    editor = shown()
    editor.comm.handle_msg({"content": {"data": {"method": "custom", "content": {"type": "code"}}}, "buffers": []})
    script, style = editor.told[0]["buffers"]
    assert script.count(b"export ") == 1 and b"class Tree" in script and b".wbe" in style and b".wbx" in style
    large = edit(generated(300))
    state = ipywidgets.embed.embed_data(views=[large], drop_defaults=False)["manager_state"]["state"]
    assert len(json.dumps([state[large.model_id], state[large.layout.model_id]])) < 5000
    large.close()


def test_a_page_without_a_kernel_gets_the_picture(shown: Any) -> None:
    """The bundle has the live view, and as HTML and text the picture of the design as it is now."""
    editor = shown()
    editor.ask({"type": "rename", "path": ["resources", "staff"], "name": "crew"})
    bundle, _ = editor._repr_mimebundle_()
    assert "<img" in bundle["text/html"] and "crew" in bundle["text/html"] and "crew" in bundle["text/plain"]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert repr(editor).startswith("Editor('clinic', 3 resources, ")


def test_an_edit_is_answered_and_seen_by_all_views(shown: Any) -> None:
    """What was done is told to every view, with what can be undone; each then asks for what it shows."""
    editor = shown()
    (edited,) = editor.ask({"type": "set", "path": [*STATUS, "label"], "value": "Status", "request": 7})
    assert (edited["type"], edited["to"], edited["request"], edited["changed"]) == ("edited", "here", 7, 1)
    assert edited["undo"] == edited["told"] == "change appointment.status.label from '' to 'Status'"
    (look,) = editor.ask(
        {"type": "look", "path": STATUS, "open": [[], ["resources"], ["resources", "gone"]], "request": 8}
    )
    assert look["to"] == "here" and [each["path"] for each in look["branches"]] == [[], ["resources"]]
    assert {each["field"]: each.get("value") for each in look["form"]["controls"]}["label"] == "Status"
    assert editor.domain.resource("appointment").attribute("status").label == "Status"
    assert editor.undo().domain == clinic() and editor.redo().told[-1]["redo"] == ""
    assert editor.problems.is_ok


def test_a_refusal_comes_back_beside_its_field(shown: Any) -> None:
    """A bad expression is refused to the view that typed it, with field, line and column; nothing changes, nothing is an error."""
    editor = shown()
    (told,) = editor.ask({"type": "set", "path": [*IN_ORDER, "condition"], "value": "ends_at >= )", "request": 3})
    assert (told["type"], told["to"], told["request"]) == ("refused", "here", 3)
    assert told["fields"][0]["path"] == [*IN_ORDER, "condition"] and told["fields"][0]["column"] == 12
    (told,) = editor.ask({"type": "add", "path": IN_ORDER[:-1], "values": {"name": "in_order", "condition": "true"}})
    assert told["fields"][0]["path"] == [*IN_ORDER[:-1], "name"]
    (told,) = editor.ask({"type": "undo"})
    assert told["fields"][0]["message"] == "there is nothing left to undo"
    assert editor.domain == clinic() and editor.problems.is_ok


def test_what_is_typed_is_tried(shown: Any) -> None:
    """While somebody types, the first mistake comes back with its column, syntax and names alike; what is right gives none."""
    editor, path = shown(), [*IN_ORDER, "condition"]
    problem = editor.ask({"type": "try", "path": path, "value": "ends_at>=nothing"})[0]["problem"]
    assert problem["code"] == "unknown_name" and problem["column"] == 10
    assert editor.ask({"type": "try", "path": path, "value": "ends_at >="})[0]["problem"]["severity"] == "error"
    assert editor.ask({"type": "try", "path": path, "value": "ends_at is not null"})[0]["problem"] is None
    assert editor.domain == clinic()


def test_the_views_follow(shown: Any) -> None:
    """Problems lead to their element, changes are sentences with a class, the picture is of what is edited, the text loads again."""
    editor = shown()
    editor.ask({"type": "set", "path": [*STATUS, "type"], "value": "enum('booked', 'gone')"})
    (problems,) = editor.ask({"type": "check"})
    assert problems["total"] and all(each["element"][0] in ("resources", "machines") for each in problems["problems"])
    (changes,) = editor.ask({"type": "changes"})
    assert changes["changes"][0]["safety"] == "breaking" and changes["changes"][0]["text"].startswith(
        "change appointment.status.type"
    )
    (chart,) = editor.ask({"type": "picture", "path": ["machines", "visit", "states", "booked"]})
    assert chart["nodes"][chart["chosen"]]["label"] == "booked" and "check_in" in chart["svg"]
    (near,) = editor.ask({"type": "picture", "path": ["resources", "staff"]})
    assert {each["label"] for each in near["nodes"]} == {"staff", "appointment"}
    for name in formats():
        (text,) = editor.ask({"type": "text", "format": name})
        assert text["text"] == written(editor.domain, name)


def test_the_source_gives_the_same_domain(shown: Any) -> None:
    """What the editor made can be said as code, odd names included."""
    for domain in (clinic(), hostile()):
        editor = shown(domain)
        said: dict[str, Any] = {}
        exec(editor.to_source("made"), said)  # noqa: S102  # code is what is under test
        assert said["made"] == domain
    said = {}
    exec(source(Domain(name='"""', description='ends with "')), said)  # noqa: S102  # as above
    assert said["domain"].name == '"""'


def test_a_design_is_saved_and_conflicts_are_told(shown: Any, tmp_path: Path) -> None:
    """Saving answers with the step; when somebody else was first the refusal says so, and taking in brings both together."""
    editor = shown(design=Design(tmp_path / "clinic", clinic()))
    editor.ask({"type": "set", "path": [*STATUS, "label"], "value": "Status"})
    (told,) = editor.ask({"type": "save", "by": "ada", "why": "asked for"})
    assert told["type"] == "edited" and told["changed"] == 0 and "ada" in told["told"]
    Design(tmp_path / "clinic").change(Editing(editor.domain).remove(tuple(IN_ORDER)).changes[0], by="ben")
    editor.ask({"type": "set", "path": [*STATUS, "label"], "value": "State"})
    (told,) = editor.ask({"type": "save", "by": "ada"})
    assert told["conflict"] and "somebody else" in told["fields"][0]["message"]
    with pytest.raises(ConflictError):
        editor.save("ada")
    editor.ask({"type": "take_in"})
    editor.save("ada", "both")
    assert editor.ask({"type": "changes"})[0]["log"][0].endswith("(both)")
    assert Design(tmp_path / "clinic").domain == editor.domain and not editor.domain.resource("appointment").rules


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"type": "evaluate"},
        {"type": "set", "path": ["resources"] * 50, "value": 1},
        {"type": "set", "path": [*STATUS, "label"], "value": "x" * 300_000},
        {"type": "set", "path": [-1], "value": 1},
        {"type": "move", "path": STATUS, "place": 10**30},
        {"type": "add", "path": [], "values": {}, "evil": 1},
        {"type": "look", "path": [["nested"]]},
        {"type": "text", "format": "exe"},
        {"type": "picture", "path": STATUS, "request": True},
    ],
)
def test_what_is_no_message_is_refused(shown: Any, content: Any) -> None:
    """Unknown kinds, wrong types, sizes out of bounds and unknown formats are told and kept; the design stays as it is."""
    editor = shown()
    told = editor.ask(content)
    assert [each["type"] for each in told] == ["error"] and told[0]["message"] == editor.problems[0].message
    assert editor.domain == clinic()


def test_odd_addresses_are_refused(shown: Any) -> None:
    """Whatever a page asks to edit, it is an edit of the design or a refusal, never anything else."""
    editor = shown()
    odd: list[list[Any]] = [[], ["name"], ["__class__"], ["resources"], ["resources", 0], ["resources", "appointment", "key", 0],
           ["machines", "visit", "transitions", 9, "event"], ["tenancy", "strategy", "x"], [*STATUS, "type", "kind"], ["extensions", "x"], list(HOSTILE[:2])]  # fmt: skip
    for path in odd:
        for message in ({"type": "set", "value": "x"}, {"type": "remove"}, {"type": "rename", "name": "clinic"},
                        {"type": "move", "place": 1}, {"type": "add", "values": {"name": "x"}}):  # fmt: skip
            told = editor.ask(message | {"path": path})
            assert [each["type"] for each in told] in (["refused"], ["edited"]), (message, path, told)
    assert editor.problems.is_ok


def test_hostile_names_are_carried_as_text(shown: Any) -> None:
    """A design of markup and quotes has its tree, forms, pictures and searches like any other."""
    editor = shown(hostile())
    for name in HOSTILE:
        birth = name.replace("\n", " ")
        told = editor.ask(
            {"type": "look", "path": ["resources", birth], "open": [[], ["resources"], ["resources", birth]]}
        )
        assert told[0]["form"]["title"] == birth
    assert "<script" not in editor.ask({"type": "picture", "path": []})[0]["svg"]
    assert editor.problems.is_ok


def test_buffers_and_state_are_refused(shown: Any) -> None:
    """The page carries no bytes and writes no state."""
    editor = shown()
    assert "buffers" in editor.ask({"type": "check"}, [b"bytes"])[0]["message"]
    editor.comm.handle_msg({"content": {"data": {"method": "update", "state": {"_esm": "alert(1)"}}}, "buffers": []})
    assert editor.told[-1]["message"] == "the page may not set _esm"


def test_what_was_asked_again_is_answered_once(shown: Any) -> None:
    """Of many requests for the same view of the design only the last one has to be worked out."""
    editor = shown()
    for request in range(30):
        data = {"method": "custom", "content": {"type": "picture", "view": "here", "path": [], "request": request}}
        editor.comm.handle_msg({"content": {"data": data}, "buffers": []})
    editor.settle()
    pictures = [each["request"] for each in editor.told if each["type"] == "picture"]
    assert pictures[-1] == 29 and len(pictures) < 30


def test_several_editors_do_not_meet(shown: Any) -> None:
    """Two editors of one domain have histories of their own, edited from several threads at once."""
    one, other = shown(), shown()
    threads = [threading.Thread(target=lambda each=each: each.ask({"type": "set", "path": [*STATUS, "label"], "value": str(id(each))}))
               for each in (one, other)]  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    labels = {each.domain.resource("appointment").attribute("status").label for each in (one, other)}
    assert labels == {str(id(one)), str(id(other))} and len(one.changes) == len(other.changes) == 1


def test_a_large_design_is_edited_quickly() -> None:
    """With 300 resources of 3,000 attributes the first form and an edit take a moment; bounds are wide, for busy machines."""
    begun = time.perf_counter()
    dialogue = Dialogue(Editing(generated(300)))
    made = time.perf_counter()
    look = {"type": "look", "path": ["resources"], "open": [[], ["resources"]]}
    assert next(dialogue.answer(messages.read(look)))["branches"][1]["entries"][299]["name"] == "table_299"
    opened = time.perf_counter()
    list(dialogue.answer(messages.read({"type": "set", "path": ["resources", "table_150", "label"], "value": "x"})))
    assert opened - made < 1 and time.perf_counter() - opened < 1 and made > begun


def test_what_cannot_be_edited_is_refused() -> None:
    """A thing without a domain is told; a cell is asked for without a page, and the text is still there to copy."""
    with pytest.raises(DefinitionError, match="a list has no domain to edit"):
        edit([])
    editor = edit(clinic())
    assert "clinic" in editor.text
    with pytest.raises(VerificationError, match="no folder"):
        editor.save("ada")
    editor.close()


def test_edit_is_found_without_loading_widgets() -> None:
    """The name is there after `import workbench`; the widget libraries load when it is called."""
    probe = "import sys, workbench as wb; wb.edit; assert not {'anywidget', 'ipywidgets', 'duckdb', 'lark'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", probe], check=True)
