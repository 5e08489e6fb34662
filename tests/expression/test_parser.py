"""Reading expressions: every tree written is read back, every mistake is named where it stands, nothing hostile gets through."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expression.generation import trees
from workbench.errors import VerificationError
from workbench.expression import parse, table
from workbench.expression.parser import MAX_DEPTH, MAX_LENGTH
from workbench.model.expression import (
    Aggregate,
    Binary,
    Call,
    Constant,
    Interval,
    Node,
    Path,
    Reference,
    Unary,
    walk,
    write,
)

FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def codes(text: str) -> list[str]:
    """The codes of the problems that reading ``text`` raises."""
    with pytest.raises(VerificationError) as raised:
        parse(text)
    return [problem.code for problem in raised.value.problems]


@FEW
@given(trees())
def test_written_trees_are_read_back(tree: Node) -> None:
    """The canonical text of a tree is read as that very tree."""
    assert parse(write(tree)) == tree


@FEW
@given(trees())
def test_spans_show_the_text_of_each_node(tree: Node) -> None:
    """Every node knows where it stood: reading that piece alone gives the node again."""
    text = write(tree)
    for node in walk(parse(text)):
        assert node.span is not None
        piece = text[node.span.start : node.span.end]
        assert text.count("\n", 0, node.span.start) + 1 == node.span.line
        assert parse(piece) == node


@FEW
@given(st.text(max_size=60) | st.text("()'\"-+*/<>=.,: \n0123456789abinotlkewrhxs", max_size=60))
def test_any_text_gives_a_tree_or_problems(text: str) -> None:
    """Whatever is typed, reading gives a tree or problems with a place, never another error."""
    try:
        parse(text)
    except VerificationError as error:
        assert error.problems
        assert all(problem.line and problem.column and problem.message for problem in error.problems)


def test_the_shipped_table_is_that_of_the_grammar() -> None:
    """Parsing follows grammar.lark: the shipped table is what Lark makes of it today."""
    import json
    from importlib.resources import files

    shipped = json.loads(files("workbench.expression").joinpath("table.json").read_text("utf-8"))
    assert json.loads(json.dumps(table.build())) == shipped


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b", Path(("a", "b"))),
        ('"a b"."c""d"', Path(("a b", 'c"d'))),
        ("ACTOR", Path(("ACTOR",))),
        ("actor.role", Reference("actor", ("role",))),
        ('"actor".role', Path(("actor", "role"))),
        (":amount", Reference("argument", ("amount",))),
        ("'it''s'", Constant("it's")),
        ("-5", Constant(-5)),
        ("-(5)", Unary("-", Constant(5))),
        ("1.50", Constant(Decimal("1.50"))),
        ("date '2026-01-31'", Constant(dt.date(2026, 1, 31))),
        ("timestamp '2026-01-01 00:00:00+02:00'", Constant(dt.datetime(2025, 12, 31, 22, tzinfo=dt.UTC))),
        ("interval '1 year 2 weeks 03:04:05.5'", Constant(Interval(12, 14, 11_045_500_000))),
        ("interval '-90 minutes'", Constant(Interval(0, 0, -5_400_000_000))),
        ("a <> b", Binary("!=", Path(("a",)), Path(("b",)))),
        ("a AND NOT b", Binary("and", Path(("a",)), Unary("not", Path(("b",))))),
        ("count() where x", Aggregate("count", where=Path(("x",)))),
        ("count(where x)", Aggregate("count", where=Path(("x",)))),
        ("sum(distinct a.b as r where r.c)", Aggregate("sum", Path(("a", "b")), Path(("r", "c")), "r", True)),
        ("Lower(a)", Call("lower", (Path(("a",)),))),
    ],
)
def test_forms(text: str, tree: Node) -> None:
    """Each form is read as the tree it stands for."""
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a or b and c", "a or (b and c)"),
        ("not a = b", "not (a = b)"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("-a * b", "(-a) * b"),
        ("a || b + c = d", "(a || (b + c)) = d"),
        ("a between b and c and d", "(a between b and c) and d"),
        ("not a is null", "not (a is null)"),
        ("a not in (b, c) or d", "(a not in (b, c)) or d"),
    ],
)
def test_precedence(text: str, grouped: str) -> None:
    """Operators bind as a reader of SQL expects."""
    assert parse(text) == parse(grouped)


def test_a_constant_is_equal_only_when_written_alike() -> None:
    """1, 1.0 and true are three constants, and 1.5 is written otherwise than 1.50; NaN is itself."""
    assert len({Constant(1), Constant(Decimal("1.0")), Constant(True), Constant(1.0)}) == 4
    assert Constant(Decimal("1.5")) != Constant(Decimal("1.50"))
    assert Constant(float("nan")) == Constant(float("nan"))


@pytest.mark.parametrize(
    ("text", "line", "column", "words", "hint"),
    [
        ("a betwen 1 and 2", 1, 3, "'betwen' cannot stand here", "'between'"),
        ("a =\n  and b", 2, 3, "expected a value", ""),
        ("a +", 1, 4, "ends too early", ""),
        ("x is nul", 1, 6, "expected 'distinct', 'not' or 'null'", "'null'"),
        ("f(a, b", 1, 7, "')'", ""),
        ("1 = 2 = 3", 1, 7, "'=' cannot stand here", "do not chain"),
        ("a == b", 1, 4, "'=' cannot stand here", "one '='"),
        ("'abc", 1, 1, "does not end", "'"),
        ("cast(a as intger)", 1, 11, "cannot make 'intger'", "integer"),
        ("date '2026-13-01'", 1, 6, "month must be in 1..12", ""),
        ("dat '2026-01-01'", 1, 1, "no literal begins with 'dat'", "date"),
        ("timestamp '2026-01-01 10:00:00'", 1, 11, "offset", ""),
        ("interval '2 fortnights'", 1, 10, "no unit of time", ""),
        ("9999999999999999999", 1, 1, "64 bits", ""),
        ("count(a, b where c)", 1, 10, "one argument", ""),
        ("a = b where c", 1, 13, "follows one aggregate", "inside"),
        ("a.", 1, 3, "a name", ""),
        ("", 1, 1, "ends too early", ""),
    ],
)
def test_mistakes_are_named_where_they_stand(text: str, line: int, column: int, words: str, hint: str) -> None:
    """A problem says what is wrong, at which line and column, and what was expected or meant."""
    with pytest.raises(VerificationError) as raised:
        parse(text)
    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message
    assert hint in problem.hint


def test_all_bad_literals_are_named_at_once() -> None:
    """Mistakes inside literals do not hide one another."""
    assert codes("date '2026-13-01' > a and time 'x' < b and cast(c as strin) = 'x'") == [
        "bad_literal",
        "bad_literal",
        "unknown_type",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000 + "1" + ")" * 20_000,
        "not " * 10_000 + "a",
        "- " * 10_000 + "a",
        "a" + " + 1" * 10_000,
        "case when a then " * 2_000 + "b" + " end" * 2_000,
        "lower(" * 5_000 + "a" + ")" * 5_000,
        "a." * 20_000 + "b",
    ],
)
def test_hostile_nesting_is_read_or_refused(text: str) -> None:
    """However deep a text is nested, it is read or refused with a problem; the interpreter's own limit is never met."""
    try:
        parse(text)
    except VerificationError as error:
        assert [problem.code for problem in error.problems] == ["too_deep"]


