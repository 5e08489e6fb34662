"""Generated expressions over generated rows mean the same in process, on DuckDB and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expression.generation import aggregates, expressions, random_rows
from tests.expression.targets import DOMAIN, FAILED, Targets, in_process, may_fail, same
from workbench.expression import Typed, check
from workbench.expression.typed import kind
from workbench.model.expression import Aggregate, Node, walk, write

pytestmark = pytest.mark.postgres

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
ROWS = 40
SETTINGS = settings(
    max_examples=int(os.environ.get("PARITY_EXAMPLES", "400")) if LONG else 25,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink] if LONG else [Phase.explicit, Phase.generate],
)


def compared(targets: Targets, trees: Sequence[Node], seed: int) -> list[str]:
    """A line for each value on which the targets differ."""
    resource = DOMAIN.resource("t")
    typed = [check(tree, DOMAIN, resource, allow_aggregates=True) for tree in trees]
    typed = [each for each in typed if not each.problems]
    rows = random_rows(seed, ROWS, is_calm=any(each.is_aggregate for each in typed))
    targets.fill(rows)
    here = in_process(typed, rows)
    sound = [index for index, values in enumerate(here) if FAILED not in values]
    on_duckdb = targets.on_duckdb([typed[index] for index in sound])
    on_postgres = targets.on_postgres([typed[index] for index in sound])
    return [
        line
        for index, duck, postgres in zip(sound, on_duckdb, on_postgres, strict=True)
        for line in _differences(typed[index], rows, here[index], duck, postgres)
    ]


def _differences(typed: Typed, rows: Sequence[Any], here: list[Any], duck: list[Any], postgres: list[Any]) -> list[str]:
    is_close = any(isinstance(each, Aggregate) for each in walk(typed.tree)) and kind(typed.type) == "float"
    lines = []
    for name, there in (("duckdb", duck), ("postgres", postgres)):
        if there[0] == FAILED:
            if "underflow" not in str(there[1]) and not may_fail(typed, rows):
                lines.append(f"{write(typed.tree)}: {name} failed: {there[1]}")
            continue
        for row, (one, other) in enumerate(zip(here, there, strict=True)):
            if not same(one, other, is_close):
                lines.append(
                    f"{write(typed.tree)}: here {one!r}, {name} {other!r}, on {rows[row] if len(here) > 1 else 'all rows'}"
                )
                break
    return lines


@SETTINGS
@given(trees=st.lists(expressions(), min_size=12, max_size=20), seed=st.integers(0, 2**32))
def test_expressions_mean_the_same_on_every_target(targets: Targets, trees: list[Node], seed: int) -> None:
    """An expression over a row has one value, wherever it is computed."""
    assert not compared(targets, trees, seed)


@SETTINGS
@given(trees=st.lists(aggregates(), min_size=8, max_size=12), seed=st.integers(0, 2**32))
def test_aggregates_mean_the_same_on_every_target(targets: Targets, trees: list[Node], seed: int) -> None:
    """An aggregate over rows has one value, wherever it is computed."""
    assert not compared(targets, trees, seed)
