"""What a scenario expects: a state, values, a number of rows, an answer, or that what was done is refused.

expect order 7 is paid                        expect 3 orders where total > 100
expect order 7 has total 40, tier 'gold'      expect no orders where status = 'open'
expect order 7 exists                         expect revenue where status = 'paid' to be 40
expect no order 7                             expect revenue by customer tier        (and a table)
expect refused 'nothing to pay'               expect refused by in_order
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from workbench.model import Relationship, Resource
from workbench.model.expression import Path, Scalar
from workbench.patterns.dsl_generator.asking import question
from workbench.patterns.dsl_generator.commands import given
from workbench.patterns.dsl_generator.expressions import condition, written
from workbench.patterns.dsl_generator.questions import Asked, counted_rows
from workbench.patterns.dsl_generator.tables import Row, any_cell
from workbench.patterns.dsl_generator.values import Chosen, chosen, missing, value, value_text
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Entry, Offer, Phrases, said

__all__ = ["Answers", "Count", "Exists", "Expectation", "Has", "Is", "Refused", "expectation"]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was done before is refused: by the rule, identity or attribute called ``by``, with a message in which ``saying`` occurs."""

    by: str = ""
    saying: str = ""

    def __str__(self) -> str:
        return "refused" + (f" by {said(self.by)}" if self.by else f" {value_text(self.saying)}" if self.saying else "")


@dataclass(frozen=True, slots=True)
class Is:
    """A record has a state (or, negated, has another)."""

    record: Chosen
    attribute: str
    state: str
    negated: bool = False

    def __str__(self) -> str:
        return f"{_noun(self.record)} is {'not ' * self.negated}{said(self.state)}"


@dataclass(frozen=True, slots=True)
class Has:
    """A record has these values, each at the end of a path: of an attribute, or of what identifies the record it refers to."""

    record: Chosen
    values: tuple[tuple[tuple[str, ...], Scalar], ...]

    def __str__(self) -> str:
        return (
            f"{_noun(self.record)} has {', '.join(f'{Path(names)} {value_text(each)}' for names, each in self.values)}"
        )


@dataclass(frozen=True, slots=True)
class Exists:
    """A record is there, or is not."""

    record: Chosen
    negated: bool = False

    def __str__(self) -> str:
        return f"no {_noun(self.record)}" if self.negated else f"{_noun(self.record)} exists"


@dataclass(frozen=True, slots=True)
class Count:
    """So many rows are there."""

    number: int
    asked: Asked

    def __str__(self) -> str:
        where = "" if self.asked.where is None else f" where {written(self.asked.where)}"
        return f"{self.number or 'no'} {said(self.asked.resource)}{where}"


@dataclass(frozen=True, slots=True)
class Answers:
    """A question has this answer: ``rows`` of the ``columns`` named, in any order unless the question tells one."""

    asked: Asked
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    is_value: bool = False

    def __str__(self) -> str:
        return f"{self.asked}" + (f" to be {value_text(self.rows[0][0])}" if self.is_value else "")


Expectation: TypeAlias = Refused | Is | Has | Exists | Count | Answers


def _noun(record: Chosen) -> str:
    return f"{said(record.resource)} {'' if record.is_key else 'with '}{record}"


def expectation(
    cursor: Cursor, vocabulary: Vocabulary, table: list[Row], cursor_of: Callable[[int, int], Cursor]
) -> Expectation | None:
    """The expectation that stands here, to the end; None, with its problems noted, where there is none."""
    if cursor.word("refused"):
        return _refused(cursor, vocabulary)
    if cursor.word("no"):
        if vocabulary.nouns.matches(cursor) or cursor.is_done:
            return _none(cursor, vocabulary)
        cursor.at -= 1
    number = cursor.number("a number of rows")
    if number is not None:
        resource = _resource(cursor, vocabulary)
        return None if resource is None else _count(cursor, vocabulary, resource, number)
    for size, entry in vocabulary.nouns.matches(cursor):
        following = cursor.ahead(size)
        if following.kind in ("NUMBER", "STRING", "DATE", "TIMESTAMP") or following.text in (
            "(",
            "-",
            "with",
            "true",
            "false",
        ):
            cursor.at += size
            return _of_record(cursor, vocabulary, entry.meaning)
    return _answers(cursor, vocabulary, table, cursor_of)


def _resource(cursor: Cursor, vocabulary: Vocabulary) -> Resource | None:
    entry = vocabulary.nouns.take(cursor)
    if entry is None:
        cursor.unexpected("unknown_resource")
    return None if entry is None else entry.meaning


def _refused(cursor: Cursor, vocabulary: Vocabulary) -> Refused | None:
    if cursor.word("by"):
        entry = Phrases("a rule", _refusing(vocabulary)).take(cursor)
        if entry is None:
            cursor.unexpected("unknown_name")
            return None
        return Refused(by=entry.name)
    cursor.offer("a 'message'", tuple)
    if cursor.token.kind == "STRING":
        saying = value(cursor, None)
        return Refused(saying=str(saying))
    return Refused()


def _refusing(vocabulary: Vocabulary) -> Iterator[Entry[str]]:
    """All that may refuse: rules, identities, attributes, relationships and policies by name."""
    for resource in vocabulary.domain.all_resources:
        for kind in ("rules", "identities", "policies", "attributes", "relationships"):
            for each in getattr(resource, kind):
                yield Entry(each.name, each.name, kind="rule", detail=f"of {resource.name}")
    for policy in vocabulary.domain.policies:
        yield Entry(policy.name, policy.name, kind="rule")


