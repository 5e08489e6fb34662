"""The explorer as a person meets it: in a real JupyterLab, by mouse and by keyboard, light and dark, beside running cells."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.browser.notebooks import run_cells, save_code
from tests.browser.pages import weak_texts

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SETUP = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import workbench as wb
from tests.display.designs import generated, hostile, shop
"""
ROWS = """
import duckdb

def made(sql):
    return duckdb.sql(sql).to_arrow_table()

def key(number):
    return f"('00000000-0000-0000-0000-' || lpad(({number})::varchar, 12, '0'))::uuid"

data = {
    "order": made(f"select {key('i')} as id, {key('i % 1000')} as customer_id, ['placed', 'paid', 'shipped'][1 + i % 3] as status, "
                  "timestamptz '2026-01-01 00:00:00+00' + to_minutes(i) as placed_at, "
                  "case when i % 7 > 0 then (i % 977)::decimal(12, 2) end as total from range(1_000_000) t(i)"),
    "customer": made(f"select {key('i')} as id, 'c' || i || '@example.org' as email, '<b>Ada</b> ' || i as name, 'gold' as tier, "
                     "null::uuid as referred_by from range(1000) t(i)"),
}
"""


def show(lab: Any, page: Any, name: str, *cells: str, dark: bool = False) -> Any:
    """Run the cells in a fresh notebook; the explorer of the last one, when its picture stands there."""
    save_code(lab, name, *cells)
    lab.open(page, name, dark=dark)
    run_cells(page, len(cells))
    explorer = page.locator(".wbx").last
    explorer.locator(".wbx-node").first.wait_for(timeout=60_000)
    return explorer


def box(explorer: Any, name: str) -> Any:
    """The box of a resource in the picture."""
    return explorer.locator(f'.wbx-node[aria-label^="{name},"]')


def names(explorer: Any) -> set[str]:
    """What the picture shows."""
    labels = explorer.locator(".wbx-node").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-label').split(',')[0])"
    )
    return set(labels)


def seen(explorer: Any) -> list[float]:
    """Left, top, width and height of what the picture shows now, in its own measure."""
    return [float(each) for each in explorer.locator(".wbx-canvas > svg").get_attribute("viewBox").split()]


def focused(page: Any) -> str:
    """What the keyboard acts on: its label, or its text."""
    return str(page.evaluate("(e => e.getAttribute('aria-label') ?? e.textContent)(document.activeElement)"))


def press(page: Any, *keys: str) -> None:
    """Press keys one after another, as fast as a person does."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)


def until(page: Any, holds: Any, what: str) -> None:
    """Return when ``holds()``; fail with ``what`` after ten seconds."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, what
        page.wait_for_timeout(50)


