"""What columns of text become: types by evidence, missing values by evidence, near misses said."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

UTC = dt.UTC
FLIGHTS = Path(__file__).parents[2] / "data" / "flights"


def column(*values: str) -> str:
    """A CSV file of one column ``v`` beside a text column, so that no line is blank."""
    return "k,v\n" + "".join(f'x,"{value}"\n' if value else "x,\n" for value in values)


@pytest.mark.parametrize(
    ("values", "type_", "read"),
    [
        (["1", "-2", ""], "integer", [1, -2, None]),
        (["12345678901234567890", "1"], "integer", [12345678901234567890, 1]),
        (["007", "123"], "string", ["007", "123"]),
        (["02134", "10001"], "string", ["02134", "10001"]),
        (["+4915112345678", "+4915112345679"], "string", ["+4915112345678", "+4915112345679"]),
        ([" 1", "2 "], "integer", [1, 2]),
        (["1.5", "2", "-.25"], "float", [1.5, 2.0, -0.25]),
        (["1e3", "2.5E-1"], "float", [1000.0, 0.25]),
        (["1.50", "20.25"], "decimal(18, 2)", [Decimal("1.50"), Decimal("20.25")]),
        (["1.5", "20.25"], "float", [1.5, 20.25]),
        (["0.12345678901234567890123", "1.5"], "decimal(38, 23)", [Decimal("0.12345678901234567890123"), Decimal("1.5")]),
        (["10.357019999999999", "8.05546"], "float", [10.357019999999999, 8.05546]),
        (["1.5", "inf", "-Infinity"], "float", [1.5, math.inf, -math.inf]),
        (["1,234,567", "12"], "integer", [1234567, 12]),
        (["1,234.5", "12"], "float", [1234.5, 12.0]),
        (["1.234,56", "12,00"], "decimal(18, 2)", [Decimal("1234.56"), Decimal("12.00")]),
        (["1 234,5", "12,25"], "float", [1234.5, 12.25]),
        (["1'234.50", "12.25"], "decimal(18, 2)", [Decimal("1234.50"), Decimal("12.25")]),
        (["true", "False", ""], "boolean", [True, False, None]),
        (["t", "f", "t"], "boolean", [True, False, True]),
        (["Yes", "no"], "boolean", [True, False]),
        (["F", "F"], "string", ["F", "F"]),
        (["0", "1"], "integer", [0, 1]),
        (["2013-01-31", "2014-02-28"], "date", [dt.date(2013, 1, 31), dt.date(2014, 2, 28)]),
        (["2013-01-31", "2013-02-31"], "string", ["2013-01-31", "2013-02-31"]),
        (["31/01/2013", "01/02/2013"], "date", [dt.date(2013, 1, 31), dt.date(2013, 2, 1)]),
        (["01/31/2013", "01/02/2013"], "date", [dt.date(2013, 1, 31), dt.date(2013, 1, 2)]),
        (["01/02/2013", "03/04/2013"], "string", ["01/02/2013", "03/04/2013"]),
        (["1.2.2013", "31.12.2013"], "date", [dt.date(2013, 2, 1), dt.date(2013, 12, 31)]),
        (["5-Jan-2013", "06-Feb-2013"], "date", [dt.date(2013, 1, 5), dt.date(2013, 2, 6)]),
        (["Jan 5, 2013"], "date", [dt.date(2013, 1, 5)]),
        (["2013-01-01T10:00", "2013-01-01 10:00:00.5"], "local_timestamp", [dt.datetime(2013, 1, 1, 10), dt.datetime(2013, 1, 1, 10, 0, 0, 500000)]),
        (["2013-01-01", "2013-01-01 10:00"], "local_timestamp", [dt.datetime(2013, 1, 1), dt.datetime(2013, 1, 1, 10)]),
        (["1/31/2013 3:04 PM"], "local_timestamp", [dt.datetime(2013, 1, 31, 15, 4)]),
        (["2013-01-01T10:00:00Z", "2013-01-01 10:00:00+05:30"], "timestamp", [dt.datetime(2013, 1, 1, 10, tzinfo=UTC), dt.datetime(2013, 1, 1, 4, 30, tzinfo=UTC)]),
        (["2013-01-01 10:00:00Z", "2013-01-01 10:00:00"], "string", ["2013-01-01 10:00:00Z", "2013-01-01 10:00:00"]),
        (["9:05", "23:59:30"], "time", [dt.time(9, 5), dt.time(23, 59, 30)]),
        (["25:30", "9:05"], "string", ["25:30", "9:05"]),
        (["550e8400-e29b-41d4-a716-446655440000"], "uuid", [UUID("550e8400-e29b-41d4-a716-446655440000")]),
        (["{}", "[1, 2]"], "json", ["{}", "[1, 2]"]),
        (["{x}", "{y}"], "string", ["{x}", "{y}"]),
        (["", ""], "string", [None, None]),
        (["é", "<script>"], "string", ["é", "<script>"]),
    ],
)  # fmt: skip
def test_types(session: Any, types: Any, rows: Any, values: list[str], type_: str, read: list[Any]) -> None:
    """A column has the narrowest type that loses nothing of any value, and stays text where there is a doubt."""
    opened = session.csv(column(*values))
    assert types(opened)["v"] == type_
    assert [row[1] for row in rows(opened)] == read


def test_instants_are_in_utc(session: Any, rows: Any) -> None:
    """Instants come back aware, in UTC itself."""
    (row,) = rows(session.csv(column("2013-01-01T10:00:00-05:00")))
    assert row[1].tzinfo is UTC and row[1].hour == 15


@pytest.mark.parametrize(
    ("values", "code", "rows_"),
    [
        (["01/02/2013", "03/04/2013"], "ambiguous_date", 2),
        (["1,234", "5,678"], "ambiguous_number", 2),
        (["2013-01-01 10:00:00Z", "2013-01-01 10:00:00"], "mixed_zones", 1),
        (["007", "123"], "leading_zeros", 2),
        (["31/01/2013", "01/02/2013"], "format", 2),
        (["1,5", "2,25"], "format", 2),
        (["1.5", "inf"], "infinite", 1),
        ([*map(str, range(99)), "12,5 kg"], "nearly_number", 1),
        ([*(f"2013-01-{day:02}" for day in range(1, 32)), "2013-02-31"], "nearly_date", 1),
    ],
)
def test_what_is_decided_is_said(session: Any, values: list[str], code: str, rows_: int) -> None:
    """A doubt, a format and a near miss are each a finding with a count, under the column's path."""
    (problem,) = session.csv(column(*values)).problems
    assert (problem.path, problem.code, problem.rows) == ("t.v", code, rows_)


