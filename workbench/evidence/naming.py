"""What the names of two columns say of a reference between them, in bits."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.evidence.names import (
    IDENTIFIER_WORDS,
    MEASURE_WORDS,
    NOT_ROLES,
    PERSON_ROLES,
    SELF_WORDS,
    is_about_people,
    is_opaque,
    singular,
    stem_words,
    words,
)
from workbench.evidence.profile import ColumnProfile

__all__ = ["name_bits", "named_bits"]

_SMALL_WORDS = {"per", "for", "from", "the", "and", "via", "not", "has", "pro", "pre"}
_COUNTERS = ("no", "nr", "num", "number", "seq", "code")


def named_bits(
    source: ColumnProfile, target: ColumnProfile, others: frozenset[str], silent: frozenset[str] = frozenset()
) -> float:
    """What the names say most clearly; the rest as in `name_bits`."""
    return max((bits for _, bits in name_bits(source, target, others, silent)), default=0.0)


def name_bits(
    source: ColumnProfile, target: ColumnProfile, others: frozenset[str], silent: frozenset[str]
) -> Iterator[tuple[str, float]]:
    """Each thing the names say, with its weight. ``others`` are words of all table names, ``silent`` those that nearly all of them share."""
    if is_opaque(source.name) or (is_opaque(target.name) and is_opaque(target.table)):
        return
    all_words, said = words(source.name), {singular(word) for word in stem_words(source.name)}
    table, column = set(stem_words(target.table)) - silent, set(stem_words(target.name))
    marked = bool(set(all_words) & IDENTIFIER_WORDS)
    within, is_role = source.table == target.table, True
    if source.is_numeric and all_words[-1] in MEASURE_WORDS and not marked and singular(all_words[-1]) not in table:
        yield ("named as a measure or a part of a date", -12.0)
    elif table and not within and (table <= said or _abbreviates(said, table)):
        yield (f"named after {target.table}", 9.0)
    elif (
        within
        and (source.missing or not source.is_unique)
        and (set(all_words) & SELF_WORDS or all_words[-1] in ("of", "by"))
    ):
        yield ("named as a link within one table", 11.0)
    elif is_about_people(target.table) and not _looks_like_key(source) and _names_a_person(all_words):
        yield ("named as a person's part in it", 11.0 if is_about_people(target.table, at_work=True) else 10.0)
    elif table & said and not within:
        yield (f"named partly after {target.table}", 5.0)
    elif source.name.lower() == target.name.lower() and column and not _is_generic(column):
        yield (f"both are called {source.name}", 8.0)
    elif column and column & said and not _is_generic(column & said):
        yield (f"named like {target.name}", 4.0)
    elif said & others - silent:
        yield ("named after another table", -8.0)
    elif source.is_numeric and set(all_words) & MEASURE_WORDS and not marked:
        yield ("named like a measure", -8.0)
    else:
        is_role = False
        if said:
            yield ("the name does not mention the target", -3.5 if source.is_numeric and not marked else -1.5)
    if marked and source.name.lower() not in IDENTIFIER_WORDS:
        yield ("named as an identifier", 3.0 if is_role else 1.0)
    elif not marked and source.is_numeric and not is_role:
        yield ("a number not named as an identifier", -3.0)


def _looks_like_key(profile: ColumnProfile) -> bool:
    """Whether a column identifies the rows of its own table, by its values and its place."""
    return profile.is_unique and not profile.missing and (profile.is_dense or profile.position == 0)


def _names_a_person(said: tuple[str, ...]) -> bool:
    """Whether words name what somebody does or has done to them: ``approver``, ``payee``, ``created_by``, ``head``."""
    if said[-1] in _COUNTERS:
        return False
    if said[-1] == "by" or set(said) & PERSON_ROLES:
        return True
    return any(len(word) >= 5 and word.endswith(("er", "or", "ee", "ant")) and word not in NOT_ROLES for word in said)


def _is_generic(said: set[str]) -> bool:
    return said <= {
        "name",
        "date",
        "type",
        "status",
        "state",
        "time",
        "description",
        "title",
        "value",
        "year",
        "number",
    }


def _abbreviates(said: set[str], table: set[str]) -> bool:
    """Whether a word of the name is the beginning of the table's word, or its letters: ``dept`` of department, ``cust`` of customer."""
    return (
        any(
            len(word) >= 3
            and (
                whole.startswith(word)
                or (word[0] == whole[0] and _is_subsequence(word, whole) and len(word) * 2 <= len(whole) + 2)
            )
            for word in said - _SMALL_WORDS
            for whole in table
            if word != whole
        )
        and len(table) == 1
    )


def _is_subsequence(word: str, whole: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in word)
