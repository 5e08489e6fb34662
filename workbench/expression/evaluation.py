"""Evaluation in process: a typed tree becomes closures, one for each node, and no code is ever made from text.

A closure takes the place an expression stands on: the row, the place outside it (for what is said inside an aggregate), and what came
with the call. Null is None, and unknown is null: ``and`` and ``or`` know it, everything else passes it on.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from workbench.errors import Problem, VerificationError
from workbench.expression.builtins import IMPLEMENTATIONS, lowered
from workbench.expression.casts import CastError, caster, in_range
from workbench.expression.functions import FUNCTIONS
from workbench.expression.patterns import compile_like, parse_pattern
from workbench.expression.reduction import reducer
from workbench.expression.typed import Column, Gather, Step, Typed, kind
from workbench.expression.values import READERS, arithmetic_of, comparison_key, negated
from workbench.model.expression import (
    Between,
    Binary,
    Call,
    Case,
    Cast,
    Constant,
    In,
    IsNull,
    Like,
    Node,
    Reference,
    Unary,
    write,
)
from workbench.model.types import DecimalType, Type

__all__ = ["Evaluator", "compile"]

Row: TypeAlias = Mapping[str, Any]
Evaluator: TypeAlias = Callable[..., Any]
"""``evaluate(row, parameters={})``; for an aggregate over a query ``evaluate(rows, parameters={})``."""


class _Place(NamedTuple):
    row: Any
    outside: Any
    given: Mapping[str, Any]


_Closure: TypeAlias = Callable[[_Place], Any]


def compile(typed: Typed) -> Evaluator:
    """A function of a row that gives the expression's value.

    A row maps attributes to values, to-one relationships to a row or None, to-many ones to a list of rows; what is missing is null. An
    expression that aggregates over a query takes all its rows instead. ``parameters`` holds what references stand for, by their written
    name (``actor.role``, ``:amount``), and for ``now()`` and ``today()`` under ``context.now`` and ``context.today``.

    Raises:
        VerificationError: the typed tree has problems; or, when called, a value overflows or cannot be cast.
    """
    if not typed.problems.is_ok:
        raise VerificationError(typed.problems)
    closure, subject = _closure(typed.tree), write(typed.tree)

    def evaluate(row: Row | Iterable[Row], parameters: Mapping[str, Any] = _NOTHING) -> Any:
        try:
            return closure(_Place(row, None, parameters))
        except (CastError, OverflowError) as error:
            raise VerificationError([Problem("expression", "out_of_range", f"{subject}: {error}")]) from error

    return evaluate


_NOTHING: Mapping[str, Any] = {}


def _closure(node: Node) -> _Closure:
    return _FORMS[type(node)](node)


# --- values ---------------------------------------------------------------------------------------------------------------------


def _constant(node: Constant) -> _Closure:
    value = node.value
    return lambda place: value


def _column(node: Column) -> _Closure:
    name, read = node.attribute, READERS.get(kind(node.value_type))
    if not node.up and not node.steps:
        fetch: _Closure = lambda place: place.row.get(name)  # noqa: E731 - the common case, kept to one call
    else:
        names, up = [step.relationship for step in node.steps], node.up

        def fetch(place: _Place) -> Any:
            row = _out(place, up).row
            for each in names:
                row = row.get(each)
                if row is None:
                    return None
            return row.get(name)

    return fetch if read is None else _one(read, fetch)


def _out(place: _Place, up: int) -> _Place:
    for _ in range(up):
        place = place.outside
    return place


def _reference(node: Reference) -> _Closure:
    name, read = write(node), READERS.get(kind(node.value_type))

    def fetch(place: _Place) -> Any:
        return place.given.get(name)

    return fetch if read is None else _one(read, fetch)


# --- operators ------------------------------------------------------------------------------------------------------------------


def _one(apply: Callable[[Any], Any], operand: _Closure) -> _Closure:
    def unary(place: _Place) -> Any:
        value = operand(place)
        return None if value is None else apply(value)

    return unary


def _two(apply: Callable[[Any, Any], Any], left: _Closure, right: _Closure) -> _Closure:
    def binary(place: _Place) -> Any:
        a = left(place)
        if a is None:
            return None
        b = right(place)
        return None if b is None else apply(a, b)

    return binary


def _unary(node: Unary) -> _Closure:
    return _one(operator.not_ if node.operator == "not" else negated, _closure(node.operand))


def _binary(node: Binary) -> _Closure:
    left, right = _closure(node.left), _closure(node.right)
    match node.operator:
        case "and":
            return _conjunction(left, right)
        case "or":
            return _disjunction(left, right)
        case "is distinct from" | "is not distinct from":
            equal, is_same = _comparison("=", node.left, node.right), node.operator == "is not distinct from"

            def distinct(place: _Place) -> bool:
                a, b = left(place), right(place)
                return (a is b if a is None or b is None else equal(a, b)) == is_same

            return distinct
        case "+" | "-" | "*" | "/" | "%" | "||":
            families = kind(node.left.value_type), kind(node.right.value_type)
            apply = arithmetic_of(node.operator, *families)
            return _two(_bounded(apply, node.value_type), left, right)
    return _two(_comparison(node.operator, node.left, node.right), left, right)


def _bounded(apply: Callable[[Any, Any], Any], type_: Type | None) -> Callable[[Any, Any], Any]:
    """``apply``, with the 38 digits that decimals have at most."""
    if not isinstance(type_, DecimalType) or type_.precision < 38:
        return apply
    limit = Decimal(10) ** (38 - type_.scale)

    def bounded(left: Any, right: Any) -> Any:
        value = apply(left, right)
        if value is not None and abs(value) >= limit:
            raise CastError(f"{value} has more than 38 digits")
        return value

    return bounded


def _conjunction(left: _Closure, right: _Closure) -> _Closure:
    def both(place: _Place) -> bool | None:
        a = left(place)
        if a is False:
            return False
        b = right(place)
        return False if b is False else None if a is None or b is None else True

    return both


def _disjunction(left: _Closure, right: _Closure) -> _Closure:
    def either(place: _Place) -> bool | None:
        a = left(place)
        if a is True:
            return True
        b = right(place)
        return True if b is True else None if a is None or b is None else False

    return either


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _comparison(symbol: str, *nodes: Node) -> Callable[[Any, Any], bool]:
    compare, key = _COMPARISONS[symbol], _key(nodes)
    return compare if key is None else lambda a, b: compare(key(a), key(b))


def _key(nodes: Sequence[Node]) -> Callable[[Any], Any] | None:
    families = [kind(each.value_type) for each in nodes if each.value_type is not None]
    return comparison_key(families[0]) if families else None


def _is_null(node: IsNull) -> _Closure:
    operand, negated_ = _closure(node.operand), node.negated
    return lambda place: (operand(place) is None) != negated_


def _in(node: In) -> _Closure:
    operand, items = _closure(node.operand), [_closure(each) for each in node.items]
    equal, negated_ = _comparison("=", node.operand, *node.items), node.negated

    def contained(place: _Place) -> bool | None:
        value = operand(place)
        if value is None:
            return None
        has_null = False
        for item in items:
            other = item(place)
            if other is None:
                has_null = True
            elif equal(value, other):
                return not negated_
        return None if has_null else negated_

    return contained


def _between(node: Between) -> _Closure:
    operand = _closure(node.operand)
    least = _two(_comparison(">=", node.operand, node.low), operand, _closure(node.low))
    most = _two(_comparison("<=", node.operand, node.high), operand, _closure(node.high))
    inside = _conjunction(least, most)
    return _one(operator.not_, inside) if node.negated else inside


def _like(node: Like) -> _Closure:
    fold = lowered if node.ignore_case else str
    negated_ = node.negated

    def like(text: str, pattern: str) -> bool:
        try:
            return compile_like(fold(pattern))(fold(text)) != negated_
        except ValueError as error:
            raise CastError(f"{pattern!r}: {error}") from None

    return _two(like, _closure(node.operand), _closure(node.pattern))


def _case(node: Case) -> _Closure:
    branches = [(_closure(when), _closure(then)) for when, then in node.branches]
    otherwise = _NULL if node.otherwise is None else _closure(node.otherwise)

    def case(place: _Place) -> Any:
        for when, then in branches:
            if when(place) is True:
                return then(place)
        return otherwise(place)

    return case


def _NULL(place: _Place) -> None:  # noqa: N802 - a constant that happens to be called
    return None


def _cast(node: Cast) -> _Closure:
    cast = caster(node.operand.value_type, node.value_type) if node.value_type is not None else str

    def attempt(value: Any) -> Any:
        try:
            return cast(value)
        except CastError:
            return None

    return _one(attempt if node.attempt else cast, _closure(node.operand))


# --- functions ------------------------------------------------------------------------------------------------------------------


def _call(node: Call) -> _Closure:
    arguments = [_closure(each) for each in node.arguments]
    apply = _SPECIAL[node.function](node) if node.function in _SPECIAL else IMPLEMENTATIONS[node.function]
    if FUNCTIONS[node.function].strict:
        if len(arguments) == 1:
            return _one(apply, arguments[0])
        if len(arguments) == 2:
            return _two(apply, *arguments)

        def strict(place: _Place) -> Any:
            values = [each(place) for each in arguments]
            return None if None in values else apply(*values)

        return strict
    if node.function == "coalesce":
        return lambda place: next((value for each in arguments if (value := each(place)) is not None), None)
    return lambda place: apply(*[each(place) for each in arguments])


def _matches(node: Call) -> Callable[..., Any]:
    pattern = node.arguments[1]
    assert isinstance(pattern, Constant), "typing lets only constants through"
    found = parse_pattern(str(pattern.value)).matches
    return lambda text, _: found(text)


def _nullif(node: Call) -> Callable[..., Any]:
    equal = _comparison("=", *node.arguments)
    return lambda a, b: None if a is not None and b is not None and equal(a, b) else a


def _extreme(choose: Callable[..., Any]) -> Callable[[Call], Callable[..., Any]]:
    def make(node: Call) -> Callable[..., Any]:
        key = _key(node.arguments)
        return lambda *values: choose((each for each in values if each is not None), key=key, default=None)

    return make


def _absolute(node: Call) -> Callable[..., Any]:
    plain = IMPLEMENTATIONS["abs"]
    return (lambda value: in_range(abs(value))) if kind(node.value_type) == "integer" else plain


_SPECIAL: dict[str, Callable[[Call], Callable[..., Any]]] = {
    "matches": _matches, "nullif": _nullif, "greatest": _extreme(max), "least": _extreme(min), "abs": _absolute,
}  # fmt: skip


# --- aggregates -----------------------------------------------------------------------------------------------------------------


def _gather(node: Gather) -> _Closure:
    argument = None if node.argument is None else _closure(node.argument)
    where = None if node.where is None else _closure(node.where)
    over, up, of_query = node.over, node.up, node.of_query
    reduce = reducer(node.function, node.argument, node.distinct)

    def gather(place: _Place) -> Any:
        starts = [_Place(row, None, place.given) for row in place.row] if of_query else [place]
        # Without a relationship the rows of the query are the rows gathered: they stand in for the row itself, not inside it.
        places = (
            [_Place(row, start, place.given) for start in starts for row in _reached(_out(start, up).row, over)]
            if over
            else starts
        )
        if where is not None:
            places = [each for each in places if where(each) is True]
        return reduce(
            len(places) if argument is None else [value for each in places if (value := argument(each)) is not None]
        )

    return gather


def _reached(row: Row, over: tuple[Step, ...]) -> list[Row]:
    rows = [row]
    for step in over:
        below = [each.get(step.relationship) for each in rows]
        rows = [one for each in below if each is not None for one in (each if step.is_to_many else [each])]
    return rows


_FORMS: dict[type[Node], Callable[[Any], _Closure]] = {
    Constant: _constant, Column: _column, Reference: _reference, Unary: _unary, Binary: _binary, IsNull: _is_null, In: _in,
    Between: _between, Like: _like, Case: _case, Cast: _cast, Call: _call, Gather: _gather,
}  # fmt: skip