def test_near_misses_show_shapes_and_keep_values_apart(session: Any, types: Any) -> None:
    """The message shows how the misfits are written, not what they say; the values are in the reading alone."""
    opened = session.csv(column(*map(str, range(99)), "Ann 12,5"))
    assert types(opened)["v"] == "string"
    (problem,) = opened.problems
    assert "'Aaa 99,9'" in problem.message and "Ann" not in str(problem)
    assert next(each for each in opened.readings if each.column == "v").examples == ("Ann 12,5",)
    assert not session.csv(column(*map(str, range(99)), "Ann 12,5"), near_miss=0.999).problems


def test_a_value_far_from_the_sample_still_counts(session: Any, types: Any) -> None:
    """One odd value among thousands that no sample holds keeps the column text, and is found."""
    text = column(*["5"] * 5003, "x", *["7"] * 4000)
    opened = session.csv(text)
    assert types(opened)["v"] == "string"
    assert [(p.code, p.rows) for p in opened.problems] == [("nearly_number", 1)]


def test_rare_values_decide_a_nearly_empty_column(session: Any, types: Any) -> None:
    """A column whose only values are far from the sample has their type."""
    assert types(session.csv(column(*[""] * 9000, "2013-01-01", *[""] * 9)))["v"] == "date"


@pytest.mark.parametrize("word", ["NA", "N/A", "NULL", "null", "None", "nan", "NaN", "-", "?", "#N/A", "\\N", "."])
def test_words_for_missing_numbers(session: Any, types: Any, rows: Any, word: str) -> None:
    """A word that stands where a number is missing is missing, and the finding counts it."""
    opened = session.csv(column("1", word, "3", word))
    assert (types(opened)["v"], [row[1] for row in rows(opened)]) == ("integer", [1, None, 3, None])
    (problem,) = opened.problems
    assert (problem.path, problem.code, problem.rows) == ("t", "missing_values", 2)
    assert repr(word) in problem.message and "v 2" in problem.message


def test_9999_is_never_guessed(session: Any, rows: Any) -> None:
    """A number that may mean missing stays a number until somebody says so."""
    text = column("1", "9999")
    assert rows(session.csv(text)) == [("x", 1), ("x", 9999)]
    assert rows(session.csv(text, missing={"t.v": ("9999",)})) == [("x", 1), ("x", None)]


