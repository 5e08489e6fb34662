"""Views as HTML that reads the same in a trusted and an untrusted notebook, on a light and on a dark page.

JupyterLab's sanitiser keeps inline styles, ``class``, ``title``, ``scope``, captions and ``details``, and removes scripts, style
sheets, ``role``, ``aria-*``, ``data-*`` and inline SVG: so a picture is an image with an alternative text, followed by a folded
table of the same facts. It drops newer values of styles too: ``overflow-wrap`` is ``break-word``, never ``anywhere``. Text inherits
its colour from the page; whatever has a colour of its own brings its own ground.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace

from workbench.display.facts import chart_alt, chart_table, edge_table, graph_alt, node_table, paging
from workbench.display.markup import Markup, element, join
from workbench.display.tones import INK, LINE, PLATE, TONES
from workbench.display.values import ABSENT, number, value
from workbench.views import Cell, Chart, Code, Column, Graph, Stack, Table, Text, Tone, Tree, View, counted

__all__ = ["html"]

_MOST_ROWS = 1000
_LONG_WORD = 24
_SHORT = 26
"""Characters up to which a value stays on one line: every code, name, number and moment."""
# A page's own rules for cells win over what a table hands down, so the essentials stand in every cell, and only they.
_CELL = "padding:3px 10px;vertical-align:top;"
_HEAD = f"padding:3px 10px;vertical-align:bottom;border-bottom:1px solid {LINE};font-weight:600;white-space:nowrap;"
_CODE = "font-family:monospace;font-size:0.95em;"
_QUIET = "opacity:0.72;"
_BADGE = "display:inline-block;padding:0 6px;border-radius:3px;font-size:0.92em;white-space:nowrap;"
_TRACK = f"display:inline-block;width:56px;height:8px;border:1px solid {LINE};margin-right:6px;vertical-align:middle;text-align:left;line-height:0;"


def html(view: View) -> Markup:
    """``view`` as an HTML fragment.

    >>> html(Text("1 < 2"))
    '<p style="margin:4px 0;white-space:pre-wrap;overflow-wrap:break-word;">1 &lt; 2</p>'
    """
    match view:
        case Text():
            return _text(view)
        case Code():
            return _code(view)
        case Table():
            return _table(view)
        case Tree():
            return element("div", _tree(view), style="margin:4px 0;")
        case Graph():
            return _graph(view)
        case Chart():
            return _chart(view)
        case Stack():
            return _stack(view)


def _text(view: Text) -> Markup:
    style = "margin:4px 0;white-space:pre-wrap;overflow-wrap:break-word;"
    if view.tone in ("plain", "muted"):
        return element("p", view.body, style=style + (_QUIET if view.tone == "muted" else ""))
    style += f"padding:2px 10px;border-left:3px solid {TONES[view.tone].line};"
    return element("p", _badge(view.tone), " ", view.body, style=style)


def _badge(tone: Tone, word: str = "") -> Markup:
    look = TONES[tone]
    style = f"{_BADGE}background-color:{look.ground};color:{look.ink};"
    return element("span", f"{look.sign} {word}".strip(), style=style, title=look.word or None)


def _code(view: Code) -> Markup:
    style = f"margin:4px 0;padding:6px 10px;border-left:3px solid {LINE};overflow-x:auto;white-space:pre;"
    return element("pre", element("code", view.source), style=style, title=view.language)


def _table(view: Table, heading: bool = True) -> Markup:
    toned = any(tone != "plain" for tone in view.tones) and not any(column.kind == "tone" for column in view.columns)
    plain: Tone = "plain"
    tones = view.tones or (plain,) * len(view.rows)
    shown = view.rows[:_MOST_ROWS]
    heads = join(*([element("th", scope="col", style=_HEAD)] if toned else []), *map(_head, view.columns))
    rows = [
        element(
            "tr",
            *([element("td", _badge(tone) if tone != "plain" else "", style=_CELL)] if toned else []),
            *_cells(view, row, tone),
        )
        for row, tone in zip(shown, tones, strict=False)
    ]
    if not rows:
        rows = [element("tr", element("td", "no rows", colspan=len(view.columns) + toned, style=_CELL + _QUIET))]
    note = paging(view, len(shown))
    caption = join(
        element("span", view.title, style="font-weight:600;") if view.title and heading else "",
        element("span", note, style=f"{_QUIET}{'margin-left:10px;' if view.title and heading else ''}") if note else "",
    )
    table = element(
        "table",
        *(
            [element("caption", caption, style="caption-side:top;text-align:left;padding:2px 0;white-space:nowrap;")]
            if caption
            else []
        ),
        element("thead", element("tr", heads)),
        element("tbody", *rows),
        style="border-collapse:collapse;margin:4px 0;overflow-wrap:break-word;",
    )
    return element("div", table, style="overflow-x:auto;max-width:100%;")


def _align(column: Column) -> str:
    return "right" if column.kind == "number" else "left"


def _head(column: Column) -> Markup:
    return element("th", column.label, scope="col", style=f"{_HEAD}text-align:{_align(column)};")


def _cells(view: Table, row: tuple[Cell, ...], tone: Tone) -> list[Markup]:
    return [
        element(
            "td",
            _cell(cell, column, tone),
            style=f"{_CELL}text-align:{_align(column)};{'white-space:nowrap;' if _is_short(cell, column) else ''}",
        )
        for cell, column in zip(row, view.columns, strict=True)
    ]


def _is_short(cell: Cell, column: Column) -> bool:
    return column.kind not in ("text", "code") or not isinstance(cell, str) or len(cell) <= _SHORT


def _cell(cell: Cell, column: Column, tone: Tone) -> str:
    shown = value(cell, column.kind)
    if cell is None:
        return element("span", ABSENT, title="no value", style=_QUIET)
    if column.kind == "code":
        return _name(shown)
    if column.kind == "tone":
        return _badge(tone, shown)
    if column.kind == "share" and isinstance(cell, int | float):
        part = min(max(float(cell), 0.0), 1.0) if cell == cell else 0.0
        fill = f"display:inline-block;height:8px;width:{part * 100:.1f}%;background-color:{TONES['accent'].line};"
        return join(element("span", element("span", style=fill), style=_TRACK), shown)
    return shown


def _name(shown: str) -> Markup:
    """A name in code: on one line where it is short, else it goes on in the next line after a point, comma or underscore, not within a word."""
    if len(shown) <= _SHORT:  # said again here, as a page has rules of its own for code
        return element("code", shown, style=_CODE + "white-space:nowrap;")
    parts = re.split(r"(?<=[._,])", shown)
    whole = "overflow-wrap:normal;" if max(map(len, parts)) <= _LONG_WORD else ""
    return element("code", join(*parts, between="<wbr/>"), style=_CODE + whole)


def _tree(view: Tree) -> Markup:
    sign = join(_badge(view.tone), " ") if view.tone not in ("plain", "muted") else ""
    detail = element("span", view.detail, style=f"{_QUIET}margin-left:10px;") if view.detail else ""
    label = join(sign, element("span", view.label), detail)
    if not view.children:
        return element("div", label, style="padding:1px 0 1px 16px;white-space:pre-wrap;")
    children = element(
        "div", *map(_tree, view.children), style=f"margin-left:5px;padding-left:12px;border-left:1px solid {LINE};"
    )
    return Markup(f"<details open><summary>{label}</summary>{children}</details>")


def _graph(view: Graph) -> Markup:
    from workbench.display.picture import picture

    drawing = picture(view)
    notes = [drawing.note] if drawing.note else []
    if view.hidden:
        notes.append(f"not drawn here: {number(view.hidden)}")
    facts = [_table(node_table(view)), *([_table(edge_table(view))] if view.edges else [])]
    told = f"{counted(len(view.nodes), view.node_word)}, {counted(len(view.edges), view.edge_word)}"
    return element(
        "div",
        _heading(view.title),
        _image(drawing.svg, drawing.width, graph_alt(view)),
        _legend(view),
        element("p", "; ".join(notes), style=f"margin:2px 0;{_QUIET}") if notes else "",
        _details(f"As a table: {told}", join(*facts)),
        style="margin:4px 0;",
    )


def _heading(title: str) -> str:
    return element("div", title, style="font-weight:600;margin:2px 0;") if title else ""


def _image(svg: str, width: float, alt: str) -> Markup:
    # Shrinks to the page down to three fifths of its size, where its text is still read; below that it scrolls.
    source = "data:image/svg+xml;base64," + b64encode(svg.encode()).decode("ascii")
    style = f"max-width:100%;min-width:{min(width, width * 0.6):.0f}px;height:auto;"
    return element("div", element("img", alt=alt, src=source, style=style), style="overflow-x:auto;max-width:100%;")


def _legend(view: Graph) -> str:
    if not view.legend:
        return ""
    pill = f"{_BADGE}background-color:{PLATE};color:{INK};margin-right:4px;"
    pairs = [
        element("span", element("span", sign, style=pill), meaning, style="display:inline-block;margin-right:14px;")
        for sign, meaning in view.legend
    ]
    return element("div", *pairs, style="margin:2px 0;font-size:0.92em;")


def _details(summary: str, body: str) -> Markup:
    return element("details", element("summary", summary, style="cursor:pointer;"), body, style="margin:4px 0;")


def _chart(view: Chart) -> Markup:
    from workbench.display.chart import chart_svg

    drawing = chart_svg(view)
    facts = _table(chart_table(view), heading=False)
    return element(
        "div",
        _heading(view.title),
        _image(drawing.svg, drawing.width, chart_alt(view)),
        _details("As a table", facts),
        style="margin:4px 0;",
    )


def _stack(view: Stack) -> Markup:
    title = element("div", view.title, style="font-weight:600;font-size:1.15em;margin:2px 0;") if view.title else ""
    detail = (
        element("div", view.detail, style=f"white-space:pre-wrap;overflow-wrap:break-word;{_QUIET}")
        if view.detail
        else ""
    )
    children = [
        _details(_summary(child), _untitled(child)) if index < len(view.folded) and view.folded[index] else html(child)
        for index, child in enumerate(view.children)
    ]
    return element(
        "div",
        title,
        detail,
        *(element("div", child, style="margin:6px 0;") for child in children),
        style="margin:4px 0;",
    )


def _untitled(view: View) -> Markup:
    """A folded view below its summary, which is its title already."""
    return html(view if isinstance(view, Text | Code | Tree) else replace(view, title=""))


def _summary(view: View) -> str:
    match view:
        case Table() | Graph() | Chart() | Stack():
            return view.title or {Table: "Table", Graph: "Diagram", Chart: "Chart", Stack: "More"}[type(view)]
        case Tree():
            return view.label
        case Code():
            return view.language.upper() if view.language != "text" else "Source"
        case Text():
            return view.body.split("\n")[0][:80]
