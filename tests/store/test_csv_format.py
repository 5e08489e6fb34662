"""CSV files as people write them: delimiters, headers, encodings, ragged rows."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from workbench.errors import VerificationError


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~"])
def test_delimiters_are_found(session: Any, rows: Any, delimiter: str) -> None:
    """Each usual delimiter is recognised, also where values hold a comma."""
    text = (
        delimiter.join(["name", "note"])
        + "\n"
        + delimiter.join(["Ann", '"a, b"'])
        + "\n"
        + delimiter.join(["Bo", "c"])
        + "\n"
    )
    assert rows(session.csv(text)) == [("Ann", "a, b"), ("Bo", "c")]


def test_decimal_commas_do_not_pass_for_delimiters(session: Any, rows: Any, types: Any) -> None:
    """A semicolon-separated file with decimal commas has its columns, and its numbers are numbers."""
    opened = session.csv("item;price;tax\nA;12,5;1,25\nB;3,75;0,375\n")
    assert types(opened) == {"item": "string", "price": "float", "tax": "float"}
    assert rows(opened) == [("A", 12.5, 1.25), ("B", 3.75, 0.375)]


@pytest.mark.parametrize(
    ("text", "columns", "codes"),
    [
        ("a,b\n1,2\n", ["a", "b"], set()),
        ("1,2\n3,4\n", ["column1", "column2"], {"no_header"}),
        ("country,2013,2014\nDE,1,2\nFR,3,4\n", ["country", "2013", "2014"], set()),
        ("EWR,JFK\nJFK,EWR\nEWR,JFK\n", ["column1", "column2"], {"no_header"}),
        ("sep=;\na;b\n1;2\n", ["a", "b"], {"lines_before_table"}),
        ("Report of May\n\na,b\n1,2\n3,4\n", ["a", "b"], {"lines_before_table"}),
        ("# made by hand\na,b\n1,2\n", ["a", "b"], {"lines_before_table"}),
        ("a,b\n'x','y, z'\n'u','v'\n", ["a", "b"], set()),
        ("a,,b\n1,2,3\n", ["a", "column2", "b"], {"empty_column_name"}),
        ("Id,id,ID\n1,2,3\n", ["Id", "id_2", "ID_3"], {"duplicate_column"}),
        ("id,id_2,id\n1,2,3\n", ["id", "id_2", "id_3"], {"duplicate_column"}),
        ('"unit\nprice",b\n1,2\n', ["unit price", "b"], {"column_name_changed"}),
        (
            '"""; drop table t; --",select,<script>,größe\n1,2,3,4\n',
            ['"; drop table t; --', "select", "<script>", "größe"],
            set(),
        ),
        ("a,b\nr1,1,2\nr2,3,4\n", ["column1", "a", "b"], {"empty_column_name"}),
    ],
)
def test_headers(session: Any, types: Any, said: Any, text: str, columns: list[str], codes: set[str]) -> None:
    """Columns are called what the file calls them, or something distinct and said."""
    opened = session.csv(text)
    assert list(types(opened)) == columns
    assert set(said(opened)) == codes


def test_a_given_header_and_delimiter_are_kept(session: Any, types: Any) -> None:
    """Options win over what the file looks like."""
    assert list(types(session.csv("1,2\n3,4\n", header=True))) == ["1", "2"]
    assert list(types(session.csv("a:b\n1:2\n", delimiter=":"))) == ["a", "b"]


def test_a_delimiter_that_was_not_found_is_suspected(session: Any, said: Any) -> None:
    """One column in which every line holds the same other mark is pointed out."""
    assert "':'" in said(session.csv("a:b\nx:y\nu:v\n"))["suspicious_delimiter"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("größe\nMünchen\n".encode(), None),
        ("größe\nMünchen\n".encode("utf-8-sig"), None),
        ("größe\nMünchen\n".encode("utf-16"), "encoding"),
        ("größe\nMünchen\n".encode("utf-16-le"), "encoding"),
        ("größe\nMünchen\n".encode("cp1252"), "encoding"),
    ],
)
def test_encodings(session: Any, rows: Any, types: Any, said: Any, content: bytes, code: str | None) -> None:
    """Whatever the encoding, letters are letters; other than UTF-8 is said."""
    opened = session.csv(content)
    assert (list(types(opened)), rows(opened)) == (["größe"], [("München",)])
    assert set(said(opened)) == ({code} if code else set())


