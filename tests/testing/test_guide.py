"""A guide checks itself: what it states is true, and nothing that failed is forgotten."""

from __future__ import annotations

import contextlib

import numpy
import pytest

from workbench import WorkbenchError
from workbench.errors import DefinitionError, VerificationError
from workbench.extension import background_errors
from workbench.testing import Guide


def test_checks_that_hold_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`finish` prints one line with the ids of all checks, in order."""
    guide = Guide()
    guide.check("first", True, "one is one")
    guide.check("second", True, "two is two")
    guide.finish()
    assert (
        capsys.readouterr().out == "✓ one is one\n✓ two is two\n2 checks hold: first, second. No background errors.\n"
    )


def test_false_check_raises() -> None:
    """A check that does not hold fails its cell, with the sentence."""
    with pytest.raises(VerificationError, match="this does not hold: one is two"):
        Guide().check("first", False, "one is two")


def test_swallowed_check_is_remembered() -> None:
    """A cell that swallows the error cannot save the guide."""
    guide = Guide()
    with contextlib.suppress(WorkbenchError):
        guide.check("first", False, "one is two")
    with pytest.raises(VerificationError, match=r"guide\.first"):
        guide.finish()


def test_no_checks_are_a_problem() -> None:
    """A guide that checks nothing cannot finish."""
    with pytest.raises(VerificationError, match="checked nothing"):
        Guide().finish()


def test_background_error_fails_the_guide() -> None:
    """What failed where no cell shows it fails the last cell."""
    guide = Guide()
    guide.check("first", True, "one is one")
    background_errors().record("thread loader", ValueError("no such file"))
    try:
        with pytest.raises(VerificationError, match="no such file"):
            guide.finish()
    finally:
        background_errors().clear()


def test_id_is_used_once() -> None:
    """Two checks of one name would hide each other."""
    guide = Guide()
    guide.check("first", True, "one is one")
    with pytest.raises(DefinitionError, match="is there already"):
        guide.check("first", True, "two is two")


@pytest.mark.parametrize("condition", [[1], "yes", None, 1, numpy.array([True])], ids=str)
def test_condition_is_a_truth_value(condition: object) -> None:
    """A table or a list is no condition: it would be true by being there."""
    with pytest.raises(DefinitionError, match="needs a truth value"):
        Guide().check("first", condition, "it is")  # type: ignore[arg-type]


def test_numpy_truth_values_count() -> None:
    """The truth value of a data frame's cell is one."""
    Guide().check("first", numpy.bool_(True), "it is")
