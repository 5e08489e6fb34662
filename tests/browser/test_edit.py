"""The form editor as a person meets it: in a real JupyterLab, by mouse and by keyboard, light and dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.notebooks import run_cells, save_code
from tests.browser.pages import weak_texts

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SETUP = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import workbench as wb
from tests.widgets.clinic import clinic
"""


def show(lab: Any, page: Any, name: str, *cells: str, dark: bool = False) -> Any:
    """Run the cells in a fresh notebook; the editor of the last one, when its form stands there."""
    save_code(lab, name, *cells)
    lab.open(page, name, dark=dark)
    run_cells(page, len(cells))
    editor = page.locator(".wbe").last
    editor.locator(".wbe-form h3").wait_for(timeout=60_000)
    return editor


def line(editor: Any, name: str) -> Any:
    """The line of the tree that begins with ``name``."""
    return editor.locator(f'[role=treeitem][aria-label^="{name},"]')


def choose(editor: Any, *names: str) -> None:
    """Click the lines of these names one after another, each when its form stands there."""
    for name in names:
        line(editor, name).first.click()
        editor.locator(".wbe-form h3").filter(has_text=re.compile(rf"^{name}", re.IGNORECASE)).wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_person_edits(lab: Any, page: Any, page_log: Any, screenshots: Path, dark: bool) -> None:
    """By mouse: choose, change, be refused, undo; the picture, the problems, the changes and the text follow, legibly."""
    page.set_viewport_size({"width": 1500, "height": 1200})
    shade = "dark" if dark else "light"
    editor = show(lab, page, "edit.ipynb", SETUP, "editor = wb.edit(clinic())\neditor", dark=dark)
    editor.locator(".wbe-picture svg").wait_for()
    choose(editor, "appointment", "attributes", "status")
    page.screenshot(path=screenshots / f"edit-{shade}-form.png")
    editor.get_by_label("Type").fill("strng")
    editor.get_by_label("Type").press("Enter")
    editor.locator(".wbe-slot", has_text="did you mean 'string'").wait_for()
    choose(editor, "rules", "in_order")
    editor.get_by_label("Condition").fill("ends_at >= starts_att")
    editor.locator(".wbe-slot", has_text="nothing called 'starts_att'").wait_for()
    assert editor.locator(".wbe-caret").inner_text().split("\n")[-1].index("^") == len("ends_at >= ")
    editor.get_by_label("Condition").press("Enter")
    editor.get_by_role("tab", name="Problems (1)").click()
    page.screenshot(path=screenshots / f"edit-{shade}-problems.png")
    assert weak_texts(page) == []
    choose(editor, "attributes", "status")
    assert editor.get_by_label("Type").input_value() == "strng"  # what was refused is kept
    editor.locator(".wbe-line", has_text="appointment.rules.in_order").click()
    page.wait_for_function("document.activeElement.value === 'ends_at >= starts_att'")
    editor.get_by_role("tab", name="Changes (1)").click()
    editor.get_by_text("risky").wait_for()
    assert weak_texts(page) == []
    editor.get_by_role("button", name="undo:").click()
    editor.get_by_role("tab", name="Problems", exact=True).wait_for()
    editor.get_by_role("tab", name="Text").click()
    editor.locator(".wbe-code", has_text="ends_at >= starts_at").wait_for()
    editor.get_by_role("tab", name="Picture").click()
    choose(editor, "machines", "visit")
    editor.get_by_role("button", name="edit cancelled").click()
    editor.get_by_role("heading", name="cancelled").wait_for()
    page.screenshot(path=screenshots / f"edit-{shade}-machine.png")
    assert weak_texts(page) == []
    assert page_log.errors == [] and page_log.refused == []


