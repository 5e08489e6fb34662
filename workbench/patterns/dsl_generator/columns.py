"""Columns of an answer, named again to sort by; and the steps that time is cut into."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.evidence.names import words
from workbench.patterns.dsl_generator.questions import Word
from workbench.patterns.dsl_generator.vocabulary import GRAINS
from workbench.patterns.dsl_generator.words import Cursor, Offer

__all__ = ["column", "step_of_time"]


def column(cursor: Cursor, columns: Sequence[Word]) -> Word | None:
    """The column that is named here by its whole text, as written or in words; taken. None where none is."""
    cursor.offer("a column", lambda: (Offer(each.text, "column") for each in columns))
    for fold in (str, str.casefold):
        for each in sorted(columns, key=lambda each: -len(each.text)):
            written = [token.name for token in Cursor(each.text, "").tokens[:-1]]
            plain = [word for word in written if word != "."]
            for form in (written, plain, [part for word in plain for part in words(word)]):
                wanted = [fold(word) for word in form]
                if wanted and wanted == [fold(cursor.ahead(place).name) for place in range(len(wanted))]:
                    cursor.at += len(wanted)
                    return each
    return None


def step_of_time(cursor: Cursor) -> str:
    """``month`` where ``month of`` stands here, taken; empty where no step does."""
    cursor.offer("a step of time", lambda: (Offer(f"{each} of", "word") for each in GRAINS))
    if cursor.token.lower in GRAINS and cursor.ahead(1).lower == "of":
        cursor.at += 2
        return cursor.tokens[cursor.at - 2].lower
    return ""
