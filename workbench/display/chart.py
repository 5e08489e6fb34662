"""Bars, lines and histograms as small SVG documents, on a card of their own so that their text is read on any page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbench.display.characters import cut_pixels, pixels
from workbench.display.facts import chart_alt
from workbench.display.markup import Markup, element, join
from workbench.display.picture import Picture, document
from workbench.display.tones import CARD, INK, LINE, QUIET_INK
from workbench.display.values import number
from workbench.views import Chart, Series

__all__ = ["chart_svg", "ticks"]

_INKS = ("#1d5591", "#b05a1c", "#1b6e44", "#7a3b5e", "#525f6e", "#85472f")
_DASHES = (None, "7 3", "2 3", "9 3 2 3", "4 2", "1 2")
_HEIGHT, _SIZE, _TOP, _RIGHT = 190.0, 11.0, 16.0, 16.0
_MOST = 400
"""Categories drawn at most: more marks than pixels say nothing."""


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values that cover ``low`` to ``high`` in about ``about`` steps of 1, 2 or 5 times a power of ten.

    >>> ticks(0, 97)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    """
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        high = low + (abs(low) / 10 or 1)
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.9999)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [float(f"{step * each:.12g}") for each in range(first, last + 1)]


def chart_svg(chart: Chart) -> Picture:
    """Draw ``chart``. Values that are missing or not finite leave a gap; the scale begins at zero for bars."""
    categories = chart.categories[:_MOST]
    series = tuple(Series(each.label, tuple(map(_finite, each.values[:_MOST]))) for each in chart.series)
    given = [value for each in series for value in each.values if value is not None]
    low, high = min(given, default=0.0), max(given, default=1.0)
    marks = ticks(min(low, 0.0), max(high, 0.0)) if chart.kind != "line" else ticks(low, high)
    names = [number(mark) for mark in marks]
    left = max(pixels(name, _SIZE) for name in names) + 22
    wide = min(max(46.0 * len(categories), 260.0), 640.0)
    frame = _Frame(left, wide, marks[0], marks[-1], len(categories))
    legend = _legend(series, left) if len(series) > 1 else Markup("")
    tilted = _is_tilted(categories, wide)
    foot = 62.0 if tilted else 26.0
    head = _TOP + (18 if legend else 0) + (14 if chart.unit else 0)
    drawn = [_grid(frame, marks, names), *_series(chart.kind, series, frame), _names(categories, frame, tilted)]
    unit = element("text", chart.unit, x=8, y=-10, font_size=_SIZE, fill=QUIET_INK) if chart.unit else ""
    width, height = left + wide + _RIGHT, head + _HEIGHT + foot
    card = element(
        "rect",
        x=0.5,
        y=0.5 - head,
        width=width - 1,
        height=height - 1,
        rx=6,
        fill=CARD,
        stroke=LINE,
        stroke_opacity=0.5,
    )
    moved = element("g", legend, transform=f"translate(0 {-head + 14:g})") if legend else ""
    body = join(card, *drawn, unit, moved)
    note = f"the first {_MOST} of {number(len(chart.categories))} values" if len(chart.categories) > _MOST else ""
    return Picture(document(body, chart_alt(chart), (0, -head, width, height)), width, height, note)


def _finite(value: float | None) -> float | None:
    """The value where a scale can hold it: beyond 1e300 in size there is none, below 1e-300 it is zero."""
    if value is None or not abs(value) < 1e300:
        return None
    return value if abs(value) > 1e-300 else 0.0


class _Frame:
    """The drawing area: where a value and a category stand."""

    def __init__(self, left: float, width: float, low: float, high: float, count: int) -> None:
        self.left, self.width, self.low, self.high, self.count = left, width, low, high, max(count, 1)

    def y(self, value: float) -> float:
        return _HEIGHT * (1 - (value - self.low) / (self.high - self.low))

    def x(self, index: float) -> float:
        return self.left + self.width * (index + 0.5) / self.count

    @property
    def step(self) -> float:
        return self.width / self.count