def test_a_person_finds_their_way(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """By mouse: pan, zoom, fit, hover, card, focus, trail and search all do what they say, and no error is met."""
    page.set_viewport_size({"width": 1400, "height": 1000})
    explorer = show(lab, page, "mouse.ipynb", SETUP, "wb.explore(shop())")
    assert names(explorer) == {"customer", "order", "order_line", "product", "category", "invoice", "shipment", "note"}
    page.screenshot(path=screenshots / "explore-light.png")
    canvas, start = explorer.locator(".wbx-canvas"), seen(explorer)
    area = canvas.bounding_box()
    corner = (area["x"] + 30, area["y"] + area["height"] - 30)
    page.mouse.move(*corner)
    page.mouse.wheel(0, -300)
    explorer.get_by_text("or hold Ctrl").wait_for()
    assert seen(explorer) == start  # the page scrolls on, until the picture was clicked
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    until(page, lambda: seen(explorer)[2] < start[2] * 0.9, "with Ctrl, as a pinch comes, the wheel zooms at once")
    explorer.get_by_role("button", name="fit the whole picture").click()
    until(page, lambda: seen(explorer) == pytest.approx(start, abs=1), "fit returns to the whole picture")
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0] + 60, corner[1] - 40, steps=4)
    page.mouse.up()
    assert seen(explorer)[0] < start[0] and seen(explorer)[1] > start[1]
    page.mouse.wheel(0, -300)
    until(page, lambda: seen(explorer)[2] < start[2] * 0.9, "the wheel zooms where the picture was clicked")
    explorer.get_by_role("button", name="zoom out").click()
    explorer.get_by_role("button", name="fit the whole picture").click()
    until(page, lambda: seen(explorer) == pytest.approx(start, abs=1), "fit returns to the whole picture")
    box(explorer, "order").hover()
    assert explorer.locator(".wbx-traced").count() == 3
    box(explorer, "order").click()
    card = explorer.get_by_role("complementary", name="Card of order")
    card.wait_for()
    assert "placed_at" in card.inner_text() and "referred to by" in card.inner_text()
    page.wait_for_timeout(700)
    page.screenshot(path=screenshots / "explore-card.png")
    box(explorer, "invoice").dblclick()
    until(page, lambda: names(explorer) == {"invoice", "order"}, "a double click draws the neighbours")
    explorer.get_by_role("button", name="within 2 references", exact=True).click()
    until(page, lambda: names(explorer) == {"invoice", "order", "order_line", "customer"}, "two references away")
    assert explorer.locator(".wbx-foot code").inner_text() == "wb.explore(domain, focus='invoice', depth=2)"
    explorer.get_by_role("button", name="back to Shop").click()
    until(page, lambda: len(names(explorer)) == 8, "the trail leads back")
    explorer.get_by_role("combobox", name="Search").fill("catgory")
    explorer.get_by_role("listbox").get_by_role("option").first.click()
    explorer.get_by_role("complementary", name="Card of category").wait_for()
    assert weak_texts(page) == [] and page_log.errors == [] and page_log.refused == []


def test_two_fingers_zoom(lab: Any, page: Any) -> None:
    """On a touch screen one finger moves the picture and two zoom it."""
    explorer = show(lab, page, "touch.ipynb", SETUP, "wb.explore(shop())")
    area, start = explorer.locator(".wbx-canvas").bounding_box(), seen(explorer)
    middle = (area["x"] + area["width"] / 2, area["y"] + area["height"] - 60)
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": middle[0] + x, "y": middle[1] + y, "id": number} for number, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    touch("touchStart", (0, 0))
    touch("touchMove", (20, 0))
    touch("touchMove", (60, 0))
    touch("touchEnd")
    until(page, lambda: seen(explorer)[0] < start[0] - 30, "one finger moves")
    before = seen(explorer)
    touch("touchStart", (-20, 0), (20, 0))
    for apart in (30, 45, 60):
        touch("touchMove", (-apart, 0), (apart, 0))
    touch("touchEnd")
    until(page, lambda: seen(explorer)[2] < before[2] / 2, "two fingers zoom")


