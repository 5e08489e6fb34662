"""Generic actions: functions that a design names, and whoever opens it passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

import workbench as wb
from workbench.errors import AdapterError, NotFoundError, VerificationError
from workbench.model import Action, Argument, Attribute, Domain, Resource, StructField, StructType, parse_type
from workbench.workspace.functions import is_value
from workbench.workspace.session import Workspace

QUOTE = Action(
    name="quote",
    kind="generic",
    arguments=(
        Argument(name="amount", type=parse_type("decimal(10, 2)")),
        Argument(name="day", type=parse_type("date"), required=False),
        Argument(name="pin", type=parse_type("integer"), required=False, sensitive=True),
        Argument(name="times", type=parse_type("integer"), default="2"),  # type: ignore[arg-type]
    ),
    returns=parse_type("integer"),
)
RENEW = Action(name="renew", kind="generic")
KEY = Attribute(name="id", type=parse_type("integer"), required=True)
DESIGN = Domain(
    name="shop",
    resources=(
        Resource(name="offer", key=("id",), attributes=(KEY,), actions=(QUOTE, RENEW)),
        Resource(name="order", key=("id",), attributes=(KEY,), actions=(RENEW,)),
    ),
)


def quote(amount: int, day: Any, pin: Any, times: int) -> Any:
    if amount == 13:
        raise ZeroDivisionError("unlucky")
    return "much" if amount == 7 else amount * times


@pytest.fixture
def shop() -> Iterator[Workspace]:
    """A shop that can quote."""
    with wb.open(DESIGN, functions={"quote": quote, "order.renew": lambda: "renewed"}) as workspace:
        yield workspace


def test_a_generic_action_answers_with_what_its_function_gives(shop: Workspace) -> None:
    """Arguments go by name, defaults included; a function passed for one resource's action is not another's."""
    assert shop.run("offer.quote", arguments={"amount": 4}) == 8
    assert shop.run("quote", arguments={"amount": 4, "times": 3, "day": dt.date(2026, 1, 1)}) == 12
    assert shop.run("order.renew") == "renewed"


def test_a_missing_function_is_named_and_where_to_pass_it(shop: Workspace) -> None:
    """The error says which, what was passed, and how."""
    with pytest.raises(VerificationError, match=r"missing_function.*functions=\{'offer.renew'") as caught:
        shop.run("offer.renew")
    assert "passed were quote, order.renew" in str(caught.value)


def test_arguments_and_answers_are_checked(shop: Workspace) -> None:
    """Each argument that is missing, unknown or of another type is told, sensitive ones masked; so is an answer that is none."""
    for given, said in (
        ({}, "missing_argument"),
        ({"amount": 1, "amuont": 1}, "did you mean 'amount'"),
        ({"amount": "1"}, "'1' is no decimal"),
        ({"amount": 1, "day": "2026-01-01"}, "is no date"),
        ({"amount": 1.5}, "unfit_argument"),
    ):
        with pytest.raises(VerificationError, match=said):
            shop.run("offer.quote", arguments=given)
    with pytest.raises(VerificationError) as caught:
        shop.run("offer.quote", arguments={"amount": 1, "pin": "s3cret"})
    assert "s3cret" not in str(caught.value)
    with pytest.raises(VerificationError, match="answered with 'much', which is no integer"):
        shop.run("offer.quote", arguments={"amount": 7})


def test_a_function_that_fails_is_told_with_its_cause(shop: Workspace) -> None:
    """The caller sees which action failed; the function's own error is the cause."""
    with pytest.raises(AdapterError, match=r"offer\.quote: its function failed: ZeroDivisionError: unlucky") as caught:
        shop.run("offer.quote", arguments={"amount": 13})
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_names_that_mean_nothing_or_several_things_are_told(shop: Workspace) -> None:
    """Two resources renew; a generic action takes no records; what cannot be called is no function."""
    with pytest.raises(NotFoundError, match=r"did you mean .order\.renew"):
        shop.run("renew")
    with pytest.raises(NotFoundError):
        shop.run("offer.quote", [{"id": 1}], arguments={"amount": 1})
    with pytest.raises(VerificationError, match="a str cannot be called"):
        wb.open(DESIGN, functions={"quote": "os.system"})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("array(integer)", [1, None], [1, "x"]), ("enum(x, y)", "x", "z"),
        ("json", {"a": [1, None]}, {"a": {1}}), ("duration", dt.timedelta(1), 5), ("float", 1, "1"), ("boolean", True, 1),
        ("decimal", 1, float("nan")), ("uuid", "00000000-0000-4000-8000-000000000000", "x"), ("string", "", b""), ("time", dt.time(1), "1"),
    ],
)  # fmt: skip
def test_python_values_are_held_against_types(type_: str, good: Any, bad: Any) -> None:
    """Null is a value of every type; nothing is converted."""
    kind = parse_type(type_)
    assert (is_value(kind, good), is_value(kind, None), is_value(kind, bad)) == (True, True, False)
    parts = StructType(fields=(StructField(name="part", type=kind),))
    assert [is_value(parts, each) for each in ({"part": good}, {}, {"part": bad}, {"other": good}, 3)] == [
        True,
        True,
        False,
        False,
        False,
    ]
