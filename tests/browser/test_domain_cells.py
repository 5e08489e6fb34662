"""Cells of the domain language in a real JupyterLab: coloured as they are typed, completed, explained, run, and written by the kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.notebooks import run_cells, save_code
from tests.browser.pages import weak_texts

pytestmark = pytest.mark.browser

CLINIC = """%%domain
# Who comes when
domain clinic "Outpatient appointments"

resource patient
  mrn        string key required sensitive from "MRN No."
  born_on    date required
  visits     <- appointment

resource appointment
  id         uuid key required
  patient    -> patient required
  status     enum(booked, arrived, no_show) default 'booked'
  starts_at  timestamp required
  rule       not_past: starts_at >= date '2026-01-01' and id is not null "too early" warning
  measure    no_shows: count() where status = 'no_show'
  allow      reading: read when actor.role = 'desk'

machine visit on appointment.status
  booked -> arrived  on check_in when patient.born_on is not null "unknown"
  booked -> no_show  after 15 minutes from starts_at
"""


def tokens(page: Any, cell: int) -> dict[str, set[str]]:
    """The coloured words of a cell's text, by what they are."""
    found: list[list[str]] = page.eval_on_selector_all(
        f".jp-Notebook .jp-Cell:nth-of-type({cell + 1}) .cm-content [class*=wbl-]",
        "all => all.map(each => [each.className.match(/wbl-(\\w+)/)[1], each.textContent])",
    )
    by_kind: dict[str, set[str]] = {}
    for kind, text in found:
        by_kind.setdefault(kind, set()).add(text)
    return by_kind


