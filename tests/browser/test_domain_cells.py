"""Cells of the domain language in a real JupyterLab: coloured as they are typed, completed, explained, run, and written by the kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.notebooks import save_code
from tests.browser.pages import weak_texts

pytestmark = pytest.mark.browser

CLINIC = """%%domain
# Who comes when
domain clinic "Outpatient appointments"

resource patient
  mrn        string key sensitive from "MRN No."
  born_on    date required

resource appointment
  id         uuid key
  patient    -> patient required
  status     enum(booked, arrived, no_show) default 'booked'
  starts_at  timestamp required
  rule       later: starts_at >= date '2026-01-01' "too early" warning
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
