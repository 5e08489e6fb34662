"""From a view to a MIME bundle: the only room that lays out and draws.

What stands where:

    characters, values, tones            what may be shown, how wide it is, how it reads, what it looks like
    facts                                a picture in words and tables
    text, html                           views as plain text, as HTML (markup: the one place that escapes)
    geometry, dot, layout, layered       boxes measured; places found by a Graphviz in a subprocess, or by ourselves
    ends, loops, shelves, placement      lines led to their rows, lines to their own box, lone boxes on shelves; what a layout answers with
    nodes, lines, curves, strokes        boxes and lines painted
    picture, chart                       whole SVG documents
"""

from __future__ import annotations

from typing import get_args

from workbench.views import Bundle, Chart, Graph, View

__all__ = ["render", "svg"]


def render(view: View) -> Bundle:
    """``view`` as a MIME bundle: HTML and plain text, and SVG where it is a picture. The same view gives the same bytes.

    >>> from workbench.views import Text
    >>> render(Text("hello"))["text/plain"]
    'hello'

    Raises:
        TypeError: it is not a view.
    """
    if not isinstance(view, get_args(View)):
        raise TypeError(f"a {type(view).__name__} is not a view; what can be shown offers one as .view()")
    from workbench.display.html import html
    from workbench.display.text import plain

    bundle: Bundle = {"text/html": str(html(view)), "text/plain": plain(view)}
    if isinstance(view, Graph | Chart):
        bundle["image/svg+xml"] = svg(view)
    return bundle


def svg(view: Graph | Chart) -> str:
    """The picture alone, as a standalone SVG document."""
    if isinstance(view, Graph):
        from workbench.display.picture import picture

        return picture(view).svg
    from workbench.display.chart import chart_svg

    return chart_svg(view).svg
