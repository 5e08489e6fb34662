"""Notebooks that are run in the page, cell by cell, as a person does."""

from __future__ import annotations

from typing import Any

import nbformat

__all__ = ["run_cells", "save_code"]


def save_code(lab: Any, name: str, *sources: str, kernel: str = "python3") -> None:
    """Put a notebook with these cells, not yet run, into the folder of ``lab``."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources, 1)]
    spec = {"name": kernel, "display_name": kernel.title(), "language": "python"}
    lab.save(name, nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), trusted=True)


def run_cells(page: Any, count: int) -> None:
    """Run the first ``count`` cells of the open notebook; the first has ended then, the others may still run.

    While a kernel starts, the page takes a run for done and forgets it: so the first cell is run until it has a number.
    """
    page.get_by_text(" | Idle").wait_for(timeout=60_000)
    prompts = page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt")
    for _ in range(20):
        prompts.first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(1000)
        while "*" in prompts.first.inner_text():
            page.wait_for_timeout(100)
        if prompts.first.inner_text() != "[ ]:":
            break
    for _ in range(count - 1):
        page.keyboard.press("Shift+Enter")
