"""What tests ask of a page: facts that a person would see, computed in the page itself."""

from __future__ import annotations

from typing import Any

import nbformat

__all__ = ["CONTRAST", "notebook_of", "pictures", "weak_texts"]

CONTRAST = """
([least, within]) => {
  const channel = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1]; };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const ground = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const opacity = element => { let o = 1; for (let e = element; e; e = e.parentElement) o *= getComputedStyle(e).opacity; return o; };
  const weak = [];
  for (const output of document.querySelectorAll(within)) {
    const walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      const element = node.parentElement;
      if (!node.textContent.trim() || !element.getClientRects().length) continue;
      const below = ground(element), ink = parse(getComputedStyle(element).color);
      ink[3] *= opacity(element);
      const [a, b] = [light(over(ink, below)), light(below)].sort((x, y) => x - y);
      const ratio = (b + 0.05) / (a + 0.05);
      if (ratio < least) weak.push([node.textContent.trim().slice(0, 40), Math.round(ratio * 100) / 100]);
    }
  }
  return weak;
}
"""
"""Texts within some elements whose contrast with what lies below them is less than asked, opacity and transparency counted."""


def notebook_of(*bundles: dict[str, Any]) -> nbformat.NotebookNode:
    """A saved notebook with one executed cell for each MIME bundle."""
    cells = []
    for number, bundle in enumerate(bundles, 1):
        output = nbformat.v4.new_output("execute_result", data=bundle, execution_count=number)
        cells.append(
            nbformat.v4.new_code_cell(f"view_{number}", execution_count=number, outputs=[output], id=f"cell-{number}")
        )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def weak_texts(page: Any, least: float = 4.5, within: str = ".jp-OutputArea-output") -> list[list[Any]]:
    """Texts with a contrast below ``least``, each with its contrast: those of the notebook's outputs, or of what ``within`` selects."""
    found: list[list[Any]] = page.evaluate(CONTRAST, [least, within])
    return found


def pictures(page: Any) -> list[dict[str, Any]]:
    """Every image in the outputs: alternative text, natural width, shown width."""
    found: list[dict[str, Any]] = page.eval_on_selector_all(
        ".jp-OutputArea-output img",
        "images => images.map(i => ({alt: i.alt, natural: i.naturalWidth, shown: i.getBoundingClientRect().width}))",
    )
    return found
