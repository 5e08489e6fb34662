"""Patterns over text: ``like``, and the regular expressions every target reads alike.

A regular expression is parsed here, into sets of characters, sequences, alternatives and repetitions. From that comes the text given to
a database (classes and the dot spelled out, so that no dialect's own idea of them matters) and the matcher run in process: a lazily built
deterministic automaton, which takes time in proportion to the text whatever the pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

__all__ = ["Pattern", "check_like", "compile_like", "parse_pattern"]

MOST_REPEATS = 255
"""The largest count in ``{n,m}``: PostgreSQL's limit."""

_MOST_STATES = 5_000
_MOST_CACHED = 20_000
_TOP = 0x10FFFF

Ranges: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Set:
    ranges: Ranges
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Part
    least: int
    most: int | None


_Part: TypeAlias = "_Set | _Sequence | _Choice | _Repeat"

_DIGIT, _SPACE = ((48, 57),), ((9, 13), (32, 32))
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_CLASSES = {
    "d": _Set(_DIGIT), "D": _Set(_DIGIT, True), "w": _Set(_WORD), "W": _Set(_WORD, True), "s": _Set(_SPACE), "S": _Set(_SPACE, True),
}  # fmt: skip
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_DOT = _Set(((10, 10),), True)


class _Parser:
    """Reads a regular expression by descent; nesting is bounded."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> _Part:
        self.depth += 1
        if self.depth > 40:
            raise ValueError("its groups are nested too deeply")
        options = [self.sequence()]
        while self.peek() == "|":
            self.take()
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else _Choice(tuple(options))

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def repeated(self, part: _Part) -> _Part:
        sign = self.peek()
        if sign not in ("*", "+", "?", "{") or not sign:
            return part
        self.take()
        least, most = self.counts() if sign == "{" else {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise ValueError(f"{self.peek()!r} cannot follow a repetition; put it in parentheses")
        return _Repeat(part, least, most)

    def counts(self) -> tuple[int, int | None]:
        inside, closed, _ = self.text[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        if not closed or not low.isascii() or not low.isdigit() or (high and not (high.isascii() and high.isdigit())):
            raise ValueError("'{' begins a count such as {3} or {2,5}; the character itself is written '\\{'")
        self.at += len(inside) + 1
        least, most = int(low[:6]), int(high[:6]) if high else None if comma else int(low[:6])
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise ValueError(f"a count goes up to {MOST_REPEATS}, the smaller one first")
        return least, most

    def atom(self) -> _Part:
        character = self.take()
        match character:
            case "(":
                if self.peek() == "?":
                    if self.text[self.at : self.at + 2] != "?:":
                        raise ValueError(
                            "of the groups that begin with '(?' there is only '(?:'; not every target looks around or has flags"
                        )
                    self.at += 2
                inner = self.choice()
                if self.peek() != ")":
                    raise ValueError("a '(' is not closed")
                self.take()
                return inner
            case "[":
                return self.characters()
            case ".":
                return _DOT
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{":
                raise ValueError(f"{character!r} repeats nothing; the character itself is written '\\{character}'")
            case "^" | "$":
                raise ValueError(
                    f"{character!r} stands only at the very end of a pattern: it matches the whole text anyway"
                )
        return _Set(((ord(character), ord(character)),))

    def escape(self) -> _Set:
        if not self.peek():
            raise ValueError("it ends in a lone backslash")
        character = self.take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum() and character not in _ESCAPES:
            raise ValueError(f"'\\{character}' is not read alike by every target")
        code = ord(_ESCAPES.get(character, character))
        return _Set(((code, code),))

    def characters(self) -> _Set:
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]" or not ranges:
            low = self.member()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                high = self.member()
                ends = (*low.ranges, *high.ranges)
                if (
                    len(ends) != 2
                    or any(first != last for first, last in ends)
                    or low.negated
                    or high.negated
                    or ends[1] < ends[0]
                ):
                    raise ValueError("a range goes from one character to a later one, like a-z")
                ranges.append((low.ranges[0][0], high.ranges[0][0]))
            elif low.negated:
                ranges += _inverted(low.ranges)
            else:
                ranges += low.ranges
        self.take()
        return _Set(_merged(ranges), negated)

    def member(self) -> _Set:
        if not self.peek():
            raise ValueError("a '[' is not closed")
        character = self.take()
        if character == "\\":
            return self.escape()
        if character == "[" and self.peek() in (":", ".", "="):
            raise ValueError("classes by name, like [:alpha:], are not read alike by every target")
        return _Set(((ord(character), ord(character)),))


def _merged(ranges: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _inverted(ranges: Ranges) -> list[tuple[int, int]]:
    edges = [-1, *(edge for low, high in ranges for edge in (low, high)), _TOP + 1]
    return [(low + 1, high - 1) for low, high in zip(edges[::2], edges[1::2], strict=True) if low + 1 <= high - 1]


def _source(part: _Part) -> str:
    match part:
        case _Set(ranges=((low, high),), negated=False) if low == high:
            return _escaped(chr(low))
        case _Set(ranges=ranges, negated=negated):
            inside = "".join(
                _escaped(chr(low)) + (f"-{_escaped(chr(high))}" if high > low else "") for low, high in ranges
            )
            return f"[{'^' * negated}{inside}]"
        case _Sequence(parts=parts):
            return "".join(f"(?:{_source(each)})" if isinstance(each, _Choice) else _source(each) for each in parts)
        case _Choice(options=options):
            return "|".join(map(_source, options))
        case _Repeat(part=inner, least=least, most=most):
            text = _source(inner) if isinstance(inner, _Set) else f"(?:{_source(inner)})"
            sign = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
            return text + (sign or (f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"))


def _escaped(character: str) -> str:
    return (
        f"\\{character}"
        if character.isascii() and not character.isalnum() and character.isprintable() and character not in " _"
        else character
    )


class _Automaton:
    """States of the parsed pattern, and the sets of them met so far."""

    def __init__(self, part: _Part) -> None:
        self.sets: list[_Set | None] = []
        self.next: list[list[int]] = []
        end = self._state(None)
        start = self._add(part, end)
        self.end = end
        self.start = self._closed([start])
        self._cached: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def _state(self, accepted: _Set | None) -> int:
        if len(self.sets) >= _MOST_STATES:
            raise ValueError("its counts multiply to too many steps")
        self.sets.append(accepted)
        self.next.append([])
        return len(self.sets) - 1

    def _add(self, part: _Part, after: int) -> int:
        """The state that matches ``part`` and goes on at ``after``."""
        match part:
            case _Set():
                state = self._state(part)
                self.next[state] = [after]
                return state
            case _Sequence(parts=parts):
                for each in reversed(parts):
                    after = self._add(each, after)
                return after
            case _Choice(options=options):
                state = self._state(None)
                self.next[state] = [self._add(each, after) for each in options]
                return state
            case _Repeat(part=inner, least=least, most=most):
                if most is None:
                    loop = self._state(None)
                    self.next[loop] = [self._add(inner, loop), after]
                    after = loop
                else:
                    for _ in range(most - least):
                        skip = self._state(None)
                        self.next[skip] = [self._add(inner, after), after]
                        after = skip
                for _ in range(least):
                    after = self._add(inner, after)
                return after

    def _closed(self, states: list[int]) -> frozenset[int]:
        seen, waiting = set(states), list(states)
        while waiting:
            state = waiting.pop()
            if self.sets[state] is None:
                fresh = [each for each in self.next[state] if each not in seen]
                seen.update(fresh)
                waiting += fresh
        return frozenset(state for state in seen if self.sets[state] is not None or state == self.end)

    def _step(self, states: frozenset[int], character: str) -> frozenset[int]:
        code = ord(character)
        reached = [
            self.next[state][0]
            for state in states
            if (accepted := self.sets[state]) is not None
            and any(low <= code <= high for low, high in accepted.ranges) != accepted.negated
        ]
        if len(self._cached) >= _MOST_CACHED:
            self._cached.clear()
        self._cached[states, character] = result = self._closed(reached)
        return result

    def matches(self, text: str) -> bool:
        states, cached = self.start, self._cached
        for character in text:
            step = cached.get((states, character))
            states = self._step(states, character) if step is None else step
            if not states:
                return False
        return self.end in states


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression every target reads alike. ``source`` spells its classes out; ``matches`` tells whether it fits a whole text."""

    source: str
    matches: Callable[[str], bool]


