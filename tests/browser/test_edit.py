"""The form editor as a person meets it: in a real JupyterLab, by mouse and by keyboard, light and dark."""

from __future__ import annotations

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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_person_edits(lab: Any, page: Any, page_log: Any, screenshots: Path, dark: bool) -> None:
    """By mouse: choose, change, be refused, undo; the picture, the problems, the changes and the text follow, legibly."""
    page.set_viewport_size({"width": 1500, "height": 1200})
    shade = "dark" if dark else "light"
    editor = show(
        lab, page, "edit.ipynb", SETUP, "editor = wb.edit(clinic())\neditor", "print(editor.domain)", dark=dark
    )
    editor.locator(".wbe-picture svg").wait_for()
    page.screenshot(path=screenshots / f"edit-{shade}-1.png")
    line(editor, "appointment").click()
    line(editor, "attributes").click()
    line(editor, "status").click()
    editor.get_by_label("Type").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"edit-{shade}-2.png")
    editor.get_by_label("Type").fill("strng")
    editor.get_by_label("Type").press("Enter")
    editor.locator(".wbe-slot", has_text="did you mean 'string'").wait_for()
    line(editor, "rules").click()
    line(editor, "in_order").click()
    editor.get_by_label("Condition").fill("ends_at >= starts_att")
    editor.locator(".wbe-slot", has_text="nothing called 'starts_att'").wait_for()
    page.screenshot(path=screenshots / f"edit-{shade}-3.png")
    editor.get_by_label("Condition").press("Enter")
    editor.get_by_role("tab", name="Problems").click()
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"edit-{shade}-4.png")
    editor.get_by_role("tab", name="Changes").click()
    page.wait_for_timeout(500)
    line(editor, "appointment").click()
    page.wait_for_timeout(500)
    editor.get_by_role("button", name="add: attribute").click()
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"edit-{shade}-5.png")
    editor.get_by_role("tab", name="Text").click()
    line(editor, "machines").click()
    line(editor, "visit").click()
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"edit-{shade}-6.png")
    editor.get_by_role("tab", name="Picture").click()
    page.wait_for_timeout(700)
    page.screenshot(path=screenshots / f"edit-{shade}-7.png")
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
    cells = (SETUP + "\n%load_ext workbench", "design = wb.Design('clinic', clinic())\neditor = wb.edit(design)\neditor")
    editor = show(lab, page, "save.ipynb", *cells)
    line(editor, "patient").click()
    editor.get_by_label("Description").fill("whoever comes")
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
    page.locator(".jp-Notebook .jp-CodeCell").filter(has_text="%%domain").filter(has_text="whoever comes").wait_for()
    assert page_log.errors == []