def test_mixed_encodings_are_said_with_their_lines(session: Any, rows: Any) -> None:
    """A line that is not UTF-8 among lines that are is read as Windows-1252 and named."""
    opened = session.csv("a\nMünchen\n".encode() + "Köln\nBonn\n".encode("cp1252"))
    assert rows(opened) == [("München",), ("Köln",), ("Bonn",)]
    (problem,) = opened.problems
    assert (problem.code, problem.severity, problem.line, problem.rows) == ("mixed_encodings", "warning", 3, 1)


def test_a_given_encoding_reports_what_does_not_fit_it(session: Any, said: Any) -> None:
    """Bytes that break the encoding a person named are counted; an unknown encoding is a problem."""
    assert "1 character" in said(session.csv(b"a\nx\xff\n", encoding="utf-8"))["broken_bytes"]
    with pytest.raises(VerificationError, match="no encoding is called 'latin-99'"):
        session.csv("a\n1\n", encoding="latin-99")


def test_zero_bytes_are_left_out_and_said(session: Any, rows: Any) -> None:
    """Zero bytes do not get into values; their lines are named."""
    opened = session.csv(b"a,b\n1,x\x00y\n2,z\n")
    assert rows(opened) == [(1, "xy"), (2, "z")]
    assert [(p.code, p.line) for p in opened.problems] == [("zero_bytes", 2)]


def test_a_few_control_characters_are_still_text(session: Any, rows: Any) -> None:
    """Stray control characters stay in their values, and one that is said to be the delimiter is no sign of a foreign file."""
    assert rows(session.csv("a,b\n1,x\x0by\n2,\x1a\n")) == [(1, "x\x0by"), (2, "\x1a")]
    assert rows(session.csv("a\x01b\n" + "1\x012\n" * 9, delimiter="\x01")) == [(1, 2)] * 9


def test_text_in_an_unknown_eastern_encoding_is_text(session: Any, said: Any) -> None:
    """Bytes that are no UTF-8 are no control characters: such a file is read, and its encoding said."""
    text = "名前,都市\n" + "山田太郎,東京\n" * 20
    assert "encoding" in said(session.csv(text.encode("shift-jis")))


def test_ragged_rows_are_counted_with_their_lines(session: Any, rows: Any) -> None:
    """Short rows are filled up, long ones left out, and both are said with line numbers."""
    opened = session.csv('a,b,c\n1,2,3\n4,5\n6,7,8,9\n"x\ny",1,2\n7,8,9,\n')
    assert rows(opened) == [("1", 2, 3), ("4", 5, None), ("x\ny", 1, 2), ("7", 8, 9)]
    assert {(p.code, p.line, p.rows) for p in opened.problems if p.line} == {("short_rows", 3, 1), ("long_rows", 4, 1)}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(session: Any, rows: Any, end: str) -> None:
    """Lines end as they do on every system."""
    assert rows(session.csv(end.join(["a,b", "1,x", "2,y", ""]))) == [(1, "x"), (2, "y")]


def test_mixed_line_ends(session: Any, rows: Any) -> None:
    """A file put together on two systems is read as a whole."""
    assert rows(session.csv("a,b\n1,x\r\n2,y\n3,z\r\n")) == [(1, "x"), (2, "y"), (3, "z")]


def test_line_ends_inside_values(session: Any, rows: Any) -> None:
    """A value may hold other line ends than those between the rows."""
    assert rows(session.csv('a,b\n1,"x\r\ny"\n"2",z\n')) == [(1, "x\r\ny"), (2, "z")]


def test_quotes_inside_values(session: Any, rows: Any) -> None:
    """Doubled, escaped and stray quotation marks all stay in the value."""
    assert rows(session.csv('a,b\n1,"say ""hi"""\n')) == [(1, 'say "hi"')]
    assert rows(session.csv('a,b\n1,"say \\"hi\\""\n')) == [(1, 'say "hi"')]
    assert rows(session.csv('a,b\n1,2" pipe\n')) == [(1, '2" pipe')]
    assert rows(session.csv('a,b\n1,"2" pipe\n')) == [(1, "2 pipe")]


