"""Scenarios: what is given, what is done, and what is expected then, in the words of the domain.

    background
      given customers
        | id | tier |
        | 1  | gold |

    scenario "an order is paid"
      given order with id 7, customer 1, total 40
      when pay order 7
      then order 7 is paid
      and expect 1 order where status = 'paid'

    scenario "nothing to pay"
      given order with id 8, customer 1, total 0
      when pay order 8
      then expect refused 'there is nothing to pay'

A line belongs to the step above it when it begins further right; a line that begins with ``#`` is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from workbench.errors import Problem, VerificationError, nearest
from workbench.model.expression import Scalar
from workbench.patterns.dsl_generator.commands import Command, Given, command, new_record
from workbench.patterns.dsl_generator.expectations import Answers, Expectation, expectation
from workbench.patterns.dsl_generator.tables import Row, cells, records
from workbench.patterns.dsl_generator.values import missing, value
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Offer, lines_of

__all__ = ["STEPS", "Block", "Records", "Scenario", "ScenarioText", "Step", "Who"]

STEPS = ("given", "when", "then", "and", "but", "expect")
"""Words that a step begins with."""

_HEADS = ("background", "scenario")
_COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Records:
    """Records that are there to begin with."""

    resource: str
    rows: tuple[tuple[tuple[str, Given], ...], ...]


@dataclass(frozen=True, slots=True)
class Who:
    """On whose behalf everything after it is done: ``actor`` and ``context`` with values, or the name of a ``tenant``."""

    root: Literal["actor", "tenant", "context"]
    values: tuple[tuple[str, Scalar], ...] = ()
    tenant: str = ""


Doing: TypeAlias = Command | Records | Who | Expectation


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the word it begins with, its text and line, and what it does or expects."""

    keyword: str
    text: str
    line: int
    doing: Doing


@dataclass(frozen=True, slots=True)
class Scenario:
    """A title and its steps, those of the background first."""

    title: str
    line: int
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Block:
    """The lines of one step or heading: the word it begins with, where what follows begins and ends, and its table."""

    keyword: str
    line: int
    indent: int
    start: int
    end: int
    kind: str = ""
    table: list[Row] = field(default_factory=list)