def test_the_keyboard_is_enough(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """Everything is reached by Tab and done by keys, the focus is seen and kept, and Escape closes what was opened last."""
    explorer = show(lab, page, "keys.ipynb", SETUP, "wb.explore(shop())")
    explorer.get_by_role("combobox", name="Search").focus()
    page.keyboard.type("placd")
    explorer.get_by_role("listbox").get_by_role("option").first.wait_for()
    assert "order.placed_at" in explorer.get_by_role("listbox").get_by_role("option").first.inner_text()
    until(page, lambda: "match" in explorer.get_by_role("status").inner_text(), "matches are announced")
    press(page, "ArrowDown", "ArrowUp", "Enter")
    until(page, lambda: focused(page).startswith("order,"), "Enter goes to the resource")
    assert explorer.locator(".wbx-ring").is_visible()
    page.screenshot(path=screenshots / "explore-keyboard.png")
    press(page, "Escape")
    until(page, lambda: explorer.locator(".wbx-card").is_hidden(), "Escape closes the card")
    assert focused(page).startswith("order,")
    press(page, "ArrowRight")
    assert focused(page).startswith("customer,")
    press(page, "ArrowLeft", "ArrowLeft")
    assert focused(page).startswith("order_line,")
    before = seen(explorer)
    press(page, "Shift+ArrowDown", "+")
    page.wait_for_timeout(300)
    assert seen(explorer)[1] > before[1] and seen(explorer)[2] < before[2]
    press(page, "1")
    until(page, lambda: "shipment" in names(explorer) and len(names(explorer)) == 4, "1 draws the neighbours")
    assert focused(page).startswith("order_line,")
    press(page, "Backspace")
    until(page, lambda: len(names(explorer)) == 8, "Backspace goes back")
    press(page, "Enter")
    explorer.get_by_role("complementary", name="Card of order_line").wait_for()
    until(page, lambda: focused(page) == "order_line", "the card takes the focus")
    press(page, "Tab")
    assert focused(page) == "close the card"
    press(page, "Escape")
    until(page, lambda: focused(page).startswith("order_line,"), "and gives it back")
    press(page, "/")
    assert focused(page) == "Search resources and attributes"
    stops = []
    for _ in range(10):
        press(page, "Tab")
        stops.append(focused(page))
    wanted = ["Shop, shown now", "Attributes shown", "zoom out", "zoom in", "fit the whole picture", "keys"]
    assert (
        stops[:6] == wanted
        and stops[6].startswith("Shop: entity-relationship diagram")
        and stops[7].startswith("order_line,")
    )
    assert page.locator(".jp-Notebook .jp-Cell").count() == 3 and page_log.errors == []


def test_a_million_rows_are_paged(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """Counts stand at the boxes; only a page of rows travels, sorted in DuckDB, private values masked, markup shown as text."""
    page.set_viewport_size({"width": 1400, "height": 1300})
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(len(frame))))
    explorer = show(lab, page, "rows.ipynb", SETUP, ROWS, "wb.explore(shop(), data=data)")
    until(page, lambda: "1,000,000 rows" in box(explorer, "order").get_attribute("aria-label"), "orders are counted")
    assert "no rows" in box(explorer, "product").get_attribute("aria-label")
    box(explorer, "order").focus()
    sent.clear()
    press(page, "r")
    rows = explorer.get_by_role("region", name=re.compile("order, rows 1–20 of 1,000,000"))
    rows.wait_for()
    assert rows.locator("tbody tr").count() == 20 and 0 < sum(sent) < 40_000
    page.screenshot(path=screenshots / "explore-rows.png")
    explorer.get_by_role("button", name="next page").click()
    explorer.get_by_text("rows 21–40 of 1,000,000").first.wait_for()
    explorer.get_by_role("button", name="last page").click()
    explorer.get_by_text("rows 999,981–1,000,000 of 1,000,000").first.wait_for()
    explorer.get_by_role("button", name="sort by total").click()
    explorer.locator("th[aria-sort=ascending]").wait_for()
    assert explorer.locator("tbody tr").first.locator("td").last.inner_text() == "0.00"
    explorer.get_by_role("button", name="sort by total").click()
    explorer.locator("th[aria-sort=descending]").wait_for()
    assert explorer.locator("tbody tr").first.locator("td").last.inner_text() == "976.00"
    press(page, "Escape")
    until(page, lambda: explorer.locator(".wbx-rows").is_hidden(), "Escape closes the rows")
    box(explorer, "customer").focus()
    press(page, "r")
    explorer.get_by_text("rows 1–20 of 1,000").first.wait_for()
    text = explorer.locator(".wbx-rows table").inner_text()
    assert (
        "@example.org" not in text and "•" in text and "(masked)" in text and explorer.locator("tbody b").count() == 0
    )
    assert weak_texts(page) == [] and page_log.errors == []