WATCH = """() => {
  window.uncoloured = 0;
  const look = () => { if (!document.querySelector(".wbl-keyword")) window.uncoloured += 1; requestAnimationFrame(look); };
  look();
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_cells_are_coloured(lab: Any, page: Any, page_log: Any, screenshots: Path, dark: bool) -> None:
    """Words, types and names of a domain cell are told apart, legibly, in every frame while a kernel starts too; other cells stay."""
    save_code(
        lab,
        "colours.ipynb",
        CLINIC,
        "%%time\nresource = 1",
        "import workbench",
        "%%ask shop\ncount of orders where id > 3",
    )
    lab.open(page, "colours.ipynb", dark=dark)
    page.locator(".wbl-keyword").first.wait_for(timeout=30_000)
    page.evaluate(WATCH)
    page.get_by_text(" | Idle").wait_for(timeout=60_000)
    page.screenshot(path=screenshots / f"domain-cells-{'dark' if dark else 'light'}.png")
    told = tokens(page, 0)
    assert told["magic"] == {"%%domain"}
    assert {"domain", "resource", "rule", "measure", "allow", "machine"} == told["keyword"]
    assert {"string", "date", "uuid", "enum", "timestamp"} == told["type"]
    assert {"clinic", "patient", "appointment", "not_past", "no_shows", "reading", "visit"} == told["defined"]
    assert {"key", "required", "sensitive", "from", "default", "when", "on", "after", "warning"} <= told["word"]
    assert told["comment"] == {"# Who comes when"}
    assert tokens(page, 1) == tokens(page, 2) == {}
    assert tokens(page, 3)["word"] == {"count", "of", "where"}
    assert weak_texts(page, within="[class*=wbl-]") == []
    assert page.evaluate("window.uncoloured") == 0
    assert page_log.errors == []


LEAGUE = """import workbench as wb
from workbench.model import Attribute, Domain, Measure, Resource
city = Attribute(name="home_city", type="string", description="where it plays")
number = Attribute(name="id", type="integer", required=True)
team = Resource(name="team", key=("id",), attributes=(number, city), measures=(Measure(name="size", expression="count()"),))
league = Domain(name="league", resources=(team,))
ws = wb.open(league)
ws.create("team", [{"id": 1, "home_city": "Rome"}, {"id": 2, "home_city": "Oslo"}])"""


def editor(page: Any, cell: int) -> Any:
    """The editor of a cell, counted from 0, with the cursor at the end of its text."""
    found = page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".cm-content")
    found.click()
    page.keyboard.press("Control+End")
    return found


def test_question_is_completed_explained_and_answered(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """Tab offers the words of the domain in half-written text, Shift-Tab says what one means, and running answers."""
    save_code(lab, "ask.ipynb", LEAGUE, "%%ask ws\nsize by ho", kernel="workbench")
    lab.open(page, "ask.ipynb", dark=True)
    run_cells(page, 1)
    text = editor(page, 1)
    page.keyboard.press("Tab")
    page.locator(".jp-Completer:visible").wait_for(timeout=10_000)
    page.screenshot(path=screenshots / "domain-cells-completer.png")
    page.keyboard.press("Enter")
    assert text.inner_text().endswith("size by home_city")
    page.keyboard.press("Shift+Tab")
    page.locator(".jp-Tooltip", has_text="where it plays").wait_for(timeout=10_000)
    page.screenshot(path=screenshots / "domain-cells-tooltip.png")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output", has_text="Oslo").wait_for(timeout=15_000)
    assert page_log.errors == []


def test_kernel_writes_cells(lab: Any, page: Any, page_log: Any) -> None:
    """The kernel inserts a cell below the running one, coloured at once, and later replaces that one; what it may not, it is told."""
    ask = "from workbench.widgets.cells import put_cell, running_cell\ngot = []"
    insert = "put_cell('%%domain\\ndomain one', 'demo', after=running_cell(), done=got.append)"
    replace = "put_cell('%%domain\\ndomain two', 'demo', action='replace', done=got.append)"
    hostile = (
        "from comm import create_comm\nwrong = []\ncomm = create_comm(target_name='workbench:cells', data={'action': 'eval', 'text': 7})\n"
        "comm.on_msg(lambda message: wrong.append(message['content']['data']))"
    )
    save_code(lab, "cells.ipynb", f"{ask}\n{insert}", f"{replace}\n{hostile}", "print(got, wrong)")
    lab.open(page, "cells.ipynb")
    run_cells(page, 1)
    cells = page.locator(".jp-Notebook .jp-Cell")
    cells.nth(1).locator(".wbl-defined", has_text="one").wait_for(timeout=10_000)
    assert cells.count() == 4
    cells.nth(2).locator(".jp-InputPrompt").click()
    page.keyboard.press("Shift+Enter")
    cells.nth(1).locator(".wbl-defined", has_text="two").wait_for(timeout=10_000)
    page.keyboard.press("Control+Enter")
    cells.nth(3).locator(".jp-OutputArea-output", has_text="neither insert nor replace").wait_for(timeout=10_000)
    assert cells.nth(3).locator(".jp-OutputArea-output").inner_text().count("problem=None") == 2
    assert cells.count() == 4
    assert page_log.errors == []


MISTAKEN = CLINIC.replace("-> patient required", "-> patiemt required")


def test_design_is_written_run_and_mended(lab: Any, page: Any, page_log: Any, screenshots: Path) -> None:
    """A mistake is shown with a caret; mended the design is drawn; a patch is completed, explained and run; colours follow the magic."""
    save_code(lab, "design.ipynb", MISTAKEN, "%%change clinic", kernel="workbench")
    lab.open(page, "design.ipynb")
    run_cells(page, 1)
    outputs = page.locator(".jp-Notebook .jp-Cell").nth(0).locator(".jp-OutputArea-output")
    outputs.filter(has_text="did you mean 'patient'?").first.wait_for(timeout=15_000)
    assert "^^^^^^^" in outputs.first.inner_text()
    page.screenshot(path=screenshots / "domain-cells-mistake.png")
    text = editor(page, 0)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(CLINIC)
    page.keyboard.press("Control+Enter")
    outputs.filter(has_text="a new domain of 2 resources").wait_for(timeout=15_000)
    page.screenshot(path=screenshots / "domain-cells-drawn.png")
    assert weak_texts(page) == []
    assert text.locator(".wbl-keyword").count() > 3
    other = editor(page, 1)
    for line in ("resource patient", "phone  str"):
        page.keyboard.press("Enter")
        page.keyboard.type(line)
    assert other.inner_text().endswith("\nresource patient\n  phone  str")
    page.keyboard.press("Tab")
    page.locator(".jp-Completer:visible").wait_for(timeout=10_000)
    page.keyboard.press("Enter")
    assert other.inner_text().endswith("phone  string")
    page.keyboard.press("Shift+Tab")
    page.locator(".jp-Tooltip", has_text="one line").wait_for(timeout=10_000)
    page.screenshot(path=screenshots / "domain-cells-help.png")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.locator(".jp-OutputArea-output", has_text="clinic: 1 change").wait_for(timeout=15_000)
    page.screenshot(path=screenshots / "domain-cells-change.png")
    other.click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("# ")
    other.locator(".wbl-keyword").wait_for(state="detached", timeout=5_000)
    assert page_log.errors == []
