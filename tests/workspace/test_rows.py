"""Rows are looked at a page at a time, by expression, and never more of them travel than asked for."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

import workbench as wb
from workbench.display.text import plain
from workbench.errors import NotFoundError, VerificationError
from workbench.model import Rule
from workbench.views import Table
from workbench.workspace import rows

PEOPLE = pa.table(
    {
        "id": range(1, 101),
        "email": [f"person{number}@example.org" for number in range(1, 101)],
        "club_id": [number % 3 + 1 for number in range(100)],
        "since": [None, *range(1999, 2098)],
    }
)
CLUBS = pa.table({"id": [1, 2, 3], "city": ["Rome", "Oslo", "Bern"]})
SOURCE = {"people": PEOPLE, "clubs": CLUBS}


def test_the_first_page_knows_the_total() -> None:
    """Twenty of a hundred rows are shown, and the view says that there are a hundred."""
    page = rows(SOURCE, "people").view()
    assert isinstance(page, Table)
    assert (len(page.rows), page.total) == (20, 100)


def test_a_condition_chooses_rows() -> None:
    """Only rows for which the expression is true are there: neither false nor unknown."""
    assert rows(SOURCE, "people", "since >= 2090").df()["since"].tolist() == [
        2090,
        2091,
        2092,
        2093,
        2094,
        2095,
        2096,
        2097,
    ]


def test_a_later_page_begins_where_it_says() -> None:
    """``page(81)`` holds the last twenty rows, and says so; the first page begins with row 1."""
    page = rows(SOURCE, "people").page(81)
    assert "rows 81–100 of 100" in plain(page)
    assert "rows 1–20 of 100" in plain(rows(SOURCE, "people").view())
    assert [row[0] for row in page.rows] == [str(number) for number in range(81, 101)]


def test_private_values_are_masked_where_they_are_shown_but_not_in_a_frame() -> None:
    """What looks private never stands in a display; whoever asks for the data itself gets it."""
    found = rows(SOURCE, "people", "id = 7")
    assert "person7@example.org" not in plain(found.view())
    assert found.df()["email"].tolist() == ["person7@example.org"]


def test_a_design_lets_conditions_follow_relationships() -> None:
    """With a design, an expression reaches what the resource refers to."""
    design = wb.infer(SOURCE).domain
    found = rows(SOURCE, "people", "club.city = 'Oslo'", design=design)
    assert len(found) == sum(number % 3 + 1 == 2 for number in range(100))


@pytest.mark.parametrize("hostile", ["1); drop table people; --", "read_csv('x.csv')", "id = 1 union select 1"])
def test_an_expression_is_nothing_but_an_expression(hostile: str) -> None:
    """Text that is no expression of ours is refused with its place, and nothing runs."""
    with pytest.raises(VerificationError):
        rows(SOURCE, "people", hostile)


def test_an_unknown_resource_names_the_nearest() -> None:
    """A slip of the pen is told what was probably meant."""
    with pytest.raises(NotFoundError, match="people"):
        rows(SOURCE, "peeple")


def test_explain_shows_the_query() -> None:
    """The SQL behind an answer is there to read."""
    assert "people" in rows(SOURCE, "people").explain().source


def test_today_is_the_day_that_is_given() -> None:
    """``today()`` means the moment of the question, in the domain's time zone, and never the database's own clock."""
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
    days = {"days": pa.table({"id": [1, 2], "day": [dt.date(2026, 11, 22), dt.date(2026, 11, 23)]})}
    rome = wb.infer(days).domain.model_copy(update={"time_zone": "Europe/Rome"})
    assert rows(days, "days", "day = today()", now=late).df()["id"].tolist() == [1]
    assert rows(days, "days", "day = today()", now=late, design=rome).df()["id"].tolist() == [2]


def test_rules_may_speak_of_now() -> None:
    """A rule about the present is judged at the moment of the check."""
    days = {"days": pa.table({"id": [1, 2], "day": [dt.date(2026, 11, 22), dt.date(2026, 11, 23)]})}
    domain = wb.infer(days, name="calendar").domain
    past = Rule(name="past", condition="day < today()", message="not yet")
    resource = domain.resource("days").model_copy(update={"rules": (past,)})
    domain = domain.model_copy(update={"resources": (resource,)})
    found = wb.check(domain, data=days, now=dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    assert [(each.code, each.rows) for each in found.errors] == [("rule_broken", 1)]