def test_an_unclosed_quote_is_an_error_with_its_line(session: Any) -> None:
    """The line where a quotation mark opens and never closes is named."""
    opened = session.csv('a,b\n1,x\n2,"open\n3,y\n4,z\n')
    assert [(p.code, p.line) for p in opened.problems.errors] == [("unclosed_quote", 3)]


def test_a_header_without_rows_is_a_table(session: Any, types: Any, said: Any) -> None:
    """A file with nothing but a header gives an empty table and says so."""
    opened = session.csv("a,b\n")
    assert (types(opened), opened.store.tables()[0].rows) == ({"a": "string", "b": "string"}, 0)
    assert set(said(opened)) == {"no_rows"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   "])
def test_empty_files(session: Any, content: bytes) -> None:
    """A file without a table is a problem, and nothing else was there to be opened."""
    with pytest.raises(VerificationError) as caught:
        session.csv(content)
    assert [problem.code for problem in caught.value.problems] == ["empty_file"]


def test_compressed_files(session: Any, rows: Any) -> None:
    """A compressed file is read like any other, also in a foreign encoding."""
    assert rows(session.open(session.write("t.csv.gz", gzip.compress(b"a\n1\n")))) == [(1,)]
    assert rows(session.open(session.write("u.csv.gz", gzip.compress("a\nKöln\n".encode("cp1252")))), "u") == [
        ("Köln",)
    ]


def test_a_damaged_archive_is_a_problem(session: Any) -> None:
    """A compressed file that was cut off is said to be unreadable."""
    path = session.write("t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:40])
    with pytest.raises(VerificationError, match="unreadable_file"):
        session.open(path)


def test_thousands_of_columns(session: Any, types: Any) -> None:
    """A file of 2,000 columns is read, each column typed."""
    width = 2000
    text = (
        ",".join(f"h{n}" for n in range(width))
        + "\n"
        + "".join(",".join(str(n * m) for n in range(width)) + "\n" for m in range(3))
    )
    assert set(types(session.csv(text)).values()) == {"integer"}


def test_lines_longer_than_what_is_looked_at(session: Any, rows: Any) -> None:
    """A header of half a megabyte and a value of one are read whole."""
    long = "h" * 250
    text = ",".join(f"{long}{n}" for n in range(2000)) + "\n" + ",".join(["1"] * 1999) + "," + "v" * 1_000_000 + "\n"
    (row,) = rows(session.csv(text))
    assert (len(row), len(row[-1])) == (2000, 1_000_000)


def test_a_row_limit_is_said(session: Any) -> None:
    """With max_rows a table has no more rows, and a warning says that there may be."""
    opened = session.csv("a\n1\n2\n3\n", max_rows=2)
    assert opened.store.tables()[0].rows == 2
    assert [(p.code, p.severity, p.rows) for p in opened.problems] == [("rows_limited", "warning", 2)]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Name,Name", "1 column repeats the name of an earlier one (case aside) and was renamed: 'Name' → 'Name_2'"),
        ("A,a,A", "2 columns repeat the names of earlier ones (case aside) and were renamed: 'a' → 'a_2', 'A' → 'A_3'"),
        ("a,", "1 column has no name and is called 'column2'"),
        ("a,,", "2 columns have no name and are called 'column2', 'column3'"),
        (
            '"a\nb",c',
            "1 column has a name with a line break or of more than 255 characters and is called 'a b'",
        ),
    ],
)
def test_changed_names_are_said_in_plain_words(session: Any, header: str, message: str) -> None:
    """What became of column names reads as a sentence, for one column and for several."""
    row = ",".join("1" * (header.count(",") + 1))
    assert message in [problem.message for problem in session.csv(f"{header}\n{row}\n{row}\n").problems]


def test_rows_longer_than_one_value_are_said_in_the_singular(session: Any, said: Any) -> None:
    """A table of one column has rows of more than 1 value, not values."""
    assert "1 row of t.csv with more than 1 value (line 4)" in said(session.csv("a\n1\n2\n3,4\n5\n"))["long_rows"]