def _none(cursor: Cursor, vocabulary: Vocabulary) -> Expectation | None:
    resource = _resource(cursor, vocabulary)
    if resource is None:
        return None
    if cursor.is_done or cursor.token.lower == "where":
        return _count(cursor, vocabulary, resource, 0)
    record = chosen(cursor, vocabulary, resource)
    return None if record is None else Exists(record, negated=True)


def _count(cursor: Cursor, vocabulary: Vocabulary, resource: Resource, number: int) -> Count | None:
    where = None
    if cursor.word("where"):
        where = condition(cursor, vocabulary, resource, ())
        if where is None:
            return None
    return Count(number, counted_rows(resource.name, where))


def _of_record(cursor: Cursor, vocabulary: Vocabulary, resource: Resource) -> Expectation | None:
    record = chosen(cursor, vocabulary, resource)
    if record is None:
        return None
    word = cursor.word("is", "has", "exists")
    if word == "exists":
        return Exists(record)
    if word == "is":
        return _is(cursor, vocabulary, resource, record)
    if word == "has":
        return _has(cursor, vocabulary, resource, record)
    cursor.unexpected()
    return None


def _is(cursor: Cursor, vocabulary: Vocabulary, resource: Resource, record: Chosen) -> Is | None:
    negated = bool(cursor.word("not"))
    states, token = vocabulary.scope(resource).states, cursor.token
    cursor.offer(
        "a state", lambda: (Offer(said(each), "state", f"of {', '.join(names)}") for each, names in states.items())
    )
    state = token.text[1:-1].replace("''", "'") if token.kind == "STRING" else token.name
    if token.kind not in ("NAME", "QUOTED", "STRING") or state not in states:
        cursor.unexpected("unknown_state")
        return None
    cursor.at += 1
    if len(states[state]) > 1:
        hint = " or ".join(f"has {said(name)} {value_text(state)}" for name in states[state])
        cursor.problem(
            "ambiguous_state", f"{state} is a value of {' and of '.join(states[state])}", token.start, f"say: {hint}"
        )
        return None
    return Is(record, states[state][0], state, negated)


def _has(cursor: Cursor, vocabulary: Vocabulary, resource: Resource, record: Chosen) -> Has | None:
    phrases = Phrases(f"an attribute of {said(resource.name)}", vocabulary.scope(resource).held())
    values: list[tuple[tuple[str, ...], Scalar]] = []
    while True:
        entry = phrases.take(cursor)
        if entry is None:
            cursor.unexpected("unknown_name")
            return None
        found = given(cursor, vocabulary, entry.meaning)
        if missing(found):
            return None
        if isinstance(found, Chosen):
            values += [((entry.name, name), each) for name, each in found.values]
        elif isinstance(entry.meaning, Relationship):
            there = vocabulary.domain.resource(entry.meaning.destination)
            values += [((entry.name, name), None) for name in there.key]
        else:
            values.append(((entry.name,), found))
        if not cursor.symbol(","):
            return Has(record, tuple(values))


def _answers(
    cursor: Cursor, vocabulary: Vocabulary, table: list[Row], cursor_of: Callable[[int, int], Cursor]
) -> Answers | None:
    asked = question(cursor, vocabulary, "to")
    if asked is None:
        return None
    if cursor.word("to"):
        if not cursor.word("be"):
            cursor.unexpected()
            return None
        wanted = value(cursor, None)
        if missing(wanted):
            return None
        if len(asked.items) != 1 or asked.by:
            cursor.problem(
                "several_values",
                f"{asked} has more than one value",
                cursor.tokens[0].start,
                "expect its rows: put a table below",
            )
            return None
        return Answers(asked, (asked.items[0].name,), ((wanted,),), is_value=True)  # type: ignore[arg-type]
    if not table:
        cursor.problem(
            "nothing_expected",
            "what the answer is to be is not said",
            cursor.token.start,
            "say: … to be VALUE, or put a table below",
        )
        return None
    return _rows(asked, vocabulary, table, cursor_of)


def _rows(
    asked: Asked, vocabulary: Vocabulary, table: list[Row], cursor_of: Callable[[int, int], Cursor]
) -> Answers | None:
    known = {each.name: each.text for each in (*asked.by, *asked.items)}
    if not known:
        known = {each.name: said(each.name) for each in vocabulary.domain.resource(asked.resource).attributes}
    columns: list[str] = []
    for start, end in table[0].cells:
        cursor = cursor_of(start, end)
        heading = [token.name.casefold() for token in cursor.tokens if token.text not in (".", "")]
        name = next((name for name, text in known.items() if heading in (_words(name), _words(text))), "")
        if not name:
            cursor.offer("a column of the answer", lambda: (Offer(text, "column") for text in known.values()))
            cursor.unexpected("unknown_name")
        columns.append(name)
    for row in table[1:]:
        if len(row.cells) != len(columns):
            message = f"the row has {len(row.cells)} cells, and the table {len(columns)} columns"
            cursor_of(row.start, row.start).problem("wrong_row", message, row.start, "separate cells with '|'")
    text = cursor_of(table[0].start, table[0].start).text
    rows = tuple(tuple(any_cell(text[start:end]) for start, end in row.cells) for row in table[1:])
    return Answers(asked, tuple(columns), rows)


def _words(text: str) -> list[str]:
    return [token.name.casefold() for token in Cursor(text, "").tokens if token.text not in (".", "")]
