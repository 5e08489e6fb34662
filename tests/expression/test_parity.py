"""Generated expressions over generated rows mean the same in process, on DuckDB and on PostgreSQL."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expression.comparison import Tally, compared
from tests.expression.generation import aggregates, expressions
from tests.expression.targets import Targets
from workbench.model.expression import Node

pytestmark = pytest.mark.postgres

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SETTINGS = settings(
    max_examples=int(os.environ.get("PARITY_EXAMPLES", "400")) if LONG else 25,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink] if LONG else [Phase.explicit, Phase.generate],
)


@SETTINGS
@given(trees=st.lists(expressions(), min_size=12, max_size=20), seed=st.integers(0, 2**32))
def test_expressions_mean_the_same_on_every_target(
    targets: Targets, tally: Tally, trees: list[Node], seed: int
) -> None:
    """An expression over a row has one value, wherever it is computed."""
    assert not compared(targets, trees, seed, tally)


@SETTINGS
@given(trees=st.lists(aggregates(), min_size=8, max_size=12), seed=st.integers(0, 2**32))
def test_aggregates_mean_the_same_on_every_target(targets: Targets, tally: Tally, trees: list[Node], seed: int) -> None:
    """An aggregate over rows has one value, wherever it is computed."""
    assert not compared(targets, trees, seed, tally)
