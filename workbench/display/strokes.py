"""The few shapes pictures are made of, with places rounded so that a document stays short."""

from __future__ import annotations

from workbench.display.markup import Markup, element

__all__ = ["rectangle", "title", "words"]


def rectangle(
    left: float, top: float, width: float, height: float, radius: float = 0, **style: str | float | None
) -> Markup:
    """A rectangle with rounded corners."""
    return element(
        "rect",
        x=round(left, 1),
        y=round(top, 1),
        width=round(width, 1),
        height=round(height, 1),
        rx=radius or None,
        **style,
    )


def title(unseen: str) -> Markup:
    """What hovering shows where the document is opened by itself; nothing for an empty text."""
    return element("title", unseen) if unseen else Markup("")


def words(
    content: str, x: float, middle: float, size: float, ink: str, *, bold: bool = False, anchor: str | None = None
) -> Markup:
    """Text whose line is centred on ``middle``; nothing for an empty text."""
    if not content:
        return Markup("")
    y = middle + size * 0.36  # the middle of capital letters above the base line in this face
    return element(
        "text",
        content,
        x=round(x, 1),
        y=round(y, 1),
        font_size=size,
        fill=ink,
        font_weight="700" if bold else None,
        text_anchor=anchor,
    )
