"""Elements of HTML and SVG as text. Every attribute and every text passes through here and is escaped here, nowhere else."""

from __future__ import annotations

from html import escape

from workbench.display.characters import printable

__all__ = ["Markup", "element", "join", "text"]


class Markup(str):
    """Text that is markup already: it is never escaped again. Only this module makes it from anything but constants."""

    __slots__ = ()


def text(content: str) -> Markup:
    """``content`` escaped for use between tags, control characters written out.

    >>> text("<b> & co")
    '&lt;b&gt; &amp; co'
    """
    return Markup(escape(printable(content), quote=False))


def join(*parts: str, between: str = "") -> Markup:
    """Several parts in a row; those that are not markup are escaped."""
    return Markup(between.join(part if isinstance(part, Markup) else text(part) for part in parts))


def element(tag: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """An element with escaped attributes and children; attributes that are None are left out.

    Underscores in attribute names become hyphens and a trailing one is dropped (``class_``). Numbers have at most two decimals.

    >>> element("p", "a<b", title='"x"', class_=None)
    '<p title="&quot;x&quot;">a&lt;b</p>'
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = join(*children)
    return Markup(f"<{tag}{given}>{inside}</{tag}>" if inside or tag in _NEVER_EMPTY else f"<{tag}{given}/>")


_NEVER_EMPTY = frozenset(
    {
        "div",
        "span",
        "td",
        "th",
        "p",
        "pre",
        "code",
        "ul",
        "li",
        "details",
        "summary",
        "table",
        "tbody",
        "thead",
        "caption",
    }
)


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(printable(value)).replace("\n", "&#10;").replace("\t", "&#9;")
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
