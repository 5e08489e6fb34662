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
  mrn        string key sensitive from "MRN No."
  born_on    date required
  visits     <- appointment

resource appointment
  id         uuid key
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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_cells_are_coloured(lab: Any, page: Any, page_log: Any, screenshots: Path, dark: bool) -> None:
    """Words, types, names and texts of a domain cell are told apart, legibly; a Python cell and `%%time` stay as they are."""
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
    page.screenshot(path=screenshots / f"domain-cells-{'dark' if dark else 'light'}.png")
    assert page_log.errors == []
    assert weak_texts(page, within="[class*=wbl-]") == []


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
    lab.open(page, "ask.ipynb")
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
