"""Whether a written-out value fits a type and its constraints."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from workbench.model.expression import Constant, Interval, Node, Scalar, Unary
from workbench.model.resource import Constraints
from workbench.model.types import DecimalType, EnumType, Type, storage

__all__ = ["constant", "fits", "json_text", "outside", "pattern_mistake"]


def constant(node: Node | None) -> Constant | None:
    """The value ``node`` writes out, a sign before a number included; None where it is anything else.

    >>> constant(Unary("-", Constant(3)))
    Constant(value=-3)
    """
    match node:
        case Constant():
            return node
        case Unary(operator="-", operand=Constant(value=int() | float() | Decimal() as value)):
            return Constant(-value)
        case Unary(operator="-", operand=Constant(value=Interval() as value)):
            return Constant(Interval(-value.months, -value.days, -value.microseconds))
        case _:
            return None


_UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


_FITS: dict[str, Callable[[Scalar], bool]] = {
    "string": lambda value: isinstance(value, str),
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float | Decimal) and not isinstance(value, bool),
    "decimal": lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime),
    "time": lambda value: isinstance(value, dt.time),
    "timestamp": lambda value: isinstance(value, dt.datetime) and value.tzinfo is not None,
    "local_timestamp": lambda value: isinstance(value, dt.datetime) and value.tzinfo is None,
    "duration": lambda value: isinstance(value, Interval),
    "uuid": lambda value: isinstance(value, str) and _UUID.fullmatch(value) is not None,
    "binary": lambda value: isinstance(value, str),
    "array": lambda value: False,
    "struct": lambda value: False,
}


def fits(type_: Type, value: Scalar) -> bool:
    """Whether ``value`` can be a value of ``type_``; null fits every type.

    >>> from workbench.model.types import parse_type
    >>> fits(parse_type("integer"), 3), fits(parse_type("date"), "2026-01-01"), fits(parse_type("decimal(4, 2)"), Decimal("123.4"))
    (True, False, False)
    """
    if value is None:
        return True
    if storage(type_) == "json":
        return json_text(value) is not None
    if not _FITS[storage(type_)](value):
        return False
    if isinstance(type_, DecimalType) and isinstance(value, int | Decimal):
        exact = Decimal(value).as_tuple()
        behind = max(0, -int(exact.exponent))
        before = len(exact.digits) + int(exact.exponent) if value else 0
        return behind <= type_.scale and before <= type_.precision - type_.scale
    return not isinstance(type_, EnumType) or value in type_.names


def json_text(value: Scalar) -> str | None:
    """What a constant is as JSON: text holds JSON itself, numbers and truth values are their own; None where it is neither.

    >>> json_text('{"open": true}'), json_text(3), json_text("{"), json_text(dt.date(2026, 1, 1))
    ('{"open": true}', '3', None, None)
    """
    match value:
        case str():
            return value if _is_json(value) else None
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal() if math.isfinite(value):
            return str(value)
    return None


def _is_json(text: str) -> bool:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return False
    return True


def outside(constraints: Constraints, value: Scalar) -> str:
    """Which bound ``value`` breaks, in words; empty where it keeps all.

    >>> outside(Constraints(maximum=Constant(5)), 7)
    'is above the maximum 5'
    """
    low, high = constant(constraints.minimum), constant(constraints.maximum)
    if low is not None and _is_less(value, low.value):
        return f"is below the minimum {low}"
    if high is not None and _is_less(high.value, value):
        return f"is above the maximum {high}"
    if isinstance(value, str):
        shortest, longest = constraints.min_length, constraints.max_length
        if shortest is not None and len(value) < shortest:
            return f"is shorter than {shortest} characters"
        if longest is not None and len(value) > longest:
            return f"is longer than {longest} characters"
        if constraints.pattern and not _matches(constraints.pattern, value):
            return f"does not match {constraints.pattern!r}"
    return ""


def _is_less(left: Scalar, right: Scalar) -> bool:
    if left is None or right is None or isinstance(left, bool | Interval) or isinstance(right, bool | Interval):
        return False
    try:
        return left < right  # type: ignore[operator]
    except TypeError:  # of different kinds, which another check reports
        return False


@lru_cache(maxsize=256)
def _validator(pattern: str) -> SchemaValidator:
    # Pydantic's engine takes time linear in the text and knows neither look-around nor back-references, as RE2 does.
    return SchemaValidator(core_schema.str_schema(pattern=pattern))


def pattern_mistake(pattern: str) -> str:
    """What is wrong with a regular expression; empty where it is sound.

    >>> pattern_mistake("[a-z]+"), pattern_mistake("(?=a)") != ""
    ('', True)
    """
    try:
        _validator(pattern)
    except SchemaError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = next((line for line in reversed(lines) if line.startswith("error:")), lines[-1])
        return re.sub(r"^error: ", "", said)
    return ""


def _matches(pattern: str, value: str) -> bool:
    if pattern_mistake(pattern):
        return True
    try:
        _validator(f"^(?:{pattern})$").validate_python(value)
    except ValidationError:
        return False
    return True
