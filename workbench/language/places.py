"""Where in a text each value of its document stands, looked up only once something is wrong with one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

__all__ = ["Place", "Places", "Spot", "Steps", "json_spots"]

Steps: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the document down."""


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


class Spot(NamedTuple):
    """A value of a document, by its steps: where its key stands (that of an item is its value), and where it begins itself."""

    steps: Steps
    key: Place
    value: Place


class Places:
    """The places of a text. ``spots`` reads it once more from its beginning and gives every value it holds."""

    def __init__(self, text: str = "", spots: Callable[[str], Iterator[Spot]] = lambda text: iter(())) -> None:
        self._text, self._spots = text, spots

    def find(self, wanted: Sequence[Steps]) -> dict[Steps, Spot]:
        """The spots of ``wanted``, where the text has them; a key said twice gives its last."""
        sought = set(wanted)
        return {spot.steps: spot for spot in self._spots(self._text) if spot.steps in sought} if sought else {}

    def within(self, spot: Spot, value: str, line: int, column: int) -> Place:
        """The place of ``line`` and ``column`` of ``value``, a text that stands at ``spot``; its beginning where it stands otherwise there,
        with escapes perhaps.
        """
        part = value.split("\n")[line - 1]
        above, before = spot.value.line - 1, spot.value.column - 1
        if "\n" not in value:
            for quote in (0, 1):
                if self._lines[above].startswith(part, before + quote):
                    return Place(spot.value.line, before + quote + column)
        elif above + line < len(self._lines) and self._lines[above + line].strip() == part.strip() != "":
            margin = self._lines[above + line].index(part.strip()) - part.index(part.strip())
            return Place(above + line + 1, margin + column)
        return spot.value

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.split("\n")


_TOKEN = re.compile(r'[{}\[\],:]|"(?:[^"\\]++|\\.)*+"|[^\s{}\[\],:"]+|\n')


def json_spots(text: str) -> Iterator[Spot]:
    """Every value of a text that is known to be JSON.

    >>> [(spot.steps, spot.value) for spot in json_spots('{"a": [1]}')][1:]
    [(('a',), Place(line=1, column=7)), (('a', 0), Place(line=1, column=8))]
    """
    line, begins, is_key = 1, 0, False
    steps: list[str | int] = []
    key: Place | None = None
    for token in _TOKEN.finditer(text):
        mark = token[0]
        place = Place(line, token.start() - begins + 1)
        if mark == "\n":
            line, begins = line + 1, token.end()
        elif mark in "}]":
            steps.pop()
        elif mark == ",":
            last = steps[-1]
            steps[-1] = last + 1 if isinstance(last, int) else last
            is_key = isinstance(last, str)
        elif is_key:
            steps[-1], key, is_key = json.loads(mark), place, False
        elif mark != ":":
            yield Spot(tuple(steps), key or place, place)
            key = None
            if mark in "{[":
                steps.append("" if mark == "{" else 0)
                is_key = mark == "{"
