"""Conditions as Python: the source gives what the language's own evaluator gives, unknown included."""

from __future__ import annotations

import ast
import datetime as dt
import operator
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expression.generation import of, random_rows
from tests.expression.targets import DOMAIN, FAILED, TABLE, in_process
from workbench.emit.python_expression import PRELUDE, Untranslatable, condition
from workbench.expression import Typed, check, parse
from workbench.model.expression import Node

FIELDS = {name: f"row[{name!r}]" for name in TABLE}
ROWS = random_rows(7, 40)


def namespace() -> dict[str, Any]:
    """The prelude, as an exported module has it."""
    names: dict[str, Any] = {"dt": dt, "operator": operator, "re": re, "Callable": Callable, "Decimal": Decimal}
    names |= {"Any": Any, "localcontext": localcontext, "annotations": None}
    exec(compile("from __future__ import annotations\n" + PRELUDE, "prelude", "exec"), names)  # noqa: S102 (our own source)
    return names


def typed(node: Node) -> Typed:
    return check(node, DOMAIN, DOMAIN.resource("t"), is_condition=True)


def in_python(source: str) -> list[Any]:
    names = namespace()
    code = compile(ast.parse(source, mode="eval"), "condition", "eval")
    return [eval(code, names, {"row": row}) for row in ROWS]  # noqa: S307 (the source under test)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(of("boolean", 3), min_size=5, max_size=5))
def test_any_condition_that_is_said_is_said_exactly(trees: list[Node]) -> None:
    """Whatever the translator accepts gives true, false or unknown on the same rows as the language; the rest it refuses."""
    for tree in trees:
        found = typed(tree)
        try:
            source = "" if found.problems else condition(found.tree, FIELDS)
        except Untranslatable:
            continue
        if source:
            wanted = in_process([found], ROWS)[0]
            made = in_python(source)
            assert [(a, b) for a, b in zip(wanted, made, strict=True) if a != FAILED and a is not b] == []


@pytest.mark.parametrize(
    "text",
    [
        "i1 > 1 and not (i2 is null or b1)",
        "d1 * d2 - d1 >= 0.5 or d1 % 3 = 1",
        "f1 in (1.5, float 'nan', null)",
        "f1 between f2 and float 'inf'",
        "i1 = f1",
        "i1 / i2 > 0.5",
        "f1 / f2 < 1",
        "s1 like '%a\\_%' or s1 not like '_'",
        "s1 < s2",
        "s1 || 'x' != 'ax'",
        "case when b1 then i1 > 0 when b2 then s1 = 'a' end",
        "date1 <= at1",
        "at1 is not distinct from at2",
        "coalesce(i1, i2, 0) % 7 = 0",
        "matches(s1, '[a-z]+') = starts_with(s1, 'a')",
        "length(s1) > abs(i2)",
        "year(date1) >= 2000 and month(date1) < 6",
        "null is null and 1 is not null",
        "e1 = 'red'",
        "u1 = u2",
    ],
)
def test_the_usual_conditions_are_said(text: str) -> None:
    """What analysts write is within what Python can say, and means the same there."""
    found = typed(parse(text))
    assert found.problems.is_ok
    assert in_python(condition(found.tree, FIELDS)) == in_process([found], ROWS)[0]
