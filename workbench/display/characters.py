"""Characters: which of them may be shown as they are, how wide they are, and how a text is cut to a width.

Two widths are known: columns of a terminal, and pixels of the sans-serif face the pictures are set in. The pixel widths are those
of Arial, which Helvetica, Liberation Sans and Arimo share, so a picture fits wherever one of the four is installed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

__all__ = ["columns", "cut", "cut_pixels", "oneline", "pixels", "printable", "wrapped"]

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)

# Advance widths in thousandths of an em, for the characters from space to tilde.
_REGULAR = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
    556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611,
    611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip


def printable(text: str) -> str:
    """``text`` with every control and invisible formatting character written out; line breaks and tabs stay.

    What steers a terminal, reorders a line or may not stand in XML becomes visible instead of acting.

    >>> printable("a\\x1b[31m\\u202eb")
    'a\\\\x1b[31m\\\\u202eb'
    """
    return _HIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text.replace("\r\n", "\n"))


def oneline(text: str) -> str:
    """``text`` made printable, on one line: a line break is shown as a sign, a tab as a space.

    >>> oneline("a\\nb")
    'a↵b'
    """
    return printable(text).replace("\n", "↵").replace("\t", " ")


def columns(text: str) -> int:
    """How many terminal columns ``text`` takes.

    >>> columns("ab"), columns("日本"), columns("e\\u0301")
    (2, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pixels(text: str, size: float = 12, *, bold: bool = False) -> float:
    """How many pixels ``text`` is wide in the sans-serif face at ``size``. Beyond ASCII the figure is an upper estimate."""
    table = _BOLD if bold else _REGULAR
    return sum(table[ord(each) - 32] if " " <= each <= "~" else _estimate(each) for each in text) * size / 1000


def _estimate(character: str) -> int:
    return (0, 680, 1200)[_columns(character)]


def cut(text: str, most: int) -> str:
    """``text`` on one line in at most ``most`` terminal columns; an ellipsis stands where something was left out.

    >>> cut("flights of 2013", 8)
    'flights…'
    """
    return _cut(oneline(text), most, columns)


def cut_pixels(text: str, most: float, size: float = 12, *, bold: bool = False) -> str:
    """``text`` on one line in at most ``most`` pixels; an ellipsis stands where something was left out."""
    return _cut(oneline(text), most, lambda part: pixels(part, size, bold=bold))


def wrapped(text: str, most: int) -> list[str]:
    """``text`` broken between words, within a word only where it must, into lines of at most ``most`` terminal columns.

    >>> wrapped("flights of 2013", 8)
    ['flights', 'of 2013']
    """
    lines: list[str] = []
    line: str | None = None
    for word in oneline(text).split(" "):
        if line is not None and columns(f"{line} {word}") <= most:
            line = f"{line} {word}"
            continue
        if line is not None:
            lines.append(line)
        while columns(word) > most:
            head = next(end for end in range(len(word), 0, -1) if end == 1 or columns(word[:end]) <= most)
            lines.append(cut(word[:head], most))
            word = word[head:]
        line = word
    return [*lines, line or ""]


def _cut(text: str, most: float, width: Callable[[str], float]) -> str:
    if width(text) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(text[:middle].rstrip() + "…") <= most else (low, middle - 1)
    return text[:low].rstrip() + "…" if most >= 1 else ""
