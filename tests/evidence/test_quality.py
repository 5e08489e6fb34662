"""How many of the references of a whole database are found, and how few others: floors that no change may fall below."""

from __future__ import annotations

import pytest

from benchmarks.reference_databases import DATABASES
from benchmarks.references import Score, measure
from workbench.workspace import infer


@pytest.mark.parametrize("name", ["library", "bank"])
def test_references_are_found_with_names_and_without(name: str) -> None:
    """Precision of 0.95 and recall of 0.9, whether tables and columns have names that say something or mere labels."""
    database = next(each for each in DATABASES if each.name == name)
    assert database.split == "tuning"
    rows = {str(row["name"]): row["value"] for row in measure(infer, [database])}
    for naming in ("with names", "without names"):
        assert rows[f"{name}, {naming}: references, precision"] >= 0.95  # type: ignore[operator]
        assert rows[f"{name}, {naming}: references, recall"] >= 0.9  # type: ignore[operator]


def test_scores_of_nothing() -> None:
    """Who accepts nothing is precise and recalls nothing."""
    assert (Score(0, 0, 5).precision, Score(0, 0, 5).recall) == (1.0, 0.0)
