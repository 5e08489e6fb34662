"""The lines of a design's text: what belongs to one statement, how deep it stands, and where its comment is.

A statement ends with its line, except inside parentheses. Lines below it that stand deeper belong to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.errors import Problem

__all__ = ["MOST_CHARACTERS", "Line", "Text", "split"]

MOST_CHARACTERS = 5_000_000
"""A longer text is no design a person has written: this many are some 150,000 attributes, half a gigabyte of memory."""

_WORD = re.compile(r"e\"(?:[^\"\\\n]|\\.)*\"?|\"(?:[^\"\n]|\"\")*\"?|'(?:[^'\n]|'')*'?|\#[^\n]*|[()]|[^\"'#()e]+|e")
_EXTENSION = re.compile(r"extension(?![\w])[ \t]*(?:\"(?:[^\"\n]|\"\")*\"|e\"(?:[^\"\\\n]|\\.)*\"|\w+)")


@dataclass(slots=True)
class Line:
    """A statement, or a comment that has lines to itself (``start`` is then ``end``).

    ``raw`` is where the text of an extension stands, its lines below included.
    """

    start: int
    end: int
    indent: int
    number: int
    comment: str = ""
    is_after_blank: bool = False
    raw: tuple[int, int] | None = None


class Text:
    """A text, the same text with its comments blanked, and where its lines begin."""

    def __init__(self, source: str, called: str) -> None:
        self.source, self.code, self.called = source, source, called
        self.starts = [0, *(match.end() for match in re.finditer("\n", source))]
        self.problems: list[Problem] = []

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def problem(self, path: str, code: str, message: str, offset: int, hint: str = "") -> None:
        """Note what is wrong at an offset."""
        line, column = self.place(offset)
        self.problems.append(Problem(path or self.called, code, message, hint=hint, line=line, column=column))


def split(text: Text) -> list[Line]:
    """The statements and comments of ``text``, whose comments are blanked in ``text.code``.

    >>> [(each.indent, each.comment) for each in split(Text("domain a  # why\\n  rule", "text"))]
    [(0, '# why'), (2, '')]
    """
    source, lines, blanked = text.source, list[Line](), list[tuple[int, int]]()
    is_after_blank, numbers = False, iter(range(len(text.starts)))
    for number in numbers:
        start, end = _bounds(text, number)
        body = source[start:end]
        code = body.lstrip(" \t")
        if not code.strip():
            is_after_blank = True
            continue
        start += len(body) - len(code)
        if "\t" in body[: len(body) - len(code)]:
            text.problem("", "tab_indent", "a tab stands before the statement", start, "indent with spaces")
        line = Line(start, start, len(body) - len(code), number + 1, is_after_blank=is_after_blank)
        is_after_blank = False
        lines.append(line)
        if code.startswith("extension") and (match := _EXTENSION.match(source, start, end)):
            line.end, last = match.end(), _raw_end(text, number, line)
            line.raw = (match.end(), _bounds(text, last)[1])
        else:
            last = _statement(text, line, number, blanked)
        for _ in range(last - number):
            next(numbers)
    text.code = _blank(source, blanked)
    return lines


def _bounds(text: Text, number: int) -> tuple[int, int]:
    """Where a physical line begins and ends, its line break aside."""
    start = text.starts[number]
    end = text.starts[number + 1] - 1 if number + 1 < len(text.starts) else len(text.source)
    return start, end - (end > start and text.source[end - 1] == "\r")


def _statement(text: Text, line: Line, number: int, blanked: list[tuple[int, int]]) -> int:
    """Fill ``line`` with its end and comment; the number of its last physical line."""
    depth, at, source = 0, line.start, text.source
    while True:
        end = _bounds(text, number)[1]
        code = source[at:end]
        if "#" not in code and (code.count("(") == code.count(")") or not ("(" in code or ")" in code)) and not depth:
            line.end = at + len(code.rstrip())
            return number
        for match in _WORD.finditer(source, at, end):
            word = match[0]
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
            elif word[0] == "#":
                blanked.append(match.span())
                line.comment = f"{line.comment}  {word.rstrip()}" if line.comment else word.rstrip()
                end = match.start()
        line.end = max(line.end, at + len(source[at:end].rstrip()))
        if depth <= 0 or number + 1 >= len(text.starts) or not _continues(text, number + 1, line):
            return number
        number += 1
        at = text.starts[number]


def _continues(text: Text, number: int, line: Line) -> bool:
    start, end = _bounds(text, number)
    body = text.source[start:end]
    code = body.lstrip(" \t")
    indent = len(body) - len(code)
    return not code or indent > line.indent or (indent == line.indent and code[0] == ")")


def _raw_end(text: Text, number: int, line: Line) -> int:
    """The last physical line of an extension: what stands deeper, and a bracket that closes it."""
    last, at = number, number + 1
    while at < len(text.starts):
        start, end = _bounds(text, at)
        body = text.source[start:end]
        code = body.lstrip(" \t")
        indent = len(body) - len(code)
        if code and indent <= line.indent and not (indent == line.indent and code[0] in "}]"):
            break
        if code:
            last = at
        at += 1
    return last


def _blank(source: str, spans: list[tuple[int, int]]) -> str:
    return "".join(_pieces(source, spans)) if spans else source


def _pieces(source: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in spans:
        yield source[at:start]
        yield " " * (end - start)
        at = end
    yield source[at:]