class ScenarioText:
    """A text of scenarios, with all its problems once it is read."""

    def __init__(self, text: str, vocabulary: Vocabulary, subject: str = "scenarios") -> None:
        self.vocabulary, self.subject = vocabulary, subject
        self.text = _COMMENT.sub(lambda found: " " * len(found[0]), text[: _MOST + 1])
        self.problems: list[Problem] = []
        self._lines = lines_of(self.text)
        self._cursors: list[Cursor] = []

    def read(self) -> tuple[Scenario, ...]:
        """The scenarios.

        Raises:
            VerificationError: a step cannot be read; every problem of every step is told.
        """
        if len(self.text) > _MOST:
            message = f"scenarios have at most {_MOST:,} characters"
            raise VerificationError(
                [Problem(self.subject, "too_long", message, hint="use several files")], self.subject
            )
        background: list[Step] = []
        heads: list[tuple[str, int, list[Step]]] = []
        steps: list[Step] | None = None
        for block in self.blocks():
            if block.keyword == "background":
                steps = background
            elif block.keyword == "scenario":
                steps = []
                heads.append((self._title(block), block.line, steps))
            elif steps is None:
                self._note(
                    block,
                    "no_scenario",
                    "a step stands before the first scenario",
                    'begin with: scenario "what it is about"',
                )
                steps = []
            else:
                step = self._step(block)
                steps += [] if step is None else [step]
        problems = [*self.problems, *(each for cursor in self._cursors for each in cursor.problems)]
        if not heads and not problems:
            problems.append(
                Problem(self.subject, "no_scenario", "there is no scenario", hint='begin with: scenario "title"')
            )
        if not problems:
            problems = [self._empty(title, line) for title, line, own in heads if not own]
        if problems:
            raise VerificationError(dict.fromkeys(problems), self.subject)
        return tuple(Scenario(title, line, (*background, *own)) for title, line, own in heads)

    # --- lines ------------------------------------------------------------------------------------------------------------------

    def blocks(self) -> Iterator[Block]:
        """The steps and headings, each with the lines that belong to it."""
        current: Block | None = None
        kind = ""
        for number, start in enumerate(self._lines, 1):
            end = self._lines[number] - 1 if number < len(self._lines) else len(self.text)
            body = self.text[start:end].strip()
            if not body:
                continue
            indent = len(self.text[start:end]) - len(self.text[start:end].lstrip())
            word = body.split(maxsplit=1)[0].lower()
            is_further = current is not None and current.keyword not in _HEADS and indent > current.indent
            if body[0] == "|":
                self._row(current, number, start + indent, end)
            elif word in (*STEPS, *_HEADS) and not (word == "and" and is_further and current and not current.table):
                if current is not None:
                    yield current
                kind = (
                    "" if word in _HEADS else kind if word in ("and", "but") else "then" if word == "expect" else word
                )
                current = Block(word, number, indent, start + indent + len(word), end, kind)
            elif is_further and current is not None and not current.table:
                current.end = end
            else:
                self._unknown(word, number, indent)
        if current is not None:
            yield current

    def _empty(self, title: str, line: int) -> Problem:
        """A scenario without steps would pass, whatever the design."""
        told, hint = f"{title!r} has no steps", "say what is given, done and expected"
        return Problem(self.subject, "no_steps", told, hint=hint, line=line, column=1)

    def _row(self, current: Block | None, number: int, start: int, end: int) -> None:
        if current is None or current.keyword in _HEADS:
            problem = Problem(
                self.subject, "stray_row", "a row of a table stands here, and no step above it", line=number, column=1
            )
            self.problems.append(problem)
        else:
            current.table.append(cells(self.text, number, start, end))

    def _unknown(self, word: str, number: int, indent: int) -> None:
        close = nearest(word, (*STEPS, *_HEADS), 1)
        hint = f"did you mean {close[0]}?" if close else "a line that goes on with a step begins further right than it"
        message = f"{word!r} cannot begin a line; expected {', '.join(STEPS)}, scenario or background"
        self.problems.append(Problem(self.subject, "unknown_step", message, hint=hint, line=number, column=indent + 1))

    def _note(self, block: Block, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.subject, code, message, hint=hint, line=block.line, column=block.indent + 1))

    def cursor(self, start: int, end: int) -> Cursor:
        """A cursor over a part of the text; its problems become those of the whole."""
        found = Cursor(self.text, self.subject, start, end, self._lines)
        self._cursors.append(found)
        return found

    # --- steps ------------------------------------------------------------------------------------------------------------------

    def _title(self, block: Block) -> str:
        text = self.text[block.start : block.end].strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
            text = text[1:-1].replace(text[0] * 2, text[0])
        if not text:
            self._note(
                block, "no_title", "a scenario has no title", 'say what it is about: scenario "an order is paid"'
            )
        return text

    def _step(self, block: Block) -> Step | None:
        cursor = self.cursor(block.start, block.end)
        doing = self.doing(cursor, block)
        if doing is None or cursor.problems:
            return None
        if not cursor.is_done:
            cursor.unexpected()
            return None
        if block.table and not isinstance(doing, Records | Answers):
            self._note(block, "stray_table", "a table stands below a step that takes none")
        return Step(block.keyword, " ".join(self.text[block.start : block.end].split()), block.line, doing)

    def doing(self, cursor: Cursor, block: Block) -> Doing | None:
        """What the step does or expects; None, with its problems noted in the cursor, where it cannot be read."""
        if block.kind == "then":
            if block.keyword != "expect":
                cursor.word("expect")
            return expectation(cursor, self.vocabulary, block.table, self.cursor)
        if not block.kind:
            self._note(block, "no_step_before", f"{block.keyword} follows no step", "begin with given, when or then")
            return None
        root = cursor.word("actor", "tenant", "context")
        if root:
            return self._who(cursor, root)
        if block.kind == "given" and (found := self._given(cursor, block)) is not None:
            return found
        return None if cursor.problems else command(cursor, self.vocabulary)

    def _who(self, cursor: Cursor, root: str) -> Who | None:
        if root == "tenant":
            found = value(cursor, None)
            return None if missing(found) else Who("tenant", tenant=str(found))
        values: list[tuple[str, Scalar]] = []
        if not cursor.word("with"):
            cursor.unexpected()
            return None
        while True:
            cursor.offer("a name", tuple)
            name = cursor.token
            if name.kind not in ("NAME", "QUOTED"):
                cursor.unexpected()
                return None
            cursor.at += 1
            found = value(cursor, None)
            if missing(found):
                return None
            values.append((name.name, found))  # type: ignore[arg-type]  # what is not missing is a value
            if not cursor.symbol(","):
                return Who("actor" if root == "actor" else "context", tuple(values))

    def _given(self, cursor: Cursor, block: Block) -> Records | None:
        """Records of a resource: one with values, or those of a table. None where something else is said."""
        found = self.vocabulary.nouns.matches(cursor)
        for size, entry in found:
            following, resource = cursor.ahead(size), entry.meaning
            if following.lower == "with":
                cursor.at += size
                values = new_record(cursor, self.vocabulary, resource)
                return Records(resource.name, (tuple(values.items()),))
            if following.kind == "END":
                cursor.at += size
                phrases = self.vocabulary.scope(resource).given
                if not block.table:
                    cursor.offer("'with'", lambda: (Offer("with", "word"),))
                    cursor.problem(
                        "no_records",
                        f"which {entry.name} is not said",
                        following.start,
                        "go on with 'with', or put a table below",
                    )
                    return None
                return Records(resource.name, records(block.table, self.cursor, self.vocabulary, phrases))
        if found and not self.vocabulary.verbs.found(cursor):
            cursor.at += found[0][0]
            cursor.word("with")
            cursor.unexpected()
        return None
