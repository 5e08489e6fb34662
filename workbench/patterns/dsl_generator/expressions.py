"""Paths and conditions in words: the expression language itself, in which paths may be spoken and moments written bare."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.errors import VerificationError
from workbench.expression import check, parse
from workbench.model import Dimension, Measure, Relationship, Resource
from workbench.model.expression import Call, Constant, Node, Path, write
from workbench.patterns.dsl_generator.vocabulary import Member, Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Offer, Phrases, Token, bare, said

__all__ = ["SpokenPath", "condition", "path", "written"]


@dataclass(frozen=True, slots=True)
class SpokenPath:
    """A path that was said: its names, the resource its last name belongs to, and what that is."""

    names: tuple[str, ...]
    resource: Resource
    end: Member
    is_spoken: bool = False
    """Whether it is said in words, and not as it is written."""

    @property
    def text(self) -> str:
        """The path as it is written."""
        return ".".join(map(said, self.names))

    def node(self, vocabulary: Vocabulary) -> Node | None:
        """The expression it is; a relationship is its key. None where that has several parts, or many rows are reached."""
        match self.end:
            case Dimension(expression=expression, grain=grain):
                return Call("date_trunc", (Constant(grain), expression)) if grain else expression
            case Measure(expression=expression):
                return expression
            case Relationship() as way:
                keys = vocabulary.domain.relationship_keys(self.resource, way)
                if way.is_to_many or len(keys.source) != 1:
                    return None
                if way.kind == "belongs_to" and keys.source[0] in self.resource.attribute_names:
                    return Path((*self.names[:-1], keys.source[0]))
                return Path((*self.names, *keys.destination))
        return Path(self.names)


def path(
    cursor: Cursor, vocabulary: Vocabulary, resource: Resource, phrases: Phrases[Member] | None = None
) -> SpokenPath | None:
    """The path that begins here, with or without dots, taken; None where none does. The first name is one of ``phrases``."""
    start = cursor.at
    entry = (phrases or vocabulary.scope(resource).names).take(cursor)
    if entry is None:
        return None
    names, end, is_spoken = [entry.name], entry.meaning, cursor.at > start + 1
    while isinstance(end, Relationship) and vocabulary.domain.has_resource(end.destination):
        there = vocabulary.domain.resource(end.destination)
        is_dot = cursor.symbol(".")
        entry = vocabulary.scope(there).names.take(cursor)
        if entry is None:
            if is_dot:
                cursor.unexpected("unknown_name")
            break
        resource, end = there, entry.meaning
        names.append(entry.name)
        is_spoken = is_spoken or cursor.at - start > 2 * len(names) - 1 or not is_dot
    return SpokenPath(tuple(names), resource, end, is_spoken)


def condition(cursor: Cursor, vocabulary: Vocabulary, resource: Resource, stops: Iterable[str]) -> Node | None:
    """The condition on a row of ``resource`` that goes on to one of the words ``stops``; None, with its problems noted, where there is none."""
    first, wanted = cursor.at, {*stops}
    cursor.offer("a condition", lambda: _values(vocabulary, resource))
    _to_its_end(cursor, wanted)
    last = cursor.at
    if cursor.is_done:
        _offer_next(cursor, vocabulary, resource, first)
    if first == last:
        cursor.unexpected()
        return None
    written = _Written(cursor, vocabulary, resource, first, last)
    cursor.at = last
    try:
        node = parse(written.text)
    except VerificationError as error:
        for each in error.problems:
            cursor.problem(each.code, each.message, written.origin(each.line or 1, each.column or 1), each.hint)
        return None
    found = check(node, vocabulary.domain, resource, is_condition=True)
    for each in found.problems:
        hint = each.hint
        state = written.text[written.offset(each.line or 1, each.column or 1) :].split(maxsplit=1)[0].strip("()")
        if each.code == "unknown_name" and state in vocabulary.scope(resource).states:
            hint = f"the value is written '{state}'"
        cursor.problem(each.code, each.message, written.origin(each.line or 1, each.column or 1), hint)
    return None if found.problems.errors else node


def written(node: Node) -> str:
    """A condition as the language writes it: names that would end it stand in double quotes.

    >>> print(written(parse('"with" > 3 and total > 3')))
    "with" > 3 and total > 3
    """
    cursor = Cursor(write(node), "")
    parts, end = [], 0
    for token in cursor.tokens:
        parts += [cursor.text[end : token.start], said(token.text) if token.lower in _ENDS else token.text]
        end = token.end
    return "".join(parts)


_ENDS = frozenset(["by", "sorted", "first", "with", "to"])
"""Words that may end a condition; as no function is called so, each of them in one is a name."""


def _to_its_end(cursor: Cursor, stops: set[str]) -> None:
    depth, before = 0, ""
    while not cursor.is_done:
        token = cursor.token
        is_stop = token.lower in stops and before != "."
        if is_stop and token.lower == "first":
            is_stop = cursor.ahead(1).kind in ("NUMBER", "END")
        if is_stop and token.lower == "to":
            is_stop = cursor.ahead(1).lower in ("be", "")
        if depth <= 0 and is_stop:
            return
        if token.kind == "SYMBOL":
            depth += (token.text == "(") - (token.text == ")")
        before, cursor.at = token.text, cursor.at + 1


class _Written:
    """The tokens ``first`` to ``last`` as an expression, and where each part of it comes from."""

    def __init__(self, cursor: Cursor, vocabulary: Vocabulary, resource: Resource, first: int, last: int) -> None:
        self.text, self._places, self._origins, self._kept = "", list[int](), list[int](), list[bool]()
        tokens, end = cursor.tokens, cursor.tokens[first].start
        place = first
        while place < last:
            token = tokens[place]
            self._add(cursor.text[end : token.start], end)
            end = token.end
            size, text = 1, token.text
            if token.kind in ("DATE", "TIMESTAMP"):
                text = bare(token.kind, token.text)
            elif token.kind in ("NAME", "QUOTED") and (place == first or tokens[place - 1].text != "."):
                cursor.at = place
                found = path(cursor, vocabulary, resource) if _may_begin(cursor) else None
                if found is not None and found.is_spoken and cursor.at <= last:
                    size, text = cursor.at - place, str(Path(found.names))
                    end = tokens[cursor.at - 1].end
            self._add(text, token.start, text == token.text)
            place += size
        self._lines = [0] + [index + 1 for index, letter in enumerate(self.text) if letter == "\n"]

    def _add(self, text: str, origin: int, is_kept: bool = True) -> None:
        self._places.append(len(self.text))
        self._origins.append(origin)
        self._kept.append(is_kept)
        self.text += text

    def offset(self, line: int, column: int) -> int:
        """The offset in the expression of a line and column."""
        return self._lines[line - 1] + column - 1

    def origin(self, line: int, column: int) -> int:
        """Where in the text that is."""
        offset = self.offset(line, column)
        part = bisect_right(self._places, offset) - 1
        return self._origins[part] + (offset - self._places[part] if self._kept[part] else 0)


def _may_begin(cursor: Cursor) -> bool:
    """Whether two names stand side by side here, which no expression has: ``date '…'`` is a name before a text."""
    following = cursor.ahead(1)
    return following.kind in ("NAME", "QUOTED")


# --- what could come next -------------------------------------------------------------------------------------------------------


_OPERATORS = (
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in (",
    "between ",
    "like ",
    "ilike ",
    "is null",
    "is not null",
    "and",
    "or",
)


def _values(vocabulary: Vocabulary, resource: Resource) -> Iterable[Offer]:
    yield from vocabulary.scope(resource).names.offers()
    yield from vocabulary.functions()
    yield from (Offer(word, "word") for word in ("not", "exists("))


def _offer_next(cursor: Cursor, vocabulary: Vocabulary, resource: Resource, first: int) -> None:
    """Offer what could go on behind the condition so far: a value, names behind a dot, or an operator."""
    prefix = cursor.text[cursor.tokens[first].start : cursor.token.start] if cursor.at > first else ""
    last = cursor.tokens[cursor.at - 1]
    if prefix and last.text == ".":
        cursor.offer("a name", lambda: _behind_dot(cursor.tokens[first : cursor.at], vocabulary, resource))
        cursor.settle()
    elif not prefix or _reads(f"{prefix} x"):
        state_of = cursor.tokens[cursor.at - 2].name if cursor.at - 2 >= first else ""
        cursor.offer("a state", lambda: _states(vocabulary, resource, state_of))
        cursor.offer("a value", lambda: _values(vocabulary, resource))
        cursor.settle()
    else:
        cursor.offer("an operator", lambda: (Offer(each, "operator") for each in _OPERATORS))
        if not _reads(prefix):
            cursor.settle()


def _states(vocabulary: Vocabulary, resource: Resource, attribute: str) -> Iterable[Offer]:
    for state, names in vocabulary.scope(resource).states.items():
        if attribute in names:
            yield Offer(str(Constant(state)), "value", f"of {attribute}")


def _behind_dot(tokens: list[Token], vocabulary: Vocabulary, resource: Resource) -> Iterable[Offer]:
    names: list[str] = []
    for token in reversed(tokens):
        if token.kind in ("NAME", "QUOTED") and (not names or names[0] == "."):
            names.insert(0, token.name)
        elif token.text == "." and (not names or names[0] != "."):
            names.insert(0, ".")
        else:
            break
    for name in names:
        way = next((each for each in resource.relationships if each.name == name), None)
        if way is not None and vocabulary.domain.has_resource(way.destination):
            resource = vocabulary.domain.resource(way.destination)
        elif name != ".":
            return ()
    return vocabulary.scope(resource).names.offers()


def _reads(text: str) -> bool:
    """Whether this is an expression, once what is open is closed."""
    try:
        parse(text + ")" * (text.count("(") - text.count(")")))
    except VerificationError:
        return False
    return True
