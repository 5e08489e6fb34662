"""Many values into one: the aggregate functions in process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from workbench.expression.casts import EXACT, fitted, in_range
from workbench.expression.typed import kind
from workbench.expression.values import ARITHMETIC, comparison_key
from workbench.model.expression import Node
from workbench.model.types import DecimalType

__all__ = ["reducer"]


def reducer(function: str, argument: Node | None, is_distinct: bool) -> Callable[[Any], Any]:
    """What ``function`` makes of a list of values that are not null, or of the number of rows where there is no argument."""
    if argument is None:
        return bool if function == "exists" else lambda count: count
    family = kind(argument.value_type)
    key = comparison_key(family)
    reduce = _REDUCERS[function](key, family)
    if not is_distinct:
        return reduce
    by = key or (lambda value: value)
    return lambda values: reduce(list({by(value): value for value in values}.values()))


def _sum(family: str) -> Callable[[list[Any]], Any]:
    def total(values: list[Any]) -> Any:
        if not values:
            return None
        if family == "decimal":
            scale = max(0, *(-int(each.as_tuple().exponent) for each in values))
            return fitted(functools.reduce(EXACT.add, values), DecimalType(precision=38, scale=scale))
        if family == "float":
            return functools.reduce(ARITHMETIC["+", "float", "float"], values)
        return in_range(sum(values))

    return total


def _average(family: str) -> Callable[[list[Any]], Any]:
    # The sum of integers may pass 64 bits on the way to their mean.
    total: Callable[[list[Any]], int | float | Decimal] = sum if family in ("integer", "") else _sum(family)
    return lambda values: float(total(values)) / len(values) if values else None


_REDUCERS: dict[str, Callable[[Callable[[Any], Any] | None, str], Callable[[Any], Any]]] = {
    "count": lambda key, family: len,
    "sum": lambda key, family: _sum(family),
    "avg": lambda key, family: _average(family),
    "min": lambda key, family: lambda values: min(values, key=key, default=None),
    "max": lambda key, family: lambda values: max(values, key=key, default=None),
}
