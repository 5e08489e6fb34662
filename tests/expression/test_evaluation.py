"""Evaluation in process: rows with what they reach, references, and errors with a sentence."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from tests.expression.clinic import PATIENT, VISIT, typed
from workbench.errors import VerificationError
from workbench.expression import compile
from workbench.expression.builtins import IMPLEMENTATIONS
from workbench.expression.functions import FUNCTIONS


def value(text: str, row: Any = VISIT, parameters: dict[str, Any] | None = None, **options: Any) -> Any:
    """The value of ``text`` on a row of the clinic."""
    tree = typed(text, **options)
    assert not tree.problems, tree.problems
    return compile(tree)(row, parameters or {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clinician.role = 'nurse'", True),
        ("patient.code", "P-17"),
        ("gross", Decimal("12.0")),
        ("invoice.paid_at", None),
        ("exists(invoice)", False),
        ("not exists(invoice) and invoice.paid_at > starts_at", None),
        ("count(patient.visits)", 2),
        ("count(patient.visits.minutes)", 1),
        ("count(patient.visits where status = 'no_show')", 1),
        ("sum(patient.visits.fee)", Decimal(30)),
        ("sum(patient.visits.fee * minutes)", Decimal(900)),
        ("sum(patient.visits.gross)", Decimal(36)),
        ("avg(patient.visits.fee)", 15.0),
        ("min(patient.visits.status)", "arrived"),
        (
            "exists(patient.consents as c where c.given_at < starts_at and (c.withdrawn_at is null or c.withdrawn_at > starts_at))",
            True,
        ),
        ("exists(patient.consents as c where exists(patient.visits as v where v.starts_at < c.given_at))", False),
        ("sum(patient.visits.fee where minutes > 100)", None),
    ],
)
def test_paths_and_aggregates(text: str, expected: Any) -> None:
    """Paths reach other rows, aggregates gather them, and inside them names keep their row."""
    assert value(text) == expected


def test_measures_take_all_rows() -> None:
    """An aggregate over a query is given the rows of the query."""
    rows = PATIENT["visits"]
    assert value("rate", rows, allow_aggregates=True) == 0.5
    assert value("rate", [], allow_aggregates=True) is None
    assert value("sum(count(patient.visits))", [VISIT, VISIT], allow_aggregates=True) == 4
    assert value("sum(patient.visits.fee)", [VISIT, VISIT], allow_aggregates=True) == 60


def test_references_come_with_the_call() -> None:
    """Actor, arguments and the clock are given by their written names; what is missing is null."""
    assert value("actor.role = clinician.role", parameters={"actor.role": "nurse"}) is True
    assert value("actor.role = clinician.role") is None
    assert value("minutes > :least", parameters={":least": 10}) is True
    now = dt.datetime(2026, 1, 6, tzinfo=dt.UTC)
    assert value("now() > starts_at", parameters={"context.now": now}) is True
    assert value("years_between(patient.born_on, today())", parameters={"context.today": now.date()}) == 35


def test_an_actor_is_compared_by_key() -> None:
    """An actor equals a relationship when its key is the one the relationship holds."""
    one = uuid.uuid4()
    row = VISIT | {"staff_id": one}
    assert value("actor = clinician", row, {"actor.id": str(one)}) is True
    assert value("actor != clinician", row, {"actor.id": uuid.uuid4()}) is True
    assert value("clinician is null", row) is False


def test_values_are_taken_as_callers_have_them() -> None:
    """Integers for decimals, texts for identifiers, naive instants: a row may hold what a form or a file gave."""
    row = {"fee": 3, "starts_at": dt.datetime(2026, 1, 1)}
    assert value("fee / 2", row) == 1.5
    assert value("starts_at = timestamp '2026-01-01 00:00:00Z'", row) is True


def test_overflow_and_bad_casts_are_problems() -> None:
    """What cannot be computed says which expression and why."""
    for text, words in (
        ("minutes * 9223372036854775807", "64 bits"),
        ("cast(patient.code as integer)", "'P-17' is no integer"),
    ):
        with pytest.raises(VerificationError) as raised:
            value(text)
        (problem,) = raised.value.problems
        assert problem.code == "out_of_range"
        assert words in problem.message


def test_every_function_runs_in_process() -> None:
    """The table of functions and what runs are one list."""
    made_elsewhere = {"matches", "nullif", "greatest", "least", "now", "today"}
    assert set(IMPLEMENTATIONS) | made_elsewhere == set(FUNCTIONS)
    for function in FUNCTIONS.values():
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        found = value(function.example, {}, {"context.now": now, "context.today": now.date()})
        assert found is not None or function.name == "nullif"
