"""A text in words, read from left to right: its tokens, what could stand at each place, and what is wrong with it.

Whoever reads a text says at each place what it could take there. Those offers are what an error expected, what is nearest to a word
that is wrong, and what completion proposes: there is one grammar, and no second list beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from workbench.errors import Problem, nearest
from workbench.evidence.names import singular, words
from workbench.model.expression import KEYWORDS
from workbench.views import counted

__all__ = [
    "AGGREGATES",
    "RESERVED",
    "Cursor",
    "Entry",
    "Offer",
    "Phrases",
    "Token",
    "bare",
    "noun_forms",
    "said",
    "spoken",
]

M = TypeVar("M")

AGGREGATES = {
    "average": "avg", "sum": "sum", "lowest": "min", "smallest": "min", "minimum": "min", "highest": "max", "largest": "max", "maximum": "max",
}  # fmt: skip
"""Words for a value over many rows, and the function each is."""

RESERVED = KEYWORDS | {
    "actor", "asc", "ascending", "bottom", "by", "context", "count", "desc", "descending", "first", "how", "of", "refused", "sorted",
    "tenant", "to", "top", "with", *AGGREGATES,
}  # fmt: skip
"""Words of the language itself: a name that is one of them is said in double quotes."""

MOST = 20_000
"""Characters that a question or a command may have."""

_MOST_DIGITS = 18
"""Longer whole numbers do not fit in 64 bits."""

_TOKEN = re.compile(
    r"""(?P<SPACE>\s+)
    |(?P<TIMESTAMP>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)
    |(?P<DATE>\d{4}-\d\d-\d\d(?![\w-]))
    |(?P<NUMBER>\d+(?:\.\d+)?(?!\w))
    |(?P<STRING>'(?:[^']|'')*')
    |(?P<QUOTED>"(?:[^"]|"")+")
    |(?P<NAME>[^\W\d]\w*)
    |(?P<SYMBOL>.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[^\W\d]\w*\Z")


class Token(NamedTuple):
    """A word of the text: what it is, its text, and where it starts and ends."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in small letters; empty for what is no plain word."""
        return self.text.lower() if self.kind == "NAME" else ""

    @property
    def name(self) -> str:
        """The name that is said, without its quotes."""
        return self.text[1:-1].replace('""', '"') if self.kind == "QUOTED" else self.text


def said(name: str) -> str:
    """``name`` as the language writes it: plain where it can be, in double quotes where it is a word of the language or no word at all.

    >>> print(said("total"), said("with"), said("two words"))
    total "with" "two words"
    """
    plain = _PLAIN.match(name) and name.lower() not in RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'


def bare(kind: str, text: str) -> str:
    """A token as the expression language writes it: a date or moment written bare is the literal it means.

    >>> bare("TIMESTAMP", "2026-01-31T09:30Z"), bare("NUMBER", "7")
    ("timestamp '2026-01-31 09:30:00Z'", '7')
    """
    if kind == "DATE":
        return f"date '{text}'"
    if kind != "TIMESTAMP":
        return text
    day, clock = text[:10], text[11:]
    zone = next((clock[place:] for place, letter in enumerate(clock) if letter in "Z+-"), "")
    hours = clock.removesuffix(zone) if zone else clock
    whole = hours if hours.count(":") == 2 else f"{hours}:00"
    return f"{'timestamp' if zone else 'local_timestamp'} '{day} {whole}{zone}'"


def spoken(name: str, label: str = "") -> tuple[str, ...]:
    """What else may be said for a name: its words one by one, and its label.

    >>> spoken("placed_at", "Order date")
    ('placed at', 'Order date')
    """
    return tuple(each for each in (" ".join(words(name)), label) if each and each != name)


def noun_forms(name: str, label: str = "") -> tuple[str, ...]:
    """The singular and the plural of all that may be said for a resource.

    >>> noun_forms("order_lines"), noun_forms("staff"), noun_forms("person")
    (('order_line', 'order_lines', 'order line', 'order lines'), ('staff',), ('person', 'people'))
    """
    found: list[str] = []
    for each in (name, *spoken(name, label)):
        last = re.split(r"[\W_]", each)[-1]
        head, low = each[: len(each) - len(last)], last.lower()
        one = singular(low) if singular(low) != low else last
        found += [head + one, head + _plural(one)] if last else [each]
    return tuple(dict.fromkeys(found))


_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "staff": "staff", "data": "data", "series": "series", "news": "news"}  # fmt: skip


