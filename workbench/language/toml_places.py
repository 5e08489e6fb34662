"""Where in a TOML text each value stands: Python's own parser does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise

from workbench.language.places import Place, Spot, Steps

__all__ = ["key_dots", "toml_spots"]

_TOKEN = re.compile(
    r'''[ \t]+|\#[^\n]*|(?P<newline>\r?\n)
    |(?P<text>"""(?:[^"\\]++|\\.|""?(?!"))*+"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*')
    |(?P<mark>\[\[|\]\]|[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,."'\#]+)''',
    re.VERBOSE | re.DOTALL,
)


def key_dots(text: str) -> int:
    """The most dots that stand between the parts of one key; in a text that is no TOML, up to the first mistake.

    >>> key_dots('a.b."c.d" = "x.y.z"')
    2
    """
    most = dots = 0
    tokens = (token for token in _TOKEN.finditer(text) if token.lastgroup)
    for before, token in pairwise(tokens):
        is_dotted = (before[0] == ".") != (token[0] == ".") and token.lastgroup != "newline"
        dots = dots + (token[0] == ".") if is_dotted else 0
        most = max(most, dots)
    return most


def toml_spots(text: str) -> Iterator[Spot]:
    """Every value of a text that is known to be TOML.

    >>> [(spot.steps, spot.value) for spot in toml_spots("a = 1\\n[[b]]\\nc.d = [2]")][2:]
    [(('b', 0), Place(line=2, column=1)), (('b', 0, 'c', 'd'), Place(line=3, column=7)), (('b', 0, 'c', 'd', 0), Place(line=3, column=8))]
    """
    yield Spot((), Place(1, 1), Place(1, 1))
    yield from _Reader(text).spots()


class _Reader:
    """Goes from token to token. In state ``key`` parts of a key come, in ``header`` those of a table's; in ``value`` a value, and in
    ``after`` what ends it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._state = "key"
        self._table: Steps = ()
        self._parts: list[str] = []
        self._open: list[tuple[Steps, int | None]] = []
        """Lists, with the index of the item that is being read, and tables inside values."""
        self._steps: Steps = ()
        self._key: Place | None = None
        self._is_list = False
        self._lengths: dict[Steps, int] = {}

    def spots(self) -> Iterator[Spot]:
        line, begins = 1, 0
        for token in _TOKEN.finditer(self._text):
            place = Place(line, token.start() - begins + 1)
            if "\n" in token[0]:
                line += token[0].count("\n")
                begins = token.start() + token[0].rindex("\n") + 1
            if token.lastgroup == "newline" and not self._open:
                self._state, self._parts = "key", []
            elif token.lastgroup in ("text", "bare"):
                yield from self._worded(token[0], place)
            elif token.lastgroup == "mark":
                is_header = not self._open and self._state in ("key", "header")
                for offset, mark in enumerate([token[0]] if is_header else token[0]):
                    yield from self._marked(mark, Place(place.line, place.column + offset))

    def _worded(self, word: str, place: Place) -> Iterator[Spot]:
        if self._state == "value":
            yield self._spot(place)
            self._state = "after"
        elif self._state != "after":
            if self._state == "key" and not self._parts:
                self._key = place
            self._parts.append(tomllib.loads(f"k = {word}")["k"] if word[0] in "\"'" else word)

    def _marked(self, mark: str, place: Place) -> Iterator[Spot]:
        match self._state, mark:
            case "key", "[" | "[[":
                self._state, self._is_list, self._key = "header", mark == "[[", place
            case "header", "]" | "]]":
                yield from self._headed()
            case "key", "=":
                self._state = "value"
                self._steps = (*(self._open[-1][0] if self._open else self._table), *self._parts)
            case "value", "[":
                yield self._spot(place)
                self._next(self._steps, 0)
            case "value", "{":
                yield self._spot(place)
                self._next(self._steps, None)
            case "after", ",":
                steps, index = self._open.pop()
                self._next(steps, None if index is None else index + 1)
            case "key" | "value" | "after", "]" | "}":
                self._open.pop()
                self._state = "after"

    def _next(self, steps: Steps, index: int | None) -> None:
        """An item of a list, or (without ``index``) an entry of a table, comes."""
        self._open.append((steps, index))
        self._parts = []
        self._state = "key" if index is None else "value"
        self._steps = steps if index is None else (*steps, index)

    def _headed(self) -> Iterator[Spot]:
        steps: Steps = ()
        for part in self._parts[:-1]:
            steps = (*steps, part)
            if steps in self._lengths:
                steps = (*steps, self._lengths[steps] - 1)
        steps = (*steps, self._parts[-1])
        if self._is_list:
            self._lengths[steps] = self._lengths.get(steps, 0) + 1
            steps = (*steps, self._lengths[steps] - 1)
        self._table, self._steps, self._state = steps, steps, "after"
        if self._key:
            yield self._spot(self._key)

    def _spot(self, place: Place) -> Spot:
        spot = Spot(self._steps, self._key or place, place)
        self._key = None
        return spot
