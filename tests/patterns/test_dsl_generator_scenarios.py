"""Scenarios: told in the words of a domain, run in workspaces of their own, reported step by step."""

from __future__ import annotations

import pytest

from tests.patterns.clinic import CLINIC, LANGUAGE, DeskOnly, opened
from workbench.display.html import html
from workbench.display.text import plain
from workbench.errors import VerificationError
from workbench.patterns.dsl_generator import ScenarioReport
from workbench.patterns.dsl_generator.scenarios import ScenarioText
from workbench.workspace.session import Workspace

BACKGROUND = """
# who is there
background
  given staff
    | id | email         | role      |
    | 1  | a@example.org | physician |
    | 2  | b@example.org | nurse     |
  given patient with mrn 'P1', born_on 1990-06-01
  given appointment with id 7, patient 'P1', clinician (email 'a@example.org'), starts_at 2026-01-05T09:00Z, fee 40
"""


def ran(text: str, *stages: DeskOnly) -> ScenarioReport:
    """The report of ``text`` after the background."""
    return LANGUAGE.run_scenarios(BACKGROUND + text, lambda: opened(*stages))


def steps(report: ScenarioReport) -> list[tuple[str, str, str]]:
    """Status, expected and found of every step of the first scenario but the background's three."""
    return [(each.status, each.expected, each.found) for each in report.results[0].steps[3:]]


def test_a_scenario_passes_when_everything_is_as_expected() -> None:
    """States, values, counts, answers as value and as table, records that are and are not there."""
    report = ran("""
scenario "a visit"
  when check in appointment 7
  and charge appointment 7 with amount 12.50
  then appointment 7 is arrived
  and appointment 7 is not booked
  and appointment 7 has clinician (email 'a@example.org')
  and appointment 7 has fee 12.50, clinician 1, patient 'P1'
  and expect appointment 7 exists
  but expect no appointment 8
  expect 1 appointment where clinician role = 'physician'
    and fee > 12
  expect no appointments where fee > 100
  expect no shows to be 0
  expect income of appointments where status = 'arrived' to be 12.50
  expect income of appointments by clinician email
    | clinician email | income |
    | a@example.org   | 12.5   |
  expect staff sorted by id desc
    | id | role  |
    | 2  | nurse |
    | 1  | physician |
""")
    assert report.is_ok, plain(report.view())
    assert len(report.results[0].steps) == 17


def test_each_scenario_begins_anew() -> None:
    """What one scenario does another does not see."""
    report = ran("""
scenario "first"
  when cancel appointment 7
  then appointment 7 is cancelled

scenario "second"
  then appointment 7 is booked
""")
    assert report.is_ok


def test_a_refusal_may_be_expected() -> None:
    """By rule or by message, for impossible events too; then the scenario goes on."""
    report = ran(
        """
scenario "refusals"
  when book appointment with id 8, patient 'P1', clinician 2, starts_at 2026-01-06
  then expect refused by by_physician
  and expect refused 'needs a PHYSICIAN'
  when cancel appointment 7
  and cancel appointment 7
  then expect refused "from"
  and appointment 7 is cancelled
  when create staff with id 3, email 'a@example.org', role desk
  then expect refused by email
""".replace('"from"', "'from'")
    )
    assert report.is_ok, plain(report.view())


def test_a_policy_refuses_on_behalf_of_an_actor() -> None:
    """``actor`` says who everything after it is done for; hidden rows are not counted."""
    report = ran(
        """
scenario "only the desk"
  given actor with role 'nurse', id 1
  when cancel appointment 7
  then expect refused 'only the desk cancels'
  and expect 1 appointment
  when actor with id 2
  then expect no appointments
  when actor with role 'desk'
  and cancel appointment 7
  then appointment 7 is cancelled
""",
        DeskOnly(),
    )
    assert report.is_ok, plain(report.view())


def test_a_failure_says_what_was_expected_and_what_was_found() -> None:
    """Every expectation is tried; what could not be done stops the rest, which is skipped."""
    report = ran("""
scenario "all wrong"
  then appointment 7 is arrived
  and appointment 7 has fee 1, reason 'x'
  and expect 3 appointments
  and appointment 9 exists
  and no appointment 7
  and expect income of appointments to be 41
  and expect staff
    | id |
    | 3  |
  and expect refused
  when delete appointment 99
  then appointment 7 is booked
  when cancel appointment 7
""")
    assert not report.is_ok
    assert steps(report) == [
        ("failed", "appointment 7 is arrived", "it is 'booked'"),
        ("failed", "fee 1, reason 'x'", "fee 40.00, reason null"),
        ("failed", "3 appointment", "1 row"),
        ("failed", "appointment 9 exists", "there is none"),
        ("failed", "no appointment 7", "it is there"),
        ("failed", "41", "40.00"),
        ("failed", "3", "1; 2"),
        ("failed", "refused", "it was done"),
        ("failed", "it is done", "refused: appointment: appointment has no such row"),
        ("passed", "", ""),
        ("skipped", "", ""),
    ]


def test_a_refused_beginning_stops_the_scenario() -> None:
    """What is given must be possible."""
    report = ran("""
scenario "impossible"
  given appointment with id 8, patient 'P1', clinician 2, starts_at 2026-01-06
  when cancel appointment 8
""")
    assert [status for status, *_ in steps(report)] == ["failed", "skipped"]