def _grid(frame: _Frame, marks: Sequence[float], names: Sequence[str]) -> Markup:
    parts = []
    for mark, name in zip(marks, names, strict=True):
        y = round(frame.y(mark), 1)
        parts.append(
            element("path", d=f"M{frame.left:.1f},{y}h{frame.width:.1f}", stroke=LINE if mark == 0 else "#dde2e8")
        )
        parts.append(
            element("text", name, x=frame.left - 7, y=y + 4, font_size=_SIZE, fill=QUIET_INK, text_anchor="end")
        )
    return join(*parts)


def _series(kind: str, series: Sequence[Series], frame: _Frame) -> list[Markup]:
    if kind == "line":
        return [_line(each, frame, _INKS[index % 6], _DASHES[index % 6]) for index, each in enumerate(series)]
    gap = 1.0 if kind == "histogram" else max(frame.step * 0.28, 1.0)
    width = max((frame.step - gap) / max(len(series), 1), 0.5)
    return [
        _bars(each, frame, _INKS[index % 6], width, index * width - len(series) * width / 2)
        for index, each in enumerate(series)
    ]


def _bars(series: Series, frame: _Frame, ink: str, width: float, shift: float) -> Markup:
    zero = frame.y(0)
    parts = []
    for index, value in enumerate(series.values):
        if value is not None:
            y = frame.y(value)
            parts.append(
                element(
                    "rect",
                    x=round(frame.x(index) + shift, 1),
                    y=round(min(y, zero), 1),
                    width=round(width, 1),
                    height=round(max(abs(zero - y), 0.8), 1),
                    rx=1.5,
                )
            )
    return element("g", *parts, fill=ink)


def _line(series: Series, frame: _Frame, ink: str, dashes: str | None) -> Markup:
    data, dots, pen = "", [], "M"
    for index, value in enumerate(series.values):
        if value is None:
            pen = "M"
            continue
        x, y = round(frame.x(index), 1), round(frame.y(value), 1)
        data += f"{pen}{x},{y}"
        pen = "L"
        if frame.step > 12:
            dots.append(element("circle", cx=x, cy=y, r=2.6, fill=ink))
    return join(
        element("path", d=data or "M0,0", fill="none", stroke=ink, stroke_width=2, stroke_dasharray=dashes), *dots
    )


def _is_tilted(categories: Sequence[str], width: float) -> bool:
    room = width / max(len(categories), 1) - 6
    return any(pixels(name, _SIZE) > room for name in categories) and len(categories) > 1


def _names(categories: Sequence[str], frame: _Frame, tilted: bool) -> Markup:
    every = max(1, math.ceil((15 if tilted else 1) / frame.step)) if tilted else 1
    parts = []
    for index in range(0, len(categories), every):
        x, y = round(frame.x(index), 1), _HEIGHT + 16
        if tilted:
            name = cut_pixels(categories[index], 72, _SIZE)
            parts.append(
                element(
                    "text",
                    name,
                    x=x,
                    y=_HEIGHT + 12,
                    text_anchor="end",
                    transform=f"rotate(-38 {x:g} {_HEIGHT + 12:g})",
                )
            )
        else:
            parts.append(
                element("text", cut_pixels(categories[index], frame.width, _SIZE), x=x, y=y, text_anchor="middle")
            )
    return element("g", *parts, font_size=_SIZE, fill=INK)


def _legend(series: Sequence[Series], left: float) -> Markup:
    parts = []
    for index, each in enumerate(series):
        label = cut_pixels(each.label, 140, _SIZE)
        parts.append(
            element(
                "path",
                d=f"M{left:.1f},0h22",
                stroke=_INKS[index % 6],
                stroke_width=4 if _DASHES[index % 6] is None else 3,
                stroke_dasharray=_DASHES[index % 6],
            )
        )
        parts.append(element("text", label, x=left + 27, y=4, font_size=_SIZE, fill=INK))
        left += 27 + pixels(label, _SIZE) + 18
    return join(*parts)
