"""Boxes, states and tables of rows, painted."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.display.characters import pixels
from workbench.display.geometry import (
    LABEL_SIZE,
    LINE_HEIGHT,
    PADDING,
    PILL_GAP,
    PILL_PADDING,
    PILL_SIZE,
    ROW_HEIGHT,
    SMALL_SIZE,
    TITLE_HEIGHT,
    TITLE_SIZE,
    Box,
    Row,
    pills_width,
)
from workbench.display.markup import Markup, element, join
from workbench.display.placement import Point
from workbench.display.strokes import rectangle, title, words
from workbench.display.tones import (
    BORDER,
    CARD,
    INK,
    LINE,
    PLATE,
    PLATE_BORDER,
    QUIET_INK,
    ROW_GROUNDS,
    RULE,
    TITLE_DETAIL,
    TONES,
)

__all__ = ["painted"]


def painted(box: Box, corner: Point, ink: str) -> Markup:
    """``box`` with its texts at ``corner``; ``ink`` is the ground of its header where its tone asks for no other."""
    left, top = corner
    node = box.node
    look = TONES[node.tone]
    ground, title_ink, border = (ink, "#ffffff", BORDER) if node.tone == "plain" else (look.ground, look.ink, look.line)
    dashes = "4 3" if node.tone == "muted" else None
    if node.shape in ("point", "final"):
        return _round_end(box, left, top, border if node.tone != "plain" else LINE)
    if box.rows:
        body = _table(box, left, top, ground, title_ink, border, dashes)
    elif node.shape == "box":
        body = join(
            rectangle(left, top, box.width, box.height, 5, fill=ground, stroke=border, stroke_dasharray=dashes),
            *_centred(box, left, top, title_ink, TITLE_DETAIL if title_ink == "#ffffff" else title_ink),
        )
    else:
        fill = CARD if node.tone == "plain" else ground
        inks = (INK, QUIET_INK) if node.tone == "plain" else (title_ink, title_ink)
        body = join(_outline(box, left, top, fill, border, dashes), *_centred(box, left, top, *inks))
    return element("g", title(box.tooltip), body)


def _outline(box: Box, left: float, top: float, fill: str, border: str, dashes: str | None) -> Markup:
    if box.node.shape == "diamond":
        x, y = left + box.width / 2, top + box.height / 2
        corners = f"{x:.1f},{top:.1f} {left + box.width:.1f},{y:.1f} {x:.1f},{top + box.height:.1f} {left:.1f},{y:.1f}"
        return element("polygon", points=corners, fill=fill, stroke=border, stroke_width=1.3, stroke_dasharray=dashes)
    return rectangle(
        left, top, box.width, box.height, 12, fill=fill, stroke=border, stroke_width=1.3, stroke_dasharray=dashes
    )


def _round_end(box: Box, left: float, top: float, ink: str) -> Markup:
    x, y, radius = left + box.width / 2, top + box.height / 2, box.width / 2
    inner = element("circle", cx=x, cy=y, r=radius - (5 if box.node.shape == "final" else 0), fill=ink)
    ring = element("circle", cx=x, cy=y, r=radius - 1, fill="none", stroke=ink, stroke_width=1.6)
    return element("g", title(box.tooltip), inner, ring if box.node.shape == "final" else "")


def _centred(box: Box, left: float, top: float, ink: str, quiet: str) -> list[Markup]:
    x, middle = left + box.width / 2, top + box.height / 2
    shift = LINE_HEIGHT / 2 if box.detail else 0
    label = words(box.label, x, middle - shift, TITLE_SIZE, ink, bold=True, anchor="middle")
    return [label, words(box.detail, x, middle + shift + 1, SMALL_SIZE, quiet, anchor="middle")]


def _table(box: Box, left: float, top: float, ground: str, ink: str, border: str, dashes: str | None) -> Markup:
    right, band = left + box.width, TITLE_HEIGHT
    head = f"M{left:.1f},{top + band:.1f}v-{band - 5:.1f}q0,-5 5,-5h{box.width - 10:.1f}q5,0 5,5v{band - 5:.1f}z"
    parts = [
        rectangle(left, top, box.width, box.height, 5, fill=CARD),
        element("path", d=head, fill=ground),
        words(box.label, left + PADDING, top + band / 2, TITLE_SIZE, ink, bold=True),
        words(
            box.detail,
            right - PADDING,
            top + band / 2,
            SMALL_SIZE,
            TITLE_DETAIL if ink == "#ffffff" else ink,
            anchor="end",
        ),
        *(_row(row, box, left, top + row.top, first=index == 0) for index, row in enumerate(box.rows)),
        rectangle(left, top, box.width, box.height, 5, fill="none", stroke=border, stroke_dasharray=dashes),
    ]
    return join(*parts)


def _row(row: Row, box: Box, left: float, top: float, *, first: bool) -> Markup:
    middle, right = top + ROW_HEIGHT / 2, left + box.width
    parts = [title(row.tooltip)]
    if row.tone != "plain":
        parts.append(rectangle(left + 0.5, top, box.width - 1, ROW_HEIGHT, fill=ROW_GROUNDS[row.tone]))
    if not first:
        parts.append(element("path", d=f"M{left:.1f},{top:.1f}H{right:.1f}", stroke=RULE))
    label_at = left + PADDING + (box.marks_width + 7 if box.marks_width else 0)
    parts.append(_pills(row.key_marks, left + PADDING, middle))
    is_key = "PK" in row.key_marks
    parts.append(words(row.label, label_at, middle, LABEL_SIZE, QUIET_INK if row.tone == "muted" else INK, bold=is_key))
    parts.append(_pills(row.word_marks, label_at + pixels(row.label, LABEL_SIZE, bold=is_key) + 7, middle))
    parts.append(words(row.detail, right - PADDING, middle, SMALL_SIZE, QUIET_INK, anchor="end"))
    return element("g", *parts)


def _pills(marks: Sequence[str], left: float, middle: float) -> Markup:
    parts = []
    for mark in marks:
        width = pills_width([mark])
        if mark == "PK":
            parts.append(rectangle(left, middle - 7, width, 14, 3, fill=QUIET_INK))
        else:
            parts.append(rectangle(left, middle - 7, width, 14, 3, fill=PLATE, stroke=PLATE_BORDER, stroke_width=0.8))
        ink = "#ffffff" if mark == "PK" else INK
        parts.append(words(mark, left + PILL_PADDING, middle, PILL_SIZE, ink, bold=True))
        left += width + PILL_GAP
    return join(*parts)