def test_length_is_bounded() -> None:
    """A text longer than the limit is refused before it is read."""
    assert codes("a" * (MAX_LENGTH + 1)) == ["too_long"]


def test_the_deepest_tree_allowed_can_be_written() -> None:
    """What the parser lets through the recursive parts can take."""
    text = "a" + " + 1" * (MAX_DEPTH - 1)
    assert write(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "1; drop table t",
        "1 -- comment",
        "1 /* comment */",
        "(select 1)",
        "a in (select b from c)",
        "exists (select 1)",
        "$$a$$",
        "$1",
        "E'\\n'",
        "U&'\\0041'",
        "X'41'",
        "a::text",
        "a[1]",
        "a -> 'b'",
        'a collate "C"',
        "a at time zone 'UTC'",
        "count(*)",
        "a over (partition by b)",
        "a \\ b",
        "`a`",
        "@@version",
        "''''  'x' 'y'",
        "a\0b",
        "'\0'",
        "null union all select 1",
        "interval 2 days",
        "lower(a order by b)",
        "b'1'",
        "copy t to 'x'",
    ],
)
def test_attacks_do_not_parse(text: str) -> None:
    """What reaches beyond an expression in SQL is no expression here."""
    assert codes(text)


def test_reading_and_typing_load_no_library() -> None:
    """Reading and typing an expression loads neither the parser library nor a database nor the printer of SQL."""
    code = (
        "import sys; from workbench.expression import check, parse; parse('a + 1 > 2'); "
        "print(sorted({'lark', 'sqlglot', 'duckdb', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