def _plural(one: str) -> str:
    return _IRREGULAR.get(one.lower()) or counted(2, one)[2:]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that could stand at a place: what to write, what it is, what it means, and what else may be said for it."""

    text: str
    kind: str
    detail: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """A name with its meaning, and all else that may be said for it."""

    name: str
    meaning: M
    also: tuple[str, ...] = ()
    kind: str = "name"
    detail: str = ""


class _Branch(Generic[M]):
    """Where a phrase may go on, and what it means when it ends here."""

    __slots__ = ("ends", "entry", "on")

    def __init__(self) -> None:
        self.on: dict[str, _Branch[M]] = {}
        self.entry: Entry[M] | None = None
        self.ends = False


class Phrases(Generic[M]):
    """What may be said at one kind of place. A name wins over the label or plural of another; what two share, neither has.

    No word of a form is one of the language itself; ``behind`` are those that none but its first may not be.
    """

    def __init__(self, what: str, entries: Iterable[Entry[M]], behind: frozenset[str] = RESERVED) -> None:
        self.what, self._behind = what, behind
        self.entries = {each.name: each for each in entries}
        self._root: _Branch[M] = _Branch()
        for each in self.entries.values():
            self._add(each.name, each, {each.name.casefold()})
        names = {name.casefold() for name in self.entries}
        for each in self.entries.values():
            for form in dict.fromkeys(each.also):
                self._add(form, each, names)

    def _add(self, form: str, entry: Entry[M], names: set[str]) -> None:
        found = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(form) if match.lastgroup != "SPACE"]
        is_name = form == entry.name
        if not found or any(kind != "NAME" for kind, _ in found) or found[0][1].lower() in RESERVED:
            return
        if any(word.lower() in self._behind for _, word in found[1:]):
            return
        if (is_name and len(found) > 1) or (not is_name and form.casefold() in names):
            return
        branch = self._root
        for _, word in found:
            branch = branch.on.setdefault(word.casefold(), _Branch())
        is_other = branch.ends and branch.entry is not entry
        branch.entry, branch.ends = (None if is_other else entry), True

    def offers(self) -> Iterable[Offer]:
        """One offer for each name."""
        return (Offer(said(each.name), each.kind, each.detail, each.also) for each in self.entries.values())

    def matches(self, cursor: Cursor) -> list[tuple[int, Entry[M]]]:
        """All that could be meant here: the number of tokens and the entry, longest first. The place is offered these names."""
        cursor.offer(self.what, self.offers)
        return self.found(cursor)

    def found(self, cursor: Cursor) -> list[tuple[int, Entry[M]]]:
        """The same, without an offer."""
        token = cursor.token
        if token.kind == "QUOTED":
            entry = self.entries.get(token.name)
            return [] if entry is None else [(1, entry)]
        branch, size, found = self._root, 0, list[tuple[int, Entry[M]]]()
        while (branch_on := branch.on.get(cursor.ahead(size).text.casefold())) and cursor.ahead(size).kind == "NAME":
            branch, size = branch_on, size + 1
            exact = self.entries.get(token.text) if size == 1 and token.lower not in RESERVED else None
            if (entry := exact or branch.entry) is not None:
                found.append((size, entry))
        if size and branch.on and cursor.ahead(size).kind == "END":
            on = branch.on
            cursor.offer_at(size, self.what, lambda: (Offer(word, "word") for word in on))
        return found[::-1]

    def take(self, cursor: Cursor) -> Entry[M] | None:
        """The longest that could be meant, taken; None where nothing is."""
        found = self.matches(cursor)
        if not found:
            return None
        cursor.at += found[0][0]
        return found[0][1]


def lines_of(text: str) -> list[int]:
    """Where each line of ``text`` begins."""
    return [0] + [place + 1 for place, character in enumerate(text) if character == "\n"]


class Cursor:
    """A place in a text (or the part of one from ``start`` to ``end``), what could stand there, and all problems so far.

    While a text ``is_unfinished``, nothing is guessed, and ``rest`` is what stands behind it: read ahead, and no part of it.
    """

    def __init__(
        self, text: str, subject: str, start: int = 0, end: int | None = None, lines: list[int] | None = None
    ) -> None:
        self.text, self.subject, self.at = text, subject, 0
        self.rest, self.is_unfinished = "", False
        self.problems: list[Problem] = []
        self._lines = lines_of(text) if lines is None else lines
        stop = len(text) if end is None else end
        if stop - start > MOST:
            self.problem("too_long", f"it has at most {MOST:,} characters, not {stop - start:,}", start)
            stop = start
        self.tokens = [
            Token(str(each.lastgroup), each[0], each.start(), each.end())
            for each in _TOKEN.finditer(text, start, stop)
            if each.lastgroup != "SPACE"
        ]
        last = self.tokens[-1].end if self.tokens else start
        self.tokens.append(Token("END", "", last, last))
        self._offered: dict[int, dict[str, Callable[[], Iterable[Offer]]]] = {}
        self._settled: set[int] = set()
        for each in self.tokens:
            if each.kind == "SYMBOL" and each.text in "'\"":
                kind = "a text" if each.text == "'" else "a name"
                message = f"{kind} begins here and does not end"
                self.problem("unterminated", message, each.start, f"close it with {each.text}")
                break

    @property
    def token(self) -> Token:
        """The token here."""
        return self.tokens[self.at]

    def ahead(self, count: int) -> Token:
        """The token ``count`` further on; the end, where there are no more."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.token.kind == "END"

    def offer(self, what: str, offers: Callable[[], Iterable[Offer]]) -> None:
        """Something called ``what`` (``a resource``) could stand here."""
        self.offer_at(0, what, offers)

    def offer_at(self, ahead: int, what: str, offers: Callable[[], Iterable[Offer]]) -> None:
        """The same, ``ahead`` tokens further on."""
        if self.at + ahead not in self._settled:
            self._offered.setdefault(self.at + ahead, {})[what] = offers

    def settle(self) -> None:
        """What was offered here is all that could stand here: what is offered later is not."""
        self._settled.add(self.at)

    def offered(self) -> list[Offer]:
        """All that could stand at the end of the text."""
        groups = self._offered.get(len(self.tokens) - 1, {})
        found = {(each.text, each.kind): each for offers in groups.values() for each in offers()}
        return list(found.values())

    def word(self, *wanted: str) -> str:
        """The first of the words ``wanted`` that stands here, taken; empty where none does."""
        for each in wanted:
            self.offer(f"'{each}'", lambda each=each: (Offer(each, "word"),))  # type: ignore[misc]
        if self.token.lower in wanted:
            self.at += 1
            return self.tokens[self.at - 1].lower
        return ""

    def symbol(self, wanted: str) -> bool:
        """Whether this sign stands here; it is taken."""
        self.offer(f"'{wanted}'", tuple)
        if self.token.kind == "SYMBOL" and self.token.text == wanted:
            self.at += 1
            return True
        return False

    def number(self, what: str = "a number") -> int | None:
        """The whole number here, taken; None where there is none."""
        self.offer(what, tuple)
        if self.token.kind == "NUMBER" and self.token.text.isdecimal() and len(self.token.text) <= _MOST_DIGITS:
            self.at += 1
            return int(self.tokens[self.at - 1].text)
        return None

    def problem(self, code: str, message: str, position: int, hint: str = "") -> None:
        """Note what is wrong at an offset of the text."""
        line = bisect_right(self._lines, position)
        column = position - self._lines[line - 1] + 1
        found = Problem(self.subject, code, message, hint=hint, line=line, column=column)
        if found not in self.problems:
            self.problems.append(found)

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both from 1."""
        return self._lines[line - 1] + column - 1

    def unexpected(self, code: str = "syntax", message: str = "", hint: str = "") -> None:
        """Say what stands here, what was expected, and which of that is nearest; only a name can be an unknown one."""
        groups, token = self._offered.get(self.at, {}), self.token
        if code.startswith("unknown_") and token.kind not in ("NAME", "QUOTED", "STRING"):
            code = "syntax"
        if self.is_done:
            self.settle()
        if any(each.code == "unterminated" and token.kind == "SYMBOL" for each in self.problems):
            return
        offers = [each for group in groups.values() for each in group()]
        every = [each.text for each in offers]
        close = nearest(token.name, [each.strip('"') for each in every], 1) if token.text else ()
        expected = sorted(groups, key=lambda what: what.startswith("'"))
        listed = " or ".join(filter(None, (", ".join(expected[:-1]), expected[-1] if expected else "")))
        if not hint and close:
            hint = f"did you mean {next(each for each in every if each.strip(chr(34)) == close[0])}?"
        elif not hint and every and not close:
            names = [each.text for each in offers if each.kind != "word"]
            hint = f"there are {', '.join(names[:6])}{' …' * (len(names) > 6)}" if names else ""
        found = f"{token.text!r} cannot stand here" if token.text else "it ends too early"
        self.problem(code, message or f"{found}; expected {listed or 'the end'}", token.start, hint)

    def skip(self, *words_: str) -> None:
        """Go on to one of these words or signs, outside of parentheses, or to the end."""
        depth = 0
        while not self.is_done:
            token = self.token
            if depth <= 0 and (token.lower in words_ or (token.kind == "SYMBOL" and token.text in words_)):
                return
            if token.kind == "SYMBOL":
                depth += (token.text == "(") - (token.text == ")")
            self.at += 1
