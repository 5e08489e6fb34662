"""Views as plain text: readable in a terminal, in a diff and in a test, never wider than asked, the same on every run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from workbench.display.characters import columns, cut, oneline, printable, wrapped
from workbench.display.facts import ENDS, chart_table, graph_groups, paging
from workbench.display.tones import TONES
from workbench.display.values import number, value
from workbench.views import Chart, Code, Edge, Field, Graph, Node, Stack, Table, Text, Tree, View

__all__ = ["WIDTH", "plain"]

WIDTH = 100
"""Terminal columns a text takes at most."""
_NARROWEST, _NARROWEST_PROSE = 6, 18
_MOST_ROWS = 200
_MOST_LINES = 6
_BARS = " ▏▎▍▌▋▊▉█"


def plain(view: View, width: int = WIDTH) -> str:
    """``view`` as text of at most ``width`` columns, without a line break at the end.

    >>> from workbench.views import Column
    >>> print(plain(Table((Column("name"), Column("rows", "number")), (("flights", 336776), ("planes", None)))))
    name        rows
    flights  336,776
    planes         –
    """
    return "\n".join(line.rstrip() for line in _lines(view, width))


def _lines(view: View, width: int) -> Iterable[str]:
    match view:
        case Text():
            return _paragraphs(view, width)
        case Code():
            return [cut(line.expandtabs(4), width) for line in printable(view.source).rstrip("\n").split("\n")]
        case Table():
            return _table(view, width)
        case Tree():
            return _tree(view, width)
        case Graph():
            return _graph(view, width)
        case Chart():
            return _chart(view, width)
        case Stack():
            return _stack(view, width)


def _paragraphs(view: Text, width: int) -> Iterator[str]:
    sign = TONES[view.tone].sign
    lead = f"{sign} " if sign else ""
    for line in printable(view.body).strip("\n").split("\n"):
        for part in wrapped(line.expandtabs(4), max(width - len(lead), 1)):
            yield cut(lead + part, width)
            lead = " " * len(lead)


def _table(view: Table, width: int) -> Iterator[str]:
    if view.title:
        yield cut(view.title, width)
    if not view.columns:
        return
    kinds = [column.kind for column in view.columns]
    heads = [oneline(column.label) for column in view.columns]
    rows = [
        [oneline(value(cell, kind)) for cell, kind in zip(row, kinds, strict=True)] for row in view.rows[:_MOST_ROWS]
    ]
    toned = any(tone != "plain" for tone in view.tones)
    signs = [TONES[tone].sign or " " for tone in view.tones] if toned else [""] * len(rows)
    wide = [max(map(columns, texts)) for texts in zip(heads, *rows, strict=True)]
    shown = _fit(wide, [kind == "text" for kind in kinds], width - 2 * toned)
    for sign, texts in zip([" " if toned else "", *signs], [heads, *rows], strict=False):
        yield from _row(sign, texts, shown, kinds)
    if not rows:
        yield "(no rows)"
    if len(shown) < len(heads):
        yield cut(f"… {len(heads) - len(shown)} more columns: {', '.join(heads[len(shown) :])}", width)
    if note := paging(view, len(rows)):
        yield cut(note, width)


def _fit(wide: Sequence[int], prose: Sequence[bool], width: int) -> list[int]:
    """Column widths that fit: prose gives way first, as it can be broken, then the widest; at last columns go."""
    shown = list(wide)
    while len(shown) > 1 and sum(min(each, _NARROWEST) for each in shown) + 2 * (len(shown) - 1) > width:
        shown.pop()
    room = width - 2 * (len(shown) - 1)
    _shrink(shown, [index for index in range(len(shown)) if prose[index]], room, _NARROWEST_PROSE)
    _shrink(shown, list(range(len(shown))), room, 1)
    return shown


def _shrink(shown: list[int], those: Sequence[int], room: int, least: int) -> None:
    """Take from the widest of ``those`` until all fit into ``room`` or none is wider than ``least``."""
    while sum(shown) > room and (widest := max((shown[each] for each in those), default=0)) > least:
        tallest = [each for each in those if shown[each] == widest]
        below = max((shown[each] for each in those if shown[each] < widest), default=0)
        excess = sum(shown) - room
        target = max(below, least, widest - -(-excess // len(tallest)))
        for each in tallest:
            shown[each] = target


def _row(sign: str, texts: Sequence[str], shown: Sequence[int], kinds: Sequence[str]) -> Iterator[str]:
    cells = [_cell(text, size, kind) for text, size, kind in zip(texts, shown, kinds, strict=False)]
    for parts in zip_longest(*cells, fillvalue=""):
        padded = [
            _pad(part, size, kind in ("number", "share")) for part, size, kind in zip(parts, shown, kinds, strict=False)
        ]
        yield f"{sign} {'  '.join(padded)}" if sign else "  ".join(padded)
        sign = sign and " "


def _cell(text: str, width: int, kind: str) -> list[str]:
    """Prose runs over several lines; everything else is cut to one."""
    lines = wrapped(text, width) if kind == "text" else [cut(text, width)]
    return (
        lines
        if len(lines) <= _MOST_LINES
        else [*lines[: _MOST_LINES - 1], cut(" ".join(lines[_MOST_LINES - 1 :]), width)]
    )


def _pad(text: str, width: int, at_right: bool) -> str:
    text = cut(text, width)
    space = " " * (width - columns(text))
    return space + text if at_right else text + space


def _tree(view: Tree, width: int, lead: str = "", rest: str = "") -> Iterator[str]:
    sign = TONES[view.tone].sign
    detail = f"  {view.detail}" if view.detail else ""
    yield cut(f"{lead}{sign + ' ' if sign else ''}{view.label}{detail}", width)
    for index, child in enumerate(view.children):
        last = index == len(view.children) - 1
        yield from _tree(child, width, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))


def _graph(view: Graph, width: int) -> Iterator[str]:
    trees = tuple(
        Tree(group.label or "other", tuple(_node(node, group.leaving.get(node.id, ())) for node in group.nodes))
        for group in graph_groups(view)
    )
    children = trees if view.clusters else trees[0].children if trees else ()
    yield from _tree(Tree(view.title or view.alt or view.node_word, children), width)
    if view.hidden:
        yield cut(f"not drawn here: {number(view.hidden)}", width)
    if view.legend:
        yield from _paragraphs(Text(", ".join(f"{sign}: {meaning}" for sign, meaning in view.legend)), width)


def _node(node: Node, edges: Sequence[tuple[Edge, str]]) -> Tree:
    marks = [" ".join(mark for mark in field.marks if len(mark) <= 2) for field in node.fields]
    wide = max(map(columns, marks), default=0)
    names = max((min(columns(oneline(field.label)), 40) for field in node.fields), default=0)
    by_port: dict[str, list[str]] = {}
    for edge, target in edges:
        by_port.setdefault(edge.source_port, []).append(_arrow(edge, target))
    known = {field.port for field in node.fields}
    lines = [
        _field(field, _pad(mark, wide, False) + "  " if wide else "", names, by_port.get(field.port, []))
        for field, mark in zip(node.fields, marks, strict=True)
    ]
    loose = [Tree(arrow) for port, arrows in by_port.items() if port not in known for arrow in arrows]
    return Tree(node.label, (*lines, *loose), node.detail, node.tone)


def _field(field: Field, mark: str, names: int, arrows: list[str]) -> Tree:
    words = [mark for mark in field.marks if len(mark) > 2]
    detail = "  ".join(filter(None, (field.detail, ", ".join(words), "; ".join(arrows))))
    label = _pad(field.label, names, False) if detail else cut(field.label, 60)
    return Tree(f"{mark}{label}", (), detail, "plain" if field.tone == "muted" else field.tone)


def _arrow(edge: Edge, target: str) -> str:
    ends = (
        f"  {ENDS[edge.source_end]} to {ENDS[edge.target_end]}"
        if ENDS[edge.source_end] and ENDS[edge.target_end]
        else ""
    )
    return f"→ {target}{ends}" + (f"  ({edge.label})" if edge.label else "")


def _chart(view: Chart, width: int) -> Iterator[str]:
    if len(view.series) != 1 or view.kind == "line":
        yield from _table(chart_table(view), width)
        return
    title = " ".join(filter(None, (view.title, f"({view.unit})" if view.unit else "")))
    if title:
        yield cut(title, width)
    values = [given if given is not None and given == given else None for given in view.series[0].values]
    texts = [value(given, "number") for given in values]
    names = min(max(map(columns, view.categories), default=0), width // 3)
    figures = max(map(columns, texts), default=0)
    most = max((abs(given) for given in values if given is not None and abs(given) != float("inf")), default=0)
    room = max(width - names - figures - 4, 1)
    for category, given, text in zip(view.categories, values, texts, strict=True):
        bar = _bar(abs(given) / most, room) if given and most else ""
        yield cut(f"{_pad(category, names, False)}  {_pad(text, figures, True)}  {bar}", width)


def _bar(part: float, room: int) -> str:
    eighths = round(min(part, 1) * room * 8)
    return ("█" * (eighths // 8) + _BARS[eighths % 8]).strip() or "▏"


def _stack(view: Stack, width: int) -> Iterator[str]:
    if view.title:
        yield cut(view.title, width)
        yield "═" * min(columns(cut(view.title, width)), width)
    if view.detail:
        yield from _paragraphs(Text(view.detail), width)
    for index, child in enumerate((*_open(view, False), *_open(view, True))):
        if index or view.title or view.detail:
            yield ""
        yield from _lines(child, width)


def _open(view: Stack, folded: bool) -> tuple[View, ...]:
    return tuple(
        child
        for index, child in enumerate(view.children)
        if (index < len(view.folded) and view.folded[index]) == folded
    )