def test_by_keyboard_alone(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """Search, walk the tree, add, fill in, be refused and go on, rename, move, remove, undo: without a mouse."""
    page.set_viewport_size({"width": 1900, "height": 1100})
    editor = show(lab, page, "keys.ipynb", SETUP, "editor = wb.edit(clinic())\neditor")
    keyboard = page.keyboard
    editor.get_by_role("combobox", name="Search").focus()
    keyboard.type("starts")
    editor.get_by_role("option").first.wait_for()
    keyboard.press("Enter")
    editor.get_by_role("heading", name="starts_at").wait_for()
    page.wait_for_function("document.activeElement.getAttribute('role') === 'treeitem'")
    keyboard.press("Insert")
    editor.get_by_role("group", name="New attribute").wait_for()
    keyboard.type("room")
    keyboard.press("Tab")
    keyboard.type("strng")
    keyboard.press("Enter")
    editor.locator(".wbe-adder .wbe-slot", has_text="did you mean 'string'").wait_for()
    page.screenshot(path=screenshots / "edit-wide.png")
    keyboard.press("Control+a")
    keyboard.type("string")
    keyboard.press("Enter")
    editor.get_by_role("heading", name="room").wait_for()
    page.wait_for_function("document.activeElement.getAttribute('aria-label')?.startsWith('room,')")
    keyboard.press("Alt+ArrowUp")
    editor.get_by_role("status").filter(has_text="move attribute appointment.room").wait_for()
    keyboard.press("F2")
    page.wait_for_function("document.activeElement.value === 'room'")
    keyboard.type("ward")
    keyboard.press("Enter")
    editor.get_by_role("heading", name="ward").wait_for()
    keyboard.press("Escape")
    page.wait_for_function("document.activeElement.getAttribute('aria-label')?.startsWith('ward,')")
    keyboard.press("Delete")
    line(editor, "ward").wait_for(state="detached")
    keyboard.press("Control+z")
    line(editor, "ward").wait_for()
    assert page_log.errors == []


def test_a_design_is_saved_and_put_into_a_cell(lab: Any, page: Any, page_log: Any) -> None:
    """The changes go to the folder's log with who and why, and the design into a cell, which a second time is the same cell."""
    cells = (
        SETUP + "\n%load_ext workbench",
        "design = wb.Design('clinic', clinic())\neditor = wb.edit(design)\neditor",
    )
    editor = show(lab, page, "save.ipynb", *cells)
    choose(editor, "patient")
    editor.get_by_label("Description").fill("whoever comes")
    editor.get_by_label("Description").blur()
    editor.get_by_role("button", name="save the changes").click()
    editor.get_by_label("Who", exact=True).fill("ada")
    editor.get_by_label("Why", exact=True).fill("clearer")
    editor.get_by_role("button", name="keep the changes").click()
    editor.get_by_role("status").filter(has_text="saved as step").wait_for()
    assert "clearer" in (lab.root / "clinic" / "log.jsonl").read_text()
    editor.get_by_role("tab", name="Text").click()
    count = page.locator(".jp-Notebook .jp-CodeCell").count()
    for _ in range(2):
        editor.get_by_role("button", name="put the design into a cell").click()
        editor.get_by_role("status").filter(has_text="the cell holds the design").wait_for()
        line(editor, "patient").click()
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == count + 1
    page.locator(".jp-Notebook .jp-CodeCell").nth(2).scroll_into_view_if_needed()
    page.locator(".jp-Notebook .jp-CodeCell").filter(has_text="%%domain").filter(has_text="whoever comes").wait_for()
    assert page_log.errors == []


def test_two_editors_and_hostile_names(lab: Any, page: Any, page_log: Any) -> None:
    """Editors beside each other have a state of their own, and names full of markup stay names."""
    cells = (SETUP + "\nfrom tests.display.designs import hostile", "wb.edit(hostile())", "wb.edit(clinic())")
    editor = show(lab, page, "two.ipynb", *cells)
    other = page.locator(".wbe").first
    choose(editor, "patient")
    editor.get_by_label("Label").fill("Patients")
    editor.get_by_label("Label").press("Enter")
    editor.get_by_role("tab", name="Changes (1)").wait_for()
    assert other.get_by_role("tab", name="Changes", exact=True).count() == 1
    for at in (2, 3, 5):
        other.get_by_role("treeitem").nth(at).click()
        page.wait_for_timeout(300)
    other.get_by_role("tab", name="Problems").click()
    other.locator(".wbe-line").first.wait_for()
    assert page.evaluate("window.hacked") is None and page_log.errors == [] and page_log.refused == []