@lru_cache(maxsize=512)
def parse_pattern(text: str) -> Pattern:
    r"""The regular expression that ``text`` is, for whole texts. ``^`` first and ``$`` last change nothing.

    >>> parse_pattern(r"\d{2}[a-c.]?").source
    '[0-9]{2}[\\.a-c]?'
    >>> parse_pattern("(a|b)*c").matches("abac")
    True

    Raises:
        ValueError: some target does not read it, or reads it differently; the message says which part.
    """
    if len(text) > 1000:
        raise ValueError("a pattern has at most 1000 characters")
    is_closed = text.endswith("$") and (len(text) - len(text[:-1].rstrip("\\"))) % 2 == 1
    parser = _Parser(text[text.startswith("^") : len(text) - is_closed])
    part = parser.choice()
    if parser.peek():
        raise ValueError("a ')' closes nothing")
    return Pattern(_source(part), _Automaton(part).matches)


# --- like -----------------------------------------------------------------------------------------------------------------------


def check_like(pattern: str) -> str:
    """What is wrong with a ``like`` pattern, or nothing."""
    trailing = len(pattern) - len(pattern.rstrip("\\"))
    return "the pattern ends in a lone backslash; a backslash itself is written '\\\\'" if trailing % 2 else ""


@lru_cache(maxsize=512)
def compile_like(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether a whole text is like ``pattern``: ``%`` any run, ``_`` one character, a backslash takes the next as it is.

    >>> compile_like("a%_c")("abbc"), compile_like("100\\\\%")("1000")
    (True, False)

    Raises:
        ValueError: it ends in a lone backslash.
    """
    if message := check_like(pattern):
        raise ValueError(message)
    runs: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            runs.append([])
        else:
            runs[-1].append(None if character == "_" else next(characters) if character == "\\" else character)
    first, *middle = runs
    if not middle:
        return lambda text: len(text) == len(first) and _fits(text, 0, first)
    last = middle.pop()
    needed = sum(map(len, runs))

    def like(text: str) -> bool:
        end = len(text) - len(last)
        if len(text) < needed or not _fits(text, 0, first) or not _fits(text, end, last):
            return False
        at = len(first)
        for run in middle:
            while at + len(run) <= end and not _fits(text, at, run):
                at += 1
            at += len(run)
            if at > end:
                return False
        return True

    return like


def _fits(text: str, at: int, run: list[str | None]) -> bool:
    return all(wanted is None or text[at + index] == wanted for index, wanted in enumerate(run))
