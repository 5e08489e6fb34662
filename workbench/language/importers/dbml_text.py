"""DBML as tokens and statements: enough of its grammar to go on reading after a mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

__all__ = ["Block", "Setting", "Tokens", "Word", "dedented"]

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\f\v\u00a0]+|//[^\n]*|/\*.*?\*/)|(?P<line>\n)"""
    r"""|(?P<text>'''(?:\\.|[^\\])*?'''|'(?:\\.|[^'\\\n])*')|(?P<name>"(?:\\.|[^"\\\n])*")|(?P<expression>`[^`]*`)"""
    r"""|(?P<number>-?\d+(?:\.\d+)?(?![\w]))|(?P<word>[^\W\d]\w*|\d\w*|\#\w+)|(?P<mark><>|[{}\[\](),:.<>~*=-])|(?P<bad>['`\"][^\n]*|.)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One token: its kind (``word``, ``name``, ``text``, ``expression``, ``number``, ``mark``, ``bad``), what it says, and where."""

    kind: str
    text: str
    line: int
    column: int
    is_first: bool
    """Whether it is the first of its line."""
    is_glued: bool = False
    """Whether it follows the token before it without a space."""

    @property
    def is_name(self) -> bool:
        """Whether it can name something."""
        return self.kind in ("word", "name", "number")


@dataclass(frozen=True, slots=True)
class Setting:
    """``name: value`` in square brackets, or a bare ``name``; the words of the value as they stand."""

    name: str
    value: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The value, its words side by side."""
        return " ".join(each.text for each in self.value)


@dataclass(slots=True)
class Block:
    """A statement: the words before the brace, its settings, and, between braces, the words inside."""

    words: list[Word]
    settings: list[Setting] = field(default_factory=list)
    inside: list[Word] | None = None

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.words[0].line


def _tokens(text: str) -> Iterator[Word]:
    line, start, is_first, is_glued = 1, 0, True, False
    for match in _TOKEN.finditer(text):
        kind, said = str(match.lastgroup), match[0]
        if kind not in ("skip", "line"):
            yield Word(kind, _meant(kind, said), line, match.start() - start + 1, is_first, is_glued)
            is_first = False
        is_glued = kind not in ("skip", "line")
        breaks = said.count("\n")
        if breaks:
            line, start, is_first = line + breaks, match.start() + said.rindex("\n") + 1, True


def _meant(kind: str, said: str) -> str:
    if kind == "text":
        quotes = 3 if said.startswith("'''") else 1
        inner = said[quotes:-quotes]
        inner = re.sub(r"\\\n", "", inner) if quotes == 3 else inner
        return (
            dedented(re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)) if quotes == 3 else re.sub(r"\\(.)", r"\1", inner)
        )
    if kind == "name":
        return re.sub(r"\\(.)", r"\1", said[1:-1])
    return said[1:-1] if kind == "expression" else said


def dedented(text: str) -> str:
    """A text of several lines without the indent they share.

    >>> dedented("\\n    one\\n      two\\n  ")
    'one\\n  two'
    """
    lines = [line.rstrip() for line in text.split("\n")]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines).strip("\n")


_CLOSING = {"{": "}", "[": "]", "(": ")"}


class Tokens:
    """The words of a stretch of DBML, taken one after another. ``tell(word, message)`` learns what is wrong and where."""

    def __init__(self, words: list[Word], tell: Callable[[Word, str], None]) -> None:
        self.words, self.tell, self.at = words, tell, 0

    @classmethod
    def of(cls, text: str, tell: Callable[[Word, str], None]) -> Tokens:
        """The words of ``text``."""
        return cls(list(_tokens(text)), tell)

    def peek(self) -> Word | None:
        """The next word; None at the end."""
        return self.words[self.at] if self.at < len(self.words) else None

    def take(self, mark: str) -> bool:
        """Whether the next word is the mark ``mark``, which is then taken."""
        word = self.peek()
        if word is not None and word.kind == "mark" and word.text == mark:
            self.at += 1
            return True
        return False

    def statements(self) -> Iterator[Block]:
        """Every statement: what begins a line goes on to the next line's beginning, or to the end of its braces."""
        while self.peek() is not None:
            words: list[Word] = []
            block = Block(words)
            while (word := self.peek()) is not None and not (words and word.is_first and word.text not in "{["):
                if word.kind == "mark" and word.text == "{":
                    block.inside = self.enclosed("{")
                    break
                if word.kind == "mark" and word.text == "[" and not self.is_array(words, word):
                    block.settings += settings(self.enclosed("["))
                    continue
                if word.kind == "mark" and word.text == "(":
                    self.at += 1
                    inner = self.enclosed("(", is_open=True)
                    words += [word, *inner, Word("mark", ")", word.line, word.column, False)]
                    continue
                words.append(word)
                self.at += 1
            if words:
                yield block
            elif block.inside is None:
                self.at += 1

    def is_array(self, words: list[Word], word: Word) -> bool:
        """Whether ``[`` belongs to a type (``int[]``), and begins no settings."""
        after = self.words[self.at + 1] if self.at + 1 < len(self.words) else None
        is_empty = after is not None and after.text == "]" and after.kind == "mark"
        return is_empty and bool(words) and word.is_glued

    def enclosed(self, mark: str, *, is_open: bool = False) -> list[Word]:
        """The words up to the bracket that closes ``mark``, which is next unless ``is_open``."""
        opened = self.words[self.at - is_open]
        self.at += not is_open
        depth = 1
        inside: list[Word] = []
        while (word := self.peek()) is not None:
            self.at += 1
            if word.kind == "mark":
                depth += (word.text == mark) - (word.text == _CLOSING[mark])
                if not depth:
                    return inside
            inside.append(word)
        self.tell(opened, f"this {mark!r} is never closed")
        return inside


def settings(words: list[Word]) -> list[Setting]:
    """The settings that ``words``, which stood in square brackets, list."""
    found: list[Setting] = []
    depth = 0
    current: list[Word] = []
    for word in [*words, Word("mark", ",", 0, 0, False)]:
        depth += (word.text in "([{") - (word.text in ")]}") if word.kind == "mark" else 0
        if word.kind == "mark" and word.text == "," and depth <= 0:
            colon = next(
                (n for n, each in enumerate(current) if each.kind == "mark" and each.text == ":"), len(current)
            )
            name = " ".join(each.text for each in current[:colon]).lower()
            if name:
                found.append(Setting(name, tuple(current[colon + 1 :])))
            current = []
        else:
            current.append(word)
    return found
