"""Every line of the semantics page holds in process, on DuckDB and on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from tests.expression.targets import DOMAIN, FAILED, TABLE, Targets, in_process, same
from workbench.errors import VerificationError
from workbench.expression import Typed, check, parse
from workbench.model.expression import Constant

_LINE = re.compile(r"\| `(.+?)` \| `(.+?)` \|")
_ROWS = [
    {"i1": 1, "d1": Decimal("1.50"), "f1": 1.0, "s1": "b"},
    {"i1": 2, "d1": Decimal("2.25"), "f1": float("nan"), "s1": "B"},
    {},
]
ROWS = [{name: row.get(name) for name in TABLE} for row in _ROWS]


def lines() -> Iterator[tuple[str, str]]:
    """Expression and value of each line of the page."""
    page = files("workbench.expression").joinpath("SEMANTICS.md").read_text("utf-8")
    for match in _LINE.finditer(page):
        yield match[1].replace("\\|", "|"), match[2]


LINES = list(lines())
PROBLEMS = [(expression, value.removeprefix("problem ")) for expression, value in LINES if value.startswith("problem ")]
VALUES = [(expression, value) for expression, value in LINES if not value.startswith("problem ")]


def typed(text: str) -> Typed:
    """The typed tree of a text over the parity table."""
    return check(parse(text), DOMAIN, DOMAIN.resource("t"), allow_aggregates=True)


def expected(value: str) -> Any:
    """The value a cell says."""
    if value == "error":
        return FAILED
    return in_process([typed(value)], [{}])[0][0]


@pytest.fixture(scope="module")
def found(targets: Targets) -> dict[str, tuple[Any, Any]]:
    """What both databases give for each line over the rows of the page; lines that succeed are asked in one statement."""
    targets.fill(ROWS)
    values: dict[str, tuple[Any, Any]] = {}
    for is_aggregate in (False, True):
        for fails in (False, True):
            texts = [
                text
                for text, value in VALUES
                if (value == "error") is fails and typed(text).is_aggregate is is_aggregate
            ]
            for batch in [[text] for text in texts] if fails else [texts]:
                trees = [typed(text) for text in batch]
                asked = zip(batch, targets.on_duckdb(trees), targets.on_postgres(trees), strict=True)
                values |= {text: (duck[0], postgres[0]) for text, duck, postgres in asked}
    return values


def test_the_page_is_read() -> None:
    """Lines are found at all: a page in another form would make the tests below empty."""
    assert len(VALUES) > 150
    assert len(PROBLEMS) > 10


@pytest.mark.parametrize(("expression", "code"), PROBLEMS)
def test_refused_line(expression: str, code: str) -> None:
    """Typing refuses what the page says it refuses, for the reason it gives."""
    try:
        problems = typed(expression).problems
    except VerificationError as error:
        problems = error.problems
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_line_in_process(expression: str, value: str) -> None:
    """The evaluator gives the value the page says."""
    tree = typed(expression)
    assert not tree.problems
    found = in_process([tree], ROWS)[0][0]
    assert same(found, expected(value)), found


@pytest.mark.postgres
@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_line_in_databases(found: dict[str, tuple[Any, Any]], expression: str, value: str) -> None:
    """Both databases give the value the page says."""
    for there in found[expression]:
        assert same(there, expected(value)), there


def test_constants_of_the_page_are_written_alike() -> None:
    """A value of the page is in the language's own notation, so that a reader can copy it."""
    for _, value in VALUES:
        if value != "error":
            assert isinstance(parse(value), Constant), value
