"""The steps of an inference, told apart by the progress it reports."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow
import pytest

from benchmarks.inference import steps
from workbench.workspace import infer


def test_steps_of_a_real_inference_are_named() -> None:
    """Progress messages that change their words would leave a step without its name."""
    taken = steps(lambda progress: infer({"all of them": pyarrow.table({"id": [1, 2]})}, progress=progress))
    assert list(taken) == [
        "opening", "counting", "looking for the key", "looking for references", "looking at the attributes", "putting together", "all of them",
    ]  # fmt: skip


def test_steps_of_the_same_kind_add_up() -> None:
    """A step counts all its tables, and the whole is the sum of the steps."""

    def work(progress: Callable[[str, float], None]) -> None:
        progress("counting a", 0.0)
        progress("looking for references", 0.3)
        progress("counting b", 0.6)

    taken = steps(work)
    assert list(taken) == ["opening", "counting", "looking for references", "all of them"]
    assert taken["all of them"].wall == pytest.approx(sum(taken[name].wall for name in list(taken)[:-1]))
