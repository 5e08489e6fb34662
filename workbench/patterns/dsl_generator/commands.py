"""Commands: a verb, a record or the rows it is about, and what they are given. What is read is data; ``running`` does it.

create customer with name 'Ann', tier 'gold'
pay order 7 with amount 40
update order with number 'A-7' with total 12.50
cancel appointments where starts_at < 2026-01-01
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.actions.outcome import Kind
from workbench.model import Argument, Attribute, Relationship, Resource
from workbench.model.expression import Node, Scalar
from workbench.model.verify.constants import constant
from workbench.patterns.dsl_generator.expressions import condition, written
from workbench.patterns.dsl_generator.values import MISSING, Chosen, chosen, missing, value, value_text
from workbench.patterns.dsl_generator.vocabulary import Member, Verb, Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Offer, Phrases, said

__all__ = ["Command", "Given", "command", "given", "given_text", "new_record"]

Given = Scalar | Chosen
"""What an attribute is given; a relationship may be given the record it leads to."""

_ABOUT_ROWS = ("update", "destroy")


@dataclass(frozen=True, slots=True)
class Command:
    """Do ``verb`` with a record of ``resource``: a new one, the one ``target`` means, or all for which ``where`` is true.

    ``action`` is the declared action or event; empty for what every resource has. ``str`` writes it as it is read.
    """

    verb: str
    kind: Kind
    resource: str
    action: str = ""
    target: Chosen | None = None
    where: Node | None = None
    values: tuple[tuple[str, Given], ...] = ()
    arguments: tuple[tuple[str, Scalar], ...] = ()

    def __str__(self) -> str:
        words = [said(self.verb), said(self.resource)]
        if self.target is not None:
            words += [str(self.target)] if self.target.is_key else ["with", str(self.target)]
        if self.where is not None:
            words += ["where", written(self.where)]
        if self.values or self.arguments:
            listed = [*self.values, *self.arguments]
            words += ["with", ", ".join(f"{said(name)} {given_text(each)}" for name, each in listed)]
        return " ".join(words)


def given_text(of: Given) -> str:
    """What an attribute is given, as the language writes it."""
    if not isinstance(of, Chosen):
        return value_text(of)
    return str(of) if of.is_key else f"({of})"


def command(cursor: Cursor, vocabulary: Vocabulary) -> Command | None:
    """The command that stands here, taken; None, with its problems noted, where there is none."""
    verb = _verb(cursor, vocabulary)
    if verb is None:
        return None
    target: Chosen | None = None
    where: Node | None = None
    problems = len(cursor.problems)
    if verb.kind in _ABOUT_ROWS:
        if cursor.word("where"):
            where = condition(cursor, vocabulary, verb.resource, ("with",))
        else:
            target = chosen(cursor, vocabulary, verb.resource)
        if len(cursor.problems) > problems:
            cursor.skip("with")
    values, arguments = _with(cursor, vocabulary, verb)
    if verb.kind == "update" and not (verb.action or values) and len(cursor.problems) == problems:
        cursor.unexpected()
    if len(cursor.problems) > problems:
        return None
    return Command(
        verb.word,
        verb.kind,
        verb.resource.name,
        verb.action,
        target,
        where,
        tuple(values.items()),
        tuple(arguments.items()),
    )


def _verb(cursor: Cursor, vocabulary: Vocabulary) -> Verb | None:
    """The verb and the resource it is done to: of all readings the first in which the verb can be done to a resource."""
    found = vocabulary.verbs.matches(cursor)
    if not found:
        cursor.unexpected("unknown_verb")
        return None
    start = cursor.at
    for size, entry in found:
        cursor.at = start + size
        about = entry.meaning
        offers = tuple(each for each in vocabulary.nouns.entries.values() if each.name in about)
        cursor.offer("a resource", lambda offers=offers: (Offer(said(e.name), e.kind, e.detail) for e in offers))  # type: ignore[misc]
        for length, noun in vocabulary.nouns.found(cursor):
            if noun.name in about:
                cursor.at += length
                return about[noun.name]
    size, entry = found[0]
    cursor.at = start + size
    others = vocabulary.nouns.found(cursor)
    if others:
        noun_ = others[0][1]
        word, names = said(entry.name), ", ".join(map(said, list(entry.meaning)[:6]))
        cursor.problem(
            "unknown_verb",
            f"{word} cannot be done to {said(noun_.name)}",
            cursor.tokens[start].start,
            f"it can be done to {names}",
        )
    else:
        cursor.unexpected("unknown_resource")
    return None


def _with(cursor: Cursor, vocabulary: Vocabulary, verb: Verb) -> tuple[dict[str, Given], dict[str, Scalar]]:
    """What the record is given, and the arguments of the action."""
    values: dict[str, Given] = {}
    arguments: dict[str, Scalar] = {}
    problems = len(cursor.problems)
    takes_none = verb.kind == "destroy" and not (verb.declared and verb.declared.arguments)
    if takes_none or not cursor.word("with"):
        if not cursor.is_done and len(cursor.problems) == problems:
            cursor.unexpected()
        elif len(cursor.problems) == problems:
            _needed(cursor, verb, arguments)
        return values, arguments
    scope = vocabulary.scope(verb.resource)
    phrases = scope.given if verb.declared is None else scope.given_to(verb.declared)
    while True:
        _one_given(cursor, vocabulary, phrases, values, arguments)
        if cursor.is_done:
            break
        if not cursor.symbol(","):
            if len(cursor.problems) == problems:
                cursor.unexpected()
            cursor.skip(",")
            if not cursor.symbol(","):
                break
    if len(cursor.problems) == problems:
        _needed(cursor, verb, arguments)
    return values, arguments


def new_record(cursor: Cursor, vocabulary: Vocabulary, resource: Resource) -> dict[str, Given]:
    """What ``with …`` gives to a new record of ``resource``."""
    return _with(cursor, vocabulary, Verb("create", "create", resource))[0]


def _one_given(
    cursor: Cursor,
    vocabulary: Vocabulary,
    phrases: Phrases[Member],
    values: dict[str, Given],
    arguments: dict[str, Scalar],
) -> None:
    """A name and its value; after a problem, everything up to the next comma is left out."""
    start = cursor.token.start
    entry = phrases.take(cursor)
    if entry is None:
        cursor.unexpected("unknown_name")
        cursor.skip(",")
        return
    if entry.name in values or entry.name in arguments:
        cursor.problem("given_twice", f"{said(entry.name)} is given twice", start, "leave one of them out")
    found = given(cursor, vocabulary, entry.meaning)
    if missing(found):
        cursor.skip(",")
    elif isinstance(entry.meaning, Argument):
        arguments[entry.name] = found  # type: ignore[assignment]  # an argument has a type, so this is a plain value
    else:
        values[entry.name] = found


def given(cursor: Cursor, vocabulary: Vocabulary, to: Member) -> Given:
    """The value for an attribute or argument, or the record for a relationship; ``MISSING`` where there is none."""
    if isinstance(to, Relationship):
        return _related(cursor, vocabulary, to)
    return value(
        cursor, to.type if isinstance(to, Attribute | Argument) else None, to if isinstance(to, Attribute) else None
    )  # type: ignore[return-value]


def _related(cursor: Cursor, vocabulary: Vocabulary, way: Relationship) -> Given:
    there = vocabulary.domain.resource(way.destination)
    if cursor.token.lower == "null":
        cursor.at += 1
        return None
    inside = cursor.token.text == "("
    cursor.offer("'('", tuple)
    found = chosen(cursor, vocabulary, there, inside=inside)
    return found if found is not None else MISSING  # type: ignore[return-value]


def _needed(cursor: Cursor, verb: Verb, arguments: dict[str, Scalar]) -> None:
    """Say which arguments are missing, at the end of the text."""
    declared = () if verb.declared is None else verb.declared.arguments
    absent = [
        each.name
        for each in declared
        if each.required and constant(each.default) is None and each.name not in arguments
    ]
    if absent:
        example = ", ".join(f"{said(name)} …" for name in absent)
        word = f"{said(verb.word)} {said(verb.resource.name)}"
        cursor.problem(
            "missing_argument",
            f"{word} needs {', '.join(map(said, absent))}",
            cursor.token.start,
            f"say: with {example}",
        )
