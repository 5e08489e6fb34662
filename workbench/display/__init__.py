"""From a view to a MIME bundle: the only room that lays out and draws.

characters, values, tones   what may be shown, how wide it is, how it reads, what it looks like
facts                       a picture in words and tables
text, html                  views as plain text, as HTML
geometry, dot, layout       boxes measured; positions found by a Graphviz in a subprocess, or by the layered fallback
picture, chart              positions painted as SVG
"""

from __future__ import annotations

from workbench.views import Bundle, Chart, Graph, View

__all__ = ["render", "svg"]


def render(view: View) -> Bundle:
    """``view`` as a MIME bundle: HTML and plain text, and SVG where it is a picture. The same view gives the same bytes.

    >>> from workbench.views import Text
    >>> render(Text("hello"))["text/plain"]
    'hello'
    """
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
