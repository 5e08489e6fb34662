"""Typing of function calls: the table of functions says what goes in and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from workbench.errors import nearest
from workbench.expression.coercion import DATE, INTEGER, STRING, TIMESTAMP, can_cast, common, widened
from workbench.expression.functions import AGGREGATES, FUNCTIONS, KINDS, UNITS, Function
from workbench.expression.patterns import parse_pattern
from workbench.expression.typed import exact, kind
from workbench.model.expression import Call, Cast, Constant, Node, Reference, write
from workbench.model.types import DecimalType, Type, parse_type

__all__ = ["CLOCK", "Problems", "check_call"]

CLOCK: dict[str, Type] = {"now": TIMESTAMP, "today": DATE}
"""What the clock port puts into the context: ``now()`` is ``context.now``, ``today()`` is ``context.today``."""

_MOST_DIGITS = 18


class Problems(Protocol):
    """Where problems go, and the rule for values that must share a type."""

    def problem(self, node: Node, code: str, message: str, hint: str = "") -> None:
        """Note what is wrong with ``node``."""

    def together(self, at: Node, nodes: Sequence[Node], what: str = "") -> list[Node]:
        """``nodes``, widened to one type."""


def check_call(to: Problems, node: Call, arguments: list[Node]) -> Node:
    """``node`` with typed arguments, as what it computes."""
    function = FUNCTIONS.get(node.function)
    if function is None:
        close = nearest(node.function, [*FUNCTIONS, *AGGREGATES], 1)
        hint = f"did you mean {close[0]}?" if close else _INSTEAD.get(node.function, "")
        to.problem(node, "unknown_function", f"there is no function {node.function!r}", hint)
        return replace(node, arguments=tuple(arguments))
    if len(arguments) < function.fewest or (len(arguments) > len(function.parameters) and not function.variadic):
        to.problem(
            node, "arity", f"{node.function} is called with {len(arguments)} arguments", f"it is {function.signature}"
        )
        return replace(node, arguments=tuple(arguments))
    if function.name in CLOCK:
        return Reference("context", (function.name,), span=node.span, value_type=CLOCK[function.name])
    words = [function.parameters[min(index, len(function.parameters) - 1)] for index in range(len(arguments))]
    if words[0] == "same":
        arguments = to.together(node, arguments)
    fitting = [_fit(to, function, word, each) for word, each in zip(words, arguments, strict=True)]
    if None in fitting:
        return replace(node, arguments=tuple(arguments))
    given = [each for each in fitting if each is not None]
    return _SPECIAL.get(function.name, _plain)(to, replace(node, arguments=tuple(given)), function)


def _fit(to: Problems, function: Function, word: str, node: Node) -> Node | None:
    """``node`` as an argument for a parameter ``word``, or None after a problem."""
    if word not in KINDS:
        return node
    family = kind(node.value_type)
    if not family:
        known = {"text": STRING, "integer": INTEGER}.get(word)
        return widened(node, known)
    if family not in KINDS[word]:
        shown = word if word in ("text", "integer") else " or ".join(sorted(KINDS[word]))
        to.problem(
            node,
            "type_mismatch",
            f"{function.name} takes {shown} here, and {write(node)} is {node.value_type}",
            f"it is {function.signature}",
        )
        return None
    if word == "pattern":
        if not isinstance(node, Constant):
            to.problem(
                node,
                "bad_pattern",
                "a regular expression is written out",
                "use starts_with, ends_with or contains for texts that vary",
            )
            return None
        try:
            parse_pattern(str(node.value))
        except ValueError as error:
            to.problem(node, "bad_pattern", f"{write(node)}: {error}")
            return None
    if word == "unit" and not (isinstance(node, Constant) and node.value in UNITS):
        close = nearest(str(node.value), UNITS, 1) if isinstance(node, Constant) else ()
        to.problem(
            node,
            "unknown_unit",
            f"{write(node)} is no unit of time",
            f"did you mean '{close[0]}'?" if close else f"there are {', '.join(UNITS)}",
        )
        return None
    return node


def _plain(to: Problems, node: Call, function: Function) -> Node:
    types = [each.value_type for each in node.arguments]
    match function.result:
        case "same":
            return replace(node, value_type=common([each for each in types if each]) if any(types) else None)
        case "argument":
            return replace(node, value_type=types[0])
        case "whole":
            return replace(node, value_type=_whole(types[0]))
        case name:
            return replace(node, value_type=parse_type(name))


def _extreme(to: Problems, node: Call, function: Function) -> Node:
    if any(kind(each.value_type) == "duration" for each in node.arguments):
        to.problem(
            node,
            "type_mismatch",
            f"{function.name} does not compare intervals",
            "write case when a > b then a else b end",
        )
    return _plain(to, node, function)


def _whole(type_: Type | None) -> Type | None:
    if isinstance(type_, DecimalType):
        return DecimalType(precision=max(1, min(38, type_.precision - type_.scale + 1)), scale=0)
    return type_


def _round(to: Problems, node: Call, function: Function) -> Node:
    type_ = node.arguments[0].value_type
    if len(node.arguments) == 1:
        return replace(node, value_type=_whole(type_))
    digits = node.arguments[1]
    if not (isinstance(digits, Constant) and isinstance(digits.value, int) and 0 <= digits.value <= _MOST_DIGITS):
        to.problem(digits, "bad_digits", f"round takes its digits written out, from 0 to {_MOST_DIGITS}")
        return node
    if kind(type_) == "float":
        return replace(node, value_type=DecimalType(precision=38, scale=digits.value))
    if type_ is None or kind(type_) == "integer":
        return replace(node, value_type=type_)
    wide = exact(type_)
    return replace(node, value_type=DecimalType(precision=wide.precision, scale=min(digits.value, wide.scale)))


def _date_trunc(to: Problems, node: Call, function: Function) -> Node:
    unit, moment = node.arguments
    if kind(moment.value_type) == "date" and isinstance(unit, Constant) and unit.value in UNITS[5:]:
        to.problem(unit, "unknown_unit", f"a date has no {unit.value}", f"there are {', '.join(UNITS[:5])}")
    return replace(node, value_type=moment.value_type)


def _dates(to: Problems, node: Call, function: Function) -> Node:
    """Both arguments as the dates they fall on, in UTC."""
    dates = [
        Cast(each, "date", span=each.span, value_type=DATE)
        if kind(each.value_type) != "date" and can_cast(each.value_type, DATE)
        else each
        for each in node.arguments
    ]
    return replace(node, arguments=tuple(dates), value_type=INTEGER)


def _seconds(to: Problems, node: Call, function: Function) -> Node:
    return _plain(to, replace(node, arguments=tuple(to.together(node, node.arguments))), function)


_SPECIAL = {
    "greatest": _extreme, "least": _extreme, "round": _round, "date_trunc": _date_trunc, "days_between": _dates, "years_between": _dates, "seconds_between": _seconds,
}  # fmt: skip
_INSTEAD = {
    "if": "write case when … then … else … end",
    "iif": "write case when … then … else … end",
    "ifnull": "use coalesce",
    "nvl": "use coalesce",
    "len": "use length",
    "current_date": "use today()",
    "current_timestamp": "use now()",
    "regexp_matches": "use matches",
    "power": "multiply; its last digit differs from target to target",
}