def test_a_report_is_shown_as_text_and_html_and_as_data() -> None:
    """Line numbers, sensitive values masked, hostile text escaped."""
    report = ran("""
scenario "<script>alert(1)</script>"
  then patient 'P1' has born_on 1991-01-01
""")
    text, page = plain(report.view()), str(html(report.view()))
    assert "1 failed" in text
    assert "<script>" not in page and "&lt;script&gt;" in page
    step = report.as_dict()["scenarios"][0]["steps"][-1]
    assert (step["line"], step["status"]) == (12, "failed")
    assert "1990" not in step["found"] and "••" in step["found"]


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "hint"),
    [
        ('scenario "x"\n  wen cancel appointment 7', 2, 3, "unknown_step", "did you mean when?"),
        ("when cancel appointment 7", 1, 1, "no_scenario", "begin with"),
        ("scenario\n  when cancel appointment 7", 1, 1, "no_title", "say what it is about"),
        ('scenario "x"\n  and cancel appointment 7', 2, 3, "no_step_before", "given, when or then"),
        ('scenario "x"\n  when cancel appointmnt 7', 2, 15, "unknown_resource", "did you mean appointment?"),
        ('scenario "x"\n  then appointment 7 is bookd', 2, 25, "unknown_state", "did you mean booked?"),
        ('scenario "x"\n  then appointment 7', 2, 21, "syntax", ""),
        ('scenario "x"\n  then expect refused by nobody', 2, 26, "unknown_name", ""),
        ('scenario "x"\n  then expect staff', 2, 20, "nothing_expected", "put a table below"),
        ('scenario "x"\n  then staff by role to be 3', 2, 8, "several_values", "table"),
        ('scenario "x"\n  given staff\n    | id | rol |\n    | 1 | nurse |', 3, 12, "unknown_name", "did you mean role?"),
        ('scenario "x"\n  given staff\n    | id | role |\n    | x | porter |', 4, 7, "syntax", ""),
        ('scenario "x"\n  given staff\n    | id | role |\n    | 1 |', 4, 5, "wrong_row", ""),
        ('scenario "x"\n  given staff', 2, 14, "no_records", "table below"),
        ('scenario "x"\n  when cancel appointment 7\n    | id |', 2, 3, "stray_table", ""),
        ('scenario "x"\n| id |', 2, 1, "stray_row", ""),
        ('scenario "x"\n  given staff Ann', 2, 15, "syntax", ""),
        ('scenario "x"\n\nscenario "y"\n  then 0 staff', 1, 1, "no_steps", "given, done and expected"),
        ("", None, None, "no_scenario", 'begin with: scenario "title"'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_has_its_line_and_column(
    text: str, line: int | None, column: int | None, code: str, hint: str
) -> None:
    """Problems are those of commands and questions, at their place in the whole text."""
    with pytest.raises(VerificationError) as told:
        LANGUAGE.scenarios(text)
    assert any(
        (each.line, each.column, each.code) == (line, column, code) and hint in each.hint
        for each in told.value.problems
    ), str(told.value)


def test_all_mistakes_are_told_and_nothing_is_run() -> None:
    """One text with three mistakes has three problems, and no workspace is opened for it."""
    opened_: list[int] = []

    def never() -> Workspace:
        opened_.append(1)
        return opened()

    with pytest.raises(VerificationError) as told:
        LANGUAGE.run_scenarios(
            'scenario "x"\n  when cancl appointment 7\n  then appointment x\n\nscenario "y"\n  thne x\n', never
        )
    assert len(told.value.problems) == 3 and not opened_


def test_a_long_text_is_read_in_time_that_grows_with_it() -> None:
    """Ten thousand steps are read; what is longer than scenarios may be is a problem."""
    text = 'scenario "long"\n' + "  when cancel appointment 7\n" * 5_000
    assert len(LANGUAGE.scenarios(text)[0].steps) == 5_000
    with pytest.raises(VerificationError, match="at most"):
        ScenarioText("#" * 1_000_002, LANGUAGE.vocabulary).read()


def test_a_bar_inside_a_text_is_part_of_the_cell() -> None:
    """Quotes keep bars; an empty cell gives nothing, and null gives null."""
    report = LANGUAGE.run_scenarios(
        """
scenario "cells"
  given patients
    | mrn   | born_on    | accompanying person |
    | 'a|b' | 1990-06-01 |                     |
    | it's  | 1990-06-01 | 'null'              |
    | c     | 1990-06-01 | null                |
  then expect mrn, "with" of patients sorted by mrn
    | mrn   | with   |
    | 'a|b' |        |
    | c     | null   |
    | it's  | 'null' |
""",
        opened,
    )
    assert report.is_ok, plain(report.view())


def test_the_domain_is_the_one_of_the_clinic() -> None:
    """A workspace of another design is told apart by its own refusals, not by silence."""
    small = CLINIC.model_copy(update={"machines": ()})
    report = LANGUAGE.run_scenarios(
        BACKGROUND + '\nscenario "x"\n  when cancel appointment 7\n  then appointment 7 is cancelled\n',
        lambda: opened(domain=small),
    )
    assert not report.is_ok
