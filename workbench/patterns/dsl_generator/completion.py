"""What could be written at a place of a half-written text, and what the word there means: read off the grammar, as errors are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.patterns.dsl_generator.asking import question
from workbench.patterns.dsl_generator.commands import command
from workbench.patterns.dsl_generator.scenarios import STEPS, Block, ScenarioText
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Offer

__all__ = ["Completion", "TextKind", "complete", "word_at"]

TextKind: TypeAlias = Literal["question", "command", "scenario"]

_PART = re.compile(r"\"[^\"\n]*\Z|[^\W\d]\w*\Z")
_WORD = re.compile(r"\"(?:[^\"]|\"\")+\"|[^\W\d]\w*")
_HEADS = ("scenario", "background")


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` may take the place of what stands from ``start`` to ``end``; ``detail`` says what it means."""

    text: str
    start: int
    end: int
    kind: str
    detail: str = ""


def complete(text: str, offset: int, vocabulary: Vocabulary, kinds: tuple[TextKind, ...]) -> tuple[Completion, ...]:
    """What could be written at ``offset`` of a text of one of ``kinds``, names before words; what is begun there is a part of it."""
    before, rest = text[:offset], text[offset:]
    part = _PART.search(before)
    start = part.start() if part else offset
    begun = before[start:].strip('"').casefold()
    if _is_inside_text(before[:start]):
        return ()
    found: dict[str, Offer] = {}
    for kind in kinds:
        for each in _offers(before[:start], rest, vocabulary, kind):
            forms = (each.text.strip("\"'"), *each.also)
            if any(form.casefold().startswith(begun) for form in forms) and each.text.casefold() != begun:
                found.setdefault(each.text, each)
    ordered = sorted(found.values(), key=lambda each: each.kind in ("word", "operator", "function"))
    return tuple(Completion(each.text, start, offset, each.kind, each.detail) for each in ordered)


def _is_inside_text(before: str) -> bool:
    """Whether a ``'text'`` is open at the end, on its last line."""
    return before.rpartition("\n")[2].count("'") % 2 == 1


def _offers(before: str, rest: str, vocabulary: Vocabulary, kind: TextKind) -> list[Offer]:
    if kind == "scenario":
        return list(_in_scenario(before, vocabulary))
    cursor = Cursor(before, kind)
    cursor.rest, cursor.is_unfinished = rest, True
    (question if kind == "question" else command)(cursor, vocabulary)
    return cursor.offered()


def _in_scenario(before: str, vocabulary: Vocabulary) -> Iterator[Offer]:
    line = before.rpartition("\n")[2]
    reading = ScenarioText(before, vocabulary)
    blocks = list(reading.blocks())
    block: Block | None = blocks[-1] if blocks else None
    if not line.strip():
        yield from (Offer(each, "word") for each in (*STEPS, *_HEADS))
        return
    if block is None or not block.kind:
        return
    if line.strip().startswith("|"):
        if len(block.table) <= 1 and block.kind == "given":
            cursor = Cursor(reading.text, "", block.start, block.end)
            entry = vocabulary.nouns.take(cursor)
            yield from () if entry is None else vocabulary.scope(entry.meaning).given.offers()
        return
    cursor = reading.cursor(block.start, len(before))
    reading.doing(cursor, block)
    yield from cursor.offered()


def word_at(text: str, offset: int) -> str:
    """The word or quoted name at ``offset``, or right before it; empty where there is none."""
    return next((each[0] for each in _WORD.finditer(text) if each.start() <= offset <= each.end()), "")