def test_dark_pages_are_as_legible(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """In the dark theme every text has a contrast of 4.5, with card, keys, matches and an error open; three hundred resources begin small."""
    page.set_viewport_size({"width": 1400, "height": 1300})
    explorer = show(
        lab, page, "dark.ipynb", SETUP, "wb.explore(generated(300))", "wb.explore(shop(), focus='order')", dark=True
    )
    large = page.locator(".wbx").first
    assert len(names(large)) == 24 and "24 of 300 resources" in large.locator(".wbx-foot").inner_text()
    box(explorer, "order").click()
    explorer.get_by_role("complementary", name="Card of order").wait_for()
    explorer.get_by_role("button", name="keys").click()
    large.get_by_role("combobox", name="Search").fill("table_2")
    large.get_by_role("listbox").get_by_role("option").first.wait_for()
    page.screenshot(path=screenshots / "explore-dark.png")
    assert weak_texts(page) == []
    large.get_by_role("button", name="draw every resource").click()
    until(page, lambda: len(names(large)) == 300, "everything is drawn when asked")
    page.screenshot(path=screenshots / "explore-carpet.png")
    assert page_log.errors == []


def test_errors_and_hostile_names_are_shown(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """What the kernel refuses stands in the widget until dismissed; markup in names stays text and runs nothing."""
    say = "explorer = wb.explore(hostile())\nexplorer"
    explorer = show(
        lab,
        page,
        "hostile.ipynb",
        SETUP,
        say,
        "said = {'method': 'custom', 'content': {'type': '<img src=x onerror=window.hacked=1>'}}\n"
        "explorer.comm.handle_msg({'content': {'data': said}, 'buffers': []})",
    )
    alert = explorer.get_by_role("alert")
    alert.get_by_text("there is no such message").wait_for()
    page.screenshot(path=screenshots / "explore-hostile.png")
    assert "<img src=x" in alert.inner_text()
    assert explorer.locator(".wbx-trail").inner_text().strip() == "\\u202eevil"
    for place in range(4):
        explorer.locator(".wbx-node").nth(place).focus()
        press(page, "Enter")
        page.wait_for_timeout(300)
    explorer.get_by_role("combobox", name="Search").fill("<")
    explorer.get_by_role("listbox").get_by_role("option").first.wait_for()
    alert.get_by_role("button", name="dismiss").first.click()
    assert alert.inner_text() == "" and page.evaluate("window.hacked") is None
    assert explorer.locator("script, img, [onerror]").count() == 0 and page_log.errors == []


def test_failing_rows_and_an_empty_domain(lab: Any, page: Any, page_log: Any) -> None:
    """A query that fails is told and leaves no empty table behind; a domain without resources is an empty picture, not an error."""
    failing = (
        "class Gone:\n"
        "    def count(self, resource): return 1\n"
        "    def page(self, resource, first, size, sort, descending): raise wb.AdapterError('the disk is gone')\n"
        "    def interrupt(self, thread=None): pass\n"
        "wb.explore(shop(), data=Gone())"
    )
    save_code(lab, "failing.ipynb", SETUP, "wb.explore(wb.Domain(name='nothing'))", failing)
    lab.open(page, "failing.ipynb")
    run_cells(page, 3)
    explorer, empty = page.locator(".wbx").last, page.locator(".wbx").first
    box(explorer, "order").wait_for(timeout=60_000)
    until(page, lambda: "0 resources" in empty.get_by_role("status").inner_text(), "nothing is there")
    box(explorer, "order").focus()
    press(page, "r")
    explorer.get_by_role("alert").get_by_text("the disk is gone").wait_for()
    assert explorer.locator(".wbx-rows").is_hidden() and focused(page).startswith("order,")
    assert empty.get_by_role("alert").inner_text() == "" and page_log.errors == []


SLOW = """
import threading, time
from workbench.widgets.data import Page

class Slow:
    stopped = False
    def count(self, resource): return 7
    def page(self, resource, first, size, sort, descending):
        while not self.stopped:
            time.sleep(0.05)
        raise wb.AdapterError("it was stopped")
    def interrupt(self, thread=None): self.stopped = True

wb.explore(shop(), data=Slow())
"""


def test_two_widgets_and_a_running_cell_do_not_wait_for_each_other(lab: Any, page: Any, page_log: Any) -> None:
    """While a cell runs and one explorer reads slow rows, the other searches, pages and draws; the slow one stops when told."""
    page.set_viewport_size({"width": 1400, "height": 1600})
    save_code(
        lab,
        "busy.ipynb",
        SETUP + ROWS,
        SLOW,
        "wb.explore(shop(), data=data, focus='order')",
        "import time\nbegun = time.time()\nwhile time.time() < begun + 600: time.sleep(0.1)",
    )
    lab.open(page, "busy.ipynb")
    run_cells(page, 4)
    slow, quick = page.locator(".wbx").first, page.locator(".wbx").last
    quick.locator(".wbx-node").first.wait_for(timeout=60_000)
    until(page, lambda: page.locator(".wbx").count() == 2, "both are there")
    busy = page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").nth(3)
    until(page, lambda: "*" in busy.inner_text(), "the last cell runs")
    box(slow, "order").focus()
    press(page, "r")
    slow.get_by_text("Reading rows of order").wait_for()
    quick.get_by_role("combobox", name="Search").fill("custom")
    quick.get_by_role("listbox").get_by_role("option").first.wait_for()
    press(page, "Enter")
    quick.get_by_role("complementary", name="Card of customer").wait_for()
    quick.get_by_role("button", name="rows of customer").click()
    quick.get_by_text("rows 1–20 of 1,000").first.wait_for()
    slow.get_by_role("combobox", name="Search").fill("invoice")
    slow.get_by_role("listbox").get_by_role("option").first.wait_for()
    slow.get_by_role("button", name="stop reading").click()
    until(page, lambda: "stopped" in slow.get_by_role("status").inner_text(), "it is stopped")
    assert "*" in busy.inner_text() and slow.get_by_role("alert").inner_text() == "" and page_log.errors == []


def test_rows_are_counted_after_each_cell(lab: Any, page: Any, page_log: Any) -> None:
    """What a cell adds to the workspace is seen at the boxes when it has run, without a touch."""
    begin = (
        "from workbench.model import Attribute, Domain, Resource\n"
        "from workbench.workspace import session\n"
        "note = Resource(name='note', key=('id',), attributes=(Attribute(name='id', type='integer', required=True),))\n"
        "ws = session.open(Domain(name='desk', resources=(note,)))\n"
        "wb.explore(ws)"
    )
    add = "ws.create('note', [{'id': number} for number in range(12)])"
    save_code(lab, "live.ipynb", SETUP, begin, add)
    lab.open(page, "live.ipynb")
    run_cells(page, 2)
    explorer = page.locator(".wbx")
    explorer.locator(".wbx-count").first.wait_for(timeout=60_000)
    until(page, lambda: ", 0 rows" in box(explorer, "note").get_attribute("aria-label"), "there is none yet")
    page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").nth(2).click()
    press(page, "Shift+Enter")
    until(page, lambda: "12 rows" in box(explorer, "note").get_attribute("aria-label"), "twelve were added")
    assert page_log.errors == []


def test_the_saved_notebook_is_small_and_shows_the_picture(lab: Any, page: Any, screenshots: Path) -> None:
    """Saved with three hundred resources explored, a notebook stays below 60 kB; who opens it without its kernel sees the picture, trusted or not."""
    explorer = show(lab, page, "saved.ipynb", SETUP, "wb.explore(generated(300))")
    explorer.get_by_role("button", name="fit the whole picture").click()
    page.keyboard.press("Control+s")
    path = lab.root / "saved.ipynb"
    until(page, lambda: "widget-view" in path.read_text(), "it is saved")
    assert len(path.read_bytes()) < 60_000
    assert page.locator(".wbx-still").is_hidden()
    notebook = nbformat.read(path, 4)
    assert "widgets" not in notebook.metadata
    for trusted in (True, False):
        lab.save("sent.ipynb", notebook, trusted=trusted)
        lab.open(page, "sent.ipynb")
        page.locator(".jp-OutputArea-output img").wait_for()
        page.screenshot(path=screenshots / f"explore-saved-{'trusted' if trusted else 'untrusted'}.png")
        assert "generated_300: entity-relationship" in page.locator(".jp-OutputArea-output img").get_attribute("alt")
