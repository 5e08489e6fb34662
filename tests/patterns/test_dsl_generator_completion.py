"""Completion and help: what could stand at a place of a half-written text, and what a word there means."""

from __future__ import annotations

import pytest

from tests.patterns.clinic import CLINIC, LANGUAGE
from workbench.display.text import plain
from workbench.errors import VerificationError
from workbench.patterns.dsl_generator.completion import TextKind


def proposed(text: str, *kinds: TextKind, offset: int | None = None) -> list[str]:
    """The texts proposed at the end of ``text``."""
    return [each.text for each in LANGUAGE.complete(text, offset, kinds or ("question", "command"))]


@pytest.mark.parametrize(
    ("text", "has", "has_not"),
    [
        ("", ["patient", "no_shows", "create", "how many", "top"], ["where", "status ="]),
        ("can", ["cancel"], ["create"]),
        ("cancel ", ["appointment"], ["patient", "staff"]),
        ("create appointment with ", ["patient", "status", "starts_at"], ["no_shows", "where"]),
        ("create appointment with status ", ["'booked'", "'no_show'"], ["patient"]),
        ("charge appointment 7 with ", ["amount"], ["fee"]),
        ("cancel appointment 7 ", [], ["by"]),
        ("no_shows ", ["by", "where", "of", "first"], ["with"]),
        ("no_shows by ", ["clinician", "starting", "month of"], ["visits", "where"]),
        ("no_shows by clinician ", ["role", "where"], ["status"]),
        ("no_shows by clinician.", ["role", "email"], ["where", "status"]),
        ("income ", ["of", "by"], []),
        ("appointments where ", ["status", "lower("], ["where", "by"]),
        ("appointments where status = ", ["'booked'"], ["sorted by"]),
        ("appointments where fee > 3 ", ["and", "sorted by", "first"], ["status"]),
        ("appointments where clinician.", ["email"], ["and", "sorted by"]),
        ("appointments where reason = 'so", [], ["sorted by"]),
        ("appointments sorted by ", ["fee"], ["where"]),
        ("average ", ["fee", "cost"], ["by"]),
        ("how ", ["many"], ["patient"]),
        ("update patient 'P1' with accom", ['"with"'], ["mrn"]),
        ('update patient \'P1\' with "w', ['"with"'], ["mrn"]),
    ],
)  # fmt: skip
def test_what_can_stand_there_is_proposed_and_nothing_else(text: str, has: list[str], has_not: list[str]) -> None:
    """Proposals are the grammar's own expectations, narrowed by what is begun."""
    found = proposed(text)
    assert {*has} <= {*found} and not {*has_not} & {*found}, found


def test_what_stands_behind_the_place_is_read_ahead() -> None:
    """Inside a text, the resource named further right tells which attributes may stand there."""
    assert "cost" in proposed("average  of treatments", offset=8)
    assert "fee" not in proposed("average  of treatments", offset=8)


def test_a_proposal_says_what_it_replaces_and_means() -> None:
    """The begun word is replaced; attributes come with their type."""
    (found,) = [
        each for each in LANGUAGE.complete("appointments where sta", None, ("question",)) if each.text == "status"
    ]
    assert (found.start, found.end, found.kind) == (19, 22, "attribute")
    assert found.detail.startswith("enum(")


def test_every_proposed_name_is_taken() -> None:
    """A proposed attribute, put in, is none of the problems of the text."""
    for each in LANGUAGE.complete("no_shows by ", None, ("question",)):
        if each.kind != "word":
            try:
                LANGUAGE.question(f"no_shows by {each.text}")
            except VerificationError as error:
                assert {problem.code for problem in error.problems} == {"not_a_value"}


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("", ["scenario", "background"]),
        ('scenario "x"\n  ', ["given", "when", "then"]),
        ('scenario "x"\n  whe', ["when"]),
        ('scenario "x"\n  given app', ["appointment"]),
        ('scenario "x"\n  given appointment\n    | i', ["id"]),
        ('scenario "x"\n  when can', ["cancel"]),
        ('scenario "x"\n  then appointment 7 is ', ["booked", "not"]),
        ('scenario "x"\n  then appointment 7 has f', ["fee"]),
        ('scenario "x"\n  then expect refused by by', ["by_physician"]),
        ('scenario "x"\n  when cancl x\n  then expect no_shows b', ["by"]),
    ],
)  # fmt: skip
def test_scenarios_are_completed_too(text: str, has: list[str]) -> None:
    """Steps, records, states and rules, also below a line that has a problem."""
    assert {*has} <= {*proposed(text, "scenario")}


def test_help_says_what_a_word_means() -> None:
    """A measure, a verb, a resource by its plural; nothing known gives the whole page."""
    assert "count(where status = 'no_show')" in plain(LANGUAGE.help("no_shows by clinician", 3))
    assert "cancel appointment 1" in plain(LANGUAGE.help("cancel appointment 7", 2))
    assert "starts_at" in plain(LANGUAGE.help("how many appointments"))
    assert "The language of clinic" in plain(LANGUAGE.help("xyz"))
    assert "Questions" in plain(LANGUAGE.help())


def test_the_page_has_every_word() -> None:
    """Nouns, verbs, measures and attributes are there, and the grammar names them."""
    shown = plain(LANGUAGE.view())
    for resource in CLINIC.resources:
        assert all(
            each.name in shown for each in (resource, *resource.attributes, *resource.measures, *resource.actions)
        )
        assert resource.name in LANGUAGE.grammar
    assert "check_in" in shown and "Outpatient visit" in shown


def test_every_place_of_a_text_can_be_completed() -> None:
    """Wherever the caret stands, what was there before is among the proposals, unless it stands inside a value."""
    text = "no_shows by clinician where starts_at >= 2026-01-01 and fee > 3 sorted by no_shows"
    for word in ("no_shows", "by", "clinician", "where", "starts_at", "and", "fee"):
        place = text.index(f"{word} ")
        assert word in {each.text for each in LANGUAGE.complete(text, place, ("question",))}, word
