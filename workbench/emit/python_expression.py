"""Typed conditions over one record as Python source that gives the same answer, unknown (None) included.

Only what Python can say exactly is said; everything else raises ``Untranslatable`` with the reason, and stays a loss.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from workbench.emit.python_text import decimal, string
from workbench.emit.regex import whole_match
from workbench.expression.typed import Column, exact, kind
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
    Scalar,
    Unary,
)
from workbench.model.types import DecimalType

__all__ = ["PRELUDE", "Untranslatable", "condition"]

PRELUDE = '''\
# Three-valued logic, as in SQL: None is "unknown", and a rule breaks only when its condition is False.


def _known(function: Callable[..., Any], *values: Any) -> Any:
    """What ``function`` makes of the values; unknown when one of them is."""
    return None if any(value is None for value in values) else function(*values)


def _all(*conditions: bool | None) -> bool | None:
    """SQL's "and"."""
    return False if False in conditions else None if None in conditions else True


def _any(*conditions: bool | None) -> bool | None:
    """SQL's "or"."""
    return True if True in conditions else None if None in conditions else False


def _rank(value: float | Decimal | None) -> tuple[bool, float] | None:
    """A float's place in the order SQL gives: not-a-number equals itself and comes last."""
    return None if value is None else (value != value, 0.0 if value != value else float(value))