def test_text_columns_follow_the_numbers_of_their_file(session: Any, rows: Any, said: Any) -> None:
    """A word that is missing beyond doubt among numbers is missing among texts too, and both are said."""
    opened = session.csv("zone,n\nAmerica/New_York,1\nNA,NA\nEurope/Paris,3\n")
    assert rows(opened) == [("America/New_York", 1), (None, None), ("Europe/Paris", 3)]
    assert "zone 1, n 1" in said(opened)["missing_values"]


def test_text_alone_does_not_tell_what_is_missing(session: Any, rows: Any, said: Any) -> None:
    """Where nothing else shows it, a word stays a value, and the finding says how to change that."""
    opened = session.csv("severity,n\nnone,1\nmild,2\n")
    assert rows(opened) == [("none", 1), ("mild", 2)]
    assert "'none' stands 1 time in t.severity" in said(opened)["perhaps_missing"]
    assert rows(session.csv("severity,n\nnone,1\nmild,2\n", missing=("none",))) == [(None, 1), ("mild", 2)]


def test_codes_that_look_like_the_word_stay_values(session: Any, rows: Any) -> None:
    """Namibia stays a country beside other two-letter codes, though NA is missing among the numbers."""
    opened = session.csv("country,n\nDE,1\nNA,NA\nFR,3\n")
    assert rows(opened) == [("DE", 1), ("NA", None), ("FR", 3)]
    assert {(p.path, p.code) for p in opened.problems} == {("t.country", "missing_or_value"), ("t", "missing_values")}


def test_the_caller_decides_by_column(session: Any, rows: Any) -> None:
    """Words can be given for a column, a table and the rest; no words mean that nothing but blank is missing."""
    text = "country,n\nDE,1\nNA,NA\n,-\n"
    assert rows(session.csv(text, missing=())) == [("DE", "1"), ("NA", "NA"), (None, "-")]
    given = {"t.country": ("NA",), "t": ("-", "NA")}
    assert rows(session.csv(text, missing=given)) == [("DE", 1), (None, None), (None, None)]


def test_the_flights_in_their_original_form(session: Any, types: Any, said: Any) -> None:
    """NA is seen through in all four files: eleven columns are numbers, one text column is missing it, and each finding counts."""
    opened = session.open(FLIGHTS)
    assert {str(each.table): each.rows for each in opened.store.tables()} == {
        "airlines": 16, "airports": 1458, "flights": 336776, "planes": 3322, "weather": 26115,
    }  # fmt: skip
    assert types(opened, "planes")["year"] == types(opened, "planes")["speed"] == "integer"
    assert types(opened, "weather")["temp"] == "float" and types(opened, "weather")["wind_dir"] == "integer"
    assert types(opened, "weather")["time_hour"] == types(opened, "flights")["time_hour"] == "timestamp"
    assert types(opened, "flights")["tailnum"] == "string"
    found = {problem.path: problem for problem in opened.problems if problem.code == "missing_values"}
    assert set(found) == {"airports", "planes", "weather"} and found["airports"].rows == 3
    assert (
        "2 columns of planes.csv (year 70, speed 3,299): 2 of them would otherwise be text" in found["planes"].message
    )
    assert not opened.problems.errors


def test_columns_without_any_value_are_listed(session: Any) -> None:
    """One remark a table lists the columns in which no row has a value, blanks and words for missing ones among them."""
    session.write("some.csv", 'id,a,b,c\n1,,NA," "\n2,,NA,\n')
    session.write("one.csv", "id,note\n1,\n2,\n")
    session.write("none.csv", "id,note\n")
    found = {each.path: each for each in session.open().problems if each.code == "empty_columns"}
    assert set(found) == {"some", "one"}
    assert found["some"].message == "3 columns of some.csv hold no value: 'a', 'b', 'c'"
    assert found["one"].message == "1 column of one.csv holds no value: 'note'"
    assert (found["one"].severity, found["one"].rows) == ("info", 2)


def test_one_column_with_missing_words_reads_naturally(session: Any, said: Any) -> None:
    """What is said of a single column is said in the singular."""
    message = said(session.csv("id,a\n1,5\n2,NA\n3,7\n"))["missing_values"]
    assert message == "'NA' is read as missing in 1 column of t.csv (a 1), which would otherwise be text"