def _exact(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` over decimals without rounding."""

    def computed(*values: Any) -> Any:
        with localcontext(prec=100):
            return function(*values)

    return computed


def _divide(left: float, right: float) -> float | None:
    """A quotient; unknown when dividing by zero."""
    return float(left) / float(right) if right else None


def _remainder(left: Any, right: Any) -> Any:
    """What is left of ``left``, with its sign; unknown when dividing by zero."""
    rest = abs(left) % abs(right) if right else None
    return rest if rest is None or left >= 0 else -rest


def _first(*values: Any) -> Any:
    """The first known value."""
    return next((value for value in values if value is not None), None)


def _matches(value: str | None, pattern: str) -> bool | None:
    """Whether the whole value matches."""
    return None if value is None else re.fullmatch(pattern, value, re.DOTALL) is not None


def _midnight(day: dt.date) -> dt.datetime:
    """The first instant of a day."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)
'''
"""What the source relies on; its imports are among ``MODULES``."""

_COMPARISONS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_DISTINCT = {"is distinct from": "!=", "is not distinct from": "=="}
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul"}
_NUMBERS = frozenset(("integer", "decimal", "float"))
_COMPARABLE = frozenset(("text", "boolean", "date", "time", "timestamp", "local_timestamp", "uuid"))
_WIDENED = {
    ("integer", "float"): "_known(float, {})",
    ("decimal", "float"): "_known(float, {})",
    ("date", "timestamp"): "_known(_midnight, {})",
}
_CALLS: dict[tuple[str, ...], str] = {
    ("length", "text"): "_known(len, {})",
    ("abs", "integer"): "_known(abs, {})",
    ("abs", "decimal"): "_known(_exact(abs), {})",
    ("contains", "text", "text"): "_known(operator.contains, {})",
    ("starts_with", "text", "text"): "_known(str.startswith, {})",
    ("ends_with", "text", "text"): "_known(str.endswith, {})",
    ("year", "date"): '_known(operator.attrgetter("year"), {})',
    ("month", "date"): '_known(operator.attrgetter("month"), {})',
    ("day", "date"): '_known(operator.attrgetter("day"), {})',
}
"""Function and the kinds of its arguments -> source, the arguments' own in the braces."""


class Untranslatable(ValueError):  # noqa: N818 (a reason, not an error a person meets)
    """Python cannot say this exactly; the message says why."""


def condition(node: Node, fields: Mapping[str, str]) -> str:
    """Python source that is True, False or None as ``node`` is, a tree that typing has gone over without problems.

    ``fields`` gives, for an attribute's name, the source that reads it.

    Raises:
        Untranslatable: Python cannot say it exactly.
    """
    return _Translator(fields).print(node)


class _Translator:
    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    def print(self, node: Node) -> str:
        match node:
            case Constant(value=value):
                return _constant(value)
            case Column(steps=(), up=0, attribute=name) if name in self.fields:
                return self.fields[name]
            case Column():
                raise Untranslatable(f"{node} reaches beyond the record")
            case Reference(root="context", names=("now",)):
                return "dt.datetime.now(dt.UTC)"
            case Unary(operator=operator, operand=operand):
                if operator == "-" and kind(operand.value_type) == "duration":
                    raise Untranslatable("an interval is no number Python turns round")
                function = "operator.not_" if operator == "not" else _over(node, "operator.neg")
                return f"_known({function}, {self.print(operand)})"
            case IsNull(operand=Constant(value=value), negated=negated):
                return str((value is None) != negated)
            case IsNull(operand=operand, negated=negated):
                return f"({self.print(operand)} is {'not ' * negated}None)"
            case Binary():
                return self.binary(node)
            case In(operand=operand, items=items, negated=negated):
                return _negated(f"_any({', '.join(self.compare('=', operand, item) for item in items)})", negated)
            case Between(operand=operand, low=low, high=high, negated=negated):
                both = f"_all({self.compare('>=', operand, low)}, {self.compare('<=', operand, high)})"
                return _negated(both, negated)
            case Like(operand=operand, pattern=Constant(value=str() as pattern), ignore_case=False, negated=negated):
                return _negated(f"_matches({self.print(operand)}, {string(_like_regex(pattern))})", negated)
            case Case(branches=branches, otherwise=otherwise):
                parts = [f"{self.print(value)} if {self.print(when)} is True else " for when, value in branches]
                return f"({''.join(parts)}{'None' if otherwise is None else self.print(otherwise)})"
            case Cast(operand=operand):
                widened = _WIDENED.get((kind(operand.value_type), kind(node.value_type)))
                if widened is not None:
                    return widened.format(self.print(operand))
            case Call():
                return self.call(node)
        raise Untranslatable(f"{node} has no exact counterpart in Python")

    def binary(self, node: Binary) -> str:
        operator = node.operator
        if operator in _COMPARISONS or operator in _DISTINCT:
            return self.compare(operator, node.left, node.right)
        left, right = self.print(node.left), self.print(node.right)
        match operator:
            case "and" | "or":
                return f"{'_all' if operator == 'and' else '_any'}({left}, {right})"
            case "||":
                return f"_known(operator.add, {left}, {right})"
            case "/" if kind(node.value_type) == "float":
                return f"_known(_divide, {left}, {right})"
            case "%" if kind(node.value_type) in ("integer", "decimal"):
                return f"_known({_over(node, '_remainder')}, {left}, {right})"
            case "+" | "-" | "*" if {kind(each.value_type) for each in (node, node.left, node.right)} <= _NUMBERS:
                if not _keeps_digits(node):
                    raise Untranslatable(f"{node} has more digits than a decimal keeps")
                return f"_known({_over(node, 'operator.' + _ARITHMETIC[operator])}, {left}, {right})"
        raise Untranslatable(f"{node} has no exact counterpart in Python")

    def compare(self, operator: str, left_node: Node, right_node: Node) -> str:
        left, right = self.print(left_node), self.print(right_node)
        kinds = {kind(left_node.value_type), kind(right_node.value_type)} - {""}
        if "float" in kinds and kinds <= _NUMBERS:
            left, right = f"_rank({left})", f"_rank({right})"
        elif not (kinds <= _NUMBERS or (len(kinds) == 1 and kinds <= _COMPARABLE)):
            raise Untranslatable(f"{left_node} and {right_node} are of kinds Python does not compare as SQL does")
        if operator in _DISTINCT:
            return f"({left} {_DISTINCT[operator]} {right})"
        return f"_known(operator.{_COMPARISONS[operator]}, {left}, {right})"

    def call(self, node: Call) -> str:
        if node.function == "matches" and isinstance(node.arguments[1], Constant):
            whole = whole_match(str(node.arguments[1].value))
            if whole is not None:
                return f"_matches({self.print(node.arguments[0])}, {string(whole)})"
        printed = ", ".join(self.print(each) for each in node.arguments)
        if node.function == "coalesce":
            return f"_first({printed})"
        source = _CALLS.get((node.function, *(kind(each.value_type) for each in node.arguments)))
        if source is None:
            raise Untranslatable(f"{node.function}() of these has no exact counterpart in Python")
        return source.format(printed)


def _negated(code: str, negated: bool) -> str:
    return f"_known(operator.not_, {code})" if negated else code


def _over(node: Node, function: str) -> str:
    """``function``, without rounding where ``node`` is a decimal."""
    return f"_exact({function})" if kind(node.value_type) == "decimal" else function


def _keeps_digits(node: Binary) -> bool:
    """Whether the decimal that ``node`` gives has room for every digit behind the point."""
    if not isinstance(node.value_type, DecimalType) or not node.left.value_type or not node.right.value_type:
        return True
    scales = exact(node.left.value_type).scale, exact(node.right.value_type).scale
    return (sum(scales) if node.operator == "*" else max(scales)) <= node.value_type.scale


def _constant(value: Scalar) -> str:
    match value:
        case None | bool() | int():
            return str(value)
        case Decimal():
            return decimal(value)
        case float():
            return f'float("{value}")'
        case str():
            return string(value)
        case dt.datetime() | dt.date() | dt.time():
            return f'dt.{type(value).__name__}.fromisoformat("{value.isoformat()}")'
    raise Untranslatable(f"{value} has no exact counterpart in Python")


def _like_regex(pattern: str) -> str:
    parts: list[str] = []
    characters = iter(pattern)
    wild: dict[str, Callable[[], str]] = {
        "%": lambda: ".*",
        "_": lambda: ".",
        "\\": lambda: re.escape(next(characters, "\\")),
    }
    for character in characters:
        parts.append(wild[character]() if character in wild else re.escape(character))
    return "".join(parts)
